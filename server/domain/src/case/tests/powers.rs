//! Who may lead an enforcement step, and what lapses while it is under way.

use std::sync::Arc;

use super::story::{Story, a_report, dispatch, wish};
use super::town::{
    COVER, ENFORCEMENT, POLICE, ROAD, RULES, TOWN, WATER, Who, assist, at, division, lead, unit,
};
use crate::case::{
    Action, Case, Event, Ground, Queue, Refusal, RefusalCode, Rules, lapses, proposal, tell_lapses,
};
use crate::clock::Date;
use crate::lists::{ListVersions, POWERS, UNITS};
use crate::matter::MatterKind;
use crate::routing::{
    About, Certificate, Hindrance, PowerGrant, PowerKind, Registers, Requirement, Role,
};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// Damaged roads need a power and two officers; the course of the power, and the last day of the second officer.
fn rules(course: &str, second_until: &str) -> Rules {
    rules_since("2026-01-01", course, second_until)
}

/// The same, required only from a day on.
fn rules_since(since: &str, course: &str, second_until: &str) -> Rules {
    let requirement = Requirement {
        about: About {
            matter_kind: MatterKind::Event,
            code_prefix: ROAD.1.to_owned(),
            condition: None,
            valid_from: day(since),
            valid_to: None,
        },
        function: "enforcement".to_owned(),
        power: Some("CF-001".to_owned()),
        field: Some("urban".to_owned()),
    };
    let power = PowerGrant {
        item: "CF-001".to_owned(),
        name: "对擅自挖掘道路的处罚".to_owned(),
        kind: PowerKind::Penalty,
        town: division(TOWN),
        valid_from: day("2026-01-01"),
        valid_to: None,
        course: course.parse().unwrap(),
        evaluation: None,
        note: String::new(),
    };
    let certificates = [("1", "陈刚", "2027-01-01"), ("2", "李梅", second_until)];
    let certificates = certificates.map(|(number, officer, until)| Certificate {
        number: number.to_owned(),
        officer: officer.to_owned(),
        unit: unit(ENFORCEMENT),
        field: "urban".to_owned(),
        valid_from: day("2024-01-01"),
        valid_to: day(until),
        course: "issued 2024-01-01".parse().unwrap(),
    });
    Rules {
        registers: Arc::new(Registers::new(
            vec![requirement],
            vec![],
            vec![],
            [power],
            certificates,
        )),
        ..RULES.clone()
    }
}

/// A damaged road, registered on 7 September 2026.
fn registered(rules: Rules) -> Story {
    let mut story = Story::filed_under(rules, Who::Worker, "09-07 09:00", &a_report()).unwrap();
    story.registers(ROAD, 1);
    story
}

fn refused(story: &Story, body: &str) -> Refusal {
    story.refusal(Who::Dispatcher, &dispatch(vec![lead(body)]))
}

#[test]
fn an_enforcement_step_is_not_given_to_a_town_without_the_power() {
    let mut story = registered(rules(
        "in_force 2026-01-01; withdrawn 2026-09-07",
        "2027-01-01",
    ));
    let refusal = refused(&story, ENFORCEMENT);
    assert_eq!(refusal.code, RefusalCode::PowerNotHeld);
    assert_eq!(refusal.values["item"], "CF-001");
    // Others do not carry the step out: they lead without it.
    story.does(Who::Dispatcher, dispatch(vec![lead(WATER)]));
}

