//! What rules look for beside words: personal data, links, how often and which pictures.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::fold::{Role, fold, fold_one};
use crate::personal::{Finding, Kind, find_all};
use crate::pictures::first_same;
use crate::rules::{Detector, Limits};
use crate::screen::split;
use crate::submission::{Field, Submission};

type Places = Vec<(Field, Range<usize>)>;

/// A submission as the detectors see it; the text is read once for all of them.
pub struct Context<'a> {
    submission: &'a Submission<'a>,
    /// Title, line break, text.
    joined: &'a [char],
    title: usize,
    limits: &'a Limits,
    hosts: &'a [String],
    personal: OnceCell<Vec<Finding>>,
}

impl<'a> Context<'a> {
    pub const fn new(
        submission: &'a Submission<'a>,
        joined: &'a [char],
        title: usize,
        limits: &'a Limits,
        hosts: &'a [String],
    ) -> Self {
        Self {
            submission,
            joined,
            title,
            limits,
            hosts,
            personal: OnceCell::new(),
        }
    }

    /// Where the detector finds something; a place without characters stands for a whole field.
    pub fn places(&self, detector: Detector) -> Places {
        let given = &self.submission.circumstances;
        let limits = self.limits;
        let whole =
            |found: bool, field: Field| found.then_some((field, 0..0)).into_iter().collect();
        match detector {
            Detector::Mobile => self.personal(Kind::Mobile),
            Detector::Landline => self.personal(Kind::Landline),
            Detector::IdentityNumber => self.personal(Kind::IdentityNumber),
            Detector::Passport => self.personal(Kind::Passport),
            Detector::BankCard => self.personal(Kind::BankCard),
            Detector::Email => self.personal(Kind::Email),
            Detector::Plate => self.personal(Kind::Plate),
            Detector::Messenger => self.personal(Kind::Messenger),
            Detector::Address => self.personal(Kind::Address),
            Detector::Link => self.links(),
            Detector::PersonRate => whole(
                given.posts_by_person >= limits.person_per_hour,
                Field::Circumstances,
            ),
            Detector::PlaceRate => whole(
                given.posts_at_place >= limits.place_per_hour,
                Field::Circumstances,
            ),
            Detector::RepeatedText => whole(given.same_text > limits.repeats, Field::Circumstances),
            Detector::RepeatedPicture => self.pictures(given.earlier_pictures),
            Detector::BlockedPicture => self.pictures(given.blocked_pictures),
            Detector::Price => whole(
                self.submission.price.is_some_and(|fen| fen > limits.price),
                Field::Price,
            ),
            // Asked of the classifier, by the screen.
            Detector::Likeness => Places::new(),
        }
    }

    fn personal(&self, kind: Kind) -> Places {
        self.personal
            .get_or_init(|| find_all(self.joined))
            .iter()
            .filter(|finding| finding.kind == kind)
            .flat_map(|finding| split(finding.range.clone(), self.title))
            .collect()
    }

    fn pictures(&self, known: &[u64]) -> Places {
        let sent = self.submission.circumstances.pictures.iter().enumerate();
        sent.filter(|(_, picture)| {
            first_same(**picture, known, self.limits.picture_distance).is_some()
        })
        .map(|(index, _)| (Field::Picture(index), 0..0))
        .collect()
    }

    fn links(&self) -> Places {
        let mut text = String::with_capacity(self.joined.len() * 2);
        let mut origin = Vec::with_capacity(self.joined.len() * 2);
        for (at, &c) in self.joined.iter().enumerate() {
            if fold(c).0 != Role::Silent {
                text.push(fold_one(c));
                origin.resize(text.len(), at);
            }
        }
        let in_text = LINK
            .find_iter(&text)
            .filter(|link| !self.is_allowed(link.as_str()))
            // The second half of an e-mail address, which another detector finds.
            .filter(|link| !text[..link.start()].ends_with('@'))
            .flat_map(|link| split(origin[link.start()]..origin[link.end() - 1] + 1, self.title));
        let in_fields = self
            .submission
            .links
            .iter()
            .enumerate()
            .filter(|(_, link)| !self.is_allowed(&link.to_lowercase()))
            .map(|(index, _)| (Field::Link(index), 0..0));
        in_text.chain(in_fields).collect()
    }

    /// Whether a link leads to an allowed host or below it.
    fn is_allowed(&self, link: &str) -> bool {
        let rest = link.split_once("://").map_or(link, |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest);
        // What stands before an @ is a user name made to look like a host.
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let host = host.split(':').next().unwrap_or(host);
        self.hosts.iter().any(|allowed| {
            host.strip_suffix(allowed.as_str())
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
    }
}

#[expect(
    clippy::expect_used,
    reason = "the literal pattern is compiled by a test"
)]
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:h\s?t\s?t\s?p\s?s?\s?[:：]\s?/\s?/|www\s?[.。]\s?)[^\s，。；！）)]+|(?:[a-z0-9][a-z0-9-]{0,62}\s?(?:\.|。|点|\[\.\]|\(\.\))\s?){1,4}(?:com|cn|net|org|top|xyz|vip|cc|info|shop|site|club|link|icu|ink|fun|online|store|app|tk|ws|ly|gg)(?:[/?][a-z0-9/?=&%._#-]*|[^a-z0-9]|$)",
    )
    .expect("a literal pattern compiles")
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::SubmissionKind;

    fn links(text: &str) -> usize {
        let submission = Submission::new(SubmissionKind::Comment, "", text);
        let joined: Vec<char> = std::iter::once('\n').chain(text.chars()).collect();
        let hosts = ["gov.cn".to_owned()];
        let limits = Limits::default();
        Context::new(&submission, &joined, 0, &limits, &hosts)
            .places(Detector::Link)
            .len()
    }

    #[test]
    fn links_are_found_and_official_ones_pass() {
        for text in [
            "看 https://shop.example.com/a?b=1 便宜",
            "www.example.net",
            "打开 abc123 点 com 领红包",
            "ｔ．ｃｎ／Ａ6x",
            "http://gov.cn@bad.example/x",
            "https://bad-gov.cn/",
        ] {
            assert_eq!(links(text), 1, "{text}");
        }
        for text in [
            "通知见 https://www.gov.cn/zhengce",
            "gov.cn",
            "下午2.30到3.15",
            "长1.5米",
            "早上八点来",
        ] {
            assert_eq!(links(text), 0, "{text}");
        }
    }
}
