//! A moment on the district's own clock, to the minute: `2026-12-05T09:00`. It names an occurrence.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike, Utc};
use serde::{Deserialize, Serialize};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};
use utoipa::ToSchema;

use crate::district::Calendar;

const FORMAT: &str = "%Y-%m-%dT%H:%M";

/// Local date and time without seconds; both databases order and compare it as text.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(as = EventLocalTime, value_type = String, example = "2026-12-05T09:00")]
pub struct Local(NaiveDateTime);

/// The text is no local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a local time such as 2026-12-05T09:00, between 2020 and 2099")]
pub struct NotALocal;

impl Local {
    /// Seconds are dropped.
    pub fn new(at: NaiveDateTime) -> Self {
        Self(
            at.with_second(0)
                .and_then(|at| at.with_nanosecond(0))
                .unwrap_or(at),
        )
    }

    pub fn naive(self) -> NaiveDateTime {
        self.0
    }

    pub fn date(self) -> NaiveDate {
        self.0.date()
    }

    pub fn utc(self, calendar: &Calendar) -> DateTime<Utc> {
        calendar.utc(self.0.date(), self.0.time())
    }

    pub fn of(at: DateTime<Utc>, calendar: &Calendar) -> Self {
        Self::new(at.with_timezone(&calendar.utc_offset()).naive_local())
    }

    pub fn plus(self, minutes: i64) -> Self {
        let minutes = chrono::TimeDelta::minutes(minutes);
        Self(self.0.checked_add_signed(minutes).unwrap_or(self.0))
    }

    /// As RFC 5545 writes it, `20261205T090000`.
    pub fn basic(self) -> String {
        self.0.format("%Y%m%dT%H%M%S").to_string()
    }

    /// For people, `2026-12-05 09:00`.
    pub fn shown(self) -> String {
        self.0.format("%Y-%m-%d %H:%M").to_string()
    }
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format(FORMAT))
    }
}

impl FromStr for Local {
    type Err = NotALocal;

    fn from_str(text: &str) -> Result<Self, NotALocal> {
        use chrono::Datelike;
        // Exactly so many digits: `2026-1-5T9:00` would be a second name of the same occurrence.
        let at = NaiveDateTime::parse_from_str(text, FORMAT).map_err(|_| NotALocal)?;
        let local = Self(at);
        ((2020..=2099).contains(&at.year()) && local.to_string() == text)
            .then_some(local)
            .ok_or(NotALocal)
    }
}

impl TryFrom<String> for Local {
    type Error = NotALocal;

    fn try_from(text: String) -> Result<Self, NotALocal> {
        text.parse()
    }
}

impl From<Local> for String {
    fn from(local: Local) -> Self {
        local.to_string()
    }
}

impl<DB: Database> Type<DB> for Local
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <String as Type<DB>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <String as Type<DB>>::compatible(ty)
    }
}

impl<'q, DB: Database> Encode<'q, DB> for Local
where
    String: Encode<'q, DB>,
{
    fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.to_string().encode(buffer)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Local
where
    String: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(String::decode(value)?.parse()?)
    }
}
