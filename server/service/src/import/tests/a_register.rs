use gridwhistle_domain::routing::{Admission, CourseError, PowerGrant};

use super::super::Table;
use super::*;

#[test]
fn holds_a_power_once_on_a_day_and_for_towns_alone() {
    let header = "item,name,kind,town,valid_from,valid_to,course\n";
    let row = |town: &str, from: &str, course: &str| {
        format!("CF-1,处罚,penalty,{town},{from},,{course}\n")
    };
    let town = "320707101000";
    let first = row(town, "2026-01-01", "in_force 2026-01-01");
    let from = Date::parse("2026-01-01").unwrap();
    let overlap = format!(
        "{header}{first}{}",
        row(town, "2026-05-01", "proposed 2026-05-01")
    );
    assert_eq!(
        faults(PowerGrant::parse(&overlap)),
        [field(3, 5, "valid_from", Wrong::EntryOverlaps { from })]
    );
    let skips = row(
        town,
        "2026-01-01",
        "proposed 2026-01-01; in_force 2026-02-01",
    );
    let wrong = Wrong::NoCourse(CourseError::Follows("proposed", "in_force"));
    assert_eq!(
        faults(PowerGrant::parse(&format!("{header}{skips}"))),
        [field(2, 7, "course", wrong)]
    );
    let county = row("320707000000", "2026-01-01", "in_force 2026-01-01");
    assert_eq!(
        faults(PowerGrant::parse(&format!("{header}{county}"))).len(),
        1
    );
}

#[test]
fn takes_another_application_only_when_the_first_came_to_nothing() {
    let text = |course: &str| {
        format!(
            "department,kind,code_prefix,division,text,valid_from,valid_to,course\n\
            320707-cg,event,06,320707000000,下沉,2026-01-01,,{course}\n\
            320707-cg,event,06,320707000000,下沉,2026-05-01,,applied 2026-05-01\n"
        )
    };
    let refused = "applied 2026-01-01; refused 2026-02-01";
    assert_eq!(faults(Admission::parse(&text(refused))), []);
    assert_eq!(
        faults(Admission::parse(&text("applied 2026-01-01"))).len(),
        1
    );
}

#[test]
fn knows_the_divisions_before_and_lets_none_come_from_itself() {
    let header = "code,name,level,parent,valid_from,valid_to,predecessors\n\
        320000000000,江苏省,province,,,,\n\
        320700000000,连云港市,city,320000000000,,,\n\
        320707000000,赣榆区,county,320700000000,2014-05-01,,";
    let told = |tail: &str| faults(divisions::parse(&format!("{header}{tail}\n")));
    assert_eq!(told(""), []);
    assert_eq!(told("320700000000"), []);
    let county = DivisionCode::parse("320707000000").unwrap();
    assert_eq!(
        told("320707000000"),
        [field(
            4,
            7,
            "predecessors",
            Wrong::PredecessorCycle(vec![county])
        )]
    );
    let text = "320721000000".to_owned();
    assert_eq!(
        told("320721000000"),
        [field(4, 7, "predecessors", Wrong::NoPredecessor { text })]
    );
}
