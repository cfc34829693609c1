//! The desk of the day: what its devices take along and hand in, counts and the summary.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Private;
use super::books::BookTitle;
use super::devices::{DeviceView, at_desk};
use crate::app::{App, NO_STORE};
use crate::auth::CurrentUser;
use crate::events::access::{self, no_event};
use crate::events::day::{DayOperations, DayOperationsAnswer, carry_out};
use crate::events::local::Local;
use crate::events::model::{Gathering, State as EventState};
use crate::events::schedule::Occurrence;
use crate::events::store;
use crate::events::view::{
    DayStall, EventCounts, EventDate, EventKindView, HolderBalance, NotableOperation, SwapBook,
    counts as count, kind_view,
};
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::GatheringId;

/// Books in one snapshot; the rest follows from its cursor.
const BOOKS_AT_ONCE: i64 = 1_000;
pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(day))
        .routes(routes!(operations))
        .routes(routes!(counts))
        .routes(routes!(close))
        .routes(routes!(summary))
}

#[derive(Deserialize, IntoParams)]
struct DayQuery {
    /// The cursor of an earlier snapshot: only books that changed since.
    since: Option<i64>,
    /// For members without a device; the next date where absent.
    #[param(value_type = Option<String>)]
    occurrence: Option<Local>,
}

/// Everything a device needs to go on without a signal.
#[derive(Serialize, ToSchema)]
struct DaySnapshot {
    id: GatheringId,
    title: String,
    organisation: String,
    kind: EventKindView,
    date: EventDate,
    /// The server's time.
    now: DateTime<Utc>,
    /// Give it as `since` next time.
    cursor: i64,
    /// More books follow at once.
    more: bool,
    books: Vec<SwapBook>,
    /// All of the organisation's classes and cards.
    balances: Vec<HolderBalance>,
    titles: Vec<BookTitle>,
    stalls: Vec<DayStall>,
    leftover_place: String,
    /// What taking a book costs, and what a class may owe.
    take: i64,
    owe: i64,
    counts: EventCounts,
}

