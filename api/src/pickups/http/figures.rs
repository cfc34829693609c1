//! Figures and exports for the office.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::office::{seen_by, span};
use crate::app::{App, NO_STORE};
use crate::auth::{Account, Planners, Staff};
use crate::message;
use crate::pickups::export;
use crate::pickups::figures::{Figure, Rates, figures, rates};
use crate::pickups::plan::pickups;
use crate::pickups::store::{self, Row};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Language, Query};

/// Lines in one export or sum; a busy district has a tenth in a year.
const MAX_ROWS: i64 = 200_000;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(sums))
        .routes(routes!(as_csv))
        .routes(routes!(as_xlsx))
}

#[derive(Deserialize, IntoParams)]
struct SpanQuery {
    /// First day of collection.
    from: NaiveDate,
    /// Last day of collection, at most 366 days.
    until: NaiveDate,
    collector: Option<String>,
}

async fn rows(app: &App, account: &Account, query: &SpanQuery) -> Result<Vec<Row>> {
    let (first, last) = span(query.from, query.until)?;
    let collectors = seen_by(app, account, query.collector.as_deref())?;
    let rows = store::rows(&app.db, &collectors, first, last, MAX_ROWS + 1).await?;
    if i64::try_from(rows.len()).unwrap_or(i64::MAX) > MAX_ROWS {
        return Err(Error::field(
            "until",
            message!(
                "数据太多，请缩短时间。",
                "Too many bookings: choose a shorter time.",
                "자료가 너무 많습니다. 기간을 줄여 주세요."
            ),
        ));
    }
    Ok(rows)
}

/// What was collected, and how visits went.
#[derive(Serialize, ToSchema)]
struct PickupFigures {
    items: Vec<Figure>,
    /// For all first, then for each collector.
    rates: Vec<Rates>,
}

/// Figures
///
/// Pieces and kilograms by kind, township and month; missed and refused visits. A booking of several
/// kinds is weighed as a whole: its weight is divided by the room they take.
#[utoipa::path(
    get, path = "/desk/pickups/figures", tag = "desk", params(SpanQuery),
    responses(
        (status = OK, body = PickupFigures),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn sums(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
    Query(query): Query<SpanQuery>,
) -> Result<Json<PickupFigures>> {
    let pickups = pickups(&app)?;
    let rows = rows(&app, &staff.account, &query).await?;
    Ok(Json(PickupFigures {
        items: figures(pickups, &rows),
        rates: rates(&rows),
    }))
}

type File = ([(HeaderName, HeaderValue); 3], Vec<u8>);

fn file(query: &SpanQuery, ending: &str, kind: &'static str, bytes: Vec<u8>) -> Result<File> {
    let (from, until) = (query.from, query.until);
    let disposition = format!("attachment; filename=\"pickups-{from}-{until}.{ending}\"");
    Ok((
        [
            NO_STORE,
            (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
            (
                header::CONTENT_DISPOSITION,
                HeaderValue::from_str(&disposition).map_err(Error::internal)?,
            ),
        ],
        bytes,
    ))
}

/// Bookings as CSV
///
/// UTF-8 with a byte-order mark. No contacts, no addresses.
#[utoipa::path(
    get, path = "/desk/pickups/export.csv", tag = "desk", params(SpanQuery),
    responses(
        (status = OK, content_type = "text/csv", body = String),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn as_csv(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
    Language(lang): Language,
    Query(query): Query<SpanQuery>,
) -> Result<File> {
    let rows = rows(&app, &staff.account, &query).await?;
    let bytes = export::csv(&app, pickups(&app)?, &rows, lang)?;
    file(&query, "csv", "text/csv; charset=utf-8", bytes)
}

/// Bookings as XLSX
#[utoipa::path(
    get, path = "/desk/pickups/export.xlsx", tag = "desk", params(SpanQuery),
    responses(
        (status = OK, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn as_xlsx(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
    Language(lang): Language,
    Query(query): Query<SpanQuery>,
) -> Result<File> {
    let rows = rows(&app, &staff.account, &query).await?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let shared = Arc::clone(&app);
    // A large workbook is compressed off the request threads.
    let bytes =
        tokio::task::spawn_blocking(move || export::xlsx(&shared, pickups(&shared)?, &rows, lang))
            .await
            .map_err(Error::internal)??;
    file(&query, "xlsx", kind, bytes)
}
