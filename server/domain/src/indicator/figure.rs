//! One number, with all that is needed to believe it.

use std::collections::BTreeMap;

use super::name::{Indicator, Reason};
use super::weights::WHOLE;

/// One indicator with its terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub indicator: Indicator,
    /// Absent when there is nothing to judge by, never 0 or 100 % then.
    pub value: Option<Value>,
    /// In units of [`WHOLE`]: weights make it no whole number of cases.
    pub numerator: i64,
    /// Whole cases, milestones, calls or answers.
    pub denominator: u64,
    /// Of the satisfaction rate: Wilson's 95 % interval in hundredths of a percent, (low, high).
    pub interval: Option<(i64, i64)>,
    /// What is shown beside it, by reason.
    pub exclusions: BTreeMap<Reason, u64>,
}

/// What a figure says.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Count(u64),
    /// In hundredths of a percent: 9616 is 96.16 %.
    Percent(i64),
    /// Whole minutes, by nearest rank.
    Minutes {
        median: i64,
        p90: i64,
    },
}

impl Figure {
    /// The numerator as a number of cases: the nearest to the exact decimal.
    pub fn numerator_in_cases(&self) -> f64 {
        number(self.numerator) / number(WHOLE)
    }
}

impl Value {
    /// The count, the percentage, or the median of the minutes.
    pub fn as_number(self) -> f64 {
        match self {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a count of cases is far below 2^52"
            )]
            Self::Count(count) => count as f64,
            Self::Percent(hundredths) => number(hundredths) / 100.0,
            Self::Minutes { median, .. } => number(median),
        }
    }

    /// The 90th percentile, of minutes.
    pub fn p90(self) -> Option<f64> {
        match self {
            Self::Minutes { p90, .. } => Some(number(p90)),
            Self::Count(_) | Self::Percent(_) => None,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "far below 2^52 for any number of cases"
)]
fn number(count: i64) -> f64 {
    count as f64
}

/// `share / of` in hundredths of a percent, rounded half up; `None` when `of` is 0.
pub(super) fn percent(share: i64, of: i64) -> Option<i64> {
    if of <= 0 {
        return None;
    }
    let (share, of) = (i128::from(share), i128::from(of));
    i64::try_from((share * 20_000 + of).div_euclid(of * 2)).ok()
}

/// Wilson's interval for the share of `share` in `n` whole answers, in hundredths of a percent
/// rounded half up; `None` without answers.
///
/// E. B. Wilson (1927), without continuity correction; weighted answers enter by their mean.
pub(super) fn wilson(share: i64, n: u64) -> Option<(i64, i64)> {
    const Z: f64 = 1.959_964;
    if n == 0 {
        return None;
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "far below 2^52 for any number of answers"
    )]
    let (share, n) = (share as f64 / WHOLE as f64, n as f64);
    let p = share / n;
    let spread = Z * Z / n;
    let centre = p + spread / 2.0;
    let half = Z * (p * (1.0 - p) / n + spread / (4.0 * n)).max(0.0).sqrt();
    let bound = |edge: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 10,000")]
        let hundredths = ((edge / (1.0 + spread)).clamp(0.0, 1.0) * 10_000.0 + 0.5).floor() as i64;
        hundredths
    };
    Some((bound(centre - half), bound(centre + half)))
}
