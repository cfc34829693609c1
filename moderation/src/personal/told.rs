//! Numbers told as people say them aloud: 一百五十九, 双四, 三个七, `double four`; and mobile numbers of
//! which the reader is to guess a part.

use std::ops::Range;

use crate::fold::fold_one;

use super::checks::{identity_check_digit_fits, is_birth_date, is_province};
use super::digits::{Piece, Spelling, What};
use super::labels::{Label, Said};
use super::numbers::is_mobile;
use super::parts::x_after;
use super::{Finding, Kind};

/// Letters between two terms beyond which they have nothing to do with each other.
const FARTHEST: usize = 24;

/// Digits of an identity number, the longest number that is told.
const LONGEST: usize = 18;

/// Terms of a number that is told out of order.
const TURNED: usize = 4;

/// Terms of a number that nobody calls one.
const PARTED: usize = 5;

/// What makes a number an amount. 号 after it makes it a day or a house.
const UNITS: &str =
    "元块年月日号米厘寸斤度升克秒宽高深厚径匹岁点分楼栋室层平万粒里件瓦伏码成新折路线期%℃￥¥";

/// After one numeral, make it a count: 一台, 两把. 个 and 下 before another digit tell how often it comes.
const MEASURES: &str = "个下格遍起样定直般些块头边面条辆台张把家次会共口只双套箱根本件年天月位种半切律旦\
                        盒瓶包袋部间户楼句声趟堆份对副方事人大小两十百千万点早晚上整数节";

/// Before one numeral, make it an ordinal or a count.
const ORDINALS: &str = "第后前每统同唯万任";

/// Digits said in one breath.
struct Term {
    digits: Vec<u8>,
    /// 双四, 三个七.
    is_repeated: bool,
    range: Range<usize>,
    /// An amount, a date, a part of a model's name.
    is_amount: bool,
    /// Letters and separators since the term before.
    letters: usize,
    separators: usize,
    /// Index of the piece after it.
    end: usize,
}

/// Mobile and identity numbers told in words. `said` tells whether somebody announces a number.
pub fn find(text: &[char], pieces: &[Piece], said: &Said) -> Vec<Finding> {
    let terms = terms(text, pieces);
    let calls = said.anywhere(Label::Call) || said.anywhere(Label::Aloud);
    let hides = said.anywhere(Label::Hidden);
    let orders = said.anywhere(Label::Order);
    let mut found = Vec::new();
    for start in 0..terms.len() {
        let mut digits: Vec<u8> = Vec::with_capacity(LONGEST);
        for end in start..terms.len() {
            let term = &terms[end];
            let apart = end > start && term.letters > FARTHEST;
            if apart || digits.len() + term.digits.len() > LONGEST {
                break;
            }
            digits.extend(&term.digits);
            let window = &terms[start..=end];
            let range = terms[start].range.start..term.range.end;
            let whole = with_century(window, &digits);
            if let Some(end) = identity_end(&whole, pieces, term) {
                let range = range.start..end;
                found.push(Finding {
                    kind: Kind::IdentityNumber,
                    range,
                });
                break;
            }
            // Plain digits in a row are read elsewhere; 拾叁捌… are not.
            if digits.len() == 11 && (end > start || range.len() != 11) {
                let plain = hides || !window.iter().any(|term| term.is_amount);
                let parted = orders && is_parted(window);
                let repeats = window.iter().any(|term| term.is_repeated);
                let told = hides || is_strung(window) || (plain && (calls || parted || repeats));
                let in_order = is_mobile(&digits);
                let turned = orders && calls && plain && is_turned(window);
                if (told && in_order) || turned {
                    found.push(Finding {
                        kind: Kind::Mobile,
                        range,
                    });
                    break;
                }
            }
        }
    }
    if found.is_empty() && calls {
        found.extend(
            in_part(&terms, said)
                .or_else(|| miscounted(&terms, pieces))
                .or_else(|| nearly(&terms, said)),
        );
    }
    if found.is_empty() {
        found.extend(sounding(pieces).or_else(|| mixed(pieces)));
    }
    found
}

/// 打幺五九拐六五勾两三洞: spelled out, and a digit too few or too many.
fn miscounted(terms: &[Term], pieces: &[Piece]) -> Option<Finding> {
    let numerals = |term: &&Term| {
        let written = pieces[..term.end].iter().rev().take(term.digits.len());
        let spelled =
            written.filter(|piece| matches!(piece.what, What::Digit(_, Spelling::Numeral)));
        spelled.count() >= 9
    };
    let number = terms.iter().filter(|term| {
        matches!(term.digits.len(), 10 | 12) && is_mobile_start(&term.digits) && !term.is_amount
    });
    let number = number.filter(numerals).take(1).next()?;
    let range = number.range.clone();
    Some(Finding {
        kind: Kind::Mobile,
        range,
    })
}

