//! The tracking code: nine digits that can be read over the phone.
//!
//! Eight are drawn at random, the ninth is Damm's check digit, which catches every single wrong digit
//! and every swap of two neighbours, the mistakes people make when they read a number aloud.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::random::Random;

/// Damm's quasigroup of order 10 (H. M. Damm, dissertation, Marburg 2004).
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The tracking code of a report or a pickup.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(transparent)]
#[sqlx(transparent)]
#[schema(value_type = String, pattern = "^[0-9]{9}$", example = "482719356")]
pub struct Code(String);

/// The text is no tracking code.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a tracking code")]
pub struct NotACode;

fn check_digit(digits: impl IntoIterator<Item = u8>) -> u8 {
    digits.into_iter().fold(0, |interim, digit| {
        DAMM[usize::from(interim)][usize::from(digit)]
    })
}

impl Code {
    pub fn draw(random: &Random) -> Self {
        let mut digits: Vec<u8> = format!("{:08}", random.below(100_000_000))
            .bytes()
            .map(|b| b - b'0')
            .collect();
        digits.push(check_digit(digits.iter().copied()));
        Self(
            digits
                .iter()
                .map(|digit| char::from(b'0' + digit))
                .collect(),
        )
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is shown and read: `482-719-356`.
    pub fn grouped(&self) -> String {
        format!("{}-{}-{}", &self.0[..3], &self.0[3..6], &self.0[6..])
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Code {
    type Err = NotACode;

    /// Takes what people type: spaces, dashes, full-width and Chinese digits.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let mut digits = Vec::with_capacity(9);
        for c in text.chars() {
            match digit_of(c) {
                Some(digit) if digits.len() < 9 => digits.push(digit),
                None if c.is_whitespace() || is_dash(c) => {}
                _ => return Err(NotACode),
            }
        }
        if digits.len() == 9 && check_digit(digits.iter().copied()) == 0 {
            Ok(Self(
                digits
                    .iter()
                    .map(|digit| char::from(b'0' + digit))
                    .collect(),
            ))
        } else {
            Err(NotACode)
        }
    }
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐'..='―' | '－' | '·' | '.')
}

fn digit_of(c: char) -> Option<u8> {
    let position = match c {
        '0'..='9' => u32::from(c) - u32::from('0'),
        '０'..='９' => u32::from(c) - u32::from('０'),
        // 幺 and 洞 are how a telephone operator says one and zero.
        '零' | '〇' | '洞' => 0,
        '一' | '幺' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    u8::try_from(position).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_code_reads_back_however_it_is_typed() {
        let random = Random::seeded(1);
        for _ in 0..200 {
            let code = Code::draw(&random);
            assert_eq!(code.as_str().len(), 9);
            assert_eq!(code.as_str().parse(), Ok(code.clone()));
            assert_eq!(code.grouped().parse(), Ok(code.clone()));
            let spoken: String = code
                .as_str()
                .bytes()
                .map(|b| {
                    ['零', '幺', '二', '三', '四', '五', '六', '七', '八', '九']
                        [usize::from(b - b'0')]
                })
                .collect();
            assert_eq!(spoken.parse(), Ok(code.clone()));
            let wide: String = code
                .as_str()
                .chars()
                .map(|c| char::from_u32(u32::from(c) - u32::from('0') + u32::from('０')).unwrap())
                .collect();
            assert_eq!(format!(" {wide} ").parse(), Ok(code));
        }
    }

    #[test]
    fn every_single_wrong_digit_and_every_swap_of_neighbours_is_caught() {
        let random = Random::seeded(2);
        for _ in 0..50 {
            let code = Code::draw(&random).0.into_bytes();
            for at in 0..9 {
                for wrong in b'0'..=b'9' {
                    let mut typed = code.clone();
                    typed[at] = wrong;
                    let same = typed == code;
                    assert_eq!(
                        String::from_utf8(typed).unwrap().parse::<Code>().is_ok(),
                        same
                    );
                }
            }
            for at in 0..8 {
                let mut typed = code.clone();
                typed.swap(at, at + 1);
                let same = typed == code;
                assert_eq!(
                    String::from_utf8(typed).unwrap().parse::<Code>().is_ok(),
                    same
                );
            }
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in [
            "",
            "12345678",
            "1234567890",
            "abcdefghi",
            "123'456'789",
            "../../etc",
        ] {
            assert_eq!(text.parse::<Code>(), Err(NotACode), "{text}");
        }
    }
}
