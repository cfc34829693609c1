//! What one report counts as. Pure: made of its history and its row.

use chrono::{DateTime, Utc};
use h3o::{CellIndex, LatLng, Resolution};

use crate::district::Calendar;
use crate::reports::event::EventKind;
use crate::reports::model::Status;
use crate::shared::geo::Point;
use crate::shared::id::ReportId;
use crate::text_enum;

text_enum! {
    /// What became of a report.
    #[schema(as = ReportOutcome)]
    Outcome {
        Open = "open",
        Closed = "closed",
        /// Not taken up, or withdrawn.
        Rejected = "rejected",
        Merged = "merged",
    }
}

/// One step of a history, as far as it counts.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Step {
    pub report_id: ReportId,
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    pub status: Status,
    pub office: Option<String>,
    /// Done by a person signed in.
    pub by_person: bool,
}

/// The row of a report, as far as it counts.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Subject {
    pub id: ReportId,
    pub created_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub lead: String,
    pub township: Option<String>,
    pub category: String,
    pub lng: f64,
    pub lat: f64,
    pub public_lng: f64,
    pub public_lat: f64,
    /// Of the followers' scores.
    pub score_sum: i64,
    pub scores: i64,
}

/// What a report counts as; the columns of `report_facts`.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Fact {
    pub report_id: ReportId,
    pub steps: i64,
    pub received_on: String,
    pub closed_on: Option<String>,
    pub office: String,
    pub township: String,
    pub category: String,
    pub outcome: Outcome,
    pub in_time: bool,
    pub handled: bool,
    pub rework: bool,
    pub extended: bool,
    pub disputed: bool,
    pub returned_by: Option<String>,
    pub recurred: bool,
    pub first_action_minutes: Option<i64>,
    pub close_minutes: Option<i64>,
    pub score_sum: i64,
    pub scores: i64,
    pub cell8: String,
    pub cell9: String,
    pub public_cell: String,
}

/// Whether a step is the first thing an office or coordinator could do about a case: taking it on,
/// sending it back or elsewhere, dealing with it, deciding about it. A note is none.
fn is_action(step: &Step) -> bool {
    step.by_person
        && matches!(
            step.kind,
            EventKind::Accepted
                | EventKind::Returned
                | EventKind::Dispatched
                | EventKind::Handled
                | EventKind::Extended
                | EventKind::Suspended
                | EventKind::Rejected
                | EventKind::Merged
        )
}

/// The H3 cell of a place, as 15 hexadecimal digits.
pub fn cell(lng: f64, lat: f64, resolution: Resolution) -> String {
    let point = Point::stored(lng, lat);
    LatLng::new(point.lat(), point.lng())
        .map_or_else(|_| String::new(), |at| at.to_cell(resolution).to_string())
}

/// The middle of a cell.
pub fn middle(cell: &str) -> Option<Point> {
    let at = LatLng::from(cell.parse::<CellIndex>().ok()?);
    Point::new(at.lng(), at.lat()).ok()
}

