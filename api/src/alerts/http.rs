//! Asking for letters, saying yes, and ending it, without an account.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{ASKED_FOR, Alert, AlertFrequency, LIVES, MAX_PER_ADDRESS};
use super::{letters, store};
use crate::app::App;
use crate::district::Lang;
use crate::feeds::{circle, known};
use crate::message;
use crate::reports::view::{CategoryView, PlaceView, category_view, township_view};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::geo::{Datum, Point};
use crate::shared::hex::hex;
use crate::shared::id::AlertId;
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::rate_limit::{self, ClientIp};
use crate::shared::secret::{new_secret, secret_hash};

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(ask))
        .routes(routes!(asked, confirm))
        .routes(routes!(one, end))
        .routes(routes!(end_by_mail))
        .routes(routes!(renew))
}

/// Where, of which kind and how often; all of it narrows, none of it means the whole district.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAlert {
    email: String,
    /// With `lat` and `radius_m`: within a circle.
    #[serde(default)]
    lng: Option<f64>,
    #[serde(default)]
    lat: Option<f64>,
    #[serde(default)]
    datum: Datum,
    /// 100 to 20,000 metres.
    #[serde(default)]
    radius_m: Option<u32>,
    /// A township's code.
    #[serde(default)]
    township: Option<String>,
    #[serde(default)]
    category: Option<String>,
    frequency: AlertFrequency,
}

/// Ask for letters about new reports
///
/// One letter goes to the address and asks; nothing else until its link is followed. The answer is the
/// same whether the address has alerts already or not.
#[utoipa::path(
    post, path = "/alerts", tag = "reports", request_body = NewAlert,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = ACCEPTED),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn ask(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    key: IdempotencyKey,
    Body { value: new, sha256 }: Body<NewAlert>,
) -> Result<StatusCode> {
    let email = address(&new.email)?;
    known(&app, new.township.as_deref(), new.category.as_deref())?;
    let circle = circle(new.lng, new.lat, new.datum, new.radius_m)?;
    app.limiter.take_for(rate_limit::ALERTS, ip).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, ()) = key.claim(&mut tx, sha256, now).await? {
        return Ok(status);
    }
    // By its hash: the counters of the limiter are no place for addresses. Whoever asks too often
    // for somebody else is not told that this stopped.
    let who = hex(&Sha256::digest(email.as_bytes())[..16]);
    let may = app.limiter.take(rate_limit::ALERT_LETTERS, &who).await;
    if may.is_ok() {
        if store::count_of(&mut tx, &email, now).await? >= MAX_PER_ADDRESS {
            letters::too_many(&app, &mut tx, email, lang, MAX_PER_ADDRESS).await?;
        } else {
            let secret = new_secret(&app.random);
            let alert = Alert {
                id: AlertId(app.random.uuid(now)),
                email,
                lang: lang.tag().to_owned(),
                lng: circle.map(|(middle, _)| middle.lng()),
                lat: circle.map(|(middle, _)| middle.lat()),
                radius_m: circle.map(|(_, radius_m)| i64::from(radius_m)),
                township: new.township,
                category: new.category,
                frequency: new.frequency,
                token: new_secret(&app.random),
                confirm_hash: Some(secret_hash(&secret).to_vec()),
                confirmed_at: None,
                expires_at: now + ASKED_FOR,
                reminded_at: None,
                created_at: now,
            };
            store::insert(&mut tx, &alert).await?;
            letters::ask(&app, &mut tx, &alert, &secret).await?;
        }
    }
    key.remember(&mut tx, StatusCode::ACCEPTED, &()).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(StatusCode::ACCEPTED)
}

/// An address as it is kept: trimmed, the domain in small letters.
fn address(text: &str) -> Result<String> {
    let text = text.trim();
    let parts = text.rsplit_once('@');
    match (text.parse::<lettre::Address>(), parts) {
        (Ok(_), Some((user, domain))) if text.len() <= 254 => {
            Ok(format!("{user}@{}", domain.to_lowercase()))
        }
        _ => Err(Error::field(
            "email",
            message!(
                "邮箱地址格式不对。",
                "This is not an e-mail address.",
                "이메일 주소 형식이 잘못되었습니다."
            ),
        )),
    }
}

/// What somebody asked for. It does not hold the address.
#[derive(Serialize, ToSchema)]
struct AlertView {
    /// What it is about, in one line.
    about: String,
    place: Option<Point>,
    radius_m: Option<i64>,
    township: Option<PlaceView>,
    category: Option<CategoryView>,
    frequency: AlertFrequency,
    confirmed: bool,
    expires_at: DateTime<Utc>,
}

