//! Stall bookings. Whoever books holds the day's row, see [`super::hold_day`].

use chrono::{DateTime, Utc};

use crate::db::{Db, DbError, Tx};
use crate::events::local::Local;
use crate::events::model::{Booking, BookingStatus};
use crate::shared::id::{AccountId, GatheringId, StallBookingId};

/// The columns of [`Booking`], of `stall_bookings b`.
macro_rules! booking_columns {
    () => {
        "b.id, b.event_id, b.occurrence, b.stall_kind, b.stall, b.status, b.account_id, b.name, \
         b.phone, b.email, b.lang, b.goods, b.price_fen, b.rules_version, b.pass, b.offered_until, \
         b.queued_at, b.checked_in_at, b.version, b.created_at, b.updated_at"
    };
}

/// False when the stall is taken.
pub async fn insert_booking(tx: &mut Tx, new: &Booking) -> Result<bool, DbError> {
    let inserted = tx
        .sql(
            "INSERT INTO stall_bookings (id, event_id, occurrence, stall_kind, stall, status,
                                         account_id, name, phone, email, lang, goods, price_fen,
                                         rules_version, pass, queued_at, version, created_at,
                                         updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1, $17, $17)
             ON CONFLICT DO NOTHING",
        )
        .bind(new.id)
        .bind(new.event_id)
        .bind(new.occurrence)
        .bind(new.stall_kind.clone())
        .bind(new.stall.clone())
        .bind(new.status)
        .bind(new.account_id)
        .bind(new.name.clone())
        .bind(new.phone.clone())
        .bind(new.email.clone())
        .bind(new.lang.clone())
        .bind(new.goods.clone())
        .bind(new.price_fen)
        .bind(new.rules_version)
        .bind(new.pass.clone())
        .bind(new.queued_at)
        .bind(new.created_at)
        .run()
        .await?;
    Ok(inserted == 1)
}

/// False when somebody else changed it since it was read.
pub async fn save_booking(tx: &mut Tx, booking: &Booking) -> Result<bool, DbError> {
    let changed = tx
        .sql(
            "UPDATE stall_bookings SET stall_kind = $3, stall = $4, status = $5, price_fen = $6,
                    offered_until = $7, queued_at = $8, checked_in_at = $9, updated_at = $10,
                    version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(booking.id)
        .bind(booking.version)
        .bind(booking.stall_kind.clone())
        .bind(booking.stall.clone())
        .bind(booking.status)
        .bind(booking.price_fen)
        .bind(booking.offered_until)
        .bind(booking.queued_at)
        .bind(booking.checked_in_at)
        .bind(booking.updated_at)
        .run()
        .await?;
    Ok(changed == 1)
}

pub async fn booking(db: &Db, id: StallBookingId) -> Result<Option<Booking>, DbError> {
    db.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM stall_bookings b WHERE b.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

pub async fn booking_in(tx: &mut Tx, id: StallBookingId) -> Result<Option<Booking>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM stall_bookings b WHERE b.id = $1"
    ))
    .bind(id)
    .optional()
    .await
}

/// A booking by the pass of its QR code.
pub async fn booking_by_pass(
    tx: &mut Tx,
    event: GatheringId,
    pass: &str,
) -> Result<Option<Booking>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM stall_bookings b WHERE b.event_id = $1 AND b.pass = $2"
    ))
    .bind(event)
    .bind(pass.to_owned())
    .optional()
    .await
}

/// Every booking of an occurrence, in the order in which they came.
pub async fn bookings_of_day(
    db: &Db,
    event: GatheringId,
    occurrence: Local,
) -> Result<Vec<Booking>, DbError> {
    db.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM stall_bookings b WHERE b.event_id = $1 AND b.occurrence = $2
          ORDER BY b.created_at, b.id LIMIT 5000"
    ))
    .bind(event)
    .bind(occurrence)
    .all()
    .await
}

pub async fn bookings_of_account(db: &Db, account: AccountId) -> Result<Vec<Booking>, DbError> {
    db.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM stall_bookings b WHERE b.account_id = $1 ORDER BY b.created_at DESC, b.id DESC LIMIT 200"
    ))
    .bind(account)
    .all()
    .await
}

/// Stalls of an occurrence that are somebody's.
pub async fn taken_stalls(
    tx: &mut Tx,
    event: GatheringId,
    occurrence: Local,
) -> Result<Vec<String>, DbError> {
    let rows: Vec<(String,)> = tx
        .sql(
            "SELECT stall FROM stall_bookings
             WHERE event_id = $1 AND occurrence = $2 AND stall IS NOT NULL
               AND status IN ('offered', 'booked', 'attended', 'no_show')",
        )
        .bind(event)
        .bind(occurrence)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(stall,)| stall).collect())
}

