//! What has lapsed behind an order since it was given: powers that were withdrawn or suspended, certificates that ran
//! out. It is told to the centre once, and changes nothing that was decided.

use serde::{Deserialize, Serialize};

use super::calling::lacking;
use super::event::{Event, Recorded};
use super::id::AssignmentId;
use super::rules::Rules;
use super::state::Case;
use crate::clock::{Date, Timestamp};
use crate::routing::{Hindrance, Role, Unit, UnitCode};

/// What an order to lead an enforcement step stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The town holds the power of that item.
    Power(String),
    /// Enough officers of the unit have a valid certificate of that field.
    Certificates(String),
}

impl Ground {
    /// What a hindrance says is missing; none where it is about something else.
    pub(super) fn of(hindrance: &Hindrance) -> Option<Self> {
        match hindrance {
            Hindrance::PowerNotHeld { item, .. } => Some(Self::Power(item.clone())),
            Hindrance::TooFewCertified { field, .. } => Some(Self::Certificates(field.clone())),
            Hindrance::NotAdmitted { .. } | Hindrance::LedAlready | Hindrance::NoUnit { .. } => {
                None
            }
        }
    }
}

/// Something that stood behind a unit's order when it was given, and does not any more. The order stands all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapse {
    pub assignment: AssignmentId,
    pub unit: UnitCode,
    /// A power that was withdrawn or suspended, certificates that ran out.
    pub what: Hindrance,
}

/// A lapse that was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldLapse {
    pub at: Timestamp,
    pub assignment: AssignmentId,
    pub ground: Ground,
}

impl Case {
    /// Whether a unit leads with an order behind which something has lapsed, as it was told.
    pub fn is_lapsed(&self) -> bool {
        self.current_assignments().any(|a| {
            a.role == Role::Lead
                && a.stage.is_open()
                && self.told_lapses.iter().any(|told| told.assignment == a.id)
        })
    }

    fn is_told(&self, assignment: AssignmentId, ground: &Ground) -> bool {
        let mut told = self.told_lapses.iter();
        told.any(|told| told.assignment == assignment && told.ground == *ground)
    }
}

/// What has lapsed behind the units that lead the case and have not finished: to be told to the centre, which decides
/// whether another unit has to go on.
pub fn lapses(case: &Case, rules: &Rules, on: Date) -> Vec<Lapse> {
    let leading = case.current_assignments();
    leading
        .filter(|a| a.role == Role::Lead && a.stage.is_open())
        .filter_map(|a| Some((a, rules.unit(&a.unit, on)?)))
        .flat_map(|(a, unit)| {
            // What was taken away on the very day of the call was so after it: the call would have been refused.
            let issued = a.issued_at.date();
            let days = [issued.plus_days(-1), issued];
            let then = days.map(|day| lacking(case, rules, unit, day));
            let now = lacking(case, rules, unit, on);
            let lacked = move |what: &Hindrance| {
                let same = |then: &Hindrance| Ground::of(then) == Ground::of(what);
                then.iter().all(|lacking| lacking.iter().any(same))
            };
            let stood = needed(case, rules, unit, issued);
            now.into_iter()
                .filter(move |what| Ground::of(what).is_some_and(|ground| stood.contains(&ground)))
                .filter(move |what| !lacked(what))
                .map(|what| Lapse {
                    assignment: a.id,
                    unit: a.unit.clone(),
                    what,
                })
        })
        .collect()
}

/// What the matter needed on a day of a unit that leads.
fn needed(case: &Case, rules: &Rules, unit: &Unit, on: Date) -> Vec<Ground> {
    let Some(need) = case.need(rules, on) else {
        return Vec::new();
    };
    let steps = rules
        .registers
        .requirements(need.matter, need.condition, &unit.function, on);
    let grounds = steps.flat_map(|step| {
        let power = step.power.clone().map(Ground::Power);
        power
            .into_iter()
            .chain(step.field.clone().map(Ground::Certificates))
    });
    grounds.collect()
}

/// What is to be told about lapses at a moment: each when it has come, and that it is over, so that the same thing can
/// lapse again.
pub fn tell_lapses(case: &Case, rules: &Rules, now: Timestamp) -> Vec<Recorded> {
    let mut found: Vec<(AssignmentId, UnitCode, Ground)> = Vec::new();
    for lapse in lapses(case, rules, now.date()) {
        let Some(ground) = Ground::of(&lapse.what) else {
            continue;
        };
        // Several steps of the matter may stand on the same.
        let known = |(id, _, other): &(AssignmentId, UnitCode, Ground)| {
            *id == lapse.assignment && *other == ground
        };
        if !found.iter().any(known) {
            found.push((lapse.assignment, lapse.unit, ground));
        }
    }
    let working = |id: AssignmentId| case.assignment(id).is_some_and(|a| a.stage.is_open());
    let over = case.told_lapses.iter().filter(|told| {
        let mut still = found.iter();
        working(told.assignment)
            && !still.any(|(id, _, ground)| *id == told.assignment && *ground == told.ground)
    });
    let over = over.map(|told| Event::LapseEnded {
        assignment: told.assignment,
        ground: told.ground.clone(),
    });
    let come = found
        .iter()
        .filter(|(id, _, ground)| !case.is_told(*id, ground))
        .map(|(id, unit, ground)| Event::Lapsed {
            assignment: *id,
            unit: unit.clone(),
            ground: ground.clone(),
        });
    super::decide::by_the_system(case, rules, now, over.chain(come))
}
