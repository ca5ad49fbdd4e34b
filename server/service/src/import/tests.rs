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
    configuration, divisions, duties, grids, roster, units,
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

mod the_shipped_data {
    use super::*;

    #[test]
    fn names_fifteen_towns_and_a_committee_for_each_of_their_villages() {
        let Bundle {
            divisions, units, ..
        } = ganyu();
        let count = |level| divisions.iter().filter(|d| d.level == level).count();
        assert_eq!(count(DivisionLevel::Town), 15);
        assert_eq!(count(DivisionLevel::Village), 462);
        assert_eq!(
            units.iter().filter(|u| u.function == "village").count(),
            462
        );
        let codes: BTreeSet<_> = units.iter().map(|u| &u.code).collect();
        assert_eq!(codes.len(), units.len());
        let known: BTreeSet<_> = divisions.iter().map(|d| d.code).collect();
        for unit in &units {
            assert!(known.contains(&unit.division), "{}", unit.code);
        }
    }

    #[test]
    fn gives_every_town_the_bodies_that_every_other_town_has() {
        let Bundle {
            divisions, units, ..
        } = ganyu();
        let functions = |at: DivisionCode| -> BTreeSet<&str> {
            let of = units.iter().filter(|u| u.division == at);
            of.map(|u| u.function.as_str()).collect()
        };
        let wanted = functions(DivisionCode::parse("320707101000").unwrap());
        assert_eq!(wanted.len(), 13);
        for town in divisions.iter().filter(|d| d.level == DivisionLevel::Town) {
            assert_eq!(functions(town.code), wanted, "{}", town.name);
        }
    }

    #[test]
    fn lists_the_national_matters_and_the_local_ones() {
        let matters = ganyu().matters;
        let of = |name: &str| matters.iter().filter(|m| m.catalogue == name).count();
        assert_eq!(of("GB/T 47678.5-2026"), 403);
        assert!(of("local-99") >= 30);
        for matter in &matters {
            let local = matter.catalogue == "local-99";
            assert_eq!(matter.key.major() == "99", local, "{}", matter.key);
        }
    }

    #[test]
    fn has_conditions_for_sixty_matters_that_all_stand_in_the_catalogue() {
        let Bundle {
            matters,
            conditions,
            ..
        } = ganyu();
        let listed = Catalogue::new(matters, []);
        let with: BTreeSet<_> = conditions.iter().map(|c| &c.matter).collect();
        assert!(with.len() >= 60, "{}", with.len());
        for condition in &conditions {
            let known = listed.in_force(&condition.matter, today());
            assert!(known, "{}", condition.id);
            assert!(!condition.provisional);
        }
    }

    #[test]
    fn keeps_the_limits_that_are_published() {
        let conditions = ganyu().conditions;
        let limits = |id: &str| -> Vec<Limit> {
            let found = conditions
                .iter()
                .find(|c| c.id == ConditionId(id.to_owned()));
            found.unwrap().steps.iter().map(|s| s.limit).collect()
        };
        for (id, limit) in [
            ("event-01001/1", Limit::emergency_hours(2)),
            ("event-01001/2", Limit::working_hours(4)),
            ("event-06001/1", Limit::emergency_days(2)),
            ("event-06001/2", Limit::working_days(15)),
            ("event-06010/1", Limit::working_hours(4)),
            ("event-06012/1", Limit::working_hours(2)),
            ("event-06013/1", Limit::working_days(5)),
            ("event-07001/1", Limit::working_days(1)),
            ("event-09001/1", Limit::emergency_hours(2)),
            ("event-99996/1", Limit::emergency_hours(1)),
            ("event-99997/1", Limit::emergency_hours(2)),
            ("event-99998/1", Limit::emergency_hours(2)),
        ] {
            assert_eq!(limits(id)[0], limit, "{id}");
        }
        let burst_main = [Limit::emergency_hours(1), Limit::working_days(5)];
        assert_eq!(limits("event-99999/1"), burst_main);
    }

