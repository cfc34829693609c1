//! What the public may know about moderation: how much, with what result, how fast.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::moderation::store;
use crate::moderation::view::minutes;
use crate::shared::error::Result;
use crate::shared::screening::model::Appeal;
use crate::shared::screening::{Case, CaseState};

/// How many months are given, with the current one.
const MONTHS: u32 = 12;

/// A month of moderation.
#[derive(Serialize, ToSchema)]
pub struct ModerationMonth {
    /// `2026-11`.
    month: String,
    /// Verdicts of the rules.
    published: i64,
    held: i64,
    refused: i64,
    /// Decided by people: let through, refused.
    approved_by_people: i64,
    refused_by_people: i64,
    appeals: i64,
    overturned: i64,
    /// Half of what waited for a person was decided within this many minutes; null where nothing was.
    median_minutes: Option<i64>,
    /// Nine in ten were.
    p90_minutes: Option<i64>,
}

/// Moderation by month.
#[derive(Serialize, ToSchema)]
pub struct ModerationFigures {
    /// The newest month first.
    months: Vec<ModerationMonth>,
    /// Waiting for a person now.
    waiting: i64,
}

/// How much is held and refused, how often people overturn it, how long it takes
#[utoipa::path(
    get, path = "/moderation/figures", tag = "moderation",
    responses((status = OK, body = ModerationFigures))
)]
pub async fn figures(State(app): State<Arc<App>>) -> Result<Json<ModerationFigures>> {
    let calendar = app.pack.calendar();
    let now = app.clock.now();
    let first_of = |date: NaiveDate| date.with_day(1).unwrap_or(date);
    let this_month = first_of(calendar.local_date(now));
    let begins = |month: NaiveDate| calendar.utc(month, NaiveTime::MIN);
    let months: Vec<NaiveDate> = (0..MONTHS)
        .filter_map(|back| this_month.checked_sub_months(Months::new(back)))
        .collect();
    let oldest = months.last().map_or(now, |month| begins(*month));
    let cases = store::cases_since(&app.db, oldest).await?;
    let mut rows = Vec::with_capacity(months.len());
    for month in months {
        let from = begins(month);
        let until = begins(month.checked_add_months(Months::new(1)).unwrap_or(month));
        let verdicts = store::verdicts(&app.db, from, until).await?;
        rows.push(row(month, from, until, verdicts, &cases));
    }
    Ok(Json(ModerationFigures {
        months: rows,
        waiting: store::counts(&app.db, now).await?.cases,
    }))
}

fn row(
    month: NaiveDate,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    verdicts: store::Verdicts,
    cases: &[Case],
) -> ModerationMonth {
    let mut row = ModerationMonth {
        month: month.format("%Y-%m").to_string(),
        published: verdicts.published,
        held: verdicts.held,
        refused: verdicts.refused,
        approved_by_people: 0,
        refused_by_people: 0,
        appeals: 0,
        overturned: 0,
        median_minutes: None,
        p90_minutes: None,
    };
    let mut took = Vec::new();
    for case in cases
        .iter()
        .filter(|case| (from..until).contains(&case.opened_at))
    {
        if let (Some(_), Some(at)) = (case.decided_by, case.decided_at) {
            took.push(minutes(case.opened_at, at));
            let overturned = case.appeal == Some(Appeal::Overturned);
            if case.state == CaseState::Approved && !overturned {
                row.approved_by_people += 1;
            } else {
                row.refused_by_people += 1;
            }
        }
        row.appeals += i64::from(case.appeal.is_some());
        row.overturned += i64::from(case.appeal == Some(Appeal::Overturned));
    }
    took.sort_unstable();
    let share = |of: usize| took.get((took.len() * of / 10).min(took.len().saturating_sub(1)));
    row.median_minutes = share(5).copied();
    row.p90_minutes = share(9).copied();
    row
}
