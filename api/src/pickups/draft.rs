//! What a resident sends, checked field by field at the door.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::Day;
use super::model::BookedItem;
use super::price::{Bill, Line, SetPrice, floors, unit_price};
use super::slots::{Room, SlotKey};
use crate::app::App;
use crate::district::pickups::{Item, Party, Pickups};
use crate::district::{Lang, Pack};
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::geo::{Datum, Point};
use crate::shared::id::PhotoId;
use crate::shared::message::Message;
use crate::shared::money::Money;
use crate::shared::phone::Phone;
use crate::shared::photos::MAX_PER_REPORT;
use crate::shared::words::tidy;

const MAX_LINES: usize = 20;
const MAX_ADDRESS: usize = 120;
const MAX_NOTE: usize = 300;
const MAX_NAME: usize = 40;
/// Higher than any building of the district, and a slip of the pen beyond.
const FLOORS: std::ops::RangeInclusive<i64> = -3..=60;

/// So many of one item.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Id of an item of the catalogue.
    pub item: String,
    /// At least 1, at most the item's limit per booking.
    pub count: u32,
}

/// How to reach whoever books.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    /// 1 to 40 characters.
    pub name: String,
    /// Called when nobody opens.
    pub phone: String,
    /// Letters go here at every change, and reminders.
    #[serde(default)]
    pub email: Option<String>,
}

/// Where things are picked up.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlace {
    /// Code of the township.
    pub township: String,
    /// Code of the community or village.
    #[serde(default)]
    pub community: Option<String>,
    /// Building, unit and door, `福源小区3号楼2单元501室`; 2 to 120 characters.
    pub address: String,
    /// 1 is the ground floor; -3 to 60.
    #[serde(default = "ground_floor")]
    pub floor: i64,
    /// Whether there is a lift; without one, floors above the first may cost more.
    #[serde(default)]
    pub lift: bool,
    /// For the crew's route, with `lat`; optional.
    #[serde(default)]
    pub lng: Option<f64>,
    #[serde(default)]
    pub lat: Option<f64>,
    #[serde(default)]
    pub datum: Datum,
}

fn ground_floor() -> i64 {
    1
}

/// A contact that was checked.
#[derive(Clone, Debug)]
pub struct Contact {
    pub name: String,
    pub phone: Phone,
    pub email: Option<String>,
}

/// A place that was checked.
#[derive(Clone, Debug)]
pub struct Place {
    pub township: String,
    pub community: Option<String>,
    pub address: String,
    pub floor: i64,
    pub lift: bool,
    pub point: Option<Point>,
}

type Errors = Vec<(String, Message)>;

/// The items of a booking, each known, allowed to this party, and within its limit.
///
/// # Errors
/// 422 naming every line at fault, or `items` where no collector takes them all.
pub fn lines<'a>(
    pickups: &'a Pickups,
    wanted: &[Wanted],
    party: Party,
) -> Result<Vec<(&'a Item, u32)>> {
    let mut errors = Errors::new();
    if wanted.is_empty() || wanted.len() > MAX_LINES {
        errors.push((
            "items".into(),
            message!(
                "请选 1 到 20 种物品。",
                "Choose 1 to 20 kinds of items.",
                "1~20가지 품목을 선택해 주세요."
            ),
        ));
    }
    let mut seen = BTreeSet::new();
    let mut lines = Vec::new();
    for (at, one) in wanted.iter().enumerate().take(MAX_LINES) {
        let Some(item) = pickups.item(&one.item).filter(|_| seen.insert(&one.item)) else {
            errors.push((
                format!("items[{at}].item"),
                message!(
                    "目录里没有这种物品，或写了两次。",
                    "The catalogue has no such item, or it is named twice.",
                    "목록에 없는 품목이거나 두 번 적었습니다."
                ),
            ));
            continue;
        };
        if !item.who.contains(&party) {
            errors.push((
                format!("items[{at}].item"),
                message!(
                    "这种物品不对您这类用户开放预约。",
                    "This item cannot be booked by this kind of user.",
                    "이 품목은 해당 이용자 유형이 예약할 수 없습니다."
                ),
            ));
        }
        let most = item.per_booking;
        if !(1..=most).contains(&one.count) {
            errors.push((
                format!("items[{at}].count"),
                message!(
                    "每次预约 1 到 {most} 个。",
                    "Between 1 and {most} for each booking.",
                    "한 번에 1~{most}개까지 예약할 수 있습니다."
                ),
            ));
        }
        lines.push((item, one.count));
    }
    if errors.is_empty() && common_collectors(&lines).is_empty() {
        errors.push((
            "items".into(),
            message!(
                "这些物品由不同单位收运，请分开预约。",
                "These are collected by different parties: please book them separately.",
                "수거 업체가 서로 다릅니다. 따로 예약해 주세요."
            ),
        ));
    }
    if errors.is_empty() {
        Ok(lines)
    } else {
        Err(Error::Invalid(errors))
    }
}

