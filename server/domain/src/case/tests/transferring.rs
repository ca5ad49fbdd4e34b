//! From one command centre to another, with one number and one history.

use super::story::{Story, dispatch};
use super::town::{ENFORCEMENT, POLICE, TOWN, WATER, Who, at, division, lead};
use crate::case::{
    Action, AssignmentStage, Case, ClockChange, Event, InnerClockName, RefusalCode, Stage,
    SuspensionReason, TransferKind, WhistleStage,
};
use crate::clock::{Date, Timestamp};

const COUNTY: &str = "320707000000";
const CITY: &str = "320700000000";

pub fn escalate() -> Action {
    Action::Escalate {
        reason: "涉及多个部门".to_owned(),
    }
}

pub fn delegate(to: &str) -> Action {
    Action::Delegate {
        to: division(to),
        reason: "属地办理".to_owned(),
    }
}

/// What moved the handling clock since the event of that version.
fn clock_changes(story: &Story, since: u32) -> Vec<ClockChange> {
    let later = story.log.iter().filter(|e| e.version > since);
    later
        .filter_map(|e| match e.event {
            Event::HandlingClock { change, .. } => Some(change),
            _ => None,
        })
        .collect()
}

#[test]
fn who_takes_over_finds_nobody_at_work_and_the_rest_of_the_time() {
    let mut story = Story::on_the_scene();
    let number = story.case.number.clone();
    assert_eq!(story.deadline().unwrap(), "09-14 18:00");
    story.on("09-09 10:00").does(Who::Dispatcher, escalate());
    assert_eq!(story.case.centre, division(COUNTY));
    assert_eq!((story.stage(), story.deadline()), (Stage::Registered, None));
    assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::Revoked);
    assert_eq!(story.of(WATER).stage, AssignmentStage::Revoked);
    assert_eq!(story.whistle().stage, WhistleStage::Withdrawn);
    let clock = story.running(InnerClockName::Dispatch).unwrap();
    assert_eq!(clock.due, at("09-09 10:15"));
    let version = story.case.version;
    // Another unit than before: after a return the full limit would begin anew.
    story
        .on("09-10 09:00")
        .does(Who::CountyDispatcher, dispatch(vec![lead(WATER)]));
    assert_eq!(clock_changes(&story, version), [ClockChange::Resumed]);
    assert_eq!(story.deadline().unwrap(), "09-15 18:00", "three days left");
    assert_eq!(story.case.number, number);
    assert_eq!(Case::replay(&story.log), Some(story.case.clone()));
}

#[test]
fn after_the_takeover_a_return_gives_another_unit_the_full_limit_as_ever() {
    let mut story = Story::whistled();
    story.does(Who::Dispatcher, escalate());
    story.does(Who::CountyDispatcher, dispatch(vec![lead(WATER)]));
    story.on("09-07 09:10");
    story.does(Who::Leader(WATER), story.request_return(WATER));
    story.does(Who::CountyDispatcher, story.decide_return(WATER, true));
    let version = story.case.version;
    story.on("09-08 09:00");
    story.does(Who::CountyDispatcher, dispatch(vec![lead(POLICE)]));
    assert_eq!(clock_changes(&story, version), [ClockChange::Restarted]);
}

#[test]
fn the_town_keeps_seeing_what_it_does_not_decide_any_more() {
    let mut story = Story::registered();
    story.does(Who::Dispatcher, escalate());
    for who in [Who::Dispatcher, Who::RegistrarAndDispatcher] {
        let action = dispatch(vec![lead(ENFORCEMENT)]);
        assert_eq!(story.why_not(who, &action), RefusalCode::PostForbids);
        assert_eq!(
            story.why_not(who, &delegate(TOWN)),
            RefusalCode::PostForbids
        );
    }
    assert!(!story.offers(Who::Registrar).is_empty());
    // Whoever is near may still wish for a whistle; the owner issues it.
    story.does(
        Who::VillageLeader,
        Action::RequestWhistle(super::story::wish("daily")),
    );
    let issue = story.issue(vec![lead(ENFORCEMENT)]);
    assert_eq!(
        story.why_not(Who::Dispatcher, &issue),
        RefusalCode::PostForbids
    );
    story.does(Who::CountyDispatcher, issue);
}

