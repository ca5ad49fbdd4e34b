//! Whether it is solved: the blower, the verifier.

use super::kinds::at_the_gate;
use super::story::{Story, a_report, close, confirm_solved, dispatch, wish};
use super::town::{
    BURST, COVER, ENFORCEMENT, POLICE, ROAD, WATER, Who, assist, at, lead, metres_away, scene, unit,
};
use crate::case::{Action, AssignmentStage, InnerClockName, RefusalCode, Stage, WhistleStage};
use crate::routing::Role;

/// A broken cover of 4 working hours whistled at 09:00, both units done at 11:00.
fn two_hours_used() -> Story {
    let mut story = Story::whistled_for(COVER, 2);
    story.on("09-07 11:00");
    for body in [WATER, ENFORCEMENT] {
        story.does(Who::Officer(body), story.sign(body));
        story.does(Who::Officer(body), story.check_in(body, Some(scene())));
        story.does(Who::Leader(body), story.finish(body));
    }
    story
}

/// Sent plainly and finished: somebody has to verify.
fn verifying() -> Story {
    let mut story = Story::registered();
    story.does(
        Who::RegistrarAndDispatcher,
        dispatch(vec![lead(ENFORCEMENT)]),
    );
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    story
}

#[test]
fn the_grids_worker_who_blew_and_stands_there_verifies_by_confirming() {
    for (here, stage) in [
        (Some(scene()), Stage::Verified),
        (Some(metres_away(299.0)), Stage::Verified),
        (Some(metres_away(301.0)), Stage::Verifying),
        (None, Stage::Verifying),
    ] {
        let mut story = Story::handled();
        story.does(Who::Worker, confirm_solved(here));
        assert_eq!(story.stage(), stage, "{here:?}");
        assert!(story.running(InnerClockName::ConfirmSolved).is_none());
    }
}

#[test]
fn after_another_blowers_confirmation_somebody_still_verifies() {
    let mut story = Story::registered();
    story.does(Who::VillageLeader, Action::RequestWhistle(wish("daily")));
    story.does(Who::Dispatcher, story.issue(vec![lead(ENFORCEMENT)]));
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.does(
        Who::Officer(ENFORCEMENT),
        story.check_in(ENFORCEMENT, Some(scene())),
    );
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    story.does(Who::VillageLeader, confirm_solved(Some(scene())));
    assert_eq!(story.stage(), Stage::Verifying);
    story.does(Who::Worker, story.verify(true, &[]));
    assert_eq!(story.stage(), Stage::Verified);
}

#[test]
fn only_the_blower_confirms_or_vetoes() {
    let story = Story::handled();
    for who in [Who::VillageLeader, Who::Dispatcher, Who::GridLeader] {
        for action in [confirm_solved(Some(scene())), story.veto(&[])] {
            assert_eq!(
                story.why_not(who, &action),
                RefusalCode::NotTheBlower,
                "{who:?}"
            );
        }
    }
}

#[test]
fn a_veto_brings_the_lead_back_and_the_time_until_it_does_not_count() {
    let mut story = two_hours_used();
    assert_eq!(story.deadline().unwrap(), "09-07 15:00");
    story.on("09-07 14:30");
    story.does(Who::Worker, story.veto(&[]));
    assert_eq!(story.stage(), Stage::Handling);
    // Two of four hours remain.
    assert_eq!(story.deadline().unwrap(), "09-07 16:30");
    let lead = story.of(ENFORCEMENT);
    assert_eq!(
        (lead.stage, lead.attempt, lead.finished_at),
        (AssignmentStage::Arrived, 2, None)
    );
    assert_eq!(story.of(WATER).stage, AssignmentStage::Finished);
    assert_eq!(story.whistle().stage, WhistleStage::OnScene);
    let round = story.case.round().unwrap();
    assert_eq!((round.finished_at, round.vetoes.len()), (None, 1));
    assert!(story.running(InnerClockName::ConfirmSolved).is_none());
}

