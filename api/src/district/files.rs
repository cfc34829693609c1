//! The pack's files as text, from a folder or from the binary, and the lines things stand on.

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::finding::{At, Finding, PackError};

pub(crate) const DISTRICT: &str = "district.toml";
pub(crate) const OFFICES: &str = "offices.toml";
pub(crate) const CLAUSES: &str = "clauses.toml";
pub(crate) const CATEGORIES: &str = "categories.toml";
pub(crate) const ROUTING: &str = "routing.toml";
pub(crate) const CALENDAR: &str = "calendar.toml";
pub(crate) const FOLLOW_UP: &str = "follow_up.toml";
pub(crate) const HOLIDAYS: &str = "holidays.csv";
pub(crate) const TOWNSHIPS: &str = "townships.csv";
pub(crate) const COMMUNITIES: &str = "communities.csv";
pub(crate) const OUTLINE: &str = "outline.geojson";
pub(crate) const AREAS: &str = "areas.geojson";
pub(crate) const NEIGHBOURS: &str = "neighbours.geojson";
/// By what part of life the things belong to; one file of each sort for every part.
pub(crate) const KINDS: [&str; 5] = [
    "sorting/kinds-food.toml",
    "sorting/kinds-packaging.toml",
    "sorting/kinds-home.toml",
    "sorting/kinds-hazardous.toml",
    "sorting/kinds-outdoors.toml",
];
pub(crate) const THINGS: [&str; 5] = [
    "sorting/things-food.csv",
    "sorting/things-packaging.csv",
    "sorting/things-home.csv",
    "sorting/things-hazardous.csv",
    "sorting/things-outdoors.csv",
];
pub(crate) const LEXICON: &str = "sorting/lexicon.toml";
pub(crate) const POINTS: &str = "sorting/points.csv";
pub(crate) const COLLECTION: &str = "sorting/collection.csv";
pub(crate) const REVIEWED: &str = "sorting/reviewed.csv";
pub(crate) const MARKET_SERVICE: &str = "market/service.toml";
pub(crate) const MARKET_CATEGORIES: &str = "market/categories.toml";
pub(crate) const PICKUP_SERVICE: &str = "pickups/service.toml";
pub(crate) const PICKUP_TEMPLATES: &str = "pickups/templates.csv";
pub(crate) const PICKUP_CATALOGUE: &str = "pickups/catalogue.toml";
pub(crate) const EVENT_SERVICE: &str = "events/service.toml";
pub(crate) const EVENT_STALLS: &str = "events/stalls.toml";
pub(crate) const EVENT_BOOKS: &str = "events/books.toml";
pub(crate) const EVENT_CRITERIA: &str = "events/criteria.toml";
pub(crate) const FIGURE_SERVICE: &str = "figures/service.toml";
pub(crate) const FIGURE_TARGETS: &str = "figures/targets.toml";

/// By what the rules are about.
pub(crate) const MODERATION: [&str; 8] = [
    "moderation/shared.toml",
    "moderation/goods-danger.toml",
    "moderation/goods-health.toml",
    "moderation/goods-papers.toml",
    "moderation/personal.toml",
    "moderation/scams.toml",
    "moderation/speech.toml",
    "moderation/likeness.toml",
];

/// What the classifier learns from; without it words alone decide.
pub(crate) const EXAMPLES: &str = "moderation/examples.csv";

const ALL: [&str; 27] = [
    DISTRICT,
    OFFICES,
    CLAUSES,
    CATEGORIES,
    ROUTING,
    CALENDAR,
    FOLLOW_UP,
    HOLIDAYS,
    TOWNSHIPS,
    COMMUNITIES,
    OUTLINE,
    AREAS,
    NEIGHBOURS,
    KINDS[0],
    KINDS[1],
    KINDS[2],
    KINDS[3],
    KINDS[4],
    THINGS[0],
    THINGS[1],
    THINGS[2],
    THINGS[3],
    THINGS[4],
    LEXICON,
    POINTS,
    COLLECTION,
    REVIEWED,
];

/// The files of pickups: all of them, or none where the district offers none.
pub(crate) const PICKUPS: [&str; 3] = [PICKUP_SERVICE, PICKUP_TEMPLATES, PICKUP_CATALOGUE];
/// The files of events: all of them, or none.
pub(crate) const EVENTS: [&str; 4] = [EVENT_SERVICE, EVENT_STALLS, EVENT_BOOKS, EVENT_CRITERIA];

