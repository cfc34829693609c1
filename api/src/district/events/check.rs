//! What would hurt an organiser later: an office that does not exist, an id used twice, a badge that
//! nothing earns, a book that weighs nothing.

use std::collections::HashMap;

use super::super::files::{self, Files};
use super::super::finding::{At, Finding};
use super::super::{Lang, Pack, Text};
use super::{Events, Lines, TOWNSHIP};

/// The findings that keep a pack from loading.
pub(super) fn errors(
    files: &Files,
    pack: &Pack,
    lines: &Lines,
    events: &Events,
    found: &mut Vec<Finding>,
) {
    for (file, ids) in [
        (files::EVENT_SERVICE, ids(&lines.organisations, |k| &k.id)),
        (files::EVENT_SERVICE, ids(&lines.events, |k| &k.id)),
        (files::EVENT_STALLS, ids(&lines.stalls, |k| &k.id)),
        (files::EVENT_STALLS, ids(&lines.rules, |k| &k.id)),
        (files::EVENT_BOOKS, ids(&lines.formats, |k| &k.id)),
        (files::EVENT_BOOKS, ids(&lines.conditions, |k| &k.id)),
        (files::EVENT_CRITERIA, ids(&lines.badges, |k| &k.id)),
    ] {
        unique(file, ids, found);
    }
    for kind in &lines.organisations {
        let office = &kind.value.office;
        if office != TOWNSHIP && pack.office(office).is_none() {
            unknown(
                files,
                files::EVENT_SERVICE,
                kind.line,
                "office",
                office,
                found,
            );
        }
        if events.badge(&kind.value.badge).is_none() {
            let badge = &kind.value.badge;
            unknown(
                files,
                files::EVENT_SERVICE,
                kind.line,
                "badge",
                badge,
                found,
            );
        }
        clause(files, pack, kind.line, &kind.value.clause, found);
    }
    for kind in &lines.events {
        clause(files, pack, kind.line, &kind.value.clause, found);
        if kind.value.does.is_empty() {
            number(files::EVENT_SERVICE, kind.line, "does", found);
        }
    }
    for criterion in &lines.criteria {
        if events.badge(&criterion.value.badge).is_none() {
            let badge = &criterion.value.badge;
            unknown(
                files,
                files::EVENT_CRITERIA,
                criterion.line,
                "badge",
                badge,
                found,
            );
        }
        if criterion.value.at_least < 1 {
            number(files::EVENT_CRITERIA, criterion.line, "at_least", found);
        }
    }
    for badge in &lines.badges {
        if events.criteria_of(&badge.value.id).next().is_none() {
            number(files::EVENT_CRITERIA, badge.line, "criterion", found);
        }
    }
    for format in &lines.formats {
        if !(1..=20_000).contains(&format.value.grams) {
            number(files::EVENT_BOOKS, format.line, "grams", found);
        }
    }
    for stall in &lines.stalls {
        if !(0..=1_000_000).contains(&stall.value.fen) {
            number(files::EVENT_STALLS, stall.line, "fen", found);
        }
    }
    let books = &events.books;
    let credits = 0..=100;
    let sound = books
        .conditions
        .iter()
        .all(|c| credits.contains(&c.credits))
        && credits.contains(&books.take)
        && credits.contains(&books.owe)
        && !books.conditions.is_empty()
        && books.formats.iter().any(|f| f.id == books.unweighed);
    if !sound {
        number(files::EVENT_BOOKS, 1, "credits", found);
    }
    let limits = [
        (events.invitation.num_days(), 1..=365, "invitation_days"),
        (events.offer.num_minutes(), 1..=10_080, "offer_minutes"),
        (
            events.stalls_per_person.into(),
            1..=100,
            "stalls_per_person",
        ),
        (events.ahead.num_days(), 1..=731, "ahead_days"),
        (events.merge.num_days(), 1..=365, "merge_days"),
    ];
    for (value, allowed, key) in limits {
        if !allowed.contains(&value) {
            let line = files.line_of_key(files::EVENT_SERVICE, 1, key);
            number(files::EVENT_SERVICE, line, key, found);
        }
    }
    let zone = events.timezone.as_bytes();
    if zone.is_empty()
        || !zone
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"/_-+".contains(b))
    {
        number(files::EVENT_SERVICE, 1, "timezone", found);
    }
    for (file, line, text) in texts(lines) {
        words(file, line, text, found);
    }
}

