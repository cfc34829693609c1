//! Places on the ground: validated WGS-84 points, the datums that Chinese phones report, and
//! distances in metres.
//!
//! GCJ-02 and BD-09 are converted here rather than by a crate: the one that is kept up embeds a
//! boundary mask of the country under the Open Database License, and most others have only a
//! one-pass inverse, which is metres off.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Mean radius of the earth in metres (IUGG).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Why a pair of numbers is not a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GeoError {
    #[error("longitude must lie between -180 and 180")]
    Longitude,
    #[error("latitude must lie between -90 and 90")]
    Latitude,
    #[error("datum must be wgs84, gcj02 or bd09")]
    Datum,
    #[error("bbox must be west,south,east,north in degrees, with west < east and south < north")]
    BBox,
}

/// A place in WGS-84 degrees. Always finite and on the globe.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "LngLat", into = "LngLat")]
pub struct Point {
    lng: f64,
    lat: f64,
}

#[derive(Serialize, Deserialize)]
struct LngLat {
    lng: f64,
    lat: f64,
}

impl From<Point> for LngLat {
    fn from(Point { lng, lat }: Point) -> Self {
        Self { lng, lat }
    }
}

impl TryFrom<LngLat> for Point {
    type Error = GeoError;

    fn try_from(LngLat { lng, lat }: LngLat) -> Result<Self, GeoError> {
        Self::new(lng, lat)
    }
}

/// The datum in which a coordinate was given.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    #[default]
    Wgs84,
    Gcj02,
    Bd09,
}

impl Datum {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }
}

impl FromStr for Datum {
    type Err = GeoError;

    fn from_str(name: &str) -> Result<Self, GeoError> {
        match name {
            "wgs84" => Ok(Self::Wgs84),
            "gcj02" => Ok(Self::Gcj02),
            "bd09" => Ok(Self::Bd09),
            _ => Err(GeoError::Datum),
        }
    }
}

impl Point {
    pub fn new(lng: f64, lat: f64) -> Result<Self, GeoError> {
        if !(-180.0..=180.0).contains(&lng) {
            return Err(GeoError::Longitude);
        }
        if !(-90.0..=90.0).contains(&lat) {
            return Err(GeoError::Latitude);
        }
        Ok(Self { lng, lat })
    }

    /// A place that was checked before it was stored; what cannot be one becomes 0, 0.
    pub fn stored(lng: f64, lat: f64) -> Self {
        Self::new(lng, lat).unwrap_or(Self { lng: 0.0, lat: 0.0 })
    }

    /// Takes a coordinate at the door and stores it as WGS-84.
    pub fn from_datum(lng: f64, lat: f64, datum: Datum) -> Result<Self, GeoError> {
        let given = Self::new(lng, lat)?;
        match datum {
            Datum::Wgs84 => Ok(given),
            Datum::Gcj02 => given.solve(Self::to_gcj02),
            Datum::Bd09 => given.solve(Self::to_bd09),
        }
    }

