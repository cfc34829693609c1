//! The editors' desk: things, and every change of one with its reason.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::desk::parse_id;
use super::public::no_ruling;
use crate::app::App;
use crate::auth::{Editors, Everyone, Staff};
use crate::district::sorting::Thing;
use crate::reports::page_size;
use crate::shared::error::{Problem, Result};
use crate::shared::extract::{Json as Body, Query};
use crate::shared::id::{MissId, SortingChangeId};
use crate::shared::page::{Cursor, Page};
use crate::sorting::editing::{self, Proposal};
use crate::sorting::live::{self, Snapshot};
use crate::sorting::model::{Change, ChangeState, Draft, MissState, check_reason};
use crate::sorting::store;

/// A change with both sides.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangeView {
    id: SortingChangeId,
    thing_id: String,
    before: Option<Draft>,
    /// Null where the thing was taken off the list.
    after: Option<Draft>,
    reason: String,
    state: ChangeState,
    revision: Option<i64>,
    author: Option<String>,
    created_at: DateTime<Utc>,
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
}

impl From<Change> for ChangeView {
    fn from(change: Change) -> Self {
        Self {
            id: change.id,
            thing_id: change.thing_id,
            before: change.before.map(|thing| Draft::of(&thing.0)),
            after: change.after.map(|thing| Draft::of(&thing.0)),
            reason: change.reason,
            state: change.state,
            revision: change.revision,
            author: change.author_name,
            created_at: change.created_at,
            decided_by: change.decided_by_name,
            decided_at: change.decided_at,
        }
    }
}

#[derive(Deserialize, IntoParams)]
pub(super) struct ChangesQuery {
    /// `awaiting` unless given.
    state: Option<ChangeState>,
    cursor: Option<String>,
    /// At most 100, 20 unless given.
    limit: Option<u32>,
}

