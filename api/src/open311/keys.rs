//! Keys of other systems: printed once, kept as a hash, limited in number of requests an hour.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::store;
use crate::app::App;
use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::id::ApiKeyId;
use crate::shared::secret::new_secret;

/// Requests an hour, unless the key says otherwise.
pub const PER_HOUR: u32 = 600;

/// A key as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub per_hour: i64,
    pub created_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// What the database knows a key by.
fn hash(key: &str) -> Vec<u8> {
    Sha256::digest(key.trim().as_bytes()).to_vec()
}

/// Makes a key and gives it, this once.
///
/// # Errors
/// 422 for a name that is too long or empty, 409 for one that is taken.
pub async fn add(app: &App, name: &str, per_hour: u32) -> Result<String> {
    let name = name.trim();
    if !(1..=80).contains(&name.chars().count()) {
        return Err(Error::field(
            "name",
            message!(
                "名称须为 1 至 80 个字。",
                "A name has 1 to 80 characters.",
                "이름은 1~80자여야 합니다."
            ),
        ));
    }
    if !(1..=100_000).contains(&per_hour) {
        return Err(Error::field(
            "per_hour",
            message!(
                "每小时请求数须为 1 至 100000。",
                "Between 1 and 100,000 requests an hour.",
                "시간당 요청 수는 1~100,000이어야 합니다."
            ),
        ));
    }
    let now = app.clock.now();
    let key = new_secret(&app.random);
    let row = ApiKey {
        id: ApiKeyId(app.random.uuid(now)),
        name: name.to_owned(),
        per_hour: per_hour.into(),
        created_at: now,
        revoked_at: None,
    };
    if store::insert_key(&app.db, &row, hash(&key)).await? {
        Ok(key)
    } else {
        Err(Error::Conflict(message!(
            "已经有一个同名的密钥。",
            "There is a key of this name.",
            "같은 이름의 키가 이미 있습니다."
        )))
    }
}

/// Takes a key out of use; false when there is none of the name in use.
pub async fn revoke(app: &App, name: &str) -> Result<bool> {
    store::revoke_key(&app.db, name.trim(), app.clock.now()).await
}

/// All keys, the newest first.
pub async fn list(app: &App) -> Result<Vec<ApiKey>> {
    store::keys(&app.db).await
}

/// The key in use that this text is.
pub async fn find(app: &App, key: &str) -> Result<Option<ApiKey>> {
    let found = store::key_by_hash(&app.db, hash(key)).await?;
    Ok(found.filter(|key| key.revoked_at.is_none()))
}
