//! One spelling for every way to type a name: width, case, script and punctuation folded away.
//!
//! The phone folds the same way (`web-client/src/features/sorting/engine/fold.ts`); a journey holds
//! the two together. Ranges are written out because the two runtimes' own classes differ.

use std::collections::HashMap;

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;

/// From a traditional character to the simplified one.
pub type Traditional = HashMap<char, char>;

/// Every traditional character with one simplified form, after `OpenCC`. Empty if its own data cannot
/// be read, which only costs finding one script by the other.
pub fn traditional() -> &'static Traditional {
    static TABLE: LazyLock<Traditional> = LazyLock::new(|| {
        let mut table = Traditional::new();
        let Ok(opencc) = OpenCC::from_config(BuiltinConfig::T2s) else {
            return table;
        };
        let mut buffer = [0; 4];
        for c in '\u{4e00}'..='\u{9fff}' {
            let converted = opencc.convert(c.encode_utf8(&mut buffer));
            let mut simplified = converted.chars();
            if let (Some(simple), None) = (simplified.next(), simplified.next())
                && simple != c
            {
                table.insert(c, simple);
            }
        }
        table
    });
    &TABLE
}

/// A folded query or name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// Without spaces or punctuation.
    pub chars: Vec<char>,
    /// What stood between spaces and punctuation; used where a script writes words apart.
    pub words: Vec<String>,
}

impl Folded {
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// Latin letters and digits only: English, or pinyin.
    pub fn is_latin(&self) -> bool {
        self.chars.iter().all(char::is_ascii)
    }
}

pub fn fold(text: &str, traditional: &Traditional) -> Folded {
    // Most of what is typed is its own normal form.
    if text
        .chars()
        .all(|c| c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fff}'))
    {
        fold_chars(text.chars().map(|c| c.to_ascii_lowercase()), traditional)
    } else {
        fold_chars(text.nfkc().flat_map(char::to_lowercase), traditional)
    }
}

fn fold_chars(chars: impl Iterator<Item = char>, traditional: &Traditional) -> Folded {
    let mut folded = Folded {
        chars: Vec::new(),
        words: Vec::new(),
    };
    let mut word = String::new();
    for c in chars {
        if is_silent(c) {
            continue;
        }
        if separates(c) {
            if !word.is_empty() {
                folded.words.push(std::mem::take(&mut word));
            }
            continue;
        }
        // Typed for lü; nobody means a German word.
        let c = if c == 'ü' {
            'v'
        } else {
            traditional.get(&c).copied().unwrap_or(c)
        };
        word.push(c);
        folded.chars.push(c);
    }
    if !word.is_empty() {
        folded.words.push(word);
    }
    folded
}

/// Leaves no trace: format characters, variation selectors, skin tones, tags.
fn is_silent(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Ends a word: controls, spaces, punctuation.
fn separates(c: char) -> bool {
    matches!(c,
        '\0'..='/' | ':'..='@' | '['..='`' | '{'..='\u{bf}' | '×' | '÷' | '\u{1680}'
        | '\u{2000}'..='\u{200a}' | '\u{2010}'..='\u{2029}' | '\u{202f}'..='\u{205f}'
        | '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{30fb}')
        && !c.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let traditional = Traditional::from([('電', '电'), ('舊', '旧')]);
        fold(text, &traditional).text()
    }

    #[test]
    fn width_case_script_and_punctuation_fold_away() {
        for (typed, expected) in [
            ("５号電池", "5号电池"),
            (" 旧 电池！？", "旧电池"),
            ("ＬＥＤ灯", "led灯"),
            ("Light-Bulb", "lightbulb"),
            ("🔋\u{fe0f}", "🔋"),
            ("电\u{200b}池", "电池"),
            ("lüguan", "lvguan"),
            ("\u{0}\u{7}", ""),
        ] {
            assert_eq!(folded(typed), expected, "{typed}");
        }
    }

    #[test]
    fn words_stand_apart_where_they_were_written_apart() {
        let words = fold("an old light-bulb", &Traditional::new()).words;
        assert_eq!(words, ["an", "old", "light", "bulb"]);
    }
}
