//! Calendar feeds, following, and notices to neighbours.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use chrono::Days;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::events::district_name;
use crate::app::{App, NO_STORE};
use crate::auth::CurrentUser;
use crate::events::access::{self, no_event};
use crate::events::feeds::{MAX_EVENTS, feed};
use crate::events::model::Notice;
use crate::events::store::{self, Wanted};
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::{GatheringId, NoticeId, OrganisationId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::rate_limit::{self, ClientIp};
use crate::shared::secret::{new_secret, secret_hash};

/// Events that were over before are left out of feeds.
const FEED_PAST: Days = Days::new(90);
const FEED_AHEAD: Days = Days::new(731);
/// Notices one person may ask for.
const MAX_NOTICES: usize = 30;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(public))
        .routes(routes!(private))
        .routes(routes!(make_feed, end_feed))
        .routes(routes!(follow, unfollow))
        .routes(routes!(notices, add_notice))
        .routes(routes!(delete_notice))
}

type Calendar = ([(HeaderName, HeaderValue); 2], String);

#[derive(Deserialize, IntoParams)]
struct FeedQuery {
    township: Option<String>,
    organisation: Option<Uuid>,
    kind: Option<String>,
    /// One event alone.
    event: Option<Uuid>,
}

const ICS: HeaderValue = HeaderValue::from_static("text/calendar; charset=utf-8");

