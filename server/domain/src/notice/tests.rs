//! Who is told of what, in stories.

#![allow(clippy::unwrap_used)]

mod answers_and_ends;

use super::*;
use crate::access::{ActorRef, Post};
use crate::case::tests::story::{Story, a_report, close, confirm_solved, wish};
use crate::case::tests::town::{COVER, ENFORCEMENT, WATER, Who, at, lead, matter, scene, unit};
use crate::case::tests::transferring::{delegate, escalate};
use crate::case::{Action, Case, Event, Ground, Recorded, SuspensionReason};
use crate::clock::Date;

/// What the last so many events told, as "box kind clock".
fn told(story: &Story, events: &[Recorded]) -> Vec<String> {
    let before = story.log.len() - events.len();
    let mut case = Case::replay(&story.log[..before]).unwrap_or_else(|| story.case.clone());
    let mut words = Vec::new();
    for (n, event) in events.iter().enumerate() {
        case.apply(event);
        for notice in notices_of(event, &case, &events[n + 1..]) {
            let clock = notice.clock.unwrap_or_default();
            let text = format!("{} {} {clock}", notice.to, notice.kind);
            words.push(text.trim_end().to_owned());
        }
    }
    words
}

fn does(story: &mut Story, who: Who, action: &Action) -> Vec<String> {
    let events = story.tries(who, action).unwrap();
    told(story, &events)
}

fn ticks(story: &mut Story, when: &str) -> Vec<String> {
    let events = story.on(when).ticks();
    told(story, &events)
}

fn person(who: Who) -> String {
    who.actor().person.0.to_string()
}

#[test]
fn a_whistle_calls_the_units_and_tells_the_blower() {
    let mut story = Story::begins();
    story.registers(crate::case::tests::town::ROAD, 1);
    let requested = does(
        &mut story,
        Who::Worker,
        &Action::RequestWhistle(wish("daily")),
    );
    assert_eq!(
        requested,
        [
            "village_leader@320707101201 whistle_to_approve",
            "dispatcher@320707101000 whistle_to_approve"
        ]
    );
    let issue = story.issue(vec![lead(ENFORCEMENT)]);
    let issued = does(&mut story, Who::Dispatcher, &issue);
    assert_eq!(
        issued,
        [
            "unit_leader@320707101-zf called".to_owned(),
            "unit_officer@320707101-zf called".to_owned(),
            format!("{} whistle_issued", person(Who::Worker)),
        ]
    );
}

#[test]
fn an_emergency_is_told_to_the_desk_and_climbs_to_the_county() {
    let mut report = a_report();
    report.matter = Some(matter(COVER));
    let mut whistle = wish("emergency");
    whistle.wanted = vec![lead(ENFORCEMENT)];
    report.whistle = Some(whistle);
    let mut story = Story::filed(Who::Worker, "09-07 02:00", &report);
    let words = told(&story, &story.log.clone());
    for post in ["dispatcher", "duty_leader"] {
        let desk = format!("{post}@320707101000 emergency");
        assert!(words.contains(&desk), "{words:?}");
    }
    assert!(words.contains(&"registrar@320707101000 condition_to_confirm".to_owned()));
    assert!(ticks(&mut story, "09-07 02:11").contains(&"unit_leader@320707101-zf unsigned".into()));
    assert_eq!(
        ticks(&mut story, "09-07 02:16"),
        ["duty_leader@320707101000 unsigned"]
    );
    assert_eq!(
        ticks(&mut story, "09-07 02:21"),
        [
            "dispatcher@320707000000 county_may_act",
            "duty_leader@320707000000 county_may_act"
        ]
    );
}

#[test]
fn the_end_of_the_limit_is_told_below_and_above() {
    let mut story = Story::on_the_scene();
    for body in [ENFORCEMENT, WATER] {
        story.does(Who::Officer(body), story.contact(body));
    }
    assert_eq!(
        ticks(&mut story, "09-11 16:36"),
        [
            "unit_leader@320707101-zf warning handling",
            "unit_officer@320707101-zf warning handling"
        ]
    );
    let words = ticks(&mut story, "09-14 18:01");
    assert_eq!(
        words,
        [
            "unit_leader@320707101-zf overdue handling",
            "unit_officer@320707101-zf overdue handling",
            "dispatcher@320707101000 overdue handling",
            "duty_leader@320707101000 overdue handling",
            "unit_leader@320707101-zf supervised",
            "dispatcher@320707101000 supervised",
            "dispatcher@320707000000 supervised",
        ],
        "half an hour before the end is no news any more"
    );
}

