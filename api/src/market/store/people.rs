//! Merchants, blocks, saved searches, and what somebody is known for.

use chrono::{DateTime, Utc};

use crate::db::{Db, DbError, Tx};
use crate::market::model::{Block, SavedSearch, Seller, SellerState, TextState, Thumbs};
use crate::shared::id::{AccountId, BlockId, PhotoId, SearchId, SellerId};
use crate::shared::page::Cursor;

macro_rules! seller_columns {
    () => {
        "id, account_id, name, intro, licence_number, licence_photo, township, lang, state, shown, \
         reason, decided_by, decided_at, version, created_at, updated_at"
    };
}

macro_rules! search_columns {
    () => {
        "id, account_id, kind, terms, category, township, q, price_max_fen, lang, seen_at, \
         told_until, told_day, created_at"
    };
}

pub async fn insert_seller(tx: &mut Tx, seller: &Seller) -> Result<bool, DbError> {
    let inserted = tx
        .sql(
            "INSERT INTO market_sellers (id, account_id, name, intro, licence_number, licence_photo,
                                         township, lang, state, shown, reason, version, created_at,
                                         updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 1, $11, $11)
             ON CONFLICT (account_id) DO NOTHING",
        )
        .bind(seller.id)
        .bind(seller.account_id)
        .bind(seller.name.clone())
        .bind(seller.intro.clone())
        .bind(seller.licence_number.clone())
        .bind(seller.licence_photo)
        .bind(seller.township.clone())
        .bind(seller.lang.clone())
        .bind(seller.state)
        .bind(seller.shown)
        .bind(seller.created_at)
        .run()
        .await?;
    Ok(inserted == 1)
}

pub async fn save_seller(tx: &mut Tx, seller: &Seller, now: DateTime<Utc>) -> Result<(), DbError> {
    tx.sql(
        "UPDATE market_sellers SET name = $2, intro = $3, licence_number = $4, licence_photo = $5,
                township = $6, lang = $7, state = $8, shown = $9, reason = $10, decided_by = $11,
                decided_at = $12, updated_at = $13, version = version + 1
         WHERE id = $1",
    )
    .bind(seller.id)
    .bind(seller.name.clone())
    .bind(seller.intro.clone())
    .bind(seller.licence_number.clone())
    .bind(seller.licence_photo)
    .bind(seller.township.clone())
    .bind(seller.lang.clone())
    .bind(seller.state)
    .bind(seller.shown)
    .bind(seller.reason.clone())
    .bind(seller.decided_by)
    .bind(seller.decided_at)
    .bind(now)
    .run()
    .await
    .map(drop)
}

