//! Whether a text reads as if somebody passed on a number, whichever it is and however it is hidden.
//!
//! Naive Bayes, as for what is offered, over what stands beside the numbers, in which order numbers of
//! which length stand, and how many digits there are. It knows no digits.

use super::grams::{Gram, of_signs};
use super::{Counts, Distinct, hundredths, shown};
use crate::personal::Outline;
use std::ops::Range;

/// Digits below which nobody tells a number.
const FEWEST: usize = 7;

/// Digits below which a text is no example.
const SOME: usize = 3;

/// Numbers of a text that are counted one by one.
const MANY: u32 = 16;

/// What was learned; nothing without examples of both kinds.
#[derive(Default)]
pub struct Numbers {
    weights: Vec<i16>,
}

/// Learns.
pub struct Learning {
    counts: Counts,
    seen: Distinct,
    told: bool,
}

impl Learning {
    pub fn new() -> Self {
        Self {
            counts: Counts::new(),
            seen: Distinct::new(),
            told: false,
        }
    }

    pub fn add(&mut self, text: &str, is_told: bool) {
        let outline = Outline::of_text(text);
        // A whole number is found by itself, and would teach that it need be one.
        if outline.digits < SOME || (is_told && outline.whole) {
            return;
        }
        self.told |= is_told;
        each(&outline, |gram| {
            if self.seen.is_first(gram.slot) {
                self.counts.add(gram, is_told);
            }
        });
        self.seen.clear();
    }

    pub fn learned(self) -> Numbers {
        Numbers {
            weights: if self.told {
                self.counts.weights()
            } else {
                Vec::new()
            },
        }
    }
}

impl Numbers {
    /// How much a text reads like passing on a number, in hundredths, and what says so.
    pub fn read(&self, outline: &Outline) -> Option<(i32, Vec<Range<usize>>)> {
        if self.weights.is_empty() || outline.digits < FEWEST {
            return None;
        }
        let mut seen = Distinct::new();
        let (mut sum, mut count) = (0_i64, 0_u32);
        let mut telling: Vec<(i16, Gram)> = Vec::new();
        each(outline, |gram| {
            if !seen.is_first(gram.slot) {
                return;
            }
            let weight = self.weights[gram.slot];
            sum += i64::from(weight);
            count += 1;
            if weight > 0 {
                telling.push((weight, gram));
            }
        });
        telling.sort_by_key(|(weight, gram)| (std::cmp::Reverse(*weight), gram.from, gram.to));
        Some((hundredths(sum, count), shown(&telling)))
    }
}

/// Calls `each` for all that a text is judged by.
fn each(outline: &Outline, mut each: impl FnMut(Gram)) {
    const NOWHERE: (u32, u32) = (u32::MAX, 0);
    of_signs(&outline.near, &mut each);
    // The same signs by another name, without what stands between them.
    let named = |base: u32, value: u32| {
        let c = char::from_u32(base + value).unwrap_or(' ');
        (c, NOWHERE.0, NOWHERE.1)
    };
    let order: Vec<_> = outline
        .numbers
        .iter()
        .map(|(sign, ..)| named(0xE100, u32::from(*sign) & 0xFF))
        .collect();
    of_signs(&order, &mut each);
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    of_signs(&[named(0xE200, count(outline.digits).min(20))], &mut each);
    of_signs(&[named(0xE300, count(outline.begun).min(20))], &mut each);
    for nth in 0..count(outline.numbers.len()).min(MANY) {
        of_signs(&[named(0xE400, nth)], &mut each);
    }
}
