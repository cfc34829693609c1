//! All SQL of reports.

use chrono::{DateTime, Utc};

use super::code::Code;
use super::event::{Event, EventKind};
use super::evidence::KeptCapture;
use super::follower::Follower;
use super::model::{Report, Status};
use super::witnesses::Witness;
use crate::db::{Db, DbError, Tx};
use crate::shared::geo::BBox;
use crate::shared::id::{AccountId, ApiKeyId, EventId, FollowerId, LinkId, ReportId};
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

pub async fn append_event(tx: &mut Tx, event: &Event) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO report_events (id, report_id, seq, at, kind, status, public, note, public_note,
                                    office, target, actor)
         SELECT $1, $2, COALESCE(MAX(seq), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11
         FROM report_events WHERE report_id = $2",
    )
    .bind(event.id)
    .bind(event.report_id)
    .bind(event.at)
    .bind(event.kind)
    .bind(event.status)
    .bind(event.public)
    .bind(event.note.clone())
    .bind(event.public_note.clone())
    .bind(event.office.clone())
    .bind(event.target.clone())
    .bind(event.actor)
    .run()
    .await
    .map(drop)
}

pub async fn events(db: &Db, report: ReportId) -> Result<Vec<Event>, DbError> {
    db.sql(
        "SELECT e.id, e.report_id, e.at, e.kind, e.status, e.public, e.note,
                CASE WHEN n.event_id IS NULL THEN e.public_note ELSE n.note END AS public_note,
                e.office, e.target, e.actor
         FROM report_events e LEFT JOIN moderated_notes n ON n.event_id = e.id
         WHERE e.report_id = $1 ORDER BY e.seq",
    )
    .bind(report)
    .all()
    .await
}

/// Whether a step of the history may be read by the public.
pub async fn event_is_public(db: &Db, event: EventId) -> Result<bool, DbError> {
    let row: Option<(bool,)> = db
        .sql("SELECT public FROM report_events WHERE id = $1")
        .bind(event)
        .optional()
        .await?;
    Ok(row.is_some_and(|(public,)| public))
}

/// How often a kind of step stands in a report's history.
pub async fn count_events(tx: &mut Tx, report: ReportId, kind: EventKind) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql("SELECT COUNT(*) FROM report_events WHERE report_id = $1 AND kind = $2")
        .bind(report)
        .bind(kind)
        .one()
        .await?;
    Ok(count)
}

/// False when the secret is taken, which at 130 bits means the generator is broken.
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

pub async fn insert_capture(
    tx: &mut Tx,
    capture: &KeptCapture,
    link: Option<LinkId>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO photo_captures (photo_id, lng, lat, accuracy_m, taken_at, stated_at, link_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (photo_id) DO NOTHING",
    )
    .bind(capture.photo_id)
    .bind(capture.lng)
    .bind(capture.lat)
    .bind(capture.accuracy_m)
    .bind(capture.taken_at)
    .bind(now)
    .bind(link)
    .run()
    .await
    .map(drop)
}

pub async fn captures_of(db: &Db, report: ReportId) -> Result<Vec<KeptCapture>, DbError> {
    db.sql(
        "SELECT c.photo_id, c.lng, c.lat, c.accuracy_m, c.taken_at
         FROM photo_captures c JOIN photos p ON p.id = c.photo_id WHERE p.report_id = $1",
    )
    .bind(report)
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

/// False when the account has said its word of this handling.
pub async fn insert_witness(
    tx: &mut Tx,
    report: ReportId,
    handled_at: DateTime<Utc>,
    witness: &Witness,
) -> Result<bool, DbError> {
    let inserted = tx
        .sql(
            "INSERT INTO report_witnesses (report_id, account_id, handled_at, solved, comment,
                                           distance_m, said_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (report_id, account_id, handled_at) DO NOTHING",
        )
        .bind(report)
        .bind(witness.account_id)
        .bind(handled_at)
        .bind(witness.solved)
        .bind(witness.comment.clone())
        .bind(witness.distance_m)
        .bind(witness.said_at)
        .run()
        .await?;
    Ok(inserted == 1)
}

/// How many say solved, and how many not.
pub async fn count_witnesses(
    tx: &mut Tx,
    report: ReportId,
    handled_at: DateTime<Utc>,
) -> Result<(i64, i64), DbError> {
    tx.sql(
        "SELECT COUNT(CASE WHEN solved THEN 1 END), COUNT(CASE WHEN NOT solved THEN 1 END)
         FROM report_witnesses WHERE report_id = $1 AND handled_at = $2",
    )
    .bind(report)
    .bind(handled_at)
    .one()
    .await
}

/// What residents nearby said of the present handling.
pub async fn witnesses_of(
    db: &Db,
    report: ReportId,
    handled_at: DateTime<Utc>,
) -> Result<Vec<Witness>, DbError> {
    db.sql(
        "SELECT account_id, solved, comment, distance_m, said_at FROM report_witnesses
         WHERE report_id = $1 AND handled_at = $2 ORDER BY said_at, account_id",
    )
    .bind(report)
    .bind(handled_at)
    .all()
    .await
}

/// One small picture for each of some reports: its first one.
pub async fn first_photo(db: &Db, report: ReportId) -> Result<Option<uuid::Uuid>, DbError> {
    let row: Option<(uuid::Uuid,)> = db
        .sql(
            "SELECT id FROM photos
             WHERE report_id = $1 AND purpose = 'report' AND NOT hidden AND NOT held
             ORDER BY created_at, position, id LIMIT 1",
        )
        .bind(report)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
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

pub async fn event_by_id(tx: &mut Tx, event: EventId) -> Result<Option<Event>, DbError> {
    tx.sql(
        "SELECT id, report_id, at, kind, status, public, note, public_note, office, target, actor
         FROM report_events WHERE id = $1",
    )
    .bind(event)
    .optional()
    .await
}

/// Sets what the public reads of the note in a step; none for nothing.
pub async fn set_public_note(
    tx: &mut Tx,
    event: EventId,
    note: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO moderated_notes (event_id, note, at) VALUES ($1, $2, $3)
         ON CONFLICT (event_id) DO UPDATE SET note = excluded.note, at = excluded.at",
    )
    .bind(event)
    .bind(note)
    .bind(now)
    .run()
    .await
    .map(drop)
}