pub async fn lock_seller(tx: &mut Tx, id: SellerId) -> Result<Option<Seller>, DbError> {
    tx.sql("UPDATE market_sellers SET version = version WHERE id = $1")
        .bind(id)
        .run()
        .await?;
    tx.sql(concat!(
        "SELECT ",
        seller_columns!(),
        " FROM market_sellers WHERE id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

pub async fn seller(db: &Db, id: SellerId) -> Result<Option<Seller>, DbError> {
    db.sql(concat!(
        "SELECT ",
        seller_columns!(),
        " FROM market_sellers WHERE id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

pub async fn seller_of(db: &Db, account: AccountId) -> Result<Option<Seller>, DbError> {
    db.sql(concat!(
        "SELECT ",
        seller_columns!(),
        " FROM market_sellers WHERE account_id = $1"
    ))
    .bind(account)
    .optional()
    .await
}

pub async fn seller_of_in(tx: &mut Tx, account: AccountId) -> Result<Option<Seller>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        seller_columns!(),
        " FROM market_sellers WHERE account_id = $1"
    ))
    .bind(account)
    .optional()
    .await
}

pub async fn sellers(
    db: &Db,
    state: Option<SellerState>,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Seller>, DbError> {
    db.sql(concat!(
        "SELECT ",
        seller_columns!(),
        " FROM market_sellers
         WHERE ($1 IS NULL OR state = $1) AND ($2 IS NULL OR (updated_at, id) < ($2, $3))
         ORDER BY updated_at DESC, id DESC LIMIT $4"
    ))
    .bind(state)
    .bind(after.map(|cursor| cursor.at))
    .bind(after.map(|cursor| cursor.id))
    .bind(limit)
    .all()
    .await
}

/// Whether a photo is free to be a licence: it belongs to nothing else.
pub async fn is_free_photo(
    tx: &mut Tx,
    photo: PhotoId,
    seller: Option<SellerId>,
) -> Result<bool, DbError> {
    let row: Option<(i64,)> = tx
        .sql(
            "SELECT CAST(1 AS BIGINT) FROM photos p
             WHERE p.id = $1 AND p.report_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM pickup_photos u WHERE u.photo_id = p.id)
               AND NOT EXISTS (SELECT 1 FROM listing_photos u WHERE u.photo_id = p.id)
               AND NOT EXISTS (SELECT 1 FROM market_sellers s
                               WHERE s.licence_photo = p.id AND ($2 IS NULL OR s.id <> $2))",
        )
        .bind(photo)
        .bind(seller)
        .optional()
        .await?;
    Ok(row.is_some())
}

/// The account whose licence a photo shows.
pub async fn account_of_licence(db: &Db, photo: PhotoId) -> Result<Option<AccountId>, DbError> {
    let row: Option<(AccountId,)> = db
        .sql("SELECT account_id FROM market_sellers WHERE licence_photo = $1")
        .bind(photo)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}

/// Somebody's name and address for letters.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Person {
    pub name: String,
    pub email: Option<String>,
    pub disabled: bool,
}

pub async fn person(db: &Db, account: AccountId) -> Result<Option<Person>, DbError> {
    db.sql("SELECT name, email, disabled FROM accounts WHERE id = $1")
        .bind(account)
        .optional()
        .await
}

pub async fn person_in(tx: &mut Tx, account: AccountId) -> Result<Option<Person>, DbError> {
    tx.sql("SELECT name, email, disabled FROM accounts WHERE id = $1")
        .bind(account)
        .optional()
        .await
}

/// False when the person is blocked already.
pub async fn insert_block(
    tx: &mut Tx,
    id: BlockId,
    blocker: AccountId,
    blocked: AccountId,
    reason: &str,
    note: &str,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let inserted = tx
        .sql(
            "INSERT INTO market_blocks (id, blocker, blocked, reason, note, at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (blocker, blocked) DO NOTHING",
        )
        .bind(id)
        .bind(blocker)
        .bind(blocked)
        .bind(reason.to_owned())
        .bind(note.to_owned())
        .bind(at)
        .run()
        .await?;
    Ok(inserted == 1)
}

pub async fn blocks(db: &Db, blocker: AccountId) -> Result<Vec<Block>, DbError> {
    db.sql(
        "SELECT b.id, b.blocked, b.reason, b.note, b.at, a.name
         FROM market_blocks b JOIN accounts a ON a.id = b.blocked
         WHERE b.blocker = $1 ORDER BY b.at DESC, b.id DESC LIMIT 500",
    )
    .bind(blocker)
    .all()
    .await
}

pub async fn delete_block(db: &Db, id: BlockId, blocker: AccountId) -> Result<bool, DbError> {
    let gone = db
        .sql("DELETE FROM market_blocks WHERE id = $1 AND blocker = $2")
        .bind(id)
        .bind(blocker)
        .run()
        .await?;
    Ok(gone == 1)
}

/// Whether either has blocked the other.
pub async fn are_apart(tx: &mut Tx, one: AccountId, other: AccountId) -> Result<bool, DbError> {
    let row: Option<(i64,)> = tx
        .sql(
            "SELECT CAST(1 AS BIGINT) FROM market_blocks
             WHERE (blocker = $1 AND blocked = $2) OR (blocker = $2 AND blocked = $1) LIMIT 1",
        )
        .bind(one)
        .bind(other)
        .optional()
        .await?;
    Ok(row.is_some())
}

pub async fn count_searches(tx: &mut Tx, account: AccountId) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql("SELECT COUNT(*) FROM market_searches WHERE account_id = $1")
        .bind(account)
        .one()
        .await?;
    Ok(count)
}

pub async fn insert_search(tx: &mut Tx, search: &SavedSearch) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO market_searches (id, account_id, kind, terms, category, township, q,
                                      price_max_fen, lang, seen_at, told_until, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $10)",
    )
    .bind(search.id)
    .bind(search.account_id)
    .bind(search.kind)
    .bind(search.terms)
    .bind(search.category.clone())
    .bind(search.township.clone())
    .bind(search.q.clone())
    .bind(search.price_max_fen)
    .bind(search.lang.clone())
    .bind(search.created_at)
    .run()
    .await
    .map(drop)
}

