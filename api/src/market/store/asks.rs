//! Asks, messages, hand-overs and marks.

use chrono::{DateTime, Utc};

use crate::db::{Db, DbError, Tx};
use crate::market::model::{Ask, Kind, Mark, Message, TextState};
use crate::shared::id::{AccountId, AskId, ListingId, MarkId, MessageId};
use crate::shared::page::Cursor;

/// The columns of [`Ask`], of `asks a`.
macro_rules! ask_columns {
    () => {
        "a.id, a.listing_id, a.asker, a.owner, a.state, a.delivered, a.lang, a.handover_at, \
         a.handover_place, a.handover_by, a.handover_accepted_at, a.asker_read_at, \
         a.owner_read_at, a.promised_at, a.done_at, a.returned_at, a.ended_at, a.erased_at, \
         a.version, a.created_at, a.updated_at"
    };
}

macro_rules! mark_columns {
    () => {
        "id, ask_id, kind, made_by, about, thumbs, reason, counts, text, text_state, reply_id, \
         reply, reply_state, at"
    };
}

/// False when the person has an open ask about the listing already.
pub async fn insert_ask(tx: &mut Tx, ask: &Ask) -> Result<bool, DbError> {
    let inserted = tx
        .sql(
            "INSERT INTO asks (id, listing_id, asker, owner, state, delivered, lang, asker_read_at,
                               owner_read_at, version, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $8, $8)
             ON CONFLICT (listing_id, asker) WHERE state IN ('open', 'promised') DO NOTHING",
        )
        .bind(ask.id)
        .bind(ask.listing_id)
        .bind(ask.asker)
        .bind(ask.owner)
        .bind(ask.state)
        .bind(ask.delivered)
        .bind(ask.lang.clone())
        .bind(ask.created_at)
        .bind(ask.owner_read_at)
        .run()
        .await?;
    Ok(inserted == 1)
}

pub async fn save_ask(tx: &mut Tx, ask: &Ask, now: DateTime<Utc>) -> Result<(), DbError> {
    tx.sql(
        "UPDATE asks SET state = $2, delivered = $3, handover_at = $4, handover_place = $5,
                handover_by = $6, handover_accepted_at = $7, promised_at = $8, done_at = $9,
                returned_at = $10, ended_at = $11, updated_at = $12, version = version + 1
         WHERE id = $1",
    )
    .bind(ask.id)
    .bind(ask.state)
    .bind(ask.delivered)
    .bind(ask.handover_at)
    .bind(ask.handover_place.clone())
    .bind(ask.handover_by)
    .bind(ask.handover_accepted_at)
    .bind(ask.promised_at)
    .bind(ask.done_at)
    .bind(ask.returned_at)
    .bind(ask.ended_at)
    .bind(now)
    .run()
    .await
    .map(drop)
}

pub async fn ask(db: &Db, id: AskId) -> Result<Option<Ask>, DbError> {
    db.sql(concat!(
        "SELECT ",
        ask_columns!(),
        " FROM asks a WHERE a.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// Reads an ask whose listing this transaction holds.
pub async fn ask_in(tx: &mut Tx, id: AskId) -> Result<Option<Ask>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        ask_columns!(),
        " FROM asks a WHERE a.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// Asks about a listing that are not over.
pub async fn open_asks(tx: &mut Tx, listing: ListingId) -> Result<Vec<Ask>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        ask_columns!(),
        " FROM asks a WHERE a.listing_id = $1 AND a.state IN ('open', 'promised') ORDER BY a.id"
    ))
    .bind(listing)
    .all()
    .await
}

/// Open asks between two people, whoever asked, by listing.
pub async fn open_between(
    tx: &mut Tx,
    one: AccountId,
    other: AccountId,
) -> Result<Vec<(AskId, ListingId)>, DbError> {
    tx.sql(
        "SELECT id, listing_id FROM asks
         WHERE state IN ('open', 'promised')
           AND ((asker = $1 AND owner = $2) OR (asker = $2 AND owner = $1))
         ORDER BY listing_id, id",
    )
    .bind(one)
    .bind(other)
    .all()
    .await
}

/// Asks about a listing that reached its owner, newest first.
pub async fn asks_of_listing(db: &Db, listing: ListingId) -> Result<Vec<Ask>, DbError> {
    db.sql(concat!(
        "SELECT ",
        ask_columns!(),
        " FROM asks a WHERE a.listing_id = $1 AND a.delivered
         ORDER BY a.updated_at DESC, a.id DESC LIMIT 200"
    ))
    .bind(listing)
    .all()
    .await
}

