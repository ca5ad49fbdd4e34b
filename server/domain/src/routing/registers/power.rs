//! Powers (权力清单): which penalty or approval items a town holds, and since when.

use serde::{Deserialize, Serialize};

use super::course::{Course, course_of};
use super::standing::Standing;
use crate::clock::Date;
use crate::names::names;
use crate::place::DivisionCode;

names! {
    /// What a power item permits.
    pub enum PowerKind {
        /// 行政处罚
        Penalty => "penalty",
        /// 行政许可
        Approval => "approval",
    }
}

names! {
    /// How far the grant of a power is (赋权).
    pub enum PowerState {
        /// 拟赋权
        Proposed => "proposed",
        /// 已公布
        Announced => "announced",
        /// 行使中
        InForce => "in_force",
        /// 暂停行使
        Suspended => "suspended",
        /// 已收回
        Withdrawn => "withdrawn",
    }
}

course_of!(PowerState: begins [Proposed, Announced, InForce], leads_to [
    Proposed => Announced,
    Proposed => Withdrawn,
    Announced => InForce,
    Announced => Withdrawn,
    InForce => Suspended,
    InForce => Withdrawn,
    Suspended => InForce,
    Suspended => Withdrawn,
]);

names! {
    /// What came out when a granted power was looked at again (赋权评估).
    pub enum Evaluation {
        /// 承接良好
        Fit => "fit",
        /// 需加强指导
        NeedsGuidance => "needs_guidance",
        /// 不宜继续承接
        Unfit => "unfit",
    }
}

/// A power item as granted to a town, for [`valid_from`, `valid_to`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PowerGrant {
    /// The item's code, the same in every town.
    pub item: String,
    pub name: String,
    pub kind: PowerKind,
    pub town: DivisionCode,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub course: Course<PowerState>,
    /// The last evaluation; earlier ones stand in earlier versions of the list.
    pub evaluation: Option<(Date, Evaluation)>,
    pub note: String,
}

impl PowerGrant {
    /// What the entry is called in its list.
    pub fn code(&self) -> String {
        format!("{}.{}.{}", self.town.prefix(), self.item, self.valid_from)
    }

    /// Whether the town may use the power on a day.
    pub fn held_on(&self, day: Date) -> bool {
        self.is_valid(day) && self.course.on(day) == Some(PowerState::InForce)
    }

    /// The published name of what the grant is on a day; `expired` and `pending` besides its states.
    pub fn standing(&self, day: Date) -> &'static str {
        let standing = Standing::of(&self.course, self.valid_from, self.valid_to, day);
        standing.map_or("pending", |standing| {
            standing.name(|state| state == PowerState::InForce)
        })
    }

    /// Whether the day lies in the validity of the grant.
    pub fn is_valid(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|to| day < to)
    }

    /// Whether both give the same town the same item on a day: a list says it once.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.item == other.item
            && self.town == other.town
            && (self.is_valid(other.valid_from) || other.is_valid(self.valid_from))
    }
}
