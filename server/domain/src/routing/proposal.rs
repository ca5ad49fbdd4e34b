//! The proposal: matter and place lead to the units that should be called, with the reasons.

use super::{Duty, Role, Unit, UnitCode, UnitKind};
use crate::clock::Date;
use crate::matter::MatterKey;
use crate::place::{DivisionCode, DivisionLevel};

/// Who should be called, each line with its reason: the lead first, at most one, and no unit twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    pub lines: Vec<ProposalLine>,
}

/// A unit, its part, and why it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalLine {
    pub unit: UnitCode,
    pub role: Role,
    pub reason: ProposalReason,
}

/// Why a unit is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalReason {
    /// The text of the duty that says so.
    Duty(String),
    /// 综合行政执法兜底: no duty names a lead, so the town's enforcement bureau leads.
    NoDuty,
}

impl Proposal {
    /// The unit that should lead.
    pub fn lead(&self) -> Option<&ProposalLine> {
        self.lines.iter().find(|line| line.role == Role::Lead)
    }

    /// Adds a line unless the unit is called already or a second one would lead.
    fn call(&mut self, unit: &UnitCode, role: Role, reason: ProposalReason) {
        let called = self.lines.iter().any(|line| line.unit == *unit);
        let led = role == Role::Lead && self.lead().is_some();
        if !called && !led {
            self.lines.push(ProposalLine {
                unit: unit.clone(),
                role,
                reason,
            });
        }
    }
}

/// Proposes the lead and the assisting units for a matter at a place, by the duties in force on a day.
///
/// For each role the duties with the longest matching prefix count, in the order of their list. The
/// unit of a function is the nearest one in force: the village's, then the town's, then the county's; of
/// several the first by code. Where no duty gives a lead, the town's enforcement bureau leads.
pub fn propose(
    matter: &MatterKey,
    village: Option<DivisionCode>,
    town: DivisionCode,
    units: &[Unit],
    duties: &[Duty],
    on: Date,
) -> Proposal {
    let county = town.at(DivisionLevel::County);
    let places: Vec<DivisionCode> = village.into_iter().chain([town]).chain(county).collect();
    let nearest = |wanted: &dyn Fn(&Unit) -> bool| {
        places.iter().find_map(|place| {
            units
                .iter()
                .filter(|unit| unit.division == *place && unit.in_force(on) && wanted(unit))
                .map(|unit| &unit.code)
                .min()
        })
    };
    let mut proposal = Proposal::default();
    for role in [Role::Lead, Role::Assist] {
        for duty in most_specific(duties, matter, role, on) {
            if let Some(unit) = nearest(&|unit| unit.function == duty.function) {
                proposal.call(unit, role, ProposalReason::Duty(duty.text.clone()));
            }
        }
        if proposal.lead().is_none()
            && let Some(bureau) = nearest(&|unit| unit.kind == UnitKind::EnforcementBureau)
        {
            proposal.call(bureau, Role::Lead, ProposalReason::NoDuty);
        }
    }
    proposal
}

