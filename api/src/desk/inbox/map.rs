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
const CELLS: f64 = 40.0;

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
#[derive(Debug, sqlx::FromRow)]
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
    let extent = extent(db, filter, now).await?;
    if extent.count > MOST_POINTS {
        return cells(db, filter, now, extent.step()).await.map(Map::Cells);
    }
    open_points(db, filter, now).await.map(Map::Points)
}

/// The box around cases that fit: all of them, or one more than are shown as points.
#[derive(Debug, sqlx::FromRow)]
struct Extent {
    count: i64,
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Extent {
    /// The side of a cell, in degrees.
    fn step(&self) -> f64 {
        let wide = self.east - self.west;
        let high = self.north - self.south;
        (wide.max(high) / CELLS).max(1e-4)
    }
}

async fn extent(db: &Db, filter: &Filter, now: DateTime<Utc>) -> Result<Extent, DbError> {
    open::bind(
        db.sql(concat!(
            "SELECT COUNT(*) AS count, COALESCE(MIN(lng), 0.0) AS west,
                    COALESCE(MIN(lat), 0.0) AS south, COALESCE(MAX(lng), 0.0) AS east,
                    COALESCE(MAX(lat), 0.0) AS north
             FROM (SELECT lng, lat FROM inbox WHERE ",
            open_conditions!(),
            " LIMIT $29) AS fitting"
        ))
        .planned_anew(),
        filter,
        now.timestamp(),
    )
    .bind(MOST_POINTS + 1)
    .one()
    .await
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

/// By one number a cell, which is faster to group by than two.
async fn cells(
    db: &Db,
    filter: &Filter,
    now: DateTime<Utc>,
    step: f64,
) -> Result<Vec<MapCell>, DbError> {
    open::bind(
        db.sql(concat!(
            "SELECT AVG(lng) AS lng, AVG(lat) AS lat, COUNT(*) AS count,
                    COUNT(CASE WHEN late_s < $8 THEN 1 END) AS red
             FROM inbox WHERE ",
            open_conditions!(),
            " GROUP BY CAST(ROUND(lng / $29) AS BIGINT) * 10000000 + CAST(ROUND(lat / $29) AS BIGINT)"
        ))
        .planned_anew(),
        filter,
        now.timestamp(),
    )
    .bind(step)
    .all()
    .await
}
