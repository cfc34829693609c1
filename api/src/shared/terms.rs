//! What a text is found by: pairs of characters where a script writes words together, whole words
//! where it does not. The same on both databases, since the database only compares them.

use std::collections::BTreeSet;

use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::fold::{fold, traditional};

/// Most terms of a query.
pub const MOST_IN_QUERY: usize = 24;

/// Every term of a text that is looked through.
pub fn of_text(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for run in runs(text) {
        if is_word(&run) {
            terms.insert(run.iter().collect());
            continue;
        }
        // A single character is looked for as such.
        terms.extend(run.iter().map(ToString::to_string));
        terms.extend(run.windows(2).map(|pair| pair.iter().collect()));
    }
    terms
}

/// The terms a text must all have.
///
/// # Errors
/// 422 for more than [`MOST_IN_QUERY`] of them.
pub fn of_query(query: &str) -> Result<Vec<String>> {
    let mut terms = BTreeSet::new();
    for run in runs(query) {
        if run.len() == 1 || is_word(&run) {
            terms.insert(run.iter().collect());
        } else {
            terms.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
        }
    }
    if terms.len() > MOST_IN_QUERY {
        return Err(Error::field(
            "q",
            message!(
                "搜索的话太长，请用几个词。",
                "The search is too long: a few words will do.",
                "검색어가 너무 깁니다. 몇 단어만 적어 주세요."
            ),
        ));
    }
    Ok(terms.into_iter().collect())
}

/// Runs of one sort: Latin letters and digits, or characters of other scripts.
fn runs(text: &str) -> Vec<Vec<char>> {
    let mut runs = Vec::new();
    for word in fold(text, traditional()).words {
        let mut run: Vec<char> = Vec::new();
        for c in word.chars() {
            if run
                .last()
                .is_some_and(|last| last.is_ascii_alphanumeric() != c.is_ascii_alphanumeric())
            {
                runs.push(std::mem::take(&mut run));
            }
            run.push(c);
        }
        if !run.is_empty() {
            runs.push(run);
        }
    }
    runs
}

fn is_word(run: &[char]) -> bool {
    run.iter().all(char::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(query: &str, text: &str) -> bool {
        let terms = of_text(text);
        of_query(query).unwrap().iter().all(|t| terms.contains(t))
    }

    #[test]
    fn chinese_is_found_by_any_part_and_in_either_script_and_latin_by_whole_words() {
        let text = "九成新 永久牌自行车，28寸；Forever bike ２８";
        for query in [
            "自行车",
            "永久自行车".get(..6).unwrap(),
            "行车",
            "車",
            "自行車",
            "BIKE",
            "forever 28",
            "新 车",
            "28寸",
        ] {
            assert!(finds(query, text), "{query}");
        }
        for query in ["自车", "bik", "电动车", "2"] {
            assert!(!finds(query, text), "{query}");
        }
        assert!(of_query(&"一二三四五六七八九十".repeat(3)).is_ok());
        let long: String = ('一'..'丟').collect();
        assert!(of_query(&long).is_err());
        assert!(of_query(" ，。").unwrap().is_empty());
    }
}
