//! How a case is followed up: the time of every step, and who hears of it when a step is late.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::files::{self, Files, line_at};
use super::finding::{At, Finding};
use super::raw::parse_toml;
use super::{Category, Office, Text};

/// The longest that a step or a rung may take, in hours.
const MAX_HOURS: i64 = 400;

/// A length of time, by how the case's clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Working hours.
    pub hours: i64,
    /// Clock hours, for cases that run around the clock.
    pub urgent_hours: i64,
}

impl Hours {
    /// In minutes of the clock that the case runs by.
    pub fn minutes(self, around_the_clock: bool) -> i64 {
        60 * if around_the_clock {
            self.urgent_hours
        } else {
            self.hours
        }
    }
}

/// How long past its deadline a step is before each rung is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// 催办: those who are late are told.
    pub urge: Hours,
    /// 督办: the coordinators are told too.
    pub supervise: Hours,
    /// The head of the office is told.
    pub head: Hours,
    /// The district's lead is told.
    pub lead: Hours,
}

impl Ladder {
    pub fn rungs(self) -> [Hours; 4] {
        [self.urge, self.supervise, self.head, self.lead]
    }
}

/// The last to hear of a late case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadOffice {
    pub name: Text,
    pub email: String,
}

/// The steps of a category that have times of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Own {
    decide: Option<Hours>,
    accept: Option<Hours>,
    verify: Option<Hours>,
}

/// `follow_up.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// No decision of the district yet.
    pub provisional: bool,
    pub amber_percent: i64,
    /// Working hours a resident has to answer.
    pub answer_hours: i64,
    pub max_extensions: i64,
    pub after_photo_within_m: i64,
    pub witness_within_m: i64,
    pub witnesses_needed: i64,
    /// Working hours offices have for their opinion in a consultation, unless said otherwise.
    pub opinion_hours: i64,
    pub ladder: Ladder,
    pub lead_office: LeadOffice,
    decide: Hours,
    accept: Hours,
    verify: Hours,
    head_email: BTreeMap<String, String>,
    own: BTreeMap<String, Own>,
}

impl FollowUp {
    /// How long a coordinator has to say whose a returned case is.
    pub fn decide(&self, category: &str) -> Hours {
        self.own(category).decide.unwrap_or(self.decide)
    }

    /// How long an office has to accept a case or to say whose it is.
    pub fn accept(&self, category: &str) -> Hours {
        self.own(category).accept.unwrap_or(self.accept)
    }

    /// How long the others have to verify what was handled.
    pub fn verify(&self, category: &str) -> Hours {
        self.own(category).verify.unwrap_or(self.verify)
    }

    /// The address of an office's head, where it has one of its own.
    pub fn head_email(&self, office: &str) -> Option<&str> {
        self.head_email.get(office).map(String::as_str)
    }

