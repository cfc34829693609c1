//! Drafting, publishing, changing, postponing and cancelling events: load, decide, save, answer.

use axum::http::StatusCode;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use utoipa::ToSchema;
use wufei_moderation::find_personal_data;

use super::access::{self, events};
use super::letters::{self, News};
use super::local::Local;
use super::model::{Gathering, Organisation, State};
use super::organisation::{place, words};
use super::schedule::{self, Moved, Schedule};
use super::store;
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::district::Lang;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::geo::{Datum, Point};
use crate::shared::id::{GatheringId, PhotoId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::message::Message;
use crate::shared::screening::{self, Decision, Outcome, Ruling, Subject, SubjectKind, Submitted};
use crate::shared::words::tidy;

const TITLE: std::ops::RangeInclusive<usize> = 2..=80;
const TEXT: std::ops::RangeInclusive<usize> = 0..=4_000;
const ADDRESS: std::ops::RangeInclusive<usize> = 2..=120;
const NOTE: std::ops::RangeInclusive<usize> = 0..=300;
const LEFTOVER: std::ops::RangeInclusive<usize> = 0..=60;
/// Drafts and coming events of one organisation.
const MAX_EVENTS: usize = 500;

/// A rule of RFC 5545 with its exceptions.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EventRecurrence)]
pub struct Recurrence {
    /// An RRULE by days, weeks, months or years, `FREQ=MONTHLY;BYDAY=1SA`; absent where only `extra`
    /// dates repeat. Its end goes into `until`, or is a COUNT.
    #[serde(default)]
    pub rule: Option<String>,
    /// The last day on which the rule counts.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// Starts of the rule that are left out.
    #[serde(default)]
    pub except: Vec<Local>,
    /// Starts beside the rule.
    #[serde(default)]
    pub extra: Vec<Local>,
    /// Leaves out the holidays of the district's calendar.
    #[serde(default)]
    pub skip_holidays: bool,
}

/// An event to be planned. The place is a public one and is shown exactly.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// Id of a kind of the pack.
    pub kind: String,
    /// 2 to 80 characters.
    pub title: String,
    /// At most 4,000 characters.
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub photo_id: Option<PhotoId>,
    /// The organisation's own where absent.
    #[serde(default)]
    pub township: Option<String>,
    #[serde(default)]
    pub community: Option<String>,
    /// 2 to 120 characters.
    pub address: String,
    pub lng: f64,
    pub lat: f64,
    #[serde(default)]
    pub datum: Datum,
    pub starts: Local,
    /// How long it lasts, 15 to 4,320.
    pub minutes: i64,
    #[serde(default)]
    pub recurrence: Option<Recurrence>,
    /// Where books that nobody took go.
    #[serde(default)]
    pub leftover_place: Option<String>,
}

/// What is absent stays; `recurrence` is replaced as a whole, and an empty one makes it one-off.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEvent {
    /// As read.
    pub version: i64,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub photo_id: Option<PhotoId>,
    #[serde(default)]
    pub township: Option<String>,
    #[serde(default)]
    pub community: Option<String>,
    #[serde(default)]
    pub address: Option<String>,
    #[serde(default)]
    pub lng: Option<f64>,
    #[serde(default)]
    pub lat: Option<f64>,
    #[serde(default)]
    pub datum: Datum,
    #[serde(default)]
    pub starts: Option<Local>,
    #[serde(default)]
    pub minutes: Option<i64>,
    #[serde(default)]
    pub recurrence: Option<Recurrence>,
    #[serde(default)]
    pub leftover_place: Option<String>,
}

/// A new event.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct MadeEvent {
    pub id: GatheringId,
    pub state: State,
    pub version: i64,
}

/// Where an event stands after something was published of it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct PublishedEvent {
    pub id: GatheringId,
    pub state: State,
    pub version: i64,
    /// Absent where nothing had to be looked at.
    pub moderation: Option<Ruling>,
}

type Errors = Vec<(String, Message)>;

