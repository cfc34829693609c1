//! The rule set in force: the pack's rulings with the editors' changes on top, and the tables that
//! reading a query takes. Server and phone build their look-up from exactly this.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use encoding_rs::GBK;
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use pinyin::ToPinyin;

use super::search::Traditional;
use crate::district::sorting::{CollectionDay, DropPoint, Kind, Lexicon, Sorting, Thing};
use crate::shared::error::{Error, Result};

/// The rule set in force.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Of the last change by an editor; 0 while the pack stands unchanged.
    pub revision: i64,
    pub kinds: Vec<Kind>,
    pub kind_at: HashMap<String, usize>,
    pub things: Vec<Thing>,
    pub lexicon: Lexicon,
    pub points: Vec<DropPoint>,
    pub collection: Vec<CollectionDay>,
    pub traditional: Traditional,
    /// Readings without tones, ü as v, the usual one first.
    pub readings: HashMap<char, Vec<String>>,
}

/// A thing as an editor left it, or gone.
pub type Overlay = BTreeMap<String, Option<Thing>>;

impl Rules {
    /// # Errors
    /// When the dictionaries in the binary cannot be read, which is a mistake of ours.
    pub fn new(pack: &Sorting, overlay: &Overlay, revision: i64) -> Result<Self> {
        let mut things: Vec<Thing> = pack
            .things
            .iter()
            .filter_map(|thing| match overlay.get(&thing.id) {
                Some(changed) => changed.clone(),
                None => Some(thing.clone()),
            })
            .collect();
        let own: BTreeSet<&str> = pack.things.iter().map(|thing| thing.id.as_str()).collect();
        let added = overlay.iter().filter(|(id, _)| !own.contains(id.as_str()));
        things.extend(added.filter_map(|(_, thing)| thing.clone()));
        let kind_at: HashMap<String, usize> = pack
            .kinds
            .iter()
            .enumerate()
            .map(|(i, kind)| (kind.id.clone(), i))
            .collect();
        things.retain(|thing| kind_at.contains_key(&thing.kind));
        // Things of a kind have like names: side by side they make the phone's file a tenth smaller.
        things.sort_by_key(|thing| kind_at.get(&thing.kind).copied());

        let used = characters(&things, &pack.lexicon);
        let traditional = traditional(&used)?;
        let readings = readings(&used, &pack.lexicon);
        Ok(Self {
            revision,
            kinds: pack.kinds.clone(),
            kind_at,
            things,
            lexicon: pack.lexicon.clone(),
            points: pack.points.clone(),
            collection: pack.collection.clone(),
            traditional,
            readings,
        })
    }

    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.get(*self.kind_at.get(id)?)
    }

    pub fn thing(&self, id: &str) -> Option<&Thing> {
        self.things.iter().find(|thing| thing.id == id)
    }
}

/// Every Han character that a name or a word of the lexicon is written with.
fn characters(things: &[Thing], lexicon: &Lexicon) -> BTreeSet<char> {
    let names = things
        .iter()
        .flat_map(|thing| std::iter::once(&thing.name).chain(&thing.aliases));
    let states = lexicon
        .state
        .iter()
        .flat_map(|state| state.before.iter().chain(&state.after));
    names
        .chain(&lexicon.ask_before)
        .chain(&lexicon.ask_after)
        .chain(&lexicon.neutral)
        .chain(states)
        .chain(lexicon.class.values().flatten())
        .chain(lexicon.head.iter().flat_map(|head| &head.words))
        .flat_map(|word| word.chars())
        .filter(|c| is_han(*c))
        .collect()
}

pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

/// The table of `OpenCC`, cut to the characters that can lead to a name.
fn traditional(used: &BTreeSet<char>) -> Result<Traditional> {
    let opencc =
        OpenCC::from_config(BuiltinConfig::T2s).map_err(|e| Error::internal(e.to_string()))?;
    let mut table = Traditional::new();
    let mut buffer = [0; 4];
    for c in '\u{4e00}'..='\u{9fff}' {
        let converted = opencc.convert(c.encode_utf8(&mut buffer));
        let mut simplified = converted.chars();
        if let (Some(simple), None) = (simplified.next(), simplified.next())
            && simple != c
            && used.contains(&simple)
        {
            table.insert(c, simple);
        }
    }
    Ok(table)
}

/// Readings of the characters in use and of all that people commonly type: a homophone slip may
/// bring in any of them.
fn readings(used: &BTreeSet<char>, lexicon: &Lexicon) -> HashMap<char, Vec<String>> {
    let mut table = HashMap::new();
    for c in '\u{4e00}'..='\u{9fff}' {
        if !(used.contains(&c) || is_common(c)) {
            continue;
        }
        let Some(usual) = c.to_pinyin() else { continue };
        let usual = usual.plain().replace('ü', "v");
        let mut all = vec![usual];
        if let Some(further) = lexicon.polyphones.get(c.to_string().as_str()) {
            all.extend(further.iter().cloned());
        }
        // Keyboards differ over ü: lv and lu are both typed for it.
        for reading in all.clone() {
            if reading.starts_with("lv") || reading.starts_with("nv") {
                all.push(reading.replace('v', "u"));
            }
        }
        table.insert(c, all);
    }
    table
}

/// In the first level of GB 2312, the 3,755 characters that ordinary text keeps to.
fn is_common(c: char) -> bool {
    let text = c.to_string();
    let (bytes, _, unmappable) = GBK.encode(&text);
    !unmappable && matches!(*bytes, [0xb0..=0xd7, 0xa1..=0xfe])
}
