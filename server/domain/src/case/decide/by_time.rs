//! What the system does when a moment has come. Each thing happens once: the event that records it takes the moment
//! away.

use super::super::event::{ClockChange, Event, Recorded};
use super::super::moment::{Moment, MomentKind};
use super::super::rules::Rules;
use super::super::state::Case;
use super::super::supervision::SupervisionKind;
use super::{Turn, handling, supervision};
use crate::access::ActorRef;
use crate::clock::Timestamp;

impl Case {
    /// When a suspended case goes on by itself.
    pub fn resumes_at(&self) -> Option<Timestamp> {
        self.suspension().map(|s| s.resume_at)
    }
}

/// All that has happened to a case by itself until now, in the order of its moments; nothing before the next one.
///
/// The events say when they were due (`occurred_at`) and when the system got round to it (`recorded_at`), so that a
/// standstill shows and changes no deadline.
pub fn tick(case: &Case, rules: &Rules, now: Timestamp) -> Vec<Recorded> {
    let due = |case: &Case| case.next_moment().filter(|moment| moment.at <= now);
    let Some(first) = due(case) else {
        return Vec::new();
    };
    let mut turn = Turn::of_the_system(case, rules, now);
    let mut next = Some(first);
    while let Some(moment) = next {
        turn.comes_to(moment);
        // A moment that its own event does not take away would come for ever.
        next = due(&turn.case).filter(|following| *following != moment);
    }
    turn.events
}

/// What the system records at a moment.
pub fn by_the_system(
    case: &Case,
    rules: &Rules,
    now: Timestamp,
    events: impl Iterator<Item = Event>,
) -> Vec<Recorded> {
    let mut turn = Turn::of_the_system(case, rules, now);
    for event in events {
        turn.by_rule(event);
    }
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

    fn comes_to(&mut self, moment: Moment) {
        let event = match moment.kind {
            MomentKind::Reminder { clock, mark, due } => Event::Reminded {
                clock,
                mark,
                due_at: due,
            },
            MomentKind::Unsigned { assignment, rung } => Event::LeftUnsigned { assignment, rung },
            MomentKind::Resumption => Event::Resumed {
                note: String::new(),
            },
            MomentKind::Silence => handling::verification(self),
            MomentKind::Supervision { division } => {
                supervision::supervised(self, SupervisionKind::Overdue, division, "")
            }
            MomentKind::FeedbackExpiry { feedback, round } => {
                Event::FeedbackExpired { feedback, round }
            }
        };
        self.record(event, ActorRef::system(), moment.at, false);
        if moment.kind == MomentKind::Resumption {
            // The limit runs on from the day on which it was to go on, not from when that was noticed.
            self.clock_from(ClockChange::Resumed, moment.at);
        }
    }
}
