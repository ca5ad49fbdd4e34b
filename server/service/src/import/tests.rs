#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use gridwhistle_domain::clock::{Calendar, Date, DayKind, Limit};
use gridwhistle_domain::matter::{Catalogue, ConditionId};
use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
use gridwhistle_domain::routing::{ProposalReason, Role, propose};
use gridwhistle_store::{Durability, Store, sqlite_url};

use super::{
    Bundle, Fault, MAX_BYTES, MAX_FAULTS, bundle, calendar, catalogue, conditions, divisions,
    duties, grids, units,
};

fn ganyu() -> Bundle {
    bundle::ganyu().unwrap()
}

fn today() -> Date {
    Date::from_ymd(2026, 7, 15).unwrap()
}

/// The faults as people read them.
fn told<T>(read: Result<T, Vec<Fault>>) -> Vec<String> {
    let faults = read.err().unwrap_or_default();
    faults.iter().map(ToString::to_string).collect()
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
                let proposal = propose(&matter.key, village, town.code, &near, &duties, today());
                let lead = proposal.lead().unwrap();
                let by_duty = duties.iter().any(|duty| {
                    duty.role == Role::Lead
                        && duty.covers(&matter.key)
                        && lead.reason == ProposalReason::Duty(duty.text.clone())
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
        let entries = bundle.divisions.len()
            + bundle.matters.len()
            + bundle.conditions.len()
            + bundle.units.len()
            + bundle.duties.len()
            + bundle.calendar.len();
        assert_eq!(bundle::put(&store, &bundle).await.unwrap(), entries);
        let stamp = store.reference_stamp().await.unwrap();
        assert_eq!(bundle::put(&store, &bundle).await.unwrap(), 0);
        assert_eq!(store.reference_stamp().await.unwrap(), stamp);
        let duties: Vec<gridwhistle_domain::routing::Duty> =
            store.list(crate::reference::lists::DUTIES).await.unwrap();
        assert_eq!(duties, bundle.duties, "in the same order");

        bundle.units[0].name.push_str("（新）");
        assert_eq!(bundle::put(&store, &bundle).await.unwrap(), 1);
    }
}

mod a_faulty_file {
    use super::*;

    #[test]
    fn is_refused_whole_with_all_faults_and_their_places() {
        let text = "code,name,level,parent\n\
            320000000000,江苏省,province,\n\
            3207,连云港市,city,320000000000\n\
            320707000000,,town,320700000000\n\
            320000000000,江苏省,province,\n";
        assert_eq!(
            told(divisions::parse(text)),
            [
                "line 3, column 1 (code): \"3207\" is no code: write exactly 12 digits",
                "line 4, column 2 (name): empty: fill it in",
                "line 4, column 3 (level): 320707000000 is the code of a county, not of a town",
                "line 4, column 4 (parent): 320700000000 is not on an earlier line: put it there",
                "line 5, column 1 (code): 320000000000 stands twice: keep one of the lines",
            ]
        );
    }

    #[test]
    fn of_a_parent_that_is_no_parent_is_refused() {
        let text = "code,name,level,parent\n320000000000,江苏省,province,\n\
            330100000000,杭州市,city,320000000000\n320700000000,连云港市,city,\n";
        assert_eq!(
            told(divisions::parse(text)),
            [
                "line 3, column 4 (parent): 320000000000 does not contain this division",
                "line 4, column 4 (parent): empty: fill it in",
            ]
        );
    }

    #[test]
    fn must_begin_with_the_header() {
        let wanted = "line 1: the first line must be kind,code_prefix,role,function,text,valid_from,valid_to";
        assert_eq!(told(duties::parse("kind,code\nevent,06\n")), [wanted]);
        let empty = "line 1: the file is empty: begin with code,name,level,parent";
        assert_eq!(told(divisions::parse("")), [empty]);
        assert_eq!(told(divisions::parse("\u{feff}\n\n")), [empty]);
    }

    #[test]
    fn with_a_field_too_few_or_too_long_is_refused() {
        let header = "code,name,level,parent";
        let text = format!(
            "{header}\n320000000000,江苏省\n320000000000,{},province,\n",
            "江".repeat(2_001)
        );
        assert_eq!(
            told(divisions::parse(&text)),
            [
                "line 2: 2 fields where the header has 4 columns",
                "line 3, column 2 (name): longer than 2000 characters: shorten it, or close the quotes",
            ]
        );
        let exact = format!("{header}\n320000000000,{},province,\n", "江".repeat(2_000));
        assert_eq!(divisions::parse(&exact).unwrap().len(), 1);
        let escape = format!("{header}\n320000000000,江\u{1b}[2J苏,province,\n");
        assert_eq!(
            told(divisions::parse(&escape)),
            ["line 2, column 2 (name): holds a line break or another control character: remove it"]
        );
    }

    #[test]
    fn has_its_lines_counted_as_an_editor_counts_them() {
        let wanted = "line 5, column 2 (name): empty: fill it in";
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
                told(divisions::parse(&lines.join(end))),
                [wanted],
                "{end:?}"
            );
        }
    }

    #[test]
    fn of_more_than_fifty_megabytes_is_refused() {
        let text = " ".repeat(MAX_BYTES + 1);
        let wanted = "the file has 50000001 bytes: split it into files of at most 50000000";
        assert_eq!(told(divisions::parse(&text)), [wanted]);
        assert_eq!(told(calendar::parse(&text)), [wanted]);
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
            told(catalogue::parse(text)),
            [
                "line 2, column 2 (kind): \"thing\" is none of event, component",
                "line 2, column 3 (code): \"event-9999\" is not a matter: write the kind (event, component), a hyphen and five digits",
                "line 3, column 4 (major_code): the code 99999 belongs to 99",
                "line 3, column 8 (valid_to): not after valid_from, 2026-01-01",
                "line 4, column 7 (valid_from): \"2026-1-1\" is not a day: write it as YYYY-MM-DD, like 2026-02-13",
                "line 6, column 3 (code): event-99997 stands twice in local-99: keep one of the lines",
            ]
        );
    }

    #[test]
    fn of_conditions_names_wrong_steps_limits_and_identities() {
        let header = "condition,step,name,name_en,self_handle,amount,unit,standard,standard_en\n";
        let text = format!(
            "{header}event-06010/1,2,,,,4,working_hours,清净,Clear\n\
             event-06010/0,1,垃圾,Rubbish,no,4,working_hours,清净,Clear\n\
             event-06011/1,1,渣土,Rubble,maybe,0,working_hours,清净,Clear\n\
             event-06011/1,2,渣土,,,4,hours,清净,Clear\n\
             event-06011/1,1,渣土,Rubble,no,4,working_hours,清净,Clear\n"
        );
        let told = told(conditions::parse(&text));
        let begins = [
            "line 2, column 2 (step): 2 where 1 comes next",
            "line 3, column 1 (condition): \"event-06010/0\" is no condition: write the matter,",
            "line 4, column 5 (self_handle): \"maybe\" is none of yes, no",
            "line 4, column 6 (amount): a limit of 0 is not possible",
            "line 5, column 3 (name): stands at the first step only",
            "line 5, column 7 (unit): unknown variant `hours`, expected one of `emergency_minutes`",
            "line 6, column 2 (step): 1 where 3 comes next",
            "line 6, column 1 (condition): event-06011/1 stands twice",
        ];
        assert_eq!(told.len(), begins.len(), "{told:#?}");
        for (told, begin) in told.iter().zip(begins) {
            assert!(told.starts_with(begin), "{told}");
        }
    }

    #[test]
    fn of_units_names_codes_that_do_not_belong_to_the_division() {
        let text = "code,name,kind,function,division,valid_from,valid_to\n\
            320707102-zf,柘汪镇综合行政执法局,enforcement_bureau,Urban,320707101000,2020-01-01,\n";
        assert_eq!(
            told(units::parse(text)),
            [
                "line 2, column 1 (code): \"320707102-zf\" is no unit of this division: write 320707101- and up to 16 small letters or digits",
                "line 2, column 4 (function): \"Urban\" is no function: write small letters, digits and _, like water_supply",
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
            told(duties::parse(text)),
            [
                "line 2, column 2 (code_prefix): \"06x\" begins no code: write up to five digits",
                "line 2, column 3 (role): \"boss\" is none of lead, assist",
                "line 4, column 4 (function): has a duty in these matters from this day on an earlier line: keep one",
            ]
        );
    }

    #[test]
    fn of_a_calendar_names_the_line_or_the_entry() {
        let text = "{\"year\": 2026,\n \"days\": [{\"date\": \"2026-02-30\", \"isOffDay\": true}]}";
        let [fault] = &told(calendar::parse(text))[..] else {
            panic!("one fault")
        };
        assert!(fault.starts_with("line 2, column "), "{fault}");
        assert!(fault.contains("\"2026-02-30\" is not a day"), "{fault}");
        assert!(!fault.contains(" at line "), "{fault}");
        let text = r#"{"year": 2026, "days": [
            {"date": "2025-12-31", "isOffDay": true}, {"date": "2025-11-30", "isOffDay": true},
            {"date": "2025-12-31", "isOffDay": true}]}"#;
        assert_eq!(
            told(calendar::parse(text)),
            [
                "/days/1/date: 2025-11-30 belongs neither to 2026 nor to the December before",
                "/days/2/date: 2025-12-31 stands twice: keep one of the entries",
            ]
        );
    }

    #[test]
    fn of_grids_names_the_feature_and_the_property() {
        let text = r#"{"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"code": "320707101000001", "name": "", "kind": "big"}, "geometry": null},
            {"type": "Feature"}, 7]}"#;
        let told = told(grids::parse(text));
        let begins = [
            "/features/0/geometry: missing",
            "/features/0/properties/code: \"320707101000001\" is no grid",
            "/features/0/properties/name: a name has",
            "/features/0/properties/kind: \"big\" is none of general, dedicated, micro",
            "/features/0/properties/schematic: missing",
            "/features/1/geometry: missing",
            "/features/1/properties: missing",
            "/features/2/geometry: missing",
            "/features/2/properties: missing",
        ];
        assert_eq!(told.len(), begins.len(), "{told:#?}");
        for (told, begin) in told.iter().zip(begins) {
            assert!(told.starts_with(begin), "{told}");
        }
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
