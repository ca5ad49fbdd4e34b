//! By when: under the real calendar of 2026, with its holidays and working Sundays.

use std::sync::Arc;

use super::story::{Story, a_report, dispatch, reopen, wish};
use super::town::{
    BURST, COVER, ENFORCEMENT, ROAD, RULES, TOWN, WATER, Who, assist, at, division, lead, matter,
};
use crate::case::{Action, InnerClockName, Rules, SuspensionReason};
use crate::clock::{
    Date, Hours, HoursUse, Limit, LocalRule, LocalTime, Season, Timestamp, WorkingTimes,
};
use crate::matter::Catalogue;

/// A case registered and dispatched at that moment.
fn dispatched(when: &str, of: (crate::matter::MatterKind, &str), number: u16) -> Story {
    let mut story = Story::filed(Who::Worker, when, &a_report());
    story.registers(of, number);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    story
}

#[test]
fn the_handling_deadline_follows_the_real_calendar() {
    for (of, number, called, deadline) in [
        // The start day is not counted.
        (ROAD, 1, "09-07 09:00", "09-14 18:00"),
        // Sunday the 20th is a working day.
        (ROAD, 1, "09-16 09:00", "09-22 18:00"),
        // The first week of October is off, Saturday the 10th is worked.
        (ROAD, 1, "09-28 09:00", "10-10 18:00"),
        // A working Saturday before the Spring Festival.
        (COVER, 2, "02-13 17:00", "02-14 11:00"),
        // A limit used up at a break ends there.
        (COVER, 2, "09-07 08:00", "09-07 12:00"),
        (COVER, 1, "09-07 23:30", "09-08 01:30"),
    ] {
        assert_eq!(
            dispatched(called, of, number).deadline().unwrap(),
            deadline,
            "{called}"
        );
    }
}

#[test]
fn the_handling_clock_starts_with_the_call_and_not_with_the_signature() {
    let mut story = dispatched("09-07 09:00", COVER, 2);
    assert_eq!(story.deadline().unwrap(), "09-07 15:00");
    story.on("09-07 11:00");
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    assert_eq!(story.deadline().unwrap(), "09-07 15:00");
}

#[test]
fn a_daily_whistle_gives_an_hour_to_sign_four_to_call_back_and_a_day_to_come() {
    let story = Story::whistled();
    for body in [ENFORCEMENT, WATER] {
        let called = story.of(body);
        assert_eq!(called.sign.due, at("09-07 10:00"));
        assert_eq!(called.contact.unwrap().due, at("09-07 15:00"));
        assert_eq!(called.check_in.unwrap().due, at("09-08 18:00"));
    }
}

#[test]
fn no_milestone_is_due_after_the_handling_deadline() {
    let short = Story::whistled_for(COVER, 2);
    assert_eq!(short.deadline().unwrap(), "09-07 15:00");
    assert_eq!(
        short.of(ENFORCEMENT).check_in.unwrap().due,
        at("09-07 15:00")
    );
    let mut late = Story::whistled_for(COVER, 2);
    // At 14:30 half an hour is left: a unit that joins now has no longer to sign.
    late.on("09-07 14:30");
    late.does(
        Who::Dispatcher,
        Action::AddUnit {
            whistle: late.whistle_id(),
            unit: super::town::unit(super::town::POLICE),
            role: crate::routing::Role::Assist,
        },
    );
    assert_eq!(late.of(super::town::POLICE).sign.due, at("09-07 15:00"));
}

#[test]
fn a_plain_order_is_to_be_signed_within_a_working_hour() {
    assert_eq!(
        dispatched("09-07 11:30", ROAD, 1).of(ENFORCEMENT).sign.due,
        at("09-07 14:30")
    );
    assert!(
        dispatched("09-07 11:30", ROAD, 1)
            .of(ENFORCEMENT)
            .check_in
            .is_none()
    );
}

