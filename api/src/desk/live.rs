//! Which cases changed, for desks that watch.
//!
//! Each replica asks the database once a second while anybody watches, by the index of
//! `reports.updated_at`, and tells all its watchers: so changes made through another replica arrive
//! too. The last seconds are asked for again each time, since a transaction that began earlier may
//! commit later.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex, broadcast};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::db::{Db, DbError};
use crate::desk::inbox::Scope;
use crate::reports::model::Status;
use crate::shared::code::Code;
use crate::shared::error::Result;
use crate::shared::id::{AccountId, ReportId};

const EVERY: Duration = Duration::from_secs(1);
const OVERLAP: TimeDelta = TimeDelta::seconds(10);
/// More changes than these in one look are told as "reload everything".
pub const MOST_AT_ONCE: i64 = 500;
/// Open windows of one person.
const MOST_WATCHING: usize = 4;

/// A case that changed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Changed {
    pub id: ReportId,
    pub code: Code,
    pub status: Status,
    pub lead: String,
    pub assisting: String,
    pub version: i64,
    pub updated_at: DateTime<Utc>,
}

impl Changed {
    pub fn concerns(&self, scope: &Scope) -> bool {
        scope.is_everything()
            || self.lead == scope.name()
            || self
                .assisting
                .split(',')
                .any(|office| office == scope.name())
    }
}

/// Those who watch, and what they have been told.
pub struct Live {
    told: broadcast::Sender<Arc<Vec<Changed>>>,
    looked: Mutex<Looked>,
    watching: Lock<HashMap<AccountId, usize>>,
    closing: CancellationToken,
}

#[derive(Default)]
struct Looked {
    until: Option<DateTime<Utc>>,
    seen: HashMap<ReportId, (i64, DateTime<Utc>)>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            told: broadcast::channel(64).0,
            looked: Mutex::default(),
            watching: Lock::default(),
            closing: CancellationToken::new(),
        }
    }
}

/// One open window of a person; counted until it is dropped.
pub struct Watcher {
    pub changes: broadcast::Receiver<Arc<Vec<Changed>>>,
    /// The server stops.
    pub closing: CancellationToken,
    app: Arc<App>,
    account: AccountId,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut watching = lock(&self.app.live.watching);
        if let Some(count) = watching.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                watching.remove(&self.account);
            }
        }
    }
}

fn lock<T>(lock: &Lock<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to watch; nothing where the person has too many windows open.
pub fn watch(app: &Arc<App>, account: AccountId) -> Option<Watcher> {
    let mut watching = lock(&app.live.watching);
    let count = watching.entry(account).or_default();
    if *count >= MOST_WATCHING {
        return None;
    }
    *count += 1;
    drop(watching);
    Some(Watcher {
        changes: app.live.told.subscribe(),
        closing: app.live.closing.clone(),
        app: Arc::clone(app),
        account,
    })
}

/// Looks once and tells everybody who watches; gives how many changes were new.
///
/// # Errors
/// When the database fails.
pub async fn look(app: &App) -> Result<usize> {
    let mut looked = app.live.looked.lock().await;
    if app.live.told.receiver_count() == 0 {
        // Nobody was told, so nothing is remembered.
        *looked = Looked::default();
        return Ok(0);
    }
    let now = app.clock.now();
    let until = looked.until.unwrap_or(now);
    let rows = changed_since(&app.db, until - OVERLAP, MOST_AT_ONCE).await?;
    let mut new = Vec::new();
    for row in rows {
        looked.until = Some(row.updated_at.max(looked.until.unwrap_or(row.updated_at)));
        let seen = looked.seen.insert(row.id, (row.version, row.updated_at));
        if seen.is_none_or(|(version, _)| version != row.version) {
            new.push(row);
        }
    }
    let until = *looked.until.get_or_insert(now);
    looked.seen.retain(|_, (_, at)| *at >= until - OVERLAP);
    let count = new.len();
    if count > 0 {
        // Nobody listens any more: that is fine.
        let _ = app.live.told.send(Arc::new(new));
    }
    Ok(count)
}

/// Looks every second until the server stops, then sends the watchers home.
pub async fn work(app: Arc<App>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        if let Err(error) = look(&app).await {
            tracing::error!(%error, "What changed cannot be read");
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
    app.live.closing.cancel();
}

/// Cases changed after a moment, the first to change first.
///
/// # Errors
/// When the database fails.
pub async fn changed_since(
    db: &Db,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Changed>, DbError> {
    db.sql(
        "SELECT id, code, status, lead, assisting, version, updated_at FROM reports
         WHERE updated_at > $1 ORDER BY updated_at LIMIT $2",
    )
    .bind(since)
    .bind(limit)
    .all()
    .await
}
