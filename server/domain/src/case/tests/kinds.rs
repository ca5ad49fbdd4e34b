//! Kinds of whistles as places set them: who says where units meet, who stays, what a running whistle keeps.

use super::story::{Story, a_report, wish};
use super::town::{ENFORCEMENT, ROAD, RULES, WATER, Who, assist, at, lead, metres_away, scene};
use crate::case::{Action, Event, Meeting, RefusalCode, Rules, Stage};
use crate::clock::Limit;
use crate::routing::{WhistleKind, preset};

/// Half past ten at the gate of the village.
pub fn at_the_gate() -> Meeting {
    Meeting {
        position: Some(metres_away(400.0)),
        address: Some("村口".to_owned()),
        at: Some(at("09-07 10:30")),
    }
}

fn nowhere() -> Meeting {
    Meeting {
        position: None,
        address: None,
        at: None,
    }
}

fn rules(name: &str) -> Rules {
    Rules {
        kinds: preset(name).unwrap(),
        ..RULES.clone()
    }
}

fn registered(rules: Rules) -> Story {
    let mut story = Story::filed_under(rules, Who::Worker, "09-07 09:00", &a_report()).unwrap();
    story.registers(ROAD, 1);
    story
}

fn blow(kind: &str) -> Action {
    Action::RequestWhistle(wish(kind))
}

fn blow_at(kind: &str, meeting: Meeting) -> Action {
    Action::RequestWhistle(crate::case::WhistleRequest {
        meeting: Some(meeting),
        ..wish(kind)
    })
}

fn daily() -> WhistleKind {
    preset("default").unwrap().swap_remove(0)
}

#[test]
fn the_street_says_where_and_when_before_anybody_is_called() {
    let mut story = registered(rules("nanjing-gulou"));
    story.does(Who::DutyLeader, blow("work_advance"));
    let to = vec![lead(ENFORCEMENT)];
    for incomplete in [
        nowhere(),
        Meeting {
            at: None,
            ..at_the_gate()
        },
        Meeting {
            at: Some(at("09-07 10:30")),
            ..nowhere()
        },
    ] {
        let issue = story.issue_at(to.clone(), incomplete);
        assert_eq!(
            story.why_not(Who::Dispatcher, &issue),
            RefusalCode::MeetingIncomplete
        );
    }
    story.does(Who::Dispatcher, story.issue_at(to, at_the_gate()));
    assert_eq!(story.whistle().meeting, Some(at_the_gate()));
}

#[test]
fn what_the_blower_said_about_the_meeting_holds_unless_the_dispatcher_says_otherwise() {
    let mut story = registered(rules("nanjing-gulou"));
    story.does(Who::TownHead, blow_at("hard_matter", at_the_gate()));
    assert_eq!(story.whistle().meeting, Some(at_the_gate()));
    let later = Meeting {
        at: Some(at("09-07 14:00")),
        ..nowhere()
    };
    story.does(
        Who::Dispatcher,
        story.issue_at(vec![lead(ENFORCEMENT)], later),
    );
    assert_eq!(
        story.whistle().meeting,
        Some(Meeting {
            at: Some(at("09-07 14:00")),
            ..at_the_gate()
        })
    );
    // The check-in is measured from the meeting point.
    story.does(
        Who::Officer(ENFORCEMENT),
        story.check_in(ENFORCEMENT, Some(metres_away(400.0))),
    );
    assert!(story.of(ENFORCEMENT).arrival.as_ref().unwrap().on_spot);
}

#[test]
fn saying_the_same_place_again_keeps_its_point_and_another_place_does_not() {
    let said = |address: Option<&str>| Meeting {
        address: address.map(str::to_owned),
        ..nowhere()
    };
    let before = at_the_gate();
    assert_eq!(said(None).or(&before), before);
    assert_eq!(said(Some("村口")).or(&before), before);
    let elsewhere = said(Some("村委会")).or(&before);
    assert_eq!((elsewhere.position, elsewhere.at), (None, before.at));
}

#[test]
fn who_does_not_set_the_place_is_told_so() {
    let reserved = WhistleKind {
        sets_place: vec!["dispatcher".to_owned()],
        ..daily()
    };
    let mut story = registered(Rules {
        kinds: vec![reserved],
        ..RULES.clone()
    });
    let wish = blow_at("daily", at_the_gate());
    assert_eq!(
        story.why_not(Who::Worker, &wish),
        RefusalCode::PlaceSetByOthers
    );
    story.does(Who::Worker, blow("daily"));
    story.does(
        Who::Dispatcher,
        story.issue_at(vec![lead(ENFORCEMENT)], at_the_gate()),
    );
    let blowers_place = WhistleKind {
        sets_place: vec!["grid_worker".to_owned()],
        may_blow: vec!["grid_worker".to_owned()],
        ..daily()
    };
    let mut story = registered(Rules {
        kinds: vec![blowers_place],
        ..RULES.clone()
    });
    story.does(Who::Worker, wish);
    let moved = story.issue_at(vec![lead(ENFORCEMENT)], at_the_gate());
    assert_eq!(
        story.why_not(Who::Dispatcher, &moved),
        RefusalCode::PlaceSetByOthers
    );
    story.does(Who::Dispatcher, story.issue(vec![lead(ENFORCEMENT)]));
    assert_eq!(story.whistle().meeting, Some(at_the_gate()));
}

