//! Files: figures and cases for staff, figures and reports as open data.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::figures::{FiguresQuery, SHARED, table_for_public, table_for_staff};
use crate::app::{App, NO_STORE};
use crate::auth::{Everyone, Planners, Staff};
use crate::desk::inbox::{self, CasesQuery, Filter, Sort};
use crate::district::Lang;
use crate::figures::answer::Table;
use crate::figures::export::{self, Format};
use crate::message;
use crate::reports::model::Report;
use crate::reports::{parse_statuses, store};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Language, Query};
use crate::shared::page::Cursor;
use crate::shared::sheet::Sheet;

/// Reports in one file; more is a matter of a narrower filter.
const MAX_ROWS: usize = 50_000;
/// Rows of one read.
const BATCH: i64 = 5_000;
/// Cases of one read.
const PAGE: usize = 5_000;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(figures_for_staff))
        .routes(routes!(figures_for_public))
        .routes(routes!(cases))
        .routes(routes!(reports))
}

#[derive(Deserialize, IntoParams)]
struct FormatQuery {
    /// `csv` (default), `xlsx` or `geojson`.
    format: Option<String>,
}

type File = ([(HeaderName, HeaderValue); 3], Vec<u8>);

fn file(
    caching: (HeaderName, HeaderValue),
    name: &str,
    format: Format,
    bytes: Vec<u8>,
) -> Result<File> {
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.as_str());
    Ok((
        [
            caching,
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static(format.media_type()),
            ),
            (
                header::CONTENT_DISPOSITION,
                HeaderValue::from_str(&disposition).map_err(Error::internal)?,
            ),
        ],
        bytes,
    ))
}

/// Large files are written off the request threads.
async fn written(
    app: &Arc<App>,
    format: Format,
    sheet: impl FnOnce(&App) -> Sheet + Send + 'static,
    places: impl FnOnce(&App) -> Value + Send + 'static,
) -> Result<Vec<u8>> {
    let app = Arc::clone(app);
    tokio::task::spawn_blocking(move || match format {
        Format::Csv => sheet(&app).csv(),
        Format::Xlsx => sheet(&app).xlsx(app.clock.now()),
        Format::Geojson => serde_json::to_vec(&places(&app)).map_err(Error::internal),
    })
    .await
    .map_err(Error::internal)?
}

async fn table_file(
    app: &Arc<App>,
    caching: (HeaderName, HeaderValue),
    format: Option<&str>,
    table: Table,
    lang: Lang,
) -> Result<File> {
    let format = Format::parse(format, Format::ALL)?;
    let name = format!(
        "figures-{}-{}-{}",
        table.by.as_str(),
        table.window.from,
        table.window.to
    );
    let table = Arc::new(table);
    let other = Arc::clone(&table);
    let bytes = written(
        app,
        format,
        move |_| export::figures_sheet(&table, lang),
        move |app| export::figures_geojson(app, &other),
    )
    .await?;
    file(caching, &name, format, bytes)
}

/// Figures as a file
///
/// As `/desk/figures`, as CSV (UTF-8 with a byte-order mark), XLSX, or GeoJSON with townships at their
/// seats.
#[utoipa::path(
    get, path = "/desk/figures/export", tag = "figures", params(FormatQuery, FiguresQuery),
    responses(
        (status = OK, content_type = "text/csv", body = String),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn figures_for_staff(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
    Language(lang): Language,
    Query(format): Query<FormatQuery>,
    Query(query): Query<FiguresQuery>,
) -> Result<File> {
    let table = table_for_staff(&app, &staff.account, &query, lang).await?;
    table_file(&app, NO_STORE, format.format.as_deref(), table, lang).await
}

/// Public figures as a file
///
/// As `/figures`, with the same counts hidden.
#[utoipa::path(
    get, path = "/figures/export", tag = "figures", params(FormatQuery, FiguresQuery),
    responses(
        (status = OK, content_type = "text/csv", body = String),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn figures_for_public(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(format): Query<FormatQuery>,
    Query(query): Query<FiguresQuery>,
) -> Result<File> {
    let table = table_for_public(&app, &query, lang).await?;
    table_file(&app, SHARED, format.format.as_deref(), table, lang).await
}

fn too_many(field: &str) -> Error {
    Error::field(
        field,
        message!(
            "超过 {MAX_ROWS} 件，请缩小范围。",
            "More than {MAX_ROWS} cases: narrow the filter.",
            "{MAX_ROWS}건을 넘습니다. 범위를 좁혀 주세요."
        ),
    )
}

/// Cases as a file
///
/// With the inbox's filters, at most 50,000. No contacts; what residents wrote is masked.
#[utoipa::path(
    get, path = "/desk/cases/export", tag = "figures", params(FormatQuery, CasesQuery),
    responses(
        (status = OK, content_type = "text/csv", body = String),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn cases(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    Language(lang): Language,
    Query(format): Query<FormatQuery>,
    Query(query): Query<CasesQuery>,
) -> Result<File> {
    let format = Format::parse(format.format.as_deref(), Format::ALL)?;
    let filter = Filter::of(&query, &staff.account)?;
    let now = app.clock.now();
    let mut found: Vec<Report> = Vec::new();
    let mut after = None;
    loop {
        let page = inbox::cases(&app.db, &filter, Sort::Newest, now, after, PAGE).await?;
        found.extend(page.hits.into_iter().map(|hit| hit.report));
        if found.len() > MAX_ROWS {
            return Err(too_many("status"));
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let found = Arc::new(found);
    let other = Arc::clone(&found);
    let bytes = written(
        &app,
        format,
        move |app| export::cases_sheet(app, &found, lang),
        move |app| export::cases_geojson(app, &other, lang),
    )
    .await?;
    let day = app.pack.calendar().local_date(now);
    file(NO_STORE, &format!("cases-{day}"), format, bytes)
}

#[derive(Deserialize, IntoParams)]
struct OpenQuery {
    /// `csv` (default) or `geojson`.
    format: Option<String>,
    category: Option<String>,
    /// One or several statuses between commas; none: all but `merged`.
    status: Option<String>,
    /// Filed at or after this time.
    since: Option<DateTime<Utc>>,
}

/// Public reports as a file
///
/// Newest first, at most 50,000. Only what the public page of a report shows.
#[utoipa::path(
    get, path = "/reports/export", tag = "figures", params(OpenQuery),
    responses(
        (status = OK, content_type = "text/csv", body = String),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn reports(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<OpenQuery>,
) -> Result<File> {
    let format = Format::parse(query.format.as_deref(), &[Format::Csv, Format::Geojson])?;
    let filter = store::Filter {
        bbox: None,
        category: query.category,
        statuses: parse_statuses(query.status.as_deref().unwrap_or_default())?,
        since: query.since,
    };
    let mut found: Vec<Report> = Vec::new();
    let mut after = None;
    loop {
        let batch = store::list(&app.db, &filter, after, BATCH).await?;
        let last = i64::try_from(batch.len()).unwrap_or(0) < BATCH;
        found.extend(batch);
        if found.len() > MAX_ROWS {
            return Err(too_many("since"));
        }
        after = found.last().map(|report| Cursor {
            at: report.created_at,
            id: report.id.0,
        });
        if last {
            break;
        }
    }
    let found = Arc::new(found);
    let other = Arc::clone(&found);
    let bytes = written(
        &app,
        format,
        move |app| export::open_sheet(app, &found, lang),
        move |app| export::open_geojson(app, &other, lang),
    )
    .await?;
    file(SHARED, "reports", format, bytes)
}
