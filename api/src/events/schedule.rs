//! When an event takes place: once, or by a rule of RFC 5545 with exceptions, extra dates, holidays
//! and dates that were moved. Pure; expanded here and never by the client.
//!
//! Rules are expanded on the district's own clock: an event at nine is at nine.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime, TimeZone};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::local::Local;
use crate::district::{Calendar, DayKind};
use crate::message;
use crate::shared::message::Message;

/// Most occurrences read from one rule in one window.
const MAX_OCCURRENCES: u16 = 800;
/// Most exceptions, extra and moved dates.
pub const MAX_DATES: usize = 200;
/// A quarter of an hour to three days.
pub const MINUTES: std::ops::RangeInclusive<i64> = 15..=4_320;
const MAX_RULE: usize = 200;

/// The dates of an event beside its first start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// How long each occurrence lasts.
    pub minutes: i64,
    /// An RRULE without its name and without UNTIL.
    pub rule: Option<String>,
    /// The last day on which the rule counts.
    pub until: Option<NaiveDate>,
    /// EXDATE
    #[serde(default)]
    pub except: Vec<Local>,
    /// RDATE
    #[serde(default)]
    pub extra: Vec<Local>,
    #[serde(default)]
    pub skip_holidays: bool,
    /// Postponed occurrences, by the start they were planned for.
    #[serde(default)]
    pub moved: Vec<Moved>,
    /// The organiser called all of it off: nobody's decision on its words brings it back.
    #[serde(default)]
    pub cancelled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EventMovedDate)]
pub struct Moved {
    pub from: Local,
    pub to: Local,
}

/// One time an event takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    pub starts: Local,
    pub ends: Local,
    /// The start it was planned for: what bookings and counts know it by.
    pub key: Local,
}

/// Parts a rule may have. Times of day come from the start, and UNTIL is a field of its own.
const PARTS: [&str; 9] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "BYSETPOS",
    "WKST",
    "BYYEARDAY",
];
const FREQUENCIES: [&str; 4] = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];

fn not_a_rule() -> Message {
    message!(
        "重复规则看不懂，例如 FREQ=WEEKLY;BYDAY=SA 或 FREQ=MONTHLY;BYDAY=1SA；结束日期请写在 until。",
        "Not a recurrence rule we take: for example FREQ=WEEKLY;BYDAY=SA or FREQ=MONTHLY;BYDAY=1SA; the last day goes into until.",
        "반복 규칙을 이해할 수 없습니다. 예: FREQ=WEEKLY;BYDAY=SA. 종료일은 until에 적어 주세요."
    )
}

/// Tidies a rule as it was typed.
///
/// # Errors
/// When it is none, or asks for what nobody holds events by: seconds, hours, thousands of times.
pub fn parse_rule(text: &str) -> Result<String, Message> {
    let text = text.trim().to_ascii_uppercase();
    let text = text.strip_prefix("RRULE:").unwrap_or(&text).to_owned();
    if text.len() > MAX_RULE {
        return Err(not_a_rule());
    }
    let mut seen = BTreeSet::new();
    for part in text.split(';') {
        let (name, value) = part.split_once('=').ok_or_else(not_a_rule)?;
        let sound = match name {
            "FREQ" => FREQUENCIES.contains(&value),
            "INTERVAL" => value.parse().is_ok_and(|n: u16| (1..=60).contains(&n)),
            "COUNT" => value.parse().is_ok_and(|n: u16| (1..=500).contains(&n)),
            _ => PARTS.contains(&name),
        };
        if !sound || !seen.insert(name.to_owned()) {
            return Err(not_a_rule());
        }
    }
    text.parse::<RRule<Unvalidated>>()
        .map_err(|_| not_a_rule())?;
    Ok(text)
}

