//! A booking, its states, and what may be done to it when. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::Day;
use super::slots::{Room, SlotKey};
use crate::district::pickups::{Half, Party};
use crate::message;
use crate::shared::code::Code;
use crate::shared::error::Error;
use crate::shared::geo::Point;
use crate::shared::id::{AccountId, PickupId, SlotId};
use crate::shared::message::Message;
use crate::shared::money::Money;
use crate::shared::phone::Phone;

/// Where a booking stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    sqlx::Type,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = PickupStatus)]
pub enum Status {
    /// On the waiting list of a full half-day.
    Waiting,
    /// A freed place is kept for them until `held_until`.
    Offered,
    /// A place is kept while the form is filled in, until `held_until`.
    Held,
    Booked,
    Collected,
    /// Collected in part.
    Partly,
    /// The crew refused it, with a reason.
    Refused,
    /// Nobody opened.
    Missed,
    Cancelled,
    /// Not confirmed in time, or no place became free.
    Expired,
}

impl Status {
    pub const ALL: [Self; 10] = [
        Self::Waiting,
        Self::Offered,
        Self::Held,
        Self::Booked,
        Self::Collected,
        Self::Partly,
        Self::Refused,
        Self::Missed,
        Self::Cancelled,
        Self::Expired,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Held => "held",
            Self::Booked => "booked",
            Self::Collected => "collected",
            Self::Partly => "partly",
            Self::Refused => "refused",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether it takes room of its half-day that can still be given back.
    pub fn takes_room(self) -> bool {
        matches!(self, Self::Held | Self::Offered | Self::Booked)
    }

    /// The status in a resident's words.
    pub fn name(self) -> Message {
        match self {
            Self::Waiting => message!("排队等候", "Waiting", "대기 중"),
            Self::Offered => message!(
                "有空位，待确认",
                "A place is free, please confirm",
                "자리가 났습니다. 확인해 주세요"
            ),
            Self::Held => message!(
                "已暂留，待确认",
                "Held, please confirm",
                "임시 확보, 확인 필요"
            ),
            Self::Booked => message!("已预约", "Booked", "예약됨"),
            Self::Collected => message!("已收走", "Collected", "수거 완료"),
            Self::Partly => message!("部分收走", "Collected in part", "일부 수거"),
            Self::Refused => message!("未收", "Not taken", "수거 거부"),
            Self::Missed => message!("家中无人", "Nobody was home", "부재"),
            Self::Cancelled => message!("已取消", "Cancelled", "취소됨"),
            Self::Expired => message!("已过期", "Expired", "만료됨"),
        }
    }
}

/// A booking as it is stored, with the half-day it is for.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Booking {
    pub id: PickupId,
    pub code: Code,
    pub secret_hash: Vec<u8>,
    /// What its QR label holds: finds the stop and the consignment, for staff only.
    pub scan_token: String,
    pub status: Status,
    pub party: Party,
    pub account_id: Option<AccountId>,
    pub staff_id: Option<AccountId>,
    pub name: String,
    pub phone: Phone,
    pub email: Option<String>,
    pub lang: String,
    pub township: String,
    pub community: Option<String>,
    pub address: String,
    pub floor: i64,
    pub lift: bool,
    pub lng: Option<f64>,
    pub lat: Option<f64>,
    pub household_hash: Vec<u8>,
    pub slot_id: SlotId,
    pub items: i64,
    pub litres: i64,
    pub price_fen: Money,
    pub note: String,
    pub held_until: Option<DateTime<Utc>>,
    pub queued_at: Option<DateTime<Utc>>,
    pub booked_at: Option<DateTime<Utc>>,
    pub missed: i64,
    pub weight_g: Option<i64>,
    pub outcome_note: Option<String>,
    pub outcome_at: Option<DateTime<Utc>>,
    pub outcome_by: Option<AccountId>,
    pub reminded_three_at: Option<DateTime<Utc>>,
    pub reminded_one_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub collector: String,
    pub zone: String,
    pub day: Day,
    pub half: Half,
}

