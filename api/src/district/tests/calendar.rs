//! Working time: holidays, make-up days, lunch, and deadlines that count forwards and back.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use crate::district::{Calendar, Pack};

fn calendar() -> &'static Calendar {
    static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::builtin().unwrap());
    PACK.calendar()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_deadline_in_working_hours_skips_lunch_the_night_and_the_spring_festival() {
    // 24 working hours of 7.5 a day; 14 February 2026 is a make-up Saturday, the 15th to the
    // 23rd are off: 1.5 h on Friday, 7.5 on Saturday, 7.5 on Tuesday, 7.5 on Wednesday.
    let due = calendar().add_working_hours(time("2026-02-13T15:30:00+08:00"), 24);
    assert_eq!(due, time("2026-02-25T17:00:00+08:00"));
}

#[test]
fn working_time_knows_holidays_and_make_up_days() {
    let calendar = calendar();
    for (at, works) in [
        ("2026-02-14T09:00:00+08:00", true),
        ("2026-02-16T09:00:00+08:00", false),
        ("2026-03-04T08:29:59+08:00", false),
        ("2026-03-04T08:30:00+08:00", true),
        ("2026-03-04T12:00:00+08:00", false),
        ("2026-03-04T17:00:00+08:00", false),
        // Beyond the calendar only weekends count, even on New Year's Day.
        ("2027-01-01T09:00:00+08:00", true),
        ("2027-01-02T09:00:00+08:00", false),
    ] {
        assert_eq!(calendar.is_working_time(time(at)), works, "{at}");
    }
}

fn moments() -> impl Strategy<Value = DateTime<Utc>> {
    // From December 2025 into 2027, to the second.
    (1_764_547_200_i64..1_806_000_000).prop_map(|s| DateTime::from_timestamp(s, 0).unwrap())
}

proptest! {
    #[test]
    fn working_hours_added_are_the_working_minutes_between(from in moments(), hours in 0_u32..200) {
        let calendar = calendar();
        let due = calendar.add_working_hours(from, hours);
        prop_assert!(due >= from);
        prop_assert_eq!(calendar.working_minutes_between(from, due), i64::from(hours) * 60);
        prop_assert_eq!(calendar.working_minutes_between(due, from), -i64::from(hours) * 60);
    }

    #[test]
    fn a_later_start_or_more_hours_never_end_sooner(
        a in moments(), b in moments(), hours in 0_u32..200, more in 0_u32..50,
    ) {
        let calendar = calendar();
        let (first, second) = (a.min(b), a.max(b));
        prop_assert!(
            calendar.add_working_hours(first, hours) <= calendar.add_working_hours(second, hours)
        );
        prop_assert!(
            calendar.add_working_hours(a, hours) <= calendar.add_working_hours(a, hours + more)
        );
    }
}
