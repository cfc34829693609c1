//! Lists and figures for the office.

use chrono::{DateTime, Utc};

use super::bookings::booking_columns;
use crate::db::{Db, DbError};
use crate::district::pickups::{Half, Party};
use crate::pickups::day::Day;
use crate::pickups::model::{Booking, Status};
use crate::shared::code::Code;
use crate::shared::id::{PickupId, SlotId};
use crate::shared::money::Money;
use crate::shared::page::Cursor;

/// What a list of bookings may be narrowed by.
#[derive(Clone, Debug, Default)]
pub struct PickupFilter {
    /// Only these collectors' bookings, `,a,b,`.
    pub collectors: String,
    pub first: Option<Day>,
    pub last: Option<Day>,
    /// `,a,b,`
    pub statuses: Option<String>,
    pub township: Option<String>,
    /// Only those whose chain of custody has a flagged difference.
    pub flagged: bool,
}

/// Bookings, newest first.
pub async fn list(
    db: &Db,
    filter: &PickupFilter,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Booking>, DbError> {
    db.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id
         WHERE $1 LIKE '%,' || s.collector || ',%'
           AND ($2 IS NULL OR s.day >= $2) AND ($3 IS NULL OR s.day <= $3)
           AND ($4 IS NULL OR $4 LIKE '%,' || p.status || ',%')
           AND ($5 IS NULL OR p.township = $5)
           AND (NOT $6 OR EXISTS (SELECT 1 FROM pickup_handovers h
                                  WHERE h.pickup_id = p.id AND h.flagged))
           AND ($7 IS NULL OR (p.created_at, p.id) < ($7, $8))
         ORDER BY p.created_at DESC, p.id DESC LIMIT $9"
    ))
    .bind(filter.collectors.clone())
    .bind(filter.first)
    .bind(filter.last)
    .bind(filter.statuses.clone())
    .bind(filter.township.clone())
    .bind(filter.flagged)
    .bind(after.map(|cursor| cursor.at))
    .bind(after.map(|cursor| cursor.id))
    .bind(limit)
    .all()
    .await
}

/// Who is booked into a half-day.
pub async fn booked_in(db: &Db, slot: SlotId) -> Result<Vec<Code>, DbError> {
    let rows: Vec<(Code,)> = db
        .sql(
            "SELECT code FROM pickups WHERE slot_id = $1 AND status IN ('held', 'offered', 'booked')
             ORDER BY created_at, id",
        )
        .bind(slot)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// One item of one booking, without anything that names a person.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    pub id: PickupId,
    pub code: Code,
    pub day: Day,
    pub half: Half,
    pub collector: String,
    pub zone: String,
    pub township: String,
    pub community: Option<String>,
    pub party: Party,
    pub status: Status,
    pub missed: i64,
    pub weight_g: Option<i64>,
    pub item: String,
    pub quantity: i64,
    pub taken: Option<i64>,
    pub unit_fen: Money,
    pub floor_fen: Money,
    pub extra: bool,
    pub created_at: DateTime<Utc>,
}

/// What was booked for some days, in order of day and booking.
pub async fn rows(
    db: &Db,
    collectors: &str,
    first: Day,
    last: Day,
    limit: i64,
) -> Result<Vec<Row>, DbError> {
    db.sql(
        "SELECT p.id, p.code, s.day, s.half, s.collector, s.zone, p.township, p.community, p.party,
                p.status, p.missed, p.weight_g, i.item, i.quantity, i.taken, i.unit_fen, i.floor_fen,
                i.extra, p.created_at
         FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id JOIN pickup_items i ON i.pickup_id = p.id
         WHERE $1 LIKE '%,' || s.collector || ',%' AND s.day BETWEEN $2 AND $3
           AND p.status NOT IN ('waiting', 'offered', 'held', 'expired')
         ORDER BY s.day, s.half, p.created_at, p.id, i.position, i.id LIMIT $4",
    )
    .bind(collectors.to_owned())
    .bind(first)
    .bind(last)
    .bind(limit)
    .all()
    .await
}
