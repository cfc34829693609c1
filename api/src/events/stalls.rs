//! Booking stalls: whoever books holds the day's row, so that no stall is given twice, and who waits
//! is served in turn before anybody new.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{self, events};
use super::event::on;
use super::letters::{self, StallNews};
use super::local::Local;
use super::model::{Booking, BookingStatus, Gathering};
use super::organisation::{email, words};
use super::plan::StallPlan;
use super::schedule::Occurrence;
use super::store;
use crate::app::App;
use crate::auth::Account;
use crate::db::Tx;
use crate::district::Lang;
use crate::district::events::Events;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::hex::hex;
use crate::shared::id::{GatheringId, StallBookingId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::phone::Phone;
use crate::shared::screening;
use wufei_moderation::{Circumstances, Decision, Submission, SubmissionKind};

/// A stall, or any of a kind.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookStall {
    /// The date as planned; the next one where absent.
    #[serde(default)]
    pub occurrence: Option<Local>,
    /// A stall's label such as `B3`.
    #[serde(default)]
    pub stall: Option<String>,
    /// Any stall of this kind.
    #[serde(default)]
    pub stall_kind: Option<String>,
    /// The version of the rules that is accepted.
    pub rules_version: i64,
    /// What will be sold, 2 to 300 characters; looked at by the rules on forbidden goods.
    pub goods: String,
    /// For the organisers; at most 40 characters.
    pub name: String,
    pub phone: String,
    /// For letters; the account's own where absent.
    #[serde(default)]
    pub email: Option<String>,
    /// Join the waiting list where nothing is free.
    #[serde(default)]
    pub wait: bool,
}

/// What a stallholder gets.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct MadeStallBooking {
    pub id: StallBookingId,
    pub status: BookingStatus,
    pub stall: Option<String>,
    pub stall_kind: String,
    pub price_fen: i64,
    /// The place on the waiting list, from 1.
    pub position: Option<usize>,
}

fn plan(event: &Gathering) -> Result<&StallPlan> {
    event.stall_plan.as_deref().ok_or_else(|| {
        Error::Conflict(message!(
            "这个活动还没有摊位图。",
            "This event has no stall plan yet.",
            "이 행사에는 아직 자리 배치도가 없습니다."
        ))
    })
}

fn full() -> Error {
    Error::Conflict(message!(
        "没有空摊位了。可以加入等候名单。",
        "No such stall is free: you can join the waiting list.",
        "빈 자리가 없습니다. 대기 명단에 올릴 수 있습니다."
    ))
}

fn changed() -> Error {
    Error::Conflict(message!(
        "预订刚刚有了变化，请刷新后再试。",
        "The booking has just changed: reload and try again.",
        "예약이 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
    ))
}

/// A day whose stalls this transaction gives out.
struct Held<'a> {
    event: &'a Gathering,
    plan: &'a StallPlan,
    occurrence: Occurrence,
    taken: Vec<String>,
    /// Something lapsed or was offered.
    settled: bool,
}

impl Held<'_> {
    fn free(&self, kind: Option<&str>) -> Option<(String, String)> {
        self.plan
            .stalls()
            .into_iter()
            .find(|(label, of)| kind.is_none_or(|kind| kind == *of) && !self.taken.contains(label))
            .map(|(label, of)| (label, of.to_owned()))
    }
}

/// Holds the day, lets lapsed offers go, and offers what is free to who waits.
async fn hold<'a>(
    app: &App,
    tx: &mut Tx,
    events: &Events,
    event: &'a Gathering,
    plan: &'a StallPlan,
    occurrence: Occurrence,
) -> Result<Held<'a>> {
    let now = app.clock.now();
    let key = occurrence.key;
    // A plan that is redrawn meanwhile must not be booked by.
    if !store::pin_event(tx, event.id, event.version).await? {
        return Err(changed());
    }
    store::hold_day(tx, event.id, key).await?;
    let mut held = Held {
        event,
        plan,
        occurrence,
        taken: Vec::new(),
        settled: false,
    };
    for mut booking in store::lapsed_offers(tx, event.id, key, now).await? {
        letters::stall(app, tx, event, &booking, StallNews::OfferLapsed).await?;
        booking.status = BookingStatus::Expired;
        booking.stall = None;
        booking.updated_at = now;
        held.settled |= store::save_booking(tx, &booking).await?;
    }
    held.taken = store::taken_stalls(tx, event.id, key).await?;
    let begins = occurrence.starts.utc(app.pack.calendar());
    for mut booking in store::waiting_list(tx, event.id, key).await? {
        if now >= begins {
            booking.status = BookingStatus::Expired;
            booking.updated_at = now;
            store::save_booking(tx, &booking).await?;
            continue;
        }
        let Some((label, _)) = held.free(Some(&booking.stall_kind)) else {
            continue;
        };
        booking.status = BookingStatus::Offered;
        booking.stall = Some(label.clone());
        // An offer must not outlive the beginning of the market.
        booking.offered_until = Some((now + events.offer).min(begins));
        booking.updated_at = now;
        if store::save_booking(tx, &booking).await? {
            held.taken.push(label);
            held.settled = true;
            letters::stall(app, tx, event, &booking, StallNews::Offered).await?;
        }
    }
    Ok(held)
}

