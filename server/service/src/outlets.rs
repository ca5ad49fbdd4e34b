//! Handing notices on to somewhere else, beside the boxes in which people find them: one server at a time, again and
//! again until it succeeds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_store::{OutletState, StoredNotice};
use uuid::Uuid;

use crate::{Service, ServiceError};

/// So many notices are handed on together.
const TOGETHER: u64 = 100;
/// A server that says nothing for so long has lost the outlet. Half of it is longer than any delivery takes.
const LEASE: Duration = Duration::from_secs(20);
/// The pause after a failure: so long, then twice as long each time, up to the longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// Somewhere that notices are handed on to.
///
/// What was delivered may be delivered again, when a server ends before it could note it: the identities of the
/// notices stay the same.
pub trait Outlet: Send + Sync {
    /// Under which the progress is kept; the same at every server.
    fn name(&self) -> &'static str;

    /// Delivers notices in their order, all or none of them, within eight seconds.
    fn deliver<'a>(&'a self, notices: &'a [StoredNotice])
    -> BoxFuture<'a, Result<(), Undelivered>>;
}

/// Why notices could not be delivered, without anything secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered(pub String);

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forwarded {
    /// Another server has the outlet, or there was nothing to hand on.
    Nothing,
    /// So many notices; there may be more.
    Sent(usize),
    /// Nobody tries again before the pause is over.
    Failed { why: Undelivered, pause: Duration },
}

/// A server's part in handing notices on.
#[derive(Debug)]
pub struct Forwarder<O> {
    outlet: O,
    owner: Uuid,
}

impl<O: Outlet> Forwarder<O> {
    pub fn new(outlet: O) -> Self {
        Self {
            outlet,
            owner: Uuid::new_v4(),
        }
    }

    /// Before the first request: whatever is told from then on will be handed on.
    pub async fn begin(&self, service: &Service) -> Result<(), ServiceError> {
        self.held(service).await.map(drop)
    }

    async fn held(&self, service: &Service) -> Result<Option<OutletState>, ServiceError> {
        let now = machine();
        let held = service
            .store
            .hold_outlet(self.outlet.name(), self.owner, now, after(now, LEASE))
            .await?;
        Ok(held)
    }

    /// Hands the next notices on, if this server has the outlet or may take it.
    pub async fn forward(&self, service: &Service) -> Result<Forwarded, ServiceError> {
        let (store, name, owner) = (&service.store, self.outlet.name(), self.owner);
        let Some(state) = self.held(service).await? else {
            return Ok(Forwarded::Nothing);
        };
        let notices = match store.notices_after(state.sent_upto, TOGETHER).await {
            Ok(notices) => notices,
            Err(error) => {
                // A newer server may be able to read what this one cannot.
                let until = after(machine(), pause_after(state.failures));
                store.outlet_failed(name, owner, until).await?;
                return Err(error.into());
            }
        };
        let Some(last) = notices.last() else {
            return Ok(Forwarded::Nothing);
        };
        match self.outlet.deliver(&notices).await {
            Ok(()) => {
                let until = after(machine(), LEASE);
                store.outlet_sent(name, owner, last.id, until).await?;
                Ok(Forwarded::Sent(notices.len()))
            }
            Err(why) => {
                let pause = pause_after(state.failures);
                let until = after(machine(), pause);
                store.outlet_failed(name, owner, until).await?;
                Ok(Forwarded::Failed { why, pause })
            }
        }
    }

    /// Leaves the outlet to other servers at once.
    pub async fn release(&self, service: &Service) -> Result<(), ServiceError> {
        let name = self.outlet.name();
        Ok(service.store.release_outlet(name, self.owner).await?)
    }
}

/// How long to wait after so many failures and one more.
fn pause_after(failures: u32) -> Duration {
    let doubled = PAUSE.saturating_mul(2_u32.saturating_pow(failures.min(16)));
    doubled.min(LONGEST_PAUSE)
}

/// Leases run by the machine's clock, whatever the clock of the cases.
fn machine() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    after(Timestamp::from_micros(0), since)
}

fn after(moment: Timestamp, pause: Duration) -> Timestamp {
    moment.plus_micros(i64::try_from(pause.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_the_longest() {
        let pauses: Vec<u64> = (0..12).map(|n| pause_after(n).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert_eq!(pause_after(u32::MAX), LONGEST_PAUSE);
    }
}
