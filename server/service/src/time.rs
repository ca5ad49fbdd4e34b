//! What time it is: the machine's, or one that somebody sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use gridwhistle_domain::clock::Timestamp;

/// The clock of the use cases.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that is set from outside: the demo lives through months in seconds.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// Now, in whole microseconds.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Self::Set(micros) => Timestamp::from_micros(micros.load(Ordering::Relaxed)),
        }
    }
}
