//! Who may see what, and the office that checks licences.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::{market, store};
use crate::app::App;
use crate::auth::{Account, CurrentUser, MaybeUser, Role};
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::photos::Photo;

/// Handlers of the office that checks business licences, and administrators: 403 for others.
pub struct LicenceOffice(pub Account);

pub fn checks_licences(app: &App, account: &Account) -> bool {
    let Some(market) = app.pack.market() else {
        return false;
    };
    match account.role {
        Role::Administrator => true,
        Role::Handler => account.office.as_deref() == Some(market.office.as_str()),
        _ => false,
    }
}

impl FromRequestParts<Arc<App>> for LicenceOffice {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        let CurrentUser(account) = CurrentUser::from_request_parts(parts, app).await?;
        market(app)?;
        if checks_licences(app, &account) {
            return Ok(Self(account));
        }
        Err(Error::Forbidden(message!(
            "只有核验执照的部门能这样做。",
            "Only the office that checks licences may do this.",
            "허가증을 확인하는 부서만 할 수 있습니다."
        )))
    }
}

/// Whether the caller may see a photo of the market, and whether everybody may; the outer `None` when
/// the photo belongs to nothing here. A listing's photos are as public as the listing; a licence is for
/// the office that checks it, and whoever holds it.
pub async fn may_see_photo(
    app: &App,
    photo: &Photo,
    headers: &HeaderMap,
) -> Result<Option<Option<bool>>> {
    if let Some(id) = store::listing_of_photo(&app.db, photo.id).await? {
        let Some(listing) = store::listing(&app.db, id).await? else {
            return Ok(Some(None));
        };
        if listing.state.is_public() {
            return Ok(Some(Some(true)));
        }
        let MaybeUser(user) = MaybeUser::from_headers(app, headers).await?;
        let may = user.is_some_and(|user| {
            user.id == listing.account_id
                || matches!(
                    user.role,
                    Role::Moderator | Role::Coordinator | Role::Administrator
                )
        });
        return Ok(Some(may.then_some(false)));
    }
    if let Some(holder) = store::account_of_licence(&app.db, photo.id).await? {
        let MaybeUser(user) = MaybeUser::from_headers(app, headers).await?;
        let may = user.is_some_and(|user| user.id == holder || checks_licences(app, &user));
        return Ok(Some(may.then_some(false)));
    }
    Ok(None)
}