/// One line of a booking.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BookedItem {
    pub item: String,
    pub quantity: i64,
    /// What the crew took; nothing yet before it came.
    pub taken: Option<i64>,
    pub unit_fen: Money,
    /// For carrying one.
    pub floor_fen: Money,
    /// Added at the door.
    pub extra: bool,
}

impl BookedItem {
    pub fn total(&self) -> Money {
        (self.unit_fen + self.floor_fen) * self.taken.unwrap_or(self.quantity)
    }
}

/// A step in a booking's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum EventKind {
    Held,
    Queued,
    Offered,
    Confirmed,
    Changed,
    Cancelled,
    Expired,
    Collected,
    Partly,
    Refused,
    /// Nobody opened; the booking moved to the next free half-day, or ended.
    NobodyHome,
}

impl EventKind {
    pub fn name(self) -> Message {
        match self {
            Self::Held => message!(
                "暂留了时段",
                "A place was held",
                "시간대를 임시 확보했습니다"
            ),
            Self::Queued => message!(
                "加入了等候名单",
                "Joined the waiting list",
                "대기 명단에 올렸습니다"
            ),
            Self::Offered => message!(
                "轮到您，请确认",
                "Your turn: please confirm",
                "차례가 되었습니다. 확인해 주세요"
            ),
            Self::Confirmed => message!("预约成功", "Booked", "예약되었습니다"),
            Self::Changed => message!("预约有改动", "Changed", "예약이 변경되었습니다"),
            Self::Cancelled => message!("已取消", "Cancelled", "취소되었습니다"),
            Self::Expired => message!(
                "没有按时确认",
                "Not confirmed in time",
                "제때 확인되지 않았습니다"
            ),
            Self::Collected => message!("已收走", "Collected", "수거했습니다"),
            Self::Partly => message!("收走了一部分", "Collected in part", "일부를 수거했습니다"),
            Self::Refused => message!(
                "没有收，见原因",
                "Not taken, see the reason",
                "수거하지 않았습니다. 이유를 확인하세요"
            ),
            Self::NobodyHome => message!(
                "上门时家中无人",
                "Nobody was home",
                "방문했으나 부재였습니다"
            ),
        }
    }
}

/// Why something cannot be done to a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotNow(Message),
    /// A field that would make it possible.
    Needs(&'static str, Message),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotNow(message) => Self::Conflict(message),
            Refusal::Needs(field, message) => Self::field(field, message),
        }
    }
}

/// What a crew reports of a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Collected,
    Partly,
    Refused,
    /// Nobody opened, and no further visit is arranged.
    Missed,
}

impl Booking {
    pub fn key(&self) -> SlotKey {
        SlotKey {
            collector: self.collector.clone(),
            zone: self.zone.clone(),
            day: self.day,
            half: self.half,
        }
    }

    pub fn room(&self) -> Room {
        Room {
            items: self.items,
            litres: self.litres,
        }
    }

    pub fn point(&self) -> Option<Point> {
        Point::new(self.lng?, self.lat?).ok()
    }

    /// Whether the place kept for it was not confirmed in time.
    pub fn lapsed(&self, now: DateTime<Utc>) -> bool {
        matches!(self.status, Status::Held | Status::Offered)
            && self.held_until.is_some_and(|until| until <= now)
    }

    fn not_now(&self) -> Refusal {
        let name = self.status.name();
        Refusal::NotNow(message!(
            "现在的状态是“{zh}”，不能这样做。",
            "This cannot be done while the booking is “{en}”.",
            "현재 상태('{ko}')에서는 할 수 없습니다.",
            zh = name.zh,
            en = name.en,
            ko = name.ko
        ))
    }

    /// Confirms a place that is still kept.
    pub fn confirmed(mut self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.lapsed(now) || self.status == Status::Expired {
            return Err(Refusal::NotNow(message!(
                "保留时间已过，请重新选时段。",
                "The place was not confirmed in time: please choose again.",
                "확보 시간이 지났습니다. 다시 선택해 주세요."
            )));
        }
        if !matches!(self.status, Status::Held | Status::Offered) {
            return Err(self.not_now());
        }
        self.status = Status::Booked;
        self.booked_at = Some(now);
        self.held_until = None;
        self.updated_at = now;
        Ok(self)
    }

