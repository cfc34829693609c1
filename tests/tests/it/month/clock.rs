//! When a case is due, counted anew: a stopped clock keeps what was left, and a running one a moment.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::calendar::Pace;
use super::pack::{Pack, Step};
use super::story::{Event, State, said, text, time};

/// The case's own clock.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Hand {
    /// It runs out then.
    Running(DateTime<Utc>),
    /// It stands with so many seconds left.
    Stopped(i64),
    /// It stands, and had run out then.
    StoppedLate(DateTime<Utc>),
}

#[derive(Clone, Debug)]
pub struct Clock {
    pace: Pace,
    /// What a case of its kind has, in seconds.
    full: i64,
    hand: Hand,
    step: Option<Step>,
    step_due: Option<DateTime<Utc>>,
    asked_at: Option<DateTime<Utc>>,
    answer_by: Option<DateTime<Utc>>,
    pub rung: usize,
    /// Whether it was last handled in time.
    pub in_time: bool,
}

fn step_of(status: &str) -> Option<Step> {
    match status {
        "received" | "returned" => Some(Step::Decide),
        "dispatched" | "reopened" => Some(Step::Accept),
        "accepted" | "extended" => Some(Step::Handle),
        "handled" => Some(Step::Verify),
        _ => None,
    }
}

impl Clock {
    pub fn filed(pack: &Pack, category: &str, routing: &Value, at: DateTime<Utc>) -> Self {
        let (full, pace) = pack.deadline(category, &text(&routing["rule"]));
        Self {
            pace,
            full,
            hand: Hand::Running(pack.calendar.add(pace, at, full)),
            step: None,
            step_due: None,
            asked_at: None,
            answer_by: None,
            rung: 0,
            in_time: false,
        }
    }

    fn start(&mut self, pack: &Pack, now: DateTime<Utc>) {
        self.hand = Hand::Running(pack.calendar.add(self.pace, now, self.full));
    }

    fn stop(&mut self, pack: &Pack, now: DateTime<Utc>) {
        if let Hand::Running(due) = self.hand {
            self.hand = if due > now {
                Hand::Stopped(pack.calendar.between(self.pace, now, due))
            } else {
                Hand::StoppedLate(due)
            };
        }
    }

    fn run(&mut self, pack: &Pack, now: DateTime<Utc>) {
        self.hand = match self.hand {
            Hand::Stopped(left) => Hand::Running(pack.calendar.add(self.pace, now, left)),
            Hand::StoppedLate(due) => Hand::Running(due),
            running @ Hand::Running(_) => running,
        };
    }

    fn extend(&mut self, pack: &Pack, now: DateTime<Utc>, more: i64) {
        self.hand = match self.hand {
            Hand::Running(due) => Hand::Running(pack.calendar.add(self.pace, due.max(now), more)),
            Hand::Stopped(left) => Hand::Stopped(left + more),
            Hand::StoppedLate(_) => Hand::Stopped(more),
        };
    }

    /// Follows a step that leads to `after`.
    pub fn follow(&mut self, pack: &Pack, event: &Event, after: &State) {
        let now = event.at;
        let kind = event.kind.as_str();
        if kind == "reclassified" {
            (self.full, self.pace) = pack.deadline(&after.category, &text(&after.routing["rule"]));
        }
        if kind == "handled" {
            self.in_time = match self.hand {
                Hand::Running(due) => now <= due,
                Hand::Stopped(_) => true,
                Hand::StoppedLate(_) => false,
            };
        }
        let started = matches!(
            kind,
            "dispatched" | "returned" | "reclassified" | "reopened" | "disputed"
        );
        let answered = matches!(kind, "resident_answered" | "answer_lapsed");
        match kind {
            _ if started => self.start(pack, now),
            "handled" | "closed" | "rejected" | "withdrawn" | "merged" | "suspended"
            | "resident_asked" => self.stop(pack, now),
            "verification_failed" | "resumed" => self.run(pack, now),
            _ if answered => self.run(pack, now),
            "extended" => {
                let hours: i64 = said(&event.note, "hours").unwrap().parse().unwrap();
                self.extend(pack, now, hours * 3600);
            }
            _ => {}
        }
        self.turn(pack, event, after, started, answered);
    }

