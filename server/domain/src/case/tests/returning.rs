//! "Not ours", taken back, let off.

use super::story::{Story, a_report, dispatch};
use super::town::{
    COVER, DISSOLVED, ENFORCEMENT, POLICE, ROAD, RULES, WATER, Who, assist, at, lead, unit,
};
use crate::case::{Action, AssignmentStage, InnerClockName, RefusalCode, Stage};
use crate::clock::{Hours, LocalRule, Season};
use crate::matter::MatterKind;
use crate::routing::Role;

const LEADER: Who = Who::Leader(ENFORCEMENT);

/// A broken cover, 4 working hours, sent plainly at 09:00 to the enforcement bureau and the water
/// company; to be returned by 10:00.
fn a_broken_cover() -> Story {
    let mut story = Story::filed(Who::Worker, "09-07 09:00", &a_report());
    story.registers(COVER, 2);
    story.does(
        Who::Dispatcher,
        dispatch(vec![lead(ENFORCEMENT), assist(WATER)]),
    );
    story
}

/// The lead's return was accepted at 09:30.
fn returned_by_the_lead() -> Story {
    let mut story = a_broken_cover();
    story.on("09-07 09:20");
    story.does(LEADER, story.request_return(ENFORCEMENT));
    story.on("09-07 09:30");
    story.does(Who::Dispatcher, story.decide_return(ENFORCEMENT, true));
    story
}

#[test]
fn a_return_is_asked_for_in_time_or_not_at_all() {
    let mut story = a_broken_cover();
    story.on("09-07 10:00");
    story.now = story.now.plus_micros(1);
    let refused = story.refusal(LEADER, &story.request_return(ENFORCEMENT));
    assert_eq!(refused.code, RefusalCode::ReturnTooLate);
    assert_eq!(refused.values["until"], "2026-09-07T10:00:00+08:00");
    story.on("09-07 10:00");
    story.does(LEADER, story.request_return(ENFORCEMENT));
    assert_eq!(
        story.running(InnerClockName::DecideReturn).unwrap().due,
        at("09-07 10:30")
    );
    assert_eq!(
        story.why_not(LEADER, &story.request_return(ENFORCEMENT)),
        RefusalCode::AlreadyDone
    );
}

/// A case sent plainly at that moment in a town whose units work six hours a day: 09:00–12:00 and 14:00–17:00.
fn sent_in_a_town_of_short_days(of: (MatterKind, &str), number: u16, when: &str) -> Story {
    let short_days = LocalRule::Season(Season {
        from: (1, 1),
        hours: Hours::new(vec![(540, 720), (840, 1020)]).unwrap(),
    });
    let rules = RULES.clone().where_units_work([short_days]);
    let mut story = Story::filed_under(rules, Who::Worker, when, &a_report()).unwrap();
    story.registers(of, number);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    story
}

#[test]
fn the_time_for_a_return_is_counted_in_the_hours_of_the_place_to_its_very_end() {
    for (of, number, sent, until) in [
        // A quarter of 5 working days, of 8 hours each, is 10: 5 of Monday, and of Tuesday 3 before noon and 2 after it.
        (ROAD, 1, "09-07 10:00", "09-08 16:00"),
        // 2 of Monday, 6 of Tuesday, 2 of Wednesday would be 10; the working day is over before.
        (ROAD, 1, "09-07 15:00", "09-08 17:00"),
        // A quarter of 4 working hours is used up at the break and ends there.
        (COVER, 2, "09-07 11:00", "09-07 12:00"),
        // Sent before the opening, it begins at nine.
        (COVER, 2, "09-07 08:00", "09-07 10:00"),
        // A quarter of 2 emergency hours waits for no opening.
        (COVER, 1, "09-07 08:00", "09-07 08:30"),
    ] {
        let story = sent_in_a_town_of_short_days(of, number, sent);
        assert_eq!(story.of(ENFORCEMENT).return_by, at(until), "{sent}");
        // Like every limit it is kept by what comes at its end, and by nothing that comes after it.
        for (micros, in_time) in [(-1, true), (0, true), (1, false)] {
            let mut story = sent_in_a_town_of_short_days(of, number, sent);
            story.now = at(until).plus_micros(micros);
            let asked = story.tries(LEADER, &story.request_return(ENFORCEMENT));
            let refused = asked.err().map(|refusal| refusal.code);
            let expected = (!in_time).then_some(RefusalCode::ReturnTooLate);
            assert_eq!(refused, expected, "{sent}, {micros} µs after {until}");
        }
    }
}

