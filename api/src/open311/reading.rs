//! Services, their definitions, and requests as the public reads them.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::http::Fault;
use super::params::Params;
use super::store::{self, Filter};
use crate::app::App;
use crate::district::{Category, Lang};
use crate::reports::model::{Report, Status};
use crate::reports::store::word_set;
use crate::reports::view::{office_name, township_view};
use crate::reports::{self, Code};

/// A list without dates covers this much.
const SPAN: TimeDelta = TimeDelta::days(90);
/// Most requests in one answer, as the specification says.
const MOST: i64 = 1000;
/// Requests in a page, unless `page_size` says otherwise.
const PAGE: i64 = 1000;
const LANG: Lang = Lang::Zh;

pub fn discovery(app: &App) -> Value {
    let endpoint = |formats: [&str; 2]| {
        json!({
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": format!("{}/open311/v2", app.public_url),
            "changeset": "2011-04-14 00:00",
            "type": "production",
            "formats": formats,
        })
    };
    let name = &app.pack.name;
    json!({
        "changeset": "2026-11-26 00:00",
        "contact": format!("{} · {}", name.get(Lang::Zh), name.get(Lang::En)),
        "key_service": "Keys are given out by the district: wufei api-key add",
        "endpoints": [endpoint(["application/json", "text/xml"])],
    })
}

fn service(app: &App, category: &Category) -> Value {
    let clause = app
        .pack
        .clauses()
        .iter()
        .find(|clause| clause.id == category.clause);
    json!({
        "service_code": category.id,
        "service_name": category.name.get(LANG),
        "description": category.words.get(LANG),
        "metadata": !category.questions.is_empty(),
        "type": "realtime",
        "keywords": category.aliases.join(","),
        "group": clause.map_or("", |clause| clause.title.get(LANG)),
    })
}

pub fn services(app: &App) -> Value {
    let categories = app.pack.categories().iter();
    categories.map(|category| service(app, category)).collect()
}

/// # Errors
/// 404 for a service that does not exist.
pub fn definition(app: &App, code: &str) -> Result<Value, Fault> {
    let category = app.pack.category(code);
    let category = category.ok_or_else(|| Fault::missing(format!("there is no service {code}")))?;
    let attributes = (1..).zip(&category.questions).map(|(order, question)| {
        let values = question
            .options
            .iter()
            .map(|choice| json!({ "key": choice.id, "name": choice.text.get(LANG) }));
        json!({
            "variable": true,
            "code": question.id,
            "datatype": "singlevaluelist",
            "required": false,
            "datatype_description": null,
            "order": order,
            "description": question.text.get(LANG),
            "values": values.collect::<Value>(),
        })
    });
    Ok(json!({
        "service_code": category.id,
        "attributes": attributes.collect::<Value>(),
    }))
}

