//! Duties (主体责任, 配合责任): which function leads and which assist in a matter.

use serde::{Deserialize, Serialize};

use super::{Unit, UnitCode, UnitKind};
use crate::clock::Date;
use crate::matter::{MatterKey, MatterKind};
use crate::names::names;
use crate::place::{DivisionCode, DivisionLevel};

names! {
    /// The part of a called unit.
    pub enum Role {
        /// 主办
        Lead => "lead",
        /// 协办
        Assist => "assist",
    }
}

/// A duty of a function in all matters whose code begins so, in force in [`valid_from`, `valid_to`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    pub matter_kind: MatterKind,
    pub code_prefix: String,
    pub role: Role,
    pub function: String,
    pub text: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

/// Who should be called, each line with its reason. At most one lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    pub lines: Vec<ProposalLine>,
}

/// A unit, its part, and the text of the duty that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalLine {
    pub unit: UnitCode,
    pub role: Role,
    pub reason: String,
}

/// Proposes lead and assisting units from the duties.
///
/// For each role the duties with the longest matching prefix count. The unit of a function is the
/// nearest: the village's, then the town's, then the county's. Where no duty names a lead, the
/// town's enforcement bureau leads.
pub fn propose(
    matter: &MatterKey,
    village: Option<DivisionCode>,
    town: DivisionCode,
    units: &[Unit],
    duties: &[Duty],
    on: Date,
) -> Proposal {
    let places: Vec<DivisionCode> = village
        .into_iter()
        .chain([town])
        .chain(town.at(DivisionLevel::County))
        .collect();
    let nearest = |wanted: &dyn Fn(&Unit) -> bool| {
        places.iter().find_map(|place| {
            units
                .iter()
                .find(|u| u.division == *place && u.in_force(on) && wanted(u))
        })
    };
    let mut lines: Vec<ProposalLine> = Vec::new();
    for role in [Role::Lead, Role::Assist] {
        let matching = || {
            duties.iter().filter(move |d| {
                d.role == role
                    && d.matter_kind == matter.kind
                    && matter.code.starts_with(&d.code_prefix)
                    && d.valid_from <= on
                    && d.valid_to.is_none_or(|to| on < to)
            })
        };
        let longest = matching().map(|d| d.code_prefix.len()).max().unwrap_or(0);
        for duty in matching().filter(|d| d.code_prefix.len() == longest) {
            let Some(unit) = nearest(&|u: &Unit| u.function == duty.function) else { continue };
            let taken = lines.iter().any(|line| line.unit == unit.code);
            let led = role == Role::Lead && lines.iter().any(|line| line.role == Role::Lead);
            if !taken && !led {
                lines.push(ProposalLine { unit: unit.code.clone(), role, reason: duty.text.clone() });
            }
        }
        if role == Role::Lead
            && lines.is_empty()
            && let Some(unit) = nearest(&|u: &Unit| u.kind == UnitKind::EnforcementBureau)
        {
            let reason = "综合行政执法兜底：责任清单未列明主体责任单位".to_owned();
            lines.push(ProposalLine { unit: unit.code.clone(), role, reason });
        }
    }
    Proposal { lines }
}