    fn own(&self, category: &str) -> Own {
        self.own.get(category).copied().unwrap_or_default()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    provisional: bool,
    amber_percent: i64,
    answer_hours: i64,
    max_extensions: i64,
    after_photo_within_m: i64,
    witness_within_m: i64,
    witnesses_needed: i64,
    opinion_hours: i64,
    decide: Hours,
    accept: Hours,
    verify: Hours,
    ladder: Ladder,
    lead_office: LeadOffice,
    #[serde(default)]
    head_email: BTreeMap<String, String>,
    #[serde(default)]
    category: Vec<Spanned<OfCategory>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfCategory {
    id: String,
    decide: Option<Hours>,
    accept: Option<Hours>,
    verify: Option<Hours>,
}

/// `None`, with findings, where the file cannot be used.
pub(crate) fn load(
    files: &Files,
    categories: &[Category],
    offices: &[&Office],
    found: &mut Vec<Finding>,
) -> Option<FollowUp> {
    let file: File = parse_toml(files, files::FOLLOW_UP, found)?;
    let before = found.iter().filter(|finding| finding.is_error()).count();
    check_numbers(files, &file, found);
    check_ladder(files, file.ladder, found);
    for office in file.head_email.keys() {
        if !offices.iter().any(|known| known.id == *office) {
            unknown(files, office, found);
        }
    }
    let mut own = BTreeMap::new();
    for entry in file.category {
        let line = line_at(files.text(files::FOLLOW_UP), entry.span().start);
        let entry = entry.into_inner();
        if !categories.iter().any(|known| known.id == entry.id) {
            found.push(Finding::error(
                "follow-up",
                At::line(files::FOLLOW_UP, line),
                (
                    format!("没有“{}”这个类别", entry.id),
                    format!("there is no category “{}”", entry.id),
                ),
                ("写 categories.toml 里的 id", "use an id of categories.toml"),
            ));
        }
        own.insert(
            entry.id,
            Own {
                decide: entry.decide,
                accept: entry.accept,
                verify: entry.verify,
            },
        );
    }
    let after = found.iter().filter(|finding| finding.is_error()).count();
    (after == before).then_some(FollowUp {
        provisional: file.provisional,
        amber_percent: file.amber_percent,
        answer_hours: file.answer_hours,
        max_extensions: file.max_extensions,
        after_photo_within_m: file.after_photo_within_m,
        witness_within_m: file.witness_within_m,
        witnesses_needed: file.witnesses_needed,
        opinion_hours: file.opinion_hours,
        ladder: file.ladder,
        lead_office: file.lead_office,
        decide: file.decide,
        accept: file.accept,
        verify: file.verify,
        head_email: file.head_email,
        own,
    })
}

fn check_numbers(files: &Files, file: &File, found: &mut Vec<Finding>) {
    let own = file.category.iter().map(Spanned::get_ref);
    let steps = [file.decide, file.accept, file.verify]
        .into_iter()
        .chain(own.flat_map(|own| [own.decide, own.accept, own.verify].into_iter().flatten()));
    for step in steps.flat_map(|step| [step.hours, step.urgent_hours]) {
        within("hours", step, 1..=MAX_HOURS, files, found);
    }
    for (key, value, range) in [
        ("amber_percent", file.amber_percent, 0..=90),
        ("answer_hours", file.answer_hours, 1..=MAX_HOURS),
        ("max_extensions", file.max_extensions, 0..=10),
        ("after_photo_within_m", file.after_photo_within_m, 20..=5000),
        ("witness_within_m", file.witness_within_m, 20..=5000),
        ("witnesses_needed", file.witnesses_needed, 2..=20),
        ("opinion_hours", file.opinion_hours, 1..=MAX_HOURS),
    ] {
        within(key, value, range, files, found);
    }
    for rung in file.ladder.rungs() {
        for hours in [rung.hours, rung.urgent_hours] {
            within("ladder", hours, 0..=MAX_HOURS, files, found);
        }
    }
}

fn within(
    key: &str,
    value: i64,
    range: std::ops::RangeInclusive<i64>,
    files: &Files,
    found: &mut Vec<Finding>,
) {
    if !range.contains(&value) {
        let (low, high) = (range.start(), range.end());
        found.push(Finding::error(
            "follow-up",
            at_key(files, key),
            (
                format!("{key} 是 {value}，须在 {low} 到 {high} 之间"),
                format!("{key} is {value}; it must be {low} to {high}"),
            ),
            ("改成范围内的数", "write a number of that range"),
        ));
    }
}

fn check_ladder(files: &Files, ladder: Ladder, found: &mut Vec<Finding>) {
    let rises = ladder
        .rungs()
        .windows(2)
        .all(|pair| pair[0].hours < pair[1].hours && pair[0].urgent_hours < pair[1].urgent_hours);
    if !rises {
        found.push(Finding::error(
            "follow-up",
            at_key(files, "[ladder]"),
            (
                "催办、督办、主要负责人、领导小组的时间须一级比一级长",
                "each rung of the ladder must come later than the one below it",
            ),
            ("从上到下写递增的小时数", "write rising hours"),
        ));
    }
}

fn unknown(files: &Files, office: &str, found: &mut Vec<Finding>) {
    found.push(Finding::error(
        "follow-up",
        at_key(files, office),
        (
            format!("没有“{office}”这个部门"),
            format!("there is no office “{office}”"),
        ),
        ("写 offices.toml 里的 id", "use an id of offices.toml"),
    ));
}

fn at_key(files: &Files, key: &str) -> At<'static> {
    files
        .line_with(files::FOLLOW_UP, key)
        .map_or(At::file(files::FOLLOW_UP), |line| {
            At::line(files::FOLLOW_UP, line)
        })
}

/// What a clerk should settle before the pack is used in earnest.
pub(crate) fn warnings(files: &Files, follow_up: &FollowUp, found: &mut Vec<Finding>) {
    if follow_up.provisional {
        found.push(Finding::warning(
            "follow-up-provisional",
            at_key(files, "provisional"),
            (
                "各环节的时限和催办、督办的层级还只是建议，没有经区里确定",
                "the times of the steps and of the ladder are a proposal, not a decision of the district",
            ),
            (
                "定下来后改成 provisional = false",
                "write provisional = false once they are decided",
            ),
        ));
    }
}
