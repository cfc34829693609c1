//! The three files as they are written. Unknown fields are refused, as everywhere in the pack.

use serde::Deserialize;
use toml::Spanned;

use super::super::Text;
use super::super::files::{self, Files};
use super::super::finding::Finding;
use super::super::raw::{Item, items, parse_csv, parse_toml};
use super::{CollectorKind, Group, Half, Party, Unit};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawService {
    pub provisional: bool,
    pub hold_minutes: u32,
    pub offer_minutes: u32,
    pub earliest_days: u32,
    pub latest_days: u32,
    pub cut_off_working_days: u32,
    pub cut_off_time: String,
    pub morning: String,
    pub afternoon: String,
    pub open_per_household: u32,
    pub household_window_days: u32,
    pub weight_tolerance_percent: f64,
    pub weight_tolerance_kg: f64,
    pub collector: Vec<Spanned<RawCollector>>,
    pub zone: Vec<Spanned<RawZone>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCollector {
    pub id: String,
    pub name: Text,
    pub kind: CollectorKind,
    pub licence: Option<Text>,
    pub office: String,
    pub clause: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawZone {
    pub id: String,
    pub name: Text,
    pub townships: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTemplate {
    pub id: String,
    pub collector: String,
    pub zone: String,
    pub days: String,
    pub half: Half,
    pub items: u32,
    pub litres: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueFile {
    item: Vec<Spanned<RawItem>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawItem {
    pub id: String,
    pub group: Group,
    pub clause: String,
    pub icon: String,
    #[serde(default)]
    pub statutory: bool,
    pub name: Text,
    pub prepare: Text,
    pub unit: Unit,
    pub litres: u32,
    pub per_booking: u32,
    pub per_household: u32,
    pub collectors: Vec<String>,
    pub who: Vec<Party>,
    #[serde(default)]
    pub custody: bool,
    #[serde(default)]
    pub inspected: bool,
    pub price: Vec<RawPrice>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPrice {
    pub from: toml::value::Datetime,
    pub collector: Option<String>,
    pub fen: i64,
    #[serde(default)]
    pub floor_fen: i64,
}

#[derive(Debug)]
pub(crate) struct RawPickups {
    pub service: RawService,
    pub collectors: Vec<Item<RawCollector>>,
    pub zones: Vec<Item<RawZone>>,
    pub templates: Vec<Item<RawTemplate>>,
    pub items: Vec<Item<RawItem>>,
}

impl RawPickups {
    pub fn parse(files: &Files, found: &mut Vec<Finding>) -> Option<Self> {
        let service = parse_toml::<RawService>(files, files::PICKUP_SERVICE, found);
        let templates = parse_csv(files, files::PICKUP_TEMPLATES, found);
        let catalogue = parse_toml::<CatalogueFile>(files, files::PICKUP_CATALOGUE, found);
        let mut service = service?;
        let collectors = std::mem::take(&mut service.collector);
        let zones = std::mem::take(&mut service.zone);
        Some(Self {
            collectors: items(files, files::PICKUP_SERVICE, collectors),
            zones: items(files, files::PICKUP_SERVICE, zones),
            service,
            templates: templates?,
            items: items(files, files::PICKUP_CATALOGUE, catalogue?.item),
        })
    }
}
