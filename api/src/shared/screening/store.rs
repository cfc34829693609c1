//! The tables that screening writes: verdicts, pictures, cases, and the rules it reads.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use wufei_moderation::Rule;

use super::Submitted;
use super::model::{Ban, Case, CaseState, Decision, KeptReason, Subject};
use crate::db::{Db, Tx};
use crate::shared::error::Result;
use crate::shared::id::{AccountId, CaseId, PhotoId, ScreeningId};

/// The columns of [`Ban`].
macro_rules! ban_columns {
    () => {
        "id, account, case_id, reason, from_at, until_at, for_good, made_by, confirmed_by, \
         confirmed_at, lifted_by, lifted_at, appeal, appeal_text, appealed_at, appeal_decided_by, \
         appeal_decided_at, appeal_note"
    };
}
pub(crate) use ban_columns;

/// The number of the last change of a rule; 0 before the first.
pub async fn revision(db: &Db) -> Result<i64> {
    let row: Option<(i64,)> = db
        .sql("SELECT revision FROM moderation_state WHERE id = 1")
        .optional()
        .await?;
    Ok(row.map_or(0, |(revision,)| revision))
}

/// Takes the next revision; a second change waits for this transaction.
pub async fn next_revision(tx: &mut Tx) -> Result<i64> {
    let (revision,): (i64,) = tx
        .sql(
            "INSERT INTO moderation_state (id, revision) VALUES (1, 1)
             ON CONFLICT (id) DO UPDATE SET revision = moderation_state.revision + 1
             RETURNING revision",
        )
        .one()
        .await?;
    Ok(revision)
}

/// The desk's rules as they are now, none where one was taken out of force, and their revision.
pub async fn rule_changes(db: &Db) -> Result<(BTreeMap<String, Option<Rule>>, i64)> {
    let rows: Vec<(String, Option<Json<Rule>>, i64)> = db
        .sql("SELECT rule_id, rule, revision FROM moderation_rules ORDER BY revision")
        .all()
        .await?;
    let revision = rows.last().map_or(0, |(_, _, revision)| *revision);
    let changes = rows
        .into_iter()
        .map(|(id, rule, _)| (id, rule.map(|Json(rule)| rule)))
        .collect();
    Ok((changes, revision))
}

/// A verdict to be kept.
pub struct NewScreening<'a> {
    pub id: ScreeningId,
    pub at: DateTime<Utc>,
    pub kind: &'static str,
    pub submitted: &'a Submitted<'a>,
    pub text_hash: Option<Vec<u8>>,
    pub decision: Decision,
    pub reasons: Vec<KeptReason>,
    pub pictures: &'a [(PhotoId, u64)],
}

