//! The moments at which something happens to a case by itself, read from its state alone: whatever depends on the
//! calendar or on a kind of whistle was fixed by the event that began it.

use serde::{Deserialize, Serialize};

use super::id::{AssignmentId, FeedbackId};
use super::state::{Assignment, Case, InnerClockName, Milestone, StepState};
use super::transfer::centre_above;
use crate::access::Post;
use crate::clock::{ClockFacts, Timestamp};
use crate::names::names;
use crate::place::DivisionCode;

/// Where the log does not say when the warning comes: when so many percent of the time until the deadline have passed.
const WARNING_PERCENT: i64 = 80;
/// Whoever has more than twice as long is reminded so many minutes before the end.
const DUE_SOON_MINUTES: i64 = 30;

names! {
    /// What a clock comes to, in this order.
    pub enum Mark {
        /// 预警: most of the handling limit is used up.
        Warning => "warning",
        /// 即将到期
        DueSoon => "due_soon",
        /// 超期
        Overdue => "overdue",
    }
}

names! {
    /// Who is told that a called unit has not signed, one after the other.
    pub enum Rung {
        /// 单位负责人
        UnitLeader => "unit_leader",
        /// 带班领导
        DutyLeader => "duty_leader",
        /// The centre of the county may act for the town (代派); ownership stays.
        County => "county",
    }
}

names! {
    /// What a called unit has to reach.
    pub enum MilestoneName {
        Sign => "sign",
        Contact => "contact",
        CheckIn => "check_in",
        /// Its own limit to finish, where the kind of whistle has one.
        Finish => "finish",
    }
}

/// One of the clocks of a case.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum ClockRef {
    /// Of a step of the round that runs.
    Handling { step: usize },
    /// Of the centre, the blower or the verifiers.
    Inner {
        name: InnerClockName,
        started_at: Timestamp,
    },
    /// Of a called unit.
    Milestone {
        assignment: AssignmentId,
        name: MilestoneName,
    },
    /// Of a called unit: until then it may say that it is not its business.
    Return { assignment: AssignmentId },
}

impl ClockRef {
    /// What the clock is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Handling { .. } => "handling",
            Self::Inner { name, .. } => name.as_str(),
            Self::Milestone { name, .. } => name.as_str(),
            Self::Return { .. } => "return",
        }
    }
}

/// The last mark of which those concerned were told, and the deadline for which it was.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub mark: Mark,
    pub due: Timestamp,
}

/// Something that happens by itself from a moment on.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The first instant at which it happens: what is due at an instant is late only after it.
    pub at: Timestamp,
    pub kind: MomentKind,
}

/// What happens.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum MomentKind {
    Reminder {
        clock: ClockRef,
        mark: Mark,
        due: Timestamp,
    },
    /// An emergency stays unsigned.
    Unsigned {
        assignment: AssignmentId,
        rung: Rung,
    },
    /// The suspension ends on its day.
    Resumption,
    /// The blower has not said whether it is solved: somebody looks.
    Silence,
    /// The centre of this division supervises: one level above the owner, the owner where there is none.
    Supervision { division: DivisionCode },
    /// The resident has not answered.
    FeedbackExpiry { feedback: FeedbackId, round: u16 },
}

impl Case {
    /// What happens next by itself, and when; of several at the same instant what was due first.
    pub fn next_moment(&self) -> Option<Moment> {
        // The earliest; the first of those at the same instant.
        self.moments().into_iter().min_by_key(|moment| moment.at)
    }

    /// All that will happen by itself if nobody does anything.
    fn moments(&self) -> Vec<Moment> {
        let mut moments = Vec::new();
        if !self.stage.is_end() {
            self.of_the_handling(&mut moments);
            self.of_the_centre(&mut moments);
            let open = self.assignments.iter().filter(|a| a.stage.is_open());
            open.for_each(|assignment| of_a_unit(assignment, &mut moments));
        }
        self.of_the_residents(&mut moments);
        moments
    }

    /// The suspension's end; the marks of the handling clock; supervision by rule.
    fn of_the_handling(&self, moments: &mut Vec<Moment>) {
        if let Some(at) = self.resumes_at() {
            moments.push(Moment {
                at,
                kind: MomentKind::Resumption,
            });
        }
        let Some(round) = self.round() else { return };
        let Some(step) = round.steps.get(round.step) else {
            return;
        };
        if !step.clock.as_ref().is_some_and(ClockFacts::is_running) {
            return;
        }
        if let Some(deadline) = step.deadline {
            let clock_ref = ClockRef::Handling { step: round.step };
            let mut marks = vec![(Mark::Overdue, just_after(deadline.at))];
            if let Some(warning) = step.warning() {
                let soon = deadline.at.plus_minutes(-DUE_SOON_MINUTES);
                marks.push((Mark::Warning, warning));
                marks.extend((soon > warning).then_some((Mark::DueSoon, soon)));
            }
            remind(moments, clock_ref, deadline.at, step.told, marks);
        }
        moments.extend(self.due_supervision());
    }