    fn turn(&mut self, pack: &Pack, event: &Event, after: &State, started: bool, answered: bool) {
        let now = event.at;
        let step = step_of(&after.status);
        let moved = started || step != self.step;
        self.step = step;
        if moved {
            let own = step.and_then(|step| pack.step_seconds(step, &after.category, self.pace));
            self.step_due = own.map(|own| pack.calendar.add(self.pace, now, own));
        } else if let (true, Some(asked), Some(due)) = (answered, self.asked_at, self.step_due)
            && due > asked
        {
            let left = pack.calendar.between(self.pace, asked, due);
            self.step_due = Some(pack.calendar.add(self.pace, now, left));
        }
        if event.kind == "resident_asked" {
            self.asked_at = Some(now);
            let wait = pack.answer_seconds();
            self.answer_by = Some(pack.calendar.add(Pace::Working, now, wait));
        } else if !after.asked {
            self.asked_at = None;
            self.answer_by = None;
        }
        if super::law::RUNGS.contains(&event.kind.as_str()) {
            self.rung += 1;
        }
        let late = self.due().is_some_and(|(_, due)| due < now);
        if (moved || event.kind == "extended") && !late {
            self.rung = 0;
        }
    }

    /// The step it waits for, and when that is due; nothing where the clock stands.
    fn due(&self) -> Option<(Step, DateTime<Utc>)> {
        let step = self.step?;
        if self.asked_at.is_some() {
            return None;
        }
        let case = match self.hand {
            Hand::Running(due) => Some(due),
            _ => None,
        };
        let due = match step {
            Step::Decide | Step::Verify => self.step_due?,
            Step::Accept => self.step_due?.min(case?),
            Step::Handle => case?,
        };
        Some((step, due))
    }

    /// When the service takes it a rung up by itself.
    pub fn climbs_at(&self, pack: &Pack) -> Option<DateTime<Utc>> {
        let (_, due) = self.due()?;
        let late = *pack.ladder(self.pace).get(self.rung)?;
        Some(pack.calendar.add(self.pace, due, late) + TimeDelta::seconds(1))
    }

    /// What a sweep at some moment should have done and did not.
    pub fn left_undone(&self, pack: &Pack, state: &State, swept: DateTime<Utc>) -> Option<String> {
        let passed = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= swept);
        if passed(self.climbs_at(pack)) {
            return Some(format!("no rung climbed at {swept}: {self:?}"));
        }
        if passed(self.answer_by) {
            return Some(format!(
                "an answer is still waited for at {swept}: {self:?}"
            ));
        }
        if state.status == "suspended" && passed(state.suspended_until) {
            return Some(format!("not come back at {swept}: {state:?}"));
        }
        None
    }

    pub fn answer_by(&self) -> Option<DateTime<Utc>> {
        self.answer_by
    }

    /// Compares what the desk said at a moment.
    pub fn check(
        &self,
        pack: &Pack,
        state: &State,
        said: &Value,
        at: DateTime<Utc>,
    ) -> Result<(), String> {
        let shown = &said["deadline"];
        let differs = |what: &str, ours: String| {
            Err(format!(
                "{what} should be {ours} at {at}, the desk says {said}; {self:?}"
            ))
        };
        if said["deadline_minutes"].as_i64() != Some(self.full / 60) {
            return differs("deadline_minutes", (self.full / 60).to_string());
        }
        let late = match self.hand {
            Hand::Running(due) => due < at,
            Hand::Stopped(_) => false,
            Hand::StoppedLate(_) => true,
        };
        if said["overdue"] != (late && !state.is_over()) {
            return differs("overdue", late.to_string());
        }
        if let Hand::Running(due) = self.hand
            && time(&said["due_at"]) != Some(due)
        {
            return differs("due_at", due.to_string());
        }
        if said["paused"] == matches!(self.hand, Hand::Running(_)) {
            return differs("paused", format!("{:?}", self.hand));
        }
        let rungs = ["urged", "supervised", "head", "lead"];
        let rung = self.rung.checked_sub(1).map(|rung| rungs[rung]);
        if said["escalation"]["rung"].as_str() != rung {
            return differs("the rung", format!("{rung:?}"));
        }
        let Some((step, due)) = self.due() else {
            return if shown.is_null() {
                Ok(())
            } else {
                differs("the deadline", "none".into())
            };
        };
        let left = pack.calendar.between(self.pace, at, due) / 60;
        let given = if self.step_due == Some(due) {
            pack.step_seconds(step, &state.category, self.pace)
                .unwrap_or(self.full)
        } else {
            self.full
        };
        let light = if due < at {
            "red"
        } else if left * 100 <= given / 60 * pack.amber_percent() {
            "amber"
        } else {
            "green"
        };
        let same = shown["step"].as_str() == Some(step.word())
            && time(&shown["due_at"]) == Some(due)
            && shown["minutes_left"].as_i64() == Some(left)
            && shown["light"].as_str() == Some(light);
        if same {
            Ok(())
        } else {
            differs("the deadline", format!("{step:?} {due} {left} {light}"))
        }
    }
}
