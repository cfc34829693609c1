//! A page of the inbox, and how many cases there are in all.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::closed::{self, Way, closed_conditions};
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
const MOST_WITH_WORDS: i64 = 3000;

/// A case of a page with what its line shows beside it.
#[derive(Debug, sqlx::FromRow)]
pub struct Hit {
    #[sqlx(flatten)]
    pub report: Report,
    sort_key: i64,
    total: Option<i64>,
    pub thumbnail: Option<Uuid>,
    pub assignee_name: Option<String>,
}

/// Where the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    over: bool,
    key: i64,
    id: Uuid,
}

impl Place {
    pub fn after(hit: &Hit) -> Self {
        Self {
            over: hit.report.status.is_over(),
            key: hit.sort_key,
            id: hit.report.id.0,
        }
    }

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

/// A page of whole cases around a subquery of `report_id, sort_key, total`.
macro_rules! page {
    ($direction:literal, $($found:tt)*) => {
        concat!(
            "SELECT ", report_columns!(), ", sort_key, total,
                    (SELECT p.id FROM photos p
                     WHERE p.report_id = reports.id AND p.purpose = 'report' AND NOT p.hidden
                       AND NOT p.held
                     ORDER BY p.created_at, p.position, p.id LIMIT 1) AS thumbnail,
                    (SELECT a.name FROM accounts a WHERE a.id = reports.assignee) AS assignee_name
             FROM (", $($found)*, ") AS found JOIN reports ON reports.id = found.report_id
             ORDER BY sort_key ", $direction, ", found.report_id ", $direction
        )
    };
}

/// Open cases along the index of an order.
macro_rules! walk_open {
    ($key:literal, $beyond:literal, $direction:literal) => {
        page!(
            $direction,
            "SELECT report_id, ",
            $key,
            " AS sort_key, CAST(NULL AS BIGINT) AS total
             FROM inbox WHERE ",
            open_conditions!(),
            "
               AND (",
            $key,
            ", report_id) ",
            $beyond,
            " ($29, $30)
             ORDER BY ",
            $key,
            " ",
            $direction,
            ", report_id ",
            $direction,
            " LIMIT $31"
        )
    };
}

/// Open cases out of all of the scope's, counted.
macro_rules! scan_open {
    ($beyond:literal, $direction:literal, $($from:tt)*) => {
        page!(
            $direction,
            "SELECT report_id, sort_key, total
             FROM (SELECT report_id, ", open_key!(), " AS sort_key, COUNT(*) OVER () AS total
                   FROM ", $($from)*, " WHERE ", open_conditions!(), ") AS every
             WHERE (sort_key, report_id) ", $beyond, " ($29, $30)
             ORDER BY sort_key ", $direction, ", report_id ", $direction, " LIMIT $31"
        )
    };
}

/// Cases that are over by age, along the index of what must be so.
macro_rules! walk_closed {
    ($must:literal, $beyond:literal, $direction:literal) => {
        page!(
            $direction,
            "SELECT report_id, created_s AS sort_key, CAST(NULL AS BIGINT) AS total
             FROM inbox_closed WHERE ",
            $must,
            closed_conditions!(),
            "
               AND (created_s, report_id) ",
            $beyond,
            " ($21, $22)
             ORDER BY created_s ",
            $direction,
            ", report_id ",
            $direction,
            " LIMIT $23"
        )
    };
}

/// Cases that are over by age, out of all that may fit. The `+` keeps the order's index out of it.
macro_rules! scan_closed {
    ($must:literal, $beyond:literal, $direction:literal, $($from:tt)*) => {
        page!(
            $direction,
            "SELECT report_id, created_s AS sort_key, CAST(NULL AS BIGINT) AS total
             FROM ", $($from)*, " WHERE ", $must, closed_conditions!(), "
               AND (+created_s, report_id) ", $beyond, " ($21, $22)
             ORDER BY +created_s ", $direction, ", report_id ", $direction, " LIMIT $23"
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
    limit: i64,
) -> Result<(Vec<Hit>, Total), DbError> {
    let by_age = matches!(sort, Sort::Newest | Sort::Oldest);
    let mut hits = Vec::new();
    if filter.open && (by_age || after.is_none_or(|place| !place.over)) {
        hits = open_cases(db, filter, sort, now, after, limit).await?;
    }
    let counted = hits.first().and_then(|hit| hit.total);
    if by_age && filter.over {
        hits.extend(closed_cases(db, filter, sort, after, limit).await?);
        hits.sort_by(|a, b| {
            let order = (a.sort_key, a.report.id).cmp(&(b.sort_key, b.report.id));
            if sort == Sort::Oldest {
                order
            } else {
                order.reverse()
            }
        });
        hits.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    } else if filter.over {
        let lacking = limit - i64::try_from(hits.len()).unwrap_or(limit);
        if lacking > 0 {
            let after = after.filter(|place| place.over);
            hits.extend(closed_cases(db, filter, Sort::Newest, after, lacking).await?);
        }
    }
    Ok((hits, total_with(db, filter, now, counted).await?))
}

/// How many cases fit, without reading them.
///
/// # Errors
/// When the database fails.
pub async fn total(db: &Db, filter: &Filter, now: DateTime<Utc>) -> Result<Total, DbError> {
    total_with(db, filter, now, None).await
}

async fn total_with(
    db: &Db,
    filter: &Filter,
    now: DateTime<Utc>,
    open_counted: Option<i64>,
) -> Result<Total, DbError> {
    let mut total = Total {
        count: 0,
        capped: false,
    };
    if filter.open {
        match open_counted {
            Some(count) => total.count = count,
            None => total.add(count_open(db, filter, now).await?),
        }
    }
    if filter.over {
        total.add(count_closed(db, filter).await?);
    }
    if let Some(words) = &filter.words {
        total.capped |= has_many(db, words).await?;
    }
    Ok(total)
}

impl Total {
    fn add(&mut self, count: i64) {
        self.capped |= count > COUNTED;
        self.count += count.min(COUNTED);
    }
}

/// Before everything in an order.
fn start(after: Option<Place>, sort: Sort) -> (i64, Uuid) {
    match after {
        Some(place) => (place.key, place.id),
        None if sort == Sort::Oldest => (i64::MIN, Uuid::nil()),
        None => (i64::MAX, Uuid::max()),
    }
}

fn bind_words<'e>(statement: Statement<'e>, kind: Kind, words: &Words) -> Statement<'e> {
    statement
        .bind(words_query(kind, &words.terms))
        .bind(words.codes.0.clone())
        .bind(words.codes.1.clone())
        .bind(MOST_WITH_WORDS)
}

async fn open_cases(
    db: &Db,
    filter: &Filter,
    sort: Sort,
    now: DateTime<Utc>,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Hit>, DbError> {
    let oldest = sort == Sort::Oldest;
    let sql = if filter.words.is_some() {
        match (db.kind(), oldest) {
            (Kind::Sqlite, false) => scan_open!(
                "<",
                "DESC",
                words_on_sqlite!("$33", "$34", "$35", "$36"),
                " AS candidates JOIN inbox ON report_id = found_id"
            ),
            (Kind::Sqlite, true) => scan_open!(
                ">",
                "ASC",
                words_on_sqlite!("$33", "$34", "$35", "$36"),
                " AS candidates JOIN inbox ON report_id = found_id"
            ),
            (Kind::Postgres, false) => scan_open!(
                "<",
                "DESC",
                words_on_postgres!("$33", "$34", "$35", "$36"),
                " AS candidates JOIN inbox ON report_id = found_id"
            ),
            (Kind::Postgres, true) => scan_open!(
                ">",
                "ASC",
                words_on_postgres!("$33", "$34", "$35", "$36"),
                " AS candidates JOIN inbox ON report_id = found_id"
            ),
        }
    } else if filter.is_selective() {
        if oldest {
            scan_open!(">", "ASC", "inbox")
        } else {
            scan_open!("<", "DESC", "inbox")
        }
    } else {
        match sort {
            Sort::Due => walk_open!("due_rank", "<", "DESC"),
            Sort::Urgent => walk_open!("urgent_rank", "<", "DESC"),
            Sort::Risk => walk_open!("risk", "<", "DESC"),
            Sort::Newest => walk_open!("created_s", "<", "DESC"),
            Sort::Oldest => walk_open!("created_s", ">", "ASC"),
        }
    };
    let (key, id) = start(after, sort);
    let mut statement = open::bind(db.sql(sql).planned_anew(), filter, now.timestamp())
        .bind(key)
        .bind(id)
        .bind(limit);
    if filter.words.is_some() || filter.is_selective() {
        statement = statement.bind(sort.key());
    }
    if let Some(words) = &filter.words {
        statement = bind_words(statement, db.kind(), words);
    }
    statement.all().await
}

async fn closed_cases(
    db: &Db,
    filter: &Filter,
    sort: Sort,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Hit>, DbError> {
    let oldest = sort == Sort::Oldest;
    let sql = if filter.words.is_some() {
        match (db.kind(), oldest) {
            (Kind::Sqlite, false) => scan_closed!(
                "",
                "<",
                "DESC",
                words_on_sqlite!("$24", "$25", "$26", "$27"),
                " AS candidates JOIN inbox_closed ON report_id = found_id"
            ),
            (Kind::Sqlite, true) => scan_closed!(
                "",
                ">",
                "ASC",
                words_on_sqlite!("$24", "$25", "$26", "$27"),
                " AS candidates JOIN inbox_closed ON report_id = found_id"
            ),
            (Kind::Postgres, false) => scan_closed!(
                "",
                "<",
                "DESC",
                words_on_postgres!("$24", "$25", "$26", "$27"),
                " AS candidates JOIN inbox_closed ON report_id = found_id"
            ),
            (Kind::Postgres, true) => scan_closed!(
                "",
                ">",
                "ASC",
                words_on_postgres!("$24", "$25", "$26", "$27"),
                " AS candidates JOIN inbox_closed ON report_id = found_id"
            ),
        }
    } else {
        match (Way::of(filter), oldest) {
            (Way::Age, false) => walk_closed!("", "<", "DESC"),
            (Way::Age, true) => walk_closed!("", ">", "ASC"),
            (Way::Category, false) => walk_closed!("category = $4 AND ", "<", "DESC"),
            (Way::Category, true) => walk_closed!("category = $4 AND ", ">", "ASC"),
            (Way::Township, false) => walk_closed!("township = $5 AND ", "<", "DESC"),
            (Way::Township, true) => walk_closed!("township = $5 AND ", ">", "ASC"),
            (Way::End, false) => scan_closed!(
                "status = 'closed' AND closed_s >= $12 AND ",
                "<",
                "DESC",
                "inbox_closed"
            ),
            (Way::End, true) => scan_closed!(
                "status = 'closed' AND closed_s >= $12 AND ",
                ">",
                "ASC",
                "inbox_closed"
            ),
        }
    };
    let (key, id) = start(after, sort);
    let mut statement = closed::bind(db.sql(sql).planned_anew(), filter)
        .bind(key)
        .bind(id)
        .bind(limit);
    if let Some(words) = &filter.words {
        statement = bind_words(statement, db.kind(), words);
    }
    statement.all().await
}

macro_rules! count_open {
    ($limit:literal, $($from:tt)*) => {
        concat!(
            "SELECT COUNT(*) FROM (SELECT report_id FROM ", $($from)*, " WHERE ",
            open_conditions!(), " LIMIT ", $limit, ") AS every"
        )
    };
}

macro_rules! count_closed {
    ($limit:literal, $must:literal, $($from:tt)*) => {
        concat!(
            "SELECT COUNT(*) FROM (SELECT report_id FROM ", $($from)*, " WHERE ", $must,
            closed_conditions!(), " LIMIT ", $limit, ") AS every"
        )
    };
}

/// At most one more than [`COUNTED`].
async fn count_open(db: &Db, filter: &Filter, now: DateTime<Utc>) -> Result<i64, DbError> {
    let sql = match (&filter.words, db.kind()) {
        (None, _) => count_open!("$29", "inbox"),
        (Some(_), Kind::Sqlite) => count_open!(
            "$29",
            words_on_sqlite!("$30", "$31", "$32", "$33"),
            " AS candidates JOIN inbox ON report_id = found_id"
        ),
        (Some(_), Kind::Postgres) => count_open!(
            "$29",
            words_on_postgres!("$30", "$31", "$32", "$33"),
            " AS candidates JOIN inbox ON report_id = found_id"
        ),
    };
    let mut statement =
        open::bind(db.sql(sql).planned_anew(), filter, now.timestamp()).bind(COUNTED + 1);
    if let Some(words) = &filter.words {
        statement = bind_words(statement, db.kind(), words);
    }
    let (count,): (i64,) = statement.one().await?;
    Ok(count)
}

/// At most one more than [`COUNTED`].
async fn count_closed(db: &Db, filter: &Filter) -> Result<i64, DbError> {
    let sql = match (&filter.words, db.kind()) {
        (Some(_), Kind::Sqlite) => count_closed!(
            "$21",
            "",
            words_on_sqlite!("$22", "$23", "$24", "$25"),
            " AS candidates JOIN inbox_closed ON report_id = found_id"
        ),
        (Some(_), Kind::Postgres) => count_closed!(
            "$21",
            "",
            words_on_postgres!("$22", "$23", "$24", "$25"),
            " AS candidates JOIN inbox_closed ON report_id = found_id"
        ),
        (None, _) => match Way::of(filter) {
            Way::Age => count_closed!("$21", "", "inbox_closed"),
            Way::Category => count_closed!("$21", "category = $4 AND ", "inbox_closed"),
            Way::Township => count_closed!("$21", "township = $5 AND ", "inbox_closed"),
            Way::End => count_closed!(
                "$21",
                "status = 'closed' AND closed_s >= $12 AND ",
                "inbox_closed"
            ),
        },
    };
    let mut statement = closed::bind(db.sql(sql).planned_anew(), filter).bind(COUNTED + 1);
    if let Some(words) = &filter.words {
        statement = bind_words(statement, db.kind(), words);
    }
    let (count,): (i64,) = statement.one().await?;
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
