//! The sorting look-up: what to do with a thing, why, and where that is written; the same answer
//! on the phone without a signal.
//!
//! The pack's rulings answer until an editor changes one; a change is in force on every replica
//! within a second, with its reason and its history.

mod editing;
mod http;
pub mod live;
pub mod model;
mod pack;
pub mod rules;
pub mod search;
mod store;
mod view;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;

pub use http::{import_router, router};
pub use live::LookUp;

/// How soon another replica's change is noticed.
const NOTICE_EVERY: Duration = Duration::from_secs(1);

/// Keeps the rule set current, and writes down what could not be answered, until told to stop.
pub async fn work(app: Arc<App>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        if let Err(error) = live::refresh(&app).await {
            tracing::error!(%error, "The sorting rules cannot be refreshed");
        }
        if let Err(error) = live::write_misses(&app).await {
            tracing::error!(%error, "Unanswered names cannot be counted");
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(NOTICE_EVERY) => {}
        }
    }
    if let Err(error) = live::write_misses(&app).await {
        tracing::error!(%error, "Unanswered names cannot be counted");
    }
}
