//! SQL over cases that are over.

use super::filter::{Filter, Whose};
use crate::db::Statement;

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

/// A case may lie near: it is in one of the four columns, a fiftieth of a degree each, from the
/// western edge on, and no further north or south. By `inbox_closed_by_column` (migration 0023), with
/// the parameters of [`closed_conditions`].
macro_rules! may_be_near {
    () => {
        "CAST(ROUND(lng * 50) AS BIGINT) IN (
             CAST(ROUND($14 * 50) AS BIGINT), CAST(ROUND($14 * 50) AS BIGINT) + 1,
             CAST(ROUND($14 * 50) AS BIGINT) + 2, CAST(ROUND($14 * 50) AS BIGINT) + 3)
           AND lat BETWEEN $17 - ($15 - $16) AND $17 + ($15 - $16) AND "
    };
}
pub(super) use may_be_near;

/// Which index a question about closed cases goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Age,
    Assignee,
    Category,
    Township,
    Place,
    Recurrence,
    End,
}

/// What lies within so many degrees of longitude to either side is sorted by age, and in four columns
/// of [`may_be_near`]; beyond, enough of the newest fit.
const NARROW: f64 = 0.029;

impl Way {
    pub(super) fn of(filter: &Filter) -> Self {
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
