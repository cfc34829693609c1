//! For the office: bookings and load, rounds, exceptions, prices, codes to read out.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::load;
use crate::app::{App, NO_STORE};
use crate::auth::{Account, Arbiters, Named, Planners, Role, Staff};
use crate::district::Lang;
use crate::district::pickups::{Half, Pickups, RoundDay};
use crate::message;
use crate::pickups::access;
use crate::pickups::booking::{self, ChangePickup};
use crate::pickups::capacity::limit;
use crate::pickups::custody::{self, CustodyRecord};
use crate::pickups::day::Day;
use crate::pickups::model::{Booking, Status};
use crate::pickups::plan::{current, pickups, templates};
use crate::pickups::price::SetPrice;
use crate::pickups::slots::{Room, SlotKey};
use crate::pickups::store::{self, Blackout, PickupFilter, SetTemplate};
use crate::pickups::view::{PickupView, SlotView, named_collector, pickup_view, slot_view};
use crate::reports::page_size;
use crate::shared::code::Code;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::{BlackoutId, CodeId, PriceId, SlotId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::money::Money;
use crate::shared::page::{Cursor, Page};
use crate::shared::phone::Phone;
use crate::shared::words::tidy;

/// Days in one calendar or export.
const MAX_DAYS: i64 = 366;
/// A round larger than this is a slip of the pen.
const MAX_ROOM: i64 = 1_000_000;
/// Fen; a price beyond is a slip of the pen.
const MAX_PRICE: i64 = 1_000_000;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(move_it))
        .routes(routes!(cancel))
        .routes(routes!(chain))
        .routes(routes!(calendar))
        .routes(routes!(set_slot))
        .routes(routes!(list_templates))
        .routes(routes!(set_template))
        .routes(routes!(list_blackouts, add_blackout))
        .routes(routes!(remove_blackout))
        .routes(routes!(list_prices, set_price))
        .routes(routes!(list_codes))
        .routes(routes!(called))
}

type Private<T> = ([(HeaderName, HeaderValue); 1], Json<T>);

/// The collectors somebody sees, `,a,b,` as one LIKE can search it.
pub(super) fn seen_by(app: &App, account: &Account, only: Option<&str>) -> Result<String> {
    let mut collectors = access::collectors_of(app, account);
    if let Some(only) = only {
        access::check(collectors.iter().any(|id| id == only))?;
        collectors = vec![only.to_owned()];
    }
    Ok(format!(",{},", collectors.join(",")))
}

/// Two days in order and not too far apart.
pub(super) fn span(from: NaiveDate, until: NaiveDate) -> Result<(Day, Day)> {
    if (0..MAX_DAYS).contains(&(until - from).num_days()) {
        return Ok((Day(from), Day(until)));
    }
    Err(Error::field(
        "until",
        message!(
            "结束日期不早于开始日期，最多 366 天。",
            "Not before `from`, and at most 366 days.",
            "종료일은 시작일 이후여야 하며 최대 366일입니다."
        ),
    ))
}

async fn reload(app: &App, booking: &Booking) -> Result<Booking> {
    store::by_id(&app.db, booking.id)
        .await?
        .ok_or_else(|| Error::internal("the pickup is gone"))
}

