//! Counting in this process, with governor's keyed GCRA limiters, one for each limit.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::Limit;

type Keyed = DefaultKeyedRateLimiter<String>;

#[derive(Clone, Default)]
pub(super) struct Memory(Arc<Mutex<HashMap<&'static str, Arc<Keyed>>>>);

impl Memory {
    /// How long to wait, or `None` when the place was given.
    pub(super) fn take(&self, limit: Limit, who: &str) -> Option<Duration> {
        let limiter = {
            let mut limiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(limiters.entry(limit.name).or_insert_with(|| {
                let burst = NonZeroU32::new(limit.burst).unwrap_or(NonZeroU32::MIN);
                let quota = Quota::with_period(limit.period / burst.get())
                    .unwrap_or(Quota::per_hour(burst))
                    .allow_burst(burst);
                Arc::new(RateLimiter::keyed(quota))
            }))
        };
        let clock = DefaultClock::default();
        limiter
            .check_key(&who.to_owned())
            .err()
            .map(|until| until.wait_time_from(clock.now()))
    }

    pub(super) fn sweep(&self) {
        for limiter in self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
        {
            limiter.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: Limit = Limit {
        name: "three",
        burst: 3,
        period: Duration::from_secs(3600),
    };

    #[test]
    fn the_fourth_of_three_waits_and_another_caller_does_not() {
        let memory = Memory::default();
        for _ in 0..3 {
            assert_eq!(memory.take(THREE, "a"), None);
        }
        let wait = memory.take(THREE, "a").unwrap();
        assert!(wait <= Duration::from_secs(1200), "{wait:?}");
        assert_eq!(memory.take(THREE, "b"), None);
    }
}
