//! Reads digits however they are spelled: 138, 一三八, 壹, 幺, ①, `one`, `yao`, `I3O`, 伞.

use std::ops::Range;

use crate::fold::{Role, fold, fold_one, is_han};

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
    while at < text.len() {
        let run = text[at..]
            .iter()
            .take_while(|c| fold_one(**c).is_ascii_lowercase())
            .count();
        if run > 1
            && let Some(digits) = spelled_out(&text[at..at + run])
        {
            pieces.extend(digits.into_iter().map(|(digit, range)| Piece {
                what: What::Digit(digit, Spelling::Word),
                range: at + range.start..at + range.end,
            }));
            at += run;
            continue;
        }
        for &c in &text[at..at + run.max(1)] {
            push(&mut pieces, c, at);
            at += 1;
        }
    }
    pieces
}

fn push(pieces: &mut Vec<Piece>, c: char, at: usize) {
    let range = at..at + 1;
    if let Some(digit) = circle(c) {
        let what = What::Digit(digit, Spelling::LookAlike);
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
            pieces.extend(folded.filter(|c| c.is_alphanumeric() || is_han(*c)).map(|c| Piece {
                what: digit(c).map_or(What::Other(c), |(digit, spelling)| {
                    What::Digit(digit, spelling)
                }),
                range: range.clone(),
            }));
        }
    }
}

fn circle(c: char) -> Option<u8> {
    matches!(c, '○' | '◯' | '⭕' | '●' | '◎').then_some(0)
}

fn digit(c: char) -> Option<(u8, Spelling)> {
    use Spelling::{Digit, LookAlike, Numeral, SoundAlike};
    if let Some(digit) = c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()) {
        return Some((digit, Digit));
    }
    let numerals = [
        "零〇洞영공",
        "一壹幺弌일",
        "二贰两弍이",
        "三叁弎삼",
        "四肆사",
        "五伍오",
        "六陆육륙",
        "七柒拐칠",
        "八捌팔",
        "九玖勾구",
    ];
    let look_alike = ["o", "il|", "z", "", "", "s", "", "", "b", "gq"];
    let sound_alike = [
        "灵令铃玲",
        "衣依医伊妖腰要邀",
        "儿耳而",
        "伞散叄山",
        "思死斯似",
        "舞武午吴乌屋无",
        "溜留刘柳",
        "期妻气起齐",
        "吧巴爸霸扒拔",
        "酒久就旧",
    ];
    for (table, spelling) in [
        (numerals, Numeral),
        (look_alike, LookAlike),
        (sound_alike, SoundAlike),
    ] {
        if let Some(digit) = table.iter().position(|all| all.contains(c)) {
            return u8::try_from(digit).ok().map(|digit| (digit, spelling));
        }
    }
    None
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

/// Digits that stand together, and what separates them from the group before.
#[derive(Clone, Debug)]
pub struct Group {
    pub digits: Vec<u8>,
    pub range: Range<usize>,
    pub gap: Gap,
    /// Pieces, for looking around.
    pub pieces: Range<usize>,
}

/// What stands between two groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// This many separators and nothing else.
    Separators(usize),
    /// This many letters or characters, separators beside them.
    Letters(usize),
    /// A unit, a sum, a date: what stands on either side is not one number.
    Apart,
}

/// Letters between two groups beyond which they have nothing to do with each other.
const FARTHEST: usize = 6;

/// Groups of the digits that are spelled no worse than `worst`, and of no other class if `strict`.
pub fn groups(pieces: &[Piece], worst: Spelling) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let (mut separators, mut letters, mut apart) = (0, 0, false);
    for (index, piece) in pieces.iter().enumerate() {
        match piece.what {
            What::Digit(digit, spelling) if spelling <= worst => {
                let fresh = separators + letters > 0 || apart || groups.is_empty();
                if let (false, Some(group)) = (fresh, groups.last_mut()) {
                    group.digits.push(digit);
                    group.range.end = piece.range.end;
                    group.pieces.end = index + 1;
                } else {
                    let gap = if apart || letters > FARTHEST || separators > 8 {
                        Gap::Apart
                    } else if letters > 0 {
                        Gap::Letters(letters)
                    } else {
                        Gap::Separators(separators)
                    };
                    groups.push(Group {
                        digits: vec![digit],
                        range: piece.range.clone(),
                        gap,
                        pieces: index..index + 1,
                    });
                }
                (separators, letters, apart) = (0, 0, false);
            }
            What::Separator(c) => {
                separators += 1;
                apart |= matches!(c, '。' | '￥' | '¥' | '$' | '%');
            }
            What::Digit(..) => letters += 1,
            What::Other(c) => {
                letters += 1;
                apart |= "元块年月日号米厘寸斤度升克点时分秒楼栋室".contains(c);
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
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
            "I38oO",
            "要伞吧灵令",
            "일삼팔공영",
        ] {
            assert_eq!(read(text), "13800", "{text}");
        }
    }
}
