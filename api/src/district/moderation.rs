//! The moderation files of a pack: what is held or refused before it is published.

use std::sync::Arc;

use serde::Deserialize;
use wufei_moderation::{Classifier, Example, RuleError, Rules, Screen, SubmissionKind};

use super::files::{self, Files};
use super::finding::{At, Finding};
use super::raw::{parse_csv, parse_toml};

/// Rules, with the screen that is made of them.
pub struct Moderation {
    pub rules: Rules,
    pub screen: Screen,
    /// Learned once from the pack: what the desk changes later it does not overrule.
    pub classifier: Option<Arc<Classifier>>,
}

impl Moderation {
    /// # Errors
    /// If the rules don't make a screen.
    pub fn new(rules: Rules, classifier: Option<Arc<Classifier>>) -> Result<Self, RuleError> {
        let screen = Screen::with_classifier(&rules, classifier.clone())?;
        Ok(Self {
            rules,
            screen,
            classifier,
        })
    }
}

/// A row of the examples.
#[derive(Deserialize)]
struct Row {
    kind: SubmissionKind,
    text: String,
    expected: Expected,
    /// The group of texts it belongs to.
    by: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Expected {
    Publish,
    HoldOrRefuse,
}

impl std::fmt::Debug for Moderation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Moderation")
            .field("rules", &self.rules.rules.len())
            .finish_non_exhaustive()
    }
}

/// The rules of all files; none, with a finding, where they make no screen.
pub(crate) fn load(files: &Files, found: &mut Vec<Finding>) -> Option<Moderation> {
    let mut rules = Rules::default();
    for name in files::MODERATION {
        if let Some(part) = parse_toml::<Rules>(files, name, found) {
            rules.append(part);
        }
    }
    let examples = parse_csv::<Row>(files, files::EXAMPLES, found);
    let classifier = examples.map(|rows| {
        let examples = rows.iter().map(|row| Example {
            kind: row.value.kind,
            text: &row.value.text,
            group: (row.value.expected != Expected::Publish).then_some(row.value.by.as_str()),
        });
        Arc::new(Classifier::learn(examples, &rules))
    });
    match Moderation::new(rules, classifier) {
        Ok(moderation) => Some(moderation),
        Err(error) => {
            found.push(unusable(files, &error));
            None
        }
    }
}

fn unusable(files: &Files, error: &RuleError) -> Finding {
    let rule = match error {
        RuleError::Twice(rule)
        | RuleError::Unexplained(rule)
        | RuleError::Empty { rule, .. }
        | RuleError::Long { rule, .. } => rule.as_str(),
        RuleError::Compile(_) => "",
    };
    let needle = format!("id = \"{rule}\"");
    let at = files::MODERATION.into_iter().find_map(|name| {
        let line = files.line_with(name, &needle)?;
        Some(At::line(name, line))
    });
    Finding::error(
        "moderation-rule",
        at.unwrap_or(At::file(files::MODERATION[0])),
        (
            format!("审核规则不能用：{error}"),
            format!("the rule can't be used: {error}"),
        ),
        (
            "按 README 里 moderation 的写法改这条规则",
            "correct the rule as README.md shows for moderation",
        ),
    )
}