/// Whether GeoReport calls a status closed.
fn is_closed(status: Status) -> bool {
    matches!(status, Status::Closed | Status::Rejected | Status::Merged)
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A report as the public reads it: no contact, no exact doorstep of a private one.
async fn request(app: &App, report: &Report) -> Result<Value, Fault> {
    let category = app.pack.category(&report.category);
    let township = township_view(app, report.township.as_deref(), LANG);
    let photo = if report.private {
        None
    } else {
        reports::store::first_photo(&app.db, report.id)
            .await
            .map_err(Fault::from_db)?
    };
    let address = if report.private || report.public_address.is_empty() {
        township.as_ref().map(|place| place.name.clone())
    } else {
        Some(report.public_address.clone())
    };
    let status = report.status.name();
    Ok(json!({
        "service_request_id": report.code.as_str(),
        "status": if is_closed(report.status) { "closed" } else { "open" },
        "status_notes": status.get(LANG),
        "service_name": category.map_or(report.category.as_str(), |c| c.name.get(LANG)),
        "service_code": report.category,
        "description": Some(&report.public_description).filter(|text| !text.is_empty()),
        "agency_responsible": office_name(app, &report.lead, report, LANG),
        "service_notice": null,
        "requested_datetime": time(report.created_at),
        "updated_datetime": time(report.updated_at),
        "expected_datetime": report.due_at.map(time),
        "address": address,
        "address_id": Some(&report.community).filter(|_| !report.private),
        "zipcode": null,
        "lat": report.public_lat,
        "long": report.public_lng,
        "media_url": photo.map(|id| format!("{}/api/v1/photos/{id}", app.public_url)),
    }))
}

/// # Errors
/// 404 for a request that does not exist.
pub async fn one(app: &App, id: &str) -> Result<Value, Fault> {
    let missing = || Fault::missing(format!("there is no request {id}"));
    let code: Code = id.parse().map_err(|_| missing())?;
    let report = reports::store::by_code(&app.db, &code)
        .await
        .map_err(Fault::from_db)?;
    let report = report.ok_or_else(missing)?;
    Ok(Value::Array(vec![request(app, &report).await?]))
}

fn parse_time(params: &Params, name: &str) -> Result<Option<DateTime<Utc>>, Fault> {
    let Some(text) = params.get(name) else {
        return Ok(None);
    };
    let at = DateTime::parse_from_rfc3339(text)
        .map_err(|_| Fault::bad(format!("{name} is not a time like 2026-11-26T08:00:00Z")))?;
    Ok(Some(at.with_timezone(&Utc)))
}

fn number(params: &Params, name: &str, otherwise: i64, most: i64) -> Result<i64, Fault> {
    match params.get(name) {
        None => Ok(otherwise),
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| (1..=most).contains(number))
            .ok_or_else(|| Fault::bad(format!("{name} is a number from 1 to {most}"))),
    }
}

fn statuses(params: &Params) -> Result<Option<String>, Fault> {
    let asked = params.list("status");
    if let Some(other) = asked
        .iter()
        .find(|status| !["open", "closed"].contains(*status))
    {
        return Err(Fault::bad(format!("status is open or closed, not {other}")));
    }
    if asked.is_empty() {
        return Ok(None);
    }
    let wanted = Status::ALL
        .into_iter()
        .filter(|status| asked.contains(&if is_closed(*status) { "closed" } else { "open" }));
    Ok(word_set(wanted.map(Status::as_str)))
}

/// The requests a query asks for: ids override everything else; without dates the last 90 days; a
/// span of more is cut to its last 90 days.
///
/// # Errors
/// 400 for parameters that cannot be read.
pub async fn list(app: &App, params: &Params) -> Result<Value, Fault> {
    let ids = params.list("service_request_id");
    let filter = if ids.is_empty() {
        let until = parse_time(params, "end_date")?;
        let from = parse_time(params, "start_date")?;
        let end = until.unwrap_or_else(|| app.clock.now());
        let start = from.map_or(end - SPAN, |from| from.max(end - SPAN));
        Filter {
            codes: None,
            services: word_set(params.list("service_code")),
            statuses: statuses(params)?,
            from: Some(start),
            until: Some(end),
        }
    } else {
        if ids.len() > 100 {
            return Err(Fault::bad("at most 100 service_request_id at once"));
        }
        Filter {
            codes: word_set(ids),
            ..Filter::default()
        }
    };
    let size = number(params, "page_size", PAGE, MOST)?;
    let page = number(params, "page", 1, 100_000)?;
    let reports = store::requests(&app.db, &filter, size, (page - 1) * size).await?;
    let mut requests = Vec::with_capacity(reports.len());
    for report in &reports {
        requests.push(request(app, report).await?);
    }
    Ok(Value::Array(requests))
}

/// # Errors
/// 404 for a token nobody was given.
pub async fn token(app: &App, token: &str) -> Result<Value, Fault> {
    let code = store::code_of_token(&app.db, token).await?;
    let code = code.ok_or_else(|| Fault::missing("there is no such token"))?;
    Ok(json!([{ "service_request_id": code, "token": token }]))
}