#[test]
fn what_is_not_registered_is_taken_on_anew() {
    let mut story = Story::begins();
    story.does(Who::Registrar, Action::Accept);
    story.on("09-07 09:10").does(Who::Registrar, escalate());
    assert_eq!(story.stage(), Stage::Reported);
    let clock = story.running(InnerClockName::Accept).unwrap();
    assert_eq!(clock.due, at("09-07 09:25"));
    story.does(Who::CountyRegistrar, Action::Accept);
    assert_eq!(story.stage(), Stage::Accepted);
}

#[test]
fn a_look_that_nobody_took_yet_is_asked_for_anew() {
    let mut story = Story::begins();
    let ask = || Action::RequestConfirmation {
        note: String::new(),
    };
    story.does(Who::Registrar, ask());
    story.on("09-07 09:05").does(Who::Registrar, escalate());
    assert_eq!(story.case.confirmation, None);
    assert!(story.running(InnerClockName::Confirm).is_none());
    story.on("09-07 09:10").does(Who::CountyRegistrar, ask());
    story.on("09-07 09:20").does(
        Who::GridLeader,
        Action::Confirm {
            valid: true,
            note: String::new(),
            attachments: Vec::new(),
        },
    );
    // The county's 15 minutes: five were used before the request.
    let clock = story.running(InnerClockName::Accept).unwrap();
    assert_eq!(clock.due, at("09-07 09:30"));
}

