//! All SQL of photos.

use chrono::{DateTime, Utc};

use super::model::{Photo, Purpose};
use crate::db::{Db, DbError, Tx};
use crate::shared::id::{EventId, PhotoId, ReportId};

pub struct NewPhoto {
    pub id: PhotoId,
    pub sha256: [u8; 32],
    pub fingerprint: i64,
    pub format: &'static str,
    pub byte_length: i64,
    pub width: i64,
    pub height: i64,
    pub taken_at: Option<DateTime<Utc>>,
    pub gps: Option<(f64, f64)>,
    pub created_at: DateTime<Utc>,
}

pub async fn insert(tx: &mut Tx, photo: &NewPhoto) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO photos (id, sha256, fingerprint, format, byte_length, width, height, taken_at,
                             gps_lng, gps_lat, created_at, position, hidden)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, FALSE)",
    )
    .bind(photo.id)
    .bind(photo.sha256.to_vec())
    .bind(photo.fingerprint)
    .bind(photo.format)
    .bind(photo.byte_length)
    .bind(photo.width)
    .bind(photo.height)
    .bind(photo.taken_at)
    .bind(photo.gps.map(|(lng, _)| lng))
    .bind(photo.gps.map(|(_, lat)| lat))
    .bind(photo.created_at)
    .run()
    .await
    .map(drop)
}

pub async fn find(db: &Db, id: PhotoId) -> Result<Option<Photo>, DbError> {
    db.sql(
        "SELECT id, sha256, fingerprint, format, width, height, taken_at, gps_lng, gps_lat,
                created_at, report_id, event_id, purpose, hidden
         FROM photos WHERE id = $1",
    )
    .bind(id)
    .optional()
    .await
}

pub async fn of_report(db: &Db, report: ReportId) -> Result<Vec<Photo>, DbError> {
    db.sql(
        "SELECT id, sha256, fingerprint, format, width, height, taken_at, gps_lng, gps_lat,
                created_at, report_id, event_id, purpose, hidden
         FROM photos WHERE report_id = $1 ORDER BY created_at, position, id",
    )
    .bind(report)
    .all()
    .await
}

pub async fn count_of_report(
    tx: &mut Tx,
    report: ReportId,
    purpose: Purpose,
) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql("SELECT COUNT(*) FROM photos WHERE report_id = $1 AND purpose = $2")
        .bind(report)
        .bind(purpose)
        .one()
        .await?;
    Ok(count)
}

/// Gives a photo to a report; false when it does not exist or already belongs to one.
pub async fn attach(
    tx: &mut Tx,
    photo: PhotoId,
    report: ReportId,
    event: EventId,
    purpose: Purpose,
    position: usize,
) -> Result<bool, DbError> {
    let changed = tx
        .sql(
            "UPDATE photos SET report_id = $2, event_id = $3, purpose = $4, position = $5
             WHERE id = $1 AND report_id IS NULL",
        )
        .bind(photo)
        .bind(report)
        .bind(event)
        .bind(purpose)
        .bind(i64::try_from(position).unwrap_or(i64::MAX))
        .run()
        .await?;
    Ok(changed == 1)
}

pub async fn set_hidden(
    tx: &mut Tx,
    photo: PhotoId,
    report: ReportId,
    hidden: bool,
) -> Result<bool, DbError> {
    let changed = tx
        .sql("UPDATE photos SET hidden = $3 WHERE id = $1 AND report_id = $2")
        .bind(photo)
        .bind(report)
        .bind(hidden)
        .run()
        .await?;
    Ok(changed == 1)
}

/// Forgets photos nobody used and gives their names, so that the blobs can follow.
pub async fn delete_unattached(
    tx: &mut Tx,
    before: DateTime<Utc>,
) -> Result<Vec<(PhotoId, Vec<u8>)>, DbError> {
    tx.sql(
        "DELETE FROM photos
         WHERE report_id IS NULL AND created_at < $1
           AND NOT EXISTS (SELECT 1 FROM pickup_photos u WHERE u.photo_id = photos.id)
           AND NOT EXISTS (SELECT 1 FROM events e WHERE e.photo_id = photos.id)
           AND NOT EXISTS (SELECT 1 FROM swap_books b WHERE b.photo_id = photos.id)
         RETURNING id, sha256",
    )
    .bind(before)
    .all()
    .await
}

/// When a photo that is still nobody's was uploaded.
pub async fn uploaded_at(tx: &mut Tx, photo: PhotoId) -> Result<Option<DateTime<Utc>>, DbError> {
    let row: Option<(DateTime<Utc>,)> = tx
        .sql("SELECT created_at FROM photos WHERE id = $1 AND report_id IS NULL")
        .bind(photo)
        .optional()
        .await?;
    Ok(row.map(|(at,)| at))
}

/// Every photo, for checking that its files are there.
pub async fn all(db: &Db) -> Result<Vec<Photo>, DbError> {
    db.sql(
        "SELECT id, sha256, fingerprint, format, width, height, taken_at, gps_lng, gps_lat,
                created_at, report_id, event_id, purpose, hidden
         FROM photos ORDER BY id",
    )
    .all()
    .await
}
