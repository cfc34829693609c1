//! What a text is judged by: its characters, and those that stand beside one another.

use crate::fold::{Gap, Unit};

/// The longest run of characters that is looked at.
pub const LONGEST: usize = 3;

/// Log of the number of places that runs are hashed to: some 300,000 different ones are learned.
const BITS: u32 = 19;

/// Places in the tables.
pub const SLOTS: usize = 1 << BITS;

/// Where a clause begins or ends.
const EDGE: char = '|';

/// One to three characters that stand beside one another in one clause.
#[derive(Clone, Copy, Debug)]
pub struct Gram {
    /// Below [`SLOTS`].
    pub slot: usize,
    /// In characters, at least 1.
    pub length: usize,
    /// In characters of the text, end exclusive; edges have none.
    pub from: u32,
    pub to: u32,
}

/// Calls `each` for every gram of a text. The same one may come again.
pub fn of_text(units: &[Unit], each: impl FnMut(Gram)) {
    let mut run = Vec::with_capacity(units.len() * 5 / 4 + 2);
    run.push((EDGE, 0, 0));
    for unit in units {
        if unit.gap == Gap::Hard && run.len() > 1 {
            run.push((EDGE, unit.from, unit.from));
        }
        run.push((smoothed(unit.c), unit.from, unit.to));
    }
    run.push((EDGE, u32::MAX, 0));
    grams(&run, 1, each);
}

/// As [`of_text`], for a word: single characters and edges say nothing about it.
pub fn of_word(word: &[char], each: impl FnMut(Gram)) {
    let run: Vec<_> = word.iter().map(|c| (smoothed(*c), 0, 0)).collect();
    grams(&run, 2, each);
}

fn grams(run: &[(char, u32, u32)], shortest: usize, mut each: impl FnMut(Gram)) {
    for start in 0..run.len() {
        let mut hash: u64 = 0;
        let (mut from, mut to) = (u32::MAX, 0);
        for length in 1..=LONGEST {
            let Some(&(c, begins, ends)) = run.get(start + length - 1) else {
                break;
            };
            hash = (hash.rotate_left(21) ^ u64::from(c)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            if c != EDGE {
                from = from.min(begins);
                to = to.max(ends);
            }
            if length >= shortest && (length > 1 || c != EDGE) {
                each(Gram {
                    slot: slot(hash),
                    length,
                    from,
                    to,
                });
            }
            // A clause ends here: what comes after has nothing to do with what stood before.
            if c == EDGE && length > 1 {
                break;
            }
        }
    }
}

/// Which number it is says nothing, that there is one does.
const fn smoothed(c: char) -> char {
    if c.is_ascii_digit() { '0' } else { c }
}

const fn slot(hash: u64) -> usize {
    (hash >> (u64::BITS - BITS)) as usize
}