fn public_line(
    field: &str,
    text: &str,
    length: std::ops::RangeInclusive<usize>,
    errors: &mut Errors,
) -> String {
    let line = words(field, text, length, errors).replace('\n', " ");
    if !find_personal_data(&line).is_empty() {
        errors.push((
            field.into(),
            message!(
                "这里会公开，请不要写电话或证件号码。",
                "This is public: please leave out phone and identity numbers.",
                "공개되는 내용입니다. 전화번호나 신분증 번호를 적지 마세요."
            ),
        ));
    }
    line
}

fn point(app: &App, lng: f64, lat: f64, datum: Datum, errors: &mut Errors) -> Option<Point> {
    let point = Point::from_datum(lng, lat, datum)
        .ok()
        .filter(|point| app.pack.bbox().contains(*point));
    if point.is_none() {
        errors.push((
            "lng".into(),
            message!(
                "地点不在本地区。",
                "This place is not in the district.",
                "이 지역이 아닙니다."
            ),
        ));
    }
    point
}

fn set_recurrence(schedule: &mut Schedule, given: Option<&Recurrence>, errors: &mut Errors) {
    let given = given.cloned().unwrap_or_default();
    schedule.rule = match given.rule.as_deref().map(schedule::parse_rule) {
        None => None,
        Some(Ok(rule)) => Some(rule),
        Some(Err(message)) => {
            errors.push(("recurrence.rule".into(), message));
            None
        }
    };
    schedule.until = given.until;
    schedule.except = given.except;
    schedule.extra = given.extra;
    for dates in [&mut schedule.except, &mut schedule.extra] {
        dates.sort_unstable();
        dates.dedup();
    }
    schedule.skip_holidays = given.skip_holidays;
}

fn check_schedule(app: &App, event: &Gathering, errors: &mut Errors) {
    let calendar = app.pack.calendar();
    if let Err((field, message)) = event.schedule.check(event.starts, calendar) {
        errors.push((field.into(), message));
        return;
    }
    let horizon = event.starts.date().checked_add_days(Days::new(800));
    let some = horizon.is_some_and(|to| {
        !event
            .occurrences(calendar, event.starts.date(), to)
            .is_empty()
    });
    if !some {
        errors.push((
            "recurrence.except".into(),
            message!(
                "这样一场也没有。",
                "Nothing would take place at all.",
                "이대로면 한 번도 열리지 않습니다."
            ),
        ));
    }
}

fn changed() -> Error {
    Error::Conflict(message!(
        "活动刚刚有了变化，请刷新后再试。",
        "The event has just changed: reload and try again.",
        "행사가 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
    ))
}

async fn check_photo(tx: &mut Tx, photo: Option<PhotoId>) -> Result<()> {
    let Some(photo) = photo else { return Ok(()) };
    if store::photo_is_free(tx, photo).await? {
        return Ok(());
    }
    Err(Error::field(
        "photo_id",
        message!(
            "照片不存在或已用于别处，请重新上传。",
            "This photo does not exist or is used elsewhere: please upload it again.",
            "사진이 없거나 다른 곳에서 사용 중입니다. 다시 올려 주세요."
        ),
    ))
}

