//! Reads digits however they are spelled: 138, 一三八, 壹, 幺, ①, `one`, `yao`, `I3O`, 伞.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::fold::{Role, fold, fold_one, is_han, reading};

/// How sure it is that a digit was meant, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spelling {
    Digit,
    /// 一, 壹, 幺, 일.
    Numeral,
    /// `one`, `yao`.
    Word,
    /// A letter or sign that prints like a digit: l, O, ○.
    LookAlike,
    /// A character that sounds like one: 伞 for 3.
    SoundAlike,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub what: What,
    /// In characters of the text.
    pub range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Digit(u8, Spelling),
    /// Spaces, dashes, emoji, brackets.
    Separator(char),
    Other(char),
}

/// English first, longest before its own beginning.
const WORDS: [(&str, u8); 26] = [
    ("three", 3),
    ("seven", 7),
    ("eight", 8),
    ("zero", 0),
    ("four", 4),
    ("five", 5),
    ("nine", 9),
    ("ling", 0),
    ("dong", 0),
    ("one", 1),
    ("two", 2),
    ("six", 6),
    ("yao", 1),
    ("san", 3),
    ("liu", 6),
    ("jiu", 9),
    ("guai", 7),
    ("gou", 9),
    ("yi", 1),
    ("er", 2),
    ("si", 4),
    ("wu", 5),
    ("qi", 7),
    ("ba", 8),
    ("oh", 0),
    ("lin", 0),
];

/// Cuts a text into digits, separators and the rest. Silent characters belong to no piece.
pub fn pieces(text: &[char]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(text.len());
    let mut at = 0;
    let mut toned = 0;
    while at < text.len() {
        let run = text[at..]
            .iter()
            .take_while(|c| fold_one(**c).is_ascii_lowercase())
            .count();
        if run > 1
            && let Some(digits) =
                roman_numeral(&text[at..at + run]).or_else(|| spelled_out(&text[at..at + run]))
        {
            let digits_in = digits.len();
            pieces.extend(digits.into_iter().map(|(digit, range)| Piece {
                what: What::Digit(digit, Spelling::Word),
                range: at + range.start..at + range.end,
            }));
            let from = at;
            at += run;
            let goes_on = toned == from && from > 0;
            if digits_in == 1 && is_tone(text, from..at, goes_on) {
                at += 1;
                toned = at;
            }
            continue;
        }
        for &c in &text[at..at + run.max(1)] {
            push(&mut pieces, c, at);
            at += 1;
        }
    }
    counts_are_no_digits(&mut pieces);
    counted_digits_are_no_digits(&mut pieces);
    pieces
}

/// yi4wu3jiu3: the tone of a syllable, after which the next one stands or before which one stood.
fn is_tone(text: &[char], run: Range<usize>, goes_on: bool) -> bool {
    const ENGLISH: [&str; 11] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "oh",
    ];
    let after = text.get(run.end + 1).copied().unwrap_or(' ');
    let tone = matches!(text.get(run.end), Some('1'..='4'));
    let next = after.is_ascii_alphabetic() || (goes_on && !after.is_ascii_digit());
    let syllable: String = text[run].iter().map(|c| fold_one(*c)).collect();
    tone && next && !ENGLISH.contains(&syllable.as_str())
}

/// XIII to XIX, with which mobile numbers begin.
fn roman_numeral(run: &[char]) -> Option<Vec<(u8, Range<usize>)>> {
    const FROM_THIRTEEN: [&str; 7] = ["XIII", "XIV", "XV", "XVI", "XVII", "XVIII", "XIX"];
    let written: String = run.iter().collect();
    let at = FROM_THIRTEEN
        .iter()
        .position(|numeral| *numeral == written)?;
    let ones = u8::try_from(at).ok()? + 3;
    Some(vec![(1, 0..1), (ones, 1..run.len())])
}

/// The 四 in 后四位 and the 二 in 第二段 say how many or which, and are no digits of the number that
/// follows; nor is a sigh between two digits a word.
fn counts_are_no_digits(pieces: &mut [Piece]) {
    for at in 0..pieces.len() {
        let is_digit = |at: usize| matches!(pieces.get(at).map(|p| p.what), Some(What::Digit(..)));
        let other = |at: usize| match pieces.get(at).map(|p| p.what) {
            Some(What::Other(c)) => Some(c),
            _ => None,
        };
        // 1_9_2下划线
        let counts = matches!(other(at + 1), Some('位' | '段' | '节' | '组' | '截' | '下'))
            && other(at + 2) != Some('划')
            && (at == 0 || !is_digit(at - 1));
        // 第11位
        if other(at) == Some('第')
            && is_digit(at + 1)
            && is_digit(at + 2)
            && other(at + 3) == Some('位')
        {
            pieces[at + 1].what = What::Other('1');
            pieces[at + 2].what = What::Other('1');
            continue;
        }
        match pieces[at].what {
            What::Digit(digit, _) if counts => {
                let digit = char::from(b'0' + digit.min(9));
                pieces[at].what = What::Other(digit);
            }
            What::Other(c) if is_sigh(c) && at > 0 && is_digit(at - 1) && is_digit(at + 1) => {
                pieces[at].what = What::Separator(c);
            }
            What::Other(c @ ('空' | '格')) if is_space_said(pieces, at) => {
                pieces[at].what = What::Separator(c);
            }
            // 四千四百二十七 is 4427, 十三 is 13.
            What::Other('千' | '百' | '十' | '拾')
                if at > 0 && is_numeral(pieces, at - 1) && is_numeral(pieces, at + 1) =>
            {
                pieces[at].what = What::Separator('千');
            }
            What::Other('十' | '拾')
                if is_numeral(pieces, at + 1) && (at == 0 || !is_numeral(pieces, at - 1)) =>
            {
                pieces[at].what = What::Digit(1, Spelling::Numeral);
            }
            _ => {}
        }
    }
}

