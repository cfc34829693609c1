//! Organisations: applied for, looked at, joined.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Svg, svg};
use crate::app::{App, NO_STORE};
use crate::auth::{CurrentUser, MaybeUser};
use crate::events::access::{self, no_organisation};
use crate::events::model::{MemberRole, OrganisationState};
use crate::events::organisation::{
    self, ChangeOrganisation, MadeInvitation, MadeOrganisation, NewInvitation, NewOrganisation,
};
use crate::events::store;
use crate::events::svg::{Certificate, certificate as draw_certificate};
use crate::events::view::{OrganisationView, Reader, badge_of, organisation_view};
use crate::message;
use crate::reports::page_size;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::{AccountId, InvitationId, OrganisationId};
use crate::shared::idempotency::IdempotencyKey;
use crate::shared::page::{Cursor, Page};
use crate::shared::screening::Ruling;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, apply))
        .routes(routes!(one, change))
        .routes(routes!(certificate))
        .routes(routes!(members))
        .routes(routes!(set_member, remove_member))
        .routes(routes!(invitations, invite))
        .routes(routes!(revoke))
        .routes(routes!(join))
        .routes(routes!(mine))
}

type Private<T> = ([(HeaderName, HeaderValue); 1], Json<T>);

#[derive(Deserialize, IntoParams)]
struct OrganisationQuery {
    township: Option<String>,
    kind: Option<String>,
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Approved organisations, newest first
#[utoipa::path(
    get, path = "/organisations", tag = "events", params(OrganisationQuery),
    responses(
        (status = OK, body = Page<OrganisationView>),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<OrganisationQuery>,
) -> Result<Json<Page<OrganisationView>>> {
    access::events(&app)?;
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let (township, kind) = (query.township.as_deref(), query.kind.as_deref());
    let found =
        store::public_organisations(&app.db, township, kind, after, i64::from(limit) + 1).await?;
    let page = Page::cut(found, limit as usize, |organisation| Cursor {
        at: organisation.created_at,
        id: organisation.id.0,
    });
    let mut items = Vec::with_capacity(page.items.len());
    for organisation in &page.items {
        items.push(organisation_view(&app, organisation, Reader::Public, lang).await?);
    }
    Ok(Json(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Apply for an organisation
///
/// The office of its kind, or the township, decides; the applicant becomes its first organiser.
#[utoipa::path(
    post, path = "/organisations", tag = "events", request_body = NewOrganisation,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = MadeOrganisation),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many applications open"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn apply(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    key: IdempotencyKey,
    Body { value, sha256 }: Body<NewOrganisation>,
) -> Result<(StatusCode, Json<MadeOrganisation>)> {
    let (status, made) = organisation::apply(&app, value, &account, lang, &key, sha256).await?;
    Ok((status, Json(made)))
}

/// An organisation's page: what it is, what it reused, its badge
///
/// Not public: for its members, the applicant and the office that decides.
#[utoipa::path(
    get, path = "/organisations/{id}", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = OrganisationView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn one(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Private<OrganisationView>> {
    let organisation = access::organisation(&app, &id).await?;
    let MaybeUser(user) = MaybeUser::from_headers(&app, &headers).await?;
    let mut reader = Reader::Public;
    if let Some(user) = user {
        if let Some(role) = store::member_role(&app.db, organisation.id, user.id).await? {
            reader = Reader::Member(role);
        } else if access::decides(&user, &organisation) {
            reader = Reader::Office;
        } else if organisation.applicant == user.id
            && organisation.state != OrganisationState::Approved
        {
            reader = Reader::Applicant;
        }
    }
    if reader == Reader::Public && !organisation.is_public() {
        return Err(no_organisation());
    }
    let view = organisation_view(&app, &organisation, reader, lang).await?;
    Ok(([NO_STORE], Json(view)))
}

/// What a change led to.
#[derive(Serialize, ToSchema)]
struct ChangedOrganisation {
    /// Absent where no public words changed.
    moderation: Option<Ruling>,
}

/// Change an organisation's words or contact
///
/// New words are looked at again. A refused application is handed in again by its change.
#[utoipa::path(
    patch, path = "/organisations/{id}", tag = "events", request_body = ChangeOrganisation,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = ChangedOrganisation),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    Path(id): Path<String>,
    Body { value, .. }: Body<ChangeOrganisation>,
) -> Result<Json<ChangedOrganisation>> {
    let organisation = access::organisation(&app, &id).await?;
    let moderation = organisation::change(&app, organisation, value, &account, lang).await?;
    Ok(Json(ChangedOrganisation { moderation }))
}

/// The certificate of the badge, to be printed
#[utoipa::path(
    get, path = "/organisations/{id}/certificate", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, content_type = "image/svg+xml", body = String),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The criteria are not met"),
    )
)]
async fn certificate(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Svg> {
    let organisation = access::organisation(&app, &id).await?;
    if !organisation.is_public() {
        return Err(no_organisation());
    }
    let badge = badge_of(&app, &organisation, lang).await?;
    let Some(badge) = badge.filter(|badge| badge.met) else {
        return Err(Error::Conflict(message!(
            "还没有达到评定标准，达到后可打印证书。",
            "The criteria are not met yet; the certificate can be printed once they are.",
            "아직 기준을 충족하지 못했습니다. 충족되면 인증서를 인쇄할 수 있습니다."
        )));
    };
    let lines: Vec<String> = badge
        .criteria
        .iter()
        .map(|criterion| format!("✓ {}（{}）", criterion.text, criterion.have))
        .collect();
    let day = app.pack.calendar().local_date(app.clock.now());
    Ok(svg(draw_certificate(&Certificate {
        district: app.pack.name.get(lang),
        badge: &badge.name,
        organisation: &organisation.name,
        lines: &lines,
        day: &day.to_string(),
        url: &format!("{}/organisations/{}", app.public_url, organisation.id),
    })?))
}

/// A member, for members.
#[derive(Serialize, ToSchema)]
struct MemberView {
    account: AccountId,
    name: String,
    role: MemberRole,
}

/// The members
#[utoipa::path(
    get, path = "/organisations/{id}/members", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Vec<MemberView>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn members(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
) -> Result<Private<Vec<MemberView>>> {
    let organisation = access::organisation(&app, &id).await?;
    access::require(&app, organisation.id, account.id, access::MEMBERS).await?;
    let members = store::members(&app.db, organisation.id).await?;
    let views = members
        .into_iter()
        .map(|member| MemberView {
            account: member.account_id,
            name: member.name,
            role: member.role,
        })
        .collect();
    Ok(([NO_STORE], Json(views)))
}

/// Another role for a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetMember {
    role: MemberRole,
}

