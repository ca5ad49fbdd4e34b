//! Who is responsible: the centre above rules, and what it says binds.

use super::story::{Story, dispatch};
use super::town::{DISSOLVED, ENFORCEMENT, POLICE, WATER, Who, assist, at, division, lead, unit};
use crate::case::{Action, AssignmentStage, InnerClockName, RefusalCode, Stage};
use crate::routing::UnitCode;

const COUNTY: &str = "320707000000";

fn request() -> Action {
    Action::RequestRuling {
        reason: "不属我单位职责".to_owned(),
    }
}

fn rule(body: &str, assists: &[&str]) -> Action {
    Action::Rule {
        lead: unit(body),
        assists: assists
            .iter()
            .map(|body| unit(body))
            .collect::<Vec<UnitCode>>(),
        ruling: "由其主办".to_owned(),
    }
}

/// Three leads in turn have returned the case.
fn returned_three_times() -> Story {
    let mut story = Story::registered();
    for body in [ENFORCEMENT, WATER, POLICE] {
        story.does(Who::Dispatcher, dispatch(vec![lead(body)]));
        story.does(Who::Leader(body), story.request_return(body));
        story.does(Who::Dispatcher, story.decide_return(body, true));
    }
    story
}

#[test]
fn after_the_third_return_nobody_is_called_before_the_centre_above_has_ruled() {
    let mut story = returned_three_times();
    let dispute = story.case.dispute().unwrap();
    assert_eq!(dispute.centre, division(COUNTY));
    assert_eq!(dispute.by.person, None, "it goes up by rule");
    let clock = story.running(InnerClockName::Rule).unwrap();
    assert_eq!(clock.due, at("09-08 18:00"), "one working day");
    let refused = story.refusal(Who::Dispatcher, &dispatch(vec![lead(WATER)]));
    assert_eq!(refused.code, RefusalCode::RulingAwaited);
    assert_eq!(refused.values["centre"], COUNTY);
    story.does(Who::CountyDispatcher, rule(WATER, &[POLICE]));
    assert!(story.running(InnerClockName::Rule).is_none());
    let refused = story.refusal(Who::Dispatcher, &dispatch(vec![lead(ENFORCEMENT)]));
    assert_eq!(refused.code, RefusalCode::RuledOtherwise);
    assert_eq!(refused.values["unit"], unit(WATER).0);
    story.does(Who::Dispatcher, dispatch(vec![lead(WATER), assist(POLICE)]));
    assert_eq!(
        story.why_not(Who::Leader(WATER), &story.request_return(WATER)),
        RefusalCode::RuledToLead
    );
}

#[test]
fn two_returns_are_no_dispute() {
    let mut story = Story::registered();
    for body in [ENFORCEMENT, WATER] {
        story.does(Who::Dispatcher, dispatch(vec![lead(body)]));
        story.does(Who::Leader(body), story.request_return(body));
        story.does(Who::Dispatcher, story.decide_return(body, true));
    }
    assert_eq!(story.case.dispute(), None);
    story.does(Who::Dispatcher, dispatch(vec![lead(POLICE)]));
}

#[test]
fn a_refused_return_is_contested_and_the_unit_works_on_until_it_is_ruled() {
    let mut story = Story::whistled();
    let leader = Who::Leader(ENFORCEMENT);
    story.does(leader, story.request_return(ENFORCEMENT));
    story.does(Who::Dispatcher, story.decide_return(ENFORCEMENT, false));
    let deadline = story.deadline();
    story.does(leader, request());
    assert_eq!(story.deadline(), deadline, "time runs on");
    assert_eq!(story.why_not(leader, &request()), RefusalCode::AlreadyDone);
    story.on("09-07 10:00");
    // The water company assists already; it is called anew, to lead.
    story.does(Who::CountyDispatcher, rule(WATER, &[]));
    assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::Revoked);
    assert_eq!(story.of(WATER).stage, AssignmentStage::Revoked);
    assert_eq!((story.stage(), story.deadline()), (Stage::Registered, None));
    let clock = story.running(InnerClockName::Dispatch).unwrap();
    assert_eq!(clock.due, at("09-07 10:15"));
    story.does(Who::Dispatcher, dispatch(vec![lead(WATER)]));
}

#[test]
fn who_is_told_to_lead_goes_on_leading() {
    let mut story = Story::whistled();
    let deadline = story.deadline();
    story.does(Who::Leader(ENFORCEMENT), request());
    story.does(Who::CountyDispatcher, rule(ENFORCEMENT, &[WATER]));
    assert_eq!(story.stage(), Stage::Assigned);
    assert_eq!(story.deadline(), deadline);
    assert_eq!(story.of(WATER).stage, AssignmentStage::Issued);
}

#[test]
fn only_who_is_concerned_asks_and_only_the_centre_above_rules() {
    let mut story = Story::whistled();
    assert_eq!(
        story.why_not(Who::Officer(ENFORCEMENT), &request()),
        RefusalCode::PostForbids
    );
    assert_eq!(
        story.why_not(Who::Leader(POLICE), &request()),
        RefusalCode::NotFound,
        "it was never called"
    );
    assert_eq!(
        story.why_not(Who::CountyDispatcher, &rule(WATER, &[])),
        RefusalCode::PostForbids,
        "nobody asked"
    );
    story.does(Who::Dispatcher, request());
    assert_eq!(
        story.why_not(Who::Dispatcher, &rule(WATER, &[])),
        RefusalCode::PostForbids
    );
    for (wrong, code) in [
        (rule(DISSOLVED, &[]), RefusalCode::UnknownUnit),
        (rule(WATER, &[WATER]), RefusalCode::UnitTwice),
    ] {
        assert_eq!(story.why_not(Who::CountyDispatcher, &wrong), code);
    }
}

#[test]
fn a_dispute_ends_with_its_case() {
    let mut story = Story::whistled();
    story.does(Who::Dispatcher, request());
    story.does(
        Who::Registrar,
        Action::Void {
            reason: "重复".to_owned(),
        },
    );
    assert_eq!(story.case.dispute(), None);
    assert_eq!(story.case.disputes[0].lapsed_at, Some(story.now));
    assert!(story.running(InnerClockName::Rule).is_none());
}
