//! Reports themselves: kept, found and changed.

use chrono::{DateTime, Utc};

use super::super::code::Code;
use super::super::model::{Report, Status};
use crate::db::{Db, DbError, Tx};
use crate::shared::geo::BBox;
use crate::shared::id::{ApiKeyId, ReportId};
use crate::shared::page::Cursor;

/// The columns of [`Report`].
macro_rules! report_columns {
    () => {
        "id, code, category, description, public_description, lng, lat, public_lng, public_lat, \
         accuracy_m, address, public_address, township, community, answers, anonymous, private, \
         status, urgent, routing, lead, assisting, assignee, returns, final_dispatch, \
         deadline_minutes, around_the_clock, due_at, paused_at, suspended_until, dispatched_at, \
         handled_at, handled_by, handled_office, verified_at, verified_by, closed_at, merged_into, \
         reporters, version, created_at, updated_at, text_held, step_due_at, escalation, \
         escalates_at, extensions, extension_asked_hours, asked_at, answer_by, recurrence_of"
    };
}
pub(crate) use report_columns;

/// False when the code is taken.
pub async fn insert(tx: &mut Tx, report: &Report) -> Result<bool, DbError> {
    let inserted = tx
        .sql(concat!(
            "INSERT INTO reports (",
            report_columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                       $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32,
                       $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47,
                       $48, $49, $50, $51)
             ON CONFLICT (code) DO NOTHING"
        ))
        .bind(report.id)
        .bind(report.code.clone())
        .bind(report.category.clone())
        .bind(report.description.clone())
        .bind(report.public_description.clone())
        .bind(report.lng)
        .bind(report.lat)
        .bind(report.public_lng)
        .bind(report.public_lat)
        .bind(report.accuracy_m)
        .bind(report.address.clone())
        .bind(report.public_address.clone())
        .bind(report.township.clone())
        .bind(report.community.clone())
        .bind(report.answers.clone())
        .bind(report.anonymous)
        .bind(report.private)
        .bind(report.status)
        .bind(report.urgent)
        .bind(report.routing.clone())
        .bind(report.lead.clone())
        .bind(report.assisting.clone())
        .bind(report.assignee)
        .bind(report.returns)
        .bind(report.final_dispatch)
        .bind(report.deadline_minutes)
        .bind(report.around_the_clock)
        .bind(report.due_at)
        .bind(report.paused_at)
        .bind(report.suspended_until)
        .bind(report.dispatched_at)
        .bind(report.handled_at)
        .bind(report.handled_by)
        .bind(report.handled_office.clone())
        .bind(report.verified_at)
        .bind(report.verified_by)
        .bind(report.closed_at)
        .bind(report.merged_into)
        .bind(report.reporters)
        .bind(report.version)
        .bind(report.created_at)
        .bind(report.updated_at)
        .bind(report.text_held)
        .bind(report.step_due_at)
        .bind(report.escalation)
        .bind(report.escalates_at)
        .bind(report.extensions)
        .bind(report.extension_asked_hours)
        .bind(report.asked_at)
        .bind(report.answer_by)
        .bind(report.recurrence_of)
        .run()
        .await?;
    Ok(inserted == 1)
}

