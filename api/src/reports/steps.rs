//! The step a case is at, when that step is late, and how far up a late case has been taken.
//!
//! A case has a deadline of its own; accepting, deciding and verifying have shorter ones beside it.
//! Whichever comes first counts. Past it, the case climbs a ladder: 催办, 督办, the head of the
//! office, the district's lead (the hours are the pack's `follow_up.toml`).

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::event::EventKind;
use super::model::{Report, Status};
use super::transitions::ClockEffect;
use crate::district::{Calendar, FollowUp, Hours};
use crate::message;
use crate::shared::message::Message;

/// What deadlines are counted by.
#[derive(Clone, Copy, Debug)]
pub struct Times<'a> {
    pub calendar: &'a Calendar,
    pub follow_up: &'a FollowUp,
}

/// What a case waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A coordinator says whose it is.
    Decide,
    /// The office accepts it or says whose it is.
    Accept,
    /// The office deals with it.
    Handle,
    /// Somebody else goes and looks, and closes it.
    Verify,
}

impl Step {
    pub fn name(self) -> Message {
        match self {
            Self::Decide => message!("协调派遣", "Deciding whose it is", "담당 조정"),
            Self::Accept => message!("接单", "Accepting", "접수 확인"),
            Self::Handle => message!("处置", "Dealing with it", "처리"),
            Self::Verify => message!("核查结案", "Verifying", "확인·종결"),
        }
    }

    /// The step's own time; dealing with it takes the case's.
    fn hours(self, category: &str, follow_up: &FollowUp) -> Option<Hours> {
        match self {
            Self::Decide => Some(follow_up.decide(category)),
            Self::Accept => Some(follow_up.accept(category)),
            Self::Handle => None,
            Self::Verify => Some(follow_up.verify(category)),
        }
    }
}

/// A rung of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// 催办
    Urged,
    /// 督办
    Supervised,
    /// The head of the office.
    Head,
    /// The district's lead.
    Lead,
}

impl Rung {
    pub const ALL: [Self; 4] = [Self::Urged, Self::Supervised, Self::Head, Self::Lead];
    /// The number of the last one.
    pub const LAST: u8 = 4;

    /// By how many rungs a case has climbed; none for a case that has climbed none.
    pub fn reached(escalation: i64) -> Option<Self> {
        let index = usize::try_from(escalation).ok()?.checked_sub(1)?;
        Self::ALL.get(index).copied()
    }

    pub fn event(self) -> EventKind {
        match self {
            Self::Urged => EventKind::Urged,
            Self::Supervised => EventKind::Supervised,
            Self::Head => EventKind::TakenToHead,
            Self::Lead => EventKind::TakenToLead,
        }
    }

    pub fn name(self) -> Message {
        match self {
            Self::Urged => message!("催办", "Urged", "독촉"),
            Self::Supervised => message!("督办", "Supervised", "감독"),
            Self::Head => message!(
                "报主要负责人",
                "Taken to the head of the office",
                "부서장 보고"
            ),
            Self::Lead => message!(
                "报领导小组",
                "Taken to the district's lead",
                "영도소조 보고"
            ),
        }
    }
}

/// How a deadline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    Green,
    /// Little of the time is left.
    Amber,
    /// Late.
    Red,
    /// The clock stands: suspended, or the resident was asked something.
    Stopped,
}

/// The deadline that counts now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepDeadline {
    pub step: Step,
    pub due_at: DateTime<Utc>,
    /// All the time the step was given, in minutes of the case's clock.
    pub given: i64,
    /// What is left of it; negative when late.
    pub left: i64,
    pub light: Light,
}

impl Report {
    /// What the case waits for; nothing once it is over or put off.
    pub fn step(&self) -> Option<Step> {
        match self.status {
            Status::Received | Status::Returned => Some(Step::Decide),
            Status::Dispatched | Status::Reopened => Some(Step::Accept),
            Status::Accepted | Status::Extended => Some(Step::Handle),
            Status::Handled => Some(Step::Verify),
            Status::Suspended | Status::Closed | Status::Rejected | Status::Merged => None,
        }
    }

    /// The deadline that counts at `now`; none where the clock stands.
    pub fn deadline(&self, times: &Times<'_>, now: DateTime<Utc>) -> Option<StepDeadline> {
        let step = self.step()?;
        let due_at = self.counting_from()?;
        let own = step.hours(&self.category, times.follow_up);
        let given = match own {
            Some(hours) if self.step_due_at == Some(due_at) => hours.minutes(self.around_the_clock),
            _ => self.deadline_minutes,
        };
        let left = self.minutes_between(times.calendar, now, due_at);
        let light = if left < 0 || due_at < now {
            Light::Red
        } else if left * 100 <= given * times.follow_up.amber_percent {
            Light::Amber
        } else {
            Light::Green
        };
        Some(StepDeadline {
            step,
            due_at,
            given,
            left,
            light,
        })
    }

