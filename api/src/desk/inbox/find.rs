//! A page of the inbox, and how many cases there are in all.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::closed::{self, Way, closed_conditions, may_be_near};
use super::filter::{Filter, Sort, Words};
use super::open::{self, open_conditions, open_key};
use crate::db::dialect::{
    WORDS_COUNTED_ON_POSTGRES, WORDS_COUNTED_ON_SQLITE, words_on_postgres, words_on_sqlite,
    words_query,
};
use crate::db::{Db, DbError, Kind, Statement, Tx};
use crate::message;
use crate::reports::model::Report;
use crate::reports::store::report_columns;
use crate::shared::error::{Error, Result};
use crate::shared::id::ReportId;

/// Beyond this many, cases are not counted: nobody reads the difference.
const COUNTED: i64 = 1000;
/// Of reports with the words looked for, so many of the newest are looked at.
const MOST_WITH_WORDS: i64 = 2000;
/// Cases read from the wide table by one statement.
const AT_ONCE: usize = 50;

/// A case of a page with what its line shows beside it.
#[derive(Debug, sqlx::FromRow)]
pub struct Hit {
    #[sqlx(flatten)]
    pub report: Report,
    pub thumbnail: Option<Uuid>,
    pub assignee_name: Option<String>,
}

/// A case by its place in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Key {
    sort_key: i64,
    report_id: Uuid,
}

/// A page.
pub struct Found {
    pub hits: Vec<Hit>,
    pub next: Option<Place>,
    pub total: Total,
}

/// Where the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    over: bool,
    key: i64,
    id: Uuid,
}

impl Place {
    pub fn encode(self) -> String {
        let part = if self.over { 'c' } else { 'o' };
        format!("{part}.{}.{}", self.key, self.id.simple())
    }

    /// # Errors
    /// 422 for what is no cursor.
    pub fn parse(text: &str) -> Result<Self> {
        let parsed = text.split_once('.').and_then(|(part, rest)| {
            let (key, id) = rest.split_once('.')?;
            Some(Self {
                over: match part {
                    "o" => false,
                    "c" => true,
                    _ => return None,
                },
                key: key.parse().ok()?,
                id: Uuid::try_parse(id).ok()?,
            })
        });
        parsed.ok_or_else(|| {
            Error::field(
                "cursor",
                message!(
                    "翻页位置无效，请从头开始。",
                    "Not a cursor of ours.",
                    "잘못된 페이지 위치입니다."
                ),
            )
        })
    }
}

/// How many cases fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    pub count: i64,
    /// There may be more.
    pub capped: bool,
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

