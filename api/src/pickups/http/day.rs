//! The crew's day: its stops, what was done at them, and handovers by scanning a label.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::own;
use crate::app::{App, NO_STORE};
use crate::auth::{Handlers, Named, Staff};
use crate::district::pickups::Half;
use crate::message;
use crate::pickups::access;
use crate::pickups::crew::{self, MAX_OPERATIONS, Operation, OperationAnswer};
use crate::pickups::custody::{self, CustodyRecord, HandoverView, NewHandover, Stage, next_stages};
use crate::pickups::day::Day;
use crate::pickups::model::Booking;
use crate::pickups::plan::current;
use crate::pickups::route;
use crate::pickups::store;
use crate::pickups::view::{PickupView, named_collector, pickup_view};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::geo::Point;
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::rate_limit::ClientIp;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(day))
        .routes(routes!(operations))
        .routes(routes!(scan))
        .routes(routes!(hand_over))
        .routes(routes!(record))
}

type Private<T> = ([(HeaderName, HeaderValue); 1], Json<T>);

#[derive(Deserialize, IntoParams)]
struct DayQuery {
    /// Today where absent.
    day: Option<NaiveDate>,
    /// One collector; all that this office runs where absent.
    collector: Option<String>,
}

/// A stop of a round.
#[derive(Serialize, ToSchema)]
struct StopView {
    /// From 1, within the half-day of its collector.
    order: usize,
    /// Where it is drawn: the door as the resident gave it, or else the township's seat.
    lng: Option<f64>,
    lat: Option<f64>,
    /// False where only the township is known.
    located: bool,
    pickup: PickupView,
}

/// Half a day of one collector.
#[derive(Serialize, ToSchema)]
struct Round {
    collector: Named,
    half: Half,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    /// As the crow flies, from stop to stop.
    length_km: f64,
    stops: Vec<StopView>,
}

/// A crew's day.
#[derive(Serialize, ToSchema)]
struct CrewDay {
    #[schema(value_type = String, format = Date)]
    day: Day,
    now: DateTime<Utc>,
    rounds: Vec<Round>,
}

