//! Pickups over HTTP.

mod book;
mod codes;
mod day;
mod figures;
mod manage;
mod office;

use std::sync::Arc;

use axum::http::HeaderMap;
use utoipa_axum::router::OpenApiRouter;

use super::model::Booking;
use super::store;
use crate::app::App;
use crate::auth::MaybeUser;
use crate::message;
use crate::shared::code::Code;
use crate::shared::error::{Error, Result};
use crate::shared::photos::Photo;
use crate::shared::rate_limit::{self, ClientIp};
use crate::shared::secret::secret_hash;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(book::router())
        .merge(codes::router())
        .merge(manage::router())
        .merge(day::router())
        .merge(office::router())
        .merge(figures::router())
}

/// Finds a booking by the reference in a path.
///
/// # Errors
/// 404 when it is no reference or nobody's.
async fn load(app: &App, code: &str) -> Result<Booking> {
    let no_pickup = || {
        Error::NotFound(message!(
            "没有这个预约号，请核对 9 位数字。",
            "There is no booking with this reference: please check the nine digits.",
            "이 번호의 예약이 없습니다. 9자리 숫자를 확인해 주세요."
        ))
    };
    let code: Code = code.parse().map_err(|_| no_pickup())?;
    store::by_code(&app.db, &code).await?.ok_or_else(no_pickup)
}

fn secret_header(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("x-pickup-secret")
        .and_then(|value| value.to_str().ok())
        .filter(|s| !s.is_empty())
}

/// A booking for whoever it belongs to: the holder of its secret, or the account it was made with.
///
/// # Errors
/// 404 for a reference that is nobody's, 403 for anybody else's; many wrong secrets from one address
/// are slowed down.
async fn own(app: &App, code: &str, headers: &HeaderMap, ip: ClientIp) -> Result<Booking> {
    let booking = load(app, code).await?;
    if owns(app, &booking, headers).await? {
        return Ok(booking);
    }
    app.limiter.take_for(rate_limit::WRONG_SECRETS, ip).await?;
    Err(Error::Forbidden(message!(
        "只有预约人能查看。请用预约时的手机打开，或登录预约时的账号。",
        "Only whoever booked may see this: open it where it was booked, or sign in.",
        "예약한 사람만 볼 수 있습니다. 예약한 기기에서 열거나 로그인해 주세요."
    )))
}

async fn owns(app: &App, booking: &Booking, headers: &HeaderMap) -> Result<bool> {
    if let Some(secret) = secret_header(headers)
        && secret_hash(secret).as_slice() == booking.secret_hash
    {
        return Ok(true);
    }
    let MaybeUser(user) = MaybeUser::from_headers(app, headers).await?;
    Ok(user.is_some_and(|user| booking.account_id == Some(user.id)))
}

/// Whether the caller may see a booking's photo: its owner, and the office that collects. `None` when
/// the photo belongs to no booking.
pub async fn may_see_photo(app: &App, photo: &Photo, headers: &HeaderMap) -> Result<Option<bool>> {
    let Some(pickup) = store::pickup_of_photo(&app.db, photo.id).await? else {
        return Ok(None);
    };
    let Some(booking) = store::by_id(&app.db, pickup).await? else {
        return Ok(Some(false));
    };
    if owns(app, &booking, headers).await? {
        return Ok(Some(true));
    }
    let MaybeUser(user) = MaybeUser::from_headers(app, headers).await?;
    Ok(Some(user.is_some_and(|user| {
        super::may_see(app, &user, &booking.collector)
    })))
}
