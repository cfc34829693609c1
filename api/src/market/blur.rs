//! Where something is, told to everybody without telling where.
//!
//! The plane is cut into square cells whose offset and rotation a secret key decides, and everything in
//! a cell is shown at one point of it that the key picks. Listing a thing again, or many things, says
//! nothing new; without the key the published points say which cell at most, never where in it.

use sha2::{Digest, Sha256};

use crate::shared::geo::{EARTH_RADIUS_M, Point};

/// Side of a cell in metres. In a village it holds dozens of doorsteps; a lone farmhouse it does not
/// hide from who knows that nobody else lives there.
pub const CELL_M: f64 = 500.0;

/// The keyed grid.
#[derive(Clone)]
pub struct Blur {
    key: [u8; 32],
    /// Where the plane touches the globe.
    origin: Point,
    sin: f64,
    cos: f64,
    shift: (f64, f64),
}

impl std::fmt::Debug for Blur {
    /// The key stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Blur")
    }
}

impl Blur {
    /// `origin` is near the places that are blurred, the same on every replica.
    pub fn new(key: [u8; 32], origin: Point) -> Self {
        let [turn, x, y] = chances(&key, b"grid");
        let (sin, cos) = (turn * std::f64::consts::FRAC_PI_2).sin_cos();
        Self {
            key,
            origin,
            sin,
            cos,
            shift: (x, y),
        }
    }

    /// The public point of the cell that holds a place, to about a metre.
    #[must_use]
    pub fn public(&self, place: Point) -> Point {
        let (x, y) = self.turned(place);
        let (column, row) = (x.floor(), y.floor());
        let mut cell = b"cell".to_vec();
        // Whole numbers far below 2^53.
        cell.extend(column.to_le_bytes());
        cell.extend(row.to_le_bytes());
        let [u, v, _] = chances(&self.key, &cell);
        self.back(column + u, row + v)
    }

    /// Cells east and north of the origin, in the grid's own directions.
    fn turned(&self, place: Point) -> (f64, f64) {
        let metre = 1.0 / CELL_M;
        let east = (place.lng() - self.origin.lng()).to_radians()
            * EARTH_RADIUS_M
            * self.origin.lat().to_radians().cos()
            * metre;
        let north = (place.lat() - self.origin.lat()).to_radians() * EARTH_RADIUS_M * metre;
        (
            east * self.cos + north * self.sin + self.shift.0,
            north * self.cos - east * self.sin + self.shift.1,
        )
    }

    fn back(&self, x: f64, y: f64) -> Point {
        let (x, y) = (x - self.shift.0, y - self.shift.1);
        let (east, north) = (
            (x * self.cos - y * self.sin) * CELL_M,
            (x * self.sin + y * self.cos) * CELL_M,
        );
        let lat = self.origin.lat() + (north / EARTH_RADIUS_M).to_degrees();
        let lng = self.origin.lng()
            + (east / EARTH_RADIUS_M / self.origin.lat().to_radians().cos()).to_degrees();
        let rounded = |degrees: f64| (degrees * 1e5).round() / 1e5;
        Point::stored(rounded(lng), rounded(lat))
    }
}

