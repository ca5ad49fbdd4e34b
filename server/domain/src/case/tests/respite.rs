//! More time, and waiting: extensions and suspensions.

use super::story::Story;
use super::town::{BURST, ENFORCEMENT, EVERYBODY, WATER, Who, at, unit};
use crate::case::{
    Action, Case, ClockChange, Event, InnerClockName, RefusalCode, Stage, SuspensionReason,
};
use crate::clock::Date;

const LEADER: Who = Who::Leader(ENFORCEMENT);

fn request_extension() -> Action {
    Action::RequestExtension {
        reason: "须等养护期".to_owned(),
    }
}

fn decide_extension(accept: bool) -> Action {
    Action::DecideExtension {
        accept,
        ruling: "情况属实".to_owned(),
    }
}

fn request_suspension(until: &str) -> Action {
    Action::RequestSuspension {
        reason: SuspensionReason::PlannedWorks,
        file_number: None,
        until: Date::parse(until).unwrap(),
        note: "列入管网改造".to_owned(),
    }
}

fn decide_suspension(accept: bool) -> Action {
    Action::DecideSuspension {
        accept,
        ruling: "同意缓办".to_owned(),
    }
}

fn resume() -> Action {
    Action::Resume {
        note: "材料已到".to_owned(),
    }
}

/// A road of 5 working days from Monday 09:00; suspended on Wednesday at 10:00.
fn suspended_until(day: &str) -> Story {
    let mut story = Story::on_the_scene();
    story.on("09-09 10:00");
    story.does(LEADER, request_suspension(day));
    story.does(Who::Dispatcher, decide_suspension(true));
    story
}

#[test]
fn an_extension_gives_the_original_limit_once_more_from_the_start() {
    let mut story = Story::on_the_scene();
    assert_eq!(story.deadline().unwrap(), "09-14 18:00");
    story.on("09-10 09:00").does(LEADER, request_extension());
    let clock = story.running(InnerClockName::DecideExtension).unwrap();
    assert_eq!(clock.due, at("09-10 09:30"));
    story.does(Who::Dispatcher, decide_extension(true));
    assert_eq!(story.deadline().unwrap(), "09-20 18:00", "a working Sunday");
    assert!(story.running(InnerClockName::DecideExtension).is_none());
}

#[test]
fn a_round_is_extended_twice_at_most_and_a_refusal_does_not_count() {
    let mut story = Story::on_the_scene();
    for granted in [true, false, true] {
        story.does(LEADER, request_extension());
        story.does(Who::Dispatcher, decide_extension(granted));
    }
    let refused = story.refusal(LEADER, &request_extension());
    assert_eq!(refused.code, RefusalCode::ExtensionsUsedUp);
    assert_eq!(refused.values["most"], "2");
}

#[test]
fn after_the_deadline_no_extension_is_asked_for_or_granted() {
    let mut story = Story::on_the_scene();
    story.on("09-14 17:59").does(LEADER, request_extension());
    story.on("09-14 18:00");
    let late = story.refusal(Who::Dispatcher, &decide_extension(true));
    assert_eq!(late.code, RefusalCode::DeadlinePassed);
    story.does(Who::Dispatcher, decide_extension(false));
    let late = story.refusal(LEADER, &request_extension());
    assert_eq!(late.code, RefusalCode::DeadlinePassed);
    assert_eq!(late.values["until"], "2026-09-14T18:00:00+08:00");
    assert_eq!(story.deadline().unwrap(), "09-14 18:00");
}

#[test]
fn only_the_lead_asks_and_only_the_dispatcher_decides() {
    let mut story = Story::on_the_scene();
    for who in [
        Who::Leader(WATER),
        Who::Officer(ENFORCEMENT),
        Who::Dispatcher,
    ] {
        assert_eq!(
            story.why_not(who, &request_extension()),
            RefusalCode::PostForbids
        );
    }
    assert_eq!(
        story.why_not(Who::Dispatcher, &decide_extension(true)),
        RefusalCode::NothingToDecide
    );
    story.does(LEADER, request_extension());
    assert_eq!(
        story.why_not(LEADER, &request_extension()),
        RefusalCode::AlreadyDone
    );
    assert_eq!(
        story.why_not(Who::Registrar, &decide_extension(true)),
        RefusalCode::PostForbids
    );
}

#[test]
fn a_wish_for_time_ends_with_the_lead_that_had_it() {
    let mut story = Story::on_the_scene();
    story.does(LEADER, request_extension());
    story.does(Who::Dispatcher, story.revoke(ENFORCEMENT));
    assert!(story.running(InnerClockName::DecideExtension).is_none());
    assert_eq!(story.case.round().unwrap().extension_request, None);
}

#[test]
fn an_extension_belongs_to_the_step_that_is_worked_on() {
    let mut story = Story::whistled_for(BURST, 1);
    let lead = Who::Leader(ENFORCEMENT);
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.does(lead, request_extension());
    story.does(Who::Dispatcher, decide_extension(true));
    assert_eq!(story.deadline().unwrap(), "09-07 11:00", "two of one hour");
    story.does(lead, Action::CompleteStep);
    assert_eq!(story.deadline().unwrap(), "09-14 18:00");
}

#[test]
fn a_suspended_case_has_no_deadline_and_goes_on_with_what_was_left() {
    let mut story = suspended_until("2026-10-12");
    assert_eq!(story.deadline(), None);
    assert_eq!(story.stage(), Stage::Handling);
    assert_eq!(story.case.resumes_at(), Some(at("10-12 00:00")));
    story.on("09-21 09:00").does(Who::Dispatcher, resume());
    // Tuesday and Wednesday were used up: three working days from Tuesday on.
    assert_eq!(story.deadline().unwrap(), "09-24 18:00");
    assert!(story.case.suspension().is_none());
    assert_eq!(
        story.why_not(Who::Dispatcher, &resume()),
        RefusalCode::NotSuspended
    );
}

