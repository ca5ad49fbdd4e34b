//! Floods: how many requests one caller may send.
//!
//! Counted by the generic cell rate algorithm of `governor`: a burst is taken at once, then so many a period. Two
//! counts are kept: all requests by network address, and logins by network address and account, so that nobody can
//! lock a colleague out and nobody can guess passwords quickly.

use std::{
    fmt,
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::{peer::Peer, refusal::Refusal};

/// How many are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many…
    pub times: NonZeroU32,
    /// … in this time, evenly; more than zero.
    pub per: Duration,
    /// So many at once after a pause.
    pub burst: NonZeroU32,
}

impl Rate {
    fn quota(self) -> Quota {
        Quota::with_period(self.per / self.times.get())
            .unwrap_or(Quota::per_second(NonZeroU32::MAX))
            .allow_burst(self.burst)
    }
}

/// The limits; none switches a limit off, as for load tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FloodSettings {
    /// All requests, by network address: 2,000 a second, 4,000 at once.
    pub requests: Option<Rate>,
    /// Logins, by network address and account: ten a minute, ten at once.
    pub logins: Option<Rate>,
}

impl Default for FloodSettings {
    fn default() -> Self {
        const fn count(n: u32) -> NonZeroU32 {
            match NonZeroU32::new(n) {
                Some(n) => n,
                None => NonZeroU32::MIN,
            }
        }
        Self {
            requests: Some(Rate {
                times: count(2_000),
                per: Duration::from_secs(1),
                burst: count(4_000),
            }),
            logins: Some(Rate {
                times: count(10),
                per: Duration::from_mins(1),
                burst: count(10),
            }),
        }
    }
}

/// The counts of all callers. Clones share them.
#[derive(Clone)]
pub struct Floods(Arc<Counts>);

struct Counts {
    requests: Option<Count<IpAddr>>,
    logins: Option<Count<(IpAddr, String)>>,
}

impl fmt::Debug for Floods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Floods")
    }
}

impl Floods {
    /// Fresh counts.
    pub fn new(settings: &FloodSettings) -> Self {
        Self(Arc::new(Counts {
            requests: settings.requests.map(Count::new),
            logins: settings.logins.map(Count::new),
        }))
    }

    /// Counts a request.
    ///
    /// # Errors
    /// 429 with the time until the next one is taken.
    pub fn request(&self, peer: Peer) -> Result<(), Refusal> {
        match &self.0.requests {
            Some(count) => count.take(&peer.network()),
            None => Ok(()),
        }
    }

    /// Counts an attempt to log in, right or wrong; to be asked before the password is checked.
    ///
    /// # Errors
    /// 429 with the time until the next one is taken.
    pub fn login(&self, peer: Peer, account: &str) -> Result<(), Refusal> {
        match &self.0.logins {
            Some(count) => count.take(&(peer.network(), account.to_lowercase())),
            None => Ok(()),
        }
    }
}

/// How many counts pass between two looks at the number of callers kept.
const SWEEP_EVERY: usize = 1_024;

/// More callers than this are worth a sweep.
const SWEEP_ABOVE: usize = 4_096;

struct Count<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    taken: AtomicUsize,
}

impl<K: Hash + Eq + Clone> Count<K> {
    fn new(rate: Rate) -> Self {
        Self {
            limiter: RateLimiter::keyed(rate.quota()),
            clock: DefaultClock::default(),
            taken: AtomicUsize::new(0),
        }
    }

    fn take(&self, key: &K) -> Result<(), Refusal> {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        if taken % SWEEP_EVERY == SWEEP_EVERY - 1 && self.limiter.len() > SWEEP_ABOVE {
            // Forgets callers that are as good as new: otherwise changing addresses would fill the memory.
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter
            .check_key(key)
            .map_err(|until| Refusal::too_many_requests(until.wait_time_from(self.clock.now())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;

    fn slow(burst: u32) -> Rate {
        Rate {
            times: NonZeroU32::MIN,
            per: Duration::from_hours(1),
            burst: NonZeroU32::new(burst).unwrap(),
        }
    }

    fn peer(ip: &str) -> Peer {
        Peer(ip.parse().unwrap())
    }

    #[test]
    fn guessing_at_one_account_ends_but_its_owner_elsewhere_goes_on() {
        let floods = Floods::new(&FloodSettings {
            requests: None,
            logins: Some(slow(3)),
        });
        for _ in 0..3 {
            assert_eq!(floods.login(peer("203.0.113.9"), "Wang"), Ok(()));
        }
        let refusal = floods.login(peer("203.0.113.9"), "wang").unwrap_err();
        assert_eq!(refusal.code(), Code::TooManyRequests);
        assert_eq!(floods.login(peer("203.0.113.9"), "li"), Ok(()));
        assert_eq!(floods.login(peer("203.0.113.10"), "wang"), Ok(()));
    }

    #[test]
    fn a_limit_that_is_off_takes_everything() {
        let floods = Floods::new(&FloodSettings {
            requests: None,
            logins: None,
        });
        for _ in 0..10_000 {
            assert_eq!(floods.request(peer("203.0.113.9")), Ok(()));
        }
    }

    #[test]
    fn callers_that_are_gone_are_forgotten() {
        let count = Count::new(Rate {
            times: NonZeroU32::MAX,
            per: Duration::from_secs(1),
            burst: NonZeroU32::MIN,
        });
        for caller in 0..20_000_u32 {
            let _ = count.take(&caller);
        }
        assert!(count.limiter.len() < 10_000, "{}", count.limiter.len());
    }
}
