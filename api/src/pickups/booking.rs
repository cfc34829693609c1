//! Booking, confirming and cancelling: load, decide, save, answer.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::capacity::{self, append, save};
use super::draft::{self, NewContact, NewPlace, Wanted};
use super::household::household_hash;
use super::letters::{self, News};
use super::model::{BookedItem, Booking, EventKind, Status};
use super::plan::{Current, current};
use super::price::Bill;
use super::refusals::{closed, full, moved_meanwhile, refuse_day, too_much};
use super::slots::{Plan, Room, SlotKey};
use super::store;
use crate::app::App;
use crate::db::Tx;
use crate::district::Lang;
use crate::district::pickups::{Item, Party, Pickups};
use crate::message;
use crate::shared::code::Code;
use crate::shared::error::{Error, Result};
use crate::shared::hex::hex;
use crate::shared::id::{AccountId, PhotoId, PickupId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::secret::{new_secret, secret_hash};

/// A booking as a resident asks for it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPickup {
    /// Id of a half-day from `/pickups/slots`.
    pub slot: String,
    pub items: Vec<Wanted>,
    #[serde(default = "resident")]
    pub party: Party,
    pub place: NewPlace,
    pub contact: NewContact,
    /// From `/pickups/codes/verify`; not needed while signed in.
    #[serde(default)]
    pub contact_token: Option<String>,
    /// At most 300 characters.
    #[serde(default)]
    pub note: Option<String>,
    /// Photos uploaded before, at most 9.
    #[serde(default)]
    pub photo_ids: Vec<PhotoId>,
    /// Join the waiting list where the half-day is full.
    #[serde(default)]
    pub wait: bool,
}

fn resident() -> Party {
    Party::Resident
}

/// Who books, as far as the service knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booker {
    /// Owns the booking.
    Account(AccountId),
    /// Books for somebody on the phone.
    Staff(AccountId),
    /// Has shown a token for the phone number.
    Contact,
}

/// What a resident gets for a booking.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct HeldPickup {
    /// Nine digits, the last a check digit; shown as `482-719-356`.
    pub r#ref: Code,
    /// Opens the booking. It is given once and cannot be recovered.
    pub secret: String,
    /// `held`; `waiting` on the waiting list; `booked` where staff booked.
    pub status: Status,
    pub status_text: String,
    /// Until when the place is kept.
    pub held_until: Option<DateTime<Utc>>,
    /// The server's time, for a countdown that trusts no phone's clock.
    pub now: DateTime<Utc>,
    /// The place on the waiting list, from 1.
    pub position: Option<i64>,
    pub price: Bill,
    /// The booking's page, relative to the root.
    pub url: String,
}

/// Everything about a booking, checked.
struct Draft<'a> {
    lines: Vec<(&'a Item, u32)>,
    key: SlotKey,
    place: draft::Place,
    contact: draft::Contact,
    note: String,
    household: [u8; 32],
}

