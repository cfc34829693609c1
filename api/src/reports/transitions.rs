//! The table of transitions: who may do what to a report, from where, with what, and what it does to
//! the clock. Everything the desk offers and every refusal is read from here.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Action, Status};

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A handler of the office that leads.
    LeadHandler,
    /// A handler of an office that leads or assists.
    AssistingHandler,
    Coordinator,
    Verifier,
    /// A verifier or coordinator who is neither the person nor of the office that handled the case.
    Independent,
    Administrator,
    /// The reporter or somebody who joined, by the secret.
    Resident,
    /// The service, when a date has come.
    System,
}

/// What an action must bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Reason,
    /// A photo of the place as it now is.
    Photo,
    /// The office it goes to.
    Office,
    /// The colleague it goes to.
    Staff,
    /// The date it comes back.
    Until,
    /// How many more working hours.
    Hours,
    /// The master case.
    Case,
    /// The category it should have had.
    Category,
}

/// What an action does to the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockEffect {
    Keep,
    /// A full deadline from now.
    Start,
    Stop,
    /// What was left when it stopped, from now.
    Resume,
    /// More time on top.
    Extend,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    pub action: Action,
    pub from: &'static [Status],
    pub who: &'static [Who],
    pub needs: &'static [Need],
    /// Where it leads; `None` leaves the status as it is. A second return leads to `returned`.
    pub to: Option<Status>,
    pub clock: ClockEffect,
}

use ClockEffect::{Extend, Keep, Resume, Start, Stop};
use Need::{Case, Category, Hours, Office, Photo, Reason, Staff, Until};
use Status::{
    Accepted, Closed, Dispatched, Extended, Handled, Merged, Received, Rejected, Reopened,
    Returned, Suspended,
};
use Who::{
    Administrator, AssistingHandler, Coordinator, Independent, LeadHandler, Resident, System,
    Verifier,
};

#[rustfmt::skip]
pub const TRANSITIONS: &[Transition] = &[
    row(Action::Accept, &[Dispatched, Reopened], &[LeadHandler], &[], Some(Accepted), Keep),
    row(Action::Return, &[Dispatched, Accepted, Reopened], &[LeadHandler], &[Reason, Office], Some(Dispatched), Start),
    row(Action::HandOver, &[Dispatched, Accepted, Extended, Reopened], &[LeadHandler], &[Staff], None, Keep),
    row(Action::Note, &[Received, Dispatched, Accepted, Handled, Closed, Returned, Extended, Suspended, Rejected, Reopened],
        &[LeadHandler, AssistingHandler, Coordinator, Verifier, Administrator], &[Reason], None, Keep),
    row(Action::Handle, &[Accepted, Extended], &[LeadHandler], &[Reason, Photo], Some(Handled), Stop),
    row(Action::Verify, &[Handled], &[Independent], &[], None, Keep),
    row(Action::FailVerification, &[Handled], &[Independent], &[Reason], Some(Reopened), Resume),
    row(Action::Close, &[Handled], &[Independent], &[], Some(Closed), Stop),
    row(Action::Dispatch, &[Received, Dispatched, Accepted, Returned, Extended, Suspended, Reopened],
        &[Coordinator], &[Reason, Office], Some(Dispatched), Start),
    row(Action::Reject, &[Received, Dispatched, Accepted, Returned, Reopened], &[Coordinator], &[Reason], Some(Rejected), Stop),
    row(Action::Extend, &[Accepted, Extended], &[Coordinator], &[Reason, Hours], Some(Extended), Extend),
    row(Action::Suspend, &[Dispatched, Accepted, Extended, Reopened], &[Coordinator], &[Reason, Until], Some(Suspended), Stop),
    row(Action::Resume, &[Suspended], &[Coordinator, System], &[Reason], Some(Accepted), Resume),
    row(Action::Merge, &[Received, Dispatched, Accepted, Returned, Extended, Reopened], &[Coordinator], &[Reason, Case], Some(Merged), Stop),
    row(Action::Reopen, &[Handled, Closed, Rejected], &[Coordinator], &[Reason], Some(Reopened), Start),
    row(Action::Dispute, &[Handled, Closed], &[Resident], &[Reason], Some(Reopened), Start),
    row(Action::Confirm, &[Handled], &[Resident], &[], None, Keep),
    row(Action::Withdraw, &[Received, Dispatched, Accepted, Returned, Extended, Suspended, Reopened], &[Resident], &[Reason], Some(Rejected), Stop),
    row(Action::AddPhotos, &[Received, Dispatched, Accepted, Handled, Returned, Extended, Suspended, Reopened], &[Resident], &[Photo], None, Keep),
    row(Action::VerifyByWitnesses, &[Handled], &[System], &[], None, Keep),
    row(Action::Urge, &[Received, Dispatched, Accepted, Handled, Returned, Extended, Reopened], &[Coordinator, System], &[Reason], None, Keep),
    row(Action::AskExtension, &[Accepted, Extended], &[LeadHandler], &[Reason, Hours], None, Keep),
    row(Action::RefuseExtension, &[Accepted, Extended], &[Coordinator], &[Reason], None, Keep),
    row(Action::AskResident, &[Dispatched, Accepted, Extended, Reopened], &[LeadHandler], &[Reason], None, Stop),
    row(Action::Answer, &[Dispatched, Accepted, Extended, Reopened], &[Resident], &[Reason], None, Resume),
    row(Action::LapseAnswer, &[Dispatched, Accepted, Extended, Reopened], &[System], &[], None, Resume),
    row(Action::Reclassify, &[Received, Dispatched, Accepted, Returned, Extended, Reopened], &[Coordinator], &[Reason, Category], Some(Dispatched), Start),
    row(Action::Undo, &[Dispatched, Accepted, Extended, Reopened], &[LeadHandler], &[], None, Keep),
];

const fn row(
    action: Action,
    from: &'static [Status],
    who: &'static [Who],
    needs: &'static [Need],
    to: Option<Status>,
    clock: ClockEffect,
) -> Transition {
    Transition {
        action,
        from,
        who,
        needs,
        to,
        clock,
    }
}

/// The row of an action. Every action has exactly one, which a test holds.
pub fn transition(action: Action) -> &'static Transition {
    let mut index = 0;
    while index + 1 < TRANSITIONS.len() && TRANSITIONS[index].action != action {
        index += 1;
    }
    &TRANSITIONS[index]
}
