//! Adding facts up. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fact::{Fact, Outcome};

/// Some reports added up. Its JSON is what a cell of `figure_cells` holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub received: i64,
    pub closed: i64,
    pub rejected: i64,
    pub merged: i64,
    pub in_time: i64,
    pub handled: i64,
    pub rework: i64,
    pub extended: i64,
    pub disputed: i64,
    /// By the office that sent it back first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub returned: BTreeMap<String, i64>,
    pub recurred: i64,
    pub score_sum: i64,
    pub scores: i64,
    /// Working minutes, in no order.
    pub first_action: Vec<i64>,
    pub close: Vec<i64>,
}

impl Tally {
    pub fn add(&mut self, fact: &Fact) {
        self.received += 1;
        match fact.outcome {
            Outcome::Closed => self.closed += 1,
            Outcome::Rejected => self.rejected += 1,
            Outcome::Merged => self.merged += 1,
            Outcome::Open => {}
        }
        self.in_time += i64::from(fact.in_time);
        self.handled += i64::from(fact.handled);
        self.rework += i64::from(fact.rework);
        self.extended += i64::from(fact.extended);
        self.disputed += i64::from(fact.disputed);
        self.recurred += i64::from(fact.recurred);
        if let Some(office) = &fact.returned_by {
            *self.returned.entry(office.clone()).or_default() += 1;
        }
        self.score_sum += fact.score_sum;
        self.scores += fact.scores;
        self.first_action.extend(fact.first_action_minutes);
        self.close.extend(fact.close_minutes);
    }

    pub fn merge(&mut self, other: &Self) {
        self.received += other.received;
        self.closed += other.closed;
        self.rejected += other.rejected;
        self.merged += other.merged;
        self.in_time += other.in_time;
        self.handled += other.handled;
        self.rework += other.rework;
        self.extended += other.extended;
        self.disputed += other.disputed;
        self.recurred += other.recurred;
        for (office, times) in &other.returned {
            *self.returned.entry(office.clone()).or_default() += times;
        }
        self.score_sum += other.score_sum;
        self.scores += other.scores;
        self.first_action.extend_from_slice(&other.first_action);
        self.close.extend_from_slice(&other.close);
    }

    /// The figures. `returned_by` counts what one office sent back; without, what any did.
    pub fn figures(mut self, returned_by: Option<&str>) -> Figures {
        let cases = self.received - self.rejected - self.merged;
        let returned = match returned_by {
            Some(office) => self.returned.get(office).copied().unwrap_or_default(),
            None => self.returned.values().sum(),
        };
        Figures {
            received: self.received,
            open: cases - self.closed,
            closed: self.closed,
            rejected: self.rejected,
            merged: self.merged,
            closed_in_time: self.in_time,
            handled: self.handled,
            rework: self.rework,
            extended: self.extended,
            returned,
            disputed: self.disputed,
            recurred: self.recurred,
            first_action: Minutes::of(&mut self.first_action),
            close: Minutes::of(&mut self.close),
            satisfaction: Satisfaction {
                average: ratio(self.score_sum, self.scores),
                scores: self.scores,
            },
            rates: Rates {
                closed: ratio(self.closed, cases),
                closed_in_time: ratio(self.in_time, self.closed),
                rework: ratio(self.rework, self.handled),
                extended: ratio(self.extended, self.received),
                // An office sends back what others then lead: there is nothing to divide it by.
                returned: ratio(returned, self.received).filter(|_| returned_by.is_none()),
                disputed: ratio(self.disputed, self.handled),
                recurred: ratio(self.recurred, self.received - self.merged),
            },
        }
    }
}

/// To four digits, so that the same counts give the same text on every machine.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

/// Figures of some reports; `/figures` says each formula in words.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FollowUpFigures)]
pub struct Figures {
    pub received: i64,
    pub open: i64,
    pub closed: i64,
    pub rejected: i64,
    pub merged: i64,
    pub closed_in_time: i64,
    pub handled: i64,
    pub rework: i64,
    pub extended: i64,
    pub returned: i64,
    pub disputed: i64,
    pub recurred: i64,
    pub first_action: Minutes,
    pub close: Minutes,
    pub satisfaction: Satisfaction,
    pub rates: Rates,
}

/// Working minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FollowUpMinutes)]
pub struct Minutes {
    /// At least half took no longer; null where nothing is measured.
    pub median: Option<i64>,
    /// At least nine in ten took no longer.
    pub p90: Option<i64>,
    /// How many were measured.
    pub cases: i64,
}

impl Minutes {
    fn of(minutes: &mut [i64]) -> Self {
        Self {
            median: percentile(minutes, 50),
            p90: percentile(minutes, 90),
            cases: i64::try_from(minutes.len()).unwrap_or(i64::MAX),
        }
    }
}

/// By nearest rank: the smallest value that at least `percent` of all do not exceed.
pub fn percentile(values: &mut [i64], percent: usize) -> Option<i64> {
    let rank = (values.len() * percent).div_ceil(100).checked_sub(1)?;
    Some(*values.select_nth_unstable(rank).1)
}

/// Scores of 1 to 5.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FollowUpSatisfaction)]
pub struct Satisfaction {
    pub average: Option<f64>,
    pub scores: i64,
}

/// Shares, 0 to 1; null where there is nothing to divide by.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FollowUpRates)]
pub struct Rates {
    pub closed: Option<f64>,
    pub closed_in_time: Option<f64>,
    pub rework: Option<f64>,
    pub extended: Option<f64>,
    pub returned: Option<f64>,
    pub disputed: Option<f64>,
    pub recurred: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let mut values: Vec<i64> = (1..=10).rev().collect();
        assert_eq!(percentile(&mut values, 50), Some(5));
        assert_eq!(percentile(&mut values, 90), Some(9));
        assert_eq!(percentile(&mut [7], 90), Some(7));
        assert_eq!(percentile(&mut [], 50), None);
        for n in 1..40_i64 {
            let mut values: Vec<i64> = (0..n).map(|i| (i * 17) % 23).collect();
            let mut sorted = values.clone();
            sorted.sort_unstable();
            for percent in [50, 90] {
                let found = percentile(&mut values, percent).unwrap();
                let below = |v: i64| sorted.iter().filter(|x| **x <= v).count() * 100;
                assert!(below(found) >= percent * sorted.len());
                assert!(
                    sorted.iter().filter(|x| **x < found).count() * 100 < percent * sorted.len()
                );
            }
        }
    }

    #[test]
    fn what_was_sent_back_is_the_senders_and_rates_divide_by_what_could_have_been() {
        let tally = Tally {
            received: 10,
            closed: 4,
            rejected: 1,
            merged: 1,
            in_time: 3,
            handled: 5,
            rework: 1,
            returned: [("housing".to_owned(), 2), ("health".to_owned(), 1)].into(),
            score_sum: 9,
            scores: 2,
            ..Tally::default()
        };
        let all = tally.clone().figures(None);
        assert_eq!((all.open, all.returned), (4, 3));
        assert_eq!(all.rates.closed, Some(0.5));
        assert_eq!(all.rates.closed_in_time, Some(0.75));
        assert_eq!(all.rates.rework, Some(0.2));
        assert_eq!(all.satisfaction.average, Some(4.5));
        let of = tally.clone().figures(Some("health"));
        assert_eq!((of.returned, of.rates.returned), (1, None));
        let mut twice = tally.clone();
        twice.merge(&tally);
        assert_eq!(twice.figures(None).returned, 6);
        assert_eq!(Tally::default().figures(None).rates.closed, None);
    }
}
