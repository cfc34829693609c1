//! The inbox on a map: points, or counts of a grid where there are too many.

use chrono::{DateTime, Utc};

use super::closed::{self, closed_conditions};
use super::filter::{Filter, Sort};
use super::open::{self, open_conditions};
use crate::db::{Db, DbError};
use crate::reports::model::Status;
use crate::reports::steps::Light;
use crate::shared::code::Code;

/// More points than these are counted by cell.
pub const MOST_POINTS: i64 = 5000;
/// Cells are at most so many to a side of the box that holds the cases.
const CELLS: i64 = 40;

/// A case on the map.
#[derive(Debug, sqlx::FromRow)]
pub struct MapPoint {
    pub code: Code,
    pub status: Status,
    pub category: String,
    pub urgent: bool,
    pub lng: f64,
    pub lat: f64,
    /// The deadline that counts, in seconds since 1970.
    pub late_s: Option<i64>,
    pub amber_s: Option<i64>,
    pub escalation: i64,
}

impl MapPoint {
    /// How its deadline stands; nothing once it is over.
    pub fn light(&self, now: DateTime<Utc>) -> Option<Light> {
        let now = now.timestamp();
        if self.status.is_over() {
            return None;
        }
        Some(match self.late_s {
            None => Light::Stopped,
            Some(late) if late < now => Light::Red,
            Some(_) if self.amber_s.is_some_and(|amber| amber <= now) => Light::Amber,
            Some(_) => Light::Green,
        })
    }
}

/// Cases of one cell of the grid.
#[derive(Debug)]
pub struct MapCell {
    pub lng: f64,
    pub lat: f64,
    pub count: i64,
    pub red: i64,
}

pub enum Map {
    Points(Vec<MapPoint>),
    Cells(Vec<MapCell>),
}

/// Open cases that fit on the map, or those that are over where only they can fit.
///
/// # Errors
/// When the database fails.
pub async fn map(db: &Db, filter: &Filter, now: DateTime<Utc>) -> Result<Map, DbError> {
    if filter.words.is_some() {
        return with_words(db, filter, now).await.map(Map::Points);
    }
    if !filter.open {
        return closed_points(db, filter).await.map(Map::Points);
    }
    let spots = spots(db, filter, now).await?;
    if spots.len() > usize::try_from(MOST_POINTS).unwrap_or(usize::MAX) {
        return Ok(Map::Cells(by_cell(&spots)));
    }
    open_points(db, filter, now).await.map(Map::Points)
}

/// Words leave few cases: they are read as a list is.
async fn with_words(
    db: &Db,
    filter: &Filter,
    now: DateTime<Utc>,
) -> Result<Vec<MapPoint>, DbError> {
    let most = usize::try_from(MOST_POINTS).unwrap_or(usize::MAX);
    let found = super::cases(db, filter, Sort::Newest, now, None, most).await?;
    let points = found.hits.into_iter().map(|hit| {
        let report = hit.report;
        let late = report.runs_until();
        MapPoint {
            code: report.code,
            status: report.status,
            category: report.category,
            urgent: report.urgent,
            lng: report.lng,
            lat: report.lat,
            late_s: late.map(|late| late.timestamp()),
            amber_s: None,
            escalation: report.escalation,
        }
    });
    Ok(points.collect())
}

async fn open_points(
    db: &Db,
    filter: &Filter,
    now: DateTime<Utc>,
) -> Result<Vec<MapPoint>, DbError> {
    open::bind(
        db.sql(concat!(
            "SELECT code, status, category, urgent, lng, lat, late_s, amber_s, escalation
             FROM inbox WHERE ",
            open_conditions!(),
            " LIMIT $29"
        ))
        .planned_anew(),
        filter,
        now.timestamp(),
    )
    .bind(MOST_POINTS)
    .all()
    .await
}

async fn closed_points(db: &Db, filter: &Filter) -> Result<Vec<MapPoint>, DbError> {
    closed::bind(
        db.sql(concat!(
            "SELECT code, status, category, urgent, lng, lat, CAST(NULL AS BIGINT) AS late_s,
                    CAST(NULL AS BIGINT) AS amber_s, CAST(0 AS BIGINT) AS escalation
             FROM inbox_closed WHERE ",
            closed_conditions!(),
            " ORDER BY created_s DESC, report_id DESC LIMIT $21"
        ))
        .planned_anew(),
        filter,
    )
    .bind(MOST_POINTS)
    .all()
    .await
}

