//! The tables of Open311, and the reports it reads.

use chrono::{DateTime, Utc};

use super::keys::ApiKey;
use crate::db::Db;
use crate::reports::model::Report;
use crate::reports::store::report_columns;
use crate::shared::error::Result;

/// False when the name is taken.
pub async fn insert_key(db: &Db, key: &ApiKey, hash: Vec<u8>) -> Result<bool> {
    let inserted = db
        .sql(
            "INSERT INTO api_keys (id, name, key_hash, per_hour, created_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(key.id)
        .bind(key.name.clone())
        .bind(hash)
        .bind(key.per_hour)
        .bind(key.created_at)
        .run()
        .await?;
    Ok(inserted == 1)
}

pub async fn revoke_key(db: &Db, name: &str, now: DateTime<Utc>) -> Result<bool> {
    let changed = db
        .sql("UPDATE api_keys SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL")
        .bind(name.to_owned())
        .bind(now)
        .run()
        .await?;
    Ok(changed == 1)
}

pub async fn keys(db: &Db) -> Result<Vec<ApiKey>> {
    Ok(db
        .sql(
            "SELECT id, name, per_hour, created_at, revoked_at FROM api_keys
             ORDER BY created_at DESC, id DESC",
        )
        .all()
        .await?)
}

pub async fn key_by_hash(db: &Db, hash: Vec<u8>) -> Result<Option<ApiKey>> {
    Ok(db
        .sql("SELECT id, name, per_hour, created_at, revoked_at FROM api_keys WHERE key_hash = $1")
        .bind(hash)
        .optional()
        .await?)
}

/// The tracking code of the request that was answered with this token.
pub async fn code_of_token(db: &Db, token: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = db
        .sql(
            "SELECT r.code FROM open311_requests o JOIN reports r ON r.id = o.report_id
             WHERE o.token = $1",
        )
        .bind(token.to_owned())
        .optional()
        .await?;
    Ok(row.map(|(code,)| code))
}

/// What the list of requests is narrowed by; sets are `,a,b,`.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub codes: Option<String>,
    pub services: Option<String>,
    pub statuses: Option<String>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

/// Reports that are nobody's copy, the newest first.
pub async fn requests(db: &Db, filter: &Filter, limit: i64, offset: i64) -> Result<Vec<Report>> {
    Ok(db
        .sql(concat!(
            "SELECT ",
            report_columns!(),
            " FROM reports
             WHERE status <> 'merged'
               AND ($1 IS NULL OR $1 LIKE '%,' || code || ',%')
               AND ($2 IS NULL OR $2 LIKE '%,' || category || ',%')
               AND ($3 IS NULL OR $3 LIKE '%,' || status || ',%')
               AND ($4 IS NULL OR created_at >= $4)
               AND ($5 IS NULL OR created_at <= $5)
             ORDER BY created_at DESC, id DESC LIMIT $6 OFFSET $7"
        ))
        .bind(filter.codes.clone())
        .bind(filter.services.clone())
        .bind(filter.statuses.clone())
        .bind(filter.from)
        .bind(filter.until)
        .bind(limit)
        .bind(offset)
        .all()
        .await?)
}
