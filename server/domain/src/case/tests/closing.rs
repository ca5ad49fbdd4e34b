//! The end of a case, what residents and blowers say of it, and its return.

use super::story::{Story, a_report, a_resident, close, dispatch, reopen};
use super::town::{COVER, ENFORCEMENT, POLICE, ROAD, WATER, Who, at, lead, scene};
use crate::case::{
    Action, Answer, Grade, InnerClockName, RefusalCode, Solved, Stage, WhistleStage,
};

pub fn satisfied() -> Answer {
    Answer {
        contacted: true,
        solved: Solved::Yes,
        satisfaction: Grade::Satisfied,
        text: String::new(),
        may_contact: false,
    }
}

/// Closed on Monday at 11:40, with a resident behind it.
pub fn closed_for_a_resident() -> Story {
    let mut report = a_report();
    report.resident = Some(a_resident());
    let mut story = Story::filed(Who::Clerk, "09-07 09:00", &report);
    story.registers(COVER, 2);
    handled_again(&mut story);
    story.on("09-07 11:40").does(Who::Registrar, close());
    story
}

/// Dispatched, signed, finished and verified at once.
pub fn handled_again(story: &mut Story) {
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.does(
        Who::Leader(ENFORCEMENT),
        Action::Reply {
            text: "已装好".to_owned(),
        },
    );
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    story.does(Who::Worker, story.verify(true, &[]));
}

#[test]
fn a_case_is_closed_with_its_standard_ticked() {
    let mut story = Story::verified();
    let unticked = Action::Close {
        standard_met: false,
        note: String::new(),
    };
    assert_eq!(
        story.why_not(Who::Registrar, &unticked),
        RefusalCode::StandardNotMet
    );
    story.does(Who::Registrar, close());
    assert_eq!(story.stage(), Stage::Closed);
    assert!(
        story
            .case
            .inner_clocks
            .iter()
            .all(|clock| clock.stopped_at.is_some())
    );
}

#[test]
fn a_resident_is_asked_and_nobody_else() {
    assert!(Story::closed().case.round().unwrap().feedback.is_none());
    assert_eq!(
        Story::closed().rates(&satisfied()).unwrap_err().code,
        RefusalCode::NoFeedback
    );
    let story = closed_for_a_resident();
    let feedback = story.case.round().unwrap().feedback.clone().unwrap();
    assert_eq!(feedback.opened_at, at("09-07 11:40"));
    assert_eq!(feedback.expires_at, at("09-14 11:40"));
}

#[test]
fn a_resident_answers_once_and_within_seven_days() {
    let mut story = closed_for_a_resident();
    story.on("09-14 11:39").rates(&satisfied()).unwrap();
    let concluded = story
        .case
        .round()
        .unwrap()
        .feedback
        .as_ref()
        .unwrap()
        .concluded
        .clone()
        .unwrap();
    assert_eq!(
        (concluded.at, concluded.answer()),
        (at("09-14 11:39"), Some(&satisfied()))
    );
    assert_eq!(
        story.rates(&satisfied()).unwrap_err().code,
        RefusalCode::FeedbackConcluded
    );
    let mut late = closed_for_a_resident();
    let refused = late.on("09-14 11:40").rates(&satisfied()).unwrap_err();
    assert_eq!(refused.code, RefusalCode::FeedbackExpired);
    assert_eq!(late.stage(), Stage::Closed);
}

#[test]
fn no_account_answers_for_the_resident() {
    let story = closed_for_a_resident();
    for who in [Who::Clerk, Who::Registrar, Who::Caller] {
        assert_eq!(
            story.why_not(who, &Action::Rate(satisfied())),
            RefusalCode::PostForbids
        );
    }
}

#[test]
fn after_a_reopening_the_question_about_the_closed_round_stays() {
    let mut story = closed_for_a_resident();
    story.on("09-08 09:00").does(Who::Registrar, reopen());
    story.rates(&satisfied()).unwrap();
    assert!(
        story.case.rounds[0]
            .feedback
            .as_ref()
            .unwrap()
            .concluded
            .is_some()
    );
    // The next closing asks anew.
    handled_again(&mut story);
    story.does(Who::Registrar, close());
    assert!(
        story.case.rounds[1]
            .feedback
            .as_ref()
            .unwrap()
            .concluded
            .is_none()
    );
}

#[test]
fn a_reopened_case_gets_a_new_round_with_the_full_limit() {
    let mut story = closed_for_a_resident();
    story.on("09-09 09:00").does(Who::Registrar, reopen());
    assert_eq!(story.stage(), Stage::Registered);
    let round = story.case.round().unwrap();
    assert_eq!(
        (round.number, round.clock().is_some(), round.lead.is_some()),
        (2, false, false)
    );
    assert_eq!(
        story.running(InnerClockName::Dispatch).unwrap().due,
        at("09-09 09:15")
    );
    assert_eq!(
        story.case.lead(),
        None,
        "the assignments of the first round are over"
    );
    story.does(Who::Dispatcher, dispatch(vec![lead(POLICE)]));
    assert_eq!(story.deadline().unwrap(), "09-09 15:00");
}

