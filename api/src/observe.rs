//! Logs and measurements of requests. Neither holds an address, a query or a code: a query can carry
//! somebody's place.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use metrics::{Counter, Gauge, Histogram};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// What is counted about one kind of answer on one route.
struct Meter {
    method: Method,
    status: u16,
    answered: Counter,
    seconds: Histogram,
}

static IN_FLIGHT: LazyLock<Gauge> =
    LazyLock::new(|| metrics::gauge!("wufei_http_requests_in_flight"));

/// By route. Finding a meter by its labels anew would cost more than a short answer does.
static METERS: LazyLock<RwLock<HashMap<String, Vec<Meter>>>> = LazyLock::new(RwLock::default);

/// A method that a caller made up is counted as TRACE, which we do not serve: meters are kept, and must stay few.
fn standard(method: &Method) -> Method {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    known
        .into_iter()
        .find(|known| known == method)
        .unwrap_or(Method::TRACE)
}

fn measure(route: &str, method: &Method, status: u16, took: f64) {
    let count = |meters: Option<&Vec<Meter>>| {
        let found = meters.into_iter().flatten();
        let mut found = found.filter(|meter| meter.status == status && meter.method == *method);
        found.next().is_some_and(|meter| {
            meter.answered.increment(1);
            meter.seconds.record(took);
            true
        })
    };
    if count(
        METERS
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(route),
    ) {
        return;
    }
    let labels = [
        ("method", method.to_string()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    let mut all = METERS.write().unwrap_or_else(PoisonError::into_inner);
    let meters = all.entry(route.to_owned()).or_default();
    if !count(Some(meters)) {
        meters.push(Meter {
            method: method.clone(),
            status,
            answered: metrics::counter!("wufei_http_requests_total", &labels),
            seconds: metrics::histogram!("wufei_http_request_seconds", "route" => route.to_owned()),
        });
        count(Some(meters));
    }
}

/// Middleware: counts, times and logs a request under its route.
#[expect(
    clippy::disallowed_methods,
    reason = "a duration is measured, no decision rests on it"
)]
pub async fn request(request: Request, next: Next) -> Response {
    let method = standard(request.method());
    let path = request.extensions().get::<MatchedPath>().cloned();
    let begun = Instant::now();
    IN_FLIGHT.increment(1.0);
    let response = next.run(request).await;
    IN_FLIGHT.decrement(1.0);
    let took = begun.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    let route = path.as_ref().map_or("other", MatchedPath::as_str);
    measure(route, &method, status, took);
    tracing::debug!(%method, route, status, ms = took * 1000.0, "Request answered");
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
