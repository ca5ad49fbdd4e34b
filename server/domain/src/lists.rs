//! The lists that decisions follow, and their versions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub const DIVISIONS: &str = "division";
pub const UNITS: &str = "unit";
pub const DUTIES: &str = "duty";
pub const MATTERS: &str = "matter";
pub const CONDITIONS: &str = "condition";
pub const CALENDAR: &str = "calendar";
/// What divisions have of their own beside the calendar.
pub const WORKING_TIMES: &str = "working_time";
pub const KINDS: &str = "whistle_kind";
/// Which matters contain an enforcement step, and what it needs.
pub const REQUIREMENTS: &str = "requirement";
pub const POWERS: &str = "power";
pub const CERTIFICATES: &str = "certificate";
pub const ADMISSIONS: &str = "admission";
/// Which level handles what.
pub const LEVELS: &str = "level";
/// What centres have ruled about who is responsible.
pub const RULINGS: &str = "ruling";

/// The lists that fix condition and limits of a round.
pub const OF_REGISTRATION: &[&str] = &[MATTERS, CONDITIONS, CALENDAR, WORKING_TIMES];

/// The lists from which a deadline follows.
pub const OF_CLOCKS: &[&str] = &[CALENDAR, WORKING_TIMES];

/// The lists that say who is called, and by when.
pub const OF_CALLS: &[&str] = &[
    UNITS,
    DUTIES,
    REQUIREMENTS,
    POWERS,
    CERTIFICATES,
    ADMISSIONS,
    LEVELS,
    RULINGS,
    KINDS,
    CALENDAR,
    WORKING_TIMES,
];

/// The lists by which a unit may carry an enforcement step out.
pub const OF_POWERS: &[&str] = &[UNITS, REQUIREMENTS, POWERS, CERTIFICATES];

/// The list that says what departments may hand down.
pub const OF_ADMISSIONS: &[&str] = &[ADMISSIONS];

/// Versions of lists by the names of these, counted from 1. A list that was never filled has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListVersions(pub BTreeMap<String, u32>);

impl ListVersions {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those of some lists alone.
    #[must_use]
    pub fn of(&self, names: &[&str]) -> Self {
        let known = names.iter().filter_map(|name| self.0.get_key_value(*name));
        Self(
            known
                .map(|(name, version)| (name.clone(), *version))
                .collect(),
        )
    }

    /// Takes over what the others say, beside what only these know.
    pub fn extend(&mut self, others: &Self) {
        let others = others.0.iter();
        self.0
            .extend(others.map(|(name, version)| (name.clone(), *version)));
    }
}