fn ids<T>(items: &[super::Item<T>], id: impl Fn(&T) -> &String) -> Vec<(usize, &String)> {
    items
        .iter()
        .map(|item| (item.line, id(&item.value)))
        .collect()
}

fn unique(file: &str, ids: Vec<(usize, &String)>, found: &mut Vec<Finding>) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (line, id) in ids {
        if let Some(first) = seen.insert(id, line) {
            found.push(Finding::error(
                "id-twice",
                At::line(file, line),
                (
                    format!("{id} 已在第 {first} 行用过"),
                    format!("{id} was used on line {first}"),
                ),
                ("换一个代号", "choose another"),
            ));
        }
    }
}

fn unknown(files: &Files, file: &str, from: usize, key: &str, id: &str, found: &mut Vec<Finding>) {
    found.push(Finding::error(
        "unknown-id",
        At::line(file, files.line_of_key(file, from, key)),
        (
            format!("{key} 不存在：{id}"),
            format!("{key} does not exist: {id}"),
        ),
        ("改成数据包里有的", "use one that the pack has"),
    ));
}

fn clause(files: &Files, pack: &Pack, line: usize, clause: &str, found: &mut Vec<Finding>) {
    if !pack.clauses().iter().any(|known| known.id == clause) {
        unknown(files, files::EVENT_SERVICE, line, "clause", clause, found);
    }
}

fn number(file: &str, line: usize, key: &str, found: &mut Vec<Finding>) {
    found.push(Finding::error(
        "event-value",
        At::line(file, line),
        (format!("{key} 不合理"), format!("{key} makes no sense")),
        (
            "按 events/README.md 改",
            "correct it as events/README.md says",
        ),
    ));
}

fn texts(lines: &Lines) -> Vec<(&'static str, usize, &Text)> {
    let (service, stalls) = (files::EVENT_SERVICE, files::EVENT_STALLS);
    let (books, criteria) = (files::EVENT_BOOKS, files::EVENT_CRITERIA);
    let mut all = Vec::new();
    all.extend(
        lines
            .organisations
            .iter()
            .map(|k| (service, k.line, &k.value.name)),
    );
    all.extend(
        lines
            .events
            .iter()
            .map(|k| (service, k.line, &k.value.name)),
    );
    all.extend(lines.stalls.iter().map(|k| (stalls, k.line, &k.value.name)));
    all.extend(lines.rules.iter().map(|k| (stalls, k.line, &k.value.text)));
    all.extend(lines.formats.iter().map(|k| (books, k.line, &k.value.name)));
    all.extend(
        lines
            .conditions
            .iter()
            .map(|k| (books, k.line, &k.value.name)),
    );
    all.extend(
        lines
            .badges
            .iter()
            .map(|k| (criteria, k.line, &k.value.name)),
    );
    all.extend(
        lines
            .criteria
            .iter()
            .map(|k| (criteria, k.line, &k.value.text)),
    );
    all
}

fn words(file: &str, line: usize, text: &Text, found: &mut Vec<Finding>) {
    let missing: Vec<&str> = text.missing().into_iter().map(Lang::tag).collect();
    if missing.is_empty() {
        return;
    }
    let (missing, zh) = (missing.join(", "), &text.zh);
    found.push(Finding::warning(
        "translation",
        At::line(file, line),
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

/// What works and wants attention: one finding for all that nobody has decided.
pub(crate) fn warnings(files: &Files, events: &Events, found: &mut Vec<Finding>) {
    let criteria = events
        .criteria
        .iter()
        .any(|criterion| criterion.provisional);
    let first = [
        (files::EVENT_SERVICE, events.provisional),
        (files::EVENT_BOOKS, events.books.provisional),
        (files::EVENT_CRITERIA, criteria),
    ]
    .into_iter()
    .find_map(|(file, provisional)| provisional.then_some(file));
    let Some(file) = first else { return };
    found.push(Finding::warning(
        "event-provisional",
        At::line(file, files.line_of_key(file, 1, "provisional")),
        (
            "活动的限制、重量或评定标准还是提案",
            "limits, weights or criteria of events are a proposal",
        ),
        (
            "定下来后改成 provisional = false",
            "write provisional = false once they are decided",
        ),
    ));
}
