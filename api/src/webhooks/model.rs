//! A webhook, what it asks for, when it is given up, and how a message is signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use ring::hmac;
use sqlx::types::Json;

use crate::reports::event::{Event, EventKind};
use crate::reports::model::{Report, Status};
use crate::shared::id::{AccountId, EventId, OutboxId, ReportId, WebhookId};
use crate::text_enum;

/// The former secret signs too for this long after a change.
pub const ROTATION: TimeDelta = TimeDelta::hours(24);
/// A message is given up when this long has not been enough.
pub const TRIED_FOR: TimeDelta = TimeDelta::days(3);
/// A webhook is given up after so many attempts in a row failed…
pub const MAX_FAILURES: i64 = 20;
/// …over at least this long: a busy one must not be given up for a short outage.
pub const FAILING_FOR: TimeDelta = TimeDelta::hours(24);
/// Bytes of a secret.
pub const SECRET_BYTES: usize = 32;

text_enum! {
    /// What a message tells.
    WebhookEvent {
        /// A report was filed.
        Received = "report.received",
        /// It went to an office, first or anew.
        Dispatched = "report.dispatched",
        /// Its state changed otherwise.
        StatusChanged = "report.status_changed",
        /// It was verified and closed.
        Closed = "report.closed",
        /// It was opened again.
        Reopened = "report.reopened",
        /// A public step that changed no state, such as a note.
        Updated = "report.updated",
    }
}

impl WebhookEvent {
    /// What a step is to other systems; `before` is the state it left, where it left one.
    pub fn of(event: &Event, before: Option<Status>) -> Self {
        match event.kind {
            EventKind::Received => Self::Received,
            EventKind::Dispatched | EventKind::Reclassified => Self::Dispatched,
            _ if before.is_none_or(|before| before == event.status) => Self::Updated,
            _ => match event.status {
                Status::Closed => Self::Closed,
                Status::Reopened => Self::Reopened,
                _ => Self::StatusChanged,
            },
        }
    }
}

text_enum! {
    /// How far a message is.
    DeliveryState {
        Waiting = "waiting",
        Delivered = "delivered",
        /// Given up.
        Failed = "failed",
    }
}

text_enum! {
    /// Why an attempt came to nothing.
    DeliveryFault {
        /// It was answered, but with no success.
        Answered = "answered",
        /// The address leads where the service must not go.
        NotAllowed = "not_allowed",
        /// There was no answer in time.
        Timeout = "timeout",
        /// No connection could be made.
        NoConnection = "no_connection",
        /// The connection broke before the answer.
        Broken = "broken",
        /// The webhook had been given up before.
        Disabled = "disabled",
        /// The public may not read the step any more.
        NotPublic = "not_public",
    }
}

text_enum! {
    /// Why the service gave a webhook up.
    DisabledWhy {
        /// Too many attempts failed for too long.
        Failing = "failing",
        /// It answered 410.
        Gone = "gone",
    }
}

