//! Figures, targets and digests as the pack gives them. A pack without the folder `figures/` counts
//! with the defaults, has no targets and sends no digests.

mod check;

use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday};
use serde::Deserialize;
use toml::Spanned;

use super::files::{self, Files};
use super::finding::Finding;
use super::raw::{Item, items, parse_toml};
use super::{Pack, Text};
use crate::text_enum;

pub(super) use check::warnings;

#[derive(Debug, Clone)]
pub struct Figures {
    /// Times and limits are proposals that nobody has decided on.
    pub provisional: bool,
    /// Public figures over fewer cases are not shown.
    pub small_count: i64,
    /// Local time; none where no digests are sent.
    pub digest_time: Option<NaiveTime>,
    pub week_letter: Weekday,
    /// After the end of a quarter.
    pub due_days: u32,
    /// Before and after a quarter's figures are due.
    pub remind_days: u32,
    /// Points of a share.
    pub jump_points: i64,
    /// Month and day.
    pub summary_due: (u32, u32),
    pub effect: TimeDelta,
    pub targets: Vec<Target>,
    /// Parts of the programme's tasks, in its order.
    pub parts: Vec<Part>,
}

/// A part of the programme's tasks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// How the ids of its clauses begin, `二（一）`.
    pub id: String,
    pub name: Text,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            provisional: false,
            small_count: 5,
            digest_time: None,
            week_letter: Weekday::Mon,
            due_days: 15,
            remind_days: 7,
            jump_points: 30,
            summary_due: (10, 31),
            effect: TimeDelta::days(60),
            targets: Vec::new(),
            parts: Vec::new(),
        }
    }
}

text_enum! {
    /// Which side of a target is the good one.
    #[schema(as = TargetDirection)]
    Direction {
        AtLeast = "at_least",
        AtMost = "at_most",
    }
}

/// A share that the programme wants reached.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub id: String,
    pub clause: String,
    pub name: Text,
    pub numerator: Text,
    pub denominator: Text,
    /// Of both.
    pub unit: Text,
    pub direction: Direction,
    /// Of the denominator.
    pub percent: i64,
    /// The year by which.
    pub by: i32,
    /// Who answers for it.
    pub office: String,
    /// Every township enters its own part.
    #[serde(default)]
    pub townships: bool,
}

impl Figures {
    pub fn target(&self, id: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.id == id)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceFile {
    provisional: bool,
    small_count: i64,
    digest_time: String,
    week_letter: String,
    due_days: u32,
    remind_days: u32,
    jump_points: i64,
    summary_due: String,
    effect_days: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetFile {
    part: Vec<Part>,
    target: Vec<Spanned<Target>>,
}

/// The pack's figures; the defaults where the folder is absent or cannot be made sense of.
pub(super) fn assemble(files: &Files, pack: &Pack, found: &mut Vec<Finding>) -> Figures {
    let present = files::FIGURES.iter().filter(|name| files.has(name)).count();
    if present > 0 {
        for name in files::FIGURES.iter().filter(|name| !files.has(name)) {
            found.push(files::missing(name));
        }
    }
    let service = parse_toml::<ServiceFile>(files, files::FIGURE_SERVICE, found);
    let targets = parse_toml::<TargetFile>(files, files::FIGURE_TARGETS, found);
    let (Some(service), Some(targets)) = (service, targets) else {
        return Figures::default();
    };
    let parts = targets.part;
    let targets: Vec<Item<Target>> = items(files, files::FIGURE_TARGETS, targets.target);
    let default = Figures::default();
    let time = NaiveTime::parse_from_str(&service.digest_time, "%H:%M").ok();
    let week: Option<Weekday> = service.week_letter.parse().ok();
    // A leap year: the 29th of February would be a day.
    let due = NaiveDate::parse_from_str(&format!("2028-{}", service.summary_due), "%Y-%m-%d").ok();
    for (key, sound) in [
        ("digest_time", time.is_some()),
        ("week_letter", week.is_some()),
        ("summary_due", due.is_some()),
    ] {
        if !sound {
            check::number(files, key, found);
        }
    }
    let figures = Figures {
        provisional: service.provisional,
        small_count: service.small_count,
        digest_time: time,
        week_letter: week.unwrap_or(default.week_letter),
        due_days: service.due_days,
        remind_days: service.remind_days,
        jump_points: service.jump_points,
        summary_due: due.map_or(default.summary_due, |day| {
            (chrono::Datelike::month(&day), chrono::Datelike::day(&day))
        }),
        effect: TimeDelta::days(service.effect_days.into()),
        parts,
        targets: targets.iter().map(|item| item.value.clone()).collect(),
    };
    check::errors(files, pack, &targets, &figures, found);
    figures
}
