//! Who in an office has how much, and taking the next case.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{App, NO_STORE};
use crate::auth::{Everyone, Handlers, Role, Staff};
use crate::desk::inbox::{self, Workload};
use crate::message;
use crate::reports::change::{Details, carry_out};
use crate::reports::model::{Action, Actor, Change};
use crate::reports::{Code, store};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::idempotency::{IdempotencyKey, Turn};

/// So many of the riskiest are tried, where colleagues take the first ones at the same moment.
const TRIED: i64 = 20;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(next))
        .routes(routes!(workloads))
}

/// The case that was taken.
#[derive(Serialize, Deserialize, ToSchema)]
struct Taken {
    code: Code,
    version: i64,
}

/// Take the next case
///
/// Accepts the riskiest case of one's own office that nobody has taken. Two colleagues who ask at the
/// same moment get two cases.
#[utoipa::path(
    post, path = "/desk/cases/next", tag = "desk",
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = OK, body = Taken),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Nothing waits"),
    )
)]
async fn next(
    State(app): State<Arc<App>>,
    staff: Staff<Handlers>,
    key: IdempotencyKey,
) -> Result<(StatusCode, Json<Taken>)> {
    let account = &staff.account;
    let office = account.office.as_deref().unwrap_or_default();
    let actor = Actor::of(account);
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, taken) = key.claim(&mut tx, [0; 32], app.clock.now()).await? {
        return Ok((status, Json(taken)));
    }
    for id in inbox::riskiest_unassigned(&mut tx, office, TRIED).await? {
        // Waits for a colleague who is taking it, and then sees that it is taken.
        let Some(report) = store::by_id_for_change(&mut tx, id).await? else {
            continue;
        };
        let free = report.assignee.is_none()
            && report.lead == office
            && report
                .allows(Action::Accept, &actor, app.clock.now())
                .is_ok();
        if !free {
            continue;
        }
        let details = Details::default();
        let after = carry_out(&app, &mut tx, report, &Change::Accept, &actor, details).await?;
        let taken = Taken {
            code: after.code,
            version: after.version,
        };
        key.remember(&mut tx, StatusCode::OK, &taken).await?;
        tx.commit().await?;
        app.outbox_bell.notify_one();
        return Ok((StatusCode::OK, Json(taken)));
    }
    Err(Error::NotFound(message!(
        "没有待接的案件。",
        "No case waits to be taken.",
        "대기 중인 사건이 없습니다."
    )))
}

#[derive(Serialize, ToSchema)]
struct Workloads {
    items: Vec<Workload>,
}

/// Who has how much in hand
///
/// The handlers of one's own office, the busiest first; coordinators, verifiers and administrators see
/// every office.
#[utoipa::path(
    get, path = "/desk/workloads", tag = "desk",
    responses(
        (status = OK, body = Workloads),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn workloads(
    State(app): State<Arc<App>>,
    staff: Staff<Everyone>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Workloads>)> {
    let account = &staff.account;
    let everything = matches!(
        account.role,
        Role::Coordinator | Role::Verifier | Role::Administrator
    );
    let office = account.office.clone().unwrap_or_default();
    let office = Some(office.as_str()).filter(|_| !everything);
    let items = inbox::workloads(&app.db, office, app.clock.now()).await?;
    Ok(([NO_STORE], Json(Workloads { items })))
}
