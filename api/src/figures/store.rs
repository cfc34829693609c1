//! All SQL of counting: what waits to be counted, facts and cells.

use chrono::{DateTime, NaiveDate, Utc};

use super::fact::{Fact, Step, Subject};
use crate::db::{Db, DbError, Tx};
use crate::reports::RECURRENCE_WITHIN;
use crate::shared::geo::BBox;
use crate::shared::id::{EventId, ReportId};

/// Steps that were not counted yet, oldest first.
pub async fn pending(db: &Db, limit: i64) -> Result<Vec<(EventId, ReportId)>, DbError> {
    db.sql("SELECT event_id, report_id FROM figure_pending ORDER BY event_id LIMIT $1")
        .bind(limit)
        .all()
        .await
}

pub async fn settle(tx: &mut Tx, event: EventId) -> Result<(), DbError> {
    tx.sql("DELETE FROM figure_pending WHERE event_id = $1")
        .bind(event)
        .run()
        .await
        .map(drop)
}

/// The history of a report, in order.
pub async fn steps(db: &Db, report: ReportId) -> Result<Vec<Step>, DbError> {
    db.sql(
        "SELECT report_id, at, kind, status, office, actor IS NOT NULL AS by_person
         FROM report_events WHERE report_id = $1 ORDER BY seq",
    )
    .bind(report)
    .all()
    .await
}

/// The row of a report. Scores of those whose report was merged are of the work on the master case.
pub async fn subject(db: &Db, report: ReportId) -> Result<Option<Subject>, DbError> {
    db.sql(
        "SELECT r.id, r.created_at, r.due_at, r.lead, r.township, r.category, r.lng, r.lat,
                r.public_lng, r.public_lat,
                (SELECT CAST(COALESCE(SUM(f.score), 0) AS BIGINT)
                 FROM report_followers f JOIN reports o ON o.id = f.report_id
                 WHERE COALESCE(o.merged_into, o.id) = r.id
                   AND (o.id = r.id OR o.merged_into = r.id)) AS score_sum,
                (SELECT COUNT(f.score)
                 FROM report_followers f JOIN reports o ON o.id = f.report_id
                 WHERE COALESCE(o.merged_into, o.id) = r.id
                   AND (o.id = r.id OR o.merged_into = r.id)) AS scores
         FROM reports r WHERE r.id = $1",
    )
    .bind(report)
    .optional()
    .await
}

/// Places in a box where another report was closed within the time of recurrence before `at`.
pub async fn closed_near(
    db: &Db,
    report: ReportId,
    bbox: BBox,
    at: DateTime<Utc>,
) -> Result<Vec<(f64, f64)>, DbError> {
    db.sql(
        "SELECT r.lng, r.lat FROM reports r
         WHERE r.lat BETWEEN $1 AND $2 AND r.lng BETWEEN $3 AND $4 AND r.id <> $5
           AND r.created_at <= $6
           AND EXISTS (SELECT 1 FROM report_events e WHERE e.report_id = r.id
                       AND e.kind = 'closed' AND e.at BETWEEN $7 AND $6)",
    )
    .bind(bbox.south)
    .bind(bbox.north)
    .bind(bbox.west)
    .bind(bbox.east)
    .bind(report)
    .bind(at)
    .bind(at - RECURRENCE_WITHIN)
    .all()
    .await
}

/// The month that a report was last counted in.
pub async fn month_of(tx: &mut Tx, report: ReportId) -> Result<Option<String>, DbError> {
    let row: Option<(String,)> = tx
        .sql("SELECT received_on FROM report_facts WHERE report_id = $1")
        .bind(report)
        .optional()
        .await?;
    Ok(row.map(|(day,)| super::cells::month(&day).to_owned()))
}