#[test]
fn a_veto_brings_those_back_whom_it_names() {
    let mut story = two_hours_used();
    story.does(Who::Worker, story.veto(&[WATER, ENFORCEMENT]));
    for body in [ENFORCEMENT, WATER] {
        assert_eq!(
            (story.of(body).stage, story.of(body).attempt),
            (AssignmentStage::Arrived, 2)
        );
    }
    assert_eq!(
        story.why_not(Who::Leader(ENFORCEMENT), &story.finish(ENFORCEMENT)),
        RefusalCode::OthersUnfinished
    );
}

#[test]
fn the_lead_stays_finished_where_only_another_has_to_come_again_whose_finish_ends_the_handling() {
    let mut story = two_hours_used();
    story.on("09-07 14:30");
    story.does(Who::Worker, story.veto(&[WATER]));
    assert_eq!(story.stage(), Stage::Handling);
    assert_eq!(story.deadline().unwrap(), "09-07 16:30", "the rest of it");
    let finished = story.of(ENFORCEMENT);
    assert_eq!(
        (finished.stage, finished.attempt),
        (AssignmentStage::Finished, 1)
    );
    assert_eq!(story.of(WATER).attempt, 2);
    assert_eq!(story.whistle().stage, WhistleStage::OnScene);
    story.on("09-07 15:00");
    story.does(Who::Leader(WATER), story.finish(WATER));
    assert_eq!(story.stage(), Stage::Handled);
    assert_eq!(story.whistle().stage, WhistleStage::Finished);
    let round = story.case.round().unwrap();
    assert_eq!(round.finished_at, Some(at("09-07 15:00")));
    assert!(!round.steps[0].clock.as_ref().unwrap().is_running());
    // The blower is asked anew.
    let asked = story.running(InnerClockName::ConfirmSolved).unwrap();
    assert_eq!(asked.due, at("09-08 18:00"));
    story.does(Who::Worker, confirm_solved(Some(scene())));
    story.does(Who::Registrar, close());
    assert_eq!(story.case.round().unwrap().on_time, Some(true));
}

#[test]
fn the_handling_ends_too_when_the_last_that_had_to_come_again_is_let_go() {
    for revoked in [true, false] {
        let mut story = two_hours_used();
        story.does(Who::Worker, story.veto(&[WATER]));
        let letting_go = if revoked {
            story.revoke(WATER)
        } else {
            story.excuse(WATER)
        };
        story.does(Who::Dispatcher, letting_go);
        assert_eq!(story.stage(), Stage::Handled);
        assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::Finished);
    }
    // Where nobody blew, somebody verifies.
    let mut story = Story::registered();
    story.does(
        Who::Dispatcher,
        dispatch(vec![lead(ENFORCEMENT), assist(WATER)]),
    );
    for body in [WATER, ENFORCEMENT] {
        story.does(Who::Officer(body), story.sign(body));
        story.does(Who::Leader(body), story.finish(body));
    }
    story.does(Who::Worker, story.verify(false, &[WATER]));
    assert_eq!(story.stage(), Stage::Handling);
    story.does(Who::Leader(WATER), story.request_return(WATER));
    story.does(Who::Dispatcher, story.decide_return(WATER, true));
    assert_eq!(story.stage(), Stage::Verifying);
    assert!(story.running(InnerClockName::Verify).is_some());
}

#[test]
fn who_had_finished_as_the_lead_leads_no_more_once_another_was_called_to() {
    let mut story = two_hours_used();
    story.does(Who::Worker, story.veto(&[WATER]));
    let mut request = wish("emergency");
    request.wanted = vec![lead(POLICE)];
    story.does(Who::Worker, Action::RequestWhistle(request));
    assert_eq!(story.of(WATER).stage, AssignmentStage::Revoked);
    assert_eq!(story.stage(), Stage::Assigned);
    let first = &story.case.whistles[0];
    assert_eq!(first.stage, WhistleStage::OnScene, "it is scored yet");
    let join = Action::AddUnit {
        whistle: first.id,
        unit: unit(WATER),
        role: Role::Assist,
    };
    assert_eq!(
        story.why_not(Who::Dispatcher, &join),
        RefusalCode::WhistleOpen,
        "whoever is called joins the one that came after"
    );
    story.does(Who::Leader(POLICE), story.request_return(POLICE));
    story.does(Who::Dispatcher, story.decide_return(POLICE, true));
    assert_eq!(story.stage(), Stage::Registered);
    assert_eq!(story.case.lead(), None);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    assert_eq!(story.stage(), Stage::Assigned);
}

