//! One thing done to many cases, each by the same table of transitions as a single step, and taken
//! back where nobody acted since.
//!
//! Accepting and handing over can be taken back for ten minutes; the letters they cause wait as long.
//! What residents or other offices are told at once (notes, urging, verifying, closing, dispatching,
//! more time) cannot.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json as Stored;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::actions::{office, optional};
use super::cases::check_scope;
use super::decisions::extension_hours;
use crate::app::App;
use crate::auth::{self, Account, CaseWorkers, Role, Staff};
use crate::db::{DbError, Tx};
use crate::desk::model::{BulkAction, BulkOutcome};
use crate::district::Lang;
use crate::message;
use crate::reports::change::{Details, carry_out, check_version};
use crate::reports::model::{Actor, Before, Change, Report};
use crate::reports::{Code, required, store};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Language};
use crate::shared::id::{AccountId, BulkId, BulkItemId, ReportId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::outbox::{self, Hold};

const MAX_CASES: usize = 200;
/// How long a bulk step can be taken back.
const UNDO_WITHIN: TimeDelta = TimeDelta::minutes(10);

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(bulk))
        .routes(routes!(undo))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkCase {
    code: String,
    /// As it was seen.
    version: i64,
}

/// What the action needs, as the single step does.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkParams {
    /// Of `hand_over`: a handler of the same office.
    #[serde(default)]
    staff_id: Option<AccountId>,
    /// Of `dispatch`.
    #[serde(default)]
    office: Option<String>,
    /// Of `extend`.
    #[serde(default)]
    hours: Option<u32>,
    /// Of `urge`, `dispatch`, `extend`; may come with `hand_over`. At most 1,000 characters.
    #[serde(default)]
    reason: Option<String>,
    /// Of `note`; may come with `verify` and `close`. At most 1,000 characters.
    #[serde(default)]
    note: Option<String>,
    /// Whether the public reads the note.
    #[serde(default)]
    public: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Bulk {
    action: BulkAction,
    /// 1 to 200, each once.
    cases: Vec<BulkCase>,
    #[serde(default)]
    params: BulkParams,
}

/// What came of one case.
#[derive(Serialize, Deserialize, ToSchema)]
struct BulkResult {
    code: String,
    outcome: BulkOutcome,
    /// The case's version now, where it was done.
    version: Option<i64>,
    /// Why it was refused, in the caller's language.
    reason: Option<String>,
}

/// What came of all of them.
#[derive(Serialize, Deserialize, ToSchema)]
struct BulkDone {
    id: BulkId,
    done: usize,
    refused: usize,
    /// Until when `POST /desk/bulk/{id}/undo` takes it back; null where it cannot be.
    undo_until: Option<DateTime<Utc>>,
    /// In the order of the request.
    results: Vec<BulkResult>,
}

