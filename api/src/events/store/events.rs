//! Events, their days, followers, notices, feeds and figures.

use chrono::{DateTime, Utc};

use crate::db::{Db, DbError, Tx};
use crate::events::local::Local;
use crate::events::model::{Day, Gathering, Notice};
use crate::events::swap::Tally;
use crate::shared::id::{AccountId, GatheringId, NoticeId, OrganisationId, PhotoId};

/// The columns of [`Gathering`], of `events e`.
macro_rules! event_columns {
    () => {
        "e.id, e.organisation_id, e.kind, e.title, e.text, e.lang, e.photo_id, e.township, \
         e.community, e.address, e.lng, e.lat, e.starts, e.schedule, e.first_day, e.last_day, \
         e.state, e.note, e.sequence, e.stall_plan, e.leftover_place, e.published_at, \
         e.noticed_at, e.created_by, e.version, e.created_at, e.updated_at"
    };
}

pub async fn insert_event(tx: &mut Tx, new: &Gathering) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO events (id, organisation_id, kind, title, text, lang, photo_id, township,
                             community, address, lng, lat, starts, schedule, first_day, last_day,
                             state, sequence, leftover_place, created_by, version, created_at,
                             updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                 $20, 1, $21, $21)",
    )
    .bind(new.id)
    .bind(new.organisation_id)
    .bind(new.kind.clone())
    .bind(new.title.clone())
    .bind(new.text.clone())
    .bind(new.lang.clone())
    .bind(new.photo_id)
    .bind(new.township.clone())
    .bind(new.community.clone())
    .bind(new.address.clone())
    .bind(new.lng)
    .bind(new.lat)
    .bind(new.starts)
    .bind(new.schedule.clone())
    .bind(new.first_day.clone())
    .bind(new.last_day.clone())
    .bind(new.state)
    .bind(new.sequence)
    .bind(new.leftover_place.clone())
    .bind(new.created_by)
    .bind(new.created_at)
    .run()
    .await
    .map(drop)
}

/// Writes what can change; false when somebody else did since it was read.
pub async fn save_event(tx: &mut Tx, event: &Gathering) -> Result<bool, DbError> {
    let changed = tx
        .sql(
            "UPDATE events SET title = $3, text = $4, photo_id = $5, township = $6, community = $7,
                    address = $8, lng = $9, lat = $10, starts = $11, schedule = $12, first_day = $13,
                    last_day = $14, state = $15, note = $16, sequence = $17, stall_plan = $18,
                    leftover_place = $19, published_at = $20, noticed_at = $21, updated_at = $22,
                    version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(event.id)
        .bind(event.version)
        .bind(event.title.clone())
        .bind(event.text.clone())
        .bind(event.photo_id)
        .bind(event.township.clone())
        .bind(event.community.clone())
        .bind(event.address.clone())
        .bind(event.lng)
        .bind(event.lat)
        .bind(event.starts)
        .bind(event.schedule.clone())
        .bind(event.first_day.clone())
        .bind(event.last_day.clone())
        .bind(event.state)
        .bind(event.note.clone())
        .bind(event.sequence)
        .bind(event.stall_plan.clone())
        .bind(event.leftover_place.clone())
        .bind(event.published_at)
        .bind(event.noticed_at)
        .bind(event.updated_at)
        .run()
        .await?;
    Ok(changed == 1)
}

pub async fn event(db: &Db, id: GatheringId) -> Result<Option<Gathering>, DbError> {
    db.sql(concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

pub async fn event_in(tx: &mut Tx, id: GatheringId) -> Result<Option<Gathering>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// Deletes an event that was never published; false when it has changed since it was read.
pub async fn delete_event(tx: &mut Tx, id: GatheringId, version: i64) -> Result<bool, DbError> {
    let gone = tx
        .sql("DELETE FROM events WHERE id = $1 AND version = $2 AND published_at IS NULL")
        .bind(id)
        .bind(version)
        .run()
        .await?;
    Ok(gone == 1)
}

/// Keeps an event as it was read until the transaction ends; false when it has changed since.
pub async fn pin_event(tx: &mut Tx, id: GatheringId, version: i64) -> Result<bool, DbError> {
    let pinned = tx
        .sql("UPDATE events SET version = version WHERE id = $1 AND version = $2")
        .bind(id)
        .bind(version)
        .run()
        .await?;
    Ok(pinned == 1)
}

/// Which public events a list or a feed shows.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Not over before, and begun by; `YYYY-MM-DD`.
    pub from: String,
    pub to: String,
    pub township: Option<String>,
    pub kind: Option<String>,
    pub organisation: Option<OrganisationId>,
}

/// Events everybody may see, of organisations that may be seen.
pub async fn public_events(
    db: &Db,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<Gathering>, DbError> {
    db.sql(concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e JOIN organisations o ON o.id = e.organisation_id
          WHERE e.state IN ('published', 'postponed', 'cancelled', 'done')
            AND o.state = 'approved' AND o.moderation = 'publish'
            AND (e.last_day IS NULL OR e.last_day >= $1) AND e.first_day <= $2
            AND ($3 IS NULL OR e.township = $3) AND ($4 IS NULL OR e.kind = $4)
            AND ($5 IS NULL OR e.organisation_id = $5)
          ORDER BY e.first_day, e.id LIMIT $6"
    ))
    .bind(wanted.from.clone())
    .bind(wanted.to.clone())
    .bind(wanted.township.clone())
    .bind(wanted.kind.clone())
    .bind(wanted.organisation)
    .bind(limit)
    .all()
    .await
}

/// Every event of an organisation, drafts included, newest first.
pub async fn events_of(db: &Db, organisation: OrganisationId) -> Result<Vec<Gathering>, DbError> {
    db.sql(concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.organisation_id = $1 ORDER BY e.created_at DESC, e.id DESC LIMIT 500"
    ))
    .bind(organisation)
    .all()
    .await
}

/// Public events a person follows, has a stall at, or helps with.
pub async fn events_of_person(db: &Db, account: AccountId) -> Result<Vec<Gathering>, DbError> {
    db.sql(concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e
          WHERE e.state IN ('published', 'postponed', 'cancelled', 'done')
            AND (EXISTS (SELECT 1 FROM event_followers f WHERE f.event_id = e.id AND f.account_id = $1)
              OR EXISTS (SELECT 1 FROM stall_bookings b WHERE b.event_id = e.id AND b.account_id = $1
                           AND b.status IN ('offered', 'booked', 'attended'))
              OR EXISTS (SELECT 1 FROM organisation_members m
                         WHERE m.organisation_id = e.organisation_id AND m.account_id = $1))
          ORDER BY e.first_day, e.id LIMIT 500"
    ))
    .bind(account)
    .all()
    .await
}

