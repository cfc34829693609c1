//! An amount of tonnes, square metres or farms, kept in thousandths so that sums are exact.

use serde::{Serialize, Serializer};

use crate::message;
use crate::shared::message::Message;

/// Thousandths of a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct Amount(pub i64);

/// In units.
const MOST: f64 = 1e9;

impl Amount {
    /// Parses an amount at the door.
    ///
    /// # Errors
    /// A sentence for what is negative, too much or too fine.
    pub fn parse(value: f64) -> Result<Self, Message> {
        let thousandths = (value * 1000.0).round();
        let fine = (value * 1000.0 - thousandths).abs() > 1e-3;
        if !(0.0..=MOST).contains(&value) || fine {
            return Err(message!(
                "须为 0 到 10 亿之间的数，最多三位小数。",
                "A number from 0 to a thousand million with at most three decimals.",
                "0에서 10억 사이의 수, 소수점 이하 최대 세 자리."
            ));
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 1e12")]
        Ok(Self(thousandths as i64))
    }

    #[expect(clippy::cast_precision_loss, reason = "sums are far below 2^52")]
    pub fn units(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl std::ops::Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.units())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_to_a_thousandth_and_nothing_else_is_one() {
        assert_eq!(Amount::parse(12.345), Ok(Amount(12_345)));
        assert_eq!(Amount::parse(0.0), Ok(Amount(0)));
        assert_eq!(Amount::parse(1e9), Ok(Amount(1_000_000_000_000)));
        for bad in [-0.1, 1e9 + 1.0, 1.2345, f64::NAN, f64::INFINITY] {
            assert!(Amount::parse(bad).is_err(), "{bad}");
        }
        assert!((Amount(12_345).units() - 12.345).abs() < 1e-12);
    }
}
