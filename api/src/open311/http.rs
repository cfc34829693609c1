//! The addresses of GeoReport v2, and its errors.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::params::Params;
use super::{filing, reading, xml};
use crate::app::App;
use crate::db::DbError;
use crate::shared::error::Error;
use crate::shared::imaging;

/// A picture and the form around it.
const MAX_BODY: usize = imaging::MAX_BYTES + 128 * 1024;

pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/open311/v2/{*path}", get(read).post(write))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// What a call comes to instead of its answer, in English as other systems' developers read it.
#[derive(Debug)]
pub struct Fault {
    status: StatusCode,
    descriptions: Vec<String>,
    retry_after_s: Option<u64>,
}

impl Fault {
    fn of(status: StatusCode, description: impl Into<String>) -> Self {
        Self {
            status,
            descriptions: vec![description.into()],
            retry_after_s: None,
        }
    }

    pub fn bad(description: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, description)
    }

    pub fn all_bad(descriptions: Vec<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            descriptions,
            retry_after_s: None,
        }
    }

    pub fn forbidden(description: impl Into<String>) -> Self {
        Self::of(StatusCode::FORBIDDEN, description)
    }

    pub fn missing(description: impl Into<String>) -> Self {
        Self::of(StatusCode::NOT_FOUND, description)
    }

    pub fn from_db(error: DbError) -> Self {
        Error::from(error).into()
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(fields) => Self::all_bad(
                fields
                    .iter()
                    .map(|(field, message)| format!("{field}: {}", message.en))
                    .collect(),
            ),
            Error::BadRequest(message)
            | Error::TooLarge(message)
            | Error::Unsupported(message)
            | Error::NotFound(message)
            | Error::Conflict(message) => Self::bad(message.en),
            Error::Forbidden(message) => Self::forbidden(message.en),
            Error::TooMany { retry_after_s } | Error::Overloaded { retry_after_s } => Self {
                retry_after_s: Some(retry_after_s),
                ..Self::of(StatusCode::TOO_MANY_REQUESTS, "too many requests")
            },
            Error::Unauthenticated | Error::WrongPassword => Self::forbidden("not signed in"),
            Error::Internal(source) => {
                tracing::error!(error = %source, "An Open311 call failed");
                Self::of(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "something went wrong inside",
                )
            }
        }
    }
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Xml,
}

/// The words of a path and the format its end asks for; none for any other end.
fn parse(path: &str) -> Option<(Vec<&str>, Format)> {
    let (words, format) = match path.rsplit_once('.')? {
        (words, "json") => (words, Format::Json),
        (words, "xml") => (words, Format::Xml),
        _ => return None,
    };
    Some((words.split('/').collect(), format))
}

fn answer(format: Format, status: StatusCode, root: &str, value: &Value) -> Response {
    let (kind, body) = match format {
        Format::Json => (
            "application/json; charset=utf-8",
            value.to_string().into_bytes(),
        ),
        Format::Xml => match xml::document(root, value) {
            Ok(body) => ("text/xml; charset=utf-8", body),
            Err(error) => return Error::internal(error).into_response(),
        },
    };
    let mut response = (status, body).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // Reading is public, and other sites' pages may do it.
    response.headers_mut().insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    response
}

fn refuse(format: Format, fault: &Fault) -> Response {
    let code = fault.status.as_u16();
    let errors = fault
        .descriptions
        .iter()
        .map(|description| json!({ "code": code, "description": description }));
    let mut response = answer(format, fault.status, "errors", &errors.collect());
    if let Some(seconds) = fault.retry_after_s {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn nothing_here() -> Fault {
    Fault::missing("there is nothing at this address; see /open311/v2/discovery.json")
}

/// # Errors
/// 404 for a district that this is not.
pub fn check_jurisdiction(app: &App, params: &Params) -> Result<(), Fault> {
    match params.get("jurisdiction_id") {
        Some(id) if id != app.pack.id && id != app.pack.code => {
            Err(Fault::missing(format!("there is no jurisdiction {id}")))
        }
        _ => Ok(()),
    }
}

async fn read(
    State(app): State<Arc<App>>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some((words, format)) = parse(&path) else {
        return refuse(Format::Json, &nothing_here());
    };
    let params = Params::of_query(&query.unwrap_or_default());
    match read_value(&app, &words, &params).await {
        Ok((root, value)) => answer(format, StatusCode::OK, root, &value),
        Err(fault) => refuse(format, &fault),
    }
}

async fn read_value(
    app: &App,
    words: &[&str],
    params: &Params,
) -> Result<(&'static str, Value), Fault> {
    check_jurisdiction(app, params)?;
    Ok(match words {
        ["discovery"] => ("discovery", reading::discovery(app)),
        ["services"] => ("services", reading::services(app)),
        // The second is how the specification's first text wrote it; clients still ask so.
        ["services" | "service", code] => ("service_definition", reading::definition(app, code)?),
        ["requests"] => ("service_requests", reading::list(app, params).await?),
        ["requests", id] => ("service_requests", reading::one(app, id).await?),
        ["tokens", token] => ("service_requests", reading::token(app, token).await?),
        _ => return Err(nothing_here()),
    })
}

async fn write(
    State(app): State<Arc<App>>,
    Path(path): Path<String>,
    request: Request,
) -> Response {
    let Some((words, format)) = parse(&path) else {
        return refuse(Format::Json, &nothing_here());
    };
    if words != ["requests"] {
        return refuse(format, &nothing_here());
    }
    match filing::file(&app, request).await {
        Ok(value) => answer(format, StatusCode::CREATED, "service_requests", &value),
        Err(fault) => refuse(format, &fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_address_says_the_format() {
        assert_eq!(
            parse("services.json"),
            Some((vec!["services"], Format::Json))
        );
        assert_eq!(
            parse("requests/123.xml"),
            Some((vec!["requests", "123"], Format::Xml))
        );
        assert_eq!(parse("services"), None);
        assert_eq!(parse("services.html"), None);
    }
}
