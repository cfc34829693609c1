//! What shows that a case is solved: where and when photos were taken, and what neighbours saw.

use chrono::{DateTime, Utc};

use super::super::evidence::KeptCapture;
use super::super::witnesses::Witness;
use crate::db::{Db, DbError, Tx};
use crate::shared::id::{LinkId, ReportId};

pub async fn insert_capture(
    tx: &mut Tx,
    capture: &KeptCapture,
    link: Option<LinkId>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO photo_captures (photo_id, lng, lat, accuracy_m, taken_at, stated_at, link_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (photo_id) DO NOTHING",
    )
    .bind(capture.photo_id)
    .bind(capture.lng)
    .bind(capture.lat)
    .bind(capture.accuracy_m)
    .bind(capture.taken_at)
    .bind(now)
    .bind(link)
    .run()
    .await
    .map(drop)
}

pub async fn captures_of(db: &Db, report: ReportId) -> Result<Vec<KeptCapture>, DbError> {
    db.sql(
        "SELECT c.photo_id, c.lng, c.lat, c.accuracy_m, c.taken_at
         FROM photo_captures c JOIN photos p ON p.id = c.photo_id WHERE p.report_id = $1",
    )
    .bind(report)
    .all()
    .await
}

/// False when the account has said its word of this handling.
pub async fn insert_witness(
    tx: &mut Tx,
    report: ReportId,
    handled_at: DateTime<Utc>,
    witness: &Witness,
) -> Result<bool, DbError> {
    let inserted = tx
        .sql(
            "INSERT INTO report_witnesses (report_id, account_id, handled_at, solved, comment,
                                           distance_m, said_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (report_id, account_id, handled_at) DO NOTHING",
        )
        .bind(report)
        .bind(witness.account_id)
        .bind(handled_at)
        .bind(witness.solved)
        .bind(witness.comment.clone())
        .bind(witness.distance_m)
        .bind(witness.said_at)
        .run()
        .await?;
    Ok(inserted == 1)
}

/// How many say solved, and how many not.
pub async fn count_witnesses(
    tx: &mut Tx,
    report: ReportId,
    handled_at: DateTime<Utc>,
) -> Result<(i64, i64), DbError> {
    tx.sql(
        "SELECT COUNT(CASE WHEN solved THEN 1 END), COUNT(CASE WHEN NOT solved THEN 1 END)
         FROM report_witnesses WHERE report_id = $1 AND handled_at = $2",
    )
    .bind(report)
    .bind(handled_at)
    .one()
    .await
}

/// What residents nearby said of the present handling.
pub async fn witnesses_of(
    db: &Db,
    report: ReportId,
    handled_at: DateTime<Utc>,
) -> Result<Vec<Witness>, DbError> {
    db.sql(
        "SELECT account_id, solved, comment, distance_m, said_at FROM report_witnesses
         WHERE report_id = $1 AND handled_at = $2 ORDER BY said_at, account_id",
    )
    .bind(report)
    .bind(handled_at)
    .all()
    .await
}

/// One small picture for each of some reports: its first one.
pub async fn first_photo(db: &Db, report: ReportId) -> Result<Option<uuid::Uuid>, DbError> {
    let row: Option<(uuid::Uuid,)> = db
        .sql(
            "SELECT id FROM photos
             WHERE report_id = $1 AND purpose = 'report' AND NOT hidden AND NOT held
             ORDER BY created_at, position, id LIMIT 1",
        )
        .bind(report)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}