/// # Errors
/// 403 for whoever is no organiser, 422 for what is wrong.
pub async fn draft(
    app: &App,
    organisation: &Organisation,
    new: NewEvent,
    by: &Account,
    lang: Lang,
    key: &IdempotencyKey,
    body_hash: [u8; 32],
) -> Result<(StatusCode, MadeEvent)> {
    access::require(app, organisation.id, by.id, access::ORGANISERS).await?;
    let mut errors = Errors::new();
    if events(app)?.event(&new.kind).is_none() {
        errors.push((
            "kind".into(),
            message!(
                "没有这种活动。",
                "There is no such kind of event.",
                "이러한 행사 종류가 없습니다."
            ),
        ));
    }
    let township = new
        .township
        .filter(|code| !code.is_empty())
        .unwrap_or_else(|| organisation.township.clone());
    let community = new.community.filter(|code| !code.is_empty());
    place(app, &township, community.as_deref(), &mut errors);
    let title = words("title", &new.title, TITLE, &mut errors).replace('\n', " ");
    let text = words("text", &new.text, TEXT, &mut errors);
    let address = public_line("address", &new.address, ADDRESS, &mut errors);
    let leftover = new
        .leftover_place
        .as_deref()
        .map(|place| public_line("leftover_place", place, LEFTOVER, &mut errors))
        .filter(|place| !place.is_empty());
    let point = point(app, new.lng, new.lat, new.datum, &mut errors);
    let mut schedule = Schedule {
        minutes: new.minutes,
        ..Schedule::default()
    };
    set_recurrence(&mut schedule, new.recurrence.as_ref(), &mut errors);
    let now = app.clock.now();
    let (lng, lat) = point.map_or((0.0, 0.0), |point| (point.lng(), point.lat()));
    let mut event = Gathering {
        id: GatheringId(app.random.uuid(now)),
        organisation_id: organisation.id,
        kind: new.kind,
        title,
        text,
        lang: lang.tag().to_owned(),
        photo_id: new.photo_id,
        township,
        community,
        address,
        lng,
        lat,
        starts: new.starts,
        schedule: Json(schedule),
        first_day: String::new(),
        last_day: None,
        state: State::Draft,
        note: None,
        sequence: 0,
        stall_plan: None,
        leftover_place: leftover,
        published_at: None,
        noticed_at: None,
        created_by: by.id,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    check_schedule(app, &event, &mut errors);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    event.set_days();
    let known = store::events_of(&app.db, organisation.id).await?.len();
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, body_hash, now).await? {
        return Ok((status, answer));
    }
    if known >= MAX_EVENTS {
        return Err(Error::Conflict(message!(
            "一个组织最多 {MAX_EVENTS} 个活动。",
            "An organisation has at most {MAX_EVENTS} events.",
            "단체당 행사는 최대 {MAX_EVENTS}개입니다."
        )));
    }
    check_photo(&mut tx, event.photo_id).await?;
    store::insert_event(&mut tx, &event).await?;
    let made = MadeEvent {
        id: event.id,
        state: event.state,
        version: event.version,
    };
    key.remember(&mut tx, StatusCode::CREATED, &made).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, made))
}

async fn screen(
    app: &App,
    tx: &mut Tx,
    event: &Gathering,
    by: &Account,
    lang: Lang,
) -> Result<Ruling> {
    let photos: Vec<PhotoId> = event.photo_id.into_iter().collect();
    screening::submit(
        app,
        tx,
        Submitted {
            subject: Subject::new(SubjectKind::Event, event.id.0),
            author: Some(by.id),
            title: &event.title,
            text: &event.text,
            price: None,
            photos: &photos,
            place: Some(&event.township),
            lang,
        },
    )
    .await
}

