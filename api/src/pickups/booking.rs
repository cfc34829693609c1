//! Booking, confirming, changing and cancelling: load, decide, save, answer.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::capacity::{self, append, save};
use super::day::Day;
use super::draft::{self, NewContact, NewPlace, Wanted};
use super::household::household_hash;
use super::letters::{self, News};
use super::model::{BookedItem, Booking, EventKind, Status};
use super::plan::{Current, current};
use super::price::Bill;
use super::slots::{NotBookable, Plan, Room, SlotKey};
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
use crate::shared::message::Message;
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

fn refuse_day(reason: NotBookable) -> Error {
    Error::field(
        "slot",
        match reason {
            NotBookable::TooSoon => message!(
                "这个时段已过预约截止时间，请选后面的。",
                "The cut-off for this half-day has passed: choose a later one.",
                "이 시간대는 예약이 마감되었습니다. 이후 시간대를 선택해 주세요."
            ),
            NotBookable::TooFar => message!(
                "这个时段还没开放预约。",
                "This half-day cannot be booked yet.",
                "이 시간대는 아직 예약할 수 없습니다."
            ),
        },
    )
}

fn full() -> Error {
    Error::Conflict(message!(
        "这个时段刚刚约满了。可以选别的时段，或加入等候名单。",
        "This half-day has just become full: choose another, or join the waiting list.",
        "이 시간대가 방금 마감되었습니다. 다른 시간대를 선택하거나 대기 명단에 올려 주세요."
    ))
}

fn closed() -> Error {
    Error::field(
        "slot",
        message!(
            "这个时段没有收运，请选别的。",
            "There is no round in this half-day: choose another.",
            "이 시간대에는 수거가 없습니다. 다른 시간대를 선택해 주세요."
        ),
    )
}

/// What a household may have.
///
/// # Errors
/// 409 when it has as much already.
async fn within_limits(
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

fn too_much() -> Error {
    Error::field(
        "items",
        message!(
            "一个时段装不下这么多，请分几次预约。",
            "This is more than one half-day can take: please book in parts.",
            "한 시간대에 담을 수 없는 양입니다. 나누어 예약해 주세요."
        ),
    )
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

async fn locked(tx: &mut Tx, id: PickupId) -> Result<Booking> {
    store::lock(tx, id)
        .await?
        .ok_or_else(|| Error::internal("the pickup is gone"))
}

fn moved_meanwhile() -> Error {
    Error::Conflict(message!(
        "预约刚刚有了变化，请刷新后再试。",
        "The booking has just changed: reload it and try again.",
        "예약이 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
    ))
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

/// What to change of a booking; what is absent stays.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePickup {
    /// The whole new list of items.
    #[serde(default)]
    pub items: Option<Vec<Wanted>>,
    /// Id of another half-day.
    #[serde(default)]
    pub slot: Option<String>,
    #[serde(default)]
    pub place: Option<NewPlace>,
    #[serde(default)]
    pub contact: Option<NewContact>,
    #[serde(default)]
    pub note: Option<String>,
    /// More photos.
    #[serde(default)]
    pub photo_ids: Vec<PhotoId>,
}

/// The new values of a booking, checked.
struct Changed<'a> {
    lines: Vec<(&'a Item, u32)>,
    key: SlotKey,
    place: Option<draft::Place>,
    contact: Option<draft::Contact>,
    note: Option<String>,
    /// Anything that needs the half-day.
    moves: bool,
}

async fn check_change<'a>(
    app: &'a App,
    pickups: &'a Pickups,
    booking: &Booking,
    change: &ChangePickup,
) -> Result<Changed<'a>> {
    let mut errors: Vec<(String, Message)> = Vec::new();
    let place = match &change.place {
        Some(new) => draft::place(&app.pack, new, &mut errors),
        None => None,
    };
    for (field, _) in &mut errors {
        *field = format!("place.{field}");
    }
    let contact = change
        .contact
        .as_ref()
        .and_then(|new| draft::contact(new, &mut errors));
    let note = change
        .note
        .as_deref()
        .map(|text| draft::note(Some(text), &mut errors));
    draft::photos(&change.photo_ids, &mut errors);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let wanted = match &change.items {
        Some(items) => items.clone(),
        None => store::items(&app.db, booking.id)
            .await?
            .into_iter()
            .map(|line| Wanted {
                item: line.item,
                count: u32::try_from(line.quantity).unwrap_or(0),
            })
            .collect(),
    };
    let lines = draft::lines(pickups, &wanted, booking.party)?;
    let township = place
        .as_ref()
        .map_or(booking.township.as_str(), |place| place.township.as_str());
    let name = change
        .slot
        .clone()
        .unwrap_or_else(|| booking.key().to_string());
    let key = draft::slot(pickups, &name, &lines, township)?;
    Ok(Changed {
        moves: change.items.is_some() || change.place.is_some() || key != booking.key(),
        lines,
        key,
        place,
        contact,
        note,
    })
}

