//! The look-up for everybody.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wufei_moderation::{find_personal_data, mask_personal_data};

use crate::app::App;
use crate::auth::Named;
use crate::district::sorting::{Area, Bin, Lead, Route, Subclass};
use crate::message;
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language, Query};
use crate::shared::geo::Datum;
use crate::shared::id::FlagId;
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::rate_limit::{self, ClientIp};
use crate::sorting::live::{self, Asked, Ready, Snapshot};
use crate::sorting::model::{Flag, FlagState};
use crate::sorting::pack::SortingPack;
use crate::sorting::store;
use crate::sorting::view::{
    Candidate, PointView, SortingAnswer, SortingResult, points_for, thing_name,
};

/// Longest query, in characters.
const MAX_QUERY: usize = 100;
/// Longest name that is counted when it cannot be answered; longer texts are sentences, and may be
/// about people.
const MAX_MISS: usize = 20;
const MAX_SAYS: usize = 200;

#[derive(Deserialize, IntoParams)]
pub(super) struct LookUpQuery {
    /// At most 100 characters, in any of the three languages, in pinyin, as an emoji, or as a spoken
    /// question.
    q: String,
    /// Where the resident lives.
    #[serde(default)]
    area: Area,
    /// 1 to 20, 5 unless given.
    limit: Option<usize>,
}

fn check_query(q: &str) -> Result<()> {
    if q.chars().count() > MAX_QUERY {
        return Err(Error::field(
            "q",
            message!(
                "最多输入 100 个字。",
                "At most 100 characters.",
                "최대 100자까지 입력할 수 있습니다."
            ),
        ));
    }
    Ok(())
}

fn check_limit(limit: Option<usize>) -> Result<usize> {
    let limit = limit.unwrap_or(5);
    if (1..=20).contains(&limit) {
        Ok(limit)
    } else {
        Err(Error::field(
            "limit",
            message!("须为 1 至 20。", "Must be 1 to 20.", "1~20이어야 합니다."),
        ))
    }
}

