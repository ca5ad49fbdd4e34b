//! The proposal: matter and place lead to the units that should be called, with the reasons.

use super::registers::{LevelClass, LevelRule, Registers};
use super::{Duty, OFFICERS_NEEDED, Responsible, Role, Ruling, Unit, UnitCode, UnitKind, ruled};
use crate::clock::Date;
use crate::matter::{ConditionId, MatterKey};
use crate::place::{DivisionCode, DivisionLevel};

/// What somebody is called for, where and when.
#[derive(Copy, Clone, Debug)]
pub struct Need<'a> {
    pub matter: &'a MatterKey,
    /// Absent before the registration.
    pub condition: Option<&'a ConditionId>,
    /// Securing what is in danger is no penalty and no approval: powers and certificates are not asked for.
    pub emergency: bool,
    pub village: Option<DivisionCode>,
    /// Of the centre that has the case; one above the town calls its own units first.
    pub centre: DivisionCode,
    pub on: Date,
}

impl Need<'_> {
    /// The town in which it happens; the centre where none is known.
    pub fn town(&self) -> DivisionCode {
        let town = |code: DivisionCode| code.at(DivisionLevel::Town);
        self.village
            .and_then(town)
            .or(town(self.centre))
            .unwrap_or(self.centre)
    }
}

/// The lists from which a proposal follows.
#[derive(Copy, Clone, Debug)]
pub struct Lists<'a> {
    pub units: &'a [Unit],
    pub duties: &'a [Duty],
    pub registers: &'a Registers,
    /// What centres have ruled: it comes before the duties.
    pub rulings: &'a [Ruling],
}

/// Who should be called, each line with its reasons: the lead first, at most one, and no unit twice; and who was left
/// out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    pub lines: Vec<ProposalLine>,
    pub left_out: Vec<LeftOut>,
}

/// A unit, its part, and why it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalLine {
    pub unit: UnitCode,
    pub role: Role,
    /// The first says by what it is called, the others what was looked at besides.
    pub reasons: Vec<ProposalReason>,
}

/// Why a unit is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalReason {
    /// The text of the duty that says so.
    Duty(String),
    /// A centre ruled so, in the case of that number.
    Ruling { text: String, case_number: String },
    /// 综合行政执法兜底: no duty names a lead, so the town's enforcement bureau leads.
    NoDuty,
    /// The town holds the power that the matter needs.
    PowerHeld { item: String, name: String },
    /// So many of its officers have a valid certificate of the field.
    Certified { field: String, officers: usize },
    /// The department may hand the matter down, until the day before this one.
    Admitted {
        department: UnitCode,
        until: Option<Date>,
    },
    /// The level that handles the matter.
    Level(LevelRule),
    /// It leads instead of the unit that comes first and was left out.
    Instead(UnitCode),
}

/// A line that the duties would give, had nothing stood against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Absent where no unit near has the function.
    pub unit: Option<UnitCode>,
    pub role: Role,
    pub why: Hindrance,
}

/// What stands against calling a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// The town does not hold the power that the matter needs.
    PowerNotHeld { item: String, name: String },
    /// Too few of its officers have a valid certificate of the field.
    TooFewCertified { field: String, officers: usize },
    /// The department that would hand the matter down is not admitted to.
    NotAdmitted { department: UnitCode },
    /// Another unit leads.
    LedAlready,
    /// No unit near has the function.
    NoUnit { function: String },
}

impl Proposal {
    /// The unit that should lead.
    pub fn lead(&self) -> Option<&ProposalLine> {
        self.lines.iter().find(|line| line.role == Role::Lead)
    }

    fn calls(&self, unit: &UnitCode) -> bool {
        self.lines.iter().any(|line| line.unit == *unit)
    }

    /// Calls the nearest unit of the duty's function to assist.
    fn assist(&mut self, nearest: Option<&Unit>, duty: &Duty) {
        match nearest {
            Some(unit) if !self.calls(&unit.code) => self.lines.push(ProposalLine {
                unit: unit.code.clone(),
                role: Role::Assist,
                reasons: vec![ProposalReason::Duty(duty.text.clone())],
            }),
            Some(_) => {}
            None => {
                let function = duty.function.clone();
                self.leave_out(None, Role::Assist, Hindrance::NoUnit { function });
            }
        }
    }