/// 电话139，44，82，057: announced and begun as a mobile number, a digit or two too few or too many.
fn nearly(terms: &[Term], said: &Said) -> Option<Finding> {
    (0..terms.len()).find_map(|start| {
        let first = &terms[start];
        let begins = matches!(first.digits[..], [1, 3..=9, _] | [1, 3..=9, _, _])
            && said.before(Label::Mobile, first.range.start, 8);
        let run = terms[start..].iter().enumerate();
        let run: Vec<&Term> = run
            .take_while(|(at, term)| !term.is_amount && (*at == 0 || term.letters <= 4))
            .map(|(_, term)| term)
            .take(11)
            .collect();
        let count: usize = run.iter().map(|term| term.digits.len()).sum();
        let range = first.range.start..run.last()?.range.end;
        (begins && (9..=13).contains(&count)).then_some(Finding {
            kind: Kind::Mobile,
            range,
        })
    })
}

/// 幺伞舞 舅久四 散八二 灵期: tokens of nothing but what sounds like digits, eleven together.
fn sounding(pieces: &[Piece]) -> Option<Finding> {
    let parts = |piece: &Piece| matches!(piece.what, What::Separator(_));
    let mut run: Vec<&[Piece]> = Vec::new();
    let mut found = None;
    for token in pieces.split(parts).filter(|token| !token.is_empty()) {
        if token.len() < 2 || token.iter().any(|piece| any_digit(piece).is_none()) {
            run.clear();
            continue;
        }
        run.push(token);
        while run.iter().map(|token| token.len()).sum::<usize>() > 11 {
            run.remove(0);
        }
        found = found.or_else(|| mobile_of(run.iter().copied().flatten()));
    }
    found
}

/// 旧轮椅壹柒五拐思九19捌四⑧: digits in a row, some of which only sound like ones, between words that
/// do so by chance.
fn mixed(pieces: &[Piece]) -> Option<Finding> {
    let same = |one: &Piece, next: &Piece| any_digit(one).is_some() == any_digit(next).is_some();
    pieces.chunk_by(same).find_map(|run| {
        let first = run.iter().position(|piece| plain_digit(piece).is_some())?;
        let last = run.iter().rposition(|piece| plain_digit(piece).is_some())?;
        let sure = run
            .iter()
            .filter(|piece| plain_digit(piece).is_some())
            .count();
        mobile_of(run[first..=last].iter()).filter(|_| sure >= 8)
    })
}

fn any_digit(piece: &Piece) -> Option<u8> {
    match piece.what {
        What::Digit(digit, _) => Some(digit),
        _ => None,
    }
}

/// The number that all the pieces are, if they are one.
fn mobile_of<'a>(pieces: impl Iterator<Item = &'a Piece>) -> Option<Finding> {
    let pieces: Vec<&Piece> = pieces.take(12).collect();
    let digits: Vec<u8> = pieces.iter().filter_map(|piece| any_digit(piece)).collect();
    let range = pieces.first()?.range.start..pieces.last()?.range.end;
    is_mobile(&digits).then_some(Finding {
        kind: Kind::Mobile,
        range,
    })
}