/// Events that are on and whose last day is over.
pub async fn events_over(db: &Db, today: &str) -> Result<Vec<Gathering>, DbError> {
    db.sql(concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.state IN ('published', 'postponed') AND e.last_day < $1
          ORDER BY e.id LIMIT 200"
    ))
    .bind(today.to_owned())
    .all()
    .await
}

pub async fn event_of_photo(db: &Db, photo: PhotoId) -> Result<Option<Gathering>, DbError> {
    db.sql(concat!(
        "SELECT ",
        event_columns!(),
        " FROM events e WHERE e.photo_id = $1
            OR EXISTS (SELECT 1 FROM swap_books b WHERE b.photo_id = $1 AND b.event_id = e.id)
          LIMIT 1"
    ))
    .bind(photo)
    .optional()
    .await
}

/// Whether a photo is free to be used: uploaded, and of nothing else.
pub async fn photo_is_free(tx: &mut Tx, photo: PhotoId) -> Result<bool, DbError> {
    let row: Option<(i64,)> = tx
        .sql(
            "SELECT CAST(1 AS BIGINT) FROM photos p WHERE p.id = $1 AND p.report_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM pickup_photos u WHERE u.photo_id = p.id)
               AND NOT EXISTS (SELECT 1 FROM events e WHERE e.photo_id = p.id)
               AND NOT EXISTS (SELECT 1 FROM swap_books b WHERE b.photo_id = p.id)",
        )
        .bind(photo)
        .optional()
        .await?;
    Ok(row.is_some())
}

/// Makes an occurrence's row if there is none, and holds it until the transaction ends.
pub async fn hold_day(tx: &mut Tx, event: GatheringId, occurrence: Local) -> Result<Day, DbError> {
    tx.sql(
        "INSERT INTO event_days (event_id, occurrence, people, books_in, books_out, books_out_grams,
                                 leftovers, things, things_grams, version)
         VALUES ($1, $2, 0, 0, 0, 0, 0, 0, 0, 1)
         ON CONFLICT (event_id, occurrence) DO UPDATE SET version = event_days.version + 1
         RETURNING occurrence, people, books_in, books_out, books_out_grams, leftovers, things,
                   things_grams, closed_at",
    )
    .bind(event)
    .bind(occurrence)
    .one()
    .await
}

