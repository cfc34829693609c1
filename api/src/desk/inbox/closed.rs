//! Cases that are over: what is asked of them in SQL, by which index, and the page that fits.

use super::filter::{Filter, Sort, Whose, Words};
use super::order::{
    COUNTED, Key, MOST_WITH_WORDS, Place, Total, bind_words, bound, page_of, start,
};
use crate::db::dialect::{words_on_postgres, words_on_sqlite};
use crate::db::{Db, DbError, Kind, Statement};

/// `$1` to `$20`: what the filter asks of a case that is over.
macro_rules! closed_conditions {
    () => {
        "scope = $1
           AND ($2 IS NULL OR $2 LIKE '%,' || status || ',%')
           AND ($3 IS NULL OR lead = $3)
           AND ($4 IS NULL OR category = $4)
           AND ($5 IS NULL OR township = $5)
           AND ($6 IS NULL OR urgent = $6)
           AND ($7 IS NULL OR recurs = $7)
           AND ($8 = 0 OR ($8 = 1 AND assignee = $9) OR ($8 = 2 AND assignee IS NULL))
           AND created_s >= $10 AND created_s < $11
           AND ($12 IS NULL OR (status = 'closed' AND closed_s >= $12))
           AND ($13 IS NULL OR (lng BETWEEN $14 AND $15
                AND (lng - $16) * (lng - $16) * $18 + (lat - $17) * (lat - $17) <= $13))
           AND ($19 IS NULL OR $19 LIKE '%,' || category || ',%')
           AND ($20 IS NULL OR $20 LIKE '%,' || township || ',%')"
    };
}
pub(super) use closed_conditions;

/// Which index a question about closed cases goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Age,
    Assignee,
    Category,
    Township,
    Place,
    Recurrence,
    End,
}

/// What lies within so many degrees of longitude to either side is sorted by age, and in four columns
/// of [`must`]; beyond, enough of the newest fit.
const NARROW: f64 = 0.029;

impl Way {
    fn of(filter: &Filter) -> Self {
        if filter.closed_since.is_some() {
            Self::End
        } else if matches!(filter.whose, Whose::One(_)) {
            Self::Assignee
        } else if filter.near.is_some_and(|near| near.wide <= NARROW) {
            Self::Place
        } else if filter.recurs == Some(true) {
            Self::Recurrence
        } else if filter.category.only.is_some() {
            Self::Category
        } else if filter.township.only.is_some() {
            Self::Township
        } else {
            Self::Age
        }
    }
}

/// Binds `$1` to `$20`.
pub(super) fn bind<'e>(statement: Statement<'e>, filter: &Filter) -> Statement<'e> {
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
        .bind(filter.recurs)
        .bind(kind)
        .bind(who)
        .bind(filter.created.0.unwrap_or(i64::MIN))
        .bind(filter.created.1.unwrap_or(i64::MAX))
        .bind(filter.closed_since)
        .bind(near.map(|near| near.far))
        .bind(near.map_or(0.0, |near| near.lng - near.wide))
        .bind(near.map_or(0.0, |near| near.lng + near.wide))
        .bind(near.map_or(0.0, |near| near.lng))
        .bind(near.map_or(0.0, |near| near.lat))
        .bind(near.map_or(1.0, |near| near.scale))
        .bind(filter.category.several.clone())
        .bind(filter.township.several.clone())
}

/// What must be so for cases to be found by the index of a [`Way`], with the parameters of
/// [`closed_conditions`].
///
/// A place: one of the four columns, a fiftieth of a degree each, from the western edge on, and no
/// further north or south (`inbox_closed_by_column`).
macro_rules! must {
    (Age) => {
        ""
    };
    (Assignee) => {
        "assignee = $9 AND "
    };
    (Category) => {
        "category = $4 AND "
    };
    (Township) => {
        "township = $5 AND "
    };
    (Place) => {
        "CAST(ROUND(lng * 50) AS BIGINT) IN (
             CAST(ROUND($14 * 50) AS BIGINT), CAST(ROUND($14 * 50) AS BIGINT) + 1,
             CAST(ROUND($14 * 50) AS BIGINT) + 2, CAST(ROUND($14 * 50) AS BIGINT) + 3)
           AND lat BETWEEN $17 - ($15 - $16) AND $17 + ($15 - $16) AND "
    };
    (Recurrence) => {
        "recurs AND "
    };
    (End) => {
        "status = 'closed' AND closed_s >= $12 AND "
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

/// A page of those that fit, and how many there are in all.
pub(super) async fn page(
    db: &Db,
    filter: &Filter,
    sort: Sort,
    after: Option<Place>,
    wanted: usize,
) -> Result<(Vec<Key>, Total), DbError> {
    if let Some(words) = &filter.words {
        let keys = with_words(db, filter, words).await?;
        return Ok(page_of(keys, sort, after, wanted));
    }
    let total = Total::of(count_closed(db, filter).await?);
    if wanted == 0 || total.count == 0 {
        return Ok((Vec::new(), total));
    }
    let oldest = sort == Sort::Oldest;
    let way = Way::of(filter);
    let sql = match way {
        Way::Age => walk_closed_by_age!(must!(Age), oldest),
        Way::Assignee => walk_closed_by_age!(must!(Assignee), oldest),
        Way::Category => walk_closed_by_age!(must!(Category), oldest),
        Way::Township => walk_closed_by_age!(must!(Township), oldest),
        Way::Place => walk_closed_by_age!(must!(Place), oldest),
        Way::Recurrence => walk_closed_by_age!(must!(Recurrence), oldest),
        Way::End => walk_closed_either_way!(must!(End), "closed_s", oldest),
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
    let keys = bind(db.sql(sql).planned_anew(), &filter)
        .bind(key)
        .bind(id)
        .bind(bound(wanted))
        .all()
        .await?;
    Ok((keys, total))
}

async fn with_words(db: &Db, filter: &Filter, words: &Words) -> Result<Vec<Key>, DbError> {
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
    let statement = bind(db.sql(sql).planned_anew(), filter).bind(2 * MOST_WITH_WORDS);
    bind_words(statement, db.kind(), words).all().await
}

/// At most one more than [`COUNTED`].
async fn count_closed(db: &Db, filter: &Filter) -> Result<i64, DbError> {
    let sql = match Way::of(filter) {
        Way::Age => count_closed!(must!(Age)),
        Way::Assignee => count_closed!(must!(Assignee)),
        Way::Place => count_closed!(must!(Place)),
        Way::Recurrence => count_closed!(must!(Recurrence)),
        Way::Category => count_closed!(must!(Category)),
        Way::Township => count_closed!(must!(Township)),
        Way::End => count_closed!(must!(End)),
    };
    let (count,): (i64,) = bind(db.sql(sql).planned_anew(), filter)
        .bind(COUNTED + 1)
        .one()
        .await?;
    Ok(count)
}
