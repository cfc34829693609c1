//! What everybody may ask of the district: its offices, places and categories, and who answers for
//! what, where.

mod district;
mod routing;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use district::Tiles;

use crate::app::App;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(district::district))
        .routes(routes!(routing::routing))
}
