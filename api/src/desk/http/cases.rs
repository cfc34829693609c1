//! The inbox and the case page.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, NO_STORE};
use crate::auth::{Account, Everyone, Staff};
use crate::desk::inbox::{self, CasesQuery, Counts, Filter, Place, Scope, Sort};
use crate::desk::view::{CaseSummary, CaseView, case_summary, case_view};
use crate::message;
use crate::reports::model::Report;
use crate::reports::{load_by_code, page_size};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Language, Query};

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(cases))
        .routes(routes!(counts))
        .routes(routes!(case))
}

/// A page of an inbox.
#[derive(Serialize, ToSchema)]
struct CasePage {
    items: Vec<CaseSummary>,
    next_cursor: Option<String>,
    /// How many cases the filters leave.
    total: i64,
    /// There may be more: show `total` with a plus. Cases are counted up to 1,000 where counting
    /// them all would take long.
    total_capped: bool,
}

/// The inbox
///
/// Handlers see the cases their office leads or assists; the other roles see all. `next_cursor` is
/// opaque and belongs to the order it was given for.
#[utoipa::path(
    get, path = "/desk/cases", tag = "desk", params(CasesQuery),
    responses(
        (status = OK, body = CasePage),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn cases(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    Language(lang): Language,
    Query(query): Query<CasesQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<CasePage>)> {
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(Place::parse).transpose()?;
    let sort = query.sort.as_deref().map_or(Ok(Sort::Due), Sort::parse)?;
    let filter = Filter::of(&query, &staff.account)?;
    let now = app.clock.now();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let found = inbox::cases(&app.db, &filter, sort, now, after, limit).await?;
    let page = CasePage {
        items: found
            .hits
            .iter()
            .map(|hit| case_summary(&app, hit, lang))
            .collect(),
        next_cursor: found.next.map(Place::encode),
        total: found.total.count,
        total_capped: found.total.capped,
    };
    Ok(([NO_STORE], Json(page)))
}

/// How many cases wait for what
#[utoipa::path(
    get, path = "/desk/counts", tag = "desk",
    responses(
        (status = OK, body = Counts),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn counts(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Counts>)> {
    let scope = Scope::of(&staff.account);
    let counts = inbox::counts(&app.db, &scope, staff.account.id, app.clock.now()).await?;
    Ok(([NO_STORE], Json(counts)))
}

/// A case
///
/// Everything about it, and exactly what the person who asks may do with it now.
#[utoipa::path(
    get, path = "/desk/cases/{code}", tag = "desk", params(("code" = String, Path)),
    responses(
        (status = OK, body = CaseView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Another office's case"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn case(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    Language(lang): Language,
    Path(code): Path<String>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<CaseView>)> {
    let report = load_case(&app, &code, &staff.account).await?;
    Ok((
        [NO_STORE],
        Json(case_view(&app, &report, &staff.account, lang).await?),
    ))
}

/// A case that this person may see.
pub(super) async fn load_case(app: &App, code: &str, account: &Account) -> Result<Report> {
    let report = load_by_code(app, code).await?;
    check_scope(&report, account)?;
    Ok(report)
}

pub(super) fn check_scope(report: &Report, account: &Account) -> Result<()> {
    if Scope::of(account).covers(report) {
        Ok(())
    } else {
        Err(Error::Forbidden(message!(
            "这是其他部门的案件。",
            "This is another office's case.",
            "다른 부서의 사건입니다."
        )))
    }
}