/// Three numbers from 0 up to 1 that the key decides for a purpose.
fn chances(key: &[u8; 32], purpose: &[u8]) -> [f64; 3] {
    // Fixed lengths of key and purpose, and a digest cut to 18 bytes: nothing to extend.
    let digest = Sha256::new()
        .chain_update(b"wufei-blur")
        .chain_update(key)
        .chain_update(purpose)
        .finalize();
    [0, 6, 12].map(|at| {
        let bits = digest[at..at + 6]
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        #[expect(clippy::cast_precision_loss, reason = "48 bits fit into a double")]
        let number = bits as f64;
        number / 281_474_976_710_656.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::random::Random;

    const PLACES: usize = 2_000;
    /// Within so many metres a place counts as found.
    const FOUND_M: f64 = 50.0;

    fn origin() -> Point {
        Point::new(126.6, 42.0).unwrap()
    }

    fn blur(seed: u64) -> Blur {
        Blur::new(Random::seeded(seed).bytes(), origin())
    }

    fn chance(random: &Random) -> f64 {
        f64::from(random.below(1 << 30)) / f64::from(1 << 30)
    }

    /// A town of three kilometres by three: dense enough that known spots share cells with others.
    fn place(random: &Random) -> Point {
        Point::new(
            126.6 + chance(random) * 0.036_2,
            42.0 + chance(random) * 0.027,
        )
        .unwrap()
    }

    /// How many guesses come near, and how far the middle one is off.
    fn score(guesses: &[(Point, Point)]) -> (usize, f64) {
        let mut errors: Vec<f64> = guesses.iter().map(|(a, b)| a.distance_m(*b)).collect();
        errors.sort_by(f64::total_cmp);
        let found = errors.iter().filter(|error| **error < FOUND_M).count();
        (found, errors[errors.len() / 2])
    }

    /// Somewhere in the right cell, by chance: what the cell alone gives away.
    fn blind(blur: &Blur, place: Point, random: &Random) -> Point {
        let (x, y) = blur.turned(place);
        blur.back(x.floor() + chance(random), y.floor() + chance(random))
    }

    #[test]
    fn blur_is_not_inverted_over_two_thousand_places() {
        let random = Random::seeded(11);
        let blur = blur(7);
        let places: Vec<Point> = (0..PLACES).map(|_| place(&random)).collect();
        let with = |guess: &dyn Fn(Point) -> Point| -> Vec<(Point, Point)> {
            places.iter().map(|place| (*place, guess(*place))).collect()
        };
        let (blind_found, _) = score(&with(&|place| blind(&blur, place, &random)));

        let public = with(&|place| blur.public(place));
        let averaged = with(&|place| {
            // Nine listings from one home, a few metres apart as phones report them.
            let seen: Vec<Point> = (0..9)
                .map(|_| {
                    let shaken = Point::new(
                        place.lng() + (chance(&random) - 0.5) * 1e-4,
                        place.lat() + (chance(&random) - 0.5) * 1e-4,
                    );
                    blur.public(shaken.unwrap())
                })
                .collect();
            middle(&seen)
        });
        // Who knows the algorithm, and takes the grid to lie straight and to begin at the origin.
        let straight = Blur {
            key: [0; 32],
            origin: origin(),
            sin: 0.0,
            cos: 1.0,
            shift: (0.0, 0.0),
        };
        let unkeyed = with(&|place| {
            let (x, y) = straight.turned(blur.public(place));
            straight.back(x.floor() + 0.5, y.floor() + 0.5)
        });
        // Who lists at two hundred spots they know, and compares what is published.
        let known: Vec<(Point, Point)> = (0..200)
            .map(|_| self::place(&random))
            .map(|spot| (spot, blur.public(spot)))
            .collect();
        let nearest = with(&|place| {
            let shown = blur.public(place);
            let near = known
                .iter()
                .min_by(|a, b| a.1.distance_m(shown).total_cmp(&b.1.distance_m(shown)));
            near.map_or(shown, |(spot, _)| *spot)
        });
        let shared = with(&|place| {
            let shown = blur.public(place);
            let same: Vec<Point> = known
                .iter()
                .filter(|(_, public)| *public == shown)
                .map(|(spot, _)| *spot)
                .collect();
            if same.is_empty() {
                shown
            } else {
                middle(&same)
            }
        });
        for (attack, guesses) in [
            ("the public point", public),
            ("the mean of nine listings", averaged),
            ("the middle of an unkeyed cell", unkeyed),
            ("the nearest known spot", nearest),
            ("the middle of known spots with the same point", shared),
        ] {
            let (found, median) = score(&guesses);
            println!(
                "{attack}: {found} of {PLACES} within 50 m (blind {blind_found}), median {median:.0} m"
            );
            assert!(
                found <= blind_found * 2,
                "{attack}: {found} against {blind_found}"
            );
            assert!(median >= 150.0, "{attack}: {median:.0} m");
        }
    }

    fn middle(points: &[Point]) -> Point {
        let count = f64::from(u32::try_from(points.len()).unwrap());
        let mean = |of: fn(Point) -> f64| points.iter().map(|p| of(*p)).sum::<f64>() / count;
        Point::new(mean(Point::lng), mean(Point::lat)).unwrap()
    }

    #[test]
    fn a_cell_has_one_point_within_it_and_another_key_makes_another_grid() {
        let random = Random::seeded(3);
        let (one, other) = (blur(1), blur(2));
        let mut same = 0;
        for _ in 0..500 {
            let place = place(&random);
            let shown = one.public(place);
            assert!(place.distance_m(shown) < CELL_M * 1.5);
            let (x, y) = one.turned(place);
            let again = one.back(x.floor() + chance(&random), y.floor() + chance(&random));
            // A corner may be rounded out of its cell.
            same += usize::from(one.public(again) == shown);
            assert_ne!(other.public(place), shown);
        }
        assert!(same >= 490, "{same}");
    }
}
