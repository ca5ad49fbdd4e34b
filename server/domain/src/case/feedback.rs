//! What residents are asked about a closed round, and how the asking ends (回访、评价).
//!
//! One duty a closed round and resident, concluded once: by his answer to all three questions, or without one.

use serde::{Deserialize, Serialize};

use super::id::{CaseId, FeedbackId};
use super::state::{Case, Round};
use crate::access::ActorRef;
use crate::clock::Timestamp;
use crate::names::names;
use crate::place::DivisionCode;

/// The duty to ask a resident about a closed round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    pub id: FeedbackId,
    pub opened_at: Timestamp,
    /// The first moment at which it is concluded as expired if nobody answered.
    pub expires_at: Timestamp,
    pub concluded: Option<Concluded>,
    /// When it was concluded because nobody answered in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired_at: Option<Timestamp>,
    /// When a caller of the centre did not reach the resident.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed_calls: Vec<Timestamp>,
    /// The last wish that the resident's demand be held unreasonable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreasonable: Option<UnreasonableRequest>,
}

/// The duty to ask the resident behind a merged case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergedFeedback {
    pub merged: CaseId,
    pub feedback: Feedback,
}

/// How a feedback duty ended before its expiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concluded {
    pub at: Timestamp,
    #[serde(flatten)]
    pub how: Conclusion,
}

/// With an answer or without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Conclusion {
    /// `valid`: all three questions were answered.
    Answered {
        answer: Answer,
        /// How a caller of the centre asked; absent where the resident answered by his link.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<Channel>,
    },
    Without {
        outcome: Unanswered,
    },
}

names! {
    /// How a caller of the centre asks a resident.
    pub enum Channel {
        /// 电话
        Telephone => "telephone",
        /// 上门
        Visit => "visit",
        /// 书面
        Paper => "paper",
    }
}

names! {
    /// How a duty ended without an answer.
    pub enum Unanswered {
        /// 拒绝评价
        Refused => "refused",
        /// 联系不上: three calls on two days
        Unreachable => "unreachable",
        /// 不合理诉求, held so by the centre above
        Unreasonable => "unreasonable",
    }
}

/// The wish that a resident's demand be held unreasonable: he is not asked then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreasonableRequest {
    pub at: Timestamp,
    pub by: ActorRef,
    pub reason: String,
    /// The division whose centre decides: the one above.
    pub centre: DivisionCode,
    /// Absent while undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<String>,
}

names! {
    /// "Is it solved?"
    pub enum Solved {
        Yes => "yes",
        Partly => "partly",
        No => "no",
    }
}

names! {
    /// The five grades.
    pub enum Grade {
        /// 非常满意
        VerySatisfied => "very_satisfied",
        /// 满意
        Satisfied => "satisfied",
        /// 基本满意
        BasicallySatisfied => "basically_satisfied",
        /// 不满意
        Dissatisfied => "dissatisfied",
        /// 非常不满意
        VeryDissatisfied => "very_dissatisfied",
    }
}

/// All three questions, answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// "Were you contacted?"
    pub contacted: bool,
    pub solved: Solved,
    pub satisfaction: Grade,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(default)]
    pub may_contact: bool,
}

impl Concluded {
    /// What the resident answered, if he did.
    pub const fn answer(&self) -> Option<&Answer> {
        match &self.how {
            Conclusion::Answered { answer, .. } => Some(answer),
            Conclusion::Without { .. } => None,
        }
    }
}

impl Feedback {
    /// A duty that begins.
    pub(super) const fn open(id: FeedbackId, opened_at: Timestamp, expires_at: Timestamp) -> Self {
        Self {
            id,
            opened_at,
            expires_at,
            concluded: None,
            expired_at: None,
            missed_calls: Vec::new(),
            unreasonable: None,
        }
    }

    /// Whether the resident may still be asked.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.concluded.is_none() && self.expired_at.is_none() && now < self.expires_at
    }

    /// The wish that waits for the decision of the centre above.
    pub fn undecided(&self) -> Option<&UnreasonableRequest> {
        let open = self.concluded.is_none() && self.expired_at.is_none();
        let request = self.unreasonable.as_ref();
        request.filter(|r| open && r.accepted.is_none())
    }

    /// Whether one more call that reaches nobody makes the resident unreachable: three calls on two days of China's
    /// time.
    pub fn is_unreachable_after(&self, call: Timestamp) -> bool {
        /// 3 calls on 2 days.
        const CALLS: usize = 3;
        let day = call.date();
        self.missed_calls.len() + 1 >= CALLS && self.missed_calls.iter().any(|at| at.date() != day)
    }
}

impl Round {
    /// What is asked of the resident behind this case, or behind one that was merged into it.
    pub fn feedback_of(&self, own: CaseId, of: CaseId) -> Option<&Feedback> {
        if of == own {
            return self.feedback.as_ref();
        }
        let asked = self.merged_feedback.iter().find(|f| f.merged == of);
        asked.map(|f| &f.feedback)
    }

    /// All that is asked about the round.
    pub fn all_feedback(&self) -> impl Iterator<Item = &Feedback> {
        let merged = self.merged_feedback.iter().map(|f| &f.feedback);
        self.feedback.iter().chain(merged)
    }
}

impl Case {
    /// The last thing that the resident behind this case, or behind one that was merged into it, was asked, with the
    /// number of the round. A reopened case keeps the question about the round that was closed.
    pub fn last_asked(&self, of: CaseId) -> Option<(u16, &Feedback)> {
        self.rounds
            .iter()
            .rev()
            .find_map(|r| Some((r.number, r.feedback_of(self.id, of)?)))
    }

    /// All that residents were ever asked about the case.
    pub fn all_feedback(&self) -> impl Iterator<Item = &Feedback> {
        self.rounds.iter().flat_map(Round::all_feedback)
    }

    pub(super) fn on_feedback(&mut self, id: FeedbackId, change: impl FnOnce(&mut Feedback)) {
        let asked = self.rounds.iter_mut().flat_map(|r| {
            let merged = r.merged_feedback.iter_mut().map(|f| &mut f.feedback);
            r.feedback.iter_mut().chain(merged)
        });
        if let Some(feedback) = asked.into_iter().find(|f| f.id == id) {
            change(feedback);
        }
    }
}
