//! What one character stands for: width, case, script and alphabet folded away.

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How a character takes part in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A letter, a digit or a Chinese character.
    Letter,
    /// Leaves no trace: zero-width characters, combining marks, variation selectors.
    Silent,
    /// Stands between words or is put into one to break it: spaces, dashes, emoji.
    Soft,
    /// Ends a clause. Two halves of a word on either side of it are no word.
    Hard,
}

/// The folded character, or none where it folds to several (`㎏`, `⑩`).
#[derive(Clone, Copy)]
struct Entry {
    folded: Option<char>,
    role: Role,
}

/// Looked up for every character of every text: a table of the basic plane keeps it at one read.
static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let traditional = OpenCC::from_config(BuiltinConfig::T2s).ok();
    (0..=0xFFFF_u32)
        .map(|code| match char::from_u32(code) {
            Some(c) => entry(c, traditional.as_ref()),
            None => Entry {
                folded: None,
                role: Role::Silent,
            },
        })
        .collect()
});

/// Builds the table now, so that the first text does not wait for it.
pub fn warm() {
    LazyLock::force(&TABLE);
}

/// What `c` folds to, usually one character.
pub fn fold(c: char) -> (Role, impl Iterator<Item = char>) {
    let entry = match TABLE.get(c as usize) {
        Some(entry) => *entry,
        None => entry(c, None),
    };
    let several = entry.folded.is_none().then(|| decomposed(c));
    (
        entry.role,
        entry
            .folded
            .into_iter()
            .chain(several.into_iter().flatten()),
    )
}

/// The first character that `c` folds to, where one for one is needed.
pub fn fold_one(c: char) -> char {
    match TABLE.get(c as usize) {
        Some(entry) => entry.folded.unwrap_or(c),
        None => entry(c, None).folded.unwrap_or(c),
    }
}

fn decomposed(c: char) -> impl Iterator<Item = char> {
    // Accents come off Latin letters (wēixìn). Hangul must stay whole.
    let latin = matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    let base = std::iter::once(c).nfkd().next().filter(|_| latin);
    std::iter::once(base.unwrap_or(c))
        .nfkc()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(look_alike)
}

fn entry(c: char, traditional: Option<&OpenCC>) -> Entry {
    if is_silent(c) || is_combining_mark(c) {
        return Entry {
            folded: Some(c),
            role: Role::Silent,
        };
    }
    let mut all = decomposed(look_alike(c));
    let folded = match (all.next(), all.next()) {
        (Some(only), None) => Some(simplified(only, traditional)),
        _ => None,
    };
    Entry {
        folded,
        role: role(folded.unwrap_or(c), folded.is_none()),
    }
}

fn role(c: char, several: bool) -> Role {
    match c {
        '。' | '！' | '？' | '；' | '，' | '、' | '!' | '?' | ';' | ',' | '\n' | '\r' | '：'
        | ':' | '…' | '(' | ')' | '（' | '）' | '《' | '》' => Role::Hard,
        _ if several || c.is_alphanumeric() || c == '〇' => Role::Letter,
        _ => Role::Soft,
    }
}

fn simplified(c: char, traditional: Option<&OpenCC>) -> char {
    let Some(opencc) = traditional.filter(|_| is_han(c)) else {
        return c;
    };
    let mut buffer = [0; 4];
    let converted = opencc.convert(c.encode_utf8(&mut buffer));
    let mut simple = converted.chars();
    match (simple.next(), simple.next()) {
        (Some(simple), None) => simple,
        _ => c,
    }
}

pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '〇')
}

fn is_silent(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffd}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Letters and digits of other alphabets that print like Latin ones, radicals that print like
/// characters, and digits that Unicode does not decompose.
fn look_alike(c: char) -> char {
    match c {
        'а' | 'А' | 'α' | 'Α' | 'ɑ' => 'a',
        'В' | 'Β' | 'β' | 'ь' => 'b',
        'с' | 'С' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'Е' | 'Ε' | 'ε' => 'e',
        'һ' | 'Н' | 'Η' => 'h',
        'і' | 'І' | 'Ι' | 'ι' | 'ı' => 'i',
        'ј' | 'Ј' => 'j',
        'к' | 'К' | 'κ' | 'Κ' => 'k',
        'м' | 'М' | 'Μ' => 'm',
        'п' | 'Ν' => 'n',
        'о' | 'О' | 'ο' | 'Ο' => 'o',
        'р' | 'Р' | 'ρ' | 'Ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' | 'Ѕ' => 's',
        'т' | 'Т' | 'τ' | 'Τ' => 't',
        'υ' | 'ս' => 'u',
        'ν' | 'ѵ' | '∨' | '√' | 'ⅴ' | 'Ⅴ' | 'ᐯ' | '˅' | 'ˇ' | 'ü' | 'Ü' => 'v',
        'ω' | 'ш' | 'ѡ' => 'w',
        'х' | 'Х' | 'χ' | 'Χ' | '×' | '✕' | '✖' | '╳' | '乂' => 'x',
        'у' | 'У' | 'γ' | 'Υ' => 'y',
        'Ζ' => 'z',
        '⼀' => '一',
        '丨' | '｜' | '∣' | 'ǀ' | 'ا' => '|',
        '⓿' => '0',
        '❶'..='❾' => digit(c, '❶'),
        '➀'..='➈' => digit(c, '➀'),
        '➊'..='➒' => digit(c, '➊'),
        '⓵'..='⓽' => digit(c, '⓵'),
        other => decimal(other),
    }
}

/// The digits of other scripts.
fn decimal(c: char) -> char {
    const ZEROS: [char; 15] = [
        '٠', '۰', '०', '০', '੦', '૦', '௦', '౦', '೦', '൦', '๐', '໐', '༠', '၀', '០',
    ];
    ZEROS
        .iter()
        .find(|zero| (u32::from(**zero)..u32::from(**zero) + 10).contains(&u32::from(c)))
        .map_or(c, |zero| shifted(c, *zero, '0'))
}

fn digit(c: char, one: char) -> char {
    shifted(c, one, '1')
}

fn shifted(c: char, from: char, to: char) -> char {
    char::from_u32(u32::from(c) - u32::from(from) + u32::from(to)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        text.chars()
            .filter(|c| fold(*c).0 != Role::Silent)
            .flat_map(|c| fold(c).1.collect::<Vec<_>>())
            .collect()
    }

    #[test]
    fn width_case_script_and_alphabet_fold_away() {
        for (typed, expected) in [
            ("ＶＸ", "vx"),
            ("ⅴхО", "vxo"),
            ("電話賣", "电话卖"),
            ("①②❸➍⑩", "123410"),
            ("𝟏𝟑𝟖", "138"),
            ("微\u{200b}信", "微信"),
            ("1\u{fe0f}\u{20e3}", "1"),
            ("v\u{332}x", "vx"),
        ] {
            assert_eq!(folded(typed), expected, "{typed}");
        }
    }

    #[test]
    fn clauses_end_where_they_are_punctuated() {
        assert_eq!(fold('，').0, Role::Hard);
        assert_eq!(fold('·').0, Role::Soft);
        assert_eq!(fold('🔥').0, Role::Soft);
        assert_eq!(fold('烟').0, Role::Letter);
    }
}
