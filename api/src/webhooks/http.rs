//! Administrators' side: where other systems are told, what they are told, and what became of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json as Column;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::guard::{self, Refused};
use super::model::{
    Delivery, DeliveryFault, DeliveryState, DisabledWhy, ROTATION, SECRET_BYTES, Webhook,
    WebhookEvent, shown_secret,
};
use super::store;
use crate::app::App;
use crate::auth::{Administrators, Staff};
use crate::db::Tx;
use crate::message;
use crate::reports::{Code, page_size, store as reports};
use crate::shared::error::{Error, Problem, Result};
use crate::shared::extract::{Json as Body, Query};
use crate::shared::id::{OutboxId, WebhookId};
use crate::shared::idempotency::{IdempotencyKey, Turn};
use crate::shared::message::Message;
use crate::shared::outbox::{self, Effect};
use crate::shared::page::{Cursor, Page};

/// Most webhooks of one service.
const MAX_WEBHOOKS: i64 = 50;
/// Longest name, in characters.
const MAX_NAME: usize = 80;
/// Most entries in one list of a filter.
const MAX_LIST: usize = 100;

pub fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change, remove))
        .routes(routes!(rotate))
        .routes(routes!(deliveries))
        .routes(routes!(redeliver))
}

#[derive(Serialize, Deserialize, ToSchema)]
struct WebhookView {
    id: WebhookId,
    name: String,
    url: String,
    /// Empty: every kind.
    events: Vec<WebhookEvent>,
    /// Ids of categories; empty: all.
    categories: Vec<String>,
    /// Codes of townships; empty: all.
    townships: Vec<String>,
    /// Ids of offices that lead; empty: all.
    offices: Vec<String>,
    paused: bool,
    /// Since when the service has given it up; `PATCH` with `paused: false` takes it up again.
    disabled_at: Option<DateTime<Utc>>,
    disabled_why: Option<DisabledWhy>,
    /// Attempts that failed since the last that did not.
    failures: i64,
    failing_since: Option<DateTime<Utc>>,
    /// Until when the former secret signs too.
    previous_secret_until: Option<DateTime<Utc>>,
    /// Messages that wait.
    waiting: i64,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

async fn view(app: &App, hook: Webhook) -> Result<WebhookView> {
    let now = app.clock.now();
    Ok(WebhookView {
        waiting: store::waiting(&app.db, hook.id).await?,
        id: hook.id,
        name: hook.name,
        url: hook.url,
        events: hook.events.0,
        categories: hook.categories.0,
        townships: hook.townships.0,
        offices: hook.offices.0,
        paused: hook.paused,
        disabled_at: hook.disabled_at,
        disabled_why: hook.disabled_why,
        failures: hook.failures,
        failing_since: hook.failing_since,
        previous_secret_until: hook.previous_until.filter(|until| *until > now),
        version: hook.version,
        created_at: hook.created_at,
        updated_at: hook.updated_at,
    })
}

fn no_webhook() -> Error {
    Error::NotFound(message!(
        "没有这个推送地址。",
        "There is no such webhook.",
        "해당 웹훅이 없습니다."
    ))
}

/// What is wrong with a webhook's fields, all of it.
fn check(app: &App, hook: &Webhook) -> Result<()> {
    let mut errors: Vec<(String, Message)> = Vec::new();
    if !(1..=MAX_NAME).contains(&hook.name.chars().count()) {
        let bounds = message!(
            "名称须为 1 至 80 个字。",
            "A name has 1 to 80 characters.",
            "이름은 1~80자여야 합니다."
        );
        errors.push(("name".into(), bounds));
    }
    if let Err(refused) = guard::parse(&hook.url, &app.webhooks.networks) {
        errors.push(("url".into(), url_words(refused)));
    }
    let pack = &app.pack;
    let known = |field: &str, id: &str| match field {
        "categories" => pack.category(id).is_some(),
        "townships" => pack.township(id).is_some(),
        _ => pack.office(id).is_some(),
    };
    let lists = [
        ("categories", &hook.categories),
        ("townships", &hook.townships),
        ("offices", &hook.offices),
    ];
    for (field, list) in lists {
        if list.len() > MAX_LIST {
            let bounds = message!("最多 100 项。", "At most 100.", "최대 100개입니다.");
            errors.push((field.into(), bounds));
        }
        let unknown = |(_, value): &(usize, &String)| !known(field, value);
        for (at, value) in list.iter().enumerate().filter(unknown) {
            let unknown = message!(
                "本区没有“{value}”。",
                "The district does not know {value}.",
                "이 지역에 없는 항목입니다: {value}"
            );
            errors.push((format!("{field}[{at}]"), unknown));
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

fn url_words(refused: Refused) -> Message {
    match refused {
        Refused::Malformed => message!(
            "网址格式不对，最长 500 字节，不能带 # 部分。",
            "This is no web address of at most 500 bytes without a # part.",
            "웹 주소 형식이 아닙니다(최대 500바이트, # 제외)."
        ),
        Refused::Plain => message!(
            "网址须以 https:// 开头。",
            "The address must begin with https://.",
            "주소는 https://로 시작해야 합니다."
        ),
        Refused::Credentials => message!(
            "网址里不能带用户名和密码：对方应核对签名。",
            "No name and password in the address: the receiver verifies the signature.",
            "주소에 사용자 이름과 비밀번호를 넣을 수 없습니다. 수신 측에서 서명을 확인하세요."
        ),
        Refused::Private => message!(
            "不能推送到内部网络地址；确有需要请运维人员在 WUFEI_WEBHOOK_NETWORKS 里登记网段。",
            "The address leads into a network that is not public; the operator may name it in WUFEI_WEBHOOK_NETWORKS.",
            "공개되지 않은 네트워크 주소입니다. 필요하면 운영자가 WUFEI_WEBHOOK_NETWORKS에 등록해야 합니다."
        ),
    }
}

fn distinct<T: PartialEq>(list: Vec<T>) -> Column<Vec<T>> {
    let mut kept = Vec::with_capacity(list.len());
    for value in list {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    Column(kept)
}

#[derive(Serialize, ToSchema)]
struct WebhookList {
    items: Vec<WebhookView>,
}

/// Webhooks, the oldest first
#[utoipa::path(
    get, path = "/desk/webhooks", tag = "desk",
    responses((status = OK, body = WebhookList))
)]
async fn list(
    State(app): State<Arc<App>>,
    _staff: Staff<Administrators>,
) -> Result<Json<WebhookList>> {
    let mut items = Vec::new();
    for hook in store::all(&app.db).await? {
        items.push(view(&app, hook).await?);
    }
    Ok(Json(WebhookList { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    /// What people call the receiver, 1 to 80 characters.
    name: String,
    /// `https://…`, at most 500 bytes.
    url: String,
    #[serde(default)]
    events: Vec<WebhookEvent>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    townships: Vec<String>,
    #[serde(default)]
    offices: Vec<String>,
}

/// A webhook with the secret that signs its messages
#[derive(Serialize, Deserialize, ToSchema)]
struct WebhookWithSecret {
    webhook: WebhookView,
    /// `whsec_…`; shown this once.
    secret: String,
}

/// Tell another system of reports
///
/// Each public step is one POST, signed as Standard Webhooks says (`webhook-id`, `webhook-timestamp`,
/// `webhook-signature: v1,…`), with the body `{type, timestamp, data: {event, report}}`: the step, with
/// its number `seq` in the history, and the report as the public reads it. A 2xx takes it. Else it is
/// tried again for three days, under the same id; redirects are not followed. The steps of one report
/// come in their order.
#[utoipa::path(
    post, path = "/desk/webhooks", tag = "desk", request_body = NewWebhook,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = CREATED, body = WebhookWithSecret),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add(
    State(app): State<Arc<App>>,
    staff: Staff<Administrators>,
    key: IdempotencyKey,
    Body { value: new, sha256 }: Body<NewWebhook>,
) -> Result<(StatusCode, Json<WebhookWithSecret>)> {
    let now = app.clock.now();
    let hook = Webhook {
        id: WebhookId(app.random.uuid(now)),
        name: new.name.trim().to_owned(),
        url: new.url.trim().to_owned(),
        events: distinct(new.events),
        categories: distinct(new.categories),
        townships: distinct(new.townships),
        offices: distinct(new.offices),
        secret: app.random.bytes::<SECRET_BYTES>().to_vec(),
        previous_secret: None,
        previous_until: None,
        paused: false,
        disabled_at: None,
        disabled_why: None,
        failures: 0,
        failing_since: None,
        version: 1,
        created_by: staff.account.id,
        created_at: now,
        updated_at: now,
    };
    check(&app, &hook)?;
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(status, made) = key.claim(&mut tx, sha256, now).await? {
        return Ok((status, Json(made)));
    }
    if store::count(&mut tx).await? >= MAX_WEBHOOKS {
        return Err(Error::Conflict(message!(
            "最多 50 个推送地址，请先删除不用的。",
            "At most 50 webhooks: remove one first.",
            "웹훅은 최대 50개입니다. 먼저 사용하지 않는 것을 삭제하세요."
        )));
    }
    store::insert(&mut tx, &hook).await?;
    tracing::info!(webhook = %hook.id, "A webhook was added");
    let made = WebhookWithSecret {
        secret: shown_secret(&hook.secret),
        webhook: view(&app, hook).await?,
    };
    key.remember(&mut tx, StatusCode::CREATED, &made).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Fields that are absent stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeWebhook {
    version: i64,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    events: Option<Vec<WebhookEvent>>,
    #[serde(default)]
    categories: Option<Vec<String>>,
    #[serde(default)]
    townships: Option<Vec<String>>,
    #[serde(default)]
    offices: Option<Vec<String>>,
    /// Paused, it hears of nothing that happens meanwhile; what waits, waits on. False also takes up
    /// again what the service had given up.
    #[serde(default)]
    paused: Option<bool>,
}

/// Loads for a change, and refuses a version that is not the present one.
async fn held(tx: &mut Tx, id: WebhookId, version: Option<i64>) -> Result<Webhook> {
    let hook = store::for_change(tx, id).await?.ok_or_else(no_webhook)?;
    if version.is_some_and(|version| version != hook.version) {
        return Err(Error::Conflict(message!(
            "这个推送刚刚被别人改过，请刷新后再改。",
            "The webhook has just changed: reload it and try again.",
            "이 웹훅이 방금 변경되었습니다. 새로고침 후 다시 시도해 주세요."
        )));
    }
    Ok(hook)
}

/// Change, pause or take up a webhook
#[utoipa::path(
    patch, path = "/desk/webhooks/{id}", tag = "desk", request_body = ChangeWebhook,
    params(("id" = WebhookId, Path)),
    responses(
        (status = OK, body = WebhookView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change(
    State(app): State<Arc<App>>,
    _staff: Staff<Administrators>,
    Path(id): Path<WebhookId>,
    Body { value: body, .. }: Body<ChangeWebhook>,
) -> Result<Json<WebhookView>> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let mut hook = held(&mut tx, id, Some(body.version)).await?;
    if let Some(name) = body.name {
        name.trim().clone_into(&mut hook.name);
    }
    if let Some(url) = body.url {
        url.trim().clone_into(&mut hook.url);
    }
    if let Some(events) = body.events {
        hook.events = distinct(events);
    }
    for (list, given) in [
        (&mut hook.categories, body.categories),
        (&mut hook.townships, body.townships),
        (&mut hook.offices, body.offices),
    ] {
        if let Some(given) = given {
            *list = distinct(given);
        }
    }
    if let Some(paused) = body.paused {
        hook.paused = paused;
        if !paused {
            hook.disabled_at = None;
            hook.disabled_why = None;
            hook.failures = 0;
            hook.failing_since = None;
        }
    }
    check(&app, &hook)?;
    hook.version += 1;
    hook.updated_at = now;
    store::save(&mut tx, &hook).await?;
    tx.commit().await?;
    Ok(Json(view(&app, hook).await?))
}

/// Remove a webhook with its log
#[utoipa::path(
    delete, path = "/desk/webhooks/{id}", tag = "desk", params(("id" = WebhookId, Path)),
    responses(
        (status = NO_CONTENT),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove(
    State(app): State<Arc<App>>,
    _staff: Staff<Administrators>,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    held(&mut tx, id, None).await?;
    store::delete(&mut tx, id).await?;
    tx.commit().await?;
    tracing::info!(webhook = %id, "A webhook was removed");
    Ok(StatusCode::NO_CONTENT)
}

/// Give a webhook a new secret
///
/// For 24 hours messages are signed with both, so that the receiver can change over without losing one.
#[utoipa::path(
    post, path = "/desk/webhooks/{id}/secret", tag = "desk",
    params(("id" = WebhookId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = OK, body = WebhookWithSecret),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn rotate(
    State(app): State<Arc<App>>,
    _staff: Staff<Administrators>,
    Path(id): Path<WebhookId>,
    key: IdempotencyKey,
) -> Result<Json<WebhookWithSecret>> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if let Turn::Replay(_, made) = key.claim(&mut tx, [0; 32], now).await? {
        return Ok(Json(made));
    }
    let mut hook = held(&mut tx, id, None).await?;
    let fresh = app.random.bytes::<SECRET_BYTES>().to_vec();
    hook.previous_secret = Some(std::mem::replace(&mut hook.secret, fresh));
    hook.previous_until = Some(now + ROTATION);
    hook.version += 1;
    hook.updated_at = now;
    store::save(&mut tx, &hook).await?;
    let made = WebhookWithSecret {
        secret: shown_secret(&hook.secret),
        webhook: view(&app, hook).await?,
    };
    key.remember(&mut tx, StatusCode::OK, &made).await?;
    tx.commit().await?;
    tracing::info!(webhook = %id, "A webhook's secret was changed");
    Ok(Json(made))
}

/// A message and what became of it.
#[derive(Serialize, ToSchema)]
struct DeliveryView {
    /// The message's `webhook-id`.
    id: OutboxId,
    #[serde(rename = "type")]
    kind: WebhookEvent,
    report: Code,
    seq: i64,
    state: DeliveryState,
    attempts: i64,
    /// What the receiver last answered; null where it did not.
    last_status: Option<i64>,
    last_error: Option<DeliveryFault>,
    /// How long that took, in milliseconds.
    last_ms: Option<i64>,
    created_at: DateTime<Utc>,
    tried_at: Option<DateTime<Utc>>,
}

async fn delivery_view(app: &App, delivery: Delivery) -> Result<DeliveryView> {
    let report = reports::by_id(&app.db, delivery.report_id).await?;
    let report = report.ok_or_else(|| Error::internal("the report is gone"))?;
    Ok(DeliveryView {
        id: delivery.id,
        kind: delivery.kind,
        report: report.code,
        seq: delivery.seq,
        state: delivery.state,
        attempts: delivery.attempts,
        last_status: delivery.last_status,
        last_error: delivery.last_error,
        last_ms: delivery.last_ms,
        created_at: delivery.created_at,
        tried_at: delivery.tried_at,
    })
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LogQuery {
    cursor: Option<String>,
    /// 1 to 200.
    limit: Option<u32>,
}

/// A webhook's messages, the newest first
///
/// The newest 500 are kept, and those that wait.
#[utoipa::path(
    get, path = "/desk/webhooks/{id}/deliveries", tag = "desk",
    params(("id" = WebhookId, Path), LogQuery),
    responses(
        (status = OK, body = Page<DeliveryView>),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn deliveries(
    State(app): State<Arc<App>>,
    _staff: Staff<Administrators>,
    Path(id): Path<WebhookId>,
    Query(query): Query<LogQuery>,
) -> Result<Json<Page<DeliveryView>>> {
    store::find(&app.db, id).await?.ok_or_else(no_webhook)?;
    let after = query.cursor.as_deref().map(Cursor::parse).transpose()?;
    let limit = page_size(query.limit)?;
    let log = store::log(&app.db, id, after, i64::from(limit) + 1).await?;
    let page = Page::cut(log, limit as usize, |delivery| Cursor {
        at: delivery.created_at,
        id: delivery.id.0,
    });
    let mut items = Vec::with_capacity(page.items.len());
    for delivery in page.items {
        items.push(delivery_view(&app, delivery).await?);
    }
    Ok(Json(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// Send a message again, under the same id
#[utoipa::path(
    post, path = "/desk/webhooks/{id}/deliveries/{delivery}/redeliver", tag = "desk",
    params(("id" = WebhookId, Path), ("delivery" = OutboxId, Path)),
    responses(
        (status = ACCEPTED),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn redeliver(
    State(app): State<Arc<App>>,
    _staff: Staff<Administrators>,
    Path((id, delivery)): Path<(WebhookId, OutboxId)>,
) -> Result<StatusCode> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let hook = held(&mut tx, id, None).await?;
    if !hook.is_active() {
        return Err(Error::Conflict(message!(
            "这个推送已停用，请先恢复。",
            "The webhook is not in use: take it up first.",
            "사용 중지된 웹훅입니다. 먼저 다시 사용하도록 설정하세요."
        )));
    }
    let known = store::delivery(&app.db, delivery).await?;
    if known.is_none_or(|known| known.webhook_id != id) {
        return Err(Error::NotFound(message!(
            "没有这条推送记录。",
            "There is no such message.",
            "해당 기록이 없습니다."
        )));
    }
    if !store::queue_again(&mut tx, id, delivery, now).await? {
        return Err(Error::Conflict(message!(
            "这条消息还在推送中。",
            "The message is still on its way.",
            "아직 전송 중인 메시지입니다."
        )));
    }
    outbox::enqueue_as(&mut tx, delivery, now, &Effect::Webhook).await?;
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(StatusCode::ACCEPTED)
}