pub async fn insert_screening(tx: &mut Tx, new: &NewScreening<'_>) -> Result<()> {
    tx.sql(
        "INSERT INTO screenings (id, at, kind, subject_kind, subject_id, author, place, title, text,
                                 price_fen, text_hash, decision, reasons)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(new.id)
    .bind(new.at)
    .bind(new.kind)
    .bind(new.submitted.subject.kind)
    .bind(new.submitted.subject.id)
    .bind(new.submitted.author)
    .bind(new.submitted.place.map(str::to_owned))
    .bind(new.submitted.title.to_owned())
    .bind(new.submitted.text.to_owned())
    .bind(new.submitted.price)
    .bind(new.text_hash.clone())
    .bind(new.decision)
    .bind(Json(new.reasons.clone()))
    .run()
    .await?;
    for (position, (photo, fingerprint)) in (0_i64..).zip(new.pictures) {
        tx.sql(
            "INSERT INTO screening_pictures (screening_id, position, photo_id, fingerprint, author, at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id)
        .bind(position)
        .bind(*photo)
        .bind(signed(*fingerprint))
        .bind(new.submitted.author)
        .bind(new.at)
        .run()
        .await?;
    }
    Ok(())
}

/// Earlier posts of a kind by a person, other than about the subject itself.
pub async fn posts_by_person(
    tx: &mut Tx,
    author: AccountId,
    subject: Subject,
    since: DateTime<Utc>,
) -> Result<u32> {
    let (count,): (i64,) = tx
        .sql(
            "SELECT COUNT(DISTINCT subject_id) FROM screenings
             WHERE author = $1 AND kind = $2 AND at > $3 AND subject_id <> $4",
        )
        .bind(author)
        .bind(super::model::kind_name(subject.kind.submission()))
        .bind(since)
        .bind(subject.id)
        .one()
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Earlier posts of a kind at a place, other than about the subject itself.
pub async fn posts_at_place(
    tx: &mut Tx,
    place: &str,
    subject: Subject,
    since: DateTime<Utc>,
) -> Result<u32> {
    let (count,): (i64,) = tx
        .sql(
            "SELECT COUNT(DISTINCT subject_id) FROM screenings
             WHERE place = $1 AND kind = $2 AND at > $3 AND subject_id <> $4",
        )
        .bind(place.to_owned())
        .bind(super::model::kind_name(subject.kind.submission()))
        .bind(since)
        .bind(subject.id)
        .one()
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How many other subjects carried the same text.
pub async fn same_text(
    tx: &mut Tx,
    hash: &[u8; 32],
    subject: Subject,
    since: DateTime<Utc>,
) -> Result<u32> {
    let (count,): (i64,) = tx
        .sql(
            "SELECT COUNT(DISTINCT subject_id) FROM screenings
             WHERE text_hash = $1 AND at > $2 AND subject_id <> $3",
        )
        .bind(hash.to_vec())
        .bind(since)
        .bind(subject.id)
        .one()
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The fingerprints of photos, in the given order; photos that don't exist are left out.
pub async fn fingerprints(tx: &mut Tx, photos: &[PhotoId]) -> Result<Vec<(PhotoId, u64)>> {
    let mut found = Vec::with_capacity(photos.len());
    for photo in photos {
        let row: Option<(i64,)> = tx
            .sql("SELECT fingerprint FROM photos WHERE id = $1")
            .bind(*photo)
            .optional()
            .await?;
        found.extend(row.map(|(fingerprint,)| (*photo, unsigned(fingerprint))));
    }
    Ok(found)
}

pub async fn blocked_pictures(tx: &mut Tx) -> Result<Vec<u64>> {
    let rows: Vec<(i64,)> = tx
        .sql("SELECT fingerprint FROM blocked_pictures")
        .all()
        .await?;
    Ok(rows.into_iter().map(|(bits,)| unsigned(bits)).collect())
}

/// Fingerprints in other people's posts, the newest first.
pub async fn pictures_of_others(
    tx: &mut Tx,
    author: Option<AccountId>,
    subject: Subject,
    since: DateTime<Utc>,
    most: i64,
) -> Result<Vec<u64>> {
    let rows: Vec<(i64,)> = tx
        .sql(
            "SELECT p.fingerprint FROM screening_pictures p
             JOIN screenings s ON s.id = p.screening_id
             WHERE p.at > $1 AND s.subject_id <> $2
               AND (p.author IS NULL OR $3 IS NULL OR p.author <> $3)
             ORDER BY p.at DESC LIMIT $4",
        )
        .bind(since)
        .bind(subject.id)
        .bind(author)
        .bind(most)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(bits,)| unsigned(bits)).collect())
}

/// The database has no unsigned numbers; the bits are the same.
fn signed(bits: u64) -> i64 {
    i64::from_ne_bytes(bits.to_ne_bytes())
}

/// See [`signed`].
fn unsigned(bits: i64) -> u64 {
    u64::from_ne_bytes(bits.to_ne_bytes())
}

pub async fn insert_case(tx: &mut Tx, case: &Case) -> Result<()> {
    tx.sql(
        "INSERT INTO moderation_cases (id, screening_id, subject_kind, subject_id, author, cause,
                                       state, opened_at, decided_at, decided_by, note, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(case.id)
    .bind(case.screening_id)
    .bind(case.subject_kind)
    .bind(case.subject_id)
    .bind(case.author)
    .bind(case.cause)
    .bind(case.state)
    .bind(case.opened_at)
    .bind(case.decided_at)
    .bind(case.decided_by)
    .bind(case.note.clone())
    .bind(case.version)
    .run()
    .await?;
    Ok(())
}

/// Closes what is open about a subject, appeals included: a newer version, or nothing, takes its place.
pub async fn withdraw_open_cases(tx: &mut Tx, subject: Subject, now: DateTime<Utc>) -> Result<()> {
    tx.sql(
        "UPDATE moderation_cases SET state = 'withdrawn', decided_at = COALESCE(decided_at, $3),
                version = version + 1
         WHERE subject_kind = $1 AND subject_id = $2 AND (state = 'open' OR appeal = 'open')",
    )
    .bind(subject.kind)
    .bind(subject.id)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// The newest verdict about a subject, with what people made of it.
#[derive(sqlx::FromRow)]
pub struct LastRuling {
    pub decision: Decision,
    pub reasons: Json<Vec<KeptReason>>,
    pub case_id: Option<CaseId>,
    pub case_state: Option<CaseState>,
}

pub async fn last_ruling(db: &Db, subject: Subject) -> Result<Option<LastRuling>> {
    Ok(db
        .sql(
            "SELECT s.decision, s.reasons, c.id AS case_id, c.state AS case_state
             FROM screenings s LEFT JOIN moderation_cases c ON c.screening_id = s.id
             WHERE s.subject_kind = $1 AND s.subject_id = $2
             ORDER BY s.at DESC, s.id DESC, c.opened_at DESC LIMIT 1",
        )
        .bind(subject.kind)
        .bind(subject.id)
        .optional()
        .await?)
}

pub async fn ban_in_force(
    tx: &mut Tx,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<Ban>> {
    Ok(tx
        .sql(concat!(
            "SELECT ",
            ban_columns!(),
            " FROM moderation_bans
             WHERE account = $1 AND lifted_at IS NULL AND (until_at IS NULL OR until_at > $2)
             ORDER BY until_at IS NULL DESC, until_at DESC LIMIT 1"
        ))
        .bind(account)
        .bind(now)
        .optional()
        .await?)
}

/// Texts older than `before`, unless a person still has to look at them.
pub async fn forget_texts(db: &Db, before: DateTime<Utc>) -> Result<()> {
    db.sql(
        "UPDATE screenings SET title = '', text = '', text_hash = NULL
         WHERE at < $1 AND (title <> '' OR text <> '')
           AND NOT EXISTS (SELECT 1 FROM moderation_cases c
                           WHERE c.screening_id = screenings.id
                             AND (c.state = 'open' OR c.appeal = 'open'))",
    )
    .bind(before)
    .run()
    .await?;
    db.sql("DELETE FROM screening_pictures WHERE at < $1")
        .bind(before)
        .run()
        .await?;
    Ok(())
}
