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
