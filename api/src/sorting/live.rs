//! The rule set that answers now: swapped whole when an editor changes it, on every replica.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use bytes::Bytes;
use quick_cache::sync::Cache;

use super::pack::{Packed, pack};
use super::rules::Rules;
use super::search::Index;
use super::store;
use crate::app::App;
use crate::district::sorting::Area;
use crate::district::{Lang, Pack};
use crate::shared::error::{Error, Result};

/// Unanswered names held between two writes; beyond it new ones are not counted, so that a flood of
/// nonsense costs no memory.
const MAX_MISSES_HELD: usize = 5_000;

/// Answers kept ready: what people ask is ever the same few hundred things.
const ANSWERS_KEPT: usize = 4_096;

/// A query as it came, with everything its answer depends on besides the rule set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    pub query: String,
    pub area: Area,
    pub limit: usize,
    pub lang: Lang,
}

/// An answer as it is sent.
#[derive(Debug, Clone)]
pub struct Ready {
    pub json: Bytes,
    /// The name to be counted where nothing was found.
    pub miss: Option<String>,
}

/// One rule set, ready to answer.
#[derive(Debug)]
pub struct Snapshot {
    pub index: Index,
    /// Gone with the rule set that they rest on.
    pub answers: Cache<Asked, Ready>,
    packed: [OnceLock<Packed>; 3],
}

impl Snapshot {
    fn new(rules: Rules) -> Self {
        Self {
            index: Index::new(rules),
            answers: Cache::new(ANSWERS_KEPT),
            packed: Default::default(),
        }
    }
}

/// The offline file in a language, made when it is first asked for.
pub async fn packed(snapshot: &Arc<Snapshot>, lang: Lang) -> Result<Packed> {
    if let Some(packed) = snapshot.packed[lang as usize].get() {
        return Ok(packed.clone());
    }
    let own = Arc::clone(snapshot);
    let made = tokio::task::spawn_blocking(move || pack(&own.index.rules, lang));
    let packed = made.await.map_err(Error::internal)??;
    Ok(snapshot.packed[lang as usize]
        .get_or_init(|| packed)
        .clone())
}

/// What nobody could answer, since the last write.
pub type Misses = HashMap<(String, Area), i64>;

/// The look-up of one process.
#[derive(Debug, Default)]
pub struct LookUp {
    current: RwLock<Option<Arc<Snapshot>>>,
    misses: Mutex<Misses>,
    /// One rebuild at a time.
    rebuilding: tokio::sync::Mutex<()>,
}

impl LookUp {
    fn ready(&self) -> Option<Arc<Snapshot>> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn miss(&self, name: String, area: Area) {
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        if misses.len() < MAX_MISSES_HELD || misses.contains_key(&(name.clone(), area)) {
            *misses.entry((name, area)).or_default() += 1;
        }
    }

    fn take_misses(&self) -> Misses {
        std::mem::take(&mut *self.misses.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The rule set in force.
pub async fn current(app: &App) -> Result<Arc<Snapshot>> {
    match app.sorting.ready() {
        Some(snapshot) => Ok(snapshot),
        None => refresh(app).await,
    }
}

/// Takes in what editors have changed since.
///
/// # Errors
/// When the database fails; the rule set so far stays in force.
pub async fn refresh(app: &App) -> Result<Arc<Snapshot>> {
    let _turn = app.sorting.rebuilding.lock().await;
    let revision = store::revision(&app.db).await?;
    if let Some(snapshot) = app
        .sorting
        .ready()
        .filter(|s| s.index.rules.revision == revision)
    {
        return Ok(snapshot);
    }
    let (overlay, revision) = store::overlay(&app.db).await?;
    let pack: Arc<Pack> = Arc::clone(&app.pack);
    let snapshot = tokio::task::spawn_blocking(move || {
        Rules::new(pack.sorting(), &overlay, revision).map(Snapshot::new)
    })
    .await
    .map_err(Error::internal)??;
    let snapshot = Arc::new(snapshot);
    *app.sorting
        .current
        .write()
        .unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&snapshot));
    tracing::info!(
        revision,
        things = snapshot.index.rules.things.len(),
        "Sorting rules in force"
    );
    Ok(snapshot)
}

/// Writes down what could not be answered, without who asked.
///
/// # Errors
/// When the database fails; the counts are then kept for the next time.
pub async fn write_misses(app: &App) -> Result<()> {
    let misses = app.sorting.take_misses();
    if misses.is_empty() {
        return Ok(());
    }
    if let Err(error) = store::add_misses(&app.db, &app.random, &misses, app.clock.now()).await {
        let mut held = app
            .sorting
            .misses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for (miss, count) in misses {
            *held.entry(miss).or_default() += count;
        }
        return Err(error);
    }
    Ok(())
}
