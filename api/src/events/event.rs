//! Planning, publishing and changing events: load, decide, save, answer.

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
use super::schedule::{self, Schedule};
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
use crate::shared::screening::{self, Decision, Ruling, Subject, SubjectKind, Submitted};

const TITLE: std::ops::RangeInclusive<usize> = 2..=80;
const TEXT: std::ops::RangeInclusive<usize> = 0..=4_000;
const ADDRESS: std::ops::RangeInclusive<usize> = 2..=120;
pub(super) const NOTE: std::ops::RangeInclusive<usize> = 0..=300;
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

pub(super) type Errors = Vec<(String, Message)>;

pub(super) fn public_line(
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

pub(super) fn changed() -> Error {
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
pub(super) async fn settle(
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
pub(super) fn when(app: &App, event: &Gathering, now: DateTime<Utc>) -> String {
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