impl Schedule {
    /// # Errors
    /// 422 messages by field, where the dates make no sense together.
    pub fn check(&self, starts: Local, calendar: &Calendar) -> Result<(), (&'static str, Message)> {
        if !MINUTES.contains(&self.minutes) {
            return Err((
                "minutes",
                message!(
                    "时长在 15 分钟到 3 天之间。",
                    "It lasts between 15 minutes and three days.",
                    "15분에서 3일 사이여야 합니다."
                ),
            ));
        }
        if self.except.len() + self.extra.len() + self.moved.len() > MAX_DATES {
            return Err((
                "recurrence.extra",
                message!(
                    "例外和加场最多 {MAX_DATES} 个。",
                    "At most {MAX_DATES} exceptions and extra dates.",
                    "예외와 추가 날짜는 최대 {MAX_DATES}개입니다."
                ),
            ));
        }
        let Some(rule) = &self.rule else {
            return Ok(());
        };
        if self.until.is_some() && rule.contains("COUNT=") {
            return Err((
                "recurrence.until",
                message!(
                    "次数和结束日期只能选一个。",
                    "Give either COUNT or until, not both.",
                    "횟수와 종료일은 하나만 지정할 수 있습니다."
                ),
            ));
        }
        // RFC 5545 3.8.5.3: DTSTART that is not of the rule has an undefined recurrence set.
        let first = Self {
            skip_holidays: false,
            except: Vec::new(),
            extra: Vec::new(),
            moved: Vec::new(),
            ..self.clone()
        }
        .keys(starts, calendar, starts.date(), starts.date());
        if !first.contains(&starts) {
            return Err((
                "starts",
                message!(
                    "第一次的日期须符合重复规则。",
                    "The first date must be one of the rule.",
                    "첫 날짜가 반복 규칙에 맞아야 합니다."
                ),
            ));
        }
        Ok(())
    }

    pub fn is_recurring(&self) -> bool {
        self.rule.is_some() || !self.extra.is_empty()
    }

    /// The starts of the rule between two days, holidays included and nothing taken out.
    fn of_rule(&self, starts: Local, from: NaiveDate, to: NaiveDate) -> BTreeSet<Local> {
        let Some(rule) = &self.rule else {
            return BTreeSet::from([starts]);
        };
        // The zone of the rule's arithmetic is UTC, and the values are local: no clock changes.
        let zoned = |at: chrono::NaiveDateTime| Tz::UTC.from_utc_datetime(&at);
        let first = zoned(starts.naive());
        let last = self.until.map_or(to, |until| until.min(to));
        let (Some(after), Some(before)) = (from.and_hms_opt(0, 0, 0), last.and_hms_opt(23, 59, 59))
        else {
            return BTreeSet::new();
        };
        let Ok(rule) = rule
            .parse::<RRule<Unvalidated>>()
            .and_then(|rule| rule.validate(first))
        else {
            return BTreeSet::new();
        };
        RRuleSet::new(first)
            .rrule(rule)
            .after(zoned(after))
            .before(zoned(before))
            .limit()
            .all(MAX_OCCURRENCES)
            .dates
            .into_iter()
            .map(|at| Local::new(at.naive_utc()))
            .collect()
    }

    /// Planned starts between two days: the rule and extra dates without exceptions and holidays.
    fn keys(
        &self,
        starts: Local,
        calendar: &Calendar,
        from: NaiveDate,
        to: NaiveDate,
    ) -> BTreeSet<Local> {
        let mut keys = self.of_rule(starts, from, to);
        if self.skip_holidays {
            keys.retain(|key| !is_holiday(calendar, key.date()));
        }
        // An extra date is meant, holiday or not.
        keys.extend(&self.extra);
        keys.retain(|key| !self.except.contains(key) && (from..=to).contains(&key.date()));
        keys
    }

    /// Days of the rule that fall on holidays and are left out, as far as the calendar knows them.
    pub fn skipped(&self, starts: Local, calendar: &Calendar) -> Vec<Local> {
        if !self.skip_holidays {
            return Vec::new();
        }
        self.of_rule(starts, starts.date(), calendar.covers_until())
            .into_iter()
            .filter(|key| is_holiday(calendar, key.date()))
            .collect()
    }

