//! What is asked, and the answer.

use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::rules::{Decision, SubmissionKind, Words};

/// What somebody wants to publish.
#[derive(Clone, Debug)]
pub struct Submission<'a> {
    pub kind: SubmissionKind,
    pub title: &'a str,
    pub text: &'a str,
    /// In fen.
    pub price: Option<u64>,
    /// Web addresses given in fields of their own.
    pub links: &'a [String],
    pub circumstances: Circumstances<'a>,
}

impl<'a> Submission<'a> {
    pub fn new(kind: SubmissionKind, title: &'a str, text: &'a str) -> Self {
        Self {
            kind,
            title,
            text,
            price: None,
            links: &[],
            circumstances: Circumstances::default(),
        }
    }
}

/// What the caller knows beside the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances<'a> {
    /// Posts in the last hour, without this one.
    pub posts_by_person: u32,
    pub posts_at_place: u32,
    /// How often the same text was posted before.
    pub same_text: u32,
    /// Fingerprints of the pictures sent.
    pub pictures: &'a [u64],
    /// Fingerprints of pictures that people refused.
    pub blocked_pictures: &'a [u64],
    /// Fingerprints of pictures in other people's posts.
    pub earlier_pictures: &'a [u64],
}

/// The part of a submission that a reason is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    Title,
    Text,
    Price,
    /// Which of the links, from 0.
    Link(usize),
    /// Which of the pictures, from 0.
    Picture(usize),
    /// How much and how often was posted.
    Circumstances,
}

/// Why a submission is not simply published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The id of the rule.
    pub rule: Arc<str>,
    pub decision: Decision,
    /// The law, standard or clause the rule rests on.
    pub source: Arc<str>,
    /// For the author.
    pub message: Arc<Words>,
    /// What it is about: the field and the characters in it, empty where no characters are meant.
    pub places: Vec<(Field, Range<usize>)>,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The strictest of the reasons' decisions.
    pub decision: Decision,
    pub reasons: Vec<Reason>,
}

impl Verdict {
    pub(crate) fn of(reasons: Vec<Reason>) -> Self {
        Self {
            decision: reasons
                .iter()
                .map(|reason| reason.decision)
                .max()
                .unwrap_or_default(),
            reasons,
        }
    }
}
