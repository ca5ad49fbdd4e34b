//! Until it is done: who finishes, in what order, after what.

use super::story::{Story, a_report, dispatch};
use super::town::{BURST, ENFORCEMENT, POLICE, WATER, Who, assist, at, lead, scene, unit};
use crate::case::{Action, AssignmentStage, RefusalCode, Stage, WhistleStage};
use crate::routing::Role;

const OFFICER: Who = Who::Officer(ENFORCEMENT);
const LEADER: Who = Who::Leader(ENFORCEMENT);

#[test]
fn the_lead_finishes_last() {
    let mut story = Story::on_the_scene();
    let refused = story.refusal(LEADER, &story.finish(ENFORCEMENT));
    assert_eq!(refused.code, RefusalCode::OthersUnfinished);
    assert_eq!(refused.values["units"], "320707101-sw");
    story.on("09-07 11:00");
    story.does(Who::Leader(WATER), story.finish(WATER));
    assert_eq!(story.stage(), Stage::Handling);
    story.does(LEADER, story.finish(ENFORCEMENT));
    assert_eq!(story.stage(), Stage::Handled);
    assert_eq!(story.whistle().stage, WhistleStage::Finished);
    let round = story.case.round().unwrap();
    assert_eq!(round.finished_at, Some(at("09-07 11:00")));
    assert_eq!(round.clock().unwrap().stopped, Some(at("09-07 11:00")));
}

#[test]
fn who_was_excused_or_revoked_is_not_waited_for() {
    for let_go in [Story::excuse, Story::revoke] {
        let mut story = Story::on_the_scene();
        let action = let_go(&story, WATER);
        story.does(Who::Dispatcher, action);
        story.does(LEADER, story.finish(ENFORCEMENT));
        assert_eq!(story.stage(), Stage::Handled);
    }
}

#[test]
fn a_unit_called_to_the_scene_reports_there_before_it_finishes() {
    let mut story = Story::whistled();
    story.does(Who::Officer(WATER), story.sign(WATER));
    for (who, action) in [
        (Who::Leader(WATER), story.finish(WATER)),
        (Who::Officer(WATER), story.report_done(WATER)),
    ] {
        assert_eq!(story.why_not(who, &action), RefusalCode::NotCheckedIn);
    }
    story.does(Who::Officer(WATER), story.check_in(WATER, Some(scene())));
    story.does(Who::Leader(WATER), story.finish(WATER));
}

#[test]
fn a_plain_order_is_finished_after_the_signature_and_verified_at_once() {
    let mut story = Story::registered();
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    assert_eq!(
        story.why_not(LEADER, &story.finish(ENFORCEMENT)),
        RefusalCode::StageForbids
    );
    story.does(OFFICER, story.sign(ENFORCEMENT));
    story.does(LEADER, story.finish(ENFORCEMENT));
    assert_eq!(story.stage(), Stage::Verifying);
    assert_eq!(
        story.last().actor.person,
        None,
        "nobody asked: it follows by rule"
    );
}

#[test]
fn the_officer_reports_and_the_leader_of_the_unit_finishes_or_pushes_back() {
    let mut story = Story::on_the_scene();
    assert_eq!(
        story.why_not(OFFICER, &story.finish(ENFORCEMENT)),
        RefusalCode::NotEmpowered
    );
    let push_back = |story: &Story| Action::PushBack {
        assignment: story.id(ENFORCEMENT),
        reason: "不彻底".to_owned(),
    };
    assert_eq!(
        story.why_not(LEADER, &push_back(&story)),
        RefusalCode::StageForbids
    );
    story.does(OFFICER, story.report_done(ENFORCEMENT));
    assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::ReportedDone);
    assert_eq!(
        story.why_not(OFFICER, &story.report_done(ENFORCEMENT)),
        RefusalCode::StageForbids
    );
    story.does(LEADER, push_back(&story));
    assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::Arrived);
    assert_eq!(story.of(ENFORCEMENT).reported_done_at, None);
    story.does(OFFICER, story.report_done(ENFORCEMENT));
    story.does(Who::Leader(WATER), story.finish(WATER));
    story.does(LEADER, story.finish(ENFORCEMENT));
    assert_eq!(story.of(ENFORCEMENT).result.as_deref(), Some("已修复"));
}

#[test]
fn after_a_push_back_a_plain_order_is_signed_again() {
    let mut story = Story::registered();
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    story.does(OFFICER, story.sign(ENFORCEMENT));
    story.does(OFFICER, story.report_done(ENFORCEMENT));
    let assignment = story.id(ENFORCEMENT);
    story.does(
        LEADER,
        Action::PushBack {
            assignment,
            reason: "不彻底".to_owned(),
        },
    );
    assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::Signed);
}

