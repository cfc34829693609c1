//! One's own listings, and one listing for everybody.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Made, Private, commit, made, private, visible};
use crate::app::{App, NO_STORE};
use crate::auth::{CurrentUser, MaybeUser};
use crate::district::Lang;
use crate::market::draft::{ChangeListing, NewListing};
use crate::market::listing::{self, no_listing};
use crate::market::model::{Listing, State as ListingState};
use crate::market::view::{self, ListingView, OwnListing};
use crate::market::{blur, market, store};
use crate::message;
use crate::reports::page_size;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::{AccountId, ListingId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::page::{Cursor, Page};
use crate::shared::rate_limit;
use crate::shared::screening::Ruling;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(one, change))
        .routes(routes!(publish))
        .routes(routes!(renew))
        .routes(routes!(withdraw))
        .routes(routes!(mine))
        .routes(routes!(mine_one))
}

/// A listing that was made.
#[derive(Serialize, ToSchema)]
struct ListingMade {
    id: ListingId,
    state: ListingState,
    version: i64,
    /// Null for a draft.
    moderation: Option<Ruling>,
}

/// Offer, look for or lend something
///
/// Screened at once, unless it is a draft: published, held for a moderator, or refused, with the
/// reasons.
#[utoipa::path(
    post, path = "/listings", tag = "market", request_body = NewListing,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = ListingMade),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Banned from publishing"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many open listings or drafts"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    key: IdempotencyKey,
    Body { value: new, sha256 }: Body<NewListing>,
) -> Result<Made> {
    app.limiter
        .take(rate_limit::LISTINGS, &user.id.to_string())
        .await?;
    // The key is made outside of a transaction, which would keep SQLite's only writer waiting.
    blur(&app).await?;
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, sha256, app.clock.now()).await? {
        return Ok((status, [NO_STORE], Json(answer)));
    }
    let (listing, moderation) = listing::create(&app, &mut tx, &user, &new, lang).await?;
    let answer = ListingMade {
        id: listing.id,
        state: listing.state,
        version: store::version(&mut tx, listing.id).await?,
        moderation,
    };
    tracing::info!(listing.id = %listing.id, state = listing.state.as_str(), "Listing made");
    made(&app, tx, &key, &answer).await
}

/// A listing
///
/// For everybody once it is published; the exact place is never part of it.
#[utoipa::path(
    get, path = "/listings/{id}", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = ListingView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn one(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    MaybeUser(user): MaybeUser,
    Path(id): Path<String>,
) -> Result<Private<ListingView>> {
    market(&app)?;
    let viewer = user.map(|user| user.id);
    let listing = visible(&app, &id, viewer).await?;
    Ok(private(
        view::listing_view(&app, &listing, viewer, None, lang).await?,
    ))
}

fn listing_id(text: &str) -> Result<ListingId> {
    uuid::Uuid::try_parse(text)
        .map(ListingId)
        .map_err(|_| no_listing())
}

/// A listing after a change.
#[derive(Serialize, ToSchema)]
struct ChangedListing {
    listing: OwnListing,
    /// Null where nothing was screened.
    moderation: Option<Ruling>,
}

async fn changed(
    app: &App,
    id: ListingId,
    moderation: Option<Ruling>,
    lang: Lang,
) -> Result<Private<ChangedListing>> {
    Ok(private(ChangedListing {
        listing: own_view(app, id, None, lang).await?,
        moderation,
    }))
}

async fn own_view(
    app: &App,
    id: ListingId,
    owner: Option<AccountId>,
    lang: Lang,
) -> Result<OwnListing> {
    let listing = store::listing(&app.db, id)
        .await?
        .filter(|listing| owner.is_none_or(|owner| listing.account_id == owner))
        .ok_or_else(no_listing)?;
    view::own_view(app, &listing, lang).await
}

/// Change a listing
///
/// With the version that was read. What is public is screened again.
#[utoipa::path(
    patch, path = "/listings/{id}", tag = "market", request_body = ChangeListing,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = ChangedListing),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Changed meanwhile, promised, or over"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<ChangeListing>,
) -> Result<Private<ChangedListing>> {
    app.limiter
        .take(rate_limit::LISTINGS, &user.id.to_string())
        .await?;
    let id = listing_id(&id)?;
    blur(&app).await?;
    let mut tx = app.db.begin().await?;
    let (_, ruling) = listing::change(&app, &mut tx, &user, id, body, lang).await?;
    commit(&app, tx).await?;
    changed(&app, id, ruling, lang).await
}

