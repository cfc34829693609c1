//! What handlers share, and the router they hang on.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::{Notify, Semaphore};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;

use crate::auth::Passwords;
use crate::db::Db;
use crate::district::Pack;
use crate::shared::clock::Clock;
use crate::shared::error::{self, Error, Result};
use crate::shared::extract::MAX_JSON_BYTES;
use crate::shared::mail::Mailer;
use crate::shared::outbox::Topic;
use crate::shared::random::Random;
use crate::shared::rate_limit::RateLimiter;
use crate::shared::screening;
use crate::shared::storage::Storage;
use crate::{
    alerts, auth, desk, events, feeds, figures, health, market, moderation, observe, open311,
    photos, pickups, public, reports, sorting, web, webhooks,
};

/// Photo uploads read into memory at once, 20 MB each at most.
const UPLOADS_AT_ONCE: usize = 24;
/// Slow phones on a weak signal need minutes for a photo; nothing needs longer.
const REQUEST_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(300);

/// What handlers share.
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub random: Random,
    pub pack: Arc<Pack>,
    pub sorting: sorting::LookUp,
    pub screening: screening::Live,
    pub market: market::Secrets,
    pub storage: Storage,
    pub limiter: RateLimiter,
    pub mailer: Mailer,
    pub webhooks: webhooks::guard::Client,
    pub passwords: Passwords,
    pub metrics: PrometheusHandle,
    /// The address the public reaches us at, without a slash at its end.
    pub public_url: String,
    pub tiles: Option<public::Tiles>,
    /// The database was filled by `wufei demo`; every page says so.
    pub demo: bool,
    /// Uploads read into memory.
    pub uploads: Semaphore,
    /// Photos being decoded.
    pub imaging: Semaphore,
    /// Desks that watch the inbox.
    pub live: desk::Live,
    /// Rung after a commit that put something into the outbox.
    pub outbox_bell: Bell,
}

/// Wakes every worker of the outbox, whether it rests now or is about to.
#[derive(Debug, Default)]
pub struct Bell {
    letters: Notify,
    webhooks: Notify,
}

impl Bell {
    pub fn notify_one(&self) {
        self.letters.notify_one();
        self.webhooks.notify_one();
    }

    pub async fn rung(&self, topic: Topic) {
        match topic {
            Topic::Mail => self.letters.notified().await,
            Topic::Webhook => self.webhooks.notified().await,
        }
    }
}

/// What [`App::new`] is made of.
pub struct Parts {
    pub db: Db,
    pub clock: Clock,
    pub random: Random,
    pub pack: Arc<Pack>,
    pub storage: Storage,
    pub limiter: RateLimiter,
    pub mailer: Mailer,
    pub webhooks: webhooks::guard::Client,
    pub metrics: PrometheusHandle,
    pub public_url: String,
    pub tiles: Option<public::Tiles>,
    pub demo: bool,
}

impl App {
    pub fn new(parts: Parts) -> Arc<Self> {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Arc::new(Self {
            passwords: Passwords::new(parts.random.clone()),
            db: parts.db,
            clock: parts.clock,
            random: parts.random,
            pack: parts.pack,
            sorting: sorting::LookUp::default(),
            screening: screening::Live::default(),
            market: market::Secrets::default(),
            storage: parts.storage,
            limiter: parts.limiter,
            mailer: parts.mailer,
            webhooks: parts.webhooks,
            metrics: parts.metrics,
            public_url: parts.public_url,
            tiles: parts.tiles,
            demo: parts.demo,
            uploads: Semaphore::new(UPLOADS_AT_ONCE),
            imaging: Semaphore::new(cores),
            live: desk::Live::default(),
            outbox_bell: Bell::default(),
        })
    }

