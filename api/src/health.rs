//! Whether the service lives, whether it is ready, and how it does.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use crate::app::App;
use crate::shared::outbox;

pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
}

/// The state of everything the service stands on: `ok`, `lost`, or `unset`.
#[derive(Serialize)]
pub struct Readiness {
    /// `ready`, `degraded` (works, with something lost) or `not_ready`.
    pub status: &'static str,
    pub database: &'static str,
    pub storage: &'static str,
    pub redis: &'static str,
    /// `smtp` or `files`.
    pub mail: &'static str,
    pub letters_waiting: i64,
    pub letters_given_up: i64,
}

pub async fn readiness(app: &App) -> Readiness {
    let backlog = outbox::backlog(&app.db).await;
    let storage = app.storage.ready().await;
    let redis = app.limiter.redis_ready().await;
    let state = |ok| if ok { "ok" } else { "lost" };
    Readiness {
        status: match (backlog.is_ok() && storage, redis) {
            (false, _) => "not_ready",
            (true, Some(false)) => "degraded",
            (true, _) => "ready",
        },
        database: state(backlog.is_ok()),
        storage: state(storage),
        redis: redis.map_or("unset", state),
        mail: app.mailer.kind(),
        letters_waiting: backlog.as_ref().map_or(0, |b| b.waiting),
        letters_given_up: backlog.as_ref().map_or(0, |b| b.given_up),
    }
}

/// A lost Redis keeps the service ready: it then counts by itself.
async fn readyz(State(app): State<Arc<App>>) -> Response {
    let readiness = readiness(&app).await;
    let status = if readiness.status == "not_ready" {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    (status, Json(readiness)).into_response()
}

async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    if let Ok(backlog) = outbox::backlog(&app.db).await {
        #[expect(clippy::cast_precision_loss, reason = "a count of letters")]
        metrics::gauge!("wufei_outbox_waiting").set(backlog.waiting as f64);
    }
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        app.metrics.render(),
    )
}
