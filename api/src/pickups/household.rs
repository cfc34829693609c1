//! One household however its address is written, as a hash for counting.

use sha2::{Digest, Sha256};

/// Words that only separate the parts of a Chinese address.
const SEPARATORS: [&str; 13] = [
    "号楼", "号院", "单元", "小区", "楼", "栋", "幢", "座", "号", "室", "户", "门", "层",
];

/// An address with the ways of writing it made one: `3号楼2单元501室`, `3栋2单元501` and `3-2-501` are
/// the same door.
pub fn normalised(township: &str, address: &str) -> String {
    let mut text: String = address
        .chars()
        .map(half_width)
        .collect::<String>()
        .to_lowercase();
    for word in SEPARATORS {
        text = text.replace(word, "-");
    }
    let mut parts: Vec<String> = Vec::new();
    let mut digits = None;
    for c in text.chars() {
        if !c.is_alphanumeric() {
            digits = None;
            continue;
        }
        let is_digit = c.is_ascii_digit();
        match parts.last_mut() {
            Some(part) if digits == Some(is_digit) => part.push(c),
            _ => parts.push(c.to_string()),
        }
        digits = Some(is_digit);
    }
    // `05` and `5` are one number.
    let plain = |part: &String| match part.parse::<u64>() {
        Ok(number) => number.to_string(),
        Err(_) => part.clone(),
    };
    let parts: Vec<String> = parts.iter().map(plain).collect();
    format!("{township}/{}", parts.join("-"))
}

/// What the household is counted by. The address is short and can be guessed, so the hash hides it
/// from a glance, not from whoever has the database.
pub fn household_hash(township: &str, address: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update("wufei household\0")
        .chain_update(normalised(township, address))
        .finalize()
        .into()
}

fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '一' => '1',
        '二' => '2',
        '三' => '3',
        '四' => '4',
        '五' => '5',
        '六' => '6',
        '七' => '7',
        '八' => '8',
        '九' => '9',
        '〇' | '零' => '0',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_door_is_one_household_however_it_is_written() {
        let same = [
            "福源小区3号楼2单元501室",
            "福源小区 3栋2单元501",
            "福源小区3-2-501",
            "福源３号楼２单元５０１",
            "福源小区三号楼二单元501",
            "福源小区03号楼02单元501室",
        ];
        for address in same {
            let one = normalised("220605001", address);
            assert_eq!(one, "220605001/福源-3-2-501", "{address}");
        }
        for other in [
            "福源小区3号楼2单元502室",
            "福源小区3号楼1单元501室",
            "福源小区32-501",
        ] {
            assert_ne!(
                household_hash("220605001", other),
                household_hash("220605001", same[0]),
                "{other}"
            );
        }
        assert_ne!(
            household_hash("220605002", same[0]),
            household_hash("220605001", same[0])
        );
    }
}
