//! One spelling for every way to write a word, with the way back to the text.
//!
//! A text is read three ways: as it stands (*plain*), with look-alikes put right and a few letters
//! between characters dropped (*bare*), and as it sounds (*sound*).

mod characters;
mod sound;

use std::collections::HashMap;
use std::ops::Range;

pub use characters::{Role, fold, fold_one, is_han, warm};
pub use sound::{reading, same_tone, sound};

use crate::rules::Characters;

/// What stood before a unit and was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    None,
    /// A few letters or digits between two Chinese characters.
    Noise,
    Soft,
    Hard,
}

/// A folded character and where it stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    pub c: char,
    /// In characters of the text, end exclusive.
    pub from: u32,
    pub to: u32,
    pub gap: Gap,
    /// Stands for an emoji, which may be there to break a word.
    pub sign: bool,
}

/// The characters a district's people swap for others.
#[derive(Clone, Debug, Default)]
pub struct Twins {
    twin: HashMap<char, char>,
    pieces: HashMap<(char, char), char>,
    signs: HashMap<char, char>,
}

impl Twins {
    pub fn new(characters: &Characters) -> Self {
        let mut twins = Self::default();
        for (&meant, written) in &characters.twins {
            twins.twin.extend(written.chars().map(|c| (c, meant)));
        }
        for (&meant, written) in &characters.signs {
            twins.signs.extend(written.chars().map(|c| (c, meant)));
        }
        for (pieces, &meant) in &characters.pieces {
            let mut both = pieces.chars();
            if let (Some(left), Some(right)) = (both.next(), both.next()) {
                twins.pieces.insert((left, right), meant);
            }
        }
        twins
    }
}

/// The text as it stands, folded.
pub fn plain(text: impl Iterator<Item = char>, twins: &Twins) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut gap = Gap::None;
    for (at, c) in (0_u32..).zip(text) {
        if let Some(&sign) = twins.signs.get(&c) {
            units.push(Unit {
                sign: true,
                ..unit(sign, at, gap)
            });
            gap = Gap::None;
            continue;
        }
        let (role, folded) = fold(c);
        match role {
            Role::Silent => {}
            Role::Soft => gap = gap.max(Gap::Soft),
            Role::Hard => gap = Gap::Hard,
            Role::Letter => {
                for c in folded {
                    units.push(unit(c, at, gap));
                    gap = Gap::None;
                }
            }
        }
    }
    units
}

const fn unit(c: char, at: u32, gap: Gap) -> Unit {
    Unit {
        c,
        from: at,
        to: at + 1,
        gap,
        sign: false,
    }
}

/// The most letters or digits between two Chinese characters that are put there to break a word.
const NOISE: usize = 4;

/// The text with look-alikes put right and a few letters between Chinese characters dropped.
pub fn bare(plain: &[Unit], twins: &Twins) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::with_capacity(plain.len());
    let mut dropped = Gap::None;
    let mut index = 0;
    while let Some(&here) = plain.get(index) {
        let next = plain.get(index + 1);
        index += 1;
        if let Some(next) = next.filter(|next| next.gap == Gap::None || next.gap == Gap::Soft)
            && let Some(&whole) = twins.pieces.get(&(here.c, next.c))
        {
            units.push(Unit {
                c: whole,
                to: next.to,
                gap: here.gap.max(dropped),
                ..here
            });
            dropped = Gap::None;
            index += 1;
            continue;
        }
        let noise = plain[index - 1..]
            .iter()
            .take(NOISE + 1)
            .take_while(|unit| is_noise(unit) && unit.gap != Gap::Hard)
            .count();
        let between = units.last().is_some_and(|before| is_han(before.c))
            && plain
                .get(index - 1 + noise)
                .is_some_and(|next| is_han(next.c) && next.gap != Gap::Hard);
        if between && (1..=NOISE).contains(&noise) {
            let run = &plain[index - 1..index - 1 + noise];
            let gap = run.iter().map(|unit| unit.gap).max();
            dropped = dropped.max(Gap::Noise).max(gap.unwrap_or(Gap::Noise));
            index += noise - 1;
            continue;
        }
        units.push(Unit {
            c: twins.twin.get(&here.c).copied().unwrap_or(here.c),
            gap: here.gap.max(dropped),
            ..here
        });
        dropped = Gap::None;
    }
    units
}

const fn is_noise(unit: &Unit) -> bool {
    unit.sign || unit.c.is_ascii_alphanumeric()
}

/// The folded characters of a word in a rule.
pub fn word(text: &str) -> Vec<char> {
    plain(text.chars(), &Twins::default())
        .into_iter()
        .map(|unit| unit.c)
        .collect()
}

/// Where in the text the units stood.
pub fn range(units: &[Unit]) -> Range<usize> {
    match (units.first(), units.last()) {
        (Some(first), Some(last)) => first.from as usize..last.to as usize,
        _ => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twins() -> Twins {
        Twins::new(&Characters {
            twins: [('微', "薇威".to_owned())].into(),
            pieces: [("木仓".to_owned(), '枪')].into(),
            signs: [('烟', "🚬".to_owned())].into(),
        })
    }

    fn spelled(units: &[Unit]) -> String {
        units.iter().map(|unit| unit.c).collect()
    }

    #[test]
    fn look_alikes_pieces_and_letters_in_between_are_put_right() {
        for (typed, expected) in [
            ("加薇x信", "加微信"),
            ("手木仓", "手枪"),
            ("硫sui酸", "硫酸"),
            ("A4纸3张", "a4纸张"),
        ] {
            let plain = plain(typed.chars(), &twins());
            assert_eq!(spelled(&bare(&plain, &twins())), expected, "{typed}");
        }
    }

    #[test]
    fn a_unit_knows_where_it_stood() {
        let units = plain("🔥卖 🚬，⑩".chars(), &twins());
        assert_eq!(spelled(&units), "卖烟10");
        assert_eq!(range(&units[1..2]), 3..4);
        assert_eq!(range(&units[2..]), 5..6);
        assert_eq!(units[1].gap, Gap::Soft);
        assert_eq!(units[2].gap, Gap::Hard);
    }
}
