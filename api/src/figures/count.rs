//! Counting again whatever has changed since it was counted.

use std::collections::BTreeSet;

use super::fact::Fact;
use super::{cells, store};
use crate::app::App;
use crate::reports::RECURRENCE_M;
use crate::shared::error::Result;
use crate::shared::geo::Point;
use crate::shared::id::ReportId;

/// Steps of one transaction.
const BATCH: i64 = 500;
/// Whoever asks for figures waits for so many batches at most; the worker does the rest.
const BATCHES_FOR_A_CALLER: usize = 4;

/// Counts what waits, so that an answer is of this moment; a long queue is left to the worker. Gives
/// whether everything is counted.
pub async fn catch_up(app: &App) -> Result<bool> {
    for _ in 0..BATCHES_FOR_A_CALLER {
        if !catch_up_some(app).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Counts one batch and gives whether there may be more.
///
/// The history is read before the rest. What is written meanwhile has a step of its own waiting, and
/// a count made of fewer steps never replaces one made of more: two replicas may count at once.
pub async fn catch_up_some(app: &App) -> Result<bool> {
    let pending = store::pending(&app.db, BATCH).await?;
    if pending.is_empty() {
        return Ok(false);
    }
    let reports: BTreeSet<ReportId> = pending.iter().map(|(_, report)| *report).collect();
    let mut facts = Vec::with_capacity(reports.len());
    for report in reports {
        facts.extend(fact(app, report).await?);
    }
    let mut months = BTreeSet::new();
    let mut tx = app.db.begin().await?;
    // In the order of their ids, as every replica does it: none waits for another in a circle.
    for fact in &facts {
        months.extend(store::month_of(&mut tx, fact.report_id).await?);
        months.insert(cells::month(&fact.received_on).to_owned());
        store::keep(&mut tx, fact).await?;
    }
    for month in &months {
        cells::remake(&mut tx, month).await?;
    }
    for (event, _) in &pending {
        store::settle(&mut tx, *event).await?;
    }
    tx.commit().await?;
    Ok(i64::try_from(pending.len()).unwrap_or(0) == BATCH)
}

async fn fact(app: &App, report: ReportId) -> Result<Option<Fact>> {
    let steps = store::steps(&app.db, report).await?;
    let Some(subject) = store::subject(&app.db, report).await? else {
        return Ok(None);
    };
    let spot = Point::stored(subject.lng, subject.lat);
    let bbox = spot.bounding_box(RECURRENCE_M);
    let recurred = store::closed_near(&app.db, report, bbox, subject.created_at)
        .await?
        .into_iter()
        .any(|(lng, lat)| spot.distance_m(Point::stored(lng, lat)) <= RECURRENCE_M);
    let calendar = app.pack.calendar();
    Ok(Some(Fact::of(&subject, &steps, recurred, calendar)))
}
