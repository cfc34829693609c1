//! Devices, operations, books and credits.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use crate::db::{Db, DbError, Tx};
use crate::events::local::Local;
use crate::events::model::Device;
use crate::events::swap::{Book, BookPlace, Entry, Operation, OperationResult, Reason};
use crate::shared::id::{
    AccountId, BookId, DeviceId, GatheringId, OperationId, OrganisationId, PhotoId,
};

pub async fn insert_device(
    tx: &mut Tx,
    device: &Device,
    token_hash: &[u8],
    by: AccountId,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO event_devices (id, event_id, occurrence, name, token_hash, created_by, created_at,
                                    expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(device.id)
    .bind(device.event_id)
    .bind(device.occurrence)
    .bind(device.name.clone())
    .bind(token_hash.to_vec())
    .bind(by)
    .bind(device.created_at)
    .bind(device.expires_at)
    .run()
    .await
    .map(drop)
}

pub async fn devices(db: &Db, event: GatheringId) -> Result<Vec<Device>, DbError> {
    db.sql(
        "SELECT id, event_id, occurrence, name, created_at, expires_at, revoked_at, last_seen_at
         FROM event_devices WHERE event_id = $1 ORDER BY created_at, id LIMIT 500",
    )
    .bind(event)
    .all()
    .await
}

pub async fn count_devices(tx: &mut Tx, event: GatheringId) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql("SELECT COUNT(*) FROM event_devices WHERE event_id = $1 AND revoked_at IS NULL")
        .bind(event)
        .one()
        .await?;
    Ok(count)
}

/// A device by its token, unless it was revoked or its time is over.
pub async fn device_of_token(
    db: &Db,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Device>, DbError> {
    db.sql(
        "SELECT id, event_id, occurrence, name, created_at, expires_at, revoked_at, last_seen_at
         FROM event_devices WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2",
    )
    .bind(token_hash.to_vec())
    .bind(now)
    .optional()
    .await
}

pub async fn device_seen(tx: &mut Tx, id: DeviceId, now: DateTime<Utc>) -> Result<(), DbError> {
    tx.sql("UPDATE event_devices SET last_seen_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .run()
        .await
        .map(drop)
}

pub async fn revoke_device(
    tx: &mut Tx,
    event: GatheringId,
    id: DeviceId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let changed = tx
        .sql(
            "UPDATE event_devices SET revoked_at = $3
             WHERE id = $1 AND event_id = $2 AND revoked_at IS NULL",
        )
        .bind(id)
        .bind(event)
        .bind(now)
        .run()
        .await?;
    Ok(changed == 1)
}

/// Holds an organisation's ledger until the transaction ends; gives the last position taken.
pub async fn hold_ledger(tx: &mut Tx, organisation: OrganisationId) -> Result<i64, DbError> {
    let (last,): (i64,) = tx
        .sql(
            "UPDATE organisations SET ledger_position = ledger_position WHERE id = $1
             RETURNING ledger_position",
        )
        .bind(organisation)
        .one()
        .await?;
    Ok(last)
}

/// Moves a ledger that this transaction holds on to the last position it took.
pub async fn advance_ledger(
    tx: &mut Tx,
    organisation: OrganisationId,
    position: i64,
) -> Result<(), DbError> {
    tx.sql("UPDATE organisations SET ledger_position = $2 WHERE id = $1")
        .bind(organisation)
        .bind(position)
        .run()
        .await
        .map(drop)
}

pub async fn ledger_position(db: &Db, organisation: OrganisationId) -> Result<i64, DbError> {
    let (position,): (i64,) = db
        .sql("SELECT ledger_position FROM organisations WHERE id = $1")
        .bind(organisation)
        .one()
        .await?;
    Ok(position)
}

/// An operation as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Kept {
    pub id: OperationId,
    pub device_id: DeviceId,
    pub occurrence: Local,
    pub seq: i64,
    pub position: i64,
    pub request_hash: Vec<u8>,
    pub operation: Json<Operation>,
    pub result: OperationResult,
    pub reason: Option<Reason>,
    pub at: DateTime<Utc>,
}

macro_rules! kept_columns {
    () => {
        "id, device_id, occurrence, seq, position, request_hash, operation, result, reason, at"
    };
}

pub async fn operation_by_id(tx: &mut Tx, id: OperationId) -> Result<Option<Kept>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        kept_columns!(),
        " FROM event_operations WHERE id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

pub async fn seq_is_used(tx: &mut Tx, device: DeviceId, seq: i64) -> Result<bool, DbError> {
    let row: Option<(i64,)> = tx
        .sql("SELECT CAST(1 AS BIGINT) FROM event_operations WHERE device_id = $1 AND seq = $2")
        .bind(device)
        .bind(seq)
        .optional()
        .await?;
    Ok(row.is_some())
}

/// How many operations of a device arrived, and the highest number: they differ where some are missing.
pub async fn arrived(tx: &mut Tx, device: DeviceId) -> Result<(i64, i64), DbError> {
    tx.sql(
        "SELECT COUNT(*), CAST(COALESCE(MAX(seq), 0) AS BIGINT)
         FROM event_operations WHERE device_id = $1",
    )
    .bind(device)
    .one()
    .await
}

/// Where an operation was done and when it came.
pub struct Arrival<'a> {
    pub organisation: OrganisationId,
    pub device: &'a Device,
    pub position: i64,
    pub request_hash: &'a [u8],
    pub received_at: DateTime<Utc>,
}

