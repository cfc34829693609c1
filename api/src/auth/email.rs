//! The address of an account: it counts once a code sent there has come back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::CurrentUser;
use super::store::{self, UnconfirmedEmail};
use super::{Account, Me};
use crate::app::App;
use crate::district::Lang;
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::mail::Letter;
use crate::shared::outbox::{self, Effect};
use crate::shared::rate_limit;

const CODE_LIVES: TimeDelta = TimeDelta::minutes(30);
const MAX_TRIES: i64 = 5;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(give, forget))
        .routes(routes!(confirm))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GiveEmail {
    email: String,
}

/// Give my address
///
/// A letter with a six-digit code goes there; letters of the service follow once it is confirmed.
#[utoipa::path(
    put, path = "/me/email", tag = "accounts", request_body = GiveEmail,
    responses(
        (status = ACCEPTED),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn give(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    Body { value: body, .. }: Body<GiveEmail>,
) -> Result<StatusCode> {
    let email = body.email.trim().to_owned();
    if email.len() > 254 || email.parse::<lettre::Address>().is_err() {
        return Err(Error::field(
            "email",
            message!(
                "邮箱地址格式不对。",
                "This is not an e-mail address.",
                "이메일 주소 형식이 잘못되었습니다."
            ),
        ));
    }
    app.limiter
        .take(rate_limit::EMAIL_CODES, &account.id.to_string())
        .await?;
    let now = app.clock.now();
    let code = format!("{:06}", app.random.below(1_000_000));
    let waiting = UnconfirmedEmail {
        email: email.clone(),
        code_hash: hash(&account, &code),
        tries: 0,
        expires_at: now + CODE_LIVES,
    };
    let mut tx = app.db.begin().await?;
    store::put_unconfirmed_email(&mut tx, account.id, &waiting).await?;
    let letter = letter(&app, email, &code, lang);
    outbox::enqueue(&mut tx, &app.random, now, &Effect::Mail(letter)).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(StatusCode::ACCEPTED)
}

fn letter(app: &App, to: String, code: &str, lang: Lang) -> Letter {
    let name = app.pack.name.get(lang);
    Letter {
        to,
        subject: message!(
            "{name}无废服务：邮箱验证码 {code}",
            "{name} zero-waste service: code {code}",
            "{name} 제로웨이스트 서비스: 인증 코드 {code}"
        )
        .get(lang)
        .to_owned(),
        text: message!(
            "验证码：{code}，30 分钟内有效。\n\n如果不是您本人填写的，请忽略这封信。\n",
            "Your code: {code}, valid for 30 minutes.\n\nIf you did not ask for it, ignore this letter.\n",
            "인증 코드: {code} (30분간 유효)\n\n본인이 요청하지 않았다면 이 메일을 무시하세요.\n"
        )
        .get(lang)
        .to_owned(),
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmEmail {
    /// Six digits.
    code: String,
}

/// Confirm my address with the code from the letter
#[utoipa::path(
    post, path = "/me/email/confirm", tag = "accounts", request_body = ConfirmEmail,
    responses(
        (status = OK, body = Me),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A wrong or old code; five tries"),
    )
)]
async fn confirm(
    State(app): State<Arc<App>>,
    CurrentUser(mut account): CurrentUser,
    Language(lang): Language,
    Body { value: body, .. }: Body<ConfirmEmail>,
) -> Result<Json<Me>> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let waiting = store::try_unconfirmed_email(&mut tx, account.id).await?;
    let right = waiting.filter(|waiting| {
        waiting.tries <= MAX_TRIES
            && waiting.expires_at > now
            && waiting.code_hash == hash(&account, body.code.trim())
    });
    let Some(waiting) = right else {
        // The try counts although it failed.
        tx.commit().await?;
        return Err(Error::field(
            "code",
            message!(
                "验证码不对或已过期，请核对，或重新获取。",
                "The code is wrong or too old: check it, or ask for a new one.",
                "인증 코드가 잘못되었거나 만료되었습니다. 확인하거나 다시 요청해 주세요."
            ),
        ));
    };
    store::set_email(&mut tx, account.id, Some(waiting.email.clone()), now).await?;
    tx.commit().await?;
    account.email = Some(waiting.email);
    Ok(Json(Me::of(&account, &app.pack, lang)))
}

/// Take my address out
#[utoipa::path(
    delete, path = "/me/email", tag = "accounts",
    responses((status = OK, body = Me))
)]
async fn forget(
    State(app): State<Arc<App>>,
    CurrentUser(mut account): CurrentUser,
    Language(lang): Language,
) -> Result<Json<Me>> {
    let mut tx = app.db.begin().await?;
    store::set_email(&mut tx, account.id, None, app.clock.now()).await?;
    tx.commit().await?;
    account.email = None;
    Ok(Json(Me::of(&account, &app.pack, lang)))
}

fn hash(account: &Account, code: &str) -> Vec<u8> {
    Sha256::new()
        .chain_update(account.id.0)
        .chain_update([0])
        .chain_update(code)
        .finalize()
        .to_vec()
}
