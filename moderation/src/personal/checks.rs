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

/// 03xx to 09xx without the zero.
pub const fn is_area_code([first, _, _]: [u8; 3]) -> bool {
    first >= 3
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
