//! Places in an order: where a page begins, and how many cases there are beyond it.

use std::cmp::Ordering;

use uuid::Uuid;

use super::filter::{Sort, Words};
use crate::db::dialect::words_query;
use crate::db::{Kind, Statement};
use crate::shared::error::Result;
use crate::shared::page::not_a_cursor;

/// Beyond this many, cases are not counted: nobody reads the difference.
pub(super) const COUNTED: i64 = 1000;
/// Of reports with the words looked for, so many of the newest are looked at.
pub(super) const MOST_WITH_WORDS: i64 = 2000;

/// A case by its place in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Key {
    sort_key: i64,
    report_id: Uuid,
}

/// Where the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub(super) over: bool,
    key: i64,
    pub(super) id: Uuid,
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
        parsed.ok_or_else(not_a_cursor)
    }

    pub(super) fn of(key: Key, over: bool) -> Self {
        Self {
            over,
            key: key.sort_key,
            id: key.report_id,
        }
    }

    pub(super) fn as_key(&self) -> (i64, Uuid) {
        (self.key, self.id)
    }
}

/// How many cases fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    pub count: i64,
    /// There may be more.
    pub capped: bool,
}

impl Total {
    pub(super) fn add(&mut self, other: Self) {
        self.count += other.count;
        self.capped |= other.capped;
    }

    /// Of at most one more than [`COUNTED`].
    pub(super) fn of(count: i64) -> Self {
        Self {
            count: count.min(COUNTED),
            capped: count > COUNTED,
        }
    }
}

pub(super) fn in_order(sort: Sort, a: (i64, Uuid), b: (i64, Uuid)) -> Ordering {
    if sort == Sort::Oldest {
        a.cmp(&b)
    } else {
        b.cmp(&a)
    }
}

/// Before everything in an order.
pub(super) fn start(after: Option<Place>, sort: Sort) -> (i64, Uuid) {
    match after {
        Some(place) => place.as_key(),
        None if sort == Sort::Oldest => (i64::MIN, Uuid::nil()),
        None => (i64::MAX, Uuid::max()),
    }
}

/// The page out of every case that fits, and how many those are.
pub(super) fn page_of(
    mut keys: Vec<Key>,
    sort: Sort,
    after: Option<Place>,
    wanted: usize,
) -> (Vec<Key>, Total) {
    let total = Total {
        count: bound(keys.len()),
        capped: false,
    };
    let start = start(after, sort);
    let of = |key: &Key| (key.sort_key, key.report_id);
    keys.retain(|key| in_order(sort, start, of(key)) == Ordering::Less);
    keys.sort_by(|a, b| in_order(sort, of(a), of(b)));
    keys.truncate(wanted);
    (keys, total)
}

pub(super) fn bound(wanted: usize) -> i64 {
    i64::try_from(wanted).unwrap_or(i64::MAX)
}

pub(super) fn bind_words<'e>(statement: Statement<'e>, kind: Kind, words: &Words) -> Statement<'e> {
    statement
        .bind(words_query(kind, &words.terms))
        .bind(words.codes.0.clone())
        .bind(words.codes.1.clone())
        .bind(MOST_WITH_WORDS)
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
