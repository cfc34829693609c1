//! A sentence for people, in the three languages of the interface.

use std::borrow::Cow;

use crate::district::Lang;

/// The same sentence in Chinese, English and Korean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub zh: Cow<'static, str>,
    pub en: Cow<'static, str>,
    pub ko: Cow<'static, str>,
}

impl Message {
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
            Lang::Ko => &self.ko,
        }
    }

    /// Fills `{}` of each language, in order, with the same values.
    pub const fn fixed(zh: &'static str, en: &'static str, ko: &'static str) -> Self {
        Self {
            zh: Cow::Borrowed(zh),
            en: Cow::Borrowed(en),
            ko: Cow::Borrowed(ko),
        }
    }
}

/// A [`Message`]: three literals, each formatted as by `format!` when values follow or are captured.
#[macro_export]
macro_rules! message {
    ($zh:literal, $en:literal, $ko:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        $(let $name = &$value;)*
        $crate::shared::message::Message {
            zh: ::std::borrow::Cow::Owned(::std::format!($zh)),
            en: ::std::borrow::Cow::Owned(::std::format!($en)),
            ko: ::std::borrow::Cow::Owned(::std::format!($ko)),
        }
    }};
}
