//! What can be picked up, when, for how much; and booking it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, NO_STORE};
use crate::auth::{MaybeUser, Named, Role};
use crate::district::pickups::{Half, Party};
use crate::message;
use crate::pickups::booking::{self, Booker, HeldPickup, NewPickup};
use crate::pickups::capacity::limit;
use crate::pickups::contact;
use crate::pickups::day::Day;
use crate::pickups::draft::{self, Wanted};
use crate::pickups::plan::{Current, current, pickups};
use crate::pickups::price::Bill;
use crate::pickups::slots::Room;
use crate::pickups::store;
use crate::pickups::view::{Catalogue, catalogue, named_collector};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::idempotency::IdempotencyKey;
use crate::shared::money::Money;
use crate::shared::rate_limit::{self, ClientIp};

/// Days in one answer.
const DAYS: u64 = 31;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_items))
        .routes(routes!(list_slots))
        .routes(routes!(quote))
        .routes(routes!(book))
}

/// What can be picked up
#[utoipa::path(
    get, path = "/pickups/catalogue", tag = "pickups",
    responses(
        (status = OK, body = Catalogue),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "The district offers no pickups"),
    )
)]
async fn list_items(
    State(app): State<Arc<App>>,
    Language(lang): Language,
) -> Result<Json<Catalogue>> {
    let current = current(&app).await?;
    let today = Day(app.pack.calendar().local_date(app.clock.now()));
    Ok(Json(catalogue(&current, today, lang)))
}

#[derive(Deserialize, IntoParams)]
struct SlotQuery {
    /// Code of the township.
    township: String,
    /// Code of the community or village; every one of a township has the same rounds.
    #[expect(dead_code, reason = "part of the contract; zones are of townships")]
    community: Option<String>,
    /// First day, the first that can be booked where absent.
    from: Option<NaiveDate>,
    /// `fridge:1,sofa:2`
    items: String,
    /// Who books, `resident` where absent.
    party: Option<Party>,
    /// Floor and lift, for the price.
    floor: Option<i64>,
    lift: Option<bool>,
}

/// Whether a half-day can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Availability {
    Free,
    /// One can join its waiting list.
    Full,
    /// Its cut-off has passed, or there is no round after all.
    Closed,
}

/// A half-day that can be booked, or waited for.
#[derive(Serialize, ToSchema)]
struct SlotOffer {
    id: String,
    #[schema(value_type = String, format = Date)]
    day: Day,
    half: Half,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    /// Until when it can be booked, changed and cancelled freely.
    cut_off_at: DateTime<Utc>,
    collector: Named,
    availability: Availability,
    /// How many more items fit.
    left: i64,
    /// How many wait.
    waiting: i64,
    /// What these items cost in this half-day, in fen.
    price_fen: Money,
}

/// Half-days for some items at a place.
#[derive(Serialize, ToSchema)]
struct SlotOffers {
    zone: Named,
    #[schema(value_type = String, format = Date)]
    first_day: Day,
    #[schema(value_type = String, format = Date)]
    last_day: Day,
    now: DateTime<Utc>,
    items: Vec<SlotOffer>,
}

