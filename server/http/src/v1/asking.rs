//! Asking the residents, as JSON: what a caller heard, and what became of it.

use gridwhistle_domain::case::{self, Action, CaseId};
use poem_openapi::{Enum, Object};
use uuid::Uuid;

use super::names::{Channel, Grade, Solved};
use super::views::{Look, Named, Person};
use super::{When, when};
use crate::messages::Message;
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};

/// What became of asking the resident.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Feedback {
    pub opened_at: When,
    pub expires_at: When,
    pub concluded_at: Option<When>,
    /// How it was concluded: `answered`, or without an answer `refused`, `unreachable`, `unreasonable`.
    pub outcome: Option<String>,
    /// How a caller of the centre heard the answer: `telephone`, `visit`, `paper`; absent where it came by the link.
    pub channel: Option<String>,
    /// When it ended because nobody had answered in time.
    pub expired_at: Option<When>,
    pub contacted: Option<bool>,
    /// `yes`, `partly`, `no`
    pub solved: Option<String>,
    /// `very_satisfied` … `very_dissatisfied`
    pub satisfaction: Option<String>,
    pub text: Option<String>,
    /// When callers of the centre reached nobody.
    pub missed_calls: Vec<When>,
    /// The last wish that the demand be held unreasonable.
    pub unreasonable: Option<UnreasonableRequest>,
}

/// What the resident behind a merged case is asked.
#[derive(Debug, Clone, Object)]
pub struct MergedFeedback {
    /// The merged case.
    pub case: Uuid,
    pub feedback: Feedback,
}

/// The wish that a resident's demand be held unreasonable.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct UnreasonableRequest {
    pub at: When,
    pub by: Person,
    pub reason: String,
    /// The division whose centre decides.
    pub centre: Named,
    /// Absent while undecided.
    pub accepted: Option<bool>,
    pub ruling: Option<String>,
}

/// What came of a call, a visit or a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FollowUpOutcome {
    /// He answered all three questions.
    Answered,
    /// Nobody answered the telephone or opened the door.
    NotReached,
    /// He does not wish to answer.
    Refused,
}

/// All three questions, answered.
#[derive(Debug, Clone, Object)]
pub struct NewRating {
    /// Were you contacted?
    pub contacted: bool,
    /// Is it solved?
    pub solved: Solved,
    pub satisfaction: Grade,
    #[oai(default, validator(max_length = 500))]
    pub text: String,
    #[oai(default)]
    pub may_contact: bool,
}

/// A caller of the centre asked the resident; the third call that reaches nobody, on the second day at the earliest,
/// ends the asking.
#[derive(Debug, Clone, Object)]
pub struct FollowUp {
    /// The merged case behind which the resident is; this case unless given.
    pub of: Option<Uuid>,
    pub channel: Channel,
    pub outcome: FollowUpOutcome,
    /// What he answered, where he did.
    pub answer: Option<NewRating>,
    #[oai(default, validator(max_length = 500))]
    pub note: String,
}

/// The demand is unreasonable, says the centre that has the case; the centre above decides.
#[derive(Debug, Clone, Object)]
pub struct RequestUnreasonable {
    /// The merged case behind which the resident is; this case unless given.
    pub of: Option<Uuid>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// The centre above decides whether the demand is unreasonable: then the resident is not asked.
#[derive(Debug, Clone, Object)]
pub struct DecideUnreasonable {
    /// The merged case behind which the resident is; this case unless given.
    pub of: Option<Uuid>,
    pub accept: bool,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub ruling: String,
}

impl NewRating {
    /// In the words of the field.
    pub fn answer(self) -> case::Answer {
        case::Answer {
            contacted: self.contacted,
            solved: self.solved.into(),
            satisfaction: self.satisfaction.into(),
            text: self.text,
            may_contact: self.may_contact,
        }
    }
}

impl FollowUp {
    /// The action in the words of the field: an answer stands exactly where the resident gave one.
    pub fn action(self) -> Result<Action, Refusal> {
        let outcome = match (self.outcome, self.answer) {
            (FollowUpOutcome::Answered, Some(answer)) => {
                case::FollowUpOutcome::Answered(answer.answer())
            }
            (FollowUpOutcome::NotReached, None) => case::FollowUpOutcome::NotReached,
            (FollowUpOutcome::Refused, None) => case::FollowUpOutcome::Refused,
            (FollowUpOutcome::Answered, None) => {
                return Err(faulty("required", Message::new("fault-required")));
            }
            (FollowUpOutcome::NotReached | FollowUpOutcome::Refused, Some(_)) => {
                let message = Message::new("wrong-answer-of-nobody");
                return Err(faulty("answer_of_nobody", message));
            }
        };
        Ok(Action::FollowUp {
            of: self.of.map(CaseId),
            channel: self.channel.into(),
            outcome,
            note: self.note,
        })
    }
}

fn faulty(code: &'static str, message: Message) -> Refusal {
    Refusal::new(Code::InvalidBody).fault(Fault::field("/answer", code, message))
}

impl Look<'_> {
    pub(super) fn feedback(self, f: &case::Feedback) -> Feedback {
        let answer = f.concluded.as_ref().and_then(case::Concluded::answer);
        let (outcome, channel) = match f.concluded.as_ref().map(|c| &c.how) {
            None => (None, None),
            Some(case::Conclusion::Answered { channel, .. }) => {
                (Some("answered".to_owned()), channel.map(|c| c.to_string()))
            }
            Some(case::Conclusion::Without { outcome }) => (Some(outcome.to_string()), None),
        };
        Feedback {
            opened_at: when(f.opened_at),
            expires_at: when(f.expires_at),
            concluded_at: f.concluded.as_ref().map(|c| when(c.at)),
            outcome,
            channel,
            expired_at: f.expired_at.map(when),
            contacted: answer.map(|a| a.contacted),
            solved: answer.map(|a| a.solved.to_string()),
            satisfaction: answer.map(|a| a.satisfaction.to_string()),
            text: answer
                .filter(|a| !a.text.is_empty())
                .map(|a| a.text.clone()),
            missed_calls: f.missed_calls.iter().map(|at| when(*at)).collect(),
            unreasonable: f.unreasonable.as_ref().map(|r| UnreasonableRequest {
                at: when(r.at),
                by: self.person(&r.by),
                reason: r.reason.clone(),
                centre: self.division(r.centre),
                accepted: r.accepted,
                ruling: r.ruling.clone(),
            }),
        }
    }

    pub(super) fn merged_feedback(self, m: &case::MergedFeedback) -> MergedFeedback {
        MergedFeedback {
            case: m.merged.0,
            feedback: self.feedback(&m.feedback),
        }
    }
}
