//! Cases as they are decided, and what was submitted.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use crate::db::{Db, Tx};
use crate::shared::error::Result;
use crate::shared::id::{AccountId, CaseId, PhotoId, ScreeningId};
use crate::shared::money::Money;
use crate::shared::page::Cursor;
use crate::shared::screening::model::KeptReason;
use crate::shared::screening::{Case, Decision, Subject, SubjectKind};

/// The columns of [`Case`].
macro_rules! case_columns {
    () => {
        "id, screening_id, subject_kind, subject_id, author, cause, state, opened_at, decided_at, \
         decided_by, note, edited_title, edited_text, appeal, appeal_text, appealed_at, \
         appeal_decided_by, appeal_decided_at, appeal_note, version"
    };
}

/// What was submitted, and the verdict of the rules.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Screening {
    pub id: ScreeningId,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub subject_kind: SubjectKind,
    pub subject_id: Uuid,
    pub author: Option<AccountId>,
    pub place: Option<String>,
    pub title: String,
    pub text: String,
    pub price_fen: Option<Money>,
    pub decision: Decision,
    pub reasons: Json<Vec<KeptReason>>,
}

pub async fn case(db: &Db, id: CaseId) -> Result<Option<Case>> {
    Ok(db
        .sql(concat!(
            "SELECT ",
            case_columns!(),
            " FROM moderation_cases WHERE id = $1"
        ))
        .bind(id)
        .optional()
        .await?)
}

/// The case, held until the transaction ends.
pub async fn case_for_change(tx: &mut Tx, id: CaseId) -> Result<Option<Case>> {
    Ok(tx
        .sql(concat!(
            "UPDATE moderation_cases SET version = version WHERE id = $1 RETURNING ",
            case_columns!()
        ))
        .bind(id)
        .optional()
        .await?)
}