#[test]
fn nor_by_a_whistle_nor_to_a_unit_that_joins_as_the_lead_but_it_may_assist() {
    let mut story = registered(rules(
        "in_force 2026-01-01; withdrawn 2026-09-07",
        "2027-01-01",
    ));
    story.does(Who::Worker, Action::RequestWhistle(wish("daily")));
    let call = story.issue(vec![lead(ENFORCEMENT)]);
    assert_eq!(
        story.why_not(Who::Dispatcher, &call),
        RefusalCode::PowerNotHeld
    );
    // It may assist.
    let course = "in_force 2026-01-01; withdrawn 2026-09-07";
    let mut assisting = registered(rules(course, "2027-01-01"));
    assisting.does(Who::Worker, Action::RequestWhistle(wish("daily")));
    let call = assisting.issue(vec![lead(WATER), assist(ENFORCEMENT)]);
    assisting.does(Who::Dispatcher, call);
    // Police stay at work, so that the whistle is answered while it has no lead.
    story.does(
        Who::Dispatcher,
        story.issue(vec![lead(WATER), assist(POLICE)]),
    );
    story.does(Who::Leader(WATER), story.request_return(WATER));
    story.does(Who::Dispatcher, story.decide_return(WATER, true));
    let join = |body: &str| Action::AddUnit {
        whistle: story.whistle_id(),
        unit: unit(body),
        role: Role::Lead,
    };
    assert_eq!(
        story.why_not(Who::Dispatcher, &join(ENFORCEMENT)),
        RefusalCode::PowerNotHeld
    );
    // Who is called under an emergency condition is asked for neither.
    let mut cover = Story::filed_under(
        rules("in_force 2026-01-01; withdrawn 2026-09-07", "2026-09-07"),
        Who::Worker,
        "09-07 09:00",
        &a_report(),
    )
    .unwrap();
    cover.registers(COVER, 1);
    cover.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
}

#[test]
fn what_was_decided_remembers_the_lists_that_it_followed() {
    let mut story = registered(Rules {
        versions: Arc::new(ListVersions(
            [(POWERS.to_owned(), 7), (UNITS.to_owned(), 3)].into(),
        )),
        ..rules("in_force 2026-01-01", "2027-01-01")
    });
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    let dispatched = story.last_such(|e| matches!(e, Event::Dispatched { .. }));
    let of = |versions: &ListVersions, list: &str| versions.0.get(list).copied();
    assert_eq!(of(&dispatched.versions, POWERS), Some(7));
    assert_eq!(of(&dispatched.versions, UNITS), Some(3));
    let round = story.case.round().unwrap();
    assert_eq!(of(&round.versions, POWERS), Some(7));
}

#[test]
fn nor_to_a_unit_with_a_single_certified_officer() {
    let mut story = registered(rules("in_force 2026-01-01", "2026-09-07"));
    let refusal = refused(&story, ENFORCEMENT);
    assert_eq!(refusal.code, RefusalCode::TooFewCertified);
    assert_eq!(refusal.values["officers"], "1");
    story.does(Who::Dispatcher, dispatch(vec![lead(POLICE)]));
}

#[test]
fn what_lapses_in_mid_case_is_told_and_changes_nothing_that_was_decided() {
    let mut story = registered(rules(
        "in_force 2026-01-01; withdrawn 2026-09-09",
        "2026-09-10",
    ));
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    let lapsed = |on: &str| {
        let found = lapses(&story.case, &story.rules, at(on).date());
        let told = found.into_iter().map(|lapse| match lapse.what {
            Hindrance::PowerNotHeld { item, .. } => item,
            Hindrance::TooFewCertified { field, officers } => format!("{field} {officers}"),
            other => format!("{other:?}"),
        });
        told.collect::<Vec<_>>()
    };
    assert!(lapsed("09-08 09:00").is_empty());
    assert_eq!(lapsed("09-09 09:00"), ["CF-001"]);
    assert_eq!(lapsed("09-10 09:00"), ["CF-001", "urban 1"]);
    // The unit goes on, and finishes.
    story.on("09-10 09:00");
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    assert!(lapses(&story.case, &story.rules, day("2026-09-10")).is_empty());
}

/// What is told at a moment, and happens with it.
fn told(story: &mut Story, on: &str) -> Vec<(&'static str, Option<Ground>)> {
    let events = tell_lapses(&story.case, &story.rules, at(on));
    story.on(on).happens(&events);
    let told = events.into_iter().map(|recorded| {
        let name = recorded.event.name();
        match recorded.event {
            Event::Lapsed { ground, .. } | Event::LapseEnded { ground, .. } => (name, Some(ground)),
            _ => (name, None),
        }
    });
    told.collect()
}

