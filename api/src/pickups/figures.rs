//! What was collected: pieces and kilograms by kind, township and month, and how many visits came to
//! nothing. Pure.
//!
//! A booking is weighed as a whole. Where it holds several kinds, its weight is divided by the room the
//! kinds take, so that the sum is right and the parts are estimates.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::Status;
use super::store::Row;
use crate::district::pickups::{Group, Pickups};

/// One cell of the figures.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Figure {
    /// `2026-11`
    pub month: String,
    /// Code of the township.
    pub township: String,
    pub group: Group,
    pub pieces: i64,
    /// Of weighed bookings only.
    pub kg: f64,
    /// Bookings of this cell.
    pub bookings: i64,
}

/// What became of visits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Rates {
    /// The collector, or absent for all.
    pub collector: Option<String>,
    /// Doors the crews stood before.
    pub visits: i64,
    pub collected: i64,
    pub partly: i64,
    pub refused: i64,
    /// Visits for which nobody opened.
    pub missed: i64,
    /// Of all visits, 0 to 1.
    pub refused_rate: f64,
    pub missed_rate: f64,
    /// Bookings cancelled, which are no visits.
    pub cancelled: i64,
}

#[derive(Default)]
struct Cell {
    pieces: i64,
    grams: f64,
    bookings: BTreeSet<uuid::Uuid>,
}

/// Adds rows up by month, township and kind.
#[expect(
    clippy::cast_precision_loss,
    reason = "weights in grams and litres are far below 2^52"
)]
pub fn figures(pickups: &Pickups, rows: &[Row]) -> Vec<Figure> {
    let mut room_of: BTreeMap<uuid::Uuid, f64> = BTreeMap::new();
    let room = |row: &Row| {
        let litres = pickups.item(&row.item).map_or(1, |item| item.litres);
        row.taken.unwrap_or(0) as f64 * f64::from(litres)
    };
    for row in rows {
        *room_of.entry(row.id.0).or_default() += room(row);
    }
    let mut cells: BTreeMap<(String, String, Group), Cell> = BTreeMap::new();
    for row in rows {
        let taken = row.taken.unwrap_or(0);
        let Some(item) = pickups.item(&row.item).filter(|_| taken > 0) else {
            continue;
        };
        let month = format!("{:04}-{:02}", row.day.0.year(), row.day.0.month());
        let cell = cells
            .entry((month, row.township.clone(), item.group))
            .or_default();
        cell.pieces += taken;
        cell.bookings.insert(row.id.0);
        let all = room_of.get(&row.id.0).copied().unwrap_or_default();
        if let Some(weight) = row.weight_g.filter(|_| all > 0.0) {
            cell.grams += weight as f64 * room(row) / all;
        }
    }
    cells
        .into_iter()
        .map(|((month, township, group), cell)| Figure {
            month,
            township,
            group,
            pieces: cell.pieces,
            kg: (cell.grams.round()) / 1000.0,
            bookings: i64::try_from(cell.bookings.len()).unwrap_or(i64::MAX),
        })
        .collect()
}

/// How visits went, for all and for each collector.
pub fn rates(rows: &[Row]) -> Vec<Rates> {
    let mut seen = BTreeSet::new();
    let mut all = Rates::default();
    let mut of: BTreeMap<String, Rates> = BTreeMap::new();
    for row in rows.iter().filter(|row| seen.insert(row.id.0)) {
        let own = of.entry(row.collector.clone()).or_default();
        own.collector = Some(row.collector.clone());
        for rates in [&mut all, own] {
            add(rates, row);
        }
    }
    std::iter::once(all)
        .chain(of.into_values())
        .map(shares)
        .collect()
}

fn add(rates: &mut Rates, row: &Row) {
    rates.missed += row.missed;
    rates.visits += row.missed;
    match row.status {
        Status::Collected => rates.collected += 1,
        Status::Partly => rates.partly += 1,
        Status::Refused => rates.refused += 1,
        Status::Cancelled => {
            rates.cancelled += 1;
            return;
        }
        // A missed visit is counted above; a booked one is still to come.
        _ => return,
    }
    rates.visits += 1;
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn shares(mut rates: Rates) -> Rates {
    if rates.visits > 0 {
        let visits = rates.visits as f64;
        rates.refused_rate = rates.refused as f64 / visits;
        rates.missed_rate = rates.missed as f64 / visits;
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::district::Pack;
    use crate::district::pickups::{Half, Party};
    use crate::pickups::day::Day;
    use crate::shared::code::Code;
    use crate::shared::id::PickupId;
    use crate::shared::money::Money;
    use crate::shared::random::Random;

    fn row(
        number: u128,
        status: Status,
        item: &str,
        taken: Option<i64>,
        weight_g: Option<i64>,
    ) -> Row {
        Row {
            id: PickupId(uuid::Uuid::from_u128(number)),
            code: Code::draw(&Random::seeded(1)),
            day: Day("2026-11-25".parse().unwrap()),
            half: Half::Am,
            collector: "bulky".into(),
            zone: "city".into(),
            township: "220605001".into(),
            community: None,
            party: Party::Resident,
            status,
            missed: 0,
            weight_g,
            item: item.into(),
            quantity: 9,
            taken,
            unit_fen: Money(0),
            floor_fen: Money(0),
            extra: false,
            created_at: "2026-11-24T00:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn weights_are_divided_by_room_and_add_up() {
        let pack = Pack::builtin().unwrap();
        let pickups = pack.pickups().unwrap();
        // 900 litres of sofa and 100 of chair weigh 50 kg together; a table was refused.
        let rows = [
            row(1, Status::Partly, "sofa", Some(1), Some(50_000)),
            row(1, Status::Partly, "textiles", Some(2), Some(50_000)),
            row(1, Status::Partly, "table", Some(0), Some(50_000)),
            row(2, Status::Collected, "chair", Some(3), None),
            row(3, Status::Booked, "chair", None, None),
        ];
        let figures = figures(pickups, &rows);
        let of = |group: Group| figures.iter().find(|f| f.group == group).unwrap();
        assert_eq!(figures.len(), 2);
        assert_eq!(
            (of(Group::Furniture).pieces, of(Group::Furniture).bookings),
            (4, 2)
        );
        assert_eq!(of(Group::Textiles).pieces, 2);
        let sum: f64 = figures.iter().map(|figure| figure.kg).sum();
        assert!((sum - 50.0).abs() < 0.01, "{sum}");
        assert!((of(Group::Furniture).kg - 50.0 * 900.0 / 1020.0).abs() < 0.01);
        assert_eq!(figures[0].month, "2026-11");
    }

    #[test]
    fn rates_are_of_visits_and_a_booking_counts_once() {
        let mut twice = row(4, Status::Collected, "sofa", Some(1), None);
        twice.missed = 1;
        let rows = [
            row(1, Status::Collected, "sofa", Some(1), None),
            row(1, Status::Collected, "chair", Some(1), None),
            row(2, Status::Refused, "sofa", Some(0), None),
            row(3, Status::Cancelled, "sofa", None, None),
            twice,
            row(5, Status::Booked, "sofa", None, None),
        ];
        let rates = rates(&rows);
        assert_eq!(rates.len(), 2, "all, and the one collector");
        let all = &rates[0];
        assert_eq!(
            (
                all.visits,
                all.collected,
                all.refused,
                all.missed,
                all.cancelled
            ),
            (4, 2, 1, 1, 1)
        );
        assert!((all.refused_rate - 0.25).abs() < 1e-9 && (all.missed_rate - 0.25).abs() < 1e-9);
        assert_eq!(super::rates(&[])[0], Rates::default());
    }
}