/// How is it sorted?
///
/// Exact names, other names, pinyin and initials, one slip of the pen, then the parts of the name.
/// Below a confidence of 0.6 there are candidates and no result: a wrong bin is worse than a
/// question. What cannot be answered is counted, without who asked.
#[utoipa::path(
    get, path = "/sorting", tag = "sorting", params(LookUpQuery),
    responses(
        (status = OK, body = SortingAnswer),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn look_up(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<LookUpQuery>,
) -> Result<Response> {
    check_query(&query.q)?;
    let limit = check_limit(query.limit)?;
    let snapshot = live::current(&app).await?;
    let asked = Asked {
        query: query.q,
        area: query.area,
        limit,
        lang,
    };
    let ready = snapshot
        .answers
        .get_or_insert_with(&asked, || answer(&snapshot, &asked))?;
    if let Some(name) = ready.miss {
        app.sorting.miss(name, asked.area);
    }
    Ok(([(header::CONTENT_TYPE, "application/json")], ready.json).into_response())
}

fn answer(snapshot: &Snapshot, asked: &Asked) -> Result<Ready> {
    let query = &asked.query;
    let answer = snapshot.index.look_up(query, asked.area);
    let miss = answer
        .hits
        .is_empty()
        .then(|| snapshot.index.fold(query).text());
    let miss = miss.filter(|name| {
        (1..=MAX_MISS).contains(&name.chars().count()) && find_personal_data(query).is_empty()
    });
    let view = SortingAnswer::of(
        snapshot,
        query.clone(),
        asked.area,
        &answer,
        asked.limit,
        asked.lang,
    );
    let json = serde_json::to_vec(&view).map_err(Error::internal)?.into();
    Ok(Ready { json, miss })
}

#[derive(Deserialize, IntoParams)]
pub(super) struct SuggestionsQuery {
    /// What has been typed so far.
    q: String,
    /// 1 to 20, 5 unless given.
    limit: Option<usize>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Suggestions {
    items: Vec<Candidate>,
}

/// Names that what has been typed so far may become
#[utoipa::path(
    get, path = "/sorting/suggestions", tag = "sorting", params(SuggestionsQuery),
    responses(
        (status = OK, body = Suggestions),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn suggestions(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Query(query): Query<SuggestionsQuery>,
) -> Result<Json<Suggestions>> {
    check_query(&query.q)?;
    let limit = check_limit(query.limit)?;
    let snapshot = live::current(&app).await?;
    let found = snapshot.index.suggest(&query.q, limit);
    let items = found
        .into_iter()
        .map(|at| Candidate::of(snapshot.index.thing(at), lang));
    Ok(Json(Suggestions {
        items: items.collect(),
    }))
}

#[derive(Deserialize, IntoParams)]
pub(super) struct RulingQuery {
    #[serde(default)]
    area: Area,
    /// A place, for the nearest points.
    lng: Option<f64>,
    lat: Option<f64>,
    #[serde(default)]
    datum: Datum,
}

#[derive(Serialize, ToSchema)]
pub(super) struct RulingView {
    #[serde(flatten)]
    result: SortingResult,
    /// Other names of the thing.
    also: Vec<String>,
    /// Points that take it, the nearest first where a place was given.
    points: Vec<PointView>,
    /// When its bin is collected, in words.
    collected: Vec<String>,
}

/// The ruling on one thing, or on a kind
///
/// With the points that take it and the days it is collected. An id stays when a name changes.
#[utoipa::path(
    get, path = "/sorting/rulings/{id}", tag = "sorting", params(("id" = String, Path), RulingQuery),
    responses(
        (status = OK, body = RulingView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn ruling(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    Path(id): Path<String>,
    Query(query): Query<RulingQuery>,
) -> Result<Json<RulingView>> {
    let from = match (query.lng, query.lat) {
        (Some(lng), Some(lat)) => Some(crate::reports::point(lng, lat, query.datum)?),
        _ => None,
    };
    let snapshot = live::current(&app).await?;
    let rules = &snapshot.index.rules;
    let thing = rules.thing(&id);
    let kind = match thing {
        Some(thing) => rules.kind(&thing.kind),
        None => rules.kind(&id),
    };
    let kind = kind.ok_or_else(no_ruling)?;
    let category = kind.ruling(query.area).category;
    Ok(Json(RulingView {
        result: SortingResult::by_id(kind, thing, query.area, lang),
        also: thing.map_or_else(Vec::new, |thing| thing.aliases.clone()),
        points: points_for(&rules.points, kind, query.area, from, lang),
        collected: rules
            .collection
            .iter()
            .filter(|day| Some(day.bin) == category && day.area == query.area)
            .map(|day| day.when.get(lang).to_owned())
            .collect(),
    }))
}

pub(super) fn no_ruling() -> Error {
    Error::NotFound(message!(
        "没有这条分类说明。",
        "There is no such ruling.",
        "해당 분류 안내가 없습니다."
    ))
}

/// A kind of things with its ruling in town.
#[derive(Serialize, ToSchema)]
pub(super) struct KindView {
    id: String,
    name: String,
    category: Option<Bin>,
    subcategory: Option<Subclass>,
    route: Option<Route>,
    lead: Option<Lead>,
    /// A change to or from it takes two editors.
    dangerous: bool,
    /// Some of its things.
    examples: Vec<Named>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Kinds {
    items: Vec<KindView>,
}

/// Every kind of things
#[utoipa::path(
    get, path = "/sorting/kinds", tag = "sorting",
    responses((status = OK, body = Kinds))
)]
pub(super) async fn kinds(
    State(app): State<Arc<App>>,
    Language(lang): Language,
) -> Result<Json<Kinds>> {
    let snapshot = live::current(&app).await?;
    let rules = &snapshot.index.rules;
    let items = rules.kinds.iter().map(|kind| KindView {
        id: kind.id.clone(),
        name: kind.name.get(lang).to_owned(),
        category: kind.urban.category,
        subcategory: kind.urban.subcategory,
        route: kind.urban.route,
        lead: kind.lead,
        dangerous: kind.is_dangerous(),
        examples: rules
            .things
            .iter()
            .filter(|thing| thing.kind == kind.id)
            .take(6)
            .map(|thing| Named {
                id: thing.id.clone(),
                name: thing_name(thing, lang).to_owned(),
            })
            .collect(),
    });
    Ok(Json(Kinds {
        items: items.collect(),
    }))
}

/// The whole rule set, for use without a signal
///
/// Texts are in the language of the request, names in every language. Ask again with `If-None-Match`:
/// 304 means that nothing changed.
#[utoipa::path(
    get, path = "/sorting/pack", tag = "sorting",
    responses(
        (status = OK, body = SortingPack, headers(("ETag" = String))),
        (status = 304, description = "Nothing changed"),
    )
)]
pub(super) async fn pack(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    headers: HeaderMap,
) -> Result<Response> {
    let snapshot = live::current(&app).await?;
    let packed = live::packed(&snapshot, lang).await?;
    let listed = |name: header::HeaderName, wanted: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| {
                value
                    .split(',')
                    .map(|item| item.split(';').next().unwrap_or_default().trim())
                    .any(|item| item.trim_start_matches("W/") == wanted)
            })
    };
    let common = [
        (
            header::ETAG,
            HeaderValue::from_str(&packed.etag).map_err(Error::internal)?,
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (
            header::VARY,
            HeaderValue::from_static("accept-encoding, accept-language"),
        ),
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
    ];
    if listed(header::IF_NONE_MATCH, &packed.etag) {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    for (name, body) in [("br", &packed.brotli), ("gzip", &packed.gzip)] {
        if listed(header::ACCEPT_ENCODING, name) {
            let encoding = [(header::CONTENT_ENCODING, HeaderValue::from_static(name))];
            return Ok((common, encoding, body.clone()).into_response());
        }
    }
    Ok((common, packed.json.clone()).into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFlag {
    /// The id of the result.
    id: String,
    #[serde(default)]
    area: Area,
    /// What was looked up, at most 100 characters.
    #[serde(default)]
    query: String,
    /// What is wrong, 2 to 200 characters. Telephone numbers and the like are masked.
    says: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct FlagReceived {
    id: FlagId,
}

/// This answer is wrong
///
/// Goes to the editors' desk, without who said it.
#[utoipa::path(
    post, path = "/sorting/flags", tag = "sorting", request_body = NewFlag,
    responses(
        (status = CREATED, body = FlagReceived),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn flag(
    State(app): State<Arc<App>>,
    Language(lang): Language,
    ip: ClientIp,
    key: IdempotencyKey,
    Body {
        value: body,
        sha256,
    }: Body<NewFlag>,
) -> Result<(StatusCode, Json<FlagReceived>)> {
    app.limiter.take_for(rate_limit::FOLLOW_UPS, ip).await?;
    let says = body.says.trim();
    if !(2..=MAX_SAYS).contains(&says.chars().count()) {
        return Err(Error::field(
            "says",
            message!(
                "请写明哪里不对，2 至 200 个字。",
                "Say what is wrong in 2 to 200 characters.",
                "무엇이 잘못되었는지 2~200자로 적어 주세요."
            ),
        ));
    }
    check_query(&body.query).map_err(|_| {
        Error::field(
            "query",
            message!(
                "最多 100 个字。",
                "At most 100 characters.",
                "최대 100자입니다."
            ),
        )
    })?;
    let snapshot = live::current(&app).await?;
    let rules = &snapshot.index.rules;
    let name = rules
        .thing(&body.id)
        .map(|thing| thing.name.clone())
        .or_else(|| {
            rules
                .kind(&body.id)
                .map(|kind| kind.name.get(lang).to_owned())
        })
        .ok_or_else(no_ruling)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, answer) = key.claim(&mut tx, sha256, now).await? {
        return Ok((status, Json(answer)));
    }
    let flag = Flag {
        id: FlagId(app.random.uuid(now)),
        thing_id: body.id,
        thing_name: name,
        area: body.area,
        asked: mask_personal_data(body.query.trim()),
        says: mask_personal_data(says),
        created_at: now,
        state: FlagState::Open,
        decided_by: None,
        decided_at: None,
        answer: None,
    };
    store::insert_flag(&mut tx, &flag).await?;
    let answer = FlagReceived { id: flag.id };
    key.remember(&mut tx, StatusCode::CREATED, &answer).await?;
    tx.commit().await?;
    tracing::info!(flag = %flag.id, thing = flag.thing_name, "A sorting answer was flagged");
    Ok((StatusCode::CREATED, Json(answer)))
}