/// A person's asks on both sides, newest first.
pub async fn asks_of(
    db: &Db,
    account: AccountId,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Ask>, DbError> {
    db.sql(concat!(
        "SELECT ",
        ask_columns!(),
        " FROM asks a
         WHERE (a.asker = $1 OR (a.owner = $1 AND a.delivered))
           AND ($2 IS NULL OR (a.updated_at, a.id) < ($2, $3))
         ORDER BY a.updated_at DESC, a.id DESC LIMIT $4"
    ))
    .bind(account)
    .bind(after.map(|cursor| cursor.at))
    .bind(after.map(|cursor| cursor.id))
    .bind(limit)
    .all()
    .await
}

/// The viewer's own open or last ask about a listing.
pub async fn own_ask(
    db: &Db,
    listing: ListingId,
    asker: AccountId,
) -> Result<Option<AskId>, DbError> {
    let row: Option<(AskId,)> = db
        .sql(
            "SELECT id FROM asks WHERE listing_id = $1 AND asker = $2
             ORDER BY created_at DESC, id DESC LIMIT 1",
        )
        .bind(listing)
        .bind(asker)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}

pub async fn count_asks(db: &Db, listing: ListingId) -> Result<i64, DbError> {
    let (count,): (i64,) = db
        .sql(
            "SELECT COUNT(*) FROM asks
             WHERE listing_id = $1 AND delivered AND state IN ('open', 'promised')",
        )
        .bind(listing)
        .one()
        .await?;
    Ok(count)
}

/// Two literals, since a column's name cannot be bound.
pub async fn mark_read(
    db: &Db,
    ask: &Ask,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let sql = if by == ask.asker {
        "UPDATE asks SET asker_read_at = $2 WHERE id = $1"
    } else {
        "UPDATE asks SET owner_read_at = $2 WHERE id = $1"
    };
    db.sql(sql).bind(ask.id).bind(now).run().await.map(drop)
}

pub async fn insert_message(tx: &mut Tx, message: &Message) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO ask_messages (id, ask_id, author, text, state, at, delivered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(message.id)
    .bind(message.ask_id)
    .bind(message.author)
    .bind(message.text.clone())
    .bind(message.state)
    .bind(message.at)
    .bind(message.delivered_at)
    .run()
    .await
    .map(drop)
}

pub async fn message_in(tx: &mut Tx, id: MessageId) -> Result<Option<Message>, DbError> {
    tx.sql(
        "SELECT id, ask_id, author, text, state, at, delivered_at FROM ask_messages WHERE id = $1",
    )
    .bind(id)
    .optional()
    .await
}

pub async fn message(db: &Db, id: MessageId) -> Result<Option<Message>, DbError> {
    db.sql(
        "SELECT id, ask_id, author, text, state, at, delivered_at FROM ask_messages WHERE id = $1",
    )
    .bind(id)
    .optional()
    .await
}

pub async fn save_message(tx: &mut Tx, message: &Message) -> Result<(), DbError> {
    tx.sql("UPDATE ask_messages SET text = $2, state = $3, delivered_at = $4 WHERE id = $1")
        .bind(message.id)
        .bind(message.text.clone())
        .bind(message.state)
        .bind(message.delivered_at)
        .run()
        .await
        .map(drop)
}

pub async fn messages(db: &Db, ask: AskId) -> Result<Vec<Message>, DbError> {
    db.sql(
        "SELECT id, ask_id, author, text, state, at, delivered_at FROM ask_messages
         WHERE ask_id = $1 ORDER BY COALESCE(delivered_at, at), id LIMIT 1000",
    )
    .bind(ask)
    .all()
    .await
}

pub async fn count_messages(tx: &mut Tx, ask: AskId) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql("SELECT COUNT(*) FROM ask_messages WHERE ask_id = $1")
        .bind(ask)
        .one()
        .await?;
    Ok(count)
}

/// Delivered messages that a side has not read.
pub async fn unread(
    db: &Db,
    ask: AskId,
    by: AccountId,
    read_at: DateTime<Utc>,
) -> Result<i64, DbError> {
    let (count,): (i64,) = db
        .sql(
            "SELECT COUNT(*) FROM ask_messages
             WHERE ask_id = $1 AND author <> $2 AND state = 'published' AND delivered_at > $3",
        )
        .bind(ask)
        .bind(by)
        .bind(read_at)
        .one()
        .await?;
    Ok(count)
}

/// As [`unread`], within a transaction.
pub async fn unread_in(
    tx: &mut Tx,
    ask: AskId,
    by: AccountId,
    read_at: DateTime<Utc>,
) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql(
            "SELECT COUNT(*) FROM ask_messages
             WHERE ask_id = $1 AND author <> $2 AND state = 'published' AND delivered_at > $3",
        )
        .bind(ask)
        .bind(by)
        .bind(read_at)
        .one()
        .await?;
    Ok(count)
}

/// What a hand-over counts for.
pub struct NewHandover {
    pub ask: AskId,
    pub listing: ListingId,
    pub owner: AccountId,
    pub asker: AccountId,
    pub kind: Kind,
    pub at: DateTime<Utc>,
    pub month: String,
    pub root: String,
    pub category: String,
    pub quantity: i64,
    pub low_g: i64,
    pub typical_g: i64,
    pub high_g: i64,
}

