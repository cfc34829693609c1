//! The stall plan: a grid of cells, each a stall of a kind, blocked or an entrance. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::district::events::Events;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::money::Money;
use crate::text_enum;

/// Rows and columns at most; rows are letters.
pub const MAX_SIDE: u32 = 26;

text_enum! {
    #[schema(as = StallCellKind)]
    CellKind {
        Stall = "stall",
        Blocked = "blocked",
        Entrance = "entrance",
    }
}

/// A cell; counted from 0, the first row in front.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StallCell)]
pub struct Cell {
    pub row: u32,
    pub column: u32,
    pub is: CellKind,
    /// Id of a kind of stall; of stalls only.
    #[serde(default)]
    pub stall_kind: Option<String>,
}

/// A plan as the organiser draws it; cells that are not listed are free ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StallPlan {
    pub rows: u32,
    pub columns: u32,
    pub cells: Vec<Cell>,
    /// Prices in fen by kind of stall, where they differ from the pack's.
    #[serde(default)]
    pub prices: BTreeMap<String, Money>,
}

impl Cell {
    /// `B3`: second row, third column.
    pub fn label(&self) -> String {
        let row = char::from_u32(u32::from('A') + self.row).unwrap_or('?');
        format!("{row}{}", self.column + 1)
    }
}

impl StallPlan {
    /// # Errors
    /// 422 for cells outside the grid, twice, or of unknown kinds.
    pub fn check(&self, events: &Events) -> Result<()> {
        let side = 1..=MAX_SIDE;
        if !side.contains(&self.rows) || !side.contains(&self.columns) {
            return Err(Error::field(
                "rows",
                message!(
                    "行和列各 1 到 {MAX_SIDE}。",
                    "Between 1 and {MAX_SIDE} rows and columns.",
                    "행과 열은 각각 1~{MAX_SIDE}입니다."
                ),
            ));
        }
        let mut seen = BTreeSet::new();
        for (at, cell) in self.cells.iter().enumerate() {
            let inside = cell.row < self.rows && cell.column < self.columns;
            let kind = match (cell.is, &cell.stall_kind) {
                (CellKind::Stall, Some(kind)) => events.stall(kind).is_some(),
                (CellKind::Stall, None) => false,
                (_, kind) => kind.is_none(),
            };
            if !inside || !kind || !seen.insert((cell.row, cell.column)) {
                return Err(Error::field(
                    format!("cells[{at}]"),
                    message!(
                        "这一格在摊位图外、重复，或种类不对。",
                        "This cell is outside the plan, there twice, or of an unknown kind.",
                        "이 칸은 배치도 밖이거나 중복되었거나 종류가 잘못되었습니다."
                    ),
                ));
            }
        }
        for (kind, price) in &self.prices {
            if events.stall(kind).is_none() || !(0..=1_000_000).contains(&price.0) {
                return Err(Error::field(
                    format!("prices.{kind}"),
                    message!(
                        "摊位种类或价格不对（0 到 10000 元）。",
                        "No such kind of stall, or a price outside ¥0 to ¥10,000.",
                        "자리 종류 또는 가격이 잘못되었습니다(0~10,000위안)."
                    ),
                ));
            }
        }
        Ok(())
    }

    /// Stalls with their kinds, row by row.
    pub fn stalls(&self) -> Vec<(String, &str)> {
        let mut cells: Vec<&Cell> = self.cells.iter().collect();
        cells.sort_by_key(|cell| (cell.row, cell.column));
        cells
            .into_iter()
            .filter(|cell| cell.is == CellKind::Stall)
            .filter_map(|cell| Some((cell.label(), cell.stall_kind.as_deref()?)))
            .collect()
    }

    pub fn kind_of(&self, label: &str) -> Option<&str> {
        self.stalls()
            .into_iter()
            .find_map(|(known, kind)| (known == label).then_some(kind))
    }

    /// What a stall of a kind costs at this market.
    pub fn price(&self, events: &Events, kind: &str) -> Money {
        self.prices
            .get(kind)
            .copied()
            .unwrap_or_else(|| Money(events.stall(kind).map_or(0, |stall| stall.fen)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::district::Pack;

    fn plan(cells: Vec<Cell>) -> StallPlan {
        StallPlan {
            rows: 3,
            columns: 3,
            cells,
            prices: BTreeMap::new(),
        }
    }

    fn cell(row: u32, column: u32, is: CellKind, kind: Option<&str>) -> Cell {
        Cell {
            row,
            column,
            is,
            stall_kind: kind.map(Into::into),
        }
    }

    #[test]
    fn stalls_have_labels_kinds_and_prices_and_cells_outside_or_twice_are_refused() {
        let pack = Pack::builtin().unwrap();
        let events = pack.events().unwrap();
        let mut good = plan(vec![
            cell(1, 2, CellKind::Stall, Some("table")),
            cell(0, 0, CellKind::Entrance, None),
            cell(0, 1, CellKind::Stall, Some("ground")),
        ]);
        good.check(events).unwrap();
        assert_eq!(
            good.stalls(),
            [("A2".to_owned(), "ground"), ("B3".to_owned(), "table")]
        );
        assert_eq!(good.price(events, "table"), Money(1000));
        good.prices.insert("table".into(), Money(500));
        assert_eq!(good.price(events, "table"), Money(500));
        for bad in [
            cell(3, 0, CellKind::Stall, Some("table")),
            cell(0, 0, CellKind::Stall, None),
            cell(0, 0, CellKind::Stall, Some("palace")),
            cell(0, 0, CellKind::Blocked, Some("table")),
        ] {
            assert!(plan(vec![bad]).check(events).is_err());
        }
        let twice = cell(0, 0, CellKind::Blocked, None);
        assert!(plan(vec![twice.clone(), twice]).check(events).is_err());
    }
}
