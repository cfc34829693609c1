//! Personal data in free text: telephone, identity and card numbers, e-mail addresses, licence
//! plates, messenger accounts, home addresses. Numbers are read however they are spelled.

mod checks;
mod digits;
mod groups;
mod labels;
mod numbers;
mod parts;
mod told;
mod written;

use std::ops::Range;

/// What kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Resident identity number, GB 11643-1999, with a right check digit or named as one.
    IdentityNumber,
    /// Passport or travel permit, named as one.
    Passport,
    /// Bank card number, ISO/IEC 7812, with a right check digit or named as one.
    BankCard,
    Mobile,
    Landline,
    Email,
    /// Licence plate, GA 36-2018.
    Plate,
    /// An account with a messenger or social network, with its identifier.
    Messenger,
    /// A home down to the door.
    Address,
}

/// A piece of personal data in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    /// In characters of the text.
    pub range: Range<usize>,
}

/// Everything in [`Kind`], in the order it stands in the text; no two findings overlap.
pub fn find_all(text: &[char]) -> Vec<Finding> {
    let pieces = digits::pieces(text);
    let reader = numbers::Reader::new(text, &pieces);
    let mut findings = reader.find();
    if text.contains(&'生') || text.contains(&'证') {
        let mut dated = pieces.clone();
        digits::dates_are_digits(&mut dated);
        if dated.len() != pieces.len() {
            let found = numbers::Reader::new(text, &dated).find();
            findings.extend(found.into_iter().filter(|f| f.kind == Kind::IdentityNumber));
        }
    }
    findings.extend(parts::find(text, &pieces));
    findings.extend(written::find(text, &pieces));
    let is_number = |found: &Finding| matches!(found.kind, Kind::Mobile | Kind::IdentityNumber);
    if !findings.iter().any(is_number) {
        findings.extend(told::find(text, &pieces, &reader.said));
        if let Some(decoded) = told::decoded(text, &pieces) {
            let found = numbers::Reader::new(text, &decoded).find();
            findings.extend(found.into_iter().filter(is_number));
        }
    }
    findings.sort_by_key(|finding| finding.range.start);
    let mut end = 0;
    // A number that is somebody's messenger account is one finding.
    findings.retain(|finding| {
        let fresh = finding.range.start >= end;
        end = end.max(finding.range.end);
        fresh
    });
    findings
}

/// What must not be read by the public in any text: numbers, e-mail addresses and plates, in the
/// order they stand in the text; no two findings overlap.
pub fn find_personal_data(text: &str) -> Vec<Finding> {
    let text: Vec<char> = text.chars().collect();
    let mut findings = find_all(&text);
    // The place of a report is an address, and the public needs it.
    findings.retain(|finding| finding.kind != Kind::Address);
    findings
}

/// The text with personal data masked: the first characters stay, so that a reader sees what it was.
pub fn mask_personal_data(text: &str) -> String {
    let mut findings = find_personal_data(text).into_iter().peekable();
    text.chars()
        .enumerate()
        .map(|(index, c)| {
            while findings.next_if(|f| f.range.end <= index).is_some() {}
            let hidden = findings.peek().is_some_and(|finding| {
                let shown = match finding.kind {
                    Kind::Email | Kind::Passport => 1,
                    Kind::Plate | Kind::Messenger => 2,
                    _ => 3,
                };
                finding.range.start + shown <= index
            });
            if hidden && (c.is_alphanumeric() || c == '@') {
                '*'
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
