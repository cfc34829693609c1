//! A listing as it is written, checked field by field.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Kind, Terms};
use crate::district::Pack;
use crate::district::market::Market;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::geo::{Datum, Point};
use crate::shared::id::PhotoId;
use crate::shared::message::Message;
use crate::shared::money::Money;
use crate::shared::words::tidy;

pub const MAX_TITLE: usize = 60;
const MIN_TITLE: usize = 2;
pub const MAX_TEXT: usize = 2_000;
pub const MAX_PHOTOS: usize = 9;

/// A listing to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewListing {
    pub kind: Kind,
    pub terms: Terms,
    /// In fen; with the terms `price` only.
    #[serde(default)]
    pub price_fen: Option<Money>,
    /// A leaf of the categories.
    pub category: String,
    /// 2 to 60 characters; a draft may be without.
    #[serde(default)]
    pub title: String,
    /// At most 2,000 characters.
    #[serde(default)]
    pub text: String,
    /// Needed where something is offered or lent.
    #[serde(default)]
    pub condition: Option<String>,
    /// 1 where absent.
    #[serde(default)]
    pub quantity: Option<i64>,
    /// Code of the township.
    pub township: String,
    #[serde(default)]
    pub community: Option<String>,
    /// Where it is picked up: told to whoever it is promised to, to nobody else.
    #[serde(default)]
    pub lng: Option<f64>,
    #[serde(default)]
    pub lat: Option<f64>,
    #[serde(default)]
    pub datum: Datum,
    /// At most 9.
    #[serde(default)]
    pub photo_ids: Vec<PhotoId>,
    /// Kept for its owner only; not screened before it is published.
    #[serde(default)]
    pub draft: bool,
}

/// Changes of a listing; what is absent stays. Text fields are emptied by an empty text.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeListing {
    /// The version that was read; another one is a conflict.
    pub version: i64,
    #[serde(default)]
    pub kind: Option<Kind>,
    #[serde(default)]
    pub terms: Option<Terms>,
    #[serde(default)]
    pub price_fen: Option<Money>,
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub condition: Option<String>,
    #[serde(default)]
    pub quantity: Option<i64>,
    #[serde(default)]
    pub township: Option<String>,
    #[serde(default)]
    pub community: Option<String>,
    #[serde(default)]
    pub lng: Option<f64>,
    #[serde(default)]
    pub lat: Option<f64>,
    #[serde(default)]
    pub datum: Datum,
    /// Takes the exact place away.
    #[serde(default)]
    pub clear_place: bool,
    #[serde(default)]
    pub photo_ids: Option<Vec<PhotoId>>,
}

/// What was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    pub kind: Kind,
    pub terms: Terms,
    pub price_fen: Option<Money>,
    pub root: String,
    pub category: String,
    pub title: String,
    pub text: String,
    pub condition: Option<String>,
    pub quantity: i64,
    pub township: String,
    pub community: Option<String>,
    pub place: Option<Point>,
    pub photos: Vec<PhotoId>,
}