    /// Whether links lead to https, so that cookies must not travel without it.
    pub fn behind_https(&self) -> bool {
        self.public_url.starts_with("https:")
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Wufei 无废",
        description = "The public service of a district's zero-waste programme. Errors are \
            `application/problem+json` in the caller's `Accept-Language` (zh-CN, en, ko). Every POST \
            that makes something takes an `Idempotency-Key`: the same key and body gives the same \
            answer again for a day, another body 422.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "district", description = "The district's offices, places, categories and routing"),
        (name = "sorting", description = "How to sort a thing: the answer, why, and where it is written"),
        (name = "photos", description = "Photos: cleaned, kept, shown to whoever may see them"),
        (name = "reports", description = "Illegal dumping: reported by residents, followed in public"),
        (name = "pickups", description = "Pickups by appointment: catalogue, half-days, bookings"),
        (name = "moderation", description = "What is held or refused before it is published, why, and how to appeal"),
        (name = "market", description = "Second-hand: listings, finding, agreeing, what is kept in use"),
        (name = "events", description = "Organisations and their events: swaps, flea markets, the desk of the day"),
        (name = "accounts", description = "Sign-in of residents and staff"),
        (name = "figures", description = "Figures of follow-up, targets, hotspots, open data"),
        (name = "desk", description = "Follow-up by the departments; staff only"),
    ),
    components(schemas(error::Problem, error::FieldError))
)]
struct ApiDoc;

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(ApiDoc::openapi()).nest(
        "/api/v1",
        OpenApiRouter::new()
            .merge(public::router())
            .merge(sorting::router())
            .merge(reports::router())
            .merge(pickups::router())
            .merge(market::router())
            .merge(moderation::router())
            .merge(events::router())
            .merge(auth::router())
            .merge(desk::router())
            .merge(webhooks::router())
            .merge(feeds::router())
            .merge(alerts::router())
            .merge(figures::router())
            .layer(DefaultBodyLimit::max(MAX_JSON_BYTES))
            .merge(photos::router())
            .merge(sorting::import_router()),
    )
}

/// The OpenAPI 3.1 document of everything below `/api/v1`.
pub fn openapi() -> Document {
    named(api().into_openapi())
}

/// Every operation under a name of its own, made of its method and path: handlers of different slices
/// share names.
fn named(mut document: Document) -> Document {
    for (path, item) in &mut document.paths.paths {
        let words: Vec<&str> = path
            .trim_start_matches("/api/v1")
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let words = words.join("_");
        for (method, operation) in [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ] {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{words}"));
            }
        }
    }
    document
}

/// Pages whose links messengers show with a title, words and a picture.
const PREVIEWS: &[web::Previews] = &[web::Previews {
    under: "/market/",
    find: |app, rest| Box::pin(market::preview(app, rest)),
}];

/// The whole service.
pub fn router(app: Arc<App>) -> Router {
    let (api, document) = api().split_for_parts();
    let document: Arc<Document> = Arc::new(named(document));
    let headers = web::SecurityHeaders::of(&app);
    Router::new()
        .merge(api)
        .route(
            "/api/openapi.json",
            get(move || {
                let document = Arc::clone(&document);
                async move { Json((*document).clone()) }
            }),
        )
        .route("/api/{*rest}", get(no_such_address))
        .merge(health::router())
        .merge(open311::router())
        .fallback(
            |State(app): State<Arc<App>>, method: Method, uri: Uri, headers: HeaderMap| {
                web::serve(app, PREVIEWS, method, uri, headers)
            },
        )
        .with_state(app)
        .layer(CatchPanicLayer::custom(|_| {
            Error::internal("a handler panicked").into_response()
        }))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            REQUEST_TIMEOUT,
        ))
        .layer(from_fn(error::render))
        .layer(CompressionLayer::new())
        .layer(from_fn(observe::request))
        .layer(axum::middleware::from_fn_with_state(
            headers,
            web::security_headers,
        ))
}

async fn no_such_address() -> Result<()> {
    Err(Error::NotFound(crate::message!(
        "没有这个地址。",
        "There is nothing at this address.",
        "이 주소에는 아무것도 없습니다."
    )))
}

/// Marks an answer as not for any cache.
pub const NO_STORE: (header::HeaderName, HeaderValue) = (
    header::CACHE_CONTROL,
    HeaderValue::from_static("private, no-store"),
);