fn account_of(text: &str) -> Result<AccountId> {
    Uuid::try_parse(text)
        .map(AccountId)
        .map_err(|_| no_organisation())
}

/// Give a member another role
///
/// By organisers; the last organiser stays one.
#[utoipa::path(
    put, path = "/organisations/{id}/members/{account}", tag = "events", request_body = SetMember,
    params(("id" = Uuid, Path), ("account" = Uuid, Path)),
    responses(
        (status = 204, description = "Done"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn set_member(
    State(app): State<Arc<App>>,
    CurrentUser(by): CurrentUser,
    Path((id, account)): Path<(String, String)>,
    Body { value, .. }: Body<SetMember>,
) -> Result<StatusCode> {
    let organisation = access::organisation(&app, &id).await?;
    let account = account_of(&account)?;
    organisation::set_member(&app, &organisation, account, Some(value.role), &by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a member out, or leave
#[utoipa::path(
    delete, path = "/organisations/{id}/members/{account}", tag = "events",
    params(("id" = Uuid, Path), ("account" = Uuid, Path)),
    responses(
        (status = 204, description = "Done"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove_member(
    State(app): State<Arc<App>>,
    CurrentUser(by): CurrentUser,
    Path((id, account)): Path<(String, String)>,
) -> Result<StatusCode> {
    let organisation = access::organisation(&app, &id).await?;
    let account = account_of(&account)?;
    organisation::set_member(&app, &organisation, account, None, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A link that can still be used.
#[derive(Serialize, ToSchema)]
struct InvitationView {
    id: InvitationId,
    role: MemberRole,
    uses_left: i64,
    expires_at: chrono::DateTime<chrono::Utc>,
}

/// Links that can still be used
#[utoipa::path(
    get, path = "/organisations/{id}/invitations", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Vec<InvitationView>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn invitations(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
) -> Result<Private<Vec<InvitationView>>> {
    let organisation = access::organisation(&app, &id).await?;
    access::require(&app, organisation.id, account.id, access::ORGANISERS).await?;
    let found = store::invitations(&app.db, organisation.id, app.clock.now()).await?;
    let views = found
        .into_iter()
        .map(|invitation| InvitationView {
            id: invitation.id,
            role: invitation.role,
            uses_left: invitation.uses_left,
            expires_at: invitation.expires_at,
        })
        .collect();
    Ok(([NO_STORE], Json(views)))
}

/// Make a link that makes members
///
/// Its token is given once; the database knows its hash only.
#[utoipa::path(
    post, path = "/organisations/{id}/invitations", tag = "events", request_body = NewInvitation,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = MadeInvitation),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn invite(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Body { value, sha256 }: Body<NewInvitation>,
) -> Result<(StatusCode, Private<MadeInvitation>)> {
    let organisation = access::organisation(&app, &id).await?;
    let (status, made) =
        organisation::invite(&app, &organisation, value, &account, &key, sha256).await?;
    Ok((status, ([NO_STORE], Json(made))))
}

/// Revoke a link
#[utoipa::path(
    delete, path = "/organisations/{id}/invitations/{invitation}", tag = "events",
    params(("id" = Uuid, Path), ("invitation" = Uuid, Path)),
    responses(
        (status = 204, description = "It opens nothing any more"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn revoke(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path((id, invitation)): Path<(String, String)>,
) -> Result<StatusCode> {
    let organisation = access::organisation(&app, &id).await?;
    access::require(&app, organisation.id, account.id, access::ORGANISERS).await?;
    let invitation = Uuid::try_parse(&invitation).map_err(|_| no_organisation())?;
    let mut tx = app.db.begin().await?;
    let now = app.clock.now();
    if !store::revoke_invitation(&mut tx, organisation.id, InvitationId(invitation), now).await? {
        return Err(no_organisation());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A token from a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JoinOrganisation {
    token: String,
}

/// What the caller now belongs to.
#[derive(Serialize, ToSchema)]
#[schema(as = JoinedOrganisation)]
struct Joined {
    organisation: OrganisationId,
    role: MemberRole,
}

/// Become a member by a link
#[utoipa::path(
    post, path = "/organisations/join", tag = "events", request_body = JoinOrganisation,
    responses(
        (status = OK, body = Joined),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Used up, revoked or too old"),
    )
)]
async fn join(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Body { value, .. }: Body<JoinOrganisation>,
) -> Result<Json<Joined>> {
    access::events(&app)?;
    let (organisation, role) = organisation::join(&app, &value.token, &account).await?;
    Ok(Json(Joined { organisation, role }))
}

/// Organisations one belongs to or applied for
#[utoipa::path(
    get, path = "/me/organisations", tag = "events",
    responses(
        (status = OK, body = Vec<OrganisationView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn mine(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
) -> Result<Private<Vec<OrganisationView>>> {
    access::events(&app)?;
    let mut views = Vec::new();
    for organisation in store::organisations_of(&app.db, account.id).await? {
        let role = store::member_role(&app.db, organisation.id, account.id).await?;
        let reader = role.map_or(Reader::Applicant, Reader::Member);
        views.push(organisation_view(&app, &organisation, reader, lang).await?);
    }
    Ok(([NO_STORE], Json(views)))
}
