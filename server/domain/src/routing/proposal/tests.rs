#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::matter::MatterKind;
use crate::routing::{
    About, Admission, Certificate, LevelClass, PowerGrant, PowerKind, Requirement,
};

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

fn need<'m>(matter: &'m MatterKey, village: Option<DivisionCode>, on: &str) -> Need<'m> {
    Need {
        matter,
        condition: None,
        emergency: false,
        village,
        centre: place(TOWN),
        on: day(on),
    }
}

fn proposed(need: &Need<'_>, units: &[Unit], duties: &[Duty], registers: &Registers) -> Proposal {
    propose(
        need,
        &Lists {
            units,
            duties,
            registers,
            rulings: &[],
        },
    )
}

/// The lines and what was left out, in short.
fn told(proposal: &Proposal) -> Vec<String> {
    let reason = |reason: &ProposalReason| match reason {
        ProposalReason::Duty(text) => text.clone(),
        ProposalReason::NoDuty => "no duty".to_owned(),
        ProposalReason::Ruling { text, .. } => format!("ruled: {text}"),
        ProposalReason::PowerHeld { item, .. } => format!("holds {item}"),
        ProposalReason::Certified { field, officers } => format!("{officers} in {field}"),
        ProposalReason::Admitted { department, .. } => format!("admitted by {department}"),
        ProposalReason::Level(rule) => format!("{} at the {}", rule.class, rule.level),
        ProposalReason::Instead(unit) => format!("instead of {unit}"),
    };
    let lines = proposal.lines.iter().map(|line| {
        let reasons: Vec<String> = line.reasons.iter().map(reason).collect();
        format!("{} {}: {}", line.role, line.unit, reasons.join(", "))
    });
    let left_out = proposal.left_out.iter().map(|line| {
        let unit = line.unit.as_ref().map_or("nobody", |unit| unit.0.as_str());
        let why = match &line.why {
            Hindrance::PowerNotHeld { item, .. } => format!("lacks {item}"),
            Hindrance::TooFewCertified { field, officers } => format!("{officers} in {field}"),
            Hindrance::NotAdmitted { department } => format!("not admitted by {department}"),
            Hindrance::LedAlready => "led already".to_owned(),
            Hindrance::NoUnit { function } => format!("no {function}"),
        };
        format!("not {} {unit}: {why}", line.role)
    });
    lines.chain(left_out).collect()
}

fn about(prefix: &str) -> About {
    About {
        matter_kind: MatterKind::Event,
        code_prefix: prefix.to_owned(),
        condition: None,
        valid_from: day("2020-01-01"),
        valid_to: None,
    }
}

fn grant(course: &str) -> PowerGrant {
    PowerGrant {
        item: "CF-001".to_owned(),
        name: "对擅自占道经营的处罚".to_owned(),
        kind: PowerKind::Penalty,
        town: place(TOWN),
        valid_from: day("2026-01-01"),
        valid_to: None,
        course: course.parse().unwrap(),
        evaluation: None,
        note: String::new(),
    }
}

fn certificate(number: &str, officer: &str, unit: &str, to: &str) -> Certificate {
    Certificate {
        number: number.to_owned(),
        officer: officer.to_owned(),
        unit: UnitCode(unit.to_owned()),
        field: "urban".to_owned(),
        valid_from: day("2024-01-01"),
        valid_to: day(to),
        course: "issued 2024-01-01".parse().unwrap(),
    }
}

/// Street vending is a matter for urban management, with a power and two certificates.
fn enforcement(power: &str, second_until: &str) -> Registers {
    let step = Requirement {
        about: about("06010"),
        function: "urban_management".to_owned(),
        power: Some("CF-001".to_owned()),
        field: Some("urban".to_owned()),
    };
    let certificates = [
        certificate("1", "陈刚", "320707101-zf", "2027-01-01"),
        certificate("2", "陈刚", "320707101-zf", "2027-01-01"),
        certificate("3", "李梅", "320707101-zf", second_until),
        certificate("4", "王强", "320707-cg", "2027-01-01"),
        certificate("5", "赵敏", "320707-cg", "2027-01-01"),
    ];
    Registers::new(vec![step], vec![], vec![], [grant(power)], certificates)
}

