//! The answer to the resident, and officers who answer for their unit.

use super::story::{Story, a_resident};
use super::town::{ENFORCEMENT, WATER, Who};
use crate::case::{Action, AssignmentStage, RefusalCode};

fn reply(text: &str) -> Action {
    Action::Reply {
        text: text.to_owned(),
    }
}

#[test]
fn an_officers_answer_waits_for_his_leaders_consent() {
    let mut story = Story::on_the_scene();
    assert_eq!(
        story.why_not(Who::Leader(ENFORCEMENT), &Action::ConsentReply),
        RefusalCode::NoDraft
    );
    story.does(Who::Officer(ENFORCEMENT), reply("今日修复"));
    assert_eq!(story.case.reply, None);
    for who in [Who::Officer(ENFORCEMENT), Who::Leader(WATER)] {
        assert_eq!(
            story.why_not(who, &Action::ConsentReply),
            RefusalCode::PostForbids
        );
    }
    story.does(Who::Leader(ENFORCEMENT), Action::ConsentReply);
    assert_eq!(story.case.reply.as_deref(), Some("今日修复"));
    assert_eq!(story.case.reply_draft, None);
}

#[test]
fn a_leaders_own_answer_stands_and_replaces_the_draft() {
    let mut story = Story::on_the_scene();
    story.does(Who::Officer(ENFORCEMENT), reply("今日修复"));
    story.does(Who::Leader(ENFORCEMENT), reply("明日上午修复"));
    assert_eq!(story.case.reply.as_deref(), Some("明日上午修复"));
    assert_eq!(
        story.why_not(Who::Leader(ENFORCEMENT), &Action::ConsentReply),
        RefusalCode::NoDraft
    );
    assert_eq!(
        story.why_not(Who::Officer(WATER), &reply("不由我答")),
        RefusalCode::PostForbids
    );
}

#[test]
fn the_lead_finishes_once_the_resident_has_an_answer_that_stands() {
    let mut story = Story::on_the_scene();
    story.case.resident = Some(a_resident());
    story.case.confidential = Some(true);
    story.does(Who::Leader(WATER), story.finish(WATER));
    let leader = Who::Leader(ENFORCEMENT);
    let finish = story.finish(ENFORCEMENT);
    assert_eq!(story.why_not(leader, &finish), RefusalCode::ReplyMissing);
    story.does(Who::Officer(ENFORCEMENT), reply("今日修复"));
    assert_eq!(
        story.why_not(leader, &finish),
        RefusalCode::ReplyMissing,
        "his officer's draft does not stand yet"
    );
    story.does(leader, Action::ConsentReply);
    story.does(leader, finish);
}

#[test]
fn an_officer_finishes_where_his_leader_has_empowered_him() {
    let mut story = Story::on_the_scene();
    let name = |may_finish| Action::AssignHandler {
        assignment: story.id(WATER),
        officers: vec![Who::Officer(WATER).actor().name],
        may_finish,
    };
    let (named, empowered) = (name(false), name(true));
    let finish = story.finish(WATER);
    story.does(Who::Leader(WATER), named);
    assert_eq!(
        story.why_not(Who::Officer(WATER), &finish),
        RefusalCode::NotEmpowered
    );
    story.does(Who::Leader(WATER), empowered);
    story.does(Who::Officer(WATER), story.report_done(WATER));
    let push_back = Action::PushBack {
        assignment: story.id(WATER),
        reason: "照片不清".to_owned(),
    };
    story.does(Who::Officer(WATER), push_back);
    story.does(Who::Officer(WATER), finish);
    assert_eq!(story.of(WATER).stage, AssignmentStage::Finished);
}