/// The collectors that take every one of some items, the usual one first.
pub fn common_collectors<'a>(lines: &[(&'a Item, u32)]) -> Vec<&'a str> {
    let Some(((first, _), rest)) = lines.split_first() else {
        return Vec::new();
    };
    first
        .collectors
        .iter()
        .filter(|id| rest.iter().all(|(item, _)| item.collectors.contains(id)))
        .map(String::as_str)
        .collect()
}

/// The room that some items take.
pub fn room_of(lines: &[(&Item, u32)]) -> Room {
    lines
        .iter()
        .fold(Room::default(), |room, (item, count)| Room {
            items: room.items + i64::from(*count),
            litres: room.litres + i64::from(item.litres) * i64::from(*count),
        })
}

/// The items with their prices on the day of collection.
pub fn priced(
    lines: &[(&Item, u32)],
    set: &[SetPrice],
    collector: &str,
    day: Day,
    floor: i64,
    lift: bool,
) -> Vec<BookedItem> {
    lines
        .iter()
        .map(|(item, count)| {
            let unit = unit_price(item, set, collector, day);
            BookedItem {
                item: item.id.clone(),
                quantity: i64::from(*count),
                taken: None,
                unit_fen: unit.price,
                floor_fen: unit.per_floor * floors(floor, lift),
                extra: false,
            }
        })
        .collect()
}

/// What some items cost together.
pub fn total(items: &[BookedItem]) -> Money {
    items.iter().map(BookedItem::total).sum()
}

/// The bill for a resident to read.
pub fn bill(pickups: &Pickups, items: &[BookedItem], lang: Lang) -> Bill {
    Bill {
        lines: items
            .iter()
            .map(|line| Line {
                item: line.item.clone(),
                name: pickups
                    .item(&line.item)
                    .map_or(line.item.as_str(), |item| item.name.get(lang))
                    .to_owned(),
                count: u32::try_from(line.taken.unwrap_or(line.quantity)).unwrap_or(0),
                unit_fen: line.unit_fen,
                floor_fen: line.floor_fen,
                total_fen: line.total(),
            })
            .collect(),
        total_fen: total(items),
        provisional: pickups.provisional,
    }
}

/// The half-day that a booking asks for.
///
/// # Errors
/// 422 naming `slot` when it is none, or one whose collector does not take the items, or one of
/// another zone than the township's.
pub fn slot(
    pickups: &Pickups,
    name: &str,
    lines: &[(&Item, u32)],
    township: &str,
) -> Result<SlotKey> {
    let wrong = |message| Err(Error::field("slot", message));
    let Ok(key) = name.parse::<SlotKey>() else {
        return wrong(message!(
            "没有这个时段，请重新选择。",
            "There is no such half-day: please choose again.",
            "이 시간대가 없습니다. 다시 선택해 주세요."
        ));
    };
    if !common_collectors(lines).contains(&key.collector.as_str()) {
        return wrong(message!(
            "这个时段的收运单位不收所选物品。",
            "The collector of this half-day does not take these items.",
            "이 시간대의 수거 업체는 선택한 품목을 수거하지 않습니다."
        ));
    }
    if pickups
        .zone_of(township)
        .is_none_or(|zone| zone.id != key.zone)
    {
        return wrong(message!(
            "这个时段不在您所在的片区，请重新选择。",
            "This half-day is in another part of the district: please choose again.",
            "다른 구역의 시간대입니다. 다시 선택해 주세요."
        ));
    }
    Ok(key)
}

/// Checks a contact, naming its fields below `contact`.
pub fn contact(new: &NewContact, errors: &mut Errors) -> Option<Contact> {
    let name = tidy(&new.name);
    if name.is_empty() || name.chars().count() > MAX_NAME {
        errors.push((
            "contact.name".into(),
            message!(
                "请填写称呼，最多 40 个字。",
                "Give a name of at most 40 characters.",
                "이름을 40자 이내로 적어 주세요."
            ),
        ));
    }
    let phone = new.phone.parse::<Phone>();
    if phone.is_err() {
        errors.push(("contact.phone".into(), not_a_phone()));
    }
    let email = match email(new.email.as_deref()) {
        Ok(email) => email,
        Err(message) => {
            errors.push(("contact.email".into(), message));
            None
        }
    };
    Some(Contact {
        name,
        phone: phone.ok()?,
        email,
    })
}

pub fn not_a_phone() -> Message {
    message!(
        "电话号码格式不对，例如 13812345678 或 0439-3725000。",
        "This is not a phone number.",
        "전화번호 형식이 잘못되었습니다."
    )
}

