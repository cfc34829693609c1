//! How often one address, or one account, may do a thing.
//!
//! With Redis the count is shared by all replicas; without it, or while it is lost, each process
//! counts by itself: a lost Redis must not stop a report.

mod client_ip;
mod memory;
mod redis;

use std::time::Duration;

pub use client_ip::{ClientIp, client_ip};

use super::error::{Error, Result};

/// A limit: `burst` at once, refilled evenly over `period`.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub name: &'static str,
    pub burst: u32,
    pub period: Duration,
}

const fn per_hour(name: &'static str, burst: u32) -> Limit {
    Limit {
        name,
        burst,
        period: Duration::from_secs(3600),
    }
}

/// Reports from one address. A village may share one address behind its carrier's NAT.
pub const REPORTS: Limit = per_hour("reports", 60);
/// Joins, disputes, feedback and withdrawals from one address.
pub const FOLLOW_UPS: Limit = per_hour("follow_ups", 120);
/// Photos from one address: nine for each report, and some taken again.
pub const PHOTOS: Limit = per_hour("photos", 600);
/// Sign-in attempts from one address.
pub const SIGN_INS_BY_ADDRESS: Limit = per_hour("sign_ins_by_address", 60);
/// Sign-in attempts on one account.
pub const SIGN_INS_BY_ACCOUNT: Limit = Limit {
    name: "sign_ins_by_account",
    burst: 10,
    period: Duration::from_secs(900),
};
/// New accounts from one address.
pub const ACCOUNTS: Limit = per_hour("accounts", 20);
/// Pickups booked from one address.
pub const PICKUPS: Limit = per_hour("pickups", 60);
/// One-time codes asked for from one address.
pub const CODES_BY_ADDRESS: Limit = per_hour("codes_by_address", 60);
/// One-time codes for one phone number.
pub const CODES_BY_PHONE: Limit = per_hour("codes_by_phone", 5);
/// Letters that confirm an address, to one account.
pub const EMAIL_CODES: Limit = per_hour("email_codes", 5);
/// Flags by one resident: somebody who reads a whole list, not a machine.
pub const FLAGS: Limit = per_hour("flags", 30);
/// Listings made or changed by one account; a merchant may list a whole shop.
pub const LISTINGS: Limit = per_hour("listings", 60);
/// Asks by one account.
pub const ASKS: Limit = per_hour("asks", 30);
/// Messages between two by one account.
pub const ASK_MESSAGES: Limit = per_hour("ask_messages", 120);
/// Wishes for letters about new reports from one address.
pub const ALERTS: Limit = per_hour("alerts", 30);
/// Letters that ask one mail address whether it wants others.
pub const ALERT_LETTERS: Limit = per_hour("alert_letters", 5);
/// Wrong report secrets from one address.
pub const WRONG_SECRETS: Limit = per_hour("wrong_secrets", 60);

/// Counts.
#[derive(Clone)]
pub struct RateLimiter {
    memory: memory::Memory,
    redis: Option<redis::Redis>,
}

impl RateLimiter {
    /// `redis_url` unset: this process counts alone.
    pub fn new(redis_url: Option<&str>) -> Result<Self, ::redis::RedisError> {
        Ok(Self {
            memory: memory::Memory::default(),
            redis: redis_url.map(redis::Redis::new).transpose()?,
        })
    }

    /// Takes one place under `limit` for `who`.
    ///
    /// # Errors
    /// 429 with the seconds until the next place.
    pub async fn take(&self, limit: Limit, who: &str) -> Result<()> {
        let wait = match &self.redis {
            Some(redis) if !redis.rests() => match redis.take(limit, who).await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(error = %error, "Redis does not answer: counting in this process");
                    self.memory.take(limit, who)
                }
            },
            _ => self.memory.take(limit, who),
        };
        match wait {
            None => Ok(()),
            Some(wait) => Err(Error::TooMany {
                retry_after_s: wait.as_secs().max(1),
            }),
        }
    }

    /// Takes a place for an address; calls from this machine itself are not counted.
    pub async fn take_for(&self, limit: Limit, who: ClientIp) -> Result<()> {
        match who {
            ClientIp::ThisMachine => Ok(()),
            ClientIp::Remote(address) => self.take(limit, &client_ip::subscriber(address)).await,
        }
    }

    /// Whether Redis answers; `None` where none is set.
    pub async fn redis_ready(&self) -> Option<bool> {
        match &self.redis {
            Some(redis) => Some(redis.ping().await),
            None => None,
        }
    }

    /// Forgets who has not come for a while.
    pub fn sweep(&self) {
        self.memory.sweep();
    }
}
