//! From a step to a message, and from a message to its receiver.

use std::error::Error as StdError;

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};

use super::guard::Refused;
use super::letters;
use super::model::{
    Delivery, DeliveryFault, DeliveryState, DisabledWhy, TRIED_FOR, Webhook, WebhookEvent,
};
use super::store;
use crate::app::App;
use crate::db::Tx;
use crate::district::Lang;
use crate::reports::event::Event;
use crate::reports::model::{Report, Status};
use crate::reports::{self, view::report_view};
use crate::shared::error::{Error, Result};
use crate::shared::id::OutboxId;
use crate::shared::mail::Undelivered;
use crate::shared::outbox::{self, Effect, Topic};

/// How long a message waits for an earlier one of the same report, unless that goes first.
const BEHIND_ANOTHER: TimeDelta = TimeDelta::seconds(30);
/// How long a message to a paused webhook waits until it is looked at again.
const PAUSED: TimeDelta = TimeDelta::minutes(5);

/// Puts a public step into line for every webhook that asked for it; `before` is the state it left.
pub async fn told(
    app: &App,
    tx: &mut Tx,
    report: &Report,
    event: &Event,
    before: Option<Status>,
) -> Result<()> {
    if !event.public {
        return Ok(());
    }
    let kind = WebhookEvent::of(event, before);
    let mut hooks = store::active(tx).await?;
    hooks.retain(|hook| hook.wants(kind, report));
    if hooks.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    let seq = store::seq(tx, event.id).await?;
    for hook in hooks {
        let delivery = Delivery {
            id: OutboxId(app.random.uuid(now)),
            webhook_id: hook.id,
            report_id: report.id,
            event_id: event.id,
            seq,
            kind,
            state: DeliveryState::Waiting,
            attempts: 0,
            last_status: None,
            last_error: None,
            last_ms: None,
            created_at: now,
            queued_at: now,
            tried_at: None,
        };
        store::insert_delivery(tx, &delivery).await?;
        outbox::enqueue_as(tx, delivery.id, now, &Effect::Webhook).await?;
    }
    Ok(())
}

/// Delivers what is due, all at once, and gives how many messages it looked at.
///
/// # Errors
/// When the database fails; what was leased is then tried again by whoever comes first.
pub async fn deliver_due(app: &App) -> Result<usize> {
    let due = outbox::lease(&app.db, app.clock.now(), Topic::Webhook).await?;
    let attempts = due.iter().map(|effect| attempt(app, effect));
    for outcome in join_all(attempts).await {
        outcome?;
    }
    Ok(due.len())
}

/// What an attempt came to.
enum Sent {
    Taken(u16),
    /// An answer that is no success, with its status, or none.
    Refused(Option<u16>, DeliveryFault),
}

async fn attempt(app: &App, effect: &outbox::Due) -> Result<()> {
    let loaded = match store::delivery(&app.db, effect.id).await? {
        Some(delivery) => store::find(&app.db, delivery.webhook_id)
            .await?
            .map(|hook| (delivery, hook)),
        None => None,
    };
    let Some((delivery, hook)) = loaded else {
        let gone = Err(Undelivered::Never("the webhook was removed".into()));
        return outbox::settle(&app.db, app.clock.now(), effect, gone).await;
    };
    if hook.paused {
        return wait(app, effect, PAUSED).await;
    }
    if store::earlier_waits(&app.db, &delivery).await? {
        return wait_behind(app, effect, &delivery).await;
    }
    if hook.disabled_at.is_some() {
        let sent = Sent::Refused(None, DeliveryFault::Disabled);
        return conclude(app, effect, delivery, sent, 0).await;
    }
    let Some(body) = compose(app, &delivery).await? else {
        let sent = Sent::Refused(None, DeliveryFault::NotPublic);
        return conclude(app, effect, delivery, sent, 0).await;
    };
    let started = app.clock.now();
    let sent = send(app, &hook, &delivery, body).await;
    let took = (app.clock.now() - started).num_milliseconds();
    conclude(app, effect, delivery, sent, took).await
}

async fn wait(app: &App, effect: &outbox::Due, time: TimeDelta) -> Result<()> {
    let not_yet = Err(Undelivered::NotYet(time));
    outbox::settle(&app.db, app.clock.now(), effect, not_yet).await
}

async fn wait_behind(app: &App, effect: &outbox::Due, delivery: &Delivery) -> Result<()> {
    wait(app, effect, BEHIND_ANOTHER).await?;
    // Whoever concluded the earlier one meanwhile found this one leased, and did not wake it.
    if !store::earlier_waits(&app.db, delivery).await? {
        let mut tx = app.db.begin().await?;
        store::wake_next(&mut tx, delivery, app.clock.now()).await?;
        tx.commit().await?;
        app.outbox_bell.notify_one();
    }
    Ok(())
}

