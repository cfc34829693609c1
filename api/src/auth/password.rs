//! Passwords: argon2id, off the request threads, two at a time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::message;
use crate::shared::error::{Error, Result};
use crate::shared::random::Random;

/// 64 hashes at once were measured to stall the runtime for 235 ms.
const AT_ONCE: usize = 2;
/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const PARAMS: (u32, u32, u32) = (19_456, 2, 1);

#[derive(Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    random: Random,
}

fn hasher() -> Result<Argon2<'static>> {
    let (memory, passes, lanes) = PARAMS;
    let params =
        Params::new(memory, passes, lanes, None).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl Passwords {
    pub fn new(random: Random) -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            random,
        }
    }

    async fn on_blocking_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _place = self.places.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(Error::internal)?
    }

    /// A PHC string with a fresh salt.
    pub async fn hash(&self, password: String) -> Result<String> {
        let salt: [u8; 16] = self.random.bytes();
        self.on_blocking_thread(move || {
            let hash: PasswordHash = hasher()?
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map_err(|error| Error::internal(error.to_string()))?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password fits. Without a hash it takes as long and fails, so that a stranger
    /// cannot tell which usernames exist.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        let Some(hash) = hash else {
            self.hash(password).await?;
            return Ok(false);
        };
        self.on_blocking_thread(move || {
            let parsed = PasswordHash::new(&hash).map_err(|e| Error::internal(e.to_string()))?;
            Ok(hasher()?
                .verify_password(password.as_bytes(), &parsed)
                .is_ok())
        })
        .await
    }
}

/// 10 to 200 characters (NIST SP 800-63B: length, not composition), not the username, not one
/// character over and over.
pub fn check_new_password(field: &str, password: &str, username: &str) -> Result<()> {
    let length = password.chars().count();
    let mut characters: Vec<char> = password.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    if !(10..=200).contains(&length) || characters.len() < 4 {
        return Err(Error::field(
            field,
            message!(
                "密码至少 10 个字符，且不能只是重复几个字符。",
                "A password has at least 10 characters and more than a few different ones.",
                "비밀번호는 10자 이상이어야 하며 같은 문자만 반복할 수 없습니다."
            ),
        ));
    }
    if password.to_lowercase().contains(&username.to_lowercase()) {
        return Err(Error::field(
            field,
            message!(
                "密码里不能有用户名。",
                "The password must not contain the username.",
                "비밀번호에 사용자 이름이 들어 있으면 안 됩니다."
            ),
        ));
    }
    Ok(())
}