    #[test]
    fn proposes_an_emergency_where_the_first_limit_is_four_hours_round_the_clock_or_less() {
        let conditions = ganyu().conditions;
        let emergency = |id: &str| conditions.iter().find(|c| c.id.0 == id).unwrap().emergency;
        assert!(emergency("event-99999/1") && emergency("event-01001/1"));
        assert!(!emergency("event-99999/2") && !emergency("event-06001/1"));
    }

    #[test]
    fn has_a_unit_for_the_function_of_every_duty() {
        let Bundle { units, duties, .. } = ganyu();
        let functions: BTreeSet<&str> = units.iter().map(|u| u.function.as_str()).collect();
        for duty in &duties {
            assert!(functions.contains(duty.function.as_str()), "{duty:?}");
        }
    }

    #[test]
    fn names_a_lead_by_a_duty_for_every_matter_in_every_town() {
        let Bundle {
            divisions,
            matters,
            units,
            duties,
            ..
        } = ganyu();
        let registers = Registers::default();
        let towns = divisions.iter().filter(|d| d.level == DivisionLevel::Town);
        for town in towns {
            let near: Vec<_> = units
                .iter()
                .filter(|u| u.division.contains(town.code) || town.code.contains(u.division))
                .cloned()
                .collect();
            let village = divisions.iter().find(|d| d.parent == Some(town.code));
            let village = village.map(|v| v.code);
            assert!(village.is_some());
            for matter in &matters {
                let need = Need {
                    matter: &matter.key,
                    condition: None,
                    emergency: false,
                    village,
                    centre: town.code,
                    on: today(),
                };
                let lists = Lists {
                    units: &near,
                    duties: &duties,
                    registers: &registers,
                    rulings: &[],
                };
                let proposal = propose(&need, &lists);
                let lead = proposal.lead().unwrap();
                let by_duty = duties.iter().any(|duty| {
                    duty.role == Role::Lead
                        && duty.covers(&matter.key)
                        && lead.reasons[0] == ProposalReason::Duty(duty.text.clone())
                });
                assert!(by_duty, "{} in {}: {lead:?}", matter.key, town.name);
            }
        }
    }

    #[test]
    fn knows_the_calendar_from_2018_to_the_end_of_2026() {
        let years: Vec<_> = ganyu()
            .calendar
            .into_iter()
            .map(|y| (y.year, y.days))
            .collect();
        let calendar = Calendar::from_years(1, &years).unwrap();
        let works = |text: &str| calendar.is_working_day(Date::parse(text).unwrap());
        assert!(works("2026-02-14") && works("2026-09-20"));
        assert!(!works("2026-10-01") && !works("2026-10-07"));
        assert_eq!(calendar.known_until().to_string(), "2026-12-31");
    }

    #[tokio::test]
    async fn changes_nothing_when_it_is_stored_again() {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("store.db"));
        let store = Store::open(&url, Durability::Off).await.unwrap();
        let mut bundle = ganyu();
        let note = ListNote::unexplained(gridwhistle_domain::clock::Timestamp::from_micros(0));
        let entries = bundle.divisions.len()
            + bundle.matters.len()
            + bundle.conditions.len()
            + bundle.units.len()
            + bundle.duties.len()
            + bundle.calendar.len();
        assert_eq!(bundle::put(&store, &bundle, &note).await.unwrap(), entries);
        let stamp = store.reference_stamp().await.unwrap();
        assert_eq!(bundle::put(&store, &bundle, &note).await.unwrap(), 0);
        assert_eq!(store.reference_stamp().await.unwrap(), stamp);
        let duties: Vec<gridwhistle_domain::routing::Duty> =
            store.list(crate::reference::lists::DUTIES).await.unwrap();
        assert_eq!(duties, bundle.duties, "in the same order");

        bundle.units[0].name.push_str("（新）");
        assert_eq!(bundle::put(&store, &bundle, &note).await.unwrap(), 1);
    }
}

mod a_faulty_file {
    use super::super::Table;
    use super::*;
    use crate::reference::CalendarYear;

