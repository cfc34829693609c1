//! The pack's files as they are written, with the line of every entry. Unknown fields are refused:
//! a misspelt field would otherwise be a rule that silently does nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use geo::MultiPolygon;
use geojson::{FeatureCollection, GeoJson};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::Text;
use super::calendar::DayKind;
use super::files::{self, Files, line_at};
use super::finding::{At, Finding};
use super::places::{Accuracy, Border, CommunityKind, Ground, TownshipKind};
use super::routing::Time;

/// An entry and the line on which it begins.
#[derive(Debug)]
pub(crate) struct Item<T> {
    pub line: usize,
    pub value: T,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDistrict {
    pub id: String,
    pub code: String,
    pub name: Text,
    pub plan: Text,
    pub map_approval_number: String,
    pub border_margin_m: f64,
    pub community_wins_within_m: f64,
    pub fallback_office: String,
    pub ground: RawGround,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawGround {
    pub urban_within_m_of_subdistrict_seat: f64,
    pub urban_within_m_of_town_seat: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficesFile {
    office: Vec<Spanned<RawOffice>>,
    /// Townships and neighbours by their official code.
    #[serde(default)]
    email_of: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawOffice {
    pub id: String,
    pub name: Text,
    pub short: Text,
    pub email: Option<String>,
    pub phone: Option<String>,
    #[serde(default = "yes")]
    pub receives_reports: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClausesFile {
    clause: Vec<Spanned<RawClause>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawClause {
    pub id: String,
    pub title: Text,
    pub offices: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoriesFile {
    category: Vec<Spanned<RawCategory>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCategory {
    pub id: String,
    pub name: Text,
    pub words: Text,
    pub icon: String,
    pub clause: String,
    #[serde(default)]
    pub urgent: bool,
    pub deadline_hours: u32,
    #[serde(default)]
    pub around_the_clock: bool,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub question: Vec<RawQuestion>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawQuestion {
    pub id: String,
    pub text: Text,
    pub options: Vec<RawOption>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawOption {
    pub id: String,
    pub text: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoutingFile {
    rule: Vec<Spanned<RawRule>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRule {
    pub id: String,
    pub category: Vec<String>,
    pub ground: Option<Ground>,
    pub border: Option<Vec<Border>>,
    #[serde(default)]
    pub township: Vec<String>,
    #[serde(default)]
    pub answers: std::collections::BTreeMap<String, Vec<String>>,
    pub time: Option<Time>,
    pub lead: String,
    pub assist: Vec<String>,
    #[serde(default)]
    pub alert: Vec<String>,
    pub clause: String,
    pub exception: Option<String>,
    #[serde(default)]
    pub precedes: Vec<String>,
    pub urgent: Option<bool>,
    pub deadline_hours: Option<u32>,
    pub around_the_clock: Option<bool>,
    pub reason: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCalendar {
    pub utc_offset: String,
    pub working_hours: Vec<String>,
    pub weekend: Vec<String>,
    pub covers_until: toml::value::Datetime,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDay {
    pub date: NaiveDate,
    pub kind: DayKind,
    pub name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTownship {
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub name_ko: String,
    pub kind: TownshipKind,
    pub accuracy: Accuracy,
    pub seat_lng: Option<f64>,
    pub seat_lat: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCommunity {
    pub code: String,
    pub township: String,
    pub name_zh: String,
    pub name_en: String,
    pub name_ko: String,
    pub kind: CommunityKind,
}

/// A feature of a GeoJSON file.
#[derive(Debug)]
pub(crate) struct RawArea {
    pub code: String,
    pub name: Text,
    pub accuracy: Option<String>,
    pub shape: MultiPolygon<f64>,
}

#[derive(Debug)]
pub(crate) struct Raw {
    pub district: RawDistrict,
    pub offices: Vec<Item<RawOffice>>,
    pub email_of: BTreeMap<String, String>,
    pub clauses: Vec<Item<RawClause>>,
    pub categories: Vec<Item<RawCategory>>,
    pub rules: Vec<Item<RawRule>>,
    pub calendar: RawCalendar,
    pub days: Vec<Item<RawDay>>,
    pub townships: Vec<Item<RawTownship>>,
    pub communities: Vec<Item<RawCommunity>>,
    pub outline: Item<RawArea>,
    pub areas: Vec<Item<RawArea>>,
    pub neighbours: Vec<Item<RawArea>>,
    pub pickups: Option<super::pickups::RawPickups>,
    pub market: Option<super::market::RawMarket>,
}

impl Raw {
    /// Parses every file, so that one run names the syntax errors of all of them.
    pub fn parse(files: &Files, found: &mut Vec<Finding>) -> Option<Self> {
        let district = parse_toml::<RawDistrict>(files, files::DISTRICT, found);
        let offices = parse_toml::<OfficesFile>(files, files::OFFICES, found);
        let clauses = parse_toml::<ClausesFile>(files, files::CLAUSES, found);
        let categories = parse_toml::<CategoriesFile>(files, files::CATEGORIES, found);
        let rules = parse_toml::<RoutingFile>(files, files::ROUTING, found);
        let calendar = parse_toml::<RawCalendar>(files, files::CALENDAR, found);
        let days = parse_csv(files, files::HOLIDAYS, found);
        let townships = parse_csv(files, files::TOWNSHIPS, found);
        let communities = parse_csv(files, files::COMMUNITIES, found);
        let outline = parse_geojson(files, files::OUTLINE, found);
        let areas = parse_geojson(files, files::AREAS, found);
        let neighbours = parse_geojson(files, files::NEIGHBOURS, found);
        let offices = offices?;
        Some(Self {
            district: district?,
            offices: items(files, files::OFFICES, offices.office),
            email_of: offices.email_of,
            clauses: items(files, files::CLAUSES, clauses?.clause),
            categories: items(files, files::CATEGORIES, categories?.category),
            rules: items(files, files::ROUTING, rules?.rule),
            calendar: calendar?,
            days: days?,
            townships: townships?,
            communities: communities?,
            outline: outline?.into_iter().next()?,
            areas: areas?,
            neighbours: neighbours?,
            pickups: None,
            market: None,
        })
    }
}

pub(crate) fn items<T>(files: &Files, name: &str, entries: Vec<Spanned<T>>) -> Vec<Item<T>> {
    let text = files.text(name);
    let item = |entry: Spanned<T>| Item {
        line: line_at(text, entry.span().start),
        value: entry.into_inner(),
    };
    entries.into_iter().map(item).collect()
}

/// The entries of a file that may be missing, each with its line.
pub(crate) fn parse_toml_items<T>(
    files: &Files,
    name: &str,
    entries: Option<Vec<Spanned<T>>>,
) -> Vec<Item<T>> {
    entries.map_or_else(Vec::new, |entries| items(files, name, entries))
}

fn syntax(file: &str, line: Option<usize>, why: &str) -> Finding {
    Finding::error(
        "syntax",
        At { file, line },
        (
            format!("读不懂：{why}"),
            format!("can't be understood: {why}"),
        ),
        (
            "按 README 里这个文件的写法改这一行",
            "correct this line as README.md shows for this file",
        ),
    )
}

pub(crate) fn parse_toml<T: DeserializeOwned>(
    files: &Files,
    name: &str,
    found: &mut Vec<Finding>,
) -> Option<T> {
    if !files.has(name) {
        return None;
    }
    let text = files.text(name);
    match toml::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            let line = error.span().map(|span| line_at(text, span.start));
            found.push(syntax(name, line, error.message()));
            None
        }
    }
}

pub(crate) fn parse_csv<T: DeserializeOwned>(
    files: &Files,
    name: &str,
    found: &mut Vec<Finding>,
) -> Option<Vec<Item<T>>> {
    if !files.has(name) {
        return None;
    }
    let before = found.len();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(files.text(name).as_bytes());
    let line_of = |line: Option<u64>| line.and_then(|line| usize::try_from(line).ok());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            found.push(syntax(name, Some(1), &error.to_string()));
            return None;
        }
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = line_of(error.position().map(csv::Position::line));
                found.push(syntax(name, line, &error.to_string()));
                continue;
            }
        };
        let line = line_of(record.position().map(csv::Position::line));
        match record.deserialize(Some(&headers)) {
            Ok(value) => rows.push(Item {
                line: line.unwrap_or_default(),
                value,
            }),
            Err(error) => found.push(syntax(name, line, &error.to_string())),
        }
    }
    (found.len() == before).then_some(rows)
}

fn parse_geojson(
    files: &Files,
    name: &str,
    found: &mut Vec<Finding>,
) -> Option<Vec<Item<RawArea>>> {
    if !files.has(name) {
        return None;
    }
    let text = files.text(name);
    // serde_json is asked first because it knows the line.
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        found.push(syntax(name, Some(error.line()), &error.to_string()));
        return None;
    }
    let collection = match text.parse::<GeoJson>() {
        Ok(json) => match FeatureCollection::try_from(json) {
            Ok(collection) => collection,
            Err(error) => {
                found.push(syntax(name, Some(1), &error.to_string()));
                return None;
            }
        },
        Err(error) => {
            found.push(syntax(name, Some(1), &error.to_string()));
            return None;
        }
    };
    let before = found.len();
    let mut areas = Vec::new();
    for feature in collection.features {
        let property = |key: &str| match feature.property(key) {
            Some(serde_json::Value::String(words)) => Some(words.clone()),
            Some(serde_json::Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let code = property("code")
            .or_else(|| property("adcode"))
            .unwrap_or_default();
        let line = files.line_with(name, &format!("\"{code}\"")).unwrap_or(1);
        let shape = to_shape(feature.geometry.as_ref());
        let name_zh = feature_name(&property);
        match shape {
            Ok(shape) => areas.push(Item {
                line,
                value: RawArea {
                    code,
                    name: name_zh,
                    accuracy: property("accuracy"),
                    shape,
                },
            }),
            Err(why) => found.push(syntax(name, Some(line), &why)),
        }
    }
    if name == files::OUTLINE && areas.len() != 1 {
        let why = "the outline must be exactly one Polygon or MultiPolygon";
        found.push(syntax(name, Some(1), why));
    }
    (found.len() == before).then_some(areas)
}

fn feature_name(property: &impl Fn(&str) -> Option<String>) -> Text {
    Text {
        zh: property("name_zh")
            .or_else(|| property("name"))
            .unwrap_or_default(),
        en: property("name_en"),
        ko: property("name_ko"),
    }
}

fn to_shape(geometry: Option<&geojson::Geometry>) -> Result<MultiPolygon<f64>, String> {
    let geometry = geometry.ok_or("geometry is missing")?;
    match geo::Geometry::try_from(geometry.clone()) {
        Ok(geo::Geometry::Polygon(polygon)) => Ok(MultiPolygon::new(vec![polygon])),
        Ok(geo::Geometry::MultiPolygon(shape)) => Ok(shape),
        Ok(_) => Err("geometry must be a Polygon or MultiPolygon".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
