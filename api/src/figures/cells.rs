//! Facts added up by month, office, township and category.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use super::fact::Fact;
use super::store::{self, CellRow};
use super::tally::Tally;
use crate::db::{Db, Tx};
use crate::shared::error::{Error, Result};

/// What a cell is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// `2026-11`
    pub month: String,
    pub office: String,
    /// Empty where none is known.
    pub township: String,
    pub category: String,
}

pub type Cells = BTreeMap<Key, Tally>;

/// The month of a day written `2026-11-24`.
pub fn month(day: &str) -> &str {
    day.get(..7).unwrap_or(day)
}

fn add(cells: &mut Cells, facts: &[Fact]) {
    for fact in facts {
        let key = Key {
            month: month(&fact.received_on).to_owned(),
            office: fact.office.clone(),
            township: fact.township.clone(),
            category: fact.category.clone(),
        };
        cells.entry(key).or_default().add(fact);
    }
}

/// Makes the cells of a month anew. Holds the month until the transaction ends.
pub async fn remake(tx: &mut Tx, month: &str) -> Result<()> {
    store::hold_month(tx, month).await?;
    let mut cells = Cells::new();
    add(&mut cells, &store::facts_of_month(tx, month).await?);
    store::forget_cells(tx, month).await?;
    for (key, tally) in cells {
        let row = CellRow {
            month: key.month,
            office: key.office,
            township: key.township,
            category: key.category,
            tally: serde_json::to_string(&tally).map_err(Error::internal)?,
        };
        store::insert_cell(tx, &row).await?;
    }
    Ok(())
}

/// The first day of a month.
pub fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The first day of the month after.
pub fn next_month(day: NaiveDate) -> NaiveDate {
    let later = first_of(day).checked_add_days(Days::new(31));
    later.map_or(day, first_of)
}

/// Everything received from `first` to `last`: whole months from their cells, the days at both ends
/// from their facts.
pub async fn between(db: &Db, first: NaiveDate, last: NaiveDate) -> Result<Cells> {
    let after = last.succ_opt().unwrap_or(last);
    let whole_from = if first == first_of(first) {
        first
    } else {
        next_month(first)
    };
    let whole_until = first_of(after);
    let mut cells = Cells::new();
    if whole_from >= whole_until {
        add(&mut cells, &store::facts(db, first, last).await?);
        return Ok(cells);
    }
    if first < whole_from {
        let end = whole_from.pred_opt().unwrap_or(first);
        add(&mut cells, &store::facts(db, first, end).await?);
    }
    if whole_until < after {
        add(&mut cells, &store::facts(db, whole_until, last).await?);
    }
    let last_whole = whole_until.pred_opt().unwrap_or(whole_until).to_string();
    let rows = store::cells(db, month(&whole_from.to_string()), month(&last_whole)).await?;
    for row in rows {
        let key = Key {
            month: row.month,
            office: row.office,
            township: row.township,
            category: row.category,
        };
        let tally: Tally = serde_json::from_str(&row.tally).map_err(Error::internal)?;
        cells.insert(key, tally);
    }
    Ok(cells)
}