/// A crew's day
///
/// The stops of this office's rounds in a sensible order, with everything needed to work without a
/// signal.
#[utoipa::path(
    get, path = "/desk/pickups/day", tag = "desk", params(DayQuery),
    responses(
        (status = OK, body = CrewDay),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn day(
    State(app): State<Arc<App>>,
    staff: Staff<Handlers>,
    Language(lang): Language,
    Query(query): Query<DayQuery>,
) -> Result<Private<CrewDay>> {
    let current = current(&app).await?;
    let plan = &current.plan;
    let now = app.clock.now();
    let day = Day(query
        .day
        .unwrap_or_else(|| app.pack.calendar().local_date(now)));
    let mut collectors = access::collectors_of(&app, &staff.account);
    if let Some(asked) = query.collector {
        access::check(collectors.contains(&asked))?;
        collectors = vec![asked];
    }
    let mut rounds = Vec::new();
    for collector in collectors {
        let stops = store::stops(&app.db, &collector, day).await?;
        for half in [Half::Am, Half::Pm] {
            let stops: Vec<&Booking> = stops.iter().filter(|stop| stop.half == half).collect();
            if stops.is_empty() {
                continue;
            }
            let places: Vec<(Option<Point>, bool)> =
                stops.iter().map(|stop| place(&app, stop)).collect();
            let points: Vec<Option<Point>> = places.iter().map(|(point, _)| *point).collect();
            // No depot is known: the tour may begin at whichever end is shorter.
            let order = route::order(None, &points);
            let tour: Vec<Point> = order.iter().filter_map(|at| points[*at]).collect();
            let mut views = Vec::new();
            for (number, at) in order.into_iter().enumerate() {
                let (point, located) = places[at];
                views.push(StopView {
                    order: number + 1,
                    lng: point.map(Point::lng),
                    lat: point.map(Point::lat),
                    located,
                    pickup: pickup_view(&app, plan, stops[at], lang).await?,
                });
            }
            let (starts_at, ends_at) = plan.hours(day, half);
            rounds.push(Round {
                collector: named_collector(plan, &collector, lang),
                half,
                starts_at,
                ends_at,
                length_km: (route::length_m(None, &tour) / 10.0).round() / 100.0,
                stops: views,
            });
        }
    }
    Ok(([NO_STORE], Json(CrewDay { day, now, rounds })))
}

/// Where a stop is, and whether that is its own place.
fn place(app: &App, booking: &Booking) -> (Option<Point>, bool) {
    if let Some(point) = booking.point() {
        return (Some(point), true);
    }
    let seat = app.pack.township(&booking.township).and_then(|t| t.seat);
    (seat, false)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Operations {
    /// At most 100.
    operations: Vec<Operation>,
}

#[derive(Serialize, ToSchema)]
struct OperationAnswers {
    /// In the order of the request.
    items: Vec<OperationAnswer>,
}

/// What a crew did
///
/// For syncing after work without a signal: send everything, as often as needed. Operations are carried
/// out in the order of their `at`, each once by its id, each by itself.
#[utoipa::path(
    post, path = "/desk/pickups/operations", tag = "desk", request_body = Operations,
    responses(
        (status = OK, body = OperationAnswers),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn operations(
    State(app): State<Arc<App>>,
    staff: Staff<Handlers>,
    Language(lang): Language,
    Body { value: body, .. }: Body<Operations>,
) -> Result<Json<OperationAnswers>> {
    if body.operations.len() > MAX_OPERATIONS {
        return Err(Error::field(
            "operations",
            message!(
                "一次最多 100 条。",
                "At most 100 at a time.",
                "한 번에 최대 100건입니다."
            ),
        ));
    }
    let items = crew::carry_out(&app, body.operations, &staff.account, lang).await?;
    Ok(Json(OperationAnswers { items }))
}

/// What a scanned label belongs to.
#[derive(Serialize, ToSchema)]
struct Scanned {
    pickup: PickupView,
    handovers: Vec<HandoverView>,
    /// The stages that may follow.
    next_stages: Vec<Stage>,
}

async fn by_token(app: &App, token: &str, staff: &Staff<Handlers>) -> Result<Booking> {
    let booking = store::by_scan_token(&app.db, token).await?.ok_or_else(|| {
        Error::NotFound(message!(
            "没有这个标签。",
            "There is no such label.",
            "이러한 라벨이 없습니다."
        ))
    })?;
    access::check(access::runs(app, &staff.account, &booking.collector))?;
    Ok(booking)
}

/// Scan a label
#[utoipa::path(
    get, path = "/desk/pickups/scan/{token}", tag = "desk", params(("token" = String, Path)),
    responses(
        (status = OK, body = Scanned),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn scan(
    State(app): State<Arc<App>>,
    staff: Staff<Handlers>,
    Language(lang): Language,
    Path(token): Path<String>,
) -> Result<Private<Scanned>> {
    let booking = by_token(&app, &token, &staff).await?;
    let current = current(&app).await?;
    let handovers = store::handovers(&app.db, booking.id).await?;
    let scanned = Scanned {
        pickup: pickup_view(&app, &current.plan, &booking, lang).await?,
        next_stages: next_stages(&handovers),
        handovers: handovers
            .iter()
            .map(|handover| HandoverView::of(handover, lang))
            .collect(),
    };
    Ok(([NO_STORE], Json(scanned)))
}

/// Hand a consignment over
///
/// By scanning its label: stage, place, weight and who takes it. A weight that differs from the one
/// before by more than the tolerance is flagged.
#[utoipa::path(
    post, path = "/desk/pickups/scan/{token}/handovers", tag = "desk", request_body = NewHandover,
    params(("token" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = HandoverView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Out of order"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn hand_over(
    State(app): State<Arc<App>>,
    staff: Staff<Handlers>,
    Language(lang): Language,
    key: IdempotencyKey,
    Path(token): Path<String>,
    Body { value: new, sha256 }: Body<NewHandover>,
) -> Result<(StatusCode, Json<HandoverView>)> {
    let booking = by_token(&app, &token, &staff).await?;
    let current = current(&app).await?;
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, view) = key.claim(&mut tx, sha256, app.clock.now()).await? {
        return Ok((status, Json(view)));
    }
    let handover =
        custody::hand_over(&app, &mut tx, &current.plan, &booking, &new, &staff.account).await?;
    let view = HandoverView::of(&handover, lang);
    key.remember(&mut tx, StatusCode::CREATED, &view).await?;
    tx.commit().await?;
    tracing::info!(pickup = %booking.id, "Consignment {} is {:?}", booking.code, handover.stage);
    Ok((StatusCode::CREATED, Json(view)))
}

/// The custody record of one's booking, for printing
#[utoipa::path(
    get, path = "/pickups/{ref}/custody", tag = "pickups",
    params(("ref" = String, Path), ("X-Pickup-Secret" = Option<String>, Header)),
    responses(
        (status = OK, body = CustodyRecord),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn record(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Private<CustodyRecord>> {
    let booking = own(&app, &code, &headers, ip).await?;
    let current = current(&app).await?;
    let record = custody::record(&app, &current.plan, &booking, lang).await?;
    Ok(([NO_STORE], Json(record)))
}
