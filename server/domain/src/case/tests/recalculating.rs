//! What an amended calendar moves, and what it leaves alone.

use super::story::{Story, a_report, wish};
use super::town::{COVER, ENFORCEMENT, ROAD, RULES, WATER, Who, at, matter};
use crate::case::{
    Action, Case, ClockRef, Event, InnerClockName, MilestoneName, MovedDeadline, Recorded,
    SupervisionKind, SuspensionReason, recalculate,
};
use crate::clock::{Calendar, Date, DayKind, Limit, Timestamp, WorkingTime};

fn day(text: &str) -> Date {
    Date::parse(&format!("2026-{text}")).unwrap()
}

fn off(text: &str) -> [(Date, DayKind); 1] {
    [(day(text), DayKind::Off)]
}

/// What the events say has moved, in words.
fn moved(events: &[Recorded]) -> Vec<(String, Timestamp, Timestamp)> {
    let word = |clock| match clock {
        ClockRef::Handling { step } => format!("step {step}"),
        ClockRef::Inner { name, .. } => name.to_string(),
        ClockRef::Milestone { name, .. } => name.to_string(),
        ClockRef::Return { .. } => "return".to_owned(),
    };
    let told = events.iter().filter_map(|recorded| match &recorded.event {
        Event::DeadlinesMoved { deadlines } => Some(deadlines),
        _ => None,
    });
    told.flatten()
        .map(
            |MovedDeadline {
                 clock,
                 was_due_at,
                 due_at,
                 ..
             }| (word(*clock), *was_due_at, *due_at),
        )
        .collect()
}

#[test]
fn a_day_off_declared_in_mid_year_moves_the_handling_by_a_working_day() {
    let mut story = Story::on_the_scene();
    for body in [ENFORCEMENT, WATER] {
        story.does(Who::Officer(body), story.contact(body));
    }
    assert_eq!(story.deadline().as_deref(), Some("09-14 18:00"));
    let warned = |story: &Story| story.case.round().unwrap().steps[0].warn_at.unwrap();
    let warning = warned(&story);
    let events = story.on("09-08 09:00").amends(off("09-10"));
    let step = ("step 0".to_owned(), at("09-14 18:00"), at("09-15 18:00"));
    assert_eq!(moved(&events), [step]);
    assert_eq!(story.deadline().as_deref(), Some("09-15 18:00"));
    assert!(warned(&story) > warning, "the warning moves with it");
    assert_eq!(Case::replay(&story.log), Some(story.case));
}

#[test]
fn a_day_that_is_worked_after_all_takes_its_time_back() {
    // The National Day's last day off becomes a working day.
    let mut story = Story::filed(Who::Worker, "09-30 09:00", &a_report());
    story.registers(ROAD, 1);
    story.does(
        Who::Dispatcher,
        super::story::dispatch(vec![super::town::lead(ENFORCEMENT)]),
    );
    let former = story.case.round().unwrap().deadline().unwrap().at;
    story.does(Who::Leader(ENFORCEMENT), story.sign(ENFORCEMENT));
    let events = story
        .on("09-30 15:00")
        .amends([(day("10-07"), DayKind::Work)]);
    let (_, from, to) = moved(&events)[0].clone();
    assert_eq!(from, former);
    assert!(to < from, "{to} before {from}");
}

#[test]
fn units_that_have_not_come_yet_have_until_the_amended_day() {
    // Called on Monday at 16:30, with a working hour to sign, four to call, a working day to come.
    let mut story = Story::filed(Who::Worker, "09-07 16:25", &a_report());
    story.registers(ROAD, 1);
    story.does(Who::GridLeader, Action::RequestWhistle(wish("daily")));
    let whistle = story.whistle_id();
    story.does(Who::Dispatcher, Action::ApproveWhistle { whistle });
    let call = story.issue(vec![super::town::lead(ENFORCEMENT)]);
    story.on("09-07 16:30").does(Who::Dispatcher, call);
    let events = story.on("09-07 17:00").amends(off("09-08"));
    let milestones: Vec<String> = moved(&events).into_iter().map(|(word, ..)| word).collect();
    assert_eq!(milestones, ["step 0", "contact", "check_in", "return"]);
    let called = story.of(ENFORCEMENT);
    assert_eq!(called.sign.due, at("09-07 17:30"));
    assert_eq!(called.contact.unwrap().due, at("09-09 10:30"));
    assert_eq!(called.check_in.unwrap().due, at("09-09 18:00"));
    assert_eq!(called.milestone(MilestoneName::CheckIn), called.check_in);
}

