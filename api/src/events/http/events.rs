//! Events: planned, published, found, changed.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Svg, svg};
use crate::app::{App, NO_STORE};
use crate::auth::{CurrentUser, Named};
use crate::district::Lang;
use crate::district::events::Activity;
use crate::events::access::{self, no_organisation};
use crate::events::badge::EventFigures;
use crate::events::course::{self, CancelEvent, PostponeEvent};
use crate::events::event::{self, ChangeEvent, MadeEvent, NewEvent, PublishedEvent};
use crate::events::model::Organisation;
use crate::events::place_line;
use crate::events::store::{self, Sums, Wanted};
use crate::events::svg::{Poster, poster as draw_poster};
use crate::events::view::{EventDate, EventKindView, EventView, event_view, kind_view, next_dates};
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::id::OrganisationId;
use crate::shared::idempotency::IdempotencyKey;

/// Most events in one answer; a district has dozens.
const MAX_LISTED: i64 = 500;
/// Longest time that can be asked for.
const MAX_DAYS: i64 = 400;
/// Shown where no end is asked for.
const DEFAULT_DAYS: Days = Days::new(60);

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(catalogue))
        .routes(routes!(list))
        .routes(routes!(figures))
        .routes(routes!(one, change))
        .routes(routes!(of_organisation, draft))
        .routes(routes!(publish))
        .routes(routes!(postpone))
        .routes(routes!(cancel))
        .routes(routes!(poster))
}

/// A choice with what is to be known of it.
#[derive(Serialize, ToSchema)]
struct CatalogueChoice {
    id: String,
    name: String,
    /// Credits of a condition, grams of a format; null for others.
    value: Option<i64>,
    /// Where the number comes from.
    source: Option<String>,
}

/// What the district offers.
#[derive(Serialize, ToSchema)]
struct EventCatalogue {
    /// Limits, weights or criteria are proposals that nobody has decided on.
    provisional: bool,
    timezone: String,
    organisation_kinds: Vec<Named>,
    event_kinds: Vec<EventKindView>,
    stall_kinds: Vec<CatalogueChoice>,
    conditions: Vec<CatalogueChoice>,
    formats: Vec<CatalogueChoice>,
    /// What taking a book costs, in credits.
    take: i64,
    rules_version: i64,
}

/// Kinds of organisations, events, stalls and books
#[utoipa::path(
    get, path = "/events/catalogue", tag = "events",
    responses(
        (status = OK, body = EventCatalogue),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "The district offers no events"),
    )
)]
async fn catalogue(
    State(app): State<Arc<App>>,
    Language(lang): Language,
) -> Result<Json<EventCatalogue>> {
    let events = access::events(&app)?;
    let choice = |id: &str, name: &str, value, source: Option<&str>| CatalogueChoice {
        id: id.to_owned(),
        name: name.to_owned(),
        value,
        source: source.map(str::to_owned),
    };
    Ok(Json(EventCatalogue {
        provisional: events.provisional || events.books.provisional,
        timezone: events.timezone.clone(),
        organisation_kinds: events
            .organisations
            .iter()
            .map(|kind| Named {
                id: kind.id.clone(),
                name: kind.name.get(lang).to_owned(),
            })
            .collect(),
        event_kinds: events
            .events
            .iter()
            .map(|kind| kind_view(&app, &kind.id, lang))
            .collect(),
        stall_kinds: events
            .stalls
            .iter()
            .map(|kind| choice(&kind.id, kind.name.get(lang), Some(kind.fen), None))
            .collect(),
        conditions: events
            .books
            .conditions
            .iter()
            .map(|c| choice(&c.id, c.name.get(lang), Some(c.credits), None))
            .collect(),
        formats: events
            .books
            .formats
            .iter()
            .map(|f| {
                let source = f.source.get(lang);
                choice(&f.id, f.name.get(lang), Some(f.grams), Some(source))
            })
            .collect(),
        take: events.books.take,
        rules_version: events.rules_version,
    }))
}

#[derive(Deserialize, IntoParams)]
struct EventQuery {
    /// First day, today where absent.
    from: Option<NaiveDate>,
    /// Last day, 60 days on where absent; at most 400 days.
    to: Option<NaiveDate>,
    township: Option<String>,
    kind: Option<String>,
    organisation: Option<Uuid>,
}

/// Events of a time, each with its dates in it.
#[derive(Serialize, ToSchema)]
struct EventList {
    items: Vec<EventView>,
    from: NaiveDate,
    to: NaiveDate,
}

