//! One's own bookings: seen, confirmed, changed in place, cancelled; calendar file and label.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::own;
use crate::app::{App, NO_STORE};
use crate::auth::CurrentUser;
use crate::district::Lang;
use crate::pickups::booking;
use crate::pickups::change::{self, ChangePickup};
use crate::pickups::model::Booking;
use crate::pickups::plan::current;
use crate::pickups::store;
use crate::pickups::view::{PickupView, pickup_view};
use crate::pickups::{calendar_file, label};
use crate::reports::page_size;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query, parse_json};
use crate::shared::money::Money;
use crate::shared::page::{Cursor, Page};
use crate::shared::rate_limit::{self, ClientIp};

/// The router takes no parameter with an ending: [`one`] serves the calendar file, and this names it.
#[derive(OpenApi)]
#[openapi(paths(ics))]
struct CalendarFile;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(CalendarFile::openapi())
        .routes(routes!(one, change, cancel))
        .routes(routes!(confirm))
        .routes(routes!(label_svg))
        .routes(routes!(mine))
}

type Private<T> = ([(HeaderName, HeaderValue); 1], Json<T>);

async fn view(app: &App, booking: &Booking, lang: Lang) -> Result<PickupView> {
    let current = current(app).await?;
    pickup_view(app, &current.plan, booking, lang).await
}

async fn reload(app: &App, booking: &Booking) -> Result<Booking> {
    store::by_id(&app.db, booking.id)
        .await?
        .ok_or_else(|| Error::internal("the pickup is gone"))
}

/// A booking
///
/// For the holder of its secret, or the account it was made with.
#[utoipa::path(
    get, path = "/pickups/{ref}", tag = "pickups",
    params(("ref" = String, Path), ("X-Pickup-Secret" = Option<String>, Header)),
    responses(
        (status = OK, body = PickupView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn one(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    if let Some(code) = code.strip_suffix(".ics") {
        let booking = own(&app, code, &headers, ip).await?;
        return ics(&app, &booking, lang).await;
    }
    let booking = own(&app, &code, &headers, ip).await?;
    Ok(([NO_STORE], Json(view(&app, &booking, lang).await?)).into_response())
}

/// Confirm a place that is kept or offered
#[utoipa::path(
    post, path = "/pickups/{ref}/confirm", tag = "pickups",
    params(("ref" = String, Path), ("X-Pickup-Secret" = Option<String>, Header)),
    responses(
        (status = OK, body = PickupView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Its time is over"),
    )
)]
async fn confirm(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Private<PickupView>> {
    let booking = own(&app, &code, &headers, ip).await?;
    booking::confirm(&app, booking.id).await?;
    let booking = reload(&app, &booking).await?;
    Ok(([NO_STORE], Json(view(&app, &booking, lang).await?)))
}

/// A booking after a change, with what the change did to its price.
#[derive(Serialize, ToSchema)]
struct ChangedPickup {
    pickup: PickupView,
    price_before_fen: Money,
    /// Positive: the resident pays so much more, or is paid so much less.
    difference_fen: Money,
}

/// Change a booking in place
///
/// Items, half-day, place, contact, note; what is absent stays. The old place is kept until the new
/// one is had. Half-day, items and place until the cut-off; one letter tells of all of it.
#[utoipa::path(
    patch, path = "/pickups/{ref}", tag = "pickups", request_body = ChangePickup,
    params(("ref" = String, Path), ("X-Pickup-Secret" = Option<String>, Header)),
    responses(
        (status = OK, body = ChangedPickup),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Full, too late, or over"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(code): Path<String>,
    headers: HeaderMap,
    Body { value: body, .. }: Body<ChangePickup>,
) -> Result<Private<ChangedPickup>> {
    app.limiter.take_for(rate_limit::FOLLOW_UPS, ip).await?;
    let booking = own(&app, &code, &headers, ip).await?;
    let before = change::change(&app, &booking, body, None).await?;
    let booking = reload(&app, &booking).await?;
    let changed = ChangedPickup {
        pickup: view(&app, &booking, lang).await?,
        price_before_fen: before,
        difference_fen: booking.price_fen - before,
    };
    Ok(([NO_STORE], Json(changed)))
}

/// The body of a cancellation; it may be left out before the cut-off.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancelPickup {
    /// Needed after the cut-off; at most 300 characters.
    #[serde(default)]
    reason: Option<String>,
}

/// Cancel
///
/// Free before the cut-off; after it with a reason. The place goes to who waits.
#[utoipa::path(
    delete, path = "/pickups/{ref}", tag = "pickups", request_body = Option<CancelPickup>,
    params(("ref" = String, Path), ("X-Pickup-Secret" = Option<String>, Header)),
    responses(
        (status = OK, body = PickupView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A reason is needed"),
    )
)]
async fn cancel(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Private<PickupView>> {
    let booking = own(&app, &code, &headers, ip).await?;
    let asked: CancelPickup = if body.is_empty() {
        CancelPickup::default()
    } else {
        parse_json(&body)?
    };
    booking::cancel(&app, &booking, asked.reason.as_deref(), None).await?;
    let booking = reload(&app, &booking).await?;
    Ok(([NO_STORE], Json(view(&app, &booking, lang).await?)))
}

/// A booking for one's calendar
#[utoipa::path(
    get, path = "/pickups/{ref}.ics", tag = "pickups",
    params(("ref" = String, Path), ("X-Pickup-Secret" = Option<String>, Header)),
    responses(
        (status = OK, content_type = "text/calendar", body = String),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn ics(app: &App, booking: &Booking, lang: Lang) -> Result<Response> {
    let current = current(app).await?;
    let items = store::items(&app.db, booking.id).await?;
    let disposition = format!("attachment; filename=\"pickup-{}.ics\"", booking.code);
    Ok((
        [
            NO_STORE,
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/calendar; charset=utf-8"),
            ),
            (
                header::CONTENT_DISPOSITION,
                HeaderValue::from_str(&disposition).map_err(Error::internal)?,
            ),
        ],
        calendar_file::of(app, &current.plan, booking, &items, lang),
    )
        .into_response())
}

/// The QR label to stick on what is collected
///
/// An SVG with the reference below the code. What the code holds opens the stop for staff only.
#[utoipa::path(
    get, path = "/pickups/{ref}/label", tag = "pickups",
    params(("ref" = String, Path), ("X-Pickup-Secret" = Option<String>, Header)),
    responses(
        (status = OK, content_type = "image/svg+xml", body = String),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn label_svg(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<([(HeaderName, HeaderValue); 2], String)> {
    let booking = own(&app, &code, &headers, ip).await?;
    Ok((
        [
            NO_STORE,
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("image/svg+xml"),
            ),
        ],
        label::svg(&app, &booking)?,
    ))
}

#[derive(Deserialize, IntoParams)]
struct MineQuery {
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Bookings made while signed in, newest first
#[utoipa::path(
    get, path = "/me/pickups", tag = "pickups", params(MineQuery),
    responses(
        (status = OK, body = Page<PickupView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn mine(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Query(query): Query<MineQuery>,
) -> Result<Private<Page<PickupView>>> {
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let bookings = store::of_account(&app.db, user.id, after, i64::from(limit) + 1).await?;
    let page = Page::cut(bookings, limit as usize, |booking| Cursor {
        at: booking.created_at,
        id: booking.id.0,
    });
    let current = current(&app).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for booking in &page.items {
        items.push(pickup_view(&app, &current.plan, booking, lang).await?);
    }
    Ok((
        [NO_STORE],
        Json(Page {
            items,
            next_cursor: page.next_cursor,
        }),
    ))
}