/// The town of Pinggu's kind blows; both units have come.
fn on_the_scene() -> Story {
    let mut story = registered(rules("pinggu"));
    let mut request = wish("joint_enforcement");
    request.wanted = vec![lead(ENFORCEMENT), assist(WATER)];
    story.does(Who::DutyLeader, Action::RequestWhistle(request));
    for body in [ENFORCEMENT, WATER] {
        story.does(Who::Officer(body), story.check_in(body, Some(scene())));
    }
    story
}

#[test]
fn where_nobody_leaves_early_only_who_has_finished_or_is_excused_goes() {
    let mut story = on_the_scene();
    for body in [ENFORCEMENT, WATER] {
        assert_eq!(
            story.why_not(Who::Officer(body), &story.leave(body)),
            RefusalCode::NobodyLeavesEarly
        );
    }
    story.does(Who::Leader(WATER), story.finish(WATER));
    story.does(Who::Officer(WATER), story.leave(WATER));
    let left = story.last_such(|e| matches!(e, Event::Left { .. }));
    assert!(matches!(left.event, Event::Left { early: false, .. }));

    let mut story = on_the_scene();
    story.does(Who::Dispatcher, story.excuse(WATER));
    story.does(Who::Officer(WATER), story.leave(WATER));
    assert!(story.of(WATER).left_at.is_some());
    assert_eq!(
        story.why_not(Who::Officer(WATER), &story.leave(WATER)),
        RefusalCode::StageForbids
    );
}

#[test]
fn who_has_finished_leaves_also_while_the_case_is_being_verified() {
    let mut story = Story::whistled();
    for body in [WATER, ENFORCEMENT] {
        story.does(Who::Officer(body), story.sign(body));
        story.does(Who::Officer(body), story.check_in(body, Some(scene())));
        story.does(Who::Leader(body), story.finish(body));
    }
    assert_eq!(story.stage(), Stage::Handled);
    story.does(Who::Officer(ENFORCEMENT), story.leave(ENFORCEMENT));
    assert!(story.of(ENFORCEMENT).left_at.is_some());
}

#[test]
fn a_running_whistle_keeps_the_limits_under_which_it_was_issued() {
    let mut story = registered(RULES.clone());
    story.does(Who::Worker, blow("daily"));
    // Changed while it waits: what holds at the issue counts.
    story.rules.kinds = vec![WhistleKind {
        sign: Limit::working_hours(2),
        ..daily()
    }];
    story.does(Who::Dispatcher, story.issue(vec![lead(ENFORCEMENT)]));
    assert_eq!(story.of(ENFORCEMENT).sign.due, at("09-07 11:00"));
    // Changed while it runs, and even abolished: a unit more is called under the same limits.
    story.rules.kinds = preset("pinggu").unwrap();
    story.does(
        Who::Dispatcher,
        Action::AddUnit {
            whistle: story.whistle_id(),
            unit: super::town::unit(WATER),
            role: crate::routing::Role::Assist,
        },
    );
    assert_eq!(story.of(WATER).sign.due, at("09-07 11:00"));
    assert_eq!(story.of(ENFORCEMENT).sign.due, at("09-07 11:00"));
}

#[test]
fn a_whistle_whose_kind_was_abolished_is_decided_as_it_was_blown() {
    let mut story = registered(RULES.clone());
    story.does(Who::Worker, blow("daily"));
    story.rules.kinds = preset("pinggu").unwrap();
    let approve = Action::ApproveWhistle {
        whistle: story.whistle_id(),
    };
    story.does(Who::VillageLeader, approve);
    story.does(Who::Dispatcher, story.issue(vec![lead(ENFORCEMENT)]));
    assert_eq!(story.of(ENFORCEMENT).sign.due, at("09-07 10:00"));
}

#[test]
fn a_kind_with_a_limit_to_finish_says_when_each_unit_is_done() {
    let kind = WhistleKind {
        finish: Some(Limit::working_days(2)),
        ..daily()
    };
    let mut story = registered(Rules {
        kinds: vec![kind],
        ..RULES.clone()
    });
    story.does(Who::Worker, blow("daily"));
    story.does(
        Who::Dispatcher,
        story.issue(vec![lead(ENFORCEMENT), assist(WATER)]),
    );
    assert_eq!(story.of(WATER).finish_by, Some(at("09-09 18:00")));
    assert_eq!(story.deadline().as_deref(), Some("09-14 18:00"));
}

#[test]
fn whistles_follow_one_another_on_one_case() {
    let mut story = registered(RULES.clone());
    story.does(Who::Worker, blow("daily"));
    story.does(
        Who::VillageLeader,
        Action::RefuseWhistle {
            whistle: story.whistle_id(),
            reason: "村内可解决".to_owned(),
        },
    );
    story.does(Who::Worker, blow("daily"));
    story.does(
        Who::Worker,
        Action::WithdrawWhistle {
            whistle: story.whistle_id(),
            reason: "误吹".to_owned(),
        },
    );
    story.does(Who::VillageLeader, blow("daily"));
    story.does(Who::Dispatcher, story.issue(vec![lead(ENFORCEMENT)]));
    assert_eq!(story.case.whistles.len(), 3);
    assert!(story.case.whistles[0].ended_at.is_some());
    assert_eq!(
        story.case.whistles[0].refusal.as_deref(),
        Some("村内可解决")
    );
    assert_eq!(
        story.case.whistles[0].grid,
        Some(super::town::grid(super::town::VILLAGE, 1))
    );
    assert_eq!(story.case.whistles[2].grid, None);
}
