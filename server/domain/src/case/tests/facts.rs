//! What called units do, and when it counts as done.

use super::story::{Story, dispatch};
use super::town::{COVER, ENFORCEMENT, WATER, Who, assist, at, lead, metres_away, scene};
use crate::case::{Action, AssignmentStage, Meeting, RefusalCode, Stage, WhistleStage};

const OFFICER: Who = Who::Officer(ENFORCEMENT);

#[test]
fn the_leads_first_step_begins_the_handling_and_an_assists_does_not() {
    let mut story = Story::whistled();
    story.does(Who::Officer(WATER), story.sign(WATER));
    assert_eq!(story.stage(), Stage::Assigned);
    story.does(OFFICER, story.contact(ENFORCEMENT));
    assert_eq!(story.stage(), Stage::Handling);
    assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::Contacted);
}

#[test]
fn a_signature_at_the_deadline_is_in_time_and_a_microsecond_later_it_is_not() {
    for (late, in_time) in [(0, true), (1, false)] {
        let mut story = Story::whistled();
        story.now = at("09-07 10:00").plus_micros(late);
        story.does(OFFICER, story.sign(ENFORCEMENT));
        assert_eq!(story.of(ENFORCEMENT).sign.in_time, Some(in_time));
        assert_eq!(
            story.why_not(OFFICER, &story.sign(ENFORCEMENT)),
            RefusalCode::AlreadyDone
        );
    }
}

#[test]
fn the_call_to_the_blower_is_judged_once() {
    let mut story = Story::whistled();
    story.on("09-07 15:01");
    story.does(OFFICER, story.contact(ENFORCEMENT));
    assert_eq!(story.of(ENFORCEMENT).contact.unwrap().in_time, Some(false));
    assert_eq!(
        story.why_not(OFFICER, &story.contact(ENFORCEMENT)),
        RefusalCode::AlreadyDone
    );
}

#[test]
fn facts_come_in_any_order() {
    let mut story = Story::whistled();
    story.does(OFFICER, story.check_in(ENFORCEMENT, Some(scene())));
    story.does(OFFICER, story.contact(ENFORCEMENT));
    story.does(OFFICER, story.sign(ENFORCEMENT));
    let lead = story.of(ENFORCEMENT);
    assert_eq!(lead.stage, AssignmentStage::Arrived);
    assert_eq!(lead.sign.in_time, Some(true));
}

#[test]
fn the_first_arrival_puts_the_whistle_on_the_scene() {
    let mut story = Story::whistled();
    story.does(Who::Officer(WATER), story.check_in(WATER, Some(scene())));
    assert_eq!(story.whistle().stage, WhistleStage::OnScene);
}

#[test]
fn a_late_check_in_stays_late() {
    let mut story = Story::whistled();
    story.on("09-08 18:01");
    story.does(OFFICER, story.check_in(ENFORCEMENT, Some(scene())));
    assert_eq!(story.of(ENFORCEMENT).check_in.unwrap().in_time, Some(false));
    story.does(OFFICER, story.leave(ENFORCEMENT));
    story.made_at("09-08 17:00");
    story.does(OFFICER, story.check_in(ENFORCEMENT, Some(scene())));
    let check_in = story.of(ENFORCEMENT).check_in.unwrap();
    assert_eq!(
        (check_in.reached_at, check_in.in_time),
        (Some(at("09-08 18:01")), Some(false))
    );
}

#[test]
fn a_check_in_off_the_spot_is_recorded_never_in_time_and_never_refused() {
    for (metres, on_spot) in [
        (0.0, true),
        (299.0, true),
        (301.0, false),
        (50_000.0, false),
    ] {
        let mut story = Story::whistled();
        story.does(
            OFFICER,
            story.check_in(ENFORCEMENT, Some(metres_away(metres))),
        );
        let lead = story.of(ENFORCEMENT);
        assert_eq!(lead.check_in.unwrap().in_time, Some(on_spot), "{metres}");
        let arrival = lead.arrival.as_ref().unwrap();
        assert_eq!(arrival.on_spot, on_spot, "{metres}");
        let measured = f64::from(arrival.distance_m.unwrap());
        assert!(
            (measured - metres).abs() <= 1.0 + metres * 0.001,
            "{measured} {metres}"
        );
        assert_eq!(lead.stage, AssignmentStage::Arrived);
    }
}

#[test]
fn without_a_position_of_its_own_a_unit_is_not_believed_to_be_there() {
    let mut story = Story::whistled();
    story.does(OFFICER, story.check_in(ENFORCEMENT, None));
    let arrival = story.of(ENFORCEMENT).arrival.clone().unwrap();
    assert_eq!((arrival.on_spot, arrival.distance_m), (false, None));
}

