//! The desk over HTTP; staff only, by the signature of every handler.

mod actions;
pub(crate) mod cases;
mod decisions;
mod follow_up;
mod photos;
mod staff;
mod together;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(cases::router())
        .merge(actions::router())
        .merge(decisions::router())
        .merge(follow_up::router())
        .merge(photos::router())
        .merge(staff::router())
        .merge(together::router())
}