pub async fn insert_operation(
    tx: &mut Tx,
    arrival: &Arrival<'_>,
    operation: &Operation,
    result: OperationResult,
    reason: Option<Reason>,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO event_operations (id, organisation_id, event_id, occurrence, device_id, seq,
                                       position, request_hash, kind, book_id, operation, result,
                                       reason, at, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(operation.id)
    .bind(arrival.organisation)
    .bind(arrival.device.event_id)
    .bind(arrival.device.occurrence)
    .bind(arrival.device.id)
    .bind(operation.seq)
    .bind(arrival.position)
    .bind(arrival.request_hash.to_vec())
    .bind(operation.action.name())
    .bind(operation.action.book())
    .bind(Json(operation.clone()))
    .bind(result)
    .bind(reason)
    .bind(at)
    .bind(arrival.received_at)
    .run()
    .await
    .map(drop)
}

pub async fn settle_operation(
    tx: &mut Tx,
    id: OperationId,
    result: OperationResult,
    reason: Option<Reason>,
) -> Result<(), DbError> {
    tx.sql("UPDATE event_operations SET result = $2, reason = $3 WHERE id = $1")
        .bind(id)
        .bind(result)
        .bind(reason)
        .run()
        .await
        .map(drop)
}

/// Operations that wait for a book of an organisation, in the order in which they came.
pub async fn pending_of(
    tx: &mut Tx,
    organisation: OrganisationId,
    book: BookId,
) -> Result<Vec<Kept>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        kept_columns!(),
        " FROM event_operations WHERE book_id = $2 AND result = 'pending' AND organisation_id = $1
          ORDER BY position"
    ))
    .bind(organisation)
    .bind(book)
    .all()
    .await
}

/// What people should look at: conflicts, refusals, scans of books nobody entered, and warnings.
pub async fn notable(db: &Db, event: GatheringId, occurrence: Local) -> Result<Vec<Kept>, DbError> {
    db.sql(concat!(
        "SELECT ",
        kept_columns!(),
        " FROM event_operations
          WHERE event_id = $1 AND occurrence = $2 AND reason IS NOT NULL
          ORDER BY position DESC LIMIT 500"
    ))
    .bind(event)
    .bind(occurrence)
    .all()
    .await
}

#[derive(sqlx::FromRow)]
struct BookRow {
    id: BookId,
    isbn: Option<String>,
    title: String,
    author: String,
    photo_id: Option<PhotoId>,
    condition: String,
    grams: i64,
    place: BookPlace,
    place_name: Option<String>,
    brought_by: Option<String>,
    credited: i64,
    charged: i64,
    reserved_for: Option<String>,
}

impl From<BookRow> for Book {
    fn from(row: BookRow) -> Self {
        Self {
            id: row.id,
            isbn: row.isbn,
            title: row.title,
            author: row.author,
            photo_id: row.photo_id,
            condition: row.condition,
            grams: row.grams,
            place: row.place,
            place_name: row.place_name,
            brought_by: row.brought_by,
            credited: row.credited,
            charged: row.charged,
            reserved_for: row.reserved_for,
        }
    }
}

