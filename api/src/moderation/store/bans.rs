//! Who may not publish, and until when.

use crate::db::{Db, Tx};
use crate::shared::error::Result;
use crate::shared::id::{AccountId, BanId};
use crate::shared::screening::Ban;
use crate::shared::screening::store::ban_columns;

pub async fn insert_ban(tx: &mut Tx, ban: &Ban) -> Result<()> {
    tx.sql(
        "INSERT INTO moderation_bans (id, account, case_id, reason, from_at, until_at, for_good,
                                      made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(ban.id)
    .bind(ban.account)
    .bind(ban.case_id)
    .bind(ban.reason.clone())
    .bind(ban.from_at)
    .bind(ban.until_at)
    .bind(ban.for_good)
    .bind(ban.made_by)
    .run()
    .await?;
    Ok(())
}

pub async fn ban_for_change(tx: &mut Tx, id: BanId) -> Result<Option<Ban>> {
    Ok(tx
        .sql(concat!(
            "UPDATE moderation_bans SET reason = reason WHERE id = $1 RETURNING ",
            ban_columns!()
        ))
        .bind(id)
        .optional()
        .await?)
}

pub async fn save_ban(tx: &mut Tx, ban: &Ban) -> Result<()> {
    tx.sql(
        "UPDATE moderation_bans
         SET until_at = $2, confirmed_by = $3, confirmed_at = $4, lifted_by = $5, lifted_at = $6,
             appeal = $7, appeal_text = $8, appealed_at = $9, appeal_decided_by = $10,
             appeal_decided_at = $11, appeal_note = $12
         WHERE id = $1",
    )
    .bind(ban.id)
    .bind(ban.until_at)
    .bind(ban.confirmed_by)
    .bind(ban.confirmed_at)
    .bind(ban.lifted_by)
    .bind(ban.lifted_at)
    .bind(ban.appeal)
    .bind(ban.appeal_text.clone())
    .bind(ban.appealed_at)
    .bind(ban.appeal_decided_by)
    .bind(ban.appeal_decided_at)
    .bind(ban.appeal_note.clone())
    .run()
    .await?;
    Ok(())
}

/// Bans in force first, the newest first.
pub async fn bans(db: &Db, limit: i64) -> Result<Vec<Ban>> {
    Ok(db
        .sql(concat!(
            "SELECT ",
            ban_columns!(),
            " FROM moderation_bans ORDER BY from_at DESC, id DESC LIMIT $1"
        ))
        .bind(limit)
        .all()
        .await?)
}

pub async fn bans_of(db: &Db, account: AccountId) -> Result<Vec<Ban>> {
    Ok(db
        .sql(concat!(
            "SELECT ",
            ban_columns!(),
            " FROM moderation_bans WHERE account = $1 ORDER BY from_at DESC, id DESC LIMIT 50"
        ))
        .bind(account)
        .all()
        .await?)
}
