//! Stalls: planned, booked, moved, shown at the entrance.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::events::does;
use super::{Svg, svg};
use crate::app::{App, NO_STORE};
use crate::auth::{Account, CurrentUser};
use crate::district::events::Activity;
use crate::events::access::{self, no_event};
use crate::events::local::Local;
use crate::events::model::{Booking, Gathering};
use crate::events::plan::StallPlan;
use crate::events::stalls::{self, BookStall, MadeStallBooking, Step, no_booking};
use crate::events::store;
use crate::events::svg::pass as draw_pass;
use crate::events::view::{StallBookingView, StallsView, booking_view, stalls_view};
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::StallBookingId;
use crate::shared::idempotency::IdempotencyKey;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(plan, draw))
        .routes(routes!(bookings, book))
        .routes(routes!(one))
        .routes(routes!(confirm))
        .routes(routes!(cancel))
        .routes(routes!(move_to))
        .routes(routes!(pass))
        .routes(routes!(mine))
}

type Private<T> = ([(HeaderName, HeaderValue); 1], Json<T>);

#[derive(Deserialize, IntoParams)]
struct DateQuery {
    /// A date as planned, `2026-12-05T09:00`; the next one where absent.
    #[param(value_type = Option<String>)]
    occurrence: Option<Local>,
}

/// The stall plan of a date, with what is free
#[utoipa::path(
    get, path = "/events/{id}/stalls", tag = "events", params(("id" = Uuid, Path), DateQuery),
    responses(
        (status = OK, body = StallsView),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such event, or it has no stalls"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn plan(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(id): Path<String>,
    Query(query): Query<DateQuery>,
    headers: HeaderMap,
) -> Result<Private<StallsView>> {
    let (event, ..) = access::visible(&app, &id, &headers).await?;
    let occurrence = event.occurrence(app.pack.calendar(), query.occurrence, app.clock.now())?;
    let view = stalls_view(&app, &event, &occurrence, lang).await?;
    Ok(([NO_STORE], Json(view.ok_or_else(no_event)?)))
}

/// Draw the stall plan
///
/// By organisers, of events that have stalls. A stall that is booked stays.
#[utoipa::path(
    put, path = "/events/{id}/stalls", tag = "events", request_body = StallPlan,
    params(("id" = Uuid, Path)),
    responses(
        (status = 204, description = "Drawn"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "A booked stall would be lost"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn draw(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
    Body { value, .. }: Body<StallPlan>,
) -> Result<StatusCode> {
    let event = access::event(&app, &id).await?;
    if !does(&app, &event.kind, Activity::Stalls) {
        return Err(Error::Conflict(message!(
            "这种活动没有摊位。",
            "Events of this kind have no stalls.",
            "이 종류의 행사에는 자리가 없습니다."
        )));
    }
    stalls::draw(&app, event, value, &account, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Book a stall, or any of a kind
///
/// No stall is given twice. Where nothing is free, `wait` joins the waiting list: freed stalls are
/// offered in turn, for a while.
#[utoipa::path(
    post, path = "/events/{id}/stall-bookings", tag = "events", request_body = BookStall,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = MadeStallBooking),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Nothing free, or enough already"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Rules not accepted, forbidden goods, …"),
    )
)]
async fn book(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Body { value, sha256 }: Body<BookStall>,
) -> Result<(StatusCode, Json<MadeStallBooking>)> {
    let event = access::event(&app, &id).await?;
    if !event.state.is_public() {
        return Err(no_event());
    }
    let made = stalls::book(&app, event, value, &account, lang, &key, sha256).await?;
    Ok((made.0, Json(made.1)))
}

