//! Items without enough certified officers, as a town wants to see them.

use super::Registers;
use super::certificate::OFFICERS_NEEDED;
use crate::clock::Date;
use crate::place::DivisionCode;
use crate::routing::Unit;

/// So many days ahead a shortage is told that is about to begin.
const AHEAD_DAYS: i32 = 60;

/// A unit that cannot carry out an enforcement step, or soon cannot: too few of its officers are certified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage<'r> {
    pub unit: &'r Unit,
    /// The field of the certificates.
    pub field: &'r str,
    /// The power items that lie idle, by code; none where only certificates are required.
    pub items: Vec<&'r str>,
    /// The officers who are certified on the day.
    pub officers: Vec<&'r str>,
    /// The first day on which there are too few; not after the day asked about where it is so already.
    pub from: Date,
}

/// The shortages of the units in a division on a day and in the 60 days after it, by unit and field.
pub fn shortages<'r>(
    registers: &'r Registers,
    units: &'r [Unit],
    division: DivisionCode,
    on: Date,
) -> Vec<Shortage<'r>> {
    let mut found: Vec<Shortage<'r>> = Vec::new();
    let here = |unit: &&Unit| division.contains(unit.division) && unit.in_force(on);
    for unit in units.iter().filter(here) {
        for step in registers.all_requirements(on) {
            let Some(field) = step
                .field
                .as_deref()
                .filter(|_| step.function == unit.function)
            else {
                continue;
            };
            let known = found
                .iter_mut()
                .find(|short| short.unit == unit && short.field == field);
            let item = step.power.as_deref();
            if let Some(short) = known {
                short
                    .items
                    .extend(item.filter(|item| !short.items.contains(item)));
                continue;
            }
            let enough =
                |day: &Date| registers.certified(&unit.code, field, *day).len() >= OFFICERS_NEEDED;
            let mut days = (0..=AHEAD_DAYS).map(|ahead| on.plus_days(ahead));
            if let Some(from) = days.find(|day| !enough(day)) {
                found.push(Shortage {
                    unit,
                    field,
                    items: item.into_iter().collect(),
                    officers: registers.certified(&unit.code, field, on),
                    from,
                });
            }
        }
    }
    found.sort_by(|a, b| (a.from, &a.unit.code, a.field).cmp(&(b.from, &b.unit.code, b.field)));
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::matter::MatterKind;
    use crate::routing::{About, Certificate, Requirement, UnitCode, UnitKind};

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_shortage_is_told_before_it_begins_with_the_items_that_will_lie_idle() {
        let division = DivisionCode::parse("320707101000").unwrap();
        let unit = Unit {
            code: UnitCode::of(division, "zf"),
            name: "综合行政执法局".to_owned(),
            kind: UnitKind::EnforcementBureau,
            function: "urban_management".to_owned(),
            division,
            valid_from: day("2020-01-01"),
            valid_to: None,
        };
        let requirement = |prefix: &str, power: &str| Requirement {
            about: About {
                matter_kind: MatterKind::Event,
                code_prefix: prefix.to_owned(),
                condition: None,
                valid_from: day("2020-01-01"),
                valid_to: None,
            },
            function: "urban_management".to_owned(),
            power: Some(power.to_owned()),
            field: Some("urban".to_owned()),
        };
        let certificate = |number: &str, officer: &str, to: &str| Certificate {
            number: number.to_owned(),
            officer: officer.to_owned(),
            unit: unit.code.clone(),
            field: "urban".to_owned(),
            valid_from: day("2024-01-01"),
            valid_to: day(to),
            course: "issued 2024-01-01".parse().unwrap(),
        };
        let registers = Registers::new(
            vec![requirement("06001", "CF-1"), requirement("06020", "CF-2")],
            vec![],
            vec![],
            [],
            [
                certificate("1", "陈刚", "2026-12-31"),
                certificate("2", "李梅", "2026-09-01"),
            ],
        );
        let units = [unit.clone()];
        let found = |on: &str| shortages(&registers, &units, division, day(on));
        assert!(found("2026-06-30").is_empty());
        let [soon] = &found("2026-07-03")[..] else {
            panic!("one shortage")
        };
        assert_eq!(
            (soon.from, &soon.items[..]),
            (day("2026-09-01"), &["CF-1", "CF-2"][..])
        );
        assert_eq!(soon.officers, ["李梅", "陈刚"]);
        let now = found("2026-09-10");
        assert_eq!(
            (now[0].from, &now[0].officers[..]),
            (day("2026-09-10"), &["陈刚"][..])
        );
        let elsewhere = DivisionCode::parse("320707102000").unwrap();
        assert!(shortages(&registers, &units, elsewhere, day("2026-09-10")).is_empty());
    }
}
