//! The inbox and the case page.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, NO_STORE};
use crate::auth::{Account, Everyone, Staff};
use crate::desk::inbox::{self, CasesQuery, Counts, Filter, Map, Place, Scope, Sort};
use crate::desk::view::{CaseSummary, CaseView, case_summary, case_view};
use crate::message;
use crate::reports::model::Report;
use crate::reports::{load_by_code, page_size};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Language, Query};

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(cases))
        .routes(routes!(geojson))
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

/// Cases on a map.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseFeatures)]
struct Features {
    r#type: &'static str,
    /// The features are cells of a grid with `count` and `red`, since there are more than 5,000 cases.
    clustered: bool,
    #[schema(value_type = Vec<Object>)]
    features: Vec<serde_json::Value>,
}

/// The inbox on a map
///
/// The same filters as `/desk/cases`, without pages: open cases that fit as GeoJSON points in WGS-84, or
/// the 5,000 newest of those that are over where only they can fit. Beyond 5,000 open cases, cells of a
/// grid with how many there are and how many of them are late. `light` is the deadline's.
#[utoipa::path(
    get, path = "/desk/cases.geojson", tag = "desk", params(CasesQuery),
    responses(
        (status = OK, body = Features, content_type = "application/geo+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn geojson(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    Language(lang): Language,
    Query(query): Query<CasesQuery>,
) -> Result<([(HeaderName, HeaderValue); 2], Json<Features>)> {
    let filter = Filter::of(&query, &staff.account)?;
    let now = app.clock.now();
    let feature = |lng: f64, lat: f64, properties: serde_json::Value| {
        json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [lng, lat] },
            "properties": properties,
        })
    };
    let (clustered, features) = match inbox::map(&app.db, &filter, now).await? {
        Map::Points(points) => {
            let features = points.iter().map(|point| {
                let category = app.pack.category(&point.category);
                let properties = json!({
                    "code": point.code,
                    "status": point.status,
                    "status_text": point.status.name().get(lang),
                    "category": point.category,
                    "category_name": category.map(|category| category.name.get(lang)),
                    "urgent": point.urgent,
                    "light": point.light(now),
                    "escalation": point.escalation,
                });
                feature(point.lng, point.lat, properties)
            });
            (false, features.collect())
        }
        Map::Cells(cells) => {
            let features = cells.iter().map(|cell| {
                let properties = json!({ "count": cell.count, "red": cell.red });
                feature(cell.lng, cell.lat, properties)
            });
            (true, features.collect())
        }
    };
    let kind = HeaderValue::from_static("application/geo+json");
    Ok((
        [NO_STORE, (header::CONTENT_TYPE, kind)],
        Json(Features {
            r#type: "FeatureCollection",
            clustered,
            features,
        }),
    ))
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
