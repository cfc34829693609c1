//! The order of a round's stops: nearest neighbour, then 2-opt. Pure.
//!
//! Not the shortest tour, but within a few percent of it for the few dozen stops of a half-day, at
//! once and the same every time.

use crate::shared::geo::Point;

/// Improvements stop after so many passes, whatever is left.
const MAX_PASSES: usize = 50;

/// The order in which to visit `stops`, from `start` where given; stops without a place come last, in
/// the order given.
pub fn order(start: Option<Point>, stops: &[Option<Point>]) -> Vec<usize> {
    let located: Vec<(usize, Point)> = stops
        .iter()
        .enumerate()
        .filter_map(|(i, point)| Some((i, (*point)?)))
        .collect();
    let mut tour = nearest_neighbour(start, &located);
    improve(start, &located, &mut tour);
    let mut order: Vec<usize> = tour.iter().map(|at| located[*at].0).collect();
    order.extend((0..stops.len()).filter(|i| stops[*i].is_none()));
    order
}

/// The length of a tour in metres, from the start and without a way back.
pub fn length_m(start: Option<Point>, points: &[Point]) -> f64 {
    let first = start.into_iter().chain(points.iter().copied());
    first
        .clone()
        .zip(first.skip(1))
        .map(|(a, b)| a.distance_m(b))
        .sum()
}

fn nearest_neighbour(start: Option<Point>, located: &[(usize, Point)]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..located.len()).collect();
    let mut tour = Vec::with_capacity(left.len());
    let mut here = start;
    while !left.is_empty() {
        let distance = |at: usize| here.map_or(0.0, |here| here.distance_m(located[at].1));
        let nearest = left
            .iter()
            .enumerate()
            .min_by(|(_, a), (_, b)| distance(**a).total_cmp(&distance(**b)))
            .map_or(0, |(position, _)| position);
        let at = left.remove(nearest);
        here = Some(located[at].1);
        tour.push(at);
    }
    tour
}

/// Turns pieces of the tour round while that makes it shorter.
fn improve(start: Option<Point>, located: &[(usize, Point)], tour: &mut [usize]) {
    let n = tour.len();
    for _ in 0..MAX_PASSES {
        let mut better = false;
        for i in 0..n {
            for j in i + 1..n {
                let point = |at: usize| located[tour[at]].1;
                let before = if i == 0 { start } else { Some(point(i - 1)) };
                let after = (j + 1 < n).then(|| point(j + 1));
                let from = |p: Option<Point>, q: Point| p.map_or(0.0, |p| p.distance_m(q));
                let now = from(before, point(i)) + from(after, point(j));
                let turned = from(before, point(j)) + from(after, point(i));
                // A gain below a millimetre is rounding, and would turn for ever.
                if turned + 1e-3 < now {
                    tour[i..=j].reverse();
                    better = true;
                }
            }
        }
        if !better {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point(lng: f64, lat: f64) -> Point {
        Point::new(lng, lat).unwrap()
    }

    #[test]
    fn stops_on_a_road_are_visited_along_it() {
        let start = Some(point(126.50, 42.0));
        let stops: Vec<Option<Point>> = [126.56, 126.52, 126.58, 126.54]
            .into_iter()
            .map(|lng| Some(point(lng, 42.0)))
            .collect();
        assert_eq!(order(start, &stops), [1, 3, 0, 2]);
    }

    #[test]
    fn a_crossing_that_nearest_neighbour_leaves_is_undone() {
        // From the middle of the upper side of a long box: going to the nearest corner first and then
        // around is shorter than zigzagging.
        let corners = [
            (126.50, 42.0),
            (126.60, 42.0),
            (126.50, 42.01),
            (126.60, 42.01),
            (126.55, 42.011),
        ];
        let stops: Vec<Option<Point>> = corners.iter().map(|(x, y)| Some(point(*x, *y))).collect();
        let start = Some(point(126.551, 42.012));
        let located: Vec<(usize, Point)> = stops
            .iter()
            .enumerate()
            .map(|(i, p)| (i, p.unwrap()))
            .collect();
        let length = |tour: &[usize]| {
            let points: Vec<Point> = tour.iter().map(|at| located[*at].1).collect();
            length_m(start, &points)
        };
        let best = permutations(5)
            .into_iter()
            .map(|tour| length(&tour))
            .fold(f64::INFINITY, f64::min);
        assert!(length(&order(start, &stops)) <= best * 1.05);
    }

    fn permutations(n: usize) -> Vec<Vec<usize>> {
        if n == 0 {
            return vec![Vec::new()];
        }
        permutations(n - 1)
            .into_iter()
            .flat_map(|tour| {
                (0..n).map(move |at| {
                    let mut longer = tour.clone();
                    longer.insert(at, n - 1);
                    longer
                })
            })
            .collect()
    }

    #[test]
    fn stops_without_a_place_come_last_in_their_own_order() {
        let stops = [None, Some(point(126.5, 42.0)), None];
        assert_eq!(order(None, &stops), [1, 0, 2]);
        assert!(order(None, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn every_stop_is_visited_once_and_turning_pieces_never_makes_it_longer(
            places in proptest::collection::vec((126.4_f64..127.2, 41.9_f64..42.2), 0..30),
        ) {
            let stops: Vec<Option<Point>> = places.iter().map(|(x, y)| Some(point(*x, *y))).collect();
            let start = Some(point(126.6, 42.05));
            let tour = order(start, &stops);
            let mut sorted = tour.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..stops.len()).collect::<Vec<_>>());
            let points = |tour: &[usize]| tour.iter().map(|i| stops[*i].unwrap()).collect::<Vec<_>>();
            let located: Vec<(usize, Point)> = stops.iter().enumerate().map(|(i, p)| (i, p.unwrap())).collect();
            let simple = nearest_neighbour(start, &located);
            prop_assert!(length_m(start, &points(&tour)) <= length_m(start, &points(&simple)) + 1.0);
        }
    }
}