#[test]
fn a_return_may_be_asked_for_within_a_quarter_of_the_limit_and_a_working_day() {
    // A quarter of 5 working days of 8 hours is 10 working hours.
    assert_eq!(
        dispatched("09-07 09:00", ROAD, 1).of(ENFORCEMENT).return_by,
        at("09-08 11:00")
    );
    assert_eq!(
        dispatched("09-07 09:00", COVER, 2)
            .of(ENFORCEMENT)
            .return_by,
        at("09-07 10:00")
    );
    assert_eq!(
        dispatched("09-07 23:30", COVER, 1)
            .of(ENFORCEMENT)
            .return_by,
        at("09-08 00:00")
    );
}

#[test]
fn the_limit_is_fixed_at_registration_and_a_new_round_takes_the_one_that_holds_then() {
    let mut story = Story::closed();
    let limits = |story: &Story| {
        let steps = &story.case.round().unwrap().steps;
        steps.iter().map(|step| step.limit).collect::<Vec<_>>()
    };
    let mut registered = Story::registered();
    for story in [&mut story, &mut registered] {
        let catalogue = &story.rules.catalogue;
        let mut conditions = catalogue.conditions(&matter(ROAD));
        conditions[0].steps[0].limit = Limit::working_days(2);
        let amended = Catalogue::new(catalogue.iter().cloned(), conditions);
        story.rules.catalogue = Arc::new(amended);
    }
    registered.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    assert_eq!(limits(&registered), [Limit::working_days(5)]);
    assert_eq!(registered.deadline().unwrap(), "09-14 18:00");
    assert_eq!(limits(&story), [Limit::working_days(5)]);
    story.does(Who::Registrar, reopen());
    assert_eq!(limits(&story), [Limit::working_days(2)]);
}

#[test]
fn each_step_has_its_own_clock_and_the_next_begins_when_one_is_done() {
    let mut story = Story::filed(Who::Worker, "09-07 09:00", &a_report());
    story.registers(BURST, 1);
    story.does(
        Who::Dispatcher,
        dispatch(vec![lead(WATER), assist(ENFORCEMENT)]),
    );
    assert_eq!(story.deadline().unwrap(), "09-07 10:00");
    story.on("09-07 09:40");
    story.does(Who::Officer(WATER), story.sign(WATER));
    story.does(Who::Officer(WATER), Action::CompleteStep);
    assert_eq!(story.deadline().unwrap(), "09-14 18:00");
    let steps = &story.case.round().unwrap().steps;
    assert_eq!(
        steps[0].clock.as_ref().unwrap().stopped,
        Some(at("09-07 09:40"))
    );
    assert_eq!(steps[1].clock.as_ref().unwrap().start, at("09-07 09:40"));
}

#[test]
fn the_blower_answers_within_a_working_day_and_the_verifier_within_half_a_desk_hour() {
    let mut story = Story::handled();
    assert_eq!(
        story.running(InnerClockName::ConfirmSolved).unwrap().due,
        at("09-08 18:00")
    );
    story
        .on("09-07 11:45")
        .does(Who::Registrar, Action::RequestVerification);
    assert!(story.running(InnerClockName::ConfirmSolved).is_none());
    assert_eq!(
        story.running(InnerClockName::Verify).unwrap().due,
        at("09-07 14:15")
    );
}

#[test]
fn an_emergency_is_verified_round_the_clock() {
    let mut report = a_report();
    report.matter = Some(super::town::matter(COVER));
    report.whistle = Some(wish("emergency"));
    let mut story = Story::filed(Who::Worker, "09-06 23:00", &report);
    for body in [WATER, ENFORCEMENT] {
        story.does(Who::Officer(body), story.sign(body));
        story.does(
            Who::Officer(body),
            story.check_in(body, Some(super::town::scene())),
        );
        story.does(Who::Leader(body), story.finish(body));
    }
    story
        .on("09-06 23:50")
        .does(Who::Registrar, Action::RequestVerification);
    assert_eq!(
        story.running(InnerClockName::Verify).unwrap().due,
        at("09-07 00:20")
    );
}