#[test]
fn a_case_is_reopened_within_thirty_days() {
    let mut story = Story::closed();
    story.on("10-07 11:39").does(Who::Registrar, reopen());
    let mut late = Story::closed();
    late.on("10-07 11:40");
    let refused = late.refusal(Who::Registrar, &reopen());
    assert_eq!(refused.code, RefusalCode::ReopenTooLate);
    assert_eq!(refused.values["until"], "2026-10-07T11:40:00+08:00");
}

#[test]
fn the_blower_scores_each_unit_once_and_nothing_changes_the_score() {
    let mut story = Story::handled();
    story.does(Who::Worker, story.score(ENFORCEMENT, 5, 4));
    assert_eq!(story.whistle().stage, WhistleStage::Finished);
    assert_eq!(
        story.why_not(Who::Worker, &story.score(ENFORCEMENT, 1, 1)),
        RefusalCode::AlreadyScored
    );
    assert_eq!(
        story.why_not(Who::GridLeader, &story.score(WATER, 3, 3)),
        RefusalCode::NotTheBlower
    );
    story.does(Who::Worker, story.score(WATER, 3, 3));
    assert_eq!(story.whistle().stage, WhistleStage::Scored);
    let scores: Vec<_> = story
        .whistle()
        .scores
        .iter()
        .map(|s| (s.response, s.quality))
        .collect();
    assert_eq!(scores, [(5, 4), (3, 3)]);
}

#[test]
fn who_was_excused_is_not_scored_and_not_waited_for() {
    let mut story = Story::on_the_scene();
    story.does(Who::Dispatcher, story.excuse(WATER));
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    assert_eq!(
        story.why_not(Who::Worker, &story.score(WATER, 1, 1)),
        RefusalCode::NotItsAssignment
    );
    story.does(Who::Worker, story.score(ENFORCEMENT, 5, 5));
    assert_eq!(story.whistle().stage, WhistleStage::Scored);
}

#[test]
fn a_whistle_is_scored_after_closing_too_but_not_before_it_is_finished() {
    let scene = Story::on_the_scene();
    assert_eq!(
        scene.why_not(Who::Worker, &scene.score(WATER, 5, 5)),
        RefusalCode::StageForbids
    );
    let mut story = Story::closed();
    story.does(Who::Worker, story.score(WATER, 5, 5));
    story.does(Who::Worker, story.score(ENFORCEMENT, 5, 5));
    assert_eq!(
        (story.whistle().stage, story.stage()),
        (WhistleStage::Scored, Stage::Closed)
    );
}

#[test]
fn a_void_case_is_over_and_its_clocks_stand() {
    let void = || Action::Void {
        reason: "误报".to_owned(),
    };
    for who in [Who::Registrar, Who::DutyLeader] {
        let mut story = Story::whistled();
        story.on("09-07 09:30").does(who, void());
        assert_eq!(
            (story.stage(), story.case.voided_at),
            (Stage::Voided, Some(at("09-07 09:30")))
        );
        assert!(!story.case.round().unwrap().clock().unwrap().is_running());
        assert!(
            story
                .case
                .inner_clocks
                .iter()
                .all(|clock| clock.stopped_at.is_some())
        );
        assert!(!story.case.is_overdue(at("12-31 00:00")));
        let sign = story.sign(ENFORCEMENT);
        assert_eq!(
            story.why_not(Who::Officer(ENFORCEMENT), &sign),
            RefusalCode::StageForbids
        );
        assert_eq!(
            story.why_not(Who::Registrar, &reopen()),
            RefusalCode::StageForbids
        );
    }
    let story = Story::whistled();
    assert_eq!(
        story.why_not(Who::Dispatcher, &void()),
        RefusalCode::PostForbids
    );
    assert_eq!(
        Story::closed().why_not(Who::Registrar, &void()),
        RefusalCode::StageForbids
    );
}

#[test]
fn comments_and_photographs_are_welcome_at_any_stage_and_move_nothing() {
    for mut story in [Story::begins(), Story::handled(), Story::closed()] {
        let before = (story.stage(), story.case.inner_clocks.clone());
        story.does(
            Who::Worker,
            Action::Comment {
                text: "路滑".to_owned(),
                public: true,
            },
        );
        let attachments = vec![crate::case::AttachmentId(uuid::Uuid::from_u128(1))];
        story.does(
            Who::Worker,
            Action::Attach {
                attachments: attachments.clone(),
            },
        );
        assert_eq!((story.stage(), story.case.inner_clocks.clone()), before);
        assert_eq!(story.case.attachments, attachments);
    }
}

#[test]
fn a_second_round_is_whistled_and_answered_like_the_first() {
    let mut story = Story::closed();
    story.on("09-08 09:00").does(Who::Registrar, reopen());
    story.does(
        Who::Worker,
        Action::RequestWhistle(super::story::wish("daily")),
    );
    story.does(Who::Dispatcher, story.issue(vec![lead(WATER)]));
    assert_eq!((story.whistle().round, story.of(WATER).round), (2, 2));
    story.does(Who::Officer(WATER), story.sign(WATER));
    story.does(Who::Officer(WATER), story.check_in(WATER, Some(scene())));
    story.does(Who::Leader(WATER), story.finish(WATER));
    story.does(Who::Worker, super::story::confirm_solved(Some(scene())));
    story.does(Who::Registrar, close());
    assert_eq!(story.case.rounds.len(), 2);
    assert_eq!(
        story.case.round().unwrap().condition,
        super::town::condition(ROAD, 1)
    );
}