    #[test]
    fn is_refused_whole_with_all_faults_and_their_places() {
        let text = "code,name,level,parent\n\
            320000000000,江苏省,province,\n\
            3207,连云港市,city,320000000000\n\
            320707000000,,town,320700000000\n\
            320000000000,江苏省,province,\n";
        assert_eq!(
            faults(divisions::parse(text)),
            [
                field(
                    3,
                    1,
                    "code",
                    Wrong::NoDigits {
                        text: "3207".to_owned(),
                        digits: 12
                    }
                ),
                field(4, 2, "name", Wrong::Empty),
                field(
                    4,
                    3,
                    "level",
                    Wrong::OtherLevel {
                        code: division("320707000000"),
                        level: DivisionLevel::Town
                    }
                ),
                field(
                    4,
                    4,
                    "parent",
                    Wrong::ParentNotAbove(division("320700000000"))
                ),
                field(5, 1, "code", Wrong::DivisionTwice(division("320000000000"))),
            ]
        );
    }

    #[test]
    fn of_a_parent_that_is_no_parent_is_refused() {
        let text = "code,name,level,parent\n320000000000,江苏省,province,\n\
            330100000000,杭州市,city,320000000000\n320700000000,连云港市,city,\n";
        assert_eq!(
            faults(divisions::parse(text)),
            [
                field(3, 4, "parent", Wrong::OtherParent(division("320000000000"))),
                field(4, 4, "parent", Wrong::Empty),
            ]
        );
    }

    #[test]
    fn must_begin_with_the_header() {
        let wanted: &[&str] = &[
            "kind",
            "code_prefix",
            "role",
            "function",
            "text",
            "valid_from",
            "valid_to",
        ];
        assert_eq!(
            faults(duties::parse("kind,code\nevent,06\n")),
            [line(1, Wrong::Header(wanted))]
        );
        let empty = [line(
            1,
            Wrong::EmptyFile(&["code", "name", "level", "parent"]),
        )];
        assert_eq!(faults(divisions::parse("")), empty);
        assert_eq!(faults(divisions::parse("\u{feff}\n\n")), empty);
    }

    #[test]
    fn with_a_field_too_few_or_too_long_is_refused() {
        let header = "code,name,level,parent";
        let text = format!(
            "{header}\n320000000000,江苏省\n320000000000,{},province,\n",
            "江".repeat(2_001)
        );
        assert_eq!(
            faults(divisions::parse(&text)),
            [
                line(
                    2,
                    Wrong::FieldCount {
                        found: 2,
                        wanted: 4
                    }
                ),
                field(3, 2, "name", Wrong::TooLong { most: 2_000 }),
            ]
        );
        let exact = format!("{header}\n320000000000,{},province,\n", "江".repeat(2_000));
        assert_eq!(divisions::parse(&exact).unwrap().len(), 1);
        let escape = format!("{header}\n320000000000,江\u{1b}[2J苏,province,\n");
        assert_eq!(
            faults(divisions::parse(&escape)),
            [field(2, 2, "name", Wrong::ControlCharacter)]
        );
    }

    #[test]
    fn has_its_lines_counted_as_an_editor_counts_them() {
        let wanted = [field(5, 2, "name", Wrong::Empty)];
        for end in ["\n", "\r\n", "\r"] {
            let lines = [
                "\u{feff}code,name,level,parent",
                "",
                "",
                "320000000000,江苏省,province,",
                "320700000000,,city,320000000000",
                "",
            ];
            assert_eq!(
                faults(divisions::parse(&lines.join(end))),
                wanted,
                "{end:?}"
            );
        }
    }

    #[test]
    fn of_more_than_fifty_megabytes_is_refused() {
        let text = " ".repeat(MAX_BYTES + 1);
        let wanted = [Fault {
            at: Spot::File,
            wrong: Wrong::TooLarge { bytes: 50_000_001 },
        }];
        assert_eq!(faults(divisions::parse(&text)), wanted);
        assert_eq!(faults(calendar::parse(&text)), wanted);
    }

    #[test]
    fn tells_a_hundred_faults_at_most() {
        let text = format!("code,name,level,parent\n{}", "x,y,z,w\n".repeat(500));
        assert_eq!(divisions::parse(&text).unwrap_err().len(), MAX_FAULTS);
    }

