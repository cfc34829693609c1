//! One error type and one envelope: `application/problem+json` (RFC 9457), in the caller's language.
//!
//! A handler returns an [`Error`]; [`render`] writes the body once the language of the request is
//! known. What went wrong inside is logged and never sent.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::message::Message;
use crate::db::DbError;
use crate::district::Lang;
use crate::message;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a request can come to instead of its answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 422: fields that are wrong, each with what to do.
    #[error("invalid input")]
    Invalid(Vec<(String, Message)>),
    /// 400: the request cannot be read at all.
    #[error("bad request: {}", .0.en)]
    BadRequest(Message),
    /// 401: nobody is signed in.
    #[error("not signed in")]
    Unauthenticated,
    /// 401: the name or the password is wrong; which of them is not said.
    #[error("wrong username or password")]
    WrongPassword,
    /// 403: this person may not.
    #[error("forbidden: {}", .0.en)]
    Forbidden(Message),
    /// 404
    #[error("not found: {}", .0.en)]
    NotFound(Message),
    /// 409: the state of things does not allow it (now).
    #[error("conflict: {}", .0.en)]
    Conflict(Message),
    /// 413
    #[error("too large: {}", .0.en)]
    TooLarge(Message),
    /// 415
    #[error("unsupported: {}", .0.en)]
    Unsupported(Message),
    /// 429, with the seconds to wait.
    #[error("too many requests")]
    TooMany { retry_after_s: u64 },
    /// 503, with the seconds to wait.
    #[error("overloaded")]
    Overloaded { retry_after_s: u64 },
    /// 500: logged, never explained to the client.
    #[error(transparent)]
    Internal(#[from] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// 422 for one field.
    pub fn field(name: impl Into<String>, message: Message) -> Self {
        Self::Invalid(vec![(name.into(), message)])
    }

    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::Overloaded { retry_after_s: 2 },
            other => Self::Internal(Box::new(other)),
        }
    }
}

/// One field that is wrong.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// The field's path in the body or its name in the query, `contact.phone`.
    pub field: String,
    /// What is wrong with it and what would be right.
    pub message: String,
}

/// The error envelope (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `about:blank`, or a name that clients may branch on, such as `urn:wufei:conflict`.
    pub r#type: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
}

/// Carried by a response until [`render`] knows the language.
#[derive(Clone, Debug)]
struct Pending {
    detail: Message,
    errors: Vec<(String, Message)>,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut retry_after = None;
        let mut errors = Vec::new();
        let (status, detail) = match self {
            Self::Invalid(fields) => {
                let detail = match fields.as_slice() {
                    [(_, message)] => message.clone(),
                    _ => message!(
                        "有几处内容需要改正。",
                        "Some fields need correcting.",
                        "수정해야 할 항목이 있습니다."
                    ),
                };
                errors = fields;
                (StatusCode::UNPROCESSABLE_ENTITY, detail)
            }
            Self::BadRequest(m) => (StatusCode::BAD_REQUEST, m),
            Self::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                message!(
                    "请先登录。",
                    "Please sign in first.",
                    "먼저 로그인해 주세요."
                ),
            ),
            Self::WrongPassword => (
                StatusCode::UNAUTHORIZED,
                message!(
                    "用户名或密码不对。",
                    "The username or the password is wrong.",
                    "사용자 이름 또는 비밀번호가 틀립니다."
                ),
            ),
            Self::Forbidden(m) => (StatusCode::FORBIDDEN, m),
            Self::NotFound(m) => (StatusCode::NOT_FOUND, m),
            Self::Conflict(m) => (StatusCode::CONFLICT, m),
            Self::TooLarge(m) => (StatusCode::PAYLOAD_TOO_LARGE, m),
            Self::Unsupported(m) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, m),
            Self::TooMany { retry_after_s } => {
                retry_after = Some(retry_after_s);
                (
                    StatusCode::TOO_MANY_REQUESTS,
                    message!(
                        "操作太频繁，请 {s} 秒后再试。",
                        "Too many requests: please try again in {s} seconds.",
                        "요청이 너무 많습니다. {s}초 후에 다시 시도해 주세요.",
                        s = retry_after_s
                    ),
                )
            }
            Self::Overloaded { retry_after_s } => {
                retry_after = Some(retry_after_s);
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    message!(
                        "现在人太多，请稍后再试，内容不会丢失。",
                        "The service is busy: please try again shortly.",
                        "지금은 접속이 많습니다. 잠시 후 다시 시도해 주세요."
                    ),
                )
            }
            Self::Internal(error) => {
                tracing::error!(error = %error, "Request failed inside");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    generic(StatusCode::INTERNAL_SERVER_ERROR),
                )
            }
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Pending { detail, errors });
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Middleware: writes the envelope of every error answer, the router's own included.
pub async fn render(request: Request, next: Next) -> Response {
    let lang = lang_of(request.headers());
    let api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let pending = match response.extensions_mut().remove::<Pending>() {
        Some(pending) => pending,
        None if api && !is_problem(&response) => Pending {
            detail: generic(status),
            errors: Vec::new(),
        },
        None => return response,
    };
    let problem = Problem {
        r#type: kind(status).to_owned(),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: pending.detail.get(lang).to_owned(),
        errors: pending
            .errors
            .into_iter()
            .map(|(field, message)| FieldError {
                field,
                message: message.get(lang).to_owned(),
            })
            .collect(),
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    parts
        .headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let body = Json(problem).into_response().into_body();
    Response::from_parts(parts, body)
}

/// The language of a request, Chinese when it names none of ours.
pub fn lang_of(headers: &axum::http::HeaderMap) -> Lang {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map(Lang::from_accept_language)
        .unwrap_or_default()
}

fn is_problem(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/problem+json"))
}

fn kind(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNPROCESSABLE_ENTITY => "urn:wufei:invalid",
        StatusCode::CONFLICT => "urn:wufei:conflict",
        StatusCode::TOO_MANY_REQUESTS => "urn:wufei:rate-limited",
        _ => "about:blank",
    }
}

fn generic(status: StatusCode) -> Message {
    match status {
        StatusCode::NOT_FOUND => {
            message!(
                "没有这个地址。",
                "There is nothing at this address.",
                "이 주소에는 아무것도 없습니다."
            )
        }
        StatusCode::METHOD_NOT_ALLOWED => message!(
            "这个地址不支持这种请求方式。",
            "This address does not take this method.",
            "이 주소는 이 요청 방식을 지원하지 않습니다."
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            message!(
                "内容太大。",
                "The request is too large.",
                "요청이 너무 큽니다."
            )
        }
        StatusCode::REQUEST_TIMEOUT => {
            message!(
                "等待超时，请重试。",
                "The request took too long.",
                "요청 시간이 초과되었습니다."
            )
        }
        status if status.is_client_error() => message!(
            "请求有误，无法处理。",
            "The request cannot be processed as it is.",
            "요청을 처리할 수 없습니다."
        ),
        _ => message!(
            "服务出了问题，已记录。请稍后再试。",
            "Something went wrong on our side; it has been recorded. Please try again later.",
            "서비스에 문제가 발생했습니다. 잠시 후 다시 시도해 주세요."
        ),
    }
}
