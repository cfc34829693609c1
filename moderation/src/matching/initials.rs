//! Words with one character written as the first letter of its sound: b首 for 匕首.

use std::ops::Range;

use crate::fold::{Gap, Unit, is_han, reading};

/// Longer words are found by what is left of them.
const LONGEST: usize = 5;

/// Which words look how with a letter in them, sorted.
#[derive(Debug, Default)]
pub struct Initials {
    forms: Vec<(u64, u32)>,
}

impl Initials {
    /// `words`: their numbers and characters.
    pub fn new<'a>(words: impl Iterator<Item = (u32, &'a [char])>) -> Self {
        let mut forms = Vec::new();
        for (index, word) in words {
            if !(2..=LONGEST).contains(&word.len()) || !word.iter().all(|c| is_han(*c)) {
                continue;
            }
            for hole in 0..word.len() {
                if let Some(letter) = initial(word[hole]) {
                    let form = (0..word.len()).map(|at| if at == hole { letter } else { word[at] });
                    forms.push((digest(form), index));
                }
            }
        }
        forms.sort_unstable();
        Self { forms }
    }

    /// Calls `found` for each place that may be a word; [`is_meant`] tells whether it is.
    pub fn find(&self, units: &[Unit], mut found: impl FnMut(u32, Range<usize>)) {
        for at in (0..units.len()).filter(|at| stands_alone(units, *at)) {
            for length in 2..=LONGEST {
                for start in (at + 1).saturating_sub(length)..=at {
                    let range = start..start + length;
                    let Some(window) = units.get(range.clone()) else {
                        break;
                    };
                    let form = digest(window.iter().map(|unit| unit.c));
                    let first = self.forms.partition_point(|(other, _)| *other < form);
                    for (_, index) in self.forms[first..].iter().take_while(|f| f.0 == form) {
                        found(*index, range.clone());
                    }
                }
            }
        }
    }
}

/// Whether `units` are `word` with one letter in it.
pub fn is_meant(word: &[char], units: &[Unit]) -> bool {
    word.len() == units.len()
        && units[1..].iter().all(|unit| unit.gap != Gap::Hard)
        && word
            .iter()
            .zip(units)
            .all(|(c, unit)| unit.c == *c || Some(unit.c) == initial(*c))
}

fn initial(c: char) -> Option<char> {
    reading(c)?.chars().next()
}

/// A letter that no other adjoins.
fn stands_alone(units: &[Unit], at: usize) -> bool {
    let is_letter = |unit: &Unit| unit.c.is_ascii_alphanumeric();
    units[at].c.is_ascii_lowercase()
        && (at == 0 || units[at].gap != Gap::None || !is_letter(&units[at - 1]))
        && units
            .get(at + 1)
            .is_none_or(|next| next.gap != Gap::None || !is_letter(next))
}

fn digest(letters: impl Iterator<Item = char>) -> u64 {
    letters.fold(0, |digest: u64, c| {
        (digest.rotate_left(5) ^ u64::from(c)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    })
}
