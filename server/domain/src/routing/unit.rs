//! Units: whoever can be called.

use serde::{Deserialize, Serialize};

use crate::clock::Date;
use crate::names::names;
use crate::place::DivisionCode;

/// Code of a unit, such as `320707101-zf`: its division's significant digits and a short name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitCode(pub String);

impl std::fmt::Display for UnitCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

names! {
    /// What a unit is.
    pub enum UnitKind {
        /// 指挥调度中心
        CommandCentre => "command_centre",
        /// 部门
        Department => "department",
        /// 派驻站所
        StationedBody => "stationed_body",
        /// 综合行政执法局
        EnforcementBureau => "enforcement_bureau",
        /// 便民服务中心
        ServiceCentre => "service_centre",
        /// 派出所
        PoliceStation => "police_station",
        /// 村(居)民委员会
        VillageCommittee => "village_committee",
        /// 公用事业单位
        Utility => "utility",
        /// 物业服务单位
        PropertyManager => "property_manager",
    }
}

/// A unit, in force in [`valid_from`, `valid_to`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub code: UnitCode,
    pub name: String,
    pub kind: UnitKind,
    /// What it does, as the duties name it, such as `urban_management`.
    pub function: String,
    /// The town, county or village that it works for.
    pub division: DivisionCode,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

impl Unit {
    pub fn in_force(&self, on: Date) -> bool {
        self.valid_from <= on && self.valid_to.is_none_or(|to| on < to)
    }
}