    fn occurrence(&self, key: Local) -> Occurrence {
        let moved = self.moved.iter().find(|moved| moved.from == key);
        let starts = moved.map_or(key, |moved| moved.to);
        Occurrence {
            starts,
            ends: starts.plus(self.minutes),
            key,
        }
    }

    /// Occurrences that begin between two days, in order.
    pub fn occurrences(
        &self,
        starts: Local,
        calendar: &Calendar,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Vec<Occurrence> {
        let mut found: Vec<Occurrence> = self
            .keys(starts, calendar, from, to)
            .into_iter()
            .filter(|key| !self.moved.iter().any(|moved| moved.from == *key))
            .map(|key| self.occurrence(key))
            .collect();
        for moved in &self.moved {
            if (from..=to).contains(&moved.to.date())
                && self.is_planned(starts, calendar, moved.from)
            {
                found.push(self.occurrence(moved.from));
            }
        }
        found.sort_unstable();
        found
    }

    /// The occurrence of a planned start.
    pub fn find(&self, starts: Local, calendar: &Calendar, key: Local) -> Option<Occurrence> {
        self.is_planned(starts, calendar, key)
            .then(|| self.occurrence(key))
    }

    fn is_planned(&self, starts: Local, calendar: &Calendar, key: Local) -> bool {
        let day = key.date();
        self.keys(starts, calendar, day, day).contains(&key)
    }

    /// The first occurrence that is not over, or the last there was.
    pub fn current(&self, starts: Local, calendar: &Calendar, now: Local) -> Option<Occurrence> {
        let horizon = |days: i64| now.date().checked_add_signed(chrono::TimeDelta::days(days));
        let (from, to) = (horizon(-4)?, horizon(800)?);
        let ahead = self.occurrences(starts, calendar, from, to.max(starts.date()));
        if let Some(next) = ahead.iter().find(|occurrence| occurrence.ends > now) {
            return Some(*next);
        }
        self.occurrences(starts, calendar, horizon(-1200)?, now.date())
            .pop()
    }

    /// The last day anything can happen; none where the rule has no end.
    pub fn last_day(&self, starts: Local) -> Option<NaiveDate> {
        let of_rule = match (&self.rule, self.until) {
            (None, _) => starts.date(),
            (Some(_), Some(until)) => until,
            (Some(rule), None) if rule.contains("COUNT=") => {
                let far = starts
                    .date()
                    .checked_add_days(chrono::Days::new(366 * 60))?;
                self.of_rule(starts, starts.date(), far)
                    .last()
                    .map_or(starts.date(), |last| last.date())
            }
            _ => return None,
        };
        let dates = self
            .extra
            .iter()
            .chain(self.moved.iter().map(|moved| &moved.to));
        let last = dates
            .map(|at| at.date())
            .max()
            .map_or(of_rule, |day| day.max(of_rule));
        Some(last)
    }

    /// The rule as calendars read it, its end in UTC as RFC 5545 asks for beside a zoned start.
    pub fn rrule(&self, calendar: &Calendar) -> Option<String> {
        let rule = self.rule.as_ref()?;
        let end = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN);
        Some(match self.until {
            Some(until) => {
                let until = calendar.utc(until, end).format("%Y%m%dT%H%M%SZ");
                format!("{rule};UNTIL={until}")
            }
            None => rule.clone(),
        })
    }
}

