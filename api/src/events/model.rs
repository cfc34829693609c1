//! Organisations, events, and where they stand.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

use super::local::Local;
use super::plan::StallPlan;
use super::schedule::{Occurrence, Schedule};
use super::swap::Tally;
use crate::district::Calendar;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{
    AccountId, DeviceId, GatheringId, InvitationId, NoticeId, OrganisationId, PhotoId,
    StallBookingId,
};
use crate::shared::message::Message;
use crate::shared::money::Money;
use crate::shared::phone::Phone;
use crate::shared::screening::Decision;
use crate::text_enum;

text_enum! {
    /// Where an application stands.
    OrganisationState {
        Applied = "applied",
        Approved = "approved",
        Refused = "refused",
    }
}

text_enum! {
    /// What a member does.
    #[schema(as = OrganisationRole)]
    MemberRole {
        /// Everything, members included.
        Organiser = "organiser",
        /// The desk of the day, stalls and devices.
        Helper = "helper",
        /// The desk of the day, and the class codes.
        Teacher = "teacher",
    }
}

text_enum! {
    /// Where an event stands.
    #[schema(as = EventState)]
    State {
        Draft = "draft",
        /// A moderator decides.
        Held = "held",
        Refused = "refused",
        Published = "published",
        /// Published, at another time than planned.
        Postponed = "postponed",
        Cancelled = "cancelled",
        Done = "done",
    }
}

text_enum! {
    #[schema(as = StallBookingStatus)]
    BookingStatus {
        Waiting = "waiting",
        /// A freed stall is kept until `offered_until`.
        Offered = "offered",
        Booked = "booked",
        /// Checked in.
        Attended = "attended",
        NoShow = "no_show",
        Cancelled = "cancelled",
        /// An offer that lapsed, or a wait that came to nothing.
        Expired = "expired",
    }
}

impl State {
    /// Seen by everybody.
    pub fn is_public(self) -> bool {
        matches!(
            self,
            Self::Published | Self::Postponed | Self::Cancelled | Self::Done
        )
    }

    /// Takes place.
    pub fn is_on(self) -> bool {
        matches!(self, Self::Published | Self::Postponed)
    }

    pub fn name(self) -> Message {
        match self {
            Self::Draft => message!("草稿", "Draft", "초안"),
            Self::Held => message!("待审核", "Waiting for a moderator", "심사 대기"),
            Self::Refused => message!("未通过", "Refused", "거부됨"),
            Self::Published => message!("已发布", "Published", "게시됨"),
            Self::Postponed => message!("已改期", "Postponed", "연기됨"),
            Self::Cancelled => message!("已取消", "Cancelled", "취소됨"),
            Self::Done => message!("已结束", "Over", "종료됨"),
        }
    }
}

/// A school, community or market.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Organisation {
    pub id: OrganisationId,
    pub kind: String,
    pub name: String,
    pub intro: String,
    pub township: String,
    pub community: Option<String>,
    pub office: String,
    pub state: OrganisationState,
    pub moderation: Decision,
    pub applicant: AccountId,
    pub contact_name: String,
    pub contact_phone: Phone,
    pub contact_email: Option<String>,
    pub lang: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub decision_note: Option<String>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Organisation {
    pub fn is_public(&self) -> bool {
        self.state == OrganisationState::Approved && self.moderation == Decision::Publish
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Member {
    pub account_id: AccountId,
    pub name: String,
    pub role: MemberRole,
    pub created_at: DateTime<Utc>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Invitation {
    pub id: InvitationId,
    pub organisation_id: OrganisationId,
    pub role: MemberRole,
    pub uses_left: i64,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// An event of an organisation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Gathering {
    pub id: GatheringId,
    pub organisation_id: OrganisationId,
    pub kind: String,
    pub title: String,
    pub text: String,
    pub lang: String,
    pub photo_id: Option<PhotoId>,
    pub township: String,
    pub community: Option<String>,
    pub address: String,
    pub lng: f64,
    pub lat: f64,
    pub starts: Local,
    pub schedule: Json<Schedule>,
    pub first_day: String,
    pub last_day: Option<String>,
    pub state: State,
    pub note: Option<String>,
    pub sequence: i64,
    pub stall_plan: Option<Json<StallPlan>>,
    pub leftover_place: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
    pub noticed_at: Option<DateTime<Utc>>,
    pub created_by: AccountId,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Gathering {
    pub fn occurrences(
        &self,
        calendar: &Calendar,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Vec<Occurrence> {
        self.schedule.occurrences(self.starts, calendar, from, to)
    }

    /// The occurrence asked for, else the one that is on or comes next.
    ///
    /// # Errors
    /// 422 where there is none.
    pub fn occurrence(
        &self,
        calendar: &Calendar,
        key: Option<Local>,
        now: DateTime<Utc>,
    ) -> Result<Occurrence> {
        let found = match key {
            Some(key) => self.schedule.find(self.starts, calendar, key),
            None => self
                .schedule
                .current(self.starts, calendar, Local::of(now, calendar)),
        };
        found.ok_or_else(|| {
            Error::field(
                "occurrence",
                message!(
                    "活动没有这个场次。",
                    "The event has no such date.",
                    "행사에 이 회차가 없습니다."
                ),
            )
        })
    }

    /// What a change of the dates writes beside them.
    pub fn set_days(&mut self) {
        let mut first = self.starts.date();
        for date in self
            .schedule
            .extra
            .iter()
            .chain(self.schedule.moved.iter().map(|moved| &moved.to))
        {
            first = first.min(date.date());
        }
        self.first_day = first.to_string();
        self.last_day = self
            .schedule
            .last_day(self.starts)
            .map(|day| day.to_string());
    }

    /// Where what is left of a swap goes.
    pub fn leftover(&self) -> String {
        self.leftover_place
            .clone()
            .unwrap_or_else(|| self.address.clone())
    }
}

/// What was counted of one occurrence.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Day {
    pub occurrence: Local,
    pub people: i64,
    pub books_in: i64,
    pub books_out: i64,
    pub books_out_grams: i64,
    pub leftovers: i64,
    pub things: i64,
    pub things_grams: i64,
    pub closed_at: Option<DateTime<Utc>>,
}

impl Day {
    pub fn tally(&self) -> Tally {
        Tally {
            people: self.people,
            books_in: self.books_in,
            books_out: self.books_out,
            books_out_grams: self.books_out_grams,
            leftovers: self.leftovers,
            things: self.things,
            things_grams: self.things_grams,
        }
    }
}

/// A stall somebody booked or waits for.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Booking {
    pub id: StallBookingId,
    pub event_id: GatheringId,
    pub occurrence: Local,
    pub stall_kind: String,
    pub stall: Option<String>,
    pub status: BookingStatus,
    pub account_id: AccountId,
    pub name: String,
    pub phone: Phone,
    pub email: Option<String>,
    pub lang: String,
    pub goods: String,
    pub price_fen: Money,
    pub rules_version: i64,
    pub pass: String,
    pub offered_until: Option<DateTime<Utc>>,
    pub queued_at: Option<DateTime<Utc>>,
    pub checked_in_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a neighbour wants to be told of.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Notice {
    pub id: NoticeId,
    pub account_id: AccountId,
    pub township: Option<String>,
    pub kind: Option<String>,
    pub lang: String,
    pub created_at: DateTime<Utc>,
}

/// A phone or tablet at the desk of the day.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Device {
    pub id: DeviceId,
    pub event_id: GatheringId,
    pub occurrence: Local,
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub last_seen_at: Option<DateTime<Utc>>,
}
