//! What a booking costs, known before it is made: the price of the collection day for each item, and
//! the surcharge for carrying it down without a lift.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::Day;
use crate::district::pickups::Item;
use crate::shared::money::Money;

/// A price as staff set it. It wins over the pack's of the same day.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SetPrice {
    pub item: String,
    pub collector: Option<String>,
    pub from_day: Day,
    pub fen: i64,
    pub floor_fen: i64,
}

/// What one of an item costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    pub price: Money,
    /// For each floor above the first.
    pub per_floor: Money,
}

/// The price of a day: the latest that has begun, a collector's own before the general one.
///
/// `set` is in the order in which staff made it, so that of two for one day the later holds.
pub fn unit_price(item: &Item, set: &[SetPrice], collector: &str, day: Day) -> Unit {
    let from_pack = item.prices.iter().map(|price| {
        let unit = Unit {
            price: Money(price.fen),
            per_floor: Money(price.floor_fen),
        };
        (Day(price.from), price.collector.as_deref(), unit)
    });
    let from_staff = set
        .iter()
        .filter(|price| price.item == item.id)
        .map(|price| {
            let unit = Unit {
                price: Money(price.fen),
                per_floor: Money(price.floor_fen),
            };
            (price.from_day, price.collector.as_deref(), unit)
        });
    // `max_by_key` gives the last of equals: staff after the pack, later after earlier.
    from_pack
        .chain(from_staff)
        .filter(|(from, of, _)| *from <= day && of.is_none_or(|of| of == collector))
        .max_by_key(|(from, of, _)| (of.is_some(), *from))
        .map(|(_, _, unit)| unit)
        .unwrap_or_default()
}

/// The floors an item is carried: none from the first floor or with a lift, cellars count as well.
pub fn floors(floor: i64, lift: bool) -> i64 {
    if lift {
        0
    } else if floor >= 1 {
        floor - 1
    } else {
        floor.abs()
    }
}

/// One line of a bill, in fen; negative is paid to the resident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Line {
    pub item: String,
    pub name: String,
    pub count: u32,
    /// For one.
    pub unit_fen: Money,
    /// For carrying one.
    pub floor_fen: Money,
    /// For all of them.
    pub total_fen: Money,
}

/// What a booking costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Bill {
    pub lines: Vec<Line>,
    /// In fen; negative is paid to the resident.
    pub total_fen: Money,
    /// Prices are the pack's proposal and not decided.
    pub provisional: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::district::Pack;

    fn day(text: &str) -> Day {
        Day(text.parse().unwrap())
    }

    fn set(from: &str, collector: Option<&str>, fen: i64) -> SetPrice {
        SetPrice {
            item: "fridge".into(),
            collector: collector.map(str::to_owned),
            from_day: day(from),
            fen,
            floor_fen: 0,
        }
    }

    #[test]
    fn the_price_of_the_collection_day_holds_and_staffs_wins_over_the_packs() {
        let pack = Pack::builtin().unwrap();
        let fridge = pack.pickups().unwrap().item("fridge").unwrap();
        let price = |set: &[SetPrice], collector: &str, on: &str| {
            unit_price(fridge, set, collector, day(on)).price.0
        };
        assert_eq!(price(&[], "e-waste", "2026-03-04"), -3000);
        assert_eq!(
            price(&[], "trade-in", "2026-03-04"),
            0,
            "a collector's own price"
        );
        assert_eq!(price(&[], "e-waste", "2025-12-31"), 0, "no price has begun");
        let newer = [set("2026-03-05", None, -2500)];
        assert_eq!(price(&newer, "e-waste", "2026-03-04"), -3000, "not yet");
        assert_eq!(
            price(&newer, "e-waste", "2026-03-05"),
            -2500,
            "from its day on"
        );
        assert_eq!(
            price(&newer, "trade-in", "2026-03-05"),
            0,
            "the general price leaves the special one"
        );
        let corrected = [
            set("2026-03-05", None, -2500),
            set("2026-03-05", None, -2600),
        ];
        assert_eq!(
            price(&corrected, "e-waste", "2026-03-06"),
            -2600,
            "the later of two for one day"
        );
        let same_day = [set("2026-01-01", None, -1)];
        assert_eq!(
            price(&same_day, "e-waste", "2026-03-04"),
            -1,
            "staff before the pack"
        );
    }

    #[test]
    fn only_floors_above_the_first_and_cellars_cost_without_a_lift() {
        for (floor, lift, carried) in [
            (1, false, 0),
            (2, false, 1),
            (6, false, 5),
            (6, true, 0),
            (-1, false, 1),
            (0, false, 0),
        ] {
            assert_eq!(floors(floor, lift), carried, "{floor} {lift}");
        }
    }
}
