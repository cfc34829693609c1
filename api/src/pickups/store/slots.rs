//! Half-days, households, and what staff edited of rounds and prices.

use chrono::{DateTime, Utc};

use crate::db::{Db, DbError, Tx};
use crate::district::pickups::Half;
use crate::pickups::day::Day;
use crate::pickups::price::SetPrice;
use crate::pickups::slots::{Room, SlotKey};
use crate::shared::id::{AccountId, BlackoutId, PriceId, SlotId};

/// A half-day and what is taken of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Slot {
    pub id: SlotId,
    pub collector: String,
    pub zone: String,
    pub day: Day,
    pub half: Half,
    pub items_taken: i64,
    pub litres_taken: i64,
    pub items_limit: Option<i64>,
    pub litres_limit: Option<i64>,
}

impl Slot {
    pub fn key(&self) -> SlotKey {
        SlotKey {
            collector: self.collector.clone(),
            zone: self.zone.clone(),
            day: self.day,
            half: self.half,
        }
    }

    pub fn taken(&self) -> Room {
        Room {
            items: self.items_taken,
            litres: self.litres_taken,
        }
    }

    /// The room of the rounds, or what staff set for this half-day alone; none where no round runs.
    pub fn limit(&self, of_rounds: Option<Room>) -> Room {
        let rounds = of_rounds.unwrap_or_default();
        Room {
            items: self.items_limit.unwrap_or(rounds.items),
            litres: self.litres_limit.unwrap_or(rounds.litres),
        }
    }
}

/// Makes a half-day's row if there is none, and holds it until the transaction ends.
pub async fn lock_slot(tx: &mut Tx, fresh: SlotId, key: &SlotKey) -> Result<Slot, DbError> {
    tx.sql(
        "INSERT INTO pickup_slots (id, collector, zone, day, half, items_taken, litres_taken, version)
         VALUES ($1, $2, $3, $4, $5, 0, 0, 1)
         ON CONFLICT (collector, zone, day, half)
            DO UPDATE SET version = pickup_slots.version + 1
         RETURNING id, collector, zone, day, half, items_taken, litres_taken, items_limit, litres_limit",
    )
    .bind(fresh)
    .bind(key.collector.clone())
    .bind(key.zone.clone())
    .bind(key.day)
    .bind(key.half)
    .one()
    .await
}

/// Writes what is taken of a half-day that this transaction holds.
pub async fn save_taken(tx: &mut Tx, slot: &Slot) -> Result<(), DbError> {
    tx.sql("UPDATE pickup_slots SET items_taken = $2, litres_taken = $3 WHERE id = $1")
        .bind(slot.id)
        .bind(slot.items_taken)
        .bind(slot.litres_taken)
        .run()
        .await
        .map(drop)
}

/// Sets or lifts the limit of one half-day that this transaction holds.
pub async fn save_limit(
    tx: &mut Tx,
    slot: SlotId,
    items: Option<i64>,
    litres: Option<i64>,
) -> Result<(), DbError> {
    tx.sql("UPDATE pickup_slots SET items_limit = $2, litres_limit = $3 WHERE id = $1")
        .bind(slot)
        .bind(items)
        .bind(litres)
        .run()
        .await
        .map(drop)
}

/// A half-day with who else wants it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SlotLoad {
    #[sqlx(flatten)]
    pub slot: Slot,
    /// Kept places whose time is over: free for the next who asks.
    pub lapsed_items: i64,
    pub lapsed_litres: i64,
    pub waiting: i64,
    pub booked: i64,
}

