//! What authors and other residents do: follow, appeal, flag.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{optional_words, words};
use crate::app::App;
use crate::auth::CurrentUser;
use crate::moderation::decide::{self, no_case};
use crate::moderation::model::FlagReason;
use crate::moderation::view::{self, OwnCase};
use crate::moderation::{flags, store};
use crate::reports::{self, page_size};
use crate::shared::error::{Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::CaseId;
use crate::shared::page::{Cursor, Page};
use crate::shared::rate_limit::{self, ClientIp};
use crate::shared::screening::{Case, Subject, SubjectKind};

#[derive(Deserialize, IntoParams)]
pub struct PageQuery {
    pub cursor: Option<String>,
    /// At most 200, 20 unless given.
    pub limit: Option<u32>,
}

/// What became of what I published
///
/// Every submission that was held or refused, the newest first, with the reasons.
#[utoipa::path(
    get, path = "/moderation/cases", tag = "moderation", params(PageQuery),
    responses((status = OK, body = Page<OwnCase>))
)]
pub async fn own_cases(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<OwnCase>>> {
    let limit = page_size(query.limit)?;
    let before = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let cases = store::of_author(&app.db, account.id, before, i64::from(limit) + 1).await?;
    let page = Page::cut(cases, limit as usize, |case| Cursor {
        at: case.opened_at,
        id: case.id.0,
    });
    let mut items = Vec::with_capacity(page.items.len());
    for case in &page.items {
        items.push(view::own_case(&app, case, lang).await?);
    }
    Ok(Json(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// One of my submissions that was held or refused
#[utoipa::path(
    get, path = "/moderation/cases/{id}", tag = "moderation", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = OwnCase),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Unknown, or somebody else's"),
    )
)]
pub async fn own_case(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Json<OwnCase>> {
    let case = store::case(&app.db, case_id(&id)?).await?;
    let case = case.filter(|case| case.author == Some(account.id));
    Ok(Json(
        view::own_case(&app, &case.ok_or_else(no_case)?, lang).await?,
    ))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAppeal {
    /// Why the refusal is wrong, 2 to 1,000 characters.
    text: String,
}

/// Appeal a refusal
///
/// Once, within 30 days; somebody other than who refused decides.
#[utoipa::path(
    post, path = "/moderation/cases/{id}/appeal", tag = "moderation", params(("id" = Uuid, Path)),
    request_body = NewAppeal,
    responses(
        (status = OK, body = OwnCase),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Not refused, too late, or appealed before"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn appeal(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<NewAppeal>,
) -> Result<Json<OwnCase>> {
    let id = case_id(&id)?;
    let text = words("text", &body.text)?;
    let case = store::case(&app.db, id).await?;
    if case.is_none_or(|case| case.author != Some(account.id)) {
        return Err(no_case());
    }
    let case = decide::appeal(&app, id, Some(account.id), &text).await?;
    Ok(Json(view::own_case(&app, &case, lang).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportAppeal {
    /// Of the report.
    secret: String,
    /// Why the refusal is wrong, 2 to 1,000 characters.
    text: String,
}

async fn case_of_report(app: &App, code: &str, secret: &str, ip: ClientIp) -> Result<Case> {
    let report = reports::report_of_reporter(app, code, secret, ip).await?;
    let subject = Subject::new(SubjectKind::Report, report.id.0);
    store::newest_case(&app.db, subject)
        .await?
        .ok_or_else(no_case)
}

/// Why the public does not read the text of my report
///
/// For whoever holds the report's secret, with an account or without.
#[utoipa::path(
    get, path = "/moderation/reports/{code}", tag = "moderation",
    params(("code" = String, Path), ("X-Report-Secret" = String, Header)),
    responses(
        (status = OK, body = OwnCase),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such report, or nothing was held"),
    )
)]
pub async fn report_case(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Json<OwnCase>> {
    let secret = headers
        .get("x-report-secret")
        .and_then(|secret| secret.to_str().ok())
        .ok_or_else(no_case)?;
    let case = case_of_report(&app, &code, secret, ip).await?;
    Ok(Json(view::own_case(&app, &case, lang).await?))
}

/// Appeal the refusal of my report's text
///
/// The case itself goes its way whatever becomes of its text.
#[utoipa::path(
    post, path = "/moderation/reports/{code}/appeal", tag = "moderation",
    params(("code" = String, Path)), request_body = ReportAppeal,
    responses(
        (status = OK, body = OwnCase),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Not refused, too late, or appealed before"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn appeal_report(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<ReportAppeal>,
) -> Result<Json<OwnCase>> {
    let text = words("text", &body.text)?;
    let case = case_of_report(&app, &code, &body.secret, ip).await?;
    let case = decide::appeal(&app, case.id, case.author, &text).await?;
    Ok(Json(view::own_case(&app, &case, lang).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFlag {
    subject_kind: SubjectKind,
    subject_id: Uuid,
    reason: FlagReason,
    /// At most 1,000 characters.
    #[serde(default)]
    note: Option<String>,
}

/// A flag that was taken in.
#[derive(Serialize, ToSchema)]
pub struct Flagged {
    /// Always `received`: what comes of it shows in the thing itself.
    status: String,
}

/// Say that something should not be there
///
/// A person looks at it. Flags weigh by how often this resident was right before; no number of flags
/// by people without a record hides anything.
#[utoipa::path(
    post, path = "/moderation/flags", tag = "moderation", request_body = NewFlag,
    responses(
        (status = CREATED, body = Flagged),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "One's own words"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn flag(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Body { value: body, .. }: Body<NewFlag>,
) -> Result<(StatusCode, Json<Flagged>)> {
    app.limiter
        .take(rate_limit::FLAGS, &account.id.to_string())
        .await?;
    let note = optional_words("note", body.note.as_deref())?;
    let subject = Subject::new(body.subject_kind, body.subject_id);
    flags::flag(&app, &account, subject, body.reason, note).await?;
    let status = "received".to_owned();
    Ok((StatusCode::CREATED, Json(Flagged { status })))
}

/// # Errors
/// 404 for what is no id.
pub fn case_id(text: &str) -> Result<CaseId> {
    Uuid::try_parse(text).map(CaseId).map_err(|_| no_case())
}
