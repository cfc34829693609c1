//! Counting shared by all replicas: the generic cell rate algorithm in one Redis script.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, Script};
use tokio::sync::OnceCell;

use super::Limit;

/// How long a request waits for Redis before it is counted here.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long a lost Redis is left alone before a request waits for it again.
const REST: Duration = Duration::from_secs(5);

// KEYS[1]: the theoretical arrival time in microseconds. ARGV: emission interval, burst tolerance.
// Redis' own clock decides, so that replicas with differing clocks agree.
const GCRA: &str = r"
local now = redis.call('TIME')
now = now[1] * 1000000 + now[2]
local interval = tonumber(ARGV[1])
local tolerance = tonumber(ARGV[2])
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local allow_at = tat + interval - tolerance
if allow_at > now then
  return allow_at - now
end
redis.call('SET', KEYS[1], string.format('%.0f', tat + interval), 'PX', math.ceil((tat + interval - now) / 1000) + 1)
return 0
";

#[derive(Clone)]
pub(super) struct Redis {
    client: Client,
    connection: Arc<OnceCell<ConnectionManager>>,
    script: Arc<Script>,
    lost_at: Arc<Mutex<Option<Instant>>>,
}

impl Redis {
    pub(super) fn new(url: &str) -> Result<Self, RedisError> {
        Ok(Self {
            client: Client::open(url)?,
            connection: Arc::default(),
            script: Arc::new(Script::new(GCRA)),
            lost_at: Arc::default(),
        })
    }

    async fn connection(&self) -> Result<ConnectionManager, RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        self.connection
            .get_or_try_init(|| ConnectionManager::new_with_config(self.client.clone(), config))
            .await
            .cloned()
    }

    /// Whether Redis was lost a moment ago, so that this request need not wait for it too.
    #[expect(
        clippy::disallowed_methods,
        reason = "only how soon to ask again rests on it"
    )]
    pub(super) fn rests(&self) -> bool {
        let lost_at = *self.lost_at.lock().unwrap_or_else(PoisonError::into_inner);
        lost_at.is_some_and(|lost| Instant::now().duration_since(lost) < REST)
    }

    /// How long to wait, or `None` when the place was given.
    #[expect(
        clippy::disallowed_methods,
        reason = "only how soon to ask again rests on it"
    )]
    pub(super) async fn take(
        &self,
        limit: Limit,
        who: &str,
    ) -> Result<Option<Duration>, RedisError> {
        let taken = self.ask(limit, who).await;
        *self.lost_at.lock().unwrap_or_else(PoisonError::into_inner) =
            taken.is_err().then(Instant::now);
        taken
    }

    async fn ask(&self, limit: Limit, who: &str) -> Result<Option<Duration>, RedisError> {
        let interval = micros(limit.period) / u64::from(limit.burst.max(1));
        let mut connection = self.connection().await?;
        let wait: u64 = self
            .script
            .key(format!("wufei:rate:{}:{who}", limit.name))
            .arg(interval)
            .arg(interval * u64::from(limit.burst.max(1)))
            .invoke_async(&mut connection)
            .await?;
        Ok((wait > 0).then(|| Duration::from_micros(wait)))
    }

    pub(super) async fn ping(&self) -> bool {
        let Ok(mut connection) = self.connection().await else {
            return false;
        };
        redis::cmd("PING")
            .query_async::<String>(&mut connection)
            .await
            .is_ok()
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
