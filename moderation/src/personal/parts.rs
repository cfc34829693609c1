//! Identity numbers told in parts, in any order and with prose between them: where somebody comes
//! from, when they were born, and the last four.

use std::ops::Range;

use super::checks::{identity_check_digit_fits, is_birth_date, is_province};
use super::digits::{Group, Piece, Spelling, What, groups};
use super::{Finding, Kind};

/// In characters: parts farther from the birth date than this belong to something else.
const REACH: usize = 60;

/// In characters: parts this near to one another need nobody to say what they are.
const ADJOINING: usize = 3;

/// Pieces of prose between the year and the month: 1985年生的，3月7号.
const PROSE: usize = 8;

/// Parts of one kind that are tried with one date, the nearest first; keeps the search linear.
const TRIED: usize = 3;

/// What people say when they tell an identity number.
const TOLD: [&str; 15] = [
    "身份",
    "证",
    "生",
    "户口",
    "前六",
    "前6",
    "后四",
    "后4",
    "尾",
    "末",
    "开头",
    "打头",
    "十八位",
    "18位",
    "sfz",
];

/// A day of birth and the characters that tell it.
struct Birth {
    digits: [u8; 8],
    range: Range<usize>,
}

/// A first or last part of a number.
struct Part {
    digits: Vec<u8>,
    with_x: bool,
    range: Range<usize>,
}

/// Identity numbers whose check digit fits.
pub fn find(text: &[char], pieces: &[Piece]) -> Vec<Finding> {
    let digits = pieces
        .iter()
        .filter(|piece| digit(piece).is_some())
        .take(12);
    if digits.count() < 12 {
        return Vec::new();
    }
    let told = is_told(text);
    let mut groups = groups(pieces, Spelling::Numeral);
    let by_script: Vec<Group> = groups.iter().flat_map(|g| scripts(g, pieces)).collect();
    groups.extend(by_script);
    groups.sort_by_key(|group| (group.range.start, group.range.end));
    let places: Vec<Part> = groups.iter().filter_map(place).collect();
    let tails: Vec<Part> = groups.iter().filter_map(|g| tail(g, pieces)).collect();
    let mut found = Vec::new();
    if places.is_empty() || tails.is_empty() {
        return found;
    }
    for birth in births(pieces, &groups) {
        for place in near(&places, &birth) {
            for tail in near(&tails, &birth).filter(|tail| apart(&tail.range, &place.range)) {
                let whole = [&place.digits[..], &birth.digits, &tail.digits].concat();
                let adjoin = |one: &Range<usize>, next: &Range<usize>| {
                    one.end <= next.start && next.start <= one.end + ADJOINING
                };
                let is_one = told
                    || (adjoin(&place.range, &birth.range) && adjoin(&birth.range, &tail.range));
                if is_one && identity_check_digit_fits(&whole, tail.with_x) {
                    let ranges = [&place.range, &birth.range, &tail.range];
                    found.extend(ranges.map(|range| Finding {
                        kind: Kind::IdentityNumber,
                        range: range.clone(),
                    }));
                }
            }
        }
    }
    found.sort_by_key(|finding| (finding.range.start, finding.range.end));
    found.dedup();
    found
}

/// What of a group is written in one script, where it is not all: 220602 and 七七 of 220602七七.
fn scripts(group: &Group, pieces: &[Piece]) -> Vec<Group> {
    let written = pieces.get(group.pieces.clone()).unwrap_or_default();
    let runs = written.chunk_by(|one, next| spelling(one) == spelling(next));
    let mut parts = Vec::new();
    let mut at = 0;
    for run in runs.filter(|run| run.len() < written.len()) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        parts.push(Group {
            digits: run.iter().filter_map(digit).collect(),
            range: first.range.start..last.range.end,
            gap: group.gap,
            pieces: group.pieces.start + at..group.pieces.start + at + run.len(),
        });
        at += run.len();
    }
    parts
}

const fn spelling(piece: &Piece) -> Option<Spelling> {
    match piece.what {
        What::Digit(_, spelling) => Some(spelling),
        _ => None,
    }
}

fn is_told(text: &[char]) -> bool {
    let text: String = text.iter().map(|c| crate::fold::fold_one(*c)).collect();
    TOLD.iter().any(|word| text.contains(word))
}

/// Those of `parts`, which stand in the order of the text, that are nearest to the date.
fn near<'a>(parts: &'a [Part], birth: &'a Birth) -> impl Iterator<Item = &'a Part> {
    let first = parts.partition_point(|part| part.range.end + REACH < birth.range.start);
    let middle = parts.partition_point(|part| part.range.start < birth.range.start);
    let last = parts.partition_point(|part| part.range.start <= birth.range.end + REACH);
    let before = parts[first.min(middle)..middle].iter().rev().take(TRIED);
    let after = parts[middle..last.max(middle)].iter().take(TRIED);
    before
        .chain(after)
        .filter(|part| apart(&part.range, &birth.range))
}