/// A town whose desk is open in the evening and whose grids are walked in the early morning.
fn with_hours_of_its_own() -> Rules {
    let open = |of, spans: &[(u32, u32)]| LocalTime {
        division: division(TOWN),
        used_for: Some(of),
        rule: LocalRule::Season(Season {
            from: (1, 1),
            hours: Hours::new(spans.to_vec()).unwrap(),
        }),
        reason: String::new(),
    };
    let entries = [
        open(HoursUse::Desk, &[(480, 720), (1080, 1320)]),
        open(HoursUse::Grid, &[(360, 480)]),
    ];
    let times = WorkingTimes::new(RULES.time.as_ref().clone(), &entries).unwrap();
    Rules {
        grid_time: times.at(division(TOWN), HoursUse::Grid).clone(),
        desks: Arc::new(times),
        ..RULES.clone()
    }
}

#[test]
fn the_centre_decides_in_its_desk_hours_and_the_grid_is_looked_at_in_its_own() {
    let rules = with_hours_of_its_own();
    let mut story = Story::filed_under(rules, Who::Worker, "09-07 15:00", &a_report()).unwrap();
    let due = |story: &Story, name| story.running(name).unwrap().due;
    assert_eq!(due(&story, InnerClockName::Accept), at("09-07 18:15"));
    let look = Action::RequestConfirmation {
        note: "请核实位置".to_owned(),
    };
    story.on("09-07 18:10").does(Who::Registrar, look);
    assert_eq!(due(&story, InnerClockName::Confirm), at("09-08 06:30"));
    let found = Action::Confirm {
        valid: true,
        note: String::new(),
        attachments: Vec::new(),
    };
    story.on("09-08 06:20").does(Who::Worker, found);
    // Of the quarter of an hour five minutes were left.
    assert_eq!(due(&story, InnerClockName::Accept), at("09-08 08:05"));
    story.on("09-08 11:50");
    story.registers(COVER, 2);
    assert_eq!(due(&story, InnerClockName::Dispatch), at("09-08 18:05"));
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    // The unit works in the hours of everybody: ten minutes before noon, the rest after 14:00.
    assert_eq!(story.deadline().unwrap(), "09-08 17:50");
}

/// What a centre is asked for at a minute before its desk closes at noon, and by when it is to decide.
fn asked_before_noon(
    what: InnerClockName,
    of: (crate::matter::MatterKind, &str),
    number: u16,
) -> Timestamp {
    let leader = Who::Leader(ENFORCEMENT);
    let rules = with_hours_of_its_own();
    let mut story = Story::filed_under(rules, Who::Worker, "09-07 11:59", &a_report()).unwrap();
    story.registers(of, number);
    if what == InnerClockName::Approve {
        story.does(Who::Worker, Action::RequestWhistle(wish("daily")));
        return story.running(what).unwrap().due;
    }
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    if what == InnerClockName::DecideReturn {
        story.does(leader, story.request_return(ENFORCEMENT));
        return story.running(what).unwrap().due;
    }
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    let wish = if what == InnerClockName::DecideExtension {
        Action::RequestExtension {
            reason: "须等养护期".to_owned(),
        }
    } else {
        Action::RequestSuspension {
            reason: SuspensionReason::PlannedWorks,
            file_number: None,
            until: Date::parse("2026-10-12").unwrap(),
            note: String::new(),
        }
    };
    story.does(leader, wish);
    story.running(what).unwrap().due
}

#[test]
fn whatever_the_centre_is_asked_for_waits_for_its_desk_and_in_an_emergency_for_nothing() {
    let approval = asked_before_noon(InnerClockName::Approve, ROAD, 1);
    assert_eq!(approval, at("09-07 18:59"));
    for what in [
        InnerClockName::DecideReturn,
        InnerClockName::DecideExtension,
        InnerClockName::DecideSuspension,
    ] {
        let at_the_desk = asked_before_noon(what, ROAD, 1);
        assert_eq!(at_the_desk, at("09-07 18:29"), "{what}");
        // A cover that is missing: two hours round the clock.
        let in_an_emergency = asked_before_noon(what, COVER, 1);
        assert_eq!(in_an_emergency, at("09-07 12:29"), "{what}");
    }
}
