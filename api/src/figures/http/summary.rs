//! The yearly summary as a file.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::figures::kept_to;
use crate::app::{App, NO_STORE};
use crate::auth::{Planners, Staff};
use crate::figures::answer::{self, By};
use crate::figures::cells;
use crate::figures::count::catch_up;
use crate::figures::hotspots::{self, Grid};
use crate::figures::summary::{self, Sources};
use crate::figures::targets::store;
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::Language;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(document))
}

/// The yearly summary
///
/// A Word document with the tasks of the programme, its targets and the figures of follow-up over the
/// twelve months before the month in which it is due (三（三）): `2026.docx`. Handlers get their own
/// office's figures beside the district's targets.
#[utoipa::path(
    get, path = "/desk/annual-summary/{year}", tag = "figures",
    params(("year" = String, Path, description = "`2026.docx`")),
    responses(
        (status = OK, content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", body = Vec<u8>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn document(
    State(app): State<Arc<App>>,
    staff: Staff<Planners>,
    Language(lang): Language,
    Path(name): Path<String>,
) -> Result<([(HeaderName, HeaderValue); 3], Vec<u8>)> {
    let today = app.pack.calendar().local_date(app.clock.now());
    let year = name.strip_suffix(".docx").unwrap_or(&name).parse();
    let year = year.ok().filter(|year| summary::is_year(*year, today));
    let asked = year.and_then(|year| Some((year, summary::window(&app, year)?)));
    let Some((year, window)) = asked else {
        return Err(Error::NotFound(message!(
            "没有这一年的总结。",
            "There is no summary of this year.",
            "해당 연도의 총괄이 없습니다."
        )));
    };
    catch_up(&app).await?;
    let cells = cells::between(&app.db, window.from, window.to).await?;
    let quarters = summary::quarters(window);
    let entries = match (quarters.first(), quarters.last()) {
        (Some(first), Some(last)) => store::entries(&app.db, *first, *last).await?,
        _ => Vec::new(),
    };
    let office = kept_to(&staff.account).map(str::to_owned);
    let spots = hotspots::spots(&app.db, window, Grid::Nine, office.as_deref()).await?;
    let recurring = spots.iter().filter(|spot| spot.recurred > 0).count();
    let shared = Arc::clone(&app);
    // Packing compresses: off the request threads.
    let bytes = tokio::task::spawn_blocking(move || {
        let table = |by| answer::for_staff(&shared, &cells, window, by, office.as_deref(), lang);
        let author = office.as_deref().map_or_else(
            || shared.pack.name.get(lang).to_owned(),
            |id| answer::name(&shared, By::Office, id, lang),
        );
        let sources = Sources {
            year,
            window,
            author: &author,
            by_category: &table(By::Category),
            by_month: &table(By::Month),
            by_office: &table(By::Office),
            entries: &entries,
            hotspots: recurring,
        };
        summary::write(&shared, &sources, lang)
    })
    .await
    .map_err(Error::internal)??;
    let disposition = format!("attachment; filename=\"summary-{year}.docx\"");
    Ok((
        [
            NO_STORE,
            (header::CONTENT_TYPE, HeaderValue::from_static(DOCX)),
            (
                header::CONTENT_DISPOSITION,
                HeaderValue::from_str(&disposition).map_err(Error::internal)?,
            ),
        ],
        bytes,
    ))
}
