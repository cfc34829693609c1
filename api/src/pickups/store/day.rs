//! What crews do, and chains of custody.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::bookings::booking_columns;
use crate::db::{Db, DbError, Tx};
use crate::pickups::custody::Stage;
use crate::pickups::day::Day;
use crate::pickups::model::Booking;
use crate::shared::id::{AccountId, HandoverId, OperationId, PickupId};

/// The stops of a collector's day: what was booked, in any state it has come to.
pub async fn stops(db: &Db, collector: &str, day: Day) -> Result<Vec<Booking>, DbError> {
    db.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM pickups p JOIN pickup_slots s ON s.id = p.slot_id
         WHERE s.collector = $1 AND s.day = $2
           AND p.status IN ('booked', 'collected', 'partly', 'refused', 'missed')
         ORDER BY s.half, s.zone, p.created_at, p.id"
    ))
    .bind(collector.to_owned())
    .bind(day)
    .all()
    .await
}

/// Notes an operation; false when its id is known.
pub async fn claim_operation(
    tx: &mut Tx,
    id: OperationId,
    request_hash: &[u8],
    account: AccountId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let inserted = tx
        .sql(
            "INSERT INTO pickup_operations (id, request_hash, account_id, at, received_at, answer)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING",
        )
        .bind(id)
        .bind(request_hash.to_vec())
        .bind(account)
        .bind(at)
        .bind(now)
        .bind(Json(serde_json::Value::Null))
        .run()
        .await?;
    Ok(inserted == 1)
}

/// What an operation was, and what came of it.
pub async fn operation(
    tx: &mut Tx,
    id: OperationId,
) -> Result<Option<(Vec<u8>, Json<serde_json::Value>)>, DbError> {
    tx.sql("SELECT request_hash, answer FROM pickup_operations WHERE id = $1")
        .bind(id)
        .optional()
        .await
}

pub async fn remember_operation(
    tx: &mut Tx,
    id: OperationId,
    pickup: PickupId,
    answer: &serde_json::Value,
) -> Result<(), DbError> {
    tx.sql("UPDATE pickup_operations SET pickup_id = $2, answer = $3 WHERE id = $1")
        .bind(id)
        .bind(pickup)
        .bind(Json(answer.clone()))
        .run()
        .await
        .map(drop)
}

/// A handover of a consignment.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Handover {
    pub id: HandoverId,
    pub pickup_id: PickupId,
    pub stage: Stage,
    /// When it happened, as the phone says.
    pub at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
    pub place: String,
    pub lng: Option<f64>,
    pub lat: Option<f64>,
    pub weight_g: i64,
    pub difference_g: i64,
    pub flagged: bool,
    pub given_by: String,
    pub received_by: String,
    pub note: Option<String>,
    pub actor: AccountId,
}

pub async fn insert_handover(tx: &mut Tx, handover: &Handover) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO pickup_handovers (id, pickup_id, seq, stage, at, received_at, place, lng, lat,
                                       weight_g, difference_g, flagged, given_by, received_by, note,
                                       actor)
         SELECT $1, $2, COALESCE(MAX(seq), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                $15
         FROM pickup_handovers WHERE pickup_id = $2",
    )
    .bind(handover.id)
    .bind(handover.pickup_id)
    .bind(handover.stage)
    .bind(handover.at)
    .bind(handover.received_at)
    .bind(handover.place.clone())
    .bind(handover.lng)
    .bind(handover.lat)
    .bind(handover.weight_g)
    .bind(handover.difference_g)
    .bind(handover.flagged)
    .bind(handover.given_by.clone())
    .bind(handover.received_by.clone())
    .bind(handover.note.clone())
    .bind(handover.actor)
    .run()
    .await
    .map(drop)
}

/// The chain of a consignment, in order.
pub async fn handovers(db: &Db, pickup: PickupId) -> Result<Vec<Handover>, DbError> {
    db.sql(
        "SELECT id, pickup_id, stage, at, received_at, place, lng, lat, weight_g, difference_g, flagged,
                given_by, received_by, note, actor
         FROM pickup_handovers WHERE pickup_id = $1 ORDER BY seq",
    )
    .bind(pickup)
    .all()
    .await
}

pub async fn last_handover(tx: &mut Tx, pickup: PickupId) -> Result<Option<Handover>, DbError> {
    tx.sql(
        "SELECT id, pickup_id, stage, at, received_at, place, lng, lat, weight_g, difference_g, flagged,
                given_by, received_by, note, actor
         FROM pickup_handovers WHERE pickup_id = $1 ORDER BY seq DESC LIMIT 1",
    )
    .bind(pickup)
    .optional()
    .await
}
