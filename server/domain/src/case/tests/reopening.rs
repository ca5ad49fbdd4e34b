//! Who asks for a closed case to be handled once more, and what the registrar says.

use super::story::{Story, a_report, close, dispatch, reopen};
use super::town::{ENFORCEMENT, ROAD, Who, lead};
use crate::case::{Action, RefusalCode, Stage};

fn ask() -> Action {
    Action::RequestReopening {
        reason: "又有积水".to_owned(),
    }
}

fn refuse() -> Action {
    Action::RefuseReopening {
        reason: "属新问题，请另行上报".to_owned(),
    }
}

/// Filed by an application, handled on a plain order.
fn closed_for_an_application() -> Story {
    let mut story = Story::filed(Who::App, "09-07 09:00", &a_report());
    story.registers(ROAD, 1);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    story.does(Who::Worker, story.verify(true, &[]));
    story.does(Who::Registrar, close());
    story
}

#[test]
fn the_blower_and_the_residents_side_ask_and_nobody_else() {
    for who in [Who::Worker, Who::Clerk, Who::Caller] {
        let mut story = Story::closed();
        story.does(who, ask());
        assert!(story.case.is_reopening_asked_for());
        assert_eq!(story.stage(), Stage::Closed);
    }
    let mut story = closed_for_an_application();
    for who in [
        Who::Worker,
        Who::GridLeader,
        Who::TownHead,
        Who::Leader(ENFORCEMENT),
    ] {
        assert_eq!(story.why_not(who, &ask()), RefusalCode::PostForbids);
    }
    story.does(Who::App, ask());
}

#[test]
fn a_request_is_refused_with_a_reason_or_opens_a_new_round() {
    let mut story = Story::closed();
    assert_eq!(
        story.why_not(Who::Registrar, &refuse()),
        RefusalCode::NoReopeningRequest
    );
    story.does(Who::Worker, ask());
    assert_eq!(story.why_not(Who::Clerk, &ask()), RefusalCode::AlreadyDone);
    story.does(Who::Registrar, refuse());
    let request = story.case.reopening.clone().unwrap();
    assert_eq!(request.refusal.unwrap(), "属新问题，请另行上报");
    assert_eq!(
        story.why_not(Who::Registrar, &refuse()),
        RefusalCode::NoReopeningRequest
    );
    // Who has more to say may ask again.
    story.does(Who::Worker, ask());
    story.does(Who::Registrar, reopen());
    assert_eq!(story.stage(), Stage::Registered);
    assert!(story.case.reopening.is_none());
}

#[test]
fn after_thirty_days_nobody_asks_any_more() {
    let mut story = Story::closed();
    story.on("10-07 11:40");
    assert_eq!(
        story.why_not(Who::Worker, &ask()),
        RefusalCode::ReopenTooLate
    );
}