/// Cases that are over along the index of what must be so.
macro_rules! walk_closed {
    ($must:expr, $key:literal, $beyond:literal, $direction:literal) => {
        concat!(
            "SELECT report_id, ",
            $key,
            " AS sort_key FROM inbox_closed WHERE ",
            $must,
            closed_conditions!(),
            "
               AND (",
            $key,
            ", report_id) ",
            $beyond,
            " ($21, $22)
             ORDER BY ",
            $key,
            " ",
            $direction,
            ", report_id ",
            $direction,
            " LIMIT $23"
        )
    };
}

/// The same, the oldest or the newest first.
macro_rules! walk_closed_either_way {
    ($must:expr, $key:literal, $oldest:expr) => {
        if $oldest {
            walk_closed!($must, $key, ">", "ASC")
        } else {
            walk_closed!($must, $key, "<", "DESC")
        }
    };
}

macro_rules! walk_closed_by_age {
    ($must:expr, $oldest:expr) => {
        walk_closed_either_way!($must, "created_s", $oldest)
    };
}

/// Cases that are over in no order, at most `$21`.
macro_rules! some_closed {
    ($must:expr, $($from:tt)*) => {
        concat!(
            "SELECT report_id, created_s AS sort_key FROM ", $($from)*, " WHERE ", $must,
            closed_conditions!(), " LIMIT $21"
        )
    };
}

macro_rules! count_closed {
    ($must:expr) => {
        concat!(
            "SELECT COUNT(*) FROM (",
            some_closed!($must, "inbox_closed"),
            ") AS every"
        )
    };
}

/// A page of cases and how many there are in all.
///
/// # Errors
/// When the database fails.
pub async fn cases(
    db: &Db,
    filter: &Filter,
    sort: Sort,
    now: DateTime<Utc>,
    after: Option<Place>,
    limit: usize,
) -> Result<Found, DbError> {
    let by_age = matches!(sort, Sort::Newest | Sort::Oldest);
    let mut total = Total {
        count: 0,
        capped: false,
    };
    // One more than asked for tells whether anything follows.
    let wanted = limit + 1;
    let mut places = Vec::new();
    if filter.open {
        let began = by_age || after.is_none_or(|place| !place.over);
        let wanted = if began { wanted } else { 0 };
        let (keys, open) = open_keys(db, filter, sort, now, after, wanted).await?;
        total.add(open);
        places.extend(keys.into_iter().map(|key| Place::of(key, false)));
    }
    if filter.over {
        let sort = if by_age { sort } else { Sort::Newest };
        let after = after.filter(|place| by_age || place.over);
        let wanted = if by_age {
            wanted
        } else {
            wanted.saturating_sub(places.len())
        };
        let (keys, over) = closed_keys(db, filter, sort, after, wanted).await?;
        total.add(over);
        places.extend(keys.into_iter().map(|key| Place::of(key, true)));
    }
    if by_age {
        places.sort_by(|a, b| in_order(sort, a.as_key(), b.as_key()));
    }
    if let Some(words) = &filter.words {
        total.capped |= has_many(db, words).await?;
    }
    let more = places.len() > limit;
    places.truncate(limit);
    Ok(Found {
        hits: hits(db, &places).await?,
        next: places.last().copied().filter(|_| more),
        total,
    })
}

/// How many cases fit, without reading them.
///
/// # Errors
/// When the database fails.
pub async fn total(db: &Db, filter: &Filter, now: DateTime<Utc>) -> Result<Total, DbError> {
    Ok(cases(db, filter, Sort::Newest, now, None, 0).await?.total)
}

impl Place {
    fn of(key: Key, over: bool) -> Self {
        Self {
            over,
            key: key.sort_key,
            id: key.report_id,
        }
    }

    fn as_key(&self) -> (i64, Uuid) {
        (self.key, self.id)
    }
}

impl Total {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.capped |= other.capped;
    }

    /// Of at most one more than [`COUNTED`].
    fn of(count: i64) -> Self {
        Self {
            count: count.min(COUNTED),
            capped: count > COUNTED,
        }
    }
}

fn in_order(sort: Sort, a: (i64, Uuid), b: (i64, Uuid)) -> Ordering {
    if sort == Sort::Oldest {
        a.cmp(&b)
    } else {
        b.cmp(&a)
    }
}

/// Before everything in an order.
fn start(after: Option<Place>, sort: Sort) -> (i64, Uuid) {
    match after {
        Some(place) => place.as_key(),
        None if sort == Sort::Oldest => (i64::MIN, Uuid::nil()),
        None => (i64::MAX, Uuid::max()),
    }
}

/// The page out of every case that fits.
fn page_of(mut keys: Vec<Key>, sort: Sort, after: Option<Place>, wanted: usize) -> Vec<Key> {
    let start = start(after, sort);
    let of = |key: &Key| (key.sort_key, key.report_id);
    keys.retain(|key| in_order(sort, start, of(key)) == Ordering::Less);
    keys.sort_by(|a, b| in_order(sort, of(a), of(b)));
    keys.truncate(wanted);
    keys
}

fn bound(wanted: usize) -> i64 {
    i64::try_from(wanted).unwrap_or(i64::MAX)
}

fn bind_words<'e>(statement: Statement<'e>, kind: Kind, words: &Words) -> Statement<'e> {
    statement
        .bind(words_query(kind, &words.terms))
        .bind(words.codes.0.clone())
        .bind(words.codes.1.clone())
        .bind(MOST_WITH_WORDS)
}

