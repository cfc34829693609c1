//! Watching the inbox: server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use chrono::{DateTime, TimeDelta, Utc};
use futures::stream::{self, Stream, StreamExt};
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::{Everyone, Staff};
use crate::desk::inbox::Scope;
use crate::desk::live::{self, Changed, MOST_AT_ONCE, Watcher};
use crate::reports::Code;
use crate::reports::model::Status;
use crate::shared::error::{Error, Problem, Result};

const HEARTBEAT: Duration = Duration::from_secs(20);
/// Then the browser comes again, and its session is looked at anew.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// Who was away for longer reads everything again.
const RESUMABLE: TimeDelta = TimeDelta::hours(1);

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(watch))
}

/// The data of a `cases` event.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveCases)]
struct Cases {
    cases: Vec<LiveCase>,
}

/// A case that changed.
#[derive(Serialize, ToSchema)]
struct LiveCase {
    code: Code,
    version: i64,
    status: Status,
}

/// Watch the inbox
///
/// Server-sent events: `cases` names the cases in one's scope that changed, `reset` says that too much
/// changed to name. Events carry an id; `Last-Event-ID` resumes within an hour. At most four windows
/// of one person; a stream ends after a quarter of an hour and is opened again.
#[utoipa::path(
    get, path = "/desk/live", tag = "desk",
    params(("Last-Event-ID" = Option<String>, Header)),
    responses(
        (status = OK, body = Cases, content_type = "text/event-stream"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Four windows already"),
    )
)]
async fn watch(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let scope = Scope::of(&staff.account);
    let watcher =
        live::watch(&app, staff.account.id).ok_or(Error::TooMany { retry_after_s: 30 })?;
    let missed = match last_event(&headers) {
        Some(at) => missed(&app, &scope, at).await?,
        None => None,
    };
    // An event at once, so that the browser knows that the stream stands and where it began.
    let hello = id(Event::default().event("ready").data("{}"), app.clock.now());
    let first = stream::iter([Some(hello), missed].into_iter().flatten());
    let closing = watcher.closing.clone();
    let then = stream::unfold((watcher, scope), next);
    let events = first.chain(then).map(Ok).take_until(Box::pin(async move {
        tokio::select! {
            () = closing.cancelled() => {}
            () = tokio::time::sleep(LONGEST) => {}
        }
    }));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

async fn next((mut watcher, scope): (Watcher, Scope)) -> Option<(Event, (Watcher, Scope))> {
    loop {
        match watcher.changes.recv().await {
            Ok(changes) => {
                let own: Vec<&Changed> = changes
                    .iter()
                    .filter(|case| case.concerns(&scope))
                    .collect();
                if let Some(event) = told(&own) {
                    return Some((event, (watcher, scope)));
                }
            }
            Err(RecvError::Lagged(_)) => return Some((reset(), (watcher, scope))),
            Err(RecvError::Closed) => return None,
        }
    }
}

fn told(cases: &[&Changed]) -> Option<Event> {
    let last = cases.iter().map(|case| case.updated_at).max()?;
    let data = Cases {
        cases: cases
            .iter()
            .map(|case| LiveCase {
                code: case.code.clone(),
                version: case.version,
                status: case.status,
            })
            .collect(),
    };
    let event = Event::default().event("cases").json_data(data).ok()?;
    Some(id(event, last))
}

fn reset() -> Event {
    Event::default().event("reset").data("{}")
}

fn id(event: Event, at: DateTime<Utc>) -> Event {
    event.id(at.timestamp_micros().to_string())
}

fn last_event(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let micros = headers.get("last-event-id")?.to_str().ok()?.parse().ok()?;
    DateTime::from_timestamp_micros(micros)
}

/// What happened while the browser was away.
async fn missed(app: &App, scope: &Scope, since: DateTime<Utc>) -> Result<Option<Event>> {
    if app.clock.now() - since > RESUMABLE {
        return Ok(Some(reset()));
    }
    let changes = live::changed_since(&app.db, since, MOST_AT_ONCE).await?;
    if i64::try_from(changes.len()).unwrap_or(MOST_AT_ONCE) >= MOST_AT_ONCE {
        return Ok(Some(reset()));
    }
    let own: Vec<&Changed> = changes.iter().filter(|case| case.concerns(scope)).collect();
    Ok(told(&own))
}
