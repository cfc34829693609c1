//! What the holder of a case's link may see and do. Nobody signs in; the token in the path is all.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, NO_STORE};
use crate::district::Lang;
use crate::message;
use crate::reports::change::locked;
use crate::reports::code::Code;
use crate::reports::evidence::{AfterPhotos, Capture};
use crate::reports::filing::required;
use crate::reports::model::Report;
use crate::reports::store;
use crate::reports::together::consultation::{self, Stance};
use crate::reports::together::links::{self, Link, LinkKind, Work};
use crate::reports::together::{link_by_token, open_consultation};
use crate::reports::view::{
    CategoryView, PhotoView, PlaceView, category_view, community_view, township_view,
};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::geo::Point;
use crate::shared::id::PhotoId;
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::photos::Purpose;
use crate::shared::photos::store as photo_store;
use crate::shared::rate_limit::{self, ClientIp};
use crate::shared::secret::secret_hash;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(task))
        .routes(routes!(task_done))
        .routes(routes!(say))
}

/// What the holder of a link sees: the task and the way there, nobody's contact.
#[derive(Serialize, ToSchema)]
struct TaskView {
    kind: LinkKind,
    /// The contractor's name, or the neighbouring district's.
    holder: String,
    /// The task, or the question.
    task: String,
    code: Code,
    category: CategoryView,
    /// Personal data in it is masked.
    description: String,
    location: Point,
    /// For map services that count in GCJ-02: longitude, latitude.
    gcj02: (f64, f64),
    township: Option<PlaceView>,
    community: Option<PlaceView>,
    address: String,
    /// Photos the public may see as well.
    photos: Vec<PhotoView>,
    due_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
    /// When work was last handed in, or the opinion given.
    done_at: Option<DateTime<Utc>>,
    note: Option<String>,
    /// Whether anything can still be handed in.
    open: bool,
}

/// The link and its case.
///
/// # Errors
/// 404 for a token that opens nothing (any more); many wrong ones from one address are slowed down.
async fn open(app: &App, token: &str, ip: ClientIp) -> Result<(Link, Report)> {
    let now = app.clock.now();
    let link = link_by_token(&app.db, &secret_hash(token), now).await?;
    let Some(link) = link.filter(|link| link.is_open(now)) else {
        app.limiter.take_for(rate_limit::WRONG_SECRETS, ip).await?;
        return Err(Error::NotFound(message!(
            "链接已失效或不对，请联系发给您的部门。",
            "The link has ended or is wrong: ask the office that sent it.",
            "링크가 만료되었거나 잘못되었습니다. 보낸 부서에 문의해 주세요."
        )));
    };
    let report = store::by_id(&app.db, link.report_id).await?;
    let report = report.ok_or_else(|| Error::internal("the report is gone"))?;
    Ok((link, report))
}

async fn view(app: &App, link: &Link, report: &Report, lang: Lang) -> Result<TaskView> {
    let place = Point::stored(report.lng, report.lat);
    let photos = photo_store::of_report(&app.db, report.id).await?;
    let open = match link.consultation_id {
        Some(id) => open_consultation(&app.db, id).await?.is_some(),
        None => !report.status.is_over(),
    };
    let holder = match link.holder.strip_prefix(consultation::NEIGHBOUR_PREFIX) {
        Some(code) => app
            .pack
            .neighbour(code)
            .map_or(code, |neighbour| neighbour.name.get(lang))
            .to_owned(),
        None => link.holder.clone(),
    };
    Ok(TaskView {
        kind: link.kind,
        holder,
        task: link.task.clone(),
        code: report.code.clone(),
        category: category_view(app, &report.category, lang),
        description: report.public_description.clone(),
        location: place,
        gcj02: place.to_gcj02(),
        township: township_view(app, report.township.as_deref(), lang),
        community: community_view(app, report.community.as_deref(), lang),
        address: report.address.clone(),
        photos: photos
            .iter()
            .filter(|photo| !report.private && !photo.is_kept_back())
            .filter(|photo| photo.purpose == Some(Purpose::Report))
            .map(PhotoView::of)
            .collect(),
        due_at: report.due_at,
        expires_at: link.expires_at,
        done_at: link.done_at,
        note: link.note.clone(),
        open,
    })
}