/// As [`taken_stalls`], read without a transaction; none whose offer has lapsed.
pub async fn taken_now(
    db: &Db,
    event: GatheringId,
    occurrence: Local,
    now: DateTime<Utc>,
) -> Result<Vec<String>, DbError> {
    let rows: Vec<(String,)> = db
        .sql(
            "SELECT stall FROM stall_bookings
             WHERE event_id = $1 AND occurrence = $2 AND stall IS NOT NULL
               AND (status IN ('booked', 'attended', 'no_show')
                    OR (status = 'offered' AND offered_until > $3))",
        )
        .bind(event)
        .bind(occurrence)
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(stall,)| stall).collect())
}

/// Stalls taken at any occurrence that is not over: a plan may not lose them.
pub async fn stalls_in_use(
    tx: &mut Tx,
    event: GatheringId,
) -> Result<Vec<(String, String)>, DbError> {
    tx.sql(
        "SELECT DISTINCT stall, stall_kind FROM stall_bookings
         WHERE event_id = $1 AND stall IS NOT NULL AND status IN ('offered', 'booked')",
    )
    .bind(event)
    .all()
    .await
}

/// Dates of an event that somebody counts on.
pub async fn booked_dates(tx: &mut Tx, event: GatheringId) -> Result<Vec<Local>, DbError> {
    let rows: Vec<(Local,)> = tx
        .sql(
            "SELECT DISTINCT occurrence FROM stall_bookings
             WHERE event_id = $1 AND status IN ('waiting', 'offered', 'booked', 'attended')",
        )
        .bind(event)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(occurrence,)| occurrence).collect())
}

pub async fn open_of_account(
    tx: &mut Tx,
    event: GatheringId,
    occurrence: Local,
    account: AccountId,
) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql(
            "SELECT COUNT(*) FROM stall_bookings
             WHERE event_id = $1 AND occurrence = $2 AND account_id = $3
               AND status IN ('waiting', 'offered', 'booked')",
        )
        .bind(event)
        .bind(occurrence)
        .bind(account)
        .one()
        .await?;
    Ok(count)
}

/// Offers whose time is over.
pub async fn lapsed_offers(
    tx: &mut Tx,
    event: GatheringId,
    occurrence: Local,
    now: DateTime<Utc>,
) -> Result<Vec<Booking>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM stall_bookings b
          WHERE b.event_id = $1 AND b.occurrence = $2 AND b.status = 'offered' AND b.offered_until <= $3
          ORDER BY b.id"
    ))
    .bind(event)
    .bind(occurrence)
    .bind(now)
    .all()
    .await
}

/// Who waits, in turn.
pub async fn waiting_list(
    tx: &mut Tx,
    event: GatheringId,
    occurrence: Local,
) -> Result<Vec<Booking>, DbError> {
    tx.sql(concat!(
        "SELECT ",
        booking_columns!(),
        " FROM stall_bookings b
          WHERE b.event_id = $1 AND b.occurrence = $2 AND b.status = 'waiting'
          ORDER BY b.queued_at, b.id"
    ))
    .bind(event)
    .bind(occurrence)
    .all()
    .await
}

/// Days on which an offer has lapsed or somebody waits.
pub async fn days_to_settle(
    db: &Db,
    now: DateTime<Utc>,
) -> Result<Vec<(GatheringId, Local)>, DbError> {
    db.sql(
        "SELECT DISTINCT event_id, occurrence FROM stall_bookings
         WHERE status = 'waiting' OR (status = 'offered' AND offered_until <= $1)
         ORDER BY occurrence, event_id LIMIT 500",
    )
    .bind(now)
    .all()
    .await
}

/// Takes everybody off a date that does not take place.
pub async fn cancel_bookings(
    tx: &mut Tx,
    event: GatheringId,
    occurrence: Option<Local>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "UPDATE stall_bookings SET status = 'cancelled', updated_at = $3, version = version + 1
         WHERE event_id = $1 AND ($2 IS NULL OR occurrence = $2)
           AND status IN ('waiting', 'offered', 'booked')",
    )
    .bind(event)
    .bind(occurrence)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// At the end of the day: who did not come, and who still waits.
pub async fn end_bookings(
    tx: &mut Tx,
    event: GatheringId,
    occurrence: Local,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    for (from, to) in [
        (BookingStatus::Booked, BookingStatus::NoShow),
        (BookingStatus::Offered, BookingStatus::Expired),
        (BookingStatus::Waiting, BookingStatus::Expired),
    ] {
        tx.sql(
            "UPDATE stall_bookings SET status = $4, updated_at = $5, version = version + 1
             WHERE event_id = $1 AND occurrence = $2 AND status = $3",
        )
        .bind(event)
        .bind(occurrence)
        .bind(from)
        .bind(to)
        .bind(now)
        .run()
        .await?;
    }
    Ok(())
}

/// Forgets names and phone numbers of bookings made before, of days long over.
pub async fn forget_stallholders(db: &Db, before: &str) -> Result<u64, DbError> {
    db.sql(
        "UPDATE stall_bookings SET name = '', phone = '', email = NULL, goods = ''
         WHERE occurrence < $1 AND (name <> '' OR phone <> '' OR email IS NOT NULL OR goods <> '')",
    )
    .bind(before.to_owned())
    .run()
    .await
}
