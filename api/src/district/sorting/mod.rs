//! The pack's sorting rules: things people throw away, the kind each belongs to, and the words that
//! help to understand a name nobody wrote down.
//!
//! The categories and their eleven sub-classes are those of GB/T 19095-2019. Where a route replaces
//! the bin (bulky waste, appliances, renovation waste, e-bike batteries), a kind has no category.

mod load;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Text;
use super::geo::Point;

pub(crate) use load::{cells, load, warnings};

/// The bin (GB/T 19095-2019, 4.1).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Bin {
    /// 可回收物
    Recyclable,
    /// 有害垃圾
    Hazardous,
    /// 厨余垃圾, 易腐垃圾 in villages
    Kitchen,
    /// 其他垃圾
    Other,
}

impl Bin {
    pub const ALL: [Self; 4] = [
        Self::Recyclable,
        Self::Hazardous,
        Self::Kitchen,
        Self::Other,
    ];
}

/// The sub-class (GB/T 19095-2019, table 1). 其他垃圾 has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subclass {
    /// 纸类
    Paper,
    /// 塑料
    Plastic,
    /// 金属
    Metal,
    /// 玻璃
    Glass,
    /// 织物
    Textile,
    /// 灯管
    Lamps,
    /// 家用化学品
    HouseholdChemicals,
    /// 电池
    Batteries,
    /// 家庭厨余垃圾
    HouseholdKitchen,
    /// 餐厨垃圾
    CateringKitchen,
    /// 其他厨余垃圾
    OtherKitchen,
}

impl Subclass {
    /// The category it is a sub-class of.
    pub fn bin(self) -> Bin {
        match self {
            Self::Paper | Self::Plastic | Self::Metal | Self::Glass | Self::Textile => {
                Bin::Recyclable
            }
            Self::Lamps | Self::HouseholdChemicals | Self::Batteries => Bin::Hazardous,
            Self::HouseholdKitchen | Self::CateringKitchen | Self::OtherKitchen => Bin::Kitchen,
        }
    }
}

/// A way other than the bin by the door.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Booked and fetched.
    Pickup,
    /// Carried to a point.
    DropOff,
    /// Licensed carriers, inspected handover, or another authority.
    Special,
}

/// Where the resident lives: the programme treats some waste differently in villages
/// (二（五）1, 二（六）4).
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
    sqlx::Type,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Area {
    #[default]
    Urban,
    Village,
}

impl Area {
    pub const ALL: [Self; 2] = [Self::Urban, Self::Village];
}

/// What else can be done with a kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lead {
    /// Often still good for somebody else.
    SecondHand,
}

/// The ruling on a kind of thing in one area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Bin>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subcategory: Option<Subclass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    /// The reason, in one sentence.
    pub why: Text,
    /// What to do with it before it is handed over.
    pub prepare: Text,
    /// The bin, point or treatment it goes to.
    pub goes_to: Text,
    /// The standard's class, the catalogue's code or the plan's clause.
    pub source: String,
    /// The day the source took effect, `YYYY-MM-DD`.
    pub effective: String,
}

/// Where a ruling ends: what two answers must share for it not to matter which of them is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    Bin(Bin),
    Route(Option<Route>),
}

impl Ruling {
    pub fn outcome(&self) -> Outcome {
        self.category
            .map_or(Outcome::Route(self.route), Outcome::Bin)
    }

    /// Whether a mistake about it would hurt somebody: hazardous waste, and what only licensed
    /// carriers or another authority may take.
    pub fn is_dangerous(&self) -> bool {
        match self.category {
            Some(bin) => bin == Bin::Hazardous,
            None => self.route == Some(Route::Special),
        }
    }
}

/// Things that share one ruling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kind {
    pub id: String,
    pub name: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<Lead>,
    /// Where authorities disagree: who says what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differs: Option<Text>,
    pub urban: Ruling,
    /// Only where the village differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub village: Option<Ruling>,
}

impl Kind {
    pub fn ruling(&self, area: Area) -> &Ruling {
        match area {
            Area::Urban => &self.urban,
            Area::Village => self.village.as_ref().unwrap_or(&self.urban),
        }
    }

    pub fn is_dangerous(&self) -> bool {
        self.urban.is_dangerous() || self.village.as_ref().is_some_and(Ruling::is_dangerous)
    }
}

/// A thing with every name people have for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// Stays when the name changes: links, flags and printed posters refer to it.
    pub id: String,
    pub name: String,
    pub kind: String,
    pub aliases: Vec<String>,
    /// English names, the usual one first.
    pub en: Vec<String>,
    pub ko: Vec<String>,
    pub emoji: Option<String>,
    /// What is particular about this thing within its kind, in Chinese.
    pub note: Option<String>,
}

impl Thing {
    /// The id a thing has unless it is given another: FNV-1a (32 bit) of its Chinese name, in
    /// base 36. The phone computes the same.
    pub fn id_of(name: &str) -> String {
        let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        let mut digits = Vec::new();
        let mut rest = hash;
        loop {
            digits.push(char::from_digit(rest % 36, 36).unwrap_or('0'));
            rest /= 36;
            if rest == 0 {
                break;
            }
        }
        digits.iter().rev().collect()
    }
}

/// A word for the state a thing is in, and what that does to its ruling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    pub id: String,
    /// Before the thing: 油污的.
    pub before: Vec<String>,
    /// After it: 碎了.
    pub after: Vec<String>,
    /// From the kind of the thing as such to its kind in this state.
    #[serde(default)]
    pub turns: BTreeMap<String, String>,
}

/// A head noun and the kinds it means, by what stands before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    pub words: Vec<String>,
    /// `[class, kind]`, the first whose class is named wins; `*` is any prefix.
    pub of: Vec<(String, String)>,
}

/// The words by which the look-up understands a name that is on no list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lexicon {
    /// 请问…, and …是什么垃圾: what surrounds the thing in a spoken question.
    pub ask_before: Vec<String>,
    pub ask_after: Vec<String>,
    /// Modifiers that say nothing about sorting.
    pub neutral: Vec<String>,
    pub state: Vec<State>,
    /// Material or content classes with their words.
    pub class: BTreeMap<String, Vec<String>>,
    /// The class that a thing of a kind lends to what is named after it: 苹果 in 苹果皮.
    pub class_of_kind: BTreeMap<String, String>,
    pub head: Vec<Head>,
    /// Further readings of a character, without tones.
    pub polyphones: BTreeMap<String, Vec<String>>,
    /// Characters that are mistaken for one another, a group to a string.
    pub lookalike: Vec<String>,
}

/// A place where residents bring things.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DropPoint {
    pub id: String,
    pub name: Text,
    pub at: Point,
    pub address: Text,
    /// In words, as they would be written on the door.
    pub hours: Text,
    /// Bins taken here.
    pub bins: Vec<Bin>,
    /// Kinds taken here besides.
    pub kinds: Vec<String>,
    /// Nobody on the ground has confirmed place and hours yet; the page says so.
    pub provisional: bool,
}

/// When something is collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionDay {
    pub bin: Bin,
    pub area: Area,
    pub when: Text,
    pub provisional: bool,
}

/// Everything the look-up knows from the pack.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sorting {
    pub kinds: Vec<Kind>,
    pub things: Vec<Thing>,
    pub lexicon: Lexicon,
    pub points: Vec<DropPoint>,
    pub collection: Vec<CollectionDay>,
    /// Names of things whose hazardous ruling a second person has gone over.
    pub reviewed: Vec<String>,
}
