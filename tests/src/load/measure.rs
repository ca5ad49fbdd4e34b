//! What came back under load.

use std::{collections::BTreeMap, fmt, time::Duration};

/// Answers counted, and how long those that count took.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measure {
    /// Microseconds from the first byte sent to the last one read, of the expected answers.
    micros: Vec<u32>,
    /// Other answers, by status.
    others: BTreeMap<u16, u64>,
    /// All answers, those of the warming up too.
    total: u32,
    duration: Duration,
}

impl Measure {
    /// Counts an answer.
    pub fn add(&mut self, status: u16, expected: u16, took: Duration) {
        if status == expected {
            self.micros
                .push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        } else {
            *self.others.entry(status).or_default() += 1;
        }
    }

    /// Notes that an answer came, whether it counts or not.
    pub fn answered(&mut self) {
        self.total += 1;
    }

    /// Adds what another connection counted.
    pub fn merge(&mut self, other: Self) {
        self.total += other.total;
        self.micros.extend(other.micros);
        for (status, count) in other.others {
            *self.others.entry(status).or_default() += count;
        }
    }

    /// Ends counting after this time.
    pub fn finish(&mut self, duration: Duration) {
        self.micros.sort_unstable();
        self.duration = duration;
    }

    /// Expected answers a second.
    pub fn rate(&self) -> f64 {
        let count = u32::try_from(self.micros.len()).unwrap_or(u32::MAX);
        f64::from(count) / self.duration.as_secs_f64()
    }

    /// The time within which this share of the expected answers came, `per_mille` of 1,000; zero
    /// where there were none.
    pub fn within(&self, per_mille: usize) -> Duration {
        let Some(last) = self.micros.len().checked_sub(1) else {
            return Duration::ZERO;
        };
        let rank = (self.micros.len() * per_mille).div_ceil(1000);
        Duration::from_micros(self.micros[rank.saturating_sub(1).min(last)].into())
    }

    /// What each answer took of a total, in microseconds: of the processor time between the first
    /// request and the last answer. It hardly depends on what else the machine does.
    pub fn micros_each(&self, of: Duration) -> f64 {
        of.as_secs_f64() * 1e6 / f64::from(self.total.max(1))
    }

    /// Answers of another status than the expected one.
    pub fn others(&self) -> &BTreeMap<u16, u64> {
        &self.others
    }
}

/// The cells of a table row: rate, p50, p99, slowest, other answers.
impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |per_mille| self.within(per_mille).as_secs_f64() * 1e3;
        write!(
            f,
            "{:>9.0} | {:>8.2} | {:>8.2} | {:>8.2} | ",
            self.rate(),
            millis(500),
            millis(990),
            millis(1000)
        )?;
        if self.others.is_empty() {
            return f.write_str("none");
        }
        for (place, (status, count)) in self.others.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{count} × {status}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_a_hundred_is_the_fiftieth() {
        let mut measure = Measure::default();
        for micros in (1..=100).rev() {
            measure.add(201, 201, Duration::from_micros(micros));
        }
        measure.add(429, 201, Duration::from_micros(1));
        measure.finish(Duration::from_secs(2));
        assert_eq!(measure.within(500), Duration::from_micros(50));
        assert_eq!(measure.within(990), Duration::from_micros(99));
        assert_eq!(measure.within(1000), Duration::from_micros(100));
        assert!((measure.rate() - 50.0).abs() < 1e-9);
        assert_eq!(measure.others().get(&429), Some(&1));
    }

    #[test]
    fn the_answers_of_the_warming_up_share_the_processor_time() {
        let mut measure = Measure::default();
        measure.answered();
        let mut other = Measure::default();
        other.answered();
        measure.merge(other);
        let each = measure.micros_each(Duration::from_micros(300));
        assert!((each - 150.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_measured_is_no_fault() {
        assert_eq!(Measure::default().within(990), Duration::ZERO);
    }
}