async fn open_keys(
    db: &Db,
    filter: &Filter,
    sort: Sort,
    now: DateTime<Utc>,
    after: Option<Place>,
    wanted: usize,
) -> Result<(Vec<Key>, Total), DbError> {
    if let Some(words) = &filter.words {
        let keys = open_with_words(db, filter, words, sort, now).await?;
        let total = Total {
            count: bound(keys.len()),
            capped: false,
        };
        return Ok((page_of(keys, sort, after, wanted), total));
    }
    let some = some_open(db, filter, sort, now).await?;
    let total = Total::of(bound(some.len()));
    if !total.capped {
        return Ok((page_of(some, sort, after, wanted), total));
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
    let keys = open::bind(db.sql(sql).planned_anew(), filter, now.timestamp())
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
    open::bind(
        db.sql(some_open!("inbox")).planned_anew(),
        filter,
        now.timestamp(),
    )
    .bind(sort.key())
    .bind(COUNTED + 1)
    .all()
    .await
}

async fn open_with_words(
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
    let statement = open::bind(db.sql(sql).planned_anew(), filter, now.timestamp())
        .bind(sort.key())
        .bind(2 * MOST_WITH_WORDS);
    bind_words(statement, db.kind(), words).all().await
}

async fn closed_keys(
    db: &Db,
    filter: &Filter,
    sort: Sort,
    after: Option<Place>,
    wanted: usize,
) -> Result<(Vec<Key>, Total), DbError> {
    if let Some(words) = &filter.words {
        let keys = closed_with_words(db, filter, words).await?;
        let total = Total {
            count: bound(keys.len()),
            capped: false,
        };
        return Ok((page_of(keys, sort, after, wanted), total));
    }
    let total = Total::of(count_closed(db, filter).await?);
    if wanted == 0 || total.count == 0 {
        return Ok((Vec::new(), total));
    }
    let oldest = sort == Sort::Oldest;
    let way = Way::of(filter);
    let sql = match way {
        Way::Age => walk_closed_by_age!("", oldest),
        Way::Assignee => walk_closed_by_age!("assignee = $9 AND ", oldest),
        Way::Category => walk_closed_by_age!("category = $4 AND ", oldest),
        Way::Township => walk_closed_by_age!("township = $5 AND ", oldest),
        Way::Place => walk_closed_by_age!(may_be_near!(), oldest),
        Way::Recurrence => walk_closed_by_age!("recurs AND ", oldest),
        Way::End => walk_closed_either_way!(
            "status = 'closed' AND closed_s >= $12 AND ",
            "closed_s",
            oldest
        ),
    };
    let (key, id) = start(after, sort);
    // Whichever bound the database walks from, it begins at the page.
    let mut filter = filter.clone();
    if way != Way::End {
        let (from, to) = &mut filter.created;
        if oldest {
            *from = Some(from.map_or(key, |from| from.max(key)));
        } else {
            let next = key.saturating_add(1);
            *to = Some(to.map_or(next, |to| to.min(next)));
        }
    }
    let keys = closed::bind(db.sql(sql).planned_anew(), &filter)
        .bind(key)
        .bind(id)
        .bind(bound(wanted))
        .all()
        .await?;
    Ok((keys, total))
}

async fn closed_with_words(db: &Db, filter: &Filter, words: &Words) -> Result<Vec<Key>, DbError> {
    let sql = match db.kind() {
        Kind::Sqlite => some_closed!(
            "",
            words_on_sqlite!("$22", "$23", "$24", "$25"),
            " AS candidates JOIN inbox_closed ON created_s = found_s AND report_id = found_id"
        ),
        Kind::Postgres => some_closed!(
            "",
            words_on_postgres!("$22", "$23", "$24", "$25"),
            " AS candidates JOIN inbox_closed ON created_s = found_s AND report_id = found_id"
        ),
    };
    let statement = closed::bind(db.sql(sql).planned_anew(), filter).bind(2 * MOST_WITH_WORDS);
    bind_words(statement, db.kind(), words).all().await
}

/// At most one more than [`COUNTED`].
async fn count_closed(db: &Db, filter: &Filter) -> Result<i64, DbError> {
    let sql = match Way::of(filter) {
        Way::Age => count_closed!(""),
        Way::Assignee => count_closed!("assignee = $9 AND "),
        Way::Place => count_closed!(may_be_near!()),
        Way::Recurrence => count_closed!("recurs AND "),
        Way::Category => count_closed!("category = $4 AND "),
        Way::Township => count_closed!("township = $5 AND "),
        Way::End => count_closed!("status = 'closed' AND closed_s >= $12 AND "),
    };
    let (count,): (i64,) = closed::bind(db.sql(sql).planned_anew(), filter)
        .bind(COUNTED + 1)
        .one()
        .await?;
    Ok(count)
}

/// Whether more reports have the words than are looked at.
async fn has_many(db: &Db, words: &Words) -> Result<bool, DbError> {
    let sql = match db.kind() {
        Kind::Sqlite => WORDS_COUNTED_ON_SQLITE,
        Kind::Postgres => WORDS_COUNTED_ON_POSTGRES,
    };
    let (count,): (i64,) = db
        .sql(sql)
        .planned_anew()
        .bind(words_query(db.kind(), &words.terms))
        .bind(MOST_WITH_WORDS)
        .one()
        .await?;
    Ok(count >= MOST_WITH_WORDS)
}

/// The cases of some places, in their order.
async fn hits(db: &Db, places: &[Place]) -> Result<Vec<Hit>, DbError> {
    let mut hits: Vec<Hit> = Vec::with_capacity(places.len());
    for chunk in places.chunks(AT_ONCE) {
        let mut statement = db.sql(concat!(
            "SELECT ", report_columns!(), ",
                    (SELECT p.id FROM photos p
                     WHERE p.report_id = reports.id AND p.purpose = 'report' AND NOT p.hidden
                       AND NOT p.held
                     ORDER BY p.created_at, p.position, p.id LIMIT 1) AS thumbnail,
                    (SELECT a.name FROM accounts a WHERE a.id = reports.assignee) AS assignee_name
             FROM reports
             WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                          $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32,
                          $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47,
                          $48, $49, $50)"
        ));
        for at in 0..AT_ONCE {
            statement = statement.bind(chunk.get(at).map(|place| place.id));
        }
        hits.extend(statement.all::<Hit>().await?);
    }
    let rank: HashMap<Uuid, usize> = places
        .iter()
        .enumerate()
        .map(|(rank, place)| (place.id, rank))
        .collect();
    hits.sort_by_key(|hit| rank.get(&hit.report.id.0).copied());
    Ok(hits)
}

/// Cases of an office that nobody has taken, the riskiest first.
///
/// # Errors
/// When the database fails.
pub async fn riskiest_unassigned(
    tx: &mut Tx,
    office: &str,
    limit: i64,
) -> Result<Vec<ReportId>, DbError> {
    let rows: Vec<(ReportId,)> = tx
        .sql(
            "SELECT report_id FROM inbox
             WHERE scope = $1 AND lead = $1 AND assignee IS NULL AND NOT waits
               AND status IN ('dispatched', 'reopened')
             ORDER BY risk DESC, report_id DESC LIMIT $2",
        )
        .bind(office.to_owned())
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_round_trip_and_rubbish_is_refused() {
        for place in [
            Place {
                over: false,
                key: -5,
                id: Uuid::from_u128(7),
            },
            Place {
                over: true,
                key: i64::MAX,
                id: Uuid::max(),
            },
        ] {
            assert_eq!(Place::parse(&place.encode()).unwrap(), place);
        }
        for rubbish in [
            "",
            "1",
            "-1",
            "o.1",
            "x.1.00000000000000000000000000000007",
            "o.a.b",
        ] {
            assert!(Place::parse(rubbish).is_err(), "{rubbish}");
        }
    }
}