/// Changes a booking in place: the old room is given back and the new taken in one transaction, so
/// that nothing is lost when the new does not fit.
///
/// Gives the price before.
///
/// # Errors
/// 422 for what is wrong, 409 when it is full, too late or over.
pub async fn change(
    app: &App,
    booking: &Booking,
    change: ChangePickup,
    actor: Option<AccountId>,
) -> Result<crate::shared::money::Money> {
    let Current { plan, prices } = current(app).await?;
    let changed = check_change(app, plan.pickups, booking, &change).await?;
    let now = app.clock.now();
    let old_key = booking.key();
    let mut tx = app.db.begin().await?;
    if changed.moves {
        let household = changed.place.as_ref().map_or_else(
            || booking.household_hash.clone(),
            |place| household_hash(&place.township, &place.address).to_vec(),
        );
        within_limits(
            &mut tx,
            plan.pickups,
            &household,
            &changed.lines,
            Some(booking.id),
            now,
        )
        .await?;
    }
    // Half-days are held in the order of their names, so that two changes cannot wait for each other.
    let mut keys = vec![old_key.clone()];
    if changed.key != old_key {
        keys.push(changed.key.clone());
    }
    keys.sort_by_key(ToString::to_string);
    let mut held = Vec::new();
    for key in &keys {
        held.push((key.clone(), capacity::hold(app, &mut tx, &plan, key).await?));
    }
    let current = locked(&mut tx, booking.id).await?;
    // What stays as it was read before the half-days were held must still be so.
    if current.key() != old_key || (changed.moves && current.version != booking.version) {
        return Err(moved_meanwhile());
    }
    let before = current.price_fen;
    let was = current.status;
    let mut next = current.clone();
    if changed.moves {
        // Staff move what the round cannot serve, whatever the cut-off.
        let by_staff = actor.is_some() && was == Status::Booked;
        if !by_staff {
            current.changeable(plan.cut_off(old_key.day), now)?;
        }
        if !by_staff && (changed.key != old_key || was == Status::Missed) {
            plan.bookable(changed.key.day, now).map_err(refuse_day)?;
        }
        let (_, ends) = plan.hours(changed.key.day, changed.key.half);
        if now >= ends {
            return Err(refuse_day(NotBookable::TooSoon));
        }
        let room = draft::room_of(&changed.lines);
        for (key, held) in &mut held {
            if *key == old_key && was.takes_room() {
                held.give_back(current.room());
            }
        }
        for (key, held) in &mut held {
            if *key != changed.key {
                continue;
            }
            if held.limit == Room::default() && changed.key != old_key {
                return Err(closed());
            }
            // A booking whose half-day staff have made smaller may stay as large as it is.
            let no_larger = *key == old_key && current.room().fits(room) && was.takes_room();
            if !held.left().fits(room) && !no_larger {
                return Err(full());
            }
            held.take(room);
            next.slot_id = held.slot.id;
        }
        apply(&mut next, &changed, room, &prices, app, &mut tx).await?;
        if was == Status::Missed {
            next.status = Status::Booked;
        }
    }
    if let Some(contact) = changed.contact {
        next.name = contact.name;
        next.phone = contact.phone;
        next.email = contact.email;
    }
    if let Some(note) = changed.note {
        next.note = note;
    }
    if matches!(next.status, Status::Cancelled | Status::Expired)
        || (!changed.moves && !is_open(next.status))
    {
        return Err(over());
    }
    next.updated_at = now;
    save(&mut tx, &next).await?;
    attach(&mut tx, &next, &change.photo_ids, false).await?;
    append(app, &mut tx, &next, EventKind::Changed, None, actor).await?;
    // While the form is still being filled in there is nothing to write about.
    if matches!(next.status, Status::Booked | Status::Waiting) {
        let news = if actor.is_some() && changed.key != old_key {
            News::Moved
        } else {
            News::Changed { before }
        };
        letters::tell(app, &mut tx, &next, news).await?;
    }
    for (_, held) in &mut held {
        capacity::settle(app, &mut tx, &plan, held, now).await?;
    }
    tx.commit().await?;
    app.outbox_bell.notify_one();
    tracing::info!(pickup = %next.id, "Pickup {} was changed", next.code);
    Ok(before)
}

