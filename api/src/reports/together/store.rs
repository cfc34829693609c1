//! All SQL of parts, consultations and links.

use chrono::{DateTime, Utc};

use super::consultation::{Consultation, Opinion};
use super::links::Link;
use super::parts::{Part, PartState};
use crate::db::{Db, DbError, Tx};
use crate::reports::model::Report;
use crate::shared::id::{AccountId, ConsultationId, LinkId, PartId, ReportId};

/// The columns of [`Part`].
macro_rules! part_columns {
    () => {
        "id, report_id, office, task, state, due_at, opened_at, opened_by, ended_at, ended_by, note"
    };
}

/// The columns of [`Consultation`].
macro_rules! consultation_columns {
    () => {
        "id, report_id, joint, question, opinions_by, opened_at, opened_by, decision, minutes, \
         decided_at, decided_by"
    };
}

/// The columns of [`Link`].
macro_rules! link_columns {
    () => {
        "id, report_id, consultation_id, kind, holder, task, created_at, created_by, expires_at, \
         revoked_at, opened_at, done_at, note"
    };
}

pub async fn insert_part(tx: &mut Tx, part: &Part) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO report_parts (id, report_id, office, task, state, due_at, opened_at, opened_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(part.id)
    .bind(part.report_id)
    .bind(part.office.clone())
    .bind(part.task.clone())
    .bind(part.state)
    .bind(part.due_at)
    .bind(part.opened_at)
    .bind(part.opened_by)
    .run()
    .await
    .map(drop)
}

pub async fn parts_of(db: &Db, report: ReportId) -> Result<Vec<Part>, DbError> {
    db.sql(concat!(
        "SELECT ",
        part_columns!(),
        " FROM report_parts WHERE report_id = $1 ORDER BY opened_at, id"
    ))
    .bind(report)
    .all()
    .await
}

pub async fn parts_in(tx: &mut Tx, report: ReportId) -> Result<Vec<Part>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        part_columns!(),
        " FROM report_parts WHERE report_id = $1 ORDER BY opened_at, id"
    ))
    .bind(report)
    .all()
    .await
}

pub async fn end_part(
    tx: &mut Tx,
    id: PartId,
    state: PartState,
    note: &str,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "UPDATE report_parts SET state = $2, note = $3, ended_by = $4, ended_at = $5
         WHERE id = $1 AND state = 'open'",
    )
    .bind(id)
    .bind(state)
    .bind(note.to_owned())
    .bind(by)
    .bind(now)
    .run()
    .await
    .map(drop)
}

pub async fn insert_consultation(tx: &mut Tx, new: &Consultation) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO consultations (id, report_id, joint, question, opinions_by, opened_at, opened_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.id)
    .bind(new.report_id)
    .bind(new.joint)
    .bind(new.question.clone())
    .bind(new.opinions_by)
    .bind(new.opened_at)
    .bind(new.opened_by)
    .run()
    .await
    .map(drop)
}

pub async fn open_consultation_in(
    tx: &mut Tx,
    report: ReportId,
) -> Result<Option<Consultation>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        consultation_columns!(),
        " FROM consultations WHERE report_id = $1 AND decided_at IS NULL"
    ))
    .bind(report)
    .optional()
    .await
}

pub async fn open_consultation(
    db: &Db,
    id: ConsultationId,
) -> Result<Option<Consultation>, DbError> {
    db.sql(concat!(
        "SELECT ",
        consultation_columns!(),
        " FROM consultations WHERE id = $1 AND decided_at IS NULL"
    ))
    .bind(id)
    .optional()
    .await
}

pub async fn consultations_of(db: &Db, report: ReportId) -> Result<Vec<Consultation>, DbError> {
    db.sql(concat!(
        "SELECT ",
        consultation_columns!(),
        " FROM consultations WHERE report_id = $1 ORDER BY opened_at, id"
    ))
    .bind(report)
    .all()
    .await
}

/// Undecided ones whose time for opinions is over and of which nobody was reminded.
pub async fn to_remind(db: &Db, now: DateTime<Utc>) -> Result<Vec<Consultation>, DbError> {
    db.sql(concat!(
        "SELECT ",
        consultation_columns!(),
        " FROM consultations
         WHERE decided_at IS NULL AND reminded_at IS NULL AND opinions_by <= $1
         ORDER BY opinions_by LIMIT 100"
    ))
    .bind(now)
    .all()
    .await
}

/// False when another replica was faster.
pub async fn mark_reminded(
    tx: &mut Tx,
    id: ConsultationId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let marked = tx
        .sql("UPDATE consultations SET reminded_at = $2 WHERE id = $1 AND reminded_at IS NULL")
        .bind(id)
        .bind(now)
        .run()
        .await?;
    Ok(marked == 1)
}

pub async fn decide(
    tx: &mut Tx,
    id: ConsultationId,
    decision: &str,
    minutes: Option<&str>,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "UPDATE consultations SET decision = $2, minutes = $3, decided_by = $4, decided_at = $5
         WHERE id = $1 AND decided_at IS NULL",
    )
    .bind(id)
    .bind(decision.to_owned())
    .bind(minutes.map(str::to_owned))
    .bind(by)
    .bind(now)
    .run()
    .await
    .map(drop)
}

