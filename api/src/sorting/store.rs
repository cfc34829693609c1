//! The sorting tables: editors' changes, what could not be answered, residents' flags.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::live::Misses;
use super::model::{Change, ChangeState, Flag, FlagState, Miss, MissState};
use super::rules::Overlay;
use crate::db::{Db, Tx};
use crate::district::sorting::{Area, Thing};
use crate::shared::error::Result;
use crate::shared::id::{AccountId, FlagId, MissId, SortingChangeId};
use crate::shared::page::Cursor;
use crate::shared::random::Random;

/// The number of the last change in effect; 0 before the first.
pub async fn revision(db: &Db) -> Result<i64> {
    let row: Option<(i64,)> = db
        .sql("SELECT revision FROM sorting_state WHERE id = 1")
        .optional()
        .await?;
    Ok(row.map_or(0, |(revision,)| revision))
}

/// Takes the next revision; a second change waits for this transaction.
pub async fn next_revision(tx: &mut Tx) -> Result<i64> {
    let (revision,): (i64,) = tx
        .sql(
            "INSERT INTO sorting_state (id, revision) VALUES (1, 1)
             ON CONFLICT (id) DO UPDATE SET revision = sorting_state.revision + 1
             RETURNING revision",
        )
        .one()
        .await?;
    Ok(revision)
}

#[derive(sqlx::FromRow)]
struct InEffect {
    thing_id: String,
    after: Option<Json<Thing>>,
    revision: i64,
}

/// Every changed thing as it is now, and the revision that this is.
pub async fn overlay(db: &Db) -> Result<(Overlay, i64)> {
    let rows: Vec<InEffect> = db
        .sql(
            "SELECT thing_id, after, revision FROM sorting_changes
             WHERE state = 'in_effect' ORDER BY revision",
        )
        .all()
        .await?;
    let mut overlay = Overlay::new();
    let mut revision = 0;
    for row in rows {
        revision = row.revision;
        overlay.insert(row.thing_id, row.after.map(|Json(thing)| thing));
    }
    Ok((overlay, revision))
}

