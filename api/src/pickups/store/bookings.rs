//! Bookings, their items, history and photos.

use chrono::{DateTime, Utc};

use super::slots::Slot;
use crate::db::{Db, DbError, Tx};
use crate::pickups::day::Day;
use crate::pickups::model::{BookedItem, Booking, EventKind, Status};
use crate::shared::code::Code;
use crate::shared::id::{AccountId, EventId, PhotoId, PickupId, SlotId};
use crate::shared::money::Money;
use crate::shared::page::Cursor;

/// The columns of [`Booking`], of `pickups p JOIN pickup_slots s`.
macro_rules! booking_columns {
    () => {
        "p.id, p.code, p.secret_hash, p.scan_token, p.status, p.party, p.account_id, p.staff_id, \
         p.name, p.phone, p.email, p.lang, p.township, p.community, p.address, p.floor, p.lift, \
         p.lng, p.lat, p.household_hash, p.slot_id, p.items, p.litres, p.price_fen, p.note, \
         p.held_until, p.queued_at, p.booked_at, p.missed, p.weight_g, p.outcome_note, \
         p.outcome_at, p.outcome_by, p.reminded_three_at, p.reminded_one_at, p.version, \
         p.created_at, p.updated_at, s.collector, s.zone, s.day, s.half"
    };
}
pub(super) use booking_columns;

/// False when the code is taken.
pub async fn insert(tx: &mut Tx, booking: &Booking) -> Result<bool, DbError> {
    let inserted = tx
        .sql(
            "INSERT INTO pickups (id, code, secret_hash, scan_token, status, party, account_id,
                                  staff_id, name, phone, email, lang, township, community, address,
                                  floor, lift, lng, lat, household_hash, slot_id, items, litres,
                                  price_fen, note, held_until, queued_at, booked_at, missed, version,
                                  created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                     $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, 0, 1, $29, $29)
             ON CONFLICT (code) DO NOTHING",
        )
        .bind(booking.id)
        .bind(booking.code.clone())
        .bind(booking.secret_hash.clone())
        .bind(booking.scan_token.clone())
        .bind(booking.status)
        .bind(booking.party)
        .bind(booking.account_id)
        .bind(booking.staff_id)
        .bind(booking.name.clone())
        .bind(booking.phone.clone())
        .bind(booking.email.clone())
        .bind(booking.lang.clone())
        .bind(booking.township.clone())
        .bind(booking.community.clone())
        .bind(booking.address.clone())
        .bind(booking.floor)
        .bind(booking.lift)
        .bind(booking.lng)
        .bind(booking.lat)
        .bind(booking.household_hash.clone())
        .bind(booking.slot_id)
        .bind(booking.items)
        .bind(booking.litres)
        .bind(booking.price_fen)
        .bind(booking.note.clone())
        .bind(booking.held_until)
        .bind(booking.queued_at)
        .bind(booking.booked_at)
        .bind(booking.created_at)
        .run()
        .await?;
    Ok(inserted == 1)
}

/// Saves what may change, if nobody else did since it was read; gives whether it was saved.
pub async fn save(tx: &mut Tx, booking: &Booking) -> Result<bool, DbError> {
    let changed = tx
        .sql(
            "UPDATE pickups SET status = $3, name = $4, phone = $5, email = $6, township = $7,
                    community = $8, address = $9, floor = $10, lift = $11, lng = $12, lat = $13,
                    household_hash = $14, slot_id = $15, items = $16, litres = $17, price_fen = $18,
                    note = $19, held_until = $20, queued_at = $21, booked_at = $22, missed = $23,
                    weight_g = $24, outcome_note = $25, outcome_at = $26, outcome_by = $27,
                    reminded_three_at = $28, reminded_one_at = $29, updated_at = $30,
                    version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(booking.id)
        .bind(booking.version)
        .bind(booking.status)
        .bind(booking.name.clone())
        .bind(booking.phone.clone())
        .bind(booking.email.clone())
        .bind(booking.township.clone())
        .bind(booking.community.clone())
        .bind(booking.address.clone())
        .bind(booking.floor)
        .bind(booking.lift)
        .bind(booking.lng)
        .bind(booking.lat)
        .bind(booking.household_hash.clone())
        .bind(booking.slot_id)
        .bind(booking.items)
        .bind(booking.litres)
        .bind(booking.price_fen)
        .bind(booking.note.clone())
        .bind(booking.held_until)
        .bind(booking.queued_at)
        .bind(booking.booked_at)
        .bind(booking.missed)
        .bind(booking.weight_g)
        .bind(booking.outcome_note.clone())
        .bind(booking.outcome_at)
        .bind(booking.outcome_by)
        .bind(booking.reminded_three_at)
        .bind(booking.reminded_one_at)
        .bind(booking.updated_at)
        .run()
        .await?;
    Ok(changed == 1)
}

pub async fn by_code(db: &Db, code: &Code) -> Result<Option<Booking>, DbError> {
    db.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id WHERE p.code = $1"
    ))
    .bind(code.clone())
    .optional()
    .await
}

