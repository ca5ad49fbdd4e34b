//! "When would this be due?" by the working time of a place.

use gridwhistle_domain::access::{Actor, Operation, may_use};
use gridwhistle_domain::clock::{
    Account, Date, HoursUse, Question, QuestionFault, QuestionPart, WorkingDayRule,
};
use gridwhistle_domain::place::DivisionCode;

use crate::{Fault, Reference, Service, ServiceError};

/// A deadline that nothing depends on yet, and by what it was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub account: Account,
    /// The version of the calendar and of the working times.
    pub calendar: u32,
    /// The last day of which the calendar is known.
    pub known_until: Date,
    pub day_rule: WorkingDayRule,
    pub calendar_days_move: bool,
}

/// Where a question is asked: everywhere, or in a division; and for whose working time.
#[derive(Copy, Clone, Debug)]
pub struct Whereabouts {
    pub division: Option<DivisionCode>,
    pub used_for: HoursUse,
}

impl Service {
    /// When a limit would be due, with the days that lead to it.
    pub fn preview(
        &self,
        actor: &Actor,
        question: &Question,
        at: Whereabouts,
    ) -> Result<Preview, ServiceError> {
        if !may_use(actor, Operation::ReadReference, self.clock.now()) {
            return Err(ServiceError::Forbidden);
        }
        self.reference().preview(question, at).map_err(|faults| {
            let pointed = faults.iter().map(PreviewFault::pointed);
            ServiceError::Invalid(pointed.collect())
        })
    }
}

/// Why there is no answer.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum PreviewFault {
    UnknownDivision,
    Question(QuestionFault),
}

impl Reference {
    /// The same for whoever asks, on this machine.
    pub fn preview(
        &self,
        question: &Question,
        at: Whereabouts,
    ) -> Result<Preview, Vec<PreviewFault>> {
        let unknown = at
            .division
            .filter(|code| !self.divisions.contains_key(code));
        let rules = at.division.map_or(&self.rules, |code| self.rules_at(code));
        let time = match (at.used_for, at.division) {
            (HoursUse::Grid, _) => rules.grid_time.as_ref(),
            (HoursUse::Desk, Some(centre)) => rules.desk_time(centre),
            // Where no place says otherwise, everybody has the same hours.
            (HoursUse::Work, _) | (HoursUse::Desk, None) => rules.time.as_ref(),
        };
        let answer = question.answer(time, rules.settings.extensions);
        let account = match (answer, unknown) {
            (Ok(account), None) => account,
            (answer, unknown) => {
                let unknown = unknown.map(|_| PreviewFault::UnknownDivision);
                let faults = answer.err().unwrap_or_default().into_iter();
                let faults = faults.map(PreviewFault::Question);
                return Err(unknown.into_iter().chain(faults).collect());
            }
        };
        let moves = time.calendar_days_move_to_working_day;
        Ok(Preview {
            account,
            calendar: time.calendar.version,
            known_until: time.calendar.known_until(),
            day_rule: question.day_rule.unwrap_or(time.day_rule),
            calendar_days_move: question.calendar_days_move.unwrap_or(moves),
        })
    }
}

impl PreviewFault {
    /// Where in the body, and the name of the rule.
    fn pointed(&self) -> Fault {
        match self {
            Self::UnknownDivision => Fault::new("/division", self.code()),
            Self::Question(fault) => {
                let pointer = match fault.at {
                    QuestionPart::Start => "/start".to_owned(),
                    QuestionPart::Amount => "/limit/amount".to_owned(),
                    QuestionPart::Extensions => "/extensions".to_owned(),
                    QuestionPart::Pauses => "/pauses".to_owned(),
                    QuestionPart::PauseFrom(n) => format!("/pauses/{n}/from"),
                    QuestionPart::PauseTo(n) => format!("/pauses/{n}/to"),
                };
                Fault::new(pointer, self.code())
            }
        }
    }

    /// The stable name of the rule.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownDivision => "unknown_division",
            Self::Question(fault) => fault.wrong.as_str(),
        }
    }
}