#[test]
fn where_the_case_has_no_coordinates_presence_is_believed() {
    let mut story = Story::whistled();
    story.case.place.position = None;
    story.does(OFFICER, story.check_in(ENFORCEMENT, None));
    let arrival = story.of(ENFORCEMENT).arrival.clone().unwrap();
    assert_eq!((arrival.on_spot, arrival.distance_m), (true, None));
}

#[test]
fn a_meeting_point_counts_instead_of_the_place_of_the_case() {
    let mut story = Story::registered();
    story.does(
        Who::Worker,
        Action::RequestWhistle(super::story::wish("daily")),
    );
    let meeting = Meeting {
        position: Some(metres_away(2_000.0)),
        address: None,
        at: None,
    };
    story.does(
        Who::Dispatcher,
        story.issue_at(vec![lead(ENFORCEMENT), assist(WATER)], meeting),
    );
    story.does(
        OFFICER,
        story.check_in(ENFORCEMENT, Some(metres_away(2_100.0))),
    );
    story.does(Who::Officer(WATER), story.check_in(WATER, Some(scene())));
    assert!(story.of(ENFORCEMENT).arrival.as_ref().unwrap().on_spot);
    assert!(!story.of(WATER).arrival.as_ref().unwrap().on_spot);
}

#[test]
fn whoever_is_there_does_not_come_again_before_leaving() {
    let mut story = Story::on_the_scene();
    let again = story.check_in(ENFORCEMENT, Some(scene()));
    assert_eq!(story.why_not(OFFICER, &again), RefusalCode::AlreadyDone);
    story.does(OFFICER, story.leave(ENFORCEMENT));
    assert_eq!(story.of(ENFORCEMENT).left_at, Some(at("09-07 10:00")));
    assert_eq!(
        story.why_not(OFFICER, &story.leave(ENFORCEMENT)),
        RefusalCode::StageForbids
    );
    story.does(OFFICER, again);
    assert_eq!(story.of(ENFORCEMENT).left_at, None);
}

#[test]
fn nobody_leaves_where_he_never_was() {
    let story = Story::whistled();
    assert_eq!(
        story.why_not(OFFICER, &story.leave(ENFORCEMENT)),
        RefusalCode::StageForbids
    );
}

#[test]
fn a_plain_order_calls_nobody_to_the_scene() {
    let mut story = Story::registered();
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    for action in [
        story.check_in(ENFORCEMENT, Some(scene())),
        story.contact(ENFORCEMENT),
    ] {
        assert_eq!(story.why_not(OFFICER, &action), RefusalCode::StageForbids);
    }
}

#[test]
fn a_fact_made_without_a_network_counts_by_the_device_between_issue_and_receipt() {
    for (made, received, counts, in_time) in [
        // Received late, made in time.
        ("09-07 09:50", "09-07 10:30", "09-07 09:50", true),
        // Made before the call, which is not possible: it counts from the call.
        ("09-07 08:00", "09-07 10:30", "09-07 09:00", true),
        // The device is a little ahead: the receipt holds.
        ("09-07 10:32", "09-07 10:30", "09-07 10:30", false),
    ] {
        let mut story = Story::whistled();
        story.on(received).made_at(made);
        story.does(OFFICER, story.sign(ENFORCEMENT));
        let sign = story.of(ENFORCEMENT).sign;
        assert_eq!(
            (sign.reached_at, sign.in_time),
            (Some(at(counts)), Some(in_time)),
            "{made}"
        );
        assert!(!story.last().late_upload);
        assert_eq!(story.last().recorded_at, at(received));
    }
}

#[test]
fn a_fact_that_comes_a_day_late_or_from_the_future_counts_by_its_receipt_and_is_marked() {
    for (made, received, marked) in [
        ("09-07 09:30", "09-08 09:30", false),
        ("09-07 09:30", "09-08 09:31", true),
        ("09-07 10:33", "09-07 10:30", true),
    ] {
        let mut story = Story::whistled();
        story.on(received).made_at(made);
        story.does(OFFICER, story.sign(ENFORCEMENT));
        assert_eq!(story.last().late_upload, marked, "{made}");
        let counts = if marked { received } else { made };
        assert_eq!(story.of(ENFORCEMENT).sign.reached_at, Some(at(counts)));
    }
}

#[test]
fn a_decision_happens_when_it_is_received_whatever_the_device_says() {
    let mut story = Story::begins();
    story
        .on("09-07 09:10")
        .made_at("09-07 09:01")
        .does(Who::Registrar, Action::Accept);
    assert_eq!(story.last().occurred_at, at("09-07 09:10"));
}

#[test]
fn nobody_signs_for_another_unit() {
    let story = Story::whistled_for(COVER, 2);
    let sign = story.sign(ENFORCEMENT);
    for who in [Who::Officer(WATER), Who::Leader(WATER), Who::Dispatcher] {
        assert_eq!(
            story.why_not(who, &sign),
            RefusalCode::PostForbids,
            "{who:?}"
        );
    }
}
