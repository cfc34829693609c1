//! Where a case may go, written anew from the design: 受理 → 派遣 → 处置 → 核查 → 结案, who may take it
//! there, and what else must hold.

use chrono::TimeDelta;

use super::pack::Pack;
use super::story::{Event, State};

/// Who may do a thing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    /// Whoever leads the case: a handler of the office, or a coordinator outside the district.
    Lead,
    Coordinator,
    /// Neither the person nor the office that handled it.
    Independent,
    /// Somebody without an account.
    Resident,
    Service,
    CoordinatorOrService,
    Staff,
}

const OPEN: &[&str] = &[
    "received",
    "dispatched",
    "accepted",
    "handled",
    "returned",
    "extended",
    "suspended",
    "reopened",
];
const NOT_SUSPENDED: &[&str] = &[
    "received",
    "dispatched",
    "accepted",
    "handled",
    "returned",
    "extended",
    "reopened",
];
const UNHANDLED: &[&str] = &[
    "received",
    "dispatched",
    "accepted",
    "returned",
    "extended",
    "suspended",
    "reopened",
];
const ACTIVE: &[&str] = &[
    "received",
    "dispatched",
    "accepted",
    "returned",
    "extended",
    "reopened",
];
const WITH_OFFICE: &[&str] = &["dispatched", "accepted", "extended", "reopened"];
const DEALT_WITH: &[&str] = &["accepted", "extended"];
const HANDLED: &[&str] = &["handled"];
const ANY_BUT_MERGED: &[&str] = &[
    "received",
    "dispatched",
    "accepted",
    "handled",
    "closed",
    "returned",
    "extended",
    "suspended",
    "rejected",
    "reopened",
];

/// Kind, from where, to where (nothing: it stays), by whom.
#[rustfmt::skip]
const LAW: &[(&str, &[&str], Option<&str>, By)] = &[
    ("accepted", &["dispatched", "reopened"], Some("accepted"), By::Lead),
    ("handed_over", WITH_OFFICE, None, By::Lead),
    ("noted", ANY_BUT_MERGED, None, By::Staff),
    ("handled", DEALT_WITH, Some("handled"), By::Lead),
    ("verified", HANDLED, None, By::Independent),
    ("verification_failed", HANDLED, Some("reopened"), By::Independent),
    ("closed", HANDLED, Some("closed"), By::Independent),
    ("rejected", &["received", "dispatched", "accepted", "returned", "reopened"], Some("rejected"), By::Coordinator),
    ("extended", DEALT_WITH, Some("extended"), By::Coordinator),
    ("suspended", WITH_OFFICE, Some("suspended"), By::Coordinator),
    ("resumed", &["suspended"], Some("accepted"), By::CoordinatorOrService),
    ("merged", ACTIVE, Some("merged"), By::Coordinator),
    ("absorbed", ANY_BUT_MERGED, None, By::Service),
    ("reopened", &["handled", "closed", "rejected"], Some("reopened"), By::Coordinator),
    ("disputed", &["handled", "closed"], Some("reopened"), By::Resident),
    ("confirmed", HANDLED, None, By::Resident),
    ("withdrawn", UNHANDLED, Some("rejected"), By::Resident),
    ("joined", OPEN, None, By::Resident),
    ("left", ANY_BUT_MERGED, None, By::Resident),
    ("rated", &["handled", "closed"], None, By::Resident),
    ("urged", NOT_SUSPENDED, None, By::CoordinatorOrService),
    ("supervised", NOT_SUSPENDED, None, By::CoordinatorOrService),
    ("taken_to_head", NOT_SUSPENDED, None, By::CoordinatorOrService),
    ("taken_to_lead", NOT_SUSPENDED, None, By::CoordinatorOrService),
    ("extension_asked", DEALT_WITH, None, By::Lead),
    ("extension_refused", DEALT_WITH, None, By::Coordinator),
    ("resident_asked", WITH_OFFICE, None, By::Lead),
    ("resident_answered", WITH_OFFICE, None, By::Resident),
    ("answer_lapsed", WITH_OFFICE, None, By::Service),
    ("reclassified", ACTIVE, Some("dispatched"), By::Coordinator),
];

