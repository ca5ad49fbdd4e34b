//! What happens by itself: reminders, the ladder of an unsigned emergency, the blower's silence, the resident's.

use super::story::{Story, a_report, a_resident, close, confirm_solved, wish};
use super::town::{BURST, COVER, ENFORCEMENT, ROAD, WATER, Who, at, lead, matter, scene};
use crate::case::{
    Action, Case, ClockRef, Event, MomentKind, Recorded, RefusalCode, Rung, Stage, SuspensionReason,
};
use crate::clock::Date;

/// What was told, in words: the clock and its mark, or what else happened.
fn told(events: &[Recorded]) -> Vec<String> {
    events
        .iter()
        .map(|recorded| match &recorded.event {
            Event::Reminded { clock, mark, .. } => match clock {
                ClockRef::Handling { .. } => format!("handling {mark}"),
                ClockRef::Inner { name, .. } => format!("{name} {mark}"),
                ClockRef::Milestone { name, .. } => format!("{name} {mark}"),
                ClockRef::Return { .. } => format!("return {mark}"),
            },
            Event::LeftUnsigned { rung, .. } => format!("unsigned {rung}"),
            other => other.name().to_owned(),
        })
        .collect()
}

/// The lead has called the blower, so that nothing but the handling is left to be reminded of.
fn on_the_scene() -> Story {
    let mut story = Story::on_the_scene();
    for body in [ENFORCEMENT, WATER] {
        story.does(Who::Officer(body), story.contact(body));
    }
    story
}

#[test]
fn the_handling_is_warned_of_reminded_of_and_supervised_once_each() {
    let mut story = on_the_scene();
    // Of 47 working hours until Monday 18:00 four fifths are used up on Friday at 16:36.
    for (moment, what) in [
        ("09-11 16:35", vec![]),
        ("09-11 16:36", vec!["handling warning"]),
        ("09-14 17:29", vec![]),
        ("09-14 17:30", vec!["handling due_soon"]),
        ("09-14 18:00", vec![]),
        ("09-14 18:01", vec!["handling overdue", "supervised"]),
        ("09-14 18:02", vec![]),
        (
            "09-30 12:00",
            vec![
                "answer_supervision due_soon",
                "answer_supervision overdue",
                "supervised",
            ],
        ),
    ] {
        assert_eq!(told(&story.on(moment).ticks()), what, "{moment}");
    }
    assert_eq!(story.case.centre, a_report().centre, "the owner stays");
    assert_eq!(Case::replay(&story.log), Some(story.case));
}

#[test]
fn after_a_standstill_everything_happens_in_the_order_of_its_moments() {
    let mut story = on_the_scene();
    let events = story.on("09-21 09:00").ticks();
    let words = told(&events);
    assert_eq!(
        words,
        [
            "handling warning",
            "handling due_soon",
            "handling overdue",
            "supervised",
            "supervised"
        ]
    );
    assert!(events.is_sorted_by_key(|e| e.occurred_at));
    assert!(events.iter().all(|e| e.recorded_at == story.now));
    assert_eq!(events[1].occurred_at, at("09-14 17:30"));
    assert_eq!(events[2].occurred_at, at("09-14 18:00").plus_micros(1));
}

#[test]
fn an_extension_is_warned_of_anew_and_a_pause_is_not() {
    let mut story = on_the_scene();
    story.on("09-14 09:00");
    assert_eq!(told(&story.ticks()), ["handling warning"]);
    let wait = Action::RequestSuspension {
        reason: SuspensionReason::Season,
        file_number: None,
        until: Date::parse("2026-09-16").unwrap(),
        note: String::new(),
    };
    story.does(Who::Leader(ENFORCEMENT), wait);
    let grant = Action::DecideSuspension {
        accept: true,
        ruling: "同意".to_owned(),
    };
    story.does(Who::Dispatcher, grant);
    // Noticed in the morning, it went on at midnight.
    let events = story.on("09-16 08:10").ticks();
    assert_eq!(told(&events), ["resumed", "handling_clock"]);
    assert_eq!(events[0].occurred_at, at("09-16 00:00"));
    let suspension = story.case.round().unwrap().suspension.as_ref().unwrap();
    assert_eq!(suspension.resumed_at, Some(at("09-16 00:00")));
    let deadline = story.deadline();
    story.does(
        Who::Leader(ENFORCEMENT),
        Action::RequestExtension {
            reason: "须等养护期".to_owned(),
        },
    );
    story.does(
        Who::Dispatcher,
        Action::DecideExtension {
            accept: true,
            ruling: "同意".to_owned(),
        },
    );
    assert!(story.deadline() > deadline);
    story.on("09-30 18:30");
    let words = told(&story.ticks());
    assert!(words.contains(&"handling warning".to_owned()), "{words:?}");
}

#[test]
fn each_step_has_its_own_reminders() {
    let mut story = Story::whistled_for(BURST, 1);
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    // One emergency hour: the warning comes at 48 minutes, and half an hour before the end would be earlier still.
    assert_eq!(told(&story.on("09-07 09:50").ticks()), ["handling warning"]);
    story.does(Who::Leader(ENFORCEMENT), Action::CompleteStep);
    let next = story.case.next_moment().unwrap();
    assert!(next.at > at("09-07 09:50"));
    assert!(!told(&story.on("09-07 10:01").ticks()).contains(&"handling overdue".to_owned()));
    assert!(told(&story.on("09-14 09:00").ticks()).contains(&"handling warning".to_owned()));
}