fn is_open(status: Status) -> bool {
    matches!(
        status,
        Status::Waiting | Status::Held | Status::Offered | Status::Booked
    )
}

fn over() -> Error {
    Error::Conflict(message!(
        "这个预约已经结束。",
        "This booking is over.",
        "이 예약은 이미 끝났습니다."
    ))
}

async fn apply(
    next: &mut Booking,
    changed: &Changed<'_>,
    room: Room,
    prices: &[super::price::SetPrice],
    app: &App,
    tx: &mut Tx,
) -> Result<()> {
    if let Some(place) = &changed.place {
        next.township.clone_from(&place.township);
        next.community.clone_from(&place.community);
        next.address.clone_from(&place.address);
        next.floor = place.floor;
        next.lift = place.lift;
        next.lng = place.point.map(crate::shared::geo::Point::lng);
        next.lat = place.point.map(crate::shared::geo::Point::lat);
        next.household_hash = household_hash(&place.township, &place.address).to_vec();
    }
    if next.day != changed.key.day {
        next.reminded_three_at = None;
        next.reminded_one_at = None;
    }
    let SlotKey {
        collector,
        zone,
        day,
        half,
    } = changed.key.clone();
    let items = draft::priced(
        &changed.lines,
        prices,
        &collector,
        day,
        next.floor,
        next.lift,
    );
    (next.collector, next.zone, next.day, next.half) = (collector, zone, day, half);
    next.items = room.items;
    next.litres = room.litres;
    next.price_fen = draft::total(&items);
    store::delete_items(tx, next.id).await?;
    write_items(app, tx, next.id, &items).await
}

/// The half-days to which a missed visit can be moved, in order. Read before a transaction begins.
pub async fn later_slots(app: &App, plan: &Plan<'_>, booking: &Booking) -> Result<Vec<SlotKey>> {
    let now = app.clock.now();
    let (first, last) = plan.window(now);
    let first = first.max(Day(booking.day.0.succ_opt().unwrap_or(booking.day.0)));
    let loads = store::slots_between(&app.db, Some(&booking.zone), first, last, now).await?;
    let has_room = |key: &SlotKey, room: Room| {
        let load = loads.iter().find(|load| load.slot.key() == *key);
        load.is_none_or(|load| {
            let left = load.slot.limit(Some(room)).minus(load.slot.taken());
            load.waiting == 0 && left.fits(booking.room())
        })
    };
    Ok(plan
        .slots(&[booking.collector.as_str()], &booking.zone, first, last)
        .into_iter()
        .filter(|(key, room)| plan.bookable(key.day, now).is_ok() && has_room(key, *room))
        .map(|(key, _)| key)
        .take(10)
        .collect())
}

/// Holds the first of some half-days in which a booking fits. Half-days are held before bookings.
pub async fn first_with_room(
    app: &App,
    tx: &mut Tx,
    plan: &Plan<'_>,
    keys: &[SlotKey],
    room: Room,
) -> Result<Option<capacity::Held>> {
    for key in keys {
        let held = capacity::hold(app, tx, plan, key).await?;
        if held.left().fits(room) {
            return Ok(Some(held));
        }
    }
    Ok(None)
}