pub async fn by_scan_token(db: &Db, token: &str) -> Result<Option<Booking>, DbError> {
    db.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id WHERE p.scan_token = $1"
    ))
    .bind(token.to_owned())
    .optional()
    .await
}

pub async fn by_id(db: &Db, id: PickupId) -> Result<Option<Booking>, DbError> {
    db.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id WHERE p.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// Reads and holds a booking. Half-days are held before bookings everywhere, so that no two
/// transactions wait for each other.
pub async fn lock(tx: &mut Tx, id: PickupId) -> Result<Option<Booking>, DbError> {
    tx.sql("UPDATE pickups SET version = version WHERE id = $1")
        .bind(id)
        .run()
        .await?;
    tx.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id WHERE p.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// Kept places of a half-day whose time is over.
pub async fn lapsed(
    tx: &mut Tx,
    slot: SlotId,
    now: DateTime<Utc>,
) -> Result<Vec<Booking>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id
         WHERE p.slot_id = $1 AND p.status IN ('held', 'offered') AND p.held_until <= $2
         ORDER BY p.held_until, p.id"
    ))
    .bind(slot)
    .bind(now)
    .all()
    .await
}

/// Who waits for a half-day, in turn.
pub async fn waiting(tx: &mut Tx, slot: SlotId) -> Result<Vec<Booking>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id
         WHERE p.slot_id = $1 AND p.status = 'waiting' ORDER BY p.queued_at, p.id"
    ))
    .bind(slot)
    .all()
    .await
}

/// How many wait for a half-day before this one, plus one.
pub async fn position(db: &Db, booking: &Booking) -> Result<i64, DbError> {
    let (before,): (i64,) = db
        .sql(
            "SELECT COUNT(*) FROM pickups
             WHERE slot_id = $1 AND status = 'waiting' AND (queued_at, id) < ($2, $3)",
        )
        .bind(booking.slot_id)
        .bind(booking.queued_at)
        .bind(booking.id)
        .one()
        .await?;
    Ok(before + 1)
}

/// Open bookings of a household, one left out.
pub async fn open_of_household(
    tx: &mut Tx,
    hash: &[u8],
    but: Option<PickupId>,
    now: DateTime<Utc>,
) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql(
            "SELECT COUNT(*) FROM pickups
             WHERE household_hash = $1 AND ($2 IS NULL OR id <> $2)
               AND status IN ('waiting', 'offered', 'held', 'booked')
               AND (held_until IS NULL OR held_until > $3)",
        )
        .bind(hash.to_vec())
        .bind(but)
        .bind(now)
        .one()
        .await?;
    Ok(count)
}

/// How many of each item a household has had, or has booked, since a day; one booking left out.
pub async fn items_of_household(
    tx: &mut Tx,
    hash: &[u8],
    but: Option<PickupId>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<(String, i64)>, DbError> {
    tx.sql(
        "SELECT i.item, CAST(SUM(COALESCE(i.taken, i.quantity)) AS BIGINT)
         FROM pickup_items i JOIN pickups p ON p.id = i.pickup_id
         WHERE p.household_hash = $1 AND ($2 IS NULL OR p.id <> $2) AND p.created_at >= $3
           AND p.status IN ('waiting', 'offered', 'held', 'booked', 'collected', 'partly')
           AND (p.held_until IS NULL OR p.held_until > $4)
         GROUP BY i.item",
    )
    .bind(hash.to_vec())
    .bind(but)
    .bind(since)
    .bind(now)
    .all()
    .await
}

pub async fn insert_item(
    tx: &mut Tx,
    id: uuid::Uuid,
    pickup: PickupId,
    position: usize,
    item: &BookedItem,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO pickup_items (id, pickup_id, position, item, quantity, taken, unit_fen,
                                   floor_fen, extra)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id)
    .bind(pickup)
    .bind(i64::try_from(position).unwrap_or(i64::MAX))
    .bind(item.item.clone())
    .bind(item.quantity)
    .bind(item.taken)
    .bind(item.unit_fen)
    .bind(item.floor_fen)
    .bind(item.extra)
    .run()
    .await
    .map(drop)
}

/// Before a booking's items are written anew.
pub async fn delete_items(tx: &mut Tx, pickup: PickupId) -> Result<(), DbError> {
    tx.sql("DELETE FROM pickup_items WHERE pickup_id = $1")
        .bind(pickup)
        .run()
        .await
        .map(drop)
}

pub async fn items(db: &Db, pickup: PickupId) -> Result<Vec<BookedItem>, DbError> {
    db.sql(
        "SELECT item, quantity, taken, unit_fen, floor_fen, extra FROM pickup_items
         WHERE pickup_id = $1 ORDER BY position, id",
    )
    .bind(pickup)
    .all()
    .await
}

