//! What an entry of a register is on a day: its course, within its validity.

use super::course::{Course, State};
use crate::clock::Date;

/// How an entry stands on a day.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Standing<S> {
    /// Its validity has not begun.
    Pending(S),
    /// What it is by its course.
    Is(S),
    /// Its validity is over.
    Expired(S),
}

impl<S: State> Standing<S> {
    /// Of a course and a validity, on a day. An entry that has not even begun counts as what it begins as.
    pub(super) fn of(course: &Course<S>, from: Date, to: Option<Date>, on: Date) -> Option<Self> {
        let state = course
            .on(on)
            .or_else(|| course.steps().next().map(|(state, _)| state))?;
        Some(if to.is_some_and(|to| to <= on) {
            Self::Expired(state)
        } else if on < from {
            Self::Pending(state)
        } else {
            Self::Is(state)
        })
    }

    /// The published name: `pending` and `expired` only for what would be good otherwise.
    pub fn name(self, is_good: impl Fn(S) -> bool) -> &'static str {
        match self {
            Self::Expired(state) if is_good(state) => "expired",
            Self::Pending(state) if is_good(state) => "pending",
            Self::Pending(state) | Self::Is(state) | Self::Expired(state) => state.name(),
        }
    }
}
