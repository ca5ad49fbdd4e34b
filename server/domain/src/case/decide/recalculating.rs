//! What an amended calendar, or amended working times, move: the deadlines of the clocks that are open.
//!
//! The handling clock is a list of facts, from which its deadline follows anew. Other deadlines were fixed when their
//! clocks began; one that followed from its limit by the time that held before follows from it now by the amended one.
//! One that did not, because the limit itself was set differently meanwhile, stays as it was promised.

use super::super::event::{ClockChange, Event, MovedDeadline, Recorded};
use super::super::moment::{ClockRef, MilestoneName};
use super::super::rules::Rules;
use super::super::state::{Assignment, Case, InnerClock, InnerClockName};
use super::Turn;
use super::confirmation::accept_by;
use crate::clock::{Deadline, Limit, Timestamp};

/// The deadlines of a case that are others by the rules after an amendment than by those before it.
///
/// `before` and `after` differ in working time alone. Nothing for a case that has ended, or of which no open deadline
/// moves.
pub fn recalculate(case: &Case, before: &Rules, after: &Rules, now: Timestamp) -> Vec<Recorded> {
    if case.stage.is_end() {
        return Vec::new();
    }
    let mut turn = Turn::of_the_system(case, after, now);
    let former = case.handling_deadline();
    turn.clock_anew();
    let handling = turn.case.handling_deadline();
    let amendment = Amendment {
        case,
        before,
        after,
        capped: former.zip(handling).map(|(from, to)| (from.at, to.at)),
    };
    let mut deadlines = Vec::new();
    if let (Some(round), Some(from), Some(to)) = (case.round(), former, handling)
        && from != to
    {
        deadlines.push(MovedDeadline {
            clock: ClockRef::Handling { step: round.step },
            was_due_at: from.at,
            due_at: to.at,
            provisional: to.provisional,
        });
    }
    deadlines.extend(amendment.of_the_centre());
    // Of who has finished too: a failed verification brings it back, with what it had not reached then.
    let called = case.assignments.iter().filter(|a| !a.stage.is_let_go());
    deadlines.extend(called.flat_map(|assignment| amendment.of_a_unit(assignment)));
    if !deadlines.is_empty() {
        turn.by_rule(Event::DeadlinesMoved { deadlines });
    }
    turn.events
}

impl Turn<'_> {
    /// Derives the deadline of the handling clock anew from its facts; an event where anything is another.
    fn clock_anew(&mut self) {
        let running = |case: &Case| {
            let round = case.round()?;
            let step = round.steps.get(round.step)?;
            let runs = step.clock.as_ref()?.is_running();
            runs.then_some((step.deadline, step.warn_at, step.twice_at))
        };
        let Some(former) = running(&self.case) else {
            return;
        };
        let (case, count) = (self.case.clone(), self.events.len());
        self.clock(ClockChange::Recalculated);
        if running(&self.case) == Some(former) {
            self.case = case;
            self.events.truncate(count);
        }
    }
}

impl Case {
    fn handling_deadline(&self) -> Option<Deadline> {
        self.round().and_then(super::super::state::Round::deadline)
    }
}

/// Two sets of rules between which the working time was amended.
struct Amendment<'a> {
    case: &'a Case,
    before: &'a Rules,
    after: &'a Rules,
    /// The handling deadline before and after, beyond which nobody signs or checks in in time; none while it stands still.
    capped: Option<(Timestamp, Timestamp)>,
}

