//! What people type.

/// Text without control characters but line breaks, trimmed.
pub fn tidy(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .collect::<String>()
        .trim()
        .to_owned()
}
