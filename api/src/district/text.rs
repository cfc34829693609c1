//! Words in the three languages of the service. Chinese is always there; the others fall back to it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language that Wufei speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Zh,
    En,
    Ko,
}

impl Lang {
    pub const ALL: [Self; 3] = [Self::Zh, Self::En, Self::Ko];

    /// The tag for `Content-Language` and `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    /// The best language for an `Accept-Language` header; Chinese where nothing fits. Malformed
    /// parts are passed over: a browser's odd header must not cost a resident the page.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0.0_f32, Self::Zh);
        for part in header.split(',') {
            let mut fields = part.split(';');
            let tag = fields.next().unwrap_or_default();
            let quality = fields
                .find_map(|field| field.trim().strip_prefix("q="))
                .map_or(Some(1.0), |q| q.trim().parse().ok())
                .filter(|q: &f32| (0.0..=1.0).contains(q));
            let lang = if tag.trim() == "*" {
                Ok(Self::Zh)
            } else {
                tag.parse()
            };
            if let (Ok(lang), Some(quality)) = (lang, quality)
                && quality > best.0
            {
                best = (quality, lang);
            }
        }
        best.1
    }
}

/// The tag names a language that Wufei doesn't speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("language must be zh, en or ko")]
pub struct UnknownLang;

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(tag: &str) -> Result<Self, UnknownLang> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "zh" => Ok(Self::Zh),
            "en" => Ok(Self::En),
            "ko" => Ok(Self::Ko),
            _ => Err(UnknownLang),
        }
    }
}

/// The same words in each language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub zh: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ko: Option<String>,
}

impl Text {
    pub fn new(zh: impl Into<String>, en: impl Into<String>, ko: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: Some(en.into()),
            ko: Some(ko.into()),
        }
    }

    /// The words in `lang`, or in Chinese where that translation is missing.
    pub fn get(&self, lang: Lang) -> &str {
        let translated = match lang {
            Lang::Zh => None,
            Lang::En => self.en.as_deref(),
            Lang::Ko => self.ko.as_deref(),
        };
        translated
            .filter(|words| !words.is_empty())
            .unwrap_or(&self.zh)
    }

    /// The languages in which words are missing.
    pub fn missing(&self) -> Vec<Lang> {
        let blank = |words: Option<&str>| words.is_none_or(|words| words.trim().is_empty());
        [
            (Lang::Zh, Some(self.zh.as_str())),
            (Lang::En, self.en.as_deref()),
            (Lang::Ko, self.ko.as_deref()),
        ]
        .into_iter()
        .filter_map(|(lang, words)| blank(words).then_some(lang))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_picks_the_language_of_highest_quality() {
        for (header, expected) in [
            ("ko-KR,ko;q=0.9,en;q=0.8", Lang::Ko),
            ("fr, en;q=0.4, zh;q=0.2", Lang::En),
            ("en;q=0.3, zh-CN", Lang::Zh),
            ("en;q=0", Lang::Zh),
            ("*", Lang::Zh),
            ("", Lang::Zh),
            ("en;q=abc,,;;,KO", Lang::Ko),
        ] {
            assert_eq!(Lang::from_accept_language(header), expected, "{header}");
        }
    }

    #[test]
    fn missing_words_fall_back_to_chinese() {
        let text = Text {
            zh: "秸秆".into(),
            en: Some(String::new()),
            ko: None,
        };
        assert_eq!(text.get(Lang::En), "秸秆");
        assert_eq!(text.get(Lang::Ko), "秸秆");
        assert_eq!(text.missing(), [Lang::En, Lang::Ko]);
    }
}
