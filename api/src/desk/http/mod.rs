//! The desk over HTTP; staff only, by the signature of every handler.

mod actions;
mod assign;
mod bulk;
mod cases;
mod decisions;
mod filters;
mod follow_up;
mod live;
mod photos;
mod replies;
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
        .merge(assign::router())
        .merge(bulk::router())
        .merge(filters::router())
        .merge(live::router())
        .merge(replies::router())
        .merge(together::router())
}
