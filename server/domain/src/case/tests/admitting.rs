//! What a department hands down without being admitted to, and the town's refusal.

use std::sync::Arc;

use super::story::{Story, a_report, dispatch};
use super::town::{
    DEPARTMENT, ENFORCEMENT, POLICE, ROAD, RULES, TOWN, Who, at, division, lead, matter, unit,
};
use super::transferring::{delegate, escalate};
use crate::case::{
    Action, ActionKind, Case, ClockChange, DeclineReason, Event, InnerClockName, RefusalCode,
    Rules, Stage, TransferKind,
};
use crate::clock::Date;
use crate::lists::{ADMISSIONS, ListVersions, POWERS};
use crate::matter::MatterKind;
use crate::routing::{Admission, Registers, Unit, UnitCode};

const COUNTY: &str = "320707000000";
const CITY: &str = "320700000000";

fn refuse() -> Action {
    Action::RefuseAdmission {
        note: "随事未下放经费".to_owned(),
    }
}

fn department() -> UnitCode {
    UnitCode(DEPARTMENT.to_owned())
}

/// The department applied to hand damaged roads down to the towns; its application went this way.
fn rules(course: &str) -> Rules {
    let application = Admission {
        department: department(),
        matter_kind: MatterKind::Event,
        code_prefix: ROAD.1[..2].to_owned(),
        division: division(COUNTY),
        text: "农村公路日常养护下沉各镇".to_owned(),
        valid_from: Date::parse("2026-01-01").unwrap(),
        valid_to: Some(Date::parse("2026-12-01").unwrap()),
        course: course.parse().unwrap(),
    };
    let registers = Registers::new(vec![], vec![], vec![application], [], []);
    let versions = [(ADMISSIONS.to_owned(), 4), (POWERS.to_owned(), 2)];
    Rules {
        registers: Arc::new(registers),
        versions: Arc::new(ListVersions(versions.into())),
        ..RULES.clone()
    }
}

const NEVER_DECIDED: &str = "applied 2026-01-05";

fn filed(course: &str, by: Option<UnitCode>) -> Story {
    let mut report = a_report();
    report.handed_down_by = by;
    Story::filed_under(rules(course), Who::Worker, "09-07 09:00", &report).unwrap()
}

/// Escalated unregistered, and delegated to the town by the county on the next morning.
fn delegated(course: &str) -> Story {
    let mut story = filed(course, None);
    story.does(Who::Registrar, escalate());
    story
        .on("09-08 09:00")
        .does(Who::CountyDispatcher, delegate(TOWN));
    story
}

#[test]
fn what_the_county_delegates_for_a_department_that_is_not_admitted_goes_back_in_one_action() {
    let mut story = delegated(NEVER_DECIDED);
    story.on("09-08 09:05").does(Who::Registrar, refuse());
    assert_eq!(story.case.centre, division(COUNTY));
    assert_eq!(story.stage(), Stage::Reported);
    let back = story.case.transfers.last().unwrap();
    assert_eq!(
        (back.kind, back.reason.as_str()),
        (TransferKind::Escalated, "admission_refused")
    );
    let refusal = story.case.admission_refusal.clone().unwrap();
    assert_eq!(refusal.department, department());
    assert_eq!(refusal.town, division(TOWN));
    assert_eq!(refusal.handed_down_at, at("09-08 09:00"));
    assert_eq!(refusal.note, "随事未下放经费");
    assert_eq!(
        refusal.versions.0.into_iter().collect::<Vec<_>>(),
        [(ADMISSIONS.to_owned(), 4)]
    );
    let clock = story.running(InnerClockName::Accept).unwrap();
    assert_eq!(clock.due, at("09-08 09:20"), "the county's own time");
    assert_eq!(Case::replay(&story.log), Some(story.case));
}

#[test]
fn the_refusal_is_one_bounce_and_the_third_leaves_it_to_the_centre_above() {
    let mut story = delegated(NEVER_DECIDED);
    story.does(Who::Registrar, refuse());
    assert!(story.case.has_bounced());
    assert_eq!(
        story.why_not(Who::CountyDispatcher, &delegate(TOWN)),
        RefusalCode::BouncedOut
    );
    story.does(Who::CityDispatcher, delegate(TOWN));
    assert_eq!(
        story.why_not(Who::Registrar, &refuse()),
        RefusalCode::TransferFinal
    );
}