/// The message: what the public reads of the report as it stands, and the step that was made.
/// None when the public may not read the step any more.
async fn compose(app: &App, delivery: &Delivery) -> Result<Option<String>> {
    let report = reports::store::by_id(&app.db, delivery.report_id).await?;
    let report = report.ok_or_else(|| Error::internal("the report is gone"))?;
    let mut view = report_view(app, &report, None, Lang::Zh).await?;
    let history = std::mem::take(&mut view.history);
    let Some(event) = history
        .into_iter()
        .find(|event| event.id == delivery.event_id)
    else {
        return Ok(None);
    };
    for photo in &mut view.photos {
        photo.url.insert_str(0, &app.public_url);
        photo.thumbnail_url.insert_str(0, &app.public_url);
    }
    let at = event.at;
    let mut report = serde_json::to_value(view).map_err(Error::internal)?;
    if let Value::Object(fields) = &mut report {
        // They are for people who hold a secret, and for the page of the history.
        fields.remove("own");
        fields.remove("history");
        let url = format!("{}/r/{}", app.public_url, delivery_code(fields));
        fields.insert("url".into(), url.into());
    }
    let mut event = serde_json::to_value(event).map_err(Error::internal)?;
    event["seq"] = delivery.seq.into();
    let message = json!({
        "type": delivery.kind,
        "timestamp": at,
        "data": { "event": event, "report": report },
    });
    Ok(Some(message.to_string()))
}

fn delivery_code(fields: &serde_json::Map<String, Value>) -> &str {
    fields
        .get("code")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

async fn send(app: &App, hook: &Webhook, delivery: &Delivery, body: String) -> Sent {
    let now = app.clock.now();
    let Ok(request) = app.webhooks.post(&hook.url) else {
        return Sent::Refused(None, DeliveryFault::NotAllowed);
    };
    let answer = request
        .header("content-type", "application/json")
        .header("webhook-id", delivery.id.to_string())
        .header("webhook-timestamp", now.timestamp().to_string())
        .header("webhook-signature", hook.signature(delivery.id, now, &body))
        .body(body)
        .send()
        .await;
    match answer {
        // The answer's body is of no use and its length is a stranger's: it is not read.
        Ok(answer) if answer.status().is_success() => Sent::Taken(answer.status().as_u16()),
        Ok(answer) => Sent::Refused(Some(answer.status().as_u16()), DeliveryFault::Answered),
        Err(error) => Sent::Refused(None, fault(&error)),
    }
}

/// Why there was no answer.
fn fault(error: &reqwest::Error) -> DeliveryFault {
    let mut source: Option<&dyn StdError> = error.source();
    while let Some(cause) = source {
        if cause.is::<Refused>() {
            return DeliveryFault::NotAllowed;
        }
        source = cause.source();
    }
    if error.is_timeout() {
        DeliveryFault::Timeout
    } else if error.is_connect() {
        DeliveryFault::NoConnection
    } else {
        DeliveryFault::Broken
    }
}

/// Writes down what an attempt came to, with what follows from it, in one transaction.
async fn conclude(
    app: &App,
    effect: &outbox::Due,
    mut delivery: Delivery,
    sent: Sent,
    took_ms: i64,
) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(mut hook) = store::for_change(&mut tx, delivery.webhook_id).await? else {
        drop(tx);
        let gone = Err(Undelivered::Never("the webhook was removed".into()));
        return outbox::settle(&app.db, now, effect, gone).await;
    };
    delivery.attempts += 1;
    delivery.tried_at = Some(now);
    delivery.last_ms = Some(took_ms);
    let mut given_up = None;
    let outcome = match sent {
        Sent::Taken(status) => {
            delivery.state = DeliveryState::Delivered;
            delivery.last_status = Some(status.into());
            delivery.last_error = None;
            hook.failures = 0;
            hook.failing_since = None;
            Ok(())
        }
        Sent::Refused(status, why) => {
            delivery.last_status = status.map(i64::from);
            delivery.last_error = Some(why);
            let said = why.as_str().to_owned();
            if hook.disabled_at.is_none() {
                given_up = if status == Some(410) {
                    Some(DisabledWhy::Gone)
                } else {
                    hook.failed(now).then_some(DisabledWhy::Failing)
                };
            }
            let last = hook.disabled_at.is_some()
                || given_up.is_some()
                || now - delivery.queued_at >= TRIED_FOR;
            if last {
                delivery.state = DeliveryState::Failed;
                Err(Undelivered::Never(said))
            } else {
                Err(Undelivered::Later(said))
            }
        }
    };
    if let Some(why) = given_up {
        hook.disabled_at = Some(now);
        hook.disabled_why = Some(why);
        hook.version += 1;
        letters::disabled(app, &mut tx, &hook, why).await?;
        tracing::warn!(webhook = %hook.id, why = why.as_str(), "A webhook was given up");
    }
    store::save(&mut tx, &hook).await?;
    store::save_attempt(&mut tx, &delivery).await?;
    outbox::settle_in(&mut tx, now, effect, outcome).await?;
    if delivery.state != DeliveryState::Waiting {
        store::wake_next(&mut tx, &delivery, now).await?;
    }
    tx.commit().await?;
    app.outbox_bell.notify_one();
    Ok(())
}