/// 13（空）481, 6217空格0074
fn is_space_said(pieces: &[Piece], at: usize) -> bool {
    let between = |piece: &&Piece| !matches!(piece.what, What::Separator(_) | What::Other('格'));
    let is_digit = |piece: Option<&Piece>| {
        piece.is_some_and(|piece| matches!(piece.what, What::Digit(_, Spelling::Digit)))
    };
    is_digit(pieces[..at].iter().rev().take(2).find(between))
        && is_digit(pieces[at + 1..].iter().take(3).find(between))
}

/// 一共11个数, 后头8个数字: how many digits there are is no digit.
fn counted_digits_are_no_digits(pieces: &mut [Piece]) {
    for at in 2..pieces.len() {
        let is =
            |at: usize, one: &[char]| matches!(pieces[at].what, What::Other(c) if one.contains(&c));
        if !(is(at - 1, &['个']) && is(at, &['数', '号', '字'])) {
            continue;
        }
        for piece in pieces[..at - 1].iter_mut().rev().take(2) {
            let What::Digit(digit, _) = piece.what else {
                break;
            };
            piece.what = What::Other(char::from(b'0' + digit.min(9)));
        }
    }
}

fn is_numeral(pieces: &[Piece], at: usize) -> bool {
    let what = pieces.get(at).map(|piece| piece.what);
    matches!(what, Some(What::Digit(_, Spelling::Numeral)))
}

/// Dates become the eight digits of an identity number: 1977年3月9日. Only where a text speaks of
/// somebody's birth: elsewhere a date is a date.
pub fn dates_are_digits(pieces: &mut Vec<Piece>) {
    let mut at = 0;
    while at + 7 < pieces.len() {
        if let Some((digits, end)) = date(&pieces[at..]) {
            let range = pieces[at].range.start..pieces[at + end - 1].range.end;
            let written = digits.into_iter().map(|digit| Piece {
                what: What::Digit(digit, Spelling::Numeral),
                range: range.clone(),
            });
            pieces.splice(at..at + end, written);
            at += 8;
        } else {
            at += 1;
        }
    }
}

/// The digits of a date at the beginning, and how many pieces it takes.
fn date(pieces: &[Piece]) -> Option<([u8; 8], usize)> {
    let digit = |at: usize| match pieces.get(at)?.what {
        What::Digit(digit, Spelling::Digit | Spelling::Numeral) => Some(digit),
        _ => None,
    };
    let is = |at: usize, c: char| pieces.get(at).is_some_and(|p| p.what == What::Other(c));
    let two = |at: usize, unit: char| match (digit(at)?, digit(at + 1)) {
        (one, None) if is(at + 1, unit) => Some(([0, one], at + 2)),
        (ten, Some(one)) if is(at + 2, unit) => Some(([ten, one], at + 3)),
        _ => None,
    };
    let year = [digit(0)?, digit(1)?, digit(2)?, digit(3)?];
    if !is(4, '年') {
        return None;
    }
    let (month, at) = two(5, '月')?;
    let (day, at) = two(at, '日').or_else(|| two(at, '号'))?;
    let [a, b, c, d] = year;
    Some(([a, b, c, d, month[0], month[1], day[0], day[1]], at))
}

const fn is_sigh(c: char) -> bool {
    matches!(
        c,
        '哈' | '嗯'
            | '哦'
            | '啊'
            | '呀'
            | '呃'
            | '额'
            | '哎'
            | '唉'
            | '诶'
            | '嘿'
            | '嘻'
            | '喔'
            | '噢'
            | '哟'
            | '呵'
            | '咯'
            | '嘛'
            | '啦'
            | '咳'
            | '哼'
            | '喵'
            | '汪'
            | '杠'
            | '横'
            | '点'
    )
}

