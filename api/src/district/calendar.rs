//! Working time: weekends, days off and make-up workdays, and deadlines counted in working hours.
//!
//! After `covers_until` the coming holidays aren't known and only weekends count.

use std::collections::BTreeMap;

use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday,
};
use serde::{Deserialize, Serialize};

/// What `holidays.csv` says about a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// 放假
    Holiday,
    /// 调休上班
    Workday,
}

/// A day that differs from its weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpecialDay {
    pub kind: DayKind,
    pub name: String,
}

#[derive(Debug, Clone)]
pub struct Calendar {
    offset: FixedOffset,
    /// Opening and closing times, in order and without overlap.
    hours: Vec<(NaiveTime, NaiveTime)>,
    weekend: Vec<Weekday>,
    covers_until: NaiveDate,
    special: BTreeMap<NaiveDate, SpecialDay>,
}

impl Calendar {
    /// `None` where no moment would ever be working time, or the hours are out of order: counting
    /// a deadline would never end.
    pub fn new(
        offset: FixedOffset,
        hours: Vec<(NaiveTime, NaiveTime)>,
        weekend: Vec<Weekday>,
        covers_until: NaiveDate,
        special: BTreeMap<NaiveDate, SpecialDay>,
    ) -> Option<Self> {
        let ordered = hours.iter().all(|(open, close)| open < close)
            && hours.windows(2).all(|pair| pair[0].1 <= pair[1].0);
        let week = [0, 1, 2, 3, 4, 5, 6].map(|day| Weekday::try_from(day).ok());
        let works = week.iter().flatten().any(|day| !weekend.contains(day));
        (ordered && !hours.is_empty() && works).then_some(Self {
            offset,
            hours,
            weekend,
            covers_until,
            special,
        })
    }

    pub fn covers_until(&self) -> NaiveDate {
        self.covers_until
    }

    pub fn utc_offset(&self) -> FixedOffset {
        self.offset
    }

    pub fn working_hours(&self) -> &[(NaiveTime, NaiveTime)] {
        &self.hours
    }

    pub fn special_days(&self) -> &BTreeMap<NaiveDate, SpecialDay> {
        &self.special
    }

    /// The district's own date at a moment.
    pub fn local_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.offset).date_naive()
    }

    /// What `holidays.csv` says about a day the calendar covers.
    pub fn special_day(&self, date: NaiveDate) -> Option<&SpecialDay> {
        self.special
            .get(&date)
            .filter(|_| date <= self.covers_until)
    }

    /// A moment given by the district's own date and time.
    pub fn utc(&self, date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        // A fixed offset has no gaps or repeats, so the difference is exact.
        date.and_time(time).and_utc() - self.shift()
    }

    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        match self.special_day(date) {
            Some(day) => day.kind == DayKind::Workday,
            None => !self.weekend.contains(&date.weekday()),
        }
    }

    pub fn is_working_time(&self, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&self.offset).naive_local();
        let time = local.time();
        self.hours
            .iter()
            .any(|(open, close)| (*open..*close).contains(&time))
            && self.is_working_day(local.date())
    }

    /// The moment at which `hours` of working time have passed since `from`. Time outside working
    /// hours doesn't count, so a report of Saturday night starts counting on Monday morning.
    /// Zero hours give `from` itself.
    pub fn add_working_hours(&self, from: DateTime<Utc>, hours: u32) -> DateTime<Utc> {
        self.add_working_minutes(from, i64::from(hours) * 60)
    }

    /// As [`Calendar::add_working_hours`], in minutes; none or fewer give `from` itself.
    pub fn add_working_minutes(&self, from: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
        self.add_working_time(from, TimeDelta::minutes(minutes))
    }

    /// As [`Calendar::add_working_hours`], of any length; none or less gives `from` itself.
    pub fn add_working_time(&self, from: DateTime<Utc>, time: TimeDelta) -> DateTime<Utc> {
        let mut left = time;
        if left <= TimeDelta::zero() {
            return from;
        }
        let mut date = self.local_date(from);
        loop {
            for (open, close) in self.sessions(date) {
                let start = open.max(from);
                if start >= close {
                    continue;
                }
                if close - start >= left {
                    return start + left;
                }
                left -= close - start;
            }
            match date.checked_add_days(Days::new(1)) {
                Some(next) => date = next,
                None => return DateTime::<Utc>::MAX_UTC,
            }
        }
    }

    /// A moment as people in the district write it, `2026-11-24 09:30`.
    pub fn local_text(&self, at: DateTime<Utc>) -> String {
        (at.naive_utc() + self.shift())
            .format("%Y-%m-%d %H:%M")
            .to_string()
    }

    /// Whole minutes of working time from `a` to `b`; negative where `b` comes first.
    pub fn working_minutes_between(&self, a: DateTime<Utc>, b: DateTime<Utc>) -> i64 {
        self.working_time_between(a, b).num_minutes()
    }

    /// Working time from `a` to `b`; negative where `b` comes first.
    pub fn working_time_between(&self, a: DateTime<Utc>, b: DateTime<Utc>) -> TimeDelta {
        if b < a {
            return -self.working_time_between(b, a);
        }
        let mut sum = TimeDelta::zero();
        let (mut date, last) = (self.local_date(a), self.local_date(b));
        while date <= last {
            for (open, close) in self.sessions(date) {
                sum += (close.min(b) - open.max(a)).max(TimeDelta::zero());
            }
            match date.checked_add_days(Days::new(1)) {
                Some(next) => date = next,
                None => break,
            }
        }
        sum
    }

    fn sessions(&self, date: NaiveDate) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let hours: &[_] = if self.is_working_day(date) {
            &self.hours
        } else {
            &[]
        };
        let utc = move |time: NaiveTime| self.utc(date, time);
        hours
            .iter()
            .map(move |(open, close)| (utc(*open), utc(*close)))
    }

    fn shift(&self) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.offset.local_minus_utc()))
    }
}
