//! The sorting files of a pack: parsed, joined, and checked row by row.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::super::files::{self, Files};
use super::super::finding::{At, Finding};
use super::super::geo::Point;
use super::super::raw::{Item, parse_csv, parse_toml, parse_toml_items};
use super::{
    Area, Bin, CollectionDay, DropPoint, Kind, Lead, Lexicon, Route, Ruling, Sorting, Subclass,
    Text, Thing,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKind {
    id: String,
    name: Text,
    category: Option<Bin>,
    subcategory: Option<Subclass>,
    route: Option<Route>,
    lead: Option<Lead>,
    why: Text,
    prepare: Text,
    goes_to: Text,
    source: String,
    effective: String,
    differs: Option<Text>,
    village: Option<RawVillage>,
}

/// The keys that change in a village. An empty `category` or `route` takes it away.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVillage {
    category: Option<String>,
    route: Option<String>,
    why: Option<Text>,
    prepare: Option<Text>,
    goes_to: Option<Text>,
    source: Option<String>,
    effective: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindsFile {
    #[serde(default)]
    kind: Vec<toml::Spanned<RawKind>>,
}

/// A row of a things file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawThing {
    name: String,
    kind: String,
    aliases: String,
    en: String,
    ko: String,
    emoji: String,
    note: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPoint {
    id: String,
    name_zh: String,
    name_en: String,
    name_ko: String,
    lng: f64,
    lat: f64,
    address_zh: String,
    hours_zh: String,
    hours_en: String,
    hours_ko: String,
    bins: String,
    kinds: String,
    provisional: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDay {
    bin: Bin,
    area: Area,
    when_zh: String,
    when_en: String,
    when_ko: String,
    provisional: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReviewed {
    name: String,
}

/// Splits a cell at `|`; blanks are left out.
pub(crate) fn cells(cell: &str) -> Vec<String> {
    cell.split('|')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(crate) fn load(files: &Files, found: &mut Vec<Finding>) -> Sorting {
    let mut sorting = Sorting::default();
    let mut kind_at = HashMap::new();
    for file in files::KINDS {
        let parsed = parse_toml::<KindsFile>(files, file, found);
        for item in parse_toml_items(files, file, parsed.map(|file| file.kind)) {
            kind(file, item, &mut sorting, &mut kind_at, found);
        }
    }
    let mut names = HashMap::new();
    for file in files::THINGS {
        for item in parse_csv::<RawThing>(files, file, found).unwrap_or_default() {
            thing(file, item, &kind_at, &mut names, &mut sorting, found);
        }
    }
    if let Some(lexicon) = parse_toml::<Lexicon>(files, files::LEXICON, found) {
        lexicon_kinds(files, &lexicon, &kind_at, found);
        sorting.lexicon = lexicon;
    }
    for item in parse_csv::<RawPoint>(files, files::POINTS, found).unwrap_or_default() {
        point(item, &kind_at, &mut sorting, found);
    }
    for item in parse_csv::<RawDay>(files, files::COLLECTION, found).unwrap_or_default() {
        let raw = item.value;
        sorting.collection.push(CollectionDay {
            bin: raw.bin,
            area: raw.area,
            when: Text::new(raw.when_zh, raw.when_en, raw.when_ko),
            provisional: raw.provisional,
        });
    }
    for item in parse_csv::<RawReviewed>(files, files::REVIEWED, found).unwrap_or_default() {
        sorting.reviewed.push(item.value.name);
    }
    sorting
}

fn kind(
    file: &'static str,
    item: Item<RawKind>,
    sorting: &mut Sorting,
    kind_at: &mut HashMap<String, usize>,
    found: &mut Vec<Finding>,
) {
    let (line, raw) = (item.line, item.value);
    let mut problem = |message: (String, String), remedy: (&str, &str)| {
        found.push(Finding::error(
            "sorting-kind",
            At::line(file, line),
            message,
            remedy,
        ));
    };
    if kind_at.contains_key(&raw.id) {
        return problem(
            (
                format!("种类 {} 写了两次", raw.id),
                format!("kind {} stands twice", raw.id),
            ),
            ("删去一个", "remove one"),
        );
    }
    let urban = Ruling {
        category: raw.category,
        subcategory: raw.subcategory,
        route: raw.route,
        why: raw.why,
        prepare: raw.prepare,
        goes_to: raw.goes_to,
        source: raw.source,
        effective: raw.effective,
    };
    let village = raw.village.map(|own| village(own, &urban));
    let village = match village.transpose() {
        Ok(village) => village,
        Err(word) => {
            return problem(
                (
                    format!("农村一栏的 {word} 不认识"),
                    format!("{word} is no category or route"),
                ),
                ("照 README 写", "write it as README.md shows"),
            );
        }
    };
    for ruling in [Some(&urban), village.as_ref()].into_iter().flatten() {
        if ruling.category.is_none() && ruling.route.is_none() {
            return problem(
                (
                    format!("种类 {} 没有桶也没有去路", raw.id),
                    format!("kind {} has neither a category nor a route", raw.id),
                ),
                ("写 category 或 route", "give a category or a route"),
            );
        }
        if ruling
            .subcategory
            .is_some_and(|sub| ruling.category != Some(sub.bin()))
        {
            return problem(
                (
                    format!("种类 {} 的小类不属于它的大类", raw.id),
                    format!(
                        "the sub-class of kind {} is not one of its category",
                        raw.id
                    ),
                ),
                (
                    "照 GB/T 19095-2019 表1 改",
                    "correct it after GB/T 19095-2019, table 1",
                ),
            );
        }
        if chrono::NaiveDate::parse_from_str(&ruling.effective, "%Y-%m-%d").is_err() {
            return problem(
                (
                    format!("生效日期 {} 不是日期", ruling.effective),
                    format!("{} is not a date", ruling.effective),
                ),
                ("写成 2019-12-01", "write it as 2019-12-01"),
            );
        }
    }
    kind_at.insert(raw.id.clone(), sorting.kinds.len());
    sorting.kinds.push(Kind {
        id: raw.id,
        name: raw.name,
        lead: raw.lead,
        differs: raw.differs,
        urban,
        village,
    });
}

fn village(own: RawVillage, urban: &Ruling) -> Result<Ruling, String> {
    fn named<T: serde::de::DeserializeOwned>(
        word: Option<&str>,
        otherwise: Option<T>,
    ) -> Result<Option<T>, String> {
        match word {
            None => Ok(otherwise),
            Some("") => Ok(None),
            Some(word) => serde_json::from_value(word.into())
                .map(Some)
                .map_err(|_| word.to_owned()),
        }
    }
    let category = named(own.category.as_deref(), urban.category)?;
    Ok(Ruling {
        category,
        subcategory: urban.subcategory.filter(|sub| category == Some(sub.bin())),
        route: named(own.route.as_deref(), urban.route)?,
        why: own.why.unwrap_or_else(|| urban.why.clone()),
        prepare: own.prepare.unwrap_or_else(|| urban.prepare.clone()),
        goes_to: own.goes_to.unwrap_or_else(|| urban.goes_to.clone()),
        source: own.source.unwrap_or_else(|| urban.source.clone()),
        effective: own.effective.unwrap_or_else(|| urban.effective.clone()),
    })
}

fn thing(
    file: &'static str,
    item: Item<RawThing>,
    kind_at: &HashMap<String, usize>,
    names: &mut HashMap<String, (&'static str, usize)>,
    sorting: &mut Sorting,
    found: &mut Vec<Finding>,
) {
    let (line, raw) = (item.line, item.value);
    if !kind_at.contains_key(&raw.kind) {
        found.push(Finding::error(
            "sorting-thing",
            At::line(file, line),
            (
                format!("{} 的种类 {} 不存在", raw.name, raw.kind),
                format!("{}: there is no kind {}", raw.name, raw.kind),
            ),
            (
                "改成 kinds 文件里有的种类",
                "name a kind of the kinds files",
            ),
        ));
        return;
    }
    let aliases = cells(&raw.aliases);
    for name in std::iter::once(&raw.name).chain(&aliases) {
        if let Some((other, at)) = names.insert(name.clone(), (file, line)) {
            found.push(Finding::error(
                "sorting-name",
                At::line(file, line),
                (
                    format!("名字“{name}”在 {other}:{at} 已经有了"),
                    format!("the name {name} already stands at {other}:{at}"),
                ),
                (
                    "删去一处，一个名字只能有一个答案",
                    "remove one: a name has one answer",
                ),
            ));
        }
    }
    sorting.things.push(Thing {
        id: Thing::id_of(&raw.name),
        name: raw.name,
        kind: raw.kind,
        aliases,
        en: cells(&raw.en),
        ko: cells(&raw.ko),
        emoji: (!raw.emoji.is_empty()).then_some(raw.emoji),
        note: (!raw.note.is_empty()).then_some(raw.note),
    });
}

/// Every kind that the lexicon leads to must be there: a rule to nowhere would do nothing.
fn lexicon_kinds(
    files: &Files,
    lexicon: &Lexicon,
    kind_at: &HashMap<String, usize>,
    found: &mut Vec<Finding>,
) {
    let turned = lexicon.state.iter().flat_map(|state| state.turns.iter());
    let named = turned
        .flat_map(|(from, to)| [from, to])
        .chain(lexicon.class_of_kind.keys())
        .chain(
            lexicon
                .head
                .iter()
                .flat_map(|head| head.of.iter().map(|(_, kind)| kind)),
        );
    let unknown: HashSet<&String> = named.filter(|kind| !kind_at.contains_key(*kind)).collect();
    for kind in unknown {
        let line = files.line_with(files::LEXICON, kind).unwrap_or(1);
        found.push(Finding::error(
            "sorting-lexicon",
            At::line(files::LEXICON, line),
            (
                format!("种类 {kind} 不存在"),
                format!("there is no kind {kind}"),
            ),
            (
                "改成 kinds 文件里有的种类",
                "name a kind of the kinds files",
            ),
        ));
    }
    let classes: HashSet<&String> = lexicon.class.keys().collect();
    let used = lexicon.class_of_kind.values().chain(
        lexicon
            .head
            .iter()
            .flat_map(|head| head.of.iter().map(|(class, _)| class)),
    );
    for class in used.filter(|class| *class != "*" && !classes.contains(class)) {
        let line = files.line_with(files::LEXICON, class).unwrap_or(1);
        found.push(Finding::error(
            "sorting-lexicon",
            At::line(files::LEXICON, line),
            (
                format!("词类 {class} 没有定义"),
                format!("the class {class} is not defined"),
            ),
            ("写进 [class]", "define it under [class]"),
        ));
    }
}

fn point(
    item: Item<RawPoint>,
    kind_at: &HashMap<String, usize>,
    sorting: &mut Sorting,
    found: &mut Vec<Finding>,
) {
    let (line, raw) = (item.line, item.value);
    let mut problem = |zh: String, en: String| {
        found.push(Finding::error(
            "sorting-point",
            At::line(files::POINTS, line),
            (zh, en),
            ("改这一行", "correct this row"),
        ));
    };
    let Ok(at) = Point::new(raw.lng, raw.lat) else {
        return problem(
            "坐标不在地球上".into(),
            "the coordinates are not on earth".into(),
        );
    };
    let mut bins = Vec::new();
    for word in cells(&raw.bins) {
        match serde_json::from_value::<Bin>(word.as_str().into()) {
            Ok(bin) => bins.push(bin),
            Err(_) => return problem(format!("{word} 不是类别"), format!("{word} is no category")),
        }
    }
    let kinds = cells(&raw.kinds);
    if let Some(kind) = kinds.iter().find(|kind| !kind_at.contains_key(*kind)) {
        return problem(
            format!("种类 {kind} 不存在"),
            format!("there is no kind {kind}"),
        );
    }
    sorting.points.push(DropPoint {
        id: raw.id,
        name: Text::new(raw.name_zh, raw.name_en, raw.name_ko),
        at,
        address: Text {
            zh: raw.address_zh,
            en: None,
            ko: None,
        },
        hours: Text::new(raw.hours_zh, raw.hours_en, raw.hours_ko),
        bins,
        kinds,
        provisional: raw.provisional,
    });
}

/// What a clerk should look at, though the pack works.
pub(crate) fn warnings(files: &Files, sorting: &Sorting, found: &mut Vec<Finding>) {
    let provisional = sorting
        .points
        .iter()
        .filter(|point| point.provisional)
        .count();
    if provisional > 0 {
        let line = files.line_with(files::POINTS, ",true").unwrap_or(1);
        found.push(Finding::warning(
            "sorting-points",
            At::line(files::POINTS, line),
            (
                format!("{provisional} 个投放点的位置和时间还没有人核实，页面上会注明"),
                format!("{provisional} drop-off points are not confirmed by anybody; pages say so"),
            ),
            (
                "核实后把 provisional 改成 false",
                "confirm place and hours and set provisional to false",
            ),
        ));
    }
    let untranslated = sorting
        .things
        .iter()
        .find(|thing| thing.en.is_empty() || thing.ko.is_empty());
    if let Some(thing) = untranslated {
        found.push(Finding::warning(
            "sorting-words",
            At::file(files::THINGS[0]),
            (
                format!("{} 等还没有英文或朝鲜文名", thing.name),
                format!(
                    "{} and perhaps others have no English or Korean name",
                    thing.name
                ),
            ),
            ("补上", "add them"),
        ));
    }
}
