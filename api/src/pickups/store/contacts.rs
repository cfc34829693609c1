//! One-time codes and the tokens they are exchanged for.

use chrono::{DateTime, Utc};

use crate::db::{Db, DbError, Tx};
use crate::shared::id::CodeId;
use crate::shared::phone::Phone;

/// How a code reaches whoever asked.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    sqlx::Type,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Channel {
    /// A letter.
    Email,
    /// Staff call the number and read the code out.
    Call,
}

/// A one-time code.
#[derive(Clone, sqlx::FromRow)]
pub struct OneTimeCode {
    pub id: CodeId,
    pub phone: Phone,
    pub email: Option<String>,
    pub channel: Channel,
    pub code_hash: Vec<u8>,
    /// Only while staff have to read it out.
    pub code: Option<String>,
    pub tries: i64,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub called_at: Option<DateTime<Utc>>,
}

pub async fn insert_code(tx: &mut Tx, code: &OneTimeCode) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO pickup_codes (id, phone, email, channel, code_hash, code, tries, created_at,
                                   expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)",
    )
    .bind(code.id)
    .bind(code.phone.clone())
    .bind(code.email.clone())
    .bind(code.channel)
    .bind(code.code_hash.clone())
    .bind(code.code.clone())
    .bind(code.created_at)
    .bind(code.expires_at)
    .run()
    .await
    .map(drop)
}

/// Counts a try on the newest code of a number and gives it, if it still counts.
pub async fn try_code(
    tx: &mut Tx,
    phone: &Phone,
    now: DateTime<Utc>,
) -> Result<Option<OneTimeCode>, DbError> {
    tx.sql(
        "UPDATE pickup_codes SET tries = tries + 1
         WHERE id = (SELECT id FROM pickup_codes
                     WHERE phone = $1 AND used_at IS NULL AND expires_at > $2
                     ORDER BY created_at DESC, id DESC LIMIT 1)
         RETURNING id, phone, email, channel, code_hash, code, tries, created_at, expires_at, called_at",
    )
    .bind(phone.clone())
    .bind(now)
    .optional()
    .await
}

/// Uses a code up.
pub async fn spend_code(tx: &mut Tx, id: CodeId, now: DateTime<Utc>) -> Result<bool, DbError> {
    let spent = tx
        .sql("UPDATE pickup_codes SET used_at = $2, code = NULL WHERE id = $1 AND used_at IS NULL")
        .bind(id)
        .bind(now)
        .run()
        .await?;
    Ok(spent == 1)
}

/// Codes that staff have yet to read out, oldest first.
pub async fn codes_to_call(db: &Db, now: DateTime<Utc>) -> Result<Vec<OneTimeCode>, DbError> {
    db.sql(
        "SELECT id, phone, email, channel, code_hash, code, tries, created_at, expires_at, called_at
         FROM pickup_codes
         WHERE channel = 'call' AND used_at IS NULL AND called_at IS NULL AND expires_at > $1
         ORDER BY created_at, id LIMIT 200",
    )
    .bind(now)
    .all()
    .await
}

/// Notes that a code was read out; the code itself is then forgotten.
pub async fn mark_called(db: &Db, id: CodeId, now: DateTime<Utc>) -> Result<bool, DbError> {
    let marked = db
        .sql(
            "UPDATE pickup_codes SET called_at = $2, code = NULL
             WHERE id = $1 AND channel = 'call' AND called_at IS NULL",
        )
        .bind(id)
        .bind(now)
        .run()
        .await?;
    Ok(marked == 1)
}

pub async fn insert_contact(
    tx: &mut Tx,
    token_hash: &[u8],
    phone: &Phone,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO pickup_contacts (token_hash, phone, created_at, expires_at)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(token_hash.to_vec())
    .bind(phone.clone())
    .bind(now)
    .bind(expires_at)
    .run()
    .await
    .map(drop)
}

/// The number that a token stands for.
pub async fn phone_of_token(
    db: &Db,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Phone>, DbError> {
    let row: Option<(Phone,)> = db
        .sql("SELECT phone FROM pickup_contacts WHERE token_hash = $1 AND expires_at > $2")
        .bind(token_hash.to_vec())
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(|(phone,)| phone))
}

/// Forgets codes and tokens that no longer count.
pub async fn delete_expired_contacts(db: &Db, now: DateTime<Utc>) -> Result<u64, DbError> {
    let codes = db
        .sql("DELETE FROM pickup_codes WHERE expires_at <= $1")
        .bind(now)
        .run()
        .await?;
    let tokens = db
        .sql("DELETE FROM pickup_contacts WHERE expires_at <= $1")
        .bind(now)
        .run()
        .await?;
    Ok(codes + tokens)
}