#[test]
fn what_a_unit_had_not_reached_when_it_finished_moves_with_it_and_is_right_when_it_comes_back() {
    let mut story = Story::whistled();
    for body in [WATER, ENFORCEMENT] {
        story.does(Who::Officer(body), story.check_in(body, None));
        story.does(Who::Leader(body), story.finish(body));
    }
    story.on("09-07 09:30").amends(off("09-07"));
    story.does(Who::Worker, story.veto(&[ENFORCEMENT]));
    assert_eq!(story.of(ENFORCEMENT).sign.due, at("09-08 09:00"));
}

#[test]
fn what_a_handling_deadline_cut_short_follows_when_it_would_be_shorter_still() {
    // Handled until Monday; on Thursday evening somebody is called who has three working days to come.
    let mut story = Story::registered();
    story.does(
        Who::Dispatcher,
        super::story::dispatch(vec![super::town::lead(ENFORCEMENT)]),
    );
    story.does(Who::Leader(ENFORCEMENT), story.sign(ENFORCEMENT));
    story
        .on("09-10 17:00")
        .does(Who::VillageLeader, Action::RequestWhistle(wish("tough")));
    let whistle = story.whistle_id();
    story.does(Who::TownHead, Action::ApproveWhistle { whistle });
    let called = vec![super::town::lead(WATER)];
    let call = story.issue_at(called, super::kinds::at_the_gate());
    story.does(Who::Dispatcher, call);
    let due = |story: &Story| story.of(WATER).check_in.unwrap().due;
    assert_eq!(due(&story), at("09-14 18:00"));
    story.does(Who::Leader(WATER), story.sign(WATER));
    let reason = "须等养护期".to_owned();
    story.does(Who::Leader(WATER), Action::RequestExtension { reason });
    let extend = Action::DecideExtension {
        accept: true,
        ruling: "情况属实".to_owned(),
    };
    story.does(Who::Dispatcher, extend);
    story.amends(off("09-16"));
    assert_eq!(due(&story), at("09-14 18:00"), "cut short as before");
    story.amends(["09-12", "09-13"].map(|text| (day(text), DayKind::Work)));
    assert_eq!(due(&story), at("09-13 18:00"));
}

#[test]
fn what_was_reached_stays_judged_and_an_emergency_runs_on() {
    let mut story = Story::whistled();
    story.does(Who::Leader(ENFORCEMENT), story.sign(ENFORCEMENT));
    let signed = story.of(ENFORCEMENT).sign;
    story.amends(off("09-07"));
    assert_eq!(story.of(ENFORCEMENT).sign, signed);

    let mut report = a_report();
    report.matter = Some(matter(COVER));
    report.whistle = Some(wish("emergency"));
    let mut emergency = Story::filed(Who::Worker, "09-07 09:00", &report);
    let events = emergency.on("09-07 09:01").amends(off("09-07"));
    assert_eq!(moved(&events), []);
}

#[test]
fn a_paused_clock_has_no_deadline_to_move_and_runs_on_by_the_amended_calendar() {
    let mut story = Story::on_the_scene();
    let wait = Action::RequestSuspension {
        reason: SuspensionReason::Season,
        file_number: None,
        until: day("09-16"),
        note: String::new(),
    };
    story.on("09-08 09:00").does(Who::Leader(ENFORCEMENT), wait);
    let grant = Action::DecideSuspension {
        accept: true,
        ruling: "同意".to_owned(),
    };
    story.does(Who::Dispatcher, grant);
    let events = story.on("09-09 09:00").amends(off("09-17"));
    assert!(moved(&events).iter().all(|(word, ..)| word != "step 0"));
    story.on("09-16 09:00").ticks();
    // Of five days one was used up; the day it goes on is not counted: 18, 20 (a worked Sunday), 21, 22.
    assert_eq!(story.deadline().as_deref(), Some("09-22 18:00"));
}

