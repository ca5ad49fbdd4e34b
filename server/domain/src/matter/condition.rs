//! Conditions: the time limit and the closing standard belong to them, not to the matter.

use serde::{Deserialize, Serialize};

use super::MatterKey;
use crate::clock::{Limit, TimeUnit};

/// Identity of a condition: the matter and a number, written `event-06010/1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConditionId(pub String);

impl std::fmt::Display for ConditionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One of the ordered steps of a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub limit: Limit,
    /// What must be true when the step is done (结案条件).
    pub standard: String,
}

/// When a matter is registered, within what limit it is handled and what closes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub id: ConditionId,
    pub matter: MatterKey,
    /// 立案条件
    pub name: String,
    pub name_en: String,
    pub steps: Vec<Step>,
    /// A grid worker may settle it himself (即办).
    pub self_handle: bool,
    /// The generic condition of a matter that has none of its own.
    pub provisional: bool,
    /// Proposes an emergency whistle.
    pub emergency: bool,
}

impl Condition {
    /// Whether steps make an emergency: a first limit of at most 4 emergency hours.
    pub fn is_emergency(steps: &[Step]) -> bool {
        steps.first().is_some_and(|step| match step.limit.unit {
            TimeUnit::EmergencyMinutes => step.limit.amount <= 240,
            TimeUnit::EmergencyHours => step.limit.amount <= 4,
            _ => false,
        })
    }

    /// The condition of a matter that has none: 5 working days, marked provisional, so that
    /// nothing cannot be registered.
    pub fn generic(matter: &MatterKey) -> Self {
        Self {
            id: ConditionId(format!("{matter}/0")),
            matter: matter.clone(),
            name: "一般情形".to_owned(),
            name_en: "Any occurrence".to_owned(),
            steps: vec![Step {
                limit: Limit::working_days(5),
                standard: "问题已解决，现场恢复正常".to_owned(),
            }],
            self_handle: false,
            provisional: true,
            emergency: false,
        }
    }
}
