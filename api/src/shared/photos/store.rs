//! All SQL of photos.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::model::{Photo, Purpose};
use crate::db::{Db, DbError, Tx};
use crate::shared::id::{EventId, PhotoId, ReportId};
use crate::shared::imaging::Region;

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
    pub shielded: Vec<Region>,
}

pub async fn insert(tx: &mut Tx, photo: &NewPhoto) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO photos (id, sha256, fingerprint, format, byte_length, width, height, taken_at,
                             gps_lng, gps_lat, created_at, position, hidden, shielded)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, FALSE, $12)",
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
    .bind(Json(photo.shielded.clone()))
    .run()
    .await
    .map(drop)
}

pub async fn find(db: &Db, id: PhotoId) -> Result<Option<Photo>, DbError> {
    db.sql(
        "SELECT id, sha256, fingerprint, format, width, height, taken_at, gps_lng, gps_lat,
                created_at, report_id, event_id, purpose, hidden, held, shielded
         FROM photos WHERE id = $1",
    )
    .bind(id)
    .optional()
    .await
}

pub async fn of_report(db: &Db, report: ReportId) -> Result<Vec<Photo>, DbError> {
    db.sql(
        "SELECT id, sha256, fingerprint, format, width, height, taken_at, gps_lng, gps_lat,
                created_at, report_id, event_id, purpose, hidden, held, shielded
         FROM photos WHERE report_id = $1 ORDER BY created_at, position, id",
    )
    .bind(report)
    .all()
    .await
}

/// The photos residents gave to a report.
pub async fn of_report_in(tx: &mut Tx, report: ReportId) -> Result<Vec<PhotoId>, DbError> {
    let rows: Vec<(PhotoId,)> = tx
        .sql("SELECT id FROM photos WHERE report_id = $1 AND purpose = 'report' ORDER BY position")
        .bind(report)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
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
             WHERE id = $1 AND report_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM listing_photos u WHERE u.photo_id = photos.id)
               AND NOT EXISTS (SELECT 1 FROM market_sellers u WHERE u.licence_photo = photos.id)",
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

/// Notes what is unreadable in the public copies of a report's photo; false when it has no such photo.
pub async fn set_shielded(
    tx: &mut Tx,
    photo: PhotoId,
    report: ReportId,
    regions: &[Region],
) -> Result<bool, DbError> {
    let changed = tx
        .sql("UPDATE photos SET shielded = $3 WHERE id = $1 AND report_id = $2")
        .bind(photo)
        .bind(report)
        .bind(Json(regions.to_vec()))
        .run()
        .await?;
    Ok(changed == 1)
}

/// Hides a photo until the moderators have decided, or shows it again.
pub async fn set_held(
    tx: &mut Tx,
    photo: PhotoId,
    report: ReportId,
    held: bool,
) -> Result<(), DbError> {
    tx.sql("UPDATE photos SET held = $3 WHERE id = $1 AND report_id = $2")
        .bind(photo)
        .bind(report)
        .bind(held)
        .run()
        .await
        .map(drop)
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
           AND NOT EXISTS (SELECT 1 FROM listing_photos u WHERE u.photo_id = photos.id)
           AND NOT EXISTS (SELECT 1 FROM market_sellers u WHERE u.licence_photo = photos.id)
           AND NOT EXISTS (SELECT 1 FROM screening_pictures u WHERE u.photo_id = photos.id)
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
                created_at, report_id, event_id, purpose, hidden, held, shielded
         FROM photos ORDER BY id",
    )
    .all()
    .await
}
