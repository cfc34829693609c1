//! Working time counted anew: every minute of a year and a half is marked as worked or not, and
//! deadlines are looked up in the running sum. Nothing here is the service's.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

/// What a clock counts: working time, or all time for urgent cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Working,
    Plain,
}

/// The district's working minutes from the first of January 2026 on.
pub struct Calendar {
    /// How many minutes were worked before each one.
    before: Vec<i64>,
    working_days: HashMap<NaiveDate, bool>,
}

/// 2026-01-01 00:00 in the district, eight hours before UTC.
fn first() -> DateTime<Utc> {
    "2025-12-31T16:00:00Z".parse().unwrap()
}

const DAYS: u64 = 560;

fn text<'a>(table: &'a toml::Table, key: &str) -> Vec<&'a str> {
    let list = table[key].as_array().unwrap();
    list.iter().map(|item| item.as_str().unwrap()).collect()
}

/// The district's own date at a moment.
pub fn local_date(at: DateTime<Utc>) -> NaiveDate {
    (at + TimeDelta::hours(8)).date_naive()
}

impl Calendar {
    /// From `calendar.toml` and `holidays.csv` of a pack.
    pub fn read(calendar: &str, holidays: &str) -> Self {
        let table: toml::Table = calendar.parse().unwrap();
        assert_eq!(table["utc_offset"].as_str(), Some("+08:00"));
        let covers_until: NaiveDate = table["covers_until"].to_string().parse().unwrap();
        let weekend = text(&table, "weekend");
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
        let hours: Vec<(NaiveTime, NaiveTime)> = text(&table, "working_hours")
            .into_iter()
            .map(|hours| hours.split_once('-').unwrap())
            .map(|(open, close)| (time(open), time(close)))
            .collect();
        let special: HashMap<NaiveDate, bool> = holidays
            .lines()
            .skip(1)
            .map(|line| line.split(',').collect::<Vec<_>>())
            .map(|line| (line[0].parse().unwrap(), line[1] == "workday"))
            .filter(|(day, _)| *day <= covers_until)
            .collect();
        let (mut before, mut working_days, mut sum) = (Vec::new(), HashMap::new(), 0);
        let new_year = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        for number in 0..DAYS {
            let day = new_year + Days::new(number);
            let name = day.weekday().to_string();
            let ordinary = !weekend
                .iter()
                .any(|off| off[..3].eq_ignore_ascii_case(&name));
            let works = special.get(&day).copied().unwrap_or(ordinary);
            working_days.insert(day, works);
            for minute in 0..24 * 60 {
                let at = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap();
                before.push(sum);
                sum += i64::from(
                    works && hours.iter().any(|(open, close)| *open <= at && at < *close),
                );
            }
        }
        before.push(sum);
        Self {
            before,
            working_days,
        }
    }

    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.working_days[&day]
    }

    /// Seconds worked from the beginning to a moment of whole seconds.
    fn worked(&self, at: DateTime<Utc>) -> i64 {
        let seconds = (at - first()).num_seconds();
        let (minute, rest) = (usize::try_from(seconds / 60).unwrap(), seconds % 60);
        let whole = self.before[minute];
        whole * 60 + (self.before[minute + 1] - whole) * rest
    }

    /// Seconds that count between two moments; negative where the second comes first.
    pub fn between(&self, pace: Pace, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        match pace {
            Pace::Plain => (to - from).num_seconds(),
            Pace::Working => self.worked(to) - self.worked(from),
        }
    }

    /// The first moment at which so many seconds that count have passed.
    pub fn add(&self, pace: Pace, from: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
        if pace == Pace::Plain || seconds <= 0 {
            return from + TimeDelta::seconds(seconds.max(0));
        }
        let target = self.worked(from) + seconds;
        // The last minute before which less than that was worked: the moment is in it.
        let after = self.before.partition_point(|before| before * 60 < target);
        let minute = after - 1;
        let rest = target - self.before[minute] * 60;
        first() + TimeDelta::minutes(i64::try_from(minute).unwrap()) + TimeDelta::seconds(rest)
    }
}

#[test]
fn the_tests_own_calendar_knows_weekends_holidays_and_make_up_days() {
    let pack = super::pack::Pack::read();
    let calendar = &pack.calendar;
    let at = |text: &str| -> DateTime<Utc> { format!("2026-{text}:00+08:00").parse().unwrap() };
    for (from, minutes, to) in [
        // The make-up Sunday before the holidays is worked; noon is not.
        ("09-19T12:00", 60, "09-20T09:30"),
        ("09-20T11:30", 60, "09-20T13:30"),
        // Mid-autumn is a Friday; the days after are a weekend.
        ("09-24T16:30", 60, "09-28T09:00"),
        // The last minute of a day is its end, not the next day's beginning.
        ("09-30T16:00", 60, "09-30T17:00"),
        ("09-30T16:00", 61, "10-08T08:31"),
        ("10-09T16:59", 2, "10-10T08:31"),
    ] {
        assert_eq!(
            calendar.add(Pace::Working, at(from), minutes * 60),
            at(to),
            "{from} + {minutes}"
        );
        assert_eq!(
            calendar.between(Pace::Working, at(from), at(to)),
            minutes * 60
        );
    }
    assert_eq!(
        calendar.add(Pace::Plain, at("09-26T01:00"), 3600),
        at("09-26T02:00")
    );
}