async fn view(app: &App, booking: &Booking, lang: Lang) -> Result<Private<PickupView>> {
    let current = current(app).await?;
    let view = pickup_view(app, &current.plan, booking, lang).await?;
    Ok(([NO_STORE], Json(view)))
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
    booking::change(&app, &booking, change, Some(staff.account.id)).await?;
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

fn words(field: &str, text: &str) -> Result<String> {
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

fn closure(blackout: Blackout) -> crate::pickups::slots::Closure {
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

fn room_error(field: &str) -> Error {
    Error::field(
        field,
        message!(
            "写 0 到 1000000 之间的数。",
            "Between 0 and 1,000,000.",
            "0에서 1,000,000 사이여야 합니다."
        ),
    )
}

/// A round as it holds now.
#[derive(Serialize, ToSchema)]
struct TemplateView {
    id: String,
    collector: String,
    zone: String,
    days: BTreeSet<RoundDay>,
    half: Half,
    items: u32,
    litres: u32,
    /// Give it back when editing; 0 while it is the pack's own.
    version: i64,
    /// Staff edited it.
    edited: bool,
}

#[derive(Serialize, ToSchema)]
struct Templates {
    items: Vec<TemplateView>,
}

/// Rounds
#[utoipa::path(
    get, path = "/desk/pickups/templates", tag = "desk",
    responses((status = OK, body = Templates))
)]
async fn list_templates(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
) -> Result<Json<Templates>> {
    let pickups = pickups(&app)?;
    let stored = store::templates(&app.db).await?;
    let items = templates(&app.db, pickups)
        .await?
        .into_iter()
        .filter(|template| access::may_see(&app, &staff.account, &template.collector))
        .map(|template| {
            let edited = stored.iter().find(|edited| edited.id == template.id);
            TemplateView {
                version: edited.map_or(0, |edited| edited.version),
                edited: edited.is_some(),
                id: template.id,
                collector: template.collector,
                zone: template.zone,
                days: template.days,
                half: template.half,
                items: template.items,
                litres: template.litres,
            }
        })
        .collect();
    Ok(Json(Templates { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetTemplateBody {
    collector: String,
    zone: String,
    /// None: the round no longer runs.
    days: BTreeSet<RoundDay>,
    half: Half,
    items: i64,
    litres: i64,
    /// As read; 0 for a new round or one of the pack's.
    version: i64,
}

/// Edit or add a round
///
/// What is booked stays booked: half-days that no longer fit show as `over` in the calendar.
#[utoipa::path(
    put, path = "/desk/pickups/templates/{id}", tag = "desk", request_body = SetTemplateBody,
    params(("id" = String, Path)),
    responses(
        (status = OK, body = TemplateView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Somebody else was faster"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn set_template(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<SetTemplateBody>,
) -> Result<Json<TemplateView>> {
    let pickups = pickups(&app)?;
    check_template(pickups, &id, &body)?;
    access::check(access::may_plan(&app, &staff.account, &body.collector))?;
    let all = templates(&app.db, pickups).await?;
    // Nobody takes a round away from another office.
    if let Some(known) = all.iter().find(|template| template.id == id) {
        access::check(access::may_plan(&app, &staff.account, &known.collector))?;
    }
    let words: Vec<String> = body
        .days
        .iter()
        .filter_map(|day| serde_json::to_value(day).ok()?.as_str().map(str::to_owned))
        .collect();
    let stored = SetTemplate {
        id: id.clone(),
        collector: body.collector.clone(),
        zone: body.zone.clone(),
        days: words.join(" "),
        half: body.half,
        items: body.items,
        litres: body.litres,
        version: body.version,
        updated_at: app.clock.now(),
    };
    let mut tx = app.db.begin().await?;
    if !store::save_template(&mut tx, &stored, staff.account.id).await? {
        return Err(Error::Conflict(message!(
            "别人刚刚改过这个班次，请刷新后再改。",
            "Somebody has just changed this round: reload it and try again.",
            "다른 사람이 방금 이 회차를 변경했습니다. 새로고침 후 다시 시도해 주세요."
        )));
    }
    tx.commit().await?;
    tracing::info!(account = %staff.account.id, "Round {id} was edited");
    Ok(Json(TemplateView {
        id,
        collector: body.collector,
        zone: body.zone,
        days: body.days,
        half: body.half,
        items: u32::try_from(body.items).unwrap_or(0),
        litres: u32::try_from(body.litres).unwrap_or(0),
        version: body.version + 1,
        edited: true,
    }))
}

fn check_template(pickups: &Pickups, id: &str, body: &SetTemplateBody) -> Result<()> {
    let mut errors = Vec::new();
    let plain = id
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !(1..=60).contains(&id.len()) || !plain {
        errors.push((
            "id".to_owned(),
            message!(
                "代号用小写字母、数字和 -，最多 60 个。",
                "Lower-case letters, digits and -, at most 60.",
                "소문자·숫자·-만 60자 이내로 적어 주세요."
            ),
        ));
    }
    if pickups.collector(&body.collector).is_none() {
        errors.push(("collector".to_owned(), no_collector()));
    }
    if pickups.zone(&body.zone).is_none() {
        errors.push(("zone".to_owned(), no_zone()));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    for (field, value) in [("items", body.items), ("litres", body.litres)] {
        if !(0..=MAX_ROOM).contains(&value) {
            return Err(room_error(field));
        }
    }
    Ok(())
}

fn no_collector() -> crate::shared::message::Message {
    message!(
        "没有这个收运单位。",
        "There is no such collector.",
        "이러한 수거 업체가 없습니다."
    )
}

fn no_zone() -> crate::shared::message::Message {
    message!(
        "没有这个片区。",
        "There is no such zone.",
        "이러한 구역이 없습니다."
    )
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

/// A one-time code to be read out over the phone.
#[derive(Serialize, ToSchema)]
struct CodeToCall {
    id: CodeId,
    phone: Phone,
    code: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

#[derive(Serialize, ToSchema)]
struct CodesToCall {
    items: Vec<CodeToCall>,
}

/// One-time codes to read out
///
/// Call the number and read the code out to whoever answers; then note that you did.
#[utoipa::path(
    get, path = "/desk/pickups/codes", tag = "desk",
    responses((status = OK, body = CodesToCall))
)]
async fn list_codes(
    State(app): State<Arc<App>>,
    _staff: Staff<Arbiters>,
) -> Result<Private<CodesToCall>> {
    let items = store::codes_to_call(&app.db, app.clock.now())
        .await?
        .into_iter()
        .filter_map(|code| {
            Some(CodeToCall {
                id: code.id,
                phone: code.phone,
                code: code.code?,
                created_at: code.created_at,
                expires_at: code.expires_at,
            })
        })
        .collect();
    Ok(([NO_STORE], Json(CodesToCall { items })))
}

/// Note that a code was read out
#[utoipa::path(
    post, path = "/desk/pickups/codes/{id}/called", tag = "desk", params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn called(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let gone = || {
        Error::NotFound(message!(
            "没有这个验证码。",
            "There is no such code.",
            "이러한 인증번호가 없습니다."
        ))
    };
    let id = CodeId(Uuid::try_parse(&id).map_err(|_| gone())?);
    if !store::mark_called(&app.db, id, app.clock.now()).await? {
        return Err(gone());
    }
    tracing::info!(account = %staff.account.id, "A code was read out");
    Ok(StatusCode::NO_CONTENT)
}
