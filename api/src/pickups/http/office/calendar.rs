//! The office: the load of every half-day, and its room.

use super::{MAX_ROOM, span};
use crate::app::App;
use crate::auth::{Arbiters, Named, Planners, Staff};
use crate::district::pickups::Half;
use crate::message;
use crate::pickups::access;
use crate::pickups::capacity::limit;
use crate::pickups::day::Day;
use crate::pickups::plan::current;
use crate::pickups::slots::{Room, SlotKey};
use crate::pickups::store::{self, Blackout};
use crate::pickups::view::named_collector;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::SlotId;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(calendar))
        .routes(routes!(set_slot))
}

#[derive(Deserialize, IntoParams)]
struct CalendarQuery {
    from: NaiveDate,
    until: NaiveDate,
    collector: Option<String>,
    zone: Option<String>,
}

/// A half-day and its load.
#[derive(Serialize, ToSchema)]
struct SlotLoadView {
    id: String,
    #[schema(value_type = String, format = Date)]
    day: Day,
    half: Half,
    collector: Named,
    zone: Named,
    /// What fits; 0 where it is closed.
    items_limit: i64,
    litres_limit: i64,
    items_taken: i64,
    litres_taken: i64,
    /// Staff set the limit of this half-day alone.
    exception: bool,
    /// A blackout covers it.
    closed: bool,
    /// More is booked than fits now: bookings need moving.
    over: bool,
    booked: i64,
    waiting: i64,
}

#[derive(Serialize, ToSchema)]
struct LoadCalendar {
    items: Vec<SlotLoadView>,
}

/// Half-days and their load
#[utoipa::path(
    get, path = "/desk/pickups/calendar", tag = "desk", params(CalendarQuery),
    responses(
        (status = OK, body = LoadCalendar),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn calendar(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
    Language(lang): Language,
    Query(query): Query<CalendarQuery>,
) -> Result<Json<LoadCalendar>> {
    let (first, last) = span(query.from, query.until)?;
    let mut current = current(&app).await?;
    // Those of the past count as well here.
    current.plan.closures = store::blackouts(&app.db, first)
        .await?
        .into_iter()
        .map(closure)
        .collect();
    let plan = &current.plan;
    let collectors = access::collectors_of(&app, &staff.account);
    let collectors: Vec<&str> = collectors
        .iter()
        .map(String::as_str)
        .filter(|id| query.collector.as_deref().is_none_or(|only| only == *id))
        .collect();
    let loads =
        store::slots_between(&app.db, query.zone.as_deref(), first, last, app.clock.now()).await?;
    let mut open = plan.clone();
    open.closures.clear();
    let mut keys: BTreeSet<(Day, Half, String, String)> = BTreeSet::new();
    for zone in &plan.pickups.zones {
        if query.zone.as_ref().is_some_and(|only| *only != zone.id) {
            continue;
        }
        for (key, _) in open.slots(&collectors, &zone.id, first, last) {
            keys.insert((key.day, key.half, key.collector, key.zone));
        }
    }
    for load in &loads {
        let slot = &load.slot;
        if collectors.contains(&slot.collector.as_str()) {
            keys.insert((
                slot.day,
                slot.half,
                slot.collector.clone(),
                slot.zone.clone(),
            ));
        }
    }
    let items = keys
        .into_iter()
        .map(|(day, half, collector, zone)| {
            let key = SlotKey {
                collector,
                zone,
                day,
                half,
            };
            let load = loads.iter().find(|load| load.slot.key() == key);
            let room = match load {
                Some(load) => limit(plan, &load.slot),
                None => plan.room(&key).unwrap_or_default(),
            };
            let taken = load.map_or_else(Room::default, |load| load.slot.taken());
            SlotLoadView {
                id: key.to_string(),
                day,
                half,
                zone: Named {
                    name: plan
                        .pickups
                        .zone(&key.zone)
                        .map_or(key.zone.as_str(), |zone| zone.name.get(lang))
                        .to_owned(),
                    id: key.zone.clone(),
                },
                collector: named_collector(plan, &key.collector, lang),
                items_limit: room.items,
                litres_limit: room.litres,
                items_taken: taken.items,
                litres_taken: taken.litres,
                exception: load.is_some_and(|load| {
                    load.slot.items_limit.is_some() || load.slot.litres_limit.is_some()
                }),
                closed: plan.closures.iter().any(|closure| closure.covers(&key)),
                over: !room.fits(taken),
                booked: load.map_or(0, |load| load.booked),
                waiting: load.map_or(0, |load| load.waiting),
            }
        })
        .collect();
    Ok(Json(LoadCalendar { items }))
}

pub(super) fn closure(blackout: Blackout) -> crate::pickups::slots::Closure {
    crate::pickups::slots::Closure {
        collector: blackout.collector,
        zone: blackout.zone,
        first: blackout.first_day,
        last: blackout.last_day,
        half: blackout.half,
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetSlot {
    /// Most items of this half-day; null: as the rounds say.
    items: Option<i64>,
    litres: Option<i64>,
}

/// Set the room of one half-day
///
/// An exception to the rounds: more or less room, or an extra half-day with both set. Who waits is
/// served at once.
#[utoipa::path(
    put, path = "/desk/pickups/slots/{id}", tag = "desk", request_body = SetSlot,
    params(("id" = String, Path)),
    responses(
        (status = NO_CONTENT),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn set_slot(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<SetSlot>,
) -> Result<StatusCode> {
    let current = current(&app).await?;
    let plan = &current.plan;
    let key: Option<SlotKey> = id.parse().ok().filter(|key: &SlotKey| {
        plan.pickups.collector(&key.collector).is_some() && plan.pickups.zone(&key.zone).is_some()
    });
    let key = key.ok_or_else(|| {
        Error::NotFound(message!(
            "没有这个时段。",
            "There is no such half-day.",
            "이러한 시간대가 없습니다."
        ))
    })?;
    access::check(access::may_plan(&app, &staff.account, &key.collector))?;
    for (field, value) in [("items", body.items), ("litres", body.litres)] {
        if value.is_some_and(|value| !(0..=MAX_ROOM).contains(&value)) {
            return Err(room_error(field));
        }
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let slot = store::lock_slot(&mut tx, SlotId(app.random.uuid(now)), &key).await?;
    store::save_limit(&mut tx, slot.id, body.items, body.litres).await?;
    crate::pickups::capacity::hold(&app, &mut tx, plan, &key).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn room_error(field: &str) -> Error {
    Error::field(
        field,
        message!(
            "写 0 到 1000000 之间的数。",
            "Between 0 and 1,000,000.",
            "0에서 1,000,000 사이여야 합니다."
        ),
    )
}