/// The calendar feed of the district, a township, an organisation, a kind or one event
///
/// iCalendar (RFC 5545): rules, exceptions and moved dates as such, times in the district's zone.
#[utoipa::path(
    get, path = "/events.ics", tag = "events", params(FeedQuery),
    responses(
        (status = OK, content_type = "text/calendar", body = String),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn public(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<FeedQuery>,
) -> Result<Calendar> {
    access::events(&app)?;
    let today = app.pack.calendar().local_date(app.clock.now());
    let from = today.checked_sub_days(FEED_PAST).unwrap_or(today);
    let to = today.checked_add_days(FEED_AHEAD).unwrap_or(today);
    let mut name = district_name(&app, lang);
    let events = if let Some(id) = query.event {
        let event = store::event(&app.db, GatheringId(id)).await?;
        let event = event
            .filter(|event| event.state.is_public())
            .ok_or_else(no_event)?;
        let organisation = store::organisation(&app.db, event.organisation_id).await?;
        if !organisation.is_some_and(|organisation| organisation.is_public()) {
            return Err(no_event());
        }
        name.clone_from(&event.title);
        vec![event]
    } else {
        let organisation = query.organisation.map(OrganisationId);
        if let Some(id) = organisation
            && let Some(found) = store::organisation(&app.db, id).await?
            && found.is_public()
        {
            name = found.name;
        }
        if let Some(code) = &query.township
            && let Some(township) = app.pack.township(code)
        {
            name = format!("{name}·{}", township.name.get(lang));
        }
        let wanted = Wanted {
            from: from.to_string(),
            to: to.to_string(),
            township: query.township,
            kind: query.kind,
            organisation,
        };
        store::public_events(&app.db, &wanted, MAX_EVENTS).await?
    };
    let text = feed(&app, name, &events, lang).await?;
    let cache = HeaderValue::from_static("public, max-age=300");
    Ok((
        [(header::CONTENT_TYPE, ICS), (header::CACHE_CONTROL, cache)],
        text,
    ))
}

/// One's own calendar feed, by its secret
///
/// What one follows, has a stall at, or helps with. `{token}` may end in `.ics`.
#[utoipa::path(
    get, path = "/event-feeds/{token}", tag = "events", params(("token" = String, Path)),
    responses(
        (status = OK, content_type = "text/calendar", body = String),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn private(
    State(app): State<Arc<App>>,
    ip: ClientIp,
    Language(lang): Language,
    Path(token): Path<String>,
) -> Result<Calendar> {
    access::events(&app)?;
    let token = token.strip_suffix(".ics").unwrap_or(&token);
    let Some(owner) = store::feed_owner(&app.db, &secret_hash(token)).await? else {
        app.limiter.take_for(rate_limit::WRONG_SECRETS, ip).await?;
        return Err(Error::NotFound(message!(
            "没有这个日历订阅，或已更换。",
            "There is no such feed, or it was replaced.",
            "이러한 캘린더 구독이 없거나 교체되었습니다."
        )));
    };
    let events = store::events_of_person(&app.db, owner).await?;
    let text = feed(&app, district_name(&app, lang), &events, lang).await?;
    Ok(([(header::CONTENT_TYPE, ICS), NO_STORE], text))
}

/// The address of one's own feed, given once.
#[derive(Serialize, ToSchema)]
struct MadeFeed {
    /// Relative to the root.
    url: String,
}

/// Make the address of one's own feed; an earlier one ends
#[utoipa::path(
    post, path = "/me/event-feed", tag = "events",
    responses(
        (status = CREATED, body = MadeFeed),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn make_feed(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1], Json<MadeFeed>)> {
    access::events(&app)?;
    let token = new_secret(&app.random);
    let mut tx = app.db.begin().await?;
    store::put_feed(&mut tx, account.id, &secret_hash(&token), app.clock.now()).await?;
    tx.commit().await?;
    let url = format!("/api/v1/event-feeds/{token}.ics");
    Ok((StatusCode::CREATED, [NO_STORE], Json(MadeFeed { url })))
}

/// End one's own feed
#[utoipa::path(
    delete, path = "/me/event-feed", tag = "events",
    responses(
        (status = 204, description = "Its address opens nothing any more"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn end_feed(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    store::delete_feed(&mut tx, account.id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Follow an event: letters when it moves, and one's own feed
#[utoipa::path(
    post, path = "/events/{id}/follow", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = 204, description = "Followed"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn follow(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    Path(id): Path<String>,
    headers: axum::http::HeaderMap,
) -> Result<StatusCode> {
    let (event, ..) = access::visible(&app, &id, &headers).await?;
    let mut tx = app.db.begin().await?;
    store::follow(&mut tx, event.id, account.id, lang.tag(), app.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Follow an event no longer
#[utoipa::path(
    delete, path = "/events/{id}/follow", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = 204, description = "No longer followed"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn unfollow(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let event = access::event(&app, &id).await?;
    let mut tx = app.db.begin().await?;
    store::unfollow(&mut tx, event.id, account.id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a neighbour wants to hear of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewNotice {
    /// A township's code; anywhere where absent.
    #[serde(default)]
    township: Option<String>,
    /// A kind of event; any where absent.
    #[serde(default)]
    kind: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct EventNotice {
    id: NoticeId,
    township: Option<String>,
    kind: Option<String>,
}

impl From<Notice> for EventNotice {
    fn from(notice: Notice) -> Self {
        Self {
            id: notice.id,
            township: notice.township,
            kind: notice.kind,
        }
    }
}

/// What one is told of
#[utoipa::path(
    get, path = "/me/event-notices", tag = "events",
    responses(
        (status = OK, body = Vec<EventNotice>),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn notices(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Vec<EventNotice>>)> {
    let found = store::notices_of(&app.db, account.id).await?;
    let views = found.into_iter().map(EventNotice::from).collect();
    Ok(([NO_STORE], Json(views)))
}

/// Be told of new events by letter
///
/// To the account's own address.
#[utoipa::path(
    post, path = "/me/event-notices", tag = "events", request_body = NewNotice,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = EventNotice),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add_notice(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    key: IdempotencyKey,
    Body { value, sha256 }: Body<NewNotice>,
) -> Result<(StatusCode, Json<EventNotice>)> {
    let events = access::events(&app)?;
    let mut errors = Vec::new();
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (township, kind) = (given(value.township), given(value.kind));
    if let Some(code) = &township {
        crate::events::organisation::place(&app, code, None, &mut errors);
    }
    if kind
        .as_deref()
        .is_some_and(|kind| events.event(kind).is_none())
    {
        errors.push((
            "kind".to_owned(),
            message!(
                "没有这种活动。",
                "There is no such kind of event.",
                "이러한 행사 종류가 없습니다."
            ),
        ));
    }
    // Only the account's own address: any other would be somebody else's letter-box.
    if account.email.is_none() {
        errors.push((
            "email".to_owned(),
            message!(
                "请先给账号确认一个邮箱，才能收信。",
                "Give your account an e-mail address first.",
                "먼저 계정에 이메일 주소를 등록해 주세요."
            ),
        ));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let known = store::notices_of(&app.db, account.id).await?;
    let now = app.clock.now();
    let notice = Notice {
        id: NoticeId(app.random.uuid(now)),
        account_id: account.id,
        township,
        kind,
        lang: lang.tag().to_owned(),
        created_at: now,
    };
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, known) = key.claim(&mut tx, sha256, now).await? {
        return Ok((status, Json(known)));
    }
    if known.len() >= MAX_NOTICES {
        return Err(Error::Conflict(message!(
            "最多 {MAX_NOTICES} 条提醒。",
            "At most {MAX_NOTICES} notices.",
            "알림은 최대 {MAX_NOTICES}개입니다."
        )));
    }
    store::insert_notice(&mut tx, &notice).await?;
    let made = EventNotice::from(notice);
    key.remember(&mut tx, StatusCode::CREATED, &made).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Be told no longer
#[utoipa::path(
    delete, path = "/me/event-notices/{id}", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = 204, description = "No more letters"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn delete_notice(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    let id = Uuid::try_parse(&id).map_err(|_| no_event())?;
    let mut tx = app.db.begin().await?;
    if !store::delete_notice(&mut tx, NoticeId(id), account.id).await? {
        return Err(no_event());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