#[test]
fn the_blower_is_asked_and_a_veto_calls_the_unit_again() {
    let mut story = Story::on_the_scene();
    story.does(Who::Leader(WATER), story.finish(WATER));
    let finish = story.finish(ENFORCEMENT);
    let asked = does(&mut story, Who::Leader(ENFORCEMENT), &finish);
    assert_eq!(asked, [format!("{} asked_to_confirm", person(Who::Worker))]);
    let veto = Action::Veto {
        reason: "没有解决".to_owned(),
        assignments: vec![],
    };
    assert_eq!(
        does(&mut story, Who::Worker, &veto),
        [
            "unit_leader@320707101-zf come_again",
            "unit_officer@320707101-zf come_again",
            "dispatcher@320707101000 vetoed"
        ]
    );
}

#[test]
fn who_reported_is_told_of_the_end() {
    let mut story = Story::handled();
    story.does(Who::Worker, confirm_solved(Some(scene())));
    let closed = does(&mut story, Who::Registrar, &close());
    assert_eq!(closed, [format!("{} closed", person(Who::Worker))]);
}

#[test]
fn who_blew_is_told_of_the_end_also_where_the_whistle_ends_with_it() {
    let mut story = Story::begins();
    story.does(Who::VillageLeader, Action::RequestWhistle(wish("tough")));
    let void = Action::Void {
        reason: "误报".to_owned(),
    };
    let words = does(&mut story, Who::Registrar, &void);
    let told = [Who::Worker, Who::VillageLeader].map(|who| format!("{} voided", person(who)));
    assert_eq!(words, told);
}

#[test]
fn who_answers_for_the_place_is_asked_to_approve_what_a_centre_above_has() {
    let mut story = Story::registered();
    story.does(Who::Dispatcher, escalate());
    let blow = Action::RequestWhistle(wish("tough"));
    let words = does(&mut story, Who::VillageLeader, &blow);
    assert_eq!(words, ["town_head@320707101000 whistle_to_approve"]);
}

#[test]
fn a_case_that_ends_tells_its_units_once() {
    let mut story = Story::on_the_scene();
    let void = Action::Void {
        reason: "误报".to_owned(),
    };
    let words = does(&mut story, Who::Registrar, &void);
    assert!(!words.iter().any(|w| w.ends_with("released")), "{words:?}");
    for body in ["zf", "sw"] {
        for post in ["unit_leader", "unit_officer"] {
            let of_the_unit = format!("{post}@320707101-{body} voided");
            let told = words.iter().filter(|w| **w == of_the_unit);
            assert_eq!(told.count(), 1, "{words:?}");
        }
    }
}

#[test]
fn somebody_finds_what_comes_for_him_and_for_his_posts() {
    let now = at("09-07 09:00");
    let keys = |who: Who| -> Vec<String> {
        let boxes = mailboxes(&who.actor(), now);
        boxes
            .iter()
            .map(|(mailbox, _)| mailbox.to_string())
            .collect()
    };
    assert_eq!(
        keys(Who::Worker),
        [
            person(Who::Worker),
            "grid_worker@320707101201001".to_owned()
        ]
    );
    assert_eq!(keys(Who::GridLeader).len(), 3, "one a grid");
    assert_eq!(keys(Who::FormerRegistrar), [person(Who::FormerRegistrar)]);
    let leader = Mailbox::Unit(Post::UnitLeader, unit(ENFORCEMENT));
    assert!(keys(Who::Leader(ENFORCEMENT)).contains(&leader.to_string()));
}

