//! Phone numbers: parsed at the door, kept as digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A phone number as digits, without the country code where it is China's.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
#[schema(value_type = String, example = "13812345678")]
pub struct Phone(String);

/// The text is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a phone number such as 13812345678 or 0439-3725000")]
pub struct NotAPhone;

impl Phone {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For a stored booking whose contact was erased.
    pub fn erased() -> Self {
        Self(String::new())
    }

    /// `138****5678`: enough for its owner to recognise.
    pub fn masked(&self) -> String {
        let (length, shown) = (self.0.len(), 4);
        if length < 7 {
            return "*".repeat(length);
        }
        let stars = "*".repeat(length - 3 - shown);
        format!("{}{stars}{}", &self.0[..3], &self.0[length - shown..])
    }
}

/// A phone number must not get into a log by accident.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

impl FromStr for Phone {
    type Err = NotAPhone;

    fn from_str(text: &str) -> Result<Self, NotAPhone> {
        let mut digits = String::with_capacity(15);
        let mut foreign = false;
        for (at, c) in text.trim().chars().enumerate() {
            match c {
                '0'..='9' => digits.push(c),
                '０'..='９' => digits.extend(char::from_u32(u32::from(c) - 0xFF10 + 0x30)),
                '+' if at == 0 => foreign = true,
                ' ' | '-' | '－' | '(' | ')' | '（' | '）' => {}
                _ => return Err(NotAPhone),
            }
        }
        if foreign {
            match digits.strip_prefix("86") {
                Some(rest) => digits = rest.into(),
                // Kept apart from a local number of the same digits.
                None => digits.insert_str(0, "00"),
            }
        }
        (5..=17)
            .contains(&digits.len())
            .then_some(Self(digits))
            .ok_or(NotAPhone)
    }
}

impl TryFrom<String> for Phone {
    type Error = NotAPhone;

    fn try_from(text: String) -> Result<Self, NotAPhone> {
        text.parse()
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_is_one_number_however_it_is_written() {
        for text in [
            "13812345678",
            "+86 138-1234-5678",
            "１３８１２３４５６７８",
            " (138) 12345678 ",
        ] {
            assert_eq!(
                text.parse::<Phone>().unwrap().as_str(),
                "13812345678",
                "{text}"
            );
        }
        assert_eq!(
            "+82 10 1234".parse::<Phone>().unwrap().as_str(),
            "0082101234"
        );
        for text in ["", "1234", "call me", "138123456781234567", "13812345678;"] {
            assert_eq!(text.parse::<Phone>(), Err(NotAPhone), "{text}");
        }
    }

    #[test]
    fn a_masked_number_shows_its_ends_and_a_debugged_one_nothing() {
        let phone: Phone = "13812345678".parse().unwrap();
        assert_eq!(phone.masked(), "138****5678");
        assert!(!format!("{phone:?}").contains("138"));
    }
}
