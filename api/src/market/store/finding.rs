//! Finding listings, and the figures. Whatever the order, the conditions are the same literal.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::listings::listing_columns;
use crate::db::{Db, DbError, Statement};
use crate::market::model::{Kind, Listing, Terms};
use crate::market::terms::MOST_IN_QUERY;
use crate::shared::geo::{EARTH_RADIUS_M, Point};
use crate::shared::id::{AccountId, ListingId};
use crate::shared::money::Money;

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub kind: Option<Kind>,
    pub terms: Option<Terms>,
    /// Root or leaf.
    pub category: Option<String>,
    pub township: Option<String>,
    pub price_max: Option<Money>,
    /// Every one of them; at most [`MOST_IN_QUERY`].
    pub words: Vec<String>,
    /// Who looks: blocks hide listings both ways.
    pub viewer: Option<AccountId>,
    /// Their own are left out.
    pub but_own: bool,
    /// Published after it.
    pub since: Option<DateTime<Utc>>,
    pub near: Option<Point>,
    pub within_m: Option<f64>,
}

/// The square of the distance from `($37, $38)` in degrees of latitude, scaled by `$39`; far away for
/// what has no place. Only what both databases compute alike: no square roots, no angles.
macro_rules! far {
    () => {
        "COALESCE((l.public_lng - $37) * (l.public_lng - $37) * $39 \
         + (l.public_lat - $38) * (l.public_lat - $38), 1000000.0)"
    };
}

/// What costs nothing comes first, what is swapped last.
macro_rules! cheap {
    () => {
        "COALESCE(l.price_fen, 9000000000000)"
    };
}

macro_rules! conditions {
    () => {
        " FROM listings l
         WHERE l.state IN ('published', 'reserved')
           AND ($1 IS NULL OR l.kind = $1)
           AND ($2 IS NULL OR l.terms = $2)
           AND ($3 IS NULL OR l.category = $3 OR l.root = $3)
           AND ($4 IS NULL OR l.township = $4)
           AND ($5 IS NULL OR l.price_fen <= $5)
           AND ($6 IS NULL OR l.published_at > $6)
           AND NOT EXISTS (SELECT 1 FROM market_blocks b
                           WHERE (b.blocker = $7 AND b.blocked = l.account_id)
                              OR (b.blocker = l.account_id AND b.blocked = $7))
           AND ($8 IS NULL OR l.account_id <> $8)
           AND ($9 = 0 OR l.id IN (
                SELECT t.listing_id FROM listing_terms t
                WHERE t.term IN ($10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                                 $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)
                GROUP BY t.listing_id HAVING COUNT(*) = $9))
           AND ($34 IS NULL OR (l.public_lng BETWEEN $35 AND $36
                                AND (l.public_lng - $37) * (l.public_lng - $37) * $39
                                  + (l.public_lat - $38) * (l.public_lat - $38) <= $34))"
    };
}

/// Binds `$1` to `$39`.
fn bound<'e>(statement: Statement<'e>, wanted: &Wanted) -> Statement<'e> {
    let degrees = |metres: f64| (metres / EARTH_RADIUS_M).to_degrees();
    let scale = wanted
        .near
        .map_or(1.0, |near| near.lat().to_radians().cos().powi(2).max(1e-4));
    let within = wanted
        .near
        .and(wanted.within_m)
        .map(|metres| degrees(metres).powi(2));
    // Wide enough for any listing within, so that the box never decides.
    let wide = wanted.within_m.map_or(0.0, degrees) / scale.sqrt() * 1.01;
    let (lng, lat) = wanted
        .near
        .map_or((0.0, 0.0), |near| (near.lng(), near.lat()));
    let mut statement = statement
        .bind(wanted.kind)
        .bind(wanted.terms)
        .bind(wanted.category.clone())
        .bind(wanted.township.clone())
        .bind(wanted.price_max)
        .bind(wanted.since)
        .bind(wanted.viewer)
        .bind(wanted.viewer.filter(|_| wanted.but_own))
        .bind(i64::try_from(wanted.words.len()).unwrap_or(i64::MAX));
    for at in 0..MOST_IN_QUERY {
        let word = wanted.words.get(at).or(wanted.words.first());
        statement = statement.bind(word.cloned().unwrap_or_default());
    }
    statement
        .bind(within)
        .bind(lng - wide)
        .bind(lng + wide)
        .bind(lng)
        .bind(lat)
        .bind(scale)
}