/// Publish a draft
#[utoipa::path(
    post, path = "/listings/{id}/publish", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = ChangedListing),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn publish(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
) -> Result<Private<ChangedListing>> {
    let id = listing_id(&id)?;
    let mut tx = app.db.begin().await?;
    let (_, ruling) = listing::publish(&app, &mut tx, &user, id, lang).await?;
    commit(&app, tx).await?;
    changed(&app, id, Some(ruling), lang).await
}

/// Signed in as its owner, the body is `{}`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RenewListing {
    /// From the letter; it needs no sign-in.
    #[serde(default)]
    token: Option<String>,
}

/// A listing that was renewed.
#[derive(Serialize, ToSchema)]
struct Renewed {
    id: ListingId,
    title: String,
    state: ListingState,
    expires_at: Option<chrono::DateTime<chrono::Utc>>,
    renewals_left: i64,
}

/// Renew a listing
///
/// By its owner, or by whoever holds the link of the letter. Asked twice, it is done once.
#[utoipa::path(
    post, path = "/listings/{id}/renew", tag = "market", request_body = RenewListing,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Renewed),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The link is no longer good"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Renewed too often, or over"),
    )
)]
async fn renew(
    State(app): State<Arc<App>>,
    ip: rate_limit::ClientIp,
    MaybeUser(user): MaybeUser,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<RenewListing>,
) -> Result<Private<Renewed>> {
    let market = market(&app)?;
    let id = listing_id(&id)?;
    let mut tx = app.db.begin().await?;
    let found = store::lock_listing(&mut tx, id).await?;
    let listing: Listing = match (body.token, user) {
        (Some(token), _) => {
            let listing = found.filter(|listing| listing::opens(listing, &token));
            if listing.is_none() {
                app.limiter.take_for(rate_limit::WRONG_SECRETS, ip).await?;
            }
            listing.ok_or_else(|| {
                Error::Forbidden(message!(
                    "链接已失效，请登录后续期。",
                    "The link is no longer good: sign in to renew.",
                    "링크가 더 이상 유효하지 않습니다. 로그인해 연장해 주세요."
                ))
            })?
        }
        (None, Some(user)) => found
            .filter(|listing| listing.account_id == user.id)
            .ok_or_else(no_listing)?,
        (None, None) => return Err(Error::Unauthenticated),
    };
    let listing = listing::renew(&app, &mut tx, listing).await?;
    commit(&app, tx).await?;
    Ok(private(Renewed {
        id,
        renewals_left: (market.renewals - listing.renewals).max(0),
        title: listing.title,
        state: listing.state,
        expires_at: listing.expires_at,
    }))
}

/// Take a listing down
///
/// Whoever asked is told.
#[utoipa::path(
    post, path = "/listings/{id}/withdraw", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = OwnListing),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn withdraw(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
) -> Result<Private<OwnListing>> {
    let id = listing_id(&id)?;
    let mut tx = app.db.begin().await?;
    listing::withdraw(&app, &mut tx, &user, id).await?;
    commit(&app, tx).await?;
    Ok(private(own_view(&app, id, Some(user.id), lang).await?))
}

#[derive(Deserialize, IntoParams)]
struct MineQuery {
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// One's own listings, drafts included, newest first
#[utoipa::path(
    get, path = "/me/listings", tag = "market", params(MineQuery),
    responses(
        (status = OK, body = Page<OwnListing>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn mine(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Query(query): Query<MineQuery>,
) -> Result<Private<Page<OwnListing>>> {
    market(&app)?;
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let found = store::of_account(&app.db, user.id, after, i64::from(limit) + 1).await?;
    let page = Page::cut(found, limit as usize, |listing| Cursor {
        at: listing.created_at,
        id: listing.id.0,
    });
    let mut items = Vec::with_capacity(page.items.len());
    for listing in &page.items {
        items.push(view::own_view(&app, listing, lang).await?);
    }
    Ok(private(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// One of one's own listings
#[utoipa::path(
    get, path = "/me/listings/{id}", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = OwnListing),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn mine_one(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Path(id): Path<String>,
) -> Result<Private<OwnListing>> {
    market(&app)?;
    let id = listing_id(&id)?;
    Ok(private(own_view(&app, id, Some(user.id), lang).await?))
}