/// Do one thing to many cases
///
/// Each case is decided for itself, by the same rights and states as the single step; what is refused
/// is named and leaves the others alone. `accept` and `hand_over` can be taken back within ten minutes,
/// and what residents would be told waits as long; the other actions tell people at once and cannot.
#[utoipa::path(
    post, path = "/desk/bulk", tag = "desk", request_body = Bulk,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = OK, body = BulkDone),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn bulk(
    State(app): State<Arc<App>>,
    staff: Staff<CaseWorkers>,
    Language(lang): Language,
    key: IdempotencyKey,
    Body {
        value: body,
        sha256,
    }: Body<Bulk>,
) -> Result<(StatusCode, Json<BulkDone>)> {
    let now = app.clock.now();
    let account = &staff.account;
    check_cases(&body.cases)?;
    check_params(&body)?;
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, done) = key.claim(&mut tx, sha256, now).await? {
        return Ok((status, Json(done)));
    }
    let id = BulkId(app.random.uuid(now));
    let undo_until = body.action.can_be_undone().then(|| now + UNDO_WITHIN);
    insert_bulk(&mut tx, id, account.id, body.action, now, undo_until).await?;
    let mut results: Vec<(usize, BulkResult)> = Vec::with_capacity(body.cases.len());
    let mut found = Vec::with_capacity(body.cases.len());
    for (position, case) in body.cases.iter().enumerate() {
        match find(&mut tx, &case.code).await {
            Ok(report) => found.push((report, position)),
            Err(error) => results.push((position, refused(&case.code, error, lang)?)),
        }
    }
    // Always locked in the same order, so that two of these never wait for each other.
    found.sort_unstable();
    for (report, position) in found {
        let case = &body.cases[position];
        let hold = undo_until.map(|until| Hold {
            until,
            held_for: BulkItemId(app.random.uuid(now)),
        });
        let step = step(&app, &mut tx, report, case.version, &body, account);
        let outcome = match hold {
            Some(hold) => Box::pin(outbox::holding(hold, step)).await,
            None => step.await,
        };
        results.push((
            position,
            match outcome {
                Ok((before, after)) => {
                    let item =
                        hold.map_or_else(|| BulkItemId(app.random.uuid(now)), |h| h.held_for);
                    insert_item(&mut tx, item, id, position, &before, &after).await?;
                    done(&after)
                }
                Err(error) => refused(&case.code, error, lang)?,
            },
        ));
    }
    results.sort_by_key(|(position, _)| *position);
    let answer = summary(
        id,
        undo_until,
        results.into_iter().map(|(_, result)| result),
    );
    key.remember(&mut tx, StatusCode::OK, &answer).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    metrics::counter!("wufei_bulk_cases_total", "action" => body.action.as_str())
        .increment(u64::try_from(answer.done).unwrap_or(0));
    Ok((StatusCode::OK, Json(answer)))
}

fn summary(
    id: BulkId,
    undo_until: Option<DateTime<Utc>>,
    results: impl Iterator<Item = BulkResult>,
) -> BulkDone {
    let results: Vec<BulkResult> = results.collect();
    let done = results
        .iter()
        .filter(|result| result.outcome == BulkOutcome::Done)
        .count();
    BulkDone {
        id,
        done,
        refused: results.len() - done,
        undo_until: undo_until.filter(|_| done > 0),
        results,
    }
}

fn done(after: &Report) -> BulkResult {
    BulkResult {
        code: after.code.to_string(),
        outcome: BulkOutcome::Done,
        version: Some(after.version),
        reason: None,
    }
}

/// What is refused for a reason a person can read; what went wrong inside fails the whole request.
fn refused(code: &str, error: Error, lang: Lang) -> Result<BulkResult> {
    let reason = match error {
        Error::Forbidden(message) | Error::Conflict(message) | Error::NotFound(message) => message,
        Error::Invalid(mut fields) if !fields.is_empty() => fields.swap_remove(0).1,
        other => return Err(other),
    };
    Ok(BulkResult {
        code: code.to_owned(),
        outcome: BulkOutcome::Refused,
        version: None,
        reason: Some(reason.get(lang).to_owned()),
    })
}

