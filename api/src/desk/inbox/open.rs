//! Open cases: what is asked of them in SQL, and the page that fits.

use chrono::{DateTime, Utc};

use super::filter::{Filter, Sort, Whose, Words};
use super::order::{
    COUNTED, Key, MOST_WITH_WORDS, Place, Total, bind_words, bound, page_of, start,
};
use crate::db::dialect::{words_on_postgres, words_on_sqlite};
use crate::db::{Db, DbError, Kind, Statement};

/// `$1` to `$28`: what the filter asks of an open case. Steps and lights are sets of bits (`filter.rs`):
/// a LIKE for each of 100,000 rows is a third of the time.
macro_rules! open_conditions {
    () => {
        "scope = $1
           AND ($2 IS NULL OR $2 LIKE '%,' || status || ',%')
           AND ($3 IS NULL OR lead = $3)
           AND ($4 IS NULL OR category = $4)
           AND ($5 IS NULL OR township = $5)
           AND ($6 IS NULL OR urgent = $6)
           AND (NOT $7 OR overdue_s < $8)
           AND ($9 = 0 OR ($9 = 1 AND assignee = $10) OR ($9 = 2 AND assignee IS NULL))
           AND ($11 IS NULL OR ($11 & CASE step WHEN 'decide' THEN 1 WHEN 'accept' THEN 2
                                                WHEN 'handle' THEN 4 WHEN 'verify' THEN 8
                                                ELSE 0 END) <> 0)
           AND ($12 IS NULL OR ($12 & CASE WHEN late_s IS NULL THEN 8 WHEN late_s < $8 THEN 4
                                           WHEN amber_s <= $8 THEN 2 ELSE 1 END) <> 0)
           AND ($13 IS NULL OR escalation >= $13)
           AND ($14 IS NULL OR waits = $14)
           AND ($15 IS NULL OR extension_asked = $15)
           AND ($16 IS NULL OR recurs = $16)
           AND ($17 IS NULL OR created_s >= $17)
           AND ($18 IS NULL OR created_s < $18)
           AND ($19 IS NULL OR late_s >= $19)
           AND ($20 IS NULL OR late_s < $20)
           AND ($21 IS NULL OR (lng BETWEEN $22 AND $23
                AND (lng - $24) * (lng - $24) * $26 + (lat - $25) * (lat - $25) <= $21))
           AND ($27 IS NULL OR $27 LIKE '%,' || category || ',%')
           AND ($28 IS NULL OR $28 LIKE '%,' || township || ',%')"
    };
}
pub(super) use open_conditions;

/// The order's key of an open case; `$29` names the order.
macro_rules! open_key {
    () => {
        "CASE $29 WHEN 'due' THEN due_rank WHEN 'urgent' THEN urgent_rank WHEN 'risk' THEN risk
                  ELSE created_s END"
    };
}

/// Binds `$1` to `$28`.
pub(super) fn bind<'e>(statement: Statement<'e>, filter: &Filter, now: i64) -> Statement<'e> {
    let (kind, who) = match filter.whose {
        Whose::Anybody => (0_i64, None),
        Whose::One(id) => (1, Some(id)),
        Whose::Nobody => (2, None),
    };
    let near = filter.near;
    statement
        .bind(filter.scope.clone())
        .bind(filter.statuses.clone())
        .bind(filter.lead.clone())
        .bind(filter.category.only.clone())
        .bind(filter.township.only.clone())
        .bind(filter.urgent)
        .bind(filter.overdue)
        .bind(now)
        .bind(kind)
        .bind(who)
        .bind(filter.steps)
        .bind(filter.lights)
        .bind(filter.escalation)
        .bind(filter.waits)
        .bind(filter.extension_asked)
        .bind(filter.recurs)
        .bind(filter.created.0)
        .bind(filter.created.1)
        .bind(filter.due.0)
        .bind(filter.due.1)
        .bind(near.map(|near| near.far))
        .bind(near.map_or(0.0, |near| near.lng - near.wide))
        .bind(near.map_or(0.0, |near| near.lng + near.wide))
        .bind(near.map_or(0.0, |near| near.lng))
        .bind(near.map_or(0.0, |near| near.lat))
        .bind(near.map_or(1.0, |near| near.scale))
        .bind(filter.category.several.clone())
        .bind(filter.township.several.clone())
}

