//! The steps a report has taken.

use chrono::{DateTime, Utc};

use super::super::event::{Event, EventKind};
use crate::db::{Db, DbError, Tx};
use crate::shared::id::{EventId, ReportId};

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
