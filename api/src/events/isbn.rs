//! ISBN-10 and ISBN-13 (ISO 2108): the check digit decides whether a scan or a typed number is right.

/// Reads an ISBN however it is written and gives its thirteen digits; `None` when the check digit or
/// the prefix is wrong.
pub fn parse(text: &str) -> Option<String> {
    let mut signs = Vec::with_capacity(13);
    for c in text.trim().chars() {
        match c {
            '0'..='9' => signs.push(u32::from(c) - u32::from('0')),
            '０'..='９' => signs.push(u32::from(c) - u32::from('０')),
            'X' | 'x' if signs.len() == 9 => signs.push(10),
            ' ' | '-' | '–' | '－' => {}
            _ => return None,
        }
        if signs.len() > 13 {
            return None;
        }
    }
    match signs.len() {
        10 => {
            let sum: u32 = signs.iter().zip((1..=10).rev()).map(|(d, w)| d * w).sum();
            if !sum.is_multiple_of(11) {
                return None;
            }
            let mut thirteen = vec![9, 7, 8];
            thirteen.extend_from_slice(&signs[..9]);
            thirteen.push((10 - weighted(&thirteen) % 10) % 10);
            digits(&thirteen)
        }
        13 => {
            let prefix = signs[0] == 9 && signs[1] == 7 && (signs[2] == 8 || signs[2] == 9);
            (prefix && weighted(&signs).is_multiple_of(10))
                .then(|| digits(&signs))
                .flatten()
        }
        _ => None,
    }
}

fn weighted(signs: &[u32]) -> u32 {
    signs
        .iter()
        .enumerate()
        .map(|(at, d)| if at % 2 == 0 { *d } else { 3 * d })
        .sum()
}

fn digits(signs: &[u32]) -> Option<String> {
    signs.iter().map(|d| char::from_digit(*d, 10)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lengths_give_thirteen_digits_and_every_single_wrong_digit_is_caught() {
        assert_eq!(parse("978-7-02-000220-7").as_deref(), Some("9787020002207"));
        assert_eq!(parse("7-02-000220-X"), parse("9787020002207"));
        assert_eq!(parse("0306406152").as_deref(), Some("9780306406157"));
        assert_eq!(
            parse("０-８０４４-２９５７-X").as_deref(),
            Some("9780804429573")
        );
        for at in 0..13 {
            for wrong in b'0'..=b'9' {
                let mut typed = *b"9780306406157";
                if typed[at] != wrong {
                    typed[at] = wrong;
                    assert_eq!(parse(std::str::from_utf8(&typed).unwrap()), None);
                }
            }
        }
        for rubbish in [
            "",
            "123",
            "X306406152",
            "97803064061570",
            "9770306406157",
            "call me",
        ] {
            assert_eq!(parse(rubbish), None, "{rubbish}");
        }
    }
}
