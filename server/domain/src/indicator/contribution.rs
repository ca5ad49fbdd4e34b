//! What a case is to the figures of a period.

use super::name::{Indicator, MilestoneName, Part, Reason};
use super::owner::{Grouping, Owner};
use super::period::Period;
use super::weights::{WHOLE, Weights};
use super::{calls, feedback, rounds};
use crate::case::{Answer, AssignmentId, Case, CaseId, Grade, Solved, Whistle, WhistleId};
use crate::clock::Timestamp;
use crate::place::{DivisionCode, GridCode, Succession};
use crate::routing::UnitCode;

/// One thing that enters figures: a round, a milestone, a call, an answer, with its owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    pub case: CaseId,
    /// The part of the case that it is about.
    pub origin: Origin,
    /// Where the report lay: the village, or the centre's division where none is known.
    pub division: DivisionCode,
    pub grid: Option<GridCode>,
    /// The lead unit at min(closing, deadline) for rounds and their feedback, the called unit for
    /// assignments, the department whose matter was refused. Absent where nobody was called.
    pub unit: Option<UnitCode>,
    /// The kind of the whistle that it is about, or by which the unit was called.
    pub kind: Option<String>,
    /// The grid from which that whistle was blown.
    pub blower_grid: Option<GridCode>,
    /// Whose command centre had the case: at min(closing, deadline) for rounds and their feedback, when the unit was
    /// called for assignments, the town's that refused.
    pub centre: DivisionCode,
    pub entry: Entry,
}

/// The part of a case that a contribution is about.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The case as a whole, which never had a round, goes on as part of another or was refused by its town.
    Case,
    /// By its number, from 1.
    Round(u16),
    Assignment(AssignmentId),
    Whistle(WhistleId),
    /// The feedback about the round of that number.
    Feedback(u16),
    /// The same of the resident behind a case that was merged into this one.
    MergedFeedback(u16, CaseId),
}

/// In what way something enters figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A round closed in the period.
    Closed {
        /// Every step and the last finish.
        on_time: bool,
        /// Round 1, never failed nor vetoed.
        first_time: bool,
        rework: bool,
        extended: bool,
    },
    /// A round open past its deadline at the end of the period.
    Overdue { rework: bool, extended: bool },
    /// A round beside the figures.
    Apart(Reason),
    /// A milestone whose own deadline lies in the period.
    Milestone { name: MilestoneName, in_time: bool },
    /// Such a milestone of a unit that had been let go before.
    Released { name: MilestoneName, reason: Reason },
    /// A unit reported to the scene in the period, whole minutes after it was called.
    Arrived { minutes: i64 },
    /// A unit reported in the period, but not at the scene.
    ArrivedElsewhere,
    /// A unit was called in the period.
    Called,
    /// Its return was accepted in the period.
    Returned,
    /// A whistle was blown in the period.
    Blown,
    /// One was refused in the period (不予吹哨).
    WhistleRefused,
    /// Somebody took one back in the period (撤哨).
    WhistleWithdrawn,
    /// The town refused in the period what a department handed down without being admitted to.
    AdmissionRefused,
    /// A resident answered in the period.
    Answered(Answered),
    /// A resident was asked, and the asking ended in the period without an answer.
    Unanswered(Reason),
}

/// What counts of a resident's answer.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub contacted: bool,
    pub solved: Solved,
    pub satisfaction: Grade,
}

/// What an entry is to one indicator.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Measured {
    /// What it adds to numerator and denominator, both in units of [`WHOLE`].
    Counted {
        share: i64,
        of: i64,
    },
    Excluded(Reason),
}