/// Saves what a decision changes, if nobody else decided since it was read.
pub async fn save_case(tx: &mut Tx, case: &Case) -> Result<bool> {
    let changed = tx
        .sql(
            "UPDATE moderation_cases
             SET state = $3, decided_at = $4, decided_by = $5, note = $6, edited_title = $7,
                 edited_text = $8, appeal = $9, appeal_text = $10, appealed_at = $11,
                 appeal_decided_by = $12, appeal_decided_at = $13, appeal_note = $14,
                 version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(case.id)
        .bind(case.version)
        .bind(case.state)
        .bind(case.decided_at)
        .bind(case.decided_by)
        .bind(case.note.clone())
        .bind(case.edited_title.clone())
        .bind(case.edited_text.clone())
        .bind(case.appeal)
        .bind(case.appeal_text.clone())
        .bind(case.appealed_at)
        .bind(case.appeal_decided_by)
        .bind(case.appeal_decided_at)
        .bind(case.appeal_note.clone())
        .run()
        .await?;
    Ok(changed == 1)
}

/// What waits for a decision, the longest waiting first.
pub async fn waiting(db: &Db, after: Option<Cursor>, limit: i64) -> Result<Vec<Case>> {
    Ok(db
        .sql(concat!(
            "SELECT ",
            case_columns!(),
            " FROM moderation_cases
             WHERE state = 'open' AND ($1 IS NULL OR (opened_at, id) > ($1, $2))
             ORDER BY opened_at, id LIMIT $3"
        ))
        .bind(after.map(|cursor| cursor.at))
        .bind(after.map(|cursor| cursor.id))
        .bind(limit)
        .all()
        .await?)
}

/// Open appeals, the longest waiting first.
pub async fn appeals(db: &Db, after: Option<Cursor>, limit: i64) -> Result<Vec<Case>> {
    Ok(db
        .sql(concat!(
            "SELECT ",
            case_columns!(),
            " FROM moderation_cases
             WHERE appeal = 'open' AND state = 'refused'
               AND ($1 IS NULL OR (appealed_at, id) > ($1, $2))
             ORDER BY appealed_at, id LIMIT $3"
        ))
        .bind(after.map(|cursor| cursor.at))
        .bind(after.map(|cursor| cursor.id))
        .bind(limit)
        .all()
        .await?)
}

/// What has been decided, the newest first.
pub async fn decided(db: &Db, before: Option<Cursor>, limit: i64) -> Result<Vec<Case>> {
    Ok(db
        .sql(concat!(
            "SELECT ",
            case_columns!(),
            " FROM moderation_cases
             WHERE state IN ('approved', 'refused') AND (appeal IS NULL OR appeal <> 'open')
               AND ($1 IS NULL OR (opened_at, id) < ($1, $2))
             ORDER BY opened_at DESC, id DESC LIMIT $3"
        ))
        .bind(before.map(|cursor| cursor.at))
        .bind(before.map(|cursor| cursor.id))
        .bind(limit)
        .all()
        .await?)
}

/// Cases about what a person published, the newest first.
pub async fn of_author(
    db: &Db,
    author: AccountId,
    before: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Case>> {
    Ok(db
        .sql(concat!(
            "SELECT ",
            case_columns!(),
            " FROM moderation_cases
             WHERE author = $1 AND ($2 IS NULL OR (opened_at, id) < ($2, $3))
             ORDER BY opened_at DESC, id DESC LIMIT $4"
        ))
        .bind(author)
        .bind(before.map(|cursor| cursor.at))
        .bind(before.map(|cursor| cursor.id))
        .bind(limit)
        .all()
        .await?)
}

/// The newest case about a subject that a newer version has not replaced.
pub async fn newest_case(db: &Db, subject: Subject) -> Result<Option<Case>> {
    Ok(db
        .sql(concat!(
            "SELECT ",
            case_columns!(),
            " FROM moderation_cases
             WHERE subject_kind = $1 AND subject_id = $2 AND state <> 'withdrawn'
             ORDER BY opened_at DESC, id DESC LIMIT 1"
        ))
        .bind(subject.kind)
        .bind(subject.id)
        .optional()
        .await?)
}

pub async fn screening(db: &Db, id: ScreeningId) -> Result<Option<Screening>> {
    Ok(db
        .sql(
            "SELECT id, at, kind, subject_kind, subject_id, author, place, title, text, price_fen,
                    decision, reasons
             FROM screenings WHERE id = $1",
        )
        .bind(id)
        .optional()
        .await?)
}

/// Makes others wait who flag what this screening is about.
pub async fn hold_screening(tx: &mut Tx, id: ScreeningId) -> Result<()> {
    tx.sql("UPDATE screenings SET decision = decision WHERE id = $1")
        .bind(id)
        .run()
        .await?;
    Ok(())
}

/// The verdict on the newest version of a subject.
pub async fn newest_screening(tx: &mut Tx, subject: Subject) -> Result<Option<Screening>> {
    Ok(tx
        .sql(
            "SELECT id, at, kind, subject_kind, subject_id, author, place, title, text, price_fen,
                    decision, reasons
             FROM screenings WHERE subject_kind = $1 AND subject_id = $2
             ORDER BY at DESC, id DESC LIMIT 1",
        )
        .bind(subject.kind)
        .bind(subject.id)
        .optional()
        .await?)
}

/// Submissions since, a page at a time by their age, the oldest first.
pub async fn screenings_since(
    db: &Db,
    since: DateTime<Utc>,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Screening>> {
    Ok(db
        .sql(
            "SELECT id, at, kind, subject_kind, subject_id, author, place, title, text, price_fen,
                    decision, reasons
             FROM screenings
             WHERE at >= $1 AND ($2 IS NULL OR (at, id) > ($2, $3)) AND (title <> '' OR text <> '')
             ORDER BY at, id LIMIT $4",
        )
        .bind(since)
        .bind(after.map(|cursor| cursor.at))
        .bind(after.map(|cursor| cursor.id))
        .bind(limit)
        .all()
        .await?)
}

pub async fn pictures(db: &Db, screening: ScreeningId) -> Result<Vec<PhotoId>> {
    let rows: Vec<(PhotoId,)> = db
        .sql("SELECT photo_id FROM screening_pictures WHERE screening_id = $1 ORDER BY position")
        .bind(screening)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(photo,)| photo).collect())
}

/// Remembers the pictures of a refused submission, so that they are known when they come back.
pub async fn block_pictures(
    tx: &mut Tx,
    case: &Case,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<u64> {
    Ok(tx
        .sql(
            "INSERT INTO blocked_pictures (fingerprint, case_id, blocked_by, at)
             SELECT DISTINCT fingerprint, $2, $3, $4 FROM screening_pictures WHERE screening_id = $1
             ON CONFLICT (fingerprint) DO NOTHING",
        )
        .bind(case.screening_id)
        .bind(case.id)
        .bind(by)
        .bind(now)
        .run()
        .await?)
}

/// Takes back what a case has blocked: its refusal was wrong.
pub async fn unblock_pictures(tx: &mut Tx, case: CaseId) -> Result<()> {
    tx.sql("DELETE FROM blocked_pictures WHERE case_id = $1")
        .bind(case)
        .run()
        .await?;
    Ok(())
}

/// What is known of a person who publishes.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct History {
    pub published: i64,
    pub held: i64,
    pub refused: i64,
    /// Refused by people and not overturned.
    pub refused_by_people: i64,
    pub overturned: i64,
    pub bans: i64,
}

/// Over the texts that are still kept, cases and bans over all time.
pub async fn history(db: &Db, author: AccountId, since: DateTime<Utc>) -> Result<History> {
    Ok(db
        .sql(
            "SELECT
                (SELECT COUNT(*) FROM screenings
                 WHERE author = $1 AND at >= $2 AND decision = 'publish') AS published,
                (SELECT COUNT(*) FROM screenings
                 WHERE author = $1 AND at >= $2 AND decision = 'hold') AS held,
                (SELECT COUNT(*) FROM screenings
                 WHERE author = $1 AND at >= $2 AND decision = 'refuse') AS refused,
                (SELECT COUNT(*) FROM moderation_cases
                 WHERE author = $1 AND state = 'refused' AND decided_by IS NOT NULL)
                    AS refused_by_people,
                (SELECT COUNT(*) FROM moderation_cases
                 WHERE author = $1 AND appeal = 'overturned') AS overturned,
                (SELECT COUNT(*) FROM moderation_bans WHERE account = $1) AS bans",
        )
        .bind(author)
        .bind(since)
        .one()
        .await?)
}

/// How much waits at the moderators' desk.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Waiting {
    pub cases: i64,
    pub appeals: i64,
    pub bans: i64,
}

