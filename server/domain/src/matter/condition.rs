//! Conditions: the time limit and the closing standard belong to them, not to the matter.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::MatterKey;
use crate::clock::{Limit, TimeUnit};

/// Identity of a condition: the matter and a number, written `event-06010/1`; 0 is the generic one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConditionId(pub String);

impl ConditionId {
    pub fn new(matter: &MatterKey, number: u16) -> Self {
        Self(format!("{matter}/{number}"))
    }

    /// The matter it is a condition of; none where the text is no identity.
    pub fn matter(&self) -> Option<MatterKey> {
        self.0.split_once('/')?.0.parse().ok()
    }

    /// Its number within the matter; none where the text is no identity.
    pub fn number(&self) -> Option<u16> {
        self.0.split_once('/')?.1.parse().ok()
    }

    /// Whether it is the generic condition of its matter, which no list gives.
    pub fn is_generic(&self) -> bool {
        self.0.ends_with("/0")
    }
}

impl fmt::Display for ConditionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One of the ordered steps of a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub limit: Limit,
    /// What must be true when the step is done (结案条件).
    pub standard: String,
    pub standard_en: String,
}

/// When a matter is registered, within what limit it is handled and what closes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub id: ConditionId,
    pub matter: MatterKey,
    /// 立案条件
    pub name: String,
    pub name_en: String,
    /// At least one.
    pub steps: Vec<Step>,
    /// A grid worker may settle it himself (即办).
    pub self_handle: bool,
    /// The generic condition of a matter that has none of its own.
    pub provisional: bool,
    /// Proposes an emergency whistle: see [`Condition::is_emergency`].
    pub emergency: bool,
}

impl Condition {
    /// Whether steps make an emergency: a first limit of at most 4 emergency hours.
    pub fn is_emergency(steps: &[Step]) -> bool {
        steps.first().is_some_and(|step| match step.limit.unit {
            TimeUnit::EmergencyMinutes => step.limit.amount <= 240,
            TimeUnit::EmergencyHours => step.limit.amount <= 4,
            TimeUnit::EmergencyDays
            | TimeUnit::WorkingMinutes
            | TimeUnit::WorkingHours
            | TimeUnit::WorkingDays
            | TimeUnit::CalendarDays => false,
        })
    }

    /// The condition of a matter that has none: 5 working days, marked provisional, so that
    /// nothing cannot be registered. Its texts are empty: whoever shows it has them in his language,
    /// under [`ConditionId::is_generic`].
    pub fn generic(matter: &MatterKey) -> Self {
        Self {
            id: ConditionId::new(matter, 0),
            matter: matter.clone(),
            name: String::new(),
            name_en: String::new(),
            steps: vec![Step {
                limit: Limit::working_days(5),
                standard: String::new(),
                standard_en: String::new(),
            }],
            self_handle: false,
            provisional: true,
            emergency: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emergency_has_a_first_limit_of_at_most_four_hours_round_the_clock() {
        let step = |limit| Step {
            limit,
            standard: "止水".to_owned(),
            standard_en: "Water stopped".to_owned(),
        };
        for limit in [
            Limit::emergency_minutes(240),
            Limit::emergency_hours(1),
            Limit::emergency_hours(4),
        ] {
            assert!(Condition::is_emergency(&[step(limit)]), "{limit:?}");
        }
        for limit in [
            Limit::emergency_minutes(241),
            Limit::emergency_hours(5),
            Limit::emergency_days(1),
            Limit::working_minutes(30),
            Limit::working_hours(2),
            Limit::working_days(1),
            Limit::calendar_days(1),
        ] {
            let later = step(Limit::emergency_hours(1));
            assert!(!Condition::is_emergency(&[step(limit), later]), "{limit:?}");
        }
        assert!(!Condition::is_emergency(&[]));
    }
}
