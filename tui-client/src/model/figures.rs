//! Figures: always with numerator and denominator, and opening to their cases.

use serde::Serialize;

use super::Time;

/// One indicator over a period.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figure {
    pub indicator: String,
    /// Absent when the denominator is 0: never 0 or 100 instead.
    pub value: Option<f64>,
    /// True for counts; rates are per cent.
    pub count: bool,
    pub numerator: Option<f64>,
    pub denominator: Option<i64>,
    /// Lower and upper bound, per cent.
    pub interval: Option<(f64, f64)>,
    /// Why something is not in the figure, and how often.
    pub exclusions: Vec<(String, i64)>,
    /// The same figure in the period before.
    pub before: Option<f64>,
}

/// The figures of a division or unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Board {
    pub figures: Vec<Figure>,
    pub as_of: Option<Time>,
}

/// One line of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Share {
    pub code: String,
    pub name: String,
    pub figure: Figure,
}

/// Over what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Range {
    /// Code of the division, or of a grid with its 15 digits; the own scope if empty.
    pub division: String,
    pub unit: Option<String>,
    pub period: Period,
}

/// Which cases of a figure are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    #[default]
    Denominator,
    Numerator,
    /// In the denominator but not in the numerator.
    Rest,
    Excluded,
}

impl Part {
    pub const ALL: [Self; 4] = [
        Self::Denominator,
        Self::Numerator,
        Self::Rest,
        Self::Excluded,
    ];

    /// Its published name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Denominator => "denominator",
            Self::Numerator => "numerator",
            Self::Rest => "rest",
            Self::Excluded => "excluded",
        }
    }
}

/// The periods that can be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    #[default]
    ThisMonth,
    LastMonth,
    Days7,
    Days30,
    Days90,
}

impl Period {
    pub const ALL: [Self; 5] = [
        Self::ThisMonth,
        Self::LastMonth,
        Self::Days7,
        Self::Days30,
        Self::Days90,
    ];

    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::ThisMonth => "period-this-month",
            Self::LastMonth => "period-last-month",
            Self::Days7 => "period-days-7",
            Self::Days30 => "period-days-30",
            Self::Days90 => "period-days-90",
        }
    }

    /// The next one, or the one before, round and round.
    #[must_use]
    pub fn step(self, forward: bool) -> Self {
        let at = Self::ALL.iter().position(|p| *p == self).unwrap_or(0);
        let n = Self::ALL.len();
        Self::ALL[if forward {
            (at + 1) % n
        } else {
            (at + n - 1) % n
        }]
    }

    /// [from, to) in UTC+8, as seen at `now`; for the running month the end lies at `now`.
    pub fn bounds(self, now: Time) -> (Time, Time) {
        use chrono::{Datelike, Days, Months, NaiveTime};
        let now = now.with_timezone(&super::china());
        let midnight = |day: chrono::NaiveDate| {
            day.and_time(NaiveTime::MIN)
                .and_local_timezone(super::china())
                .single()
                .unwrap_or(now)
        };
        let today = now.date_naive();
        let first = today.with_day(1).unwrap_or(today);
        let back = |days| midnight(today.checked_sub_days(Days::new(days)).unwrap_or(today));
        match self {
            Self::ThisMonth => (midnight(first), now),
            Self::LastMonth => (
                midnight(first.checked_sub_months(Months::new(1)).unwrap_or(first)),
                midnight(first),
            ),
            Self::Days7 => (back(7), now),
            Self::Days30 => (back(30), now),
            Self::Days90 => (back(90), now),
        }
    }

    /// The period of the same length just before.
    pub fn before(self, now: Time) -> (Time, Time) {
        let (from, to) = self.bounds(now);
        (from - (to - from), from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_month_is_whole_and_in_the_time_of_china() {
        let now: Time = "2026-03-01T00:30:00+08:00".parse().unwrap();
        let (from, to) = Period::LastMonth.bounds(now);
        assert_eq!(from.to_rfc3339(), "2026-02-01T00:00:00+08:00");
        assert_eq!(to.to_rfc3339(), "2026-03-01T00:00:00+08:00");
        assert_eq!(Period::ThisMonth.bounds(now).0, to);
    }
}
