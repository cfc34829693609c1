//! What the desk sorts and finds cases by beyond what the database's triggers know: the risk of a
//! case, when its light turns amber, and its words. They follow every change in its transaction, and
//! time by the sweep.
//!
//! The risk is the sum of
//! - how much of the present step's time is gone: 10 from half of it, 20 from three quarters, 40 once
//!   late, 45, 50, 55 and 60 at 1.25, 1.5, 2 and 3 times the time given;
//! - 15 for an urgent case, 10 for one that came back to the same spot;
//! - 5 for each rung of the ladder it has climbed;
//! - 2 for each further resident who reported it, at most 10.

use chrono::{DateTime, TimeDelta, Utc};

use super::change::times;
use super::model::Report;
use super::steps::{Rung, Times};
use super::store;
use crate::app::App;
use crate::db::{Db, DbError, Tx};
use crate::message;
use crate::shared::error::Result;
use crate::shared::id::ReportId;
use crate::shared::message::Message;
use crate::shared::terms;

/// From which share of its time, in percent, a step counts how many points.
const GONE: [(i64, i64); 7] = [
    (50, 10),
    (75, 20),
    (100, 40),
    (125, 45),
    (150, 50),
    (200, 55),
    (300, 60),
];
const URGENT: i64 = 15;
const RECURS: i64 = 10;
const EACH_RUNG: i64 = 5;
const EACH_REPORTER: i64 = 2;
const MOST_FOR_REPORTERS: i64 = 10;

/// Cases whose risk is computed again in one transaction of the sweep.
const BATCH: i64 = 200;

/// How much a case is at risk, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    pub score: i64,
    pub why: Vec<Message>,
    /// When time alone changes the score next.
    pub changes_at: Option<DateTime<Utc>>,
}

impl Report {
    /// The risk at `now`; none for what is over.
    pub fn risk(&self, times: &Times<'_>, now: DateTime<Utc>) -> Risk {
        let mut risk = Risk {
            score: 0,
            why: Vec::new(),
            changes_at: None,
        };
        if self.status.is_over() {
            return risk;
        }
        self.add_time(&mut risk, times, now);
        if self.urgent {
            risk.add(URGENT, message!("紧急", "urgent", "긴급"));
        }
        if let Some(rung) = Rung::reached(self.escalation) {
            risk.add(self.escalation * EACH_RUNG, rung.name());
        }
        if self.recurrence_of.is_some() {
            let why = message!(
                "同一处又发生",
                "came back to the same spot",
                "같은 곳에서 재발"
            );
            risk.add(RECURS, why);
        }
        if self.reporters > 1 {
            let points = (self.reporters - 1) * EACH_REPORTER;
            risk.add(
                points.min(MOST_FOR_REPORTERS),
                message!(
                    "{n} 位居民反映",
                    "{n} residents reported it",
                    "주민 {n}명이 신고",
                    n = self.reporters
                ),
            );
        }
        risk
    }

    fn add_time(&self, risk: &mut Risk, times: &Times<'_>, now: DateTime<Utc>) {
        let Some(deadline) = self.deadline(times, now) else {
            return;
        };
        let given = deadline.given.max(1);
        // A late case has used all its time, whatever the rounding to minutes says.
        let gone = if deadline.due_at < now {
            (given - deadline.left).max(given)
        } else {
            given - deadline.left
        };
        let percent = gone * 100 / given;
        let reached = GONE.iter().rev().find(|(from, _)| percent >= *from);
        if let Some((_, points)) = reached {
            let why = if percent >= 100 {
                message!(
                    "“{zh}”已用时限的 {p}%",
                    "“{en}” has taken {p}% of its time",
                    "'{ko}' 단계가 기한의 {p}%를 사용",
                    zh = deadline.step.name().zh,
                    en = deadline.step.name().en,
                    ko = deadline.step.name().ko,
                    p = percent
                )
            } else {
                message!(
                    "“{zh}”时限已过 {p}%",
                    "{p}% of the time for “{en}” is gone",
                    "'{ko}' 기한의 {p}% 경과",
                    zh = deadline.step.name().zh,
                    en = deadline.step.name().en,
                    ko = deadline.step.name().ko,
                    p = percent
                )
            };
            risk.add(*points, why);
        }
        let next = GONE.iter().find(|(from, _)| percent < *from);
        risk.changes_at = next.map(|(from, _)| {
            let minutes = (given * from).div_euclid(100) - gone;
            let at = self.after(times.calendar, now, minutes.max(1));
            at + TimeDelta::seconds(1)
        });
    }

