//! Asking, promising, handing over.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Made, Private, commit, id_of, made, private};
use crate::app::{App, NO_STORE};
use crate::auth::{Account, CurrentUser};
use crate::db::Tx;
use crate::district::Lang;
use crate::market::listing::no_listing;
use crate::market::model::{Ask, AskState, Message, TextState};
use crate::market::outcome::{self, NoShow, Rating};
use crate::market::view::{self, AskSummary, AskView};
use crate::market::{agreeing, calendar_file, market, store};
use crate::message;
use crate::reports::page_size;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::{AskId, ListingId, MessageId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::page::{Cursor, Page};
use crate::shared::rate_limit;
use crate::shared::screening::Ruling;

/// The router takes no parameter with an ending: [`one`] serves the calendar file, and this names it.
#[derive(OpenApi)]
#[openapi(paths(ics))]
struct CalendarFile;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(CalendarFile::openapi())
        .routes(routes!(of_listing, ask))
        .routes(routes!(mine))
        .routes(routes!(one))
        .routes(routes!(say))
        .routes(routes!(promise))
        .routes(routes!(release))
        .routes(routes!(propose))
        .routes(routes!(accept))
        .routes(routes!(done))
        .routes(routes!(returned))
        .routes(routes!(take_back))
        .routes(routes!(no_show))
        .routes(routes!(rate))
        .routes(routes!(reply))
}

/// Words to the other side.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Words {
    /// 1 to 500 characters; a reply at most 300.
    text: String,
}

/// A message that was sent. Held, it waits for a moderator; refused, the other side never sees it.
#[derive(Serialize, ToSchema)]
struct MessageMade {
    id: MessageId,
    state: TextState,
    at: DateTime<Utc>,
    moderation: Ruling,
}

impl MessageMade {
    fn of(message: &Message, moderation: Ruling) -> Self {
        Self {
            id: message.id,
            state: message.state,
            at: message.at,
            moderation,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct AskMade {
    id: AskId,
    state: AskState,
    message: MessageMade,
}

/// Ask about a listing
///
/// One open ask for each person and listing. The owner hears of it once its words are published.
#[utoipa::path(
    post, path = "/listings/{id}/asks", tag = "market", request_body = Words,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = AskMade),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Banned from publishing"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Asked already, one's own, or over"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn ask(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Body {
        value: body,
        sha256,
    }: Body<Words>,
) -> Result<Made> {
    market(&app)?;
    app.limiter
        .take(rate_limit::ASKS, &user.id.to_string())
        .await?;
    let id = ListingId(id_of(&id)?);
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, sha256, app.clock.now()).await? {
        return Ok((status, [NO_STORE], Json(answer)));
    }
    let (ask, message, ruling) = agreeing::ask(&app, &mut tx, &user, id, &body.text, lang).await?;
    let answer = AskMade {
        id: ask.id,
        state: ask.state,
        message: MessageMade::of(&message, ruling),
    };
    made(&app, tx, &key, &answer).await
}

/// Who asked about one's listing
#[utoipa::path(
    get, path = "/listings/{id}/asks", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Page<AskSummary>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not one's own"),
    )
)]
async fn of_listing(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
) -> Result<Private<Page<AskSummary>>> {
    market(&app)?;
    let listing = store::listing(&app.db, ListingId(id_of(&id)?))
        .await?
        .filter(|listing| listing.account_id == user.id)
        .ok_or_else(no_listing)?;
    let mut items = Vec::new();
    for ask in store::asks_of_listing(&app.db, listing.id).await? {
        items.push(view::ask_summary(&app, &ask, &listing, user.id, lang).await?);
    }
    Ok(private(Page {
        items,
        next_cursor: None,
    }))
}

