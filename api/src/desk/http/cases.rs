//! The inbox and the case page.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, NO_STORE};
use crate::auth::{Account, Everyone, Staff};
use crate::desk::inbox::{self, Counts, Filter, Scope, Sort};
use crate::desk::view::{CaseSummary, CaseView, StaffNames, case_summary, case_view};
use crate::message;
use crate::reports::model::Report;
use crate::reports::store::word_set;
use crate::reports::{Code, load_by_code, page_size, parse_statuses};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Language, Query};

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(cases))
        .routes(routes!(counts))
        .routes(routes!(case))
}

#[derive(Deserialize, IntoParams)]
pub(crate) struct CasesQuery {
    /// One or several statuses between commas.
    status: Option<String>,
    /// The office that leads.
    office: Option<String>,
    category: Option<String>,
    township: Option<String>,
    urgent: Option<bool>,
    /// Only those past their deadline.
    overdue: Option<bool>,
    /// Only those that are not over.
    open: Option<bool>,
    /// Only those assigned to the person who asks.
    mine: Option<bool>,
    /// Only those closed at or after this time.
    closed_since: Option<DateTime<Utc>>,
    /// Part of a code, a description or an address, at most 100 characters.
    q: Option<String>,
    /// `due` (default), `newest`, `oldest` or `urgent`.
    sort: Option<String>,
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// A page of an inbox.
#[derive(Serialize, ToSchema)]
struct CasePage {
    items: Vec<CaseSummary>,
    next_cursor: Option<String>,
    /// How many cases the filters leave.
    total: i64,
}

/// The inbox
///
/// Handlers see the cases their office leads or assists; the other roles see all.
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
    let limit = i64::from(page_size(query.limit)?);
    let offset = offset(query.cursor.as_deref())?;
    let sort = query.sort.as_deref().map_or(Ok(Sort::Due), Sort::parse)?;
    let filter = filter(&query, &staff.account)?;
    let now = app.clock.now();
    let mut reports = inbox::cases(&app.db, &filter, sort, now, offset, limit + 1).await?;
    let more = i64::try_from(reports.len()).unwrap_or(0) > limit;
    reports.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let names = StaffNames::load(&app).await?;
    let mut items = Vec::with_capacity(reports.len());
    for report in &reports {
        items.push(case_summary(&app, report, &names, lang).await?);
    }
    let page = CasePage {
        items,
        next_cursor: more.then(|| (offset + limit).to_string()),
        total: inbox::count(&app.db, &filter, now).await?,
    };
    Ok(([NO_STORE], Json(page)))
}

fn offset(cursor: Option<&str>) -> Result<i64> {
    let offset = cursor.map_or(Ok(0), str::parse);
    offset
        .ok()
        .filter(|offset| (0..=1_000_000).contains(offset))
        .ok_or_else(|| {
            Error::field(
                "cursor",
                message!(
                    "翻页位置无效，请从头开始。",
                    "Not a cursor of ours.",
                    "잘못된 페이지 위치입니다."
                ),
            )
        })
}

pub(crate) fn filter(query: &CasesQuery, account: &Account) -> Result<Filter> {
    let statuses = parse_statuses(query.status.as_deref().unwrap_or_default())?;
    let words = query
        .q
        .as_deref()
        .map(str::trim)
        .filter(|words| !words.is_empty());
    if words.is_some_and(|words| words.chars().count() > 100) {
        return Err(Error::field(
            "q",
            message!(
                "搜索词最多 100 字。",
                "At most 100 characters.",
                "검색어는 100자 이내여야 합니다."
            ),
        ));
    }
    Ok(Filter {
        scope: Scope::of(account),
        statuses: word_set(statuses.iter().map(|status| status.as_str())),
        office: query.office.clone(),
        category: query.category.clone(),
        township: query.township.clone(),
        urgent: query.urgent,
        overdue: query.overdue.unwrap_or(false),
        open: query.open.unwrap_or(false),
        closed_since: query.closed_since,
        assignee: query.mine.unwrap_or(false).then_some(account.id),
        // A code is found however it is typed.
        words: words.map(|words| {
            words
                .parse::<Code>()
                .map_or_else(|_| words.to_owned(), |code| code.to_string())
        }),
    })
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
