//! Who filed or joined a report, and what they say of it at the end.

use chrono::{DateTime, Utc};

use super::super::follower::Follower;
use super::super::model::Report;
use super::report_columns;
use crate::db::{Db, DbError, Tx};
use crate::shared::id::{AccountId, FollowerId, ReportId};
use crate::shared::page::Cursor;

pub async fn insert_follower(tx: &mut Tx, follower: &Follower) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO report_followers (id, report_id, secret_hash, reporter, name, phone, email,
                                       lang, anonymous, account_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(follower.id)
    .bind(follower.report_id)
    .bind(follower.secret_hash.clone())
    .bind(follower.reporter)
    .bind(follower.name.clone())
    .bind(follower.phone.clone())
    .bind(follower.email.clone())
    .bind(follower.lang.clone())
    .bind(follower.anonymous)
    .bind(follower.account_id)
    .bind(follower.created_at)
    .run()
    .await
    .map(drop)
}

/// Followers of a report and of those merged into it, who have not left.
pub async fn followers(tx: &mut Tx, report: ReportId) -> Result<Vec<Follower>, DbError> {
    tx.sql(
        "SELECT f.id, f.report_id, f.secret_hash, f.reporter, f.name, f.phone, f.email, f.lang,
                f.anonymous, f.account_id, f.score, f.resolved, f.comment, f.created_at
         FROM report_followers f JOIN reports r ON r.id = f.report_id
         WHERE (r.id = $1 OR r.merged_into = $1) AND f.left_at IS NULL
         ORDER BY f.created_at, f.id",
    )
    .bind(report)
    .all()
    .await
}

pub async fn follower_by_secret(
    db: &Db,
    report: ReportId,
    secret_hash: &[u8],
) -> Result<Option<Follower>, DbError> {
    db.sql(
        "SELECT id, report_id, secret_hash, reporter, name, phone, email, lang, anonymous,
                account_id, score, resolved, comment, created_at
         FROM report_followers
         WHERE report_id = $1 AND secret_hash = $2 AND left_at IS NULL",
    )
    .bind(report)
    .bind(secret_hash.to_vec())
    .optional()
    .await
}

/// The first reporter's contact, for the desk.
pub async fn reporter_of(db: &Db, report: ReportId) -> Result<Option<Follower>, DbError> {
    db.sql(
        "SELECT id, report_id, secret_hash, reporter, name, phone, email, lang, anonymous,
                account_id, score, resolved, comment, created_at
         FROM report_followers WHERE report_id = $1 AND reporter AND left_at IS NULL",
    )
    .bind(report)
    .optional()
    .await
}

pub async fn leave(tx: &mut Tx, follower: FollowerId, now: DateTime<Utc>) -> Result<(), DbError> {
    // Who leaves takes the contact along.
    tx.sql(
        "UPDATE report_followers SET left_at = $2, name = NULL, phone = NULL, email = NULL
         WHERE id = $1",
    )
    .bind(follower)
    .bind(now)
    .run()
    .await
    .map(drop)
}

pub async fn rate(
    tx: &mut Tx,
    follower: FollowerId,
    score: i64,
    resolved: Option<bool>,
    comment: Option<String>,
) -> Result<(), DbError> {
    tx.sql("UPDATE report_followers SET score = $2, resolved = $3, comment = $4 WHERE id = $1")
        .bind(follower)
        .bind(score)
        .bind(resolved)
        .bind(comment)
        .run()
        .await
        .map(drop)
}

/// Reports filed or joined by an account, newest first.
pub async fn of_account(
    db: &Db,
    account: AccountId,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Report>, DbError> {
    db.sql(concat!(
        "SELECT ",
        report_columns!(),
        " FROM reports
         WHERE id IN (SELECT report_id FROM report_followers
                      WHERE account_id = $1 AND left_at IS NULL)
           AND ($2 IS NULL OR (created_at, id) < ($2, $3))
         ORDER BY created_at DESC, id DESC LIMIT $4"
    ))
    .bind(account)
    .bind(after.map(|cursor| cursor.at))
    .bind(after.map(|cursor| cursor.id))
    .bind(limit)
    .all()
    .await
}

/// Whether an account filed a report or joined it.
pub async fn follows(tx: &mut Tx, report: ReportId, account: AccountId) -> Result<bool, DbError> {
    let (count,): (i64,) = tx
        .sql("SELECT COUNT(*) FROM report_followers WHERE report_id = $1 AND account_id = $2")
        .bind(report)
        .bind(account)
        .one()
        .await?;
    Ok(count > 0)
}
