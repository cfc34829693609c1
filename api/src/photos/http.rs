//! Uploading a photo, and showing its renditions.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::multipart::Multipart;
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::geo::Point;
use crate::shared::id::PhotoId;
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::imaging::{self, Format, PhotoError, Prepared, Region, Shield};
use crate::shared::photos::store::{self, NewPhoto};
use crate::shared::photos::{self, Photo};
use crate::shared::rate_limit::{self, ClientIp};
use crate::{events, market, pickups, reports};

/// A multipart envelope around the largest photo.
const MAX_BODY_BYTES: usize = imaging::MAX_BYTES + 64 * 1024;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(upload))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .routes(routes!(display))
        .routes(routes!(thumbnail))
}

/// A photo that was taken in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PhotoUploaded {
    pub id: PhotoId,
    /// Upright, in pixels.
    pub width: i64,
    pub height: i64,
    /// Relative to the root.
    pub thumbnail_url: String,
    pub url: String,
    /// When the camera says it was taken: a hint.
    pub taken_at: Option<DateTime<Utc>>,
    /// Where the camera says it was taken, WGS-84: a hint.
    pub gps_hint: Option<Point>,
}

/// Take in a photo
///
/// The body is the picture itself, or a multipart form with it in the field `photo`: JPEG, PNG or
/// WebP, up to 20 MB and 50 megapixels. It is turned upright and re-encoded without metadata;
/// GPS and time come back as a hint. The photo is nobody's until a report names its id; after seven
/// days unused it is deleted.
#[utoipa::path(
    post,
    path = "/photos",
    tag = "photos",
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    responses(
        (status = CREATED, body = PhotoUploaded),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "Over 20 MB or 50 megapixels"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "Not a picture we can read; HEIC among them"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Damaged or hostile"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn upload(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    key: IdempotencyKey,
    request: Request,
) -> Result<(StatusCode, Json<PhotoUploaded>)> {
    app.limiter.take_for(rate_limit::PHOTOS, ip).await?;
    // Held from before the body is read: memory is bounded by places × 20 MB.
    let _place = app.uploads.acquire().await.map_err(Error::internal)?;
    let bytes = body_of(request).await?;
    let (status, photo) = take_in(&app, &key, bytes).await?;
    Ok((status, Json(photo)))
}

/// Checks, cleans and keeps a photo.
///
/// # Errors
/// 413, 415 and 422 for what is no photo we take.
pub async fn take_in(
    app: &App,
    key: &IdempotencyKey,
    bytes: Bytes,
) -> Result<(StatusCode, PhotoUploaded)> {
    let (prepared, bytes) = prepare(app, bytes, Shield::Found).await?;
    let now = app.clock.now();
    let id = PhotoId(app.random.uuid(now));
    let sha256 = prepared.sha256;
    let taken_at = taken_at(app, &prepared);
    let photo = NewPhoto {
        id,
        sha256,
        fingerprint: i64::from_ne_bytes(prepared.fingerprint.bits().to_ne_bytes()),
        format: format_name(prepared.format),
        byte_length: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        width: prepared.width.into(),
        height: prepared.height.into(),
        taken_at,
        gps: prepared.gps_hint,
        created_at: now,
        shielded: prepared.shielded,
    };
    // Blobs before the row: whatever dies in between, no row is without its files.
    let put = |name: String, bytes: Bytes| {
        let storage = app.storage.clone();
        async move { storage.put(&name, bytes).await.map_err(Error::internal) }
    };
    futures::try_join!(
        put(photos::original_blob(&sha256, id), bytes),
        put(photos::display_blob(id), prepared.display.into()),
        put(photos::thumbnail_blob(id), prepared.thumbnail.into()),
    )?;

    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, sha256, now).await? {
        drop(tx);
        for blob in [
            photos::original_blob(&sha256, id),
            photos::display_blob(id),
            photos::thumbnail_blob(id),
        ] {
            app.storage.delete(&blob).await.map_err(Error::internal)?;
        }
        return Ok((status, answer));
    }
    store::insert(&mut tx, &photo).await?;
    let answer = PhotoUploaded {
        id,
        width: photo.width,
        height: photo.height,
        thumbnail_url: photos::thumbnail_url(id),
        url: photos::display_url(id),
        taken_at,
        gps_hint: photo.gps.and_then(|(lng, lat)| Point::new(lng, lat).ok()),
    };
    key.remember(&mut tx, StatusCode::CREATED, &answer).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, answer))
}

