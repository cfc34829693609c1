//! All SQL of alerts.

use chrono::{DateTime, Utc};

use super::model::{Alert, AlertFrequency};
use crate::db::{Db, DbError, Tx};
use crate::reports::model::Report;
use crate::shared::id::{AlertId, ReportId};

/// The columns of [`Alert`].
macro_rules! alert_columns {
    () => {
        "id, email, lang, lng, lat, radius_m, township, category, frequency, token, confirm_hash, \
         confirmed_at, expires_at, reminded_at, created_at"
    };
}

/// Puts a new report into line, within the transaction that files it.
pub async fn queue(tx: &mut Tx, report: ReportId, now: DateTime<Utc>) -> Result<(), DbError> {
    tx.sql("INSERT INTO alert_queue (report_id, created_at) VALUES ($1, $2)")
        .bind(report)
        .bind(now)
        .run()
        .await
        .map(drop)
}

/// Reports in line, the oldest first.
pub async fn queued(db: &Db, limit: i64) -> Result<Vec<ReportId>, DbError> {
    let rows: Vec<(ReportId,)> = db
        .sql("SELECT report_id FROM alert_queue ORDER BY created_at, report_id LIMIT $1")
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes a report out of the line; false when another replica was quicker.
pub async fn take(tx: &mut Tx, report: ReportId) -> Result<bool, DbError> {
    let taken = tx
        .sql("DELETE FROM alert_queue WHERE report_id = $1")
        .bind(report)
        .run()
        .await?;
    Ok(taken == 1)
}

pub async fn insert(tx: &mut Tx, alert: &Alert) -> Result<(), DbError> {
    tx.sql(concat!(
        "INSERT INTO alerts (",
        alert_columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    ))
    .bind(alert.id)
    .bind(alert.email.clone())
    .bind(alert.lang.clone())
    .bind(alert.lng)
    .bind(alert.lat)
    .bind(alert.radius_m)
    .bind(alert.township.clone())
    .bind(alert.category.clone())
    .bind(alert.frequency)
    .bind(alert.token.clone())
    .bind(alert.confirm_hash.clone())
    .bind(alert.confirmed_at)
    .bind(alert.expires_at)
    .bind(alert.reminded_at)
    .bind(alert.created_at)
    .run()
    .await
    .map(drop)
}

/// Alerts of an address, confirmed or asked for, whose time is not over.
pub async fn count_of(tx: &mut Tx, email: &str, now: DateTime<Utc>) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql("SELECT COUNT(*) FROM alerts WHERE email = $1 AND expires_at > $2")
        .bind(email.to_owned())
        .bind(now)
        .one()
        .await?;
    Ok(count)
}

pub async fn by_token(db: &Db, token: &str, now: DateTime<Utc>) -> Result<Option<Alert>, DbError> {
    db.sql(concat!(
        "SELECT ",
        alert_columns!(),
        " FROM alerts WHERE token = $1 AND expires_at > $2"
    ))
    .bind(token.to_owned())
    .bind(now)
    .optional()
    .await
}

pub async fn by_confirm_hash(
    db: &Db,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Alert>, DbError> {
    db.sql(concat!(
        "SELECT ",
        alert_columns!(),
        " FROM alerts WHERE confirm_hash = $1 AND expires_at > $2"
    ))
    .bind(hash.to_vec())
    .bind(now)
    .optional()
    .await
}

/// Confirms an alert once; a second time it stays as it is.
pub async fn confirm(
    tx: &mut Tx,
    alert: AlertId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "UPDATE alerts SET confirmed_at = $2, expires_at = $3
         WHERE id = $1 AND confirmed_at IS NULL",
    )
    .bind(alert)
    .bind(now)
    .bind(until)
    .run()
    .await
    .map(drop)
}

pub async fn renew(db: &Db, alert: AlertId, until: DateTime<Utc>) -> Result<(), DbError> {
    db.sql("UPDATE alerts SET expires_at = $2, reminded_at = NULL WHERE id = $1")
        .bind(alert)
        .bind(until)
        .run()
        .await
        .map(drop)
}

