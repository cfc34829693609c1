//! What a text says around its numbers, whichever they are: every number becomes a sign of its length.

use super::digits::{Piece, Spelling, What};

/// Characters on either side of a number that count.
const REACH: usize = 8;

/// Digits of a mobile number, the shortest that a text of examples need not teach.
const WHOLE: usize = 11;

/// Digits in a row, some of which only sound like ones, that are no chance.
const SOUNDING: usize = 3;

/// A sign and the characters it stands for, end exclusive.
pub type Sign = (char, u32, u32);

/// A text as [`Outline::of`] sees it.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// What stands near numbers, numbers as signs.
    pub near: Vec<Sign>,
    /// The signs of the numbers alone.
    pub numbers: Vec<Sign>,
    /// How many digits there are.
    pub digits: usize,
    /// Of how many of them a mobile number might begin with.
    pub begun: usize,
    /// Whether one is long enough to be read by itself.
    pub whole: bool,
}

impl Outline {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "positions of characters are u32: no longer text is ever taken"
    )]
    pub fn of(pieces: &[Piece]) -> Self {
        let mut outline = Self::default();
        let mut signs: Vec<(Sign, bool)> = Vec::with_capacity(pieces.len());
        // A text without a title begins with a line break.
        let breaks = |piece: &&Piece| matches!(piece.what, What::Separator(_));
        let mut at = pieces.iter().take_while(breaks).count();
        while let Some(piece) = pieces.get(at) {
            let (from, mut to) = (piece.range.start as u32, piece.range.end as u32);
            if let Some((sign, end)) = outline.number(pieces, at) {
                to = pieces[end - 1].range.end as u32;
                signs.push(((sign, from, to), true));
                outline.numbers.push((sign, from, to));
                at = end;
                continue;
            }
            let c = match piece.what {
                What::Other(c) | What::Separator(c) if c.is_ascii_alphabetic() => 'z',
                What::Digit(_, Spelling::LookAlike) => 'z',
                What::Other(c) => c,
                What::Digit(digit, _) => char::from(b'0' + digit.min(9)),
                What::Separator(c) if c.is_alphabetic() => c,
                What::Separator(_) => ',',
            };
            let repeated = matches!(c, 'z' | ',');
            if !(repeated && signs.last().is_some_and(|((last, ..), _)| *last == c)) {
                signs.push(((c, from, to), false));
            }
            at += 1;
        }
        let mut since = REACH + 1;
        let mut near = vec![false; signs.len()];
        for order in [true, false] {
            for step in 0..signs.len() {
                let at = if order { step } else { signs.len() - 1 - step };
                since = if signs[at].1 { 0 } else { since + 1 };
                near[at] |= since <= REACH;
            }
            since = REACH + 1;
        }
        for ((sign, _), near) in signs.into_iter().zip(near) {
            let apart = !near && outline.near.last().is_none_or(|(last, ..)| *last != ',');
            if near {
                outline.near.push(sign);
            } else if apart {
                outline.near.push((',', sign.1, sign.1));
            }
        }
        outline
    }

    /// The sign of the number at a piece, and the piece after it.
    fn number(&mut self, pieces: &[Piece], at: usize) -> Option<(char, usize)> {
        let sure = |piece: &Piece| match piece.what {
            What::Digit(digit, spelling) if spelling <= Spelling::Word => Some(digit),
            _ => None,
        };
        let heard = |piece: &&Piece| matches!(piece.what, What::Digit(_, spelling) if spelling != Spelling::LookAlike);
        let run = pieces[at..].iter().take(64).take_while(heard);
        let (length, certain) = run.fold((0, 0), |(length, certain), piece| {
            (length + 1, certain + usize::from(sure(piece).is_some()))
        });
        if length >= SOUNDING && certain < length {
            self.digits += length;
            return Some(('\u{E010}', at + length));
        }
        let mut first = [sure(&pieces[at])?, 0];
        let (mut count, mut end) = (1, at + 1);
        loop {
            let next = pieces.get(end).and_then(sure);
            let joint = pieces.get(end).is_some_and(|piece| {
                matches!(
                    piece.what,
                    What::Separator(' ' | '-' | '.' | '·' | '_' | '~' | '千')
                )
            });
            let after = pieces.get(end + 1).and_then(sure).filter(|_| joint);
            let Some(digit) = next.or(after) else { break };
            if count == 1 {
                first[1] = digit;
            }
            count += 1;
            end += 1 + usize::from(next.is_none());
        }
        self.digits += count;
        let begins = first[0] == 1 && first[1] >= 3 && (3..WHOLE).contains(&count);
        self.begun += usize::from(begins);
        self.whole |= count >= WHOLE;
        let sign = match (count, begins) {
            (WHOLE.., _) => '\u{E000}',
            (3, true) => '\u{E001}',
            (4, true) => '\u{E002}',
            (_, true) => '\u{E003}',
            (1, _) => '\u{E004}',
            (2, _) => '\u{E005}',
            (3, _) => '\u{E006}',
            (4, _) => '\u{E007}',
            _ => '\u{E008}',
        };
        Some((sign, end))
    }
}
