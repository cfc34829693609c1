//! Where a missed visit can be moved.

use super::capacity;
use super::day::Day;
use super::model::Booking;
use super::slots::{Plan, Room, SlotKey};
use super::store;
use crate::app::App;
use crate::db::Tx;
use crate::shared::error::Result;

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
