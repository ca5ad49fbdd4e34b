//! Who should be called to a case, and what stands against a unit.

use super::lapse::Ground;
use super::rules::Rules;
use super::state::Case;
use crate::clock::Date;
use crate::routing::{Hindrance, Need, Proposal, Unit, UnitCode, hindrances, propose};

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
    found.retain(|hindrance| Ground::of(hindrance).is_some());
    found
}

/// Whether a unit may be given the lead: nothing that the matter needs is lacking.
pub fn may_lead(case: &Case, rules: &Rules, unit: &UnitCode, on: Date) -> bool {
    rules
        .unit(unit, on)
        .is_some_and(|unit| lacking(case, rules, unit, on).is_empty())
}
