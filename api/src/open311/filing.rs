//! A request as another system files it becomes a report like any other.

use axum::extract::Request;
use serde_json::{Value, json};

use super::http::Fault;
use super::keys::{self, ApiKey};
use super::params::Params;
use crate::app::App;
use crate::district::{Lang, Pack};
use crate::photos::take_in;
use crate::reports::follower::Contact;
use crate::reports::{self, Filer, NewReport, Via};
use crate::shared::geo::{Datum, Point};
use crate::shared::id::PhotoId;
use crate::shared::idempotency::IdempotencyKey;
use crate::shared::rate_limit::Limit;
use crate::shared::secret::new_secret;

/// Metres a place may be off that was only named.
const NAMED_PLACE_ACCURACY_M: f64 = 5_000.0;

/// Files what a client sends.
///
/// # Errors
/// 400 for what is missing or wrong, 403 without a valid key, 404 for another jurisdiction.
pub async fn file(app: &App, request: Request) -> Result<Value, Fault> {
    let idempotency = IdempotencyKey::of_headers(request.headers(), request.uri().path());
    let idempotency = idempotency.map_err(Fault::from)?;
    let params = Params::of_request(request).await?;
    let key = check_key(app, &params).await?;
    super::http::check_jurisdiction(app, &params)?;
    let mut faults = Vec::new();
    let service = match params.get("service_code") {
        None => {
            faults.push("service_code is missing".to_owned());
            ""
        }
        Some(code) if app.pack.category(code).is_none() => {
            faults.push(format!("there is no service {code}"));
            ""
        }
        Some(code) => code,
    };
    let place = place(&app.pack, &params).unwrap_or_else(|fault| {
        faults.push(fault);
        Place::default()
    });
    if !faults.is_empty() {
        return Err(Fault::all_bad(faults));
    }
    let mut photo_ids: Vec<PhotoId> = own_photo(app, &params).into_iter().collect();
    if let Some(media) = &params.media {
        let (_, photo) = take_in(app, &IdempotencyKey::none(), media.clone()).await?;
        photo_ids.push(photo.id);
    }
    let new = new_report(service, &params, place, photo_ids);
    let filer = Filer {
        account: None,
        lang: Lang::Zh,
        via: Some(Via {
            api_key: key.id,
            token: new_secret(&app.random),
        }),
    };
    let body = params.digest();
    let (_, filed) = reports::file(app, new, filer, &idempotency, body).await?;
    Ok(json!([{
        "service_request_id": filed.code.as_str(),
        "service_notice": filed.routing.reasons.first(),
        "account_id": null,
    }]))
}

async fn check_key(app: &App, params: &Params) -> Result<ApiKey, Fault> {
    let given = params.get("api_key");
    let given = given.ok_or_else(|| Fault::forbidden("api_key is missing"))?;
    let key = keys::find(app, given).await?;
    let key = key.ok_or_else(|| Fault::forbidden("this api_key is not valid"))?;
    let limit = Limit {
        name: "open311",
        burst: u32::try_from(key.per_hour).unwrap_or(u32::MAX),
        period: std::time::Duration::from_secs(3600),
    };
    app.limiter.take(limit, &key.id.to_string()).await?;
    Ok(key)
}

#[derive(Default)]
struct Place {
    point: Option<Point>,
    accuracy_m: Option<f64>,
    township: Option<String>,
    community: Option<String>,
}

/// From coordinates, or from the name or code of a township or community.
fn place(pack: &Pack, params: &Params) -> Result<Place, String> {
    match (params.get("lat"), params.get("long")) {
        (Some(lat), Some(lng)) => {
            let degrees = |name: &str, text: &str| {
                text.parse::<f64>()
                    .map_err(|_| format!("{name} is not a number of degrees"))
            };
            let (lat, lng) = (degrees("lat", lat)?, degrees("long", lng)?);
            let point = reports::point(lng, lat, Datum::Wgs84)
                .map_err(|_| "lat and long are no place in China".to_owned())?;
            Ok(Place {
                point: Some(point),
                ..Place::default()
            })
        }
        (Some(_), None) => Err("long is missing".to_owned()),
        (None, Some(_)) => Err("lat is missing".to_owned()),
        (None, None) => named_place(pack, params),
    }
}

fn named_place(pack: &Pack, params: &Params) -> Result<Place, String> {
    let code = params.get("address_id").unwrap_or_default();
    let text = params.get("address_string").unwrap_or_default();
    if code.is_empty() && text.is_empty() {
        return Err("give lat and long, or address_string".to_owned());
    }
    let at = |township: &crate::district::Township, community: Option<&str>| Place {
        point: township.seat,
        accuracy_m: Some(NAMED_PLACE_ACCURACY_M),
        township: Some(township.code.clone()),
        community: community.map(str::to_owned),
    };
    if let Some((township, community)) = pack.community(code) {
        return Ok(at(township, Some(&community.code)));
    }
    let names = |name: &crate::district::Text| text.contains(name.get(Lang::Zh));
    let in_community = pack.townships().iter().find_map(|township| {
        let community = township.communities.iter().find(|c| names(&c.name))?;
        Some(at(township, Some(&community.code)))
    });
    let in_township = || pack.townships().iter().find(|t| names(&t.name));
    in_community
        .or_else(|| in_township().map(|township| at(township, None)))
        .filter(|place| place.point.is_some())
        .ok_or_else(|| {
            "no township or community of the district is named: give lat and long".to_owned()
        })
}

/// The photo that `media_url` names, where it is one uploaded here before (`POST /api/v1/photos`).
///
/// GeoReport leaves it to each server which addresses it reads a picture from; clients that send no
/// files can bring one this way.
fn own_photo(app: &App, params: &Params) -> Option<PhotoId> {
    let url = params.get("media_url")?;
    let path = url.strip_prefix(&app.public_url).unwrap_or(url);
    let id = path.strip_prefix("/api/v1/photos/")?.split('/').next()?;
    id.parse().ok().map(PhotoId)
}

fn new_report(service: &str, params: &Params, place: Place, photo_ids: Vec<PhotoId>) -> NewReport {
    let text = |name: &str| params.get(name).map(str::to_owned);
    let name = match (params.get("last_name"), params.get("first_name")) {
        (None, None) => None,
        (last, first) => Some(format!("{}{}", last.unwrap_or(""), first.unwrap_or(""))),
    };
    let contact = Contact {
        name,
        phone: text("phone"),
        email: text("email"),
    };
    let mut description = text("description").unwrap_or_default();
    // The picture itself is not fetched: an address of a stranger's choice is not for a server to open.
    if let Some(url) = params.get("media_url").filter(|_| photo_ids.is_empty()) {
        description = format!("{description}\n（对方系统附图地址：{url}）");
    }
    NewReport {
        category: service.to_owned(),
        description: description.trim().to_owned(),
        lng: place.point.map_or(0.0, Point::lng),
        lat: place.point.map_or(0.0, Point::lat),
        accuracy_m: place.accuracy_m,
        datum: Datum::Wgs84,
        township: place.township,
        community: place.community,
        address: text("address_string"),
        photo_ids,
        answers: params.attributes(),
        contact: Some(contact).filter(|contact| !contact.is_empty()),
        anonymous: false,
        private: false,
    }
}