/// An e-mail address, or none.
pub fn email(text: Option<&str>) -> Result<Option<String>, Message> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.len() > 254 || text.parse::<lettre::Address>().is_err() {
        return Err(message!(
            "邮箱地址格式不对。",
            "This is not an e-mail address.",
            "이메일 주소 형식이 잘못되었습니다."
        ));
    }
    Ok(Some(text.to_owned()))
}

/// Checks a place of the district.
pub fn place(pack: &Pack, new: &NewPlace, errors: &mut Errors) -> Option<Place> {
    let before = errors.len();
    if pack.township(&new.township).is_none() {
        errors.push((
            "township".into(),
            message!(
                "没有这个镇（街）。",
                "There is no such township.",
                "이러한 읍·면·가두가 없습니다."
            ),
        ));
    }
    let community = new.community.clone().filter(|code| !code.is_empty());
    if let Some(code) = &community
        && pack
            .community(code)
            .is_none_or(|(township, _)| township.code != new.township)
    {
        errors.push((
            "community".into(),
            message!(
                "这个镇（街）没有这个村（社区）。",
                "This township has no such community or village.",
                "해당 읍·면에 이 마을(사회구역)이 없습니다."
            ),
        ));
    }
    let address = tidy(&new.address).replace('\n', " ");
    if !(2..=MAX_ADDRESS).contains(&address.chars().count()) {
        errors.push((
            "address".into(),
            message!(
                "请写清楼栋、单元和门牌，2 到 120 字。",
                "Give building, unit and door in 2 to 120 characters.",
                "동·호수를 2~120자로 적어 주세요."
            ),
        ));
    }
    if !FLOORS.contains(&new.floor) {
        errors.push((
            "floor".into(),
            message!(
                "楼层在 -3 到 60 之间。",
                "Between -3 and 60.",
                "층은 -3에서 60 사이여야 합니다."
            ),
        ));
    }
    let point = match (new.lng, new.lat) {
        (None, None) => None,
        (Some(lng), Some(lat)) => Point::from_datum(lng, lat, new.datum)
            .ok()
            .filter(|point| pack.bbox().contains(*point))
            .or_else(|| {
                errors.push(("lng".into(), not_here()));
                None
            }),
        _ => {
            errors.push(("lng".into(), not_here()));
            None
        }
    };
    (errors.len() == before).then_some(Place {
        township: new.township.clone(),
        community,
        address,
        floor: new.floor,
        lift: new.lift,
        point,
    })
}

fn not_here() -> Message {
    message!(
        "坐标不在本区内。可以不填。",
        "These are no coordinates in the district. They may be left out.",
        "지역 안의 좌표가 아닙니다. 비워 두어도 됩니다."
    )
}

/// A note of at most 300 characters.
pub fn note(text: Option<&str>, errors: &mut Errors) -> String {
    let note = tidy(text.unwrap_or_default());
    if note.chars().count() > MAX_NOTE {
        errors.push((
            "note".into(),
            message!(
                "备注最多 300 字。",
                "At most 300 characters.",
                "메모는 300자 이내여야 합니다."
            ),
        ));
    }
    note
}

/// At most nine photos, each once.
pub fn photos(ids: &[PhotoId], errors: &mut Errors) {
    let distinct: BTreeSet<&PhotoId> = ids.iter().collect();
    if ids.len() > MAX_PER_REPORT || distinct.len() < ids.len() {
        errors.push((
            "photo_ids".into(),
            message!(
                "最多 9 张照片，不能重复。",
                "At most 9 photos, each once.",
                "사진은 최대 9장이며 중복될 수 없습니다."
            ),
        ));
    }
}

/// A reason of 1 to 300 characters, or none.
pub fn reason(text: Option<&str>) -> Result<Option<String>> {
    let reason = tidy(text.unwrap_or_default());
    if reason.chars().count() > MAX_NOTE {
        return Err(Error::field(
            "reason",
            message!(
                "原因最多 300 字。",
                "At most 300 characters.",
                "이유는 300자 이내여야 합니다."
            ),
        ));
    }
    Ok((!reason.is_empty()).then_some(reason))
}

/// The district's name of a place, `城墙街道 三岔子社区 福源小区3-2-501`.
pub fn place_line(
    app: &App,
    township: &str,
    community: Option<&str>,
    address: &str,
    lang: Lang,
) -> String {
    let township = app.pack.township(township).map(|t| t.name.get(lang));
    let community = community
        .and_then(|code| app.pack.community(code))
        .map(|(_, community)| community.name.get(lang));
    [township, community, Some(address).filter(|a| !a.is_empty())]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}