#[test]
fn the_handling_ends_after_the_last_step() {
    let mut story = Story::filed(Who::Worker, "09-07 09:00", &a_report());
    story.registers(BURST, 1);
    story.does(Who::Dispatcher, dispatch(vec![lead(WATER), assist(POLICE)]));
    story.does(Who::Officer(WATER), story.sign(WATER));
    story.does(Who::Officer(POLICE), story.sign(POLICE));
    story.does(Who::Leader(POLICE), story.finish(POLICE));
    assert_eq!(
        story.why_not(Who::Leader(WATER), &story.finish(WATER)),
        RefusalCode::StepUnfinished
    );
    let step = Action::CompleteStep;
    assert_eq!(
        story.why_not(Who::Officer(POLICE), &step),
        RefusalCode::PostForbids
    );
    story.does(Who::Officer(WATER), step.clone());
    assert_eq!(
        story.why_not(Who::Officer(WATER), &step),
        RefusalCode::LastStep
    );
    story.does(Who::Leader(WATER), story.finish(WATER));
    assert_eq!(story.stage(), Stage::Verifying);
}

#[test]
fn a_round_is_on_time_only_if_every_step_was() {
    for (step_done, on_time) in [("09-07 10:00", true), ("09-07 10:01", false)] {
        let mut story = Story::filed(Who::Worker, "09-07 09:00", &a_report());
        story.registers(BURST, 1);
        story.does(Who::Dispatcher, dispatch(vec![lead(WATER)]));
        story.does(Who::Officer(WATER), story.sign(WATER));
        story
            .on(step_done)
            .does(Who::Officer(WATER), Action::CompleteStep);
        story.on("09-08 10:00");
        story.does(Who::Leader(WATER), story.finish(WATER));
        story.does(Who::Worker, story.verify(true, &[]));
        story.does(Who::Registrar, super::story::close());
        assert_eq!(
            story.case.round().unwrap().on_time,
            Some(on_time),
            "{step_done}"
        );
    }
}

#[test]
fn a_finish_after_the_deadline_is_late_however_soon_the_case_is_closed() {
    for (finished, on_time) in [("09-14 18:00", true), ("09-14 18:01", false)] {
        let mut story = Story::on_the_scene();
        story.does(Who::Leader(WATER), story.finish(WATER));
        story.on(finished);
        assert_eq!(story.case.is_overdue(story.now), !on_time);
        story.does(LEADER, story.finish(ENFORCEMENT));
        // What comes after the finish is not the unit's time.
        story.on("09-25 10:00");
        assert_eq!(story.case.is_overdue(story.now), !on_time);
        story.does(Who::Worker, super::story::confirm_solved(Some(scene())));
        story.does(Who::Registrar, super::story::close());
        assert_eq!(
            story.case.round().unwrap().on_time,
            Some(on_time),
            "{finished}"
        );
    }
}

#[test]
fn a_unit_that_joined_is_waited_for() {
    let mut story = Story::on_the_scene();
    story.does(Who::Leader(WATER), story.finish(WATER));
    let add = Action::AddUnit {
        whistle: story.whistle_id(),
        unit: unit(POLICE),
        role: Role::Assist,
    };
    story.does(Who::Dispatcher, add);
    assert_eq!(
        story.why_not(LEADER, &story.finish(ENFORCEMENT)),
        RefusalCode::OthersUnfinished
    );
}

#[test]
fn the_leader_of_a_unit_names_officers_and_the_lead_answers_the_resident() {
    let mut story = Story::on_the_scene();
    let assignment = story.id(ENFORCEMENT);
    let name = Action::AssignHandler {
        assignment,
        officers: vec!["李".to_owned(), "王".to_owned()],
        may_finish: false,
    };
    assert_eq!(story.why_not(OFFICER, &name), RefusalCode::PostForbids);
    story.does(LEADER, name);
    assert_eq!(story.of(ENFORCEMENT).officers, ["李", "王"]);
    story.does(
        OFFICER,
        Action::ContactResident {
            assignment,
            note: String::new(),
        },
    );
    assert_eq!(
        story.of(ENFORCEMENT).resident_contacted_at,
        Some(at("09-07 10:00"))
    );
    let reply = Action::Reply {
        text: "已修复".to_owned(),
    };
    assert_eq!(
        story.why_not(Who::Leader(WATER), &reply),
        RefusalCode::PostForbids
    );
    story.does(LEADER, reply);
    assert_eq!(story.case.reply.as_deref(), Some("已修复"));
}