fn street_vendor(registers: &Registers, on: &str) -> Vec<String> {
    let matter = MatterKey::new(MatterKind::Event, "06010").unwrap();
    let mut units = units();
    units.push(unit(COUNTY, "cg", "urban_management"));
    let duties = [duty("06", Role::Lead, "urban_management")];
    told(&proposed(
        &need(&matter, None, on),
        &units,
        &duties,
        registers,
    ))
}

#[test]
fn what_was_ruled_comes_before_the_duties() {
    let duties = [
        duty("06010", Role::Lead, "urban_management"),
        duty("06010", Role::Assist, "police"),
        duty("06010", Role::Assist, "village"),
    ];
    let ruling = Ruling {
        id: "1".to_owned(),
        matter_kind: MatterKind::Event,
        code_prefix: "06010".to_owned(),
        division: place(TOWN),
        lead: Responsible::Function("police".to_owned()),
        assists: vec![Responsible::Unit(UnitCode("320707-gs".to_owned()))],
        text: "由派出所主办".to_owned(),
        case_number: "32070720260907000001".to_owned(),
        centre: place(COUNTY),
        valid_from: day("2026-01-01"),
        valid_to: None,
        withdrawn_at: None,
    };
    let matter = MatterKey::new(MatterKind::Event, "06010").unwrap();
    let registers = Registers::default();
    let need = need(&matter, Some(place(VILLAGE)), "2026-07-01");
    let by = |rulings: &[Ruling]| {
        let lists = Lists {
            units: &units(),
            duties: &duties,
            registers: &registers,
            rulings,
        };
        told(&propose(&need, &lists))
    };
    assert_eq!(
        by(std::slice::from_ref(&ruling)),
        [
            "lead 320707101-pc: ruled: 由派出所主办",
            "assist 320707-gs: ruled: 由派出所主办",
            "assist 320707101201-cw: 06010 assist village",
            "not lead 320707101-zf: led already",
        ]
    );
    let dissolved = Ruling {
        lead: Responsible::Unit(UnitCode("320707-none".to_owned())),
        ..ruling
    };
    assert_eq!(
        by(&[dissolved])[0],
        "lead 320707101-zf: 06010 lead urban_management",
        "the duties lead where the ruled unit is no more"
    );
}

#[test]
fn a_town_that_holds_the_power_and_has_two_certified_officers_leads() {
    let registers = enforcement(
        "proposed 2026-01-05; announced 2026-01-20; in_force 2026-02-01",
        "2026-07-02",
    );
    assert_eq!(
        street_vendor(&registers, "2026-07-01"),
        ["lead 320707101-zf: 06 lead urban_management, holds CF-001, 2 in urban"]
    );
}

#[test]
fn a_power_counts_from_its_day_until_it_is_suspended() {
    let registers = enforcement(
        "announced 2026-01-20; in_force 2026-02-01; suspended 2026-06-01",
        "2027-01-01",
    );
    let instead = [
        "lead 320707-cg: 06 lead urban_management, instead of 320707101-zf, 2 in urban",
        "not lead 320707101-zf: lacks CF-001",
    ];
    assert_eq!(street_vendor(&registers, "2026-01-31"), instead);
    assert_eq!(street_vendor(&registers, "2026-02-01").len(), 1);
    assert_eq!(street_vendor(&registers, "2026-05-31").len(), 1);
    assert_eq!(street_vendor(&registers, "2026-06-01"), instead);
}

#[test]
fn one_officer_with_two_certificates_is_one_officer() {
    let registers = enforcement("in_force 2026-02-01", "2026-07-01");
    assert_eq!(
        street_vendor(&registers, "2026-07-01"),
        [
            "lead 320707-cg: 06 lead urban_management, instead of 320707101-zf, 2 in urban",
            "not lead 320707101-zf: 1 in urban",
        ]
    );
}