fn check_cases(cases: &[BulkCase]) -> Result<()> {
    let mut codes: Vec<&str> = cases.iter().map(|case| case.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.is_empty() || codes.len() < cases.len() || codes.len() > MAX_CASES {
        return Err(Error::field(
            "cases",
            message!(
                "请选择 1 到 200 个案件，不能重复。",
                "Choose 1 to 200 cases, each once.",
                "사건을 1~200건, 중복 없이 선택해 주세요."
            ),
        ));
    }
    Ok(())
}

fn lacking(field: &str) -> Error {
    Error::field(field, message!("请填写。", "Required.", "입력해 주세요."))
}

/// What is wrong for every case alike is said once.
fn check_params(body: &Bulk) -> Result<()> {
    let params = &body.params;
    let reason = || {
        required(
            "params.reason",
            params.reason.as_deref().unwrap_or_default(),
        )
    };
    match body.action {
        BulkAction::Accept | BulkAction::Verify | BulkAction::Close => {
            optional("params.note", params.note.as_deref()).map(drop)
        }
        BulkAction::HandOver => {
            optional("params.reason", params.reason.as_deref())?;
            params
                .staff_id
                .map(drop)
                .ok_or_else(|| lacking("params.staff_id"))
        }
        BulkAction::Note => {
            required("params.note", params.note.as_deref().unwrap_or_default()).map(drop)
        }
        BulkAction::Urge => reason().map(drop),
        BulkAction::Dispatch => {
            reason()?;
            params
                .office
                .as_ref()
                .map(drop)
                .ok_or_else(|| lacking("params.office"))
        }
        BulkAction::Extend => {
            reason()?;
            extension_hours(params.hours.unwrap_or(0)).map(drop)
        }
    }
}

async fn find(tx: &mut Tx, code: &str) -> Result<ReportId> {
    let missing = || {
        Error::NotFound(message!(
            "没有这个编号的案件。",
            "There is no such case.",
            "이 번호의 사건이 없습니다."
        ))
    };
    let code: Code = code.parse().map_err(|_| missing())?;
    let row: Option<(ReportId,)> = tx
        .sql("SELECT id FROM reports WHERE code = $1")
        .bind(code)
        .optional()
        .await?;
    row.map(|(id,)| id).ok_or_else(missing)
}

async fn step(
    app: &App,
    tx: &mut Tx,
    report: ReportId,
    version: i64,
    body: &Bulk,
    account: &Account,
) -> Result<(Report, Report)> {
    let report = store::by_id_for_change(tx, report)
        .await?
        .ok_or_else(|| Error::internal("the report is gone"))?;
    check_scope(&report, account)?;
    check_version(&report, version)?;
    let (change, details) = change(app, tx, &report, body).await?;
    let before = report.clone();
    let after = carry_out(app, tx, report, &change, &Actor::of(account), details).await?;
    Ok((before, after))
}

async fn change(app: &App, tx: &mut Tx, report: &Report, body: &Bulk) -> Result<(Change, Details)> {
    let params = &body.params;
    let mut details = Details {
        note: optional("params.note", params.note.as_deref())?
            .or(optional("params.reason", params.reason.as_deref())?),
        ..Details::default()
    };
    let change = match body.action {
        BulkAction::Accept => Change::Accept,
        BulkAction::Verify => Change::Verify,
        BulkAction::Close => Change::Close,
        BulkAction::Urge => Change::Urge,
        BulkAction::Note => {
            details.internal = !params.public;
            Change::Note
        }
        BulkAction::HandOver => {
            let to = params.staff_id.ok_or_else(|| lacking("params.staff_id"))?;
            colleague(tx, report, to).await?;
            Change::HandOver { to }
        }
        BulkAction::Dispatch => Change::Dispatch {
            office: office(app, report, params.office.as_deref().unwrap_or_default())?,
            last: false,
        },
        BulkAction::Extend => Change::Extend {
            hours: extension_hours(params.hours.unwrap_or(0))?,
        },
    };
    Ok((change, details))
}

/// A handler of the office that leads.
async fn colleague(tx: &mut Tx, report: &Report, id: AccountId) -> Result<()> {
    let fits = auth::store::by_id_in(tx, id)
        .await?
        .is_some_and(|colleague| {
            !colleague.disabled
                && colleague.role == Role::Handler
                && colleague.office.as_deref() == Some(report.lead.as_str())
        });
    if fits {
        return Ok(());
    }
    Err(Error::field(
        "params.staff_id",
        message!(
            "请选择本部门的处置员。",
            "Choose a handler of the same office.",
            "같은 부서의 처리 담당자를 선택해 주세요."
        ),
    ))
}

/// Take a bulk step back
///
/// 撤销: only by the person who did it, within ten minutes, and only cases nobody has acted on since;
/// the history keeps both steps.
#[utoipa::path(
    post, path = "/desk/bulk/{id}/undo", tag = "desk", params(("id" = BulkId, Path)),
    responses(
        (status = OK, body = BulkDone),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too late, done already, or not of a kind that can be"),
    )
)]
async fn undo(
    State(app): State<Arc<App>>,
    staff: Staff<CaseWorkers>,
    Language(lang): Language,
    Path(id): Path<Uuid>,
) -> Result<Json<BulkDone>> {
    let now = app.clock.now();
    let id = BulkId(id);
    let account = &staff.account;
    let mut tx = app.db.begin().await?;
    take_back(&mut tx, id, account, now).await?;
    let mut items = items(&mut tx, id).await?;
    items.sort_by_key(|item| item.report_id);
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        let outcome = undo_item(&app, &mut tx, &item, account).await;
        results.push((
            item.position,
            match outcome {
                Ok(after) => done(&after),
                Err(error) => refused(&item.code, error, lang)?,
            },
        ));
    }
    results.sort_by_key(|(position, _)| *position);
    let answer = summary(id, None, results.into_iter().map(|(_, result)| result));
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(Json(answer))
}