pub const RUNGS: [&str; 4] = ["urged", "supervised", "taken_to_head", "taken_to_lead"];

fn is(by: By, state: &State, event: &Event) -> bool {
    let actor = event.actor.as_deref();
    let role = |name: &str| actor.is_some_and(|actor| actor.starts_with(name));
    let coordinator = role("coordinator.");
    let verifier = role("verifier.");
    match by {
        By::Lead if state.lead == "neighbour" => coordinator,
        By::Lead => !coordinator && !verifier && event.office.as_ref() == Some(&state.lead),
        By::Coordinator => coordinator,
        By::Independent => {
            let (person, office) = state.handled.clone().unwrap_or_default();
            (coordinator || verifier) && actor != Some(&person) && event.office != Some(office)
        }
        By::Resident | By::Service => actor.is_none(),
        By::CoordinatorOrService => coordinator || actor.is_none(),
        By::Staff => actor.is_some(),
    }
}

/// What must hold beside the table.
fn holds(pack: &Pack, state: &State, event: &Event) -> bool {
    match event.kind.as_str() {
        "extended" | "extension_asked" if state.extensions >= pack.max_extensions() => false,
        "extension_asked" => !state.extension_asked,
        "extension_refused" => state.extension_asked,
        "verified" | "confirmed" => !state.verified,
        "closed" => state.verified,
        "disputed" => state
            .closed_at
            .is_none_or(|closed| event.at - closed <= TimeDelta::days(30)),
        "resumed" if event.actor.is_none() => {
            state.suspended_until.is_some_and(|until| until <= event.at)
        }
        "resident_asked" => !state.asked,
        "resident_answered" | "answer_lapsed" => state.asked,
        "withdrawn" => state.reporters == 1,
        "left" => state.reporters > 1,
        kind if RUNGS.contains(&kind) => !state.asked && RUNGS.get(state.rung) == Some(&kind),
        _ => true,
    }
}

/// Says what is unlawful about a step from a state.
pub fn check(pack: &Pack, state: &State, event: &Event, position: usize) -> Result<(), String> {
    let refused = |why: &str| Err(format!("{why}: {event:?} in {state:?}"));
    match (position, event.kind.as_str()) {
        (0, "received") if event.status == "received" && event.actor.is_none() => return Ok(()),
        (1, "dispatched") if event.status == "dispatched" && event.actor.is_none() => return Ok(()),
        (0 | 1, _) => return refused("a case is received and dispatched first"),
        _ => {}
    }
    if state.status == "merged" {
        return refused("nothing happens to a merged case");
    }
    // 退单 has two outcomes, and 派遣 names another office.
    let (from, to, by): (&[&str], Option<&str>, By) = match event.kind.as_str() {
        "returned" if state.decided_for_good => return refused("decided for good"),
        "returned" => {
            let to = if state.returns == 0 {
                "dispatched"
            } else {
                "returned"
            };
            (&["dispatched", "accepted", "reopened"], Some(to), By::Lead)
        }
        "dispatched" => (UNHANDLED, Some("dispatched"), By::Coordinator),
        kind => match LAW.iter().find(|(known, ..)| *known == kind) {
            Some((_, from, to, by)) => (from, *to, *by),
            None => return refused("nobody knows this step"),
        },
    };
    if !from.contains(&state.status.as_str()) {
        return refused("not from there");
    }
    if event.status != to.unwrap_or(&state.status) {
        return refused("not to there");
    }
    if !is(by, state, event) {
        return refused("not theirs");
    }
    if !holds(pack, state, event) {
        return refused("not now");
    }
    Ok(())
}
