//! For the office: bookings and load, rounds, exceptions, prices, codes to read out.

mod bookings;
mod calendar;
mod closings;
mod codes;
mod prices;
mod rounds;

use crate::app::{App, NO_STORE};
use crate::auth::Account;
use crate::district::Lang;
use crate::message;
use crate::pickups::access;
use crate::pickups::day::Day;
use crate::pickups::model::Booking;
use crate::pickups::plan::current;
use crate::pickups::store::{self};
use crate::pickups::view::{PickupView, pickup_view};
use crate::shared::error::{Error, Result};
use axum::Json;
use axum::http::{HeaderName, HeaderValue};
use chrono::NaiveDate;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// Days in one calendar or export.
const MAX_DAYS: i64 = 366;
/// A round larger than this is a slip of the pen.
const MAX_ROOM: i64 = 1_000_000;
/// Fen; a price beyond is a slip of the pen.
const MAX_PRICE: i64 = 1_000_000;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(bookings::router())
        .merge(calendar::router())
        .merge(rounds::router())
        .merge(closings::router())
        .merge(prices::router())
        .merge(codes::router())
}

type Private<T> = ([(HeaderName, HeaderValue); 1], Json<T>);

/// The collectors somebody sees, `,a,b,` as one LIKE can search it.
pub(super) fn seen_by(app: &App, account: &Account, only: Option<&str>) -> Result<String> {
    let mut collectors = access::collectors_of(app, account);
    if let Some(only) = only {
        access::check(collectors.iter().any(|id| id == only))?;
        collectors = vec![only.to_owned()];
    }
    Ok(format!(",{},", collectors.join(",")))
}

/// Two days in order and not too far apart.
pub(super) fn span(from: NaiveDate, until: NaiveDate) -> Result<(Day, Day)> {
    if (0..MAX_DAYS).contains(&(until - from).num_days()) {
        return Ok((Day(from), Day(until)));
    }
    Err(Error::field(
        "until",
        message!(
            "结束日期不早于开始日期，最多 366 天。",
            "Not before `from`, and at most 366 days.",
            "종료일은 시작일 이후여야 하며 최대 366일입니다."
        ),
    ))
}

async fn reload(app: &App, booking: &Booking) -> Result<Booking> {
    store::by_id(&app.db, booking.id)
        .await?
        .ok_or_else(|| Error::internal("the pickup is gone"))
}

async fn view(app: &App, booking: &Booking, lang: Lang) -> Result<Private<PickupView>> {
    let current = current(app).await?;
    let view = pickup_view(app, &current.plan, booking, lang).await?;
    Ok(([NO_STORE], Json(view)))
}
