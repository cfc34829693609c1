//! All SQL of targets.

use chrono::{DateTime, Utc};

use super::Entry;
use super::amount::Amount;
use super::period::Period;
use crate::db::{Db, DbError, Tx};
use crate::shared::id::AccountId;

/// Everything entered for quarters from one to another.
pub async fn entries(db: &Db, first: Period, last: Period) -> Result<Vec<Entry>, DbError> {
    db.sql(
        "SELECT target, period, township, numerator, denominator, note, version, first_at,
                entered_at, entered_by
         FROM target_entries WHERE period BETWEEN $1 AND $2 ORDER BY target, period, township",
    )
    .bind(first.to_string())
    .bind(last.to_string())
    .all()
    .await
}

pub async fn entry(
    tx: &mut Tx,
    target: &str,
    period: Period,
    township: &str,
) -> Result<Option<Entry>, DbError> {
    tx.sql(
        "SELECT target, period, township, numerator, denominator, note, version, first_at,
                entered_at, entered_by
         FROM target_entries WHERE target = $1 AND period = $2 AND township = $3",
    )
    .bind(target.to_owned())
    .bind(period.to_string())
    .bind(township.to_owned())
    .optional()
    .await
}

/// Keeps an entry over its version before; false when somebody else was faster.
pub async fn keep(tx: &mut Tx, entry: &Entry, reason: Option<String>) -> Result<bool, DbError> {
    let kept = tx
        .sql(
            "INSERT INTO target_entries (target, period, township, numerator, denominator, note,
                                         version, first_at, entered_at, entered_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (target, period, township) DO UPDATE SET
                 numerator = excluded.numerator, denominator = excluded.denominator,
                 note = excluded.note, version = excluded.version,
                 entered_at = excluded.entered_at, entered_by = excluded.entered_by
             WHERE target_entries.version = excluded.version - 1",
        )
        .bind(entry.target.clone())
        .bind(entry.period.to_string())
        .bind(entry.township.clone())
        .bind(entry.numerator)
        .bind(entry.denominator)
        .bind(entry.note.clone())
        .bind(entry.version)
        .bind(entry.first_at)
        .bind(entry.entered_at)
        .bind(entry.entered_by)
        .run()
        .await?;
    if kept == 0 {
        return Ok(false);
    }
    tx.sql(
        "INSERT INTO target_history (target, period, township, version, numerator, denominator,
                                     note, reason, at, account_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(entry.target.clone())
    .bind(entry.period.to_string())
    .bind(entry.township.clone())
    .bind(entry.version)
    .bind(entry.numerator)
    .bind(entry.denominator)
    .bind(entry.note.clone())
    .bind(reason)
    .bind(entry.entered_at)
    .bind(entry.entered_by)
    .run()
    .await?;
    Ok(true)
}

/// One state of an entry.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Past {
    pub version: i64,
    pub numerator: Amount,
    pub denominator: Amount,
    pub note: Option<String>,
    pub reason: Option<String>,
    pub at: DateTime<Utc>,
    pub account_id: AccountId,
}

/// Every state of an entry, the newest first.
pub async fn history(
    db: &Db,
    target: &str,
    period: Period,
    township: &str,
) -> Result<Vec<Past>, DbError> {
    db.sql(
        "SELECT version, numerator, denominator, note, reason, at, account_id FROM target_history
         WHERE target = $1 AND period = $2 AND township = $3 ORDER BY version DESC",
    )
    .bind(target.to_owned())
    .bind(period.to_string())
    .bind(township.to_owned())
    .all()
    .await
}
