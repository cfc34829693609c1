//! What figures, targets, hotspots and digests can be asked.

mod digest;
mod export;
mod figures;
mod hotspots;
mod summary;
mod targets;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(figures::router())
        .merge(targets::router())
        .merge(export::router())
        .merge(digest::router())
        .merge(hotspots::router())
        .merge(summary::router())
}
