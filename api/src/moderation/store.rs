//! The moderators' tables: cases as they are decided, flags, bans, rules, and the log of it all.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;
use wufei_moderation::Rule;

use super::model::{FlagReason, FlagRecord};
use crate::db::{Db, Tx};
use crate::shared::error::Result;
use crate::shared::id::{
    AccountId, BanId, CaseId, ModerationFlagId, ModerationLogId, PhotoId, RuleChangeId, ScreeningId,
};
use crate::shared::money::Money;
use crate::shared::page::Cursor;
use crate::shared::screening::model::KeptReason;
use crate::shared::screening::store::ban_columns;
use crate::shared::screening::{Ban, Case, Decision, Subject, SubjectKind};

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
