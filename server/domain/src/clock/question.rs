//! "When would this be due?", asked from outside and checked before it is answered.

use super::{
    Account, ClockFacts, Date, Limit, LimitError, Pause, TimeUnit, Timestamp, WorkingDayRule,
    WorkingTime,
};
use crate::names::names;

/// The most pauses in a question.
pub const MOST_PAUSES: usize = 100;

/// The first and the last year in which something may begin: what the calendar can say, with room to either side.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;

/// A limit that begins somewhere, with all that may happen to its clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub start: Timestamp,
    pub amount: u32,
    pub unit: TimeUnit,
    /// Instead of the rule of the place.
    pub day_rule: Option<WorkingDayRule>,
    /// Instead of what the place does with calendar days that end on a day off.
    pub calendar_days_move: Option<bool>,
    /// From and to of each, in order.
    pub pauses: Vec<(Timestamp, Timestamp)>,
    /// Granted extensions.
    pub extensions: u8,
}

/// What is wrong with a question, and where.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct QuestionFault {
    pub at: QuestionPart,
    pub wrong: QuestionWrong,
}

/// A part of a question; pauses are counted from 0.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum QuestionPart {
    Start,
    Amount,
    Extensions,
    Pauses,
    PauseFrom(usize),
    PauseTo(usize),
}

names! {
    /// Why a question has no answer.
    pub enum QuestionWrong {
        /// Not in the years from 2000 to 2199.
        OutOfRange => "moment_out_of_range",
        /// Nothing, or more than ten years.
        LimitOutOfRange => "limit_out_of_range",
        /// More than may be granted.
        TooManyExtensions => "too_many_extensions",
        TooManyPauses => "too_many_pauses",
        PauseBeforeStart => "pause_before_start",
        /// It does not end after it begins.
        PauseEndsEarly => "pause_ends_early",
        /// It begins before the one before it has ended.
        PausesOverlap => "pauses_overlap",
    }
}

impl Question {
    /// The answer by a working time, where at most so many extensions can be granted; or everything that is wrong.
    pub fn answer(&self, time: &WorkingTime, most: usize) -> Result<Account, Vec<QuestionFault>> {
        let faults = self.faults(most);
        let limit = match Limit::new(self.amount, self.unit) {
            Ok(limit) if faults.is_empty() => limit,
            Ok(_) | Err(LimitError { .. }) => return Err(faults),
        };
        let facts = ClockFacts {
            extensions: self.extensions,
            pauses: self
                .pauses
                .iter()
                .map(|(from, to)| Pause {
                    from: *from,
                    to: Some(*to),
                })
                .collect(),
            ..ClockFacts::new(self.start, limit)
        };
        // Every pause has an end, so there is a deadline.
        self.asked_for(time).account(&facts).ok_or(faults)
    }

    /// The working time with what the question chooses itself.
    fn asked_for(&self, time: &WorkingTime) -> WorkingTime {
        let moves = time.calendar_days_move_to_working_day;
        WorkingTime {
            day_rule: self.day_rule.unwrap_or(time.day_rule),
            calendar_days_move_to_working_day: self.calendar_days_move.unwrap_or(moves),
            ..time.clone()
        }
    }

    fn faults(&self, most: usize) -> Vec<QuestionFault> {
        let mut faults = Vec::new();
        let mut add = |at, wrong| faults.push(QuestionFault { at, wrong });
        if !in_range(self.start) {
            add(QuestionPart::Start, QuestionWrong::OutOfRange);
        }
        if Limit::new(self.amount, self.unit).is_err() {
            add(QuestionPart::Amount, QuestionWrong::LimitOutOfRange);
        }
        if usize::from(self.extensions) > most {
            add(QuestionPart::Extensions, QuestionWrong::TooManyExtensions);
        }
        if self.pauses.len() > MOST_PAUSES {
            add(QuestionPart::Pauses, QuestionWrong::TooManyPauses);
            return faults;
        }
        let mut past = None;
        for (n, (from, to)) in self.pauses.iter().enumerate() {
            let (at_from, at_to) = (QuestionPart::PauseFrom(n), QuestionPart::PauseTo(n));
            if !in_range(*to) {
                add(at_to, QuestionWrong::OutOfRange);
            } else if to <= from {
                add(at_to, QuestionWrong::PauseEndsEarly);
            }
            if *from < self.start {
                add(at_from, QuestionWrong::PauseBeforeStart);
            } else if past.is_some_and(|past| *from < past) {
                add(at_from, QuestionWrong::PausesOverlap);
            }
            past = past.max(Some(*to));
        }
        faults
    }
}

fn in_range(at: Timestamp) -> bool {
    let day: Date = at.date();
    YEARS.contains(&day.year())
}
