//! The editors' desk: what waits there, names that could not be answered, answers that residents
//! doubt.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::public::no_ruling;
use crate::app::App;
use crate::auth::{Editors, Everyone, Staff};
use crate::message;
use crate::reports::page_size;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Query};
use crate::shared::id::{FlagId, MissId};
use crate::shared::page::{Cursor, Page};
use crate::sorting::live::{self};
use crate::sorting::model::{Flag, FlagState, Miss, MissState, check_reason};
use crate::sorting::store;

/// What waits at the desk.
#[derive(Serialize, ToSchema)]
pub(super) struct SortingWaiting {
    /// Names that nobody could answer.
    misses: i64,
    /// Answers that residents doubt.
    flags: i64,
    /// Changes that wait for a second editor.
    changes: i64,
}

/// How much waits at the editors' desk
#[utoipa::path(
    get, path = "/desk/sorting/waiting", tag = "desk",
    responses((status = OK, body = SortingWaiting))
)]
pub(super) async fn waiting(
    State(app): State<Arc<App>>,
    _: Staff<Everyone>,
) -> Result<Json<SortingWaiting>> {
    live::write_misses(&app).await?;
    let store::Waiting {
        misses,
        flags,
        changes,
    } = store::waiting(&app.db).await?;
    Ok(Json(SortingWaiting {
        misses,
        flags,
        changes,
    }))
}

#[derive(Deserialize, IntoParams)]
pub(super) struct MissesQuery {
    /// `open` unless given.
    state: Option<MissState>,
    /// How many to pass over.
    offset: Option<u32>,
    /// At most 100, 20 unless given.
    limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct MissList {
    items: Vec<Miss>,
    /// Give it as `offset` to read on.
    next_offset: Option<u32>,
}

/// Names the look-up could not answer, the most wanted first
#[utoipa::path(
    get, path = "/desk/sorting/misses", tag = "desk", params(MissesQuery),
    responses(
        (status = OK, body = MissList),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn misses(
    State(app): State<Arc<App>>,
    _: Staff<Editors>,
    Query(query): Query<MissesQuery>,
) -> Result<Json<MissList>> {
    live::write_misses(&app).await?;
    let limit = page_size(query.limit)?;
    let offset = query.offset.unwrap_or_default();
    let state = query.state.unwrap_or(MissState::Open);
    let mut items = store::misses(&app.db, state, i64::from(offset), i64::from(limit) + 1).await?;
    let size = limit as usize;
    let more = items.len() > size;
    items.truncate(size);
    let next = limit.saturating_add(offset);
    Ok(Json(MissList {
        items,
        next_offset: more.then_some(next),
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SettleMiss {
    state: MissState,
}

/// Mark an unanswered name as dealt with
#[utoipa::path(
    post, path = "/desk/sorting/misses/{id}/settle", tag = "desk", params(("id" = Uuid, Path)),
    request_body = SettleMiss,
    responses(
        (status = NO_CONTENT),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn settle_miss(
    State(app): State<Arc<App>>,
    _: Staff<Editors>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<SettleMiss>,
) -> Result<StatusCode> {
    let id = MissId(parse_id(&id)?);
    if store::settle_miss(&app.db, id, body.state).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(no_ruling())
    }
}

#[derive(Deserialize, IntoParams)]
pub(super) struct FlagsQuery {
    /// `open` unless given.
    state: Option<FlagState>,
    cursor: Option<String>,
    /// At most 100, 20 unless given.
    limit: Option<u32>,
}

/// Answers that residents doubt, the newest first
#[utoipa::path(
    get, path = "/desk/sorting/flags", tag = "desk", params(FlagsQuery),
    responses(
        (status = OK, body = Page<Flag>),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn flags(
    State(app): State<Arc<App>>,
    _: Staff<Editors>,
    Query(query): Query<FlagsQuery>,
) -> Result<Json<Page<Flag>>> {
    let limit = page_size(query.limit)?;
    let cursor = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let state = query.state.unwrap_or(FlagState::Open);
    let items = store::flags(&app.db, state, cursor, i64::from(limit) + 1).await?;
    let size = limit as usize;
    let of = |flag: &Flag| Cursor {
        at: flag.created_at,
        id: flag.id.0,
    };
    Ok(Json(Page::cut(items, size, of)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SettleFlag {
    /// Whether the resident was right.
    upheld: bool,
    /// Why, for the file: 4 to 300 characters.
    reason: String,
}

/// Settle a resident's doubt
#[utoipa::path(
    post, path = "/desk/sorting/flags/{id}/settle", tag = "desk", params(("id" = Uuid, Path)),
    request_body = SettleFlag,
    responses(
        (status = NO_CONTENT),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn settle_flag(
    State(app): State<Arc<App>>,
    staff: Staff<Editors>,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<SettleFlag>,
) -> Result<StatusCode> {
    let id = FlagId(parse_id(&id)?);
    let answer = check_reason(&body.reason)?;
    let state = if body.upheld {
        FlagState::Upheld
    } else {
        FlagState::Dismissed
    };
    let now = app.clock.now();
    if store::settle_flag(&app.db, id, state, &answer, staff.account.id, now).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::Conflict(message!(
            "这条意见不在了，或已有人处理。",
            "This flag is gone or was settled before.",
            "이 의견은 없거나 이미 처리되었습니다."
        )))
    }
}

pub(super) fn parse_id(id: &str) -> Result<uuid::Uuid> {
    uuid::Uuid::try_parse(id).map_err(|_| no_ruling())
}
