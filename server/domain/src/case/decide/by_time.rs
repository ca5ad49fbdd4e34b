//! What the system does when a moment has come: going on after a suspension, supervising what is
//! overdue. Each says when it is due and, once that has come, which events happen; before it and a
//! second time nothing does.

use super::super::event::{ClockChange, Event, Recorded};
use super::super::rules::Rules;
use super::super::state::Case;
use super::super::supervision::SupervisionKind;
use super::{Turn, supervision};
use crate::access::{ActorRef, Post};
use crate::clock::Timestamp;
use crate::place::{DivisionCode, DivisionLevel};

impl Case {
    /// When a suspended case goes on by itself.
    pub fn resumes_at(&self) -> Option<Timestamp> {
        self.suspension().map(|s| s.resume_at)
    }
}

/// A supervision that comes by rule.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct DueSupervision {
    pub at: Timestamp,
    /// Whose centre supervises: one level above the owner, itself where there is none.
    pub division: DivisionCode,
}

/// Lets a suspended case go on once its day has come.
pub fn resume_when_due(case: &Case, rules: &Rules, now: Timestamp) -> Vec<Recorded> {
    if case.resumes_at().is_none_or(|at| now < at) {
        return Vec::new();
    }
    let mut turn = Turn::of_the_system(case, rules, now);
    turn.emit(Event::Resumed {
        note: String::new(),
    });
    turn.clock(ClockChange::Resumed);
    turn.events
}

/// The next supervision by rule of the round that runs: at the deadline, and once more when twice
/// the time granted is used up. None while the clock stands, and after both.
pub fn due_supervision(case: &Case, rules: &Rules) -> Option<DueSupervision> {
    let round = case.round()?;
    let clock = round.clock().filter(|clock| clock.is_running())?;
    let by_rule = case
        .supervisions
        .iter()
        .filter(|s| s.round == round.number && s.by.post == Post::System)
        .count();
    let at = match by_rule {
        0 => round.deadline()?.at,
        1 => {
            let mut twice = clock.clone();
            twice.extensions = clock.extensions.saturating_mul(2).saturating_add(1);
            rules.time.deadline(&twice)?.at
        }
        _ => return None,
    };
    let above = case
        .centre
        .parent()
        .filter(|code| code.level() != DivisionLevel::Province);
    Some(DueSupervision {
        at,
        division: above.unwrap_or(case.centre),
    })
}

/// Supervises what has become overdue: ownership stays where it is.
pub fn supervise_when_due(case: &Case, rules: &Rules, now: Timestamp) -> Vec<Recorded> {
    // On time is a finish at the deadline; what is supervised is later than that.
    let Some(due) = due_supervision(case, rules).filter(|due| now > due.at) else {
        return Vec::new();
    };
    let mut turn = Turn::of_the_system(case, rules, now);
    let event = supervision::supervised(&turn, SupervisionKind::Overdue, due.division, "");
    turn.emit(event);
    turn.events
}

impl<'a> Turn<'a> {
    pub(super) fn of_the_system(case: &Case, rules: &'a Rules, now: Timestamp) -> Self {
        Self {
            case: case.clone(),
            events: Vec::new(),
            by: ActorRef::system(),
            rules,
            now,
            occurred_at: None,
        }
    }
}