/// See the task of a link
#[utoipa::path(
    get, path = "/case-links/{token}", tag = "reports", params(("token" = String, Path)),
    responses(
        (status = OK, body = TaskView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn task(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(token): Path<String>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<TaskView>)> {
    let (link, report) = open(&app, &token, ip).await?;
    Ok(([NO_STORE], Json(view(&app, &link, &report, lang).await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TaskDone {
    /// What was done, 1 to 1,000 characters.
    note: String,
    /// Photos of the place as it was found; with the after-photos at most 9.
    #[serde(default)]
    before_photo_ids: Vec<PhotoId>,
    /// Photos of the place as it now is, at least one.
    after_photo_ids: Vec<PhotoId>,
    /// Where and when the after-photos were taken.
    #[serde(default)]
    captures: Vec<Capture>,
    /// Why a photo was taken away from the place.
    away_reason: Option<String>,
}

/// Hand in a contractor's work
///
/// The office that leads looks at it and hands the case in; it may be handed in again.
#[utoipa::path(
    post, path = "/case-links/{token}/done", tag = "reports", params(("token" = String, Path)),
    request_body = TaskDone,
    responses(
        (status = OK, body = TaskView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn task_done(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    key: IdempotencyKey,
    Path(token): Path<String>,
    Body {
        value: body,
        sha256,
    }: Body<TaskDone>,
) -> Result<Json<TaskView>> {
    app.limiter.take_for(rate_limit::FOLLOW_UPS, ip).await?;
    let (link, report) = open(&app, &token, ip).await?;
    only(&link, LinkKind::Contractor)?;
    if body.after_photo_ids.is_empty() {
        return Err(Error::field(
            "after_photo_ids",
            message!(
                "请至少拍一张清理后的照片。",
                "At least one after-photo is needed.",
                "처리 후 사진을 한 장 이상 찍어 주세요."
            ),
        ));
    }
    let away_reason = body.away_reason.as_deref().map(str::trim);
    let work = Work {
        note: required("note", &body.note)?,
        before: body.before_photo_ids,
        after: AfterPhotos {
            ids: body.after_photo_ids,
            captures: body.captures,
            away_reason: away_reason
                .filter(|reason| !reason.is_empty())
                .map(|reason| required("away_reason", reason))
                .transpose()?,
        },
    };
    let mut tx = app.db.begin().await?;
    if let Turn::Go = key.claim::<()>(&mut tx, sha256, app.clock.now()).await? {
        let report = locked(&mut tx, report.id).await?;
        links::done(&app, &mut tx, report, &link, work).await?;
        key.remember(&mut tx, StatusCode::OK, &()).await?;
        tx.commit().await?;
        app.outbox_bell.notify_one();
    } else {
        drop(tx);
    }
    let (link, report) = open(&app, &token, ip).await?;
    Ok(Json(view(&app, &link, &report, lang).await?))
}

fn only(link: &Link, kind: LinkKind) -> Result<()> {
    if link.kind == kind {
        Ok(())
    } else {
        Err(Error::Forbidden(message!(
            "这个链接不是用来做这件事的。",
            "This link is for something else.",
            "이 링크는 다른 용도입니다."
        )))
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Say {
    stance: Stance,
    /// 1 to 1,000 characters.
    opinion: String,
}

/// Give a neighbouring district's opinion
#[utoipa::path(
    post, path = "/case-links/{token}/opinion", tag = "reports", params(("token" = String, Path)),
    request_body = Say,
    responses(
        (status = OK, body = TaskView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn say(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(token): Path<String>,
    Body { value: body, .. }: Body<Say>,
) -> Result<Json<TaskView>> {
    app.limiter.take_for(rate_limit::FOLLOW_UPS, ip).await?;
    let (link, report) = open(&app, &token, ip).await?;
    only(&link, LinkKind::Neighbour)?;
    let consultation = link.consultation_id;
    let consultation =
        consultation.ok_or_else(|| Error::internal("a neighbour was asked nothing"))?;
    let said = (body.stance, required("opinion", &body.opinion)?);
    let mut tx = app.db.begin().await?;
    let report = locked(&mut tx, report.id).await?;
    links::answered(&app, &mut tx, &link, &said.1).await?;
    consultation::give_opinion(
        &app,
        &mut tx,
        report,
        consultation,
        &link.holder,
        said,
        None,
    )
    .await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    let (link, report) = open(&app, &token, ip).await?;
    Ok(Json(view(&app, &link, &report, lang).await?))
}
