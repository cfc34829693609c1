//! The public side of reports over HTTP.

mod file;
mod follow;
mod links;
mod read;
mod witness;

pub use read::{page_size, parse_statuses};

use std::sync::Arc;

use axum::http::HeaderMap;
use utoipa_axum::router::OpenApiRouter;

use super::code::Code;
use super::follower::{Follower, secret_hash};
use super::model::{Report, Status};
use super::store;
use crate::app::App;
use crate::auth::MaybeUser;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::photos::Photo;
use crate::shared::rate_limit::{self, ClientIp};

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(file::router())
        .merge(read::router())
        .merge(follow::router())
        .merge(links::router())
        .merge(witness::router())
}

/// Finds a report by the code in a path.
///
/// # Errors
/// 404 when it is no code or nobody's.
pub async fn load_by_code(app: &App, code: &str) -> Result<Report> {
    let no_report = || {
        Error::NotFound(message!(
            "没有这个编号的举报，请核对 9 位数字。",
            "There is no report with this code: please check the nine digits.",
            "이 번호의 신고가 없습니다. 9자리 숫자를 확인해 주세요."
        ))
    };
    let code: Code = code.parse().map_err(|_| no_report())?;
    store::by_code(&app.db, &code).await?.ok_or_else(no_report)
}

/// The report of a code whose reporter holds the secret.
///
/// # Errors
/// 404 for no report, 403 for a secret that is nobody's or of somebody who only joined.
pub async fn report_of_reporter(
    app: &App,
    code: &str,
    secret: &str,
    ip: ClientIp,
) -> Result<Report> {
    let report = load_by_code(app, code).await?;
    let follower = follower_of(app, &report, secret, ip).await?;
    if follower.reporter {
        Ok(report)
    } else {
        Err(Error::Forbidden(message!(
            "只有最初的举报人能这样做。",
            "Only who filed the report may do this.",
            "처음 신고한 사람만 할 수 있습니다."
        )))
    }
}

/// The follower a secret belongs to.
///
/// # Errors
/// 403 when it is nobody's; many wrong ones from one address are slowed down.
async fn follower_of(app: &App, report: &Report, secret: &str, ip: ClientIp) -> Result<Follower> {
    if let Some(follower) =
        store::follower_by_secret(&app.db, report.id, &secret_hash(secret)).await?
    {
        return Ok(follower);
    }
    app.limiter.take_for(rate_limit::WRONG_SECRETS, ip).await?;
    Err(Error::Forbidden(message!(
        "查询密码不对，只有举报人能这样做。",
        "The secret is wrong: only the reporter may do this.",
        "비밀 키가 올바르지 않습니다. 신고자만 할 수 있습니다."
    )))
}

fn secret_header(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("x-report-secret")
        .and_then(|value| value.to_str().ok())
        .filter(|s| !s.is_empty())
}

/// The case that a merged one now belongs to, or the report itself.
async fn master_of(app: &App, report: Report) -> Result<Report> {
    match (report.status, report.merged_into) {
        (Status::Merged, Some(master)) => store::by_id(&app.db, master)
            .await?
            .ok_or_else(|| Error::internal("a merged report's master is gone")),
        _ => Ok(report),
    }
}

/// Whether the caller may see a photo: `None` no, `Some(true)` like everybody, `Some(false)` as staff,
/// as the reporter, or as the uploader who alone knows the id so far.
pub async fn may_see_photo(app: &App, photo: &Photo, headers: &HeaderMap) -> Result<Option<bool>> {
    let (Some(report), Some(event)) = (photo.report_id, photo.event_id) else {
        return Ok(Some(false));
    };
    let Some(report) = store::by_id(&app.db, report).await? else {
        return Ok(None);
    };
    let shown = !photo.is_kept_back() && store::event_is_public(&app.db, event).await?;
    if shown && !report.private {
        return Ok(Some(true));
    }
    if MaybeUser::from_headers(app, headers)
        .await?
        .0
        .is_some_and(|user| user.role.is_staff())
    {
        return Ok(Some(false));
    }
    if let Some(secret) = secret_header(headers).filter(|_| shown) {
        let follower = store::follower_by_secret(&app.db, report.id, &secret_hash(secret)).await?;
        return Ok(follower.map(|_| false));
    }
    Ok(None)
}
