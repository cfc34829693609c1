//! Effects that commit with the change that causes them and are then delivered at least once.
//!
//! A replica leases what is due, delivers it, and marks it; a replica that dies in between lets the
//! lease run out and another delivers it again. The payload is erased once delivered, because it
//! holds an address.

use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use super::clock::Clock;
use super::error::{Error, Result};
use super::id::{BulkItemId, OutboxId};
use super::mail::{Letter, Mailer, Undelivered};
use super::random::Random;
use crate::db::{Db, Tx};

/// Longer than any delivery takes: SMTP's own time-outs are below it.
const LEASE: TimeDelta = TimeDelta::minutes(5);
const BATCH: i64 = 20;
/// With the back-off below, about four days of trying.
const MAX_ATTEMPTS: i64 = 22;
/// Delivered rows are kept this long, without payload, for the operator.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// Something to do outside the database.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Effect {
    Mail(Letter),
    /// A letter of many, which one POST to `unsubscribe_url` ends (RFC 8058).
    ListMail {
        letter: Letter,
        unsubscribe_url: String,
    },
    /// A message to another system; `webhooks` knows it by the effect's id.
    Webhook,
}

/// Effects of one kind are delivered by one worker: a slow receiver must not hold up letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Mail,
    Webhook,
}

impl Topic {
    fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }
}

impl Effect {
    fn topic(&self) -> Topic {
        match self {
            Self::Mail(_) | Self::ListMail { .. } => Topic::Mail,
            Self::Webhook => Topic::Webhook,
        }
    }
}

/// Until when effects wait, and under what, since what they tell may still be taken back.
#[derive(Clone, Copy, Debug)]
pub struct Hold {
    pub until: DateTime<Utc>,
    pub held_for: BulkItemId,
}

tokio::task_local! {
    static HOLD: Hold;
}

/// Does something whose letters wait: those it enqueues are delivered at `hold.until`, unless
/// [`withdraw`] takes them out before.
pub async fn holding<T>(hold: Hold, work: impl Future<Output = T>) -> T {
    HOLD.scope(hold, work).await
}

/// Takes held effects out again; gives how many.
pub async fn withdraw(tx: &mut Tx, held_for: BulkItemId) -> Result<u64> {
    Ok(tx
        .sql(
            "DELETE FROM outbox
             WHERE held_for = $1 AND delivered_at IS NULL AND leased_until IS NULL",
        )
        .bind(held_for)
        .run()
        .await?)
}

/// Puts an effect into the transaction.
pub async fn enqueue(
    tx: &mut Tx,
    random: &Random,
    now: DateTime<Utc>,
    effect: &Effect,
) -> Result<()> {
    enqueue_as(tx, OutboxId(random.uuid(now)), now, effect).await
}

/// As [`enqueue`], under an id that is known elsewhere; one that was settled before is due again.
pub async fn enqueue_as(
    tx: &mut Tx,
    id: OutboxId,
    now: DateTime<Utc>,
    effect: &Effect,
) -> Result<()> {
    // A person reads what was taken back as done; another system is told of both steps, in order.
    let hold = match effect.topic() {
        Topic::Mail => HOLD.try_with(|hold| *hold).ok(),
        Topic::Webhook => None,
    };
    tx.sql(
        "INSERT INTO outbox (id, topic, payload, created_at, not_before, attempts, held_for)
         VALUES ($1, $2, $3, $4, $5, 0, $6)
         ON CONFLICT (id) DO UPDATE SET payload = $3, not_before = $5, attempts = 0, held_for = $6,
             leased_until = NULL, delivered_at = NULL, failed_at = NULL, last_error = NULL",
    )
    .bind(id)
    .bind(effect.topic().as_str())
    .bind(Json(effect.clone()))
    .bind(now)
    .bind(hold.map_or(now, |hold| hold.until))
    .bind(hold.map(|hold| hold.held_for))
    .run()
    .await?;
    Ok(())
}

/// How long to wait before the attempt after `attempts` failed ones: 30 s doubling up to 6 h.
fn back_off(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    TimeDelta::seconds(30 * 2_i64.pow(doublings)).min(TimeDelta::hours(6))
}

/// An effect leased for one attempt.
#[derive(sqlx::FromRow)]
pub struct Due {
    pub id: OutboxId,
    payload: Option<Json<Effect>>,
    /// This attempt counted.
    pub attempts: i64,
}

/// Takes what is due of one kind for this replica, at most 20.
pub async fn lease(db: &Db, now: DateTime<Utc>, topic: Topic) -> Result<Vec<Due>> {
    // The outer condition holds again after a wait for another replica's row lock on PostgreSQL.
    db.sql(
        "UPDATE outbox SET leased_until = $2, attempts = attempts + 1
             WHERE id IN (SELECT id FROM outbox
                          WHERE topic = $4 AND delivered_at IS NULL AND failed_at IS NULL
                            AND not_before <= $1
                            AND (leased_until IS NULL OR leased_until <= $1)
                          ORDER BY not_before LIMIT $3)
               AND delivered_at IS NULL AND failed_at IS NULL
               AND (leased_until IS NULL OR leased_until <= $1)
             RETURNING id, payload, attempts",
    )
    .bind(now)
    .bind(now + LEASE)
    .bind(BATCH)
    .bind(topic.as_str())
    .all()
    .await
    .map_err(Error::from)
}

