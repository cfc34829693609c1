//! Which half-days can be booked: rounds against the calendar, days on which none runs, and the
//! cut-off. Pure: the present, the rounds and the exceptions are passed in.
//!
//! A round never runs on a day off (放假). On a make-up workday (调休上班) it runs if it has `make-up`,
//! or that very weekday. The cut-off counts working days back from the collection, since that is when
//! a round is planned.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::day::Day;
use crate::district::pickups::{Half, Pickups, RoundDay, Template};
use crate::district::{Calendar, DayKind};

/// The name of a half-day of one collector in one zone: `bulky.city.2026-11-25.am`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotKey {
    pub collector: String,
    pub zone: String,
    pub day: Day,
    pub half: Half,
}

impl fmt::Display for SlotKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = self.half.as_str();
        write!(f, "{}.{}.{}.{half}", self.collector, self.zone, self.day)
    }
}

/// The text names no half-day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a slot such as bulky.city.2026-11-25.am")]
pub struct NotASlot;

impl FromStr for SlotKey {
    type Err = NotASlot;

    fn from_str(text: &str) -> Result<Self, NotASlot> {
        let mut parts = text.split('.');
        let mut next = || parts.next().filter(|part| !part.is_empty()).ok_or(NotASlot);
        let (collector, zone, day, half) = (next()?, next()?, next()?, next()?);
        let half = match half {
            "am" => Half::Am,
            "pm" => Half::Pm,
            _ => return Err(NotASlot),
        };
        if parts.next().is_some() {
            return Err(NotASlot);
        }
        Ok(Self {
            collector: collector.to_owned(),
            zone: zone.to_owned(),
            day: Day(day.parse().map_err(|_| NotASlot)?),
            half,
        })
    }
}

/// How much fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    pub items: i64,
    pub litres: i64,
}

impl Room {
    pub fn fits(self, wanted: Self) -> bool {
        wanted.items <= self.items && wanted.litres <= self.litres
    }

    pub fn minus(self, taken: Self) -> Self {
        Self {
            items: self.items - taken.items,
            litres: self.litres - taken.litres,
        }
    }

    pub fn plus(self, more: Self) -> Self {
        Self {
            items: self.items + more.items,
            litres: self.litres + more.litres,
        }
    }
}

/// A time in which no round runs, for one collector or zone or for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    pub collector: Option<String>,
    pub zone: Option<String>,
    pub first: Day,
    pub last: Day,
    pub half: Option<Half>,
}

impl Closure {
    pub fn covers(&self, key: &SlotKey) -> bool {
        (self.first..=self.last).contains(&key.day)
            && self.half.is_none_or(|half| half == key.half)
            && self
                .collector
                .as_ref()
                .is_none_or(|id| *id == key.collector)
            && self.zone.as_ref().is_none_or(|id| *id == key.zone)
    }
}

/// Why a day cannot be booked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotBookable {
    /// The cut-off has passed, or the day is nearer than the earliest.
    TooSoon,
    /// Beyond the latest day.
    TooFar,
}

/// Everything that decides on half-days.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    pub pickups: &'a Pickups,
    pub calendar: &'a Calendar,
    /// As they hold now: the pack's, with what staff edited.
    pub templates: Vec<Template>,
    pub closures: Vec<Closure>,
}