impl Fact {
    /// Counts a report. `steps` is its whole history in order; `recurred` whether something on its
    /// spot was closed within [`crate::reports::RECURRENCE_WITHIN`] before it was received.
    pub fn of(report: &Subject, steps: &[Step], recurred: bool, calendar: &Calendar) -> Self {
        let day = |at| calendar.local_date(at).to_string();
        let minutes = |at| {
            calendar
                .working_minutes_between(report.created_at, at)
                .max(0)
        };
        let last = |kind| steps.iter().rev().find(|step| step.kind == kind);
        let any = |kind| steps.iter().any(|step| step.kind == kind);
        let outcome = match steps.last().map(|step| step.status) {
            Some(Status::Closed) => Outcome::Closed,
            Some(Status::Rejected) => Outcome::Rejected,
            Some(Status::Merged) => Outcome::Merged,
            _ => Outcome::Open,
        };
        let closed = last(EventKind::Closed)
            .filter(|_| outcome == Outcome::Closed)
            .map(|step| step.at);
        let first_handled = steps
            .iter()
            .position(|step| step.kind == EventKind::Handled);
        let undone = |step: &Step| {
            matches!(
                step.kind,
                EventKind::Reopened | EventKind::Disputed | EventKind::VerificationFailed
            )
        };
        let handled_in_time = last(EventKind::Handled)
            .zip(report.due_at)
            .is_some_and(|(handled, due)| handled.at <= due);
        Self {
            report_id: report.id,
            steps: i64::try_from(steps.len()).unwrap_or(i64::MAX),
            received_on: day(report.created_at),
            closed_on: closed.map(day),
            office: report.lead.clone(),
            township: report.township.clone().unwrap_or_default(),
            category: report.category.clone(),
            outcome,
            in_time: closed.is_some() && handled_in_time,
            handled: first_handled.is_some(),
            rework: first_handled.is_some_and(|first| steps[first..].iter().any(undone)),
            extended: any(EventKind::Extended),
            disputed: any(EventKind::Disputed),
            returned_by: steps
                .iter()
                .find(|step| step.kind == EventKind::Returned)
                .map(|step| step.office.clone().unwrap_or_default()),
            recurred: recurred && outcome != Outcome::Merged,
            first_action_minutes: steps.iter().find(|s| is_action(s)).map(|s| minutes(s.at)),
            close_minutes: closed.map(minutes),
            score_sum: report.score_sum,
            scores: report.scores,
            cell8: cell(report.lng, report.lat, Resolution::Eight),
            cell9: cell(report.lng, report.lat, Resolution::Nine),
            public_cell: cell(report.public_lng, report.public_lat, Resolution::Seven),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::district::Pack;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-{text}:00Z").parse().unwrap()
    }

    fn step(time: &str, kind: EventKind, status: Status) -> Step {
        Step {
            report_id: ReportId(uuid::Uuid::nil()),
            at: at(time),
            kind,
            status,
            office: Some("housing".into()),
            by_person: !matches!(kind, EventKind::Received | EventKind::Disputed),
        }
    }

    fn subject() -> Subject {
        Subject {
            id: ReportId(uuid::Uuid::nil()),
            // 09:00 on a Tuesday in the district.
            created_at: at("24T01:00"),
            due_at: Some(at("26T01:00")),
            lead: "housing".into(),
            township: None,
            category: "construction".into(),
            lng: 126.585_64,
            lat: 42.056_36,
            public_lng: 126.585_64,
            public_lat: 42.056_36,
            score_sum: 9,
            scores: 2,
        }
    }

    fn counted(steps: &[Step]) -> Fact {
        Fact::of(&subject(), steps, true, Pack::builtin().unwrap().calendar())
    }

    #[test]
    fn a_case_closed_in_time_counts_its_working_minutes() {
        use EventKind::{Accepted, Closed, Dispatched, Handled, Received, Verified};
        let mut dispatched = step("24T01:00", Dispatched, Status::Dispatched);
        dispatched.by_person = false;
        let fact = counted(&[
            step("24T01:00", Received, Status::Received),
            dispatched,
            step("24T02:30", Accepted, Status::Accepted),
            step("24T06:00", Handled, Status::Handled),
            step("25T01:00", Verified, Status::Handled),
            step("25T01:30", Closed, Status::Closed),
        ]);
        assert_eq!(fact.first_action_minutes, Some(90));
        // Three hours of the morning, four of the afternoon, one of the next morning.
        assert_eq!(fact.close_minutes, Some(180 + 240 + 60));
        assert_eq!((fact.outcome, fact.in_time), (Outcome::Closed, true));
        assert!(!fact.rework && fact.recurred && fact.handled);
        assert_eq!(fact.closed_on.as_deref(), Some("2026-11-25"));
    }

    #[test]
    fn rework_needs_something_handled_before_and_a_reopened_case_is_not_closed() {
        use EventKind::{Closed, Disputed, Handled, Received, Rejected, Reopened, Returned};
        let fact = counted(&[
            step("24T01:00", Received, Status::Received),
            step("24T02:00", Rejected, Status::Rejected),
            step("24T03:00", Reopened, Status::Reopened),
        ]);
        assert!(!fact.rework && fact.outcome == Outcome::Open);
        let fact = counted(&[
            step("24T01:00", Received, Status::Received),
            step("24T02:00", Returned, Status::Dispatched),
            step("24T03:00", Handled, Status::Handled),
            step("24T04:00", Closed, Status::Closed),
            step("24T05:00", Disputed, Status::Reopened),
        ]);
        assert!(fact.rework && fact.disputed && !fact.in_time);
        assert_eq!((fact.outcome, fact.closed_on), (Outcome::Open, None));
        assert_eq!(fact.returned_by.as_deref(), Some("housing"));
        assert_eq!(fact.first_action_minutes, Some(60));
    }

    #[test]
    fn cells_are_the_standards_and_a_neighbouring_door_shares_the_coarse_one() {
        let fact = counted(&[]);
        assert_eq!((fact.cell8.len(), fact.cell9.len()), (15, 15));
        assert!(fact.cell8.starts_with("88") && fact.public_cell.starts_with("87"));
        let middle = middle(&fact.cell9).unwrap();
        assert!(middle.distance_m(Point::stored(126.585_64, 42.056_36)) < 250.0);
        assert!(super::middle("nonsense").is_none());
    }
}