/// Open cases along the index of an order.
macro_rules! walk_open {
    ($key:literal, $beyond:literal, $direction:literal) => {
        concat!(
            "SELECT report_id, ",
            $key,
            " AS sort_key FROM inbox WHERE ",
            open_conditions!(),
            "
               AND (",
            $key,
            ", report_id) ",
            $beyond,
            " ($30, $31)
             ORDER BY ",
            $key,
            " ",
            $direction,
            ", report_id ",
            $direction,
            " LIMIT $32"
        )
    };
}

/// Open cases out of all of the scope's.
macro_rules! scan_open {
    ($beyond:literal, $direction:literal) => {
        concat!(
            "SELECT report_id, sort_key
             FROM (SELECT report_id, ",
            open_key!(),
            " AS sort_key
                   FROM inbox WHERE ",
            open_conditions!(),
            ") AS every
             WHERE (sort_key, report_id) ",
            $beyond,
            " ($30, $31)
             ORDER BY sort_key ",
            $direction,
            ", report_id ",
            $direction,
            " LIMIT $32"
        )
    };
}

/// Open cases in no order, at most `$30`.
macro_rules! some_open {
    ($($from:tt)*) => {
        concat!(
            "SELECT report_id, ", open_key!(), " AS sort_key FROM ", $($from)*,
            " WHERE ", open_conditions!(), " LIMIT $30"
        )
    };
}

/// A page of those that fit, and how many there are in all.
pub(super) async fn page(
    db: &Db,
    filter: &Filter,
    sort: Sort,
    now: DateTime<Utc>,
    after: Option<Place>,
    wanted: usize,
) -> Result<(Vec<Key>, Total), DbError> {
    if let Some(words) = &filter.words {
        let keys = with_words(db, filter, words, sort, now).await?;
        return Ok(page_of(keys, sort, after, wanted));
    }
    let some = some_open(db, filter, sort, now).await?;
    let total = Total::of(bound(some.len()));
    if !total.capped {
        return Ok(page_of(some, sort, after, wanted));
    }
    if wanted == 0 {
        return Ok((Vec::new(), total));
    }
    let sql = match (filter.is_selective(), sort) {
        (true, Sort::Oldest) => scan_open!(">", "ASC"),
        (true, _) => scan_open!("<", "DESC"),
        (false, Sort::Due) => walk_open!("due_rank", "<", "DESC"),
        (false, Sort::Urgent) => walk_open!("urgent_rank", "<", "DESC"),
        (false, Sort::Risk) => walk_open!("risk", "<", "DESC"),
        (false, Sort::Newest) => walk_open!("created_s", "<", "DESC"),
        (false, Sort::Oldest) => walk_open!("created_s", ">", "ASC"),
    };
    let (key, id) = start(after, sort);
    let keys = bind(db.sql(sql).planned_anew(), filter, now.timestamp())
        .bind(sort.key())
        .bind(key)
        .bind(id)
        .bind(bound(wanted))
        .all()
        .await?;
    Ok((keys, total))
}

async fn some_open(
    db: &Db,
    filter: &Filter,
    sort: Sort,
    now: DateTime<Utc>,
) -> Result<Vec<Key>, DbError> {
    bind(
        db.sql(some_open!("inbox")).planned_anew(),
        filter,
        now.timestamp(),
    )
    .bind(sort.key())
    .bind(COUNTED + 1)
    .all()
    .await
}

async fn with_words(
    db: &Db,
    filter: &Filter,
    words: &Words,
    sort: Sort,
    now: DateTime<Utc>,
) -> Result<Vec<Key>, DbError> {
    let sql = match db.kind() {
        Kind::Sqlite => some_open!(
            words_on_sqlite!("$31", "$32", "$33", "$34"),
            " AS candidates JOIN inbox ON report_id = found_id"
        ),
        Kind::Postgres => some_open!(
            words_on_postgres!("$31", "$32", "$33", "$34"),
            " AS candidates JOIN inbox ON report_id = found_id"
        ),
    };
    let statement = bind(db.sql(sql).planned_anew(), filter, now.timestamp())
        .bind(sort.key())
        .bind(2 * MOST_WITH_WORDS);
    bind_words(statement, db.kind(), words).all().await
}