#[test]
fn where_nobody_may_carry_the_step_out_nobody_leads_but_danger_asks_for_no_power() {
    let registers = enforcement("in_force 2026-02-01", "2027-01-01");
    let matter = MatterKey::new(MatterKind::Event, "06010").unwrap();
    let duties = [duty("06", Role::Lead, "urban_management")];
    // Before the town had the power; a county without such a department.
    let mut need = need(&matter, None, "2026-01-15");
    assert_eq!(
        told(&proposed(&need, &units(), &duties, &registers)),
        ["not lead 320707101-zf: lacks CF-001"]
    );
    need.emergency = true;
    assert_eq!(
        told(&proposed(&need, &units(), &duties, &registers)),
        ["lead 320707101-zf: 06 lead urban_management"]
    );
}

#[test]
fn the_city_leads_what_is_the_citys_and_steps_in_where_nobody_below_has_the_function() {
    let city = "320700000000";
    let mut all = units();
    all.extend([
        unit(city, "ga", "police"),
        unit(city, "yj", "emergency_management"),
    ]);
    let matter = MatterKey::new(MatterKind::Event, "06010").unwrap();
    let lead = |function: &str, level, centre: &str, all: &[Unit]| {
        let rule = LevelRule {
            about: about("06"),
            level,
            class: LevelClass::Important,
            text: String::new(),
        };
        let registers = Registers::new(vec![], vec![rule], vec![], [], []);
        let need = Need {
            centre: place(centre),
            ..need(&matter, None, "2026-07-01")
        };
        let found = proposed(&need, all, &[duty("06", Role::Lead, function)], &registers);
        found.lead().map(|line| line.unit.to_string())
    };
    let of = |code: &str| Some(code.to_owned());
    let (of_city, of_county, of_town) = (
        DivisionLevel::City,
        DivisionLevel::County,
        DivisionLevel::Town,
    );
    assert_eq!(lead("police", of_city, TOWN, &all), of("3207-ga"));
    assert_eq!(lead("police", of_city, TOWN, &units()), of("320707-ga"));
    assert_eq!(lead("police", of_county, TOWN, &all), of("320707-ga"));
    assert_eq!(lead("police", of_county, city, &all), of("3207-ga"));
    assert_eq!(lead("police", of_town, TOWN, &all), of("320707101-pc"));
    let emergency = "emergency_management";
    assert_eq!(lead(emergency, of_town, TOWN, &all), of("3207-yj"));
}

#[test]
fn a_town_leads_its_basic_duties_assists_where_it_cooperates_and_leads_nothing_that_was_taken_back()
{
    let matter = MatterKey::new(MatterKind::Event, "06010").unwrap();
    let told_at = |level, class, units: &[Unit]| {
        let rule = LevelRule {
            about: about("06"),
            level,
            class,
            text: String::new(),
        };
        let registers = Registers::new(vec![], vec![rule], vec![], [], []);
        let duties = [duty("06", Role::Lead, "police")];
        told(&proposed(
            &need(&matter, None, "2026-07-01"),
            units,
            &duties,
            &registers,
        ))
    };
    let (town, county) = (DivisionLevel::Town, DivisionLevel::County);
    assert_eq!(
        told_at(town, LevelClass::Basic, &units()),
        ["lead 320707101-pc: 06 lead police, basic at the town"]
    );
    assert_eq!(
        told_at(county, LevelClass::Cooperating, &units()),
        [
            "lead 320707-ga: 06 lead police, cooperating at the county",
            "assist 320707101-pc: 06 lead police, cooperating at the county"
        ]
    );
    assert_eq!(
        told_at(county, LevelClass::Reclaimed, &units()),
        ["lead 320707-ga: 06 lead police, reclaimed at the county"]
    );
    // Where the county has no such unit either, the centre above has to help.
    let mut without = units();
    without.retain(|unit| unit.division != place(COUNTY));
    let nobody: [String; 0] = [];
    assert_eq!(told_at(county, LevelClass::Reclaimed, &without), nobody);
}

