//! What time does to bookings: kept places lapse, those who wait are served, reminders go out.

use chrono::{Days, NaiveTime, TimeDelta};

use super::capacity;
use super::day::Day;
use super::letters::{self, News};
use super::model::Status;
use super::plan::current;
use super::store::{self, Reminder};
use crate::app::App;
use crate::shared::error::Result;

/// Reminders are written in the morning, in the district's time.
const REMINDERS_FROM: NaiveTime = match NaiveTime::from_hms_opt(8, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};
/// A household that nobody asked about for so long needs no row to wait at.
const HOUSEHOLDS_KEPT: TimeDelta = TimeDelta::days(1);

/// Gives away what has lapsed, serves who waits, and reminds. Safe to run on several replicas.
pub async fn sweep(app: &App) -> Result<()> {
    if app.pack.pickups().is_none() {
        return Ok(());
    }
    settle_all(app).await?;
    remind(app).await?;
    let now = app.clock.now();
    store::delete_expired_contacts(&app.db, now).await?;
    store::forget_households(&app.db, now - HOUSEHOLDS_KEPT).await?;
    Ok(())
}

async fn settle_all(app: &App) -> Result<()> {
    let now = app.clock.now();
    let slots = store::slots_to_settle(&app.db, now).await?;
    if slots.is_empty() {
        return Ok(());
    }
    let current = current(app).await?;
    for slot in slots {
        capacity::settle_alone(app, &current.plan, &slot.key()).await?;
    }
    Ok(())
}

async fn remind(app: &App) -> Result<()> {
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let today = calendar.local_date(now);
    // Reminders that were missed, because the service was down in the morning, are caught up with.
    if now < calendar.utc(today, REMINDERS_FROM) {
        return Ok(());
    }
    let after = |days| Day(today.checked_add_days(Days::new(days)).unwrap_or(today));
    for (reminder, from, until) in [
        (Reminder::ThreeDays, after(2), after(3)),
        (Reminder::OneDay, after(1), after(1)),
    ] {
        for id in store::to_remind(&app.db, reminder, from, until).await? {
            let mut tx = app.db.begin().await?;
            // Held and read again: another replica may have reminded, or the resident cancelled.
            let Some(mut booking) = store::lock(&mut tx, id).await? else {
                continue;
            };
            let sent = match reminder {
                Reminder::ThreeDays => &mut booking.reminded_three_at,
                Reminder::OneDay => &mut booking.reminded_one_at,
            };
            if sent.is_some() {
                continue;
            }
            *sent = Some(now);
            if booking.status != Status::Booked || !(from..=until).contains(&booking.day) {
                continue;
            }
            capacity::save(&mut tx, &booking).await?;
            // Who booked within the three days, or today for tomorrow, has just read it all.
            let today_booked = booking
                .booked_at
                .is_some_and(|at| calendar.local_date(at) == today);
            let news = match reminder {
                Reminder::ThreeDays if booking.day < until => None,
                Reminder::OneDay if today_booked => None,
                Reminder::ThreeDays => Some(News::ReminderThree),
                Reminder::OneDay => Some(News::ReminderOne),
            };
            if let Some(news) = news {
                letters::tell(app, &mut tx, &booking, news).await?;
            }
            tx.commit().await?;
            app.outbox_bell.notify_one();
        }
    }
    Ok(())
}
