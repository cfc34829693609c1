//! Listings, their photos and what they are found by.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::db::{Db, DbError, Tx};
use crate::market::model::Listing;
use crate::shared::id::{AccountId, ListingId, PhotoId};
use crate::shared::page::Cursor;

/// The columns of [`Listing`], of `listings l`.
macro_rules! listing_columns {
    () => {
        "l.id, l.account_id, l.state, l.kind, l.terms, l.price_fen, l.root, l.category, l.title, \
         l.text, l.condition, l.quantity, l.township, l.community, l.lng, l.lat, l.public_lng, \
         l.public_lat, l.lang, l.promised_ask, l.published_at, l.sort_at, l.expires_at, \
         l.warned_at, l.renew_hash, l.renewals, l.ended_at, l.version, l.created_at, l.updated_at"
    };
}
pub(super) use listing_columns;

pub async fn insert_listing(tx: &mut Tx, listing: &Listing) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO listings (id, account_id, state, kind, terms, price_fen, root, category, title,
                               text, condition, quantity, township, community, lng, lat, public_lng,
                               public_lat, lang, published_at, sort_at, expires_at, renewals, version,
                               created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                 $20, $21, $22, 0, 1, $23, $23)",
    )
    .bind(listing.id)
    .bind(listing.account_id)
    .bind(listing.state)
    .bind(listing.kind)
    .bind(listing.terms)
    .bind(listing.price_fen)
    .bind(listing.root.clone())
    .bind(listing.category.clone())
    .bind(listing.title.clone())
    .bind(listing.text.clone())
    .bind(listing.condition.clone())
    .bind(listing.quantity)
    .bind(listing.township.clone())
    .bind(listing.community.clone())
    .bind(listing.lng)
    .bind(listing.lat)
    .bind(listing.public_lng)
    .bind(listing.public_lat)
    .bind(listing.lang.clone())
    .bind(listing.published_at)
    .bind(listing.sort_at)
    .bind(listing.expires_at)
    .bind(listing.created_at)
    .run()
    .await
    .map(drop)
}

/// Saves a listing that this transaction holds.
pub async fn save_listing(
    tx: &mut Tx,
    listing: &Listing,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "UPDATE listings SET state = $2, kind = $3, terms = $4, price_fen = $5, root = $6,
                category = $7, title = $8, text = $9, condition = $10, quantity = $11,
                township = $12, community = $13, lng = $14, lat = $15, public_lng = $16,
                public_lat = $17, promised_ask = $18, published_at = $19, sort_at = $20,
                expires_at = $21, warned_at = $22, renew_hash = $23, renewals = $24, ended_at = $25,
                updated_at = $26, version = version + 1
         WHERE id = $1",
    )
    .bind(listing.id)
    .bind(listing.state)
    .bind(listing.kind)
    .bind(listing.terms)
    .bind(listing.price_fen)
    .bind(listing.root.clone())
    .bind(listing.category.clone())
    .bind(listing.title.clone())
    .bind(listing.text.clone())
    .bind(listing.condition.clone())
    .bind(listing.quantity)
    .bind(listing.township.clone())
    .bind(listing.community.clone())
    .bind(listing.lng)
    .bind(listing.lat)
    .bind(listing.public_lng)
    .bind(listing.public_lat)
    .bind(listing.promised_ask)
    .bind(listing.published_at)
    .bind(listing.sort_at)
    .bind(listing.expires_at)
    .bind(listing.warned_at)
    .bind(listing.renew_hash.clone())
    .bind(listing.renewals)
    .bind(listing.ended_at)
    .bind(now)
    .run()
    .await
    .map(drop)
}