#[derive(Deserialize, IntoParams)]
struct MineQuery {
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// One's conversations on both sides, the latest first
#[utoipa::path(
    get, path = "/me/asks", tag = "market", params(MineQuery),
    responses(
        (status = OK, body = Page<AskSummary>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn mine(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Query(query): Query<MineQuery>,
) -> Result<Private<Page<AskSummary>>> {
    market(&app)?;
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let found = store::asks_of(&app.db, user.id, after, i64::from(limit) + 1).await?;
    let page = Page::cut(found, limit as usize, |ask| Cursor {
        at: ask.updated_at,
        id: ask.id.0,
    });
    let mut items = Vec::with_capacity(page.items.len());
    for ask in &page.items {
        if let Some(listing) = store::listing(&app.db, ask.listing_id).await? {
            items.push(view::ask_summary(&app, ask, &listing, user.id, lang).await?);
        }
    }
    Ok(private(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

fn ask_id(text: &str) -> Result<AskId> {
    id_of(text).map(AskId)
}

async fn view_of(app: &App, ask: &Ask, user: &Account, lang: Lang) -> Result<AskView> {
    let listing = store::listing(&app.db, ask.listing_id)
        .await?
        .ok_or_else(no_listing)?;
    view::ask_view(app, ask, &listing, user.id, lang).await
}

/// A conversation
///
/// For its two sides. Reading marks its messages as read.
#[utoipa::path(
    get, path = "/asks/{id}", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = AskView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn one(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
) -> Result<Response> {
    market(&app)?;
    if let Some(id) = id.strip_suffix(".ics") {
        let ask = agreeing::of_side(&app, ask_id(id)?, user.id).await?;
        return ics(&app, &ask, lang).await;
    }
    let ask = agreeing::of_side(&app, ask_id(&id)?, user.id).await?;
    let view = view_of(&app, &ask, &user, lang).await?;
    store::mark_read(&app.db, &ask, user.id, app.clock.now()).await?;
    Ok(private(view).into_response())
}

/// The hand-over for one's calendar
#[utoipa::path(
    get, path = "/asks/{id}.ics", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = OK, content_type = "text/calendar", body = String),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "None, or no time was proposed"),
    )
)]
async fn ics(app: &App, ask: &Ask, lang: Lang) -> Result<Response> {
    let listing = store::listing(&app.db, ask.listing_id)
        .await?
        .ok_or_else(no_listing)?;
    let at = ask.handover_at.ok_or_else(|| {
        Error::NotFound(message!(
            "还没有约交接时间。",
            "No time to hand over was proposed.",
            "아직 전달 시간이 없습니다."
        ))
    })?;
    let disposition = format!("attachment; filename=\"handover-{}.ics\"", ask.id);
    Ok((
        [
            NO_STORE,
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/calendar; charset=utf-8"),
            ),
            (
                header::CONTENT_DISPOSITION,
                HeaderValue::from_str(&disposition).map_err(Error::internal)?,
            ),
        ],
        calendar_file::of(app, &listing, ask, at, lang),
    )
        .into_response())
}

/// Write to the other side
///
/// Screened: held words wait for a moderator, refused ones are never delivered. The other side reads
/// them with numbers and addresses masked.
#[utoipa::path(
    post, path = "/asks/{id}/messages", tag = "market", request_body = Words,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = MessageMade),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Blocked, or banned from publishing"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn say(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Body {
        value: body,
        sha256,
    }: Body<Words>,
) -> Result<Made> {
    market(&app)?;
    app.limiter
        .take(rate_limit::ASK_MESSAGES, &user.id.to_string())
        .await?;
    let id = ask_id(&id)?;
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, sha256, app.clock.now()).await? {
        return Ok((status, [NO_STORE], Json(answer)));
    }
    let (message, ruling) = agreeing::say(&app, &mut tx, &user, id, &body.text, lang).await?;
    made(&app, tx, &key, &MessageMade::of(&message, ruling)).await
}

async fn finish(
    app: &App,
    tx: Tx,
    id: AskId,
    user: &Account,
    lang: Lang,
) -> Result<Private<AskView>> {
    commit(app, tx).await?;
    let ask = agreeing::of_side(app, id, user.id).await?;
    Ok(private(view_of(app, &ask, user, lang).await?))
}

