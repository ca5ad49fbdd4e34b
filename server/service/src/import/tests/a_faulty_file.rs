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
fn cut_off_anywhere_never_panics() {
    let table = "code,name,kind,function,division,valid_from,valid_to\r\n\
        320707101-zf,\"柘汪镇, \"\"执法局\"\"\",enforcement_bureau,urban,320707101000,2020-01-01,\r\n";
    let json = r#"{"type":"FeatureCollection","year":2026,"days":[{"date":"2026-01-01","isOffDay":true}]}"#;
    for (end, _) in table.char_indices() {
        let _ = units::parse(&table[..end]);
    }
    for (end, _) in json.char_indices() {
        assert!(calendar::parse(&json[..end]).is_err());
    }
    assert_eq!(units::parse(table).unwrap()[0].name, "柘汪镇, \"执法局\"");
}