/// Who has stalls at a date, and who waits
///
/// By organisers and helpers.
#[utoipa::path(
    get, path = "/events/{id}/stall-bookings", tag = "events",
    params(("id" = Uuid, Path), DateQuery),
    responses(
        (status = OK, body = Vec<StallBookingView>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn bookings(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
    Query(query): Query<DateQuery>,
) -> Result<Private<Vec<StallBookingView>>> {
    let event = access::event(&app, &id).await?;
    access::require(&app, event.organisation_id, account.id, access::HELPERS).await?;
    let occurrence = event.occurrence(app.pack.calendar(), query.occurrence, app.clock.now())?;
    let found = store::bookings_of_day(&app.db, event.id, occurrence.key).await?;
    let views = found
        .iter()
        .map(|booking| booking_view(&app, booking, &event))
        .collect();
    Ok(([NO_STORE], Json(views)))
}

fn id_of(text: &str) -> Result<StallBookingId> {
    Uuid::try_parse(text)
        .map(StallBookingId)
        .map_err(|_| no_booking())
}

/// A booking for its holder or the organisers; for anybody else it does not exist.
async fn own(app: &App, id: &str, account: &Account) -> Result<(Booking, Gathering)> {
    let booking = store::booking(&app.db, id_of(id)?)
        .await?
        .ok_or_else(no_booking)?;
    let event = store::event(&app.db, booking.event_id)
        .await?
        .ok_or_else(no_booking)?;
    if booking.account_id != account.id {
        access::require(app, event.organisation_id, account.id, access::HELPERS)
            .await
            .map_err(|_| no_booking())?;
    }
    Ok((booking, event))
}

/// A booked stall
#[utoipa::path(
    get, path = "/stall-bookings/{id}", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = StallBookingView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn one(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
) -> Result<Private<StallBookingView>> {
    let (booking, event) = own(&app, &id, &account).await?;
    Ok(([NO_STORE], Json(booking_view(&app, &booking, &event))))
}

async fn take(app: &App, id: &str, step: Step, by: &Account) -> Result<Private<StallBookingView>> {
    let (booking, event) = own(app, id, by).await?;
    let booking = stalls::step(app, booking.id, step, by).await?;
    Ok(([NO_STORE], Json(booking_view(app, &booking, &event))))
}

/// Confirm a stall that was offered
#[utoipa::path(
    post, path = "/stall-bookings/{id}/confirm", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = StallBookingView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Its time is over"),
    )
)]
async fn confirm(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
) -> Result<Private<StallBookingView>> {
    take(&app, &id, Step::Confirm, &account).await
}

/// Cancel a stall; it goes to who waits
#[utoipa::path(
    post, path = "/stall-bookings/{id}/cancel", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = StallBookingView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn cancel(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
) -> Result<Private<StallBookingView>> {
    take(&app, &id, Step::Cancel, &account).await
}

/// Another stall.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MoveStall {
    /// Its label, `B3`.
    stall: String,
}

/// Move to another free stall
#[utoipa::path(
    post, path = "/stall-bookings/{id}/move", tag = "events", request_body = MoveStall,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = StallBookingView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It is taken"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn move_to(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
    Body { value, .. }: Body<MoveStall>,
) -> Result<Private<StallBookingView>> {
    take(&app, &id, Step::Move(value.stall), &account).await
}

/// The pass with its QR code
///
/// The code holds an address that ends in the pass; it opens nothing for anybody but a device at the
/// entrance, which compares it without a signal.
#[utoipa::path(
    get, path = "/stall-bookings/{id}/pass", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, content_type = "image/svg+xml", body = String),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn pass(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
) -> Result<Svg> {
    let (booking, event) = own(&app, &id, &account).await?;
    let stall = booking.stall.clone().unwrap_or_else(|| "–".to_owned());
    let when = event
        .schedule
        .find(event.starts, app.pack.calendar(), booking.occurrence)
        .map_or(booking.occurrence, |occurrence| occurrence.starts);
    let address = format!("{}/stall-pass/{}", app.public_url, booking.pass);
    Ok(svg(draw_pass(
        &address,
        &event.title,
        &stall,
        &when.shown(),
    )?))
}

/// One's own stalls, newest first
#[utoipa::path(
    get, path = "/me/stall-bookings", tag = "events",
    responses(
        (status = OK, body = Vec<StallBookingView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn mine(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
) -> Result<Private<Vec<StallBookingView>>> {
    let mut views = Vec::new();
    for booking in store::bookings_of_account(&app.db, account.id).await? {
        if let Some(event) = store::event(&app.db, booking.event_id).await? {
            views.push(booking_view(&app, &booking, &event));
        }
    }
    Ok(([NO_STORE], Json(views)))
}
