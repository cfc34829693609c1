//! Pickups by appointment as the pack gives them: what is collected, by whom, where, when and for how
//! much. A pack without the folder `pickups/` offers none.
//!
//! Prices, capacities, crews and firms are the pack's; a district replaces them before it goes live,
//! and `check-district` warns while it says `provisional`.

mod build;
mod check;
mod raw;

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Text;

pub(super) use build::assemble;
pub(super) use check::{errors, warnings};
pub(super) use raw::RawPickups;

/// Everything a pack says about pickups.
#[derive(Debug, Clone)]
pub struct Pickups {
    /// Prices, capacities and collectors are proposals that nobody has decided on.
    pub provisional: bool,
    /// How long a place is kept for whoever is filling in the form.
    pub hold: TimeDelta,
    /// How long a freed place is offered to the first who waits.
    pub offer: TimeDelta,
    /// The first and the last day that can be booked, counted from today.
    pub earliest_days: u32,
    pub latest_days: u32,
    pub cut_off: CutOff,
    pub morning: (NaiveTime, NaiveTime),
    pub afternoon: (NaiveTime, NaiveTime),
    /// Bookings one household may have open at a time, waiting ones included.
    pub open_per_household: u32,
    /// The window in which [`Item::per_household`] counts.
    pub household_window: TimeDelta,
    pub weight_tolerance: Tolerance,
    pub collectors: Vec<Collector>,
    pub zones: Vec<Zone>,
    pub templates: Vec<Template>,
    pub items: Vec<Item>,
}

/// Until `time` on the last working day but so many before the collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutOff {
    pub working_days: u32,
    pub time: NaiveTime,
}

/// Two weighings may differ by the larger of the two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    pub percent: f64,
    pub grams: i64,
}

/// Who collects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector {
    pub id: String,
    pub name: Text,
    pub kind: CollectorKind,
    /// What a firm must hold.
    pub licence: Option<Text>,
    /// The office whose handlers run its rounds.
    pub office: String,
    pub clause: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CollectorKind {
    /// The district's own crew.
    Crew,
    /// A licensed firm.
    Firm,
    /// An appliance shop's trade-in channel.
    Shop,
}

/// The townships that one round serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    pub id: String,
    pub name: Text,
    /// Codes.
    pub townships: Vec<String>,
}

/// The half of a day.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    sqlx::Type,
    ToSchema,
)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Half {
    /// Morning.
    Am,
    /// Afternoon.
    Pm,
}

impl Half {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Am => "am",
            Self::Pm => "pm",
        }
    }
}

/// A day on which a round runs, whatever the date.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RoundDay {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
    /// 调休上班: a weekend day that is worked.
    MakeUp,
}

impl RoundDay {
    pub fn of(weekday: chrono::Weekday) -> Self {
        match weekday {
            chrono::Weekday::Mon => Self::Mon,
            chrono::Weekday::Tue => Self::Tue,
            chrono::Weekday::Wed => Self::Wed,
            chrono::Weekday::Thu => Self::Thu,
            chrono::Weekday::Fri => Self::Fri,
            chrono::Weekday::Sat => Self::Sat,
            chrono::Weekday::Sun => Self::Sun,
        }
    }
}

/// A round that repeats: half a day of one collector in one zone, with room for so much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub id: String,
    pub collector: String,
    pub zone: String,
    pub days: BTreeSet<RoundDay>,
    pub half: Half,
    /// Most items of one half-day.
    pub items: u32,
    /// Most litres of one half-day.
    pub litres: u32,
}

/// Something that can be picked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: String,
    pub group: Group,
    pub name: Text,
    /// How to prepare it.
    pub prepare: Text,
    /// An emoji.
    pub icon: String,
    pub unit: Unit,
    /// The room one takes.
    pub litres: u32,
    pub per_booking: u32,
    /// In the household window.
    pub per_household: u32,
    /// Ids, the usual one first.
    pub collectors: Vec<String>,
    pub who: Vec<Party>,
    pub prices: Vec<Price>,
    /// One of the fourteen of the 废弃电器电子产品处理目录（2014年版）.
    pub statutory: bool,
    /// Every handover until treatment is weighed and signed.
    pub custody: bool,
    /// Handed over in person after inspection only.
    pub inspected: bool,
    pub clause: String,
}

/// What one costs from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    pub from: NaiveDate,
    /// Only with this collector.
    pub collector: Option<String>,
    /// Paid by the resident; negative: paid to them.
    pub fen: i64,
    /// For each floor above the first, without a lift.
    pub floor_fen: i64,
}

/// The kind of thing, for lists and figures.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    Appliances,
    Electronics,
    Furniture,
    Renovation,
    Battery,
    Textiles,
    Farm,
    Hazardous,
}

impl Group {
    pub const ALL: [Self; 8] = [
        Self::Appliances,
        Self::Electronics,
        Self::Furniture,
        Self::Renovation,
        Self::Battery,
        Self::Textiles,
        Self::Farm,
        Self::Hazardous,
    ];

    pub fn name(self) -> Text {
        match self {
            Self::Appliances => Text::new("大家电", "Large appliances", "대형 가전"),
            Self::Electronics => Text::new("电子产品", "Electronics", "전자제품"),
            Self::Furniture => Text::new("家具床垫", "Furniture and mattresses", "가구·매트리스"),
            Self::Renovation => Text::new("装修垃圾", "Renovation waste", "인테리어 폐기물"),
            Self::Battery => Text::new("电动车电池", "E-bike batteries", "전기자전거 배터리"),
            Self::Textiles => Text::new("旧衣物", "Textiles", "헌옷"),
            Self::Farm => Text::new(
                "农膜和农药包装",
                "Farm film and pesticide packaging",
                "농업용 비닐·농약 포장",
            ),
            Self::Hazardous => {
                Text::new("小微危险废物", "Small hazardous waste", "소량 유해폐기물")
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Piece,
    Bag,
    Drum,
    Box,
}

impl Unit {
    pub fn name(self) -> Text {
        match self {
            Self::Piece => Text::new("件", "piece", "개"),
            Self::Bag => Text::new("袋", "bag", "포대"),
            Self::Drum => Text::new("桶", "drum", "통"),
            Self::Box => Text::new("箱", "box", "상자"),
        }
    }
}

/// Who may book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum Party {
    Resident,
    Farmer,
    /// A school, clinic or small firm: 二（二）3.
    SmallSource,
}

impl Pickups {
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    pub fn collector(&self, id: &str) -> Option<&Collector> {
        self.collectors.iter().find(|collector| collector.id == id)
    }

    pub fn zone(&self, id: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.id == id)
    }

    /// The zone that a township belongs to.
    pub fn zone_of(&self, township: &str) -> Option<&Zone> {
        let holds = |zone: &&Zone| zone.townships.iter().any(|code| code == township);
        self.zones.iter().find(holds)
    }

    /// When a half-day begins and ends.
    pub fn hours(&self, half: Half) -> (NaiveTime, NaiveTime) {
        match half {
            Half::Am => self.morning,
            Half::Pm => self.afternoon,
        }
    }
}
