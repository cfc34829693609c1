//! The feed over HTTP, with what readers need to ask for it cheaply.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rss::{Channel, Item, TTL_MIN};
use super::store::{self, Filter};
use crate::app::App;
use crate::district::Lang;
use crate::message;
use crate::reports::model::{Report, Status};
use crate::reports::view::{category_view, office_name, township_view};
use crate::reports::{parse_statuses, point};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Language, Query};
use crate::shared::geo::{Datum, Point};
use crate::shared::hex::hex;

/// Most reports in a feed.
const ITEMS: usize = 50;
/// Reports read to find those within a circle: a box has corners.
const READ: i64 = 200;
/// A circle's radius, in metres.
pub const RADIUS_M: std::ops::RangeInclusive<u32> = 100..=20_000;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(reports))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FeedQuery {
    /// With `lat` and `radius_m`: within a circle.
    lng: Option<f64>,
    lat: Option<f64>,
    #[serde(default)]
    datum: Datum,
    /// 100 to 20,000 metres.
    radius_m: Option<u32>,
    /// A township's code.
    township: Option<String>,
    category: Option<String>,
    /// One or several statuses between commas; none: all but `merged`.
    status: Option<String>,
    /// `zh-CN`, `en` or `ko`, for readers that send no `Accept-Language`.
    lang: Option<String>,
}

/// A place with a radius, all three given or none.
///
/// # Errors
/// 422 naming the field that is missing or out of bounds.
pub fn circle(
    lng: Option<f64>,
    lat: Option<f64>,
    datum: Datum,
    radius_m: Option<u32>,
) -> Result<Option<(Point, u32)>> {
    let missing = |field: &str| {
        Error::field(
            field,
            message!(
                "地点和半径要一起给：lng、lat 和 radius_m。",
                "Give lng, lat and radius_m together.",
                "lng, lat, radius_m을 함께 지정해 주세요."
            ),
        )
    };
    let (lng, lat, radius_m) = match (lng, lat, radius_m) {
        (None, None, None) => return Ok(None),
        (Some(lng), Some(lat), Some(radius_m)) => (lng, lat, radius_m),
        (None, ..) => return Err(missing("lng")),
        (_, None, _) => return Err(missing("lat")),
        (.., None) => return Err(missing("radius_m")),
    };
    if !RADIUS_M.contains(&radius_m) {
        return Err(Error::field(
            "radius_m",
            message!(
                "半径须为 100 至 20000 米。",
                "Between 100 and 20,000 metres.",
                "반경은 100~20,000m여야 합니다."
            ),
        ));
    }
    Ok(Some((point(lng, lat, datum)?, radius_m)))
}

/// Refuses a township or category that the district does not have.
///
/// # Errors
/// 422 naming it.
pub fn known(app: &App, township: Option<&str>, category: Option<&str>) -> Result<()> {
    if township.is_some_and(|code| app.pack.township(code).is_none()) {
        return Err(Error::field(
            "township",
            message!(
                "没有这个镇街。",
                "There is no such township.",
                "이러한 읍·면이 없습니다."
            ),
        ));
    }
    if category.is_some_and(|id| app.pack.category(id).is_none()) {
        return Err(Error::field(
            "category",
            message!(
                "没有这个类别。",
                "There is no such category.",
                "이러한 분류가 없습니다."
            ),
        ));
    }
    Ok(())
}

