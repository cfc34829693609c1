//! What residents write, before the public reads it: values in, a verdict out. Knows neither the web
//! nor the database.
//!
//! A [`Screen`] is built from a district's [`Rules`] and asked about one [`Submission`] at a time.
//! The time it takes grows with the length of the text, whatever the text.
//!
//! ```
//! use wufei_moderation::{Decision, Rules, Screen, Submission, SubmissionKind};
//!
//! let screen = Screen::new(&Rules::default())?;
//! let verdict = screen.screen(&Submission::new(SubmissionKind::Report, "", "路边有三袋垃圾"));
//! assert_eq!(verdict.decision, Decision::Publish);
//! # Ok::<(), wufei_moderation::RuleError>(())
//! ```

mod classifier;
mod detect;
mod dry_run;
mod fold;
mod matching;
mod personal;
mod pictures;
mod rules;
mod screen;
mod submission;
mod surroundings;

pub use classifier::{Classifier, Example};
pub use dry_run::Held;
pub use personal::{Finding, Kind, find_personal_data, mask_personal_data};
pub use pictures::{is_same_picture, pictures_differ_by};
pub use rules::{
    Applies, Characters, Decision, Detector, Likeness, Limits, Rule, RuleError, Rules, Shared,
    SubmissionKind, Words,
};
pub use screen::Screen;
pub use submission::{Circumstances, Field, Reason, Submission, Verdict};

/// In characters. A word in a rule is a name, not an essay; the bound keeps screening linear.
pub const LONGEST_WORD: usize = 32;
