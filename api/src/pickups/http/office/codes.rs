//! The office: codes to read out to residents without e-mail.

use super::Private;
use crate::app::{App, NO_STORE};
use crate::auth::{Arbiters, Staff};
use crate::message;
use crate::pickups::store::{self};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::id::CodeId;
use crate::shared::phone::Phone;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_codes))
        .routes(routes!(called))
}

/// A one-time code to be read out over the phone.
#[derive(Serialize, ToSchema)]
struct CodeToCall {
    id: CodeId,
    phone: Phone,
    code: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

#[derive(Serialize, ToSchema)]
struct CodesToCall {
    items: Vec<CodeToCall>,
}

/// One-time codes to read out
///
/// Call the number and read the code out to whoever answers; then note that you did.
#[utoipa::path(
    get, path = "/desk/pickups/codes", tag = "desk",
    responses((status = OK, body = CodesToCall))
)]
async fn list_codes(
    State(app): State<Arc<App>>,
    _staff: Staff<Arbiters>,
) -> Result<Private<CodesToCall>> {
    let items = store::codes_to_call(&app.db, app.clock.now())
        .await?
        .into_iter()
        .filter_map(|code| {
            Some(CodeToCall {
                id: code.id,
                phone: code.phone,
                code: code.code?,
                created_at: code.created_at,
                expires_at: code.expires_at,
            })
        })
        .collect();
    Ok(([NO_STORE], Json(CodesToCall { items })))
}

/// Note that a code was read out
#[utoipa::path(
    post, path = "/desk/pickups/codes/{id}/called", tag = "desk", params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn called(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let gone = || {
        Error::NotFound(message!(
            "没有这个验证码。",
            "There is no such code.",
            "이러한 인증번호가 없습니다."
        ))
    };
    let id = CodeId(Uuid::try_parse(&id).map_err(|_| gone())?);
    if !store::mark_called(&app.db, id, app.clock.now()).await? {
        return Err(gone());
    }
    tracing::info!(account = %staff.account.id, "A code was read out");
    Ok(StatusCode::NO_CONTENT)
}
