//! Which days a question is about. Pure.

use chrono::{Datelike, Months, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::cells::first_of;
use crate::message;
use crate::shared::error::{Error, Result};

/// Years that staff may ask about at once.
const MAX_DAYS: i64 = 3_660;

/// Days of the district, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FigureWindow)]
pub struct Window {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Window {
    /// What staff asked for; without, the last twelve months and this one.
    pub fn for_staff(
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Self> {
        let window = Self {
            from: from.unwrap_or_else(|| first_of(today) - Months::new(12)),
            to: to.unwrap_or(today),
        };
        let days = (window.to - window.from).num_days();
        // SQL compares days as text.
        let sound = (2000..=9999).contains(&window.from.year())
            && (2000..=9999).contains(&window.to.year());
        if !sound || !(0..=MAX_DAYS).contains(&days) {
            return Err(Error::field(
                "to",
                message!(
                    "结束日期不能早于开始日期，最长 10 年。",
                    "The end must not be before the beginning, nor more than 10 years after it.",
                    "종료일은 시작일보다 빠를 수 없으며 최대 10년입니다."
                ),
            ));
        }
        Ok(window)
    }

    /// The last twelve whole months.
    pub fn last_year(today: NaiveDate) -> Self {
        let this = first_of(today);
        Self {
            from: this - Months::new(12),
            to: this.pred_opt().unwrap_or(this),
        }
    }

    /// What the public may ask for: the last twelve whole months, or a year that is over. Times that
    /// overlap otherwise could be subtracted from each other.
    pub fn for_public(
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Self> {
        let last = Self::last_year(today);
        let (Some(from), Some(to)) = (from, to) else {
            if from.is_none() && to.is_none() {
                return Ok(last);
            }
            return Err(not_public());
        };
        let asked = Self { from, to };
        let year = from.year();
        let whole_year = (2000..today.year()).contains(&year)
            && NaiveDate::from_ymd_opt(year, 1, 1) == Some(from)
            && NaiveDate::from_ymd_opt(year, 12, 31) == Some(to);
        if asked == last || whole_year {
            Ok(asked)
        } else {
            Err(not_public())
        }
    }
}

fn not_public() -> Error {
    Error::field(
        "from",
        message!(
            "公开数据只有最近 12 个整月和已结束的整年。",
            "The public figures are of the last twelve whole months, or of a year that is over.",
            "공개 통계는 최근 12개월 또는 끝난 해 전체만 제공합니다."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_public_may_ask_about_whole_years_and_the_last_twelve_months_only() {
        let today = day("2026-11-24");
        let ask = |from: &str, to: &str| Window::for_public(Some(day(from)), Some(day(to)), today);
        let last = Window::for_public(None, None, today).unwrap();
        assert_eq!((last.from, last.to), (day("2025-11-01"), day("2026-10-31")));
        assert!(ask("2025-11-01", "2026-10-31").is_ok());
        assert!(ask("2025-01-01", "2025-12-31").is_ok());
        for (from, to) in [
            ("2026-01-01", "2026-12-31"),
            ("2025-01-01", "2025-12-30"),
            ("2025-01-01", "2026-10-31"),
            ("2025-10-01", "2026-09-30"),
        ] {
            assert!(ask(from, to).is_err(), "{from} {to}");
        }
        assert!(Window::for_public(Some(today), None, today).is_err());
    }

    #[test]
    fn staff_ask_about_any_ten_years() {
        let today = day("2026-11-24");
        let window = Window::for_staff(None, None, today).unwrap();
        assert_eq!((window.from, window.to), (day("2025-11-01"), today));
        assert!(Window::for_staff(Some(today), Some(day("2026-11-23")), today).is_err());
        assert!(Window::for_staff(Some(day("2000-01-01")), Some(today), today).is_err());
    }
}