fn is_in_the_queue(story: &Story) -> bool {
    let waits = story.case.waits();
    waits
        .iter()
        .any(|w| w.queue == Queue::Lapsed && w.centre == division(TOWN))
}

#[test]
fn each_lapse_is_told_once_and_again_only_when_it_has_been_mended() {
    let mut story = registered(rules(
        "in_force 2026-01-01; suspended 2026-09-09; in_force 2026-09-11; withdrawn 2026-09-12",
        "2026-09-10",
    ));
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    let power = || Some(Ground::Power("CF-001".to_owned()));
    let urban = || Some(Ground::Certificates("urban".to_owned()));
    assert!(told(&mut story, "09-08 09:00").is_empty());
    assert!(!is_in_the_queue(&story));
    let (deadline, stage) = (story.deadline(), story.stage());
    assert_eq!(told(&mut story, "09-09 00:00"), [("lapsed", power())]);
    assert!(is_in_the_queue(&story));
    assert_eq!((story.deadline(), story.stage()), (deadline, stage));
    assert!(told(&mut story, "09-09 18:00").is_empty());
    assert_eq!(told(&mut story, "09-10 00:00"), [("lapsed", urban())]);
    assert_eq!(told(&mut story, "09-11 00:00"), [("lapse_ended", power())]);
    assert!(is_in_the_queue(&story), "the officers are still missing");
    assert_eq!(told(&mut story, "09-12 00:00"), [("lapsed", power())]);
    assert_eq!(Case::replay(&story.log), Some(story.case.clone()));
    // Nobody has to be told of what is no longer done.
    story.does(
        Who::Dispatcher,
        Action::Revoke {
            assignment: story.id(ENFORCEMENT),
            reason: "权力已收回".to_owned(),
        },
    );
    assert!(!is_in_the_queue(&story));
    assert!(told(&mut story, "09-13 00:00").is_empty());
}

#[test]
fn what_is_taken_away_on_the_very_day_of_the_call_is_a_lapse_and_what_was_missing_before_is_none() {
    let mut story = registered(rules("in_force 2026-01-01", "2027-01-01"));
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    let under = |story: &Story, course: &str, on: &str| {
        let rules = rules(course, "2027-01-01");
        lapses(&story.case, &rules, at(on).date()).len()
    };
    let suspended = |day: &str| format!("in_force 2026-01-01; suspended {day}");
    assert_eq!(under(&story, &suspended("2026-09-07"), "09-07 18:00"), 1);
    assert_eq!(under(&story, &suspended("2026-09-08"), "09-07 18:00"), 0);
    // Nobody knew of the requirement when the bureau was called.
    assert_eq!(under(&story, &suspended("2026-06-01"), "09-08 09:00"), 0);
}

#[test]
fn what_is_required_only_since_the_call_never_stood_behind_it() {
    let (course, until) = ("in_force 2026-01-01; withdrawn 2026-09-08", "2027-01-01");
    let mut story = registered(rules_since("2026-09-09", course, until));
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    let since = |day: &str| {
        let rules = rules_since(day, course, until);
        lapses(&story.case, &rules, at("09-10 09:00").date()).len()
    };
    assert_eq!((since("2026-09-09"), since("2026-09-07")), (0, 1));
}

#[test]
fn being_told_of_a_lapse_overtakes_no_decision() {
    let mut story = registered(rules(
        "in_force 2026-01-01; withdrawn 2026-09-09",
        "2027-01-01",
    ));
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    let seen = story.case.version;
    told(&mut story, "09-09 00:00");
    assert_eq!(story.case.version, seen + 1);
    assert!(story.case.stands_as_at(seen));
}

#[test]
fn the_proposal_for_a_case_leaves_out_who_may_not_lead() {
    let story = registered(rules("announced 2026-01-01", "2027-01-01"));
    let proposal = proposal(&story.case, &story.rules, day("2026-09-07")).unwrap();
    assert!(proposal.lead().is_none(), "{proposal:?}");
    assert_eq!(proposal.left_out[0].unit, Some(unit(ENFORCEMENT)));
    assert_eq!(proposal.left_out[0].role, Role::Lead);
}
