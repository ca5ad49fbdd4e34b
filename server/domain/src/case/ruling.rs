//! Who is responsible, when units or centres disagree: the centre above rules (裁定).

use serde::{Deserialize, Serialize};

use super::state::Case;
use crate::access::ActorRef;
use crate::clock::Timestamp;
use crate::place::{DivisionCode, DivisionLevel};
use crate::routing::{Responsible, Ruling, UnitCode};

/// A dispute put before the centre above, and what it said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Counted from 1 within the case.
    pub number: u16,
    pub at: Timestamp,
    /// The system where it followed from the third return.
    pub by: ActorRef,
    pub reason: String,
    /// The division whose centre rules.
    pub centre: DivisionCode,
    pub rule_by: Timestamp,
    /// Absent while it has not ruled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruled: Option<Ruled>,
    /// When the case ended before anybody had ruled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapsed_at: Option<Timestamp>,
}

/// What the centre above said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruled {
    pub at: Timestamp,
    pub by: ActorRef,
    pub lead: UnitCode,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assists: Vec<UnitCode>,
    pub ruling: String,
}

impl Dispute {
    pub const fn is_pending(&self) -> bool {
        self.ruled.is_none() && self.lapsed_at.is_none()
    }
}

impl Case {
    /// The dispute that waits for its ruling; at most one.
    pub fn dispute(&self) -> Option<&Dispute> {
        self.disputes.iter().find(|d| d.is_pending())
    }

    /// What was ruled last: it binds whoever calls a lead.
    pub fn ruled(&self) -> Option<&Ruled> {
        self.disputes.iter().rev().find_map(|d| d.ruled.as_ref())
    }
}

/// The rule that a ruling becomes: about this matter, in the town of the place. None while no matter is known.
pub fn rule_from(case: &Case, number: u16) -> Option<Ruling> {
    let dispute = case.disputes.iter().find(|d| d.number == number)?;
    let ruled = dispute.ruled.as_ref()?;
    let matter = case.matter.as_ref()?;
    let ground = case.ground();
    Some(Ruling {
        id: format!("{}-{number}", case.id.0),
        matter_kind: matter.kind,
        code_prefix: matter.code.clone(),
        division: ground.at(DivisionLevel::Town).unwrap_or(ground),
        lead: Responsible::Unit(ruled.lead.clone()),
        assists: ruled
            .assists
            .iter()
            .cloned()
            .map(Responsible::Unit)
            .collect(),
        text: ruled.ruling.clone(),
        case_number: case.number.clone(),
        centre: dispute.centre,
        valid_from: ruled.at.date(),
        valid_to: None,
        withdrawn_at: None,
    })
}
