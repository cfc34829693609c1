//! One-time codes for booking without an account.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::pickups::contact;
use crate::pickups::store::Channel;
use crate::shared::error::{Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::rate_limit::{self, ClientIp};

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(ask))
        .routes(routes!(verify))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskCode {
    phone: String,
    /// The code comes here by letter; without it staff call the number and read it out.
    #[serde(default)]
    email: Option<String>,
}

/// A code on its way.
#[derive(Serialize, ToSchema)]
struct CodeSent {
    channel: Channel,
    expires_at: DateTime<Utc>,
}

/// Ask for a one-time code
///
/// There is no SMS gateway: with an e-mail address the code comes by letter (good for 15 minutes);
/// without one, staff ring the number in working hours and read it out (good for three days).
#[utoipa::path(
    post, path = "/pickups/codes", tag = "pickups", request_body = AskCode,
    responses(
        (status = ACCEPTED, body = CodeSent),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn ask(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Body { value: body, .. }: Body<AskCode>,
) -> Result<(StatusCode, Json<CodeSent>)> {
    app.limiter
        .take_for(rate_limit::CODES_BY_ADDRESS, ip)
        .await?;
    let (channel, expires_at) =
        contact::issue(&app, &body.phone, body.email.as_deref(), lang).await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(CodeSent {
            channel,
            expires_at,
        }),
    ))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VerifyCode {
    phone: String,
    /// Six digits.
    code: String,
}

/// A token that books for a phone number.
#[derive(Serialize, ToSchema)]
struct ContactToken {
    /// Given as `contact_token` when booking.
    token: String,
    expires_at: DateTime<Utc>,
}

/// Exchange a code for a token
///
/// The token books for this phone number for thirty days.
#[utoipa::path(
    post, path = "/pickups/codes/verify", tag = "pickups", request_body = VerifyCode,
    responses(
        (status = OK, body = ContactToken),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Wrong, old or tried too often"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn verify(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Body { value: body, .. }: Body<VerifyCode>,
) -> Result<Json<ContactToken>> {
    app.limiter
        .take_for(rate_limit::CODES_BY_ADDRESS, ip)
        .await?;
    let (token, expires_at) = contact::exchange(&app, &body.phone, &body.code).await?;
    Ok(Json(ContactToken { token, expires_at }))
}