#[test]
fn who_receives_a_case_is_told_what_to_do_and_who_gives_it_up_that_it_is_gone() {
    let mut story = Story::on_the_scene();
    let words = does(story.on("09-09 10:00"), Who::Dispatcher, &escalate());
    assert_eq!(
        words[words.len() - 2..],
        [
            "dispatcher@320707000000 taken_over",
            "dispatcher@320707101000 passed_on"
        ]
    );
    for body in ["zf", "sw"] {
        let released = format!("unit_leader@320707101-{body} released");
        assert!(words.contains(&released), "{words:?}");
    }
    let down = delegate("320707101000");
    let words = does(&mut story, Who::CountyDispatcher, &down);
    assert_eq!(
        words,
        [
            "dispatcher@320707101000 taken_over",
            "dispatcher@320707000000 passed_on"
        ]
    );
    does(&mut story, Who::Dispatcher, &escalate());
    let words = does(&mut story, Who::CityDispatcher, &delegate("320707000000"));
    assert_eq!(words, ["dispatcher@320707000000 stays_here"]);
}

#[test]
fn a_case_that_is_not_registered_is_passed_on_to_the_registrar() {
    let mut story = Story::begins();
    assert_eq!(
        does(&mut story, Who::Dispatcher, &escalate()),
        [
            "registrar@320707000000 taken_over",
            "registrar@320707101000 passed_on"
        ]
    );
}

#[test]
fn a_ruling_is_asked_of_the_centre_above_which_is_reminded_of_it_and_answers_below() {
    let mut story = Story::on_the_scene();
    let ask = Action::RequestRuling {
        reason: "不属我局职责".to_owned(),
    };
    let asked = does(&mut story, Who::Leader(WATER), &ask);
    assert_eq!(
        asked,
        [
            "dispatcher@320707000000 ruling_requested",
            "duty_leader@320707000000 ruling_requested"
        ]
    );
    let words = ticks(&mut story, "09-08 17:31");
    let of_the_ruling = |words: &[String]| -> Vec<String> {
        let about = words.iter().filter(|w| w.ends_with(" rule"));
        about.cloned().collect()
    };
    assert_eq!(
        of_the_ruling(&words),
        ["dispatcher@320707000000 due_soon rule"]
    );
    let words = ticks(&mut story, "09-08 18:01");
    assert_eq!(
        of_the_ruling(&words),
        [
            "dispatcher@320707000000 overdue rule",
            "duty_leader@320707000000 overdue rule"
        ]
    );
    let rule = Action::Rule {
        lead: unit(WATER),
        assists: vec![],
        ruling: "由其主办".to_owned(),
    };
    let words = does(&mut story, Who::CountyDispatcher, &rule);
    assert_eq!(
        words[..3],
        [
            "unit_leader@320707101-sw ruled",
            "unit_leader@320707101-zf ruled",
            "dispatcher@320707101000 ruled"
        ]
    );
}

#[test]
fn an_appeal_is_told_above_and_its_outcome_below() {
    let mut story = Story::on_the_scene();
    story.on("09-15 11:00");
    for body in [WATER, ENFORCEMENT] {
        story.does(Who::Leader(body), story.finish(body));
    }
    story.does(Who::Worker, confirm_solved(Some(scene())));
    story.does(Who::Registrar, close());
    let appeal = Action::Appeal {
        reason: "台风停工".to_owned(),
    };
    assert_eq!(
        does(&mut story, Who::Leader(ENFORCEMENT), &appeal),
        [
            "registrar@320707000000 appealed",
            "duty_leader@320707000000 appealed"
        ]
    );
    let decision = Action::DecideAppeal {
        accept: true,
        ruling: "情况属实".to_owned(),
    };
    assert_eq!(
        does(&mut story, Who::CountyRegistrar, &decision),
        [
            "unit_leader@320707101-zf appeal_accepted",
            "dispatcher@320707101000 appeal_accepted"
        ]
    );
}

