//! Telephone, identity and card numbers among the digits of a text.

use std::ops::Range;

use super::checks::{
    identity_check_digit_fits, is_area_code, is_birth_date, is_province, luhn_fits,
};
use super::digits::{Piece, Spelling, What};
use super::groups::{Gap, Group, groups};
use super::labels::{Label, Said};
use super::parts::x_after;
use super::{Finding, Kind};

/// How the digits of a mobile number are usually grouped.
const USUAL: [&[usize]; 4] = [&[11], &[3, 4, 4], &[3, 8], &[7, 4]];
/// A label may stand this many characters before its number.
const LABEL_REACH: usize = 10;
/// The same for 前半截 and 后半截: 前 and 后 are everywhere.
const HALF_REACH: usize = 5;

/// A text read for numbers.
pub struct Reader<'a> {
    text: &'a [char],
    pieces: &'a [Piece],
    pub said: Said,
    /// Somebody announces a number.
    calls: bool,
    /// Somebody speaks of an identity or card number.
    names: bool,
    /// Somebody says that the numbers in a text are to be read as one.
    joins: bool,
    /// Somebody says that a number is written backwards.
    backwards: bool,
    /// Somebody says which part of a number comes first or last.
    orders: bool,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a [char], pieces: &'a [Piece]) -> Self {
        let said = Said::in_text(text);
        Self {
            text,
            pieces,
            calls: said.anywhere(Label::Call),
            names: said.anywhere(Label::Identity) || said.anywhere(Label::Card),
            joins: said.anywhere(Label::Joined),
            backwards: said.anywhere(Label::Backwards),
            orders: said.anywhere(Label::Order),
            said,
        }
    }

    /// Every number, those in plainer digits first; none overlap.
    pub fn find(&self) -> Vec<Finding> {
        let mut found = Found {
            findings: Vec::new(),
            taken: vec![false; self.text.len()],
        };
        for spelling in [
            Spelling::Digit,
            Spelling::Numeral,
            Spelling::Word,
            Spelling::LookAlike,
            Spelling::SoundAlike,
        ] {
            let mut groups = groups(self.pieces, spelling);
            if spelling == Spelling::SoundAlike {
                // What only sounds like digits is ordinary speech, unless somebody announces a
                // number or eleven such characters stand in a row.
                if self.calls {
                    groups = groups.into_iter().map(Group::without_ends).collect();
                } else if !self.names {
                    groups = alone(&groups);
                }
            }
            for start in 0..groups.len() {
                self.from(&groups, start, spelling, &mut found);
            }
        }
        found.findings
    }

    /// Numbers that begin with a group.
    fn from(&self, groups: &[Group], start: usize, spelling: Spelling, found: &mut Found) {
        let mut digits: Vec<u8> = Vec::with_capacity(19);
        for end in start..groups.len() {
            if end > start && groups[end].gap == Gap::Apart {
                return;
            }
            digits.extend(&groups[end].digits);
            if digits.len() > 19 {
                return;
            }
            let candidate = Candidate {
                digits: &digits,
                groups: &groups[start..=end],
                spelling,
            };
            let range = groups[start].range.start..groups[end].range.end;
            if let Some((kind, range)) = self.kind(&candidate, range) {
                found.add(kind, range);
            }
        }
    }

    fn kind(&self, candidate: &Candidate, range: Range<usize>) -> Option<(Kind, Range<usize>)> {
        let digits = candidate.digits;
        // Where somebody speaks of a card, what only sounds like a telephone number is speech.
        let scattered = !matches!(candidate.groups.len(), 1 | 11);
        if candidate.spelling == Spelling::SoundAlike
            && !self.calls
            && scattered
            && digits.len() <= 12
        {
            return None;
        }
        match digits.len() {
            7 | 8 => (candidate.is_joined()
                && (2..=9).contains(&digits[0])
                && !digits.starts_with(&[2, 0])
                && candidate.groups.iter().all(|group| group.digits.len() != 2)
                && (self.is_labelled(range.start, Label::FixedLine)
                    || self.said.before(Label::Telephone, range.start, 4)))
            .then_some((Kind::Landline, range)),
            10..=12 if candidate.is_landline() => Some((Kind::Landline, range)),
            // 010 is Korea's mobile prefix and Beijing's area code.
            11 if digits.starts_with(&[0, 1, 0]) && candidate.is_joined() => {
                Some((Kind::Mobile, range))
            }
            11 if self.is_mobile(candidate, range.start) => Some((Kind::Mobile, range)),
            13 | 15 => {
                let prefix = if digits.len() == 13 { 2 } else { 4 };
                let called = matches!(digits[..prefix], [8, 6] | [0, 0, 8, 6]);
                if called && candidate.is_joined() && is_mobile(&digits[prefix..]) {
                    return Some((Kind::Mobile, range));
                }
                let old = digits.len() == 15
                    && (self.is_labelled(range.start, Label::Identity)
                        || (is_province(digits)
                            && (self.said.anywhere(Label::Identity)
                                || (candidate.groups.len() == 1
                                    && !self.said.anywhere(Label::Serial)))))
                    && is_birth_date(&[&[1, 9], &digits[6..12]].concat());
                if old {
                    return Some((Kind::IdentityNumber, range));
                }
                self.card(candidate, range)
            }
            17 => {
                let last = candidate.groups.last()?;
                let end = x_after(self.pieces, last.pieces.end);
                end.and_then(|end| self.identity(candidate, true, range.start..end))
                    .or_else(|| self.identity_turned(candidate, range.clone()))
                    .or_else(|| self.card(candidate, range))
            }
            18 => self
                .identity(candidate, false, range.clone())
                .or_else(|| self.card(candidate, range)),
            14 | 16 | 19 => self.card(candidate, range),
            _ => None,
        }
    }

    fn identity(
        &self,
        candidate: &Candidate,
        with_x: bool,
        range: Range<usize>,
    ) -> Option<(Kind, Range<usize>)> {
        let labelled = || self.is_labelled(range.start, Label::Identity);
        let is_one = |digits: &[u8]| {
            (1..=8).contains(&digits[0])
                && is_birth_date(&digits[6..14])
                && (identity_check_digit_fits(digits, with_x) || labelled())
        };
        let is_whole = |digits: &[u8]| !with_x && digits.len() == 18 && is_one(digits);
        let turned = || {
            let digits: Vec<u8> = candidate.digits.iter().rev().copied().collect();
            self.backwards && is_whole(&digits)
        };
        let told = || is_whole(&self.in_told_order(candidate, range.start).concat());
        (is_one(candidate.digits) || told() || turned()).then_some((Kind::IdentityNumber, range))
    }

    /// X31102…（倒着看）
    fn identity_turned(
        &self,
        candidate: &Candidate,
        range: Range<usize>,
    ) -> Option<(Kind, Range<usize>)> {
        let first = candidate.groups.first()?.pieces.start;
        let before = self.pieces[..first].iter().rev().take(2);
        let mut letters = before.filter(|piece| !matches!(piece.what, What::Separator(_)));
        let starts = matches!(letters.next()?.what, What::Other('x' | '叉'));
        let backwards: Vec<u8> = candidate.digits.iter().rev().copied().collect();
        (self.backwards
            && starts
            && is_birth_date(&backwards[6..14])
            && identity_check_digit_fits(&backwards, true))
        .then_some((Kind::IdentityNumber, range))
    }

    fn card(&self, candidate: &Candidate, range: Range<usize>) -> Option<(Kind, Range<usize>)> {
        let told = || self.orders && candidate.is_near() && candidate.groups.len() <= 5;
        let fits = (3..=6).contains(&candidate.digits[0])
            && (candidate.is_joined() || told())
            && ((luhn_fits(candidate.digits) && candidate.digits.len() >= 15)
                || (candidate.digits.len() >= 13 && self.is_labelled(range.start, Label::Card)));
        let grouped = candidate
            .groups
            .iter()
            .rev()
            .skip(1)
            .all(|group| group.digits.len() >= 3)
            || candidate.groups.iter().all(|group| group.digits.len() <= 2);
        (fits && grouped).then_some((Kind::BankCard, range))
    }

    fn is_mobile(&self, candidate: &Candidate, start: usize) -> bool {
        let digits = candidate.digits;
        let sizes: Vec<usize> = candidate.groups.iter().map(|g| g.digits.len()).collect();
        // No such prefix is given out, but somebody says that it is a number.
        let said =
            digits[0] == 1 && candidate.groups.len() == 1 && self.is_labelled(start, Label::Mobile);
        let grouped = candidate.is_grouped_like_a_mobile(&sizes, self.calls);
        if is_mobile(digits) || said {
            let joined = self.joins && sizes == [3, 4, 4];
            // 前半截18117，后半截一八六零五四
            let halves = self.orders
                && candidate.groups.len() == 2
                && candidate.is_near()
                && self.said.before(Label::Order, start, HALF_REACH)
                && self
                    .said
                    .before(Label::Order, candidate.groups[1].range.start, HALF_REACH);
            return grouped
                || joined
                || halves
                || (candidate.is_starred() && self.is_labelled(start, Label::Starred));
        }
        let told = self.in_told_order(candidate, start).concat();
        if is_mobile(&told) && candidate.is_near() {
            return true;
        }
        if self.backwards && grouped {
            let backwards: Vec<u8> = digits.iter().rev().copied().collect();
            if is_mobile(&backwards) {
                return true;
            }
        }
        // 后八位…，前三位…
        if !self.orders || !(sizes.last() == Some(&3) || grouped) {
            return false;
        }
        let parts = candidate.groups.iter().map(|group| group.digits.as_slice());
        let turned: Vec<u8> = parts.rev().flatten().copied().collect();
        is_mobile(&turned) && self.is_labelled(start, Label::Turned)
    }

    /// The groups in the order the text gives them: 尾号…，前七位…. As they stand unless some are said
    /// to come first or last.
    fn in_told_order<'b>(&self, candidate: &Candidate<'b>, start: usize) -> Vec<&'b [u8]> {
        let groups = candidate.groups;
        if !self.orders || groups.len() < 2 || groups.len() > 6 {
            return Vec::new();
        }
        let mut before = start.saturating_sub(LABEL_REACH);
        let mut told: Vec<(Place, &[u8])> = Vec::with_capacity(groups.len());
        for (index, group) in groups.iter().enumerate() {
            let next = groups
                .get(index + 1)
                .map_or(self.text.len(), |next| next.range.start);
            let after = next.min(group.range.end + 3);
            let place = place_after(&self.text[group.range.end..after])
                .or_else(|| place_before(&self.text[before..group.range.start]))
                // A group goes on where the one before ended.
                .or_else(|| told.last().map(|(place, _)| *place))
                .unwrap_or(Place::Middle);
            told.push((place, &group.digits));
            before = group.range.end;
        }
        told.sort_by_key(|(place, _)| *place);
        told.into_iter().map(|(_, digits)| digits).collect()
    }

    /// Whether a label of the kind stands shortly before.
    fn is_labelled(&self, start: usize, label: Label) -> bool {
        self.said.before(label, start, LABEL_REACH)
    }
}

