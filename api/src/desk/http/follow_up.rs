//! Deadlines in practice: urging, more time asked for and refused, a question to the reporter, and
//! a category that was wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{begin, finish, with_reason};
use super::decisions::extension_hours;
use crate::app::App;
use crate::auth::{Arbiters, Coordinators, Staff};
use crate::desk::view::CaseView;
use crate::message;
use crate::reports::model::Change;
use crate::reports::route;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::geo::Point;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(urge))
        .routes(routes!(ask_extension))
        .routes(routes!(refuse_extension))
        .routes(routes!(ask_resident))
        .routes(routes!(reclassify))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Urge {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
}

/// Urge
///
/// 催办, and each further time one rung up: 督办, the head of the office, the district's lead. The
/// service climbs by itself when a step is late; a coordinator may be sooner.
#[utoipa::path(
    post, path = "/desk/cases/{code}/urge", tag = "desk", params(("code" = String, Path)),
    request_body = Urge,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn urge(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Urge>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let details = with_reason(&body.reason)?;
    finish(&app, case, Change::Urge, details, &staff.account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskExtension {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
    /// 1 to 400.
    #[schema(minimum = 1, maximum = 400)]
    hours: u32,
}

/// Ask for more time
///
/// The office that leads asks; a coordinator gives it (extend) or refuses. The clock runs on.
#[utoipa::path(
    post, path = "/desk/cases/{code}/ask-extension", tag = "desk", params(("code" = String, Path)),
    request_body = AskExtension,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Asked already, or extended often enough"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn ask_extension(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<AskExtension>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let change = Change::AskExtension {
        hours: extension_hours(body.hours)?,
    };
    let details = with_reason(&body.reason)?;
    finish(&app, case, change, details, &staff.account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefuseExtension {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
}

/// Refuse more time
#[utoipa::path(
    post, path = "/desk/cases/{code}/refuse-extension", tag = "desk", params(("code" = String, Path)),
    request_body = RefuseExtension,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn refuse_extension(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<RefuseExtension>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let details = with_reason(&body.reason)?;
    let change = Change::RefuseExtension;
    finish(&app, case, change, details, &staff.account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskResident {
    version: i64,
    /// What the reporter is asked, 1 to 1,000 characters. The public reads it.
    reason: String,
}

/// Ask the reporter
///
/// The clock stands until they answer, or the time for it is over.
#[utoipa::path(
    post, path = "/desk/cases/{code}/ask-resident", tag = "desk", params(("code" = String, Path)),
    request_body = AskResident,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Asked already, or the reporter left no way to be asked"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn ask_resident(
    State(app): State<Arc<App>>,
    staff: Staff<Arbiters>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<AskResident>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let details = with_reason(&body.reason)?;
    finish(
        &app,
        case,
        Change::AskResident,
        details,
        &staff.account,
        lang,
    )
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reclassify {
    version: i64,
    /// 1 to 1,000 characters.
    reason: String,
    /// The category it should have had.
    category: String,
}

/// Correct the category
///
/// The case is routed again as what it is, with the new category's full deadline.
#[utoipa::path(
    post, path = "/desk/cases/{code}/reclassify", tag = "desk", params(("code" = String, Path)),
    request_body = Reclassify,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn reclassify(
    State(app): State<Arc<App>>,
    staff: Staff<Coordinators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<Reclassify>,
) -> Result<Json<CaseView>> {
    let case = begin(&app, &code, &staff.account, body.version).await?;
    let report = &case.1;
    if report.category == body.category {
        return Err(Error::field(
            "category",
            message!(
                "请选择另一个类别。",
                "Choose another category.",
                "다른 유형을 선택해 주세요."
            ),
        ));
    }
    // The answers were to the old category's questions.
    let decision = route(
        &app,
        &body.category,
        Point::stored(report.lng, report.lat),
        report.township.as_deref(),
        report.community.as_deref(),
        &BTreeMap::new(),
        app.clock.now(),
    )?;
    let change = Change::Reclassify {
        category: body.category,
        decision: Box::new(decision),
    };
    let details = with_reason(&body.reason)?;
    finish(&app, case, change, details, &staff.account, lang).await
}