/// Saves what a change may change, if nobody else did since it was read; gives whether it was saved.
pub async fn save(tx: &mut Tx, report: &Report) -> Result<bool, DbError> {
    let changed = tx
        .sql(
            "UPDATE reports SET status = $3, lead = $4, assisting = $5, assignee = $6, returns = $7,
                    final_dispatch = $8, due_at = $9, paused_at = $10, suspended_until = $11,
                    dispatched_at = $12, handled_at = $13, handled_by = $14, handled_office = $15,
                    verified_at = $16, verified_by = $17, closed_at = $18, merged_into = $19,
                    reporters = $20, updated_at = $21, category = $22, urgent = $23, routing = $24,
                    deadline_minutes = $25, around_the_clock = $26, step_due_at = $27,
                    escalation = $28, escalates_at = $29, extensions = $30,
                    extension_asked_hours = $31, asked_at = $32, answer_by = $33,
                    version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(report.id)
        .bind(report.version)
        .bind(report.status)
        .bind(report.lead.clone())
        .bind(report.assisting.clone())
        .bind(report.assignee)
        .bind(report.returns)
        .bind(report.final_dispatch)
        .bind(report.due_at)
        .bind(report.paused_at)
        .bind(report.suspended_until)
        .bind(report.dispatched_at)
        .bind(report.handled_at)
        .bind(report.handled_by)
        .bind(report.handled_office.clone())
        .bind(report.verified_at)
        .bind(report.verified_by)
        .bind(report.closed_at)
        .bind(report.merged_into)
        .bind(report.reporters)
        .bind(report.updated_at)
        .bind(report.category.clone())
        .bind(report.urgent)
        .bind(report.routing.clone())
        .bind(report.deadline_minutes)
        .bind(report.around_the_clock)
        .bind(report.step_due_at)
        .bind(report.escalation)
        .bind(report.escalates_at)
        .bind(report.extensions)
        .bind(report.extension_asked_hours)
        .bind(report.asked_at)
        .bind(report.answer_by)
        .run()
        .await?;
    Ok(changed == 1)
}

pub async fn by_code(db: &Db, code: &Code) -> Result<Option<Report>, DbError> {
    db.sql(concat!(
        "SELECT ",
        report_columns!(),
        " FROM reports WHERE code = $1"
    ))
    .bind(code.clone())
    .optional()
    .await
}

pub async fn by_id(db: &Db, id: ReportId) -> Result<Option<Report>, DbError> {
    db.sql(concat!(
        "SELECT ",
        report_columns!(),
        " FROM reports WHERE id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// Reads and locks: an update that changes nothing holds the row on both databases.
pub async fn by_code_for_change(tx: &mut Tx, code: &Code) -> Result<Option<Report>, DbError> {
    tx.sql(concat!(
        "UPDATE reports SET version = version WHERE code = $1 RETURNING ",
        report_columns!()
    ))
    .bind(code.clone())
    .optional()
    .await
}

/// As [`by_code_for_change`], by id.
pub async fn by_id_for_change(tx: &mut Tx, id: ReportId) -> Result<Option<Report>, DbError> {
    tx.sql(concat!(
        "UPDATE reports SET version = version WHERE id = $1 RETURNING ",
        report_columns!()
    ))
    .bind(id)
    .optional()
    .await
}

/// What a public list may be narrowed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub bbox: Option<BBox>,
    pub category: Option<String>,
    /// Empty: every status but `merged`.
    pub statuses: Vec<Status>,
    pub since: Option<DateTime<Utc>>,
}

/// A set of words as `,a,b,`, which one LIKE can search on both databases.
pub fn word_set<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut set = String::new();
    for word in words {
        set.push(',');
        set.push_str(word);
    }
    (!set.is_empty()).then(|| set + ",")
}

/// Public reports, newest first. Places are compared as the public sees them: asking for ever
/// smaller boxes must not find a private report's doorstep.
pub async fn list(
    db: &Db,
    filter: &Filter,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Report>, DbError> {
    let statuses = word_set(filter.statuses.iter().map(|status| status.as_str()));
    db.sql(concat!(
        "SELECT ",
        report_columns!(),
        " FROM reports
         WHERE ($1 IS NULL OR category = $1)
           AND (($2 IS NULL AND status <> 'merged') OR $2 LIKE '%,' || status || ',%')
           AND ($3 IS NULL OR created_at >= $3)
           AND ($4 IS NULL OR (public_lng BETWEEN $4 AND $5 AND public_lat BETWEEN $6 AND $7))
           AND ($8 IS NULL OR (created_at, id) < ($8, $9))
         ORDER BY created_at DESC, id DESC LIMIT $10"
    ))
    .bind(filter.category.clone())
    .bind(statuses)
    .bind(filter.since)
    .bind(filter.bbox.map(|b| b.west))
    .bind(filter.bbox.map(|b| b.east))
    .bind(filter.bbox.map(|b| b.south))
    .bind(filter.bbox.map(|b| b.north))
    .bind(after.map(|cursor| cursor.at))
    .bind(after.map(|cursor| cursor.id))
    .bind(limit)
    .all()
    .await
}

/// Open or lately closed master cases of a category within a box, newest first.
pub async fn near(
    db: &Db,
    category: &str,
    bbox: BBox,
    since: DateTime<Utc>,
) -> Result<Vec<Report>, DbError> {
    db.sql(concat!(
        "SELECT ",
        report_columns!(),
        " FROM reports
         WHERE category = $1 AND lng BETWEEN $2 AND $3 AND lat BETWEEN $4 AND $5
           AND created_at >= $6 AND status NOT IN ('merged', 'rejected')
         ORDER BY created_at DESC LIMIT 50"
    ))
    .bind(category.to_owned())
    .bind(bbox.west)
    .bind(bbox.east)
    .bind(bbox.south)
    .bind(bbox.north)
    .bind(since)
    .all()
    .await
}

/// Fingerprints of the pictures residents sent lately, each with its report.
pub async fn fingerprints_since(
    db: &Db,
    since: DateTime<Utc>,
) -> Result<Vec<(ReportId, i64)>, DbError> {
    db.sql(
        "SELECT p.report_id, p.fingerprint FROM photos p JOIN reports r ON r.id = p.report_id
         WHERE p.purpose = 'report' AND NOT p.hidden AND NOT p.held AND r.created_at >= $1
           AND r.status NOT IN ('merged', 'rejected')
         ORDER BY p.created_at DESC LIMIT 20000",
    )
    .bind(since)
    .all()
    .await
}

/// Notes which other system filed a report.
pub async fn insert_via(
    tx: &mut Tx,
    report: ReportId,
    api_key: ApiKeyId,
    token: &str,
) -> Result<(), DbError> {
    tx.sql("INSERT INTO open311_requests (report_id, api_key_id, token) VALUES ($1, $2, $3)")
        .bind(report)
        .bind(api_key)
        .bind(token.to_owned())
        .run()
        .await
        .map(drop)
}

/// All suspended cases whose date has come.
pub async fn suspended_until(db: &Db, now: DateTime<Utc>) -> Result<Vec<Code>, DbError> {
    let rows: Vec<(Code,)> = db
        .sql(
            "SELECT code FROM reports WHERE status = 'suspended' AND suspended_until <= $1
             ORDER BY suspended_until",
        )
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

/// All cases that have climbed too few rungs by now: after a long holiday they are thousands.
pub async fn climbing(db: &Db, now: DateTime<Utc>) -> Result<Vec<ReportId>, DbError> {
    let rows: Vec<(ReportId,)> = db
        .sql(
            "SELECT id FROM reports WHERE escalates_at IS NOT NULL AND escalates_at <= $1
             ORDER BY escalates_at",
        )
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// All cases whose reporter has not answered in time.
pub async fn unanswered(db: &Db, now: DateTime<Utc>) -> Result<Vec<ReportId>, DbError> {
    let rows: Vec<(ReportId,)> = db
        .sql(
            "SELECT id FROM reports WHERE answer_by IS NOT NULL AND answer_by <= $1
             ORDER BY answer_by",
        )
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Cases within a box that were closed since, the last to be closed first.
pub async fn closed_within(
    tx: &mut Tx,
    bbox: BBox,
    since: DateTime<Utc>,
) -> Result<Vec<(ReportId, f64, f64)>, DbError> {
    tx.sql(
        "SELECT id, lng, lat FROM reports
         WHERE lat BETWEEN $1 AND $2 AND lng BETWEEN $3 AND $4 AND closed_at >= $5
           AND status = 'closed'
         ORDER BY closed_at DESC, id DESC LIMIT 100",
    )
    .bind(bbox.south)
    .bind(bbox.north)
    .bind(bbox.west)
    .bind(bbox.east)
    .bind(since)
    .all()
    .await
}

/// Cases merged into one that is itself merged follow it to the new master.
pub async fn move_merged(tx: &mut Tx, from: ReportId, to: ReportId) -> Result<(), DbError> {
    tx.sql("UPDATE reports SET merged_into = $2 WHERE merged_into = $1")
        .bind(from)
        .bind(to)
        .run()
        .await
        .map(drop)
}

/// Sets what the public reads of a report.
pub async fn set_public_text(
    tx: &mut Tx,
    report: ReportId,
    description: &str,
    held: bool,
) -> Result<(), DbError> {
    tx.sql("UPDATE reports SET public_description = $2, text_held = $3 WHERE id = $1")
        .bind(report)
        .bind(description.to_owned())
        .bind(held)
        .run()
        .await
        .map(drop)
}