    #[test]
    fn of_a_catalogue_names_wrong_kinds_codes_and_days() {
        let text = "catalogue,kind,code,major_code,major_name,name,valid_from,valid_to\n\
            local-99,thing,9999,99,地方,爆裂,2026-01-01,\n\
            local-99,event,99999,98,地方,爆裂,2026-01-01,2026-01-01\n\
            local-99,event,99998,99,地方,塌陷,2026-1-1,\n\
            local-99,event,99997,99,地方,积水,2026-01-01,\n\
            local-99,event,99997,99,地方,积水,2026-02-01,\n";
        assert_eq!(
            faults(catalogue::parse(text)),
            [
                field(2, 2, "kind", not_one_of("thing", &["event", "component"])),
                field(
                    2,
                    3,
                    "code",
                    Wrong::NoMatter {
                        text: "event-9999".to_owned()
                    }
                ),
                field(3, 4, "major_code", Wrong::OtherMajor(matter("99999"))),
                field(
                    3,
                    8,
                    "valid_to",
                    Wrong::EndsTooEarly {
                        from: date("2026-01-01")
                    }
                ),
                field(
                    4,
                    7,
                    "valid_from",
                    Wrong::NoDay {
                        text: "2026-1-1".to_owned()
                    }
                ),
                field(
                    6,
                    3,
                    "code",
                    Wrong::MatterTwice {
                        matter: matter("99997"),
                        catalogue: "local-99".to_owned()
                    }
                ),
            ]
        );
    }

    #[test]
    fn of_conditions_names_wrong_steps_limits_and_identities() {
        let header = "condition,step,name,name_en,self_handle,amount,unit,standard,standard_en\n";
        let out_of_order = |found, expected| Wrong::StepOutOfOrder { found, expected };
        let file = format!(
            "{header}event-06010/1,2,,,,4,working_hours,清净,Clear\n\
             event-06010/0,1,垃圾,Rubbish,no,4,working_hours,清净,Clear\n\
             event-06011/1,1,渣土,Rubble,maybe,0,working_hours,清净,Clear\n\
             event-06011/1,2,渣土,,,4,hours,清净,Clear\n\
             event-06011/1,1,渣土,Rubble,no,4,working_hours,清净,Clear\n"
        );
        let text = |text: &str| text.to_owned();
        assert_eq!(
            faults(conditions::parse(&file)),
            [
                field(2, 2, "step", out_of_order(2, 1)),
                field(
                    3,
                    1,
                    "condition",
                    Wrong::NoCondition {
                        text: text("event-06010/0")
                    }
                ),
                field(4, 5, "self_handle", not_one_of("maybe", &["yes", "no"])),
                field(
                    4,
                    6,
                    "amount",
                    Wrong::AmountBeyond {
                        amount: 0,
                        most: 87_600
                    }
                ),
                field(5, 3, "name", Wrong::FirstStepOnly),
                field(
                    5,
                    7,
                    "unit",
                    Wrong::NoTimeUnit {
                        text: text("hours")
                    }
                ),
                field(6, 2, "step", out_of_order(1, 3)),
                field(
                    6,
                    1,
                    "condition",
                    Wrong::ConditionTwice(ConditionId(text("event-06011/1")))
                ),
            ]
        );
    }

    #[test]
    fn of_units_names_codes_that_do_not_belong_to_the_division() {
        let text = "code,name,kind,function,division,valid_from,valid_to\n\
            320707102-zf,柘汪镇综合行政执法局,enforcement_bureau,Urban,320707101000,2020-01-01,\n";
        assert_eq!(
            faults(units::parse(text)),
            [
                field(
                    2,
                    1,
                    "code",
                    Wrong::NoUnit {
                        text: "320707102-zf".to_owned(),
                        prefix: "320707101".to_owned()
                    }
                ),
                field(
                    2,
                    4,
                    "function",
                    Wrong::NoFunction {
                        text: "Urban".to_owned()
                    }
                ),
            ]
        );
    }

    #[test]
    fn of_duties_names_wrong_prefixes_and_roles_and_what_stands_twice() {
        let text = "kind,code_prefix,role,function,text,valid_from,valid_to\n\
            event,06x,boss,sanitation,清扫,2020-01-01,\n\
            event,06,lead,sanitation,清扫,2020-01-01,\n\
            event,06,assist,sanitation,清扫,2020-01-01,\n";
        assert_eq!(
            faults(duties::parse(text)),
            [
                field(
                    2,
                    2,
                    "code_prefix",
                    Wrong::NoPrefix {
                        text: "06x".to_owned()
                    }
                ),
                field(2, 3, "role", not_one_of("boss", &["lead", "assist"])),
                field(4, 4, "function", Wrong::DutyTwice),
            ]
        );
    }