/// The pieces with what a text says about a sign put in: X换成8, A就是1. None if it says nothing.
pub fn decoded(text: &[char], pieces: &[Piece]) -> Option<Vec<Piece>> {
    const MEANS: [&str; 14] = [
        "都换成",
        "换成",
        "就是",
        "代表",
        "改成",
        "等于",
        "当成",
        "都是",
        "读作",
        "替换",
        "是",
        "=",
        "改",
        "当",
    ];
    let letter = |at: usize| {
        let c = fold_one(*text.get(at)?);
        (c.is_ascii_alphabetic() || matches!(c, '*' | '#' | '?' | '口' | '□')).then_some(c)
    };
    let meant = |at: usize| {
        let first = text.get(at + 1)?;
        if !MEANS.iter().any(|word| word.starts_with(*first)) {
            return None;
        }
        let rest: String = text.get(at + 1..text.len().min(at + 6))?.iter().collect();
        let digit = MEANS
            .iter()
            .find_map(|word| rest.strip_prefix(word))?
            .trim_start()
            .chars()
            .next()?;
        digit
            .to_digit(10)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let signs: Vec<(char, u8)> = (0..text.len())
        .filter_map(|at| Some((letter(at)?, meant(at)?)))
        .take(3)
        .collect();
    if signs.is_empty() {
        return None;
    }
    let digit_of = |piece: &Piece| {
        let c = fold_one(*text.get(piece.range.start)?);
        signs
            .iter()
            .find(|(sign, _)| *sign == c)
            .map(|(_, digit)| *digit)
    };
    let put = |piece: &Piece| Piece {
        what: digit_of(piece).map_or(piece.what, |digit| What::Digit(digit, Spelling::Digit)),
        range: piece.range.clone(),
    };
    Some(pieces.iter().map(put).collect())
}

/// 220781，七七，零三，零九，0620: nobody says the 19 of a year.
fn with_century(window: &[Term], digits: &[u8]) -> Vec<u8> {
    let sizes = window.iter().map(|term| term.digits.len());
    if !sizes.eq([6, 2, 2, 2, 4]) {
        return digits.to_vec();
    }
    let century = if digits[6] <= 2 { [2, 0] } else { [1, 9] };
    [&digits[..6], &century, &digits[6..]].concat()
}

/// Where an identity number ends that these are the digits of.
fn identity_end(digits: &[u8], pieces: &[Piece], last: &Term) -> Option<usize> {
    let end = match digits.len() {
        17 => x_after(pieces, last.end)?,
        18 => last.range.end,
        _ => return None,
    };
    let fits = is_province(digits)
        && is_birth_date(&digits[6..14])
        && identity_check_digit_fits(digits, digits.len() == 17);
    fits.then_some(end)
}

/// Eleven digits with one sign between each two: 一$五$九$….
fn is_strung(window: &[Term]) -> bool {
    window.len() == 11
        && window[1..]
            .iter()
            .all(|term| term.letters == 0 && term.separators == 1)
}

/// 159后面4387再后面0261: a few terms of several digits.
fn is_parted(window: &[Term]) -> bool {
    window.len() <= PARTED && window.iter().all(|term| term.digits.len() > 1)
}

/// 后四位是四个六，前面是1350438: a few terms, one of which begins as a mobile number does.
fn is_turned(window: &[Term]) -> bool {
    window.len() <= TURNED
        && window[1..]
            .iter()
            .any(|term| matches!(term.digits[..], [1, 3..=9, _, ..]))
}

/// 开头187，中间是北京奥运那年，后面6637: the rest is for the reader to guess.
fn in_part(terms: &[Term], said: &Said) -> Option<Finding> {
    let mut pairs = terms.iter().enumerate().filter(|(_, term)| {
        matches!(term.digits[..], [1, 3..=9, _]) || (7..=10).contains(&term.digits.len())
    });
    let (at, first) = pairs.find(|(_, term)| {
        is_mobile_start(&term.digits)
            && !term.is_amount
            && said.around(Label::First, &term.range, 5)
    })?;
    let last = terms[at + 1..].iter().find(|term| {
        matches!(term.digits.len(), 3 | 4) && said.before(Label::Rest, term.range.start, 16)
    })?;
    Some(Finding {
        kind: Kind::Mobile,
        range: first.range.start..last.range.end,
    })
}

const fn is_mobile_start(digits: &[u8]) -> bool {
    matches!(digits, [1, 3..=9, ..])
}

fn terms(text: &[char], pieces: &[Piece]) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let (mut letters, mut separators) = (0, 0);
    let mut at = 0;
    while at < pieces.len() {
        let Some((digits, end)) = term(text, pieces, at) else {
            match pieces[at].what {
                What::Separator(_) => separators += 1,
                _ => letters += 1,
            }
            at += 1;
            continue;
        };
        terms.push(Term {
            digits,
            is_repeated: repeated(text, pieces, at).is_some(),
            range: pieces[at].range.start..pieces[end - 1].range.end,
            is_amount: is_amount(pieces, at, end),
            letters,
            separators,
            end,
        });
        (letters, separators) = (0, 0);
        at = end;
    }
    terms
}

/// The digits told from a piece on, and the piece after them.
fn term(text: &[char], pieces: &[Piece], at: usize) -> Option<(Vec<u8>, usize)> {
    let (mut digits, mut end) = repeated(text, pieces, at).unwrap_or((Vec::new(), at));
    let is_repeated = end > at;
    let mut spoken = false;
    let mut script = None;
    loop {
        match pieces.get(end).map(|piece| piece.what) {
            Some(What::Digit(digit, spelling)) if spelling <= Spelling::Word => {
                let decimal = spelling == Spelling::Digit;
                // 三个七两个八: the next count. 六月二十九0629: the next number.
                let next = !digits.is_empty() && repeated(text, pieces, end).is_some();
                if next || script.is_some_and(|script| script != decimal) {
                    break;
                }
                script = Some(decimal);
                digits.push(digit);
            }
            // How the reading of digits leaves the ten in 二十三.
            Some(What::Separator('千')) if end > at => spoken = true,
            Some(What::Other('十' | '拾')) if end > at && (spoken || end == at + 1) => {
                if !is_digit(pieces, end + 1) {
                    digits.push(0);
                }
            }
            Some(What::Other('百')) if end == at + 1 => digits.extend([0, 0]),
            Some(What::Other('拾')) if is_digit(pieces, end + 1) => digits.push(1),
            _ => break,
        }
        end += 1;
        if digits.len() > LONGEST {
            break;
        }
    }
    let counts = !is_repeated && digits.len() == 1 && is_count(pieces, at, end);
    (!digits.is_empty() && !counts).then_some((digits, end))
}

