//! All SQL of feeds.

use crate::db::{Db, DbError};
use crate::reports::model::{Report, Status};
use crate::reports::store::{report_columns, word_set};
use crate::shared::geo::BBox;

/// What a feed is narrowed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub bbox: Option<BBox>,
    pub township: Option<String>,
    pub category: Option<String>,
    /// Empty: every status but `merged`.
    pub statuses: Vec<Status>,
}

/// Public reports, the newest first.
pub async fn newest(db: &Db, filter: &Filter, limit: i64) -> Result<Vec<Report>, DbError> {
    db.sql(concat!(
        "SELECT ",
        report_columns!(),
        " FROM reports
         WHERE ($1 IS NULL OR category = $1)
           AND (($2 IS NULL AND status <> 'merged') OR $2 LIKE '%,' || status || ',%')
           AND ($3 IS NULL OR township = $3)
           AND ($4 IS NULL OR (public_lng BETWEEN $4 AND $5 AND public_lat BETWEEN $6 AND $7))
         ORDER BY created_at DESC, id DESC LIMIT $8"
    ))
    .bind(filter.category.clone())
    .bind(word_set(
        filter.statuses.iter().map(|status| status.as_str()),
    ))
    .bind(filter.township.clone())
    .bind(filter.bbox.map(|b| b.west))
    .bind(filter.bbox.map(|b| b.east))
    .bind(filter.bbox.map(|b| b.south))
    .bind(filter.bbox.map(|b| b.north))
    .bind(limit)
    .all()
    .await
}
