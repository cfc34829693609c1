//! The words of the inbox: what is done to many cases, and who sees a kept filter.

crate::text_enum! {
    /// What can be done to many cases at once.
    BulkAction {
        Accept = "accept",
        HandOver = "hand_over",
        Note = "note",
        Urge = "urge",
        Verify = "verify",
        Close = "close",
        Dispatch = "dispatch",
        Extend = "extend",
    }
}

impl BulkAction {
    /// Whether it can be taken back.
    pub(super) fn can_be_undone(self) -> bool {
        matches!(self, Self::Accept | Self::HandOver)
    }
}

crate::text_enum! {
    /// What came of one case.
    BulkOutcome {
        Done = "done",
        Refused = "refused",
    }
}

crate::text_enum! {
    /// Who sees a kept filter.
    Shared {
        Own = "own",
        Office = "office",
        Everybody = "everybody",
    }
}