    /// Whether its half-day, items and address may still be changed.
    ///
    /// A missed visit may be given a new half-day whatever the cut-off of the old one.
    pub fn changeable(&self, cut_off: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
        match self.status {
            Status::Held | Status::Offered if !self.lapsed(now) => Ok(()),
            Status::Booked if now < cut_off => Ok(()),
            Status::Booked => Err(Refusal::NotNow(message!(
                "已过截止时间，收运路线已排定，只能改备注和联系方式，或说明原因取消。",
                "The cut-off has passed and the round is planned: only the note and contact can be changed, or it can be cancelled with a reason.",
                "마감이 지나 경로가 확정되었습니다. 메모와 연락처만 바꾸거나 이유를 적어 취소할 수 있습니다."
            ))),
            Status::Missed if self.missed < 2 => Ok(()),
            _ => Err(self.not_now()),
        }
    }

    /// Cancels: freely before the cut-off, with a reason after it, never once the half-day is over.
    pub fn cancelled(
        mut self,
        reason: Option<&str>,
        cut_off: DateTime<Utc>,
        ends: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        match self.status {
            Status::Booked if now >= ends => {
                return Err(Refusal::NotNow(message!(
                    "这个时段已经结束。",
                    "This half-day is over.",
                    "이 시간대는 이미 끝났습니다."
                )));
            }
            Status::Booked if now >= cut_off && reason.is_none() => {
                return Err(Refusal::Needs(
                    "reason",
                    message!(
                        "已过截止时间，请说明取消的原因。",
                        "The cut-off has passed: please give a reason.",
                        "마감이 지났습니다. 취소 이유를 적어 주세요."
                    ),
                ));
            }
            Status::Booked | Status::Waiting | Status::Held | Status::Offered => {}
            _ => return Err(self.not_now()),
        }
        self.status = Status::Cancelled;
        self.held_until = None;
        self.queued_at = None;
        self.updated_at = now;
        Ok(self)
    }

    /// Gives the next in turn a place for a limited time.
    pub fn offered(mut self, until: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        self.status = Status::Offered;
        self.held_until = Some(until);
        self.updated_at = now;
        self
    }

    /// Ends what was not confirmed, and forgets whom it was for: nothing came of it.
    pub fn expired(mut self, now: DateTime<Utc>) -> Self {
        self.status = Status::Expired;
        self.held_until = None;
        self.queued_at = None;
        self.name = String::new();
        self.phone = Phone::erased();
        self.email = None;
        self.address = String::new();
        self.note = String::new();
        self.lng = None;
        self.lat = None;
        self.updated_at = now;
        self
    }

