//! Finding listings, the categories, and what changed hands.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use chrono::Months;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Private, one_of, private, visible};
use crate::app::App;
use crate::auth::{MaybeUser, Named};
use crate::district::Lang;
use crate::district::market::{Market, MarketCategory, ReasonKind, Weight};
use crate::market::model::{Kind, Listing};
use crate::market::store::{self, Wanted};
use crate::market::view::{self, ListingCard};
use crate::market::{market, terms};
use crate::message;
use crate::reports::page_size;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Language, Query};
use crate::shared::fold::{fold, traditional};
use crate::shared::geo::{Datum, Point};
use crate::shared::money::Money;
use crate::shared::page::{Cursor, Page, not_a_cursor};

/// Listings named as similar.
const SIMILAR: i64 = 6;
/// A count below is not told: it could be traced to somebody.
const FEWEST: i64 = 5;
const MAX_WITHIN_KM: f64 = 200.0;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(categories))
        .routes(routes!(lead))
        .routes(routes!(figures))
        .routes(routes!(similar))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ListingSort)]
enum Sort {
    #[default]
    Newest,
    /// Needs `lng` and `lat`.
    Nearest,
    Cheapest,
}

#[derive(Deserialize, IntoParams)]
struct ListingQuery {
    /// `offer`, `wanted` or `lend`
    kind: Option<String>,
    /// `free`, `swap` or `price`
    terms: Option<String>,
    /// Root or leaf.
    category: Option<String>,
    /// Code of the township.
    township: Option<String>,
    /// Every word of it must be in title, text or category.
    q: Option<String>,
    lng: Option<f64>,
    lat: Option<f64>,
    /// `wgs84` where absent.
    datum: Option<Datum>,
    /// From the public places; at most 200.
    within_km: Option<f64>,
    /// In fen.
    price_max: Option<i64>,
    /// `newest`, `nearest` or `cheapest`
    #[param(inline)]
    sort: Option<Sort>,
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

impl ListingQuery {
    fn near(&self) -> Result<Option<Point>> {
        let wrong = || {
            Error::field(
                "lng",
                message!(
                    "请同时给出经度和纬度。",
                    "Give a longitude with a latitude.",
                    "경도와 위도를 함께 적어 주세요."
                ),
            )
        };
        match (self.lng, self.lat) {
            (None, None) => Ok(None),
            (Some(lng), Some(lat)) => Point::from_datum(lng, lat, self.datum.unwrap_or_default())
                .map(Some)
                .map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

/// Find listings
///
/// What is published or reserved. Distances are from the public places, never from the exact ones.
#[utoipa::path(
    get, path = "/listings", tag = "market", params(ListingQuery),
    responses(
        (status = OK, body = Page<ListingCard>),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "The district offers no market"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    MaybeUser(user): MaybeUser,
    Query(query): Query<ListingQuery>,
) -> Result<Private<Page<ListingCard>>> {
    let market = market(&app)?;
    let limit = page_size(query.limit)?;
    let near = query.near()?;
    known_category(market, query.category.as_deref())?;
    let sort = query.sort.unwrap_or_default();
    if near.is_none() && (sort == Sort::Nearest || query.within_km.is_some()) {
        return Err(Error::field(
            "lng",
            message!(
                "按距离找需要位置。",
                "Distances need a place to start from.",
                "거리순 검색에는 위치가 필요합니다."
            ),
        ));
    }
    let within_m = query
        .within_km
        .map(|km| km.clamp(0.0, MAX_WITHIN_KM) * 1000.0);
    let wanted = Wanted {
        kind: one_of("kind", query.kind.as_deref())?,
        terms: one_of("terms", query.terms.as_deref())?,
        category: query.category.clone(),
        township: query.township.clone(),
        price_max: query.price_max.map(Money),
        words: terms::of_query(query.q.as_deref().unwrap_or_default())?,
        viewer: user.map(|user| user.id),
        but_own: false,
        since: None,
        near,
        within_m,
    };
    let (listings, next_cursor) = page(&app, &wanted, sort, query.cursor.as_deref(), limit).await?;
    Ok(private(Page {
        items: view::cards(&app, &listings, near, lang).await?,
        next_cursor,
    }))
}

/// One page in an order, with where the next begins.
async fn page(
    app: &App,
    wanted: &Wanted,
    sort: Sort,
    cursor: Option<&str>,
    limit: u32,
) -> Result<(Vec<Listing>, Option<String>)> {
    let (take, more) = (limit as usize, i64::from(limit) + 1);
    match sort {
        Sort::Newest => {
            let after = cursor.map(Cursor::parse).transpose()?;
            let after = after.map(|cursor| (cursor.at, cursor.id));
            let found = store::newest(&app.db, wanted, after, more).await?;
            let page = Page::cut(found, take, |listing| Cursor {
                at: listing.sort_at,
                id: listing.id.0,
            });
            Ok((page.items, page.next_cursor))
        }
        Sort::Cheapest => {
            let after = cursor.map(keyed).transpose()?;
            let after = after.map(|(bits, id)| (i64::from_ne_bytes(bits.to_ne_bytes()), id));
            let mut found = store::cheapest(&app.db, wanted, after, more).await?;
            let next = (found.len() > take).then(|| {
                let last = &found[take - 1];
                let price = u64::from_ne_bytes(store::cheapness(last).to_ne_bytes());
                format!("{price:x}-{}", last.id.0.simple())
            });
            found.truncate(take);
            Ok((found, next))
        }
        Sort::Nearest => {
            let after = cursor.map(keyed).transpose()?;
            let after = after.map(|(bits, id)| (f64::from_bits(bits), id));
            let mut found = store::nearest(&app.db, wanted, after, more).await?;
            let next = (found.len() > take).then(|| {
                let last = &found[take - 1];
                format!("{:x}-{}", last.far.to_bits(), last.listing.id.0.simple())
            });
            found.truncate(take);
            Ok((found.into_iter().map(|near| near.listing).collect(), next))
        }
    }
}

/// A cursor of 64 bits and an id.
fn keyed(text: &str) -> Result<(u64, Uuid)> {
    text.split_once('-')
        .and_then(|(bits, id)| {
            Some((
                u64::from_str_radix(bits, 16).ok()?,
                Uuid::try_parse(id).ok()?,
            ))
        })
        .ok_or_else(not_a_cursor)
}

pub(super) fn known_category(market: &Market, id: Option<&str>) -> Result<()> {
    if id.is_none_or(|id| market.category(id).is_some()) {
        return Ok(());
    }
    Err(Error::field(
        "category",
        message!(
            "没有这个分类。",
            "There is no such category.",
            "이 분류가 없습니다."
        ),
    ))
}

/// A category that listings are put into.
#[derive(Serialize, ToSchema)]
struct MarketLeaf {
    id: String,
    name: String,
    aliases: Vec<String>,
    /// Of one, in grams.
    weight_g: Option<Weight>,
    /// What one is, where it is not a piece.
    unit: Option<String>,
    /// Where the weight comes from.
    source: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct MarketRoot {
    id: String,
    name: String,
    icon: Option<String>,
    categories: Vec<MarketLeaf>,
}

#[derive(Serialize, ToSchema)]
struct ConditionChoice {
    id: String,
    name: String,
    hint: String,
}

#[derive(Serialize, ToSchema)]
struct ReasonChoice {
    id: String,
    kind: ReasonKind,
    name: String,
}

/// Everything a form offers.
#[derive(Serialize, ToSchema)]
struct MarketCatalogue {
    roots: Vec<MarketRoot>,
    conditions: Vec<ConditionChoice>,
    reasons: Vec<ReasonChoice>,
    max_price_fen: Money,
    max_quantity: i64,
    expiry_days: i64,
    /// Nobody has decided on the numbers.
    provisional: bool,
}

/// The tree of categories, conditions and reasons
#[utoipa::path(
    get, path = "/listings/categories", tag = "market",
    responses(
        (status = OK, body = MarketCatalogue),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "The district offers no market"),
    )
)]
async fn categories(
    State(app): State<Arc<App>>,
    Language(lang): Language,
) -> Result<Json<MarketCatalogue>> {
    let market = market(&app)?;
    let leaf = |leaf: &MarketCategory| MarketLeaf {
        id: leaf.id.clone(),
        name: leaf.name.get(lang).to_owned(),
        aliases: leaf.aliases.clone(),
        weight_g: leaf.weight,
        unit: leaf.unit.as_ref().map(|unit| unit.get(lang).to_owned()),
        source: leaf.source.clone(),
    };
    Ok(Json(MarketCatalogue {
        roots: market
            .categories
            .iter()
            .filter(|category| category.parent.is_none())
            .map(|root| MarketRoot {
                id: root.id.clone(),
                name: root.name.get(lang).to_owned(),
                icon: root.icon.clone(),
                categories: market.leaves(&root.id).map(leaf).collect(),
            })
            .collect(),
        conditions: market
            .conditions
            .iter()
            .map(|condition| ConditionChoice {
                id: condition.id.clone(),
                name: condition.name.get(lang).to_owned(),
                hint: condition.hint.get(lang).to_owned(),
            })
            .collect(),
        reasons: market
            .reasons
            .iter()
            .map(|reason| ReasonChoice {
                id: reason.id.clone(),
                kind: reason.kind,
                name: reason.name.get(lang).to_owned(),
            })
            .collect(),
        max_price_fen: market.max_price,
        max_quantity: market.max_quantity,
        expiry_days: market.expiry.num_days(),
        provisional: market.provisional,
    }))
}

#[derive(Deserialize, IntoParams)]
struct LeadQuery {
    /// The name of a sorting answer or of a pickup's item.
    thing: String,
}

/// Where a thing from elsewhere could be listed.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingLead)]
struct Lead {
    thing: String,
    /// Null where no category fits.
    category: Option<Named>,
    root: Option<Named>,
}

/// The category for a thing by its name
#[utoipa::path(
    get, path = "/listings/lead", tag = "market", params(LeadQuery),
    responses(
        (status = OK, body = Lead),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn lead(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<LeadQuery>,
) -> Result<Json<Lead>> {
    let market = market(&app)?;
    let found = lead_of(market, &query.thing);
    let named = |category: &MarketCategory| Named {
        id: category.id.clone(),
        name: category.name.get(lang).to_owned(),
    };
    Ok(Json(Lead {
        thing: query.thing,
        category: found.map(|(leaf, _)| named(leaf)),
        root: found.map(|(_, root)| named(root)),
    }))
}

/// The leaf whose name or alias is the thing, or the longest that the thing's name holds, or one that
/// holds the thing's name.
fn lead_of<'a>(
    market: &'a Market,
    thing: &str,
) -> Option<(&'a MarketCategory, &'a MarketCategory)> {
    let folded = |text: &str| fold(text, traditional()).text();
    let thing = folded(thing);
    if thing.is_empty() {
        return None;
    }
    let mut best: Option<(usize, &MarketCategory)> = None;
    for category in market.categories.iter().filter(|c| c.parent.is_some()) {
        let names = Lang::ALL.iter().map(|lang| category.name.get(*lang));
        let parts = names.flat_map(|name| name.split(['·', '、', '/']));
        for name in parts.chain(category.aliases.iter().map(String::as_str)) {
            let name = folded(name);
            let length = name.chars().count();
            let score = if name == thing {
                1_000
            } else if length >= 2 && thing.contains(&name) {
                100 + length
            } else if thing.chars().count() >= 2 && name.contains(&thing) {
                50_usize.saturating_sub(length)
            } else {
                0
            };
            if score > best.map_or(0, |(best, _)| best) {
                best = Some((score, category));
            }
        }
    }
    market.leaf(&best?.1.id)
}

/// Listings like this one
#[utoipa::path(
    get, path = "/listings/{id}/similar", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Page<ListingCard>),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn similar(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    MaybeUser(user): MaybeUser,
    Path(id): Path<String>,
) -> Result<Private<Page<ListingCard>>> {
    market(&app)?;
    let viewer = user.map(|user| user.id);
    let listing = visible(&app, &id, viewer).await?;
    let found = store::similar(&app.db, &listing, viewer, SIMILAR).await?;
    Ok(private(Page {
        items: view::cards(&app, &found, None, lang).await?,
        next_cursor: None,
    }))
}

/// Grams kept in use, as a range.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
struct KeptInUse {
    /// Things that changed hands; null where fewer than five are kept back.
    handovers: Option<i64>,
    pieces: Option<i64>,
    low_g: Option<i64>,
    typical_g: Option<i64>,
    high_g: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct MarketMonth {
    /// `2026-11`
    month: String,
    category: Named,
    #[serde(flatten)]
    kept: KeptInUse,
}

#[derive(Serialize, ToSchema)]
struct MarketFigures {
    /// Of all months and categories shown, the suppressed ones included.
    total: KeptInUse,
    /// Lent and borrowed; nothing is counted as kept in use for it.
    lent: Option<i64>,
    months: Vec<MarketMonth>,
    /// How it is estimated, in the caller's language.
    method: String,
}

#[derive(Default)]
struct Sum {
    handovers: i64,
    pieces: i64,
    low: i64,
    typical: i64,
    high: i64,
}

impl Sum {
    fn add(&mut self, row: &store::MonthRow) {
        self.handovers += row.handovers;
        self.pieces += row.pieces;
        self.low += row.low_g;
        self.typical += row.typical_g;
        self.high += row.high_g;
    }

