//! One slip of the pen between what was typed and a name.

/// The one difference. Positions count characters of the longer of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// Another character at this position.
    Other(usize),
    /// Two neighbours changed places, the first at this position.
    Swapped(usize),
    /// The name has a character here that was not typed.
    Missing(usize),
    /// A character was typed here that the name does not have.
    Extra(usize),
}

/// The one slip that separates the two; `None` when they are equal or further apart.
pub fn slip(typed: &[char], name: &[char]) -> Option<Slip> {
    let shorter = typed.len().min(name.len());
    if typed.len().abs_diff(name.len()) > 1 {
        return None;
    }
    let before = typed.iter().zip(name).take_while(|(a, b)| a == b).count();
    let after = typed
        .iter()
        .rev()
        .zip(name.iter().rev())
        .take(shorter - before)
        .take_while(|(a, b)| a == b)
        .count();
    let same = before + after;
    match (typed.len().cmp(&name.len()), shorter - same) {
        (std::cmp::Ordering::Equal, 1) => Some(Slip::Other(before)),
        (std::cmp::Ordering::Equal, 2)
            if typed[before] == name[before + 1] && typed[before + 1] == name[before] =>
        {
            Some(Slip::Swapped(before))
        }
        (std::cmp::Ordering::Less, 0) => Some(Slip::Missing(before)),
        (std::cmp::Ordering::Greater, 0) => Some(Slip::Extra(before)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_slip_is_told_apart_from_none_and_from_two() {
        let slip = |a: &str, b: &str| {
            super::slip(
                &a.chars().collect::<Vec<_>>(),
                &b.chars().collect::<Vec<_>>(),
            )
        };
        for (typed, name, expected) in [
            ("易拉罐", "易拉罐", None),
            ("易拉灌", "易拉罐", Some(Slip::Other(2))),
            ("拉易罐", "易拉罐", Some(Slip::Swapped(0))),
            ("易罐", "易拉罐", Some(Slip::Missing(1))),
            ("易拉", "易拉罐", Some(Slip::Missing(2))),
            ("易拉拉罐", "易拉罐", Some(Slip::Extra(2))),
            ("易拉罐子", "易拉罐", Some(Slip::Extra(3))),
            ("塑料瓶", "易拉罐", None),
            ("", "罐", Some(Slip::Missing(0))),
            ("", "", None),
        ] {
            assert_eq!(slip(typed, name), expected, "{typed} {name}");
        }
    }
}