/// Sends the letters that are due and gives how many it tried.
pub async fn deliver_due(db: &Db, clock: &Clock, mailer: &Mailer) -> Result<usize> {
    let due = lease(db, clock.now(), Topic::Mail).await?;
    for effect in &due {
        let outcome = match &effect.payload {
            Some(Json(Effect::Mail(letter))) => {
                mailer.send(effect.id, letter, None, clock.now()).await
            }
            Some(Json(Effect::ListMail {
                letter,
                unsubscribe_url,
            })) => {
                let url = Some(unsubscribe_url.as_str());
                mailer.send(effect.id, letter, url, clock.now()).await
            }
            Some(Json(Effect::Webhook)) | None => {
                Err(Undelivered::Never("the payload is gone".into()))
            }
        };
        settle(db, clock.now(), effect, outcome).await?;
    }
    Ok(due.len())
}

/// Writes down what an attempt came to.
pub async fn settle(
    db: &Db,
    now: DateTime<Utc>,
    effect: &Due,
    outcome: Result<(), Undelivered>,
) -> Result<()> {
    let mut tx = db.begin().await?;
    settle_in(&mut tx, now, effect, outcome).await?;
    tx.commit().await?;
    Ok(())
}

/// As [`settle`], with what else follows from the attempt.
pub async fn settle_in(
    tx: &mut Tx,
    now: DateTime<Utc>,
    effect: &Due,
    outcome: Result<(), Undelivered>,
) -> Result<()> {
    let (id, attempts) = (effect.id, effect.attempts);
    match outcome {
        Ok(()) => {
            tx.sql(
                "UPDATE outbox SET delivered_at = $2, payload = NULL, leased_until = NULL,
                        last_error = NULL
                 WHERE id = $1",
            )
            .bind(id)
            .bind(now)
            .run()
            .await?;
            metrics::counter!("wufei_outbox_delivered_total").increment(1);
        }
        Err(Undelivered::NotYet(time)) => {
            tx.sql(
                "UPDATE outbox SET not_before = $2, leased_until = NULL, attempts = attempts - 1
                 WHERE id = $1",
            )
            .bind(id)
            .bind(now + time)
            .run()
            .await?;
        }
        Err(Undelivered::Later(reason)) if attempts < MAX_ATTEMPTS => {
            tracing::warn!(effect = %id, attempts, reason, "Delivery failed, will be tried again");
            tx.sql(
                "UPDATE outbox SET not_before = $2, leased_until = NULL, last_error = $3
                 WHERE id = $1",
            )
            .bind(id)
            .bind(now + back_off(attempts))
            .bind(reason)
            .run()
            .await?;
        }
        Err(Undelivered::Later(reason) | Undelivered::Never(reason)) => {
            tracing::error!(effect = %id, attempts, reason, "Delivery given up");
            tx.sql(
                "UPDATE outbox SET failed_at = $2, leased_until = NULL, last_error = $3
                 WHERE id = $1",
            )
            .bind(id)
            .bind(now)
            .bind(reason)
            .run()
            .await?;
            metrics::counter!("wufei_outbox_given_up_total").increment(1);
        }
    }
    Ok(())
}

/// What waits and what was given up.
#[derive(Debug, sqlx::FromRow)]
pub struct Backlog {
    pub waiting: i64,
    pub given_up: i64,
}

pub async fn backlog(db: &Db) -> Result<Backlog> {
    db.sql(
        "SELECT COUNT(CASE WHEN failed_at IS NULL THEN 1 END) AS waiting,
                COUNT(failed_at) AS given_up
         FROM outbox WHERE delivered_at IS NULL",
    )
    .one()
    .await
    .map_err(Error::from)
}

/// Forgets what was delivered long ago.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<u64> {
    Ok(db
        .sql("DELETE FROM outbox WHERE delivered_at < $1")
        .bind(now - KEPT_FOR)
        .run()
        .await?)
}

/// How long the worker rests when nothing wakes it.
pub const POLL: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_back_off_doubles_to_six_hours_and_gives_a_mail_server_days_to_return() {
        assert_eq!(back_off(1), TimeDelta::seconds(30));
        assert_eq!(back_off(2), TimeDelta::seconds(60));
        assert_eq!(back_off(30), TimeDelta::hours(6));
        let total: TimeDelta = (1..MAX_ATTEMPTS).map(back_off).sum();
        assert!(total > TimeDelta::days(3), "{total}");
    }
}
