//! Who may do what: members by role, the office that approves, a device by its token.

use axum::http::HeaderMap;
use uuid::Uuid;

use super::model::{Device, Gathering, MemberRole, Organisation};
use super::store;
use crate::app::App;
use crate::auth::{Account, MaybeUser, Role};
use crate::district::events::Events;
use crate::district::township_office_id;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::{AccountId, GatheringId, OrganisationId};
use crate::shared::secret::secret_hash;

pub const ORGANISERS: &[MemberRole] = &[MemberRole::Organiser];
pub const HELPERS: &[MemberRole] = &[MemberRole::Organiser, MemberRole::Helper];
pub const MEMBERS: &[MemberRole] = MemberRole::ALL;

/// The pack's events.
///
/// # Errors
/// 404 in a district that offers none.
pub fn events(app: &App) -> Result<&Events> {
    app.pack.events().ok_or_else(|| {
        Error::NotFound(message!(
            "本地区没有开通活动功能。",
            "This district offers no events.",
            "이 지역에서는 행사 기능을 제공하지 않습니다."
        ))
    })
}

pub fn no_organisation() -> Error {
    Error::NotFound(message!(
        "没有这个组织。",
        "There is no such organisation.",
        "이러한 단체가 없습니다."
    ))
}

pub fn no_event() -> Error {
    Error::NotFound(message!(
        "没有这个活动。",
        "There is no such event.",
        "이러한 행사가 없습니다."
    ))
}

pub fn forbidden() -> Error {
    Error::Forbidden(message!(
        "只有这个组织里有相应身份的成员能做这件事。",
        "Only members of the organisation with the fitting role may do this.",
        "해당 역할을 가진 단체 구성원만 할 수 있습니다."
    ))
}

/// # Errors
/// 404 for an id that is nobody's.
pub async fn organisation(app: &App, id: &str) -> Result<Organisation> {
    events(app)?;
    let id = Uuid::try_parse(id).map_err(|_| no_organisation())?;
    store::organisation(&app.db, OrganisationId(id))
        .await?
        .ok_or_else(no_organisation)
}

/// # Errors
/// 404 for an id that is nobody's.
pub async fn event(app: &App, id: &str) -> Result<Gathering> {
    events(app)?;
    let id = Uuid::try_parse(id).map_err(|_| no_event())?;
    store::event(&app.db, GatheringId(id))
        .await?
        .ok_or_else(no_event)
}

/// # Errors
/// 403 for whoever is no member with one of the roles.
pub async fn require(
    app: &App,
    organisation: OrganisationId,
    account: AccountId,
    roles: &[MemberRole],
) -> Result<MemberRole> {
    store::member_role(&app.db, organisation, account)
        .await?
        .filter(|role| roles.contains(role))
        .ok_or_else(forbidden)
}

/// The caller's role, if they are signed in and a member.
pub async fn role_of(
    app: &App,
    organisation: OrganisationId,
    headers: &HeaderMap,
) -> Result<Option<MemberRole>> {
    match MaybeUser::from_headers(app, headers).await?.0 {
        Some(account) => Ok(store::member_role(&app.db, organisation, account.id).await?),
        None => Ok(None),
    }
}

/// Whether a member of staff decides about an organisation: its office, its township, or an
/// administrator.
pub fn decides(account: &Account, organisation: &Organisation) -> bool {
    match account.role {
        Role::Administrator => true,
        Role::Handler => account.office.as_deref().is_some_and(|office| {
            office == organisation.office || office == township_office_id(&organisation.township)
        }),
        _ => false,
    }
}

/// An event that the caller may see: a public one of a public organisation, or one of their own.
///
/// # Errors
/// 404 for everything else: what is not public does not exist.
pub async fn visible(
    app: &App,
    id: &str,
    headers: &HeaderMap,
) -> Result<(Gathering, Organisation, Option<MemberRole>)> {
    let event = event(app, id).await?;
    let organisation = store::organisation(&app.db, event.organisation_id)
        .await?
        .ok_or_else(no_event)?;
    let role = role_of(app, organisation.id, headers).await?;
    if role.is_none() && !(event.state.is_public() && organisation.is_public()) {
        return Err(no_event());
    }
    Ok((event, organisation, role))
}

fn device_token(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("x-device-token")
        .and_then(|value| value.to_str().ok())
        .filter(|token| !token.is_empty())
}

/// The device whose token the caller shows, if it is one of this event's.
pub async fn device(app: &App, event: GatheringId, headers: &HeaderMap) -> Result<Option<Device>> {
    let Some(token) = device_token(headers) else {
        return Ok(None);
    };
    let device = store::device_of_token(&app.db, &secret_hash(token), app.clock.now()).await?;
    Ok(device.filter(|device| device.event_id == event))
}

/// # Errors
/// 403 for whoever shows no token of a device of this event.
pub async fn require_device(app: &App, event: GatheringId, headers: &HeaderMap) -> Result<Device> {
    device(app, event, headers).await?.ok_or_else(|| {
        Error::Forbidden(message!(
            "这台设备没有登记，或登记已过期、被收回。请让组织者重新登记。",
            "This device is not registered, or its registration is over: ask the organiser for a new one.",
            "등록되지 않았거나 등록이 만료·취소된 기기입니다. 주최자에게 다시 등록을 요청하세요."
        ))
    })
}