impl Amendment<'_> {
    /// The clocks of the centre, of the blower and of the verifiers.
    fn of_the_centre(&self) -> Vec<MovedDeadline> {
        let running = self
            .case
            .inner_clocks
            .iter()
            .filter(|c| c.stopped_at.is_none());
        running
            .filter_map(|clock| {
                let by = |rules| self.case.inner_due(clock, rules);
                let followed = by(self.before)? == clock.due;
                let to = by(self.after).filter(|to| followed && *to != clock.due)?;
                Some(moved(
                    ClockRef::Inner {
                        name: clock.name,
                        started_at: clock.started_at,
                    },
                    clock.due,
                    to,
                ))
            })
            .collect()
    }

    /// What a called unit has to reach, and by when it may say that it is not its business.
    fn of_a_unit(&self, assignment: &Assignment) -> Vec<MovedDeadline> {
        let mut found: Vec<MovedDeadline> = MilestoneName::ALL
            .iter()
            .filter_map(|name| {
                let milestone = assignment.milestone(*name)?;
                let limit = self.limit(assignment, *name)?;
                let open = milestone.reached_at.is_none();
                let to = self
                    .milestone_due(assignment, limit, milestone.due)
                    .filter(|to| open && *to != milestone.due)?;
                let clock = ClockRef::Milestone {
                    assignment: assignment.id,
                    name: *name,
                };
                Some(moved(clock, milestone.due, to))
            })
            .collect();
        found.extend(self.return_by(assignment));
        found
    }

    /// The limit within which a unit has to reach something.
    fn limit(&self, assignment: &Assignment, name: MilestoneName) -> Option<Limit> {
        let Some(whistle) = assignment.whistle else {
            return (name == MilestoneName::Sign).then_some(self.after.settings.dispatch_sign);
        };
        let kind = self.after.kind_of(self.case.whistle(whistle)?)?;
        match name {
            MilestoneName::Sign => Some(kind.sign),
            MilestoneName::Contact => kind.contact,
            MilestoneName::CheckIn => Some(kind.check_in),
            MilestoneName::Finish => kind.finish,
        }
    }

    /// When a milestone is due now: never after the handling deadline.
    fn milestone_due(
        &self,
        assignment: &Assignment,
        limit: Limit,
        due: Timestamp,
    ) -> Option<Timestamp> {
        let uncapped = self.before.due(assignment.issued_at, limit);
        let to = self.after.due(assignment.issued_at, limit);
        match self.capped {
            Some((former, handling)) if due == uncapped.min(former) => Some(to.min(handling)),
            _ if due == uncapped => Some(to),
            // Capped by a handling deadline that has been another since, or stands still: it stays the cap.
            _ => self.was_handling_deadline(due).then(|| to.min(due)),
        }
    }

    fn was_handling_deadline(&self, at: Timestamp) -> bool {
        let round = self.case.round();
        round.is_some_and(|round| round.deadlines.iter().any(|(_, due)| *due == Some(at)))
    }

    fn return_by(&self, assignment: &Assignment) -> Option<MovedDeadline> {
        let round = self.case.round()?;
        let limit = round.steps.get(round.step)?.limit;
        let by = |rules: &Rules| rules.return_by(assignment.issued_at, limit);
        let (from, to) = (assignment.return_by, by(self.after));
        let clock = ClockRef::Return {
            assignment: assignment.id,
        };
        let may_return = assignment.stage.is_open() && assignment.return_request.is_none();
        (may_return && by(self.before) == from && to != from).then(|| moved(clock, from, to))
    }
}

const fn moved(clock: ClockRef, was_due_at: Timestamp, due_at: Timestamp) -> MovedDeadline {
    MovedDeadline {
        clock,
        was_due_at,
        due_at,
        provisional: false,
    }
}

impl Case {
    /// When a clock of the centre, of the blower or of the verifiers is used up by these rules; `None` where the case
    /// does not tell any more what it was begun for.
    pub(in super::super) fn inner_due(
        &self,
        clock: &InnerClock,
        rules: &Rules,
    ) -> Option<Timestamp> {
        use InnerClockName as Name;
        let settings = &rules.settings;
        let start = clock.started_at;
        let condition = self.round().and_then(|r| rules.condition(&r.condition));
        let emergency = condition.is_some_and(|c| c.emergency);
        let desk = |limit, emergency| Some(rules.desk_due(self.centre, start, limit, emergency));
        match clock.name {
            Name::Accept => {
                let found = self.confirmation.as_ref().and_then(|c| c.finding.as_ref());
                if found.is_some_and(|finding| finding.at == start) {
                    return Some(accept_by(self, rules, start));
                }
                // Later ones are those of a centre that has taken the case over.
                let first = self.inner_clocks.first();
                let is_first = first.is_some_and(|first| std::ptr::eq(first, clock));
                desk(settings.accept, self.urgent && is_first)
            }
            Name::Dispatch => desk(settings.dispatch, emergency),
            Name::Approve => {
                let waiting = self.whistles.iter().rfind(|w| w.requested_at <= start)?;
                let kind = rules.kind_of(waiting)?;
                desk(settings.approve, kind.round_the_clock)
            }
            Name::DecideReturn => desk(settings.decide_return, emergency),
            Name::DecideExtension | Name::DecideSuspension => {
                desk(settings.decide_respite, emergency)
            }
            Name::ConfirmCondition => Some(rules.due(start, settings.confirm_condition)),
            Name::ConfirmSolved => Some(rules.due(start, settings.confirm_solved)),
            Name::Verify => Some(rules.grid_due(start, settings.verify, emergency)),
            Name::Confirm => Some(rules.grid_due(start, settings.confirm, false)),
            Name::AnswerSupervision => Some(rules.due(start, settings.answer_supervision)),
            Name::Rule => Some(rules.due(start, settings.rule)),
        }
    }
}