    /// The next supervision by rule of the clock that runs: when its deadline has passed, and once more when twice
    /// the time granted is used up. None while it stands, and after both; a later step, and whoever begins anew, has a
    /// clock of his own.
    fn due_supervision(&self) -> Option<Moment> {
        let round = self.round()?;
        let step = round.steps.get(round.step)?;
        let clock = step.clock.as_ref().filter(|clock| clock.is_running())?;
        let deadline = step.deadline?.at;
        let by_rule = self
            .supervisions
            .iter()
            .filter(|s| s.round == round.number && s.by.post == Post::System)
            .filter(|s| s.at > clock.start)
            .count();
        let due = match by_rule {
            0 => deadline,
            // Where the log does not say: as long again as the first time took.
            1 => step
                .twice_at
                .unwrap_or_else(|| deadline.plus_micros(deadline.since(clock.start))),
            _ => return None,
        };
        Some(Moment {
            at: just_after(due),
            kind: MomentKind::Supervision {
                division: centre_above(self.centre).unwrap_or(self.centre),
            },
        })
    }

    /// The clocks of the centre, of the blower and of the verifiers.
    fn of_the_centre(&self, moments: &mut Vec<Moment>) {
        let running = self.inner_clocks.iter().filter(|c| c.stopped_at.is_none());
        for clock in running {
            let end = just_after(clock.due);
            let mut marks = Vec::new();
            marks.extend(due_soon(clock.started_at, clock.due));
            if clock.name == InnerClockName::ConfirmSolved {
                moments.push(Moment {
                    at: end,
                    kind: MomentKind::Silence,
                });
            } else {
                marks.push((Mark::Overdue, end));
            }
            let clock_ref = ClockRef::Inner {
                name: clock.name,
                started_at: clock.started_at,
            };
            remind(moments, clock_ref, clock.due, clock.told, marks);
        }
    }

    /// The residents who are asked, also about rounds before the one that runs.
    fn of_the_residents(&self, moments: &mut Vec<Moment>) {
        for round in &self.rounds {
            let asked = round.all_feedback();
            for feedback in asked.filter(|f| f.concluded.is_none() && f.expired_at.is_none()) {
                moments.push(Moment {
                    at: feedback.expires_at,
                    kind: MomentKind::FeedbackExpiry {
                        feedback: feedback.id,
                        round: round.number,
                    },
                });
            }
        }
    }
}

/// What a called unit has to reach, and those who are told that it does not sign.
fn of_a_unit(assignment: &Assignment, moments: &mut Vec<Moment>) {
    for name in MilestoneName::ALL {
        let Some(milestone) = assignment.milestone(*name) else {
            continue;
        };
        if milestone.reached_at.is_some() {
            continue;
        }
        let mut marks = vec![(Mark::Overdue, just_after(milestone.due))];
        marks.extend(due_soon(assignment.issued_at, milestone.due));
        let clock = ClockRef::Milestone {
            assignment: assignment.id,
            name: *name,
        };
        remind(moments, clock, milestone.due, milestone.told, marks);
    }
    let mut rungs = assignment.ladder_minutes.iter().zip(Rung::ALL);
    if let Some((minutes, rung)) = rungs.nth(usize::from(assignment.rungs))
        && !assignment.has_answered()
    {
        let due = assignment.issued_at.plus_minutes(i64::from(*minutes));
        moments.push(Moment {
            at: just_after(due),
            kind: MomentKind::Unsigned {
                assignment: assignment.id,
                rung: *rung,
            },
        });
    }
}

/// Adds the next mark of a clock of which nobody was told yet.
fn remind(
    moments: &mut Vec<Moment>,
    clock: ClockRef,
    due: Timestamp,
    told: Option<Told>,
    marks: Vec<(Mark, Timestamp)>,
) {
    let told = told.filter(|told| told.due == due).map(|told| told.mark);
    let coming = marks.into_iter().filter(|(mark, _)| Some(*mark) > told);
    moments.extend(coming.min().map(|(mark, at)| Moment {
        at,
        kind: MomentKind::Reminder { clock, mark, due },
    }));
}

/// The reminder shortly before the end of a clock that runs long enough for one.
fn due_soon(from: Timestamp, due: Timestamp) -> Option<(Mark, Timestamp)> {
    let soon = due.plus_minutes(-DUE_SOON_MINUTES);
    (soon.since(from) > due.since(soon)).then_some((Mark::DueSoon, soon))
}

/// On time is what happens at the deadline; the first instant after it is late.
fn just_after(due: Timestamp) -> Timestamp {
    due.plus_micros(1)
}

impl StepState {
    /// When most of the limit is used up; none while no deadline runs.
    ///
    /// Logs of the first version do not say it: then opening hours and pauses are left out of account, as they are for
    /// twice the time granted.
    pub(super) fn warning(&self) -> Option<Timestamp> {
        let derived = || {
            let (start, end) = (self.clock.as_ref()?.start, self.deadline?.at);
            Some(start.plus_micros(end.since(start) / 100 * WARNING_PERCENT))
        };
        self.warn_at.or_else(derived)
    }
}

impl Assignment {
    /// What it has to reach by a moment of its own.
    pub fn milestone(&self, name: MilestoneName) -> Option<Milestone> {
        match name {
            MilestoneName::Sign => Some(self.sign),
            MilestoneName::Contact => self.contact,
            MilestoneName::CheckIn => self.check_in,
            MilestoneName::Finish => self.finish_by.map(|due| Milestone {
                due,
                reached_at: self.finished_at,
                in_time: None,
                told: self.finish_told,
            }),
        }
    }

    /// Whether somebody of the unit has answered the call in any way: signed, called back, or come.
    pub(super) fn has_answered(&self) -> bool {
        let milestones = [Some(self.sign), self.contact, self.check_in];
        let waits = self.stage.is_let_go() || self.stage == super::stage::AssignmentStage::Issued;
        !waits || milestones.iter().flatten().any(|m| m.reached_at.is_some())
    }
}