    #[test]
    fn of_duties_names_those_that_overlap_and_those_that_nobody_leads() {
        let header = "kind,code_prefix,role,function,text,valid_from,valid_to\n";
        let overlapping = "event,06,lead,sanitation,清扫,2020-01-01,2021-01-01\n\
            event,06,lead,sanitation,清运,2021-01-01,\n\
            event,06,lead,sanitation,清扫,2019-01-01,2020-01-02\n";
        assert_eq!(
            faults(duties::parse(&format!("{header}{overlapping}"))),
            [field(
                4,
                6,
                "valid_from",
                Wrong::DutyOverlaps {
                    from: date("2020-01-01")
                }
            )]
        );
        let not_led = "event,06,lead,sanitation,清扫,2020-01-01,2021-01-01\n\
            event,06010,assist,village,看护,2020-01-01,\n\
            component,06,assist,village,看护,2020-03-01,2020-04-01\n\
            event,06011,assist,village,看护,2020-03-01,2021-01-01\n";
        assert_eq!(
            faults(duties::parse(&format!("{header}{not_led}"))),
            [(3, "2021-01-01"), (4, "2020-03-01")].map(|(line, on)| field(
                line,
                3,
                "role",
                Wrong::NoLead { on: date(on) }
            ))
        );
    }

    #[test]
    fn of_a_calendar_names_the_line_or_the_entry() {
        let text = "{\"year\": 2026,\n \"days\": [{\"date\": \"2026-02-28\"}]}";
        let [fault] = &faults(calendar::parse(text))[..] else {
            panic!("one fault")
        };
        assert!(matches!(fault.at, Spot::Character { line: 2, .. }));
        assert!(matches!(fault.wrong, Wrong::JsonShape { .. }));
        for (text, wrong) in [
            ("{\"year\": 2026", Wrong::JsonEnds),
            ("{\"year\" 2026}", Wrong::JsonSyntax),
        ] {
            assert_eq!(faults(calendar::parse(text))[0].wrong, wrong);
        }
        let nothing = faults(calendar::parse(r#"{"year": 2027, "days": []}"#));
        assert_eq!(nothing, [pointer("/days", Wrong::Empty)]);
        let text = r#"{"year": 2026, "days": [
            {"date": "2025-12-31", "isOffDay": true}, {"date": "2025-11-30", "isOffDay": true},
            {"date": "2025-12-31", "isOffDay": true}, {"date": "2026-02-30", "isOffDay": true}]}"#;
        assert_eq!(
            faults(calendar::parse(text)),
            [
                pointer(
                    "/days/1/date",
                    Wrong::OtherYear {
                        date: date("2025-11-30"),
                        year: 2026
                    }
                ),
                pointer("/days/2/date", Wrong::DayTwice(date("2025-12-31"))),
                pointer(
                    "/days/3/date",
                    Wrong::NoDay {
                        text: "2026-02-30".to_owned()
                    }
                ),
            ]
        );
    }

    #[test]
    fn of_years_names_those_that_are_missing_or_stand_twice() {
        let notice = |year: i32, days: &[&str]| CalendarYear {
            year,
            days: days.iter().map(|day| (date(day), DayKind::Off)).collect(),
        };
        let stored = || vec![notice(2025, &["2025-01-01"]), notice(2026, &["2026-01-01"])];
        let file = |wrong| Fault {
            at: Spot::File,
            wrong,
        };
        let gap = calendar::joined(stored(), vec![notice(2029, &["2029-01-01"])]);
        assert_eq!(faults(gap), [file(Wrong::YearMissing(2027))]);
        let twice = vec![notice(2027, &["2027-01-01"]), notice(2027, &["2027-01-02"])];
        let twice = calendar::joined(stored(), twice);
        assert_eq!(faults(twice), [file(Wrong::YearTwice(2027))]);
        let next = notice(2027, &["2026-12-31"]);
        let amended = notice(2026, &["2026-12-31"]);
        let both = calendar::joined(stored(), vec![next.clone(), amended.clone()]);
        assert_eq!(faults(both), [file(Wrong::DayTwice(date("2026-12-31")))]);
        let joined = calendar::joined(stored(), vec![amended.clone()]).unwrap();
        assert_eq!(joined, [notice(2025, &["2025-01-01"]), amended]);
        let table = "year,date,kind\n2025,2025-01-01,off\n2027,2027-01-01,off\n";
        let table = CalendarYear::parse(table);
        assert_eq!(faults(table), [file(Wrong::YearMissing(2026))]);
    }

