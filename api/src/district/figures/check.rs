//! What would hurt a department later: a target of a clause or an office that does not exist, an id
//! used twice, a limit that hides everything or nothing.

use std::collections::HashMap;

use super::super::files::{self, Files};
use super::super::finding::{At, Finding};
use super::super::{Lang, Pack, Text};
use super::{Figures, Target};
use crate::district::raw::Item;

/// The findings that keep a pack from loading.
pub(super) fn errors(
    files: &Files,
    pack: &Pack,
    targets: &[Item<Target>],
    figures: &Figures,
    found: &mut Vec<Finding>,
) {
    let due = i64::from(figures.due_days);
    for (key, value, low, high) in [
        ("small_count", figures.small_count, 2, 100),
        ("due_days", due, 1, 80),
        ("remind_days", figures.remind_days.into(), 1, due.min(30)),
        ("jump_points", figures.jump_points, 1, 100),
        ("effect_days", figures.effect.num_days(), 7, 366),
    ] {
        if !(low..=high).contains(&value) {
            number(files, key, found);
        }
    }
    for part in &figures.parts {
        if !pack.clauses().iter().any(|c| c.id.starts_with(&part.id)) {
            let line = files.line_with(files::FIGURE_TARGETS, &part.id);
            wrong(files, line.unwrap_or(1), "id", found);
        }
    }
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for item in targets {
        let target = &item.value;
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if target.id.is_empty() || !target.id.bytes().all(plain) {
            wrong(files, item.line, "id", found);
        }
        if let Some(first) = seen.insert(&target.id, item.line) {
            let id = &target.id;
            found.push(Finding::error(
                "id-twice",
                At::line(files::FIGURE_TARGETS, item.line),
                (
                    format!("{id} 已在第 {first} 行用过"),
                    format!("{id} was used on line {first}"),
                ),
                ("换一个代号", "choose another"),
            ));
        }
        if !pack.clauses().iter().any(|c| c.id == target.clause) {
            wrong(files, item.line, "clause", found);
        }
        if pack.office(&target.office).is_none() {
            wrong(files, item.line, "office", found);
        }
        if !(0..=100).contains(&target.percent) {
            wrong(files, item.line, "percent", found);
        }
        if !(2020..=2060).contains(&target.by) {
            wrong(files, item.line, "by", found);
        }
        for text in [
            &target.name,
            &target.numerator,
            &target.denominator,
            &target.unit,
        ] {
            words(item.line, text, found);
        }
    }
}

/// A number or time of the service that makes no sense.
pub(super) fn number(files: &Files, key: &str, found: &mut Vec<Finding>) {
    let line = files.line_of_key(files::FIGURE_SERVICE, 1, key);
    value(files::FIGURE_SERVICE, line, key, found);
}

fn wrong(files: &Files, from: usize, key: &str, found: &mut Vec<Finding>) {
    let line = files.line_of_key(files::FIGURE_TARGETS, from, key);
    value(files::FIGURE_TARGETS, line, key, found);
}

fn value(file: &str, line: usize, key: &str, found: &mut Vec<Finding>) {
    found.push(Finding::error(
        "figure-value",
        At::line(file, line),
        (format!("{key} 不合理"), format!("{key} makes no sense")),
        (
            "按 figures/README.md 改",
            "correct it as figures/README.md says",
        ),
    ));
}

fn words(line: usize, text: &Text, found: &mut Vec<Finding>) {
    let missing: Vec<&str> = text.missing().into_iter().map(Lang::tag).collect();
    if missing.is_empty() {
        return;
    }
    let (missing, zh) = (missing.join(", "), &text.zh);
    found.push(Finding::warning(
        "translation",
        At::line(files::FIGURE_TARGETS, line),
        (
            format!("“{zh}”缺少译文：{missing}"),
            format!("“{zh}” lacks words in {missing}"),
        ),
        (
            "补上译文，否则显示中文",
            "add the translation; Chinese is shown until then",
        ),
    ));
}

/// What works and wants attention.
pub(crate) fn warnings(files: &Files, figures: &Figures, found: &mut Vec<Finding>) {
    if !figures.provisional {
        return;
    }
    let line = files.line_of_key(files::FIGURE_SERVICE, 1, "provisional");
    found.push(Finding::warning(
        "figure-provisional",
        At::line(files::FIGURE_SERVICE, line),
        (
            "统计、目标和日报的期限还是提案",
            "times and limits of figures, targets and digests are a proposal",
        ),
        (
            "定下来后改成 provisional = false",
            "write provisional = false once they are decided",
        ),
    ));
}
