//! Money in fen (分), a hundredth of a yuan: whole numbers, so that sums are exact.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Sub};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount; negative where the resident is paid.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    sqlx::Type,
    ToSchema,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Money(pub i64);

impl fmt::Display for Money {
    /// In yuan with two decimals, `-12.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Mul<i64> for Money {
    type Output = Self;

    fn mul(self, by: i64) -> Self {
        Self(self.0.saturating_mul(by))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_shown_in_yuan_and_adds_up_exactly() {
        for (fen, shown) in [
            (0, "0.00"),
            (5, "0.05"),
            (-5, "-0.05"),
            (-1250, "-12.50"),
            (300, "3.00"),
        ] {
            assert_eq!(Money(fen).to_string(), shown);
        }
        let sum: Money = [Money(10), Money(20) * 3, Money(-5)].into_iter().sum();
        assert_eq!(sum - Money(65), Money(0));
    }
}
