//! Filing, and what is asked before filing.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::auth::MaybeUser;
use crate::message;
use crate::reports::filing::{self, Filed, Filer, NewReport};
use crate::reports::similar::{self, Likeness, Similar};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::geo::Datum;
use crate::shared::id::PhotoId;
use crate::shared::idempotency::IdempotencyKey;
use crate::shared::rate_limit::{self, ClientIp};

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(file))
        .routes(routes!(similar_reports))
}

/// File a report
///
/// It goes at once to the office that answers for this waste on this ground; the answer says which
/// and why. The code is public; the secret opens the reporter's own view and is given only here.
#[utoipa::path(
    post, path = "/reports", tag = "reports", request_body = NewReport,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = Filed),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn file(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    MaybeUser(user): MaybeUser,
    key: IdempotencyKey,
    Body { value: new, sha256 }: Body<NewReport>,
) -> Result<(StatusCode, Json<Filed>)> {
    app.limiter.take_for(rate_limit::REPORTS, ip).await?;
    let filer = Filer {
        account: user.map(|user| user.id),
        lang,
        via: None,
    };
    let (status, filed) = filing::file(&app, new, filer, &key, sha256).await?;
    Ok((status, Json(filed)))
}

#[derive(Deserialize, IntoParams)]
struct SimilarQuery {
    category: String,
    lng: f64,
    lat: f64,
    #[serde(default)]
    datum: Datum,
    /// Ids of uploaded photos between commas, at most 9.
    photo_ids: Option<String>,
}

/// Reports that may be about the same thing.
#[derive(Serialize, ToSchema)]
struct SimilarReports {
    items: Vec<Similar>,
}

/// Is it one of these?
///
/// Reports within 100 m, of the same category, of the last 30 days, or with the same picture.
#[utoipa::path(
    get, path = "/reports/similar", tag = "reports", params(SimilarQuery),
    responses(
        (status = OK, body = SimilarReports),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn similar_reports(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<SimilarQuery>,
) -> Result<Json<SimilarReports>> {
    let photos = photo_ids(query.photo_ids.as_deref().unwrap_or_default())?;
    let like = Likeness {
        category: &query.category,
        point: filing::point(query.lng, query.lat, query.datum)?,
        photos: &photos,
        but: None,
    };
    Ok(Json(SimilarReports {
        items: similar::find(&app, &like, false, lang).await?,
    }))
}

fn photo_ids(list: &str) -> Result<Vec<PhotoId>> {
    let ids: Option<Vec<PhotoId>> = list
        .split(',')
        .filter(|id| !id.is_empty())
        .map(|id| Uuid::try_parse(id).ok().map(PhotoId))
        .collect();
    ids.filter(|ids| ids.len() <= crate::shared::photos::MAX_PER_REPORT)
        .ok_or_else(|| {
            Error::field(
                "photo_ids",
                message!(
                    "照片编号不对，最多 9 个。",
                    "Not ids of photos, or more than 9.",
                    "사진 번호가 잘못되었습니다(최대 9개)."
                ),
            )
        })
}