/// Declares a handler of a step that needs nothing but the ask.
macro_rules! step {
    ($(#[$doc:meta])* $name:ident, $path:literal, $step:path) => {
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, tag = "market", params(("id" = Uuid, Path)),
            responses(
                (status = OK, body = AskView),
                (status = 401, body = Problem, content_type = "application/problem+json"),
                (status = 403, body = Problem, content_type = "application/problem+json", description = "The other side does this"),
                (status = 404, body = Problem, content_type = "application/problem+json"),
                (status = 409, body = Problem, content_type = "application/problem+json", description = "Not possible now"),
            )
        )]
        async fn $name(
            State(app): State<Arc<App>>,
            Language(lang): Language,
            CurrentUser(user): CurrentUser,
            Path(id): Path<String>,
        ) -> Result<Private<AskView>> {
            market(&app)?;
            let id = ask_id(&id)?;
            let mut tx = app.db.begin().await?;
            $step(&app, &mut tx, &user, id).await?;
            finish(&app, tx, id, &user, lang).await
        }
    };
}

step! {
    /// Promise it to whoever asked
    ///
    /// By the owner, to one person at a time.
    promise, "/asks/{id}/promise", agreeing::promise
}
step! {
    /// Take a promise back
    release, "/asks/{id}/release", agreeing::release
}
step! {
    /// Accept the proposed time and place
    accept, "/asks/{id}/handover/accept", agreeing::accept
}
step! {
    /// It changed hands
    ///
    /// By either side; it counts once.
    done, "/asks/{id}/done", agreeing::done
}
step! {
    /// What was lent is back
    returned, "/asks/{id}/returned", agreeing::returned
}
step! {
    /// Take one's ask back
    take_back, "/asks/{id}/withdraw", agreeing::take_back
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProposeHandover {
    /// Within the next 60 days.
    at: DateTime<Utc>,
    /// 1 to 200 characters.
    place_text: String,
}

/// Propose when and where to hand over
///
/// By either side; the other accepts. A new proposal replaces the one before.
#[utoipa::path(
    post, path = "/asks/{id}/handover", tag = "market", request_body = ProposeHandover,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = AskView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn propose(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<ProposeHandover>,
) -> Result<Private<AskView>> {
    market(&app)?;
    let id = ask_id(&id)?;
    let mut tx = app.db.begin().await?;
    agreeing::propose(&app, &mut tx, &user, id, body.at, &body.place_text).await?;
    finish(&app, tx, id, &user, lang).await
}

/// A conversation after words were said about the other side.
#[derive(Serialize, ToSchema)]
struct AskSaid {
    ask: AskView,
    /// Null where there were no words.
    moderation: Option<Ruling>,
}

async fn finish_said(
    app: &App,
    tx: Tx,
    id: AskId,
    user: &Account,
    moderation: Option<Ruling>,
    lang: Lang,
) -> Result<Private<AskSaid>> {
    let (_, Json(ask)) = finish(app, tx, id, user, lang).await?;
    Ok(private(AskSaid { ask, moderation }))
}

/// The hand-over did not happen
///
/// By either side within two weeks after the agreed time. The listing opens again for others; the
/// other side may reply once.
#[utoipa::path(
    post, path = "/asks/{id}/no-show", tag = "market", request_body = NoShow,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = AskSaid),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn no_show(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<NoShow>,
) -> Result<Private<AskSaid>> {
    let id = ask_id(&id)?;
    let mut tx = app.db.begin().await?;
    let (_, ruling) = outcome::no_show(&app, &mut tx, &user, id, body, lang).await?;
    finish_said(&app, tx, id, &user, ruling, lang).await
}

/// Rate the other side
#[utoipa::path(
    post, path = "/asks/{id}/rate", tag = "market", request_body = Rating,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = AskSaid),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Not done, or rated already"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn rate(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<Rating>,
) -> Result<Private<AskSaid>> {
    market(&app)?;
    let id = ask_id(&id)?;
    let mut tx = app.db.begin().await?;
    let (_, ruling) = outcome::rate(&app, &mut tx, &user, id, body, lang).await?;
    finish_said(&app, tx, id, &user, ruling, lang).await
}

/// Reply once to a no-show or a rating
#[utoipa::path(
    post, path = "/asks/{id}/reply", tag = "market", request_body = Words,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = AskSaid),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Nothing to reply to"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn reply(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<Words>,
) -> Result<Private<AskSaid>> {
    market(&app)?;
    let id = ask_id(&id)?;
    let mut tx = app.db.begin().await?;
    let (_, ruling) = outcome::reply(&app, &mut tx, &user, id, &body.text, lang).await?;
    finish_said(&app, tx, id, &user, Some(ruling), lang).await
}
