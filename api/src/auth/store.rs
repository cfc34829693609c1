//! All SQL of accounts and sessions.

use chrono::{DateTime, Utc};

use super::model::{Account, Role};
use crate::db::{Db, DbError, Tx};
use crate::district::Lang;
use crate::shared::id::AccountId;

/// False when the username is taken.
pub async fn insert(tx: &mut Tx, account: &Account) -> Result<bool, DbError> {
    let inserted = tx
        .sql(
            "INSERT INTO accounts (id, username, name, role, office, email, password_hash, disabled,
                                   created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8, $8)
             ON CONFLICT (username) DO NOTHING",
        )
        .bind(account.id)
        .bind(account.username.clone())
        .bind(account.name.clone())
        .bind(account.role)
        .bind(account.office.clone())
        .bind(account.email.clone())
        .bind(account.password_hash.clone())
        .bind(account.created_at)
        .run()
        .await?;
    Ok(inserted == 1)
}

pub async fn by_username(db: &Db, username: &str) -> Result<Option<Account>, DbError> {
    db.sql(
        "SELECT id, username, name, role, office, email, password_hash, disabled, created_at
         FROM accounts WHERE username = $1",
    )
    .bind(username.to_owned())
    .optional()
    .await
}

pub async fn by_id(db: &Db, id: AccountId) -> Result<Option<Account>, DbError> {
    db.sql(
        "SELECT id, username, name, role, office, email, password_hash, disabled, created_at
         FROM accounts WHERE id = $1",
    )
    .bind(id)
    .optional()
    .await
}