#[test]
fn a_unit_is_told_of_what_it_missed_and_not_of_what_it_did() {
    let mut story = Story::whistled();
    story.does(Who::Officer(WATER), story.sign(WATER));
    // Sign 1 working hour, contact 4 working hours, check in 1 working day.
    let words = told(&story.on("09-07 10:01").ticks());
    assert_eq!(words, ["sign overdue"], "the lead's alone");
    let words = told(&story.on("09-08 18:01").ticks());
    assert_eq!(
        words,
        [
            "contact due_soon",
            "contact due_soon",
            "contact overdue",
            "contact overdue",
            "check_in due_soon",
            "check_in due_soon",
            "check_in overdue",
            "check_in overdue"
        ]
    );
}

/// An emergency of a missing well cover, at night, called by rule.
fn emergency() -> Story {
    let mut report = a_report();
    report.matter = Some(matter(COVER));
    let mut whistle = wish("emergency");
    whistle.wanted = vec![lead(ENFORCEMENT)];
    report.whistle = Some(whistle);
    Story::filed(Who::Worker, "09-07 02:00", &report)
}

#[test]
fn an_unsigned_emergency_climbs_the_ladder() {
    let mut story = emergency();
    for (moment, what) in [
        ("09-07 02:10", vec![]),
        ("09-07 02:11", vec!["sign overdue", "unsigned unit_leader"]),
        ("09-07 02:15", vec![]),
        ("09-07 02:16", vec!["unsigned duty_leader"]),
        ("09-07 02:21", vec!["unsigned county"]),
        ("09-07 02:29", vec![]),
    ] {
        assert_eq!(told(&story.on(moment).ticks()), what, "{moment}");
    }
    let mut signed = emergency();
    signed.on("09-07 02:12").ticks();
    signed.does(Who::Officer(ENFORCEMENT), signed.sign(ENFORCEMENT));
    let told = told(&signed.on("09-07 02:25").ticks());
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn a_daily_whistle_has_no_ladder() {
    let mut story = Story::whistled();
    story.on("09-07 12:00").ticks();
    let rung = |e: &Recorded| {
        matches!(
            e.event,
            Event::LeftUnsigned {
                rung: Rung::UnitLeader,
                ..
            }
        )
    };
    assert!(!story.log.iter().any(rung));
}

#[test]
fn where_the_blower_is_silent_somebody_looks() {
    let mut story = Story::handled();
    assert_eq!(
        told(&story.on("09-08 18:00").ticks()),
        ["confirm_solved due_soon"]
    );
    assert_eq!(story.stage(), Stage::Handled);
    let events = story.on("09-08 18:01").ticks();
    assert_eq!(told(&events), ["verification_requested"]);
    assert_eq!(story.stage(), Stage::Verifying);
    assert_eq!(
        story.why_not(Who::Worker, &confirm_solved(Some(scene()))),
        RefusalCode::StageForbids
    );
}

#[test]
fn a_resident_who_does_not_answer_is_asked_no_more() {
    let mut report = a_report();
    report.resident = Some(a_resident());
    let mut story = Story::filed(Who::Worker, "09-07 09:00", &report);
    story.registers(ROAD, 1);
    story.does(
        Who::Dispatcher,
        Action::Dispatch {
            units: vec![lead(ENFORCEMENT)],
            note: String::new(),
        },
    );
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    let text = "已修复".to_owned();
    story.does(Who::Leader(ENFORCEMENT), Action::Reply { text });
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    story.does(
        Who::Worker,
        Action::Verify {
            passed: true,
            note: String::new(),
            attachments: vec![],
            assignments: vec![],
        },
    );
    story.does(Who::Registrar, close());
    let next = story.case.next_moment().unwrap();
    assert_eq!(next.at, at("09-14 09:00"));
    assert!(matches!(
        next.kind,
        MomentKind::FeedbackExpiry { round: 1, .. }
    ));
    assert!(story.on("09-14 08:59").ticks().is_empty());
    assert_eq!(told(&story.on("09-14 09:00").ticks()), ["feedback_expired"]);
    let feedback = story.case.round().unwrap().feedback.clone().unwrap();
    assert_eq!(feedback.expired_at, Some(at("09-14 09:00")));
    assert_eq!(story.case.next_moment(), None);
}

#[test]
fn a_decision_need_not_have_seen_the_reminders_since() {
    let mut story = Story::whistled();
    let seen = story.case.version;
    story.on("09-07 10:01").ticks();
    assert!(story.case.version > seen);
    assert!(story.case.stands_as_at(seen));
    assert!(!story.case.stands_as_at(seen - 1));
    story.does(Who::Officer(WATER), story.sign(WATER));
    assert!(!story.case.stands_as_at(seen));
    assert!(!story.case.stands_as_at(story.case.version + 1));
}

#[test]
fn a_log_that_does_not_say_when_to_warn_warns_by_the_clock_on_the_wall() {
    let mut story = on_the_scene();
    for recorded in &mut story.log {
        if let Event::HandlingClock {
            warn_at, twice_at, ..
        } = &mut recorded.event
        {
            (*warn_at, *twice_at) = (None, None);
        }
    }
    story.case = Case::replay(&story.log).unwrap();
    // From Monday at nine until Monday at six are 177 hours.
    assert_eq!(told(&story.on("09-13 06:35").ticks()), [""; 0]);
    assert_eq!(told(&story.on("09-13 06:36").ticks()), ["handling warning"]);
    let words = told(&story.on("09-14 18:01").ticks());
    assert!(words.contains(&"handling overdue".to_owned()), "{words:?}");
}
