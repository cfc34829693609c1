//! The desk of the day: devices, their snapshot, what they hand in, labels, counts and the summary.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use wufei_moderation::find_personal_data;

use super::{Svg, svg};
use crate::app::{App, NO_STORE};
use crate::auth::CurrentUser;
use crate::events::access::{self, forbidden, no_event};
use crate::events::day::{DayOperations, DayOperationsAnswer, carry_out};
use crate::events::event::on;
use crate::events::isbn;
use crate::events::local::Local;
use crate::events::model::{Device, Gathering, State as EventState};
use crate::events::organisation::words;
use crate::events::schedule::Occurrence;
use crate::events::store;
use crate::events::svg::labels as draw_labels;
use crate::events::swap;
use crate::events::view::{
    DayStall, EventCounts, EventDate, EventKindView, HolderBalance, NotableOperation, SwapBook,
    counts as count, kind_view,
};
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::{BookId, DeviceId, GatheringId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::secret::{new_secret, secret_hash};

/// Devices of one event that are not revoked.
const MAX_DEVICES: i64 = 50;
/// Books in one snapshot; the rest follows from its cursor.
const BOOKS_AT_ONCE: i64 = 1_000;
/// Labels on one sheet.
const LABELS: u32 = 24;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(devices, add_device))
        .routes(routes!(revoke_device))
        .routes(routes!(day))
        .routes(routes!(operations))
        .routes(routes!(counts))
        .routes(routes!(close))
        .routes(routes!(summary))
        .routes(routes!(title, correct_title))
        .routes(routes!(labels))
}

type Private<T> = ([(HeaderName, HeaderValue); 1], Json<T>);

/// A device, for members.
#[derive(Serialize, ToSchema)]
struct DeviceView {
    id: DeviceId,
    name: String,
    occurrence: Local,
    expires_at: DateTime<Utc>,
    revoked: bool,
    last_seen_at: Option<DateTime<Utc>>,
}

impl From<Device> for DeviceView {
    fn from(device: Device) -> Self {
        Self {
            id: device.id,
            name: device.name,
            occurrence: device.occurrence,
            expires_at: device.expires_at,
            revoked: device.revoked_at.is_some(),
            last_seen_at: device.last_seen_at,
        }
    }
}

/// The devices of an event
#[utoipa::path(
    get, path = "/events/{id}/devices", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Vec<DeviceView>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn devices(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
) -> Result<Private<Vec<DeviceView>>> {
    let event = access::event(&app, &id).await?;
    access::require(&app, event.organisation_id, account.id, access::MEMBERS).await?;
    let found = store::devices(&app.db, event.id).await?;
    Ok((
        [NO_STORE],
        Json(found.into_iter().map(DeviceView::from).collect()),
    ))
}

/// A phone or tablet for the desk.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDevice {
    /// What it is called, `2号桌`; no person's name. 1 to 20 characters.
    name: String,
    /// The date it is for; the next one where absent.
    #[serde(default)]
    occurrence: Option<Local>,
}

/// The token of a device, given once.
#[derive(Serialize, Deserialize, ToSchema)]
struct MadeDevice {
    id: DeviceId,
    /// Sent as `X-Device-Token`.
    token: String,
    occurrence: Local,
    expires_at: DateTime<Utc>,
}

