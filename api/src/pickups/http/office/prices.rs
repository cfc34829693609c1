//! The office: what is paid, and from which day.

use super::MAX_PRICE;
use super::rounds::no_collector;
use crate::app::App;
use crate::auth::{Arbiters, Planners, Staff};
use crate::message;
use crate::pickups::access;
use crate::pickups::day::Day;
use crate::pickups::plan::pickups;
use crate::pickups::price::SetPrice;
use crate::pickups::store::{self};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::id::PriceId;
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::money::Money;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_prices, set_price))
}

/// A price and the day from which it holds.
#[derive(Serialize, Deserialize, ToSchema)]
struct PriceEntry {
    item: String,
    name: String,
    /// Only with this collector; null: with all.
    collector: Option<String>,
    #[schema(value_type = String, format = Date)]
    from_day: Day,
    /// Paid by the resident for one; negative is paid to them.
    fen: Money,
    /// For each floor above the first, without a lift.
    floor_fen: Money,
    /// Staff set it; else it is the pack's.
    edited: bool,
}

#[derive(Serialize, ToSchema)]
struct PriceList {
    items: Vec<PriceEntry>,
}

/// The price list, with the days from which prices hold
#[utoipa::path(
    get, path = "/desk/pickups/prices", tag = "desk",
    responses((status = OK, body = PriceList))
)]
async fn list_prices(
    State(app): State<Arc<App>>,
    _staff: Staff<Planners>,
    Language(lang): Language,
) -> Result<Json<PriceList>> {
    let pickups = pickups(&app)?;
    let set = store::prices(&app.db).await?;
    let mut items = Vec::new();
    for item in &pickups.items {
        let of_pack = item.prices.iter().map(|price| PriceEntry {
            item: item.id.clone(),
            name: item.name.get(lang).to_owned(),
            collector: price.collector.clone(),
            from_day: Day(price.from),
            fen: Money(price.fen),
            floor_fen: Money(price.floor_fen),
            edited: false,
        });
        let of_staff = set
            .iter()
            .filter(|price| price.item == item.id)
            .map(|price| PriceEntry {
                item: item.id.clone(),
                name: item.name.get(lang).to_owned(),
                collector: price.collector.clone(),
                from_day: price.from_day,
                fen: Money(price.fen),
                floor_fen: Money(price.floor_fen),
                edited: true,
            });
        items.extend(of_pack.chain(of_staff));
    }
    Ok(Json(PriceList { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPrice {
    item: String,
    #[serde(default)]
    collector: Option<String>,
    /// Tomorrow or later: nobody's price changes on the day.
    from_day: NaiveDate,
    fen: i64,
    #[serde(default)]
    floor_fen: i64,
}

/// Set a price from a day on
///
/// Bookings made before keep the price they were told.
#[utoipa::path(
    post, path = "/desk/pickups/prices", tag = "desk", request_body = NewPrice,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = PriceEntry),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn set_price(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    key: IdempotencyKey,
    Body {
        value: body,
        sha256,
    }: Body<NewPrice>,
) -> Result<(StatusCode, Json<PriceEntry>)> {
    let pickups = pickups(&app)?;
    let item = pickups.item(&body.item).ok_or_else(|| {
        Error::field(
            "item",
            message!(
                "目录里没有这种物品。",
                "The catalogue has no such item.",
                "목록에 없는 품목입니다."
            ),
        )
    })?;
    if let Some(id) = &body.collector
        && !item.collectors.contains(id)
    {
        return Err(Error::field("collector", no_collector()));
    }
    let concerned: Vec<&String> = match &body.collector {
        Some(id) => vec![id],
        None => item.collectors.iter().collect(),
    };
    // A price for all of an item's collectors is set by whoever runs one of them.
    let may = concerned
        .iter()
        .any(|id| access::may_plan(&app, &staff.account, id));
    access::check(may)?;
    let now = app.clock.now();
    if body.from_day <= app.pack.calendar().local_date(now) {
        return Err(Error::field(
            "from_day",
            message!(
                "最早从明天起生效。",
                "Tomorrow at the earliest.",
                "빠르면 내일부터 적용됩니다."
            ),
        ));
    }
    for (field, value) in [("fen", body.fen), ("floor_fen", body.floor_fen)] {
        if value.abs() > MAX_PRICE || (field == "floor_fen" && value < 0) {
            return Err(Error::field(
                field,
                message!(
                    "金额不合理。",
                    "The amount makes no sense.",
                    "금액이 올바르지 않습니다."
                ),
            ));
        }
    }
    let price = SetPrice {
        item: item.id.clone(),
        collector: body.collector,
        from_day: Day(body.from_day),
        fen: body.fen,
        floor_fen: body.floor_fen,
    };
    let id = PriceId(app.random.uuid(now));
    let entry = PriceEntry {
        item: price.item.clone(),
        name: item.name.get(lang).to_owned(),
        collector: price.collector.clone(),
        from_day: price.from_day,
        fen: Money(price.fen),
        floor_fen: Money(price.floor_fen),
        edited: true,
    };
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, entry) = key.claim(&mut tx, sha256, now).await? {
        return Ok((status, Json(entry)));
    }
    store::insert_price(&mut tx, id, &price, staff.account.id, now).await?;
    key.remember(&mut tx, StatusCode::CREATED, &entry).await?;
    tx.commit().await?;
    tracing::info!(account = %staff.account.id, "Price of {} from {}", price.item, price.from_day);
    Ok((StatusCode::CREATED, Json(entry)))
}