/// Half-days of a time, of one zone where given.
pub async fn slots_between(
    db: &Db,
    zone: Option<&str>,
    first: Day,
    last: Day,
    now: DateTime<Utc>,
) -> Result<Vec<SlotLoad>, DbError> {
    db.sql(
        "SELECT s.id, s.collector, s.zone, s.day, s.half, s.items_taken, s.litres_taken,
                s.items_limit, s.litres_limit,
                CAST(COALESCE(SUM(CASE WHEN p.status IN ('held', 'offered') AND p.held_until <= $1
                                       THEN p.items END), 0) AS BIGINT) AS lapsed_items,
                CAST(COALESCE(SUM(CASE WHEN p.status IN ('held', 'offered') AND p.held_until <= $1
                                       THEN p.litres END), 0) AS BIGINT) AS lapsed_litres,
                COUNT(CASE WHEN p.status = 'waiting' THEN 1 END) AS waiting,
                COUNT(CASE WHEN p.status NOT IN ('waiting', 'held', 'offered', 'cancelled', 'expired')
                           THEN 1 END) AS booked
         FROM pickup_slots s LEFT JOIN pickups p ON p.slot_id = s.id
         WHERE s.day BETWEEN $2 AND $3 AND ($4 IS NULL OR s.zone = $4)
         GROUP BY s.id, s.collector, s.zone, s.day, s.half, s.items_taken, s.litres_taken,
                  s.items_limit, s.litres_limit
         ORDER BY s.day, s.half, s.collector, s.zone",
    )
    .bind(now)
    .bind(first)
    .bind(last)
    .bind(zone.map(str::to_owned))
    .all()
    .await
}

/// A half-day as it stands, unless a kept place of it has lapsed and is free for whoever asks.
pub async fn settled_slot(
    db: &Db,
    key: &SlotKey,
    now: DateTime<Utc>,
) -> Result<Option<Slot>, DbError> {
    db.sql(
        "SELECT s.id, s.collector, s.zone, s.day, s.half, s.items_taken, s.litres_taken,
                s.items_limit, s.litres_limit
         FROM pickup_slots s
         WHERE s.collector = $1 AND s.zone = $2 AND s.day = $3 AND s.half = $4
           AND NOT EXISTS (SELECT 1 FROM pickups p WHERE p.slot_id = s.id
                             AND p.status IN ('held', 'offered') AND p.held_until <= $5)",
    )
    .bind(key.collector.clone())
    .bind(key.zone.clone())
    .bind(key.day)
    .bind(key.half)
    .bind(now)
    .optional()
    .await
}

/// Half-days in which a kept place has lapsed, or somebody waits.
pub async fn slots_to_settle(db: &Db, now: DateTime<Utc>) -> Result<Vec<Slot>, DbError> {
    db.sql(
        "SELECT s.id, s.collector, s.zone, s.day, s.half, s.items_taken, s.litres_taken,
                s.items_limit, s.litres_limit
         FROM pickup_slots s
         WHERE EXISTS (SELECT 1 FROM pickups p WHERE p.slot_id = s.id
                         AND (p.status = 'waiting'
                              OR (p.status IN ('held', 'offered') AND p.held_until <= $1)))
         ORDER BY s.collector, s.zone, s.day, s.half LIMIT 500",
    )
    .bind(now)
    .all()
    .await
}

/// Holds a household until the transaction ends, so that its limits are counted one at a time.
pub async fn lock_household(tx: &mut Tx, hash: &[u8], now: DateTime<Utc>) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO pickup_households (hash, touched_at) VALUES ($1, $2)
         ON CONFLICT (hash) DO UPDATE SET touched_at = $2",
    )
    .bind(hash.to_vec())
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Forgets households that nobody asked about for long; their bookings stay.
pub async fn forget_households(db: &Db, before: DateTime<Utc>) -> Result<u64, DbError> {
    db.sql("DELETE FROM pickup_households WHERE touched_at < $1")
        .bind(before)
        .run()
        .await
}

/// A round as staff edited it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SetTemplate {
    pub id: String,
    pub collector: String,
    pub zone: String,
    /// With spaces between, as in the pack.
    pub days: String,
    pub half: Half,
    pub items: i64,
    pub litres: i64,
    pub version: i64,
    pub updated_at: DateTime<Utc>,
}

