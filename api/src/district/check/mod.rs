//! `wufei check-district`: everything about a pack that would hurt a resident or a clerk later.

mod lists;
mod rules;
mod shapes;

use std::path::Path;

use chrono::NaiveDate;

use super::Pack;
use super::build;
use super::events;
use super::figures;
use super::files::{self, Files};
use super::finding::{At, Finding, PackError};
use super::follow_up;
use super::market;
use super::pickups;
use super::raw::Raw;

/// So early the clerk is reminded to add the coming year: the State Council announces it in
/// November, two months ahead.
const CALENDAR_NOTICE_DAYS: i64 = 60;

/// Every finding about the pack in `dir`, errors first. `today` decides whether the calendar ends
/// soon. A pack without errors loads.
pub fn check(dir: &Path, today: NaiveDate) -> Vec<Finding> {
    let mut found = Vec::new();
    match Files::read(dir, &mut found) {
        Ok(files) => run(&files, today, &mut found),
        Err(PackError::Invalid(findings)) => found.extend(findings),
        Err(PackError::Unreadable { path, source }) => found.push(Finding::error(
            "folder",
            At::file(&path.display().to_string()),
            (
                format!("打不开文件夹：{source}"),
                format!("can't open the folder: {source}"),
            ),
            ("检查路径", "check the path"),
        )),
    }
    found.sort_by(|a, b| {
        (a.severity, &a.file, a.line, a.code).cmp(&(b.severity, &b.file, b.line, b.code))
    });
    found
}

fn run(files: &Files, today: NaiveDate, found: &mut Vec<Finding>) {
    let Some((raw, pack)) = build::assemble(files, found) else {
        return;
    };
    errors(files, &raw, &pack, found);
    lists::warnings(files, &raw, found);
    if let (Some(raw), Some(pickups)) = (&raw.pickups, pack.pickups()) {
        pickups::warnings(files, &pack, raw, pickups, found);
    }
    if let Some(raw) = &raw.market {
        market::warnings(files, raw, found);
    }
    if let Some(events) = pack.events() {
        events::warnings(files, events, found);
    }
    follow_up::warnings(files, pack.follow_up(), found);
    figures::warnings(files, pack.figures(), found);
    shapes::warnings(files, &raw, found);
    rules::overlaps(&raw, &pack, found);
    super::sorting::warnings(files, pack.sorting(), found);
    let ends = pack.calendar().covers_until();
    if (ends - today).num_days() < CALENDAR_NOTICE_DAYS {
        let line = files.line_of_key(files::CALENDAR, 1, "covers_until");
        found.push(Finding::warning(
            "calendar-ends",
            At::line(files::CALENDAR, line),
            (
                format!("假期日历只到 {ends}，之后只按周末算"),
                format!("the calendar ends on {ends}; after that only weekends count"),
            ),
            (
                "国务院公布后把下一年写进 holidays.csv，再改 covers_until",
                "when the State Council announces it, add the next year to holidays.csv and move covers_until",
            ),
        ));
    }
}

/// The checks whose findings keep a pack from loading.
pub(super) fn errors(files: &Files, raw: &Raw, pack: &Pack, found: &mut Vec<Finding>) {
    lists::errors(files, raw, found);
    shapes::errors(raw, pack, found);
    if let (Some(raw), Some(pickups)) = (&raw.pickups, pack.pickups()) {
        pickups::errors(files, raw, pickups, found);
    }
    if let Some(raw) = &raw.market {
        market::errors(files, pack, raw, found);
    }
    // Rules that refer to nothing were left out; their gaps would only repeat that.
    if pack.rules.len() == raw.rules.len() {
        rules::errors(files, raw, pack, found);
    }
}
