//! The same tap twice makes one thing: a POST with an `Idempotency-Key` is carried out once and its
//! answer given again for a day.
//!
//! The row commits with the effect. An answer may hold a secret, so it is kept encrypted under a key
//! derived from the client's own, of which the database holds only a hash.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::error::{Error, Result};
use crate::db::{Db, Tx};
use crate::message;

/// How long an answer can be asked for again.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// The request's `Idempotency-Key`, if it has one: 8 to 128 visible ASCII characters.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(Option<Keys>);

#[derive(Clone, Debug)]
struct Keys {
    /// What the row is found by.
    row: [u8; 32],
    /// What its answer is encrypted with.
    cipher: [u8; 32],
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Self::of_headers(&parts.headers, parts.uri.path())
    }
}

/// What became of a request with a key.
pub enum Turn<T> {
    /// Nobody did it yet: do it, then [`IdempotencyKey::remember`].
    Go,
    /// Done before: give this answer again.
    Replay(StatusCode, T),
}

#[derive(sqlx::FromRow)]
struct Row {
    request_hash: Vec<u8>,
    status: Option<i64>,
    response: Option<Vec<u8>>,
}

impl IdempotencyKey {
    /// The key in the headers of a request to a path.
    ///
    /// # Errors
    /// 400 for what is no key.
    pub fn of_headers(headers: &HeaderMap, path: &str) -> Result<Self> {
        let Some(value) = headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let key = value.to_str().ok().filter(|key| {
            (8..=128).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
        });
        let Some(key) = key else {
            return Err(Error::BadRequest(message!(
                "Idempotency-Key 须为 8 至 128 个可见字符。",
                "Idempotency-Key must be 8 to 128 visible ASCII characters.",
                "Idempotency-Key는 8~128자의 보이는 문자여야 합니다."
            )));
        };
        // The path is part of the key: one key used on two endpoints is two requests.
        let digest = |purpose: &str| -> [u8; 32] {
            Sha256::new()
                .chain_update(purpose)
                .chain_update([0])
                .chain_update(path)
                .chain_update([0])
                .chain_update(key)
                .finalize()
                .into()
        };
        Ok(Self(Some(Keys {
            row: digest("row"),
            cipher: digest("cipher"),
        })))
    }

    /// For a request that nobody repeats.
    pub fn none() -> Self {
        Self(None)
    }

    /// Whether this request came before, as far as anybody has committed.
    pub async fn is_known(&self, db: &Db) -> Result<bool> {
        let Some(keys) = &self.0 else {
            return Ok(false);
        };
        let row: Option<(i64,)> = db
            .sql("SELECT CAST(1 AS BIGINT) FROM idempotency_keys WHERE key_hash = $1")
            .bind(keys.row.to_vec())
            .optional()
            .await?;
        Ok(row.is_some())
    }

    /// Takes the key inside the transaction of the effect. A second holder waits for the first.
    ///
    /// # Errors
    /// 422 when the key came before with another body.
    pub async fn claim<T: DeserializeOwned>(
        &self,
        tx: &mut Tx,
        request_hash: [u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Turn<T>> {
        let Some(keys) = &self.0 else {
            return Ok(Turn::Go);
        };
        let inserted = tx
            .sql(
                "INSERT INTO idempotency_keys (key_hash, request_hash, created_at) VALUES ($1, $2, $3)
                 ON CONFLICT (key_hash) DO NOTHING",
            )
            .bind(keys.row.to_vec())
            .bind(request_hash.to_vec())
            .bind(now)
            .run()
            .await?;
        if inserted == 1 {
            return Ok(Turn::Go);
        }
        let row: Row = tx
            .sql("SELECT request_hash, status, response FROM idempotency_keys WHERE key_hash = $1")
            .bind(keys.row.to_vec())
            .one()
            .await?;
        if row.request_hash != request_hash {
            return Err(Error::field(
                "Idempotency-Key",
                message!(
                    "这个 Idempotency-Key 已用于另一份内容。",
                    "This Idempotency-Key was used with another body.",
                    "이 Idempotency-Key는 다른 내용에 이미 사용되었습니다."
                ),
            ));
        }
        let (Some(status), Some(sealed)) = (row.status, row.response) else {
            return Err(Error::internal(
                "an idempotency row without an answer was committed",
            ));
        };
        let status = u16::try_from(status)
            .ok()
            .and_then(|s| StatusCode::from_u16(s).ok());
        let plain = cipher(keys)
            .decrypt(&Nonce::default(), sealed.as_slice())
            .map_err(|_| Error::internal("a kept answer does not decrypt"))?;
        let answer = serde_json::from_slice(&plain).map_err(Error::internal)?;
        Ok(Turn::Replay(status.unwrap_or(StatusCode::OK), answer))
    }

    /// Carries `work` out once, in a transaction of its own: 201 with what it makes, each time.
    ///
    /// # Errors
    /// 422 when the key came before with another body, and what `work` says.
    pub async fn once<T, W>(
        &self,
        db: &Db,
        request_hash: [u8; 32],
        now: DateTime<Utc>,
        work: W,
    ) -> Result<(StatusCode, Json<T>)>
    where
        T: Serialize + DeserializeOwned,
        W: AsyncFnOnce(&mut Tx) -> Result<T>,
    {
        let mut tx = db.begin().await?;
        if let Turn::Replay(status, made) = self.claim(&mut tx, request_hash, now).await? {
            return Ok((status, Json(made)));
        }
        let made = work(&mut tx).await?;
        self.remember(&mut tx, StatusCode::CREATED, &made).await?;
        tx.commit().await?;
        Ok((StatusCode::CREATED, Json(made)))
    }

    /// Keeps the answer in the same transaction.
    pub async fn remember<T: Serialize>(
        &self,
        tx: &mut Tx,
        status: StatusCode,
        answer: &T,
    ) -> Result<()> {
        let Some(keys) = &self.0 else { return Ok(()) };
        let plain = serde_json::to_vec(answer).map_err(Error::internal)?;
        // A zero nonce is safe: the key encrypts this one answer and nothing else, ever.
        let sealed = cipher(keys)
            .encrypt(&Nonce::default(), plain.as_slice())
            .map_err(|_| Error::internal("an answer does not encrypt"))?;
        tx.sql("UPDATE idempotency_keys SET status = $2, response = $3 WHERE key_hash = $1")
            .bind(keys.row.to_vec())
            .bind(i64::from(status.as_u16()))
            .bind(sealed)
            .run()
            .await?;
        Ok(())
    }
}

fn cipher(keys: &Keys) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Key::from(keys.cipher))
}

/// Forgets answers older than [`KEPT_FOR`].
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<u64> {
    Ok(db
        .sql("DELETE FROM idempotency_keys WHERE created_at < $1")
        .bind(now - KEPT_FOR)
        .run()
        .await?)
}