    /// Writes down what became of a stop.
    pub fn visited(
        mut self,
        outcome: Outcome,
        note: Option<String>,
        weight_g: Option<i64>,
        by: AccountId,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if self.status != Status::Booked {
            return Err(self.not_now());
        }
        self.status = match outcome {
            Outcome::Collected => Status::Collected,
            Outcome::Partly => Status::Partly,
            Outcome::Refused => Status::Refused,
            Outcome::Missed => Status::Missed,
        };
        if outcome == Outcome::Missed {
            self.missed += 1;
        }
        self.outcome_note = note;
        self.weight_g = weight_g.or(self.weight_g);
        self.outcome_at = Some(at);
        self.outcome_by = Some(by);
        self.updated_at = now;
        Ok(self)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Booked for the morning of 4 March 2026.
    pub fn booking(status: Status) -> Booking {
        let now = at("2026-03-01T00:00:00Z");
        let id = uuid::Uuid::from_u128(7);
        Booking {
            id: PickupId(id),
            code: "123456780"
                .parse()
                .unwrap_or_else(|_| Code::draw(&crate::shared::random::Random::seeded(1))),
            secret_hash: vec![1],
            scan_token: "t".into(),
            status,
            party: Party::Resident,
            account_id: None,
            staff_id: None,
            name: "王".into(),
            phone: "13812345678".parse().unwrap(),
            email: None,
            lang: "zh-CN".into(),
            township: "220605001".into(),
            community: None,
            address: "福源小区3-2-501".into(),
            floor: 5,
            lift: false,
            lng: None,
            lat: None,
            household_hash: vec![2],
            slot_id: SlotId(id),
            items: 1,
            litres: 600,
            price_fen: Money(100),
            note: String::new(),
            held_until: matches!(status, Status::Held | Status::Offered)
                .then(|| at("2026-03-01T00:10:00Z")),
            queued_at: None,
            booked_at: None,
            missed: 0,
            weight_g: None,
            outcome_note: None,
            outcome_at: None,
            outcome_by: None,
            reminded_three_at: None,
            reminded_one_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
            collector: "bulky".into(),
            zone: "city".into(),
            day: Day("2026-03-04".parse().unwrap()),
            half: Half::Am,
        }
    }

    #[test]
    fn a_place_is_confirmed_while_it_is_kept_and_not_a_moment_later() {
        for status in Status::ALL {
            let kept = matches!(status, Status::Held | Status::Offered);
            assert_eq!(
                booking(status)
                    .confirmed(at("2026-03-01T00:09:59Z"))
                    .is_ok(),
                kept,
                "{status:?}"
            );
            assert!(
                booking(status)
                    .confirmed(at("2026-03-01T00:10:00Z"))
                    .is_err(),
                "{status:?}"
            );
        }
    }

    #[test]
    fn cancelling_is_free_before_the_cut_off_needs_a_reason_after_it_and_ends_with_the_half_day() {
        let cut_off = at("2026-03-03T08:00:00Z");
        let ends = at("2026-03-04T04:00:00Z");
        let cancel =
            |status, reason, now| booking(status).cancelled(reason, cut_off, ends, at(now));
        assert!(cancel(Status::Booked, None, "2026-03-03T07:59:59Z").is_ok());
        assert!(matches!(
            cancel(Status::Booked, None, "2026-03-03T08:00:00Z"),
            Err(Refusal::Needs("reason", _))
        ));
        assert!(cancel(Status::Booked, Some("住院了"), "2026-03-03T08:00:00Z").is_ok());
        assert!(cancel(Status::Booked, Some("住院了"), "2026-03-04T04:00:00Z").is_err());
        for status in [Status::Waiting, Status::Held, Status::Offered] {
            assert!(
                cancel(status, None, "2026-03-04T05:00:00Z").is_ok(),
                "{status:?}"
            );
        }
        for status in [
            Status::Collected,
            Status::Partly,
            Status::Refused,
            Status::Missed,
            Status::Cancelled,
            Status::Expired,
        ] {
            assert!(
                cancel(status, Some("x"), "2026-03-01T00:00:00Z").is_err(),
                "{status:?}"
            );
        }
    }

    #[test]
    fn what_was_never_confirmed_leaves_no_contact_behind() {
        let gone = booking(Status::Held).expired(at("2026-03-01T00:10:00Z"));
        assert_eq!(
            (
                gone.name.as_str(),
                gone.phone.as_str(),
                gone.address.as_str()
            ),
            ("", "", "")
        );
        assert_eq!(gone.status, Status::Expired);
    }

    #[test]
    fn a_missed_visit_can_be_given_one_new_half_day() {
        let now = at("2026-03-04T05:00:00Z");
        let by = AccountId(uuid::Uuid::from_u128(9));
        let missed = booking(Status::Booked)
            .visited(Outcome::Missed, None, None, by, now, now)
            .unwrap();
        assert!(missed.changeable(now, now).is_ok());
        let again = Booking {
            status: Status::Booked,
            ..missed
        };
        let twice = again
            .visited(Outcome::Missed, None, None, by, now, now)
            .unwrap();
        assert!(twice.changeable(now, now).is_err());
        assert!(
            twice
                .visited(Outcome::Collected, None, None, by, now, now)
                .is_err(),
            "a stop ends once"
        );
    }
}
