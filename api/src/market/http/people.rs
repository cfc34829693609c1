//! One's blocks, saved searches and reputation.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::find::known_category;
use super::{Made, Private, id_of, made, private};
use crate::app::{App, NO_STORE};
use crate::auth::{CurrentUser, Named};
use crate::district::Lang;
use crate::district::market::ReasonKind;
use crate::market::draft::{no_township, text_of};
use crate::market::model::{Kind, SavedSearch, Terms, alias};
use crate::market::reputation::{self, Reputation};
use crate::market::{agreeing, market, searches, store, terms};
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::id::{AskId, BlockId, ListingId, SearchId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::money::Money;
use crate::shared::page::Page;

const MAX_NOTE: usize = 300;
const MAX_QUERY: usize = 60;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(blocks, block))
        .routes(routes!(unblock))
        .routes(routes!(saved, save))
        .routes(routes!(forget))
        .routes(routes!(see))
        .routes(routes!(own_reputation))
}

fn not_there() -> Error {
    Error::NotFound(message!(
        "没有这一项。",
        "There is no such thing.",
        "항목이 없습니다."
    ))
}

/// Somebody to keep away, by a conversation or a listing of theirs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBlock {
    #[serde(default)]
    ask_id: Option<AskId>,
    #[serde(default)]
    listing_id: Option<ListingId>,
    /// A `block` reason of the categories.
    reason: String,
    /// At most 300 characters; for oneself.
    #[serde(default)]
    note: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct BlockMade {
    id: BlockId,
}

/// Somebody whom one keeps away.
#[derive(Serialize, ToSchema)]
struct BlockView {
    id: BlockId,
    /// The first character of the name.
    alias: String,
    reason: Named,
    note: String,
    at: DateTime<Utc>,
}

/// Keep somebody away
///
/// Neither can ask or message the other nor sees the other's listings; what is open between them ends.
#[utoipa::path(
    post, path = "/me/blocks", tag = "market", request_body = NewBlock,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = BlockMade),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Blocked already"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn block(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    key: IdempotencyKey,
    Body {
        value: body,
        sha256,
    }: Body<NewBlock>,
) -> Result<Made> {
    let market = market(&app)?;
    if market.reason(ReasonKind::Block, &body.reason).is_none() {
        return Err(Error::field(
            "reason",
            message!(
                "请选一个理由。",
                "Choose a reason.",
                "이유를 선택해 주세요."
            ),
        ));
    }
    let note = match body.note.filter(|note| !note.trim().is_empty()) {
        Some(note) => text_of("note", &note, MAX_NOTE)?,
        None => String::new(),
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, sha256, now).await? {
        return Ok((status, [NO_STORE], Json(answer)));
    }
    let other = agreeing::other_of(&mut tx, body.ask_id, body.listing_id, user.id).await?;
    let other = other.ok_or_else(|| {
        Error::field(
            "ask_id",
            message!(
                "请给出对话或信息之一。",
                "Give either a conversation or a listing.",
                "대화나 글 중 하나를 지정해 주세요."
            ),
        )
    })?;
    if other == user.id {
        return Err(Error::field(
            "listing_id",
            message!("这是您自己。", "This is you.", "본인입니다."),
        ));
    }
    let id = BlockId(app.random.uuid(now));
    if !store::insert_block(&mut tx, id, user.id, other, &body.reason, &note, now).await? {
        return Err(Error::Conflict(message!(
            "已拉黑。",
            "Blocked already.",
            "이미 차단했습니다."
        )));
    }
    agreeing::part(&app, &mut tx, user.id, other).await?;
    made(&app, tx, &key, &BlockMade { id }).await
}

