//! Ids are types over `UUIDv7`, so that one kind is never taken for another.

/// Declares an id type.
macro_rules! id_type {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, sqlx::Type, utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

id_type! {
    /// A person who signs in.
    AccountId;
    /// A dumping report.
    ReportId;
    /// One step in a report's history.
    EventId;
    /// The reporter, or someone who joined the report.
    FollowerId;
    /// An uploaded photo.
    PhotoId;
    /// A change to the sorting rules.
    SortingChangeId;
    /// A name the look-up could not answer.
    MissId;
    /// A resident's word that an answer is wrong.
    FlagId;
    /// A booked pickup.
    PickupId;
    /// A half-day of a round.
    SlotId;
    /// A time in which no round runs.
    BlackoutId;
    /// A price that staff set.
    PriceId;
    /// Something a crew did, under an id its phone made.
    OperationId;
    /// One step in a chain of custody.
    HandoverId;
    /// A one-time code.
    CodeId;
    /// A verdict on something to be published.
    ScreeningId;
    /// Something the moderators decide.
    CaseId;
    /// A resident's word that something should not be there.
    ModerationFlagId;
    /// A step at the moderators' desk.
    ModerationLogId;
    /// A change of a moderation rule.
    RuleChangeId;
    /// A time in which an account may not publish.
    BanId;
    /// A part of a case that another office deals with.
    PartId;
    /// Several offices on one case.
    ConsultationId;
    /// A link for somebody without an account.
    LinkId;
    /// Something proposed against a hotspot.
    ProposalId;
    /// Another system that files reports.
    ApiKeyId;
    /// Something offered, wanted or lent.
    ListingId;
    /// Somebody's question about a listing, and what comes of it.
    AskId;
    /// A message between the two who agree.
    MessageId;
    /// What one side says about the other.
    MarkId;
    /// A professional merchant.
    SellerId;
    /// A saved search.
    SearchId;
    /// Somebody whom somebody does not want to deal with.
    BlockId;
    /// A school, community or market that holds events.
    OrganisationId;
    /// A link that makes members.
    InvitationId;
    /// An event of an organisation; `EventId` is a step in a history.
    GatheringId;
    /// What a neighbour wants to be told of.
    NoticeId;
    /// A booked stall.
    StallBookingId;
    /// A phone or tablet at the desk of the day.
    DeviceId;
    /// A book at a swap, under an id that a device or a printed label made.
    BookId;
    /// A filter of the inbox that somebody keeps.
    InboxFilterId;
    /// Something done to many cases at once.
    BulkId;
    /// One case of it.
    BulkItemId;
    /// A standard reply.
    ReplyId;
    /// Another system's address that is told of steps.
    WebhookId;
    /// A resident's wish for letters about new reports.
    AlertId;
    /// An effect waiting to be delivered.
    OutboxId;
}