/// The duties of a role with the longest prefix that the matter's code begins with.
fn most_specific<'d>(
    duties: &'d [Duty],
    matter: &MatterKey,
    role: Role,
    on: Date,
) -> Vec<&'d Duty> {
    let mut found: Vec<&Duty> = duties
        .iter()
        .filter(|duty| duty.role == role && duty.covers(matter) && duty.in_force(on))
        .collect();
    let longest = found.iter().map(|duty| duty.code_prefix.len()).max();
    found.retain(|duty| Some(duty.code_prefix.len()) == longest);
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::matter::MatterKind;

    const VILLAGE: &str = "320707101201";
    const TOWN: &str = "320707101000";
    const COUNTY: &str = "320707000000";

    fn place(text: &str) -> DivisionCode {
        DivisionCode::parse(text).unwrap()
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn unit(division: &str, short_name: &str, function: &str) -> Unit {
        let division = place(division);
        Unit {
            code: UnitCode::of(division, short_name),
            name: short_name.to_owned(),
            kind: if short_name == "zf" {
                UnitKind::EnforcementBureau
            } else {
                UnitKind::StationedBody
            },
            function: function.to_owned(),
            division,
            valid_from: day("2020-01-01"),
            valid_to: None,
        }
    }

    fn duty(prefix: &str, role: Role, function: &str) -> Duty {
        Duty {
            matter_kind: MatterKind::Event,
            code_prefix: prefix.to_owned(),
            role,
            function: function.to_owned(),
            text: format!("{prefix} {role} {function}"),
            valid_from: day("2020-01-01"),
            valid_to: None,
        }
    }

    fn units() -> Vec<Unit> {
        vec![
            unit(COUNTY, "gs", "water_supply"),
            unit(COUNTY, "gs2", "water_supply"),
            unit(COUNTY, "ga", "police"),
            unit(TOWN, "zf", "urban_management"),
            unit(TOWN, "pc", "police"),
            unit(VILLAGE, "cw", "village"),
            unit("320707102000", "pc", "police"),
        ]
    }

    fn calls(code: &str, village: Option<&str>, duties: &[Duty]) -> Vec<String> {
        let matter = MatterKey::new(MatterKind::Event, code).unwrap();
        let on = day("2026-07-01");
        propose(
            &matter,
            village.map(place),
            place(TOWN),
            &units(),
            duties,
            on,
        )
        .lines
        .into_iter()
        .map(|line| {
            let reason = match line.reason {
                ProposalReason::Duty(text) => text,
                ProposalReason::NoDuty => "no duty".to_owned(),
            };
            format!("{} {}: {reason}", line.role, line.unit)
        })
        .collect()
    }

    #[test]
    fn a_burst_main_calls_the_water_company_with_police_and_village() {
        let duties = [
            duty("99999", Role::Assist, "police"),
            duty("99999", Role::Lead, "water_supply"),
            duty("99999", Role::Assist, "village"),
            duty("99", Role::Lead, "urban_management"),
            duty("99", Role::Assist, "urban_management"),
        ];
        assert_eq!(
            calls("99999", Some(VILLAGE), &duties),
            [
                "lead 320707-gs: 99999 lead water_supply",
                "assist 320707101-pc: 99999 assist police",
                "assist 320707101201-cw: 99999 assist village",
            ]
        );
        assert_eq!(
            calls("99998", None, &duties),
            ["lead 320707101-zf: 99 lead urban_management"],
            "the shorter prefix counts where no longer one does; a unit is called once"
        );
    }

    #[test]
    fn a_village_that_is_not_known_is_not_called() {
        let duties = [
            duty("06", Role::Lead, "police"),
            duty("06", Role::Assist, "village"),
        ];
        assert_eq!(
            calls("06010", None, &duties),
            ["lead 320707101-pc: 06 lead police"]
        );
    }

    #[test]
    fn without_a_duty_the_towns_enforcement_bureau_leads() {
        let expected = ["lead 320707101-zf: no duty"];
        assert_eq!(calls("06010", Some(VILLAGE), &[]), expected);
        let of_nobody = duty("06", Role::Lead, "nuclear_safety");
        assert_eq!(calls("06010", Some(VILLAGE), &[of_nobody]), expected);
    }

    #[test]
    fn a_duty_or_unit_out_of_force_counts_no_more() {
        let matter = MatterKey::new(MatterKind::Event, "06010").unwrap();
        let mut old = duty("06010", Role::Lead, "police");
        old.valid_to = Some(day("2026-07-01"));
        let duties = [old, duty("06", Role::Lead, "water_supply")];
        let lead = |units: &[Unit], on: &str| {
            propose(&matter, None, place(TOWN), units, &duties, day(on))
                .lead()
                .map(|line| line.unit.to_string())
        };
        let mut units = units();
        assert_eq!(lead(&units, "2026-06-30").as_deref(), Some("320707101-pc"));
        assert_eq!(lead(&units, "2026-07-01").as_deref(), Some("320707-gs"));
        let station = units.iter_mut().find(|unit| unit.code.0 == "320707101-pc");
        station.unwrap().valid_to = Some(day("2026-06-30"));
        assert_eq!(
            lead(&units, "2026-06-30").as_deref(),
            Some("320707-ga"),
            "the county's police steps in"
        );
    }

    proptest! {
        #[test]
        fn there_is_one_lead_no_unit_twice_and_nobody_from_another_town(
            picks in prop::collection::vec((0_usize..4, any::<bool>(), 0_usize..4), 0..12),
            in_village in any::<bool>(),
        ) {
            let functions = ["police", "village", "urban_management", "water_supply"];
            let duties: Vec<Duty> = picks
                .into_iter()
                .map(|(length, lead, function)| {
                    let role = if lead { Role::Lead } else { Role::Assist };
                    duty(&"06010"[..length], role, functions[function])
                })
                .collect();
            let matter = MatterKey::new(MatterKind::Event, "06010").unwrap();
            let village = in_village.then(|| place(VILLAGE));
            let on = day("2026-07-01");
            let proposal = propose(&matter, village, place(TOWN), &units(), &duties, on);
            let leads = proposal.lines.iter().filter(|line| line.role == Role::Lead).count();
            prop_assert_eq!(leads, 1);
            prop_assert_eq!(proposal.lines[0].role, Role::Lead);
            let mut called: Vec<&UnitCode> = proposal.lines.iter().map(|line| &line.unit).collect();
            called.sort();
            called.dedup();
            prop_assert_eq!(called.len(), proposal.lines.len());
            for line in &proposal.lines {
                let unit = units().into_iter().find(|unit| unit.code == line.unit).unwrap();
                let division = unit.division;
                prop_assert!(division.contains(place(TOWN)) || Some(division) == village);
            }
            let mut reversed = units();
            reversed.reverse();
            prop_assert_eq!(
                propose(&matter, village, place(TOWN), &reversed, &duties, on),
                proposal,
                "the order of the units changes nothing"
            );
        }
    }
}
