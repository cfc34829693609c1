//! Whether somebody wants the morning's letter.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, NO_STORE};
use crate::auth::{Everyone, Staff};
use crate::district::Lang;
use crate::figures::digest;
use crate::shared::error::{Problem, Result};
use crate::shared::extract::{Json as Body, Language};

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(read, set))
}

/// The morning's letter.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DigestSetting {
    /// Sent on working days, to handlers with an address.
    wanted: bool,
}

/// Whether I get the morning's letter
#[utoipa::path(
    get, path = "/me/digest", tag = "figures",
    responses(
        (status = OK, body = DigestSetting),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn read(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<DigestSetting>)> {
    let setting = digest::setting(&app.db, staff.account.id).await?;
    let wanted = setting.is_none_or(|setting| setting.wanted);
    Ok(([NO_STORE], Json(DigestSetting { wanted })))
}

/// Turn the morning's letter on or off
///
/// From then on it is written in the language of this request.
#[utoipa::path(
    put, path = "/me/digest", tag = "figures", request_body = DigestSetting,
    responses(
        (status = OK, body = DigestSetting),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn set(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    Language(lang): Language,
    Body { value: body, .. }: Body<DigestSetting>,
) -> Result<Json<DigestSetting>> {
    let setting = digest::Setting {
        wanted: body.wanted,
        lang: Lang::tag(lang).to_owned(),
    };
    digest::set(&app.db, staff.account.id, &setting, app.clock.now()).await?;
    Ok(Json(body))
}
