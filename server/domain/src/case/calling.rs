//! Who should be called to a case, what stands against a unit, and what has lapsed since it was called.

use super::id::AssignmentId;
use super::rules::Rules;
use super::state::Case;
use crate::clock::Date;
use crate::routing::{Hindrance, Need, Proposal, Role, Unit, UnitCode, hindrances, propose};

/// Something that stood behind a unit's order when it was given, and does not any more. The order stands all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapse {
    pub assignment: AssignmentId,
    pub unit: UnitCode,
    /// A power that was withdrawn or suspended, certificates that ran out.
    pub what: Hindrance,
}

impl Case {
    /// What somebody is to be called for; none while the case has no matter.
    pub fn need(&self, rules: &Rules, on: Date) -> Option<Need<'_>> {
        let condition = self.round().map(|round| &round.condition);
        let known = condition.and_then(|id| rules.condition(id));
        Some(Need {
            matter: self.matter.as_ref()?,
            condition,
            emergency: known.is_some_and(|condition| condition.emergency),
            village: self.place.village,
            centre: self.centre,
            on,
        })
    }
}

/// Who should be called, by the lists in force on a day; none while the case has no matter.
pub fn proposal(case: &Case, rules: &Rules, on: Date) -> Option<Proposal> {
    let need = case.need(rules, on)?;
    Some(propose(&need, &rules.lists()))
}

/// What stands against giving a unit the lead: the powers and certificates that it lacks. Whether a department may hand
/// the matter down is not among it, since a town may always take a matter on.
pub(super) fn lacking(case: &Case, rules: &Rules, unit: &Unit, on: Date) -> Vec<Hindrance> {
    let Some(need) = case.need(rules, on) else {
        return Vec::new();
    };
    let mut found = hindrances(&need, unit, &rules.registers);
    found.retain(|hindrance| subject(hindrance).is_some());
    found
}

/// Whether a unit may be given the lead: nothing that the matter needs is lacking.
pub fn may_lead(case: &Case, rules: &Rules, unit: &UnitCode, on: Date) -> bool {
    rules
        .unit(unit, on)
        .is_some_and(|unit| lacking(case, rules, unit, on).is_empty())
}

/// What has lapsed behind the units that lead the case and have not finished: to be told to the centre, which decides
/// whether another unit has to go on.
pub fn lapses(case: &Case, rules: &Rules, on: Date) -> Vec<Lapse> {
    let leading = case.current_assignments();
    leading
        .filter(|a| a.role == Role::Lead && a.stage.is_open())
        .filter_map(|a| Some((a, rules.unit(&a.unit, on)?)))
        .flat_map(|(a, unit)| {
            let at_issue = lacking(case, rules, unit, a.issued_at.date());
            let now = lacking(case, rules, unit, on);
            now.into_iter()
                .filter(move |what| at_issue.iter().all(|then| subject(then) != subject(what)))
                .map(|what| Lapse {
                    assignment: a.id,
                    unit: a.unit.clone(),
                    what,
                })
        })
        .collect()
}

/// The power item or field of certificates that a hindrance is about.
fn subject(hindrance: &Hindrance) -> Option<(bool, &str)> {
    match hindrance {
        Hindrance::PowerNotHeld { item, .. } => Some((true, item)),
        Hindrance::TooFewCertified { field, .. } => Some((false, field)),
        Hindrance::NotAdmitted { .. } | Hindrance::LedAlready | Hindrance::NoUnit { .. } => None,
    }
}
