//! All SQL of standard replies.

use chrono::{DateTime, Utc};

use super::{Reply, ReplyWords};
use crate::db::{Db, DbError, Tx};
use crate::shared::id::{AccountId, ReplyId};

pub async fn by_id(db: &Db, id: ReplyId) -> Result<Option<Reply>, DbError> {
    db.sql(
        "SELECT id, office, category, action, title, text_zh, text_en, text_ko, position, version
         FROM standard_replies WHERE id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// An office's own and the district's, or everything there is.
pub async fn list(db: &Db, everything: bool, office: Option<&str>) -> Result<Vec<Reply>, DbError> {
    db.sql(
        "SELECT id, office, category, action, title, text_zh, text_en, text_ko, position, version
         FROM standard_replies WHERE $1 OR office IS NULL OR office = $2
         ORDER BY CASE WHEN office IS NULL THEN 1 ELSE 0 END, office, position, id LIMIT 1000",
    )
    .bind(everything)
    .bind(office.map(str::to_owned))
    .all()
    .await
}

pub async fn count(tx: &mut Tx, office: Option<&str>) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql(
            "SELECT COUNT(*) FROM standard_replies
             WHERE office = $1 OR ($1 IS NULL AND office IS NULL)",
        )
        .bind(office.map(str::to_owned))
        .one()
        .await?;
    Ok(count)
}

pub async fn insert(
    tx: &mut Tx,
    id: ReplyId,
    words: ReplyWords,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO standard_replies (id, office, category, action, title, text_zh, text_en, text_ko,
                                       position, version, created_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $11)",
    )
    .bind(id)
    .bind(words.office)
    .bind(words.category)
    .bind(words.action)
    .bind(words.title)
    .bind(words.text_zh)
    .bind(words.text_en)
    .bind(words.text_ko)
    .bind(words.position)
    .bind(by)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// False when it is no longer of this version.
pub async fn rewrite(
    db: &Db,
    (id, version): (ReplyId, i64),
    words: ReplyWords,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let saved = db
        .sql(
            "UPDATE standard_replies SET office = $3, category = $4, action = $5, title = $6,
                    text_zh = $7, text_en = $8, text_ko = $9, position = $10, updated_at = $11,
                    version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(id)
        .bind(version)
        .bind(words.office)
        .bind(words.category)
        .bind(words.action)
        .bind(words.title)
        .bind(words.text_zh)
        .bind(words.text_en)
        .bind(words.text_ko)
        .bind(words.position)
        .bind(now)
        .run()
        .await?;
    Ok(saved > 0)
}

pub async fn delete(db: &Db, id: ReplyId) -> Result<(), DbError> {
    db.sql("DELETE FROM standard_replies WHERE id = $1")
        .bind(id)
        .run()
        .await
        .map(drop)
}
