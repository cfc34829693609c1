//! A report, and who may move it from one state to the next.
//!
//! The states follow city management: 受理 → 派遣 → 处置 → 核查 → 结案. The office that handles a case
//! never closes it: another office, or the resident, verifies it first.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Json;
use std::collections::BTreeMap;

pub use super::action::{Action, Actor, Before, Change, Refusal};
use super::code::Code;
pub use super::status::Status;
use super::steps::{Rung, Times};
use super::transitions::{ClockEffect, Transition, Who, transition};
use crate::auth::Role;
use crate::district::{Calendar, Decision};
use crate::message;
use crate::shared::id::{AccountId, ReportId};
use crate::shared::message::Message;

/// The `lead` of a place outside the district. Coordinators keep in touch with the neighbour.
pub const NEIGHBOUR: &str = "neighbour";

/// How long after closing a resident may say that it is not solved.
pub const DISPUTE_WITHIN: TimeDelta = TimeDelta::days(30);

/// A report as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Report {
    pub id: ReportId,
    pub code: Code,
    pub category: String,
    pub description: String,
    /// The description with personal data masked.
    pub public_description: String,
    pub lng: f64,
    pub lat: f64,
    pub public_lng: f64,
    pub public_lat: f64,
    pub accuracy_m: Option<f64>,
    pub address: String,
    pub public_address: String,
    pub township: Option<String>,
    pub community: Option<String>,
    pub answers: Json<BTreeMap<String, String>>,
    pub anonymous: bool,
    pub private: bool,
    pub status: Status,
    pub urgent: bool,
    pub routing: Json<Decision>,
    pub lead: String,
    pub assisting: String,
    pub assignee: Option<AccountId>,
    pub returns: i64,
    pub final_dispatch: bool,
    pub deadline_minutes: i64,
    pub around_the_clock: bool,
    pub due_at: Option<DateTime<Utc>>,
    pub paused_at: Option<DateTime<Utc>>,
    pub suspended_until: Option<DateTime<Utc>>,
    pub dispatched_at: Option<DateTime<Utc>>,
    pub handled_at: Option<DateTime<Utc>>,
    pub handled_by: Option<AccountId>,
    pub handled_office: Option<String>,
    pub verified_at: Option<DateTime<Utc>>,
    pub verified_by: Option<AccountId>,
    pub closed_at: Option<DateTime<Utc>>,
    pub merged_into: Option<ReportId>,
    pub reporters: i64,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// The public does not read the description until a person has.
    pub text_held: bool,
    /// The deadline of the present step, where it has one beside the case's own.
    pub step_due_at: Option<DateTime<Utc>>,
    /// How many rungs of the ladder a late case has climbed, 0 to 4.
    pub escalation: i64,
    /// When it climbs the next one, unless it moves.
    pub escalates_at: Option<DateTime<Utc>>,
    pub extensions: i64,
    /// Working hours the office asks for.
    pub extension_asked_hours: Option<i64>,
    /// Since when the resident has been asked something.
    pub asked_at: Option<DateTime<Utc>>,
    pub answer_by: Option<DateTime<Utc>>,
    /// The case that was closed at the same spot not long before.
    pub recurrence_of: Option<ReportId>,
}

fn extended_enough(times: &Times<'_>) -> Message {
    message!(
        "这个案件已经延期 {n} 次，不能再延。",
        "This case has been given more time {n} times already.",
        "이 사건은 이미 {n}회 연장되어 더 연장할 수 없습니다.",
        n = times.follow_up.max_extensions
    )
}