async fn undo_item(app: &App, tx: &mut Tx, item: &Item, account: &Account) -> Result<Report> {
    let report = store::by_id_for_change(tx, item.report_id)
        .await?
        .ok_or_else(|| Error::internal("the report is gone"))?;
    if report.version != item.version {
        return Err(Error::Conflict(message!(
            "之后又有人办理过，不能撤销。",
            "Somebody has acted on it since.",
            "이후 다른 처리가 있어 취소할 수 없습니다."
        )));
    }
    let before = item.before.0.clone();
    // The public did not read of a colleague, so it does not read that it was taken back.
    let internal = before.status() == report.status;
    let change = Change::Undo {
        before: Box::new(before),
    };
    let details = Details {
        internal,
        ..Details::default()
    };
    let after = carry_out(app, tx, report, &change, &Actor::of(account), details).await?;
    outbox::withdraw(tx, item.id).await?;
    Ok(after)
}

/// Marks it undone, once.
async fn take_back(tx: &mut Tx, id: BulkId, account: &Account, now: DateTime<Utc>) -> Result<()> {
    let marked = tx
        .sql(
            "UPDATE bulk_operations SET undone_at = $3
             WHERE id = $1 AND account_id = $2 AND undone_at IS NULL AND undo_until >= $3",
        )
        .bind(id)
        .bind(account.id)
        .bind(now)
        .run()
        .await?;
    if marked == 1 {
        return Ok(());
    }
    let row: Option<(AccountId,)> = tx
        .sql("SELECT account_id FROM bulk_operations WHERE id = $1")
        .bind(id)
        .optional()
        .await?;
    match row {
        None => Err(Error::NotFound(message!(
            "没有这次操作。",
            "There is no such operation.",
            "해당 작업이 없습니다."
        ))),
        Some((owner,)) if owner != account.id => Err(Error::Forbidden(message!(
            "只有操作的人能撤销。",
            "Only who did it may take it back.",
            "작업한 사람만 취소할 수 있습니다."
        ))),
        Some(_) => Err(Error::Conflict(message!(
            "已经不能撤销：超过十分钟、已撤销过，或这类操作不能撤销。",
            "It cannot be taken back: ten minutes have passed, it was taken back already, or it is not of a kind that can be.",
            "취소할 수 없습니다. 10분이 지났거나, 이미 취소했거나, 취소할 수 없는 작업입니다."
        ))),
    }
}

async fn insert_bulk(
    tx: &mut Tx,
    id: BulkId,
    account: AccountId,
    action: BulkAction,
    now: DateTime<Utc>,
    undo_until: Option<DateTime<Utc>>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO bulk_operations (id, account_id, action, created_at, undo_until)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(account)
    .bind(action)
    .bind(now)
    .bind(undo_until)
    .run()
    .await
    .map(drop)
}

async fn insert_item(
    tx: &mut Tx,
    id: BulkItemId,
    bulk: BulkId,
    position: usize,
    before: &Report,
    after: &Report,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO bulk_items (id, bulk_id, position, report_id, version, before)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(bulk)
    .bind(i64::try_from(position).unwrap_or(i64::MAX))
    .bind(after.id)
    .bind(after.version)
    .bind(Stored(Before::of(before)))
    .run()
    .await
    .map(drop)
}

#[derive(sqlx::FromRow)]
struct Item {
    id: BulkItemId,
    position: i64,
    report_id: ReportId,
    code: String,
    version: i64,
    before: Stored<Before>,
}

async fn items(tx: &mut Tx, bulk: BulkId) -> Result<Vec<Item>, DbError> {
    tx.sql(
        "SELECT i.id, i.position, i.report_id, r.code, i.version, i.before
         FROM bulk_items i JOIN reports r ON r.id = i.report_id
         WHERE i.bulk_id = $1 ORDER BY i.position",
    )
    .bind(bulk)
    .all()
    .await
}
