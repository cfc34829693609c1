//! What readers have flagged.

use chrono::{DateTime, Utc};

use super::super::model::{FlagReason, FlagRecord};
use crate::db::{Db, Tx};
use crate::shared::error::Result;
use crate::shared::id::{AccountId, ModerationFlagId};
use crate::shared::screening::Subject;

/// A flag to be kept.
pub struct NewFlag {
    pub id: ModerationFlagId,
    pub subject: Subject,
    pub by: AccountId,
    pub reason: FlagReason,
    pub note: String,
    pub weight: i64,
    pub at: DateTime<Utc>,
}

/// False when this person flagged the subject before.
pub async fn insert_flag(tx: &mut Tx, flag: &NewFlag) -> Result<bool> {
    let inserted = tx
        .sql(
            "INSERT INTO moderation_flags (id, subject_kind, subject_id, flagged_by, reason, note,
                                           weight, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (subject_kind, subject_id, flagged_by) DO NOTHING",
        )
        .bind(flag.id)
        .bind(flag.subject.kind)
        .bind(flag.subject.id)
        .bind(flag.by)
        .bind(flag.reason)
        .bind(flag.note.clone())
        .bind(flag.weight)
        .bind(flag.at)
        .run()
        .await?;
    Ok(inserted == 1)
}

/// How a resident's flags turned out.
pub async fn flag_record(tx: &mut Tx, by: AccountId) -> Result<FlagRecord> {
    let (upheld, dismissed): (i64, i64) = tx
        .sql(
            "SELECT (SELECT COUNT(*) FROM moderation_flags
                     WHERE flagged_by = $1 AND outcome = 'upheld'),
                    (SELECT COUNT(*) FROM moderation_flags
                     WHERE flagged_by = $1 AND outcome = 'dismissed')",
        )
        .bind(by)
        .one()
        .await?;
    Ok(FlagRecord { upheld, dismissed })
}

/// A flag that nobody has decided yet.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OpenFlag {
    pub flagged_by: AccountId,
    pub reason: FlagReason,
    pub note: String,
    pub weight: i64,
    pub at: DateTime<Utc>,
}

pub async fn open_flags(tx: &mut Tx, subject: Subject) -> Result<Vec<OpenFlag>> {
    Ok(tx
        .sql(
            "SELECT flagged_by, reason, note, weight, at FROM moderation_flags
             WHERE subject_kind = $1 AND subject_id = $2 AND outcome IS NULL ORDER BY at, id",
        )
        .bind(subject.kind)
        .bind(subject.id)
        .all()
        .await?)
}

/// All flags of a subject, for the desk.
pub async fn flags(db: &Db, subject: Subject) -> Result<Vec<OpenFlag>> {
    Ok(db
        .sql(
            "SELECT flagged_by, reason, note, weight, at FROM moderation_flags
             WHERE subject_kind = $1 AND subject_id = $2 ORDER BY at, id LIMIT 200",
        )
        .bind(subject.kind)
        .bind(subject.id)
        .all()
        .await?)
}

/// What became of the flags of a subject.
pub async fn settle_flags(tx: &mut Tx, subject: Subject, upheld: bool) -> Result<()> {
    tx.sql(
        "UPDATE moderation_flags SET outcome = $3
         WHERE subject_kind = $1 AND subject_id = $2 AND outcome IS NULL",
    )
    .bind(subject.kind)
    .bind(subject.id)
    .bind(if upheld { "upheld" } else { "dismissed" })
    .run()
    .await?;
    Ok(())
}
