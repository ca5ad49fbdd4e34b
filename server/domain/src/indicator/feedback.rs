//! Residents' answers, in the period in which the asking ended.

use super::contribution::{Answered, Entry};
use super::name::Reason;
use super::period::Period;
use crate::case::{Conclusion, Feedback, Unanswered};

/// What the feedback about a round is to the figures of a period, if anything.
pub(super) fn entry(feedback: &Feedback, period: Period) -> Option<Entry> {
    match &feedback.concluded {
        Some(concluded) => period.contains(concluded.at).then(|| match &concluded.how {
            Conclusion::Answered { answer, .. } => Entry::Answered(Answered::from(answer)),
            Conclusion::Without { outcome } => Entry::Unanswered(match outcome {
                Unanswered::Refused => Reason::Refused,
                Unanswered::Unreachable => Reason::Unreachable,
                Unanswered::Unreasonable => Reason::Unreasonable,
            }),
        }),
        None => period
            .contains(feedback.expires_at)
            .then_some(Entry::Unanswered(Reason::Expired)),
    }
}
