//! Units: whoever can be called.

use serde::{Deserialize, Serialize};

use crate::clock::{Date, Timestamp};
use crate::names::names;
use crate::place::{Division, DivisionCode, DivisionLevel};

/// Code of a unit, such as `320707101-zf`: its division's significant digits and a short name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitCode(pub String);

impl UnitCode {
    /// The code of a body of a division, by its short name: letters of its pinyin initials and digits.
    pub fn of(division: DivisionCode, short_name: &str) -> Self {
        Self(format!("{}-{short_name}", division.prefix()))
    }
}

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

/// The function of village committees, as the duties name it.
pub const VILLAGE_FUNCTION: &str = "village";

/// The committee of every village among the divisions, coded like `320707101201-cw`, in force as long
/// as its village. Every village has exactly one, so nobody needs to list them.
pub fn village_committees<'d>(divisions: impl IntoIterator<Item = &'d Division>) -> Vec<Unit> {
    divisions
        .into_iter()
        .filter(|division| division.level == DivisionLevel::Village)
        .map(|village| Unit {
            code: UnitCode::of(village.code, "cw"),
            name: village.name.clone(),
            kind: UnitKind::VillageCommittee,
            function: VILLAGE_FUNCTION.to_owned(),
            division: village.code,
            valid_from: village
                .valid_from
                .map_or(Date::from_days(0), Timestamp::date),
            valid_to: village.valid_to.map(Timestamp::date),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_village_has_a_committee_and_nothing_else_has() {
        let division = |code: &str, name: &str| {
            let code = DivisionCode::parse(code).unwrap();
            Division {
                code,
                name: name.to_owned(),
                level: code.level(),
                parent: code.parent(),
                valid_from: None,
                valid_to: None,
                predecessors: vec![],
                successors: vec![],
                former_names: vec![],
            }
        };
        let units = village_committees(&[
            division("320707101000", "柘汪镇"),
            division("320707101201", "东柘汪村委会"),
        ]);
        let [committee] = &units[..] else {
            panic!("one committee")
        };
        assert_eq!(committee.code.to_string(), "320707101201-cw");
        assert_eq!(committee.name, "东柘汪村委会");
        assert_eq!(committee.kind, UnitKind::VillageCommittee);
        assert!(committee.in_force(Date::from_ymd(2026, 7, 1).unwrap()));
    }
}