/// Register a device for the day
///
/// By any member. It needs nobody signed in: children use the teacher's device.
#[utoipa::path(
    post, path = "/events/{id}/devices", tag = "events", request_body = NewDevice,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = MadeDevice),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add_device(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Body { value, sha256 }: Body<NewDevice>,
) -> Result<(StatusCode, Private<MadeDevice>)> {
    let event = access::event(&app, &id).await?;
    access::require(&app, event.organisation_id, account.id, access::MEMBERS).await?;
    on(&event)?;
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let occurrence = event.occurrence(calendar, value.occurrence, now)?;
    let mut errors = Vec::new();
    let name = words("name", &value.name, 1..=20, &mut errors).replace('\n', " ");
    if !find_personal_data(&name).is_empty() {
        errors.push((
            "name".to_owned(),
            message!(
                "设备名里不要写个人信息。",
                "No personal data in a device's name.",
                "기기 이름에 개인정보를 적지 마세요."
            ),
        ));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let token = new_secret(&app.random);
    let ends = occurrence.ends.utc(calendar).max(now);
    let device = Device {
        id: DeviceId(app.random.uuid(now)),
        event_id: event.id,
        occurrence: occurrence.key,
        name,
        created_at: now,
        expires_at: ends + access::events(&app)?.merge,
        revoked_at: None,
        last_seen_at: None,
    };
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, made) = key.claim(&mut tx, sha256, now).await? {
        return Ok((status, ([NO_STORE], Json(made))));
    }
    if store::count_devices(&mut tx, event.id).await? >= MAX_DEVICES {
        return Err(Error::Conflict(message!(
            "最多 {MAX_DEVICES} 台设备，请先收回不用的。",
            "At most {MAX_DEVICES} devices: revoke those no longer used.",
            "기기는 최대 {MAX_DEVICES}대입니다. 사용하지 않는 기기를 취소하세요."
        )));
    }
    store::insert_device(&mut tx, &device, &secret_hash(&token), account.id).await?;
    let made = MadeDevice {
        id: device.id,
        token,
        occurrence: device.occurrence,
        expires_at: device.expires_at,
    };
    key.remember(&mut tx, StatusCode::CREATED, &made).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, ([NO_STORE], Json(made))))
}

