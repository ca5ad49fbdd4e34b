//! The town's refusal of what a department hands down without being admitted to (职责准入).

use serde::{Deserialize, Serialize};

use super::state::Case;
use crate::access::ActorRef;
use crate::clock::Timestamp;
use crate::lists::ListVersions;
use crate::place::{DivisionCode, DivisionLevel};
use crate::routing::UnitCode;

/// A town refused a case for want of an admission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmissionRefusal {
    pub at: Timestamp,
    pub by: ActorRef,
    pub town: DivisionCode,
    pub department: UnitCode,
    /// The day of this moment counted.
    pub handed_down_at: Timestamp,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The version of the list of admissions by which it was refused.
    #[serde(default, skip_serializing_if = "ListVersions::is_empty")]
    pub versions: ListVersions,
}

/// How a case came to the town that has it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct HandedDown {
    pub at: Timestamp,
    /// The division whose centre delegated it; absent where a department handed it down directly.
    pub from: Option<DivisionCode>,
}

impl Case {
    /// When, and by which centre above, the case was handed down to the town that has it; none where it arose there, or
    /// where a centre above has it.
    pub fn handed_down(&self) -> Option<HandedDown> {
        if self.centre.level() != DivisionLevel::Town {
            return None;
        }
        match self.transfers.last() {
            // Whatever a town has after transfers was delegated to it.
            Some(last) => Some(HandedDown {
                at: last.at,
                from: Some(last.from),
            }),
            None => self.handed_down_by.as_ref().map(|_| HandedDown {
                at: self.reported_at,
                from: None,
            }),
        }
    }
}