    /// From when the deadline's light is amber; nothing where the clock stands.
    fn amber_at(&self, times: &Times<'_>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let deadline = self.deadline(times, now)?;
        let amber = deadline.given * times.follow_up.amber_percent / 100;
        let minutes = deadline.left - amber;
        Some(if minutes <= 0 {
            now
        } else {
            self.after(times.calendar, now, minutes)
        })
    }
}

impl Risk {
    fn add(&mut self, points: i64, why: Message) {
        self.score += points;
        self.why.push(why);
    }
}

/// Keeps what the inbox sorts by in step with a report that was just saved.
///
/// # Errors
/// When the database fails.
pub async fn settle(app: &App, tx: &mut Tx, report: &Report) -> Result<()> {
    let now = app.clock.now();
    let times = times(app);
    let risk = report.risk(&times, now);
    let amber = report.amber_at(&times, now);
    let scopes = ["", &report.lead].into_iter().chain(report.assisting());
    for scope in scopes {
        tx.sql(
            "UPDATE inbox SET amber_s = $3, risk = $4, risk_due_s = $5
             WHERE scope = $1 AND report_id = $2",
        )
        .bind(scope.to_owned())
        .bind(report.id)
        .bind(amber.map(|at| at.timestamp()))
        .bind(risk.score)
        .bind(risk.changes_at.map(|at| at.timestamp()))
        .run()
        .await?;
    }
    Ok(())
}

/// Makes a new report's words findable.
///
/// # Errors
/// When the database fails.
pub async fn take_in_words(tx: &mut Tx, report: &Report) -> Result<()> {
    let due = tx
        .sql("DELETE FROM case_words_due WHERE report_id = $1")
        .bind(report.id)
        .run()
        .await?;
    if due == 0 {
        return Ok(());
    }
    let text = format!("{}\n{}", report.description, report.address);
    let words: Vec<String> = terms::of_text(&text).into_iter().collect();
    tx.sql("INSERT INTO case_words (report_id, created_s, words) VALUES ($1, $2, $3)")
        .bind(report.id)
        .bind(report.created_at.timestamp())
        .bind(words.join(" "))
        .run()
        .await?;
    Ok(())
}

/// Counts again what time has changed, and takes in words nobody has; gives how many cases.
///
/// # Errors
/// When the database fails.
pub async fn settle_due(app: &App) -> Result<usize> {
    let mut settled = 0;
    loop {
        let due = due(&app.db, app.clock.now()).await?;
        if due.is_empty() {
            break;
        }
        let mut tx = app.db.begin().await?;
        for id in &due {
            if let Some(report) = store::by_id_for_change(&mut tx, *id).await? {
                settle(app, &mut tx, &report).await?;
            }
        }
        tx.commit().await?;
        settled += due.len();
    }
    loop {
        let wordless = wordless(&app.db).await?;
        if wordless.is_empty() {
            break;
        }
        let mut tx = app.db.begin().await?;
        for id in &wordless {
            if let Some(report) = store::by_id_for_change(&mut tx, *id).await? {
                take_in_words(&mut tx, &report).await?;
            }
        }
        tx.commit().await?;
        settled += wordless.len();
    }
    Ok(settled)
}

async fn due(db: &Db, now: DateTime<Utc>) -> Result<Vec<ReportId>, DbError> {
    let rows: Vec<(ReportId,)> = db
        .sql(
            "SELECT report_id FROM inbox WHERE scope = '' AND risk_due_s IS NOT NULL
               AND risk_due_s <= $1
             ORDER BY risk_due_s LIMIT $2",
        )
        .bind(now.timestamp())
        .bind(BATCH)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

async fn wordless(db: &Db) -> Result<Vec<ReportId>, DbError> {
    let rows: Vec<(ReportId,)> = db
        .sql("SELECT report_id FROM case_words_due ORDER BY report_id LIMIT $1")
        .bind(BATCH)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