/// 双四, 三个七, 两下0, `double four`: the digit as often as it is said, and the piece after it.
fn repeated(text: &[char], pieces: &[Piece], at: usize) -> Option<(Vec<u8>, usize)> {
    let (count, next) = count(text, pieces, at)?;
    let counts_digits = is(pieces, next - 1, '个');
    let digit = plain_digit(pieces.get(next)?)?;
    let run = pieces[next..]
        .iter()
        .map_while(plain_digit)
        .take(10)
        .count();
    // 四个2980 are four digits.
    (!counts_digits || run == 1 || run != count).then(|| (vec![digit; count], next + 1))
}

/// How often the digit at the place after it is said.
fn count(text: &[char], pieces: &[Piece], at: usize) -> Option<(usize, usize)> {
    let from = pieces.get(at)?.range.start;
    for (word, count) in [("double", 2), ("triple", 3)] {
        let written = text.get(from..from + word.len()).unwrap_or_default();
        if written
            .iter()
            .copied()
            .map(|c| c.to_ascii_lowercase())
            .eq(word.chars())
        {
            let after = |piece: &Piece| {
                piece.range.start >= from + word.len() && !matches!(piece.what, What::Separator(_))
            };
            let next = pieces[at..].iter().take(word.len() + 3).position(after)?;
            return Some((count, at + next));
        }
    }
    let script = |at: usize| match pieces[at].what {
        What::Digit(_, spelling) => Some(spelling == Spelling::Digit),
        _ => None,
    };
    // 12个8 are twelve, 139四个8 and 四个3四个9 are not.
    let is_first = at == 0
        || script(at - 1).is_none_or(|before| Some(before) != script(at))
        || (at > 1 && is(pieces, at - 2, '个'));
    match pieces[at].what {
        What::Other('双') => Some((2, at + 1)),
        What::Digit(2, _) if text[from] == '俩' && is_first => {
            Some((2, at + 1 + usize::from(is(pieces, at + 1, '个'))))
        }
        What::Digit(count @ 1..=9, spelling) if spelling <= Spelling::Numeral && is_first => {
            (is(pieces, at + 1, '个') || is(pieces, at + 1, '遍'))
                .then_some((usize::from(count), at + 2))
        }
        // The reading of digits takes the 3 in 三下 for no digit.
        What::Other(count @ '1'..='9') if is(pieces, at + 1, '下') => {
            Some((count.to_digit(10)? as usize, at + 2))
        }
        _ => None,
    }
}

fn plain_digit(piece: &Piece) -> Option<u8> {
    match piece.what {
        What::Digit(digit, spelling) if spelling <= Spelling::Word => Some(digit),
        _ => None,
    }
}

fn is_digit(pieces: &[Piece], at: usize) -> bool {
    pieces
        .get(at)
        .is_some_and(|piece| plain_digit(piece).is_some())
}

fn is(pieces: &[Piece], at: usize, c: char) -> bool {
    pieces
        .get(at)
        .is_some_and(|piece| piece.what == What::Other(c))
}

/// 一台, 第一: one numeral that is no digit of anything.
fn is_count(pieces: &[Piece], at: usize, end: usize) -> bool {
    let numeral = matches!(pieces[at].what, What::Digit(_, Spelling::Numeral));
    let one_of = |at: Option<usize>, these: &str| {
        let piece = at.and_then(|at| pieces.get(at));
        piece.is_some_and(|piece| matches!(piece.what, What::Other(c) if these.contains(c)))
    };
    (numeral && one_of(Some(end), MEASURES)) || one_of(at.checked_sub(1), ORDINALS)
}

fn is_amount(pieces: &[Piece], at: usize, end: usize) -> bool {
    let beside = |at: Option<usize>| at.and_then(|at| pieces.get(at)).map(|piece| piece.what);
    let is_unit = |what: Option<What>| match what {
        Some(What::Other(c)) => UNITS.contains(c) || c.is_ascii_alphabetic(),
        Some(What::Separator(c)) => UNITS.contains(c),
        // What looks like a digit is a letter here: 35GW.
        Some(What::Digit(_, Spelling::LookAlike)) => true,
        _ => false,
    };
    let before = match beside(at.checked_sub(1)) {
        Some(What::Other(c)) => c.is_ascii_alphabetic() || matches!(c, '经' | '纬'),
        Some(What::Separator(c)) => matches!(c, '￥' | '¥' | '.'),
        Some(What::Digit(_, Spelling::LookAlike)) => true,
        _ => false,
    };
    before || is_unit(beside(Some(end)))
}