async fn body_of(request: Request) -> Result<Bytes> {
    let multipart = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"multipart/form-data"));
    if !multipart {
        return Bytes::from_request(request, &())
            .await
            .map_err(|_| too_large());
    }
    let unreadable = |_| {
        Error::BadRequest(message!(
            "表单无法读取，请重新上传。",
            "The form cannot be read.",
            "양식을 읽을 수 없습니다."
        ))
    };
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| {
        Error::BadRequest(message!(
            "表单格式不对。",
            "The form is malformed.",
            "양식 형식이 잘못되었습니다."
        ))
    })?;
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() == Some("photo") {
            return field.bytes().await.map_err(|error| {
                if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                    too_large()
                } else {
                    unreadable(error)
                }
            });
        }
    }
    Err(Error::field(
        "photo",
        message!(
            "表单里没有照片。",
            "The form holds no field `photo`.",
            "양식에 사진이 없습니다."
        ),
    ))
}

/// Decodes off the request threads, at most one photo a core at a time.
async fn prepare(app: &App, bytes: Bytes, shield: Shield) -> Result<(Prepared, Bytes)> {
    let _core = app.imaging.acquire().await.map_err(Error::internal)?;
    let (prepared, bytes) =
        tokio::task::spawn_blocking(move || (imaging::prepare(&bytes, &shield), bytes))
            .await
            .map_err(Error::internal)?;
    let prepared = prepared.map_err(|error| {
        metrics::counter!("wufei_photos_refused_total").increment(1);
        tracing::info!(reason = %error, "Photo refused");
        refusal(&error)
    })?;
    metrics::counter!("wufei_photos_total").increment(1);
    Ok((prepared, bytes))
}

fn too_large() -> Error {
    Error::TooLarge(message!(
        "照片太大：最大 20 MB。请把相机分辨率调低后重拍。",
        "The photo is too large: at most 20 MB.",
        "사진이 너무 큽니다. 최대 20MB입니다."
    ))
}

fn refusal(error: &PhotoError) -> Error {
    match error {
        PhotoError::TooLarge { .. } => too_large(),
        PhotoError::TooManyPixels { width, height } => Error::TooLarge(message!(
            "照片像素太多（{width}×{height}），最多 5000 万像素。",
            "The photo has too many pixels ({width}×{height}): at most 50 megapixels.",
            "사진의 화소가 너무 많습니다({width}×{height}). 최대 5천만 화소입니다."
        )),
        PhotoError::HeicUnsupported => Error::Unsupported(message!(
            "这是 HEIC 照片，暂时读不了。请在手机“设置 → 相机 → 格式”里选“兼容性最佳”后重拍，或发送截图。",
            "This is a HEIC photo, which cannot be read. Set the camera to “Most compatible” and take it again, or send a screenshot.",
            "HEIC 사진은 읽을 수 없습니다. 카메라 설정에서 '높은 호환성'을 선택해 다시 찍거나 스크린샷을 보내 주세요."
        )),
        PhotoError::Empty | PhotoError::NotAnImage => Error::Unsupported(message!(
            "这不是照片。请选 JPEG、PNG 或 WebP 图片。",
            "This is not a picture. Please choose a JPEG, PNG or WebP image.",
            "사진이 아닙니다. JPEG, PNG 또는 WebP 이미지를 선택해 주세요."
        )),
        PhotoError::UnsupportedFormat { name } => Error::Unsupported(message!(
            "不支持 {name} 格式。请选 JPEG、PNG 或 WebP 图片。",
            "{name} is not supported. Please choose a JPEG, PNG or WebP image.",
            "{name} 형식은 지원하지 않습니다. JPEG, PNG 또는 WebP 이미지를 선택해 주세요."
        )),
        PhotoError::TooSmall => Error::field(
            "photo",
            message!(
                "图片太小，看不清。请重新拍一张。",
                "The picture is too small to show anything.",
                "사진이 너무 작습니다. 다시 찍어 주세요."
            ),
        ),
        PhotoError::Damaged(_) | PhotoError::TooComplex => Error::field(
            "photo",
            message!(
                "照片文件已损坏，打不开。请重新拍一张。",
                "The photo is damaged and cannot be opened. Please take it again.",
                "사진 파일이 손상되어 열 수 없습니다. 다시 찍어 주세요."
            ),
        ),
    }
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "jpeg",
        Format::Png => "png",
        Format::WebP => "webp",
        Format::Heic => "heic",
    }
}

/// A camera that names no offset shows the district's local time.
fn taken_at(app: &App, photo: &Prepared) -> Option<DateTime<Utc>> {
    let offset = photo
        .taken_offset
        .unwrap_or(app.pack.calendar().utc_offset());
    let local = photo.taken_at?;
    Some(
        local
            .and_local_timezone(offset)
            .single()?
            .with_timezone(&Utc),
    )
}