pub async fn insert_change(tx: &mut Tx, change: &Change) -> Result<()> {
    tx.sql(
        "INSERT INTO sorting_changes
             (id, thing_id, before, after, reason, state, revision, author, created_at, decided_by, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(change.id)
    .bind(change.thing_id.clone())
    .bind(change.before.clone())
    .bind(change.after.clone())
    .bind(change.reason.clone())
    .bind(change.state)
    .bind(change.revision)
    .bind(change.author)
    .bind(change.created_at)
    .bind(change.decided_by)
    .bind(change.decided_at)
    .run()
    .await?;
    Ok(())
}

/// Changes `c` with the names of who made and decided them.
macro_rules! changes {
    () => {
        "SELECT c.id, c.thing_id, c.before, c.after, c.reason, c.state, c.revision, c.author,
            a.name AS author_name, c.created_at, c.decided_by, d.name AS decided_by_name, c.decided_at
         FROM sorting_changes c JOIN accounts a ON a.id = c.author
         LEFT JOIN accounts d ON d.id = c.decided_by"
    };
}

const CHANGES_OF: &str = concat!(
    changes!(),
    " WHERE c.thing_id = $1 ORDER BY c.created_at DESC, c.id DESC"
);

/// The history of a thing, newest first.
pub async fn changes_of(db: &Db, thing_id: &str) -> Result<Vec<Change>> {
    Ok(db.sql(CHANGES_OF).bind(thing_id.to_owned()).all().await?)
}

pub async fn changes_of_in(tx: &mut Tx, thing_id: &str) -> Result<Vec<Change>> {
    Ok(tx.sql(CHANGES_OF).bind(thing_id.to_owned()).all().await?)
}

pub async fn change_in(tx: &mut Tx, id: SortingChangeId) -> Result<Option<Change>> {
    Ok(tx
        .sql(concat!(changes!(), " WHERE c.id = $1"))
        .bind(id)
        .optional()
        .await?)
}

/// Changes in one state, newest first, one more than `limit`.
pub async fn changes(
    db: &Db,
    state: ChangeState,
    before: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Change>> {
    Ok(db
        .sql(concat!(
            changes!(),
            " WHERE c.state = $1 AND ($2 IS NULL OR (c.created_at, c.id) < ($2, $3))
             ORDER BY c.created_at DESC, c.id DESC LIMIT $4"
        ))
        .bind(state)
        .bind(before.map(|cursor| cursor.at))
        .bind(before.map(|cursor| cursor.id))
        .bind(limit)
        .all()
        .await?)
}

/// Settles a change that awaits a second person; false when it no longer awaits one.
pub async fn decide_change(
    tx: &mut Tx,
    id: SortingChangeId,
    state: ChangeState,
    revision: Option<i64>,
    by: AccountId,
    at: DateTime<Utc>,
) -> Result<bool> {
    let changed = tx
        .sql(
            "UPDATE sorting_changes SET state = $2, revision = $3, decided_by = $4, decided_at = $5
             WHERE id = $1 AND state = 'awaiting'",
        )
        .bind(id)
        .bind(state)
        .bind(revision)
        .bind(by)
        .bind(at)
        .run()
        .await?;
    Ok(changed == 1)
}

/// Adds counts; a name that was settled before and is asked for again comes back only by hand.
pub async fn add_misses(
    db: &Db,
    random: &Random,
    misses: &Misses,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut tx = db.begin().await?;
    // In one order everywhere, so that two replicas that write at once do not wait for each other.
    let mut all: Vec<(&(String, Area), &i64)> = misses.iter().collect();
    all.sort();
    for ((name, area), count) in all {
        tx.sql(
            "INSERT INTO sorting_misses (id, name, area, count, first_at, last_at, state)
             VALUES ($1, $2, $3, $4, $5, $5, 'open')
             ON CONFLICT (name, area) DO UPDATE
             SET count = sorting_misses.count + $4, last_at = $5",
        )
        .bind(MissId(random.uuid(now)))
        .bind(name.clone())
        .bind(*area)
        .bind(*count)
        .bind(now)
        .run()
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The most wanted first.
pub async fn misses(db: &Db, state: MissState, offset: i64, limit: i64) -> Result<Vec<Miss>> {
    Ok(db
        .sql(
            "SELECT id, name, area, count, first_at, last_at, state FROM sorting_misses
             WHERE state = $1 ORDER BY count DESC, id LIMIT $2 OFFSET $3",
        )
        .bind(state)
        .bind(limit)
        .bind(offset)
        .all()
        .await?)
}

/// False when there is no such miss.
pub async fn settle_miss(db: &Db, id: MissId, state: MissState) -> Result<bool> {
    let changed = db
        .sql("UPDATE sorting_misses SET state = $2 WHERE id = $1")
        .bind(id)
        .bind(state)
        .run()
        .await?;
    Ok(changed == 1)
}

/// Open misses that the rule set now answers are answered.
pub async fn answer_misses(db: &Db, ids: &[MissId]) -> Result<()> {
    for id in ids {
        settle_miss(db, *id, MissState::Answered).await?;
    }
    Ok(())
}

pub async fn insert_flag(tx: &mut Tx, flag: &Flag) -> Result<()> {
    tx.sql(
        "INSERT INTO sorting_flags (id, thing_id, thing_name, area, asked, says, created_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(flag.id)
    .bind(flag.thing_id.clone())
    .bind(flag.thing_name.clone())
    .bind(flag.area)
    .bind(flag.asked.clone())
    .bind(flag.says.clone())
    .bind(flag.created_at)
    .bind(flag.state)
    .run()
    .await?;
    Ok(())
}

/// Flags in one state, newest first, one more than `limit`.
pub async fn flags(
    db: &Db,
    state: FlagState,
    before: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Flag>> {
    Ok(db
        .sql(
            "SELECT id, thing_id, thing_name, area, asked, says, created_at, state, decided_by, decided_at, answer
             FROM sorting_flags
             WHERE state = $1 AND ($2 IS NULL OR (created_at, id) < ($2, $3))
             ORDER BY created_at DESC, id DESC LIMIT $4",
        )
        .bind(state)
        .bind(before.map(|cursor| cursor.at))
        .bind(before.map(|cursor| cursor.id))
        .bind(limit)
        .all()
        .await?)
}

/// False when the flag is gone or was settled before.
pub async fn settle_flag(
    db: &Db,
    id: FlagId,
    state: FlagState,
    answer: &str,
    by: AccountId,
    at: DateTime<Utc>,
) -> Result<bool> {
    let changed = db
        .sql(
            "UPDATE sorting_flags SET state = $2, answer = $3, decided_by = $4, decided_at = $5
             WHERE id = $1 AND state = 'open'",
        )
        .bind(id)
        .bind(state)
        .bind(answer.to_owned())
        .bind(by)
        .bind(at)
        .run()
        .await?;
    Ok(changed == 1)
}

#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Waiting {
    pub misses: i64,
    pub flags: i64,
    pub changes: i64,
}

/// How much waits at the editors' desk.
pub async fn waiting(db: &Db) -> Result<Waiting> {
    Ok(db
        .sql(
            "SELECT (SELECT COUNT(*) FROM sorting_misses WHERE state = 'open') AS misses,
                    (SELECT COUNT(*) FROM sorting_flags WHERE state = 'open') AS flags,
                    (SELECT COUNT(*) FROM sorting_changes WHERE state = 'awaiting') AS changes",
        )
        .one()
        .await?)
}