pub async fn searches(db: &Db, account: AccountId) -> Result<Vec<SavedSearch>, DbError> {
    db.sql(concat!(
        "SELECT ",
        search_columns!(),
        " FROM market_searches WHERE account_id = $1 ORDER BY created_at DESC, id DESC"
    ))
    .bind(account)
    .all()
    .await
}

pub async fn delete_search(db: &Db, id: SearchId, account: AccountId) -> Result<bool, DbError> {
    let gone = db
        .sql("DELETE FROM market_searches WHERE id = $1 AND account_id = $2")
        .bind(id)
        .bind(account)
        .run()
        .await?;
    Ok(gone == 1)
}

pub async fn see_search(
    db: &Db,
    id: SearchId,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let seen = db
        .sql("UPDATE market_searches SET seen_at = $3 WHERE id = $1 AND account_id = $2")
        .bind(id)
        .bind(account)
        .bind(now)
        .run()
        .await?;
    Ok(seen == 1)
}

/// Searches of people with an address that were not told of on a day yet.
pub async fn to_tell(db: &Db, day: &str) -> Result<Vec<SavedSearch>, DbError> {
    db.sql(
        "SELECT s.id, s.account_id, s.kind, s.terms, s.category, s.township, s.q, s.price_max_fen,
                s.lang, s.seen_at, s.told_until, s.told_day, s.created_at
         FROM market_searches s JOIN accounts a ON a.id = s.account_id
         WHERE a.email IS NOT NULL AND NOT a.disabled AND (s.told_day IS NULL OR s.told_day < $1)
         ORDER BY s.id LIMIT 500",
    )
    .bind(day.to_owned())
    .all()
    .await
}

/// Takes a search's turn on a day; false when another replica has it.
pub async fn take_turn(
    tx: &mut Tx,
    id: SearchId,
    day: &str,
    until: DateTime<Utc>,
) -> Result<bool, DbError> {
    let taken = tx
        .sql(
            "UPDATE market_searches SET told_day = $2, told_until = $3
             WHERE id = $1 AND (told_day IS NULL OR told_day < $2)",
        )
        .bind(id)
        .bind(day.to_owned())
        .bind(until)
        .run()
        .await?;
    Ok(taken == 1)
}

/// When something somebody took part in changed hands.
pub async fn handovers_of(
    db: &Db,
    account: AccountId,
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, DbError> {
    let rows: Vec<(DateTime<Utc>,)> = db
        .sql(
            "SELECT at FROM market_handovers WHERE (owner = $1 OR asker = $1) AND at > $2
             ORDER BY at DESC LIMIT 1000",
        )
        .bind(account)
        .bind(since)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

/// No-shows that count and ratings about somebody.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MarkRow {
    pub at: DateTime<Utc>,
    pub thumbs: Option<Thumbs>,
    pub counts: bool,
}

pub async fn marks_about(
    db: &Db,
    account: AccountId,
    since: DateTime<Utc>,
) -> Result<Vec<MarkRow>, DbError> {
    db.sql(
        "SELECT at, thumbs, counts FROM market_marks WHERE about = $1 AND at > $2
         ORDER BY at DESC LIMIT 1000",
    )
    .bind(account)
    .bind(since)
    .all()
    .await
}

/// Names and words of a seller as moderators left them.
pub async fn set_seller_shown(
    tx: &mut Tx,
    id: SellerId,
    shown: TextState,
    name: Option<&str>,
    intro: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "UPDATE market_sellers SET shown = $2, name = COALESCE($3, name),
                intro = COALESCE($4, intro), updated_at = $5, version = version + 1
         WHERE id = $1",
    )
    .bind(id)
    .bind(shown)
    .bind(name.map(str::to_owned))
    .bind(intro.map(str::to_owned))
    .bind(now)
    .run()
    .await
    .map(drop)
}