#[test]
fn what_the_county_handles_is_led_by_the_county_with_the_level_as_a_reason() {
    let rule = |prefix: &str, level, class| LevelRule {
        about: about(prefix),
        level,
        class,
        text: String::new(),
    };
    let levels = vec![
        rule("", DivisionLevel::Town, LevelClass::Daily),
        rule("0601", DivisionLevel::County, LevelClass::Hard),
    ];
    let registers = Registers::new(vec![], levels, vec![], [], []);
    let lead = |code: &str| {
        let matter = MatterKey::new(MatterKind::Event, code).unwrap();
        let duties = [duty("06", Role::Lead, "police")];
        told(&proposed(
            &need(&matter, None, "2026-07-01"),
            &units(),
            &duties,
            &registers,
        ))
    };
    assert_eq!(
        lead("06010"),
        ["lead 320707-ga: 06 lead police, hard at the county"]
    );
    assert_eq!(
        lead("06020"),
        ["lead 320707101-pc: 06 lead police, daily at the town"]
    );
}

#[test]
fn what_a_department_may_not_hand_down_it_keeps() {
    let admission = |course: &str| Admission {
        department: UnitCode("320707-gs".to_owned()),
        matter_kind: MatterKind::Event,
        code_prefix: "06".to_owned(),
        division: place(COUNTY),
        text: String::new(),
        valid_from: day("2026-01-01"),
        valid_to: Some(day("2027-01-01")),
        course: course.parse().unwrap(),
    };
    let lead = |course: &str| {
        let registers = Registers::new(vec![], vec![], vec![admission(course)], [], []);
        let matter = MatterKey::new(MatterKind::Event, "06010").unwrap();
        let duties = [duty("06", Role::Lead, "urban_management")];
        told(&proposed(
            &need(&matter, None, "2026-07-01"),
            &units(),
            &duties,
            &registers,
        ))
    };
    assert_eq!(
        lead("applied 2026-01-01; reviewed 2026-02-01; approved 2026-07-01"),
        ["lead 320707101-zf: 06 lead urban_management, admitted by 320707-gs"]
    );
    assert_eq!(
        lead("applied 2026-01-01; reviewed 2026-02-01; approved 2026-07-02"),
        [
            "lead 320707-gs: 06 lead urban_management, instead of 320707101-zf",
            "not lead 320707101-zf: not admitted by 320707-gs",
        ]
    );
}

fn calls(code: &str, village: Option<&str>, duties: &[Duty]) -> Vec<String> {
    let matter = MatterKey::new(MatterKind::Event, code).unwrap();
    let need = need(&matter, village.map(place), "2026-07-01");
    let registers = Registers::default();
    told(&proposed(&need, &units(), duties, &registers))
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
        ["lead 320707101-zf: 99 lead urban_management",],
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
        [
            "lead 320707101-pc: 06 lead police",
            "not assist nobody: no village",
        ]
    );
}

#[test]
fn without_a_duty_the_towns_enforcement_bureau_leads() {
    let expected = ["lead 320707101-zf: no duty"];
    assert_eq!(calls("06010", Some(VILLAGE), &[]), expected);
    let of_nobody = duty("06", Role::Lead, "nuclear_safety");
    let told = [expected[0], "not lead nobody: no nuclear_safety"];
    assert_eq!(calls("06010", Some(VILLAGE), &[of_nobody]), told);
}

#[test]
fn a_duty_or_unit_out_of_force_counts_no_more() {
    let matter = MatterKey::new(MatterKind::Event, "06010").unwrap();
    let mut old = duty("06010", Role::Lead, "police");
    old.valid_to = Some(day("2026-07-01"));
    let duties = [old, duty("06", Role::Lead, "water_supply")];
    let lead = |units: &[Unit], on: &str| {
        let need = need(&matter, None, on);
        proposed(&need, units, &duties, &Registers::default())
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
        let need = need(&matter, village, "2026-07-01");
        let registers = Registers::default();
        let proposal = proposed(&need, &units(), &duties, &registers);
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
            proposed(&need, &reversed, &duties, &registers),
            proposal,
            "the order of the units changes nothing"
        );
    }
}