macro_rules! book_columns {
    () => {
        "id, isbn, title, author, photo_id, condition, grams, place, place_name, brought_by, \
         credited, charged, reserved_for"
    };
}

/// A book of an organisation, with the last day on which it was scanned.
pub async fn book(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: BookId,
) -> Result<Option<(Book, Local)>, DbError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        occurrence: Local,
        #[sqlx(flatten)]
        book: BookRow,
    }
    let row: Option<Row> = tx
        .sql(concat!(
            "SELECT occurrence, ",
            book_columns!(),
            " FROM swap_books WHERE id = $1 AND organisation_id = $2"
        ))
        .bind(id)
        .bind(organisation)
        .optional()
        .await?;
    Ok(row.map(|row| (row.book.into(), row.occurrence)))
}

/// Whether the id is a book of another organisation.
pub async fn book_is_elsewhere(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: BookId,
) -> Result<bool, DbError> {
    let row: Option<(i64,)> = tx
        .sql("SELECT CAST(1 AS BIGINT) FROM swap_books WHERE id = $1 AND organisation_id <> $2")
        .bind(id)
        .bind(organisation)
        .optional()
        .await?;
    Ok(row.is_some())
}

pub async fn put_book(
    tx: &mut Tx,
    organisation: OrganisationId,
    (event, occurrence): (GatheringId, Local),
    book: &Book,
    position: i64,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO swap_books (id, organisation_id, event_id, isbn, title, author, photo_id,
                                 condition, grams, place, place_name, brought_by, credited, charged,
                                 reserved_for, position, occurrence)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT (id) DO UPDATE SET event_id = $3, isbn = $4, title = $5, author = $6,
                photo_id = $7, condition = $8, grams = $9, place = $10, place_name = $11,
                brought_by = $12, credited = $13, charged = $14, reserved_for = $15, position = $16,
                occurrence = $17",
    )
    .bind(book.id)
    .bind(organisation)
    .bind(event)
    .bind(book.isbn.clone())
    .bind(book.title.clone())
    .bind(book.author.clone())
    .bind(book.photo_id)
    .bind(book.condition.clone())
    .bind(book.grams)
    .bind(book.place)
    .bind(book.place_name.clone())
    .bind(book.brought_by.clone())
    .bind(book.credited)
    .bind(book.charged)
    .bind(book.reserved_for.clone())
    .bind(position)
    .bind(occurrence)
    .run()
    .await
    .map(drop)
}

/// Books that changed after a position, in order of their last change.
pub async fn books_since(
    db: &Db,
    event: GatheringId,
    since: i64,
    limit: i64,
) -> Result<Vec<(i64, Book)>, DbError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        position: i64,
        #[sqlx(flatten)]
        book: BookRow,
    }
    let rows: Vec<Row> = db
        .sql(concat!(
            "SELECT position, ",
            book_columns!(),
            " FROM swap_books WHERE event_id = $1 AND position > $2 ORDER BY position, id LIMIT $3"
        ))
        .bind(event)
        .bind(since)
        .bind(limit)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.position, row.book.into()))
        .collect())
}

/// Books on the desk or the shelf, which `Action::LeaveRest` moves.
pub async fn books_at_hand(tx: &mut Tx, event: GatheringId) -> Result<Vec<Book>, DbError> {
    let rows: Vec<BookRow> = tx
        .sql(concat!(
            "SELECT ",
            book_columns!(),
            " FROM swap_books WHERE event_id = $1 AND place IN ('desk', 'shelf') ORDER BY id"
        ))
        .bind(event)
        .all()
        .await?;
    Ok(rows.into_iter().map(Book::from).collect())
}

/// Books by place.
pub async fn book_places(
    db: &Db,
    event: GatheringId,
) -> Result<Vec<(BookPlace, Option<String>, i64)>, DbError> {
    db.sql(
        "SELECT place, CASE WHEN place = 'leftover' THEN place_name END, COUNT(*)
         FROM swap_books WHERE event_id = $1
         GROUP BY place, CASE WHEN place = 'leftover' THEN place_name END ORDER BY place",
    )
    .bind(event)
    .all()
    .await
}

