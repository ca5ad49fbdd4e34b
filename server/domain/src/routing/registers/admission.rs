//! Admissions (职责准入): which matters a department may hand down to towns.

use serde::{Deserialize, Serialize};

use super::course::{Course, course_of};
use super::standing::Standing;
use crate::clock::Date;
use crate::matter::{MatterKey, MatterKind};
use crate::names::names;
use crate::place::DivisionCode;
use crate::routing::UnitCode;

names! {
    /// How far an application is; that an approved one has expired follows from its last day.
    pub enum AdmissionState {
        /// 已申请
        Applied => "applied",
        /// 已审查
        Reviewed => "reviewed",
        /// 准予下沉
        Approved => "approved",
        /// 不予准入
        Refused => "refused",
        /// 已撤销
        Withdrawn => "withdrawn",
    }
}

course_of!(AdmissionState: begins [Applied], leads_to [
    Applied => Reviewed,
    Applied => Refused,
    Applied => Withdrawn,
    Reviewed => Approved,
    Reviewed => Refused,
    Reviewed => Withdrawn,
    Approved => Withdrawn,
]);

/// A department's application to hand matters down to a town, or to all towns of a county, for
/// [`valid_from`, `valid_to`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    pub department: UnitCode,
    pub matter_kind: MatterKind,
    /// The first digits of the matter's code, as in duties.
    pub code_prefix: String,
    /// The town, or the county with all its towns.
    pub division: DivisionCode,
    /// What is handed down, with what, and why.
    pub text: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub course: Course<AdmissionState>,
}

impl Admission {
    /// What the entry is called in its list.
    pub fn code(&self) -> String {
        let (kind, prefix, division) =
            (self.matter_kind, &self.code_prefix, self.division.prefix());
        format!(
            "{}.{kind}-{prefix}.{division}.{}",
            self.department, self.valid_from
        )
    }

    /// Whether it is about a matter in a town.
    pub fn covers(&self, matter: &MatterKey, town: DivisionCode) -> bool {
        self.matter_kind == matter.kind
            && matter.code.starts_with(&self.code_prefix)
            && self.division.contains(town)
    }

    /// The published name of what it is on a day; `expired` and `pending` besides its states.
    pub fn standing(&self, day: Date) -> &'static str {
        let standing = Standing::of(&self.course, self.valid_from, self.valid_to, day);
        standing.map_or("pending", |standing| {
            standing.name(|state| state == AdmissionState::Approved)
        })
    }

    /// Whether the matter may be handed down on a day.
    pub fn admits_on(&self, day: Date) -> bool {
        self.is_valid(day) && self.course.on(day) == Some(AdmissionState::Approved)
    }

    /// Whether the day lies in the validity that was applied for.
    pub fn is_valid(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|to| day < to)
    }

    /// Whether both ask for the same on a day: a list says it once, unless one of them came to nothing.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.stands()
            && other.stands()
            && self.department == other.department
            && self.matter_kind == other.matter_kind
            && self.code_prefix == other.code_prefix
            && self.division == other.division
            && (self.is_valid(other.valid_from) || other.is_valid(self.valid_from))
    }

    fn stands(&self) -> bool {
        let last = self.course.last().map(|(state, _)| state);
        !matches!(
            last,
            Some(AdmissionState::Refused | AdmissionState::Withdrawn)
        )
    }
}
