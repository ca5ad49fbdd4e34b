//! The late unit's appeal: once a case, out of the figures, and late all the same.

use super::story::{Story, close, confirm_solved, reopen};
use super::town::{ENFORCEMENT, WATER, Who, division, scene};
use crate::case::{Action, Case, RefusalCode, Stage};

const LEADER: Who = Who::Leader(ENFORCEMENT);

fn appeal() -> Action {
    Action::Appeal {
        reason: "台风停工".to_owned(),
    }
}

fn decide(accept: bool) -> Action {
    Action::DecideAppeal {
        accept,
        ruling: "情况属实".to_owned(),
    }
}

/// Finished one day after the deadline of the 14th, and closed.
fn closed_late() -> Story {
    let mut story = Story::on_the_scene();
    story.on("09-15 11:00");
    for body in [WATER, ENFORCEMENT] {
        story.does(Who::Leader(body), story.finish(body));
    }
    story.does(Who::Worker, confirm_solved(Some(scene())));
    story.does(Who::Registrar, close());
    story
}

#[test]
fn an_accepted_appeal_takes_the_round_out_of_the_figures_and_leaves_it_late() {
    let mut story = closed_late();
    story.does(LEADER, appeal());
    assert_eq!(story.stage(), Stage::Closed);
    let pending = story.case.pending_appeal().unwrap();
    assert_eq!(pending.centre, division("320707000000"));
    assert_eq!(
        story.why_not(Who::Registrar, &decide(true)),
        RefusalCode::PostForbids
    );
    story.on("09-16 09:00");
    story.does(Who::CountyRegistrar, decide(true));
    let round = story.case.round().unwrap();
    assert_eq!(round.exempted_at, Some(story.now));
    assert_eq!(round.on_time, Some(false), "lateness stays a fact");
    assert_eq!(
        story.why_not(Who::CountyRegistrar, &decide(false)),
        RefusalCode::NothingToDecide
    );
    assert_eq!(Case::replay(&story.log), Some(story.case.clone()));
}

#[test]
fn a_refused_appeal_exempts_nothing_and_was_the_only_one() {
    let mut story = closed_late();
    story.does(LEADER, appeal());
    assert_eq!(story.why_not(LEADER, &appeal()), RefusalCode::AppealedOnce);
    story.does(Who::CountyRegistrar, decide(false));
    assert_eq!(story.case.round().unwrap().exempted_at, None);
    assert_eq!(story.why_not(LEADER, &appeal()), RefusalCode::AppealedOnce);
}

#[test]
fn who_was_on_time_has_nothing_to_appeal_against() {
    let story = Story::closed();
    assert_eq!(story.why_not(LEADER, &appeal()), RefusalCode::NotLate);
}

#[test]
fn only_the_leader_of_the_unit_that_led_late_appeals() {
    let story = closed_late();
    for who in [
        Who::Leader(WATER),
        Who::Officer(ENFORCEMENT),
        Who::Dispatcher,
    ] {
        assert_eq!(story.why_not(who, &appeal()), RefusalCode::PostForbids);
    }
}

#[test]
fn an_appeal_is_decided_also_after_the_case_was_reopened() {
    let mut story = closed_late();
    story.does(LEADER, appeal());
    story.does(Who::Registrar, reopen());
    story.does(Who::CountyRegistrar, decide(true));
    assert!(story.case.rounds[0].exempted_at.is_some());
    assert_eq!(story.case.rounds[1].exempted_at, None);
}