pub async fn insert_move(
    tx: &mut Tx,
    operation: OperationId,
    position: i64,
    from: Option<BookPlace>,
    book: &Book,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO swap_moves (operation_id, book_id, position, from_place, to_place, place_name, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(operation)
    .bind(book.id)
    .bind(position)
    .bind(from)
    .bind(book.place)
    .bind(book.place_name.clone())
    .bind(at)
    .run()
    .await
    .map(drop)
}

pub async fn insert_entries(
    tx: &mut Tx,
    operation: &Operation,
    organisation: OrganisationId,
    event: GatheringId,
    entries: &[Entry],
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    for (line, entry) in (0_i64..).zip(entries) {
        tx.sql(
            "INSERT INTO swap_entries (operation_id, line, organisation_id, event_id, holder, credits,
                                       book_id, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(operation.id)
        .bind(line)
        .bind(organisation)
        .bind(event)
        .bind(entry.holder.clone())
        .bind(entry.credits)
        .bind(operation.action.book())
        .bind(at)
        .run()
        .await?;
    }
    Ok(())
}

/// What each class and card of an organisation has, the pool last.
pub async fn balances(
    db: &Db,
    organisation: OrganisationId,
) -> Result<Vec<(String, i64)>, DbError> {
    db.sql(
        "SELECT holder, CAST(SUM(credits) AS BIGINT) FROM swap_entries
         WHERE organisation_id = $1 GROUP BY holder
         ORDER BY CASE WHEN holder = 'pool' THEN 1 ELSE 0 END, holder",
    )
    .bind(organisation)
    .all()
    .await
}

pub async fn balance(
    tx: &mut Tx,
    organisation: OrganisationId,
    holder: &str,
) -> Result<i64, DbError> {
    let (credits,): (i64,) = tx
        .sql(
            "SELECT CAST(COALESCE(SUM(credits), 0) AS BIGINT) FROM swap_entries
             WHERE organisation_id = $1 AND holder = $2",
        )
        .bind(organisation)
        .bind(holder.to_owned())
        .one()
        .await?;
    Ok(credits)
}

/// A title the swaps have learned.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Title {
    pub isbn: String,
    pub title: String,
    pub author: String,
    pub version: i64,
}

pub async fn title(db: &Db, isbn: &str) -> Result<Option<Title>, DbError> {
    db.sql("SELECT isbn, title, author, version FROM book_titles WHERE isbn = $1")
        .bind(isbn.to_owned())
        .optional()
        .await
}

/// Learns a title that nobody entered before; what is known stays.
pub async fn learn_title(
    tx: &mut Tx,
    isbn: &str,
    title: &str,
    author: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO book_titles (isbn, title, author, version, updated_at) VALUES ($1, $2, $3, 1, $4)
         ON CONFLICT (isbn) DO NOTHING",
    )
    .bind(isbn.to_owned())
    .bind(title.to_owned())
    .bind(author.to_owned())
    .bind(now)
    .run()
    .await
    .map(drop)
}

pub async fn title_in(tx: &mut Tx, isbn: &str) -> Result<Option<Title>, DbError> {
    tx.sql("SELECT isbn, title, author, version FROM book_titles WHERE isbn = $1")
        .bind(isbn.to_owned())
        .optional()
        .await
}

/// Corrects a title.
pub async fn put_title(
    tx: &mut Tx,
    isbn: &str,
    title: &str,
    author: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO book_titles (isbn, title, author, version, updated_at) VALUES ($1, $2, $3, 1, $4)
         ON CONFLICT (isbn) DO UPDATE SET title = $2, author = $3, version = book_titles.version + 1,
                updated_at = $4",
    )
    .bind(isbn.to_owned())
    .bind(title.to_owned())
    .bind(author.to_owned())
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Titles of the books an event has, for its device: typed ones fill what the scan leaves empty.
pub async fn titles_of(db: &Db, event: GatheringId) -> Result<Vec<Title>, DbError> {
    db.sql(
        "SELECT t.isbn, t.title, t.author, t.version FROM book_titles t
         WHERE EXISTS (SELECT 1 FROM swap_books b WHERE b.isbn = t.isbn AND b.event_id = $1)
         ORDER BY t.isbn LIMIT 5000",
    )
    .bind(event)
    .all()
    .await
}
