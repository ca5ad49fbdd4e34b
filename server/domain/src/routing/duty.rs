//! Duties (主体责任, 配合责任): which function leads and which assist in a matter.

use serde::{Deserialize, Serialize};

use crate::clock::Date;
use crate::matter::{MatterKey, MatterKind};
use crate::names::names;

names! {
    /// The part of a called unit.
    pub enum Role {
        /// 主办
        Lead => "lead",
        /// 协办
        Assist => "assist",
    }
}

/// A duty of a function in all matters whose code begins so, in force in [`valid_from`, `valid_to`).
///
/// Duties name a function and not a unit, so that one list serves every town; which unit has the
/// function at a place, the list of units says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    pub matter_kind: MatterKind,
    /// The first digits of the matter's code: `06010`, `06`, or none at all for every matter.
    pub code_prefix: String,
    pub role: Role,
    pub function: String,
    /// The words of the list, shown as the reason for the call.
    pub text: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

impl Duty {
    pub fn in_force(&self, on: Date) -> bool {
        self.valid_from <= on && self.valid_to.is_none_or(|to| on < to)
    }

    /// Whether the duty is about a matter.
    pub fn covers(&self, matter: &MatterKey) -> bool {
        self.matter_kind == matter.kind && matter.code.starts_with(&self.code_prefix)
    }
}
