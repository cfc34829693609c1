//! Webhooks: other systems are told of every public step of the reports they asked for.
//!
//! A step puts its deliveries into the outbox within its own transaction, so that none is lost or made
//! up. Messages are signed as Standard Webhooks says (HMAC-SHA256 over id, time and body) and carry the
//! same id however often they are sent. A receiver hears the steps of one report in their order.
//! `guard` keeps the service from being pointed at its own network.

mod deliver;
pub mod guard;
mod http;
mod letters;
pub mod model;
mod store;

pub use deliver::{deliver_due, told};
pub use http::router;

use crate::app::App;
use crate::shared::error::Result;

/// Deliveries of one webhook that its log keeps, beside those that wait.
pub const LOG: i64 = 500;

/// Forgets the oldest of every log.
pub async fn sweep(app: &App) -> Result<()> {
    for id in store::ids(&app.db).await? {
        store::trim_log(&app.db, id, LOG).await?;
    }
    store::forget_orphans(&app.db).await?;
    Ok(())
}
