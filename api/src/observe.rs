//! Logs and measurements of requests. Neither holds an address, a query or a code: a query can carry
//! somebody's place.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Middleware: counts, times and logs a request under its route.
#[expect(
    clippy::disallowed_methods,
    reason = "a duration is measured, no decision rests on it"
)]
pub async fn request(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let begun = Instant::now();
    metrics::gauge!("wufei_http_requests_in_flight").increment(1.0);
    let response = next.run(request).await;
    metrics::gauge!("wufei_http_requests_in_flight").decrement(1.0);
    let took = begun.elapsed();
    let status = response.status().as_u16();
    let labels = [
        ("method", method.to_string()),
        ("route", route.clone()),
        ("status", status.to_string()),
    ];
    metrics::counter!("wufei_http_requests_total", &labels).increment(1);
    metrics::histogram!("wufei_http_request_seconds", "route" => route.clone())
        .record(took.as_secs_f64());
    tracing::debug!(%method, route, status, ms = took.as_secs_f64() * 1000.0, "Request answered");
    response
}

/// Installs the recorder of this process.
pub fn metrics() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets(&[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0])?
        .install_recorder()
}

/// Structured logs to standard error.
pub fn logs(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_writer(std::io::stderr)
        .with_env_filter(filter)
        .try_init();
}