    #[test]
    fn of_grids_names_the_feature_and_the_property() {
        let text = r#"{"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"code": "320707101000001", "name": "", "kind": "big"}, "geometry": null},
            {"type": "Feature"}, 7]}"#;
        let village = Wrong::NoVillage {
            text: "320707101000001".to_owned(),
        };
        let kind = not_one_of("big", &["general", "dedicated", "micro"]);
        assert_eq!(
            faults(grids::parse(text)),
            [
                pointer("/features/0/geometry", Wrong::GeometryMissing),
                pointer("/features/0/properties/code", village),
                pointer("/features/0/properties/name", Wrong::NoName),
                pointer("/features/0/properties/kind", kind),
                pointer("/features/0/properties/schematic", Wrong::FlagMissing),
                pointer("/features/1/geometry", Wrong::GeometryMissing),
                pointer("/features/1/properties", Wrong::PropertiesMissing),
                pointer("/features/2/geometry", Wrong::GeometryMissing),
                pointer("/features/2/properties", Wrong::PropertiesMissing),
            ]
        );
    }

    #[test]
    fn cut_off_anywhere_never_panics() {
        let table = "code,name,kind,function,division,valid_from,valid_to\r\n\
            320707101-zf,\"柘汪镇, \"\"执法局\"\"\",enforcement_bureau,urban,320707101000,2020-01-01,\r\n";
        let json = r#"{"type":"FeatureCollection","year":2026,"days":[{"date":"2026-01-01","isOffDay":true}],"features":[{"properties":{"code":"320707101201001"}}]}"#;
        for (end, _) in table.char_indices() {
            let _ = units::parse(&table[..end]);
        }
        for (end, _) in json.char_indices() {
            assert!(calendar::parse(&json[..end]).is_err());
            assert!(grids::parse(&json[..end]).is_err());
        }
        assert_eq!(units::parse(table).unwrap()[0].name, "柘汪镇, \"执法局\"");
    }
}

mod a_sound_file {
    use super::*;

    #[test]
    fn may_come_from_a_spreadsheet_with_byte_order_mark_and_its_line_ends() {
        let text = "\u{feff}code,name,level,parent\r\n320000000000, \"江苏省\" ,province,\r\n\r\n";
        let found = divisions::parse(text).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].parent, None);
    }

    #[test]
    fn of_a_year_tells_holidays_from_days_worked() {
        let text = "\u{feff}{\"year\": 2026, \"days\": [{\"date\": \"2026-01-01\", \"isOffDay\": true}, {\"date\": \"2026-01-04\", \"isOffDay\": false, \"name\": \"元旦\"}]}";
        let days = calendar::parse(text).unwrap().days;
        let kinds: Vec<DayKind> = days.into_iter().map(|(_, kind)| kind).collect();
        assert_eq!(kinds, [DayKind::Off, DayKind::Work]);
    }

    #[test]
    fn of_grids_keeps_the_geometry_as_it_came() {
        let text = r#"{"type": "FeatureCollection", "features": [{"type": "Feature",
            "properties": {"code": "320707101201001", "name": "第一网格", "kind": "general", "schematic": true},
            "geometry": {"type": "Polygon", "coordinates": []}}]}"#;
        let [grid] = &grids::parse(text).unwrap()[..] else {
            panic!("one grid")
        };
        assert_eq!(grid.code.to_string(), "320707101201001");
        assert!(grid.schematic);
        assert_eq!(grid.geometry["type"], "Polygon");
    }
}

