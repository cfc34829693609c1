//! Each step taken at the moderators' desk.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;

use crate::db::{Db, Tx};
use crate::shared::error::Result;
use crate::shared::id::{AccountId, CaseId, ModerationLogId};

/// One step at the desk.
pub struct LogEntry {
    pub id: ModerationLogId,
    pub at: DateTime<Utc>,
    pub actor: Option<AccountId>,
    pub action: &'static str,
    pub case: Option<CaseId>,
    pub account: Option<AccountId>,
    pub detail: Value,
}

pub async fn log(tx: &mut Tx, entry: LogEntry) -> Result<()> {
    tx.sql(
        "INSERT INTO moderation_log (id, at, actor, action, case_id, account, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(entry.id)
    .bind(entry.at)
    .bind(entry.actor)
    .bind(entry.action)
    .bind(entry.case)
    .bind(entry.account)
    .bind(Json(entry.detail))
    .run()
    .await?;
    Ok(())
}

/// A step with the name of who took it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Logged {
    pub at: DateTime<Utc>,
    pub actor: Option<String>,
    pub action: String,
    pub detail: Json<Value>,
}

pub async fn log_of_case(db: &Db, case: CaseId) -> Result<Vec<Logged>> {
    Ok(db
        .sql(
            "SELECT l.at, a.name AS actor, l.action, l.detail
             FROM moderation_log l LEFT JOIN accounts a ON a.id = l.actor
             WHERE l.case_id = $1 ORDER BY l.at, l.id",
        )
        .bind(case)
        .all()
        .await?)
}
