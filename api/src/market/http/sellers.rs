//! Professional merchants, and the office that checks their licences.

use std::sync::Arc;

use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Private, commit, id_of, one_of, private};
use crate::app::App;
use crate::auth::{CurrentUser, Named};
use crate::market::access::LicenceOffice;
use crate::market::model::Seller;
use crate::market::reputation::{self, Reputation};
use crate::market::sellers::{self, SellerDecision, SellerForm, no_seller};
use crate::market::view::{self, ListingCard, OwnSeller};
use crate::market::{market, store};
use crate::reports::page_size;
use crate::shared::error::{Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::SellerId;
use crate::shared::page::{Cursor, Page};
use crate::shared::rate_limit;
use crate::shared::screening::Ruling;

/// Listings on a merchant's page.
const SHOWN: i64 = 100;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(own, put))
        .routes(routes!(one))
        .routes(routes!(waiting))
        .routes(routes!(decide))
}

#[derive(Serialize, ToSchema)]
struct SellerSaved {
    seller: OwnSeller,
    moderation: Ruling,
}

/// Present oneself as a merchant
///
/// Name and introduction are screened; the licence waits for the market office. A new name, number or
/// licence is checked anew.
#[utoipa::path(
    put, path = "/me/seller", tag = "market", request_body = SellerForm,
    responses(
        (status = OK, body = SellerSaved),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Banned from publishing"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn put(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
    Body { value: form, .. }: Body<SellerForm>,
) -> Result<Private<SellerSaved>> {
    market(&app)?;
    app.limiter
        .take(rate_limit::LISTINGS, &user.id.to_string())
        .await?;
    let mut tx = app.db.begin().await?;
    let (seller, moderation) = sellers::put(&app, &mut tx, &user, form, lang).await?;
    commit(&app, tx).await?;
    Ok(private(SellerSaved {
        seller: view::own_seller(&app, &seller, lang).await?,
        moderation,
    }))
}

/// One's own merchant's form
#[utoipa::path(
    get, path = "/me/seller", tag = "market",
    responses(
        (status = OK, body = OwnSeller),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not a merchant"),
    )
)]
async fn own(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    CurrentUser(user): CurrentUser,
) -> Result<Private<OwnSeller>> {
    market(&app)?;
    let seller = store::seller_of(&app.db, user.id)
        .await?
        .ok_or_else(no_seller)?;
    Ok(private(view::own_seller(&app, &seller, lang).await?))
}

/// A merchant whose licence was checked.
#[derive(Serialize, ToSchema)]
struct SellerPage {
    id: SellerId,
    name: String,
    intro: String,
    township: Named,
    verified: bool,
    verified_at: Option<DateTime<Utc>>,
    reputation: Reputation,
    listings: Vec<ListingCard>,
}

/// A merchant's page
#[utoipa::path(
    get, path = "/sellers/{id}", tag = "market", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = SellerPage),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "None, or not verified"),
    )
)]
async fn one(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Private<SellerPage>> {
    market(&app)?;
    let seller = store::seller(&app.db, SellerId(id_of(&id)?))
        .await?
        .filter(Seller::is_verified)
        .ok_or_else(no_seller)?;
    let listings = store::public_of_account(&app.db, seller.account_id, SHOWN).await?;
    let township = app.pack.township(&seller.township);
    Ok(private(SellerPage {
        reputation: reputation::of(&app, seller.account_id, lang).await?,
        listings: view::cards(&app, &listings, None, lang).await?,
        township: Named {
            name: township
                .map_or(seller.township.as_str(), |t| t.name.get(lang))
                .to_owned(),
            id: seller.township,
        },
        id: seller.id,
        name: seller.name,
        intro: seller.intro,
        verified: true,
        verified_at: seller.decided_at,
    }))
}

#[derive(Deserialize, IntoParams)]
struct SellerQuery {
    /// `pending`, `approved`, `refused` or `revoked`; all where absent.
    state: Option<String>,
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// A merchant as the market office sees it.
#[derive(Serialize, ToSchema)]
struct SellerForDesk {
    #[serde(flatten)]
    seller: OwnSeller,
    /// The account's whole name, to compare with the licence.
    account_name: String,
    licence_photo_url: String,
    updated_at: DateTime<Utc>,
}

async fn for_desk(
    app: &App,
    seller: &Seller,
    lang: crate::district::Lang,
) -> Result<SellerForDesk> {
    let person = store::person(&app.db, seller.account_id).await?;
    Ok(SellerForDesk {
        seller: view::own_seller(app, seller, lang).await?,
        account_name: person.map_or_else(String::new, |person| person.name),
        licence_photo_url: crate::shared::photos::display_url(seller.licence_photo),
        updated_at: seller.updated_at,
    })
}

/// Merchants by state, the latest first
///
/// For handlers of the office that checks licences, and administrators.
#[utoipa::path(
    get, path = "/desk/sellers", tag = "desk", params(SellerQuery),
    responses(
        (status = OK, body = Page<SellerForDesk>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn waiting(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    LicenceOffice(_by): LicenceOffice,
    Query(query): Query<SellerQuery>,
) -> Result<Private<Page<SellerForDesk>>> {
    let limit = page_size(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let state = one_of("state", query.state.as_deref())?;
    let found = store::sellers(&app.db, state, after, i64::from(limit) + 1).await?;
    let page = Page::cut(found, limit as usize, |seller| Cursor {
        at: seller.updated_at,
        id: seller.id.0,
    });
    let mut items = Vec::with_capacity(page.items.len());
    for seller in &page.items {
        items.push(for_desk(&app, seller, lang).await?);
    }
    Ok(private(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecideSeller {
    decision: SellerDecision,
    /// Needed but for an approval; the merchant reads it.
    #[serde(default)]
    reason: String,
}

/// Decide about a licence
#[utoipa::path(
    post, path = "/desk/sellers/{id}/decide", tag = "desk", request_body = DecideSeller,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = SellerForDesk),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn decide(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    LicenceOffice(by): LicenceOffice,
    Path(id): Path<String>,
    Body { value: body, .. }: Body<DecideSeller>,
) -> Result<Private<SellerForDesk>> {
    let id = SellerId(id_of(&id)?);
    let mut tx = app.db.begin().await?;
    let seller = sellers::decide(&app, &mut tx, &by, id, body.decision, &body.reason).await?;
    commit(&app, tx).await?;
    Ok(private(for_desk(&app, &seller, lang).await?))
}