mod a_list_that_is_written {
    use super::super::FORMATS;
    use super::*;
    use crate::Reference;

    /// What ships, stored.
    async fn shipped() -> (Store, Reference, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("store.db"));
        let store = Store::open(&url, Durability::Off).await.unwrap();
        let now = gridwhistle_domain::clock::Timestamp::parse("2026-07-15T09:00:00+08:00").unwrap();
        bundle::put(&store, &ganyu(), &ListNote::unexplained(now))
            .await
            .unwrap();
        let reference = Reference::load(&store, now).await.unwrap();
        (store, reference, folder)
    }

    #[tokio::test]
    async fn reads_back_as_it_was_entry_by_entry() {
        let (store, reference, _folder) = shipped().await;
        for format in &FORMATS {
            let entries: Vec<(String, serde_json::Value)> =
                store.list_entries(format.list).await.unwrap();
            let rows = entries
                .iter()
                .flat_map(|(_, entry)| format.rows(entry).unwrap());
            let mut read = format.read(&format.write(rows), &reference).unwrap();
            read.sort_by(|(a, _), (b, _)| a.cmp(b));
            assert_eq!(read, entries, "{}", format.list);
        }
    }

    #[tokio::test]
    async fn names_nothing_that_other_lists_do_not_have() {
        let (_store, reference, _folder) = shipped().await;
        let read = |list: &str, text: &str| {
            let format = FORMATS.iter().find(|format| format.list == list).unwrap();
            faults(format.read(text, &reference))
        };
        let text = || "320707-zz".to_owned();
        let certificate = "number,officer,unit,field,valid_from,valid_to,course\n\
            A-1,陈刚,320707-zz,urban,2026-01-01,2027-01-01,issued 2026-01-01\n";
        assert_eq!(
            read("certificate", certificate),
            [field(2, 3, "unit", Wrong::UnknownUnit { text: text() })]
        );
        let duty = "kind,code_prefix,role,function,text,valid_from,valid_to\n\n\
            event,06,lead,witchcraft,巡查,2026-01-01,\n";
        let text = "witchcraft".to_owned();
        assert_eq!(
            read("duty", duty),
            [field(3, 4, "function", Wrong::UnknownFunction { text })]
        );
        let condition = "condition,step,name,name_en,self_handle,amount,unit,standard,standard_en\n\
            event-98765/1,1,甲,A,no,1,working_days,乙,B\n";
        let text = "event-98765/1".to_owned();
        assert_eq!(
            read("condition", condition),
            [field(2, 1, "condition", Wrong::UnknownMatter { text })]
        );
    }
}

mod a_register {
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
}

mod working_times_of_divisions {
    use gridwhistle_domain::clock::{
        Hours, HoursUse, LocalRule, LocalTime, Season, Spell, WorkingDayRule,
    };

    use super::super::{Format, Table, WrongTime};
    use super::*;
    use crate::reference::lists;

    const HEADER: &str = "division,use,kind,from,to,value,reason\n";

    fn read(rows: &str) -> Result<Vec<LocalTime>, Vec<Fault>> {
        LocalTime::parse(&format!("{HEADER}{rows}"))
    }

    const COUNTY: &str = "\
320707000000,,season,05-01,,08:00-12:00 14:30-18:30,夏季
320707000000,,season,10-01,,13:30-17:30 08:00-12:00,冬季
320707101000,desk,spell,2026-07-10,2026-07-13,00:00-24:00,\"防汛, 二级响应\"
320707101000,,days,2026-07-10,,off,台风
320707101000,grid,days,2026-07-11,2026-07-13,work,
320707101000,,day_rule,,,eight_hours,
320707101000,,calendar_days,,,move,
";