/// What the case is to the figures of a period.
///
/// The period should end at the moment of asking at the latest ([`Period::as_of`]): everything is
/// seen as it stood just before its end.
pub fn contributions(case: &Case, period: Period) -> Vec<Contribution> {
    if period.is_empty() || case.reported_at >= period.to {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut put_of =
        |whistle: Option<&Whistle>, origin, unit: Option<&UnitCode>, held_at: Timestamp, entry| {
            out.push(Contribution {
                case: case.id,
                origin,
                division: case
                    .place
                    .village
                    .or(case.place.grid.map(GridCode::village))
                    .unwrap_or_else(|| case.ground()),
                grid: case.place.grid,
                unit: unit.cloned(),
                kind: whistle.map(|w| w.kind.clone()),
                blower_grid: whistle.and_then(|w| w.grid),
                centre: case.centre_at(held_at, period.to),
                entry,
            });
        };
    for whistle in &case.whistles {
        calls::whistle_entries(whistle, period, |entry| {
            let origin = Origin::Whistle(whistle.id);
            put_of(Some(whistle), origin, None, whistle.requested_at, entry);
        });
    }
    for assignment in &case.assignments {
        let whistle = assignment.whistle.and_then(|id| case.whistle(id));
        calls::entries(case, assignment, period, |entry| {
            let origin = Origin::Assignment(assignment.id);
            let unit = Some(&assignment.unit);
            put_of(whistle, origin, unit, assignment.issued_at, entry);
        });
    }
    let mut put = |origin, unit: Option<&UnitCode>, held_at, entry| {
        put_of(None, origin, unit, held_at, entry);
    };
    if let Some(refusal) = &case.admission_refusal
        && period.contains(refusal.at)
    {
        // The town had the case until then.
        let held_at = refusal.at.plus_micros(-1);
        let department = Some(&refusal.department);
        put(Origin::Case, department, held_at, Entry::AdmissionRefused);
    }
    if let Some(reason) = rounds::apart(case, period) {
        put(Origin::Case, None, period.to, Entry::Apart(reason));
    }
    for round in &case.rounds {
        let responsible = round.responsible(period.to);
        let judged_at = round.judged_at(period.to);
        if let Some(entry) = rounds::entry(case, round, period) {
            put(Origin::Round(round.number), responsible, judged_at, entry);
        }
        let merged = round.merged_feedback.iter();
        let asked = round
            .feedback
            .iter()
            .map(|f| (Origin::Feedback(round.number), f))
            .chain(merged.map(|m| (Origin::MergedFeedback(round.number, m.merged), &m.feedback)));
        for (origin, feedback) in asked {
            if let Some(entry) = feedback::entry(feedback, period) {
                put(origin, responsible, judged_at, entry);
            }
        }
    }
    out
}

impl Contribution {
    /// The same by today's codes: for the divisions that its place and its centre have become. Grids keep their codes.
    #[must_use]
    pub fn by_now(self, succession: &Succession) -> Self {
        Self {
            division: succession.by_now(self.division),
            centre: succession.by_now(self.centre),
            ..self
        }
    }

    /// Whether it counts in that owner's figures.
    pub fn belongs_to(&self, owner: &Owner) -> bool {
        match owner {
            Owner::All => true,
            Owner::Division(code) => code.contains(self.division),
            Owner::Grid(code) => self.grid == Some(*code),
            Owner::Unit(code) => self.unit.as_ref() == Some(code),
            Owner::Kind(kind) => self.kind.as_ref() == Some(kind),
            Owner::BlowerGrid(code) => self.blower_grid == Some(*code),
            Owner::Centre(code) => self.centre == *code,
        }
    }

    /// The owner of a breakdown to whom it falls; none where the place has no such level, no grid
    /// is known or nobody was called: then only the sum above counts it.
    pub fn owner(&self, grouping: Grouping) -> Option<Owner> {
        match grouping {
            Grouping::Grid => self.grid.map(Owner::Grid),
            Grouping::Unit => self.unit.clone().map(Owner::Unit),
            Grouping::Kind => self.kind.clone().map(Owner::Kind),
            Grouping::BlowerGrid => self.blower_grid.map(Owner::BlowerGrid),
            Grouping::Centre => Some(Owner::Centre(self.centre)),
            Grouping::Province
            | Grouping::City
            | Grouping::County
            | Grouping::Town
            | Grouping::Village => grouping
                .level()
                .and_then(|level| self.division.at(level))
                .map(Owner::Division),
        }
    }

    /// Whether it stands in that part of an indicator: a figure opens to the cases for whose
    /// contributions this is true.
    pub fn stands_in(&self, indicator: Indicator, part: Part, weights: Weights) -> bool {
        match self.entry.measure(indicator, weights) {
            None => false,
            Some(Measured::Excluded(_)) => part == Part::Excluded,
            Some(Measured::Counted { share, of }) => match part {
                Part::Numerator => share > 0,
                Part::Denominator => of > 0,
                Part::Rest => share < of,
                Part::Excluded => false,
            },
        }
    }
}

impl Entry {
    /// What it is to an indicator: nothing, a share, or an exclusion.
    pub fn measure(&self, indicator: Indicator, weights: Weights) -> Option<Measured> {
        match self {
            Self::Closed {
                on_time,
                first_time,
                rework,
                extended,
            } => match indicator {
                Indicator::Due | Indicator::ClosureRate => yes_or_no(true),
                Indicator::OnTimeClosureRate => yes_or_no(*on_time),
                Indicator::OverdueOpen => yes_or_no(false),
                Indicator::FirstTimeRate => yes_or_no(*first_time),
                Indicator::ReworkRate => yes_or_no(*rework),
                Indicator::ExtensionRate => yes_or_no(*extended),
                _ => None,
            },
            Self::Overdue { rework, extended } => match indicator {
                Indicator::Due | Indicator::OverdueOpen => yes_or_no(true),
                Indicator::ClosureRate | Indicator::OnTimeClosureRate => yes_or_no(false),
                Indicator::ReworkRate => yes_or_no(*rework),
                Indicator::ExtensionRate => yes_or_no(*extended),
                _ => None,
            },
            Self::Apart(reason) => match indicator {
                Indicator::Due
                | Indicator::ClosureRate
                | Indicator::OnTimeClosureRate
                | Indicator::OverdueOpen
                | Indicator::ReworkRate
                | Indicator::ExtensionRate => Some(Measured::Excluded(*reason)),
                // Of what stands apart only this was closed.
                Indicator::FirstTimeRate if *reason == Reason::Exempted => {
                    Some(Measured::Excluded(*reason))
                }
                _ => None,
            },
            Self::Milestone { name, in_time } => {
                (indicator == name.indicator()).then(|| share(*in_time))
            }
            Self::Released { name, reason } => {
                (indicator == name.indicator()).then_some(Measured::Excluded(*reason))
            }
            Self::Arrived { .. } => (indicator == Indicator::MinutesToCheckIn).then(|| share(true)),
            Self::ArrivedElsewhere => (indicator == Indicator::MinutesToCheckIn)
                .then_some(Measured::Excluded(Reason::OffTheSpot)),
            Self::Called => match indicator {
                Indicator::ReturnRate => yes_or_no(false),
                Indicator::AccurateDispatchRate => yes_or_no(true),
                _ => None,
            },
            // The call that came back may have been made in an earlier period: it adds nothing
            // to the denominator.
            Self::Returned => match indicator {
                Indicator::ReturnRate => Some(ONE_MORE),
                Indicator::AccurateDispatchRate => Some(Measured::Counted {
                    share: -WHOLE,
                    of: 0,
                }),
                _ => None,
            },
            // Each is beside the whistles blown: what is refused may have been blown in an earlier period.
            Self::Blown => match indicator {
                Indicator::WhistlesBlown => yes_or_no(true),
                Indicator::WhistlesRefused | Indicator::WhistlesWithdrawn => yes_or_no(false),
                _ => None,
            },
            Self::WhistleRefused => (indicator == Indicator::WhistlesRefused).then_some(ONE_MORE),
            Self::WhistleWithdrawn => {
                (indicator == Indicator::WhistlesWithdrawn).then_some(ONE_MORE)
            }
            Self::AdmissionRefused => match indicator {
                Indicator::AdmissionsRefused => yes_or_no(true),
                _ => None,
            },
            Self::Answered(answered) => answered.measure(indicator, weights),
            Self::Unanswered(reason) => match indicator {
                Indicator::FollowUpCoverage => yes_or_no(false),
                Indicator::ResponseRate
                | Indicator::ResolutionRate
                | Indicator::SatisfactionRate
                | Indicator::Composite => Some(Measured::Excluded(*reason)),
                _ => None,
            },
        }
    }
}

impl Answered {
    fn measure(self, indicator: Indicator, weights: Weights) -> Option<Measured> {
        let response = if self.contacted { WHOLE } else { 0 };
        let resolution = match self.solved {
            Solved::Yes => WHOLE,
            Solved::Partly | Solved::No => 0,
        };
        let satisfaction = match self.satisfaction {
            Grade::VerySatisfied | Grade::Satisfied => WHOLE,
            Grade::BasicallySatisfied => weights.basically_satisfied(),
            Grade::Dissatisfied | Grade::VeryDissatisfied => 0,
        };
        let share = match indicator {
            Indicator::ResponseRate => response,
            Indicator::ResolutionRate => resolution,
            Indicator::SatisfactionRate => satisfaction,
            Indicator::FollowUpCoverage => WHOLE,
            Indicator::Composite => weights.composite(response, resolution, satisfaction),
            _ => return None,
        };
        Some(Measured::Counted { share, of: WHOLE })
    }
}

impl From<&Answer> for Answered {
    fn from(answer: &Answer) -> Self {
        Self {
            contacted: answer.contacted,
            solved: answer.solved,
            satisfaction: answer.satisfaction,
        }
    }
}

/// It counts, and its denominator counts something else.
const ONE_MORE: Measured = Measured::Counted {
    share: WHOLE,
    of: 0,
};

const fn share(counts: bool) -> Measured {
    Measured::Counted {
        share: if counts { WHOLE } else { 0 },
        of: WHOLE,
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the arms beside it may be nothing"
)]
const fn yes_or_no(counts: bool) -> Option<Measured> {
    Some(share(counts))
}
