//! What an organisation reused, and whether that earns its badge. Pure.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::Sums;
use crate::district::Lang;
use crate::district::events::{Criterion, Events, Metric};

/// What an organisation, or the district, reused.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct EventFigures {
    /// Events held.
    pub events: i64,
    pub people: i64,
    /// Books that found a new reader.
    pub books: i64,
    pub things: i64,
    /// Books by typical weight, things as weighed.
    pub kg: f64,
}

impl EventFigures {
    #[expect(
        clippy::cast_precision_loss,
        reason = "grams of a district stay far below 2^53"
    )]
    pub fn of(sums: &Sums) -> Self {
        Self {
            events: sums.events,
            people: sums.people,
            books: sums.books,
            things: sums.things,
            kg: sums.grams as f64 / 1000.0,
        }
    }
}

/// A criterion with what there is of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BadgeCriterion {
    pub text: String,
    pub metric: Metric,
    pub at_least: i64,
    pub have: i64,
    pub met: bool,
    pub source: String,
    /// A proposal of the pack: the programme gives no number.
    pub provisional: bool,
}

/// A badge and how far it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OrganisationBadge)]
pub struct Badge {
    pub id: String,
    /// 无废校园, 无废小区, 无废市场.
    pub name: String,
    pub met: bool,
    pub criteria: Vec<BadgeCriterion>,
}

fn have(metric: Metric, sums: &Sums, helpers: i64) -> i64 {
    match metric {
        Metric::Events => sums.events,
        Metric::People => sums.people,
        Metric::Books => sums.books,
        Metric::Things => sums.things,
        Metric::Kg => sums.grams / 1000,
        Metric::Helpers => helpers,
    }
}

/// The badge a kind of organisation can earn.
pub fn of(events: &Events, kind: &str, sums: &Sums, helpers: i64, lang: Lang) -> Option<Badge> {
    let badge = events.badge(&events.organisation(kind)?.badge)?;
    let criteria: Vec<BadgeCriterion> = events
        .criteria_of(&badge.id)
        .map(|criterion: &Criterion| {
            let have = have(criterion.metric, sums, helpers);
            BadgeCriterion {
                text: criterion.text.get(lang).to_owned(),
                metric: criterion.metric,
                at_least: criterion.at_least,
                have,
                met: have >= criterion.at_least,
                source: criterion.source.get(lang).to_owned(),
                provisional: criterion.provisional,
            }
        })
        .collect();
    Some(Badge {
        id: badge.id.clone(),
        name: badge.name.get(lang).to_owned(),
        met: !criteria.is_empty() && criteria.iter().all(|criterion| criterion.met),
        criteria,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::district::Pack;

    #[test]
    fn a_badge_is_met_when_every_criterion_is() {
        let pack = Pack::builtin().unwrap();
        let events = pack.events().unwrap();
        let mut sums = Sums {
            events: 2,
            books: 99,
            ..Sums::default()
        };
        let badge = of(events, "school", &sums, 1, Lang::Zh).unwrap();
        assert_eq!((badge.name.as_str(), badge.met), ("无废校园", false));
        sums.books = 100;
        assert!(of(events, "school", &sums, 1, Lang::Zh).unwrap().met);
        assert!(badge.criteria.iter().all(|c| !c.source.is_empty()));
        assert!(of(events, "circus", &sums, 1, Lang::Zh).is_none());
    }
}