/// # Errors
/// 422 that names every wrong field.
pub fn check(pack: &Pack, market: &Market, new: &NewListing) -> Result<Checked> {
    let mut errors: Vec<(String, Message)> = Vec::new();
    let mut wrong = |field: &str, message: Message| errors.push((field.to_owned(), message));
    let leaf = market.leaf(&new.category);
    if leaf.is_none() {
        wrong(
            "category",
            message!(
                "请选一个小类。",
                "Choose one of the categories within a group.",
                "세부 분류를 선택해 주세요."
            ),
        );
    }
    let title = tidy(&new.title).replace('\n', " ");
    let length = title.chars().count();
    if length > MAX_TITLE || (!new.draft && length < MIN_TITLE) {
        wrong(
            "title",
            message!(
                "标题 {MIN_TITLE} 到 {MAX_TITLE} 字。",
                "The title has {MIN_TITLE} to {MAX_TITLE} characters.",
                "제목은 {MIN_TITLE}~{MAX_TITLE}자입니다."
            ),
        );
    }
    let text = tidy(&new.text);
    if text.chars().count() > MAX_TEXT {
        wrong(
            "text",
            message!(
                "说明最多 {MAX_TEXT} 字。",
                "At most {MAX_TEXT} characters.",
                "설명은 최대 {MAX_TEXT}자입니다."
            ),
        );
    }
    let price_fen = match (new.terms, new.price_fen) {
        (Terms::Price, Some(price)) if (Money(1)..=market.max_price).contains(&price) => {
            Some(price)
        }
        (Terms::Price, _) => {
            let most = market.max_price;
            wrong(
                "price_fen",
                message!(
                    "请写价格，最高 {most} 元。",
                    "Give a price of at most ¥{most}.",
                    "가격을 적어 주세요. 최고 {most}위안입니다."
                ),
            );
            None
        }
        (_, Some(price)) if price.0 != 0 => {
            wrong(
                "price_fen",
                message!(
                    "只有出售才写价格。",
                    "Only what is sold has a price.",
                    "판매할 때만 가격을 적습니다."
                ),
            );
            None
        }
        (Terms::Free, _) => Some(Money(0)),
        (Terms::Swap, _) => None,
    };
    let condition = new.condition.clone().filter(|id| !id.is_empty());
    let known = condition
        .as_deref()
        .is_none_or(|id| market.condition(id).is_some());
    if !known || (condition.is_none() && new.kind != Kind::Wanted) {
        wrong(
            "condition",
            message!(
                "请选新旧程度。",
                "Choose its condition.",
                "상태를 선택해 주세요."
            ),
        );
    }
    let quantity = new.quantity.unwrap_or(1);
    if !(1..=market.max_quantity).contains(&quantity) {
        let most = market.max_quantity;
        wrong(
            "quantity",
            message!("1 到 {most} 件。", "From 1 to {most}.", "1~{most}개입니다."),
        );
    }
    let community = new.community.clone().filter(|code| !code.is_empty());
    where_it_is(pack, &new.township, community.as_deref(), &mut wrong);
    let place = match (new.lng, new.lat) {
        (Some(lng), Some(lat)) => Point::from_datum(lng, lat, new.datum)
            .ok()
            .filter(|point| pack.bbox().contains(*point)),
        _ => None,
    };
    if place.is_none() && (new.lng.is_some() || new.lat.is_some()) {
        wrong(
            "lng",
            message!(
                "这个位置不在本区，请重新选点或不填。",
                "This place is not in the district: choose again, or leave it out.",
                "이 위치는 이 지역이 아닙니다. 다시 선택하거나 비워 두세요."
            ),
        );
    }
    let twice = |at: usize| new.photo_ids[..at].contains(&new.photo_ids[at]);
    if new.photo_ids.len() > MAX_PHOTOS || (0..new.photo_ids.len()).any(twice) {
        wrong(
            "photo_ids",
            message!(
                "最多 {MAX_PHOTOS} 张不同的照片。",
                "At most {MAX_PHOTOS} different photos.",
                "서로 다른 사진을 최대 {MAX_PHOTOS}장까지 올릴 수 있습니다."
            ),
        );
    }
    match leaf {
        Some((leaf, root)) if errors.is_empty() => Ok(Checked {
            kind: new.kind,
            terms: new.terms,
            price_fen,
            root: root.id.clone(),
            category: leaf.id.clone(),
            title,
            text,
            condition,
            quantity,
            township: new.township.clone(),
            community,
            place,
            photos: new.photo_ids.clone(),
        }),
        _ => Err(Error::Invalid(errors)),
    }
}

fn where_it_is(
    pack: &Pack,
    township: &str,
    community: Option<&str>,
    wrong: &mut impl FnMut(&str, Message),
) {
    if pack.township(township).is_none() {
        wrong("township", no_township());
    }
    if let Some(code) = community
        && pack
            .community(code)
            .is_none_or(|(known, _)| known.code != township)
    {
        wrong(
            "community",
            message!(
                "这个镇（街）没有这个村（社区）。",
                "This township has no such community or village.",
                "해당 읍·면에 이 마을(사회구역)이 없습니다."
            ),
        );
    }
}

pub fn no_township() -> Message {
    message!(
        "没有这个镇（街）。",
        "There is no such township.",
        "이러한 읍·면·가두가 없습니다."
    )
}

/// A text of so many characters at a field.
///
/// # Errors
/// 422 when it is empty or longer.
pub fn text_of(field: &str, text: &str, most: usize) -> Result<String> {
    let text = tidy(text);
    if (1..=most).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(Error::field(
        field,
        message!(
            "1 到 {most} 字。",
            "Between 1 and {most} characters.",
            "1~{most}자입니다."
        ),
    ))
}