#[test]
fn whoever_has_come_to_the_scene_does_not_return_the_case() {
    let mut story = Story::on_the_scene();
    assert_eq!(
        story.why_not(LEADER, &story.request_return(ENFORCEMENT)),
        RefusalCode::StageForbids
    );
    story.does(Who::Officer(ENFORCEMENT), story.leave(ENFORCEMENT));
    assert_eq!(
        story.why_not(LEADER, &story.request_return(ENFORCEMENT)),
        RefusalCode::StageForbids
    );
}

#[test]
fn an_unknown_unit_is_not_suggested() {
    let story = a_broken_cover();
    let Action::RequestReturn {
        assignment,
        reason,
        legal_basis,
        ..
    } = story.request_return(ENFORCEMENT)
    else {
        panic!("a return")
    };
    let suggested_unit = Some(unit(DISSOLVED));
    let to_nobody = Action::RequestReturn {
        assignment,
        reason,
        legal_basis,
        suggested_unit,
    };
    assert_eq!(story.why_not(LEADER, &to_nobody), RefusalCode::UnknownUnit);
}

#[test]
fn a_refused_return_changes_nothing_but_the_answer() {
    let mut story = a_broken_cover();
    let deadline = story.deadline();
    story.does(LEADER, story.request_return(ENFORCEMENT));
    story.does(Who::Dispatcher, story.decide_return(ENFORCEMENT, false));
    assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::Issued);
    assert_eq!(
        story
            .of(ENFORCEMENT)
            .return_request
            .as_ref()
            .unwrap()
            .accepted,
        Some(false)
    );
    assert_eq!(
        (story.stage(), story.deadline()),
        (Stage::Assigned, deadline)
    );
    let again = story.decide_return(ENFORCEMENT, true);
    assert_eq!(
        story.why_not(Who::Dispatcher, &again),
        RefusalCode::StageForbids
    );
}

#[test]
fn the_leads_return_pauses_the_clock_and_leaves_the_assists_where_they_are() {
    let mut story = returned_by_the_lead();
    assert_eq!(story.stage(), Stage::Registered);
    assert_eq!(story.deadline(), None, "a paused clock has no deadline");
    assert!(story.case.round().unwrap().is_paused());
    assert_eq!(story.of(WATER).stage, AssignmentStage::Issued);
    story.does(Who::Officer(WATER), story.sign(WATER));
    assert_eq!(story.stage(), Stage::Registered);
    assert_eq!(
        story.why_not(LEADER, &story.finish(ENFORCEMENT)),
        RefusalCode::StageForbids
    );
}

#[test]
fn the_same_unit_resumes_the_clock_and_another_restarts_it() {
    // Half an hour of four was used: at 10:30 three and a half remain, or four begin.
    for (next, deadline) in [(ENFORCEMENT, "09-07 16:00"), (POLICE, "09-07 16:30")] {
        let mut story = returned_by_the_lead();
        story
            .on("09-07 10:30")
            .does(Who::Dispatcher, dispatch(vec![lead(next)]));
        assert_eq!(story.stage(), Stage::Assigned);
        assert_eq!(story.deadline().unwrap(), deadline, "{next}");
    }
}

