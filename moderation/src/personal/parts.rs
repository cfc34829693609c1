//! Identity numbers told in parts, in any order and with prose between them: where somebody comes
//! from, when they were born, and the last four.

use std::ops::Range;

use super::checks::{identity_check_digit_fits, is_birth_date, is_province};
use super::digits::{Piece, Spelling, What};
use super::groups::{Group, groups};
use super::{Finding, Kind};

/// In characters: parts farther from the birth date than this belong to something else.
const REACH: usize = 60;

/// In characters: parts this near to one another need nobody to say what they are.
const ADJOINING: usize = 3;

/// Pieces of prose between the year and the month: 1985年生的，3月7号.
const PROSE: usize = 8;

/// Parts of one kind that are tried with one date, the nearest first; keeps the search linear.
const TRIED: usize = 3;

/// Groups that are tried in other orders with one group.
const SHUFFLED: usize = 5;

/// What people say when they tell an identity number, or a number in parts.
const TOLD: [&str; 18] = [
    "身份",
    "证",
    "生",
    "户口",
    "前",
    "后",
    "左",
    "右",
    "段",
    "尾",
    "末",
    "开头",
    "打头",
    "十八位",
    "18位",
    "sfz",
    "号",
    "谐音",
];

/// Holidays that people are born on, as month and day.
const HOLIDAYS: [(&str, [u8; 4]); 14] = [
    ("元旦", [0, 1, 0, 1]),
    ("情人节", [0, 2, 1, 4]),
    ("妇女节", [0, 3, 0, 8]),
    ("三八节", [0, 3, 0, 8]),
    ("植树节", [0, 3, 1, 2]),
    ("愚人节", [0, 4, 0, 1]),
    ("劳动节", [0, 5, 0, 1]),
    ("青年节", [0, 5, 0, 4]),
    ("儿童节", [0, 6, 0, 1]),
    ("建党节", [0, 7, 0, 1]),
    ("建军节", [0, 8, 0, 1]),
    ("教师节", [0, 9, 1, 0]),
    ("国庆", [1, 0, 0, 1]),
    ("圣诞", [1, 2, 2, 5]),
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
    let mut found = Vec::new();
    let mut add = |ranges: &[&Range<usize>]| {
        found.extend(ranges.iter().map(|range| Finding {
            kind: Kind::IdentityNumber,
            range: (*range).clone(),
        }));
    };
    let places: Vec<Part> = groups.iter().filter_map(place).collect();
    let tails: Vec<Part> = groups.iter().flat_map(|g| tail(g, pieces)).collect();
    if !places.is_empty() && !tails.is_empty() {
        for birth in births(text, pieces, &groups) {
            for place in near(&places, &birth.range) {
                for tail in near(&tails, &birth.range).filter(|t| apart(&t.range, &place.range)) {
                    let adjoin = |one: &Range<usize>, next: &Range<usize>| {
                        one.end <= next.start && next.start <= one.end + ADJOINING
                    };
                    let is_one = told
                        || (adjoin(&place.range, &birth.range)
                            && adjoin(&birth.range, &tail.range));
                    let whole = [&place.digits[..], &birth.digits, &tail.digits].concat();
                    if is_one && identity_check_digit_fits(&whole, tail.with_x) {
                        add(&[&place.range, &birth.range, &tail.range]);
                    }
                }
            }
        }
        if text.iter().any(|c| matches!(c, '证' | '生' | '年')) {
            for place in places.iter().filter(|part| is_said(text, part, FIRST)) {
                let last =
                    |tail: &&Part| apart(&tail.range, &place.range) && is_said(text, tail, LAST);
                for tail in near(&tails, &place.range).filter(last) {
                    add(&[&place.range, &tail.range]);
                }
            }
        }
    }
    if told {
        for start in 0..groups.len() {
            for ranges in shuffled(&groups, start, pieces) {
                add(&ranges.iter().collect::<Vec<_>>());
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

/// Those of `parts`, which stand in the order of the text, that are nearest to a place.
fn near<'a>(parts: &'a [Part], to: &'a Range<usize>) -> impl Iterator<Item = &'a Part> {
    let first = parts.partition_point(|part| part.range.end + REACH < to.start);
    let middle = parts.partition_point(|part| part.range.start < to.start);
    let last = parts.partition_point(|part| part.range.start <= to.end + REACH);
    let before = parts[first.min(middle)..middle].iter().rev().take(TRIED);
    let after = parts[middle..last.max(middle)].iter().take(TRIED);
    before.chain(after).filter(|part| apart(&part.range, to))
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

/// Four digits, three and an X, or three and one said apart: 序号202，校验4.
fn tail(group: &Group, pieces: &[Piece]) -> Vec<Part> {
    let part = |digits: Vec<u8>, with_x: bool, end: usize| Part {
        digits,
        with_x,
        range: group.range.start..end,
    };
    match group.digits.len() {
        4 => vec![part(group.digits.clone(), false, group.range.end)],
        3 => {
            let after = pieces.get(group.pieces.end..).unwrap_or_default();
            let one = after
                .iter()
                .take(PROSE)
                .find_map(|piece| Some((digit(piece)?, piece.range.end)));
            let with_one = one.map(|(last, end)| {
                let digits = [&group.digits[..], &[last]].concat();
                part(digits, false, end)
            });
            let with_x =
                x_after(pieces, group.pieces.end).map(|end| part(group.digits.clone(), true, end));
            with_one.into_iter().chain(with_x).collect()
        }
        _ => Vec::new(),
    }
}

/// What is said of the first six digits and of the last four.
const FIRST: [&str; 8] = ["前", "头", "首", "左", "开头", "代码", "第一", "打头"];
const LAST: [&str; 7] = ["后", "尾", "末", "右", "最后", "第三", "收尾"];

/// Whether a part is said to come first or last: 前六位…, …在前.
fn is_said<const N: usize>(text: &[char], part: &Part, words: [&str; N]) -> bool {
    let before: String = text[part.range.start.saturating_sub(5)..part.range.start]
        .iter()
        .collect();
    let after: String = text[part.range.end..(part.range.end + 3).min(text.len())]
        .iter()
        .collect();
    words.iter().any(|word| {
        before.contains(word)
            || after
                .strip_prefix(['在', '打', '是'])
                .is_some_and(|rest| rest.starts_with(word))
    })
}

/// Two to four groups in any order that come to an identity number, others between them.
fn shuffled(groups: &[Group], start: usize, pieces: &[Piece]) -> Vec<Vec<Range<usize>>> {
    let Some(first) = groups.get(start).filter(|group| group.digits.len() < 18) else {
        return Vec::new();
    };
    let others: Vec<&Group> = groups[start + 1..]
        .iter()
        .take(SHUFFLED)
        .take_while(|group| group.range.start <= first.range.end + REACH)
        .collect();
    let mut found = Vec::new();
    let most: usize = others.iter().map(|group| group.digits.len()).sum();
    if most + first.digits.len() < 17 {
        return found;
    }
    for chosen in 1_u32..1 << others.len() {
        if chosen.count_ones() > 3 {
            continue;
        }
        let mut parts = vec![first];
        parts.extend(
            (0..others.len())
                .filter(|at| chosen >> at & 1 == 1)
                .map(|at| others[at]),
        );
        let total: usize = parts.iter().map(|group| group.digits.len()).sum();
        let overlap = parts
            .windows(2)
            .any(|two| !apart(&two[0].range, &two[1].range));
        if !matches!(total, 17 | 18) || overlap {
            continue;
        }
        if orders(parts.len()).any(|order| is_identity(&parts, &order, pieces)) {
            found.push(parts.iter().map(|group| group.range.clone()).collect());
        }
    }
    found
}

/// Every order of two to four things.
fn orders(count: usize) -> impl Iterator<Item = Vec<usize>> {
    (0..count.pow(4)).filter_map(move |code| {
        let order: Vec<usize> = (0..4).map(|at| code / count.pow(at) % count).collect();
        let order = order[..count.min(4)].to_vec();
        let all = (0..count).all(|at| order.contains(&at));
        // What is beyond the last thing is the same again.
        (all && code < count.pow(u32::try_from(count).unwrap_or(4))).then_some(order)
    })
}

fn is_identity(parts: &[&Group], order: &[usize], pieces: &[Piece]) -> bool {
    let digits: Vec<u8> = order
        .iter()
        .flat_map(|at| parts[*at].digits.iter().copied())
        .collect();
    let with_x = digits.len() == 17
        && order
            .last()
            .is_some_and(|last| x_after(pieces, parts[*last].pieces.end).is_some());
    is_province(&digits)
        && is_birth_date(&digits[6..14])
        && identity_check_digit_fits(&digits, with_x)
}

/// The end of the X that ends an identity number, at `from` or announced there: 末位是X.
pub fn x_after(pieces: &[Piece], from: usize) -> Option<usize> {
    for piece in pieces.get(from..)?.iter().take(12) {
        match piece.what {
            // 最后一个是…
            What::Separator(_) | What::Digit(1, _) => {}
            What::Other('x' | '叉' | '艾' | '埃' | '差' | '爱' | '勾' | '乘' | '未') => {
                return Some(piece.range.end);
            }
            What::Other(c)
                if "最后头末尾跟一1位个是为加带上再有还外校验码字母大写的罗马英文".contains(c) =>
                {}
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
fn births(text: &[char], pieces: &[Piece], groups: &[Group]) -> Vec<Birth> {
    let compact = groups.iter().filter_map(|group| {
        Some(Birth {
            digits: group.digits.as_slice().try_into().ok()?,
            range: group.range.clone(),
        })
    });
    let in_prose = groups.iter().filter_map(|group| born(pieces, group));
    let days = days(text, pieces);
    let beside = groups.iter().flat_map(|group| {
        let year = year(group).filter(|_| is(pieces, group.pieces.end, '年'));
        let days = days.iter();
        year.into_iter().flat_map(move |[a, b, c, d]| {
            days.clone().map(move |(day, [e, f, g, h])| Birth {
                digits: [a, b, c, d, *e, *f, *g, *h],
                range: group.range.start.min(day.start)..group.range.start.min(day.start) + 1,
            })
        })
    });
    compact
        .chain(in_prose)
        .chain(beside)
        .filter(|birth| is_birth_date(&birth.digits))
        .collect()
}

/// Days that stand without their year: holidays, 七月七, 1231. Only a few, to keep the search linear.
fn days(text: &[char], pieces: &[Piece]) -> Vec<(Range<usize>, [u8; 4])> {
    let whole: String = text.iter().collect();
    let holidays = HOLIDAYS.iter().filter_map(|(name, day)| {
        let at = whole.get(..whole.find(name)?)?.chars().count();
        Some((at..at + 1, *day))
    });
    let in_prose = (0..pieces.len()).filter_map(|at| {
        let (month, end) = number(pieces, at).filter(|(_, end)| is(pieces, *end, '月'))?;
        let from = end + 1 + usize::from(is(pieces, end + 1, '初'));
        let (day, _) = number(pieces, from)?;
        let range = pieces[at].range.start..pieces[end].range.end;
        Some((range, [month / 10, month % 10, day / 10, day % 10]))
    });
    let compact = (0..pieces.len().saturating_sub(2)).filter_map(|at| {
        let digits: Vec<u8> = pieces[at..].iter().map_while(digit).take(5).collect();
        let starts = at == 0 || digit(&pieces[at - 1]).is_none();
        let day = match digits[..] {
            [a, b, c, d] => [a, b, c, d],
            // 五二零 is May 20.
            [b, c, d] => [0, b, c, d],
            _ => return None,
        };
        starts.then(|| (pieces[at].range.clone(), day))
    });
    holidays.chain(in_prose).chain(compact).take(12).collect()
}

/// A year of two or four digits.
fn year(group: &Group) -> Option<[u8; 4]> {
    match group.digits[..] {
        [a, b, c, d] => Some([a, b, c, d]),
        // Who was born in 2004 says 2004 or 04.
        [c @ 0..=2, d] => Some([2, 0, c, d]),
        [c, d] => Some([1, 9, c, d]),
        _ => None,
    }
}

/// The date whose year is a group: 85年3月7, 1985.3.7, 1985年生的，三月初七.
fn born(pieces: &[Piece], year: &Group) -> Option<Birth> {
    let [a, b, c, d] = self::year(year)?;
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