/// Changes of the rules, the newest first
#[utoipa::path(
    get, path = "/desk/sorting/changes", tag = "desk", params(ChangesQuery),
    responses(
        (status = OK, body = Page<ChangeView>),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn changes(
    State(app): State<Arc<App>>,
    _: Staff<Everyone>,
    Query(query): Query<ChangesQuery>,
) -> Result<Json<Page<ChangeView>>> {
    let limit = page_size(query.limit)?;
    let cursor = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let state = query.state.unwrap_or(ChangeState::Awaiting);
    let items = store::changes(&app.db, state, cursor, i64::from(limit) + 1).await?;
    let size = limit as usize;
    let of = |change: &Change| Cursor {
        at: change.created_at,
        id: change.id.0,
    };
    Ok(Json(Page::cut(items, size, of).map(ChangeView::from)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    agree: bool,
}

/// Agree to, or refuse, a change about something hazardous
///
/// By another editor than its author; the author may only take it back.
#[utoipa::path(
    post, path = "/desk/sorting/changes/{id}/decide", tag = "desk", params(("id" = Uuid, Path)),
    request_body = Decision,
    responses(
        (status = OK, body = ChangeView),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn decide(
    State(app): State<Arc<App>>,
    staff: Staff<Editors>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<Decision>,
) -> Result<Json<ChangeView>> {
    let id = SortingChangeId(parse_id(&id)?);
    let mut tx = app.db.begin().await?;
    let change = editing::decide(&mut tx, id, body.agree, &staff.account, app.clock.now()).await?;
    tx.commit().await?;
    after_change(&app).await?;
    tracing::info!(change = %id, agreed = body.agree, by = %staff.account.id, "Sorting change decided");
    Ok(Json(change.into()))
}

/// A thing with its history.
#[derive(Serialize, ToSchema)]
pub(super) struct ThingView {
    id: String,
    /// Null where it was taken off the list.
    thing: Option<Draft>,
    /// Give it with a change: somebody else's change in between is then noticed.
    version: i64,
    history: Vec<ChangeView>,
}

async fn thing_view(app: &App, snapshot: &Snapshot, id: String) -> Result<ThingView> {
    let history = store::changes_of(&app.db, &id).await?;
    Ok(ThingView {
        thing: snapshot.index.rules.thing(&id).map(Draft::of),
        id,
        version: i64::try_from(history.len()).unwrap_or_default(),
        history: history.into_iter().map(ChangeView::from).collect(),
    })
}

/// A thing as editors see it
#[utoipa::path(
    get, path = "/desk/sorting/things/{id}", tag = "desk", params(("id" = String, Path)),
    responses(
        (status = OK, body = ThingView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn thing(
    State(app): State<Arc<App>>,
    _: Staff<Everyone>,
    Path(id): Path<String>,
) -> Result<Json<ThingView>> {
    let snapshot = live::refresh(&app).await?;
    let view = thing_view(&app, &snapshot, id).await?;
    if view.thing.is_none() && view.history.is_empty() {
        return Err(no_ruling());
    }
    Ok(Json(view))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewThing {
    thing: Draft,
    /// Why, 4 to 300 characters.
    reason: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ThingChange {
    thing: Draft,
    /// As it was read.
    version: i64,
    /// Why, 4 to 300 characters.
    reason: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ThingRemoval {
    /// As it was read.
    version: i64,
    /// Why, 4 to 300 characters.
    reason: String,
}

/// Put a thing on the list
///
/// In effect at once on every replica, unless it is hazardous: then a second editor must agree.
#[utoipa::path(
    post, path = "/desk/sorting/things", tag = "desk", request_body = NewThing,
    responses(
        (status = CREATED, body = ThingView),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn add_thing(
    State(app): State<Arc<App>>,
    staff: Staff<Editors>,
    Body { value: body, .. }: Body<NewThing>,
) -> Result<(StatusCode, Json<ThingView>)> {
    let reason = check_reason(&body.reason)?;
    let snapshot = live::refresh(&app).await?;
    let after = body.thing.check(&snapshot.index, None)?;
    let id = after.id.clone();
    let proposal = Proposal {
        before: None,
        after: Some(after),
        reason: &reason,
        seen: None,
        author: &staff.account,
    };
    save(&app, &snapshot, proposal).await?;
    let snapshot = after_change(&app).await?;
    Ok((
        StatusCode::CREATED,
        Json(thing_view(&app, &snapshot, id).await?),
    ))
}

/// Change a thing
///
/// In effect at once on every replica, unless the change touches something hazardous: then a second
/// editor must agree.
#[utoipa::path(
    put, path = "/desk/sorting/things/{id}", tag = "desk", params(("id" = String, Path)),
    request_body = ThingChange,
    responses(
        (status = OK, body = ThingView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change_thing(
    State(app): State<Arc<App>>,
    staff: Staff<Editors>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<ThingChange>,
) -> Result<Json<ThingView>> {
    let reason = check_reason(&body.reason)?;
    let snapshot = live::refresh(&app).await?;
    let before: Thing = snapshot
        .index
        .rules
        .thing(&id)
        .cloned()
        .ok_or_else(no_ruling)?;
    let after = body.thing.check(&snapshot.index, Some(&id))?;
    let proposal = Proposal {
        before: Some(before),
        after: Some(after),
        reason: &reason,
        seen: Some(body.version),
        author: &staff.account,
    };
    save(&app, &snapshot, proposal).await?;
    let snapshot = after_change(&app).await?;
    Ok(Json(thing_view(&app, &snapshot, id).await?))
}

/// Take a thing off the list
///
/// Its name is then understood from its parts, or not at all. The history stays.
#[utoipa::path(
    delete, path = "/desk/sorting/things/{id}", tag = "desk", params(("id" = String, Path)),
    request_body = ThingRemoval,
    responses(
        (status = OK, body = ThingView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove_thing(
    State(app): State<Arc<App>>,
    staff: Staff<Editors>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<ThingRemoval>,
) -> Result<Json<ThingView>> {
    let reason = check_reason(&body.reason)?;
    let snapshot = live::refresh(&app).await?;
    let before: Thing = snapshot
        .index
        .rules
        .thing(&id)
        .cloned()
        .ok_or_else(no_ruling)?;
    let proposal = Proposal {
        before: Some(before),
        after: None,
        reason: &reason,
        seen: Some(body.version),
        author: &staff.account,
    };
    save(&app, &snapshot, proposal).await?;
    let snapshot = after_change(&app).await?;
    Ok(Json(thing_view(&app, &snapshot, id).await?))
}

async fn save(app: &App, snapshot: &Snapshot, proposal: Proposal<'_>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let by = proposal.author.id;
    let rules = &snapshot.index.rules;
    let change = editing::change(app, &mut tx, rules, proposal, app.clock.now()).await?;
    tx.commit().await?;
    tracing::info!(
        change = %change.id, thing = change.thing_id, state = ?change.state, %by,
        "Sorting rule changed"
    );
    Ok(())
}

/// Takes a change into force here at once; the other replicas follow within a second. Open misses
/// that it answers are answered.
pub(super) async fn after_change(app: &App) -> Result<Arc<Snapshot>> {
    let snapshot = live::refresh(app).await?;
    let open = store::misses(&app.db, MissState::Open, 0, 500).await?;
    let answered: Vec<MissId> = open
        .iter()
        .filter(|miss| {
            !snapshot
                .index
                .look_up(&miss.name, miss.area)
                .hits
                .is_empty()
        })
        .map(|miss| miss.id)
        .collect();
    store::answer_misses(&app.db, &answered).await?;
    Ok(snapshot)
}
