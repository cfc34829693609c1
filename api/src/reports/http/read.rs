//! Reading reports: one by its code, many by a list or on a map.

use std::str::FromStr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{follower_of, load_by_code, secret_header};
use crate::app::{App, NO_STORE};
use crate::auth::CurrentUser;
use crate::message;
use crate::reports::model::{Report, Status};
use crate::reports::store::{self, Filter};
use crate::reports::view::{ReportSummary, ReportView, report_view, summary};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Language, Query};
use crate::shared::geo::BBox;
use crate::shared::page::{Cursor, Page};
use crate::shared::rate_limit::ClientIp;

/// Most reports in one page.
const MAX_LIMIT: u32 = 200;
const DEFAULT_LIMIT: u32 = 50;
/// Most reports on one map.
const MAX_FEATURES: i64 = 5000;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(one))
        .routes(routes!(list))
        .routes(routes!(geojson))
        .routes(routes!(mine))
}

/// A report
///
/// What the public sees; with the reporter's secret also `own`, and everything unblurred.
#[utoipa::path(
    get, path = "/reports/{code}", tag = "reports",
    params(("code" = String, Path), ("X-Report-Secret" = Option<String>, Header)),
    responses(
        (status = OK, body = ReportView),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The secret is wrong"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn one(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<([(HeaderName, HeaderValue); 1], Json<ReportView>)> {
    let report = load_by_code(&app, &code).await?;
    let follower = match secret_header(&headers) {
        Some(secret) => Some(follower_of(&app, &report, secret, ip).await?),
        None => None,
    };
    Ok((
        [NO_STORE],
        Json(report_view(&app, &report, follower.as_ref(), lang).await?),
    ))
}

#[derive(Deserialize, IntoParams)]
struct ListQuery {
    /// `west,south,east,north` in WGS-84 degrees.
    bbox: Option<String>,
    category: Option<String>,
    /// One or several statuses between commas; none: all but `merged`.
    status: Option<String>,
    /// Filed at or after this time.
    since: Option<DateTime<Utc>>,
    cursor: Option<String>,
    /// 1 to 200, 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

impl ListQuery {
    fn filter(&self, app: &App) -> Result<Filter> {
        if let Some(category) = &self.category
            && app.pack.category(category).is_none()
        {
            return Err(Error::field(
                "category",
                message!(
                    "没有这个类别。",
                    "There is no such category.",
                    "이러한 분류가 없습니다."
                ),
            ));
        }
        Ok(Filter {
            bbox: self.bbox.as_deref().map(parse_bbox).transpose()?,
            category: self.category.clone(),
            statuses: parse_statuses(self.status.as_deref().unwrap_or_default())?,
            since: self.since,
        })
    }
}

fn parse_bbox(text: &str) -> Result<BBox> {
    BBox::from_str(text).map_err(|_| {
        Error::field(
            "bbox",
            message!(
                "范围须为 西,南,东,北 四个数。",
                "Give west,south,east,north in degrees.",
                "범위는 서,남,동,북 네 숫자여야 합니다."
            ),
        )
    })
}

/// Statuses between commas.
pub fn parse_statuses(text: &str) -> Result<Vec<Status>> {
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(|word| {
            Status::ALL
                .into_iter()
                .find(|status| status.as_str() == word)
                .ok_or_else(|| {
                    Error::field(
                        "status",
                        message!(
                            "没有这个状态：{word}。",
                            "There is no status {word}.",
                            "이러한 상태가 없습니다: {word}."
                        ),
                    )
                })
        })
        .collect()
}

/// How many items a page shall have.
pub fn page_size(limit: Option<u32>) -> Result<u32> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if (1..=MAX_LIMIT).contains(&limit) {
        Ok(limit)
    } else {
        Err(Error::field(
            "limit",
            message!(
                "每页 1 到 200 条。",
                "Between 1 and 200.",
                "1에서 200 사이여야 합니다."
            ),
        ))
    }
}

async fn summaries(
    app: &App,
    reports: Vec<Report>,
    limit: u32,
    lang: crate::district::Lang,
) -> Result<Page<ReportSummary>> {
    let page = Page::cut(reports, limit as usize, |report| Cursor {
        at: report.created_at,
        id: report.id.0,
    });
    let mut items = Vec::with_capacity(page.items.len());
    for report in &page.items {
        items.push(summary(app, report, lang).await?);
    }
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
    })
}

/// Public reports, newest first
#[utoipa::path(
    get, path = "/reports", tag = "reports", params(ListQuery),
    responses(
        (status = OK, body = Page<ReportSummary>),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<ReportSummary>>> {
    let filter = query.filter(&app)?;
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let reports = store::list(&app.db, &filter, after, i64::from(limit) + 1).await?;
    Ok(Json(summaries(&app, reports, limit, lang).await?))
}

/// A GeoJSON feature collection (RFC 7946) of points.
#[derive(Serialize, ToSchema)]
struct FeatureCollection {
    r#type: &'static str,
    /// True when there are more than could be given.
    truncated: bool,
    /// Each with `code, category, icon, status, status_text, urgent, created_at, approximate`.
    features: Vec<serde_json::Value>,
}

/// Public reports for a map
///
/// At most 5,000, newest first, as GeoJSON points in WGS-84.
#[utoipa::path(
    get, path = "/reports.geojson", tag = "reports", params(ListQuery),
    responses(
        (status = OK, body = FeatureCollection, content_type = "application/geo+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn geojson(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<ListQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<FeatureCollection>)> {
    let mut reports = store::list(&app.db, &query.filter(&app)?, None, MAX_FEATURES + 1).await?;
    let most = usize::try_from(MAX_FEATURES).unwrap_or(usize::MAX);
    let truncated = reports.len() > most;
    reports.truncate(most);
    let features = reports
        .iter()
        .map(|report| {
            let category = app.pack.category(&report.category);
            json!({
                "type": "Feature",
                "geometry": { "type": "Point", "coordinates": [report.public_lng, report.public_lat] },
                "properties": {
                    "code": report.code,
                    "category": report.category,
                    "category_name": category.map(|category| category.name.get(lang)),
                    "icon": category.map(|category| category.icon.as_str()),
                    "status": report.status,
                    "status_text": report.status.name().get(lang),
                    "urgent": report.urgent,
                    "approximate": report.private,
                    "created_at": report.created_at,
                },
            })
        })
        .collect();
    Ok((
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/geo+json"),
        )],
        Json(FeatureCollection {
            r#type: "FeatureCollection",
            truncated,
            features,
        }),
    ))
}

#[derive(Deserialize, IntoParams)]
struct MineQuery {
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Reports filed or joined while signed in, newest first
#[utoipa::path(
    get, path = "/me/reports", tag = "reports", params(MineQuery),
    responses(
        (status = OK, body = Page<ReportSummary>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn mine(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Query(query): Query<MineQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Page<ReportSummary>>)> {
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let reports = store::of_account(&app.db, user.id, after, i64::from(limit) + 1).await?;
    Ok((
        [NO_STORE],
        Json(summaries(&app, reports, limit, lang).await?),
    ))
}