/// All of them as one text: to group by cell takes SQLite twice the time, and to read 100,000 rows ten
/// times.
async fn spots(db: &Db, filter: &Filter, now: DateTime<Utc>) -> Result<Vec<Spot>, DbError> {
    let (spots,): (Option<String>,) = open::bind(
        db.sql(concat!(
            "SELECT STRING_AGG(CAST(
                 (CAST((lng + 180) * 10000 AS BIGINT) * 10000000
                  + CAST((lat + 90) * 10000 AS BIGINT)) * 2
                 + CASE WHEN late_s < $8 THEN 1 ELSE 0 END AS TEXT), ',')
             FROM inbox WHERE ",
            open_conditions!()
        ))
        .planned_anew(),
        filter,
        now.timestamp(),
    )
    .one()
    .await?;
    let spots = spots.unwrap_or_default();
    Ok(spots.split(',').filter_map(Spot::parse).collect())
}

/// Where a case is, to ten metres.
#[derive(Clone, Copy, Debug)]
struct Spot {
    /// Ten-thousandths of a degree from the antimeridian, and from the south pole.
    x: i64,
    y: i64,
    red: bool,
}

impl Spot {
    /// As [`spots`] has the database write it.
    fn parse(text: &str) -> Option<Self> {
        let number: i64 = text.parse().ok()?;
        let place = number / 2;
        Some(Self {
            x: place / 10_000_000,
            y: place % 10_000_000,
            red: number % 2 == 1,
        })
    }
}

/// Counts them by the cells of a grid over all of them, from the south-west on. A cell stands at the
/// middle of its cases.
fn by_cell(spots: &[Spot]) -> Vec<MapCell> {
    let (west, wide) = span(spots.iter().map(|spot| spot.x));
    let (south, high) = span(spots.iter().map(|spot| spot.y));
    let step = wide.max(high) / CELLS + 1;
    let mut sums = Vec::new();
    sums.resize_with(usize::try_from(CELLS * CELLS).unwrap_or(0), Sum::default);
    for spot in spots {
        let cell = (spot.y - south) / step * CELLS + (spot.x - west) / step;
        if let Some(sum) = usize::try_from(cell).ok().and_then(|at| sums.get_mut(at)) {
            sum.add(*spot);
        }
    }
    sums.iter()
        .filter(|sum| sum.count > 0)
        .map(Sum::mean)
        .collect()
}

/// The least value, and how much greater the greatest is.
fn span(values: impl Iterator<Item = i64>) -> (i64, i64) {
    let (least, most) = values.fold((i64::MAX, i64::MIN), |(least, most), value| {
        (least.min(value), most.max(value))
    });
    (least, most.saturating_sub(least).max(0))
}

#[derive(Debug, Default)]
struct Sum {
    x: i64,
    y: i64,
    count: i64,
    red: i64,
}

impl Sum {
    fn add(&mut self, spot: Spot) {
        self.x += spot.x;
        self.y += spot.y;
        self.count += 1;
        self.red += i64::from(spot.red);
    }

    fn mean(&self) -> MapCell {
        MapCell {
            lng: degrees(self.x, self.count, 180),
            lat: degrees(self.y, self.count, 90),
            count: self.count,
            red: self.red,
        }
    }
}

/// The mean of ten-thousandths of a degree from so many degrees west or south, to a hundred-thousandth.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn degrees(sum: i64, count: i64, from: i64) -> f64 {
    (sum * 10 / count - from * 100_000) as f64 / 1e5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spots_are_counted_by_cell_and_lose_none() {
        // Ten-thousandths of a degree from 126° east and 42° north.
        let spot = |x: i64, y: i64, red: i64| {
            let (x, y) = (3_060_000 + x, 1_320_000 + y);
            Spot::parse(&((x * 10_000_000 + y) * 2 + red).to_string()).unwrap()
        };
        let cells = by_cell(&[
            spot(0, 0, 1),
            spot(10, 10, 0),
            spot(4000, 1000, 1),
            spot(4000, 1000, 0),
        ]);
        let counts: Vec<_> = cells.iter().map(|cell| (cell.count, cell.red)).collect();
        assert_eq!(counts, [(2, 1), (2, 1)]);
        let (lng, lat) = (cells[0].lng, cells[0].lat);
        assert!(
            (lng - 126.0005).abs() < 1e-9 && (lat - 42.0005).abs() < 1e-9,
            "{lng} {lat}"
        );
        // From end to end of the earth, and all in one place.
        let ends = [spot(-3_060_000, -1_320_000, 0), spot(540_000, 480_000, 1)];
        assert_eq!(by_cell(&ends).iter().map(|cell| cell.count).sum::<i64>(), 2);
        assert_eq!(by_cell(&[spot(7, 7, 0); 3]).len(), 1);
        assert!(by_cell(&[]).is_empty());
    }
}
