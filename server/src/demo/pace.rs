//! When people get round to things: in opening hours, mostly in time.

use gridwhistle_domain::case::Rules;
use gridwhistle_domain::clock::{Limit, Timestamp};
use rand::Rng;
use rand::rngs::SmallRng;

const SECOND: i64 = 1_000_000;

/// Draws moments for one case.
pub struct Pace<'a> {
    pub rules: &'a Rules,
    /// Opening hours do not count.
    pub urgent: bool,
    /// Everything follows within minutes, whatever the hour.
    pub hurried: bool,
}

impl Pace<'_> {
    /// Some minutes of work after a moment.
    pub fn after(
        &self,
        from: Timestamp,
        minutes: std::ops::Range<u32>,
        rng: &mut SmallRng,
    ) -> Timestamp {
        if self.hurried {
            return hurry(from, rng);
        }
        let amount = rng.random_range(minutes);
        let limit = if self.urgent {
            Limit::emergency_minutes(amount)
        } else {
            Limit::working_minutes(amount)
        };
        jitter(self.rules.due(from, limit), rng)
    }

    /// In time: a share of the way from a moment to a deadline, in opening hours where they count.
    pub fn within(
        &self,
        from: Timestamp,
        due: Timestamp,
        share: std::ops::Range<f64>,
        rng: &mut SmallRng,
    ) -> Timestamp {
        if self.hurried {
            return hurry(from, rng);
        }
        let left = due.since(from);
        if left <= 0 {
            return self.after(from, 5..90, rng);
        }
        let share = rng.random_range(share);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "a share of months"
        )]
        let drawn = from.plus_micros((left as f64 * share) as i64);
        let mut at = drawn;
        if !self.urgent {
            let opening = self.rules.time.next_opening(drawn);
            if opening != drawn {
                at = opening.plus_micros(rng.random_range(60..2_400) * SECOND);
            }
        }
        // The last seconds are for those who nearly forgot.
        at.min(due.plus_micros(-rng.random_range(1..=40) * SECOND))
            .max(from)
    }

    /// Whether somebody comes too late, as likely as that; who hurries does not.
    pub fn is_late(&self, likely: f64, rng: &mut SmallRng) -> bool {
        rng.random_bool(likely) && !self.hurried
    }

    /// Too late by some minutes of work.
    pub fn late(
        &self,
        due: Timestamp,
        minutes: std::ops::Range<u32>,
        rng: &mut SmallRng,
    ) -> Timestamp {
        if self.hurried {
            return hurry(due, rng);
        }
        self.after(due, minutes, rng)
    }
}

/// A few minutes later.
fn hurry(from: Timestamp, rng: &mut SmallRng) -> Timestamp {
    from.plus_micros(rng.random_range(60..300) * SECOND)
}

fn jitter(at: Timestamp, rng: &mut SmallRng) -> Timestamp {
    at.plus_micros(rng.random_range(0..60) * SECOND + rng.random_range(0..1_000) * 1_000)
}