    #[test]
    fn say_hours_by_season_and_for_a_while_days_and_rules() {
        let entries = read(COUNTY).unwrap();
        assert_eq!(entries.len(), 7);
        assert_eq!(
            entries[1].rule,
            LocalRule::Season(Season {
                from: (10, 1),
                hours: Hours::new(vec![(480, 720), (810, 1050)]).unwrap(),
            })
        );
        assert_eq!(
            entries[2],
            LocalTime {
                division: division("320707101000"),
                used_for: Some(HoursUse::Desk),
                rule: LocalRule::Spell(Spell {
                    from: date("2026-07-10"),
                    to: date("2026-07-13"),
                    hours: Hours::new(vec![(0, 1440)]).unwrap(),
                }),
                reason: "防汛, 二级响应".to_owned(),
            }
        );
        assert_eq!(
            entries[3].rule,
            LocalRule::Days {
                from: date("2026-07-10"),
                to: date("2026-07-11"),
                kind: DayKind::Off,
            }
        );
        assert_eq!(
            entries[5].rule,
            LocalRule::DayRule(WorkingDayRule::EightHours)
        );
        assert_eq!(entries[6].rule, LocalRule::CalendarDaysMove(true));
    }

    #[test]
    fn are_written_as_they_are_read() {
        let entries = read(COUNTY).unwrap();
        let format = Format::by_list(lists::WORKING_TIMES).unwrap();
        let written = format.write(entries.iter().flat_map(Table::rows));
        assert_eq!(LocalTime::parse(&written), Ok(entries.clone()));
        let codes = entries.iter().enumerate();
        let codes: BTreeSet<String> = codes.map(|(n, entry)| entry.code(n)).collect();
        assert_eq!(codes.len(), entries.len());
    }

    #[test]
    fn that_cannot_hold_are_told_with_their_places() {
        let no_hours = |text: &str| {
            Wrong::Time(WrongTime::NoHours {
                text: text.to_owned(),
            })
        };
        let rows = "\
320706000000,lunch,season,05-01,,08:00-12:00,
320707000000,,season,04-31,2026-05-01,12:00-08:00,
320707000000,,spell,2026-07-10,2026-07-10,08:00-24:01,
320707000000,,days,2026-07-10,,closed,
320707000000,,day_rule,2026-07-10,,ten_hours,
320707000000,,holiday,,,,
";
        assert_eq!(
            faults(read(rows)),
            [
                field(2, 2, "use", not_one_of("lunch", &["work", "desk", "grid"])),
                field(3, 5, "to", Wrong::NotEmpty),
                field(
                    3,
                    4,
                    "from",
                    Wrong::Time(WrongTime::NoDayOfYear {
                        text: "04-31".to_owned()
                    })
                ),
                field(3, 6, "value", no_hours("12:00-08:00")),
                field(4, 6, "value", no_hours("08:00-24:01")),
                field(
                    4,
                    5,
                    "to",
                    Wrong::EndsTooEarly {
                        from: date("2026-07-10")
                    }
                ),
                field(5, 6, "value", not_one_of("closed", &["off", "work"])),
                field(6, 4, "from", Wrong::NotEmpty),
                field(
                    6,
                    6,
                    "value",
                    not_one_of("ten_hours", &["whole_days", "eight_hours"])
                ),
                field(
                    7,
                    3,
                    "kind",
                    not_one_of(
                        "holiday",
                        &["season", "spell", "days", "day_rule", "calendar_days"]
                    )
                ),
            ]
        );
    }

    #[test]
    fn that_contradict_each_other_are_told_with_the_other_line() {
        let rows = "\
320707101000,,spell,2026-07-10,2026-07-13,00:00-24:00,
320707101000,,days,2026-07-01,2026-07-05,off,

320707101000,,spell,2026-07-12,2026-08-01,06:00-11:00,
320707101000,,days,2026-07-04,,work,
320707101000,,day_rule,,,eight_hours,
320707101000,,day_rule,,,whole_days,
320707101000,,days,2026-08-01,2027-09-01,off,
";
        let clash = |line, on: Option<&str>| {
            Wrong::Time(WrongTime::Clash {
                line,
                on: on.map(date),
            })
        };
        assert_eq!(
            faults(read(rows)),
            [
                field(5, 3, "kind", clash(2, Some("2026-07-12"))),
                field(6, 3, "kind", clash(3, Some("2026-07-04"))),
                field(8, 3, "kind", clash(7, None)),
                field(
                    9,
                    5,
                    "to",
                    Wrong::Time(WrongTime::TooManyDays { most: 366 })
                ),
            ]
        );
    }
}

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
