//! Authorisation in the handler's signature.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum_extra::extract::cookie::CookieJar;
use sha2::{Digest, Sha256};

use super::{Account, Role, store};
use crate::app::App;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::hex::hex;
use crate::shared::random::Random;

pub(super) const SESSION_COOKIE: &str = "wufei_session";

/// 256 random bits as 64 hexadecimal digits.
pub(super) fn new_token(random: &Random) -> String {
    hex(&random.bytes::<32>())
}

/// What the database knows a token by.
pub(super) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The session of a request, as its hash.
pub(crate) fn session_of(headers: &HeaderMap) -> Option<[u8; 32]> {
    CookieJar::from_headers(headers)
        .get(SESSION_COOKIE)
        .map(|cookie| token_hash(cookie.value()))
}

/// The signed-in person, or nobody.
#[derive(Clone, Debug)]
pub struct MaybeUser(pub Option<Account>);

impl MaybeUser {
    pub async fn from_headers(app: &App, headers: &HeaderMap) -> Result<Self> {
        match session_of(headers) {
            Some(hash) => Ok(Self(
                store::by_session(&app.db, &hash, app.clock.now()).await?,
            )),
            None => Ok(Self(None)),
        }
    }
}

impl FromRequestParts<Arc<App>> for MaybeUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        Self::from_headers(app, &parts.headers).await
    }
}

/// The signed-in person; 401 without.
#[derive(Clone, Debug)]
pub struct CurrentUser(pub Account);

impl FromRequestParts<Arc<App>> for CurrentUser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        MaybeUser::from_headers(app, &parts.headers)
            .await?
            .0
            .map(Self)
            .ok_or(Error::Unauthenticated)
    }
}

/// The roles that may call a handler.
pub trait RoleSet: Send + Sync + 'static {
    const ROLES: &'static [Role];
}

/// Declares a role set.
macro_rules! role_set {
    ($($(#[$doc:meta])* $name:ident: $($role:ident)|+;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl RoleSet for $name {
            const ROLES: &'static [Role] = &[$(Role::$role),+];
        }
    )*};
}

role_set! {
    /// Every member of staff.
    Everyone: Handler | Coordinator | Verifier | Moderator | Editor | Administrator;
    /// Those who deal with a case on the ground.
    Handlers: Handler;
    /// Those who decide between offices.
    Coordinators: Coordinator;
    /// Handlers for their own office, coordinators between offices.
    Arbiters: Handler | Coordinator;
    /// Those who plan rounds, and those who look on.
    Planners: Handler | Coordinator | Administrator;
    /// Those who approve organisations: handlers for their own office.
    Approvers: Handler | Administrator;
    /// Those who take cases from step to step.
    CaseWorkers: Handler | Coordinator | Verifier;
    /// Those who write what offices say again and again: handlers for their own office.
    ReplyWriters: Handler | Coordinator | Administrator;
    /// Those who confirm what others have handled.
    Verifiers: Verifier | Coordinator;
    /// Those who edit the sorting rules.
    Editors: Editor | Administrator;
    /// Those who manage accounts.
    Administrators: Administrator;
    /// Those who decide what residents may publish.
    Moderators: Moderator | Administrator;
    /// Those who decide what the public sees.
    Curators: Coordinator | Moderator | Administrator;
}

/// A signed-in member of staff with one of the roles of `R`: 401 when nobody is signed in, 403 when
/// the role does not fit.
#[derive(Debug)]
pub struct Staff<R: RoleSet> {
    pub account: Account,
    roles: PhantomData<R>,
}

impl<R: RoleSet> FromRequestParts<Arc<App>> for Staff<R> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        let CurrentUser(account) = CurrentUser::from_request_parts(parts, app).await?;
        if R::ROLES.contains(&account.role) {
            Ok(Self {
                account,
                roles: PhantomData,
            })
        } else {
            Err(Error::Forbidden(message!(
                "您的身份不能做这件事。",
                "Your role does not allow this.",
                "권한이 없습니다."
            )))
        }
    }
}
