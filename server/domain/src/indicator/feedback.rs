//! Residents' answers, in the period in which the asking ended.

use super::contribution::{Answered, Entry};
use super::period::Period;
use crate::case::Feedback;

/// What the feedback about a round is to the figures of a period, if anything.
pub(super) fn entry(feedback: &Feedback, period: Period) -> Option<Entry> {
    match &feedback.concluded {
        Some(concluded) => period
            .contains(concluded.at)
            .then(|| Entry::Answered(Answered::from(&concluded.answer))),
        None => period
            .contains(feedback.expires_at)
            .then_some(Entry::Unanswered),
    }
}
