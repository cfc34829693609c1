//! All SQL of webhooks.

use chrono::{DateTime, Utc};

use super::model::{Delivery, Webhook};
use crate::db::{Db, DbError, Tx};
use crate::shared::id::{EventId, OutboxId, WebhookId};
use crate::shared::page::Cursor;

/// The columns of [`Webhook`].
macro_rules! webhook_columns {
    () => {
        "id, name, url, events, categories, townships, offices, secret, previous_secret, \
         previous_until, paused, disabled_at, disabled_why, failures, failing_since, version, \
         created_by, created_at, updated_at"
    };
}

/// The columns of [`Delivery`].
macro_rules! delivery_columns {
    () => {
        "id, webhook_id, report_id, event_id, seq, kind, state, attempts, last_status, last_error, \
         last_ms, created_at, queued_at, tried_at"
    };
}

pub async fn all(db: &Db) -> Result<Vec<Webhook>, DbError> {
    db.sql(concat!(
        "SELECT ",
        webhook_columns!(),
        " FROM webhooks ORDER BY created_at, id"
    ))
    .all()
    .await
}

pub async fn ids(db: &Db) -> Result<Vec<WebhookId>, DbError> {
    let rows: Vec<(WebhookId,)> = db.sql("SELECT id FROM webhooks").all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Those that are told now.
pub async fn active(tx: &mut Tx) -> Result<Vec<Webhook>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        webhook_columns!(),
        " FROM webhooks WHERE NOT paused AND disabled_at IS NULL ORDER BY created_at, id"
    ))
    .all()
    .await
}

