//! What the passing of time changes: the handling clock, and who was told of what.

use super::super::event::{ClockChange, Event, MovedDeadline, Recorded};
use super::super::lapse::ToldLapse;
use super::super::moment::{ClockRef, Mark, MilestoneName, Told};
use super::super::state::{Case, InnerClockName, StepState};
use crate::clock::{ClockFacts, Deadline, Timestamp};

impl Case {
    pub(super) fn time_passes(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::HandlingClock {
                change,
                step,
                deadline,
                provisional,
                warn_at,
                twice_at,
            } => {
                let deadline = deadline.map(|at| Deadline {
                    at,
                    provisional: *provisional,
                });
                // The system may notice later what the rules make happen at a moment.
                let at = recorded.occurred_at;
                let Some(round) = self.rounds.last_mut() else {
                    return;
                };
                let Some(state) = round.steps.get_mut(*step) else {
                    return;
                };
                state.moves(*change, at);
                state.deadline = deadline;
                state.warn_at = *warn_at;
                state.twice_at = *twice_at;
                state.told = state.still_told(at);
                round.deadlines.push((at, deadline.map(|d| d.at)));
            }
            Event::Reminded {
                clock,
                mark,
                due_at,
            } => self.remember(
                *clock,
                Told {
                    mark: *mark,
                    due: *due_at,
                },
            ),
            Event::LeftUnsigned { assignment, .. } => {
                // No version of its own: nothing of the assignment has moved.
                if let Some(a) = self.assignments.iter_mut().find(|a| a.id == *assignment) {
                    a.rungs = a.rungs.saturating_add(1);
                }
            }
            Event::Lapsed {
                assignment, ground, ..
            } => self.told_lapses.push(ToldLapse {
                at: recorded.recorded_at,
                assignment: *assignment,
                ground: ground.clone(),
            }),
            Event::LapseEnded { assignment, ground } => {
                let over =
                    |told: &ToldLapse| told.assignment == *assignment && told.ground == *ground;
                self.told_lapses.retain(|told| !over(told));
            }
            Event::DeadlinesMoved { deadlines } => {
                for moved in deadlines {
                    self.moves(moved, recorded.recorded_at);
                }
            }
            _ => {}
        }
    }

    /// A deadline is another from now on; where it is one that has passed already, those concerned know.
    fn moves(&mut self, moved: &MovedDeadline, now: Timestamp) {
        let still = |told: Option<Told>| {
            let due = moved.due_at;
            told.filter(|_| due < now).map(|told| Told { due, ..told })
        };
        match moved.clock {
            // Moved by the change of the clock itself.
            ClockRef::Handling { .. } => {}
            ClockRef::Inner { name, started_at } => {
                let running = self.inner_clocks.iter_mut().filter(|c| {
                    c.name == name && c.started_at == started_at && c.stopped_at.is_none()
                });
                for clock in running.filter(|c| c.due == moved.was_due_at) {
                    clock.due = moved.due_at;
                    clock.told = still(clock.told);
                }
                self.waits_until(name, started_at, moved.due_at);
            }
            ClockRef::Milestone { assignment, name } => {
                self.on_assignment(assignment, |a| {
                    let milestone = match name {
                        MilestoneName::Sign => Some(&mut a.sign),
                        MilestoneName::Contact => a.contact.as_mut(),
                        MilestoneName::CheckIn => a.check_in.as_mut(),
                        MilestoneName::Finish => {
                            a.finish_by = Some(moved.due_at);
                            a.finish_told = still(a.finish_told);
                            None
                        }
                    };
                    if let Some(milestone) = milestone {
                        milestone.due = moved.due_at;
                        milestone.told = still(milestone.told);
                    }
                });
            }
            ClockRef::Return { assignment } => {
                self.on_assignment(assignment, |a| a.return_by = moved.due_at);
            }
        }
    }

    /// What else says until when a clock of the centre runs.
    fn waits_until(&mut self, name: InnerClockName, since: Timestamp, due: Timestamp) {
        match name {
            InnerClockName::Confirm => {
                let looks = self.confirmation.iter_mut();
                looks
                    .filter(|c| c.requested_at == since)
                    .for_each(|c| c.confirm_by = due);
            }
            InnerClockName::AnswerSupervision => {
                let supervisions = self.supervisions.iter_mut();
                supervisions
                    .filter(|s| s.at == since && s.answer.is_none())
                    .for_each(|s| s.answer_by = due);
            }
            InnerClockName::Rule => {
                let disputes = self.disputes.iter_mut();
                disputes
                    .filter(|d| d.at == since)
                    .for_each(|d| d.rule_by = due);
            }
            _ => {}
        }
    }

    fn remember(&mut self, clock: ClockRef, told: Told) {
        match clock {
            ClockRef::Handling { step } => {
                let round = self.rounds.last_mut();
                if let Some(state) = round.and_then(|r| r.steps.get_mut(step)) {
                    state.told = Some(told);
                }
            }
            ClockRef::Inner { name, started_at } => {
                // Of two that began together and end together one word is enough.
                let running = self.inner_clocks.iter_mut().filter(|c| {
                    c.name == name
                        && c.started_at == started_at
                        && c.due == told.due
                        && c.stopped_at.is_none()
                });
                running.for_each(|clock| clock.told = Some(told));
            }
            ClockRef::Milestone { assignment, name } => {
                let Some(a) = self.assignments.iter_mut().find(|a| a.id == assignment) else {
                    return;
                };
                let milestone = match name {
                    MilestoneName::Sign => Some(&mut a.sign),
                    MilestoneName::Contact => a.contact.as_mut(),
                    MilestoneName::CheckIn => a.check_in.as_mut(),
                    MilestoneName::Finish => {
                        a.finish_told = Some(told);
                        None
                    }
                };
                if let Some(milestone) = milestone {
                    milestone.told = Some(told);
                }
            }
            // Nobody is reminded of it.
            ClockRef::Return { .. } => {}
        }
    }
}

impl StepState {
    fn moves(&mut self, change: ClockChange, at: Timestamp) {
        let limit = self.limit;
        let clock = self.clock.get_or_insert_with(|| ClockFacts::new(at, limit));
        match change {
            ClockChange::Started | ClockChange::Recalculated => {}
            ClockChange::Paused => clock.pause(at),
            ClockChange::Resumed => {
                clock.reopen(at);
                clock.resume(at);
            }
            ClockChange::Restarted => clock.restart(at),
            ClockChange::Stopped => clock.stop(at),
            ClockChange::Extended => clock.extensions = clock.extensions.saturating_add(1),
        }
    }

    /// What those concerned know already of a deadline that has just moved: of one that has passed what they knew,
    /// of one to come at most the warning, and that only where most of the limit is used up still.
    fn still_told(&self, now: Timestamp) -> Option<Told> {
        let told = self.told?;
        let Some(deadline) = self.deadline else {
            return Some(told);
        };
        let warned = self.warning().is_none_or(|at| at <= now);
        let mark = if deadline.at < now {
            told.mark
        } else if warned {
            told.mark.min(Mark::Warning)
        } else {
            return None;
        };
        Some(Told {
            mark,
            due: deadline.at,
        })
    }
}
