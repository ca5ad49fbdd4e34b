//! Requirements: which matters contain an enforcement step, what power and what certificates it needs; and the level
//! that handles a matter.

use serde::{Deserialize, Serialize};

use crate::clock::Date;
use crate::matter::{ConditionId, MatterKey, MatterKind};
use crate::names::names;
use crate::place::DivisionLevel;

/// The matters that a line of a list is about, and from when to when: as in duties all whose code begins so, or of
/// those one condition alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub matter_kind: MatterKind,
    /// The first digits of the matter's code, perhaps none.
    pub code_prefix: String,
    /// The number of the condition; absent: all of them.
    pub condition: Option<u16>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

impl About {
    /// Whether the line speaks of a matter on a day. Where the condition is not known yet, lines about one alone do not.
    pub fn covers(&self, matter: &MatterKey, condition: Option<&ConditionId>, on: Date) -> bool {
        let number = |id: &ConditionId| (id.matter().as_ref() == Some(matter)).then(|| id.number());
        self.matter_kind == matter.kind
            && matter.code.starts_with(&self.code_prefix)
            && self.in_force(on)
            && self
                .condition
                .is_none_or(|own| condition.and_then(number).flatten() == Some(own))
    }

    pub fn in_force(&self, on: Date) -> bool {
        self.valid_from <= on && self.valid_to.is_none_or(|to| on < to)
    }

    /// Whether both speak of the same matters and condition on a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.matter_kind == other.matter_kind
            && self.code_prefix == other.code_prefix
            && self.condition == other.condition
            && (self.in_force(other.valid_from) || other.in_force(self.valid_from))
    }

    /// The more of it, the nearer to the matter: a condition counts for more than any digits.
    fn precision(&self) -> usize {
        self.code_prefix.len() + if self.condition.is_some() { 10 } else { 0 }
    }
}

/// An enforcement step in a matter: what the town must hold and its officers must have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    #[serde(flatten)]
    pub about: About,
    /// The function of the units that carry the step out, as the duties name it: others lead without power.
    pub function: String,
    /// The code of the power item.
    pub power: Option<String>,
    /// The field of the certificates.
    pub field: Option<String>,
}

names! {
    /// Why a matter belongs to a level.
    pub enum LevelClass {
        /// 日常
        Daily => "daily",
        /// 基本履职: the town's own by its list of duties.
        Basic => "basic",
        /// 配合履职: the level above leads, the town's unit of the function assists.
        Cooperating => "cooperating",
        /// 难事
        Hard => "hard",
        /// 三跨: it crosses departments, levels or regions.
        Cross => "cross",
        /// 重大
        Important => "important",
        /// 上级收回: no unit of the town leads any more.
        Reclaimed => "reclaimed",
    }
}

/// The level of command centre that handles a matter (镇管日常、县管难事、市管三跨).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelRule {
    #[serde(flatten)]
    pub about: About,
    /// Town, county or city.
    pub level: DivisionLevel,
    pub class: LevelClass,
    pub text: String,
}

/// The line nearest to the matter.
pub(super) fn nearest<'l>(
    rules: &'l [LevelRule],
    matter: &MatterKey,
    condition: Option<&ConditionId>,
    on: Date,
) -> Option<&'l LevelRule> {
    rules
        .iter()
        .filter(|rule| rule.about.covers(matter, condition, on))
        .max_by_key(|rule| rule.about.precision())
}