fn view(app: &App, alert: &Alert, lang: Lang) -> AlertView {
    let category = alert.category.as_deref();
    AlertView {
        about: letters::about(app, alert, lang),
        place: alert.circle().map(|(middle, _)| middle),
        radius_m: alert.radius_m,
        township: township_view(app, alert.township.as_deref(), lang),
        category: category.map(|id| category_view(app, id, lang)),
        frequency: alert.frequency,
        confirmed: alert.confirmed_at.is_some(),
        expires_at: alert.expires_at,
    }
}

fn no_alert() -> Error {
    Error::NotFound(message!(
        "这个订阅链接已失效：可能已退订，或已过期。",
        "This link no longer works: the alert was ended, or its time is over.",
        "이 링크는 더 이상 유효하지 않습니다. 해지되었거나 기간이 지났습니다."
    ))
}

async fn by_token(app: &App, token: &str) -> Result<Alert> {
    let found = store::by_token(&app.db, token, app.clock.now()).await?;
    found.ok_or_else(no_alert)
}

async fn by_confirm(app: &App, token: &str) -> Result<Alert> {
    let found = store::by_confirm_hash(&app.db, &secret_hash(token), app.clock.now()).await?;
    found.ok_or_else(no_alert)
}

/// What a letter asks to confirm
///
/// Reading confirms nothing: mail programs open links by themselves.
#[utoipa::path(
    get, path = "/alerts/confirm/{token}", tag = "reports", params(("token" = String, Path)),
    responses(
        (status = OK, body = AlertView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn asked(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(token): Path<String>,
) -> Result<Json<AlertView>> {
    let alert = by_confirm(&app, &token).await?;
    Ok(Json(view(&app, &alert, lang)))
}

/// An alert that letters will come for.
#[derive(Serialize, ToSchema)]
struct AlertConfirmed {
    /// Ends or renews it.
    token: String,
    alert: AlertView,
}

/// Say yes to the letter's question
///
/// An older alert of the same address about the same ends with it.
#[utoipa::path(
    post, path = "/alerts/confirm/{token}", tag = "reports", params(("token" = String, Path)),
    responses(
        (status = OK, body = AlertConfirmed),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn confirm(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(token): Path<String>,
) -> Result<Json<AlertConfirmed>> {
    let now = app.clock.now();
    let mut alert = by_confirm(&app, &token).await?;
    if alert.confirmed_at.is_none() {
        let mut tx = app.db.begin().await?;
        for same in store::same_as(&mut tx, &alert).await? {
            store::delete(&mut tx, same).await?;
        }
        store::confirm(&mut tx, alert.id, now, now + LIVES).await?;
        tx.commit().await?;
        alert.confirmed_at = Some(now);
        alert.expires_at = now + LIVES;
    }
    Ok(Json(AlertConfirmed {
        token: alert.token.clone(),
        alert: view(&app, &alert, lang),
    }))
}

/// An alert, by the token in its letters
#[utoipa::path(
    get, path = "/alerts/{token}", tag = "reports", params(("token" = String, Path)),
    responses(
        (status = OK, body = AlertView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn one(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(token): Path<String>,
) -> Result<Json<AlertView>> {
    let alert = by_token(&app, &token).await?;
    Ok(Json(view(&app, &alert, lang)))
}

async fn forget(app: &App, token: &str) -> Result<StatusCode> {
    // Ended twice is ended: a mail program may say it after a person did.
    if let Some(alert) = store::by_token(&app.db, token, app.clock.now()).await? {
        let mut tx = app.db.begin().await?;
        store::delete(&mut tx, alert.id).await?;
        tx.commit().await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// End an alert
#[utoipa::path(
    delete, path = "/alerts/{token}", tag = "reports", params(("token" = String, Path)),
    responses((status = NO_CONTENT))
)]
async fn end(State(app): State<Arc<App>>, Path(token): Path<String>) -> Result<StatusCode> {
    forget(&app, &token).await
}

/// End an alert with a mail program's own button
///
/// RFC 8058: the letters name this address in `List-Unsubscribe`. The body is not read.
#[utoipa::path(
    post, path = "/alerts/{token}/unsubscribe", tag = "reports", params(("token" = String, Path)),
    responses((status = NO_CONTENT))
)]
async fn end_by_mail(State(app): State<Arc<App>>, Path(token): Path<String>) -> Result<StatusCode> {
    forget(&app, &token).await
}

/// Keep an alert for another year
#[utoipa::path(
    post, path = "/alerts/{token}/renew", tag = "reports", params(("token" = String, Path)),
    responses(
        (status = OK, body = AlertView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn renew(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(token): Path<String>,
) -> Result<Json<AlertView>> {
    let mut alert = by_token(&app, &token).await?;
    if alert.confirmed_at.is_none() {
        return Err(no_alert());
    }
    alert.expires_at = app.clock.now() + LIVES;
    store::renew(&app.db, alert.id, alert.expires_at).await?;
    Ok(Json(view(&app, &alert, lang)))
}
