//! Figures of follow-up, counted from the history; the programme's targets; hotspots; the morning's
//! digest; the yearly summary.
//!
//! Every step of a report's history is noted by a trigger in the transaction that makes it. Noted
//! reports are counted again into facts, one row a report, and the months they touch into cells, some
//! thousands of rows that every figure is added up from. Facts and cells are derived: lost ones are
//! made anew.

mod answer;
mod cells;
mod count;
pub mod definitions;
mod digest;
mod export;
pub mod fact;
pub mod hotspots;
mod http;
pub mod once;
mod store;
mod summary;
pub mod suppression;
pub mod tally;
pub mod targets;
mod window;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::shared::error::Result;

pub use count::catch_up;
pub use http::router;

/// Sends the letters whose time has come. Safe to run on several replicas.
pub async fn sweep(app: &App) -> Result<()> {
    digest::sweep(app).await?;
    targets::reminders::sweep(app).await
}

/// How soon a step is counted where nobody asks for figures.
const COUNT_EVERY: Duration = Duration::from_secs(10);

/// Counts what has changed, until told to stop.
pub async fn work(app: Arc<App>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        match count::catch_up_some(&app).await {
            // A full batch: there may be more.
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "Figures cannot be counted"),
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(COUNT_EVERY) => {}
        }
    }
}