/// Eleven digits in a row, as many as an identity number has, or eleven that nothing but a space or a
/// dot parts: 要 三 八 ….
fn alone(groups: &[Group]) -> Vec<Group> {
    let starts =
        |group: &Group| group.digits.len() != 1 || !matches!(group.gap, Gap::Separators(..=2));
    groups
        .chunk_by(|_, next| !starts(next))
        .filter(|run| {
            let whole = run.first().map(|group| group.digits.len());
            run.len() == 11 || matches!(whole, Some(11 | 17 | 18))
        })
        .flat_map(|run| if run.len() == 11 { run } else { &run[..1] }.to_vec())
        .collect()
}

/// Where in a number a group belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    First,
    Middle,
    Last,
}

/// What is said before a group: 前三位…, 尾号….
fn place_before(text: &[char]) -> Option<Place> {
    text.iter().rev().find_map(|c| match c {
        '前' | '头' | '首' | '先' => Some(Place::First),
        '中' | '间' | '生' => Some(Place::Middle),
        '后' | '尾' | '末' => Some(Place::Last),
        _ => None,
    })
}

/// What is said after a group: …打头, …在后.
fn place_after(text: &[char]) -> Option<Place> {
    let text: String = text.iter().collect();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["打头", "开头", "在前", "起头", "是前", "是头"]) {
        Some(Place::First)
    } else if says(&[
        "结尾", "收尾", "在后", "垫底", "殿后", "是后", "是尾", "是末",
    ]) {
        Some(Place::Last)
    } else if says(&["在中", "居中"]) {
        Some(Place::Middle)
    } else {
        None
    }
}

