//! Digits that stand together, and what parts them.

use std::ops::Range;

use super::digits::{Piece, Spelling, What};

/// Digits that stand together, and what separates them from the group before.
#[derive(Clone, Debug)]
pub struct Group {
    pub digits: Vec<u8>,
    pub range: Range<usize>,
    pub gap: Gap,
    /// Pieces, for looking around.
    pub pieces: Range<usize>,
}

impl Group {
    /// A run that is longer than a mobile number by what only sounds like digits (就要伞吧…), cut
    /// to the first mobile number in it.
    pub fn without_ends(mut self) -> Self {
        let longer = self.digits.len() > 11 && self.digits.len() == self.range.len();
        let start = (0..self.digits.len().saturating_sub(10))
            .find(|at| self.digits[*at] == 1 && self.digits[at + 1] >= 3);
        if let (true, Some(start)) = (longer, start) {
            self.digits = self.digits[start..start + 11].to_vec();
            self.range = self.range.start + start..self.range.start + start + 11;
        }
        self
    }
}

/// What stands between two groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// This many separators and nothing else.
    Separators(usize),
    /// This many letters or characters, separators beside them.
    Letters(usize),
    /// A sign of multiplication, as between the sides of a thing.
    Times,
    /// A unit, a sum, a date: what stands on either side is hardly one number.
    Unit,
    /// What stands on either side has nothing to do with each other.
    Apart,
}

/// Letters between two groups beyond which they have nothing to do with each other.
const FARTHEST: usize = 12;

/// Groups of the digits that are spelled no worse than `worst`.
pub fn groups(pieces: &[Piece], worst: Spelling) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut between = Between::default();
    for (index, piece) in pieces.iter().enumerate() {
        match piece.what {
            What::Digit(digit, spelling) if spelling <= worst => {
                let gap = between.gap();
                between = Between::default();
                if let (None, Some(group)) = (gap, groups.last_mut()) {
                    group.digits.push(digit);
                    group.range.end = piece.range.end;
                    group.pieces.end = index + 1;
                } else {
                    groups.push(Group {
                        digits: vec![digit],
                        range: piece.range.clone(),
                        gap: gap.unwrap_or(Gap::Apart),
                        pieces: index..index + 1,
                    });
                }
            }
            What::Separator(c) => {
                between.separators += 1;
                between.times |= c == '*';
                between.unit |= matches!(c, '￥' | '¥' | '$' | '%' | '℃');
            }
            What::Digit(..) => between.letters += 1,
            What::Other(c) => {
                between.letters += 1;
                between.times |= c == 'x';
                between.unit |= "元块年月日米厘寸斤度升克秒宽高深厚径经纬".contains(c);
            }
        }
    }
    groups
}

#[derive(Default)]
struct Between {
    separators: usize,
    letters: usize,
    times: bool,
    unit: bool,
}

impl Between {
    /// None where nothing stands between.
    const fn gap(&self) -> Option<Gap> {
        if self.separators == 0 && self.letters == 0 {
            None
        } else if self.letters > FARTHEST || self.separators > 8 {
            Some(Gap::Apart)
        } else if self.unit {
            Some(Gap::Unit)
        } else if self.times && self.letters <= 1 {
            Some(Gap::Times)
        } else if self.letters > 0 {
            Some(Gap::Letters(self.letters))
        } else {
            Some(Gap::Separators(self.separators))
        }
    }
}
