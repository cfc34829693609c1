//! What can be done to a report, and by whom.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::model::Report;
use super::status::Status;
use crate::auth::{Account, Role};
use crate::district::Decision;
use crate::shared::id::{AccountId, ReportId};
use crate::shared::message::Message;
use crate::text_enum;

/// Who does something to a report.
#[derive(Clone, Debug)]
pub enum Actor {
    Staff {
        id: AccountId,
        role: Role,
        office: Option<String>,
    },
    /// The reporter, or somebody who joined.
    Resident,
    /// The service itself.
    System,
}

impl Actor {
    pub fn of(account: &Account) -> Self {
        Self::Staff {
            id: account.id,
            role: account.role,
            office: account.office.clone(),
        }
    }

    pub fn id(&self) -> Option<AccountId> {
        match self {
            Self::Staff { id, .. } => Some(*id),
            _ => None,
        }
    }

    pub fn office(&self) -> Option<&str> {
        match self {
            Self::Staff { office, .. } => office.as_deref(),
            _ => None,
        }
    }
}

/// What taking a step back restores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    pub(super) status: Status,
    pub(super) assignee: Option<AccountId>,
    pub(super) step_due_at: Option<DateTime<Utc>>,
    pub(super) escalation: i64,
    pub(super) escalates_at: Option<DateTime<Utc>>,
    pub(super) extension_asked_hours: Option<i64>,
}

impl Before {
    pub fn status(&self) -> Status {
        self.status
    }

    pub fn of(report: &Report) -> Self {
        Self {
            status: report.status,
            assignee: report.assignee,
            step_due_at: report.step_due_at,
            escalation: report.escalation,
            escalates_at: report.escalates_at,
            extension_asked_hours: report.extension_asked_hours,
        }
    }
}

/// Something to be done to a report, with what it needs.
#[derive(Clone, Debug)]
pub enum Change {
    Accept,
    Return {
        target: String,
    },
    HandOver {
        to: AccountId,
    },
    Note,
    Handle,
    Verify,
    FailVerification,
    Close,
    Dispatch {
        office: String,
        last: bool,
    },
    Reject,
    Extend {
        hours: u32,
    },
    Suspend {
        until: DateTime<Utc>,
    },
    Resume,
    Merge {
        into: ReportId,
    },
    Reopen,
    Dispute,
    Confirm,
    Withdraw,
    AddPhotos,
    /// 催办, 督办: one rung up by hand.
    Urge,
    /// The office asks for more time.
    AskExtension {
        hours: u32,
    },
    RefuseExtension,
    /// The resident is asked something; the clock stands until they answer.
    AskResident,
    Answer,
    /// No answer came in time.
    LapseAnswer,
    Reclassify {
        category: String,
        decision: Box<Decision>,
    },
    /// Enough residents nearby say that it is solved.
    VerifyByWitnesses,
    /// 撤销: the last step, taken by the same person a moment ago, is taken back.
    Undo {
        before: Box<Before>,
    },
}

text_enum! {
    /// Names of [`Change`]s, for the table of transitions and for what a person is offered.
    Action {
        Accept = "accept",
        Return = "return",
        HandOver = "hand_over",
        Note = "note",
        Handle = "handle",
        Verify = "verify",
        FailVerification = "fail_verification",
        Close = "close",
        Dispatch = "dispatch",
        Reject = "reject",
        Extend = "extend",
        Suspend = "suspend",
        Resume = "resume",
        Merge = "merge",
        Reopen = "reopen",
        Dispute = "dispute",
        Confirm = "confirm",
        Withdraw = "withdraw",
        AddPhotos = "add_photos",
        Urge = "urge",
        AskExtension = "ask_extension",
        RefuseExtension = "refuse_extension",
        AskResident = "ask_resident",
        Answer = "answer",
        LapseAnswer = "lapse_answer",
        Reclassify = "reclassify",
        VerifyByWitnesses = "verify_by_witnesses",
        Undo = "undo",
    }
}

impl Change {
    pub fn action(&self) -> Action {
        match self {
            Self::Accept => Action::Accept,
            Self::Return { .. } => Action::Return,
            Self::HandOver { .. } => Action::HandOver,
            Self::Note => Action::Note,
            Self::Handle => Action::Handle,
            Self::Verify => Action::Verify,
            Self::FailVerification => Action::FailVerification,
            Self::Close => Action::Close,
            Self::Dispatch { .. } => Action::Dispatch,
            Self::Reject => Action::Reject,
            Self::Extend { .. } => Action::Extend,
            Self::Suspend { .. } => Action::Suspend,
            Self::Resume => Action::Resume,
            Self::Merge { .. } => Action::Merge,
            Self::Reopen => Action::Reopen,
            Self::Dispute => Action::Dispute,
            Self::Confirm => Action::Confirm,
            Self::Withdraw => Action::Withdraw,
            Self::AddPhotos => Action::AddPhotos,
            Self::Urge => Action::Urge,
            Self::AskExtension { .. } => Action::AskExtension,
            Self::RefuseExtension => Action::RefuseExtension,
            Self::AskResident => Action::AskResident,
            Self::Answer => Action::Answer,
            Self::LapseAnswer => Action::LapseAnswer,
            Self::Reclassify { .. } => Action::Reclassify,
            Self::VerifyByWitnesses => Action::VerifyByWitnesses,
            Self::Undo { .. } => Action::Undo,
        }
    }
}

/// Why a change is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This person may not, whatever the state.
    NotYours(Message),
    /// Not in this state.
    NotNow(Message),
}