fn span(
    app: &App,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<(NaiveDate, NaiveDate)> {
    let today = app.pack.calendar().local_date(app.clock.now());
    let from = from.unwrap_or(today);
    let to = to.unwrap_or_else(|| from.checked_add_days(DEFAULT_DAYS).unwrap_or(from));
    if !(0..=MAX_DAYS).contains(&(to - from).num_days()) {
        return Err(Error::field(
            "to",
            message!(
                "时间范围最多 {MAX_DAYS} 天。",
                "At most {MAX_DAYS} days, ending after they begin.",
                "기간은 최대 {MAX_DAYS}일입니다."
            ),
        ));
    }
    Ok((from, to))
}

/// Events by time, township, kind and organisation, in order of their next date
#[utoipa::path(
    get, path = "/events", tag = "events", params(EventQuery),
    responses(
        (status = OK, body = EventList),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<EventQuery>,
) -> Result<Json<EventList>> {
    access::events(&app)?;
    let (from, to) = span(&app, query.from, query.to)?;
    let wanted = Wanted {
        from: from.to_string(),
        to: to.to_string(),
        township: query.township,
        kind: query.kind,
        organisation: query.organisation.map(OrganisationId),
    };
    let mut items = Vec::new();
    let mut known: Vec<Organisation> = Vec::new();
    for event in store::public_events(&app.db, &wanted, MAX_LISTED).await? {
        let dates: Vec<EventDate> = event
            .occurrences(app.pack.calendar(), from, to)
            .iter()
            .map(|date| EventDate::of(&app, date))
            .collect();
        if dates.is_empty() {
            continue;
        }
        let id = event.organisation_id;
        if !known.iter().any(|organisation| organisation.id == id) {
            known.extend(store::organisation(&app.db, id).await?);
        }
        if let Some(organisation) = known.iter().find(|organisation| organisation.id == id) {
            items.push(event_view(&app, &event, organisation, None, dates, lang));
        }
    }
    items.sort_by_key(|event| event.dates.first().map(|date| date.starts));
    Ok(Json(EventList { items, from, to }))
}

#[derive(Deserialize, IntoParams)]
struct FigureQuery {
    /// First day, a year ago where absent.
    from: Option<NaiveDate>,
    /// Last day, today where absent.
    to: Option<NaiveDate>,
}

/// Figures by one property.
#[derive(Serialize, ToSchema)]
struct FigureLine {
    id: String,
    name: String,
    figures: EventFigures,
}

/// What the district's events reused.
#[derive(Serialize, ToSchema)]
struct DistrictEventFigures {
    from: NaiveDate,
    to: NaiveDate,
    total: EventFigures,
    by_township: Vec<FigureLine>,
    by_kind: Vec<FigureLine>,
}

/// What the district's events reused, by township and kind
#[utoipa::path(
    get, path = "/events/figures", tag = "events", params(FigureQuery),
    responses((status = OK, body = DistrictEventFigures))
)]
async fn figures(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<FigureQuery>,
) -> Result<Json<DistrictEventFigures>> {
    access::events(&app)?;
    let today = app.pack.calendar().local_date(app.clock.now());
    let to = query.to.unwrap_or(today);
    let year = to.checked_sub_days(Days::new(365)).unwrap_or(to);
    let from = query.from.unwrap_or(year);
    let after = to.checked_add_days(Days::new(1)).unwrap_or(to);
    let rows = store::district_sums(&app.db, &from.to_string(), &after.to_string()).await?;
    let mut total = Sums::default();
    let mut townships: Vec<(String, Sums)> = Vec::new();
    let mut kinds: Vec<(String, Sums)> = Vec::new();
    for row in &rows {
        add(&mut total, &row.sums);
        for (lines, id) in [(&mut townships, &row.township), (&mut kinds, &row.kind)] {
            if let Some((_, sums)) = lines.iter_mut().find(|(known, _)| known == id) {
                add(sums, &row.sums);
            } else {
                lines.push((id.clone(), row.sums.clone()));
            }
        }
    }
    let line = |name: String, id: String, sums: &Sums| FigureLine {
        id,
        name,
        figures: EventFigures::of(sums),
    };
    Ok(Json(DistrictEventFigures {
        from,
        to,
        total: EventFigures::of(&total),
        by_township: townships
            .into_iter()
            .map(|(id, sums)| {
                let name = app
                    .pack
                    .township(&id)
                    .map_or(id.as_str(), |t| t.name.get(lang));
                line(name.to_owned(), id.clone(), &sums)
            })
            .collect(),
        by_kind: kinds
            .into_iter()
            .map(|(id, sums)| line(kind_view(&app, &id, lang).name, id, &sums))
            .collect(),
    }))
}

fn add(sums: &mut Sums, more: &Sums) {
    sums.events += more.events;
    sums.people += more.people;
    sums.books += more.books;
    sums.things += more.things;
    sums.grams += more.grams;
}

/// An event with its coming dates
///
/// Drafts and what is held: for the members of its organisation.
#[utoipa::path(
    get, path = "/events/{id}", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = EventView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn one(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<([(HeaderName, HeaderValue); 1], Json<EventView>)> {
    let (event, organisation, role) = access::visible(&app, &id, &headers).await?;
    let dates = next_dates(&app, &event);
    let view = event_view(&app, &event, &organisation, role, dates, lang);
    Ok(([NO_STORE], Json(view)))
}

/// All events of an organisation for its members; the public ones for everybody
#[utoipa::path(
    get, path = "/organisations/{id}/events", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Vec<EventView>),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn of_organisation(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Vec<EventView>>)> {
    let organisation = access::organisation(&app, &id).await?;
    let role = access::role_of(&app, organisation.id, &headers).await?;
    if role.is_none() && !organisation.is_public() {
        return Err(no_organisation());
    }
    let views = store::events_of(&app.db, organisation.id)
        .await?
        .iter()
        .filter(|event| role.is_some() || event.state.is_public())
        .map(|event| {
            let dates = next_dates(&app, event);
            event_view(&app, event, &organisation, role, dates, lang)
        })
        .collect();
    Ok(([NO_STORE], Json(views)))
}

