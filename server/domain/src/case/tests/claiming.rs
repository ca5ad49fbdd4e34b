//! One case, one person at work on it.

use super::story::{Story, dispatch};
use super::town::{ENFORCEMENT, Who, at, lead};
use crate::case::{Action, RefusalCode};

fn comment() -> Action {
    Action::Comment {
        text: "知悉".to_owned(),
        public: false,
    }
}

#[test]
fn a_claim_keeps_others_in_the_same_post_off_decisions_and_off_nothing_else() {
    let mut story = Story::begins();
    story.does(Who::Registrar, Action::Claim);
    assert_eq!(
        story.case.claimed(story.now).unwrap().until,
        at("09-07 09:30")
    );
    let other = Who::RegistrarAndDispatcher;
    let refused = story.refusal(other, &Action::Accept);
    assert_eq!(refused.code, RefusalCode::Claimed);
    assert_eq!(refused.values["name"], "Registrar");
    assert_eq!(story.why_not(other, &Action::Claim), RefusalCode::Claimed);
    assert_eq!(story.why_not(other, &Action::Release), RefusalCode::Claimed);
    story.does(other, comment());
    story.registers(super::town::ROAD, 1);
    // The dispatcher's desk is another one.
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
}

#[test]
fn a_claim_ends_by_itself_or_by_its_holder_and_can_be_made_anew() {
    let mut story = Story::begins();
    assert_eq!(
        story.why_not(Who::Registrar, &Action::Release),
        RefusalCode::NotClaimed
    );
    story.does(Who::Registrar, Action::Claim);
    story.on("09-07 09:20").does(Who::Registrar, Action::Claim);
    story.on("09-07 09:49");
    let other = Who::RegistrarAndDispatcher;
    assert_eq!(story.why_not(other, &Action::Accept), RefusalCode::Claimed);
    story.on("09-07 09:50").does(other, Action::Claim);
    assert_eq!(
        story.why_not(Who::Registrar, &Action::Accept),
        RefusalCode::Claimed
    );
    story.does(other, Action::Release);
    story.does(Who::Registrar, Action::Accept);
}

#[test]
fn a_claim_in_a_unit_keeps_off_that_unit_only() {
    let mut story = Story::on_the_scene();
    story.does(Who::Officer(ENFORCEMENT), Action::Claim);
    story.does(Who::Officer("sw"), story.report_done("sw"));
    story.does(Who::Leader("sw"), story.finish("sw"));
}

#[test]
fn who_only_looks_on_claims_nothing() {
    let story = Story::begins();
    for who in [Who::Supervisor, Who::Auditor] {
        assert_eq!(story.why_not(who, &Action::Claim), RefusalCode::PostForbids);
    }
}