    fn told(&self) -> KeptInUse {
        let told = |number: i64| (self.handovers >= FEWEST).then_some(number);
        KeptInUse {
            handovers: told(self.handovers),
            pieces: told(self.pieces),
            low_g: told(self.low),
            typical_g: told(self.typical),
            high_g: told(self.high),
        }
    }
}

/// What changed hands and what was kept in use
///
/// The last 24 months, by month and root category. Counts under five are null.
#[utoipa::path(
    get, path = "/listings/figures", tag = "market",
    responses(
        (status = OK, body = MarketFigures),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "The district offers no market"),
    )
)]
async fn figures(
    State(app): State<Arc<App>>,
    Language(lang): Language,
) -> Result<Json<MarketFigures>> {
    let market = market(&app)?;
    let today = app.pack.calendar().local_date(app.clock.now());
    let from = today.checked_sub_months(Months::new(23)).unwrap_or(today);
    let rows = store::months(&app.db, &from.format("%Y-%m").to_string()).await?;
    let mut months: BTreeMap<(String, String), Sum> = BTreeMap::new();
    let (mut total, mut lent) = (Sum::default(), 0);
    for row in &rows {
        if row.kind == Kind::Lend {
            lent += row.handovers;
            continue;
        }
        total.add(row);
        months
            .entry((row.month.clone(), row.root.clone()))
            .or_default()
            .add(row);
    }
    let method = message!(
        "按交接时所在小类的典型重量乘以件数估算，并给出每类的下限和上限之和；重量来源见分类表。借出的不计入。每月每大类不足 {FEWEST} 次的不公布。",
        "Estimated: the typical weight of the leaf category times the number of pieces, with the sums of the categories' low and high bounds; the sources of the weights are in the categories. What was lent is not counted. Fewer than {FEWEST} hand-overs a month and group are not shown.",
        "세부 분류의 표준 무게에 개수를 곱한 추정치이며, 분류별 하한과 상한의 합을 함께 제시합니다. 무게의 출처는 분류표에 있습니다. 빌려준 것은 제외합니다. 월·분류별 {FEWEST}건 미만은 공개하지 않습니다."
    );
    Ok(Json(MarketFigures {
        total: total.told(),
        lent: (lent >= FEWEST).then_some(lent),
        months: months
            .into_iter()
            .map(|((month, root), sum)| MarketMonth {
                month,
                category: Named {
                    name: market
                        .category(&root)
                        .map_or(root.as_str(), |category| category.name.get(lang))
                        .to_owned(),
                    id: root,
                },
                kept: sum.told(),
            })
            .collect(),
        method: method.get(lang).to_owned(),
    }))
}
