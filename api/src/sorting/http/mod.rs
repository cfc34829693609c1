//! What residents and editors ask of the sorting rules.

mod desk;
mod public;
mod table;
mod things;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(public::look_up))
        .routes(routes!(public::suggestions))
        .routes(routes!(public::ruling))
        .routes(routes!(public::kinds))
        .routes(routes!(public::pack))
        .routes(routes!(public::flag))
        .routes(routes!(desk::waiting))
        .routes(routes!(desk::misses))
        .routes(routes!(desk::settle_miss))
        .routes(routes!(desk::flags))
        .routes(routes!(desk::settle_flag))
        .routes(routes!(things::changes))
        .routes(routes!(things::decide))
        .routes(routes!(things::add_thing))
        .routes(routes!(things::thing))
        .routes(routes!(things::change_thing))
        .routes(routes!(things::remove_thing))
        .routes(routes!(table::export))
}

/// The import, whose body may be larger than JSON bodies are.
pub fn import_router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(table::import))
        .layer(DefaultBodyLimit::max(table::MAX_IMPORT_BYTES))
}
