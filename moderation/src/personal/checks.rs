//! Check digits and the shapes of numbers.

/// ISO 7064 MOD 11-2, as GB 11643-1999 prescribes. `with_x`: 17 digits and an X.
pub fn identity_check_digit_fits(digits: &[u8], with_x: bool) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some(head) = digits.get(..17) else {
        return false;
    };
    let sum: u32 = head
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    let expected = (12 - sum % 11) % 11;
    match digits.get(17) {
        Some(last) => !with_x && u32::from(*last) == expected,
        None => with_x && expected == 10,
    }
}

/// Whether an identity number may begin so: the first two digits of GB/T 2260.
pub fn is_province(digits: &[u8]) -> bool {
    let &[first, second, ..] = digits else {
        return false;
    };
    matches!(
        first * 10 + second,
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81 | 82
    )
}

/// Year, month and day of somebody who may live.
pub fn is_birth_date(digits: &[u8]) -> bool {
    let number = |range: std::ops::Range<usize>| {
        digits[range]
            .iter()
            .fold(0_u32, |number, digit| number * 10 + u32::from(*digit))
    };
    (1900..2100).contains(&number(0..4))
        && (1..=12).contains(&number(4..6))
        && (1..=31).contains(&number(6..8))
}

/// ISO/IEC 7812-1, annex B.
pub fn luhn_fits(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| match (index % 2, u32::from(*digit) * 2) {
            (0, doubled) => doubled / 2,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    (13..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

/// The three digits after the zero of an area code of three digits; two-digit ones are 10 and 2x.
pub fn is_area_code([first, second, third]: [u8; 3]) -> bool {
    const GIVEN_OUT: [&[(u16, u16)]; 7] = [
        &[(310, 319), (335, 335), (349, 359), (370, 379), (391, 398)],
        &[
            (410, 421),
            (427, 427),
            (429, 439),
            (451, 459),
            (464, 464),
            (467, 483),
        ],
        &[
            (510, 519),
            (523, 523),
            (527, 527),
            (530, 539),
            (543, 543),
            (546, 546),
            (550, 599),
        ],
        &[(631, 635), (660, 663), (668, 668), (691, 692)],
        &[(701, 701), (710, 799)],
        &[(812, 839), (851, 859), (870, 898)],
        &[
            (901, 919),
            (930, 939),
            (941, 943),
            (951, 955),
            (970, 979),
            (990, 999),
        ],
    ];
    let code = u16::from(first) * 100 + u16::from(second) * 10 + u16::from(third);
    usize::from(first)
        .checked_sub(3)
        .and_then(|at| GIVEN_OUT.get(at))
        .is_some_and(|ranges| {
            ranges
                .iter()
                .any(|(from, to)| (*from..=*to).contains(&code))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    #[test]
    fn check_digits_are_those_of_the_standards() {
        assert!(identity_check_digit_fits(
            &digits("11010519491231002"),
            true
        ));
        assert!(!identity_check_digit_fits(
            &digits("110105194912310021"),
            false
        ));
        assert!(luhn_fits(&digits("4111111111111111")));
        assert!(!luhn_fits(&digits("4111111111111112")));
    }
}
