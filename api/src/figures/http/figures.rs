//! Figures for staff and for the public.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, NO_STORE};
use crate::auth::{Account, Planners, Role, Staff};
use crate::figures::answer::{self, By, Table};
use crate::figures::cells;
use crate::figures::count::catch_up;
use crate::figures::definitions::Definition;
use crate::figures::window::Window;
use crate::shared::error::{Problem, Result};
use crate::shared::extract::{Language, Query};

/// The public may be told what was true some minutes ago.
pub(super) const SHARED: (HeaderName, HeaderValue) = (
    header::CACHE_CONTROL,
    HeaderValue::from_static("public, max-age=300"),
);

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(of_staff))
        .routes(routes!(of_public))
        .routes(routes!(scorecard))
}

#[derive(Clone, Deserialize, IntoParams)]
pub(super) struct FiguresQuery {
    /// First day of receipt, in the district's time.
    pub from: Option<NaiveDate>,
    /// Last day of receipt.
    pub to: Option<NaiveDate>,
    /// `office` (default), `township`, `category` or `month`.
    pub by: Option<String>,
}

impl FiguresQuery {
    pub fn by(&self) -> Result<By> {
        self.by.as_deref().map_or(Ok(By::Office), By::parse)
    }
}

/// The office that a member of staff is kept to; none for all.
pub(super) fn kept_to(account: &Account) -> Option<&str> {
    (account.role == Role::Handler).then(|| account.office.as_deref().unwrap_or_default())
}

pub(super) async fn table_for_staff(
    app: &App,
    account: &Account,
    query: &FiguresQuery,
    lang: crate::district::Lang,
) -> Result<Table> {
    let by = query.by()?;
    let today = app.pack.calendar().local_date(app.clock.now());
    let window = Window::for_staff(query.from, query.to, today)?;
    let complete = catch_up(app).await?;
    let cells = cells::between(&app.db, window.from, window.to).await?;
    Ok(Table {
        complete,
        ..answer::for_staff(app, &cells, window, by, kept_to(account), lang)
    })
}

pub(super) async fn table_for_public(
    app: &App,
    query: &FiguresQuery,
    lang: crate::district::Lang,
) -> Result<Table> {
    let by = query.by()?;
    let today = app.pack.calendar().local_date(app.clock.now());
    let window = Window::for_public(query.from, query.to, today)?;
    let complete = catch_up(app).await?;
    let cells = cells::between(&app.db, window.from, window.to).await?;
    Ok(Table {
        complete,
        ..answer::for_public(app, &cells, window, by, lang)
    })
}

/// Figures of follow-up
///
/// Counted from the history, of the reports received in the time asked about; without `from` and `to`
/// the last twelve months and this one. Handlers read their own office's rows and the district's
/// sum. `definitions` says each formula.
#[utoipa::path(
    get, path = "/desk/figures", tag = "figures", params(FiguresQuery),
    responses(
        (status = OK, body = Table),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn of_staff(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
    Language(lang): Language,
    Query(query): Query<FiguresQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Table>)> {
    let table = table_for_staff(&app, &staff.account, &query, lang).await?;
    Ok(([NO_STORE], Json(table)))
}

/// Public figures of follow-up
///
/// Of the last twelve whole months, or of a year that is over. Groups of few cases are not shown, nor
/// what they could be computed from; `hidden` is their sum.
#[utoipa::path(
    get, path = "/figures", tag = "figures", params(FiguresQuery),
    responses(
        (status = OK, body = Table),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn of_public(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<FiguresQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Table>)> {
    let table = table_for_public(&app, &query, lang).await?;
    Ok(([SHARED], Json(table)))
}

/// One office on the scorecard.
#[derive(Serialize, ToSchema)]
struct ScorecardOffice {
    id: String,
    name: String,
    received: i64,
    /// Shares, 0 to 1.
    closed: Option<f64>,
    closed_in_time: Option<f64>,
    rework: Option<f64>,
    disputed: Option<f64>,
    recurred: Option<f64>,
    /// Median working minutes.
    first_action_minutes: Option<i64>,
    close_minutes: Option<i64>,
    satisfaction: Option<f64>,
}

/// Offices side by side.
#[derive(Serialize, ToSchema)]
struct Scorecard {
    #[serde(flatten)]
    window: Window,
    /// In the pack's order, which is no rank.
    offices: Vec<ScorecardOffice>,
    /// Offices with too few cases to compare.
    not_shown: Vec<crate::auth::Named>,
    district: Option<ScorecardOffice>,
    small_count: i64,
    definitions: Vec<Definition>,
}

/// Public scorecard
///
/// The offices side by side over the last twelve whole months, in the pack's order.
#[utoipa::path(
    get, path = "/figures/scorecard", tag = "figures",
    responses((status = OK, body = Scorecard))
)]
async fn scorecard(
    State(app): State<Arc<App>>,
    Language(lang): Language,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Scorecard>)> {
    let query = FiguresQuery {
        from: None,
        to: None,
        by: None,
    };
    let table = table_for_public(&app, &query, lang).await?;
    let line = |id: &str, name: &str, figures: &crate::figures::tally::Figures| ScorecardOffice {
        id: id.to_owned(),
        name: name.to_owned(),
        received: figures.received,
        closed: figures.rates.closed,
        closed_in_time: figures.rates.closed_in_time,
        rework: figures.rates.rework,
        disputed: figures.rates.disputed,
        recurred: figures.rates.recurred,
        first_action_minutes: figures.first_action.median,
        close_minutes: figures.close.median,
        satisfaction: figures.satisfaction.average,
    };
    let offices = table.rows.iter().filter_map(|row| {
        let figures = row.figures.as_ref()?;
        Some(line(&row.id, &row.name, figures))
    });
    let not_shown = table.rows.iter().filter(|row| row.figures.is_none());
    Ok((
        [SHARED],
        Json(Scorecard {
            window: table.window,
            offices: offices.collect(),
            not_shown: not_shown
                .map(|row| crate::auth::Named {
                    id: row.id.clone(),
                    name: row.name.clone(),
                })
                .collect(),
            district: table
                .total
                .as_ref()
                .map(|total| line("", app.pack.name.get(lang), total)),
            small_count: app.pack.figures().small_count,
            definitions: table.definitions,
        }),
    ))
}