/// Settles a day in a transaction of its own.
pub async fn settle_alone(app: &App, id: GatheringId, key: Local) -> Result<()> {
    let Some(event) = store::event(&app.db, id).await? else {
        return Ok(());
    };
    let (Some(events), Some(plan)) = (app.pack.events(), event.stall_plan.as_deref()) else {
        return Ok(());
    };
    let Some(occurrence) = event.schedule.find(event.starts, app.pack.calendar(), key) else {
        return Ok(());
    };
    let mut tx = app.db.begin().await?;
    hold(app, &mut tx, events, &event, plan, occurrence).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(())
}

/// # Errors
/// 422 when the words name forbidden goods, with the rule.
fn check_goods(app: &App, goods: &str, lang: Lang) -> Result<()> {
    let rules = screening::live::current(app);
    let verdict = rules.screen().screen(&Submission {
        kind: SubmissionKind::Listing,
        title: goods,
        text: "",
        price: None,
        links: &[],
        circumstances: Circumstances {
            posts_by_person: 0,
            posts_at_place: 0,
            same_text: 0,
            pictures: &[],
            blocked_pictures: &[],
            earlier_pictures: &[],
        },
    });
    if verdict.decision != Decision::Refuse {
        return Ok(());
    }
    let reason = verdict
        .reasons
        .iter()
        .find(|reason| reason.decision == Decision::Refuse)
        .or_else(|| verdict.reasons.first());
    let said = |lang| {
        reason.map_or_else(String::new, |reason| {
            screening::RulingReason::of(reason, lang).message
        })
    };
    let _ = lang;
    Err(Error::field(
        "goods",
        message!(
            "这里不能卖：{zh}",
            "This may not be sold here: {en}",
            "여기서 판매할 수 없습니다: {ko}",
            zh = said(Lang::Zh),
            en = said(Lang::En),
            ko = said(Lang::Ko)
        ),
    ))
}

