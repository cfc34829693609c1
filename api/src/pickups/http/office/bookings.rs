//! The office: bookings, moved and cancelled for residents.

use super::super::load;
use super::{Private, reload, seen_by, view};
use crate::app::{App, NO_STORE};
use crate::auth::{Account, Arbiters, Planners, Staff};
use crate::message;
use crate::pickups::access;
use crate::pickups::booking;
use crate::pickups::change::{self, ChangePickup};
use crate::pickups::custody::{self, CustodyRecord};
use crate::pickups::day::Day;
use crate::pickups::model::{Booking, Status};
use crate::pickups::plan::current;
use crate::pickups::store::{self, PickupFilter};
use crate::pickups::view::{PickupView, SlotView, slot_view};
use crate::reports::page_size;
use crate::shared::code::Code;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::money::Money;
use crate::shared::page::{Cursor, Page};
use crate::shared::phone::Phone;
use crate::shared::words::tidy;
use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(move_it))
        .routes(routes!(cancel))
        .routes(routes!(chain))
}

#[derive(Deserialize, IntoParams)]
struct ListQuery {
    /// First day of collection.
    from: Option<NaiveDate>,
    /// Last day of collection.
    until: Option<NaiveDate>,
    /// One or several statuses between commas.
    status: Option<String>,
    collector: Option<String>,
    /// Code of a township.
    township: Option<String>,
    /// Only those with a flagged difference in weight.
    flagged: Option<bool>,
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// A booking in a list.
#[derive(Serialize, ToSchema)]
struct PickupSummary {
    r#ref: Code,
    status: Status,
    status_text: String,
    slot: SlotView,
    township: String,
    address: String,
    name: String,
    phone: Phone,
    /// Items and litres it takes.
    items: i64,
    litres: i64,
    price_fen: Money,
    created_at: DateTime<Utc>,
}

/// Bookings, newest first
///
/// Handlers see those of the collectors their office runs.
#[utoipa::path(
    get, path = "/desk/pickups", tag = "desk", params(ListQuery),
    responses(
        (status = OK, body = Page<PickupSummary>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
    Language(lang): Language,
    Query(query): Query<ListQuery>,
) -> Result<Private<Page<PickupSummary>>> {
    let current = current(&app).await?;
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let filter = PickupFilter {
        collectors: seen_by(&app, &staff.account, query.collector.as_deref())?,
        first: query.from.map(Day),
        last: query.until.map(Day),
        statuses: query.status.as_deref().map(statuses).transpose()?,
        township: query.township,
        flagged: query.flagged.unwrap_or(false),
    };
    let bookings = store::list(&app.db, &filter, after, i64::from(limit) + 1).await?;
    let page = Page::cut(bookings, limit as usize, |booking| Cursor {
        at: booking.created_at,
        id: booking.id.0,
    });
    let summary = |booking: Booking| PickupSummary {
        slot: slot_view(&current.plan, &booking, lang),
        status: booking.status,
        status_text: booking.status.name().get(lang).to_owned(),
        r#ref: booking.code,
        township: booking.township,
        address: booking.address,
        name: booking.name,
        phone: booking.phone,
        items: booking.items,
        litres: booking.litres,
        price_fen: booking.price_fen,
        created_at: booking.created_at,
    };
    Ok(([NO_STORE], Json(page.map(summary))))
}

fn statuses(text: &str) -> Result<String> {
    for word in text.split(',') {
        if !Status::ALL.iter().any(|status| status.as_str() == word) {
            return Err(Error::field(
                "status",
                message!(
                    "没有这个状态：{word}。",
                    "There is no status {word}.",
                    "이러한 상태가 없습니다: {word}."
                ),
            ));
        }
    }
    Ok(format!(",{text},"))
}

async fn seen(app: &App, code: &str, account: &Account) -> Result<Booking> {
    let booking = load(app, code).await?;
    access::check(access::may_see(app, account, &booking.collector))?;
    Ok(booking)
}

/// A booking, for the office
#[utoipa::path(
    get, path = "/desk/pickups/{ref}", tag = "desk", params(("ref" = String, Path)),
    responses(
        (status = OK, body = PickupView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn one(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
    Language(lang): Language,
    Path(code): Path<String>,
) -> Result<Private<PickupView>> {
    let booking = seen(&app, &code, &staff.account).await?;
    view(&app, &booking, lang).await
}

/// The chain of custody of a booking, for the office
#[utoipa::path(
    get, path = "/desk/pickups/{ref}/custody", tag = "desk", params(("ref" = String, Path)),
    responses(
        (status = OK, body = CustodyRecord),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn chain(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
    Language(lang): Language,
    Path(code): Path<String>,
) -> Result<Private<CustodyRecord>> {
    let booking = seen(&app, &code, &staff.account).await?;
    let current = current(&app).await?;
    let record = custody::record(&app, &current.plan, &booking, lang).await?;
    Ok(([NO_STORE], Json(record)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MovePickup {
    /// Id of the half-day it is moved to.
    slot: String,
}

/// Move a booking
///
/// For what a round cannot serve, also after the cut-off. The resident gets one letter.
#[utoipa::path(
    post, path = "/desk/pickups/{ref}/move", tag = "desk", request_body = MovePickup,
    params(("ref" = String, Path)),
    responses(
        (status = OK, body = PickupView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn move_it(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<MovePickup>,
) -> Result<Private<PickupView>> {
    let booking = load(&app, &code).await?;
    access::check(access::may_plan(&app, &staff.account, &booking.collector))?;
    let change = ChangePickup {
        slot: Some(body.slot),
        ..ChangePickup::default()
    };
    change::change(&app, &booking, change, Some(staff.account.id)).await?;
    view(&app, &reload(&app, &booking).await?, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelByStaff {
    /// 1 to 300 characters; the resident reads it.
    reason: String,
}

/// Cancel a booking for somebody
#[utoipa::path(
    post, path = "/desk/pickups/{ref}/cancel", tag = "desk", request_body = CancelByStaff,
    params(("ref" = String, Path)),
    responses(
        (status = OK, body = PickupView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn cancel(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<CancelByStaff>,
) -> Result<Private<PickupView>> {
    let booking = load(&app, &code).await?;
    access::check(access::may_plan(&app, &staff.account, &booking.collector))?;
    let reason = words("reason", &body.reason)?;
    booking::cancel(&app, &booking, Some(&reason), Some(staff.account.id)).await?;
    view(&app, &reload(&app, &booking).await?, lang).await
}

pub(super) fn words(field: &str, text: &str) -> Result<String> {
    let text = tidy(text);
    if (1..=300).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(Error::field(
        field,
        message!(
            "请填写，最多 300 字。",
            "Between 1 and 300 characters.",
            "1~300자로 적어 주세요."
        ),
    ))
}