/// The files of figures: both, or none.
pub(crate) const FIGURES: [&str; 2] = [FIGURE_SERVICE, FIGURE_TARGETS];

/// The files of the second-hand market: both, or none where the district offers none.
pub(crate) const MARKET: [&str; 2] = [MARKET_SERVICE, MARKET_CATEGORIES];

pub(crate) static BUILTIN: Dir<'_> =
    include_dir!("$CARGO_MANIFEST_DIR/../infra/districts/jiangyuan");

#[derive(Debug, Default)]
pub(crate) struct Files {
    texts: BTreeMap<&'static str, String>,
}

impl Files {
    /// Missing files and files that aren't UTF-8 become findings; only a folder that can't be
    /// opened at all is an error.
    pub fn read(dir: &Path, found: &mut Vec<Finding>) -> Result<Self, PackError> {
        let unreadable = |source| PackError::Unreadable {
            path: dir.to_owned(),
            source,
        };
        std::fs::read_dir(dir).map_err(unreadable)?;
        Ok(Self::gather(
            |name| match std::fs::read(dir.join(name)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error.to_string()),
            },
            found,
        ))
    }

    pub fn builtin(found: &mut Vec<Finding>) -> Self {
        let get = |name: &str| Ok(BUILTIN.get_file(name).map(|file| file.contents().to_vec()));
        Self::gather(get, found)
    }

    fn gather(
        get: impl Fn(&str) -> Result<Option<Vec<u8>>, String>,
        found: &mut Vec<Finding>,
    ) -> Self {
        let mut files = Self::default();
        for name in ALL
            .into_iter()
            .chain(MODERATION)
            .chain(PICKUPS)
            .chain(MARKET)
            .chain(EVENTS)
            .chain([EXAMPLES])
            .chain(FIGURES)
        {
            let at = At::file(name);
            match get(name) {
                Ok(Some(bytes)) => match String::from_utf8(bytes) {
                    // Excel puts a byte-order mark before the first column's name.
                    Ok(text) => {
                        let text = text
                            .strip_prefix('\u{feff}')
                            .map_or(text.clone(), Into::into);
                        files.texts.insert(name, text);
                    }
                    Err(_) => found.push(Finding::error(
                        "not-utf8",
                        at,
                        ("文件不是 UTF-8 编码", "the file is not UTF-8"),
                        (
                            "另存为“CSV UTF-8”或 UTF-8 文本",
                            "save it as “CSV UTF-8” or UTF-8 text",
                        ),
                    )),
                },
                Ok(None)
                    if PICKUPS.contains(&name)
                        || MARKET.contains(&name)
                        || EVENTS.contains(&name)
                        || FIGURES.contains(&name)
                        || name == EXAMPLES => {}
                Ok(None) => found.push(missing(name)),
                Err(error) => found.push(Finding::error(
                    "file-unreadable",
                    at,
                    (
                        format!("读不了：{error}"),
                        format!("can't be read: {error}"),
                    ),
                    ("检查文件权限", "check the file's permissions"),
                )),
            }
        }
        files
    }

    /// Empty for a file that is missing, which is already a finding.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.texts.contains_key(name)
    }

    /// The first line that holds `needle`.
    pub fn line_with(&self, name: &str, needle: &str) -> Option<usize> {
        let mut lines = self.text(name).lines();
        lines.position(|line| line.contains(needle)).map(|i| i + 1)
    }

    /// The line of `key = …` in the TOML table that begins at `from`, or `from` itself.
    pub fn line_of_key(&self, name: &str, from: usize, key: &str) -> usize {
        let starts = |line: &str| {
            line.strip_prefix(key)
                .is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
        };
        for (i, line) in self
            .text(name)
            .lines()
            .enumerate()
            .skip(from.saturating_sub(1))
        {
            if i + 1 > from && line.trim_start().starts_with("[[") {
                break;
            }
            if starts(line.trim_start()) {
                return i + 1;
            }
        }
        from
    }
}

/// A file that must be there is not.
pub(crate) fn missing(name: &str) -> Finding {
    Finding::error(
        "file-missing",
        At::file(name),
        ("缺少这个文件", "the file is missing"),
        (
            "从内置的包里复制一份再改",
            "copy it from the built-in pack and edit it",
        ),
    )
}

/// The line of a byte offset, counted from 1.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.split('\n').count()
}