/// # Errors
/// 409 when nothing is free, 422 for what is wrong.
pub async fn book(
    app: &App,
    event: Gathering,
    new: BookStall,
    by: &Account,
    lang: Lang,
    key: &IdempotencyKey,
    body_hash: [u8; 32],
) -> Result<(StatusCode, MadeStallBooking)> {
    let events = events(app)?;
    on(&event)?;
    let plan = plan(&event)?;
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let occurrence = event.occurrence(calendar, new.occurrence, now)?;
    let mut errors = Vec::new();
    let goods = words("goods", &new.goods, 2..=300, &mut errors);
    let name = words("name", &new.name, 1..=40, &mut errors).replace('\n', " ");
    let address = email("email", new.email.as_deref(), &mut errors).or_else(|| by.email.clone());
    let phone = new.phone.parse::<Phone>();
    if phone.is_err() {
        errors.push((
            "phone".to_owned(),
            message!(
                "电话号码格式不对。",
                "This is not a phone number.",
                "전화번호 형식이 잘못되었습니다."
            ),
        ));
    }
    if new.rules_version != events.rules_version {
        errors.push((
            "rules_version".to_owned(),
            message!(
                "请先阅读并同意现行的市场规则。",
                "Please read and accept the market's rules as they are now.",
                "현재 시장 규칙을 읽고 동의해 주세요."
            ),
        ));
    }
    let kind = match (&new.stall, &new.stall_kind) {
        (Some(label), _) => plan.kind_of(label).map(str::to_owned),
        (None, Some(kind)) => events
            .stall(kind)
            .filter(|_| plan.stalls().iter().any(|(_, of)| of == kind))
            .map(|kind| kind.id.clone()),
        (None, None) => None,
    };
    if kind.is_none() {
        errors.push((
            "stall".to_owned(),
            message!(
                "摊位图里没有这个摊位或这种摊位。",
                "The plan has no such stall and no stall of this kind.",
                "배치도에 이 자리 또는 이 종류의 자리가 없습니다."
            ),
        ));
    }
    let begins = occurrence.starts.utc(calendar);
    if now >= begins || begins > now + events.ahead {
        errors.push((
            "occurrence".to_owned(),
            message!(
                "这一场已经开始，或还没开放预订。",
                "This date has begun, or cannot be booked yet.",
                "이 회차는 이미 시작했거나 아직 예약할 수 없습니다."
            ),
        ));
    }
    let (Some(kind), Ok(phone), true) = (kind, phone, errors.is_empty()) else {
        return Err(Error::Invalid(errors));
    };
    check_goods(app, &goods, lang)?;
    // When a thousand want eighty stalls, those for whom nothing is left need not queue for the row.
    if !new.wait && !key.is_known(&app.db).await? {
        let taken = store::taken_now(&app.db, event.id, occurrence.key, now).await?;
        let free = |label: &String, of: &str| {
            !taken.contains(label)
                && new
                    .stall
                    .as_ref()
                    .map_or(of == kind, |wanted| wanted == label)
        };
        if !plan.stalls().iter().any(|(label, of)| free(label, of)) {
            return Err(full());
        }
    }
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, body_hash, now).await? {
        return Ok((status, answer));
    }
    let held = hold(app, &mut tx, events, &event, plan, occurrence).await?;
    let most = i64::from(events.stalls_per_person);
    if store::open_of_account(&mut tx, event.id, occurrence.key, by.id).await? >= most {
        return Err(Error::Conflict(message!(
            "每人每场最多 {most} 个摊位。",
            "At most {most} stalls for one person.",
            "1인당 자리는 최대 {most}개입니다."
        )));
    }
    let free = match &new.stall {
        Some(label) => (!held.taken.contains(label)).then(|| label.clone()),
        None => held.free(Some(&kind)).map(|(label, _)| label),
    };
    if free.is_none() && !new.wait {
        // The refusal takes its transaction back, and with it what was just offered to others.
        let settled = held.settled;
        drop(tx);
        if settled {
            settle_alone(app, event.id, occurrence.key).await?;
        }
        return Err(full());
    }
    let queue = store::waiting_list(&mut tx, event.id, occurrence.key).await?;
    // The turn is that of arriving here, whatever the replicas' clocks say.
    let last = queue.last().and_then(|last| last.queued_at);
    let turn = last.map_or(now, |last| now.max(last + TimeDelta::microseconds(1)));
    let waits = free.is_none();
    let booking = Booking {
        id: StallBookingId(app.random.uuid(now)),
        event_id: event.id,
        occurrence: held.occurrence.key,
        price_fen: plan.price(events, &kind),
        stall_kind: kind,
        stall: free,
        status: if waits {
            BookingStatus::Waiting
        } else {
            BookingStatus::Booked
        },
        account_id: by.id,
        name,
        phone,
        email: address,
        lang: lang.tag().to_owned(),
        goods,
        rules_version: new.rules_version,
        pass: hex(&app.random.bytes::<16>()),
        offered_until: None,
        queued_at: waits.then_some(turn),
        checked_in_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    if !store::insert_booking(&mut tx, &booking).await? {
        return Err(full());
    }
    let news = if waits {
        StallNews::Queued
    } else {
        StallNews::Booked
    };
    letters::stall(app, &mut tx, held.event, &booking, news).await?;
    let made = MadeStallBooking {
        id: booking.id,
        status: booking.status,
        position: waits.then_some(queue.len() + 1),
        stall: booking.stall.clone(),
        stall_kind: booking.stall_kind.clone(),
        price_fen: booking.price_fen.0,
    };
    key.remember(&mut tx, StatusCode::CREATED, &made).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    metrics::counter!("wufei_stalls_total", "status" => booking.status.as_str()).increment(1);
    Ok((StatusCode::CREATED, made))
}

/// What a stallholder or an organiser does to a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Takes what was offered.
    Confirm,
    Cancel,
    /// To another free stall.
    Move(String),
}

