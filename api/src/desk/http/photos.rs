//! Originals as evidence, and what the public does not get to see.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::cases::{check_scope, load_case};
use crate::app::App;
use crate::auth::{Account, Curators, Everyone, Staff};
use crate::desk::view::{CaseView, case_view};
use crate::message;
use crate::moderation::{self, store::LogEntry};
use crate::photos::{load, no_photo, original, shield};
use crate::reports::change::{append_by, check_version, locked};
use crate::reports::event::EventKind;
use crate::reports::store;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::id::{ModerationLogId, PhotoId};
use crate::shared::imaging::{MAX_REGIONS, Region};
use crate::shared::photos::store as photo_store;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(original_photo))
        .routes(routes!(hide_photo))
        .routes(routes!(show_photo))
        .routes(routes!(shield_photo))
}

/// The original of a photo
///
/// As it was uploaded, with its metadata: evidence, for staff who may see the case.
#[utoipa::path(
    get, path = "/desk/photos/{id}/original", tag = "desk", params(("id" = Uuid, Path)),
    responses(
        (status = OK, content_type = "application/octet-stream", body = Vec<u8>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn original_photo(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    Path(id): Path<String>,
) -> Result<Response> {
    let photo = load(&app, &id).await?;
    let report = store::by_id(&app.db, photo.report_id.ok_or_else(no_photo)?).await?;
    check_scope(&report.ok_or_else(no_photo)?, &staff.account)?;
    tracing::info!(photo = %photo.id, account = %staff.account.id, "Original of a photo read");
    original(&app, &photo).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PhotoVisibility {
    version: i64,
    photo_id: PhotoId,
}

/// Hide a photo from the public
#[utoipa::path(
    post, path = "/desk/cases/{code}/hide-photo", tag = "desk", params(("code" = String, Path)),
    request_body = PhotoVisibility,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn hide_photo(
    State(app): State<Arc<App>>,
    staff: Staff<Curators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<PhotoVisibility>,
) -> Result<Json<CaseView>> {
    set_hidden(&app, &code, &body, true, &staff.account, lang).await
}

/// Show a hidden photo to the public again
#[utoipa::path(
    post, path = "/desk/cases/{code}/show-photo", tag = "desk", params(("code" = String, Path)),
    request_body = PhotoVisibility,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn show_photo(
    State(app): State<Arc<App>>,
    staff: Staff<Curators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<PhotoVisibility>,
) -> Result<Json<CaseView>> {
    set_hidden(&app, &code, &body, false, &staff.account, lang).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PhotoShield {
    version: i64,
    photo_id: PhotoId,
    /// All that is to be unreadable, at most 60 regions, in pixels of the display rendition; what is
    /// not among them can be seen again.
    regions: Vec<Region>,
}

/// Say what is unreadable in the public copies of a photo
///
/// Faces and codes that were found are covered from the beginning; here a person adds a number plate
/// or a face that was missed, and takes a false alarm away. The original stays evidence.
#[utoipa::path(
    post, path = "/desk/cases/{code}/shield-photo", tag = "desk", params(("code" = String, Path)),
    request_body = PhotoShield,
    responses(
        (status = OK, body = CaseView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn shield_photo(
    State(app): State<Arc<App>>,
    staff: Staff<Curators>,
    Language(lang): Language,
    Path(code): Path<String>,
    Body { value: body, .. }: Body<PhotoShield>,
) -> Result<Json<CaseView>> {
    let empty = |region: &Region| region.width == 0 || region.height == 0;
    if body.regions.len() > MAX_REGIONS || body.regions.iter().any(empty) {
        return Err(Error::field(
            "regions",
            message!(
                "最多遮挡 60 处，每一处都要有宽和高。",
                "At most 60 regions, each with a width and a height.",
                "가림 영역은 최대 60개이며 각각 너비와 높이가 있어야 합니다."
            ),
        ));
    }
    let account = &staff.account;
    let report = load_case(&app, &code, account).await?;
    let photo = load(&app, &body.photo_id.to_string()).await?;
    let mut tx = app.db.begin().await?;
    let mut report = locked(&mut tx, report.id).await?;
    check_version(&report, body.version)?;
    if !photo_store::set_shielded(&mut tx, body.photo_id, report.id, &body.regions).await? {
        return Err(no_photo());
    }
    store::save(&mut tx, &report).await?;
    let now = app.clock.now();
    let entry = LogEntry {
        id: ModerationLogId(app.random.uuid(now)),
        at: now,
        actor: Some(account.id),
        action: "photo_shielded",
        case: None,
        account: None,
        detail: json!({ "photo": photo.id, "before": photo.shielded, "after": body.regions }),
    };
    moderation::store::log(&mut tx, entry).await?;
    shield(&app, &photo, body.regions).await?;
    tx.commit().await?;
    tracing::info!(photo = %body.photo_id, account = %account.id, "Public copies made again");
    report.version += 1;
    Ok(Json(case_view(&app, &report, account, lang).await?))
}

async fn set_hidden(
    app: &App,
    code: &str,
    body: &PhotoVisibility,
    hidden: bool,
    account: &Account,
    lang: crate::district::Lang,
) -> Result<Json<CaseView>> {
    let report = load_case(app, code, account).await?;
    let mut tx = app.db.begin().await?;
    let mut report = locked(&mut tx, report.id).await?;
    check_version(&report, body.version)?;
    if !photo_store::set_hidden(&mut tx, body.photo_id, report.id, hidden).await? {
        return Err(no_photo());
    }
    let kind = if hidden {
        EventKind::PhotoHidden
    } else {
        EventKind::PhotoShown
    };
    append_by(app, &mut tx, &report, kind, None, Some(account)).await?;
    store::save(&mut tx, &report).await?;
    tx.commit().await?;
    report.version += 1;
    Ok(Json(case_view(app, &report, account, lang).await?))
}
