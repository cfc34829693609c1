//! The rules that answer now: the pack's, with what the desk changed, swapped whole on every replica.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wufei_moderation::{Rule, RuleError, Rules, Screen};

use super::store;
use crate::app::App;
use crate::shared::error::{Error, Result};

/// How soon another replica's change is noticed.
const NOTICE_EVERY: Duration = Duration::from_secs(1);

/// One set of rules, ready to be asked.
pub struct InForce {
    pub rules: Rules,
    pub screen: Screen,
    pub revision: i64,
}

/// The screen of one process.
#[derive(Default)]
pub struct Live {
    current: RwLock<Option<Arc<InForce>>>,
    /// One rebuild at a time.
    rebuilding: tokio::sync::Mutex<()>,
}

impl Live {
    fn ready(&self) -> Option<Arc<InForce>> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The rules in force.
pub async fn current(app: &App) -> Result<Arc<InForce>> {
    match app.screening.ready() {
        Some(current) => Ok(current),
        None => refresh(app).await,
    }
}

/// The pack's rules with the desk's changes laid over them.
///
/// # Errors
/// If they don't make a screen.
pub fn build(
    pack: &Rules,
    changes: BTreeMap<String, Option<Rule>>,
    revision: i64,
) -> Result<InForce, RuleError> {
    let mut rules = pack.clone();
    rules.rules.retain(|rule| !changes.contains_key(&rule.id));
    rules.rules.extend(changes.into_values().flatten());
    let screen = Screen::new(&rules)?;
    Ok(InForce {
        rules,
        screen,
        revision,
    })
}

/// Takes in what the desk has changed since.
///
/// # Errors
/// When the database fails; the rules so far stay in force.
pub async fn refresh(app: &App) -> Result<Arc<InForce>> {
    let _turn = app.screening.rebuilding.lock().await;
    let revision = store::revision(&app.db).await?;
    if let Some(current) = app.screening.ready().filter(|c| c.revision == revision) {
        return Ok(current);
    }
    let (changes, revision) = store::rule_changes(&app.db).await?;
    let pack = Arc::clone(&app.pack);
    let built = tokio::task::spawn_blocking(move || build(pack.moderation(), changes, revision))
        .await
        .map_err(Error::internal)?;
    let current = Arc::new(built.map_err(Error::internal)?);
    *app.screening
        .current
        .write()
        .unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&current));
    tracing::info!(
        revision,
        rules = current.rules.rules.len(),
        "Moderation rules in force"
    );
    Ok(current)
}

/// Keeps the rules current until told to stop.
pub async fn work(app: Arc<App>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        if let Err(error) = refresh(&app).await {
            tracing::error!(%error, "The moderation rules cannot be refreshed");
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(NOTICE_EVERY) => {}
        }
    }
}
