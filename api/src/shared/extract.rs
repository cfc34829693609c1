//! Request parts, parsed at the door: what does not parse is named field by field.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::error::{Error, lang_of};
use crate::district::Lang;
use crate::message;

/// Largest JSON body, in bytes; photos have a limit of their own.
pub const MAX_JSON_BYTES: usize = 64 * 1024;

/// A JSON body, with the SHA-256 of its bytes for idempotent requests.
pub struct Json<T> {
    pub value: T,
    pub sha256: [u8; 32],
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        if !is_json(request.headers()) {
            return Err(Error::Unsupported(message!(
                "请用 application/json 发送。",
                "Send the body as application/json.",
                "본문을 application/json으로 보내 주세요."
            )));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| {
            Error::TooLarge(message!(
                "内容太长，最多 64 KB。",
                "The body is too long: at most 64 KB.",
                "본문이 너무 깁니다. 최대 64KB입니다."
            ))
        })?;
        Ok(Self {
            value: parse_json(&bytes)?,
            sha256: Sha256::digest(&bytes).into(),
        })
    }
}

/// Parses JSON and names the field at fault by its path.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_syntax() || inner.is_eof() {
            return Error::BadRequest(message!(
                "JSON 格式有误：{e}",
                "The body is not valid JSON: {e}",
                "JSON 형식이 올바르지 않습니다: {e}",
                e = inner
            ));
        }
        // serde names a missing field only in its text, the path ends one level above.
        let text = inner.to_string();
        let missing = text
            .split('`')
            .nth(1)
            .filter(|_| text.starts_with("missing field"));
        let field = match (path.as_str(), missing) {
            (".", Some(name)) => name.to_owned(),
            (parent, Some(name)) => format!("{parent}.{name}"),
            (path, None) => path.to_owned(),
        };
        let reason = text
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned();
        Error::field(
            field,
            message!(
                "这一项缺少或格式不对（{r}）。",
                "Missing or malformed ({r}).",
                "누락되었거나 형식이 잘못되었습니다({r}).",
                r = reason
            ),
        )
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The query string.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parse_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// Parses a query string and names the parameter at fault.
pub fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    let without_blanks = without_blanks(query)?;
    let deserializer =
        serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(without_blanks.as_bytes()));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        let text = error.into_inner().to_string();
        // serde names a missing or unknown parameter only in its text.
        let named = text
            .split('`')
            .nth(1)
            .filter(|_| text.starts_with("missing field") || text.starts_with("unknown field"));
        Error::field(
            named.unwrap_or(&path),
            message!(
                "参数缺少或格式不对（{t}）。",
                "The parameter is missing or malformed ({t}).",
                "매개변수가 누락되었거나 형식이 잘못되었습니다({t}).",
                t = text
            ),
        )
    })
}

/// An empty parameter counts as absent, as HTML forms send it.
fn without_blanks(query: &str) -> Result<Cow<'_, str>, Error> {
    let blank = |pair: &str| {
        pair.split_once('=')
            .is_none_or(|(_, value)| value.is_empty())
    };
    if !query.split('&').any(blank) {
        return Ok(query.into());
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(bad_query)?;
    let kept: Vec<_> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    serde_urlencoded::to_string(kept)
        .map(Cow::Owned)
        .map_err(bad_query)
}

fn bad_query(error: impl std::fmt::Display) -> Error {
    Error::BadRequest(message!(
        "网址参数有误：{error}",
        "The query string cannot be read: {error}",
        "주소의 매개변수를 읽을 수 없습니다: {error}"
    ))
}

/// The language the caller asked for.
#[derive(Clone, Copy, Debug)]
pub struct Language(pub Lang);

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(lang_of(&parts.headers)))
    }
}
