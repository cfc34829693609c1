//! What time does to alerts: new reports are told, digests go out in the morning, what ends is
//! announced and then forgotten. Safe to run on several replicas.

use chrono::{NaiveTime, TimeDelta};

use super::letters;
use super::model::{AlertFrequency, REMINDED_BEFORE, is_news};
use super::store;
use crate::app::App;
use crate::reports;
use crate::shared::error::Result;
use crate::shared::id::{AlertId, ReportId};

/// Reports looked at in one go.
const BATCH: i64 = 200;
/// Digests are written in the morning, in the district's time.
const DIGEST_AT: NaiveTime = match NaiveTime::from_hms_opt(7, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};
/// What was told is remembered for so long.
const TOLD_KEPT: TimeDelta = TimeDelta::days(30);

pub async fn sweep(app: &App) -> Result<()> {
    let mut told = false;
    for report in store::queued(&app.db, BATCH).await? {
        told |= tell(app, report).await?;
    }
    told |= digests(app).await?;
    told |= remind(app).await?;
    let now = app.clock.now();
    store::forget(&app.db, now, now - TOLD_KEPT).await?;
    if told {
        app.outbox_bell.notify_one();
    }
    Ok(())
}

/// Finds whom a new report concerns; those who want it at once get their letter.
async fn tell(app: &App, id: ReportId) -> Result<bool> {
    let now = app.clock.now();
    let Some(report) = reports::store::by_id(&app.db, id).await? else {
        return Ok(false);
    };
    let mut told = false;
    let mut tx = app.db.begin().await?;
    if store::take(&mut tx, id).await? && is_news(&report) {
        for alert in store::candidates(&mut tx, &report, now).await? {
            if !alert.wants(&report) || !store::insert_find(&mut tx, &alert, id, now).await? {
                continue;
            }
            if alert.frequency == AlertFrequency::Instant {
                letters::found(app, &mut tx, &alert, std::slice::from_ref(&report)).await?;
                told = true;
            }
        }
    }
    tx.commit().await?;
    Ok(told)
}

/// What was found before seven this morning goes into one letter an alert.
async fn digests(app: &App) -> Result<bool> {
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let until = calendar.utc(calendar.local_date(now), DIGEST_AT);
    if now < until {
        return Ok(false);
    }
    let mut told = false;
    for alert in store::with_untold(&app.db, until).await? {
        told |= digest(app, alert, until).await?;
    }
    Ok(told)
}

async fn digest(app: &App, id: AlertId, until: chrono::DateTime<chrono::Utc>) -> Result<bool> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let found = store::take_untold(&mut tx, id, until, now).await?;
    let alert = store::by_id(&mut tx, id).await?;
    let mut news = Vec::new();
    for report in found {
        let report = reports::store::by_id_for_change(&mut tx, report).await?;
        news.extend(report.filter(is_news));
    }
    news.sort_by_key(|report| (report.created_at, report.id));
    let alert = alert.filter(|alert| alert.expires_at > now && !news.is_empty());
    if let Some(alert) = &alert {
        letters::found(app, &mut tx, alert, &news).await?;
    }
    tx.commit().await?;
    Ok(alert.is_some())
}

async fn remind(app: &App) -> Result<bool> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let ending = store::take_ending(&mut tx, now + REMINDED_BEFORE, now).await?;
    for alert in &ending {
        letters::ending(app, &mut tx, alert).await?;
    }
    tx.commit().await?;
    Ok(!ending.is_empty())
}