#[test]
fn a_lapse_behind_the_lead_is_told_to_the_desk_of_its_centre() {
    let mut story = Story::whistled();
    let lapsed = Event::Lapsed {
        assignment: story.id(ENFORCEMENT),
        unit: unit(ENFORCEMENT),
        ground: Ground::Power("CF-001".to_owned()),
    };
    let events = [Recorded {
        version: story.case.version + 1,
        actor: ActorRef::system(),
        event: lapsed,
        ..story.last().clone()
    }];
    story.happens(&events);
    assert_eq!(
        told(&story, &events),
        [
            "dispatcher@320707101000 lapsed",
            "duty_leader@320707101000 lapsed"
        ]
    );
    let notices = notices_of(&events[0], &story.case, &[]);
    assert!(notices.iter().all(|n| n.unit == Some(unit(ENFORCEMENT))));
}

/// The box of who dispatches in the town.
const DESK: &str = "dispatcher@320707101000";

/// Each step of a story, and who was told what by it.
fn told_step_by_step(story: &mut Story, steps: Vec<(&str, Who, Action)>) -> Vec<String> {
    let mut lines = Vec::new();
    for (when, who, action) in steps {
        story.on(when);
        for words in does(story, who, &action) {
            lines.push(format!("{}: {words}", action.kind()));
        }
    }
    lines
}

#[test]
fn what_a_unit_asks_for_goes_to_the_dispatcher_and_the_answer_back_to_its_leader() {
    let leader = Who::Leader(ENFORCEMENT);
    let mut story = Story::on_the_scene();
    let ruling = || "裁定".to_owned();
    let extension = || Action::RequestExtension {
        reason: "须等养护期".to_owned(),
    };
    let suspension = || Action::RequestSuspension {
        reason: SuspensionReason::PlannedWorks,
        file_number: None,
        until: Date::parse("2026-09-11").unwrap(),
        note: "列入改造".to_owned(),
    };
    let extend = |accept| Action::DecideExtension {
        accept,
        ruling: ruling(),
    };
    let suspend = |accept| Action::DecideSuspension {
        accept,
        ruling: ruling(),
    };
    let lines = told_step_by_step(
        &mut story,
        vec![
            ("09-07 10:10", leader, extension()),
            ("09-07 10:20", Who::Dispatcher, extend(false)),
            ("09-07 10:30", leader, extension()),
            ("09-07 10:40", Who::Dispatcher, extend(true)),
            ("09-07 10:50", leader, suspension()),
            ("09-07 11:00", Who::Dispatcher, suspend(false)),
            ("09-07 11:10", leader, suspension()),
            ("09-07 11:20", Who::Dispatcher, suspend(true)),
        ],
    );
    let unit = |action: &str, kind: &str| {
        ["unit_leader", "unit_officer"].map(|post| format!("{action}: {post}@320707101-zf {kind}"))
    };
    let desk = |action: &str, kind: &str| vec![format!("{action}: {DESK} {kind}")];
    assert_eq!(
        lines,
        [
            desk("request_extension", "extension_requested"),
            unit("decide_extension", "extension_refused").into(),
            desk("request_extension", "extension_requested"),
            unit("decide_extension", "extension_granted").into(),
            desk("request_suspension", "suspension_requested"),
            unit("decide_suspension", "suspension_refused").into(),
            desk("request_suspension", "suspension_requested"),
            unit("decide_suspension", "suspension_granted").into(),
        ]
        .concat()
    );
}

#[test]
fn a_return_goes_to_the_dispatcher_and_its_decision_to_the_leader() {
    let leader = Who::Leader(ENFORCEMENT);
    let mut story = Story::whistled();
    let steps = vec![
        ("09-07 09:10", leader, story.request_return(ENFORCEMENT)),
        (
            "09-07 09:20",
            Who::Dispatcher,
            story.decide_return(ENFORCEMENT, false),
        ),
        (
            "09-07 09:30",
            Who::Leader(WATER),
            story.request_return(WATER),
        ),
        (
            "09-07 09:40",
            Who::Dispatcher,
            story.decide_return(WATER, true),
        ),
    ];
    let lines = told_step_by_step(&mut story, steps);
    assert_eq!(
        lines,
        [
            format!("request_return: {DESK} return_requested"),
            "decide_return: unit_leader@320707101-zf return_refused".to_owned(),
            format!("request_return: {DESK} return_requested"),
            "decide_return: unit_leader@320707101-sw return_accepted".to_owned(),
        ]
    );
}

