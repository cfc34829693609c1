//! The web client, built into the binary, with what messengers show of a link, and the headers every
//! answer carries.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::app::App;
use crate::shared::error::Result;
use crate::shared::hex::hex;

#[derive(RustEmbed)]
#[folder = "../web-client/dist"]
struct Client;

/// What a messenger shows of a link: public words only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub title: String,
    pub description: String,
    /// Relative to the root.
    pub image: Option<String>,
}

type Previewing<'a> = Pin<Box<dyn Future<Output = Result<Option<Preview>>> + Send + 'a>>;

/// The pages of one slice that have a preview.
pub struct Previews {
    /// What their paths begin with, `/market/`.
    pub under: &'static str,
    /// Finds a preview by the rest of the path.
    pub find: for<'a> fn(&'a App, &'a str) -> Previewing<'a>,
}

/// A file of the client, or its start page for a deep link.
pub async fn serve(
    app: Arc<App>,
    previews: &[Previews],
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
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
    if let Some(preview) = preview_of(&app, previews, uri.path()).await {
        return with_preview(&app, uri.path(), &preview);
    }
    file("index.html", &headers).unwrap_or_else(|| {
        (
            StatusCode::NOT_FOUND,
            "The web client is not built into this binary: run `make client`.\n",
        )
            .into_response()
    })
}

/// A page opens without its preview rather than not at all.
async fn preview_of(app: &App, previews: &[Previews], path: &str) -> Option<Preview> {
    for of in previews {
        let Some(rest) = path.strip_prefix(of.under) else {
            continue;
        };
        match (of.find)(app, rest.trim_end_matches('/')).await {
            Ok(preview) => return preview,
            Err(error) => tracing::error!(%error, "A preview cannot be made"),
        }
    }
    None
}

/// Without the client, so that links sent before it was built can still be looked at.
const BARE_PAGE: &str = "<!doctype html>\n<html lang=\"zh-CN\">\n<head><meta charset=\"utf-8\"></head>\n<body></body>\n</html>\n";

/// The start page with the tags of the Open Graph protocol (ogp.me) in its head.
fn with_preview(app: &App, path: &str, preview: &Preview) -> Response {
    let page = Client::get("index.html").map_or_else(
        || BARE_PAGE.to_owned(),
        |file| String::from_utf8_lossy(&file.data).into_owned(),
    );
    let title = escaped(&preview.title);
    let description = escaped(&preview.description);
    let url = escaped(&format!("{}{path}", app.public_url));
    let mut tags = format!(
        "<title>{title}</title>\n\
         <meta name=\"description\" content=\"{description}\">\n\
         <meta property=\"og:type\" content=\"website\">\n\
         <meta property=\"og:title\" content=\"{title}\">\n\
         <meta property=\"og:description\" content=\"{description}\">\n\
         <meta property=\"og:url\" content=\"{url}\">\n"
    );
    if let Some(image) = &preview.image {
        let image = escaped(&format!("{}{image}", app.public_url));
        tags.push_str("<meta property=\"og:image\" content=\"");
        tags.push_str(&image);
        tags.push_str("\">\n");
    }
    let page = without_own_words(&page).replacen("</head>", &format!("{tags}</head>"), 1);
    let mut response = Body::from(page).into_response();
    let answer = response.headers_mut();
    answer.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// The start page's own title and description give way.
fn without_own_words(page: &str) -> String {
    let mut page = page.to_owned();
    for (from, to) in [("<title>", "</title>"), ("<meta name=\"description\"", ">")] {
        if let Some(start) = page.find(from)
            && let Some(length) = page[start..].find(to)
        {
            page.replace_range(start..start + length + to.len(), "");
        }
    }
    page
}

/// Safe in text and in a quoted attribute of HTML.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
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