pub async fn items_for_change(tx: &mut Tx, pickup: PickupId) -> Result<Vec<BookedItem>, DbError> {
    tx.sql(
        "SELECT item, quantity, taken, unit_fen, floor_fen, extra FROM pickup_items
         WHERE pickup_id = $1 ORDER BY position, id",
    )
    .bind(pickup)
    .all()
    .await
}

/// A step of a booking's history.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    pub status: Status,
    pub note: Option<String>,
    pub price_fen: Money,
}

pub async fn append_event(
    tx: &mut Tx,
    id: EventId,
    booking: &Booking,
    kind: EventKind,
    note: Option<&str>,
    actor: Option<AccountId>,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO pickup_events (id, pickup_id, seq, at, kind, status, note, price_fen, actor)
         SELECT $1, $2, COALESCE(MAX(seq), 0) + 1, $3, $4, $5, $6, $7, $8
         FROM pickup_events WHERE pickup_id = $2",
    )
    .bind(id)
    .bind(booking.id)
    .bind(at)
    .bind(kind)
    .bind(booking.status)
    .bind(note.map(str::to_owned))
    .bind(booking.price_fen)
    .bind(actor)
    .run()
    .await
    .map(drop)
}

pub async fn events(db: &Db, pickup: PickupId) -> Result<Vec<Event>, DbError> {
    db.sql(
        "SELECT at, kind, status, note, price_fen FROM pickup_events
         WHERE pickup_id = $1 ORDER BY seq",
    )
    .bind(pickup)
    .all()
    .await
}

/// Gives an uploaded photo to a booking; false when it does not exist or belongs to something.
pub async fn attach_photo(
    tx: &mut Tx,
    photo: PhotoId,
    pickup: PickupId,
    by_crew: bool,
    position: usize,
) -> Result<bool, DbError> {
    let attached = tx
        .sql(
            "INSERT INTO pickup_photos (photo_id, pickup_id, by_crew, position)
             SELECT id, $2, $3, $4 FROM photos WHERE id = $1 AND report_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM listing_photos u WHERE u.photo_id = photos.id)
               AND NOT EXISTS (SELECT 1 FROM market_sellers u WHERE u.licence_photo = photos.id)
             ON CONFLICT (photo_id) DO NOTHING",
        )
        .bind(photo)
        .bind(pickup)
        .bind(by_crew)
        .bind(i64::try_from(position).unwrap_or(i64::MAX))
        .run()
        .await?;
    Ok(attached == 1)
}

/// Photos of a booking, with whether the crew took them.
pub async fn photos(db: &Db, pickup: PickupId) -> Result<Vec<(PhotoId, bool)>, DbError> {
    db.sql(
        "SELECT photo_id, by_crew FROM pickup_photos WHERE pickup_id = $1
         ORDER BY by_crew, position, photo_id",
    )
    .bind(pickup)
    .all()
    .await
}

/// The booking a photo belongs to.
pub async fn pickup_of_photo(db: &Db, photo: PhotoId) -> Result<Option<PickupId>, DbError> {
    let row: Option<(PickupId,)> = db
        .sql("SELECT pickup_id FROM pickup_photos WHERE photo_id = $1")
        .bind(photo)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}

/// Bookings made while signed in, newest first.
pub async fn of_account(
    db: &Db,
    account: AccountId,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Booking>, DbError> {
    db.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id
         WHERE p.account_id = $1 AND ($2 IS NULL OR (p.created_at, p.id) < ($2, $3))
         ORDER BY p.created_at DESC, p.id DESC LIMIT $4"
    ))
    .bind(account)
    .bind(after.map(|cursor| cursor.at))
    .bind(after.map(|cursor| cursor.id))
    .bind(limit)
    .all()
    .await
}

/// Which reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reminder {
    ThreeDays,
    OneDay,
}

/// Booked collections up to a day that were not reminded of yet.
pub async fn to_remind(
    db: &Db,
    reminder: Reminder,
    from: Day,
    until: Day,
) -> Result<Vec<PickupId>, DbError> {
    let sql = match reminder {
        Reminder::ThreeDays => {
            "SELECT p.id FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id
             WHERE p.status = 'booked' AND s.day BETWEEN $1 AND $2 AND p.reminded_three_at IS NULL
             ORDER BY s.day, p.id LIMIT 500"
        }
        Reminder::OneDay => {
            "SELECT p.id FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id
             WHERE p.status = 'booked' AND s.day BETWEEN $1 AND $2 AND p.reminded_one_at IS NULL
             ORDER BY s.day, p.id LIMIT 500"
        }
    };
    let rows: Vec<(PickupId,)> = db.sql(sql).bind(from).bind(until).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whether a slot is one that this booking is for; both are held.
pub fn is_in(booking: &Booking, slot: &Slot) -> bool {
    booking.slot_id == slot.id
}