/// Another system's address.
#[derive(Clone, sqlx::FromRow)]
pub struct Webhook {
    pub id: WebhookId,
    pub name: String,
    pub url: String,
    /// Empty: every kind; so with the three below.
    pub events: Json<Vec<WebhookEvent>>,
    pub categories: Json<Vec<String>>,
    pub townships: Json<Vec<String>>,
    /// By the office that leads.
    pub offices: Json<Vec<String>>,
    pub secret: Vec<u8>,
    pub previous_secret: Option<Vec<u8>>,
    pub previous_until: Option<DateTime<Utc>>,
    pub paused: bool,
    pub disabled_at: Option<DateTime<Utc>>,
    pub disabled_why: Option<DisabledWhy>,
    pub failures: i64,
    pub failing_since: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_by: AccountId,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Webhook {
    /// Whether it is told anything now.
    pub fn is_active(&self) -> bool {
        !self.paused && self.disabled_at.is_none()
    }

    /// Whether it asked for this.
    pub fn wants(&self, event: WebhookEvent, report: &Report) -> bool {
        let has = |list: &[String], value: Option<&str>| {
            list.is_empty() || value.is_some_and(|value| list.iter().any(|one| one == value))
        };
        (self.events.is_empty() || self.events.contains(&event))
            && has(&self.categories, Some(&report.category))
            && has(&self.townships, report.township.as_deref())
            && has(&self.offices, Some(&report.lead))
    }

    /// The value of `webhook-signature`: one signature for each secret in force.
    pub fn signature(&self, id: OutboxId, at: DateTime<Utc>, body: &str) -> String {
        let previous = self
            .previous_secret
            .as_ref()
            .filter(|_| self.previous_until.is_some_and(|until| at < until));
        let secrets = std::iter::once(&self.secret).chain(previous);
        let signatures: Vec<String> = secrets
            .map(|secret| format!("v1,{}", sign(secret, id, at, body)))
            .collect();
        signatures.join(" ")
    }

    /// Notes an attempt that failed; says whether that was one too many.
    pub fn failed(&mut self, now: DateTime<Utc>) -> bool {
        self.failures += 1;
        let since = *self.failing_since.get_or_insert(now);
        self.failures >= MAX_FAILURES && now - since >= FAILING_FOR
    }
}

/// A secret as people copy it.
pub fn shown_secret(secret: &[u8]) -> String {
    format!("whsec_{}", BASE64.encode(secret))
}

fn sign(secret: &[u8], id: OutboxId, at: DateTime<Utc>, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let signed = format!("{id}.{}.{body}", at.timestamp());
    BASE64.encode(hmac::sign(&key, signed.as_bytes()))
}

/// One step of one report for one webhook.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Delivery {
    /// The message's id, however often it is sent.
    pub id: OutboxId,
    pub webhook_id: WebhookId,
    pub report_id: ReportId,
    pub event_id: EventId,
    /// The step's number in the report's history.
    pub seq: i64,
    pub kind: WebhookEvent,
    pub state: DeliveryState,
    pub attempts: i64,
    pub last_status: Option<i64>,
    pub last_error: Option<DeliveryFault>,
    pub last_ms: Option<i64>,
    pub created_at: DateTime<Utc>,
    pub queued_at: DateTime<Utc>,
    pub tried_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn webhook() -> Webhook {
        let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        Webhook {
            id: WebhookId(Uuid::nil()),
            name: String::new(),
            url: String::new(),
            events: Json(Vec::new()),
            categories: Json(Vec::new()),
            townships: Json(Vec::new()),
            offices: Json(Vec::new()),
            secret: b"new".to_vec(),
            previous_secret: Some(b"old".to_vec()),
            previous_until: Some(at),
            paused: false,
            disabled_at: None,
            disabled_why: None,
            failures: 0,
            failing_since: None,
            version: 1,
            created_by: AccountId(Uuid::nil()),
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn the_former_secret_signs_beside_the_new_one_until_its_end() {
        let hook = webhook();
        let end = hook.previous_until.unwrap();
        let id = OutboxId(Uuid::nil());
        let before = hook.signature(id, end - TimeDelta::seconds(1), "{}");
        assert_eq!(before.split(' ').count(), 2);
        assert_eq!(hook.signature(id, end, "{}").split(' ').count(), 1);
    }

    #[test]
    fn a_signature_is_the_one_of_the_published_example() {
        // From the reference implementation's README: the secret, id, time and body are its own.
        let secret = BASE64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let signed = r#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#;
        assert_eq!(
            BASE64.encode(hmac::sign(&key, signed.as_bytes())),
            "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_webhook_is_given_up_after_many_failures_over_a_day_only() {
        let mut busy = webhook();
        let start = busy.created_at;
        assert!((0..100).all(|minute| !busy.failed(start + TimeDelta::minutes(minute))));
        assert!(busy.failed(start + FAILING_FOR));
        let mut quiet = webhook();
        let far = |n: i64| start + TimeDelta::days(n);
        assert!((1..MAX_FAILURES).all(|n| !quiet.failed(far(n))));
        assert!(quiet.failed(far(MAX_FAILURES)));
    }
}