const fn apart(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.end <= other.start || other.end <= one.start
}

fn place(group: &Group) -> Option<Part> {
    let fits = group.digits.len() == 6 && is_province(&group.digits);
    fits.then(|| Part {
        digits: group.digits.clone(),
        with_x: false,
        range: group.range.clone(),
    })
}

/// Four digits, or three and an X.
fn tail(group: &Group, pieces: &[Piece]) -> Option<Part> {
    let end = match group.digits.len() {
        4 => group.range.end,
        3 => x_after(pieces, group.pieces.end)?,
        _ => return None,
    };
    Some(Part {
        with_x: group.digits.len() == 3,
        digits: group.digits.clone(),
        range: group.range.start..end,
    })
}

/// The end of the X that ends an identity number, at `from` or announced there: 末位是X.
pub fn x_after(pieces: &[Piece], from: usize) -> Option<usize> {
    for piece in pieces.get(from..)?.iter().take(12) {
        match piece.what {
            What::Separator(_) => {}
            What::Other('x' | '叉' | '艾' | '埃' | '差' | '爱' | '勾') => {
                return Some(piece.range.end);
            }
            What::Other(c)
                if "最后头末尾跟一1位个是为加带上再有还外校验码字母大写的罗马英文".contains(c) =>
                {}
            What::Digit(1, _) => {}
            _ => return None,
        }
    }
    None
}

fn digit(piece: &Piece) -> Option<u8> {
    match piece.what {
        What::Digit(digit, Spelling::Digit | Spelling::Numeral) => Some(digit),
        _ => None,
    }
}

/// Every date that somebody may be born on.
fn births(pieces: &[Piece], groups: &[Group]) -> Vec<Birth> {
    let compact = groups.iter().filter_map(|group| {
        Some(Birth {
            digits: group.digits.as_slice().try_into().ok()?,
            range: group.range.clone(),
        })
    });
    let in_prose = groups.iter().filter_map(|group| born(pieces, group));
    compact
        .chain(in_prose)
        .filter(|birth| is_birth_date(&birth.digits))
        .collect()
}

/// The date whose year is a group: 85年3月7, 1985.3.7, 1985年生的，三月初七.
fn born(pieces: &[Piece], year: &Group) -> Option<Birth> {
    let year_digits = match year.digits[..] {
        [a, b, c, d] => [a, b, c, d],
        // Who was born in 2004 says 2004 or 04.
        [c @ 0..=2, d] => [2, 0, c, d],
        [c, d] => [1, 9, c, d],
        _ => return None,
    };
    let mut at = year.pieces.end;
    let named = is(pieces, at, '年');
    if named {
        at += 1;
        let prose = pieces.get(at..)?.iter().take(PROSE);
        at += prose.take_while(|piece| starts_no_number(piece)).count();
    } else if year.digits.len() == 4 {
        at = after_separators(pieces, at)?;
    } else {
        return None;
    }
    let (month, at) = number(pieces, at)?;
    let at = match (is(pieces, at, '月'), named) {
        (true, _) => at + 1,
        (false, false) => after_separators(pieces, at)?,
        (false, true) => return None,
    };
    let at = at + usize::from(is(pieces, at, '初'));
    let (day, end) = number(pieces, at)?;
    let [a, b, c, d] = year_digits;
    Some(Birth {
        digits: [a, b, c, d, month / 10, month % 10, day / 10, day % 10],
        range: year.range.start..pieces.get(end.checked_sub(1)?)?.range.end,
    })
}

fn is(pieces: &[Piece], at: usize, c: char) -> bool {
    pieces
        .get(at)
        .is_some_and(|piece| piece.what == What::Other(c))
}

fn starts_no_number(piece: &Piece) -> bool {
    digit(piece).is_none() && piece.what != What::Other('十')
}

/// Past one or two separators.
fn after_separators(pieces: &[Piece], at: usize) -> Option<usize> {
    let count = pieces
        .get(at..)?
        .iter()
        .take_while(|piece| matches!(piece.what, What::Separator(_)))
        .count();
    (1..=2).contains(&count).then_some(at + count)
}

/// A number of one or two digits and where it ends: 7, 07, 十, 十一, 二十, 二十三.
fn number(pieces: &[Piece], at: usize) -> Option<(u8, usize)> {
    let digit = |at: usize| pieces.get(at).and_then(digit);
    // How `digits` leaves the ten in 二十三.
    let ten_inside = |at: usize| {
        pieces
            .get(at)
            .is_some_and(|piece| piece.what == What::Separator('千'))
    };
    let Some(first) = digit(at) else {
        return is(pieces, at, '十').then_some((10, at + 1));
    };
    if ten_inside(at + 1) {
        return Some((first * 10 + digit(at + 2)?, at + 3));
    }
    if is(pieces, at + 1, '十') {
        return Some((first * 10, at + 2));
    }
    Some(digit(at + 1).map_or((first, at + 1), |second| (first * 10 + second, at + 2)))
}
