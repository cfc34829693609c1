//! The moderation files of a pack: what is held or refused before it is published.

use wufei_moderation::{RuleError, Rules, Screen};

use super::files::{self, Files};
use super::finding::{At, Finding};
use super::raw::parse_toml;

/// The rules of all files, and findings where they make no screen.
pub(crate) fn load(files: &Files, found: &mut Vec<Finding>) -> Rules {
    let mut rules = Rules::default();
    for name in files::MODERATION {
        if let Some(part) = parse_toml::<Rules>(files, name, found) {
            rules.append(part);
        }
    }
    if let Err(error) = Screen::new(&rules) {
        found.push(unusable(files, &error));
    }
    rules
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
