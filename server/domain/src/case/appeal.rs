//! The late unit's wish not to be blamed (超时申诉): once a case, and lateness stays a fact.

use serde::{Deserialize, Serialize};

use super::state::{Case, Round};
use crate::access::ActorRef;
use crate::clock::Timestamp;
use crate::place::DivisionCode;
use crate::routing::UnitCode;

/// An appeal and what the centre above said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    /// The round about which it is.
    pub round: u16,
    pub at: Timestamp,
    pub by: ActorRef,
    pub reason: String,
    /// The division whose centre decides.
    pub centre: DivisionCode,
    /// Absent while undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<String>,
}

impl Case {
    /// The appeal that waits for its decision.
    pub fn pending_appeal(&self) -> Option<&Appeal> {
        self.appeal.as_ref().filter(|a| a.accepted.is_none())
    }
}

impl Round {
    /// Who answers for the round as it was known just before `end`, and since when the blame cannot move any more: the
    /// closing or the final deadline, whichever was first.
    pub fn judged_at(&self, end: Timestamp) -> Timestamp {
        let deadline = self
            .deadlines
            .iter()
            .take_while(|(at, _)| *at < end)
            .last()
            .and_then(|(_, deadline)| *deadline);
        let closed_at = self.closed_at.filter(|at| *at < end);
        [closed_at, deadline]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(end)
    }

    /// The lead unit at that moment: passing a late case on does not help.
    pub fn responsible(&self, end: Timestamp) -> Option<&UnitCode> {
        let moment = self.judged_at(end);
        let known = || self.leads.iter().take_while(|(at, _)| *at < end);
        known()
            .take_while(|(at, _)| *at <= moment)
            .last()
            .or_else(|| known().next())
            .map(|(_, unit)| unit)
    }
}