pub async fn find(db: &Db, id: WebhookId) -> Result<Option<Webhook>, DbError> {
    db.sql(concat!(
        "SELECT ",
        webhook_columns!(),
        " FROM webhooks WHERE id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// Reads and locks.
pub async fn for_change(tx: &mut Tx, id: WebhookId) -> Result<Option<Webhook>, DbError> {
    tx.sql(concat!(
        "UPDATE webhooks SET version = version WHERE id = $1 RETURNING ",
        webhook_columns!()
    ))
    .bind(id)
    .optional()
    .await
}

pub async fn count(tx: &mut Tx) -> Result<i64, DbError> {
    let (count,): (i64,) = tx.sql("SELECT COUNT(*) FROM webhooks").one().await?;
    Ok(count)
}

pub async fn insert(tx: &mut Tx, hook: &Webhook) -> Result<(), DbError> {
    tx.sql(concat!(
        "INSERT INTO webhooks (",
        webhook_columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                   $19)"
    ))
    .bind(hook.id)
    .bind(hook.name.clone())
    .bind(hook.url.clone())
    .bind(hook.events.clone())
    .bind(hook.categories.clone())
    .bind(hook.townships.clone())
    .bind(hook.offices.clone())
    .bind(hook.secret.clone())
    .bind(hook.previous_secret.clone())
    .bind(hook.previous_until)
    .bind(hook.paused)
    .bind(hook.disabled_at)
    .bind(hook.disabled_why)
    .bind(hook.failures)
    .bind(hook.failing_since)
    .bind(hook.version)
    .bind(hook.created_by)
    .bind(hook.created_at)
    .bind(hook.updated_at)
    .run()
    .await
    .map(drop)
}

/// Saves a webhook that [`for_change`] holds.
pub async fn save(tx: &mut Tx, hook: &Webhook) -> Result<(), DbError> {
    tx.sql(
        "UPDATE webhooks SET name = $2, url = $3, events = $4, categories = $5, townships = $6,
                offices = $7, secret = $8, previous_secret = $9, previous_until = $10, paused = $11,
                disabled_at = $12, disabled_why = $13, failures = $14, failing_since = $15,
                version = $16, updated_at = $17
         WHERE id = $1",
    )
    .bind(hook.id)
    .bind(hook.name.clone())
    .bind(hook.url.clone())
    .bind(hook.events.clone())
    .bind(hook.categories.clone())
    .bind(hook.townships.clone())
    .bind(hook.offices.clone())
    .bind(hook.secret.clone())
    .bind(hook.previous_secret.clone())
    .bind(hook.previous_until)
    .bind(hook.paused)
    .bind(hook.disabled_at)
    .bind(hook.disabled_why)
    .bind(hook.failures)
    .bind(hook.failing_since)
    .bind(hook.version)
    .bind(hook.updated_at)
    .run()
    .await
    .map(drop)
}

/// Removes a webhook with its log; what still waits for it in the outbox is then given up.
pub async fn delete(tx: &mut Tx, id: WebhookId) -> Result<bool, DbError> {
    tx.sql("DELETE FROM webhook_deliveries WHERE webhook_id = $1")
        .bind(id)
        .run()
        .await?;
    let deleted = tx
        .sql("DELETE FROM webhooks WHERE id = $1")
        .bind(id)
        .run()
        .await?;
    Ok(deleted == 1)
}

/// A step's number in its report's history.
pub async fn seq(tx: &mut Tx, event: EventId) -> Result<i64, DbError> {
    let (seq,): (i64,) = tx
        .sql("SELECT seq FROM report_events WHERE id = $1")
        .bind(event)
        .one()
        .await?;
    Ok(seq)
}

pub async fn insert_delivery(tx: &mut Tx, delivery: &Delivery) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO webhook_deliveries (id, webhook_id, report_id, event_id, seq, kind, state,
                                         attempts, created_at, queued_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(delivery.id)
    .bind(delivery.webhook_id)
    .bind(delivery.report_id)
    .bind(delivery.event_id)
    .bind(delivery.seq)
    .bind(delivery.kind)
    .bind(delivery.state)
    .bind(delivery.attempts)
    .bind(delivery.created_at)
    .bind(delivery.queued_at)
    .run()
    .await
    .map(drop)
}

pub async fn delivery(db: &Db, id: OutboxId) -> Result<Option<Delivery>, DbError> {
    db.sql(concat!(
        "SELECT ",
        delivery_columns!(),
        " FROM webhook_deliveries WHERE id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// Whether an earlier step of the same report still waits.
pub async fn earlier_waits(db: &Db, delivery: &Delivery) -> Result<bool, DbError> {
    let row: Option<(i64,)> = db
        .sql(
            "SELECT seq FROM webhook_deliveries
             WHERE webhook_id = $1 AND report_id = $2 AND seq < $3 AND state = 'waiting' LIMIT 1",
        )
        .bind(delivery.webhook_id)
        .bind(delivery.report_id)
        .bind(delivery.seq)
        .optional()
        .await?;
    Ok(row.is_some())
}

/// Notes what became of an attempt.
pub async fn save_attempt(tx: &mut Tx, delivery: &Delivery) -> Result<(), DbError> {
    tx.sql(
        "UPDATE webhook_deliveries SET state = $2, attempts = $3, last_status = $4, last_error = $5,
                last_ms = $6, tried_at = $7
         WHERE id = $1",
    )
    .bind(delivery.id)
    .bind(delivery.state)
    .bind(delivery.attempts)
    .bind(delivery.last_status)
    .bind(delivery.last_error)
    .bind(delivery.last_ms)
    .bind(delivery.tried_at)
    .run()
    .await
    .map(drop)
}

/// Lets the next step of the same report go at once.
pub async fn wake_next(
    tx: &mut Tx,
    delivery: &Delivery,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "UPDATE outbox SET not_before = $3
         WHERE leased_until IS NULL AND not_before > $3 AND id IN (
             SELECT id FROM webhook_deliveries
             WHERE webhook_id = $1 AND report_id = $2 AND state = 'waiting'
             ORDER BY seq LIMIT 1)",
    )
    .bind(delivery.webhook_id)
    .bind(delivery.report_id)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// A webhook's log, the newest first.
pub async fn log(
    db: &Db,
    webhook: WebhookId,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Delivery>, DbError> {
    db.sql(concat!(
        "SELECT ",
        delivery_columns!(),
        " FROM webhook_deliveries
         WHERE webhook_id = $1 AND ($2 IS NULL OR (created_at, id) < ($2, $3))
         ORDER BY created_at DESC, id DESC LIMIT $4"
    ))
    .bind(webhook)
    .bind(after.map(|cursor| cursor.at))
    .bind(after.map(|cursor| cursor.id))
    .bind(limit)
    .all()
    .await
}

/// Puts a message that was delivered or given up back in line; false for one that waits, or is none.
pub async fn queue_again(
    tx: &mut Tx,
    webhook: WebhookId,
    id: OutboxId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let changed = tx
        .sql(
            "UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, queued_at = $3
             WHERE id = $1 AND webhook_id = $2 AND state <> 'waiting'",
        )
        .bind(id)
        .bind(webhook)
        .bind(now)
        .run()
        .await?;
    Ok(changed == 1)
}

/// Deliveries of a webhook that still wait.
pub async fn waiting(db: &Db, webhook: WebhookId) -> Result<i64, DbError> {
    let (count,): (i64,) = db
        .sql("SELECT COUNT(*) FROM webhook_deliveries WHERE webhook_id = $1 AND state = 'waiting'")
        .bind(webhook)
        .one()
        .await?;
    Ok(count)
}

/// Forgets what steps put into line while their webhook was removed.
pub async fn forget_orphans(db: &Db) -> Result<u64, DbError> {
    db.sql(
        "DELETE FROM webhook_deliveries
         WHERE NOT EXISTS (SELECT 1 FROM webhooks w WHERE w.id = webhook_deliveries.webhook_id)",
    )
    .run()
    .await
}

/// Keeps the newest `kept` of a log and what waits.
pub async fn trim_log(db: &Db, webhook: WebhookId, kept: i64) -> Result<u64, DbError> {
    db.sql(
        "DELETE FROM webhook_deliveries
         WHERE webhook_id = $1 AND state <> 'waiting' AND (created_at, id) <= (
             SELECT created_at, id FROM webhook_deliveries WHERE webhook_id = $1
             ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET $2)",
    )
    .bind(webhook)
    .bind(kept)
    .run()
    .await
}