    fn leave_out(&mut self, unit: Option<&UnitCode>, role: Role, why: Hindrance) {
        let unit = unit.cloned();
        let line = LeftOut { unit, role, why };
        if !self.left_out.contains(&line) {
            self.left_out.push(line);
        }
    }
}

/// Proposes the lead and the assisting units for a matter at a place, by the lists in force on a day.
///
/// What was ruled comes first: it names the lead, and assisting units before those of the duties.
///
/// For each role the duties with the longest matching prefix count, in the order of their list. The unit of a function
/// is the nearest one in force: the village's, then the town's, the county's, the city's; of several the first by code.
/// Where the county handles the matter, its unit leads before the town's; where the city does, before the county's,
/// which leads before the town's. A unit does not lead where something stands against it ([`hindrances`]), nor a town's
/// where the matter was taken back; the next one does. Where no duty gives a lead, the town's enforcement bureau leads,
/// under the same conditions. So a proposal may have no lead: then the centre above has to help.
pub fn propose(need: &Need<'_>, lists: &Lists<'_>) -> Proposal {
    let level = lists.registers.level(need.matter, need.condition, need.on);
    let search = Search {
        need,
        lists,
        level,
        places: places(need),
    };
    let mut proposal = Proposal::default();
    let place = need.village.unwrap_or_else(|| need.town());
    let ruling = ruled(lists.rulings, need.matter, place, need.on);
    if let Some(ruling) = ruling {
        search.first_fit(&mut proposal, &search.named(&ruling.lead), &by(ruling));
    }
    for duty in most_specific(lists.duties, need, Role::Lead) {
        let found = search.nearest_first(&|unit| unit.function == duty.function);
        search.lead(&mut proposal, &found, duty);
    }
    if proposal.lead().is_none() {
        let mut bureaus = search.nearest_first(&|unit| unit.kind == UnitKind::EnforcementBureau);
        bureaus.retain(|unit| search.is_not_reclaimed_from(unit));
        search.first_fit(&mut proposal, &bureaus, &ProposalReason::NoDuty);
    }
    for (ruling, named) in ruling
        .into_iter()
        .flat_map(|r| r.assists.iter().map(move |a| (r, a)))
    {
        if let Some(unit) = search.named(named).first()
            && !proposal.calls(&unit.code)
        {
            proposal.lines.push(ProposalLine {
                unit: unit.code.clone(),
                role: Role::Assist,
                reasons: vec![by(ruling)],
            });
        }
    }
    if level.is_some_and(|rule| rule.class == LevelClass::Cooperating) {
        search.cooperate(&mut proposal);
    }
    for duty in most_specific(lists.duties, need, Role::Assist) {
        let found = search.nearest_first(&|unit| unit.function == duty.function);
        proposal.assist(found.first().copied(), duty);
    }
    proposal
}

fn by(ruling: &Ruling) -> ProposalReason {
    ProposalReason::Ruling {
        text: ruling.text.clone(),
        case_number: ruling.case_number.clone(),
    }
}

/// What stands against giving a unit the lead in a matter: power, certificates, admission.
///
/// Powers are asked of towns, since departments have theirs by law; certificates of every unit that carries the step
/// out; admissions of towns, where a department has ever applied to hand the matter down to them.
pub fn hindrances(need: &Need<'_>, unit: &Unit, registers: &Registers) -> Vec<Hindrance> {
    let mut found = Vec::new();
    let town = town_of(unit);
    if !need.emergency {
        let steps = registers.requirements(need.matter, need.condition, &unit.function, need.on);
        for step in steps {
            if let (Some(town), Some(item)) = (town, &step.power)
                && registers.held(town, item, need.on).is_none()
            {
                found.push(Hindrance::PowerNotHeld {
                    item: item.clone(),
                    name: registers.item_name(item).to_owned(),
                });
            }
            if let Some(field) = &step.field {
                let officers = registers.certified(&unit.code, field, need.on).len();
                if officers < OFFICERS_NEEDED {
                    found.push(Hindrance::TooFewCertified {
                        field: field.clone(),
                        officers,
                    });
                }
            }
        }
    }
    let unadmitted = town.and_then(|town| registers.unadmitted(need.matter, town, None, need.on));
    found.extend(unadmitted.map(|department| Hindrance::NotAdmitted {
        department: department.clone(),
    }));
    found.dedup();
    found
}