fn check<'a>(app: &'a App, pickups: &'a Pickups, new: &NewPickup) -> Result<Draft<'a>> {
    let mut errors = Vec::new();
    let place = draft::place(&app.pack, &new.place, &mut errors);
    // As the body nests them.
    for (field, _) in &mut errors {
        *field = format!("place.{field}");
    }
    let contact = draft::contact(&new.contact, &mut errors);
    let note = draft::note(new.note.as_deref(), &mut errors);
    draft::photos(&new.photo_ids, &mut errors);
    let lines = match draft::lines(pickups, &new.items, new.party) {
        Ok(lines) => lines,
        Err(Error::Invalid(more)) => {
            errors.extend(more);
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    let (Some(place), Some(contact), true) = (place, contact, errors.is_empty()) else {
        return Err(Error::Invalid(errors));
    };
    let key = draft::slot(pickups, &new.slot, &lines, &place.township)?;
    Ok(Draft {
        household: household_hash(&place.township, &place.address),
        lines,
        key,
        place,
        contact,
        note,
    })
}

/// What a household may have.
///
/// # Errors
/// 409 when it has as much already.
pub(super) async fn within_limits(
    tx: &mut Tx,
    pickups: &Pickups,
    household: &[u8],
    lines: &[(&Item, u32)],
    but: Option<PickupId>,
    now: DateTime<Utc>,
) -> Result<()> {
    store::lock_household(tx, household, now).await?;
    let open = store::open_of_household(tx, household, but, now).await?;
    let most = i64::from(pickups.open_per_household);
    if open >= most {
        return Err(Error::Conflict(message!(
            "这户已有 {most} 个未完成的预约，请先完成或取消一个。",
            "This household has {most} open bookings already: complete or cancel one first.",
            "이 가구에는 진행 중인 예약이 {most}건 있습니다. 먼저 완료하거나 취소해 주세요."
        )));
    }
    let since = now - pickups.household_window;
    let had = store::items_of_household(tx, household, but, since, now).await?;
    for (item, count) in lines {
        let before = had
            .iter()
            .find(|(id, _)| *id == item.id)
            .map_or(0, |(_, count)| *count);
        let most = i64::from(item.per_household);
        if before + i64::from(*count) > most {
            let (zh, en, ko) = (
                &item.name.zh,
                item.name.get(Lang::En),
                item.name.get(Lang::Ko),
            );
            let left = (most - before).max(0);
            return Err(Error::Conflict(message!(
                "每户一段时间内最多 {most} 个“{zh}”，还可约 {left} 个。",
                "A household may have at most {most} of “{en}”: {left} left.",
                "가구당 '{ko}'은(는) 최대 {most}개입니다. {left}개 남았습니다."
            )));
        }
    }
    Ok(())
}

/// Books: keeps the place of a half-day and its items for ten minutes, in one transaction; or joins
/// the waiting list.
///
/// # Errors
/// 422 for what is wrong, 409 when the half-day is full or the household has enough.
pub async fn book(
    app: &App,
    new: NewPickup,
    booker: Booker,
    lang: Lang,
    key: &IdempotencyKey,
    body_hash: [u8; 32],
) -> Result<(StatusCode, HeldPickup)> {
    let Current { plan, prices } = current(app).await?;
    let draft = check(app, plan.pickups, &new)?;
    let now = app.clock.now();
    // When thousands want one half-day, those for whom nothing is left need not queue for its row.
    if !new.wait && is_full(app, &plan, &draft, now).await? && !key.is_known(&app.db).await? {
        return Err(full());
    }
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, body_hash, now).await? {
        return Ok((status, answer));
    }
    plan.bookable(draft.key.day, now).map_err(refuse_day)?;
    within_limits(
        &mut tx,
        plan.pickups,
        &draft.household,
        &draft.lines,
        None,
        now,
    )
    .await?;
    let mut held = capacity::hold(app, &mut tx, &plan, &draft.key).await?;
    if held.limit == Room::default() {
        return Err(closed());
    }
    let room = draft::room_of(&draft.lines);
    if !held.limit.fits(room) {
        return Err(too_much());
    }
    let fits = held.left().fits(room);
    let status = match (fits, new.wait, booker) {
        (true, _, Booker::Staff(_)) => Status::Booked,
        (true, ..) => Status::Held,
        (false, true, _) => Status::Waiting,
        (false, false, _) => {
            // The refusal takes its transaction back, and with it what was just offered to others.
            drop(tx);
            if held.settled {
                capacity::settle_alone(app, &plan, &draft.key).await?;
            }
            return Err(full());
        }
    };
    if fits {
        held.take(room);
        store::save_taken(&mut tx, &held.slot).await?;
    }
    let queue = match status {
        Status::Waiting => store::waiting(&mut tx, held.slot.id).await?,
        _ => Vec::new(),
    };
    // The turn is that of arriving at the half-day, whatever the replicas' clocks say.
    let last = queue.last().and_then(|last| last.queued_at);
    let turn = last.map_or(now, |last| now.max(last + TimeDelta::microseconds(1)));
    let items = draft::priced(
        &draft.lines,
        &prices,
        &draft.key.collector,
        draft.key.day,
        draft.place.floor,
        draft.place.lift,
    );
    let secret = new_secret(&app.random);
    let booking = Booking {
        id: PickupId(app.random.uuid(now)),
        code: Code::draw(&app.random),
        secret_hash: secret_hash(&secret).to_vec(),
        scan_token: hex(&app.random.bytes::<16>()),
        status,
        party: new.party,
        account_id: match booker {
            Booker::Account(id) => Some(id),
            _ => None,
        },
        staff_id: match booker {
            Booker::Staff(id) => Some(id),
            _ => None,
        },
        name: draft.contact.name,
        phone: draft.contact.phone,
        email: draft.contact.email,
        lang: lang.tag().to_owned(),
        township: draft.place.township,
        community: draft.place.community,
        address: draft.place.address,
        floor: draft.place.floor,
        lift: draft.place.lift,
        lng: draft.place.point.map(crate::shared::geo::Point::lng),
        lat: draft.place.point.map(crate::shared::geo::Point::lat),
        household_hash: draft.household.to_vec(),
        slot_id: held.slot.id,
        items: room.items,
        litres: room.litres,
        price_fen: draft::total(&items),
        note: draft.note,
        held_until: (status == Status::Held).then(|| now + plan.pickups.hold),
        queued_at: (status == Status::Waiting).then_some(turn),
        booked_at: (status == Status::Booked).then_some(now),
        missed: 0,
        weight_g: None,
        outcome_note: None,
        outcome_at: None,
        outcome_by: None,
        reminded_three_at: None,
        reminded_one_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
        collector: draft.key.collector.clone(),
        zone: draft.key.zone.clone(),
        day: draft.key.day,
        half: draft.key.half,
    };
    let booking = insert_with_free_code(app, &mut tx, booking).await?;
    write_items(app, &mut tx, booking.id, &items).await?;
    attach(&mut tx, &booking, &new.photo_ids, false).await?;
    let (kind, news) = match status {
        Status::Waiting => (EventKind::Queued, Some(News::Queued)),
        Status::Booked => (EventKind::Confirmed, Some(News::Confirmed)),
        _ => (EventKind::Held, None),
    };
    append(app, &mut tx, &booking, kind, None, booking.staff_id).await?;
    if let Some(news) = news {
        letters::tell(app, &mut tx, &booking, news).await?;
    }
    let position = match status {
        Status::Waiting => i64::try_from(queue.len() + 1).ok(),
        _ => None,
    };
    let answer = HeldPickup {
        url: format!("/pickups/{}", booking.code),
        r#ref: booking.code.clone(),
        secret,
        status,
        status_text: status.name().get(lang).to_owned(),
        held_until: booking.held_until,
        now,
        position,
        price: draft::bill(plan.pickups, &items, lang),
    };
    key.remember(&mut tx, StatusCode::CREATED, &answer).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    metrics::counter!("wufei_pickups_total", "status" => status.as_str()).increment(1);
    tracing::info!(pickup = %booking.id, "Pickup {} is {} for {}", booking.code, status.as_str(), draft.key);
    Ok((StatusCode::CREATED, answer))
}

/// Whether a half-day that can be booked has no room left, and none that lapses.
async fn is_full(
    app: &App,
    plan: &Plan<'_>,
    draft: &Draft<'_>,
    now: DateTime<Utc>,
) -> Result<bool> {
    if plan.bookable(draft.key.day, now).is_err() {
        return Ok(false);
    }
    let Some(slot) = store::settled_slot(&app.db, &draft.key, now).await? else {
        return Ok(false);
    };
    let limit = capacity::limit(plan, &slot);
    let room = draft::room_of(&draft.lines);
    // What never fits, and what is closed, is told apart from what is full.
    Ok(limit.fits(room) && !limit.minus(slot.taken()).fits(room))
}

async fn insert_with_free_code(app: &App, tx: &mut Tx, mut booking: Booking) -> Result<Booking> {
    for _ in 0..20 {
        if store::insert(tx, &booking).await? {
            return Ok(booking);
        }
        booking.code = Code::draw(&app.random);
    }
    Err(Error::internal("no free code was drawn"))
}

pub async fn write_items(
    app: &App,
    tx: &mut Tx,
    pickup: PickupId,
    items: &[BookedItem],
) -> Result<()> {
    let now = app.clock.now();
    for (position, item) in items.iter().enumerate() {
        store::insert_item(tx, app.random.uuid(now), pickup, position, item).await?;
    }
    Ok(())
}

/// Gives uploaded photos to a booking.
///
/// # Errors
/// 422 naming the one that is unknown or in use.
pub async fn attach(
    tx: &mut Tx,
    booking: &Booking,
    photos: &[PhotoId],
    by_crew: bool,
) -> Result<()> {
    for (position, photo) in photos.iter().enumerate() {
        if !store::attach_photo(tx, *photo, booking.id, by_crew, position).await? {
            return Err(Error::field(
                format!("photo_ids[{position}]"),
                message!(
                    "这张照片不存在或已经用过，请重新上传。",
                    "This photo does not exist or is in use: please upload it again.",
                    "이 사진은 없거나 이미 사용되었습니다. 다시 올려 주세요."
                ),
            ));
        }
    }
    Ok(())
}

/// Confirms a place that is kept. Confirmed twice, it is confirmed once.
///
/// # Errors
/// 409 when its time is over.
pub async fn confirm(app: &App, id: PickupId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let booking = locked(&mut tx, id).await?;
    if booking.status == Status::Booked {
        return Ok(());
    }
    let confirmed = booking.confirmed(app.clock.now())?;
    save(&mut tx, &confirmed).await?;
    append(app, &mut tx, &confirmed, EventKind::Confirmed, None, None).await?;
    letters::tell(app, &mut tx, &confirmed, News::Confirmed).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    tracing::info!(pickup = %confirmed.id, "Pickup {} is booked", confirmed.code);
    Ok(())
}

pub(super) async fn locked(tx: &mut Tx, id: PickupId) -> Result<Booking> {
    store::lock(tx, id)
        .await?
        .ok_or_else(|| Error::internal("the pickup is gone"))
}

/// Cancels, and offers the place to who waits.
///
/// # Errors
/// 422 naming `reason` after the cut-off, 409 when it is over.
pub async fn cancel(
    app: &App,
    booking: &Booking,
    reason: Option<&str>,
    actor: Option<AccountId>,
) -> Result<()> {
    let reason = draft::reason(reason)?;
    let Current { plan, .. } = current(app).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let key = booking.key();
    let mut held = capacity::hold(app, &mut tx, &plan, &key).await?;
    let booking = locked(&mut tx, booking.id).await?;
    if !store::is_in(&booking, &held.slot) {
        return Err(moved_meanwhile());
    }
    let took = booking.status.takes_room();
    let (_, ends) = plan.hours(booking.day, booking.half);
    let cancelled = booking.cancelled(reason.as_deref(), plan.cut_off(key.day), ends, now)?;
    save(&mut tx, &cancelled).await?;
    append(
        app,
        &mut tx,
        &cancelled,
        EventKind::Cancelled,
        reason.as_deref(),
        actor,
    )
    .await?;
    letters::tell(app, &mut tx, &cancelled, News::Cancelled).await?;
    if took {
        held.give_back(cancelled.room());
        capacity::settle(app, &mut tx, &plan, &mut held, now).await?;
    }
    tx.commit().await?;
    app.outbox_bell.notify_one();
    tracing::info!(pickup = %cancelled.id, "Pickup {} is cancelled", cancelled.code);
    Ok(())
}