/// Whom one keeps away
#[utoipa::path(
    get, path = "/me/blocks", tag = "market",
    responses(
        (status = OK, body = Page<BlockView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn blocks(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
) -> Result<Private<Page<BlockView>>> {
    let market = market(&app)?;
    let items = store::blocks(&app.db, user.id)
        .await?
        .into_iter()
        .map(|block| BlockView {
            id: block.id,
            alias: alias(&block.name),
            reason: Named {
                name: market
                    .reason(ReasonKind::Block, &block.reason)
                    .map_or(block.reason.as_str(), |reason| reason.name.get(lang))
                    .to_owned(),
                id: block.reason,
            },
            note: block.note,
            at: block.at,
        })
        .collect();
    Ok(private(Page {
        items,
        next_cursor: None,
    }))
}

/// Let somebody come near again
#[utoipa::path(
    delete, path = "/me/blocks/{id}", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn unblock(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    market(&app)?;
    let gone = store::delete_block(&app.db, BlockId(id_of(&id)?), user.id).await?;
    gone.then_some(StatusCode::NO_CONTENT).ok_or_else(not_there)
}

/// A search to be kept. At least one of the fields is given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSearch {
    #[serde(default)]
    kind: Option<Kind>,
    #[serde(default)]
    terms: Option<Terms>,
    /// Root or leaf.
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    township: Option<String>,
    /// At most 60 characters.
    #[serde(default)]
    q: Option<String>,
    #[serde(default)]
    price_max_fen: Option<Money>,
}

#[derive(Serialize, ToSchema)]
struct SearchMade {
    id: SearchId,
}

/// A saved search.
#[derive(Serialize, ToSchema)]
struct SearchView {
    id: SearchId,
    kind: Option<Kind>,
    terms: Option<Terms>,
    category: Option<Named>,
    township: Option<Named>,
    q: Option<String>,
    price_max_fen: Option<Money>,
    /// Published since it was last seen.
    new: i64,
    created_at: DateTime<Utc>,
}

/// Keep a search
///
/// Accounts with an address get one letter a day about what is new.
#[utoipa::path(
    post, path = "/me/searches", tag = "market", request_body = NewSearch,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = SearchMade),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn save(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    key: IdempotencyKey,
    Body {
        value: body,
        sha256,
    }: Body<NewSearch>,
) -> Result<Made> {
    let market = market(&app)?;
    let now = app.clock.now();
    known_category(market, body.category.as_deref())?;
    if let Some(code) = &body.township
        && app.pack.township(code).is_none()
    {
        return Err(Error::field("township", no_township()));
    }
    let q = match body.q.filter(|q| !q.trim().is_empty()) {
        Some(q) => {
            terms::of_query(&q)?;
            Some(text_of("q", &q, MAX_QUERY)?)
        }
        None => None,
    };
    let empty = body.kind.is_none()
        && body.terms.is_none()
        && body.category.is_none()
        && body.township.is_none()
        && q.is_none()
        && body.price_max_fen.is_none();
    if empty {
        return Err(Error::field(
            "q",
            message!(
                "请至少给一个条件。",
                "Give at least one condition.",
                "조건을 하나 이상 적어 주세요."
            ),
        ));
    }
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, sha256, now).await? {
        return Ok((status, [NO_STORE], Json(answer)));
    }
    store::lock_account(&mut tx, user.id, now).await?;
    if store::count_searches(&mut tx, user.id).await? >= market.searches {
        return Err(Error::Conflict(message!(
            "最多保存 {most} 个搜索。",
            "At most {most} searches can be kept.",
            "검색은 최대 {most}개까지 저장할 수 있습니다.",
            most = market.searches
        )));
    }
    let search = SavedSearch {
        id: SearchId(app.random.uuid(now)),
        account_id: user.id,
        kind: body.kind,
        terms: body.terms,
        category: body.category,
        township: body.township,
        q,
        price_max_fen: body.price_max_fen,
        lang: lang.tag().to_owned(),
        seen_at: now,
        told_until: now,
        told_day: None,
        created_at: now,
    };
    store::insert_search(&mut tx, &search).await?;
    made(&app, tx, &key, &SearchMade { id: search.id }).await
}

/// One's saved searches, with how much is new
#[utoipa::path(
    get, path = "/me/searches", tag = "market",
    responses(
        (status = OK, body = Page<SearchView>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn saved(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
) -> Result<Private<Page<SearchView>>> {
    market(&app)?;
    let mut items = Vec::new();
    for search in store::searches(&app.db, user.id).await? {
        let new = store::count(&app.db, &searches::wanted(&search, search.seen_at)?).await?;
        items.push(search_view(&app, search, new, lang)?);
    }
    Ok(private(Page {
        items,
        next_cursor: None,
    }))
}

fn search_view(app: &App, search: SavedSearch, new: i64, lang: Lang) -> Result<SearchView> {
    let market = market(app)?;
    Ok(SearchView {
        id: search.id,
        kind: search.kind,
        terms: search.terms,
        category: search.category.map(|id| Named {
            name: market
                .category(&id)
                .map_or(id.as_str(), |category| category.name.get(lang))
                .to_owned(),
            id,
        }),
        township: search.township.map(|code| Named {
            name: app
                .pack
                .township(&code)
                .map_or(code.as_str(), |township| township.name.get(lang))
                .to_owned(),
            id: code,
        }),
        q: search.q,
        price_max_fen: search.price_max_fen,
        new,
        created_at: search.created_at,
    })
}

/// Forget a search
#[utoipa::path(
    delete, path = "/me/searches/{id}", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn forget(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    market(&app)?;
    let gone = store::delete_search(&app.db, SearchId(id_of(&id)?), user.id).await?;
    gone.then_some(StatusCode::NO_CONTENT).ok_or_else(not_there)
}

/// What a search found was seen: count anew from now
#[utoipa::path(
    post, path = "/me/searches/{id}/seen", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn see(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    market(&app)?;
    let id = SearchId(id_of(&id)?);
    let seen = store::see_search(&app.db, id, user.id, app.clock.now()).await?;
    seen.then_some(StatusCode::NO_CONTENT).ok_or_else(not_there)
}

/// What others see of one's past here
#[utoipa::path(
    get, path = "/me/reputation", tag = "market",
    responses(
        (status = OK, body = Reputation),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn own_reputation(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
) -> Result<Private<Reputation>> {
    Ok(private(reputation::of(&app, user.id, lang).await?))
}
