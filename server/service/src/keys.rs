//! How long a repetition is known as one.

use crate::{Service, ServiceError};

/// Idempotency keys are kept so many days unless the operator says otherwise: longer than a device lies forgotten
/// without a network.
pub const KEY_DAYS: u16 = 30;
/// So many keys are forgotten at once, so that filing never waits long for it.
pub const KEYS_AT_ONCE: u64 = 500;

impl Service {
    /// Forgets keys that were used more than so many days ago, at most [`KEYS_AT_ONCE`] of them. Answers whether there
    /// may be more. Whatever was done with them stays done.
    pub async fn prune_keys(&self, days: u16) -> Result<bool, ServiceError> {
        let before = self.clock.now().plus_days(-i64::from(days));
        let pruned = self.store.prune_keys(before, KEYS_AT_ONCE).await?;
        Ok(u64::try_from(pruned).unwrap_or(u64::MAX) >= KEYS_AT_ONCE)
    }
}
