//! The unified social credit code of a business (GB 32100-2015).

/// The 31 characters of the standard: no I, O, S, V or Z.
const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The code in capitals without spaces, if its form and check character are right (GB 32100-2015, 4
/// and appendix A).
pub fn credit_code(text: &str) -> Option<String> {
    let code: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect();
    if code.len() != 18 {
        return None;
    }
    let values: Vec<usize> = code
        .bytes()
        .map(|byte| CHARACTERS.iter().position(|known| *known == byte))
        .collect::<Option<_>>()?;
    let (check, body) = values.split_last()?;
    // The weights are the powers of three modulo 31.
    let mut weight = 1;
    let mut sum = 0;
    for value in body {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    // Digits 3 to 8 are the division code of the registrar.
    let division = code
        .bytes()
        .skip(2)
        .take(6)
        .all(|byte| byte.is_ascii_digit());
    (division && (31 - sum % 31) % 31 == *check).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The right check character for a body of 17.
    fn with_check(body: &str) -> String {
        CHARACTERS
            .iter()
            .map(|c| format!("{body}{}", char::from(*c)))
            .find(|code| credit_code(code).is_some())
            .unwrap()
    }

    #[test]
    fn a_code_needs_its_check_character_and_any_one_wrong_character_is_found() {
        let code = with_check("91220605MA0Y3K2X1");
        assert_eq!(
            credit_code(&format!(" {} ", code.to_lowercase())),
            Some(code.clone())
        );
        for at in 0..18 {
            for other in CHARACTERS {
                let mut wrong = code.clone().into_bytes();
                if wrong[at] == *other {
                    continue;
                }
                wrong[at] = *other;
                assert_eq!(credit_code(&String::from_utf8(wrong).unwrap()), None);
            }
        }
        for wrong in ["", "9122", "91220605MA0Y3K2XI2", "91220605MA0Y3K2X11234"] {
            assert_eq!(credit_code(wrong), None, "{wrong}");
        }
    }
}