#[test]
fn what_was_delegated_for_the_third_time_is_not_refused() {
    let mut story = filed(NEVER_DECIDED, None);
    story.does(Who::Registrar, escalate());
    story.does(Who::CountyDispatcher, escalate());
    story.does(Who::CityDispatcher, delegate(TOWN));
    assert_eq!(
        story.why_not(Who::Dispatcher, &refuse()),
        RefusalCode::BouncedOut
    );
}

#[test]
fn it_goes_back_to_the_centre_from_which_it_came_and_the_clock_keeps_what_was_left() {
    let mut story = filed(NEVER_DECIDED, None);
    story.does(Who::Registrar, escalate());
    story.does(Who::CountyRegistrar, Action::Accept);
    story.does(
        Who::CountyRegistrar,
        Action::Register {
            matter: matter(ROAD),
            condition: super::town::condition(ROAD, 1),
        },
    );
    story.does(Who::CountyDispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    assert_eq!(story.deadline().unwrap(), "09-14 18:00");
    story.on("09-08 09:00");
    story.does(Who::CountyDispatcher, delegate(TOWN));
    story.on("09-09 09:00").does(Who::Dispatcher, refuse());
    assert_eq!((story.stage(), story.deadline()), (Stage::Registered, None));
    assert_eq!(story.case.centre, division(COUNTY));
    let stopped = story.case.round().unwrap().clock().unwrap();
    assert!(stopped.is_paused());
    let version = story.case.version;
    story.on("09-10 09:00");
    story.does(Who::CountyDispatcher, dispatch(vec![lead(POLICE)]));
    let moved = story.log.iter().filter(|e| e.version > version);
    let moved: Vec<_> = moved
        .filter_map(|e| match e.event {
            Event::HandlingClock { change, .. } => Some(change),
            _ => None,
        })
        .collect();
    assert_eq!(moved, [ClockChange::Resumed], "not a new limit");
    // Two days stood still: of the call on the 8th nothing was left over but the rest.
    assert_eq!(story.deadline().unwrap(), "09-16 18:00");
}

#[test]
fn what_came_from_the_city_goes_back_to_the_city() {
    let mut report = a_report();
    report.centre = division(CITY);
    report.place.grid = None;
    report.place.village = None;
    let rules = rules(NEVER_DECIDED);
    let mut story = Story::filed_under(rules, Who::Worker, "09-07 09:00", &report).unwrap();
    story.does(Who::CityDispatcher, delegate(TOWN));
    story.does(Who::Dispatcher, refuse());
    assert_eq!(story.case.centre, division(CITY));
}

#[test]
fn what_a_department_hands_down_directly_is_declined_with_that_reason() {
    let mut story = filed(NEVER_DECIDED, Some(department()));
    story.does(Who::Registrar, refuse());
    assert_eq!(story.stage(), Stage::Declined);
    assert!(matches!(
        &story.last().event,
        Event::Declined { reason: DeclineReason::NotAdmitted, note } if note == "随事未下放经费"
    ));
    let refusal = story.case.admission_refusal.as_ref().unwrap();
    assert_eq!(refusal.department, department());
    assert_eq!(refusal.handed_down_at, at("09-07 09:00"));
    let mut accepted = filed(NEVER_DECIDED, Some(department()));
    accepted.does(Who::Registrar, Action::Accept);
    accepted.does(Who::Dispatcher, refuse());
    assert_eq!(accepted.stage(), Stage::Unregistered);
}

#[test]
fn the_day_of_the_handing_down_counts() {
    // Approved on the very day, and on the day after.
    let approved = |on: &str| {
        let course = format!("applied 2026-01-05; reviewed 2026-02-01; approved {on}");
        let mut story = delegated(&course);
        story.on("09-10 09:00");
        story.refused_or_why(Who::Registrar)
    };
    assert_eq!(approved("2026-09-08"), Some(RefusalCode::Admitted));
    assert_eq!(approved("2026-09-09"), None);
    // Taken back since: what was right then stays right.
    let course =
        "applied 2026-01-05; reviewed 2026-02-01; approved 2026-03-01; withdrawn 2026-09-09";
    let mut story = delegated(course);
    story.on("09-10 09:00");
    assert_eq!(
        story.why_not(Who::Registrar, &refuse()),
        RefusalCode::Admitted
    );
}

#[test]
fn where_nobody_ever_applied_only_a_department_that_is_named_needs_an_admission() {
    let mut nobody = Story::begins();
    nobody.does(Who::Registrar, escalate());
    nobody.does(Who::CountyDispatcher, delegate(TOWN));
    let refusal = nobody.refusal(Who::Registrar, &refuse());
    assert_eq!(refusal.code, RefusalCode::Admitted);
    assert_eq!(refusal.values["matter"], "event-06010");
    assert_eq!(refusal.values["on"], "2026-09-07");
    let mut report = a_report();
    report.handed_down_by = Some(department());
    let mut named = Story::filed(Who::Worker, "09-07 09:00", &report);
    named.does(Who::Registrar, refuse());
    assert_eq!(named.stage(), Stage::Declined);
}

#[test]
fn only_the_town_itself_refuses_and_only_what_came_from_above() {
    let own = Story::begins();
    assert_eq!(
        own.why_not(Who::Registrar, &refuse()),
        RefusalCode::NotHandedDown
    );
    let story = delegated(NEVER_DECIDED);
    for who in [Who::CountyRegistrar, Who::CityDispatcher, Who::DutyLeader] {
        assert_eq!(
            story.why_not(who, &refuse()),
            RefusalCode::PostForbids,
            "{who:?}"
        );
    }
    let offered = |who| {
        let offers = story.offers(who);
        let offer = offers
            .iter()
            .find(|o| o.action == ActionKind::RefuseAdmission);
        offer.is_some_and(|o| o.refusal.is_none())
    };
    assert!(offered(Who::Registrar) && offered(Who::Dispatcher));
    assert!(!offered(Who::CountyRegistrar));
}

#[test]
fn who_has_registered_it_or_called_somebody_has_taken_it_on() {
    let mut story = delegated(NEVER_DECIDED);
    story.on("09-08 09:05").registers(ROAD, 1);
    assert_eq!(
        story.why_not(Who::Dispatcher, &refuse()),
        RefusalCode::TakenOn
    );
    let mut called = delegated_registered();
    called.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    called.does(Who::Leader(ENFORCEMENT), called.request_return(ENFORCEMENT));
    called.does(
        Who::RegistrarAndDispatcher,
        called.decide_return(ENFORCEMENT, true),
    );
    assert_eq!(called.stage(), Stage::Registered);
    assert_eq!(
        called.why_not(Who::Dispatcher, &refuse()),
        RefusalCode::TakenOn
    );
}

/// Registered by the town, escalated, and delegated back.
fn delegated_registered() -> Story {
    let mut story = filed(NEVER_DECIDED, None);
    story.registers(ROAD, 1);
    story.on("09-07 10:00").does(Who::Dispatcher, escalate());
    story
        .on("09-08 09:00")
        .does(Who::CountyDispatcher, delegate(TOWN));
    story
}

#[test]
fn the_reason_is_given_by_its_own_action_alone_and_by_a_department_alone() {
    let story = Story::begins();
    let decline = Action::Decline {
        reason: DeclineReason::NotAdmitted,
        note: String::new(),
    };
    assert_eq!(
        story.why_not(Who::Registrar, &decline),
        RefusalCode::RefuseTheAdmission
    );
    let by = |code: UnitCode| {
        let mut report = a_report();
        report.handed_down_by = Some(code);
        Story::try_filed(Who::Worker, "09-07 09:00", &report)
            .err()
            .map(|refusal| refusal.code)
    };
    assert_eq!(by(department()), None);
    assert_eq!(by(unit(POLICE)), Some(RefusalCode::NotADepartment));
    let of_another_county = Unit {
        code: UnitCode("320706-cg".to_owned()),
        division: division("320706000000"),
        ..RULES.units[0].clone()
    };
    let rules = Rules {
        units: RULES
            .units
            .iter()
            .cloned()
            .chain([of_another_county])
            .collect(),
        ..RULES.clone()
    };
    let mut report = a_report();
    report.handed_down_by = Some(UnitCode("320706-cg".to_owned()));
    let refusal = Story::filed_under(rules, Who::Worker, "09-07 09:00", &report).err();
    assert_eq!(refusal.unwrap().code, RefusalCode::NotADepartment);
    assert_eq!(
        by(UnitCode("320707-xx".to_owned())),
        Some(RefusalCode::UnknownUnit)
    );
    let mut free = a_report();
    free.matter = None;
    free.handed_down_by = Some(department());
    let story = Story::filed(Who::Worker, "09-07 09:00", &free);
    assert_eq!(
        story.why_not(Who::Registrar, &refuse()),
        RefusalCode::NoMatter
    );
}

impl Story {
    /// Why the town cannot refuse, if it cannot.
    fn refused_or_why(&mut self, who: Who) -> Option<RefusalCode> {
        self.tries(who, &refuse()).err().map(|refusal| refusal.code)
    }
}