#[test]
fn a_new_lead_joins_a_whistle_whose_lead_was_taken_back() {
    let mut story = Story::whistled_for(COVER, 2);
    story.on("09-07 09:30");
    story.does(Who::Dispatcher, story.revoke(ENFORCEMENT));
    assert_eq!((story.stage(), story.deadline()), (Stage::Registered, None));
    let add = |role| Action::AddUnit {
        whistle: story.whistle_id(),
        unit: unit(POLICE),
        role,
    };
    let (assisting, leading) = (add(Role::Assist), add(Role::Lead));
    assert_eq!(
        story.why_not(Who::Dispatcher, &assisting),
        RefusalCode::OneLead
    );
    story.on("09-07 10:30").does(Who::Dispatcher, leading);
    assert_eq!(story.stage(), Stage::Assigned);
    assert_eq!(story.deadline().unwrap(), "09-07 16:30");
    // Before the whistle was extended the clock stood still: the milestones know the new deadline.
    assert_eq!(story.of(POLICE).check_in.unwrap().due, at("09-07 16:30"));
}

#[test]
fn an_assists_return_ends_that_assignment_only() {
    let mut story = a_broken_cover();
    let deadline = story.deadline();
    story.does(Who::Leader(WATER), story.request_return(WATER));
    story.does(Who::Dispatcher, story.decide_return(WATER, true));
    assert_eq!(story.of(WATER).stage, AssignmentStage::Returned);
    assert_eq!(
        (story.stage(), story.deadline()),
        (Stage::Assigned, deadline)
    );
}

#[test]
fn an_assist_is_excused_and_the_lead_is_not() {
    let mut story = Story::whistled();
    assert_eq!(
        story.why_not(Who::Dispatcher, &story.excuse(ENFORCEMENT)),
        RefusalCode::LeadNotExcused
    );
    story.does(Who::Dispatcher, story.excuse(WATER));
    let water = story.of(WATER);
    assert_eq!(water.stage, AssignmentStage::Excused);
    assert_eq!(water.let_go.as_ref().unwrap().reason, "另有任务");
    // Its absence stays a fact.
    assert_eq!(water.check_in.unwrap().reached_at, None);
    assert_eq!(
        story.why_not(Who::Officer(WATER), &story.sign(WATER)),
        RefusalCode::StageForbids
    );
}

#[test]
fn who_is_let_go_leaves_no_return_to_be_decided() {
    for let_go in [Story::excuse, Story::revoke] {
        let mut story = a_broken_cover();
        story.does(Who::Leader(WATER), story.request_return(WATER));
        let action = let_go(&story, WATER);
        story.does(Who::Dispatcher, action);
        assert!(story.running(InnerClockName::DecideReturn).is_none());
    }
    let mut finished = a_broken_cover();
    finished.does(Who::Leader(WATER), finished.request_return(WATER));
    finished.does(Who::Officer(WATER), finished.sign(WATER));
    finished.does(Who::Leader(WATER), finished.finish(WATER));
    assert!(finished.running(InnerClockName::DecideReturn).is_none());
}

#[test]
fn of_two_returns_the_second_still_waits_when_the_first_is_decided() {
    let mut story = a_broken_cover();
    story.does(Who::Leader(WATER), story.request_return(WATER));
    story.on("09-07 09:10");
    story.does(LEADER, story.request_return(ENFORCEMENT));
    story.does(Who::Dispatcher, story.decide_return(WATER, true));
    assert_eq!(
        story.running(InnerClockName::DecideReturn).unwrap().due,
        at("09-07 09:40")
    );
    story.does(Who::Dispatcher, story.decide_return(ENFORCEMENT, true));
    assert!(story.running(InnerClockName::DecideReturn).is_none());
}

#[test]
fn an_undecided_return_is_over_with_the_finish_and_does_not_come_back_with_a_further_attempt() {
    let mut story = a_broken_cover();
    story.does(LEADER, story.request_return(ENFORCEMENT));
    for body in [WATER, ENFORCEMENT] {
        story.does(Who::Officer(body), story.sign(body));
        story.does(Who::Leader(body), story.finish(body));
    }
    story.does(Who::Worker, story.verify(false, &[]));
    assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::Signed);
    assert!(story.running(InnerClockName::DecideReturn).is_none());
    assert_eq!(
        story.why_not(Who::Dispatcher, &story.decide_return(ENFORCEMENT, true)),
        RefusalCode::StageForbids
    );
}
