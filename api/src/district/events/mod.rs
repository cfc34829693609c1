//! Organisations and events as the pack gives them: who approves whom, kinds of events, stalls and
//! their rules, what books weigh, and when a badge is earned. A pack without the folder `events/`
//! offers none.

mod check;

use chrono::TimeDelta;
use serde::Deserialize;
use toml::Spanned;

use super::files::{self, Files};
use super::finding::Finding;
use super::raw::{Item, items, parse_toml};
use super::{Pack, Text, township_office_id};
use crate::text_enum;

pub(super) use check::warnings;

/// The word for "the township it lies in" where an office is named.
const TOWNSHIP: &str = "township";

/// Everything a pack says about events.
#[derive(Debug, Clone)]
pub struct Events {
    /// Limits and prices are proposals that nobody has decided on.
    pub provisional: bool,
    /// IANA name of the district's time.
    pub timezone: String,
    pub invitation: TimeDelta,
    /// How long a freed stall is offered to the first who waits.
    pub offer: TimeDelta,
    pub stalls_per_person: u32,
    /// How far ahead occurrences are shown and booked.
    pub ahead: TimeDelta,
    /// How long after its day a device may hand in what it did.
    pub merge: TimeDelta,
    pub organisations: Vec<OrganisationKind>,
    pub events: Vec<EventKind>,
    /// The version of the rules that a stallholder accepts.
    pub rules_version: i64,
    pub stalls: Vec<StallKind>,
    pub rules: Vec<MarketRule>,
    pub books: Books,
    /// Over which badges are counted.
    pub window: TimeDelta,
    pub badges: Vec<Badge>,
    pub criteria: Vec<Criterion>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationKind {
    pub id: String,
    pub name: Text,
    /// Id of the office that approves, or `township`.
    office: String,
    pub badge: String,
    pub clause: String,
}

impl OrganisationKind {
    /// The office that decides about an organisation in a township.
    pub fn office(&self, township: &str) -> String {
        if self.office == TOWNSHIP {
            township_office_id(township)
        } else {
            self.office.clone()
        }
    }
}

text_enum! {
    /// What is done at an event.
    #[schema(as = EventActivity)]
    Activity {
        /// Books are brought, shelved and taken.
        Books = "books",
        /// There is a stall plan.
        Stalls = "stalls",
        /// Things are counted and weighed.
        Things = "things",
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventKind {
    pub id: String,
    pub name: Text,
    /// An emoji.
    pub icon: String,
    pub does: Vec<Activity>,
    pub clause: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StallKind {
    pub id: String,
    pub name: Text,
    pub fen: i64,
}

/// What a stallholder accepts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketRule {
    pub id: String,
    pub text: Text,
    pub source: Text,
}

#[derive(Debug, Clone)]
pub struct Books {
    pub provisional: bool,
    /// The format counted where none was chosen.
    pub unweighed: String,
    pub formats: Vec<BookFormat>,
    pub conditions: Vec<Condition>,
    /// What taking a book costs.
    pub take: i64,
    /// What a class may owe.
    pub owe: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookFormat {
    pub id: String,
    pub name: Text,
    pub grams: i64,
    pub source: Text,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub id: String,
    pub name: Text,
    /// For bringing a book in this condition.
    pub credits: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Badge {
    pub id: String,
    pub name: Text,
    pub source: Text,
}

text_enum! {
    /// What a criterion counts.
    #[schema(as = BadgeMetric)]
    Metric {
        /// Events held.
        Events = "events",
        People = "people",
        /// Books that found a new reader.
        Books = "books",
        Things = "things",
        Kg = "kg",
        /// Members of the organisation.
        Helpers = "helpers",
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub badge: String,
    pub metric: Metric,
    pub at_least: i64,
    #[serde(default)]
    pub provisional: bool,
    pub text: Text,
    pub source: Text,
}

impl Events {
    pub fn organisation(&self, id: &str) -> Option<&OrganisationKind> {
        self.organisations.iter().find(|kind| kind.id == id)
    }

    pub fn event(&self, id: &str) -> Option<&EventKind> {
        self.events.iter().find(|kind| kind.id == id)
    }

    pub fn stall(&self, id: &str) -> Option<&StallKind> {
        self.stalls.iter().find(|kind| kind.id == id)
    }

    pub fn badge(&self, id: &str) -> Option<&Badge> {
        self.badges.iter().find(|badge| badge.id == id)
    }

    pub fn criteria_of<'a>(&'a self, badge: &'a str) -> impl Iterator<Item = &'a Criterion> {
        self.criteria
            .iter()
            .filter(move |criterion| criterion.badge == badge)
    }
}

impl Books {
    pub fn condition(&self, id: &str) -> Option<&Condition> {
        self.conditions.iter().find(|condition| condition.id == id)
    }

    /// Grams counted for a book of a format, the ordinary one where it is unknown.
    pub fn grams(&self, format: Option<&str>) -> i64 {
        let of = |id: &str| self.formats.iter().find(|format| format.id == id);
        format
            .and_then(of)
            .or_else(|| of(&self.unweighed))
            .map_or(0, |format| format.grams)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceFile {
    provisional: bool,
    timezone: String,
    invitation_days: u32,
    offer_minutes: u32,
    stalls_per_person: u32,
    ahead_days: u32,
    merge_days: u32,
    organisation: Vec<Spanned<OrganisationKind>>,
    event: Vec<Spanned<EventKind>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StallFile {
    version: i64,
    stall: Vec<Spanned<StallKind>>,
    rule: Vec<Spanned<MarketRule>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BookFile {
    provisional: bool,
    unweighed: String,
    format: Vec<Spanned<BookFormat>>,
    credits: Credits,
    condition: Vec<Spanned<Condition>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Credits {
    take: i64,
    owe: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CriteriaFile {
    window_days: u32,
    badge: Vec<Spanned<Badge>>,
    criterion: Vec<Spanned<Criterion>>,
}

/// The four files with the lines of their entries.
struct Lines {
    organisations: Vec<Item<OrganisationKind>>,
    events: Vec<Item<EventKind>>,
    stalls: Vec<Item<StallKind>>,
    rules: Vec<Item<MarketRule>>,
    formats: Vec<Item<BookFormat>>,
    conditions: Vec<Item<Condition>>,
    badges: Vec<Item<Badge>>,
    criteria: Vec<Item<Criterion>>,
}

/// The pack's events; `None` where the folder is absent or cannot be made sense of.
pub(super) fn assemble(files: &Files, pack: &Pack, found: &mut Vec<Finding>) -> Option<Events> {
    let present = files::EVENTS.iter().filter(|name| files.has(name)).count();
    if present == 0 {
        return None;
    }
    if present < files::EVENTS.len() {
        for name in files::EVENTS.iter().filter(|name| !files.has(name)) {
            found.push(files::missing(name));
        }
        return None;
    }
    let service = parse_toml::<ServiceFile>(files, files::EVENT_SERVICE, found);
    let stalls = parse_toml::<StallFile>(files, files::EVENT_STALLS, found);
    let books = parse_toml::<BookFile>(files, files::EVENT_BOOKS, found);
    let criteria = parse_toml::<CriteriaFile>(files, files::EVENT_CRITERIA, found);
    let (service, stalls, books, criteria) = (service?, stalls?, books?, criteria?);
    let lines = Lines {
        organisations: items(files, files::EVENT_SERVICE, service.organisation),
        events: items(files, files::EVENT_SERVICE, service.event),
        stalls: items(files, files::EVENT_STALLS, stalls.stall),
        rules: items(files, files::EVENT_STALLS, stalls.rule),
        formats: items(files, files::EVENT_BOOKS, books.format),
        conditions: items(files, files::EVENT_BOOKS, books.condition),
        badges: items(files, files::EVENT_CRITERIA, criteria.badge),
        criteria: items(files, files::EVENT_CRITERIA, criteria.criterion),
    };
    let days = |days: u32| TimeDelta::days(days.into());
    let events = Events {
        provisional: service.provisional,
        timezone: service.timezone,
        invitation: days(service.invitation_days),
        offer: TimeDelta::minutes(service.offer_minutes.into()),
        stalls_per_person: service.stalls_per_person,
        ahead: days(service.ahead_days),
        merge: days(service.merge_days),
        organisations: values(&lines.organisations),
        events: values(&lines.events),
        rules_version: stalls.version,
        stalls: values(&lines.stalls),
        rules: values(&lines.rules),
        books: Books {
            provisional: books.provisional,
            unweighed: books.unweighed,
            formats: values(&lines.formats),
            conditions: values(&lines.conditions),
            take: books.credits.take,
            owe: books.credits.owe,
        },
        window: days(criteria.window_days),
        badges: values(&lines.badges),
        criteria: values(&lines.criteria),
    };
    check::errors(files, pack, &lines, &events, found);
    Some(events)
}

fn values<T: Clone>(items: &[Item<T>]) -> Vec<T> {
    items.iter().map(|item| item.value.clone()).collect()
}
