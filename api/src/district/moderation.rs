//! The moderation files of a pack: what is held or refused before it is published.

use wufei_moderation::{RuleError, Rules, Screen};

use super::files::{self, Files};
use super::finding::{At, Finding};
use super::raw::parse_toml;

/// Rules, with the screen that is made of them.
pub struct Moderation {
    pub rules: Rules,
    pub screen: Screen,
}

impl Moderation {
    /// # Errors
    /// If the rules don't make a screen.
    pub fn new(rules: Rules) -> Result<Self, RuleError> {
        let screen = Screen::new(&rules)?;
        Ok(Self { rules, screen })
    }
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
    match Moderation::new(rules) {
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
