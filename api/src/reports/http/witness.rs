//! Residents nearby verify.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::load_by_code;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::message;
use crate::reports::change::locked;
use crate::reports::filing::{point, tidy};
use crate::reports::view::{ReportView, report_view};
use crate::reports::witnesses;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::geo::Datum;
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::rate_limit::{self, ClientIp};

const MAX_COMMENT: usize = 500;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(witness))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Witness {
    /// Where the resident stands.
    lng: f64,
    lat: f64,
    #[serde(default)]
    datum: Datum,
    solved: bool,
    /// At most 500 characters; for the desk only.
    comment: Option<String>,
}

/// Say whether a handled case is solved
///
/// For a resident who stands nearby and neither reported nor joined it. When enough agree and nobody
/// differs the case is verified.
#[utoipa::path(
    post, path = "/reports/{code}/witness", tag = "reports", params(("code" = String, Path)),
    request_body = Witness,
    responses(
        (status = OK, body = ReportView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn witness(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    ip: ClientIp,
    Language(lang): Language,
    key: IdempotencyKey,
    Path(code): Path<String>,
    Body {
        value: body,
        sha256,
    }: Body<Witness>,
) -> Result<Json<ReportView>> {
    app.limiter.take_for(rate_limit::FOLLOW_UPS, ip).await?;
    let report = load_by_code(&app, &code).await?;
    let at = point(body.lng, body.lat, body.datum)?;
    let comment = body
        .comment
        .as_deref()
        .map(tidy)
        .filter(|text| !text.is_empty());
    if comment
        .as_ref()
        .is_some_and(|text| text.chars().count() > MAX_COMMENT)
    {
        return Err(Error::field(
            "comment",
            message!(
                "最多 500 字。",
                "At most 500 characters.",
                "500자 이내여야 합니다."
            ),
        ));
    }
    let mut tx = app.db.begin().await?;
    if let Turn::Go = key.claim::<()>(&mut tx, sha256, app.clock.now()).await? {
        let current = locked(&mut tx, report.id).await?;
        witnesses::say(&app, &mut tx, current, &user, at, body.solved, comment).await?;
        key.remember(&mut tx, StatusCode::OK, &()).await?;
        tx.commit().await?;
        app.outbox_bell.notify_one();
    } else {
        drop(tx);
    }
    let report = load_by_code(&app, &code).await?;
    Ok(Json(report_view(&app, &report, None, lang).await?))
}
