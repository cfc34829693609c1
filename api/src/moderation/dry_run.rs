//! What a rule would have held, before it does: asked of everything submitted in the last 90 days.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;
use wufei_moderation::{Rule, Screen, Submission};

use super::store::{self, Screening};
use crate::app::App;
use crate::shared::error::{Error, Result};
use crate::shared::page::Cursor;
use crate::shared::screening::live::{self, InForce};
use crate::shared::screening::model::kind_of;
use crate::shared::screening::{Decision, KEPT_FOR};

/// Submissions read at once.
const BATCH: i64 = 2_000;
/// Most examples given.
const EXAMPLES: usize = 50;
/// Characters of an example, around what was found.
const EXCERPT: usize = 60;

/// What a rule would have done.
#[derive(Debug, Serialize, ToSchema)]
pub struct DryRun {
    /// Submissions of the last 90 days that were asked.
    pub looked_at: u64,
    /// How many of them the rule would have held or refused.
    pub held: u64,
    /// How many of those were published then: what would change.
    pub newly_held: u64,
    /// The newest of them, at most 50.
    pub examples: Vec<Example>,
}

/// One submission that the rule would have held.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunExample)]
pub struct Example {
    pub at: chrono::DateTime<chrono::Utc>,
    /// `listing`, `message`, `event`, `report` or `comment`.
    pub kind: String,
    /// What was found with what stands around it, personal data masked.
    pub excerpt: String,
    /// What became of it then.
    pub decision: Decision,
}

/// Asks a rule about the last 90 days.
///
/// # Errors
/// 422 when the rule cannot be used; 500 when the database fails.
pub async fn dry_run(app: &App, rule: Rule) -> Result<DryRun> {
    let current = live::refresh(app).await?;
    let since = app.clock.now() - KEPT_FOR;
    let mut run = DryRun {
        looked_at: 0,
        held: 0,
        newly_held: 0,
        examples: Vec::new(),
    };
    let rule = Arc::new(rule);
    let mut after = None;
    loop {
        let batch = store::screenings_since(&app.db, since, after, BATCH).await?;
        let Some(last) = batch.last() else { break };
        after = Some(Cursor {
            at: last.at,
            id: last.id.0,
        });
        let (asked, current, rule) = (batch.len() as u64, Arc::clone(&current), Arc::clone(&rule));
        let held = tokio::task::spawn_blocking(move || held(&current, &rule, &batch))
            .await
            .map_err(Error::internal)??;
        run.looked_at += asked;
        run.held += held.len() as u64;
        run.newly_held += held
            .iter()
            .filter(|example| example.decision == Decision::Publish)
            .count() as u64;
        run.examples.extend(held);
        let surplus = run.examples.len().saturating_sub(EXAMPLES);
        run.examples.drain(..surplus);
    }
    run.examples.reverse();
    Ok(run)
}

fn held(current: &InForce, rule: &Rule, batch: &[Screening]) -> Result<Vec<Example>> {
    let submissions = batch.iter().map(|kept| Submission {
        price: kept.price_fen.and_then(|fen| u64::try_from(fen.0).ok()),
        ..Submission::new(kind_of(&kept.kind), &kept.title, &kept.text)
    });
    let held = current
        .screen()
        .would_hold(rule, submissions)
        .map_err(|error| unusable(&error))?;
    Ok(held
        .into_iter()
        .map(|held| {
            let kept = &batch[held.index];
            Example {
                at: kept.at,
                kind: kept.kind.clone(),
                excerpt: excerpt(kept, &held.reason),
                decision: kept.decision,
            }
        })
        .collect())
}

/// The rule cannot be used, and why.
pub fn unusable(error: &wufei_moderation::RuleError) -> Error {
    Error::field(
        "rule",
        crate::message!(
            "这条规则不能用：{error}",
            "The rule cannot be used: {error}",
            "이 규칙은 사용할 수 없습니다: {error}"
        ),
    )
}

/// Checks that a rule makes a screen beside the others.
///
/// # Errors
/// 422 naming `rule`.
pub fn check(current: &InForce, rule: &Rule) -> Result<()> {
    let mut rules = current.rules().clone();
    rules.rules.retain(|other| other.id != rule.id);
    rules.rules.push(rule.clone());
    Screen::new(&rules)
        .map(drop)
        .map_err(|error| unusable(&error))
}

fn excerpt(kept: &Screening, reason: &wufei_moderation::Reason) -> String {
    use wufei_moderation::Field;
    let place = reason.places.first();
    let (text, at) = match place {
        Some((Field::Title, range)) => (&kept.title, range.start),
        Some((Field::Text, range)) => (&kept.text, range.start),
        _ => (&kept.text, 0),
    };
    let masked = wufei_moderation::mask_personal_data(text);
    let from = at.saturating_sub(EXCERPT / 3);
    masked.chars().skip(from).take(EXCERPT).collect()
}