    /// Degrees east.
    pub fn lng(self) -> f64 {
        self.lng
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// `(lng, lat)` in GCJ-02, the datum of Amap and Tencent. Identity outside China.
    pub fn to_gcj02(self) -> (f64, f64) {
        if !self.is_shifted() {
            return (self.lng, self.lat);
        }
        let (d_lng, d_lat) = gcj02_shift(self.lng, self.lat);
        (self.lng + d_lng, self.lat + d_lat)
    }

    /// `(lng, lat)` in BD-09, the datum of Baidu. Identity outside China.
    pub fn to_bd09(self) -> (f64, f64) {
        if !self.is_shifted() {
            return (self.lng, self.lat);
        }
        let (x, y) = self.to_gcj02();
        let turn = std::f64::consts::PI * 3000.0 / 180.0;
        let radius = x.hypot(y) + 0.000_02 * (y * turn).sin();
        let angle = y.atan2(x) + 0.000_003 * (x * turn).cos();
        (radius * angle.cos() + 0.006_5, radius * angle.sin() + 0.006)
    }

    /// Great-circle distance in metres.
    pub fn distance_m(self, other: Self) -> f64 {
        let d_lat = (other.lat - self.lat).to_radians();
        let d_lng = (other.lng - self.lng).to_radians();
        let chord = (d_lat / 2.0).sin().powi(2)
            + self.lat.to_radians().cos()
                * other.lat.to_radians().cos()
                * (d_lng / 2.0).sin().powi(2);
        2.0 * EARTH_RADIUS_M * chord.sqrt().min(1.0).asin()
    }

    /// The middle of the grid cell of about `metres` that holds this place: the public map must
    /// not reveal a doorstep. Everyone in one cell gets the same answer, so that repeated reports
    /// can't be averaged back to the place.
    #[must_use]
    pub fn rounded_to(self, metres: f64) -> Self {
        if !metres.is_finite() || metres <= 0.0 {
            return self;
        }
        let lat_step = (metres / EARTH_RADIUS_M).to_degrees();
        let lat = (((self.lat / lat_step).floor() + 0.5) * lat_step).clamp(-90.0, 90.0);
        // The row's own middle decides the step, or the columns of one row would not line up.
        let lng_step = lat_step / lat.to_radians().cos().max(0.01);
        let lng = (((self.lng / lng_step).floor() + 0.5) * lng_step).clamp(-180.0, 180.0);
        Self { lng, lat }
    }

    /// The smallest box that holds every place within `radius_m`, cut at the poles and at ±180°.
    pub fn bounding_box(self, radius_m: f64) -> BBox {
        let radius_m = radius_m.max(0.0);
        let d_lat = (radius_m / EARTH_RADIUS_M).to_degrees();
        let widest = (self.lat.abs() + d_lat).min(89.9).to_radians();
        let d_lng = d_lat / widest.cos();
        BBox {
            west: (self.lng - d_lng).max(-180.0),
            south: (self.lat - d_lat).max(-90.0),
            east: (self.lng + d_lng).min(180.0),
            north: (self.lat + d_lat).min(90.0),
        }
    }

    /// The rectangle in which the published formula applies.
    fn is_shifted(self) -> bool {
        (72.004..=137.8347).contains(&self.lng) && (0.8293..=55.8271).contains(&self.lat)
    }

    /// Finds the WGS-84 place that `forward` maps onto `self`. The shift changes by less than
    /// 1 % over its own length, so every round gains at least two digits.
    fn solve(self, forward: fn(Self) -> (f64, f64)) -> Result<Self, GeoError> {
        if !self.is_shifted() {
            return Ok(self);
        }
        let mut guess = self;
        for _ in 0..8 {
            let (lng, lat) = forward(guess);
            let (d_lng, d_lat) = (self.lng - lng, self.lat - lat);
            guess = Self::new(guess.lng + d_lng, guess.lat + d_lat)?;
            if d_lng.abs().max(d_lat.abs()) < 1e-10 {
                break;
            }
        }
        Ok(guess)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6},{:.6}", self.lng, self.lat)
    }
}

/// The shift from WGS-84 to GCJ-02 in degrees, after the formula published as "eviltransform".
fn gcj02_shift(lng: f64, lat: f64) -> (f64, f64) {
    const AXIS: f64 = 6_378_245.0;
    const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;
    let pi = std::f64::consts::PI;
    let (x, y) = (lng - 105.0, lat - 35.0);
    let waves = 20.0 * (6.0 * x * pi).sin() + 20.0 * (2.0 * x * pi).sin();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + (waves
            + 20.0 * (y * pi).sin()
            + 40.0 * (y / 3.0 * pi).sin()
            + 160.0 * (y / 12.0 * pi).sin()
            + 320.0 * (y / 30.0 * pi).sin())
            * 2.0
            / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + (waves
            + 20.0 * (x * pi).sin()
            + 40.0 * (x / 3.0 * pi).sin()
            + 150.0 * (x / 12.0 * pi).sin()
            + 300.0 * (x / 30.0 * pi).sin())
            * 2.0
            / 3.0;
    let phi = lat.to_radians();
    let flat = 1.0 - ECCENTRICITY_SQUARED * phi.sin().powi(2);
    let meridian = AXIS * (1.0 - ECCENTRICITY_SQUARED) / flat.powf(1.5);
    let parallel = AXIS / flat.sqrt() * phi.cos();
    (
        (east / parallel).to_degrees(),
        (north / meridian).to_degrees(),
    )
}

/// A box of WGS-84 degrees that doesn't cross the date line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BBox {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

impl BBox {
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Result<Self, GeoError> {
        let corners = [Point::new(west, south), Point::new(east, north)];
        if corners.iter().any(Result::is_err) || west >= east || south >= north {
            return Err(GeoError::BBox);
        }
        Ok(Self {
            west,
            south,
            east,
            north,
        })
    }

    pub fn contains(&self, point: Point) -> bool {
        (self.west..=self.east).contains(&point.lng)
            && (self.south..=self.north).contains(&point.lat)
    }

    /// West, south, east, north: the order of GeoJSON's `bbox`.
    pub fn to_array(self) -> [f64; 4] {
        [self.west, self.south, self.east, self.north]
    }
}

impl FromStr for BBox {
    type Err = GeoError;