/// Public reports as an RSS 2.0 feed
///
/// The newest 50. It says with `ETag` and `Last-Modified` when it changed, and answers 304 to who has
/// it already.
#[utoipa::path(
    get, path = "/feeds/reports.rss", tag = "reports", params(FeedQuery),
    responses(
        (status = OK, body = String, content_type = "application/rss+xml"),
        (status = NOT_MODIFIED),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn reports(
    State(app): State<Arc<App>>,
    Language(accepted): Language,
    Query(query): Query<FeedQuery>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response> {
    let lang = query
        .lang
        .as_deref()
        .map_or(accepted, Lang::from_accept_language);
    known(&app, query.township.as_deref(), query.category.as_deref())?;
    let circle = circle(query.lng, query.lat, query.datum, query.radius_m)?;
    let filter = Filter {
        bbox: circle.map(|(middle, radius_m)| middle.bounding_box(f64::from(radius_m))),
        township: query.township,
        category: query.category,
        statuses: parse_statuses(query.status.as_deref().unwrap_or_default())?,
    };
    let mut reports = store::newest(&app.db, &filter, READ).await?;
    if let Some((middle, radius_m)) = circle {
        reports.retain(|report| {
            let place = Point::stored(report.public_lng, report.public_lat);
            middle.distance_m(place) <= f64::from(radius_m)
        });
    }
    reports.truncate(ITEMS);
    let changed_at = reports.iter().map(|report| report.updated_at).max();
    let channel = Channel {
        title: title(&app, &filter, lang),
        text: message!(
            "最新的公开举报。个人信息和私密举报的准确位置不在其中。",
            "The newest public reports, without personal data or the exact place of private ones.",
            "최신 공개 신고입니다. 개인정보와 비공개 신고의 정확한 위치는 포함되지 않습니다."
        )
        .get(lang)
        .to_owned(),
        link: format!("{}/map", app.public_url),
        itself: format!(
            "{}/api/v1/feeds/reports.rss{}",
            app.public_url,
            raw.map(|raw| format!("?{raw}")).unwrap_or_default()
        ),
        language: lang.tag(),
        changed_at: changed_at.unwrap_or(DateTime::UNIX_EPOCH),
        items: reports
            .iter()
            .map(|report| item(&app, report, lang))
            .collect(),
    };
    let body = channel.write().map_err(Error::internal)?;
    answer(&headers, body, changed_at)
}

fn title(app: &App, filter: &Filter, lang: Lang) -> String {
    let mut title = message!(
        "{name}无废举报",
        "{name} zero-waste reports",
        "{name} 제로웨이스트 신고",
        name = app.pack.name.get(lang)
    )
    .get(lang)
    .to_owned();
    let township = township_view(app, filter.township.as_deref(), lang).map(|place| place.name);
    let category = filter
        .category
        .as_deref()
        .map(|id| category_view(app, id, lang).name);
    for part in [township, category].into_iter().flatten() {
        title.push_str(" · ");
        title.push_str(&part);
    }
    title
}

fn item(app: &App, report: &Report, lang: Lang) -> Item {
    let category = category_view(app, &report.category, lang).name;
    let township = township_view(app, report.township.as_deref(), lang).map(|place| place.name);
    let status = report.status.name();
    let mut title = category.clone();
    for part in [township.as_deref(), Some(status.get(lang))]
        .into_iter()
        .flatten()
    {
        title.push_str(" · ");
        title.push_str(part);
    }
    let lead = office_name(app, &report.lead, report, lang);
    let mut text = report.public_description.clone();
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(message!("牵头：{lead}", "Led by {lead}", "주관: {lead}").get(lang));
    Item {
        title,
        text,
        link: format!("{}/r/{}", app.public_url, report.code),
        // A change of state is news: readers show an item once for each guid.
        guid: format!("{}-{}", report.code, report.status.as_str()),
        at: if report.status == Status::Dispatched {
            report.created_at
        } else {
            report.updated_at
        },
        category,
        place: Point::stored(report.public_lng, report.public_lat),
    }
}

/// The feed, or 304 to who has it.
fn answer(
    headers: &HeaderMap,
    body: Vec<u8>,
    changed_at: Option<DateTime<Utc>>,
) -> Result<Response> {
    // Weak: the same feed may come compressed.
    let etag = format!("W/\"{}\"", hex(&Sha256::digest(&body)[..16]));
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    // RFC 9110: where a reader names a tag, its date does not count.
    let has_it = match (text(header::IF_NONE_MATCH), text(header::IF_MODIFIED_SINCE)) {
        (Some(tags), _) => tags
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || tag == etag),
        (None, Some(since)) => DateTime::parse_from_rfc2822(since)
            .ok()
            .zip(changed_at)
            .is_some_and(|(since, changed)| changed.timestamp() <= since.timestamp()),
        (None, None) => false,
    };
    let mut response = if has_it {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body.into_response()
    };
    let value = |text: String| HeaderValue::from_str(&text).map_err(Error::internal);
    let answer = response.headers_mut();
    answer.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/rss+xml; charset=utf-8"),
    );
    answer.insert(header::ETAG, value(etag)?);
    if let Some(at) = changed_at {
        let at = at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        answer.insert(header::LAST_MODIFIED, value(at)?);
    }
    let lives = u64::from(TTL_MIN) * 60;
    answer.insert(
        header::CACHE_CONTROL,
        value(format!("public, max-age={lives}"))?,
    );
    answer.insert(
        header::VARY,
        HeaderValue::from_static("Accept-Language, Accept-Encoding"),
    );
    // Other sites' pages may show what is public.
    answer.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    Ok(response)
}
