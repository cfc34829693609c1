//! Taking and giving back the room of half-days.
//!
//! Whoever changes what is taken holds the half-day's row, so that room is never given twice. Before
//! anybody else is served, places whose time is over are given back and those who wait are served in
//! turn: a newcomer cannot pass them by.

use chrono::{DateTime, Utc};

use super::letters::{self, News};
use super::model::{Booking, EventKind, Status};
use super::slots::{Plan, Room, SlotKey};
use super::store::{self, Slot};
use crate::app::App;
use crate::db::Tx;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, EventId, SlotId};

/// A half-day that this transaction holds.
pub struct Held {
    pub slot: Slot,
    /// What fits in all.
    pub limit: Room,
    /// Whether it can still be booked.
    pub open: bool,
    /// Something lapsed or was offered, which counts only if this transaction commits.
    pub settled: bool,
}

impl Held {
    pub fn left(&self) -> Room {
        self.limit.minus(self.slot.taken())
    }

    pub fn take(&mut self, room: Room) {
        self.slot.items_taken += room.items;
        self.slot.litres_taken += room.litres;
    }

    pub fn give_back(&mut self, room: Room) {
        self.slot.items_taken -= room.items;
        self.slot.litres_taken -= room.litres;
    }
}

/// Holds a half-day and settles it: lapsed places are given back, those who wait are served.
pub async fn hold(app: &App, tx: &mut Tx, plan: &Plan<'_>, key: &SlotKey) -> Result<Held> {
    let now = app.clock.now();
    let fresh = SlotId(app.random.uuid(now));
    let slot = store::lock_slot(tx, fresh, key).await?;
    let limit = limit(plan, &slot);
    let mut held = Held {
        slot,
        limit,
        open: plan.bookable(key.day, now).is_ok(),
        settled: false,
    };
    settle(app, tx, plan, &mut held, now).await?;
    Ok(held)
}

/// Settles a half-day in a transaction of its own.
pub async fn settle_alone(app: &App, plan: &Plan<'_>, key: &SlotKey) -> Result<()> {
    let mut tx = app.db.begin().await?;
    hold(app, &mut tx, plan, key).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(())
}

/// The room of a half-day; none while it is closed.
pub fn limit(plan: &Plan<'_>, slot: &Slot) -> Room {
    let key = slot.key();
    if plan.closures.iter().any(|closure| closure.covers(&key)) {
        return Room::default();
    }
    slot.limit(plan.room(&key))
}

/// Gives back what has lapsed and offers what is free, in turn. Who waits for more than is free is
/// passed over and keeps the place in the queue: a large booking must not hold up small ones.
pub async fn settle(
    app: &App,
    tx: &mut Tx,
    plan: &Plan<'_>,
    held: &mut Held,
    now: DateTime<Utc>,
) -> Result<()> {
    for booking in store::lapsed(tx, held.slot.id, now).await? {
        let room = booking.room();
        if expire(app, tx, booking, now).await? {
            held.give_back(room);
            held.settled = true;
        }
    }
    for booking in store::waiting(tx, held.slot.id).await? {
        if !held.open {
            expire(app, tx, booking, now).await?;
        } else if held.left().fits(booking.room()) {
            held.take(booking.room());
            // An offer must not outlive the cut-off.
            let until = (now + plan.pickups.offer).min(plan.cut_off(booking.day));
            let offered = booking.offered(until, now);
            save(tx, &offered).await?;
            append(app, tx, &offered, EventKind::Offered, None, None).await?;
            letters::tell(app, tx, &offered, News::Offered).await?;
            held.settled = true;
        }
    }
    store::save_taken(tx, &held.slot).await?;
    Ok(())
}

/// Ends a booking that was not confirmed, unless it has just been.
async fn expire(app: &App, tx: &mut Tx, booking: Booking, now: DateTime<Utc>) -> Result<bool> {
    let news = match booking.status {
        Status::Offered => Some(News::OfferLapsed),
        Status::Waiting => Some(News::NothingFree),
        _ => None,
    };
    let before = booking.clone();
    let expired = booking.expired(now);
    // Confirming needs no half-day's row: whoever confirmed first has raised the version.
    if !store::save(tx, &expired).await? {
        return Ok(false);
    }
    append(app, tx, &expired, EventKind::Expired, None, None).await?;
    if let Some(news) = news {
        letters::tell(app, tx, &before, news).await?;
    }
    Ok(true)
}

/// Saves a booking this transaction holds.
pub async fn save(tx: &mut Tx, booking: &Booking) -> Result<()> {
    if store::save(tx, booking).await? {
        return Ok(());
    }
    Err(Error::Conflict(message!(
        "预约刚刚有了变化，请刷新后再试。",
        "The booking has just changed: reload it and try again.",
        "예약이 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
    )))
}

/// Appends a step to a booking's history.
pub async fn append(
    app: &App,
    tx: &mut Tx,
    booking: &Booking,
    kind: EventKind,
    note: Option<&str>,
    actor: Option<AccountId>,
) -> Result<()> {
    let now = app.clock.now();
    let id = EventId(app.random.uuid(now));
    store::append_event(tx, id, booking, kind, note, actor, now).await?;
    Ok(())
}
