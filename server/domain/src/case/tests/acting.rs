//! The county's centre acts for the town (代派): when, for whom, and that the case stays the town's.

use super::story::{Story, a_report, dispatch, wish};
use super::town::{
    BURST, COVER, ENFORCEMENT, POLICE, ROAD, RULES, TOWN, WATER, Who, at, division, lead, matter,
    scene, unit,
};
use crate::case::{
    ActingCause, Action, Event, RefusalCode, Rules, SafetyCall, Settings, Stage,
    call_county_when_unattended, may_act_for,
};
use crate::routing::{Role, Unit, UnitCode, UnitKind};

/// A worker finds a well without cover and blows for an emergency, at night.
fn emergency() -> Story {
    let mut report = a_report();
    report.matter = Some(matter(COVER));
    let mut whistle = wish("emergency");
    whistle.wanted = vec![lead(ENFORCEMENT)];
    report.whistle = Some(whistle);
    Story::filed(Who::Worker, "09-07 23:00", &report)
}

fn add(story: &Story, body: &str) -> Action {
    Action::AddUnit {
        whistle: story.whistle_id(),
        unit: unit(body),
        role: Role::Assist,
    }
}

fn unattended(story: &Story) -> Vec<crate::case::Recorded> {
    call_county_when_unattended(&story.case, &story.rules, false, story.now)
}

#[test]
fn the_town_calls_units_itself_and_the_county_does_not_for_it() {
    let story = Story::registered();
    assert_eq!(
        story.why_not(Who::CountyDispatcher, &dispatch(vec![lead(ENFORCEMENT)])),
        RefusalCode::TownActsItself
    );
    assert_eq!(may_act_for(&story.case, &story.rules, story.now), None);
}

#[test]
fn once_the_ladder_is_used_up_the_county_calls_for_the_town_and_the_case_stays_the_towns() {
    let mut story = emergency();
    story.now = at("09-07 23:19");
    assert_eq!(
        story.why_not(Who::CountyDispatcher, &add(&story, POLICE)),
        RefusalCode::TownActsItself
    );
    story.now = at("09-07 23:20");
    assert_eq!(
        may_act_for(&story.case, &story.rules, story.now),
        Some(ActingCause::Unsigned)
    );
    story.does(Who::CountyDispatcher, add(&story, POLICE));
    let added = story.last_such(|e| matches!(e, Event::UnitAdded { .. }));
    assert_eq!(added.actor.acting_for, Some(division(TOWN)));
    assert_eq!(story.case.centre, division(TOWN));
    // The town's own dispatcher acts for nobody.
    story.does(Who::Dispatcher, add(&story, WATER));
    let added = story.last_such(|e| matches!(e, Event::UnitAdded { .. }));
    assert_eq!(added.actor.acting_for, None);
}

#[test]
fn who_signs_ends_the_countys_part() {
    let mut story = emergency();
    story.now = at("09-07 23:30");
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    assert_eq!(may_act_for(&story.case, &story.rules, story.now), None);
    assert_eq!(
        story.why_not(Who::CountyDispatcher, &add(&story, POLICE)),
        RefusalCode::TownActsItself
    );
}

#[test]
fn the_county_finds_another_lead_where_the_first_one_never_signed() {
    let mut story = emergency();
    story.now = at("09-07 23:25");
    story.does(Who::CountyDispatcher, story.revoke(ENFORCEMENT));
    assert_eq!(story.stage(), Stage::Registered);
    story.does(Who::CountyDispatcher, dispatch(vec![lead(WATER)]));
    let order = story.last_such(|e| matches!(e, Event::Dispatched { .. }));
    assert_eq!(order.actor.acting_for, Some(division(TOWN)));
    // Somebody leads now: the town goes on itself.
    assert_eq!(may_act_for(&story.case, &story.rules, story.now), None);
}

#[test]
fn with_nobody_at_the_desk_an_emergency_goes_to_the_county_at_once() {
    let mut story = emergency();
    let events = unattended(&story);
    story.happens(&events);
    assert!(matches!(
        story.last().event,
        Event::CountyCalled { division: county, cause: ActingCause::NoShift, .. }
            if county == division("320707000000")
    ));
    // Once a round is enough.
    assert_eq!(unattended(&story), []);
    story.does(Who::CountyDispatcher, add(&story, POLICE));
    let added = story.last_such(|e| matches!(e, Event::UnitAdded { .. }));
    assert_eq!(added.actor.acting_for, Some(division(TOWN)));
    assert_eq!(story.case.centre, division(TOWN));
}