fn is_holiday(calendar: &Calendar, day: NaiveDate) -> bool {
    calendar
        .special_day(day)
        .is_some_and(|special| special.kind == DayKind::Holiday)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::district::Pack;

    fn at(text: &str) -> Local {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn weekly() -> Schedule {
        Schedule {
            minutes: 120,
            rule: Some(parse_rule("freq=weekly;byday=SA").unwrap()),
            ..Schedule::default()
        }
    }

    fn starts_of(schedule: &Schedule, first: &str, from: &str, to: &str) -> Vec<String> {
        let pack = Pack::builtin().unwrap();
        schedule
            .occurrences(at(first), pack.calendar(), day(from), day(to))
            .into_iter()
            .map(|occurrence| occurrence.starts.to_string())
            .collect()
    }

    #[test]
    fn a_weekly_rule_leaves_out_exceptions_and_holidays_and_takes_in_extra_and_moved_dates() {
        let mut schedule = weekly();
        schedule.skip_holidays = true;
        // The pack's holidays: Mid-Autumn on 2026-09-26, National Day on 2026-10-03.
        schedule.except = vec![at("2026-11-07T09:00")];
        schedule.extra = vec![at("2026-10-07T14:00")];
        schedule.moved = vec![Moved {
            from: at("2026-10-17T09:00"),
            to: at("2026-10-18T10:00"),
        }];
        assert_eq!(
            starts_of(&schedule, "2026-09-19T09:00", "2026-09-01", "2026-11-08"),
            [
                "2026-09-19T09:00",
                "2026-10-07T14:00",
                "2026-10-10T09:00",
                "2026-10-18T10:00",
                "2026-10-24T09:00",
                "2026-10-31T09:00"
            ]
        );
        let pack = Pack::builtin().unwrap();
        let first = at("2026-09-19T09:00");
        assert_eq!(
            schedule.skipped(first, pack.calendar()),
            [at("2026-09-26T09:00"), at("2026-10-03T09:00")]
        );
        let moved = schedule
            .find(first, pack.calendar(), at("2026-10-17T09:00"))
            .unwrap();
        assert_eq!(
            (moved.key, moved.starts),
            (at("2026-10-17T09:00"), at("2026-10-18T10:00"))
        );
        assert!(
            schedule
                .find(first, pack.calendar(), at("2026-09-26T09:00"))
                .is_none()
        );
        assert!(
            schedule
                .find(first, pack.calendar(), at("2026-09-20T09:00"))
                .is_none()
        );
    }

    #[test]
    fn monthly_first_saturdays_end_with_their_day_or_their_count() {
        let mut schedule = weekly();
        schedule.rule = Some(parse_rule("FREQ=MONTHLY;BYDAY=1SA").unwrap());
        schedule.until = Some(day("2026-12-05"));
        assert_eq!(
            starts_of(&schedule, "2026-10-03T09:00", "2026-01-01", "2027-12-31"),
            ["2026-10-03T09:00", "2026-11-07T09:00", "2026-12-05T09:00"]
        );
        let pack = Pack::builtin().unwrap();
        assert_eq!(
            schedule.rrule(pack.calendar()).unwrap(),
            "FREQ=MONTHLY;BYDAY=1SA;UNTIL=20261205T155959Z"
        );
        schedule.until = None;
        schedule.rule = Some(parse_rule("FREQ=MONTHLY;BYDAY=1SA;COUNT=2").unwrap());
        assert_eq!(
            schedule.last_day(at("2026-10-03T09:00")),
            Some(day("2026-11-07"))
        );
    }

    #[test]
    fn rules_that_nobody_holds_events_by_are_refused() {
        for rule in [
            "",
            "FREQ=SECONDLY",
            "FREQ=HOURLY;INTERVAL=1",
            "FREQ=DAILY;COUNT=100000",
            "FREQ=DAILY;BYHOUR=1",
            "FREQ=DAILY;UNTIL=20261231T000000Z",
            "FREQ=DAILY;FREQ=WEEKLY",
            "hello",
            "FREQ=WEEKLY;BYDAY=XX",
        ] {
            assert!(parse_rule(rule).is_err(), "{rule}");
        }
        let pack = Pack::builtin().unwrap();
        // A Sunday is not of a rule of Saturdays.
        assert_eq!(
            weekly()
                .check(at("2026-09-20T09:00"), pack.calendar())
                .unwrap_err()
                .0,
            "starts"
        );
        weekly()
            .check(at("2026-09-19T09:00"), pack.calendar())
            .unwrap();
    }
}
