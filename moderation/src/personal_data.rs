//! Personal data in free text: telephone, identity and card numbers, e-mail addresses, licence plates.
//!
//! Full-width characters count as their ordinary twins, and numbers may be written with spaces or
//! dashes between the digits.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Resident identity number, GB 11643-1999, with a right check digit.
    IdentityNumber,
    /// Bank card number, ISO/IEC 7812, with a right check digit.
    BankCard,
    Mobile,
    Landline,
    Email,
    /// Licence plate, GA 36-2018.
    Plate,
}

/// A piece of personal data in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    /// In characters of the text.
    pub range: Range<usize>,
}

struct Pattern {
    kind: Kind,
    regex: &'static LazyLock<Regex>,
    holds: fn(&str) -> bool,
}

#[expect(
    clippy::expect_used,
    reason = "the literal patterns are compiled by a test"
)]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a literal pattern compiles")
}

static IDENTITY: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"[1-8]\d{5}[ -]?(?:18|19|20)\d{6}[ -]?\d{3}[\dXx]"));
static CARD: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"[3-6]\d{3}(?:[ -]?\d{4}){2,3}[ -]?\d{1,4}"));
static MOBILE: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?:\+?86[ -]?)?1[ -]?[3-9][ -]?\d(?:[ -]?\d){8}"));
static LANDLINE: LazyLock<Regex> = LazyLock::new(|| compiled(r"0\d{2,3}[ -]?[2-9]\d{6,7}"));
static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"));
static PLATE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z][ ·.-]?[A-HJ-NP-Z0-9]{5,6}",
    )
});

const PATTERNS: [Pattern; 6] = [
    Pattern {
        kind: Kind::IdentityNumber,
        regex: &IDENTITY,
        holds: identity_check_digit_fits,
    },
    Pattern {
        kind: Kind::BankCard,
        regex: &CARD,
        holds: luhn_fits,
    },
    Pattern {
        kind: Kind::Mobile,
        regex: &MOBILE,
        holds: |_| true,
    },
    Pattern {
        kind: Kind::Landline,
        regex: &LANDLINE,
        holds: |_| true,
    },
    Pattern {
        kind: Kind::Email,
        regex: &EMAIL,
        holds: |_| true,
    },
    Pattern {
        kind: Kind::Plate,
        regex: &PLATE,
        holds: |_| true,
    },
];

/// The ordinary twin of a full-width character, and upper case for plates.
fn narrowed(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        '—' | '–' => '-',
        other => other,
    }
}

/// Personal data in the order it stands in the text; no two findings overlap.
pub fn find_personal_data(text: &str) -> Vec<Finding> {
    // One character for each of the text's, so that positions agree.
    let narrow: String = text.chars().map(narrowed).collect();
    let characters: Vec<char> = narrow.chars().collect();
    let starts: Vec<usize> = narrow.char_indices().map(|(byte, _)| byte).collect();
    let position = |byte: usize| starts.partition_point(|start| *start < byte);
    let mut findings: Vec<Finding> = Vec::new();
    for pattern in &PATTERNS {
        for found in pattern.regex.find_iter(&narrow) {
            let range = position(found.start())..position(found.end());
            let digits = pattern.kind != Kind::Email && pattern.kind != Kind::Plate;
            // A piece of a longer number is no number of its own.
            let cut = digits
                && (neighbour_is_digit(&characters, range.start, false)
                    || neighbour_is_digit(&characters, range.end, true));
            let taken = findings
                .iter()
                .any(|other| range.start < other.range.end && other.range.start < range.end);
            if !cut && !taken && (pattern.holds)(found.as_str()) {
                findings.push(Finding {
                    kind: pattern.kind,
                    range,
                });
            }
        }
    }
    findings.sort_by_key(|finding| finding.range.start);
    findings
}

