//! Sums of contributions.

use std::collections::BTreeMap;

use super::contribution::{Contribution, Entry, Measured};
use super::figure::{Figure, Value, percent, wilson};
use super::minutes::Minutes;
use super::name::{Indicator, Reason};
use super::weights::{WHOLE, Weights};

/// The sum of contributions, from which every indicator is read. Its size does not depend on how
/// many were added, and neither order nor merging changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    weights: Weights,
    terms: BTreeMap<Indicator, Terms>,
    minutes: Minutes,
}

/// Numerator and denominator in units of [`WHOLE`], exclusions in cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Terms {
    numerator: i64,
    denominator: i64,
    exclusions: BTreeMap<Reason, u64>,
}

impl Tally {
    /// An empty sum, to be judged by these weights.
    pub const fn new(weights: Weights) -> Self {
        Self {
            weights,
            terms: BTreeMap::new(),
            minutes: Minutes::new(),
        }
    }

    /// Takes a contribution in.
    pub fn add(&mut self, contribution: &Contribution) {
        for indicator in Indicator::ALL {
            let Some(measured) = contribution.entry.measure(*indicator, self.weights) else {
                continue;
            };
            let terms = self.terms.entry(*indicator).or_default();
            match measured {
                Measured::Counted { share, of } => {
                    terms.numerator += share;
                    terms.denominator += of;
                }
                Measured::Excluded(reason) => *terms.exclusions.entry(reason).or_default() += 1,
            }
        }
        if let Entry::Arrived { minutes } = contribution.entry {
            self.minutes.add(minutes);
        }
    }

    /// Takes another sum in, made with the same weights.
    pub fn merge(&mut self, other: &Self) {
        for (indicator, more) in &other.terms {
            let terms = self.terms.entry(*indicator).or_default();
            terms.numerator += more.numerator;
            terms.denominator += more.denominator;
            for (reason, count) in &more.exclusions {
                *terms.exclusions.entry(*reason).or_default() += count;
            }
        }
        self.minutes.merge(&other.minutes);
    }

    /// One indicator of what was added.
    pub fn figure(&self, indicator: Indicator) -> Figure {
        let terms = self.terms.get(&indicator).cloned().unwrap_or_default();
        let denominator = cases(terms.denominator);
        let value = match indicator {
            _ if indicator.is_count() => Some(Value::Count(cases(terms.numerator))),
            Indicator::MinutesToCheckIn => self
                .minutes
                .percentile(50)
                .zip(self.minutes.percentile(90))
                .map(|(median, p90)| Value::Minutes { median, p90 }),
            _ => percent(terms.numerator, terms.denominator).map(Value::Percent),
        };
        Figure {
            indicator,
            value,
            numerator: terms.numerator,
            denominator,
            interval: (indicator == Indicator::SatisfactionRate)
                .then(|| wilson(terms.numerator, denominator))
                .flatten(),
            exclusions: terms.exclusions,
        }
    }

    /// All indicators in the order of their declaration.
    pub fn figures(&self) -> impl Iterator<Item = Figure> {
        Indicator::ALL
            .iter()
            .map(|indicator| self.figure(*indicator))
    }
}

/// Denominators and counts are sums of wholes, never below zero.
fn cases(wholes: i64) -> u64 {
    u64::try_from(wholes / WHOLE).unwrap_or(0)
}