pub async fn counts(db: &Db, now: DateTime<Utc>) -> Result<Waiting> {
    Ok(db
        .sql(
            "SELECT (SELECT COUNT(*) FROM moderation_cases WHERE state = 'open') AS cases,
                    (SELECT COUNT(*) FROM moderation_cases
                     WHERE appeal = 'open' AND state = 'refused') AS appeals,
                    (SELECT COUNT(*) FROM moderation_bans
                     WHERE lifted_at IS NULL AND (until_at IS NULL OR until_at > $1)
                       AND ((for_good AND confirmed_at IS NULL) OR appeal = 'open')) AS bans",
        )
        .bind(now)
        .one()
        .await?)
}

/// Whether a person has let this version of a subject through.
pub async fn approved_since(tx: &mut Tx, subject: Subject, since: DateTime<Utc>) -> Result<bool> {
    let (count,): (i64,) = tx
        .sql(
            "SELECT COUNT(*) FROM moderation_cases
             WHERE subject_kind = $1 AND subject_id = $2 AND state = 'approved' AND opened_at >= $3",
        )
        .bind(subject.kind)
        .bind(subject.id)
        .bind(since)
        .one()
        .await?;
    Ok(count > 0)
}

pub async fn has_open_case(tx: &mut Tx, subject: Subject) -> Result<bool> {
    let (count,): (i64,) = tx
        .sql(
            "SELECT COUNT(*) FROM moderation_cases
             WHERE subject_kind = $1 AND subject_id = $2 AND state = 'open'",
        )
        .bind(subject.kind)
        .bind(subject.id)
        .one()
        .await?;
    Ok(count > 0)
}

/// Verdicts of the rules in a span of time.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Verdicts {
    pub published: i64,
    pub held: i64,
    pub refused: i64,
}

/// From `since` (inclusive) to `until` (exclusive).
pub async fn verdicts(db: &Db, since: DateTime<Utc>, until: DateTime<Utc>) -> Result<Verdicts> {
    Ok(db
        .sql(
            "SELECT COUNT(CASE WHEN decision = 'publish' THEN 1 END) AS published,
                    COUNT(CASE WHEN decision = 'hold' THEN 1 END) AS held,
                    COUNT(CASE WHEN decision = 'refuse' THEN 1 END) AS refused
             FROM screenings WHERE at >= $1 AND at < $2",
        )
        .bind(since)
        .bind(until)
        .one()
        .await?)
}

/// Cases opened since that were not withdrawn.
pub async fn cases_since(db: &Db, since: DateTime<Utc>) -> Result<Vec<Case>> {
    Ok(db
        .sql(concat!(
            "SELECT ",
            case_columns!(),
            " FROM moderation_cases WHERE opened_at >= $1 AND state <> 'withdrawn'"
        ))
        .bind(since)
        .all()
        .await?)
}