pub async fn newest(
    db: &Db,
    wanted: &Wanted,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Listing>, DbError> {
    bound(
        db.sql(concat!(
            "SELECT ",
            listing_columns!(),
            conditions!(),
            " AND ($40 IS NULL OR (l.sort_at, l.id) < ($40, $41))
              ORDER BY l.sort_at DESC, l.id DESC LIMIT $42"
        )),
        wanted,
    )
    .bind(after.map(|(at, _)| at))
    .bind(after.map(|(_, id)| id))
    .bind(limit)
    .all()
    .await
}

pub async fn cheapest(
    db: &Db,
    wanted: &Wanted,
    after: Option<(i64, Uuid)>,
    limit: i64,
) -> Result<Vec<Listing>, DbError> {
    bound(
        db.sql(concat!(
            "SELECT ",
            listing_columns!(),
            conditions!(),
            " AND ($40 IS NULL OR (",
            cheap!(),
            ", l.id) > ($40, $41)) ORDER BY ",
            cheap!(),
            ", l.id LIMIT $42"
        )),
        wanted,
    )
    .bind(after.map(|(price, _)| price))
    .bind(after.map(|(_, id)| id))
    .bind(limit)
    .all()
    .await
}

/// The sort key of [`cheapest`].
pub fn cheapness(listing: &Listing) -> i64 {
    listing.price_fen.map_or(9_000_000_000_000, |price| price.0)
}

/// A listing with the square of its distance.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Near {
    #[sqlx(flatten)]
    pub listing: Listing,
    pub far: f64,
}

pub async fn nearest(
    db: &Db,
    wanted: &Wanted,
    after: Option<(f64, Uuid)>,
    limit: i64,
) -> Result<Vec<Near>, DbError> {
    bound(
        db.sql(concat!(
            "SELECT ",
            listing_columns!(),
            ", ",
            far!(),
            " AS far",
            conditions!(),
            " AND ($40 IS NULL OR (",
            far!(),
            ", l.id) > ($40, $41)) ORDER BY far, l.id LIMIT $42"
        )),
        wanted,
    )
    .bind(after.map(|(far, _)| far))
    .bind(after.map(|(_, id)| id))
    .bind(limit)
    .all()
    .await
}

pub async fn count(db: &Db, wanted: &Wanted) -> Result<i64, DbError> {
    let (count,): (i64,) = bound(db.sql(concat!("SELECT COUNT(*)", conditions!())), wanted)
        .one()
        .await?;
    Ok(count)
}

/// Of the same leaf first, then of the same root, each newest first.
pub async fn similar(
    db: &Db,
    to: &Listing,
    viewer: Option<AccountId>,
    limit: i64,
) -> Result<Vec<Listing>, DbError> {
    db.sql(concat!(
        "SELECT ",
        listing_columns!(),
        " FROM listings l
         WHERE l.state = 'published' AND l.root = $1 AND l.kind = $2 AND l.id <> $3
           AND l.account_id <> $4
           AND NOT EXISTS (SELECT 1 FROM market_blocks b
                           WHERE (b.blocker = $5 AND b.blocked = l.account_id)
                              OR (b.blocker = l.account_id AND b.blocked = $5))
         ORDER BY CASE WHEN l.category = $6 THEN 0 ELSE 1 END, l.sort_at DESC, l.id DESC LIMIT $7"
    ))
    .bind(to.root.clone())
    .bind(to.kind)
    .bind(to.id)
    .bind(to.account_id)
    .bind(viewer)
    .bind(to.category.clone())
    .bind(limit)
    .all()
    .await
}

/// Whether anybody's block keeps the two apart.
pub async fn is_hidden_from(
    db: &Db,
    listing: ListingId,
    viewer: Option<AccountId>,
) -> Result<bool, DbError> {
    let row: Option<(i64,)> = db
        .sql(
            "SELECT CAST(1 AS BIGINT) FROM listings l JOIN market_blocks b
             ON (b.blocker = $2 AND b.blocked = l.account_id)
             OR (b.blocker = l.account_id AND b.blocked = $2)
             WHERE l.id = $1 LIMIT 1",
        )
        .bind(listing)
        .bind(viewer)
        .optional()
        .await?;
    Ok(row.is_some())
}

/// What changed hands in one month and root category.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MonthRow {
    pub month: String,
    pub root: String,
    pub kind: Kind,
    pub handovers: i64,
    pub pieces: i64,
    pub low_g: i64,
    pub typical_g: i64,
    pub high_g: i64,
}

pub async fn months(db: &Db, from: &str) -> Result<Vec<MonthRow>, DbError> {
    db.sql(
        "SELECT month, root, kind, COUNT(*) AS handovers, CAST(SUM(quantity) AS BIGINT) AS pieces,
                CAST(SUM(low_g) AS BIGINT) AS low_g, CAST(SUM(typical_g) AS BIGINT) AS typical_g,
                CAST(SUM(high_g) AS BIGINT) AS high_g
         FROM market_handovers WHERE month >= $1
         GROUP BY month, root, kind ORDER BY month, root, kind",
    )
    .bind(from.to_owned())
    .all()
    .await
}
