//! The office's desk: applications are decided.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, NO_STORE};
use crate::auth::{Approvers, Role, Staff};
use crate::district::township_office_id;
use crate::events::access;
use crate::events::model::OrganisationState;
use crate::events::organisation::{self, DecideOrganisation};
use crate::events::store;
use crate::events::view::{OrganisationView, Reader, organisation_view};
use crate::reports::page_size;
use crate::shared::error::{Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::page::{Cursor, Page};

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(decide))
}

#[derive(Deserialize, IntoParams)]
struct DeskOrganisationQuery {
    #[param(inline)]
    state: Option<OrganisationState>,
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Applications and organisations of one's office, newest first
///
/// An administrator sees all; a township's handler those that lie in it.
#[utoipa::path(
    get, path = "/desk/organisations", tag = "desk", params(DeskOrganisationQuery),
    responses(
        (status = OK, body = Page<OrganisationView>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    staff: Staff<Approvers>,
    Language(lang): Language,
    Query(query): Query<DeskOrganisationQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Page<OrganisationView>>)> {
    access::events(&app)?;
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let office = match staff.account.role {
        Role::Administrator => None,
        _ => Some(staff.account.office.clone().unwrap_or_default()),
    };
    let township = office.as_ref().and_then(|office| {
        app.pack
            .townships()
            .iter()
            .find(|township| township_office_id(&township.code) == *office)
            .map(|township| township.code.clone())
    });
    let found = store::desk_organisations(
        &app.db,
        office.as_deref(),
        township.as_deref(),
        query.state,
        after,
        i64::from(limit) + 1,
    )
    .await?;
    let page = Page::cut(found, limit as usize, |organisation| Cursor {
        at: organisation.created_at,
        id: organisation.id.0,
    });
    let mut items = Vec::with_capacity(page.items.len());
    for organisation in &page.items {
        items.push(organisation_view(&app, organisation, Reader::Office, lang).await?);
    }
    let next_cursor = page.next_cursor;
    Ok(([NO_STORE], Json(Page { items, next_cursor })))
}

/// Approve or refuse an application
///
/// By handlers of the responsible office or the township, and administrators.
#[utoipa::path(
    post, path = "/desk/organisations/{id}/decide", tag = "desk", request_body = DecideOrganisation,
    params(("id" = Uuid, Path)),
    responses(
        (status = 204, description = "Decided; the applicant gets a letter"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Decided before"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn decide(
    State(app): State<Arc<App>>,
    staff: Staff<Approvers>,
    Path(id): Path<String>,
    Body { value, .. }: Body<DecideOrganisation>,
) -> Result<StatusCode> {
    let found = access::organisation(&app, &id).await?;
    organisation::decide(&app, found, value, &staff.account).await?;
    Ok(StatusCode::NO_CONTENT)
}
