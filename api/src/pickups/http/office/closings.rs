//! The office: times in which no round runs.

use super::MAX_DAYS;
use super::bookings::words;
use super::calendar::closure;
use super::rounds::no_collector;
use super::rounds::no_zone;
use crate::app::App;
use crate::auth::{Account, Arbiters, Planners, Role, Staff};
use crate::district::pickups::Half;
use crate::message;
use crate::pickups::access;
use crate::pickups::day::Day;
use crate::pickups::plan::pickups;
use crate::pickups::store::{self, Blackout};
use crate::shared::code::Code;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::Json as Body;
use crate::shared::id::BlackoutId;
use crate::shared::idempotency::{IdempotencyKey, Turn};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_blackouts, add_blackout))
        .routes(routes!(remove_blackout))
}

/// A time without rounds.
#[derive(Serialize, Deserialize, ToSchema)]
struct BlackoutView {
    id: BlackoutId,
    /// Null: all of them.
    collector: Option<String>,
    zone: Option<String>,
    #[schema(value_type = String, format = Date)]
    first_day: Day,
    #[schema(value_type = String, format = Date)]
    last_day: Day,
    half: Option<Half>,
    reason: String,
    created_at: DateTime<Utc>,
    /// Bookings in it, which need moving.
    affected: Vec<Code>,
}

#[derive(Serialize, ToSchema)]
struct Blackouts {
    items: Vec<BlackoutView>,
}

async fn blackout_view(app: &App, blackout: Blackout) -> Result<BlackoutView> {
    let covers = closure(blackout.clone());
    let now = app.clock.now();
    let loads = store::slots_between(
        &app.db,
        blackout.zone.as_deref(),
        blackout.first_day,
        blackout.last_day,
        now,
    )
    .await?;
    let mut affected = Vec::new();
    for load in loads.iter().filter(|load| covers.covers(&load.slot.key())) {
        affected.extend(store::booked_in(&app.db, load.slot.id).await?);
    }
    Ok(BlackoutView {
        id: blackout.id,
        collector: blackout.collector,
        zone: blackout.zone,
        first_day: blackout.first_day,
        last_day: blackout.last_day,
        half: blackout.half,
        reason: blackout.reason,
        created_at: blackout.created_at,
        affected,
    })
}

/// Times without rounds, from today on
#[utoipa::path(
    get, path = "/desk/pickups/blackouts", tag = "desk",
    responses((status = OK, body = Blackouts))
)]
async fn list_blackouts(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
) -> Result<Json<Blackouts>> {
    let today = Day(app.pack.calendar().local_date(app.clock.now()));
    let mut items = Vec::new();
    for blackout in store::blackouts(&app.db, today).await? {
        let mine = |id: &String| access::may_see(&app, &staff.account, id);
        if blackout.collector.as_ref().is_none_or(mine) {
            items.push(blackout_view(&app, blackout).await?);
        }
    }
    Ok(Json(Blackouts { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBlackout {
    /// Handlers name one of their own; coordinators may leave it out for all.
    #[serde(default)]
    collector: Option<String>,
    #[serde(default)]
    zone: Option<String>,
    first_day: NaiveDate,
    last_day: NaiveDate,
    #[serde(default)]
    half: Option<Half>,
    /// 1 to 300 characters.
    reason: String,
}

/// Close a time
///
/// Nothing more can be booked in it; the answer names the bookings that need moving.
#[utoipa::path(
    post, path = "/desk/pickups/blackouts", tag = "desk", request_body = NewBlackout,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = BlackoutView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add_blackout(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    key: IdempotencyKey,
    Body {
        value: body,
        sha256,
    }: Body<NewBlackout>,
) -> Result<(StatusCode, Json<BlackoutView>)> {
    let pickups = pickups(&app)?;
    if let Some(id) = &body.collector
        && pickups.collector(id).is_none()
    {
        return Err(Error::field("collector", no_collector()));
    }
    if let Some(id) = &body.zone
        && pickups.zone(id).is_none()
    {
        return Err(Error::field("zone", no_zone()));
    }
    access::check(may_close(&app, &staff.account, body.collector.as_deref()))?;
    let days = (body.last_day - body.first_day).num_days();
    if !(0..MAX_DAYS).contains(&days) {
        return Err(Error::field(
            "last_day",
            message!(
                "最后一天不早于第一天，最多 366 天。",
                "Not before the first day, and at most 366 days.",
                "마지막 날은 첫날 이후여야 하며 최대 366일입니다."
            ),
        ));
    }
    let now = app.clock.now();
    let blackout = Blackout {
        id: BlackoutId(app.random.uuid(now)),
        collector: body.collector,
        zone: body.zone,
        first_day: Day(body.first_day),
        last_day: Day(body.last_day),
        half: body.half,
        reason: words("reason", &body.reason)?,
        created_at: now,
    };
    let view = blackout_view(&app, blackout.clone()).await?;
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, view) = key.claim(&mut tx, sha256, now).await? {
        return Ok((status, Json(view)));
    }
    store::insert_blackout(&mut tx, &blackout, staff.account.id).await?;
    key.remember(&mut tx, StatusCode::CREATED, &view).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view)))
}

fn may_close(app: &App, account: &Account, collector: Option<&str>) -> bool {
    match collector {
        Some(id) => access::may_plan(app, account, id),
        None => account.role == Role::Coordinator,
    }
}

/// Open a time again
#[utoipa::path(
    delete, path = "/desk/pickups/blackouts/{id}", tag = "desk", params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove_blackout(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let gone = || {
        Error::NotFound(message!(
            "没有这个停运时段。",
            "There is no such blackout.",
            "이러한 휴무가 없습니다."
        ))
    };
    let id = BlackoutId(Uuid::try_parse(&id).map_err(|_| gone())?);
    let blackout = store::blackout(&app.db, id).await?.ok_or_else(gone)?;
    access::check(may_close(
        &app,
        &staff.account,
        blackout.collector.as_deref(),
    ))?;
    store::remove_blackout(&app.db, id, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
