//! Secrets that open what belongs to one person, known to the database by their hash only.

use sha2::{Digest, Sha256};

use super::random::Random;

/// Crockford's base 32: no letter that is mistaken for a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new secret: 26 characters, 130 bits.
pub fn new_secret(random: &Random) -> String {
    random
        .bytes::<26>()
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect()
}

/// What the database knows a secret by.
pub fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.trim().to_lowercase().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_26_readable_characters_and_is_known_by_its_hash_only() {
        let secret = new_secret(&Random::seeded(3));
        assert_eq!(secret.len(), 26);
        assert!(secret.bytes().all(|b| ALPHABET.contains(&b)));
        assert_eq!(
            secret_hash(&secret),
            secret_hash(&format!(" {} ", secret.to_uppercase()))
        );
    }
}