impl Report {
    /// Whether the case is not over and late; a stopped clock is read where it stopped.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        !self.status.is_over()
            && self
                .due_at
                .is_some_and(|due| due < self.paused_at.unwrap_or(now))
    }

    pub fn assisting(&self) -> impl Iterator<Item = &str> {
        self.assisting.split(',').filter(|id| !id.is_empty())
    }

    /// Whether an office leads or assists.
    pub fn concerns(&self, office: &str) -> bool {
        self.lead == office || self.assisting().any(|id| id == office)
    }

    /// Whether this person may do this now.
    pub fn allows(&self, action: Action, actor: &Actor, now: DateTime<Utc>) -> Result<(), Refusal> {
        let row = transition(action);
        if !row.who.iter().any(|who| self.is(*who, actor)) {
            return Err(Refusal::NotYours(self.not_yours(action, actor)));
        }
        if !row.from.contains(&self.status) {
            return Err(Refusal::NotNow(message!(
                "现在的状态是“{zh}”，不能这样做。",
                "This cannot be done while the case is “{en}”.",
                "현재 상태('{ko}')에서는 할 수 없습니다.",
                zh = self.status.name().zh,
                en = self.status.name().en,
                ko = self.status.name().ko
            )));
        }
        self.further_conditions(action, now)
    }

    fn further_conditions(&self, action: Action, now: DateTime<Utc>) -> Result<(), Refusal> {
        let refused = match action {
            Action::Return if self.final_dispatch => Some(message!(
                "协调员已作最终决定，不能再退单。",
                "A coordinator has decided for good: the case cannot be returned again.",
                "조정 담당자가 최종 결정했으므로 다시 반려할 수 없습니다."
            )),
            Action::Verify | Action::Confirm | Action::VerifyByWitnesses
                if self.verified_at.is_some() =>
            {
                Some(message!(
                    "已经核查通过。",
                    "It has already been verified.",
                    "이미 확인되었습니다."
                ))
            }
            Action::Close if self.verified_at.is_none() => Some(message!(
                "还没有核查通过，不能结案。",
                "It has not been verified yet, so it cannot be closed.",
                "아직 확인되지 않아 종결할 수 없습니다."
            )),
            Action::AskExtension if self.extension_asked_hours.is_some() => Some(message!(
                "已经申请延期，等协调员答复。",
                "More time has been asked for already; a coordinator will answer.",
                "이미 기한 연장을 신청했으며 조정 담당자의 답변을 기다리고 있습니다."
            )),
            Action::RefuseExtension if self.extension_asked_hours.is_none() => Some(message!(
                "没有待答复的延期申请。",
                "Nobody has asked for more time.",
                "대기 중인 연장 신청이 없습니다."
            )),
            Action::AskResident if self.asked_at.is_some() => Some(message!(
                "已经问过举报人，在等答复。",
                "The resident has been asked and has not answered yet.",
                "이미 신고자에게 질문했으며 답변을 기다리고 있습니다."
            )),
            Action::Answer | Action::LapseAnswer if self.asked_at.is_none() => Some(message!(
                "现在没有需要您答复的问题。",
                "Nothing is being asked of you now.",
                "지금 답변할 질문이 없습니다."
            )),
            Action::Urge if self.escalation >= i64::from(Rung::LAST) => Some(message!(
                "已经报到领导小组，不能再往上催。",
                "It has gone up to the district's lead already.",
                "이미 영도소조까지 보고되었습니다."
            )),
            Action::Urge if self.asked_at.is_some() => Some(message!(
                "在等举报人答复，不能催办。",
                "The case waits for the resident's answer.",
                "신고자의 답변을 기다리는 중입니다."
            )),
            Action::Dispute
                if self
                    .closed_at
                    .is_some_and(|closed| now - closed > DISPUTE_WITHIN) =>
            {
                Some(message!(
                    "结案已超过 30 天，请重新举报。",
                    "It was closed more than 30 days ago: please report again.",
                    "종결된 지 30일이 지났습니다. 다시 신고해 주세요."
                ))
            }
            _ => None,
        };
        refused.map_or(Ok(()), |message| Err(Refusal::NotNow(message)))
    }

    /// Whether the actor is what a row of the table asks for.
    fn is(&self, who: Who, actor: &Actor) -> bool {
        match (who, actor) {
            (Who::Resident, Actor::Resident) | (Who::System, Actor::System) => true,
            (
                Who::LeadHandler,
                Actor::Staff {
                    role: Role::Handler,
                    office,
                    ..
                },
            ) => office.as_deref() == Some(self.lead.as_str()),
            (
                Who::LeadHandler,
                Actor::Staff {
                    role: Role::Coordinator,
                    ..
                },
            ) => self.lead == NEIGHBOUR,
            (
                Who::AssistingHandler,
                Actor::Staff {
                    role: Role::Handler,
                    office,
                    ..
                },
            ) => office
                .as_deref()
                .is_some_and(|office| self.concerns(office)),
            (Who::Coordinator, Actor::Staff { role, .. }) => *role == Role::Coordinator,
            (Who::Administrator, Actor::Staff { role, .. }) => *role == Role::Administrator,
            (Who::Verifier, Actor::Staff { role, .. }) => *role == Role::Verifier,
            (Who::Independent, Actor::Staff { id, role, office }) => {
                matches!(role, Role::Verifier | Role::Coordinator)
                    && self.handled_by != Some(*id)
                    && (office.is_none() || *office != self.handled_office)
            }
            _ => false,
        }
    }

    fn not_yours(&self, action: Action, actor: &Actor) -> Message {
        let handled_it = match actor {
            Actor::Staff { id, office, .. } => {
                self.handled_by == Some(*id) || (office.is_some() && *office == self.handled_office)
            }
            _ => false,
        };
        match action {
            Action::Verify | Action::FailVerification | Action::Close if handled_it => message!(
                "处置的部门不能自己核查、结案，须由其他部门或居民核查。",
                "The office that handled a case cannot verify or close it: another office or the resident does.",
                "처리한 부서는 직접 확인하거나 종결할 수 없습니다."
            ),
            _ => message!(
                "这件事不由您或您的部门办理。",
                "This is not for you or your office to do.",
                "이 일은 귀하 또는 귀 부서의 소관이 아닙니다."
            ),
        }
    }

    /// Carries a change out and gives the report as it then is.
    ///
    /// # Errors
    /// [`Refusal`] when the table of transitions does not allow it.
    pub fn changed(
        mut self,
        change: &Change,
        actor: &Actor,
        times: &Times<'_>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        self.allows(change.action(), actor, now)?;
        let step = self.step();
        let Transition { to, clock, .. } = transition(change.action());
        if let Some(status) = to {
            self.status = *status;
        }
        match change {
            Change::Accept => self.assignee = actor.id(),
            Change::HandOver { to } => self.assignee = Some(*to),
            Change::Return { target } => {
                self.returns += 1;
                if self.returns >= 2 {
                    self.status = Status::Returned;
                    self.assignee = None;
                } else {
                    self.move_to(target.clone(), now);
                }
            }
            Change::Dispatch { office, last } => {
                self.final_dispatch = *last || self.returns >= 2;
                self.move_to(office.clone(), now);
            }
            Change::Handle => {
                self.handled_at = Some(now);
                self.handled_by = actor.id();
                self.handled_office = Some(self.lead.clone());
                self.verified_at = None;
                self.verified_by = None;
            }
            Change::Verify | Change::Confirm | Change::VerifyByWitnesses => {
                self.verified_at = Some(now);
                self.verified_by = actor.id();
            }
            Change::FailVerification | Change::Dispute | Change::Reopen => {
                self.verified_at = None;
                self.verified_by = None;
                self.closed_at = None;
            }
            Change::Suspend { until } => self.suspended_until = Some(*until),
            Change::Resume => self.suspended_until = None,
            Change::Merge { into } => self.merged_into = Some(*into),
            Change::Close | Change::Reject | Change::Withdraw => self.closed_at = Some(now),
            Change::Extend { .. } => {
                if self.extensions >= times.follow_up.max_extensions {
                    return Err(Refusal::NotNow(extended_enough(times)));
                }
                self.extensions += 1;
                self.extension_asked_hours = None;
            }
            Change::AskExtension { hours } => {
                if self.extensions >= times.follow_up.max_extensions {
                    return Err(Refusal::NotNow(extended_enough(times)));
                }
                self.extension_asked_hours = Some(i64::from(*hours));
            }
            Change::RefuseExtension => self.extension_asked_hours = None,
            Change::AskResident => {
                let wait = times.follow_up.answer_hours * 60;
                self.asked_at = Some(now);
                self.answer_by = Some(times.calendar.add_working_minutes(now, wait));
            }
            Change::Reclassify { category, decision } => {
                self.reclassify(category.clone(), (**decision).clone(), now);
            }
            Change::Urge => self.escalation += 1,
            Change::Undo { .. }
            | Change::Note
            | Change::AddPhotos
            | Change::Answer
            | Change::LapseAnswer => {}
        }
        let extension = match change {
            Change::Extend { hours } => i64::from(*hours) * 60,
            _ => 0,
        };
        if matches!(change, Change::Handle) && self.asked_at.is_some() {
            // Dealt with without the answer: the clock stood until now, and the deadline with it.
            self.turn_clock(ClockEffect::Resume, 0, times.calendar, now);
        }
        self.turn_clock(*clock, extension, times.calendar, now);
        self.turn_step(step, *clock, times, now);
        // Last: the step that is taken back started no clock.
        if let Change::Undo { before } = change {
            self.restore(before);
        }
        self.updated_at = now;
        Ok(self)
    }

    fn restore(&mut self, before: &Before) {
        self.status = before.status;
        self.assignee = before.assignee;
        self.step_due_at = before.step_due_at;
        self.escalation = before.escalation;
        self.escalates_at = before.escalates_at;
        self.extension_asked_hours = before.extension_asked_hours;
    }

    fn reclassify(&mut self, category: String, decision: Decision, now: DateTime<Utc>) {
        self.category = category;
        self.urgent = decision.urgent;
        self.deadline_minutes = i64::from(decision.deadline.hours) * 60;
        self.around_the_clock = decision.deadline.around_the_clock;
        self.assisting = decision
            .assisting
            .iter()
            .fold(",".to_owned(), |list, office| list + &office.id + ",");
        self.returns = 0;
        self.final_dispatch = false;
        self.move_to(decision.lead.id.clone(), now);
        self.routing = Json(decision);
    }

    /// Lets an office that does not lead see the case and work on it.
    pub(super) fn bring_in(&mut self, office: &str) {
        if !self.concerns(office) {
            if self.assisting.is_empty() {
                self.assisting.push(',');
            }
            self.assisting.push_str(office);
            self.assisting.push(',');
        }
    }

    fn move_to(&mut self, office: String, now: DateTime<Utc>) {
        self.assisting = self
            .assisting()
            .filter(|id| *id != office)
            .fold(",".to_owned(), |list, id| list + id + ",");
        self.lead = office;
        self.assignee = None;
        self.dispatched_at = Some(now);
    }

    fn turn_clock(
        &mut self,
        effect: ClockEffect,
        extension: i64,
        calendar: &Calendar,
        now: DateTime<Utc>,
    ) {
        let after = |from, minutes| self.after(calendar, from, minutes);
        match effect {
            ClockEffect::Keep => {}
            ClockEffect::Start => {
                self.due_at = Some(after(now, self.deadline_minutes));
                self.paused_at = None;
            }
            ClockEffect::Stop => self.paused_at = self.paused_at.or(Some(now)),
            ClockEffect::Resume => {
                if let (Some(due), Some(paused)) = (self.due_at, self.paused_at) {
                    self.due_at = Some(self.put_off(calendar, due, paused, now));
                }
                self.paused_at = None;
            }
            ClockEffect::Extend => {
                // A stopped clock is read where it stopped, or the pause would be given twice.
                let read = self.paused_at.unwrap_or(now);
                self.due_at = Some(after(self.due_at.unwrap_or(read).max(read), extension));
            }
        }
    }

    pub(super) fn after(
        &self,
        calendar: &Calendar,
        from: DateTime<Utc>,
        minutes: i64,
    ) -> DateTime<Utc> {
        if self.around_the_clock {
            from + TimeDelta::minutes(minutes)
        } else {
            calendar.add_working_minutes(from, minutes)
        }
    }
}