pub async fn templates(db: &Db) -> Result<Vec<SetTemplate>, DbError> {
    db.sql(
        "SELECT id, collector, zone, days, half, items, litres, version, updated_at
         FROM pickup_templates ORDER BY id",
    )
    .all()
    .await
}

/// Writes a round; false when somebody else did since `version` was read (0: not yet edited).
pub async fn save_template(
    tx: &mut Tx,
    template: &SetTemplate,
    by: AccountId,
) -> Result<bool, DbError> {
    let changed = tx
        .sql(
            "INSERT INTO pickup_templates (id, collector, zone, days, half, items, litres, version,
                                           updated_by, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8 + 1, $9, $10)
             ON CONFLICT (id) DO UPDATE SET collector = $2, zone = $3, days = $4, half = $5, items = $6,
                    litres = $7, version = $8 + 1, updated_by = $9, updated_at = $10
             WHERE pickup_templates.version = $8",
        )
        .bind(template.id.clone())
        .bind(template.collector.clone())
        .bind(template.zone.clone())
        .bind(template.days.clone())
        .bind(template.half)
        .bind(template.items)
        .bind(template.litres)
        .bind(template.version)
        .bind(by)
        .bind(template.updated_at)
        .run()
        .await?;
    Ok(changed == 1)
}

/// A time in which no round runs.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Blackout {
    pub id: BlackoutId,
    pub collector: Option<String>,
    pub zone: Option<String>,
    pub first_day: Day,
    pub last_day: Day,
    pub half: Option<Half>,
    pub reason: String,
    pub created_at: DateTime<Utc>,
}

/// Blackouts that are not over before `from`.
pub async fn blackouts(db: &Db, from: Day) -> Result<Vec<Blackout>, DbError> {
    db.sql(
        "SELECT id, collector, zone, first_day, last_day, half, reason, created_at
         FROM pickup_blackouts WHERE removed_at IS NULL AND last_day >= $1 ORDER BY first_day, id",
    )
    .bind(from)
    .all()
    .await
}

pub async fn insert_blackout(
    tx: &mut Tx,
    blackout: &Blackout,
    by: AccountId,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO pickup_blackouts (id, collector, zone, first_day, last_day, half, reason,
                                       created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(blackout.id)
    .bind(blackout.collector.clone())
    .bind(blackout.zone.clone())
    .bind(blackout.first_day)
    .bind(blackout.last_day)
    .bind(blackout.half)
    .bind(blackout.reason.clone())
    .bind(by)
    .bind(blackout.created_at)
    .run()
    .await
    .map(drop)
}

pub async fn blackout(db: &Db, id: BlackoutId) -> Result<Option<Blackout>, DbError> {
    db.sql(
        "SELECT id, collector, zone, first_day, last_day, half, reason, created_at
         FROM pickup_blackouts WHERE removed_at IS NULL AND id = $1",
    )
    .bind(id)
    .optional()
    .await
}

pub async fn remove_blackout(db: &Db, id: BlackoutId, now: DateTime<Utc>) -> Result<bool, DbError> {
    let removed = db
        .sql("UPDATE pickup_blackouts SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL")
        .bind(id)
        .bind(now)
        .run()
        .await?;
    Ok(removed == 1)
}

/// Prices that staff set, in the order in which they did.
pub async fn prices(db: &Db) -> Result<Vec<SetPrice>, DbError> {
    db.sql(
        "SELECT item, collector, from_day, fen, floor_fen FROM pickup_prices ORDER BY created_at, id",
    )
    .all()
    .await
}

pub async fn insert_price(
    tx: &mut Tx,
    id: PriceId,
    price: &SetPrice,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO pickup_prices (id, item, collector, from_day, fen, floor_fen, created_by,
                                    created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id)
    .bind(price.item.clone())
    .bind(price.collector.clone())
    .bind(price.from_day)
    .bind(price.fen)
    .bind(price.floor_fen)
    .bind(by)
    .bind(now)
    .run()
    .await
    .map(drop)
}