/// Publishes a draft, or one that was refused and then changed.
///
/// # Errors
/// 409 while the organisation is not approved, or when it is published already.
pub async fn publish(
    app: &App,
    mut event: Gathering,
    organisation: &Organisation,
    by: &Account,
    lang: Lang,
) -> Result<PublishedEvent> {
    access::require(app, organisation.id, by.id, access::ORGANISERS).await?;
    if !organisation.is_public() {
        return Err(Error::Conflict(message!(
            "组织通过审批并能公开后才能发布活动。",
            "The organisation must be approved and public before its events are.",
            "단체가 승인·공개된 후에 행사를 게시할 수 있습니다."
        )));
    }
    if !matches!(event.state, State::Draft | State::Refused) || event.schedule.cancelled {
        return Err(Error::Conflict(message!(
            "活动已经发布、正在审核或已取消。",
            "The event is published, being looked at, or cancelled.",
            "행사가 이미 게시되었거나 심사 중이거나 취소되었습니다."
        )));
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let ruling = screen(app, &mut tx, &event, by, lang).await?;
    event.updated_at = now;
    settle(app, &mut tx, &mut event, ruling.decision, now).await?;
    if !store::save_event(&mut tx, &event).await? {
        return Err(changed());
    }
    tx.commit().await?;
    app.outbox_bell.notify_one();
    tracing::info!(event = %event.id, "Event is {}", event.state.as_str());
    Ok(PublishedEvent {
        id: event.id,
        state: event.state,
        version: event.version + 1,
        moderation: Some(ruling),
    })
}

/// Follows a verdict. Neighbours are told once, when it is first published.
async fn settle(
    app: &App,
    tx: &mut Tx,
    event: &mut Gathering,
    decision: Decision,
    now: DateTime<Utc>,
) -> Result<()> {
    event.state = match decision {
        Decision::Hold => State::Held,
        Decision::Refuse => State::Refused,
        Decision::Publish if event.schedule.cancelled => State::Cancelled,
        Decision::Publish => {
            // What was already public comes back as it was.
            if event.schedule.moved.is_empty() || event.schedule.is_recurring() {
                State::Published
            } else {
                State::Postponed
            }
        }
    };
    if decision != Decision::Publish {
        return Ok(());
    }
    event.published_at.get_or_insert(now);
    if event.noticed_at.is_none() {
        event.noticed_at = Some(now);
        let neighbours =
            store::to_notice(tx, &event.township, &event.kind, letters::MAX_NOTICES).await?;
        let when = when(app, event, now);
        letters::tell(app, tx, event, &when, News::New, &neighbours).await?;
    }
    Ok(())
}

/// The next time, for people.
fn when(app: &App, event: &Gathering, now: DateTime<Utc>) -> String {
    event
        .occurrence(app.pack.calendar(), None, now)
        .map_or_else(|_| event.starts.shown(), |next| next.starts.shown())
}

/// Changes an event. Words and pictures of a published one are looked at again.
///
/// # Errors
/// 409 for dates that people count on: those are postponed or cancelled.
pub async fn change(
    app: &App,
    mut event: Gathering,
    body: ChangeEvent,
    by: &Account,
    lang: Lang,
) -> Result<PublishedEvent> {
    access::require(app, event.organisation_id, by.id, access::ORGANISERS).await?;
    if body.version != event.version {
        return Err(changed());
    }
    if matches!(event.state, State::Cancelled | State::Done) {
        return Err(Error::Conflict(message!(
            "活动已经结束或取消。",
            "The event is over or cancelled.",
            "행사가 종료되었거나 취소되었습니다."
        )));
    }
    let before = event.clone();
    let mut errors = Errors::new();
    if let Some(title) = &body.title {
        event.title = words("title", title, TITLE, &mut errors).replace('\n', " ");
    }
    if let Some(text) = &body.text {
        event.text = words("text", text, TEXT, &mut errors);
    }
    if let Some(photo) = body.photo_id {
        event.photo_id = Some(photo);
    }
    if body.township.is_some() || body.community.is_some() {
        if let Some(township) = body.township {
            event.township = township;
        }
        event.community = body.community.filter(|code| !code.is_empty());
        place(
            app,
            &event.township,
            event.community.as_deref(),
            &mut errors,
        );
    }
    if let Some(address) = &body.address {
        event.address = public_line("address", address, ADDRESS, &mut errors);
    }
    match (body.lng, body.lat) {
        (Some(lng), Some(lat)) => {
            if let Some(point) = point(app, lng, lat, body.datum, &mut errors) {
                (event.lng, event.lat) = (point.lng(), point.lat());
            }
        }
        (None, None) => {}
        _ => {
            point(app, f64::NAN, f64::NAN, body.datum, &mut errors);
        }
    }
    if let Some(place) = &body.leftover_place {
        event.leftover_place = Some(public_line("leftover_place", place, LEFTOVER, &mut errors))
            .filter(|place| !place.is_empty());
    }
    if let Some(starts) = body.starts {
        event.starts = starts;
    }
    if let Some(minutes) = body.minutes {
        event.schedule.minutes = minutes;
    }
    if body.recurrence.is_some() {
        set_recurrence(&mut event.schedule, body.recurrence.as_ref(), &mut errors);
    }
    let redated = event.starts != before.starts || event.schedule.0 != before.schedule.0;
    if redated {
        check_schedule(app, &event, &mut errors);
        event.set_days();
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if event.photo_id != before.photo_id {
        check_photo(&mut tx, event.photo_id).await?;
    }
    let lost = |key: Local| {
        let calendar = app.pack.calendar();
        event.schedule.find(event.starts, calendar, key).is_none()
    };
    if redated
        && store::booked_dates(&mut tx, event.id)
            .await?
            .into_iter()
            .any(lost)
    {
        return Err(Error::Conflict(message!(
            "已有人订了摊位：请用“改期”，会通知每个人。",
            "Stalls are booked already: postpone it instead, which tells everybody.",
            "이미 예약된 자리가 있습니다. ‘연기’를 사용하면 모두에게 알립니다."
        )));
    }
    let reworded = event.title != before.title
        || event.text != before.text
        || event.photo_id != before.photo_id;
    let seen = event.state.is_on() || event.state == State::Held;
    let ruling = if seen && reworded {
        let ruling = screen(app, &mut tx, &event, by, lang).await?;
        settle(app, &mut tx, &mut event, ruling.decision, now).await?;
        Some(ruling)
    } else {
        None
    };
    if event.published_at.is_some() {
        event.sequence += 1;
    }
    event.updated_at = now;
    if !store::save_event(&mut tx, &event).await? {
        return Err(changed());
    }
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(PublishedEvent {
        id: event.id,
        state: event.state,
        version: event.version + 1,
        moderation: ruling,
    })
}

/// Another date for an event, or for one date of a recurring one.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostponeEvent {
    /// Which date, as planned; the next one where absent.
    #[serde(default)]
    pub occurrence: Option<Local>,
    pub to: Local,
    /// Why, for everybody; at most 300 characters.
    #[serde(default)]
    pub note: String,
}

/// One action that tells everybody: the new date, a letter to each participant, the feeds.
pub async fn postpone(
    app: &App,
    mut event: Gathering,
    body: PostponeEvent,
    by: &Account,
) -> Result<PublishedEvent> {
    access::require(app, event.organisation_id, by.id, access::ORGANISERS).await?;
    on(&event)?;
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let occurrence = event.occurrence(calendar, body.occurrence, now)?;
    let mut errors = Errors::new();
    let note = public_line("note", &body.note, NOTE, &mut errors);
    let too_early = body.to.utc(calendar) <= now;
    if too_early || body.to == occurrence.starts {
        errors.push((
            "to".into(),
            message!(
                "新的时间要在以后。",
                "The new time must be another one, and ahead.",
                "새 시간은 지금 이후여야 합니다."
            ),
        ));
    }
    if event.schedule.moved.len() >= schedule::MAX_DATES {
        errors.push((
            "to".into(),
            message!(
                "改期次数太多。",
                "Postponed too often.",
                "연기 횟수가 너무 많습니다."
            ),
        ));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let schedule = &mut event.schedule.0;
    schedule.moved.retain(|moved| moved.from != occurrence.key);
    if body.to != occurrence.key {
        schedule.moved.push(Moved {
            from: occurrence.key,
            to: body.to,
        });
    }
    schedule.moved.sort_by_key(|moved| moved.from);
    if !event.schedule.is_recurring() {
        event.state = State::Postponed;
    }
    event.set_days();
    event.note = Some(note).filter(|note| !note.is_empty());
    event.sequence += 1;
    event.updated_at = now;
    let mut tx = app.db.begin().await?;
    if !store::save_event(&mut tx, &event).await? {
        return Err(changed());
    }
    let everybody = store::participants(&mut tx, event.id, Some(occurrence.key)).await?;
    let when = body.to.shown();
    letters::tell(app, &mut tx, &event, &when, News::Postponed, &everybody).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    tracing::info!(event = %event.id, told = everybody.len(), "Event postponed");
    Ok(PublishedEvent {
        id: event.id,
        state: event.state,
        version: event.version + 1,
        moderation: None,
    })
}

/// An event, or one date of a recurring one, that does not take place.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelEvent {
    /// One date of a recurring event; the whole of it where absent.
    #[serde(default)]
    pub occurrence: Option<Local>,
    #[serde(default)]
    pub note: String,
}

pub async fn cancel(
    app: &App,
    mut event: Gathering,
    body: CancelEvent,
    by: &Account,
) -> Result<PublishedEvent> {
    access::require(app, event.organisation_id, by.id, access::ORGANISERS).await?;
    if matches!(event.state, State::Cancelled | State::Done) {
        on(&event)?;
    }
    if event.published_at.is_none() {
        return discard(app, event).await;
    }
    let mut errors = Errors::new();
    let note = public_line("note", &body.note, NOTE, &mut errors);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let one = body.occurrence.filter(|_| event.schedule.is_recurring());
    let when = match one {
        Some(key) => {
            let occurrence = event.occurrence(calendar, Some(key), now)?;
            event.schedule.except.push(key);
            event.schedule.except.sort_unstable();
            event.schedule.extra.retain(|extra| *extra != key);
            event.schedule.moved.retain(|moved| moved.from != key);
            event.set_days();
            occurrence.starts.shown()
        }
        None => {
            let when = when(app, &event, now);
            event.schedule.cancelled = true;
            // What is out of sight stays so: calling it off must not publish refused words.
            event.state = if event.state.is_on() {
                State::Cancelled
            } else {
                State::Refused
            };
            when
        }
    };
    event.note = Some(note).filter(|note| !note.is_empty());
    event.sequence += 1;
    event.updated_at = now;
    let mut tx = app.db.begin().await?;
    let everybody = store::participants(&mut tx, event.id, one).await?;
    letters::tell(app, &mut tx, &event, &when, News::Cancelled, &everybody).await?;
    store::cancel_bookings(&mut tx, event.id, one, now).await?;
    if one.is_none() {
        screening::withdraw(app, &mut tx, Subject::new(SubjectKind::Event, event.id.0)).await?;
    }
    if !store::save_event(&mut tx, &event).await? {
        return Err(changed());
    }
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(PublishedEvent {
        id: event.id,
        state: event.state,
        version: event.version + 1,
        moderation: None,
    })
}

/// A plan that was never published leaves nothing behind.
async fn discard(app: &App, event: Gathering) -> Result<PublishedEvent> {
    let mut tx = app.db.begin().await?;
    screening::withdraw(app, &mut tx, Subject::new(SubjectKind::Event, event.id.0)).await?;
    if !store::delete_event(&mut tx, event.id, event.version).await? {
        return Err(changed());
    }
    tx.commit().await?;
    Ok(PublishedEvent {
        id: event.id,
        state: State::Cancelled,
        version: event.version,
        moderation: None,
    })
}

/// # Errors
/// 409 for an event that does not take place.
pub fn on(event: &Gathering) -> Result<()> {
    if event.state.is_on() {
        return Ok(());
    }
    Err(Error::Conflict(message!(
        "活动还没发布，或已经结束、取消。",
        "The event is not published, over or cancelled.",
        "행사가 게시되지 않았거나 종료·취소되었습니다."
    )))
}

/// Does what people decided about an organisation or an event.
pub async fn moderated(app: &App, tx: &mut Tx, subject: Subject, outcome: &Outcome) -> Result<()> {
    let decision = match outcome {
        Outcome::Publish { .. } => Decision::Publish,
        Outcome::Hold => Decision::Hold,
        Outcome::Refuse => Decision::Refuse,
    };
    let (title, text) = match outcome {
        Outcome::Publish { title, text } => (title.as_deref(), text.as_deref()),
        _ => (None, None),
    };
    let now = app.clock.now();
    match subject.kind {
        SubjectKind::Organisation => {
            let id = crate::shared::id::OrganisationId(subject.id);
            let Some(mut organisation) = store::organisation_in(tx, id).await? else {
                return Ok(());
            };
            organisation.moderation = decision;
            if let Some(title) = title {
                organisation.name = tidy(title);
            }
            if let Some(text) = text {
                organisation.intro = tidy(text);
            }
            organisation.updated_at = now;
            if !store::save_organisation(tx, &organisation, None).await? {
                return Err(changed());
            }
        }
        SubjectKind::Event => {
            let Some(mut event) = store::event_in(tx, GatheringId(subject.id)).await? else {
                return Ok(());
            };
            // Looked at again when it is published.
            if event.state == State::Draft {
                return Ok(());
            }
            if let Some(title) = title {
                event.title = tidy(title);
            }
            if let Some(text) = text {
                event.text = tidy(text);
            }
            settle(app, tx, &mut event, decision, now).await?;
            event.sequence += 1;
            event.updated_at = now;
            if !store::save_event(tx, &event).await? {
                return Err(changed());
            }
        }
        _ => {}
    }
    Ok(())
}
