//! The registers (清单): powers, certificates, admissions, what matters require, and who handles what at which level.

mod admission;
mod certificate;
mod course;
mod power;
mod requirement;
mod shortage;
mod standing;

use std::collections::BTreeMap;

pub use admission::{Admission, AdmissionState};
pub use certificate::{Certificate, CertificateState, OFFICERS_NEEDED};
pub use course::{Course, CourseError, State};
pub use power::{Evaluation, PowerGrant, PowerKind, PowerState};
pub use requirement::{About, LevelClass, LevelRule, Requirement};
pub use shortage::{Shortage, shortages};

use crate::clock::Date;
use crate::matter::{ConditionId, MatterKey};
use crate::place::DivisionCode;
use crate::routing::UnitCode;

/// The registers of a county, or of a province, so that what concerns a town or a unit is found at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registers {
    requirements: Vec<Requirement>,
    levels: Vec<LevelRule>,
    admissions: Vec<Admission>,
    powers: BTreeMap<(DivisionCode, String), Vec<PowerGrant>>,
    certificates: BTreeMap<UnitCode, Vec<Certificate>>,
    /// What the power items are called.
    names: BTreeMap<String, String>,
}

impl Registers {
    /// Registers of these entries, in any order.
    pub fn new(
        requirements: Vec<Requirement>,
        levels: Vec<LevelRule>,
        admissions: Vec<Admission>,
        powers: impl IntoIterator<Item = PowerGrant>,
        certificates: impl IntoIterator<Item = Certificate>,
    ) -> Self {
        let mut registers = Self {
            requirements,
            levels,
            admissions,
            ..Self::default()
        };
        for grant in powers {
            let key = (grant.town, grant.item.clone());
            let names = &mut registers.names;
            names.insert(grant.item.clone(), grant.name.clone());
            registers.powers.entry(key).or_default().push(grant);
        }
        for certificate in certificates {
            let of_unit = registers.certificates.entry(certificate.unit.clone());
            of_unit.or_default().push(certificate);
        }
        registers
    }

    /// The enforcement steps of a matter for units of a function.
    pub fn requirements<'r>(
        &'r self,
        matter: &'r MatterKey,
        condition: Option<&'r ConditionId>,
        function: &'r str,
        on: Date,
    ) -> impl Iterator<Item = &'r Requirement> {
        self.requirements.iter().filter(move |requirement| {
            requirement.function == function && requirement.about.covers(matter, condition, on)
        })
    }

    /// Whether any matter contains an enforcement step.
    pub const fn has_requirements(&self) -> bool {
        !self.requirements.is_empty()
    }

    /// All enforcement steps in force on a day.
    pub fn all_requirements(&self, on: Date) -> impl Iterator<Item = &Requirement> {
        let steps = self.requirements.iter();
        steps.filter(move |requirement| requirement.about.in_force(on))
    }

    /// The level that handles a matter: of the line nearest to it.
    pub fn level(
        &self,
        matter: &MatterKey,
        condition: Option<&ConditionId>,
        on: Date,
    ) -> Option<&LevelRule> {
        requirement::nearest(&self.levels, matter, condition, on)
    }

    /// The grants of an item to a town, past and future ones included.
    pub fn grants(&self, town: DivisionCode, item: &str) -> &[PowerGrant] {
        let key = (town, item.to_owned());
        self.powers.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The grant by which a town holds an item on a day.
    pub fn held(&self, town: DivisionCode, item: &str, on: Date) -> Option<&PowerGrant> {
        self.grants(town, item)
            .iter()
            .find(|grant| grant.held_on(on))
    }

    /// Whether some town was ever granted the item.
    pub fn knows_item(&self, item: &str) -> bool {
        self.names.contains_key(item)
    }

    /// Whether any power was ever granted.
    pub fn has_powers(&self) -> bool {
        !self.names.is_empty()
    }

    /// All grants, by town and item.
    pub fn all_grants(&self) -> impl Iterator<Item = &PowerGrant> {
        self.powers.values().flatten()
    }

    /// All certificates, by unit.
    pub fn all_certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.certificates.values().flatten()
    }

    /// All admissions, in the order of their list.
    pub fn all_admissions(&self) -> &[Admission] {
        &self.admissions
    }

    /// What an item is called; its code where no town was ever granted it.
    pub fn item_name<'r>(&'r self, item: &'r str) -> &'r str {
        self.names.get(item).map_or(item, String::as_str)
    }

    /// The officers of a unit with a valid certificate of a field on a day; nobody counts twice.
    pub fn certified(&self, unit: &UnitCode, field: &str, on: Date) -> Vec<&str> {
        let certificates = self.certificates.get(unit).map_or(&[][..], Vec::as_slice);
        let mut officers: Vec<&str> = certificates
            .iter()
            .filter(|certificate| certificate.field == field && certificate.valid_on(on))
            .map(|certificate| certificate.officer.as_str())
            .collect();
        officers.sort_unstable();
        officers.dedup();
        officers
    }

    /// The applications to hand a matter down to a town, whatever became of them.
    pub fn admissions<'r>(
        &'r self,
        matter: &'r MatterKey,
        town: DivisionCode,
    ) -> impl Iterator<Item = &'r Admission> {
        let all = self.admissions.iter();
        all.filter(move |admission| admission.covers(matter, town))
    }

    /// The department that hands a matter down to a town on a day without being admitted to: the one that is named, or
    /// where none is the first that ever applied. None where the matter may be handed down.
    pub fn unadmitted<'r>(
        &'r self,
        matter: &'r MatterKey,
        town: DivisionCode,
        named: Option<&'r UnitCode>,
        on: Date,
    ) -> Option<&'r UnitCode> {
        let asked = self.admissions(matter, town);
        let mut asked = asked
            .filter(|admission| named.is_none_or(|named| admission.department == *named))
            .peekable();
        let department = named.or_else(|| asked.peek().map(|admission| &admission.department))?;
        (!asked.any(|admission| admission.admits_on(on))).then_some(department)
    }
}
