//! Every case's history walked from its first step to its last: is it lawful, was it due when the desk
//! said so, and what is known of it at each step.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::acts::Case;
use super::clock::Clock;
use super::law;
use super::pack::Pack;
use super::story::{Record, State, text};

/// What is known after each step of a case.
pub struct Walked {
    pub record: Record,
    /// The state before the first step, and after each.
    pub states: Vec<State>,
    pub in_time: bool,
}

/// Walks them all and gives everything that is wrong.
pub fn walk(
    pack: &Pack,
    cases: &[Case],
    records: Vec<Record>,
    sweeps: &[DateTime<Utc>],
    end: DateTime<Utc>,
) -> (Vec<Walked>, Vec<String>) {
    let mut wrong = Vec::new();
    let reporters: HashMap<String, i64> = records
        .iter()
        .map(|record| (record.code.clone(), record.reporters))
        .collect();
    let walked = cases
        .iter()
        .zip(records)
        .map(|(case, record)| one(pack, case, record, &reporters, (sweeps, end), &mut wrong))
        .collect();
    (walked, wrong)
}

fn one(
    pack: &Pack,
    case: &Case,
    record: Record,
    reporters: &HashMap<String, i64>,
    (sweeps, end): (&[DateTime<Utc>], DateTime<Utc>),
    wrong: &mut Vec<String>,
) -> Walked {
    let before = wrong.len();
    let mut say = |what: String| wrong.push(format!("{}: {what}", record.code));
    let mut seen: HashMap<usize, Vec<_>> = HashMap::new();
    for observation in &case.observations {
        let at = (observation.at, &observation.view);
        seen.entry(observation.steps).or_default().push(at);
    }
    seen.entry(record.events.len())
        .or_default()
        .push((end, &record.view));
    let mut state = State::filed(&case.category, &case.routing);
    let mut clock = Clock::filed(pack, &case.category, &case.routing, record.created_at);
    let mut states = vec![state.clone()];
    for (position, event) in record.events.iter().enumerate() {
        if let Err(why) = law::check(pack, &state, event, position) {
            say(why);
        }
        let by_itself = event.actor.is_none();
        if by_itself
            && law::RUNGS.contains(&event.kind.as_str())
            && clock.climbs_at(pack).is_none_or(|at| at > event.at)
        {
            say(format!("climbed too early: {event:?} {clock:?}"));
        }
        if event.kind == "answer_lapsed" && clock.answer_by().is_none_or(|by| by > event.at) {
            say(format!("lapsed too early: {event:?} {clock:?}"));
        }
        state.follow(pack, event, &record);
        clock.follow(pack, event, &state);
        state.rung = clock.rung;
        if event.kind == "absorbed" {
            state.reporters += reporters[&event.code_in_text()];
        }
        for (at, view) in seen.get(&(position + 1)).into_iter().flatten() {
            if let Err(why) = clock.check(pack, &state, view, *at) {
                say(why);
            }
        }
        // Whatever was due before the next step had been done by the last sweep before it.
        let next = record.events.get(position + 1).map_or(end, |next| next.at);
        let swept = sweeps.partition_point(|swept| *swept < next).checked_sub(1);
        if let Some(swept) = swept
            .map(|index| sweeps[index])
            .filter(|swept| *swept >= event.at)
            && let Some(undone) = clock.left_undone(pack, &state, swept)
        {
            say(undone);
        }
        states.push(state.clone());
    }
    if state.reporters != record.reporters {
        say(format!(
            "{} reporters, the page says {}",
            state.reporters, record.reporters
        ));
    }
    let as_told = (
        &state.lead,
        &state.category,
        &state.assisting,
        state.status.as_str(),
    );
    let status = text(&record.view["status"]);
    if as_told
        != (
            &record.lead,
            &record.category,
            &record.assisting,
            status.as_str(),
        )
    {
        say(format!(
            "the history leads to {as_told:?}, the page says {status} {} {} {:?}",
            record.lead, record.category, record.assisting
        ));
    }
    // One fault draws others after it: the first few say enough.
    wrong.truncate(before + 3);
    Walked {
        in_time: clock.in_time,
        record,
        states,
    }
}
