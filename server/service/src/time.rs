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
    /// One that runs faster than the machine's, for trials: `start` is what it showed when the machine's clock showed
    /// `anchor`. Servers with the same three agree.
    Trial {
        start: Timestamp,
        anchor: Timestamp,
        rate: u32,
    },
}

impl Clock {
    /// Now, in whole microseconds.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => machine(),
            Self::Set(micros) => Timestamp::from_micros(micros.load(Ordering::Relaxed)),
            Self::Trial {
                start,
                anchor,
                rate,
            } => {
                let passed = machine().since(*anchor).saturating_mul(i64::from(*rate));
                start.plus_micros(passed)
            }
        }
    }
}

fn machine() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_clock_runs_from_its_start_as_much_faster_as_it_is_told() {
        let start = Timestamp::from_micros(1_000_000_000_000_000);
        let anchor = Clock::System.now().plus_minutes(-2);
        let clock = Clock::Trial {
            start,
            anchor,
            rate: 600,
        };
        let passed = clock.now().since(start);
        let least = 2 * 60 * 600 * 1_000_000;
        assert!(passed >= least, "{passed}");
    }
}