#[test]
fn what_was_finished_already_is_handled_once_more_for_the_new_owner() {
    let mut story = Story::handled();
    assert!(story.case.round().unwrap().finished_at.is_some());
    story.on("09-07 15:00").does(Who::Dispatcher, escalate());
    assert_eq!((story.stage(), story.deadline()), (Stage::Registered, None));
    assert_eq!(story.case.lead(), None, "nobody leads for the county yet");
    assert_eq!(story.case.round().unwrap().finished_at, None);
    assert!(story.running(InnerClockName::ConfirmSolved).is_none());
    story.does(Who::CountyDispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    assert_eq!(story.stage(), Stage::Assigned);
    assert_eq!(story.deadline().unwrap(), "09-14 18:00");
}

#[test]
fn a_case_goes_down_to_a_centre_that_contains_its_place_and_nowhere_else() {
    let mut story = Story::registered();
    assert_eq!(
        story.why_not(Who::Dispatcher, &delegate(TOWN)),
        RefusalCode::NoCentreBelow
    );
    story.does(Who::Dispatcher, escalate());
    for elsewhere in ["320707102000", COUNTY, CITY, super::town::VILLAGE] {
        let refused = story.refusal(Who::CountyDispatcher, &delegate(elsewhere));
        assert_eq!(refused.code, RefusalCode::NotBelow, "{elsewhere}");
        assert_eq!(refused.values["to"], elsewhere);
    }
    story.does(Who::CountyDispatcher, delegate(TOWN));
    assert_eq!(story.case.centre, division(TOWN));
    assert_eq!(story.case.received_by(), division(TOWN));
}

#[test]
fn where_no_place_is_known_any_centre_below_may_get_it() {
    let mut report = super::story::a_report();
    report.place.position = None;
    report.place.grid = None;
    report.place.village = None;
    report.centre = division(COUNTY);
    let mut story = Story::filed(Who::Clerk, "09-07 09:00", &report);
    assert_eq!(story.case.ground(), division(COUNTY));
    story.does(Who::CountyRegistrar, delegate(TOWN));
    assert_eq!(story.case.ground(), division(TOWN));
    story.does(Who::Registrar, Action::Accept);
    story.does(Who::Registrar, escalate());
    assert_eq!(
        story.case.ground(),
        division(TOWN),
        "the town keeps seeing it"
    );
    assert!(!story.offers(Who::Registrar).is_empty());
}

#[test]
fn the_city_is_the_end_of_the_way_up() {
    let mut story = Story::registered();
    story.does(Who::Dispatcher, escalate());
    story.does(Who::CountyDispatcher, escalate());
    assert_eq!(story.case.centre, division(CITY));
    assert_eq!(
        story.why_not(Who::CityDispatcher, &escalate()),
        RefusalCode::NoCentreAbove
    );
}

/// Up, down, up: three transfers.
fn bounced() -> Story {
    let mut story = Story::registered();
    story.does(Who::Dispatcher, escalate());
    story.does(Who::CountyDispatcher, delegate(TOWN));
    story.does(Who::Dispatcher, escalate());
    story
}

#[test]
fn after_three_transfers_the_centre_above_decides_once_and_for_all() {
    let mut story = bounced();
    for action in [escalate(), delegate(TOWN)] {
        let refused = story.refusal(Who::CountyDispatcher, &action);
        assert_eq!(refused.code, RefusalCode::BouncedOut);
        assert_eq!(refused.values["centre"], CITY);
    }
    story.does(Who::CityDispatcher, delegate(TOWN));
    assert_eq!(story.case.centre, division(TOWN));
    assert!(story.case.is_settled_where_it_is());
    for who in [Who::Dispatcher, Who::CountyDispatcher, Who::CityDispatcher] {
        assert_eq!(story.why_not(who, &escalate()), RefusalCode::TransferFinal);
    }
    let kinds: Vec<TransferKind> = story.case.transfers.iter().map(|t| t.kind).collect();
    assert_eq!(
        kinds,
        [
            TransferKind::Escalated,
            TransferKind::Delegated,
            TransferKind::Escalated,
            TransferKind::Delegated
        ]
    );
}

#[test]
fn the_centre_above_may_also_let_it_stay_and_nothing_else_moves() {
    let mut story = bounced();
    story.does(Who::CountyDispatcher, dispatch(vec![lead(WATER)]));
    story.does(Who::CityDispatcher, delegate(COUNTY));
    assert_eq!(story.stage(), Stage::Assigned);
    assert_eq!(story.case.centre, division(COUNTY));
    assert!(story.case.is_settled_where_it_is());
}

#[test]
fn who_accepted_the_leads_return_does_not_pass_the_case_on() {
    let mut story = Story::whistled();
    story.does(Who::Leader(ENFORCEMENT), story.request_return(ENFORCEMENT));
    story.does(Who::Dispatcher, story.decide_return(ENFORCEMENT, true));
    assert_eq!(
        story.why_not(Who::Dispatcher, &escalate()),
        RefusalCode::ReceivedTheReturn
    );
    story.does(Who::RegistrarAndDispatcher, escalate());
    assert_eq!(story.case.centre, division(COUNTY));
}

#[test]
fn what_waits_can_be_passed_on_and_waits_no_longer() {
    let mut story = Story::on_the_scene();
    story.does(
        Who::Leader(ENFORCEMENT),
        Action::RequestSuspension {
            reason: SuspensionReason::PlannedWorks,
            file_number: None,
            until: Date::parse("2026-10-12").unwrap(),
            note: String::new(),
        },
    );
    story.does(
        Who::Dispatcher,
        Action::DecideSuspension {
            accept: true,
            ruling: "同意".to_owned(),
        },
    );
    story.does(Who::Dispatcher, escalate());
    assert_eq!(story.case.suspension(), None);
    assert_eq!((story.stage(), story.deadline()), (Stage::Registered, None));
    story.does(Who::CountyDispatcher, dispatch(vec![lead(WATER)]));
    assert!(story.deadline().is_some());
}

#[test]
fn who_had_the_case_is_known_for_every_moment() {
    let mut story = Story::registered();
    story.on("09-08 09:00").does(Who::Dispatcher, escalate());
    story
        .on("09-09 09:00")
        .does(Who::CountyDispatcher, delegate(TOWN));
    let end = Timestamp::from_micros(i64::MAX);
    let had = |when: &str| story.case.centre_at(at(when), end);
    assert_eq!(had("09-08 08:59"), division(TOWN));
    assert_eq!(had("09-08 09:00"), division(COUNTY));
    assert_eq!(had("09-09 08:59"), division(COUNTY));
    assert_eq!(had("09-09 09:00"), division(TOWN));
    // As it was known before the first transfer.
    assert_eq!(
        story.case.centre_at(at("09-10 00:00"), at("09-08 09:00")),
        division(TOWN)
    );
}