struct Candidate<'a> {
    digits: &'a [u8],
    groups: &'a [Group],
    spelling: Spelling,
}

impl Candidate<'_> {
    /// Only separators between the groups.
    fn is_joined(&self) -> bool {
        self.groups[1..]
            .iter()
            .all(|group| matches!(group.gap, Gap::Separators(_)))
    }

    /// Groups parted by stars, or as joined as any.
    fn is_starred(&self) -> bool {
        self.groups[1..]
            .iter()
            .all(|group| matches!(group.gap, Gap::Separators(_) | Gap::Times))
    }

    /// No group is far from the next, none has a unit.
    fn is_near(&self) -> bool {
        self.groups[1..]
            .iter()
            .all(|group| matches!(group.gap, Gap::Separators(_) | Gap::Letters(_)))
    }

    /// Also where the area code is told last: 3725000，区号0439.
    fn is_landline(&self) -> bool {
        if let [number, area] = self.groups
            && matches!(area.gap, Gap::Letters(_))
            && matches!(number.digits.len(), 7 | 8)
        {
            let turned = [area.digits.as_slice(), &number.digits].concat();
            return is_landline_number(&turned).is_some();
        }
        let Some(subscriber) = is_landline_number(self.digits) else {
            return false;
        };
        let sizes: Vec<usize> = self.groups.iter().map(|g| g.digits.len()).collect();
        let area = self.digits.len() - subscriber.len();
        let grouped = sizes.len() == 1
            || (sizes[0] == area
                && (sizes[1..].iter().all(|size| *size >= 3)
                    || sizes[1..].iter().all(|size| *size == 1)))
            || sizes.iter().all(|size| *size == 1);
        // 区号0439，电话3725000
        let told = sizes[0] == area
            && matches!(self.groups[1..], [ref first, ref rest @ ..]
                if matches!(first.gap, Gap::Letters(_))
                    && rest.iter().all(|group| matches!(group.gap, Gap::Separators(_))));
        (self.is_joined() || told) && grouped
    }

    /// `called`: the text speaks of a number.
    fn is_grouped_like_a_mobile(&self, sizes: &[usize], called: bool) -> bool {
        let gaps = || self.groups[1..].iter().map(|group| group.gap);
        if gaps().any(|gap| gap == Gap::Unit) {
            return false;
        }
        // 1个9858995507
        let usual = USUAL.contains(&sizes)
            || (sizes == [1, 10] && matches!(self.groups[1].gap, Gap::Letters(1)));
        let singles = sizes.len() == 11;
        // The sides of a cupboard are eleven digits, too.
        let times = gaps().any(|gap| gap == Gap::Times);
        let close = gaps().all(|gap| !matches!(gap, Gap::Letters(3..)));
        // 150你432好68821
        let strewn = sizes.len() <= 4 && sizes.iter().all(|size| *size >= 3) && close && !times;
        let near = gaps().all(|gap| !matches!(gap, Gap::Letters(13..)));
        if (usual && near) || (singles && close) || (strewn && self.spelling == Spelling::Digit) {
            return true;
        }
        if self.is_joined() {
            return true;
        }
        // Ordinary speech is full of what sounds like digits.
        let written = self.spelling < Spelling::LookAlike;
        // 前边是139，后边是0 4 3 9 5 5 6 6
        let spelled = sizes.len() == 9 && sizes[0] == 3;
        let parted = sizes.len() <= 5 && sizes.iter().all(|size| *size >= 2);
        called && written && !times && near && (parted || spelled)
    }
}

/// What follows the area code, if all of it is a landline number.
fn is_landline_number(digits: &[u8]) -> Option<&[u8]> {
    let subscriber = match digits {
        [0, 1, 0, rest @ ..] | [0, 2, _, rest @ ..] => rest,
        [0, a, b, c, rest @ ..] if is_area_code([*a, *b, *c]) => rest,
        _ => return None,
    };
    let fits = matches!(subscriber, [2..=9, rest @ ..] if matches!(rest.len(), 6 | 7));
    fits.then_some(subscriber)
}

pub fn is_mobile(digits: &[u8]) -> bool {
    digits.len() == 11 && digits[0] == 1 && digits[1] >= 3
}

/// Findings that do not overlap.
struct Found {
    findings: Vec<Finding>,
    /// For each character of the text.
    taken: Vec<bool>,
}

impl Found {
    fn add(&mut self, kind: Kind, range: Range<usize>) {
        let taken = &mut self.taken[range.clone()];
        if !taken.contains(&true) {
            taken.fill(true);
            self.findings.push(Finding { kind, range });
        }
    }
}
