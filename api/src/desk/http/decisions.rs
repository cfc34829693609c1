//! What coordinators decide about a case. From where they may is in the table of transitions.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{begin, check_decided, finish, office, with_reason};
use crate::app::App;
use crate::auth::{Coordinators, Staff};
use crate::desk::view::CaseView;
use crate::message;
use crate::reports::load_by_code;
use crate::reports::model::Change;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};

/// A case is not put off for longer than this at once.
const MAX_SUSPENSION: TimeDelta = TimeDelta::days(365);
const MAX_EXTENSION_HOURS: u32 = 400;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(dispatch))
        .routes(routes!(reject))
        .routes(routes!(extend))
        .routes(routes!(suspend))
        .routes(routes!(resume))
        .routes(routes!(merge))
        .routes(routes!(reopen))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Dispatch {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
    office: String,
    #[serde(default, rename = "final")]
    last: bool,
}

/// Decide whose it is
///
/// 派遣: a returned case, or one that went to the wrong office, with a full deadline. After a second
/// return, or with `final`, the office cannot return it.
#[utoipa::path(
    post, path = "/desk/cases/{code}/dispatch", tag = "desk", params(("code" = String, Path)),
    request_body = Dispatch,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn dispatch(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Dispatch>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let office = office(&app, &case.1, &body.office)?;
    let details = with_reason(&body.reason)?;
    finish(
        &app,
        case,
        Change::Dispatch {
            office,
            last: body.last,
        },
        details,
        &staff.account,
        lang,
    )
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reject {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
}

/// Do not take it up
///
/// 不予受理, with a reason that the resident reads.
#[utoipa::path(
    post, path = "/desk/cases/{code}/reject", tag = "desk", params(("code" = String, Path)),
    request_body = Reject,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn reject(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Reject>,
) -> Result<Json<CaseView>> {
    let mut case = begin(&app, &code, &staff.account, body.version).await?;
    check_decided(&mut case.0, &case.1).await?;
    let details = with_reason(&body.reason)?;
    finish(&app, case, Change::Reject, details, &staff.account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Extend {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
    /// 1 to 400.
    #[schema(minimum = 1, maximum = 400)]
    hours: u32,
}

/// Give more time
///
/// 延期: working hours, or hours for an urgent case.
#[utoipa::path(
    post, path = "/desk/cases/{code}/extend", tag = "desk", params(("code" = String, Path)),
    request_body = Extend,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn extend(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Extend>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let hours = extension_hours(body.hours)?;
    let details = with_reason(&body.reason)?;
    finish(
        &app,
        case,
        Change::Extend { hours },
        details,
        &staff.account,
        lang,
    )
    .await
}

pub(super) fn extension_hours(hours: u32) -> Result<u32> {
    if (1..=MAX_EXTENSION_HOURS).contains(&hours) {
        Ok(hours)
    } else {
        Err(Error::field(
            "hours",
            message!(
                "延长 1 到 400 小时。",
                "Between 1 and 400 hours.",
                "1~400시간이어야 합니다."
            ),
        ))
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Suspend {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
    until: DateTime<Utc>,
}

/// Suspend until a date
///
/// 挂账: the clock stops; the case comes back by itself on the date, at most a year away.
#[utoipa::path(
    post, path = "/desk/cases/{code}/suspend", tag = "desk", params(("code" = String, Path)),
    request_body = Suspend,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn suspend(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Suspend>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let now = app.clock.now();
    if body.until <= now || body.until > now + MAX_SUSPENSION {
        return Err(Error::field(
            "until",
            message!(
                "挂账日期须在今后一年以内。",
                "A date within the coming year.",
                "보류 날짜는 앞으로 1년 이내여야 합니다."
            ),
        ));
    }
    let details = with_reason(&body.reason)?;
    finish(
        &app,
        case,
        Change::Suspend { until: body.until },
        details,
        &staff.account,
        lang,
    )
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Resume {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
}

/// Resume a suspended case
#[utoipa::path(
    post, path = "/desk/cases/{code}/resume", tag = "desk", params(("code" = String, Path)),
    request_body = Resume,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn resume(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Resume>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let details = with_reason(&body.reason)?;
    finish(&app, case, Change::Resume, details, &staff.account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
    /// Code of the master case.
    into: String,
}

/// Merge into a master case
///
/// 并案: everyone who followed this case then follows the master case.
#[utoipa::path(
    post, path = "/desk/cases/{code}/merge", tag = "desk", params(("code" = String, Path)),
    request_body = Merge,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn merge(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Merge>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let master = load_by_code(&app, &body.into).await.map_err(|_| {
        Error::field(
            "into",
            message!(
                "没有这个编号的案件。",
                "There is no such case.",
                "이 번호의 사건이 없습니다."
            ),
        )
    })?;
    let details = with_reason(&body.reason)?;
    finish(
        &app,
        case,
        Change::Merge { into: master.id },
        details,
        &staff.account,
        lang,
    )
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reopen {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
}

/// Reopen
#[utoipa::path(
    post, path = "/desk/cases/{code}/reopen", tag = "desk", params(("code" = String, Path)),
    request_body = Reopen,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn reopen(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Reopen>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let details = with_reason(&body.reason)?;
    finish(&app, case, Change::Reopen, details, &staff.account, lang).await
}
