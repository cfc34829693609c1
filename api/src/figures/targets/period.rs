//! A quarter of a year, written `2026Q3`.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Serialize, Serializer};

use crate::message;
use crate::shared::error::{Error, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    year: i32,
    /// 1 to 4.
    quarter: u32,
}

impl Period {
    /// The quarter a day lies in.
    pub fn of(day: NaiveDate) -> Self {
        Self {
            year: day.year(),
            quarter: day.month0() / 3 + 1,
        }
    }

    pub fn year(self) -> i32 {
        self.year
    }

    pub fn previous(self) -> Self {
        match self.quarter {
            1 => Self {
                year: self.year - 1,
                quarter: 4,
            },
            quarter => Self {
                year: self.year,
                quarter: quarter - 1,
            },
        }
    }

    pub fn next(self) -> Self {
        match self.quarter {
            4 => Self {
                year: self.year + 1,
                quarter: 1,
            },
            quarter => Self {
                year: self.year,
                quarter: quarter + 1,
            },
        }
    }

    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.quarter * 3 - 2, 1).unwrap_or_default()
    }

    pub fn last_day(self) -> NaiveDate {
        let next = self.next().first_day();
        next.pred_opt().unwrap_or(next)
    }

    /// So many days after its end.
    pub fn due(self, days: u32) -> NaiveDate {
        let last = self.last_day();
        last.checked_add_days(Days::new(days.into()))
            .unwrap_or(last)
    }

    /// The quarter in a path or query.
    ///
    /// # Errors
    /// 422 naming `period`.
    pub fn parse(text: &str) -> Result<Self> {
        text.parse().map_err(|()| {
            Error::field(
                "period",
                message!(
                    "季度写作 2026Q3。",
                    "A quarter is written 2026Q3.",
                    "분기는 2026Q3처럼 적습니다."
                ),
            )
        })
    }
}

impl FromStr for Period {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, quarter) = text.split_once('Q').ok_or(())?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || quarter.len() != 1 || !digits(year) || !digits(quarter) {
            return Err(());
        }
        let period = Self {
            year: year.parse().map_err(drop)?,
            quarter: quarter.parse().map_err(drop)?,
        };
        let sound = (2020..=2100).contains(&period.year) && (1..=4).contains(&period.quarter);
        sound.then_some(period).ok_or(())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}Q{}", self.year, self.quarter)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<DB: sqlx::Database> sqlx::Type<DB> for Period
where
    String: sqlx::Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        String::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        String::compatible(ty)
    }
}

impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for Period
where
    String: sqlx::Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
        let text = String::decode(value)?;
        text.parse()
            .map_err(|()| format!("{text} is no quarter").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_are_read_written_and_follow_each_other() {
        let quarter = Period::parse("2026Q4").unwrap();
        assert_eq!(quarter.to_string(), "2026Q4");
        assert_eq!(quarter.next().to_string(), "2027Q1");
        assert_eq!(quarter.next().previous(), quarter);
        assert_eq!(quarter.first_day().to_string(), "2026-10-01");
        assert_eq!(quarter.last_day().to_string(), "2026-12-31");
        assert_eq!(quarter.due(15).to_string(), "2027-01-15");
        assert_eq!(Period::of("2026-11-24".parse().unwrap()), quarter);
        for bad in [
            "2026Q5", "2026Q0", "26Q1", "2026q1", "2026Q+", "1999Q1", "", "2026Q11",
        ] {
            assert!(Period::parse(bad).is_err(), "{bad}");
        }
    }
}