#[test]
fn an_emergency_needs_no_whistle_to_be_one() {
    let told = |story: &Story| !unattended(story).is_empty();
    let reported = |of, call: Option<SafetyCall>| {
        let mut report = a_report();
        report.matter = Some(matter(of));
        report.safety_call = call;
        Story::filed(Who::Worker, "09-07 22:00", &report)
    };
    assert!(
        !told(&reported(ROAD, None)),
        "rubbish waits for the morning"
    );
    let fire = SafetyCall {
        number: "119".to_owned(),
        at: at("09-07 21:50"),
    };
    assert!(told(&reported(ROAD, Some(fire.clone()))));
    assert!(
        told(&reported(BURST, None)),
        "each of its conditions is one"
    );
    let mut cover = reported(COVER, None);
    assert!(!told(&cover), "the cover may be but broken");
    cover.registers(COVER, 1);
    assert!(told(&cover), "it is missing");
    let void = Action::Void {
        reason: "误报".to_owned(),
    };
    let mut called = Story::whistled_for(BURST, 1);
    assert!(!told(&called), "units are called already");
    called.does(Who::DutyLeader, void.clone());
    assert!(!told(&called));
    let mut declined = reported(ROAD, Some(fire));
    declined.does(Who::Registrar, void);
    assert!(!told(&declined));
}

#[test]
fn with_somebody_at_the_desk_or_without_an_emergency_the_county_is_not_called() {
    let story = emergency();
    assert_eq!(
        call_county_when_unattended(&story.case, &story.rules, true, story.now),
        []
    );
    let daily = Story::whistled();
    assert_eq!(unattended(&daily), []);
    let mut over = emergency();
    over.does(
        Who::DutyLeader,
        Action::Void {
            reason: "误报".to_owned(),
        },
    );
    assert_eq!(unattended(&over), []);
}

#[test]
fn where_the_county_calls_its_own_units_it_calls_nobody_else_and_the_town_does_not_call_them() {
    let county_water = UnitCode("320707-gs".to_owned());
    let mut rules = Rules {
        settings: Settings {
            county_units_via_centre: true,
            ..Settings::default()
        },
        ..RULES.clone()
    };
    let company = Unit {
        code: county_water.clone(),
        name: "自来水公司".to_owned(),
        kind: UnitKind::Utility,
        function: "water_supply".to_owned(),
        division: division("320707000000"),
        valid_from: crate::clock::Date::parse("2020-01-01").unwrap(),
        valid_to: None,
    };
    rules.units = rules.units.iter().cloned().chain([company]).collect();
    let mut story = Story::filed_under(rules, Who::Worker, "09-07 09:00", &a_report()).unwrap();
    story.registers(super::town::ROAD, 1);
    story.does(Who::VillageLeader, Action::RequestWhistle(wish("daily")));
    story.does(Who::Dispatcher, story.issue(vec![lead(ENFORCEMENT)]));
    let call = Action::AddUnit {
        whistle: story.whistle_id(),
        unit: county_water,
        role: Role::Assist,
    };
    assert_eq!(
        story.why_not(Who::Dispatcher, &call),
        RefusalCode::ViaTheCounty
    );
    assert_eq!(
        story.why_not(Who::CountyDispatcher, &add(&story, POLICE)),
        RefusalCode::TownActsItself
    );
    story.does(Who::CountyDispatcher, call);
    story.does(Who::Dispatcher, add(&story, POLICE));
}

#[test]
fn a_ladder_that_ends_below_the_county_does_not_let_it_act() {
    let mut rules = RULES.clone();
    for kind in &mut rules.kinds {
        kind.unsigned_ladder_minutes.truncate(2);
    }
    let mut report = a_report();
    report.matter = Some(matter(COVER));
    report.whistle = Some(wish("emergency"));
    let mut story = Story::filed_under(rules, Who::Worker, "09-06 23:00", &report).unwrap();
    story.on("09-07 06:00");
    assert_eq!(
        story.why_not(Who::CountyDispatcher, &add(&story, POLICE)),
        RefusalCode::TownActsItself
    );
}

#[test]
fn a_unit_that_has_come_without_signing_has_answered() {
    let mut story = emergency();
    story.does(
        Who::Officer(ENFORCEMENT),
        story.check_in(ENFORCEMENT, Some(scene())),
    );
    story.on("09-08 06:00");
    assert_eq!(
        story.why_not(Who::CountyDispatcher, &add(&story, POLICE)),
        RefusalCode::TownActsItself
    );
}