pub async fn listing(db: &Db, id: ListingId) -> Result<Option<Listing>, DbError> {
    db.sql(concat!(
        "SELECT ",
        listing_columns!(),
        " FROM listings l WHERE l.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// Reads and holds a listing. Listings are held before asks everywhere, so that no two transactions
/// wait for each other.
pub async fn lock_listing(tx: &mut Tx, id: ListingId) -> Result<Option<Listing>, DbError> {
    tx.sql("UPDATE listings SET version = version WHERE id = $1")
        .bind(id)
        .run()
        .await?;
    tx.sql(concat!(
        "SELECT ",
        listing_columns!(),
        " FROM listings l WHERE l.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// Holds an account while what it has open is counted.
pub async fn lock_account(
    tx: &mut Tx,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO market_accounts (account_id, touched_at) VALUES ($1, $2)
         ON CONFLICT (account_id) DO UPDATE SET touched_at = excluded.touched_at",
    )
    .bind(account)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Open listings and drafts of an account.
pub async fn count_of_account(tx: &mut Tx, account: AccountId) -> Result<(i64, i64), DbError> {
    tx.sql(
        "SELECT CAST(COALESCE(SUM(CASE WHEN state IN ('held', 'published', 'reserved') THEN 1 ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN state IN ('draft', 'refused') THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM listings WHERE account_id = $1",
    )
    .bind(account)
    .one()
    .await
}

pub async fn of_account(
    db: &Db,
    account: AccountId,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Listing>, DbError> {
    db.sql(concat!(
        "SELECT ",
        listing_columns!(),
        " FROM listings l
         WHERE l.account_id = $1 AND ($2 IS NULL OR (l.created_at, l.id) < ($2, $3))
         ORDER BY l.created_at DESC, l.id DESC LIMIT $4"
    ))
    .bind(account)
    .bind(after.map(|cursor| cursor.at))
    .bind(after.map(|cursor| cursor.id))
    .bind(limit)
    .all()
    .await
}

/// What a merchant shows, newest first.
pub async fn public_of_account(
    db: &Db,
    account: AccountId,
    limit: i64,
) -> Result<Vec<Listing>, DbError> {
    db.sql(concat!(
        "SELECT ",
        listing_columns!(),
        " FROM listings l WHERE l.account_id = $1 AND l.state IN ('published', 'reserved')
         ORDER BY l.sort_at DESC, l.id DESC LIMIT $2"
    ))
    .bind(account)
    .bind(limit)
    .all()
    .await
}

/// Writes anew what a listing is found by.
pub async fn set_terms(
    tx: &mut Tx,
    listing: ListingId,
    terms: &BTreeSet<String>,
) -> Result<(), DbError> {
    tx.sql("DELETE FROM listing_terms WHERE listing_id = $1")
        .bind(listing)
        .run()
        .await?;
    for term in terms {
        tx.sql("INSERT INTO listing_terms (term, listing_id) VALUES ($1, $2)")
            .bind(term.clone())
            .bind(listing)
            .run()
            .await?;
    }
    Ok(())
}

pub async fn detach_photos(tx: &mut Tx, listing: ListingId) -> Result<(), DbError> {
    tx.sql("DELETE FROM listing_photos WHERE listing_id = $1")
        .bind(listing)
        .run()
        .await
        .map(drop)
}

/// Gives an uploaded photo to a listing; false when it does not exist or belongs to something.
pub async fn attach_photo(
    tx: &mut Tx,
    photo: PhotoId,
    listing: ListingId,
    position: i64,
) -> Result<bool, DbError> {
    let attached = tx
        .sql(
            "INSERT INTO listing_photos (photo_id, listing_id, position)
             SELECT p.id, $2, $3 FROM photos p
             WHERE p.id = $1 AND p.report_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM pickup_photos u WHERE u.photo_id = p.id)
               AND NOT EXISTS (SELECT 1 FROM market_sellers s WHERE s.licence_photo = p.id)
             ON CONFLICT (photo_id) DO NOTHING",
        )
        .bind(photo)
        .bind(listing)
        .bind(position)
        .run()
        .await?;
    Ok(attached == 1)
}

pub async fn photos_of(db: &Db, listing: ListingId) -> Result<Vec<PhotoId>, DbError> {
    let rows: Vec<(PhotoId,)> = db
        .sql(
            "SELECT photo_id FROM listing_photos WHERE listing_id = $1 ORDER BY position, photo_id",
        )
        .bind(listing)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub async fn photos_of_in(tx: &mut Tx, listing: ListingId) -> Result<Vec<PhotoId>, DbError> {
    let rows: Vec<(PhotoId,)> = tx
        .sql(
            "SELECT photo_id FROM listing_photos WHERE listing_id = $1 ORDER BY position, photo_id",
        )
        .bind(listing)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub async fn listing_of_photo(db: &Db, photo: PhotoId) -> Result<Option<ListingId>, DbError> {
    let row: Option<(ListingId,)> = db
        .sql("SELECT listing_id FROM listing_photos WHERE photo_id = $1")
        .bind(photo)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}

/// Published listings whose end is near and whose owner was not told yet.
pub async fn to_warn(
    db: &Db,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<ListingId>, DbError> {
    let rows: Vec<(ListingId,)> = db
        .sql(
            "SELECT id FROM listings
             WHERE state = 'published' AND expires_at > $1 AND expires_at <= $2
               AND warned_at IS NULL
             ORDER BY expires_at, id LIMIT 500",
        )
        .bind(now)
        .bind(until)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub async fn to_expire(db: &Db, now: DateTime<Utc>) -> Result<Vec<ListingId>, DbError> {
    let rows: Vec<(ListingId,)> = db
        .sql(
            "SELECT id FROM listings WHERE state = 'published' AND expires_at <= $1
             ORDER BY expires_at, id LIMIT 500",
        )
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Exact places of listings that ended long ago.
pub async fn forget_places(db: &Db, before: DateTime<Utc>) -> Result<(), DbError> {
    db.sql(
        "UPDATE listings SET lng = NULL, lat = NULL
         WHERE ended_at < $1 AND lng IS NOT NULL AND state IN ('done', 'expired', 'withdrawn')",
    )
    .bind(before)
    .run()
    .await
    .map(drop)
}

/// Makes a secret once, whoever comes first, and gives the one in force.
pub async fn secret(
    db: &Db,
    name: &str,
    fresh: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Vec<u8>, DbError> {
    db.sql(
        "INSERT INTO market_secrets (name, secret, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO NOTHING",
    )
    .bind(name.to_owned())
    .bind(fresh.to_vec())
    .bind(now)
    .run()
    .await?;
    let (secret,): (Vec<u8>,) = db
        .sql("SELECT secret FROM market_secrets WHERE name = $1")
        .bind(name.to_owned())
        .one()
        .await?;
    Ok(secret)
}

/// The version a listing has within this transaction.
pub async fn version(tx: &mut Tx, id: ListingId) -> Result<i64, DbError> {
    let (version,): (i64,) = tx
        .sql("SELECT version FROM listings WHERE id = $1")
        .bind(id)
        .one()
        .await?;
    Ok(version)
}