/// The town of a town's or a village's unit; none for those above.
fn town_of(unit: &Unit) -> Option<DivisionCode> {
    unit.division.at(DivisionLevel::Town)
}

/// Where units are looked for, the nearest first.
fn places(need: &Need<'_>) -> Vec<DivisionCode> {
    let town = need.town();
    let mut places: Vec<DivisionCode> = need
        .village
        .into_iter()
        .chain([town])
        .chain(town.at(DivisionLevel::County))
        .chain(town.at(DivisionLevel::City))
        .collect();
    places.dedup();
    places
}

/// The units near, and what is known about the matter.
struct Search<'s> {
    need: &'s Need<'s>,
    lists: &'s Lists<'s>,
    level: Option<&'s LevelRule>,
    places: Vec<DivisionCode>,
}

impl Search<'_> {
    /// The units that are wanted, one a place, the nearest first.
    fn nearest_first(&self, wanted: &dyn Fn(&Unit) -> bool) -> Vec<&Unit> {
        let here = |place: &DivisionCode| {
            let units = self.lists.units.iter();
            units
                .filter(|unit| {
                    unit.division == *place && unit.in_force(self.need.on) && wanted(unit)
                })
                .min_by(|a, b| a.code.cmp(&b.code))
        };
        self.places.iter().filter_map(here).collect()
    }

    /// The units that a ruling names, if they are in force: the one, or those near with the function.
    fn named(&self, named: &Responsible) -> Vec<&Unit> {
        match named {
            Responsible::Unit(code) => {
                let units = self.lists.units.iter();
                units
                    .filter(|unit| unit.code == *code && unit.in_force(self.need.on))
                    .collect()
            }
            Responsible::Function(function) => {
                self.nearest_first(&|unit| unit.function == *function)
            }
        }
    }

    /// The level above the town at which the matter is handled; none where the town does.
    fn level_above(&self) -> Option<DivisionLevel> {
        let owner = self.need.centre.level();
        let level = self.level.map_or(owner, |rule| rule.level.min(owner));
        (level < DivisionLevel::Town).then_some(level)
    }

    /// Units that were found, the nearest first, in the order in which they are to lead: those of the level that handles
    /// the matter before those below it, and then those above.
    fn in_order<'u>(&self, found: &[&'u Unit]) -> Vec<&'u Unit> {
        let Some(level) = self.level_above() else {
            return found.to_vec();
        };
        let is_above = |unit: &&Unit| unit.division.level() < level;
        let (above, mut order): (Vec<&Unit>, Vec<&Unit>) =
            found.iter().copied().partition(is_above);
        order.reverse();
        order.extend(above);
        order
    }

    /// Whether a unit may lead as far as the levels go: what was taken back from the towns none of theirs leads.
    fn is_not_reclaimed_from(&self, unit: &Unit) -> bool {
        let stays = |rule: &LevelRule| rule.class != LevelClass::Reclaimed;
        self.level.is_none_or(stays) || unit.division.level() < DivisionLevel::Town
    }

    /// Lets the town's nearest units with the functions of the lead's duties assist whoever above the town leads.
    fn cooperate(&self, proposal: &mut Proposal) {
        for duty in most_specific(self.lists.duties, self.need, Role::Lead) {
            let found = self.nearest_first(&|unit| unit.function == duty.function);
            let of_the_town = |unit: &&&Unit| unit.division.level() >= DivisionLevel::Town;
            let Some(unit) = found.iter().find(of_the_town) else {
                continue;
            };
            if !proposal.calls(&unit.code) {
                let mut reasons = vec![ProposalReason::Duty(duty.text.clone())];
                reasons.extend(self.level.cloned().map(ProposalReason::Level));
                proposal.lines.push(ProposalLine {
                    unit: unit.code.clone(),
                    role: Role::Assist,
                    reasons,
                });
            }
        }
    }

    /// Lets the duty's unit lead, if nobody does.
    fn lead(&self, proposal: &mut Proposal, found: &[&Unit], duty: &Duty) {
        let Some(nearest) = found.first() else {
            let function = duty.function.clone();
            return proposal.leave_out(None, Role::Lead, Hindrance::NoUnit { function });
        };
        if proposal.lead().is_some() {
            if !proposal.calls(&nearest.code) {
                proposal.leave_out(Some(&nearest.code), Role::Lead, Hindrance::LedAlready);
            }
            return;
        }
        let mut found = self.in_order(found);
        found.retain(|unit| self.is_not_reclaimed_from(unit));
        // Whoever would have to be admitted keeps what it may not hand down.
        let registers = self.lists.registers;
        let departments = registers.admissions(self.need.matter, self.need.town());
        for department in departments.map(|admission| &admission.department) {
            let units = self.lists.units.iter();
            found.extend(
                units.filter(|unit| unit.code == *department && unit.in_force(self.need.on)),
            );
        }
        self.first_fit(proposal, &found, &ProposalReason::Duty(duty.text.clone()));
    }

    /// Calls the first of the units against which nothing stands as the lead; the others are left out.
    fn first_fit(&self, proposal: &mut Proposal, units: &[&Unit], by: &ProposalReason) {
        let mut passed_over = None;
        for unit in units {
            let against = hindrances(self.need, unit, self.lists.registers);
            if against.is_empty() {
                let mut reasons = vec![by.clone()];
                reasons.extend(passed_over.map(ProposalReason::Instead));
                reasons.extend(self.grounds(unit));
                proposal.lines.push(ProposalLine {
                    unit: unit.code.clone(),
                    role: Role::Lead,
                    reasons,
                });
                return;
            }
            passed_over.get_or_insert_with(|| unit.code.clone());
            for why in against {
                proposal.leave_out(Some(&unit.code), Role::Lead, why);
            }
        }
    }

    /// What speaks for a unit that leads, besides its duty.
    fn grounds(&self, unit: &Unit) -> Vec<ProposalReason> {
        let (need, registers) = (self.need, self.lists.registers);
        let town = town_of(unit);
        let mut grounds = Vec::new();
        if !need.emergency {
            for step in registers.requirements(need.matter, need.condition, &unit.function, need.on)
            {
                if let (Some(_), Some(item)) = (town, &step.power) {
                    grounds.push(ProposalReason::PowerHeld {
                        item: item.clone(),
                        name: registers.item_name(item).to_owned(),
                    });
                }
                if let Some(field) = &step.field {
                    grounds.push(ProposalReason::Certified {
                        field: field.clone(),
                        officers: registers.certified(&unit.code, field, need.on).len(),
                    });
                }
            }
        }
        if let Some(town) = town {
            let admitted = registers.admissions(need.matter, town);
            let mut admitted = admitted.filter(|admission| admission.admits_on(need.on));
            grounds.extend(admitted.next().map(|admission| ProposalReason::Admitted {
                department: admission.department.clone(),
                until: admission.valid_to,
            }));
        }
        grounds.extend(self.level.cloned().map(ProposalReason::Level));
        grounds.dedup();
        grounds
    }
}

/// The duties of a role with the longest prefix that the matter's code begins with.
fn most_specific<'d>(duties: &'d [Duty], need: &Need<'_>, role: Role) -> Vec<&'d Duty> {
    let mut found: Vec<&Duty> = duties
        .iter()
        .filter(|duty| duty.role == role && duty.covers(need.matter) && duty.in_force(need.on))
        .collect();
    let longest = found.iter().map(|duty| duty.code_prefix.len()).max();
    found.retain(|duty| Some(duty.code_prefix.len()) == longest);
    found
}

#[cfg(test)]
mod tests;