pub async fn insert_party(
    tx: &mut Tx,
    consultation: ConsultationId,
    party: &str,
) -> Result<(), DbError> {
    tx.sql("INSERT INTO consultation_opinions (consultation_id, party) VALUES ($1, $2)")
        .bind(consultation)
        .bind(party.to_owned())
        .run()
        .await
        .map(drop)
}

/// False when the party was not asked.
pub async fn save_opinion(tx: &mut Tx, given: &Opinion) -> Result<bool, DbError> {
    let saved = tx
        .sql(
            "UPDATE consultation_opinions
             SET stance = $3, opinion = $4, given_at = $5, given_by = $6
             WHERE consultation_id = $1 AND party = $2",
        )
        .bind(given.consultation_id)
        .bind(given.party.clone())
        .bind(given.stance)
        .bind(given.opinion.clone())
        .bind(given.given_at)
        .bind(given.given_by)
        .run()
        .await?;
    Ok(saved == 1)
}

pub async fn opinions_in(
    tx: &mut Tx,
    consultation: ConsultationId,
) -> Result<Vec<Opinion>, DbError> {
    tx.sql(
        "SELECT consultation_id, party, stance, opinion, given_at, given_by
         FROM consultation_opinions WHERE consultation_id = $1 ORDER BY party",
    )
    .bind(consultation)
    .all()
    .await
}

/// What was said in all consultations of a case.
pub async fn opinions_of(db: &Db, report: ReportId) -> Result<Vec<Opinion>, DbError> {
    db.sql(
        "SELECT o.consultation_id, o.party, o.stance, o.opinion, o.given_at, o.given_by
         FROM consultation_opinions o JOIN consultations c ON c.id = o.consultation_id
         WHERE c.report_id = $1 ORDER BY o.party",
    )
    .bind(report)
    .all()
    .await
}

pub async fn insert_link(tx: &mut Tx, link: &Link, token_hash: &[u8; 32]) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO case_links (id, report_id, consultation_id, token_hash, kind, holder, task,
                                 created_at, created_by, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(link.id)
    .bind(link.report_id)
    .bind(link.consultation_id)
    .bind(token_hash.to_vec())
    .bind(link.kind)
    .bind(link.holder.clone())
    .bind(link.task.clone())
    .bind(link.created_at)
    .bind(link.created_by)
    .bind(link.expires_at)
    .run()
    .await
    .map(drop)
}

pub async fn links_in(tx: &mut Tx, report: ReportId) -> Result<Vec<Link>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        link_columns!(),
        " FROM case_links WHERE report_id = $1 ORDER BY created_at, id"
    ))
    .bind(report)
    .all()
    .await
}

pub async fn links_of(db: &Db, report: ReportId) -> Result<Vec<Link>, DbError> {
    db.sql(concat!(
        "SELECT ",
        link_columns!(),
        " FROM case_links WHERE report_id = $1 ORDER BY created_at, id"
    ))
    .bind(report)
    .all()
    .await
}

/// The link of a token, noting when it was first opened.
pub async fn link_by_token(
    db: &Db,
    token_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<Link>, DbError> {
    db.sql(concat!(
        "UPDATE case_links SET opened_at = COALESCE(opened_at, $2) WHERE token_hash = $1 RETURNING ",
        link_columns!()
    ))
    .bind(token_hash.to_vec())
    .bind(now)
    .optional()
    .await
}

pub async fn revoke_link(tx: &mut Tx, id: LinkId, now: DateTime<Utc>) -> Result<(), DbError> {
    tx.sql("UPDATE case_links SET revoked_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .run()
        .await
        .map(drop)
}

pub async fn finish_link(
    tx: &mut Tx,
    id: LinkId,
    note: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql("UPDATE case_links SET done_at = $2, note = $3 WHERE id = $1")
        .bind(id)
        .bind(now)
        .bind(note.to_owned())
        .run()
        .await
        .map(drop)
}

macro_rules! handed_in {
    () => {
        "SELECT COUNT(*) FROM photos p JOIN report_events e ON e.id = p.event_id
         WHERE p.report_id = $1 AND p.purpose = 'after' AND e.kind IN ('task_done', 'part_done')
           AND e.at >= $2"
    };
}

/// How many after-photos contractors and other offices have handed in since a case was dispatched.
pub async fn handed_in_in(tx: &mut Tx, report: &Report) -> Result<i64, DbError> {
    let (photos,): (i64,) = tx
        .sql(handed_in!())
        .bind(report.id)
        .bind(report.dispatched_at.unwrap_or(report.created_at))
        .one()
        .await?;
    Ok(photos)
}

/// The same outside a transaction.
pub async fn handed_in_of(db: &Db, report: &Report) -> Result<i64, DbError> {
    let (photos,): (i64,) = db
        .sql(handed_in!())
        .bind(report.id)
        .bind(report.dispatched_at.unwrap_or(report.created_at))
        .one()
        .await?;
    Ok(photos)
}