fn neighbour_is_digit(characters: &[char], at: usize, after: bool) -> bool {
    let index = if after { Some(at) } else { at.checked_sub(1) };
    index
        .and_then(|index| characters.get(index))
        .is_some_and(char::is_ascii_digit)
}

/// The text with personal data masked: the first characters stay, so that a reader sees what it was.
pub fn mask_personal_data(text: &str) -> String {
    let findings = find_personal_data(text);
    text.chars()
        .enumerate()
        .map(|(index, c)| {
            let hidden = findings.iter().any(|finding| {
                let shown = match finding.kind {
                    Kind::Email => 1,
                    Kind::Plate => 2,
                    _ => 3,
                };
                (finding.range.start + shown..finding.range.end).contains(&index)
            });
            if hidden && (c.is_alphanumeric() || c == '@') {
                '*'
            } else {
                c
            }
        })
        .collect()
}

/// ISO 7064 MOD 11-2, as GB 11643-1999 prescribes.
fn identity_check_digit_fits(text: &str) -> bool {
    let characters: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let (Some((last, head)), 18) = (characters.split_last(), characters.len()) else {
        return false;
    };
    let sum = head.iter().enumerate().try_fold(0_u32, |sum, (index, c)| {
        let weight = 2_u32.pow(17 - u32::try_from(index).ok()?) % 11;
        Some(sum + c.to_digit(10)? * weight)
    });
    let expected = sum.and_then(|sum| "10X98765432".chars().nth((sum % 11) as usize));
    expected == Some(last.to_ascii_uppercase())
}

/// ISO/IEC 7812-1, annex B.
fn luhn_fits(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| match (index % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    (13..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        find_personal_data(text)
            .into_iter()
            .map(|finding| finding.kind)
            .collect()
    }

    #[test]
    fn every_kind_is_found_however_it_is_written() {
        for (text, kind) in [
            ("找我13812345678", Kind::Mobile),
            ("电话 138 1234 5678 谢谢", Kind::Mobile),
            ("138-1234-5678", Kind::Mobile),
            ("+86 13812345678", Kind::Mobile),
            ("１３８１２３４５６７８", Kind::Mobile),
            ("座机0439-3725000", Kind::Landline),
            ("身份证11010519491231002X", Kind::IdentityNumber),
            ("卡号 4111 1111 1111 1111", Kind::BankCard),
            ("写信到 zhang.san@example.com。", Kind::Email),
            ("车牌吉F12345往北跑了", Kind::Plate),
            ("吉F·D12345 新能源", Kind::Plate),
        ] {
            assert_eq!(kinds(text), [kind], "{text}");
        }
    }

    #[test]
    fn ordinary_numbers_are_left_alone() {
        for text in [
            "大约 200 袋，堆了 3 米高",
            "编号 482-719-356",
            "2026-11-24 早上 7 点",
            "国道 G201 线 1234 公里处",
            "110105194912310021",
            "1234567890123456789012345",
            "吉林省白山市江源区",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn masking_keeps_the_words_and_the_length() {
        assert_eq!(
            mask_personal_data("找老王13812345678，快！"),
            "找老王138********，快！"
        );
        assert_eq!(mask_personal_data("吉F12345"), "吉F*****");
        assert_eq!(mask_personal_data("a@b.cn"), "a**.**");
        assert_eq!(mask_personal_data("没有个人信息"), "没有个人信息");
    }

    #[test]
    fn any_text_survives_masking_with_its_length() {
        let pieces = [
            "138", "１２", "＠", "@", "吉F", " ", "-", "x", "垃圾", "\u{3000}", "🔋", "0439",
            "5678",
        ];
        for seed in 0..5_000_usize {
            let text: String = (0..12)
                .map(|place| pieces[(seed * 31 + place * place * 7 + seed / 13) % pieces.len()])
                .collect();
            assert_eq!(
                mask_personal_data(&text).chars().count(),
                text.chars().count(),
                "{text}"
            );
        }
    }
}