fn push(pieces: &mut Vec<Piece>, c: char, at: usize) {
    let range = at..at + 1;
    let roman = roman(c).map(|digit| (digit, Spelling::Numeral));
    if let Some((digit, spelling)) = circle(c).or(roman) {
        let what = What::Digit(digit, spelling);
        pieces.push(Piece { what, range });
        return;
    }
    let (role, folded) = fold(c);
    match role {
        Role::Silent => {}
        Role::Soft | Role::Hard => pieces.push(Piece {
            what: What::Separator(fold_one(c)),
            range,
        }),
        Role::Letter => {
            pieces.extend(
                folded
                    .filter(|c| c.is_alphanumeric() || is_han(*c))
                    .map(|c| Piece {
                        what: digit(c).map_or(What::Other(c), |(digit, spelling)| {
                            What::Digit(digit, spelling)
                        }),
                        range: range.clone(),
                    }),
            );
        }
    }
}

fn circle(c: char) -> Option<(u8, Spelling)> {
    let nth = |first: char| u8::try_from(u32::from(c) - u32::from(first)).ok();
    match c {
        '○' | '◯' | '⭕' | '●' | '◎' | '🄋' | '🄌' => Some((0, Spelling::LookAlike)),
        '丨' | '|' | '｜' | '∣' => Some((1, Spelling::LookAlike)),
        '🎱' => Some((8, Spelling::LookAlike)),
        // Clock faces and dice.
        '🕐'..='🕘' => nth('🕐').map(|digit| (digit + 1, Spelling::LookAlike)),
        '⚀'..='⚅' => nth('⚀').map(|digit| (digit + 1, Spelling::LookAlike)),
        _ => None,
    }
}

/// Ⅰ to Ⅸ, which fold to letters.
fn roman(c: char) -> Option<u8> {
    match c {
        'Ⅰ'..='Ⅸ' => u8::try_from(u32::from(c) - u32::from('Ⅰ') + 1).ok(),
        'ⅰ'..='ⅸ' => u8::try_from(u32::from(c) - u32::from('ⅰ') + 1).ok(),
        _ => None,
    }
}

/// Asked for every character of every text.
static DIGITS: LazyLock<HashMap<char, (u8, Spelling)>> = LazyLock::new(|| {
    // Suzhou numerals and the Korean readings among them.
    let numerals = [
        "零〇洞영공",
        "一壹幺弌일〡",
        "二贰两弍俩이〢",
        "三叁弎仨삼〣叄参",
        "四肆사〤",
        "五伍오〥",
        "六陆육륙〦",
        "七柒拐칠〧",
        "八捌팔〨",
        "九玖勾구〩",
    ];
    let look_alike = ["o", "il", "z", "зʒɜ", "ч", "s", "б", "", "b", "gq"];
    let mut digits = HashMap::new();
    for (table, spelling) in [
        (look_alike, Spelling::LookAlike),
        (numerals, Spelling::Numeral),
        (DECIMAL, Spelling::Digit),
    ] {
        for (digit, written) in (0_u8..).zip(table) {
            digits.extend(written.chars().map(|c| (c, (digit, spelling))));
        }
    }
    digits
});

const DECIMAL: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

fn digit(c: char) -> Option<(u8, Spelling)> {
    DIGITS
        .get(&c)
        .copied()
        .or_else(|| (c == '么').then_some((1, Spelling::SoundAlike)))
        .or_else(|| Some((sounding(reading(c)?)?, Spelling::SoundAlike)))
}

/// The digit that a syllable of pinyin is, or is called on the radio.
fn sounding(syllable: &str) -> Option<u8> {
    match syllable {
        "ling" | "lin" | "dong" => Some(0),
        "yi" | "yao" => Some(1),
        "er" | "liang" => Some(2),
        "san" | "shan" => Some(3),
        "si" => Some(4),
        "wu" => Some(5),
        "liu" => Some(6),
        "qi" | "guai" => Some(7),
        "ba" => Some(8),
        "jiu" | "gou" => Some(9),
        _ => None,
    }
}

/// The digits of a run of letters that is nothing but number words.
fn spelled_out(run: &[char]) -> Option<Vec<(u8, Range<usize>)>> {
    // The longest spelling of an identity number.
    if run.len() > 90 {
        return None;
    }
    let letters: String = run.iter().map(|c| fold_one(*c)).collect();
    let mut digits = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let (word, digit) = WORDS
            .iter()
            .find(|(word, _)| letters[at..].starts_with(word))?;
        digits.push((*digit, at..at + word.len()));
        at += word.len();
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::super::groups::groups;
    use super::*;

    fn read(text: &str) -> String {
        let text: Vec<char> = text.chars().collect();
        groups(&pieces(&text), Spelling::SoundAlike)
            .iter()
            .flat_map(|group| &group.digits)
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn every_spelling_of_a_digit_is_read() {
        for text in [
            "13800",
            "一三八零〇",
            "壹叁捌零零",
            "幺三八洞洞",
            "①③⑧⓪⓿",
            "１3️⃣８00",
            "one three eight zero zero",
            "yaosanbalingling",
            "第1段13第二段8后2位零零",
            "十三八〇〇",
            "I38oO",
            "要伞吧灵令",
            "일삼팔공영",
        ] {
            assert_eq!(read(text), "13800", "{text}");
        }
    }
}