/// Plan an event
///
/// By organisers. It is a draft until it is published.
#[utoipa::path(
    post, path = "/organisations/{id}/events", tag = "events", request_body = NewEvent,
    params(("id" = Uuid, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = MadeEvent),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn draft(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Body { value, sha256 }: Body<NewEvent>,
) -> Result<(StatusCode, Json<MadeEvent>)> {
    let organisation = access::organisation(&app, &id).await?;
    let made = event::draft(&app, &organisation, value, &account, lang, &key, sha256).await?;
    Ok((made.0, Json(made.1)))
}

/// Change an event
///
/// New words are looked at again. Dates that people count on are postponed or cancelled instead.
#[utoipa::path(
    patch, path = "/events/{id}", tag = "events", request_body = ChangeEvent,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = PublishedEvent),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    Path(id): Path<String>,
    Body { value, .. }: Body<ChangeEvent>,
) -> Result<Json<PublishedEvent>> {
    let found = access::event(&app, &id).await?;
    Ok(Json(
        event::change(&app, found, value, &account, lang).await?,
    ))
}

/// Publish an event
///
/// It is looked at first: published, held for a moderator, or refused with the reason. Neighbours who
/// asked for it are told.
#[utoipa::path(
    post, path = "/events/{id}/publish", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = PublishedEvent),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn publish(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Json<PublishedEvent>> {
    let found = access::event(&app, &id).await?;
    let organisation = access::organisation(&app, &found.organisation_id.to_string()).await?;
    let published = event::publish(&app, found, &organisation, &account, lang).await?;
    Ok(Json(published))
}

/// Postpone, and tell everybody
///
/// The rain plan: one action that gives the new date, writes to every stallholder and follower, and
/// moves the date in the feeds. Bookings stay.
#[utoipa::path(
    post, path = "/events/{id}/postpone", tag = "events", request_body = PostponeEvent,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = PublishedEvent),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn postpone(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
    Body { value, .. }: Body<PostponeEvent>,
) -> Result<Json<PublishedEvent>> {
    let found = access::event(&app, &id).await?;
    Ok(Json(course::postpone(&app, found, value, &account).await?))
}

/// Cancel an event or one of its dates, and tell everybody
#[utoipa::path(
    post, path = "/events/{id}/cancel", tag = "events", request_body = CancelEvent,
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = PublishedEvent),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn cancel(
    State(app): State<Arc<App>>,
    CurrentUser(account): CurrentUser,
    Path(id): Path<String>,
    Body { value, .. }: Body<CancelEvent>,
) -> Result<Json<PublishedEvent>> {
    let found = access::event(&app, &id).await?;
    Ok(Json(course::cancel(&app, found, value, &account).await?))
}

/// A poster with a QR code, to be printed
#[utoipa::path(
    get, path = "/events/{id}/poster", tag = "events", params(("id" = Uuid, Path)),
    responses(
        (status = OK, content_type = "image/svg+xml", body = String),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn poster(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Svg> {
    let (event, organisation, _) = access::visible(&app, &id, &headers).await?;
    let kind = kind_view(&app, &event.kind, lang);
    let mut when: Vec<String> = next_dates(&app, &event)
        .iter()
        .take(4)
        .map(|date| {
            format!(
                "{} – {}",
                date.starts.shown(),
                date.ends.naive().format("%H:%M")
            )
        })
        .collect();
    if when.is_empty() {
        when.push(event.starts.shown());
    }
    let scan = message!(
        "扫码看详情、订摊位、加日历",
        "Scan for details, stalls and your calendar",
        "QR로 자세히 보기·자리 예약·캘린더 추가"
    );
    let place = place_line(
        &app,
        &event.township,
        event.community.as_deref(),
        &event.address,
        lang,
    );
    Ok(svg(draw_poster(&Poster {
        icon: &kind.icon,
        kind: &kind.name,
        title: &event.title,
        text: &event.text,
        when: &when,
        place: &place,
        organisation: &organisation.name,
        url: &format!("{}/events/{}", app.public_url, event.id),
        scan: scan.get(lang),
    })?))
}

/// Whether events of a kind do something.
pub(super) fn does(app: &App, kind: &str, activity: Activity) -> bool {
    app.pack
        .events()
        .and_then(|events| events.event(kind))
        .is_some_and(|kind| kind.does.contains(&activity))
}

/// The district's name for its own feed.
pub(super) fn district_name(app: &App, lang: Lang) -> String {
    let name = app.pack.name.get(lang);
    message!(
        "{name}·无废活动",
        "{name}: zero-waste events",
        "{name} 무폐기물 행사"
    )
    .get(lang)
    .to_owned()
}
