//! The rules that answer now: the pack's, with what the desk changed, swapped whole on every replica.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wufei_moderation::{Rule, RuleError, Rules, Screen};

use super::store;
use crate::app::App;
use crate::district::Moderation;
use crate::shared::error::{Error, Result};

/// How soon another replica's change is noticed.
const NOTICE_EVERY: Duration = Duration::from_secs(1);

/// One set of rules, ready to be asked.
pub struct InForce {
    moderation: Arc<Moderation>,
    pub revision: i64,
}

impl InForce {
    pub fn rules(&self) -> &Rules {
        &self.moderation.rules
    }

    pub fn screen(&self) -> &Screen {
        &self.moderation.screen
    }
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

/// The rules in force: the pack's until the desk's changes have been read once, which the service does
/// before it serves. Asks no database, because whoever screens is inside a transaction: waiting for a
/// second connection there, many at once would wait for one another.
pub fn current(app: &App) -> Arc<InForce> {
    app.screening.ready().unwrap_or_else(|| {
        Arc::new(InForce {
            moderation: Arc::clone(app.pack.moderation()),
            revision: 0,
        })
    })
}

/// The pack's rules with the desk's changes laid over them.
fn build(
    pack: &Arc<Moderation>,
    changes: BTreeMap<String, Option<Rule>>,
) -> Result<Arc<Moderation>, RuleError> {
    if changes.is_empty() {
        return Ok(Arc::clone(pack));
    }
    let mut rules = pack.rules.clone();
    rules.rules.retain(|rule| !changes.contains_key(&rule.id));
    rules.rules.extend(changes.into_values().flatten());
    Moderation::new(rules, pack.classifier.clone()).map(Arc::new)
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
    let built = tokio::task::spawn_blocking(move || build(pack.moderation(), changes))
        .await
        .map_err(Error::internal)?;
    let current = Arc::new(InForce {
        moderation: built.map_err(Error::internal)?,
        revision,
    });
    *app.screening
        .current
        .write()
        .unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&current));
    tracing::info!(
        revision,
        rules = current.rules().rules.len(),
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
