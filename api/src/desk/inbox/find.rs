//! A page of the inbox, and how many cases there are in all.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::filter::{Filter, Sort, Words};
use super::order::{MOST_WITH_WORDS, Place, Total, in_order};
use super::{closed, open};
use crate::db::dialect::{WORDS_COUNTED_ON_POSTGRES, WORDS_COUNTED_ON_SQLITE, words_query};
use crate::db::{Db, DbError, Kind, Tx};
use crate::reports::model::Report;
use crate::reports::store::report_columns;
use crate::shared::id::ReportId;

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

/// A page.
pub struct Found {
    pub hits: Vec<Hit>,
    pub next: Option<Place>,
    pub total: Total,
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
        let (keys, open) = open::page(db, filter, sort, now, after, wanted).await?;
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
        let (keys, over) = closed::page(db, filter, sort, after, wanted).await?;
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
