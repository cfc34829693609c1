//! The text as it sounds: pinyin without tones, so that `xiang烟` and `香yan` are heard alike.

use pinyin::ToPinyin;

use super::{Unit, is_han};

/// The sound of a text and the unit each letter belongs to.
pub struct Sound {
    pub letters: String,
    pub unit_of: Vec<u32>,
}

/// Pinyin without tone, `lv` for lü; none for what is not Chinese.
pub fn reading(c: char) -> Option<&'static str> {
    if !is_han(c) {
        return None;
    }
    match c.to_pinyin()?.plain() {
        "lü" => Some("lv"),
        "nü" => Some("nv"),
        "lüe" => Some("lve"),
        "nüe" => Some("nve"),
        other => Some(other),
    }
}

/// Whether two characters are read alike down to the tone.
pub fn same_tone(one: char, other: char) -> bool {
    let tone = |c: char| Some(c.to_pinyin()?.with_tone());
    is_han(one) && is_han(other) && tone(one).is_some() && tone(one) == tone(other)
}

/// Chinese characters by their reading, Latin letters as they are. Everything else is a stop that
/// no word contains.
pub fn sound(units: &[Unit]) -> Sound {
    let mut sound = Sound {
        letters: String::with_capacity(units.len() * 4),
        unit_of: Vec::with_capacity(units.len() * 4),
    };
    for (index, unit) in (0_u32..).zip(units) {
        if unit.c.is_ascii_lowercase() {
            sound.letters.push(unit.c);
        } else {
            sound.letters.push_str(reading(unit.c).unwrap_or("."));
        }
        sound.unit_of.resize(sound.letters.len(), index);
    }
    sound
}
