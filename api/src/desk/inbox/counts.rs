//! How many cases wait for what, and who has how many.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::Scope;
use crate::db::{Db, DbError};
use crate::reports::model::NEIGHBOUR;
use crate::shared::id::AccountId;

/// How many cases wait for what.
#[derive(Debug, Serialize, ToSchema, sqlx::FromRow)]
pub struct Counts {
    pub open: i64,
    /// Dispatched or reopened: nobody has accepted them yet.
    pub new: i64,
    pub overdue: i64,
    pub urgent: i64,
    /// Handled, waiting for somebody else's verification.
    pub to_verify: i64,
    /// Returned twice, waiting for a coordinator.
    pub returned: i64,
    /// Accepted by the person who asks.
    pub mine: i64,
    /// With a neighbouring district.
    pub neighbour: i64,
    pub closed_30d: i64,
}

/// Each number comes from an index alone.
///
/// # Errors
/// When the database fails.
pub async fn counts(
    db: &Db,
    scope: &Scope,
    me: AccountId,
    now: DateTime<Utc>,
) -> Result<Counts, DbError> {
    db.sql(
        "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) AS open,
                CAST(COALESCE(SUM(CASE WHEN status IN ('dispatched', 'reopened') THEN n END), 0)
                     AS BIGINT) AS new,
                (SELECT COUNT(*) FROM inbox WHERE scope = $1 AND overdue_s < $2) AS overdue,
                CAST(COALESCE(SUM(CASE WHEN urgent THEN n END), 0) AS BIGINT) AS urgent,
                CAST(COALESCE(SUM(CASE WHEN status = 'handled' THEN n END), 0) AS BIGINT) AS to_verify,
                CAST(COALESCE(SUM(CASE WHEN status = 'returned' THEN n END), 0) AS BIGINT) AS returned,
                (SELECT COUNT(*) FROM inbox WHERE scope = $1 AND assignee = $3) AS mine,
                (SELECT COUNT(*) FROM inbox WHERE scope = $4 AND ($1 = '' OR EXISTS (
                    SELECT 1 FROM inbox own WHERE own.scope = $1 AND own.report_id = inbox.report_id)))
                    AS neighbour,
                (SELECT COUNT(*) FROM inbox_closed
                 WHERE scope = $1 AND status = 'closed' AND closed_s >= $5) AS closed_30d
         FROM (SELECT status, urgent, COUNT(*) AS n FROM inbox WHERE scope = $1
               GROUP BY status, urgent) AS kinds",
    )
    .bind(scope.name().to_owned())
    .bind(now.timestamp())
    .bind(me)
    .bind(NEIGHBOUR)
    .bind((now - TimeDelta::days(30)).timestamp())
    .one()
    .await
}

/// What one colleague has in hand.
#[derive(Debug, Serialize, ToSchema, sqlx::FromRow)]
pub struct Workload {
    pub id: AccountId,
    pub name: String,
    pub open: i64,
    pub overdue: i64,
    pub urgent: i64,
}

/// The handlers of an office, or of all, each with what they have in hand; the busiest first.
///
/// # Errors
/// When the database fails.
pub async fn workloads(
    db: &Db,
    office: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Vec<Workload>, DbError> {
    db.sql(
        "SELECT a.id, a.name, COUNT(i.report_id) AS open,
                COUNT(CASE WHEN i.overdue_s < $2 THEN 1 END) AS overdue,
                COUNT(CASE WHEN i.urgent THEN 1 END) AS urgent
         FROM accounts a LEFT JOIN inbox i ON i.scope = '' AND i.assignee = a.id
         WHERE a.role = 'handler' AND NOT a.disabled AND ($1 IS NULL OR a.office = $1)
         GROUP BY a.id, a.name ORDER BY open DESC, a.name LIMIT 200",
    )
    .bind(office.map(str::to_owned))
    .bind(now.timestamp())
    .all()
    .await
}