/// The day for a device, as a whole or since an earlier cursor
///
/// For a device by its token (`X-Device-Token`), or a member signed in.
#[utoipa::path(
    get, path = "/events/{id}/day", tag = "events",
    params(("id" = Uuid, Path), DayQuery, ("X-Device-Token" = Option<String>, Header)),
    responses(
        (status = OK, body = DaySnapshot),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn day(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(id): Path<String>,
    Query(query): Query<DayQuery>,
    headers: HeaderMap,
) -> Result<Private<DaySnapshot>> {
    let (event, occurrence) = at_desk(&app, &id, query.occurrence, &headers).await?;
    let organisation = store::organisation(&app.db, event.organisation_id)
        .await?
        .ok_or_else(no_event)?;
    let rules = &access::events(&app)?.books;
    // Read first: what is committed after it comes again with the next snapshot.
    let position = store::ledger_position(&app.db, organisation.id).await?;
    let since = query.since.unwrap_or(0);
    let found = store::books_since(&app.db, event.id, since, BOOKS_AT_ONCE).await?;
    // One operation may move many books: a page ends between two positions.
    let more = i64::try_from(found.len()).unwrap_or(0) == BOOKS_AT_ONCE;
    let last = found.last().map_or(position, |(position, _)| *position);
    let whole = more && found.first().is_some_and(|(first, _)| *first < last);
    let (found, cursor) = if whole {
        let kept: Vec<_> = found.into_iter().filter(|(at, _)| *at < last).collect();
        (kept, last - 1)
    } else if more {
        (found, last)
    } else {
        (found, position)
    };
    let bookings = store::bookings_of_day(&app.db, event.id, occurrence.key).await?;
    let snapshot = DaySnapshot {
        id: event.id,
        title: event.title.clone(),
        organisation: organisation.name,
        kind: kind_view(&app, &event.kind, lang),
        date: EventDate::of(&app, &occurrence),
        now: app.clock.now(),
        cursor,
        more,
        books: found.into_iter().map(|(_, book)| book.into()).collect(),
        balances: store::balances(&app.db, organisation.id)
            .await?
            .into_iter()
            .map(|(holder, credits)| HolderBalance { holder, credits })
            .collect(),
        titles: store::titles_of(&app.db, event.id)
            .await?
            .into_iter()
            .map(BookTitle::from)
            .collect(),
        stalls: bookings
            .iter()
            .filter(|booking| booking.stall.is_some())
            .map(DayStall::from)
            .collect(),
        leftover_place: event.leftover(),
        take: rules.take,
        owe: rules.owe,
        counts: count(&app, &event, &occurrence).await?,
    };
    Ok(([NO_STORE], Json(snapshot)))
}

/// Hand in what a device did
///
/// With or without a signal, in any order, as often as it takes: an operation is carried out once, by
/// its id. What came too late is answered as a conflict; the ledger balances whatever the order.
#[utoipa::path(
    post, path = "/events/{id}/operations", tag = "events", request_body = DayOperations,
    params(("id" = Uuid, Path), ("X-Device-Token" = String, Header)),
    responses(
        (status = OK, body = DayOperationsAnswer),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "No token of a device of this event"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn operations(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body { value, .. }: Body<DayOperations>,
) -> Result<Json<DayOperationsAnswer>> {
    let event = access::event(&app, &id).await?;
    let device = access::require_device(&app, event.id, &headers).await?;
    let answer = carry_out(&app, &event, &device, &value.operations).await?;
    Ok(Json(answer))
}

#[derive(Deserialize, IntoParams)]
struct CountQuery {
    /// A date as planned; the present or next one where absent.
    #[param(value_type = Option<String>)]
    occurrence: Option<Local>,
}

/// What has been counted so far
#[utoipa::path(
    get, path = "/events/{id}/counts", tag = "events", params(("id" = Uuid, Path), CountQuery),
    responses(
        (status = OK, body = EventCounts),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn counts(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<CountQuery>,
    headers: HeaderMap,
) -> Result<Private<EventCounts>> {
    let (event, ..) = access::visible(&app, &id, &headers).await?;
    let occurrence = event.occurrence(app.pack.calendar(), query.occurrence, app.clock.now())?;
    Ok(([NO_STORE], Json(count(&app, &event, &occurrence).await?)))
}

/// The day is over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CloseDay {
    #[serde(default)]
    occurrence: Option<Local>,
}

/// What a day came to, for members.
#[derive(Serialize, ToSchema)]
struct DaySummary {
    counts: EventCounts,
    balances: Vec<HolderBalance>,
    /// Conflicts, refusals and scans of books that nobody entered.
    notable: Vec<NotableOperation>,
    devices: Vec<DeviceView>,
}

async fn summarise(app: &App, event: &Gathering, occurrence: &Occurrence) -> Result<DaySummary> {
    let notable = store::notable(&app.db, event.id, occurrence.key).await?;
    Ok(DaySummary {
        counts: count(app, event, occurrence).await?,
        balances: store::balances(&app.db, event.organisation_id)
            .await?
            .into_iter()
            .map(|(holder, credits)| HolderBalance { holder, credits })
            .collect(),
        notable: notable
            .into_iter()
            .map(|kept| NotableOperation {
                id: kept.id,
                device: kept.device_id,
                kind: kept.operation.action.name().to_owned(),
                book: kept.operation.action.book(),
                result: kept.result,
                reason: kept.reason,
                at: kept.at,
            })
            .collect(),
        devices: store::devices(&app.db, event.id)
            .await?
            .into_iter()
            .filter(|device| device.occurrence == occurrence.key)
            .map(DeviceView::from)
            .collect(),
    })
}

/// End a day
///
/// By organisers and helpers. Who booked and did not come is a no-show; what devices hand in later
/// still counts. A one-off event is done.
#[utoipa::path(
    post, path = "/events/{id}/close", tag = "events", request_body = CloseDay,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = DaySummary),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It has not begun"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn close(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
    Body { value, .. }: Body<CloseDay>,
) -> Result<Private<DaySummary>> {
    let mut event = access::event(&app, &id).await?;
    access::require(&app, event.organisation_id, account.id, access::HELPERS).await?;
    let (now, calendar) = (app.clock.now(), app.pack.calendar());
    let occurrence = event.occurrence(calendar, value.occurrence, now)?;
    if now < occurrence.starts.utc(calendar) {
        return Err(Error::Conflict(message!(
            "这一场还没开始。",
            "This date has not begun.",
            "이 회차는 아직 시작하지 않았습니다."
        )));
    }
    let mut tx = app.db.begin().await?;
    if event.state.is_on() && !event.schedule.is_recurring() {
        event.state = EventState::Done;
        event.updated_at = now;
        if !store::save_event(&mut tx, &event).await? {
            return Err(Error::Conflict(message!(
                "活动刚刚有了变化，请再试。",
                "The event has just changed: try again.",
                "행사가 방금 변경되었습니다. 다시 시도해 주세요."
            )));
        }
    }
    store::hold_day(&mut tx, event.id, occurrence.key).await?;
    store::end_bookings(&mut tx, event.id, occurrence.key, now).await?;
    store::close_day(&mut tx, event.id, occurrence.key, account.id, now).await?;
    tx.commit().await?;
    tracing::info!(event = %event.id, "Day {} is closed", occurrence.key);
    Ok((
        [NO_STORE],
        Json(summarise(&app, &event, &occurrence).await?),
    ))
}

/// What a day came to
///
/// By members: counts, every class's credits, and what somebody should look at.
#[utoipa::path(
    get, path = "/events/{id}/summary", tag = "events", params(("id" = Uuid, Path), CountQuery),
    responses(
        (status = OK, body = DaySummary),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn summary(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
    Query(query): Query<CountQuery>,
) -> Result<Private<DaySummary>> {
    let event = access::event(&app, &id).await?;
    access::require(&app, event.organisation_id, account.id, access::MEMBERS).await?;
    let occurrence = event.occurrence(app.pack.calendar(), query.occurrence, app.clock.now())?;
    Ok((
        [NO_STORE],
        Json(summarise(&app, &event, &occurrence).await?),
    ))
}
