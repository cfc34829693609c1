//! Making accounts, signing in and out.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::TimeDelta;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{CurrentUser, SESSION_COOKIE, new_token, session_of, token_hash};
use super::{Account, Me, NewAccount, Role, create_account, store, validate};
use crate::app::App;
use crate::district::Lang;
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::rate_limit::{self, ClientIp};

/// A clerk's day.
const STAFF_SESSION: TimeDelta = TimeDelta::hours(12);
const RESIDENT_SESSION: TimeDelta = TimeDelta::days(30);

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(sign_up))
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(me))
        .merge(super::email::router())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignUp {
    /// 3 to 64 letters, digits or `. _ - @ +`; case does not matter.
    username: String,
    /// At least 10 characters.
    password: String,
    /// At most 40 characters.
    name: String,
    /// From the one-time link that makes the first administrator.
    setup_token: Option<String>,
}

/// Make an account
///
/// A resident's; with the token of the one-time link printed at the first start, the first
/// administrator's. The new account is signed in at once.
#[utoipa::path(
    post, path = "/accounts", tag = "accounts", request_body = SignUp,
    responses(
        (status = CREATED, body = Me),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The link was used or has expired"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The username is taken"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn sign_up(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    jar: CookieJar,
    Body { value: body, .. }: Body<SignUp>,
) -> Result<(StatusCode, CookieJar, Json<Me>)> {
    app.limiter.take_for(rate_limit::ACCOUNTS, ip).await?;
    let role = if body.setup_token.is_some() {
        Role::Administrator
    } else {
        Role::Resident
    };
    let new = validate(
        &app.pack,
        NewAccount {
            username: body.username,
            name: body.name,
            role,
            office: None,
            email: None,
            password: body.password,
        },
    )?;
    let hash = new.hash_password(&app).await?;
    let mut tx = app.db.begin().await?;
    if let Some(token) = body.setup_token
        && !store::spend_setup_token(&mut tx, &token_hash(&token), app.clock.now()).await?
    {
        return Err(Error::Forbidden(message!(
            "这个链接已经用过或已过期。请重启服务取得新链接，或用 wufei staff add 添加管理员。",
            "This link was used or has expired. Restart the service for a new one, or use wufei staff add.",
            "이 링크는 이미 사용되었거나 만료되었습니다. 서비스를 다시 시작해 새 링크를 받거나 wufei staff add를 사용하세요."
        )));
    }
    let account = create_account(&app, &mut tx, new, hash).await?;
    let cookie = open_session(&app, &mut tx, &account, lang).await?;
    tx.commit().await?;
    tracing::info!(account = %account.id, role = ?account.role, "Account made");
    Ok((
        StatusCode::CREATED,
        jar.add(cookie),
        Json(Me::of(&account, &app.pack, lang)),
    ))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    username: String,
    password: String,
}

/// Sign in
///
/// Sets the cookie `wufei_session`.
#[utoipa::path(
    post, path = "/sessions", tag = "accounts", request_body = SignIn,
    responses(
        (status = CREATED, body = Me),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn sign_in(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    jar: CookieJar,
    Body { value: body, .. }: Body<SignIn>,
) -> Result<(StatusCode, CookieJar, Json<Me>)> {
    app.limiter
        .take_for(rate_limit::SIGN_INS_BY_ADDRESS, ip)
        .await?;
    let username = body.username.trim().to_lowercase();
    // Counted per name whether or not it exists, so that the limit tells a stranger nothing.
    app.limiter
        .take(rate_limit::SIGN_INS_BY_ACCOUNT, &username)
        .await?;
    if body.password.len() > 1024 {
        return Err(Error::WrongPassword);
    }
    let account = store::by_username(&app.db, &username)
        .await?
        .filter(|account| !account.disabled);
    let hash = account
        .as_ref()
        .map(|account| account.password_hash.clone());
    let fits = app.passwords.verify(body.password, hash).await?;
    let Some(account) = account.filter(|_| fits) else {
        return Err(Error::WrongPassword);
    };
    let mut tx = app.db.begin().await?;
    let cookie = open_session(&app, &mut tx, &account, lang).await?;
    tx.commit().await?;
    Ok((
        StatusCode::CREATED,
        jar.add(cookie),
        Json(Me::of(&account, &app.pack, lang)),
    ))
}

async fn open_session(
    app: &App,
    tx: &mut crate::db::Tx,
    account: &Account,
    lang: Lang,
) -> Result<Cookie<'static>> {
    let lives = if account.role.is_staff() {
        STAFF_SESSION
    } else {
        RESIDENT_SESSION
    };
    let now = app.clock.now();
    let token = new_token(&app.random);
    store::insert_session(tx, &token_hash(&token), account.id, now, now + lives).await?;
    store::keep_lang(tx, account.id, lang).await?;
    let mut cookie = Cookie::new(SESSION_COOKIE, token);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(app.behind_https());
    cookie.set_path("/");
    cookie.set_max_age(time::Duration::seconds(lives.num_seconds()));
    Ok(cookie)
}

/// Sign out
#[utoipa::path(
    delete, path = "/sessions/current", tag = "accounts",
    responses((status = NO_CONTENT))
)]
async fn sign_out(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<(StatusCode, CookieJar)> {
    if let Some(hash) = session_of(&headers) {
        store::delete_session(&app.db, &hash).await?;
    }
    let mut gone = Cookie::new(SESSION_COOKIE, "");
    gone.set_path("/");
    Ok((StatusCode::NO_CONTENT, jar.remove(gone)))
}

/// Who is signed in
#[utoipa::path(
    get, path = "/me", tag = "accounts",
    responses(
        (status = OK, body = Me),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn me(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(account): CurrentUser,
) -> Json<Me> {
    Json(Me::of(&account, &app.pack, lang))
}