impl Plan<'_> {
    /// Whether a round runs on a day, closures apart.
    fn runs(&self, template: &Template, day: NaiveDate) -> bool {
        let weekday = RoundDay::of(chrono::Datelike::weekday(&day));
        match self.calendar.special_day(day).map(|special| special.kind) {
            Some(DayKind::Holiday) => false,
            Some(DayKind::Workday) => {
                template.days.contains(&RoundDay::MakeUp) || template.days.contains(&weekday)
            }
            None => template.days.contains(&weekday),
        }
    }

    /// What fits into a half-day; `None` where no round runs.
    pub fn room(&self, key: &SlotKey) -> Option<Room> {
        if self.closures.iter().any(|closure| closure.covers(key)) {
            return None;
        }
        self.templates
            .iter()
            .filter(|t| t.collector == key.collector && t.zone == key.zone && t.half == key.half)
            .filter(|t| t.items > 0 && t.litres > 0 && self.runs(t, key.day.0))
            .map(|t| Room {
                items: t.items.into(),
                litres: t.litres.into(),
            })
            .reduce(Room::plus)
    }

    /// The moment from which a day can no longer be booked, changed or cancelled freely.
    pub fn cut_off(&self, day: Day) -> DateTime<Utc> {
        let mut date = day.0;
        for _ in 0..self.pickups.cut_off.working_days {
            loop {
                date = date.pred_opt().unwrap_or(date);
                // A date that cannot go back further would loop for ever.
                if self.calendar.is_working_day(date) || date == NaiveDate::MIN {
                    break;
                }
            }
        }
        self.calendar.utc(date, self.pickups.cut_off.time)
    }

    /// When a half-day begins and ends.
    pub fn hours(&self, day: Day, half: Half) -> (DateTime<Utc>, DateTime<Utc>) {
        let (from, until) = self.pickups.hours(half);
        (
            self.calendar.utc(day.0, from),
            self.calendar.utc(day.0, until),
        )
    }

    /// The first and the last day that can be booked, the cut-off apart.
    pub fn window(&self, now: DateTime<Utc>) -> (Day, Day) {
        let today = self.calendar.local_date(now);
        let after = |days: u32| {
            today
                .checked_add_days(Days::new(days.into()))
                .unwrap_or(today)
        };
        (
            Day(after(self.pickups.earliest_days)),
            Day(after(self.pickups.latest_days)),
        )
    }

    /// Whether a day can be booked now.
    pub fn bookable(&self, day: Day, now: DateTime<Utc>) -> Result<(), NotBookable> {
        let (first, last) = self.window(now);
        if day > last {
            return Err(NotBookable::TooFar);
        }
        if day < first || now >= self.cut_off(day) {
            return Err(NotBookable::TooSoon);
        }
        Ok(())
    }

    /// Every half-day of some collectors in one zone from a day to another, in order.
    pub fn slots(
        &self,
        collectors: &[&str],
        zone: &str,
        first: Day,
        last: Day,
    ) -> Vec<(SlotKey, Room)> {
        let mut slots = Vec::new();
        for date in first.0.iter_days().take_while(|date| *date <= last.0) {
            for half in [Half::Am, Half::Pm] {
                for collector in collectors {
                    let key = SlotKey {
                        collector: (*collector).to_owned(),
                        zone: zone.to_owned(),
                        day: Day(date),
                        half,
                    };
                    if let Some(room) = self.room(&key) {
                        slots.push((key, room));
                    }
                }
            }
        }
        slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::district::Pack;

    fn with_plan(check: impl FnOnce(&Plan)) {
        let pack = Pack::builtin().unwrap();
        let pickups = pack.pickups().unwrap();
        check(&Plan {
            pickups,
            calendar: pack.calendar(),
            templates: pickups.templates.clone(),
            closures: Vec::new(),
        });
    }

    fn day(text: &str) -> Day {
        Day(text.parse().unwrap())
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_cut_off_is_on_the_last_working_day_before_the_collection() {
        // The pack: one working day before, 16:00.
        for (collection, cut_off, why) in [
            (
                "2026-03-04",
                "2026-03-03T16:00:00+08:00",
                "an ordinary Wednesday",
            ),
            (
                "2026-03-09",
                "2026-03-06T16:00:00+08:00",
                "a Monday closes on Friday",
            ),
            (
                "2026-03-07",
                "2026-03-06T16:00:00+08:00",
                "so does a Saturday round",
            ),
            (
                "2026-03-02",
                "2026-02-28T16:00:00+08:00",
                "a Monday after a make-up Saturday closes on it",
            ),
            (
                "2026-02-14",
                "2026-02-13T16:00:00+08:00",
                "a make-up Saturday closes on Friday",
            ),
            (
                "2026-02-24",
                "2026-02-14T16:00:00+08:00",
                "after the Spring Festival: the make-up Saturday before it",
            ),
            (
                "2026-02-25",
                "2026-02-24T16:00:00+08:00",
                "the second day after it",
            ),
            (
                "2026-01-04",
                "2025-12-31T16:00:00+08:00",
                "a make-up Sunday after New Year",
            ),
            (
                "2026-10-08",
                "2026-09-30T16:00:00+08:00",
                "after the National Day week",
            ),
            (
                "2026-10-10",
                "2026-10-09T16:00:00+08:00",
                "the make-up Saturday of the National Day",
            ),
            (
                "2026-09-21",
                "2026-09-20T16:00:00+08:00",
                "a Monday after a make-up Sunday",
            ),
            // The holidays of 2027 are not announced: only weekends count.
            (
                "2027-01-04",
                "2027-01-01T16:00:00+08:00",
                "beyond the calendar",
            ),
        ] {
            with_plan(|plan| assert_eq!(plan.cut_off(day(collection)), at(cut_off), "{why}"));
        }
    }

    #[test]
    fn rounds_follow_holidays_and_make_up_workdays() {
        let runs = [
            // bulky.city runs mon–fri and on make-up workdays, and on Saturday mornings.
            ("bulky.city.2026-03-04.am", 24, "a Wednesday"),
            (
                "bulky.city.2026-03-07.am",
                16,
                "a Saturday has its own round",
            ),
            ("bulky.city.2026-03-07.pm", 0, "and no afternoon"),
            ("bulky.city.2026-03-08.am", 0, "Sunday"),
            (
                "bulky.city.2026-02-14.am",
                40,
                "a make-up Saturday has both rounds",
            ),
            (
                "bulky.city.2026-02-14.pm",
                24,
                "and the weekday's afternoon",
            ),
            ("bulky.city.2026-01-04.am", 24, "a make-up Sunday"),
            (
                "bulky.city.2026-02-17.am",
                0,
                "Spring Festival on a Tuesday",
            ),
            (
                "bulky.city.2026-02-21.am",
                0,
                "Spring Festival on a Saturday",
            ),
            (
                "bulky.city.2026-02-24.am",
                24,
                "the first working day after it",
            ),
            ("bulky.city.2026-05-01.am", 0, "Labour Day"),
            // bulky.south runs on Tuesdays and Thursdays only, without make-up days.
            (
                "bulky.south.2026-02-14.am",
                0,
                "no make-up round in the south",
            ),
            ("bulky.south.2026-03-05.am", 16, "a Thursday"),
            (
                "trade-in.city.2026-02-14.pm",
                12,
                "a Saturday round runs on a make-up Saturday",
            ),
            (
                "bulky.city.2027-01-01.am",
                24,
                "New Year beyond the calendar counts as a Friday",
            ),
            ("bulky.moon.2026-03-04.am", 0, "no such zone"),
        ];
        with_plan(|plan| {
            for (key, items, why) in runs {
                let room = plan.room(&key.parse().unwrap()).unwrap_or_default();
                assert_eq!(room.items, items, "{key}: {why}");
            }
        });
    }

    #[test]
    fn a_day_can_be_booked_until_the_second_before_its_cut_off() {
        use NotBookable::{TooFar, TooSoon};
        for (collection, now, expected, why) in [
            (
                "2026-03-04",
                "2026-03-03T07:59:59Z",
                Ok(()),
                "15:59:59 the day before",
            ),
            (
                "2026-03-04",
                "2026-03-03T08:00:00Z",
                Err(TooSoon),
                "16:00:00 the day before",
            ),
            (
                "2026-03-03",
                "2026-03-03T00:00:00Z",
                Err(TooSoon),
                "never on the day itself",
            ),
            // 16:00 UTC is midnight in the district.
            (
                "2026-03-05",
                "2026-03-03T15:59:59Z",
                Ok(()),
                "two days ahead at 23:59:59",
            ),
            (
                "2026-03-05",
                "2026-03-03T16:00:00Z",
                Ok(()),
                "one day ahead at 00:00:00",
            ),
            (
                "2026-04-02",
                "2026-03-03T15:59:59Z",
                Ok(()),
                "thirty days ahead",
            ),
            (
                "2026-04-03",
                "2026-03-03T15:59:59Z",
                Err(TooFar),
                "thirty-one",
            ),
            (
                "2026-04-03",
                "2026-03-03T16:00:00Z",
                Ok(()),
                "thirty, one second later",
            ),
            (
                "2026-02-24",
                "2026-02-14T07:59:59Z",
                Ok(()),
                "last chance before the Spring Festival",
            ),
            (
                "2026-02-24",
                "2026-02-16T04:00:00Z",
                Err(TooSoon),
                "nothing is booked for the 24th in the festival",
            ),
            (
                "2026-02-25",
                "2026-02-16T04:00:00Z",
                Ok(()),
                "but the 25th can be",
            ),
            (
                "2026-03-09",
                "2026-03-07T04:00:00Z",
                Err(TooSoon),
                "on Saturday, Monday is planned",
            ),
        ] {
            with_plan(|plan| {
                assert_eq!(plan.bookable(day(collection), at(now)), expected, "{why}");
            });
        }
    }

    #[test]
    fn a_closure_takes_out_what_it_covers_and_nothing_else() {
        with_plan(|plan| {
            let mut plan = plan.clone();
            plan.closures = vec![
                Closure {
                    collector: Some("bulky".into()),
                    zone: None,
                    first: day("2026-03-04"),
                    last: day("2026-03-05"),
                    half: Some(Half::Am),
                },
                Closure {
                    collector: None,
                    zone: Some("east".into()),
                    first: day("2026-03-06"),
                    last: day("2026-03-06"),
                    half: None,
                },
            ];
            for (key, open) in [
                ("bulky.city.2026-03-03.am", true),
                ("bulky.city.2026-03-04.am", false),
                ("bulky.city.2026-03-04.pm", true),
                ("bulky.city.2026-03-05.am", false),
                ("bulky.city.2026-03-06.am", true),
                ("bulky.east.2026-03-06.am", false),
                ("hazardous.east.2026-03-06.am", false),
                ("battery.city.2026-03-04.am", true),
            ] {
                assert_eq!(plan.room(&key.parse().unwrap()).is_some(), open, "{key}");
            }
        });
    }

    #[test]
    fn slots_come_in_order_and_their_names_read_back() {
        with_plan(|plan| {
            let slots = plan.slots(&["bulky"], "city", day("2026-02-13"), day("2026-02-24"));
            let names: Vec<String> = slots.iter().map(|(key, _)| key.to_string()).collect();
            assert_eq!(
                names,
                [
                    "bulky.city.2026-02-13.am",
                    "bulky.city.2026-02-13.pm",
                    "bulky.city.2026-02-14.am",
                    "bulky.city.2026-02-14.pm",
                    "bulky.city.2026-02-24.am",
                    "bulky.city.2026-02-24.pm",
                ]
            );
            for (key, _) in &slots {
                assert_eq!(key.to_string().parse::<SlotKey>().as_ref(), Ok(key));
            }
        });
        for text in [
            "",
            "bulky",
            "bulky.city.2026-13-01.am",
            "a.b.2026-03-04.noon",
            "a.b.2026-03-04.am.x",
            "..2026-03-04.am",
        ] {
            assert_eq!(text.parse::<SlotKey>(), Err(NotASlot), "{text}");
        }
    }

    #[test]
    fn half_days_begin_and_end_in_the_districts_time() {
        with_plan(|plan| {
            let (from, until) = plan.hours(day("2026-03-04"), Half::Am);
            assert_eq!(
                (from, until),
                (at("2026-03-04T00:30:00Z"), at("2026-03-04T04:00:00Z"))
            );
        });
    }
}
