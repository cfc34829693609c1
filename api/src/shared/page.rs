//! Lists are read page by page: `{items, next_cursor}`, newest first, by an opaque cursor.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::{Error, Result};
use crate::message;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it as `cursor` to read on; null on the last page.
    pub next_cursor: Option<String>,
}

/// Where the next page begins: the sort key and id of the last item given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at: DateTime<Utc>,
    pub id: Uuid,
}

impl Cursor {
    pub fn encode(self) -> String {
        format!("{:x}-{}", self.at.timestamp_micros(), self.id.simple())
    }

    pub fn parse(text: &str) -> Result<Self> {
        let parsed = text.split_once('-').and_then(|(micros, id)| {
            Some(Self {
                at: DateTime::from_timestamp_micros(i64::from_str_radix(micros, 16).ok()?)?,
                id: Uuid::try_parse(id).ok()?,
            })
        });
        parsed.ok_or_else(not_a_cursor)
    }
}

/// 422 for a cursor that was never given out.
pub fn not_a_cursor() -> Error {
    Error::field(
        "cursor",
        message!(
            "翻页位置无效，请从头开始。",
            "Not a cursor of ours.",
            "잘못된 페이지 위치입니다."
        ),
    )
}

impl<T> Page<T> {
    /// Cuts a list that was read one longer than `limit`, so as to know whether more follows.
    pub fn cut(mut items: Vec<T>, limit: usize, cursor_of: impl Fn(&T) -> Cursor) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = more
            .then(|| items.last().map(|item| cursor_of(item).encode()))
            .flatten();
        Self { items, next_cursor }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_round_trip_and_rubbish_is_refused() {
        let cursor = Cursor {
            at: DateTime::from_timestamp_micros(1_764_000_000_123_456).unwrap(),
            id: Uuid::from_u128(7),
        };
        assert_eq!(Cursor::parse(&cursor.encode()).unwrap(), cursor);
        for rubbish in [
            "",
            "-",
            "zz-1",
            "5",
            "7fffffffffffffff-00000000000000000000000000000000",
        ] {
            assert!(Cursor::parse(rubbish).is_err(), "{rubbish}");
        }
    }
}
