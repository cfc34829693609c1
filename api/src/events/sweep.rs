//! What time does: offers lapse and go to the next, events end, links and names are forgotten.

use chrono::{Days, TimeDelta};

use super::model::State;
use super::stalls;
use super::store;
use crate::app::App;
use crate::shared::error::Result;

/// Names and phone numbers of stallholders are kept so long after their day.
const STALLHOLDERS_KEPT: Days = Days::new(90);
/// Links that are over are listed no more; their rows go after so long.
const LINKS_KEPT: TimeDelta = TimeDelta::days(30);

/// Safe to run on several replicas.
pub async fn sweep(app: &App) -> Result<()> {
    if app.pack.events().is_none() {
        return Ok(());
    }
    let now = app.clock.now();
    for (event, occurrence) in store::days_to_settle(&app.db, now).await? {
        stalls::settle_alone(app, event, occurrence).await?;
    }
    let today = app.pack.calendar().local_date(now);
    // An event of three days that began on its last day is still on for two more.
    let over = today.checked_sub_days(Days::new(3)).unwrap_or(today);
    for mut event in store::events_over(&app.db, &over.to_string()).await? {
        event.state = State::Done;
        event.updated_at = now;
        let mut tx = app.db.begin().await?;
        // Whoever changed it meanwhile may have given it another date.
        store::save_event(&mut tx, &event).await?;
        tx.commit().await?;
    }
    store::sweep_invitations(&app.db, now - LINKS_KEPT).await?;
    let before = today.checked_sub_days(STALLHOLDERS_KEPT).unwrap_or(today);
    store::forget_stallholders(&app.db, &before.to_string()).await?;
    Ok(())
}