#[test]
fn a_veto_names_only_who_finished() {
    let mut story = Story::on_the_scene();
    story.does(Who::Dispatcher, story.excuse(WATER));
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    assert_eq!(
        story.why_not(Who::Worker, &story.veto(&[WATER])),
        RefusalCode::NotItsAssignment
    );
}

#[test]
fn a_veto_counts_as_long_as_the_case_is_not_closed() {
    let mut verifying = Story::handled();
    verifying.does(Who::Registrar, Action::RequestVerification);
    verifying.does(Who::Worker, verifying.veto(&[]));
    assert_eq!(verifying.stage(), Stage::Handling);
    assert!(verifying.running(InnerClockName::Verify).is_none());
    let mut verified = Story::verified();
    verified.does(Who::Worker, verified.veto(&[]));
    assert_eq!(verified.stage(), Stage::Handling);
    let closed = Story::closed();
    assert_eq!(
        closed.why_not(Who::Worker, &closed.veto(&[])),
        RefusalCode::StageForbids
    );
}

#[test]
fn a_failed_verification_brings_the_lead_back_with_the_rest_of_its_time() {
    let mut story = two_hours_used();
    story.does(Who::Registrar, Action::RequestVerification);
    story.on("09-07 14:30");
    story.does(Who::GridLeader, story.verify(false, &[]));
    assert_eq!(
        (story.stage(), story.deadline().unwrap()),
        (Stage::Handling, "09-07 16:30".to_owned())
    );
    assert_eq!(story.of(ENFORCEMENT).attempt, 2);
    assert_eq!(
        story.case.round().unwrap().failed_verifications,
        [at("09-07 14:30")]
    );
    assert!(story.running(InnerClockName::Verify).is_none());
}

#[test]
fn after_a_failed_verification_the_rest_of_the_last_step_runs_and_the_steps_before_it_stay_judged()
{
    let mut story = Story::filed(Who::Worker, "09-07 09:00", &a_report());
    story.registers(BURST, 1);
    story.does(Who::Dispatcher, dispatch(vec![lead(WATER)]));
    story.does(Who::Officer(WATER), story.sign(WATER));
    // The water is stopped too late; the road is done in a working hour of its five days.
    story.on("09-07 11:00");
    story.does(Who::Officer(WATER), Action::CompleteStep);
    story.on("09-07 12:00");
    story.does(Who::Leader(WATER), story.finish(WATER));
    let first = story.case.round().unwrap().steps[0].clone();
    story.on("09-08 09:00");
    story.does(Who::Worker, story.verify(false, &[]));
    let round = story.case.round().unwrap();
    assert_eq!((round.step, &round.steps[0]), (1, &first));
    assert_eq!(story.deadline().unwrap(), "09-15 18:00", "a day later");
    story.does(Who::Leader(WATER), story.finish(WATER));
    story.does(Who::Worker, story.verify(true, &[]));
    story.does(Who::Registrar, close());
    assert_eq!(story.case.round().unwrap().on_time, Some(false));
}