/// Adds to the figures of a day that this transaction holds.
pub async fn add_tally(
    tx: &mut Tx,
    event: GatheringId,
    occurrence: Local,
    tally: Tally,
) -> Result<(), DbError> {
    tx.sql(
        "UPDATE event_days SET people = people + $3, books_in = books_in + $4,
                books_out = books_out + $5, books_out_grams = books_out_grams + $6,
                leftovers = leftovers + $7, things = things + $8, things_grams = things_grams + $9
         WHERE event_id = $1 AND occurrence = $2",
    )
    .bind(event)
    .bind(occurrence)
    .bind(tally.people)
    .bind(tally.books_in)
    .bind(tally.books_out)
    .bind(tally.books_out_grams)
    .bind(tally.leftovers)
    .bind(tally.things)
    .bind(tally.things_grams)
    .run()
    .await
    .map(drop)
}

pub async fn close_day(
    tx: &mut Tx,
    event: GatheringId,
    occurrence: Local,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "UPDATE event_days SET closed_at = COALESCE(closed_at, $3), closed_by = COALESCE(closed_by, $4)
         WHERE event_id = $1 AND occurrence = $2",
    )
    .bind(event)
    .bind(occurrence)
    .bind(now)
    .bind(by)
    .run()
    .await
    .map(drop)
}

pub async fn days(db: &Db, event: GatheringId) -> Result<Vec<Day>, DbError> {
    db.sql(
        "SELECT occurrence, people, books_in, books_out, books_out_grams, leftovers, things,
                things_grams, closed_at
         FROM event_days WHERE event_id = $1 ORDER BY occurrence DESC LIMIT 1000",
    )
    .bind(event)
    .all()
    .await
}

/// The sum of days, by what the caller groups on.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Sums {
    pub events: i64,
    pub people: i64,
    pub books: i64,
    pub things: i64,
    pub grams: i64,
}

/// Over the days of an organisation whose occurrence was planned from `from` on. A day counts as
/// held once it is closed or something was counted.
pub async fn sums_of(db: &Db, organisation: OrganisationId, from: &str) -> Result<Sums, DbError> {
    db.sql(
        "SELECT COUNT(CASE WHEN d.closed_at IS NOT NULL OR d.people > 0 OR d.books_in > 0
                                OR d.things > 0 THEN 1 END) AS events,
                CAST(COALESCE(SUM(d.people), 0) AS BIGINT) AS people,
                CAST(COALESCE(SUM(d.books_out), 0) AS BIGINT) AS books,
                CAST(COALESCE(SUM(d.things), 0) AS BIGINT) AS things,
                CAST(COALESCE(SUM(d.books_out_grams + d.things_grams), 0) AS BIGINT) AS grams
         FROM event_days d JOIN events e ON e.id = d.event_id
         WHERE e.organisation_id = $1 AND d.occurrence >= $2",
    )
    .bind(organisation)
    .bind(from.to_owned())
    .one()
    .await
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DistrictSums {
    pub township: String,
    pub kind: String,
    #[sqlx(flatten)]
    pub sums: Sums,
}

/// Over the whole district between two days, by township and kind of event.
pub async fn district_sums(db: &Db, from: &str, to: &str) -> Result<Vec<DistrictSums>, DbError> {
    db.sql(
        "SELECT e.township, e.kind,
                COUNT(CASE WHEN d.closed_at IS NOT NULL OR d.people > 0 OR d.books_in > 0
                                OR d.things > 0 THEN 1 END) AS events,
                CAST(COALESCE(SUM(d.people), 0) AS BIGINT) AS people,
                CAST(COALESCE(SUM(d.books_out), 0) AS BIGINT) AS books,
                CAST(COALESCE(SUM(d.things), 0) AS BIGINT) AS things,
                CAST(COALESCE(SUM(d.books_out_grams + d.things_grams), 0) AS BIGINT) AS grams
         FROM event_days d JOIN events e ON e.id = d.event_id
         JOIN organisations o ON o.id = e.organisation_id
         WHERE o.state = 'approved' AND d.occurrence >= $1 AND d.occurrence < $2
         GROUP BY e.township, e.kind ORDER BY e.township, e.kind",
    )
    .bind(from.to_owned())
    .bind(to.to_owned())
    .all()
    .await
}

