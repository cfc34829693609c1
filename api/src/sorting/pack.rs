//! The rule set as one compact file for the phone, in which the whole ladder works without a signal.

use std::collections::BTreeMap;
use std::io::Write;

use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::rules::Rules;
use crate::district::sorting::{
    Area, Bin, DropPoint, Kind, Lead, Lexicon, Route, Ruling, Subclass, Thing,
};
use crate::district::{Lang, Text};
use crate::shared::error::{Error, Result};
use crate::shared::hex::hex;

/// Changed whenever an older client could no longer read the file.
pub const FORMAT: u32 = 1;

/// Of 11: the last two levels take ten times as long for two per cent.
const BROTLI_QUALITY: i32 = 9;

/// The file, ready to be sent.
#[derive(Debug, Clone)]
pub struct Packed {
    pub json: Bytes,
    pub gzip: Bytes,
    pub brotli: Bytes,
    /// Strong, with its quotes.
    pub etag: String,
}

/// The whole rule set in one language, with what its look-up needs. Names are in every language;
/// lists of the same length belong together row by row.
#[derive(Debug, Serialize, ToSchema)]
pub struct SortingPack<'a> {
    format: u32,
    /// Of the last change by an editor.
    revision: i64,
    #[schema(value_type = String)]
    lang: Lang,
    kinds: Vec<PackedKind<'a>>,
    things: PackedThings<'a>,
    #[schema(value_type = Object)]
    lexicon: &'a Lexicon,
    /// Traditional and simplified characters by turns.
    traditional: String,
    /// From a reading without tone to the characters read so.
    readings: BTreeMap<&'a str, String>,
    /// Further readings of a character.
    further_readings: BTreeMap<char, &'a [String]>,
    points: Vec<PackedPoint<'a>>,
    collection: Vec<PackedDay<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct PackedKind<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<Lead>,
    #[serde(skip_serializing_if = "Option::is_none")]
    differs: Option<&'a str>,
    urban: PackedRuling<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    village: Option<PackedRuling<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dangerous: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct PackedRuling<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<Bin>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subcategory: Option<Subclass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<Route>,
    why: &'a str,
    prepare: &'a str,
    goes_to: &'a str,
    source: &'a str,
    effective: &'a str,
}

#[derive(Debug, Serialize, ToSchema)]
struct PackedThings<'a> {
    /// In Chinese.
    name: Vec<&'a str>,
    /// Position in `kinds`.
    kind: Vec<usize>,
    /// Further Chinese names between `|`.
    aliases: Vec<String>,
    /// English names between `|`, the usual one first.
    en: Vec<String>,
    ko: Vec<String>,
    emoji: Vec<&'a str>,
    note: Vec<&'a str>,
    /// Where it is not the one computed from the name.
    id: BTreeMap<usize, &'a str>,
}

#[derive(Debug, Serialize, ToSchema)]
struct PackedPoint<'a> {
    id: &'a str,
    name: &'a str,
    /// WGS-84, degrees.
    lng: f64,
    lat: f64,
    address: &'a str,
    hours: &'a str,
    bins: &'a [Bin],
    kinds: &'a [String],
    provisional: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct PackedDay<'a> {
    bin: Bin,
    area: Area,
    when: &'a str,
    provisional: bool,
}

/// # Errors
/// When the rule set does not serialise, which is a mistake of ours.
pub fn pack(rules: &Rules, lang: Lang) -> Result<Packed> {
    let json = serde_json::to_vec(&view(rules, lang)).map_err(Error::internal)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&json).map_err(Error::internal)?;
    let gzip = encoder.finish().map_err(Error::internal)?;
    let mut brotli = Vec::new();
    let settings = BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        size_hint: json.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut json.as_slice(), &mut brotli, &settings)
        .map_err(Error::internal)?;
    let digest = Sha256::digest(&json);
    Ok(Packed {
        etag: format!("\"{}\"", hex(digest.get(..12).unwrap_or_default())),
        json: json.into(),
        gzip: gzip.into(),
        brotli: brotli.into(),
    })
}

