//! The web client, built into the binary, and the headers every answer carries.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::app::App;
use crate::shared::hex::hex;

#[derive(RustEmbed)]
#[folder = "../web-client/dist"]
struct Client;

/// A file of the client, or its start page for a deep link.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let wanted = if path.is_empty() { "index.html" } else { path };
    if let Some(file) = file(wanted, &headers) {
        return file;
    }
    // A missing script must fail as such, not come back as a page.
    let names_a_file = path
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.'));
    if names_a_file {
        return StatusCode::NOT_FOUND.into_response();
    }
    file("index.html", &headers).unwrap_or_else(|| {
        (
            StatusCode::NOT_FOUND,
            "The web client is not built into this binary: run `make client`.\n",
        )
            .into_response()
    })
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let original = Client::get(path)?;
    let (file, encoding) = precompressed(path, headers).unwrap_or((original, None));
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let hashed = path.starts_with("assets/");
    let etag = HeaderValue::from_str(&etag(&file)).ok()?;
    if headers.get(header::IF_NONE_MATCH) == Some(&etag) {
        return Some(StatusCode::NOT_MODIFIED.into_response());
    }
    let mut response = Body::from(file.data.into_owned()).into_response();
    let answer = response.headers_mut();
    let kind = match kind.essence_str() {
        text if text.starts_with("text/") || text == "application/javascript" => {
            format!("{text}; charset=utf-8")
        }
        other => other.to_owned(),
    };
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_str(&kind).ok()?);
    answer.insert(header::ETAG, etag);
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    answer.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(if hashed {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        }),
    );
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

/// The best twin of a file that the build compressed and the browser takes.
fn precompressed(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepts = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .find_map(|(encoding, ending)| {
            let taken = accepts
                .split(',')
                .any(|offer| offer.split(';').next().unwrap_or("").trim() == encoding);
            let file = taken
                .then(|| Client::get(&format!("{path}.{ending}")))
                .flatten()?;
            Some((file, Some(encoding)))
        })
}

fn etag(file: &EmbeddedFile) -> String {
    format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12]))
}

/// What a browser is told about every answer; the same for all of them, so made once.
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    policy: HeaderValue,
    behind_https: bool,
}

impl SecurityHeaders {
    pub fn of(app: &App) -> Self {
        let tiles = app
            .tiles
            .as_ref()
            .and_then(|tiles| url::Url::parse(&tiles.url.replace(['{', '}'], "")).ok())
            .map(|url| format!(" {}", url.origin().ascii_serialization()))
            .unwrap_or_default();
        let policy = format!(
            "default-src 'self'; img-src 'self' data: blob:{tiles}; \
             style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; \
             worker-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; \
             frame-ancestors 'none'"
        );
        Self {
            policy: HeaderValue::from_str(&policy)
                .unwrap_or(HeaderValue::from_static("default-src 'self'")),
            behind_https: app.behind_https(),
        }
    }
}

/// Middleware: writes the [`SecurityHeaders`].
pub async fn security_headers(
    State(own): State<SecurityHeaders>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(own.policy);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(self), geolocation=(self), microphone=(self)"),
    );
    if own.behind_https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    response
}