#[test]
fn a_deadline_that_has_passed_and_moves_ahead_is_told_anew_and_supervised_once() {
    let mut story = Story::on_the_scene();
    for body in [ENFORCEMENT, WATER] {
        story.does(Who::Officer(body), story.contact(body));
    }
    story.on("09-14 18:01").ticks();
    assert_eq!(story.case.supervisions.len(), 1);
    story.amends([(day("09-14"), DayKind::Off), (day("09-15"), DayKind::Off)]);
    assert_eq!(story.deadline().as_deref(), Some("09-16 18:00"));
    let events = story.on("09-16 18:01").ticks();
    let overdue = events
        .iter()
        .filter(|e| matches!(&e.event, Event::Reminded { clock: ClockRef::Handling { .. }, mark, .. } if mark.as_str() == "overdue"));
    assert_eq!(overdue.count(), 1);
    let by_rule = story.case.supervisions.iter().map(|s| s.kind);
    assert_eq!(by_rule.collect::<Vec<_>>(), [SupervisionKind::Overdue]);
}

#[test]
fn the_reply_to_a_supervision_and_its_clock_move_together() {
    let mut story = Story::on_the_scene();
    let kind = SupervisionKind::Important;
    let note = "请重视".to_owned();
    story.does(Who::CountyDispatcher, Action::Supervise { kind, note });
    story.amends(off("09-08"));
    assert_eq!(story.case.supervisions[0].answer_by, at("09-09 18:00"));
    let clock = story.running(InnerClockName::AnswerSupervision).unwrap();
    assert_eq!(clock.due, at("09-09 18:00"));
}

#[test]
fn after_a_look_at_the_spot_the_rest_of_the_time_to_accept_moves() {
    let mut story = Story::filed(Who::Worker, "09-07 17:50", &a_report());
    let note = String::new();
    story
        .on("09-07 17:55")
        .does(Who::Registrar, Action::RequestConfirmation { note });
    let finding = Action::Confirm {
        valid: true,
        note: "属实".to_owned(),
        attachments: Vec::new(),
    };
    story.on("09-07 17:58").does(Who::Worker, finding);
    // Five of fifteen minutes were used up, and two until the close.
    let due = |story: &Story| story.running(InnerClockName::Accept).unwrap().due;
    assert_eq!(due(&story), at("09-08 08:08"));
    story.amends(off("09-08"));
    assert_eq!(due(&story), at("09-09 08:08"));
}

#[test]
fn a_limit_that_was_set_differently_meanwhile_keeps_what_was_promised() {
    let mut story = Story::filed(Who::Worker, "09-07 17:50", &a_report());
    let promised = story.running(InnerClockName::Accept).unwrap().due;
    story.rules.settings.accept = Limit::working_hours(2);
    let events = story.amends(off("09-08"));
    assert_eq!(moved(&events), []);
    assert_eq!(story.running(InnerClockName::Accept).unwrap().due, promised);
}

#[test]
fn the_notice_of_the_next_year_settles_what_was_provisional() {
    let mut story = Story::filed(Who::Worker, "12-28 09:00", &a_report());
    story.registers(ROAD, 1);
    story.does(
        Who::Dispatcher,
        super::story::dispatch(vec![super::town::lead(ENFORCEMENT)]),
    );
    story.does(Who::Leader(ENFORCEMENT), story.sign(ENFORCEMENT));
    assert!(story.case.round().unwrap().deadline().unwrap().provisional);
    let known: Vec<_> = RULES.time.calendar.exceptions().collect();
    let notices = |days: Vec<(Date, DayKind)>| {
        let calendar = Calendar::from_years(2, &[(2026, known.clone()), (2027, days)]).unwrap();
        let time = WorkingTime {
            calendar,
            ..WorkingTime::clone(&RULES.time)
        };
        RULES.clone().under(time)
    };
    let off = |text| (Date::parse(text).unwrap(), DayKind::Off);
    // New Year's Day is in the notice: the fifth working day is a day later.
    let events = recalculate(
        &story.case,
        &story.rules,
        &notices(vec![off("2027-01-01")]),
        story.now,
    );
    assert_eq!(moved(&events).len(), 1);
    // A notice that says nothing of these days leaves the deadline where it is, and makes it certain.
    let certain = recalculate(&story.case, &story.rules, &notices(vec![]), story.now);
    let [(_, from, to)] = moved(&certain).try_into().unwrap();
    assert_eq!(from, to);
    story.happens(&certain);
    assert!(!story.case.round().unwrap().deadline().unwrap().provisional);
}

#[test]
fn what_has_ended_is_left_alone() {
    let mut story = Story::closed();
    assert_eq!(story.amends(off("09-08")), []);
}