#[test]
fn of_two_who_blew_in_a_round_each_may_veto_what_the_other_confirmed() {
    // The lead gives it back; another is sent plainly, and fails.
    let mut story = Story::whistled();
    story.does(Who::Officer(WATER), story.check_in(WATER, Some(scene())));
    story.does(Who::Leader(WATER), story.finish(WATER));
    story.does(Who::Leader(ENFORCEMENT), story.request_return(ENFORCEMENT));
    story.does(Who::Dispatcher, story.decide_return(ENFORCEMENT, true));
    story.does(Who::Dispatcher, dispatch(vec![lead(POLICE)]));
    story.does(Who::Officer(POLICE), story.sign(POLICE));
    story.does(Who::Leader(POLICE), story.finish(POLICE));
    story.does(Who::Registrar, Action::RequestVerification);
    story.does(Who::GridLeader, story.verify(false, &[]));
    // The first whistle was answered; somebody else blows the second.
    assert_eq!(story.whistle().stage, WhistleStage::Finished);
    story.does(Who::VillageLeader, Action::RequestWhistle(wish("daily")));
    let call = Action::IssueWhistle {
        whistle: story.case.whistles[1].id,
        units: vec![lead(WATER)],
        meeting: at_the_gate(),
    };
    story.does(Who::Dispatcher, call);
    story.does(Who::Officer(WATER), story.check_in(WATER, Some(scene())));
    story.does(Who::Leader(WATER), story.finish(WATER));
    story.does(Who::VillageLeader, confirm_solved(Some(scene())));
    assert_eq!(story.stage(), Stage::Verifying);
    story.does(Who::Worker, story.veto(&[]));
    assert_eq!(story.stage(), Stage::Handling);
}

#[test]
fn after_a_failed_verification_a_plain_order_is_signed_again() {
    let mut story = verifying();
    story.does(Who::Worker, story.verify(false, &[]));
    assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::Signed);
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    story.does(Who::Worker, story.verify(true, &[]));
    assert_eq!(story.stage(), Stage::Verified);
}

#[test]
fn the_grids_worker_its_leader_or_a_registrar_verifies() {
    for who in [Who::Worker, Who::GridLeader, Who::Registrar] {
        let mut story = verifying();
        story.does(who, story.verify(true, &[]));
        assert_eq!(story.stage(), Stage::Verified, "{who:?}");
    }
    let story = verifying();
    for who in [
        Who::VillageLeader,
        Who::Dispatcher,
        Who::TownHead,
        Who::Supervisor,
    ] {
        assert_eq!(
            story.why_not(who, &story.verify(true, &[])),
            RefusalCode::PostForbids,
            "{who:?}"
        );
    }
}

#[test]
fn a_worker_of_the_village_verifies_what_he_reported_from_the_next_grid() {
    let mut story = Story::filed(Who::Neighbour, "09-07 09:00", &a_report());
    story.registers(ROAD, 1);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    story.does(Who::Neighbour, story.verify(true, &[]));
    assert_eq!(story.stage(), Stage::Verified);
}

#[test]
fn a_worker_of_the_next_grid_sees_what_is_to_be_verified_and_verifies_it() {
    let before = Story::begins();
    assert_eq!(
        before.why_not(Who::Neighbour, &before.verify(true, &[])),
        RefusalCode::NotFound
    );
    let mut story = verifying();
    assert_eq!(
        story.why_not(Who::Stranger, &story.verify(true, &[])),
        RefusalCode::NotFound
    );
    story.does(Who::Neighbour, story.verify(true, &[]));
    assert_eq!(story.stage(), Stage::Verified);
    assert_eq!(
        story.why_not(Who::Neighbour, &story.verify(true, &[])),
        RefusalCode::NotFound
    );
}

#[test]
fn who_belongs_to_a_unit_that_handled_it_does_not_verify() {
    let story = verifying();
    let who = Who::LeaderOfGridInEnforcement;
    assert_eq!(
        story.why_not(who, &story.verify(true, &[])),
        RefusalCode::HandledItYourself
    );
}

#[test]
fn who_dispatched_does_not_verify() {
    let story = verifying();
    let who = Who::RegistrarAndDispatcher;
    assert_eq!(
        story.why_not(who, &story.verify(true, &[])),
        RefusalCode::DispatchedItYourself
    );
}

#[test]
fn a_verification_names_only_who_finished() {
    let mut story = Story::registered();
    story.does(
        Who::Dispatcher,
        dispatch(vec![lead(ENFORCEMENT), assist(WATER)]),
    );
    story.does(Who::Dispatcher, story.excuse(WATER));
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    assert_eq!(
        story.why_not(Who::Worker, &story.verify(false, &[WATER])),
        RefusalCode::NotItsAssignment
    );
}