/// # Errors
/// 403 for anybody but its holder and the organisers, 409 when the state does not allow it.
pub async fn step(app: &App, id: StallBookingId, step: Step, by: &Account) -> Result<Booking> {
    let events = events(app)?;
    let known = store::booking(&app.db, id).await?.ok_or_else(no_booking)?;
    let event = store::event(&app.db, known.event_id)
        .await?
        .ok_or_else(no_booking)?;
    if known.account_id != by.id {
        access::require(app, event.organisation_id, by.id, access::HELPERS).await?;
    }
    let plan = plan(&event)?;
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let occurrence = event.occurrence(calendar, Some(known.occurrence), now)?;
    let mut tx = app.db.begin().await?;
    let held = hold(app, &mut tx, events, &event, plan, occurrence).await?;
    let mut booking = store::booking_in(&mut tx, id)
        .await?
        .ok_or_else(no_booking)?;
    let news = match step {
        Step::Confirm => {
            let in_time = booking.offered_until.is_some_and(|until| until > now);
            match booking.status {
                BookingStatus::Booked => return Ok(booking),
                BookingStatus::Offered if in_time => {}
                _ => return Err(over()),
            }
            booking.status = BookingStatus::Booked;
            booking.offered_until = None;
            StallNews::Booked
        }
        Step::Cancel => {
            if !is_open(booking.status) {
                return Err(over());
            }
            booking.status = BookingStatus::Cancelled;
            StallNews::Cancelled
        }
        Step::Move(label) => {
            if !matches!(
                booking.status,
                BookingStatus::Booked | BookingStatus::Attended
            ) {
                return Err(over());
            }
            let Some(kind) = plan.kind_of(&label) else {
                return Err(Error::field(
                    "stall",
                    message!(
                        "摊位图里没有这个摊位。",
                        "The plan has no such stall.",
                        "배치도에 이 자리가 없습니다."
                    ),
                ));
            };
            if held.taken.contains(&label) {
                return Err(full());
            }
            booking.stall_kind = kind.to_owned();
            booking.price_fen = plan.price(events, kind);
            booking.stall = Some(label);
            StallNews::Moved
        }
    };
    booking.updated_at = now;
    if !store::save_booking(&mut tx, &booking).await? {
        return Err(changed());
    }
    letters::stall(app, &mut tx, &event, &booking, news).await?;
    // What was given back goes to who waits, in the same breath.
    hold(app, &mut tx, events, &event, plan, occurrence).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    booking.version += 1;
    Ok(booking)
}

fn is_open(status: BookingStatus) -> bool {
    matches!(
        status,
        BookingStatus::Waiting | BookingStatus::Offered | BookingStatus::Booked
    )
}

fn over() -> Error {
    Error::Conflict(message!(
        "这个预订已经结束，或时间已过。",
        "This booking is over, or its time has passed.",
        "이 예약은 종료되었거나 시간이 지났습니다."
    ))
}

pub fn no_booking() -> Error {
    Error::NotFound(message!(
        "没有这个摊位预订。",
        "There is no such stall booking.",
        "이러한 자리 예약이 없습니다."
    ))
}

/// Draws or redraws the plan.
///
/// # Errors
/// 409 for a plan that loses or changes a stall somebody has.
pub async fn draw(
    app: &App,
    mut event: Gathering,
    plan: StallPlan,
    by: &Account,
    now: DateTime<Utc>,
) -> Result<()> {
    access::require(app, event.organisation_id, by.id, access::ORGANISERS).await?;
    plan.check(events(app)?)?;
    let stalls = plan.stalls();
    let mut tx = app.db.begin().await?;
    event.stall_plan = Some(sqlx::types::Json(plan.clone()));
    event.updated_at = now;
    if !store::save_event(&mut tx, &event).await? {
        return Err(changed());
    }
    for (label, kind) in store::stalls_in_use(&mut tx, event.id).await? {
        let stays = stalls.iter().any(|(l, k)| *l == label && *k == kind);
        if !stays {
            return Err(Error::Conflict(message!(
                "摊位 {label} 已有人预订，先换走再改图。",
                "Stall {label} is booked: move that booking first.",
                "{label} 자리는 이미 예약되었습니다. 먼저 옮겨 주세요."
            )));
        }
    }
    tx.commit().await?;
    Ok(())
}
