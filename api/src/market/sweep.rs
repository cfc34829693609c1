//! What time does to the market: listings end, their owners are told before, saved searches are told
//! of, and words between two people are erased.

use chrono::NaiveTime;

use super::letters::{self, News};
use super::model::State;
use super::{listing, searches, store};
use crate::app::App;
use crate::shared::error::Result;

/// Safe to run on several replicas.
pub async fn sweep(app: &App) -> Result<()> {
    let Some(market) = app.pack.market() else {
        return Ok(());
    };
    let now = app.clock.now();
    for id in store::to_warn(&app.db, now, now + market.warning).await? {
        let mut tx = app.db.begin().await?;
        // Held and read again: another replica may have warned, or its owner acted.
        let Some(mut found) = store::lock_listing(&mut tx, id).await? else {
            continue;
        };
        if found.warned_at.is_some() || found.state != State::Published {
            continue;
        }
        found.warned_at = Some(now);
        let token = listing::renewal_token(app, &mut found);
        store::save_listing(&mut tx, &found, now).await?;
        letters::warn(app, &mut tx, &found, &token).await?;
        tx.commit().await?;
        app.outbox_bell.notify_one();
    }
    for id in store::to_expire(&app.db, now).await? {
        let mut tx = app.db.begin().await?;
        let Some(mut found) = store::lock_listing(&mut tx, id).await? else {
            continue;
        };
        if found.state != State::Published || found.expires_at.is_none_or(|at| at > now) {
            continue;
        }
        listing::close_asks(app, &mut tx, &found, News::Gone).await?;
        // The link in the letter still works for a while.
        let renew_hash = found.renew_hash.take();
        found.end(State::Expired, now);
        found.renew_hash = renew_hash;
        store::save_listing(&mut tx, &found, now).await?;
        tx.commit().await?;
        app.outbox_bell.notify_one();
    }
    for ask in store::to_erase(&app.db, now - market.kept).await? {
        let mut tx = app.db.begin().await?;
        store::erase(&mut tx, ask, now).await?;
        tx.commit().await?;
    }
    store::forget_places(&app.db, now - market.kept).await?;
    let calendar = app.pack.calendar();
    let today = calendar.local_date(now);
    let hour = NaiveTime::from_hms_opt(market.digest_hour, 0, 0).unwrap_or_default();
    if now >= calendar.utc(today, hour) {
        searches::tell(app, &today.to_string()).await?;
    }
    Ok(())
}