#[test]
fn whoever_is_to_act_next_is_told_from_the_result_to_the_failed_verification() {
    let leader = Who::Leader(ENFORCEMENT);
    let mut story = Story::on_the_scene();
    let steps = vec![
        ("09-07 10:10", Who::Officer(WATER), story.report_done(WATER)),
        (
            "09-07 10:20",
            Who::Leader(WATER),
            Action::PushBack {
                assignment: story.id(WATER),
                reason: "照片不清".to_owned(),
            },
        ),
        (
            "09-07 10:30",
            Who::CountyDispatcher,
            Action::Supervise {
                kind: crate::case::SupervisionKind::Important,
                note: "请重视".to_owned(),
            },
        ),
        (
            "09-07 10:40",
            leader,
            Action::AnswerSupervision {
                number: None,
                text: "今日办结".to_owned(),
            },
        ),
        ("09-07 10:50", Who::Leader(WATER), story.finish(WATER)),
        ("09-07 10:55", leader, story.finish(ENFORCEMENT)),
        ("09-07 11:00", Who::Worker, story.score(WATER, 5, 4)),
        ("09-07 11:10", Who::Registrar, Action::RequestVerification),
        ("09-07 11:20", Who::GridLeader, story.verify(false, &[])),
    ];
    let lines = told_step_by_step(&mut story, steps);
    let county = person(Who::CountyDispatcher);
    let blower = person(Who::Worker);
    assert_eq!(
        lines,
        [
            "report_done: unit_leader@320707101-sw reported_done".to_owned(),
            "push_back: unit_officer@320707101-sw pushed_back".to_owned(),
            "supervise: unit_leader@320707101-zf supervised".to_owned(),
            format!("supervise: {DESK} supervised"),
            format!("answer_supervision: {county} supervision_answered"),
            format!("finish: {blower} asked_to_confirm"),
            "score: unit_leader@320707101-sw scored".to_owned(),
            "request_verification: grid_worker@320707101201001 asked_to_verify".to_owned(),
            "request_verification: grid_leader@320707101201001 asked_to_verify".to_owned(),
            "request_verification: grid_leader@320707101201 asked_to_verify".to_owned(),
            "verify: unit_leader@320707101-zf come_again".to_owned(),
            "verify: unit_officer@320707101-zf come_again".to_owned(),
            format!("verify: {DESK} verification_failed"),
        ]
    );
}

#[test]
fn a_wish_to_reopen_goes_to_the_registrar_and_its_answer_to_who_reported() {
    let mut story = Story::closed();
    let steps = vec![
        (
            "09-08 10:00",
            Who::Worker,
            Action::RequestReopening {
                reason: "又坏了".to_owned(),
            },
        ),
        (
            "09-08 10:10",
            Who::Registrar,
            Action::RefuseReopening {
                reason: "另案".to_owned(),
            },
        ),
        (
            "09-08 10:20",
            Who::Registrar,
            crate::case::tests::story::reopen(),
        ),
    ];
    let lines = told_step_by_step(&mut story, steps);
    let reporter = person(Who::Worker);
    assert_eq!(
        lines,
        [
            "request_reopening: registrar@320707101000 reopening_requested".to_owned(),
            format!("refuse_reopening: {reporter} reopening_refused"),
            format!("reopen: {reporter} reopened"),
        ]
    );
}

#[test]
fn who_reported_is_told_why_nothing_is_done_about_it() {
    let reason = crate::case::DeclineReason::ALL[0];
    let decline = Action::Decline {
        reason,
        note: String::new(),
    };
    let refuse = Action::RefuseRegistration {
        reason,
        note: String::new(),
    };
    let reporter = person(Who::Worker);
    let mut declined = Story::begins();
    let words = does(&mut declined, Who::Registrar, &decline);
    assert_eq!(words, [format!("{reporter} declined")]);
    let mut refused = Story::begins();
    refused.does(Who::Registrar, Action::Accept);
    let words = does(&mut refused, Who::Registrar, &refuse);
    assert_eq!(words, [format!("{reporter} not_registered")]);
}