    /// The deadline that counts; none where the clock stands or the case is over.
    pub fn runs_until(&self) -> Option<DateTime<Utc>> {
        self.counting_from()
    }

    /// The earlier of the step's deadline and the case's, as far as they run.
    fn counting_from(&self) -> Option<DateTime<Utc>> {
        if self.asked_at.is_some() {
            return None;
        }
        let own = self.step_due_at;
        let case = self.due_at.filter(|_| self.paused_at.is_none());
        match self.step()? {
            Step::Verify | Step::Decide => own,
            Step::Accept | Step::Handle => match (own, case) {
                (Some(own), Some(case)) => Some(own.min(case)),
                (own, case) => own.or(case),
            },
        }
    }

    /// From `from` to `to` in minutes of the case's clock; negative where `to` is before.
    pub fn minutes_between(
        &self,
        calendar: &Calendar,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> i64 {
        if self.around_the_clock {
            (to - from).num_minutes()
        } else if to >= from {
            calendar.working_minutes_between(from, to)
        } else {
            -calendar.working_minutes_between(to, from)
        }
    }

    /// A deadline moved by a pause that began at `paused`: what was left is left from `now`.
    pub(super) fn put_off(
        &self,
        calendar: &Calendar,
        due: DateTime<Utc>,
        paused: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        if due <= paused {
            return due;
        }
        // Not in whole minutes: every pause would take a part of one away.
        if self.around_the_clock {
            now + (due - paused)
        } else {
            calendar.add_working_time(now, calendar.working_time_between(paused, due))
        }
    }

    /// Starts the clock of a new case's first step.
    pub(super) fn begin_step(&mut self, times: &Times<'_>, now: DateTime<Utc>) {
        self.turn_step(None, ClockEffect::Start, times, now);
    }

    /// Sets the deadline of the step the case is at now, `before` being the one it was at.
    pub(super) fn turn_step(
        &mut self,
        before: Option<Step>,
        clock: ClockEffect,
        times: &Times<'_>,
        now: DateTime<Utc>,
    ) {
        let resumed = self.asked_at.filter(|_| clock == ClockEffect::Resume);
        let moved = self.step() != before || clock == ClockEffect::Start;
        if moved {
            let own = self
                .step()
                .and_then(|step| step.hours(&self.category, times.follow_up));
            self.step_due_at = own
                .map(|hours| self.after(times.calendar, now, hours.minutes(self.around_the_clock)));
        } else if let (Some(asked), Some(due)) = (resumed, self.step_due_at) {
            self.step_due_at = Some(self.put_off(times.calendar, due, asked, now));
        }
        // Taking a case on answers no question: it stays open, and the clock stopped.
        if resumed.is_some() || (moved && clock != ClockEffect::Keep) {
            self.asked_at = None;
            self.answer_by = None;
        }
        if moved && !matches!(self.step(), Some(Step::Handle)) {
            self.extension_asked_hours = None;
        }
        let late = self
            .deadline(times, now)
            .is_some_and(|deadline| deadline.light == Light::Red);
        if (moved || clock == ClockEffect::Extend) && !late {
            self.escalation = 0;
        }
        self.escalates_at = self.climbs_at(times);
    }

    /// When a case that does not move climbs the next rung.
    pub fn climbs_at(&self, times: &Times<'_>) -> Option<DateTime<Utc>> {
        self.step()?;
        let due = self.counting_from()?;
        let rungs = times.follow_up.ladder.rungs();
        let next = rungs.get(usize::try_from(self.escalation).ok()?)?;
        let late = next.minutes(self.around_the_clock);
        // A deadline is kept until its last moment, and broken by the next.
        Some(self.after(times.calendar, due, late) + TimeDelta::seconds(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::transitions::TRANSITIONS;

    #[test]
    fn a_case_waits_for_something_exactly_while_it_is_open_and_not_put_off() {
        for status in Status::ALL {
            let waits = !status.is_over() && status != Status::Suspended;
            let from_there = TRANSITIONS.iter().any(|row| row.from.contains(&status));
            assert!(!waits || from_there, "{status:?} leads nowhere");
        }
    }

    #[test]
    fn the_rungs_are_numbered_from_one() {
        assert_eq!(Rung::reached(0), None);
        assert_eq!(Rung::reached(1), Some(Rung::Urged));
        assert_eq!(Rung::reached(i64::from(Rung::LAST)), Some(Rung::Lead));
        assert_eq!(Rung::reached(5), None);
    }
}