/// Other confirmed alerts of the same address that want the same.
pub async fn same_as(tx: &mut Tx, alert: &Alert) -> Result<Vec<AlertId>, DbError> {
    let rows: Vec<Alert> = tx
        .sql(concat!(
            "SELECT ",
            alert_columns!(),
            " FROM alerts WHERE email = $1 AND id <> $2 AND confirmed_at IS NOT NULL"
        ))
        .bind(alert.email.clone())
        .bind(alert.id)
        .all()
        .await?;
    let wish = |alert: &Alert| {
        (
            alert.lng.map(f64::to_bits),
            alert.lat.map(f64::to_bits),
            alert.radius_m,
            alert.township.clone(),
            alert.category.clone(),
        )
    };
    let same = rows.iter().filter(|other| wish(other) == wish(alert));
    Ok(same.map(|other| other.id).collect())
}

/// Forgets an alert with all it found.
pub async fn delete(tx: &mut Tx, alert: AlertId) -> Result<(), DbError> {
    tx.sql("DELETE FROM alerts WHERE id = $1")
        .bind(alert)
        .run()
        .await
        .map(drop)
}

/// Confirmed alerts that a report may concern; their circles are still to be looked at.
pub async fn candidates(
    tx: &mut Tx,
    report: &Report,
    now: DateTime<Utc>,
) -> Result<Vec<Alert>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        alert_columns!(),
        " FROM alerts
         WHERE confirmed_at IS NOT NULL AND expires_at > $1
           AND (category IS NULL OR category = $2)
           AND (township IS NULL OR township = $3)
         ORDER BY created_at, id"
    ))
    .bind(now)
    .bind(report.category.clone())
    .bind(report.township.clone())
    .all()
    .await
}

/// Notes that an alert found a report; false when it had before.
pub async fn insert_find(
    tx: &mut Tx,
    alert: &Alert,
    report: ReportId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let told_at = (alert.frequency == AlertFrequency::Instant).then_some(now);
    let inserted = tx
        .sql(
            "INSERT INTO alert_finds (alert_id, report_id, found_at, told_at)
             VALUES ($1, $2, $3, $4) ON CONFLICT (alert_id, report_id) DO NOTHING",
        )
        .bind(alert.id)
        .bind(report)
        .bind(now)
        .bind(told_at)
        .run()
        .await?;
    Ok(inserted == 1)
}

/// Alerts with finds from before `until` that nobody was told of.
pub async fn with_untold(db: &Db, until: DateTime<Utc>) -> Result<Vec<AlertId>, DbError> {
    let rows: Vec<(AlertId,)> = db
        .sql(
            "SELECT DISTINCT alert_id FROM alert_finds WHERE told_at IS NULL AND found_at < $1
             ORDER BY alert_id LIMIT 1000",
        )
        .bind(until)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes those finds for one letter; none when another replica was quicker.
pub async fn take_untold(
    tx: &mut Tx,
    alert: AlertId,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<ReportId>, DbError> {
    let rows: Vec<(ReportId,)> = tx
        .sql(
            "UPDATE alert_finds SET told_at = $3
             WHERE alert_id = $1 AND told_at IS NULL AND found_at < $2 RETURNING report_id",
        )
        .bind(alert)
        .bind(until)
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub async fn by_id(tx: &mut Tx, alert: AlertId) -> Result<Option<Alert>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        alert_columns!(),
        " FROM alerts WHERE id = $1"
    ))
    .bind(alert)
    .optional()
    .await
}

/// Takes the confirmed alerts that end before `before` and were not reminded yet.
pub async fn take_ending(
    tx: &mut Tx,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Alert>, DbError> {
    tx.sql(concat!(
        "UPDATE alerts SET reminded_at = $2
         WHERE confirmed_at IS NOT NULL AND reminded_at IS NULL AND expires_at > $2
           AND expires_at <= $1
         RETURNING ",
        alert_columns!()
    ))
    .bind(before)
    .bind(now)
    .all()
    .await
}

/// Forgets what has ended, and what was told long ago.
pub async fn forget(
    db: &Db,
    now: DateTime<Utc>,
    told_before: DateTime<Utc>,
) -> Result<(), DbError> {
    db.sql("DELETE FROM alert_finds WHERE told_at < $1")
        .bind(told_before)
        .run()
        .await?;
    db.sql("DELETE FROM alerts WHERE expires_at <= $1")
        .bind(now)
        .run()
        .await
        .map(drop)
}