/// Which rendition.
#[derive(Clone, Copy)]
enum Rendition {
    Display,
    Thumbnail,
}

/// A photo, longest side at most 1600 px
///
/// Photos of a private report need the reporter's `X-Report-Secret` or a signed-in member of staff.
#[utoipa::path(
    get,
    path = "/photos/{id}",
    tag = "photos",
    params(("id" = Uuid, Path), ("X-Report-Secret" = Option<String>, Header), ("X-Pickup-Secret" = Option<String>, Header)),
    responses(
        (status = OK, content_type = "image/jpeg", body = Vec<u8>),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn display(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    serve(&app, &id, &headers, Rendition::Display).await
}

/// A photo, longest side at most 320 px
#[utoipa::path(
    get,
    path = "/photos/{id}/thumbnail",
    tag = "photos",
    params(("id" = Uuid, Path), ("X-Report-Secret" = Option<String>, Header), ("X-Pickup-Secret" = Option<String>, Header)),
    responses(
        (status = OK, content_type = "image/jpeg", body = Vec<u8>),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn thumbnail(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    serve(&app, &id, &headers, Rendition::Thumbnail).await
}

async fn serve(app: &App, id: &str, headers: &HeaderMap, rendition: Rendition) -> Result<Response> {
    let photo = load(app, id).await?;
    let public = match pickups::may_see_photo(app, &photo, headers).await? {
        // A home's photos are never everybody's.
        Some(may) => may.then_some(false),
        None => match market::may_see_photo(app, &photo, headers).await? {
            Some(may) => may,
            None => match events::may_see_photo(app, &photo, headers).await? {
                Some(may) => may,
                None => reports::may_see_photo(app, &photo, headers).await?,
            },
        },
    }
    .ok_or_else(no_photo)?;
    let blob = match rendition {
        Rendition::Display => photos::display_blob(photo.id),
        Rendition::Thumbnail => photos::thumbnail_blob(photo.id),
    };
    let bytes = app
        .storage
        .get(&blob)
        .await
        .map_err(Error::internal)?
        .ok_or_else(no_photo)?;
    // A picture can be hidden later, so that even a public one is not cached for good.
    let cache = if public {
        "public, max-age=3600"
    } else {
        "private, no-store"
    };
    Ok((
        [
            (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
            (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
            (
                header::VARY,
                HeaderValue::from_static(
                    "Cookie, X-Report-Secret, X-Pickup-Secret, X-Device-Token",
                ),
            ),
            (
                HeaderName::from_static("content-security-policy"),
                HeaderValue::from_static("default-src 'none'; sandbox"),
            ),
        ],
        Body::from(bytes),
    )
        .into_response())
}

/// Finds a photo by the id in a path.
pub async fn load(app: &App, id: &str) -> Result<Photo> {
    let id = Uuid::try_parse(id).map_err(|_| no_photo())?;
    store::find(&app.db, PhotoId(id))
        .await?
        .ok_or_else(no_photo)
}

pub fn no_photo() -> Error {
    Error::NotFound(message!(
        "没有这张照片。",
        "There is no such photo.",
        "이 사진은 없습니다."
    ))
}

/// Makes the public copies of a photo again, with these regions unreadable and no others.
pub async fn shield(app: &App, photo: &Photo, regions: Vec<Region>) -> Result<()> {
    let blob = photos::original_blob(&photo.sha256, photo.id);
    let bytes = app.storage.get(&blob).await.map_err(Error::internal)?;
    let bytes = bytes.ok_or_else(no_photo)?;
    let (prepared, _) = prepare(app, bytes, Shield::These(regions)).await?;
    for (name, bytes) in [
        (photos::display_blob(photo.id), prepared.display),
        (photos::thumbnail_blob(photo.id), prepared.thumbnail),
    ] {
        let put = app.storage.put(&name, bytes.into()).await;
        put.map_err(Error::internal)?;
    }
    Ok(())
}

/// The original's bytes, for the desk.
pub async fn original(app: &App, photo: &Photo) -> Result<Response> {
    let blob = photos::original_blob(&photo.sha256, photo.id);
    let bytes = app
        .storage
        .get(&blob)
        .await
        .map_err(Error::internal)?
        .ok_or_else(no_photo)?;
    let kind =
        HeaderValue::from_str(&format!("image/{}", photo.format)).map_err(Error::internal)?;
    let disposition = HeaderValue::from_str(&format!(
        "attachment; filename=\"{}.{}\"",
        photo.id, photo.format
    ))
    .map_err(Error::internal)?;
    Ok((
        [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_DISPOSITION, disposition),
            (
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-store"),
            ),
        ],
        Body::from(bytes),
    )
        .into_response())
}