    fn from_str(text: &str) -> Result<Self, GeoError> {
        let sides: Vec<f64> = text
            .split(',')
            .map(|side| side.trim().parse().map_err(|_| GeoError::BBox))
            .collect::<Result<_, _>>()?;
        match sides[..] {
            [west, south, east, north] => Self::new(west, south, east, north),
            _ => Err(GeoError::BBox),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(lng: f64, lat: f64) -> Point {
        Point::new(lng, lat).unwrap()
    }

    fn grid() -> impl Iterator<Item = Point> {
        // The district with 30 km around it.
        (0..60).flat_map(|i| {
            (0..60).map(move |j| point(126.0 + f64::from(i) * 0.026, 41.5 + f64::from(j) * 0.017))
        })
    }

    #[test]
    fn a_round_trip_through_gcj02_or_bd09_stays_within_a_centimetre() {
        for place in grid() {
            let (x, y) = place.to_gcj02();
            let back = Point::from_datum(x, y, Datum::Gcj02).unwrap();
            assert!(place.distance_m(back) < 0.01, "{place}");
            let (x, y) = place.to_bd09();
            let back = Point::from_datum(x, y, Datum::Bd09).unwrap();
            assert!(place.distance_m(back) < 0.01, "{place}");
        }
    }

    #[test]
    fn gcj02_is_hundreds_of_metres_from_wgs84_in_the_district() {
        for place in grid() {
            let (x, y) = place.to_gcj02();
            let shift = place.distance_m(point(x, y));
            assert!((300.0..700.0).contains(&shift), "{shift} at {place}");
        }
    }

    #[test]
    fn well_known_values_of_the_published_formula_hold() {
        // Tian'anmen, as every published implementation converts it.
        let (x, y) = point(116.404, 39.915).to_gcj02();
        assert!((x - 116.410_244_499_169_38).abs() < 1e-9, "{x}");
        assert!((y - 39.916_404_281_501_64).abs() < 1e-9, "{y}");
        let (x, y) = point(116.404, 39.915).to_bd09();
        assert!((x - 116.416_627_243_787_1).abs() < 1e-7, "{x}");
        assert!((y - 39.922_699_552_216_216).abs() < 1e-7, "{y}");
    }

    #[test]
    fn nothing_is_shifted_outside_china() {
        for (lng, lat) in [(-0.1276, 51.5072), (151.2, -33.9), (-74.0, 40.7)] {
            assert_eq!(point(lng, lat).to_gcj02(), (lng, lat));
            assert_eq!(point(lng, lat).to_bd09(), (lng, lat));
            assert_eq!(
                Point::from_datum(lng, lat, Datum::Bd09),
                Point::new(lng, lat)
            );
        }
    }

    #[test]
    fn numbers_that_are_no_place_are_refused_by_name() {
        assert_eq!(Point::new(f64::NAN, 0.0), Err(GeoError::Longitude));
        assert_eq!(Point::new(180.1, 0.0), Err(GeoError::Longitude));
        assert_eq!(Point::new(0.0, f64::INFINITY), Err(GeoError::Latitude));
        assert_eq!("wgs-84".parse::<Datum>(), Err(GeoError::Datum));
        assert!(serde_json::from_str::<Point>(r#"{"lng":500,"lat":1}"#).is_err());
    }

    #[test]
    fn distance_follows_the_great_circle() {
        let d = point(126.58564, 42.05636).distance_m(point(126.60028, 42.08167));
        assert!((3_060.0..3_065.0).contains(&d), "{d}");
        assert!(point(0.0, 0.0).distance_m(point(180.0, 0.0)) > 20_015_000.0);
    }

    #[test]
    fn a_blurred_place_stays_near_and_is_the_same_for_its_whole_cell() {
        for place in grid() {
            let blurred = place.rounded_to(1000.0);
            assert!(place.distance_m(blurred) < 720.0);
            assert_eq!(blurred.rounded_to(1000.0), blurred);
        }
    }

    #[test]
    fn a_bounding_box_holds_its_circle() {
        let centre = point(126.6, 42.0);
        let bbox = centre.bounding_box(5_000.0);
        let corner = point(bbox.east, centre.lat());
        assert!(centre.distance_m(corner) >= 5_000.0);
        assert!(bbox.contains(centre));
        assert!(!bbox.contains(point(126.7, 42.0)));
    }

    #[test]
    fn a_box_is_read_only_from_four_ordered_numbers() {
        assert!("126.3,41.8,127.3,42.3".parse::<BBox>().is_ok());
        for bad in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "3,2,1,4",
            "1,2,3,x",
            "1,2,nan,4",
            "1,2,300,4",
        ] {
            assert_eq!(bad.parse::<BBox>(), Err(GeoError::BBox), "{bad}");
        }
    }
}