/// Revoke a device
#[utoipa::path(
    delete, path = "/events/{id}/devices/{device}", tag = "events",
    params(("id" = Uuid, Path), ("device" = Uuid, Path)),
    responses(
        (status = 204, description = "Its token opens nothing any more"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn revoke_device(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path((id, device)): Path<(String, String)>,
) -> Result<StatusCode> {
    let event = access::event(&app, &id).await?;
    access::require(&app, event.organisation_id, account.id, access::MEMBERS).await?;
    let device = Uuid::try_parse(&device).map_err(|_| no_event())?;
    let mut tx = app.db.begin().await?;
    if !store::revoke_device(&mut tx, event.id, DeviceId(device), app.clock.now()).await? {
        return Err(no_event());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who works at the desk: a device by its token, or a member signed in; and the date meant.
async fn at_desk(
    app: &App,
    id: &str,
    occurrence: Option<Local>,
    headers: &HeaderMap,
) -> Result<(Gathering, Occurrence)> {
    let event = access::event(app, id).await?;
    let (now, calendar) = (app.clock.now(), app.pack.calendar());
    if let Some(device) = access::device(app, event.id, headers).await? {
        let occurrence = event
            .schedule
            .find(event.starts, calendar, device.occurrence)
            // The date was cancelled meanwhile; what was done on it still counts.
            .unwrap_or(Occurrence {
                starts: device.occurrence,
                ends: device.occurrence.plus(event.schedule.minutes),
                key: device.occurrence,
            });
        return Ok((event, occurrence));
    }
    if access::role_of(app, event.organisation_id, headers)
        .await?
        .is_none()
    {
        return Err(forbidden());
    }
    let occurrence = event.occurrence(calendar, occurrence, now)?;
    Ok((event, occurrence))
}

#[derive(Deserialize, IntoParams)]
struct DayQuery {
    /// The cursor of an earlier snapshot: only books that changed since.
    since: Option<i64>,
    /// For members without a device; the next date where absent.
    #[param(value_type = Option<String>)]
    occurrence: Option<Local>,
}

/// A title of the local catalogue.
#[derive(Serialize, ToSchema)]
struct BookTitle {
    isbn: String,
    title: String,
    author: String,
}

impl From<store::Title> for BookTitle {
    fn from(title: store::Title) -> Self {
        Self {
            isbn: title.isbn,
            title: title.title,
            author: title.author,
        }
    }
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

fn isbn_of(text: &str) -> Result<String> {
    isbn::parse(text).ok_or_else(|| {
        Error::field(
            "isbn",
            message!(
                "ISBN 不对：校验位不符，请再扫一次或核对数字。",
                "Not an ISBN: the check digit is wrong. Scan again or compare the digits.",
                "ISBN이 아닙니다. 검사 숫자가 맞지 않습니다. 다시 스캔하거나 확인해 주세요."
            ),
        )
    })
}

/// A title by its ISBN, from what the district's swaps have learned
#[utoipa::path(
    get, path = "/events/{id}/titles/{isbn}", tag = "events",
    params(("id" = Uuid, Path), ("isbn" = String, Path), ("X-Device-Token" = Option<String>, Header)),
    responses(
        (status = OK, body = BookTitle),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Nobody has entered it yet"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The check digit is wrong"),
    )
)]
async fn title(
    State(app): State<Arc<App>>,
    Path((id, isbn)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Private<BookTitle>> {
    at_desk(&app, &id, None, &headers).await?;
    let found = store::title(&app.db, &isbn_of(&isbn)?).await?;
    let found = found.ok_or_else(|| {
        Error::NotFound(message!(
            "还没有人录入过这本书。",
            "Nobody has entered this book yet.",
            "아직 등록된 적이 없는 책입니다."
        ))
    })?;
    Ok(([NO_STORE], Json(found.into())))
}

/// A title as it should be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CorrectTitle {
    /// 1 to 120 characters.
    title: String,
    /// At most 120 characters.
    #[serde(default)]
    author: String,
}

/// Enter or correct a title
#[utoipa::path(
    put, path = "/events/{id}/titles/{isbn}", tag = "events", request_body = CorrectTitle,
    params(("id" = Uuid, Path), ("isbn" = String, Path), ("X-Device-Token" = Option<String>, Header)),
    responses(
        (status = 204, description = "Kept"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn correct_title(
    State(app): State<Arc<App>>,
    Path((id, isbn)): Path<(String, String)>,
    headers: HeaderMap,
    Body { value, .. }: Body<CorrectTitle>,
) -> Result<StatusCode> {
    at_desk(&app, &id, None, &headers).await?;
    let isbn = isbn_of(&isbn)?;
    let mut errors = Vec::new();
    let title = words("title", &value.title, 1..=swap::MAX_TITLE, &mut errors);
    let author = words("author", &value.author, 0..=swap::MAX_TITLE, &mut errors);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let (title, author) = (swap::line(&title), swap::line(&author));
    let mut tx = app.db.begin().await?;
    store::put_title(&mut tx, &isbn, &title, &author, app.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
struct LabelQuery {
    /// New labels, 1 to 24: stick one on a book and scan it when the book comes in.
    #[param(minimum = 1, maximum = 24)]
    blank: Option<u32>,
    /// The label of one book.
    book: Option<Uuid>,
}

/// Labels for books, to be printed
#[utoipa::path(
    get, path = "/events/{id}/labels", tag = "events",
    params(("id" = Uuid, Path), LabelQuery, ("X-Device-Token" = Option<String>, Header)),
    responses(
        (status = OK, content_type = "image/svg+xml", body = String),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn labels(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<LabelQuery>,
    headers: HeaderMap,
) -> Result<Svg> {
    let (event, _) = at_desk(&app, &id, None, &headers).await?;
    let label = |id: BookId, title: &str| {
        let text = id.0.simple().to_string();
        let short = text[text.len() - 8..].to_uppercase();
        (
            format!("{}/b/{id}", app.public_url),
            title.to_owned(),
            short,
        )
    };
    let sheet = if let Some(book) = query.book {
        let mut tx = app.db.begin().await?;
        let found = store::book(&mut tx, event.organisation_id, BookId(book)).await?;
        let (book, _) = found.ok_or_else(no_event)?;
        vec![label(book.id, &book.title)]
    } else {
        let blank = query.blank.unwrap_or(LABELS);
        if !(1..=LABELS).contains(&blank) {
            return Err(Error::field(
                "blank",
                message!(
                    "1 到 {LABELS} 张。",
                    "Between 1 and {LABELS}.",
                    "1~{LABELS}장입니다."
                ),
            ));
        }
        let now = app.clock.now();
        let fresh = |_| label(BookId(app.random.uuid(now)), &event.title);
        (0..blank).map(fresh).collect()
    };
    Ok(svg(draw_labels(&event.title, &sheet)?))
}