#[test]
fn a_suspension_ends_by_itself_on_its_day_and_once() {
    let mut story = suspended_until("2026-09-21");
    story.on("09-20 23:59");
    story.ticks();
    assert!(story.case.suspension().is_some());
    story.on("09-21 00:00");
    let events = story.ticks();
    let names: Vec<&str> = events.iter().map(|e| e.event.name()).collect();
    assert_eq!(names, ["resumed", "handling_clock"]);
    assert!(matches!(
        events[1].event,
        Event::HandlingClock {
            change: ClockChange::Resumed,
            ..
        }
    ));
    assert_eq!(events[0].actor.person, None, "the system does it");
    assert!(story.ticks().is_empty());
    assert_eq!(story.deadline().unwrap(), "09-24 18:00");
    assert_eq!(Case::replay(&story.log), Some(story.case.clone()));
}

#[test]
fn a_round_is_suspended_once_and_before_its_deadline() {
    let mut story = suspended_until("2026-09-21");
    story.does(Who::Dispatcher, resume());
    assert_eq!(
        story.why_not(LEADER, &request_suspension("2026-09-30")),
        RefusalCode::SuspendedOnce
    );
    let mut late = Story::on_the_scene();
    late.on("09-14 18:00");
    assert_eq!(
        late.why_not(LEADER, &request_suspension("2026-09-30")),
        RefusalCode::DeadlinePassed
    );
}

#[test]
fn a_suspension_lasts_a_year_at_most() {
    for (day, fits) in [
        ("2026-09-06", false),
        ("2026-09-07", false),
        ("2026-09-08", true),
        ("2027-09-07", true),
        ("2027-09-08", false),
    ] {
        let mut story = Story::on_the_scene();
        match story.tries(LEADER, &request_suspension(day)) {
            Ok(_) => assert!(fits, "{day}"),
            Err(refusal) => {
                assert!(!fits, "{day}");
                assert_eq!(refusal.code, RefusalCode::UntilOutOfRange);
                assert_eq!(refusal.values["latest"], "2027-09-07");
            }
        }
    }
}

#[test]
fn an_enforcement_procedure_is_named_by_its_file() {
    let mut story = Story::on_the_scene();
    let wait = |file_number: Option<&str>| Action::RequestSuspension {
        reason: SuspensionReason::Enforcement,
        file_number: file_number.map(str::to_owned),
        until: Date::parse("2026-12-01").unwrap(),
        note: String::new(),
    };
    for missing in [None, Some(" ")] {
        assert_eq!(
            story.why_not(LEADER, &wait(missing)),
            RefusalCode::FileNumberMissing
        );
    }
    story.does(LEADER, wait(Some("赣城执立〔2026〕17号")));
    let suspension = story.case.round().unwrap().suspension.clone().unwrap();
    assert_eq!(
        suspension.file_number.as_deref(),
        Some("赣城执立〔2026〕17号")
    );
}

#[test]
fn while_it_waits_little_can_be_done_with_a_case() {
    let mut story = suspended_until("2026-09-21");
    let refused = story.refusal(LEADER, &story.finish(ENFORCEMENT));
    assert_eq!(refused.code, RefusalCode::Suspended);
    assert_eq!(refused.values["until"], "2026-09-21T00:00:00+08:00");
    let add = Action::AddUnit {
        whistle: story.whistle_id(),
        unit: unit(super::town::POLICE),
        role: crate::routing::Role::Assist,
    };
    for (who, action) in [
        (Who::Officer(ENFORCEMENT), story.leave(ENFORCEMENT)),
        (Who::Dispatcher, story.revoke(ENFORCEMENT)),
        (Who::Dispatcher, add),
        (LEADER, request_extension()),
    ] {
        assert_eq!(story.why_not(who, &action), RefusalCode::Suspended);
    }
    let comment = Action::Comment {
        text: "已联系施工方".to_owned(),
        public: false,
    };
    story.does(LEADER, comment);
    story.does(
        Who::Registrar,
        Action::Void {
            reason: "重复".to_owned(),
        },
    );
    assert!(story.case.suspension().is_none());
    assert_eq!(story.case.resumes_at(), None);
}

#[test]
fn nothing_else_is_open_to_anybody_while_a_case_waits() {
    let story = suspended_until("2026-09-21");
    let mut open = std::collections::BTreeSet::new();
    for who in EVERYBODY {
        let offers = story.offers(who).into_iter();
        open.extend(
            offers
                .filter(|o| o.refusal.is_none())
                .map(|o| o.action.to_string()),
        );
    }
    let known: Vec<String> = open.into_iter().collect();
    assert_eq!(
        known,
        [
            "attach",
            "claim",
            "comment",
            "escalate",
            "link",
            "resume",
            "supervise",
            "void"
        ]
    );
}

#[test]
fn a_case_as_it_was_kept_before_there_were_suspensions_is_still_read() {
    let case = Story::on_the_scene().case;
    let mut kept = serde_json::to_value(&case).unwrap();
    kept.as_object_mut().unwrap().remove("supervisions");
    for round in kept["rounds"].as_array_mut().unwrap() {
        round.as_object_mut().unwrap().remove("suspension");
        round.as_object_mut().unwrap().remove("extension_request");
    }
    assert_eq!(serde_json::from_value::<Case>(kept).unwrap(), case);
}