pub async fn by_id_in(tx: &mut Tx, id: AccountId) -> Result<Option<Account>, DbError> {
    tx.sql(
        "SELECT id, username, name, role, office, email, password_hash, disabled, created_at
         FROM accounts WHERE id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// The account of a session that has not expired.
pub async fn by_session(
    db: &Db,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Account>, DbError> {
    db.sql(
        "SELECT a.id, a.username, a.name, a.role, a.office, a.email, a.password_hash, a.disabled,
                a.created_at
         FROM sessions s JOIN accounts a ON a.id = s.account_id
         WHERE s.token_hash = $1 AND s.expires_at > $2 AND NOT a.disabled",
    )
    .bind(token_hash.to_vec())
    .bind(now)
    .optional()
    .await
}

/// Members of staff, of one office where given.
pub async fn staff(db: &Db, office: Option<&str>) -> Result<Vec<Account>, DbError> {
    db.sql(
        "SELECT id, username, name, role, office, email, password_hash, disabled, created_at
         FROM accounts
         WHERE role <> 'resident' AND ($1 IS NULL OR office = $1)
         ORDER BY disabled, office, role, username",
    )
    .bind(office.map(str::to_owned))
    .all()
    .await
}

/// Mail addresses of an office's handlers.
pub async fn handler_emails(tx: &mut Tx, office: &str) -> Result<Vec<String>, DbError> {
    let rows: Vec<(String,)> = tx
        .sql(
            "SELECT email FROM accounts
             WHERE office = $1 AND role = 'handler' AND NOT disabled AND email IS NOT NULL
             ORDER BY email",
        )
        .bind(office.to_owned())
        .all()
        .await?;
    Ok(rows.into_iter().map(|(email,)| email).collect())
}

/// Mail addresses of everybody with a role.
pub async fn role_emails(tx: &mut Tx, role: Role) -> Result<Vec<String>, DbError> {
    let readers = role_readers(tx, role).await?;
    Ok(readers.into_iter().map(|(email, _)| email).collect())
}

/// The same with the language each last signed in with; Chinese for who never did.
pub async fn role_readers(tx: &mut Tx, role: Role) -> Result<Vec<(String, Lang)>, DbError> {
    let rows: Vec<(String, Option<String>)> = tx
        .sql(
            "SELECT email, lang FROM accounts
             WHERE role = $1 AND NOT disabled AND email IS NOT NULL ORDER BY email",
        )
        .bind(role)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|(email, tag)| (email, Lang::from_accept_language(&tag.unwrap_or_default())))
        .collect())
}

/// Notes the language somebody reads.
pub async fn keep_lang(tx: &mut Tx, id: AccountId, lang: Lang) -> Result<(), DbError> {
    tx.sql("UPDATE accounts SET lang = $2 WHERE id = $1 AND (lang IS NULL OR lang <> $2)")
        .bind(id)
        .bind(lang.tag().to_owned())
        .run()
        .await
        .map(drop)
}

pub async fn update(tx: &mut Tx, account: &Account, now: DateTime<Utc>) -> Result<(), DbError> {
    tx.sql(
        "UPDATE accounts SET name = $2, role = $3, office = $4, email = $5, password_hash = $6,
                disabled = $7, updated_at = $8
         WHERE id = $1",
    )
    .bind(account.id)
    .bind(account.name.clone())
    .bind(account.role)
    .bind(account.office.clone())
    .bind(account.email.clone())
    .bind(account.password_hash.clone())
    .bind(account.disabled)
    .bind(now)
    .run()
    .await
    .map(drop)
}

pub async fn count_role(tx: &mut Tx, role: Role) -> Result<i64, DbError> {
    let (count,): (i64,) = tx
        .sql("SELECT COUNT(*) FROM accounts WHERE role = $1 AND NOT disabled")
        .bind(role)
        .one()
        .await?;
    Ok(count)
}

pub async fn insert_session(
    tx: &mut Tx,
    token_hash: &[u8],
    account: AccountId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO sessions (token_hash, account_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(token_hash.to_vec())
    .bind(account)
    .bind(now)
    .bind(expires_at)
    .run()
    .await
    .map(drop)
}

pub async fn delete_session(db: &Db, token_hash: &[u8]) -> Result<(), DbError> {
    db.sql("DELETE FROM sessions WHERE token_hash = $1")
        .bind(token_hash.to_vec())
        .run()
        .await
        .map(drop)
}

/// Signs an account out everywhere, but for one session where given.
pub async fn delete_sessions_of(
    tx: &mut Tx,
    account: AccountId,
    but: Option<&[u8]>,
) -> Result<(), DbError> {
    tx.sql("DELETE FROM sessions WHERE account_id = $1 AND ($2 IS NULL OR token_hash <> $2)")
        .bind(account)
        .bind(but.map(<[u8]>::to_vec))
        .run()
        .await
        .map(drop)
}

pub async fn insert_setup_token(
    tx: &mut Tx,
    token_hash: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql("DELETE FROM setup_tokens").run().await?;
    tx.sql("INSERT INTO setup_tokens (token_hash, expires_at) VALUES ($1, $2)")
        .bind(token_hash.to_vec())
        .bind(expires_at)
        .run()
        .await
        .map(drop)
}

/// Uses a set-up token up; false when there is none such.
pub async fn spend_setup_token(
    tx: &mut Tx,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let spent = tx
        .sql("DELETE FROM setup_tokens WHERE token_hash = $1 AND expires_at > $2")
        .bind(token_hash.to_vec())
        .bind(now)
        .run()
        .await?;
    Ok(spent == 1)
}

pub async fn delete_expired(db: &Db, now: DateTime<Utc>) -> Result<u64, DbError> {
    let sessions = db
        .sql("DELETE FROM sessions WHERE expires_at <= $1")
        .bind(now)
        .run()
        .await?;
    let tokens = db
        .sql("DELETE FROM setup_tokens WHERE expires_at <= $1")
        .bind(now)
        .run()
        .await?;
    Ok(sessions + tokens)
}

/// An address that waits for its code.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UnconfirmedEmail {
    pub email: String,
    pub code_hash: Vec<u8>,
    pub tries: i64,
    pub expires_at: DateTime<Utc>,
}

pub async fn put_unconfirmed_email(
    tx: &mut Tx,
    account: AccountId,
    email: &UnconfirmedEmail,
) -> Result<(), DbError> {
    tx.sql(
        "INSERT INTO account_emails (account_id, email, code_hash, tries, expires_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id) DO UPDATE
         SET email = excluded.email, code_hash = excluded.code_hash, tries = excluded.tries,
             expires_at = excluded.expires_at",
    )
    .bind(account)
    .bind(email.email.clone())
    .bind(email.code_hash.clone())
    .bind(email.tries)
    .bind(email.expires_at)
    .run()
    .await
    .map(drop)
}

/// Counts a try and gives what waits.
pub async fn try_unconfirmed_email(
    tx: &mut Tx,
    account: AccountId,
) -> Result<Option<UnconfirmedEmail>, DbError> {
    tx.sql(
        "UPDATE account_emails SET tries = tries + 1 WHERE account_id = $1
         RETURNING email, code_hash, tries, expires_at",
    )
    .bind(account)
    .optional()
    .await
}

pub async fn set_email(
    tx: &mut Tx,
    account: AccountId,
    email: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.sql("UPDATE accounts SET email = $2, updated_at = $3 WHERE id = $1")
        .bind(account)
        .bind(email)
        .bind(now)
        .run()
        .await?;
    tx.sql("DELETE FROM account_emails WHERE account_id = $1")
        .bind(account)
        .run()
        .await
        .map(drop)
}
