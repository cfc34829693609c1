//! The calendar: hours that can be counted, days that appear once.

use std::collections::{BTreeMap, HashSet};

use chrono::{FixedOffset, NaiveDate, NaiveTime, Weekday};

use super::super::calendar::{Calendar, SpecialDay};
use super::super::files;
use super::super::finding::{At, Finding};
use super::super::raw::RawDay;
use super::Builder;

impl Builder<'_> {
    pub(super) fn calendar(&mut self) -> Option<Calendar> {
        let raw = &self.raw.calendar;
        let hours: Option<Vec<_>> = raw.working_hours.iter().map(|text| session(text)).collect();
        let weekend: Option<Vec<Weekday>> =
            raw.weekend.iter().map(|day| day.parse().ok()).collect();
        let offset = raw.utc_offset.parse::<FixedOffset>().ok();
        let covers_until = raw.covers_until.date.and_then(|date| {
            NaiveDate::from_ymd_opt(i32::from(date.year), date.month.into(), date.day.into())
        });
        let days = &self.raw.days;
        let mut seen = HashSet::new();
        let mut special = BTreeMap::new();
        for item in days {
            let RawDay { date, kind, name } = &item.value;
            if !seen.insert(date) {
                self.found.push(Finding::error(
                    "holiday-twice",
                    At::line(files::HOLIDAYS, item.line),
                    (format!("{date} 写了两次"), format!("{date} appears twice")),
                    (
                        "留下对的那一行，删掉另一行",
                        "keep the right line and delete the other",
                    ),
                ));
            }
            let day = SpecialDay {
                kind: *kind,
                name: name.clone(),
            };
            special.insert(*date, day);
        }
        for (key, fine, hint) in [
            ("utc_offset", offset.is_some(), "\"+08:00\""),
            (
                "working_hours",
                hours.is_some(),
                "[\"08:30-12:00\", \"13:00-17:00\"]",
            ),
            ("weekend", weekend.is_some(), "[\"saturday\", \"sunday\"]"),
            ("covers_until", covers_until.is_some(), "2026-12-31"),
        ] {
            if !fine {
                self.calendar_error(
                    key,
                    &format!("{key}: 例如 {hint}"),
                    &format!("{key}: for example {hint}"),
                );
            }
        }
        let calendar = Calendar::new(offset?, hours?, weekend?, covers_until?, special);
        if calendar.is_none() {
            self.calendar_error(
                "working_hours",
                "上班时间要按先后写、不重叠，一周至少有一天上班",
                "working hours must be in order and not overlap, with at least one working day a week",
            );
        }
        calendar
    }

    fn calendar_error(&mut self, key: &str, zh: &str, en: &str) {
        let line = self.files.line_of_key(files::CALENDAR, 1, key);
        self.found.push(Finding::error(
            "calendar",
            At::line(files::CALENDAR, line),
            (zh, en),
            ("照例子改", "write it as in the example"),
        ));
    }
}

fn session(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (open, close) = text.split_once('-')?;
    let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    Some((time(open)?, time(close)?))
}
