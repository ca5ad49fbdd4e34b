#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use gridwhistle_domain::clock::{Calendar, Date, DayKind, Limit};
use gridwhistle_domain::matter::{Catalogue, ConditionId, MatterKey, MatterKind};
use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
use gridwhistle_domain::routing::{Lists, Need, ProposalReason, Registers, Role, propose};
use gridwhistle_domain::shift::DutyShift;
use gridwhistle_store::{Durability, ListNote, Store, sqlite_url};

use super::{
    Bundle, Fault, MAX_BYTES, MAX_FAULTS, Spot, Wrong, bundle, calendar, catalogue, conditions,
    configuration, divisions, duties, roster, units,
};

fn ganyu() -> Bundle {
    bundle::ganyu().unwrap()
}

fn today() -> Date {
    Date::from_ymd(2026, 7, 15).unwrap()
}

fn faults<T>(read: Result<T, Vec<Fault>>) -> Vec<Fault> {
    read.err().unwrap_or_default()
}

fn field(line: u64, column: usize, name: &'static str, wrong: Wrong) -> Fault {
    let at = Spot::Field { line, column, name };
    Fault { at, wrong }
}

fn line(line: u64, wrong: Wrong) -> Fault {
    let at = Spot::Line(line);
    Fault { at, wrong }
}

fn pointer(pointer: &str, wrong: Wrong) -> Fault {
    let at = Spot::Pointer(pointer.to_owned());
    Fault { at, wrong }
}

fn not_one_of(text: &str, names: &[&'static str]) -> Wrong {
    Wrong::NotOneOf {
        text: text.to_owned(),
        names: names.to_vec(),
    }
}

fn division(code: &str) -> DivisionCode {
    DivisionCode::parse(code).unwrap()
}

fn matter(code: &str) -> MatterKey {
    MatterKey::new(MatterKind::Event, code).unwrap()
}

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

mod a_faulty_file;
mod a_list_that_is_written;
mod a_register;
mod a_sound_file;
mod the_shipped_data;
mod working_times_of_divisions;

#[test]
fn a_configuration_names_its_division_and_reads_back_as_it_was_written() {
    let text = r#"{
        "division": "320707101000",
        "preset": "default",
        "kinds": [{
            "id": "flood", "name_zh": "防汛哨", "name_en": "Flood whistle", "may_blow": ["grid_worker"],
            "sign": {"amount": 5, "unit": "emergency_minutes"},
            "check_in": {"amount": 20, "unit": "emergency_minutes"}
        }],
        "settings": {"on_spot_m": 200.0, "claim": {"amount": 45, "unit": "emergency_minutes"}}
    }"#;
    let (division, document) = configuration::parse(text).unwrap();
    assert_eq!(division.to_string(), "320707101000");
    assert_eq!(document.kinds.len(), 1);
    let written = configuration::write(division, &document).unwrap();
    assert_eq!(
        configuration::parse(&written).unwrap(),
        (division, document)
    );
}

#[test]
fn a_configuration_that_no_clock_can_measure_is_told_with_its_places() {
    let text = r#"{
        "division": "320707101000",
        "kinds": [{"sign": {"amount": 0, "unit": "working_hours"}}],
        "settings": {"accept": {"amount": 365000, "unit": "working_days"}}
    }"#;
    let faults = configuration::parse(text).unwrap_err();
    let places: Vec<Spot> = faults.iter().map(|fault| fault.at.clone()).collect();
    assert_eq!(
        places,
        [
            Spot::Pointer("/kinds/0/sign/amount".to_owned()),
            Spot::Pointer("/settings/accept/amount".to_owned()),
        ]
    );
    for text in [
        "{}",
        r#"{"division": "3207"}"#,
        r#"{"division": "320707101000", "kind": []}"#,
    ] {
        assert!(configuration::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_roster_reads_back_as_it_was_written_and_its_faults_have_their_places() {
    let text = "desk,from,to,leader,officer,telephone\n\
                320707101000,2026-07-15 08:00,2026-07-15 18:00,王强,李明,0518-88881234\n\
                320707101-zf,2026-07-15 18:00,2026-07-16 08:00,赵,钱,110\n";
    let shifts = roster::parse(text).unwrap();
    let shifts: Vec<DutyShift> = shifts
        .into_iter()
        .map(|wish| DutyShift {
            id: uuid::Uuid::nil(),
            desk: wish.desk,
            from: wish.from,
            to: wish.to,
            leader: wish.leader,
            officer: wish.officer,
            telephone: wish.telephone,
        })
        .collect();
    assert_eq!(shifts[1].desk.to_string(), "320707101-zf");
    assert_eq!(roster::write(&shifts).unwrap(), text.trim_end());
    let wrong = "desk,from,to,leader,officer,telephone\n\
                 320707101000,15.07.2026,2026-07-15 18:00,,李明,110\n";
    let faults = roster::parse(wrong).unwrap_err();
    let columns: Vec<&Spot> = faults.iter().map(|fault| &fault.at).collect();
    let field = |column, name| Spot::Field {
        line: 2,
        column,
        name,
    };
    assert_eq!(columns, [&field(2, "from"), &field(4, "leader")]);
}
