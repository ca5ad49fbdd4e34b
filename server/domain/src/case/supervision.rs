//! A centre looks over somebody's shoulder and wants an answer (督办).

use serde::{Deserialize, Serialize};

use super::state::Case;
use crate::access::ActorRef;
use crate::clock::Timestamp;
use crate::names::names;
use crate::place::DivisionCode;

names! {
    /// Why a centre supervises a case.
    pub enum SupervisionKind {
        /// 超期督办
        Overdue => "overdue",
        /// 领导督办
        Leader => "leader",
        /// 重点督办
        Important => "important",
    }
}

/// One supervision with its reply; a case may have several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supervision {
    /// Counted from 1 within the case.
    pub number: u16,
    /// The round in which it was ordered; 0 before the registration.
    pub round: u16,
    pub kind: SupervisionKind,
    /// The division whose centre supervises: the owner's or one above.
    pub division: DivisionCode,
    pub at: Timestamp,
    /// The system where it followed by rule.
    pub by: ActorRef,
    pub note: String,
    /// When the reply is due.
    pub answer_by: Timestamp,
    pub answer: Option<SupervisionAnswer>,
}

/// What was replied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionAnswer {
    pub at: Timestamp,
    pub by: ActorRef,
    pub text: String,
}

impl Case {
    /// The supervisions that wait for a reply, the oldest first.
    pub fn unanswered_supervisions(&self) -> impl Iterator<Item = &Supervision> {
        self.supervisions.iter().filter(|s| s.answer.is_none())
    }
}
