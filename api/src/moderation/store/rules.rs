//! Changes of the rules that came with the pack.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use wufei_moderation::Rule;

use crate::db::{Db, Tx};
use crate::shared::error::Result;
use crate::shared::id::{AccountId, RuleChangeId};

/// A change of a rule to be kept.
pub struct RuleChange {
    pub id: RuleChangeId,
    pub rule_id: String,
    pub rule: Option<Rule>,
    pub reason: String,
    pub revision: i64,
    pub made_by: AccountId,
    pub at: DateTime<Utc>,
}

pub async fn insert_rule(tx: &mut Tx, change: &RuleChange) -> Result<()> {
    tx.sql(
        "INSERT INTO moderation_rules (id, rule_id, rule, reason, revision, made_by, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(change.id)
    .bind(change.rule_id.clone())
    .bind(change.rule.clone().map(Json))
    .bind(change.reason.clone())
    .bind(change.revision)
    .bind(change.made_by)
    .bind(change.at)
    .run()
    .await?;
    Ok(())
}

/// A kept change, with the name of who made it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RuleHistory {
    pub rule_id: String,
    pub rule: Option<Json<Rule>>,
    pub reason: String,
    pub made_by: String,
    pub at: DateTime<Utc>,
}

pub async fn rule_history(db: &Db, rule_id: &str) -> Result<Vec<RuleHistory>> {
    Ok(db
        .sql(
            "SELECT r.rule_id, r.rule, r.reason, a.name AS made_by, r.at
             FROM moderation_rules r JOIN accounts a ON a.id = r.made_by
             WHERE r.rule_id = $1 ORDER BY r.revision DESC LIMIT 50",
        )
        .bind(rule_id.to_owned())
        .all()
        .await?)
}