pub async fn follow(
    tx: &mut Tx,
    event: GatheringId,
    account: AccountId,
    lang: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO event_followers (event_id, account_id, lang, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (event_id, account_id) DO NOTHING",
    )
    .bind(event)
    .bind(account)
    .bind(lang.to_owned())
    .bind(now)
    .run()
    .await
    .map(drop)
}

pub async fn unfollow(tx: &mut Tx, event: GatheringId, account: AccountId) -> Result<(), DbError> {
    tx.sql("DELETE FROM event_followers WHERE event_id = $1 AND account_id = $2")
        .bind(event)
        .bind(account)
        .run()
        .await
        .map(drop)
}

/// Addresses and languages of everybody an event concerns: stallholders and followers, each once.
pub async fn participants(
    tx: &mut Tx,
    event: GatheringId,
    occurrence: Option<Local>,
) -> Result<Vec<(String, String)>, DbError> {
    tx.sql(
        "SELECT email, MIN(lang) FROM (
            SELECT b.email AS email, b.lang AS lang FROM stall_bookings b
            WHERE b.event_id = $1 AND ($2 IS NULL OR b.occurrence = $2) AND b.email IS NOT NULL
              AND b.status IN ('waiting', 'offered', 'booked')
            UNION ALL
            SELECT a.email AS email, f.lang AS lang FROM event_followers f
            JOIN accounts a ON a.id = f.account_id
            WHERE f.event_id = $1 AND a.email IS NOT NULL AND NOT a.disabled
         ) everybody GROUP BY email ORDER BY email",
    )
    .bind(event)
    .bind(occurrence)
    .all()
    .await
}

pub async fn insert_notice(tx: &mut Tx, notice: &Notice) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO event_notices (id, account_id, township, kind, lang, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(notice.id)
    .bind(notice.account_id)
    .bind(notice.township.clone())
    .bind(notice.kind.clone())
    .bind(notice.lang.clone())
    .bind(notice.created_at)
    .run()
    .await
    .map(drop)
}

pub async fn notices_of(db: &Db, account: AccountId) -> Result<Vec<Notice>, DbError> {
    db.sql(
        "SELECT id, account_id, township, kind, lang, created_at
         FROM event_notices WHERE account_id = $1 ORDER BY created_at, id",
    )
    .bind(account)
    .all()
    .await
}

pub async fn delete_notice(tx: &mut Tx, id: NoticeId, account: AccountId) -> Result<bool, DbError> {
    let gone = tx
        .sql("DELETE FROM event_notices WHERE id = $1 AND account_id = $2")
        .bind(id)
        .bind(account)
        .run()
        .await?;
    Ok(gone == 1)
}

/// Addresses of those who want to hear of such an event, each once.
pub async fn to_notice(
    tx: &mut Tx,
    township: &str,
    kind: &str,
    limit: i64,
) -> Result<Vec<(String, String)>, DbError> {
    tx.sql(
        "SELECT a.email, MIN(n.lang) FROM event_notices n JOIN accounts a ON a.id = n.account_id
         WHERE (n.township IS NULL OR n.township = $1) AND (n.kind IS NULL OR n.kind = $2)
           AND a.email IS NOT NULL AND NOT a.disabled
         GROUP BY a.email ORDER BY a.email LIMIT $3",
    )
    .bind(township.to_owned())
    .bind(kind.to_owned())
    .bind(limit)
    .all()
    .await
}

/// Gives a person's feed a new secret; the old one opens nothing any more.
pub async fn put_feed(
    tx: &mut Tx,
    account: AccountId,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO event_feeds (account_id, token_hash, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id) DO UPDATE SET token_hash = $2, created_at = $3",
    )
    .bind(account)
    .bind(token_hash.to_vec())
    .bind(now)
    .run()
    .await
    .map(drop)
}

pub async fn delete_feed(tx: &mut Tx, account: AccountId) -> Result<(), DbError> {
    tx.sql("DELETE FROM event_feeds WHERE account_id = $1")
        .bind(account)
        .run()
        .await
        .map(drop)
}

pub async fn feed_owner(db: &Db, token_hash: &[u8]) -> Result<Option<AccountId>, DbError> {
    let row: Option<(AccountId,)> = db
        .sql(
            "SELECT f.account_id FROM event_feeds f JOIN accounts a ON a.id = f.account_id
             WHERE f.token_hash = $1 AND NOT a.disabled",
        )
        .bind(token_hash.to_vec())
        .optional()
        .await?;
    Ok(row.map(|(account,)| account))
}
