//! What an end does with what is under way, and the registration that is taken back.

use super::story::{Story, a_report, close, dispatch, reopen, wish};
use super::town::{COVER, ENFORCEMENT, ROAD, WATER, Who, assist, at, condition, lead};
use crate::case::{
    Action, AssignmentStage, DeclineReason, InnerClockName, RefusalCode, Stage, WhistleStage,
};

fn void() -> Action {
    Action::Void {
        reason: "误报".to_owned(),
    }
}

fn send_back() -> Action {
    Action::SendBack {
        reason: "事项选错".to_owned(),
    }
}

fn force_close() -> Action {
    Action::ForceClose {
        reason: "现场已封闭，另行立项".to_owned(),
    }
}

#[test]
fn a_void_case_calls_its_units_off_and_takes_its_whistle_back() {
    let mut story = Story::on_the_scene();
    story.does(Who::Registrar, void());
    for body in [ENFORCEMENT, WATER] {
        let a = story.of(body);
        assert_eq!(a.stage, AssignmentStage::Revoked);
        assert_eq!(a.let_go.as_ref().unwrap().reason, "case_voided");
    }
    assert_eq!(story.whistle().stage, WhistleStage::Withdrawn);
    let clock = story.case.round().unwrap().clock().unwrap().clone();
    assert_eq!(clock.stopped, Some(at("09-07 10:00")));
    let names = story.events();
    assert_eq!(
        names[names.len() - 5..],
        [
            "handling_clock",
            "revoked",
            "revoked",
            "whistle_withdrawn",
            "voided"
        ]
    );
}

#[test]
fn a_whistle_that_waits_ends_with_the_case() {
    let (reason, note) = (DeclineReason::Duplicate, String::new());
    let mut declined = Story::begins();
    declined.does(Who::VillageLeader, Action::RequestWhistle(wish("tough")));
    assert_eq!(declined.whistle().stage, WhistleStage::Requested);
    let mut unregistered = Story::begins();
    unregistered.does(Who::Registrar, Action::Accept);
    unregistered.does(Who::VillageLeader, Action::RequestWhistle(wish("tough")));
    declined.does(
        Who::Registrar,
        Action::Decline {
            reason,
            note: note.clone(),
        },
    );
    unregistered.does(Who::Registrar, Action::RefuseRegistration { reason, note });
    for story in [declined, unregistered] {
        assert_eq!(story.whistle().stage, WhistleStage::Withdrawn);
        assert!(story.running(InnerClockName::Approve).is_none());
    }
}

#[test]
fn the_duty_leader_declares_void_what_has_been_registered() {
    let story = Story::begins();
    let refused = story.refusal(Who::DutyLeader, &void());
    assert_eq!(refused.code, RefusalCode::StageForbids);
    let mut story = Story::registered();
    story.does(Who::DutyLeader, void());
    assert_eq!(story.stage(), Stage::Voided);
}

#[test]
fn who_received_the_return_of_the_lead_does_not_declare_the_case_void() {
    let both = Who::RegistrarAndDispatcher;
    let mut story = Story::whistled();
    story.does(Who::Leader(ENFORCEMENT), story.request_return(ENFORCEMENT));
    story.does(both, story.decide_return(ENFORCEMENT, true));
    assert_eq!(story.why_not(both, &void()), RefusalCode::ReceivedTheReturn);
    let mut other = Story::whistled();
    other.does(Who::Leader(ENFORCEMENT), other.request_return(ENFORCEMENT));
    other.does(both, other.decide_return(ENFORCEMENT, true));
    other.does(Who::Registrar, void());
    // Once somebody else leads he is as free as anybody.
    story.does(Who::Dispatcher, dispatch(vec![lead("pc")]));
    story.does(both, void());
}

#[test]
fn a_registration_is_taken_back_and_made_anew_with_the_same_number() {
    let mut story = Story::registered();
    story.on("09-07 09:10").does(Who::Dispatcher, send_back());
    assert_eq!(story.stage(), Stage::Accepted);
    assert!(story.case.round().is_none());
    assert!(story.running(InnerClockName::Dispatch).is_none());
    assert_eq!(
        story.why_not(Who::Registrar, &send_back()),
        RefusalCode::PostForbids
    );
    story.on("09-07 09:20").does(
        Who::Registrar,
        Action::Register {
            matter: super::town::matter(COVER),
            condition: condition(COVER, 2),
        },
    );
    let round = story.case.round().unwrap();
    assert_eq!((round.number, round.registered_at), (1, story.now));
    assert_eq!(
        story.running(InnerClockName::Dispatch).unwrap().due,
        at("09-07 09:35")
    );
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    assert_eq!(
        story.why_not(Who::Dispatcher, &send_back()),
        RefusalCode::StageForbids
    );
}

#[test]
fn a_second_round_that_is_sent_back_stays_the_second() {
    let mut story = Story::closed();
    story.on("09-08 09:00").does(Who::Registrar, reopen());
    story.does(Who::Dispatcher, send_back());
    story.does(
        Who::Registrar,
        Action::Register {
            matter: super::town::matter(ROAD),
            condition: condition(ROAD, 1),
        },
    );
    assert_eq!(story.case.round().unwrap().number, 2);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
}

#[test]
fn what_a_returned_lead_left_behind_is_called_off_when_the_case_is_sent_back() {
    let mut story = Story::whistled();
    story.does(Who::Leader(ENFORCEMENT), story.request_return(ENFORCEMENT));
    story.does(Who::Dispatcher, story.decide_return(ENFORCEMENT, true));
    story.does(Who::Dispatcher, send_back());
    assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::Returned);
    assert_eq!(story.of(WATER).stage, AssignmentStage::Revoked);
    assert_eq!(story.whistle().stage, WhistleStage::Withdrawn);
    assert!(!story.case.is_overdue(at("12-31 00:00")));
    // From here it goes its way as if for the first time.
    story.does(
        Who::Registrar,
        Action::Register {
            matter: super::town::matter(ROAD),
            condition: condition(ROAD, 1),
        },
    );
    story.does(Who::Worker, Action::RequestWhistle(wish("daily")));
    story.does(
        Who::Dispatcher,
        story.issue(vec![lead(WATER), assist(ENFORCEMENT)]),
    );
    assert_eq!(story.stage(), Stage::Assigned);
}

#[test]
fn who_may_close_without_the_standard_says_why() {
    let mut story = Story::verified();
    for who in [Who::Registrar, Who::Dispatcher, Who::DutyOfficer] {
        assert_eq!(
            story.why_not(who, &force_close()),
            RefusalCode::PostForbids,
            "{who:?}"
        );
    }
    assert_eq!(
        Story::handled().why_not(Who::TownHead, &force_close()),
        RefusalCode::StageForbids
    );
    story.does(Who::TownHead, force_close());
    assert_eq!(story.stage(), Stage::Closed);
    let text = serde_json::to_value(story.last()).unwrap();
    assert_eq!(text["data"]["forced"], true);
    // A closing with the standard ticked says nothing of force.
    let ticked = serde_json::to_value(Story::closed().last()).unwrap();
    assert!(ticked["data"].get("forced").is_none());
}

#[test]
fn a_whistle_still_waiting_ends_with_the_closing() {
    let mut story = Story::filed(Who::Worker, "09-07 09:00", &a_report());
    story.registers(ROAD, 1);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.does(Who::VillageLeader, Action::RequestWhistle(wish("tough")));
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    story.does(Who::Worker, story.verify(true, &[]));
    story.does(Who::Registrar, close());
    assert_eq!(story.whistle().stage, WhistleStage::Withdrawn);
}