/// Keeps a count, unless one made of more of the history is there.
pub async fn keep(tx: &mut Tx, fact: &Fact) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO report_facts (report_id, steps, received_on, closed_on, office, township,
                                   category, outcome, in_time, handled, rework, extended, disputed,
                                   returned_by, recurred, first_action_minutes, close_minutes,
                                   score_sum, scores, cell8, cell9, public_cell)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 $19, $20, $21, $22)
         ON CONFLICT (report_id) DO UPDATE SET
             steps = excluded.steps, received_on = excluded.received_on,
             closed_on = excluded.closed_on, office = excluded.office,
             township = excluded.township, category = excluded.category,
             outcome = excluded.outcome, in_time = excluded.in_time, handled = excluded.handled,
             rework = excluded.rework, extended = excluded.extended,
             disputed = excluded.disputed, returned_by = excluded.returned_by,
             recurred = excluded.recurred,
             first_action_minutes = excluded.first_action_minutes,
             close_minutes = excluded.close_minutes, score_sum = excluded.score_sum,
             scores = excluded.scores, cell8 = excluded.cell8, cell9 = excluded.cell9,
             public_cell = excluded.public_cell
         WHERE report_facts.steps <= excluded.steps",
    )
    .bind(fact.report_id)
    .bind(fact.steps)
    .bind(fact.received_on.clone())
    .bind(fact.closed_on.clone())
    .bind(fact.office.clone())
    .bind(fact.township.clone())
    .bind(fact.category.clone())
    .bind(fact.outcome)
    .bind(fact.in_time)
    .bind(fact.handled)
    .bind(fact.rework)
    .bind(fact.extended)
    .bind(fact.disputed)
    .bind(fact.returned_by.clone())
    .bind(fact.recurred)
    .bind(fact.first_action_minutes)
    .bind(fact.close_minutes)
    .bind(fact.score_sum)
    .bind(fact.scores)
    .bind(fact.cell8.clone())
    .bind(fact.cell9.clone())
    .bind(fact.public_cell.clone())
    .run()
    .await
    .map(drop)
}

/// The columns of [`Fact`].
macro_rules! fact_columns {
    () => {
        "report_id, steps, received_on, closed_on, office, township, category, outcome, in_time, \
         handled, rework, extended, disputed, returned_by, recurred, first_action_minutes, \
         close_minutes, score_sum, scores, cell8, cell9, public_cell"
    };
}

/// Facts of the reports received on some days.
pub async fn facts(db: &Db, first: NaiveDate, last: NaiveDate) -> Result<Vec<Fact>, DbError> {
    db.sql(concat!(
        "SELECT ",
        fact_columns!(),
        " FROM report_facts WHERE received_on BETWEEN $1 AND $2"
    ))
    .bind(first.to_string())
    .bind(last.to_string())
    .all()
    .await
}

/// As [`facts`], of a month and in a transaction.
pub async fn facts_of_month(tx: &mut Tx, month: &str) -> Result<Vec<Fact>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        fact_columns!(),
        " FROM report_facts WHERE received_on BETWEEN $1 AND $2"
    ))
    .bind(format!("{month}-01"))
    .bind(format!("{month}-31"))
    .all()
    .await
}

/// Holds a month, so that two replicas do not make its cells at once.
pub async fn hold_month(tx: &mut Tx, month: &str) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO figure_months (month, version) VALUES ($1, 1)
         ON CONFLICT (month) DO UPDATE SET version = figure_months.version + 1",
    )
    .bind(month.to_owned())
    .run()
    .await
    .map(drop)
}

pub async fn forget_cells(tx: &mut Tx, month: &str) -> Result<(), DbError> {
    tx.sql("DELETE FROM figure_cells WHERE month = $1")
        .bind(month.to_owned())
        .run()
        .await
        .map(drop)
}

/// A cell as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CellRow {
    pub month: String,
    pub office: String,
    pub township: String,
    pub category: String,
    pub tally: String,
}

pub async fn insert_cell(tx: &mut Tx, cell: &CellRow) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO figure_cells (month, office, township, category, tally)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(cell.month.clone())
    .bind(cell.office.clone())
    .bind(cell.township.clone())
    .bind(cell.category.clone())
    .bind(cell.tally.clone())
    .run()
    .await
    .map(drop)
}

/// Cells of whole months.
pub async fn cells(db: &Db, first: &str, last: &str) -> Result<Vec<CellRow>, DbError> {
    db.sql(
        "SELECT month, office, township, category, tally FROM figure_cells
         WHERE month BETWEEN $1 AND $2",
    )
    .bind(first.to_owned())
    .bind(last.to_owned())
    .all()
    .await
}
