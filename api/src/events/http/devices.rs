//! The devices of a day: made by a member, known by a token, revoked.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use wufei_moderation::find_personal_data;

use super::Private;
use crate::app::{App, NO_STORE};
use crate::auth::CurrentUser;
use crate::events::access::{self, forbidden, no_event};
use crate::events::event::on;
use crate::events::local::Local;
use crate::events::model::{Device, Gathering};
use crate::events::organisation::words;
use crate::events::schedule::Occurrence;
use crate::events::store;
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::Json as Body;
use crate::shared::id::DeviceId;
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::secret::{new_secret, secret_hash};

/// Devices of one event that are not revoked.
const MAX_DEVICES: i64 = 50;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(devices, add_device))
        .routes(routes!(revoke_device))
}

/// A device, for members.
#[derive(Serialize, ToSchema)]
pub(super) struct DeviceView {
    id: DeviceId,
    name: String,
    occurrence: Local,
    expires_at: DateTime<Utc>,
    revoked: bool,
    last_seen_at: Option<DateTime<Utc>>,
}

impl From<Device> for DeviceView {
    fn from(device: Device) -> Self {
        Self {
            id: device.id,
            name: device.name,
            occurrence: device.occurrence,
            expires_at: device.expires_at,
            revoked: device.revoked_at.is_some(),
            last_seen_at: device.last_seen_at,
        }
    }
}

/// The devices of an event
#[utoipa::path(
    get, path = "/events/{id}/devices", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Vec<DeviceView>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn devices(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
) -> Result<Private<Vec<DeviceView>>> {
    let event = access::event(&app, &id).await?;
    access::require(&app, event.organisation_id, account.id, access::MEMBERS).await?;
    let found = store::devices(&app.db, event.id).await?;
    Ok((
        [NO_STORE],
        Json(found.into_iter().map(DeviceView::from).collect()),
    ))
}

/// A phone or tablet for the desk.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDevice {
    /// What it is called, `2号桌`; no person's name. 1 to 20 characters.
    name: String,
    /// The date it is for; the next one where absent.
    #[serde(default)]
    occurrence: Option<Local>,
}

/// The token of a device, given once.
#[derive(Serialize, Deserialize, ToSchema)]
struct MadeDevice {
    id: DeviceId,
    /// Sent as `X-Device-Token`.
    token: String,
    occurrence: Local,
    expires_at: DateTime<Utc>,
}

/// Register a device for the day
///
/// By any member. It needs nobody signed in: children use the teacher's device.
#[utoipa::path(
    post, path = "/events/{id}/devices", tag = "events", request_body = NewDevice,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = MadeDevice),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add_device(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Body { value, sha256 }: Body<NewDevice>,
) -> Result<(StatusCode, Private<MadeDevice>)> {
    let event = access::event(&app, &id).await?;
    access::require(&app, event.organisation_id, account.id, access::MEMBERS).await?;
    on(&event)?;
    let now = app.clock.now();
    let calendar = app.pack.calendar();
    let occurrence = event.occurrence(calendar, value.occurrence, now)?;
    let mut errors = Vec::new();
    let name = words("name", &value.name, 1..=20, &mut errors).replace('\n', " ");
    if !find_personal_data(&name).is_empty() {
        errors.push((
            "name".to_owned(),
            message!(
                "设备名里不要写个人信息。",
                "No personal data in a device's name.",
                "기기 이름에 개인정보를 적지 마세요."
            ),
        ));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let token = new_secret(&app.random);
    let ends = occurrence.ends.utc(calendar).max(now);
    let device = Device {
        id: DeviceId(app.random.uuid(now)),
        event_id: event.id,
        occurrence: occurrence.key,
        name,
        created_at: now,
        expires_at: ends + access::events(&app)?.merge,
        revoked_at: None,
        last_seen_at: None,
    };
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, made) = key.claim(&mut tx, sha256, now).await? {
        return Ok((status, ([NO_STORE], Json(made))));
    }
    if store::count_devices(&mut tx, event.id).await? >= MAX_DEVICES {
        return Err(Error::Conflict(message!(
            "最多 {MAX_DEVICES} 台设备，请先收回不用的。",
            "At most {MAX_DEVICES} devices: revoke those no longer used.",
            "기기는 최대 {MAX_DEVICES}대입니다. 사용하지 않는 기기를 취소하세요."
        )));
    }
    store::insert_device(&mut tx, &device, &secret_hash(&token), account.id).await?;
    let made = MadeDevice {
        id: device.id,
        token,
        occurrence: device.occurrence,
        expires_at: device.expires_at,
    };
    key.remember(&mut tx, StatusCode::CREATED, &made).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, ([NO_STORE], Json(made))))
}

/// Revoke a device
#[utoipa::path(
    delete, path = "/events/{id}/devices/{device}", tag = "events",
    params(("id" = Uuid, Path), ("device" = Uuid, Path)),
    responses(
        (status = 204, description = "Its token opens nothing any more"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn revoke_device(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path((id, device)): Path<(String, String)>,
) -> Result<StatusCode> {
    let event = access::event(&app, &id).await?;
    access::require(&app, event.organisation_id, account.id, access::MEMBERS).await?;
    let device = Uuid::try_parse(&device).map_err(|_| no_event())?;
    let mut tx = app.db.begin().await?;
    if !store::revoke_device(&mut tx, event.id, DeviceId(device), app.clock.now()).await? {
        return Err(no_event());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who works at the desk: a device by its token, or a member signed in; and the date meant.
pub(super) async fn at_desk(
    app: &App,
    id: &str,
    occurrence: Option<Local>,
    headers: &HeaderMap,
) -> Result<(Gathering, Occurrence)> {
    let event = access::event(app, id).await?;
    let (now, calendar) = (app.clock.now(), app.pack.calendar());
    if let Some(device) = access::device(app, event.id, headers).await? {
        let occurrence = event
            .schedule
            .find(event.starts, calendar, device.occurrence)
            // The date was cancelled meanwhile; what was done on it still counts.
            .unwrap_or(Occurrence {
                starts: device.occurrence,
                ends: device.occurrence.plus(event.schedule.minutes),
                key: device.occurrence,
            });
        return Ok((event, occurrence));
    }
    if access::role_of(app, event.organisation_id, headers)
        .await?
        .is_none()
    {
        return Err(forbidden());
    }
    let occurrence = event.occurrence(calendar, occurrence, now)?;
    Ok((event, occurrence))
}