fn view(rules: &Rules, lang: Lang) -> SortingPack<'_> {
    let things = &rules.things;
    let mut readings: BTreeMap<&str, Vec<char>> = BTreeMap::new();
    let mut further_readings = BTreeMap::new();
    for (c, all) in &rules.readings {
        if let Some((usual, further)) = all.split_first() {
            readings.entry(usual).or_default().push(*c);
            if !further.is_empty() {
                further_readings.insert(*c, further);
            }
        }
    }
    let mut traditional: Vec<(char, char)> = rules
        .traditional
        .iter()
        .map(|(from, to)| (*from, *to))
        .collect();
    traditional.sort_unstable_by_key(|(from, to)| (*to, *from));
    let computed = |thing: &Thing| thing.id == Thing::id_of(&thing.name);
    SortingPack {
        format: FORMAT,
        revision: rules.revision,
        lang,
        kinds: rules
            .kinds
            .iter()
            .map(|kind| packed_kind(kind, lang))
            .collect(),
        things: PackedThings {
            name: things.iter().map(|thing| thing.name.as_str()).collect(),
            kind: things
                .iter()
                .filter_map(|thing| rules.kind_at.get(&thing.kind).copied())
                .collect(),
            aliases: things.iter().map(|thing| thing.aliases.join("|")).collect(),
            en: things.iter().map(|thing| thing.en.join("|")).collect(),
            ko: things.iter().map(|thing| thing.ko.join("|")).collect(),
            emoji: things
                .iter()
                .map(|thing| thing.emoji.as_deref().unwrap_or_default())
                .collect(),
            // Notes are in Chinese only.
            note: match lang {
                Lang::Zh => things
                    .iter()
                    .map(|thing| thing.note.as_deref().unwrap_or_default())
                    .collect(),
                Lang::En | Lang::Ko => Vec::new(),
            },
            id: things
                .iter()
                .enumerate()
                .filter(|(_, thing)| !computed(thing))
                .map(|(i, thing)| (i, thing.id.as_str()))
                .collect(),
        },
        lexicon: &rules.lexicon,
        traditional: traditional
            .into_iter()
            .flat_map(|(from, to)| [from, to])
            .collect(),
        readings: readings
            .into_iter()
            .map(|(reading, mut chars)| {
                chars.sort_unstable();
                (reading, chars.into_iter().collect())
            })
            .collect(),
        further_readings: further_readings.into_iter().collect(),
        points: rules
            .points
            .iter()
            .map(|point| packed_point(point, lang))
            .collect(),
        collection: rules
            .collection
            .iter()
            .map(|day| PackedDay {
                bin: day.bin,
                area: day.area,
                when: day.when.get(lang),
                provisional: day.provisional,
            })
            .collect(),
    }
}

fn packed_kind(kind: &Kind, lang: Lang) -> PackedKind<'_> {
    PackedKind {
        id: &kind.id,
        name: kind.name.get(lang),
        lead: kind.lead,
        differs: kind.differs.as_ref().map(|text: &Text| text.get(lang)),
        urban: packed_ruling(&kind.urban, lang),
        village: kind.village.as_ref().map(|own| packed_ruling(own, lang)),
        dangerous: kind.is_dangerous(),
    }
}

fn packed_ruling(ruling: &Ruling, lang: Lang) -> PackedRuling<'_> {
    PackedRuling {
        category: ruling.category,
        subcategory: ruling.subcategory,
        route: ruling.route,
        why: ruling.why.get(lang),
        prepare: ruling.prepare.get(lang),
        goes_to: ruling.goes_to.get(lang),
        source: &ruling.source,
        effective: &ruling.effective,
    }
}

fn packed_point(point: &DropPoint, lang: Lang) -> PackedPoint<'_> {
    PackedPoint {
        id: &point.id,
        name: point.name.get(lang),
        lng: point.at.lng(),
        lat: point.at.lat(),
        address: point.address.get(lang),
        hours: point.hours.get(lang),
        bins: &point.bins,
        kinds: &point.kinds,
        provisional: point.provisional,
    }
}
