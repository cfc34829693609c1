//! When letters in the right order are a word.

use crate::fold::{Gap, Unit, is_han, reading, same_tone};

/// The fewest letters of pinyin that are taken for a word with nothing else to go by: shorter ones
/// are English too.
const FEWEST_LETTERS: usize = 6;

/// Latin letters at either end of a word must not go on: `app` is not in `apple`.
pub fn is_whole_word(units: &[Unit], start: usize, end: usize) -> bool {
    let (first, last) = (units[start], units[end - 1]);
    let starts = !first.c.is_ascii_lowercase()
        || first.gap != Gap::None
        || start == 0
        || !units[start - 1].c.is_ascii_lowercase();
    starts && (!last.c.is_ascii_lowercase() || ends(units, start, end))
}

fn ends(units: &[Unit], start: usize, end: usize) -> bool {
    let goes_on = |at: usize| {
        units
            .get(at)
            .is_some_and(|unit| unit.gap == Gap::None && unit.c.is_ascii_lowercase())
    };
    let plural = end - start >= 4 && units.get(end).is_some_and(|unit| unit.c == 's');
    !goes_on(end) || (plural && !goes_on(end + 1))
}

/// Written in one piece. Words of Latin letters are written apart as a matter of course.
pub fn is_tight(units: &[Unit]) -> bool {
    let latin = units.len() > 3 && units.iter().all(|unit| unit.c.is_ascii());
    units[1..]
        .iter()
        .all(|unit| unit.gap == Gap::None || latin && unit.gap == Gap::Soft)
}

/// Whether a word with gaps was broken up by intention, and not by two words that meet. A clause
/// that ends in its midst speaks against it, unless every character stands alone.
pub fn is_broken_on_purpose(units: &[Unit]) -> bool {
    let inner = &units[1..];
    let latin = units.iter().all(|unit| unit.c.is_ascii());
    if latin && units.len() <= 3 {
        return false;
    }
    let hard = inner.iter().filter(|unit| unit.gap == Gap::Hard).count();
    hard == 0 || (inner.len() >= 2 && hard == inner.len())
}

/// How sure it is that what sounds like a word stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    Sure,
    /// Ordinary words sound like it, too: something else must speak for it.
    Guess,
}

/// Whether `units[start..end]`, which sound like `word`, stand for it. Chinese has too many words of
/// one sound for that to be sure unless most is written right, or all of it in letters.
pub fn sounds_like(word: &[char], units: &[Unit], start: usize, end: usize) -> Option<Likeness> {
    let (mut exact, mut alike, mut spelled, mut letters) = (0, 0, 0, 0);
    let mut same_tones = true;
    let mut at = start;
    for c in word {
        let unit = units.get(at).filter(|_| at < end)?;
        if is_han(unit.c) {
            if unit.c == *c {
                exact += 1;
            } else {
                alike += 1;
                same_tones &= same_tone(unit.c, *c);
            }
            at += 1;
        } else {
            let length = reading(*c).map_or(1, str::len);
            let syllable = units.get(at..at + length).unwrap_or_default();
            if !syllable.iter().all(|unit| unit.c.is_ascii_lowercase()) || syllable.is_empty() {
                return None;
            }
            spelled += 1;
            letters += length;
            at += length;
        }
    }
    let whole = at == end
        && units[start + 1..end]
            .iter()
            .all(|unit| unit.gap != Gap::Hard)
        && is_whole_word(units, start, end)
        && (spelled == 0 || letters_end_where_syllables_do(units, start, end));
    if !whole {
        return None;
    }
    match (exact, alike, spelled) {
        (_, 0, 0) => None,
        (0, 0, _) => (letters >= FEWEST_LETTERS).then_some(Likeness::Sure),
        (_, 0, _) => Some(Likeness::Sure),
        (exact, alike, _) if exact >= 2 && alike <= word.len() / 3 => Some(Likeness::Sure),
        (1.., _, _) if word.len() >= 3 => Some(Likeness::Guess),
        (0, _, 1..) => Some(Likeness::Guess),
        (0, _, _) => (same_tones && word.len() >= 3).then_some(Likeness::Guess),
        _ => same_tones.then_some(Likeness::Guess),
    }
}

/// No plural here: `yans` is no syllable.
fn letters_end_where_syllables_do(units: &[Unit], start: usize, end: usize) -> bool {
    !units[start..end]
        .last()
        .is_some_and(|unit| unit.c.is_ascii_lowercase())
        || units
            .get(end)
            .is_none_or(|unit| unit.gap != Gap::None || !unit.c.is_ascii_lowercase())
}