/// Counts a hand-over once, however often it is said.
pub async fn insert_handover(tx: &mut Tx, new: &NewHandover) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO market_handovers (ask_id, listing_id, owner, asker, kind, at, month, root,
                                       category, quantity, low_g, typical_g, high_g)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (ask_id) DO NOTHING",
    )
    .bind(new.ask)
    .bind(new.listing)
    .bind(new.owner)
    .bind(new.asker)
    .bind(new.kind)
    .bind(new.at)
    .bind(new.month.clone())
    .bind(new.root.clone())
    .bind(new.category.clone())
    .bind(new.quantity)
    .bind(new.low_g)
    .bind(new.typical_g)
    .bind(new.high_g)
    .run()
    .await
    .map(drop)
}

/// False when the side has said it already.
pub async fn insert_mark(tx: &mut Tx, mark: &Mark) -> Result<bool, DbError> {
    let inserted = tx
        .sql(
            "INSERT INTO market_marks (id, ask_id, kind, made_by, about, thumbs, reason, counts, text,
                                       text_state, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (ask_id, kind, made_by) DO NOTHING",
        )
        .bind(mark.id)
        .bind(mark.ask_id)
        .bind(mark.kind)
        .bind(mark.made_by)
        .bind(mark.about)
        .bind(mark.thumbs)
        .bind(mark.reason.clone())
        .bind(mark.counts)
        .bind(mark.text.clone())
        .bind(mark.text_state)
        .bind(mark.at)
        .run()
        .await?;
    Ok(inserted == 1)
}

pub async fn marks(db: &Db, ask: AskId) -> Result<Vec<Mark>, DbError> {
    db.sql(concat!(
        "SELECT ",
        mark_columns!(),
        " FROM market_marks WHERE ask_id = $1 ORDER BY at, id"
    ))
    .bind(ask)
    .all()
    .await
}

/// What the other side said that has no reply yet, the newest first.
pub async fn unanswered(
    tx: &mut Tx,
    ask: AskId,
    about: AccountId,
) -> Result<Option<Mark>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        mark_columns!(),
        " FROM market_marks WHERE ask_id = $1 AND about = $2 AND reply_id IS NULL
         ORDER BY at DESC, id DESC LIMIT 1"
    ))
    .bind(ask)
    .bind(about)
    .optional()
    .await
}

pub async fn set_reply(
    tx: &mut Tx,
    mark: MarkId,
    reply: MarkId,
    text: &str,
    state: TextState,
) -> Result<(), DbError> {
    tx.sql("UPDATE market_marks SET reply_id = $2, reply = $3, reply_state = $4 WHERE id = $1")
        .bind(mark)
        .bind(reply)
        .bind(text.to_owned())
        .bind(state)
        .run()
        .await
        .map(drop)
}

/// What was decided about the words of a mark, or of its reply.
pub async fn set_mark_state(
    tx: &mut Tx,
    id: MarkId,
    state: TextState,
    text: Option<&str>,
) -> Result<(), DbError> {
    tx.sql(
        "UPDATE market_marks SET text_state = $2, text = COALESCE($3, text)
         WHERE id = $1 AND text_state <> 'erased'",
    )
    .bind(id)
    .bind(state)
    .bind(text.map(str::to_owned))
    .run()
    .await?;
    tx.sql(
        "UPDATE market_marks SET reply_state = $2, reply = COALESCE($3, reply)
         WHERE reply_id = $1 AND reply_state <> 'erased'",
    )
    .bind(id)
    .bind(state)
    .bind(text.map(str::to_owned))
    .run()
    .await
    .map(drop)
}

/// The ask whose mark or reply it is.
pub async fn ask_of_mark(db: &Db, id: MarkId) -> Result<Option<AskId>, DbError> {
    let row: Option<(AskId,)> = db
        .sql("SELECT ask_id FROM market_marks WHERE id = $1 OR reply_id = $1")
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}

/// Asks that ended before and still hold words and places.
pub async fn to_erase(db: &Db, before: DateTime<Utc>) -> Result<Vec<AskId>, DbError> {
    let rows: Vec<(AskId,)> = db
        .sql(
            "SELECT id FROM asks WHERE ended_at < $1 AND erased_at IS NULL
             ORDER BY ended_at, id LIMIT 500",
        )
        .bind(before)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub async fn erase(tx: &mut Tx, ask: AskId, now: DateTime<Utc>) -> Result<(), DbError> {
    tx.sql("UPDATE ask_messages SET text = '', state = 'erased' WHERE ask_id = $1")
        .bind(ask)
        .run()
        .await?;
    tx.sql(
        "UPDATE market_marks SET text = '', text_state = 'erased',
                reply = CASE WHEN reply IS NULL THEN NULL ELSE '' END,
                reply_state = CASE WHEN reply IS NULL THEN NULL ELSE 'erased' END
         WHERE ask_id = $1",
    )
    .bind(ask)
    .run()
    .await?;
    tx.sql("UPDATE asks SET handover_place = NULL, erased_at = $2 WHERE id = $1")
        .bind(ask)
        .bind(now)
        .run()
        .await
        .map(drop)
}
