//! Telephone, identity and card numbers among the digits of a text.

use std::ops::Range;

use super::checks::{identity_check_digit_fits, is_area_code, is_birth_date, luhn_fits};
use super::digits::{Gap, Group, Piece, Spelling, What, groups};
use super::{Finding, Kind};
use crate::fold::fold_one;

/// How the digits of a mobile number are usually grouped.
const USUAL: [&[usize]; 4] = [&[11], &[3, 4, 4], &[3, 8], &[7, 4]];
/// A label may stand this many characters before its number.
const LABEL_REACH: usize = 10;

/// A text read for numbers.
pub struct Reader<'a> {
    text: &'a [char],
    pieces: &'a [Piece],
    /// Somebody announces a number.
    calls: bool,
    /// Somebody says that a number is written backwards.
    backwards: bool,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a [char], pieces: &'a [Piece]) -> Self {
        let whole: String = text.iter().map(|c| fold_one(*c)).collect();
        let mentions = |words: &[&str]| words.iter().any(|word| whole.contains(word));
        Self {
            text,
            pieces,
            calls: mentions(&CALLS),
            backwards: mentions(&BACKWARDS),
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
            let groups = groups(self.pieces, spelling);
            // What only sounds like digits is ordinary speech, unless somebody announces a number.
            let announced = spelling < Spelling::SoundAlike || self.calls;
            let groups = if spelling == Spelling::SoundAlike {
                groups.into_iter().map(Group::without_ends).collect()
            } else {
                groups
            };
            if announced {
                for start in 0..groups.len() {
                    self.from(&groups, start, spelling, &mut found);
                }
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
        match digits.len() {
            7 | 8 => (candidate.is_joined()
                && (2..=9).contains(&digits[0])
                && !digits.starts_with(&[2, 0])
                && candidate.groups.iter().all(|group| group.digits.len() != 2)
                && (self.is_labelled(range.start, &["座机", "固话"])
                    || self.is_labelled_within(4, range.start, &["电话", "致电", "tel"])))
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
                    && self.is_labelled(range.start, &ID_LABELS)
                    && is_birth_date(&[&[1, 9], &digits[6..12]].concat());
                if old {
                    return Some((Kind::IdentityNumber, range));
                }
                self.card(candidate, range)
            }
            17 => {
                let (end, _) = self.x_after(candidate)?;
                self.identity(candidate, true, range.start..end)
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
        let backwards: Vec<u8> = candidate.digits.iter().rev().copied().collect();
        let turned = self.backwards && !with_x && identity_check_digit_fits(&backwards, false);
        let digits = if turned { &backwards } else { candidate.digits };
        let plausible = (1..=8).contains(&digits[0]) && is_birth_date(&digits[6..14]);
        let labelled = || self.is_labelled(range.start, &ID_LABELS);
        (plausible && (identity_check_digit_fits(digits, with_x) || labelled()))
            .then_some((Kind::IdentityNumber, range))
    }

    fn card(&self, candidate: &Candidate, range: Range<usize>) -> Option<(Kind, Range<usize>)> {
        let fits = (3..=6).contains(&candidate.digits[0])
            && candidate.is_joined()
            && ((luhn_fits(candidate.digits) && candidate.digits.len() >= 15)
                || (candidate.digits.len() >= 13
                    && self.is_labelled(
                        range.start,
                        &["银行卡", "卡号", "张卡", "转账", "账号", "账户", "储蓄"],
                    )));
        let grouped = candidate
            .groups
            .iter()
            .rev()
            .skip(1)
            .all(|group| group.digits.len() >= 3)
            || candidate.groups.iter().all(|group| group.digits.len() <= 2);
        (fits && grouped).then_some((Kind::BankCard, range))
    }

    /// The X that ends an identity number, right after the candidate.
    fn x_after(&self, candidate: &Candidate) -> Option<(usize, usize)> {
        let from = candidate.groups.last()?.pieces.end;
        let mut separators = 0;
        for (index, piece) in self.pieces.iter().enumerate().skip(from) {
            match piece.what {
                What::Separator(_) if separators < 3 => separators += 1,
                What::Other('x' | '叉' | '艾' | '差') => return Some((piece.range.end, index)),
                _ => return None,
            }
        }
        None
    }

    fn is_mobile(&self, candidate: &Candidate, start: usize) -> bool {
        let digits = candidate.digits;
        let sizes: Vec<usize> = candidate.groups.iter().map(|g| g.digits.len()).collect();
        // No such prefix is given out, but somebody says that it is a number.
        let said = digits[0] == 1
            && candidate.groups.len() == 1
            && self.is_labelled(start, &["电话", "手机", "联系", "号码", "拨"]);
        if is_mobile(digits) || said {
            return candidate.is_grouped_like_a_mobile(&sizes, self.calls);
        }
        if sizes.last() != Some(&3) && !candidate.is_grouped_like_a_mobile(&sizes, self.calls) {
            return false;
        }
        let backwards: Vec<u8> = digits.iter().rev().copied().collect();
        if is_mobile(&backwards) && self.backwards {
            return true;
        }
        // 后八位…，前三位…
        let parts = || candidate.groups.iter().map(|group| group.digits.as_slice());
        let turned: Vec<u8> = parts().rev().flatten().copied().collect();
        is_mobile(&turned) && self.is_labelled(start, &["后", "尾", "末"])
    }

    /// Whether one of the labels stands shortly before.
    fn is_labelled(&self, start: usize, labels: &[&str]) -> bool {
        self.is_labelled_within(LABEL_REACH, start, labels)
    }

    fn is_labelled_within(&self, reach: usize, start: usize, labels: &[&str]) -> bool {
        let before: String = self.text[start.saturating_sub(reach)..start]
            .iter()
            .map(|c| fold_one(*c))
            .collect();
        labels.iter().any(|label| before.contains(label))
    }
}

const ID_LABELS: [&str; 6] = ["身份", "证件", "证号", "sfz", "idcard", "id号"];
const CALLS: [&str; 24] = [
    "电话", "手机", "联系", "号码", "拨", "打给", "call", "微", "加我", "短信", "tel", "电联",
    "找我", "呼我", "热线", "机号", "phone", "mobile", "전화", "연락", "致电", "打我", "我号",
    "号:",
];
const BACKWARDS: [&str; 7] = ["倒", "反", "逆", "从后", "从右", "backward", "거꾸로"];

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

    fn is_landline(&self) -> bool {
        let subscriber = match self.digits {
            [0, 1, 0, rest @ ..] | [0, 2, _, rest @ ..] => rest,
            [0, a, b, c, rest @ ..] if is_area_code([*a, *b, *c]) => rest,
            _ => return false,
        };
        let sizes: Vec<usize> = self.groups.iter().map(|g| g.digits.len()).collect();
        let area = self.digits.len() - subscriber.len();
        let grouped = sizes.len() == 1
            || (sizes[0] == area && sizes[1..].iter().all(|size| *size >= 3))
            || sizes.iter().all(|size| *size == 1);
        // 区号0439，电话3725000
        let told = sizes.len() == 2 && matches!(self.groups[1].gap, Gap::Letters(_));
        matches!(subscriber.len(), 7 | 8)
            && (2..=9).contains(&subscriber[0])
            && (self.is_joined() || told)
            && grouped
    }

    /// `called`: the text speaks of a number.
    fn is_grouped_like_a_mobile(&self, sizes: &[usize], called: bool) -> bool {
        let gaps = || self.groups[1..].iter().map(|group| group.gap);
        if gaps().any(|gap| gap == Gap::Unit) {
            return false;
        }
        let usual = USUAL.contains(&sizes);
        let singles = sizes.len() == 11;
        // The sides of a cupboard are eleven digits, too.
        let times = gaps().any(|gap| gap == Gap::Times);
        let close = gaps().all(|gap| !matches!(gap, Gap::Letters(3..)));
        let near = gaps().all(|gap| !matches!(gap, Gap::Letters(11..)));
        if (usual && near) || (singles && close) {
            return true;
        }
        if self.is_joined() {
            return true;
        }
        // Ordinary speech is full of what sounds like digits.
        let written = self.spelling < Spelling::LookAlike;
        called
            && written
            && !times
            && near
            && sizes.len() <= 5
            && sizes.iter().all(|size| *size >= 2)
    }
}

fn is_mobile(digits: &[u8]) -> bool {
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