/// When it can be picked up
///
/// Half-days of the collectors that take all these items, in order, up to 31 days.
#[utoipa::path(
    get, path = "/pickups/slots", tag = "pickups", params(SlotQuery),
    responses(
        (status = OK, body = SlotOffers),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list_slots(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<SlotQuery>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<SlotOffers>)> {
    let Current { plan, prices } = current(&app).await?;
    let wanted = wanted(&query.items)?;
    let lines = draft::lines(
        plan.pickups,
        &wanted,
        query.party.unwrap_or(Party::Resident),
    )?;
    let zone = plan.pickups.zone_of(&query.township).ok_or_else(|| {
        Error::field(
            "township",
            message!(
                "这个镇（街）还没有上门收运。",
                "There are no pickups in this township.",
                "이 읍·면에는 아직 방문 수거가 없습니다."
            ),
        )
    })?;
    let now = app.clock.now();
    let (first, last) = plan.window(now);
    let from = query.from.map_or(first, |day| Day(day).max(first));
    let until = Day(from.0 + chrono::Days::new(DAYS)).min(last);
    let collectors = draft::common_collectors(&lines);
    let room = draft::room_of(&lines);
    let loads = store::slots_between(&app.db, Some(&zone.id), from, until, now).await?;
    let mut slots = plan.slots(&collectors, &zone.id, from, until);
    // Half-days that staff opened apart from the rounds.
    for load in &loads {
        let key = load.slot.key();
        if load.slot.items_limit.is_some()
            && collectors.contains(&key.collector.as_str())
            && !slots.iter().any(|(known, _)| *known == key)
        {
            slots.push((key, Room::default()));
        }
    }
    slots.sort_by(|(a, _), (b, _)| {
        (a.day, a.half, &a.collector).cmp(&(b.day, b.half, &b.collector))
    });
    let items = slots
        .into_iter()
        .filter_map(|(key, of_rounds)| {
            let load = loads.iter().find(|load| load.slot.key() == key);
            let (all, left, waiting) = match load {
                Some(load) => {
                    let all = limit(&plan, &load.slot);
                    let lapsed = Room {
                        items: load.lapsed_items,
                        litres: load.lapsed_litres,
                    };
                    (all, all.minus(load.slot.taken()).plus(lapsed), load.waiting)
                }
                None => (of_rounds, of_rounds, 0),
            };
            if all == Room::default() {
                return None;
            }
            let availability = if plan.bookable(key.day, now).is_err() {
                Availability::Closed
            } else if left.fits(room) && waiting == 0 {
                Availability::Free
            } else {
                Availability::Full
            };
            let (starts_at, ends_at) = plan.hours(key.day, key.half);
            let priced = draft::priced(
                &lines,
                &prices,
                &key.collector,
                key.day,
                query.floor.unwrap_or(1),
                query.lift.unwrap_or(false),
            );
            Some(SlotOffer {
                id: key.to_string(),
                day: key.day,
                half: key.half,
                starts_at,
                ends_at,
                cut_off_at: plan.cut_off(key.day),
                collector: named_collector(&plan, &key.collector, lang),
                availability,
                left: left.items.max(0),
                waiting,
                price_fen: draft::total(&priced),
            })
        })
        .collect();
    Ok((
        [NO_STORE],
        Json(SlotOffers {
            zone: Named {
                id: zone.id.clone(),
                name: zone.name.get(lang).to_owned(),
            },
            first_day: first,
            last_day: last,
            now,
            items,
        }),
    ))
}

/// `fridge:1,sofa:2`
fn wanted(text: &str) -> Result<Vec<Wanted>> {
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (item, count) = part.split_once(':').unwrap_or((part, "1"));
            Some(Wanted {
                item: item.trim().to_owned(),
                count: count.trim().parse().ok()?,
            })
        })
        .collect::<Option<Vec<Wanted>>>()
        .ok_or_else(|| {
            Error::field(
                "items",
                message!(
                    "写成 fridge:1,sofa:2 的样子。",
                    "Write it as fridge:1,sofa:2.",
                    "fridge:1,sofa:2 형식으로 적어 주세요."
                ),
            )
        })
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskPrice {
    items: Vec<Wanted>,
    #[serde(default)]
    party: Option<Party>,
    /// 1 where absent.
    #[serde(default)]
    floor: Option<i64>,
    #[serde(default)]
    lift: bool,
    /// The day of collection, today where absent: prices change on a day.
    #[serde(default)]
    day: Option<NaiveDate>,
    /// The usual one where absent.
    #[serde(default)]
    collector: Option<String>,
}

/// What it costs
///
/// The price of a day, before anything is booked; negative is paid to the resident.
#[utoipa::path(
    post, path = "/pickups/quote", tag = "pickups", request_body = AskPrice,
    responses(
        (status = OK, body = Bill),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn quote(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Body { value: body, .. }: Body<AskPrice>,
) -> Result<Json<Bill>> {
    let Current { plan, prices } = current(&app).await?;
    let party = body.party.unwrap_or(Party::Resident);
    let lines = draft::lines(plan.pickups, &body.items, party)?;
    let collectors = draft::common_collectors(&lines);
    let collector = match &body.collector {
        None => collectors.first().copied(),
        Some(id) => collectors.iter().copied().find(|known| known == id),
    };
    let collector = collector.ok_or_else(|| {
        Error::field(
            "collector",
            message!(
                "这个单位不收所选物品。",
                "This collector does not take these items.",
                "이 업체는 선택한 품목을 수거하지 않습니다."
            ),
        )
    })?;
    let today = app.pack.calendar().local_date(app.clock.now());
    let day = Day(body.day.unwrap_or(today));
    let items = draft::priced(
        &lines,
        &prices,
        collector,
        day,
        body.floor.unwrap_or(1),
        body.lift,
    );
    Ok(Json(draft::bill(plan.pickups, &items, lang)))
}

/// Book a pickup
///
/// Keeps a place of the half-day for ten minutes; confirm it before. With `wait`, a full half-day
/// gives a place on its waiting list. Without an account it needs the `contact_token` of the phone
/// number. Members of staff book for somebody on the phone, at once and without a code.
#[utoipa::path(
    post, path = "/pickups", tag = "pickups", request_body = NewPickup,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = HeldPickup),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Neither signed in nor a token for this number"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Full, or the household has enough"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn book(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    MaybeUser(user): MaybeUser,
    key: IdempotencyKey,
    Body { value: new, sha256 }: Body<NewPickup>,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1], Json<HeldPickup>)> {
    app.limiter.take_for(rate_limit::PICKUPS, ip).await?;
    pickups(&app)?;
    let booker = match user {
        Some(user) if matches!(user.role, Role::Handler | Role::Coordinator) => {
            Booker::Staff(user.id)
        }
        Some(user) => Booker::Account(user.id),
        None => {
            contact::check(&app, new.contact_token.as_deref(), &new.contact.phone).await?;
            Booker::Contact
        }
    };
    let (status, held) = booking::book(&app, new, booker, lang, &key, sha256).await?;
    Ok((status, [NO_STORE], Json(held)))
}
