//! Who blows, who approves, who is called.

use super::story::{Story, a_report, dispatch, wish};
use super::town::{
    COVER, DISSOLVED, ENFORCEMENT, POLICE, ROAD, RULES, WATER, Who, assist, at, condition, lead,
    matter, unit,
};
use crate::case::{
    Action, ActionKind, AssignmentStage, InnerClockName, RefusalCode, Stage, WhistleStage,
};
use crate::routing::{Role, preset};

fn blow(kind: &str) -> Action {
    Action::RequestWhistle(wish(kind))
}

#[test]
fn a_daily_whistle_calls_a_lead_and_assists_to_the_scene() {
    let story = Story::whistled();
    assert_eq!(story.stage(), Stage::Assigned);
    assert_eq!(story.whistle().stage, WhistleStage::Issued);
    assert_eq!(story.of(ENFORCEMENT).role, Role::Lead);
    assert_eq!(story.of(WATER).role, Role::Assist);
    assert!(
        story
            .case
            .assignments
            .iter()
            .all(|a| a.whistle == Some(story.whistle_id()))
    );
    assert_eq!(story.case.lead().unwrap().unit, unit(ENFORCEMENT));
}

#[test]
fn a_workers_daily_whistle_waits_an_hour_for_approval_and_issuing_approves_it() {
    let mut story = Story::registered();
    story.does(Who::Worker, blow("daily"));
    assert_eq!(story.whistle().stage, WhistleStage::Requested);
    assert_eq!(
        story.running(InnerClockName::Approve).unwrap().due,
        at("09-07 10:00")
    );
    story.does(Who::Dispatcher, story.issue(vec![lead(ENFORCEMENT)]));
    assert_eq!(
        story.whistle().approved_by.as_ref().unwrap().person,
        Some(Who::Dispatcher.person())
    );
    assert!(story.running(InnerClockName::Approve).is_none());
}

#[test]
fn the_village_leader_approves_a_daily_whistle_once() {
    let mut story = Story::registered();
    story.does(Who::Worker, blow("daily"));
    let approve = Action::ApproveWhistle {
        whistle: story.whistle_id(),
    };
    assert_eq!(
        story.why_not(Who::TownHead, &approve),
        RefusalCode::PostForbids
    );
    story.does(Who::VillageLeader, approve.clone());
    assert_eq!(
        story.why_not(Who::Dispatcher, &approve),
        RefusalCode::AlreadyDone
    );
    story.does(Who::Dispatcher, story.issue(vec![lead(ENFORCEMENT)]));
    assert_eq!(
        story.whistle().approved_by.as_ref().unwrap().person,
        Some(Who::VillageLeader.person())
    );
}

#[test]
fn who_may_approve_has_approved_by_blowing() {
    for who in [Who::VillageLeader, Who::Dispatcher] {
        let mut story = Story::registered();
        story.does(who, blow("daily"));
        assert!(story.running(InnerClockName::Approve).is_none(), "{who:?}");
    }
}

#[test]
fn a_tough_whistle_waits_for_the_town_head() {
    let mut story = Story::registered();
    assert_eq!(
        story.why_not(Who::Worker, &blow("tough")),
        RefusalCode::KindForbids
    );
    assert_eq!(
        story.why_not(Who::TownHead, &blow("tough")),
        RefusalCode::KindForbids
    );
    story.does(Who::VillageLeader, blow("tough"));
    let issue = story.issue(vec![lead(ENFORCEMENT)]);
    assert_eq!(
        story.why_not(Who::Dispatcher, &issue),
        RefusalCode::NotApproved
    );
    story.does(
        Who::TownHead,
        Action::ApproveWhistle {
            whistle: story.whistle_id(),
        },
    );
    story.does(Who::Dispatcher, issue);
    assert_eq!(story.stage(), Stage::Assigned);
}

#[test]
fn a_kind_that_is_not_configured_cannot_be_blown() {
    let story = Story::registered();
    assert_eq!(
        story.why_not(Who::Worker, &blow("joint_enforcement")),
        RefusalCode::UnknownKind
    );
}

#[test]
fn the_duty_leader_blows_answers_and_scores_where_the_kind_lets_him() {
    let mut rules = super::town::RULES.clone();
    rules.kinds = preset("nanjing-gulou").unwrap();
    let mut story = Story::filed_under(rules, Who::Worker, "09-07 09:00", &a_report()).unwrap();
    story.registers(ROAD, 1);
    assert_eq!(
        story.why_not(Who::Worker, &blow("work_advance")),
        RefusalCode::KindForbids
    );
    story.does(Who::DutyLeader, blow("work_advance"));
    let meeting = super::kinds::at_the_gate();
    story.does(
        Who::Dispatcher,
        story.issue_at(vec![lead(ENFORCEMENT)], meeting),
    );
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.does(
        Who::Officer(ENFORCEMENT),
        story.check_in(ENFORCEMENT, Some(super::town::scene())),
    );
    story.does(Who::Leader(ENFORCEMENT), story.finish(ENFORCEMENT));
    story.does(Who::DutyLeader, story.score(ENFORCEMENT, 5, 5));
    story.does(Who::DutyLeader, super::story::confirm_solved(None));
    assert_eq!(story.stage(), Stage::Verifying);
}

#[test]
fn one_whistle_at_a_time() {
    let mut story = Story::registered();
    story.does(Who::Worker, blow("daily"));
    assert_eq!(
        story.why_not(Who::VillageLeader, &blow("daily")),
        RefusalCode::WhistleOpen
    );
    let refuse = Action::RefuseWhistle {
        whistle: story.whistle_id(),
        reason: "村内可解决".to_owned(),
    };
    story.does(Who::VillageLeader, refuse);
    assert_eq!(story.whistle().stage, WhistleStage::Refused);
    assert!(story.running(InnerClockName::Approve).is_none());
    story.does(Who::VillageLeader, blow("daily"));
    assert_eq!(story.case.whistles.len(), 2);
}

#[test]
fn while_a_whistle_is_open_another_one_is_offered_with_the_reason_against_it() {
    let offered = |story: &Story, who| {
        let offers = story.offers(who);
        let blow = offers
            .into_iter()
            .find(|o| o.action == ActionKind::RequestWhistle);
        blow.unwrap().refusal.map(|refusal| refusal.code)
    };
    // The duty leader blows for no emergency.
    let town = Who::DutyLeader;
    let mut rules = RULES.clone();
    rules.kinds = preset("nanjing-gulou").unwrap();
    let mut story = Story::filed_under(rules, Who::Worker, "09-07 09:00", &a_report()).unwrap();
    story.registers(ROAD, 1);
    assert_eq!(offered(&story, town), None);
    story.does(town, blow("work_advance"));
    assert_eq!(offered(&story, town), Some(RefusalCode::WhistleOpen));
    assert_eq!(offered(&story, Who::Worker), None, "in an emergency");
    let withdraw = Action::WithdrawWhistle {
        whistle: story.whistle_id(),
        reason: "已解决".to_owned(),
    };
    story.does(town, withdraw);
    assert_eq!(offered(&story, town), None);
    let mut emergency = Story::registered();
    emergency.does(Who::Worker, blow("emergency"));
    assert_eq!(
        offered(&emergency, Who::VillageLeader),
        Some(RefusalCode::WhistleOpen),
        "the units are on their way"
    );
}

#[test]
fn a_whistle_is_withdrawn_by_who_blew_it_or_by_the_dispatcher_until_it_is_issued() {
    for (who, allowed) in [
        (Who::Worker, true),
        (Who::Dispatcher, true),
        (Who::GridLeader, false),
    ] {
        let mut story = Story::registered();
        story.does(Who::Worker, blow("daily"));
        let withdraw = Action::WithdrawWhistle {
            whistle: story.whistle_id(),
            reason: "已解决".to_owned(),
        };
        if allowed {
            story.does(who, withdraw);
            assert_eq!(story.whistle().stage, WhistleStage::Withdrawn);
        } else {
            assert_eq!(story.why_not(who, &withdraw), RefusalCode::NotTheBlower);
        }
    }
    let story = Story::whistled();
    let withdraw = Action::WithdrawWhistle {
        whistle: story.whistle_id(),
        reason: "已解决".to_owned(),
    };
    assert_eq!(
        story.why_not(Who::Worker, &withdraw),
        RefusalCode::StageForbids
    );
}

#[test]
fn a_whistle_is_issued_after_the_registration() {
    let mut story = Story::begins();
    story.does(Who::Worker, blow("daily"));
    let issue = story.issue(vec![lead(ENFORCEMENT)]);
    assert_eq!(
        story.why_not(Who::Dispatcher, &issue),
        RefusalCode::NotRegistered
    );
    story.registers(ROAD, 1).does(Who::Dispatcher, issue);
    assert_eq!(story.stage(), Stage::Assigned);
}

#[test]
fn exactly_one_unit_leads_none_is_called_twice_and_all_exist() {
    let mut story = Story::registered();
    story.does(Who::Worker, blow("daily"));
    for (units, why) in [
        (vec![], RefusalCode::OneLead),
        (vec![assist(WATER)], RefusalCode::OneLead),
        (vec![lead(WATER), lead(POLICE)], RefusalCode::OneLead),
        (vec![lead(WATER), assist(WATER)], RefusalCode::UnitTwice),
        (vec![lead("xx")], RefusalCode::UnknownUnit),
        (vec![lead(DISSOLVED)], RefusalCode::UnknownUnit),
    ] {
        assert_eq!(
            story.why_not(Who::Dispatcher, &story.issue(units.clone())),
            why,
            "{units:?}"
        );
        assert_eq!(story.why_not(Who::Dispatcher, &dispatch(units)), why);
    }
    let mut wanted = wish("daily");
    wanted.wanted = vec![lead(DISSOLVED)];
    let mut other = Story::registered();
    let refused = other
        .tries(Who::Worker, &Action::RequestWhistle(wanted))
        .err()
        .unwrap();
    assert_eq!(refused.code, RefusalCode::UnknownUnit);
}

#[test]
fn units_join_a_whistle_that_is_being_answered_but_none_leads_beside_the_lead() {
    let mut story = Story::on_the_scene();
    let add = |unit, role| Action::AddUnit {
        whistle: story.whistle_id(),
        unit,
        role,
    };
    let (police, water) = (
        add(unit(POLICE), Role::Assist),
        add(unit(WATER), Role::Assist),
    );
    let second_lead = add(unit(POLICE), Role::Lead);
    assert_eq!(
        story.why_not(Who::Dispatcher, &second_lead),
        RefusalCode::OneLead
    );
    assert_eq!(
        story.why_not(Who::Dispatcher, &water),
        RefusalCode::UnitTwice
    );
    let deadline = story.deadline();
    story.does(Who::Dispatcher, police);
    assert_eq!(story.of(POLICE).sign.due, at("09-07 11:00"));
    assert_eq!(
        (story.stage(), story.deadline()),
        (Stage::Handling, deadline)
    );
}

#[test]
fn a_whistle_replaces_a_plain_order_and_the_clock_runs_on() {
    let mut story = Story::registered();
    story.does(
        Who::Dispatcher,
        dispatch(vec![lead(ENFORCEMENT), assist(POLICE)]),
    );
    let (plain, deadline) = (story.id(ENFORCEMENT), story.deadline());
    story.on("09-08 09:00").does(Who::Worker, blow("daily"));
    story.does(
        Who::Dispatcher,
        story.issue(vec![lead(ENFORCEMENT), assist(WATER)]),
    );
    assert_eq!(
        story.case.assignment(plain).unwrap().stage,
        AssignmentStage::Revoked
    );
    assert_eq!(story.of(POLICE).stage, AssignmentStage::Revoked);
    assert_eq!(story.of(ENFORCEMENT).stage, AssignmentStage::Issued);
    assert_eq!(
        (story.stage(), story.deadline()),
        (Stage::Assigned, deadline)
    );
}

#[test]
fn a_whistle_calls_anew_an_assist_that_lost_its_lead() {
    let mut story = Story::registered();
    story.does(
        Who::Dispatcher,
        dispatch(vec![lead(ENFORCEMENT), assist(WATER)]),
    );
    story.does(Who::Dispatcher, story.revoke(ENFORCEMENT));
    assert_eq!(story.stage(), Stage::Registered);
    story.does(Who::Worker, blow("daily"));
    story.does(
        Who::Dispatcher,
        story.issue(vec![lead(POLICE), assist(WATER)]),
    );
    assert_eq!(story.of(WATER).whistle, Some(story.whistle_id()));
    let plain = story
        .case
        .assignments
        .iter()
        .find(|a| a.unit == unit(WATER))
        .unwrap();
    assert_eq!(plain.stage, AssignmentStage::Revoked);
}

#[test]
fn a_new_lead_does_not_call_twice_an_assist_at_work() {
    let mut story = Story::registered();
    story.does(
        Who::Dispatcher,
        dispatch(vec![lead(ENFORCEMENT), assist(WATER)]),
    );
    story.does(Who::Dispatcher, story.revoke(ENFORCEMENT));
    let again = dispatch(vec![lead(POLICE), assist(WATER)]);
    assert_eq!(
        story.why_not(Who::Dispatcher, &again),
        RefusalCode::UnitTwice
    );
    story.does(Who::Dispatcher, dispatch(vec![lead(POLICE)]));
    assert_eq!(story.of(WATER).stage, AssignmentStage::Issued);
}

#[test]
fn the_condition_that_an_emergency_whistle_names_is_one_for_emergencies() {
    let with = |of: Option<_>, number: Option<u16>| {
        let mut report = a_report();
        report.matter = of.map(matter);
        report.whistle = Some(wish("emergency"));
        if let (Some(of), Some(number), Some(w)) = (of, number, report.whistle.as_mut()) {
            w.condition = Some(condition(of, number));
        }
        Story::try_filed(Who::Worker, "09-07 09:00", &report)
            .err()
            .map(|refusal| refusal.code)
    };
    assert_eq!(
        with(Some(COVER), Some(2)),
        Some(RefusalCode::NoEmergencyCondition)
    );
    assert_eq!(with(Some(COVER), Some(1)), None);
    assert_eq!(with(Some(COVER), None), None);
}

#[test]
fn where_nothing_is_known_to_register_it_under_an_emergency_whistle_waits_for_the_registration() {
    for of in [None, Some(ROAD)] {
        let mut report = a_report();
        report.matter = of.map(matter);
        report.whistle = Some(wish("emergency"));
        let mut story = Story::filed(Who::Worker, "09-07 09:00", &report);
        assert_eq!(story.events(), ["reported", "whistle_requested"]);
        assert!(story.running(InnerClockName::Approve).is_none());
        story.registers(ROAD, 1);
        let call = story.issue(vec![lead(ENFORCEMENT)]);
        story.does(Who::Dispatcher, call);
        assert_eq!(story.of(ENFORCEMENT).sign.due, at("09-07 09:10"));
    }
}

#[test]
fn danger_waits_for_no_whistle_that_is_less_urgent() {
    // One that waits for its approval is taken back.
    let mut story = Story::filed(Who::Worker, "09-07 09:00", &a_report());
    story.registers(COVER, 1);
    story.does(Who::GridLeader, Action::RequestWhistle(wish("daily")));
    assert_eq!(
        story.why_not(Who::Worker, &Action::RequestWhistle(wish("daily"))),
        RefusalCode::WhistleOpen
    );
    story.does(Who::Worker, Action::RequestWhistle(wish("emergency")));
    let stages: Vec<_> = story.case.whistles.iter().map(|w| w.stage).collect();
    assert_eq!(stages, [WhistleStage::Withdrawn, WhistleStage::Issued]);
    assert!(story.running(InnerClockName::Approve).is_none());
    assert_eq!(
        story.why_not(Who::GridLeader, &Action::RequestWhistle(wish("emergency"))),
        RefusalCode::WhistleOpen,
        "one emergency at a time"
    );
    // Units on their way are called anew.
    let mut story = Story::whistled_for(COVER, 1);
    story.does(Who::Worker, Action::RequestWhistle(wish("emergency")));
    let stages: Vec<_> = story.case.whistles.iter().map(|w| w.stage).collect();
    assert_eq!(stages, [WhistleStage::Withdrawn, WhistleStage::Issued]);
    let open: Vec<_> = story
        .case
        .assignments
        .iter()
        .filter(|a| a.stage.is_open())
        .collect();
    assert!(
        open.iter().all(|a| a.whistle == Some(story.whistle_id())),
        "{open:?}"
    );
    assert!(story.case.lead().is_some());
}

#[test]
fn a_whistle_that_nobody_answers_any_more_makes_room_for_the_next() {
    let mut story = Story::whistled();
    story.does(Who::Dispatcher, story.revoke(ENFORCEMENT));
    assert_eq!(
        story.why_not(Who::Worker, &Action::RequestWhistle(wish("daily"))),
        RefusalCode::WhistleOpen,
        "the water company is on its way"
    );
    story.does(Who::Dispatcher, story.excuse(WATER));
    story.does(Who::Worker, Action::RequestWhistle(wish("daily")));
    let call = story.issue(vec![lead(POLICE)]);
    story.does(Who::Dispatcher, call);
    let stages: Vec<_> = story.case.whistles.iter().map(|w| w.stage).collect();
    assert_eq!(stages, [WhistleStage::Withdrawn, WhistleStage::Issued]);
}

#[test]
fn an_emergency_whistle_calls_whom_the_blower_wants() {
    let mut report = a_report();
    report.matter = Some(matter(COVER));
    let mut request = wish("emergency");
    request.wanted = vec![lead(POLICE)];
    report.whistle = Some(request);
    let story = Story::filed(Who::Worker, "09-07 09:00", &report);
    assert_eq!(story.case.assignments.len(), 1);
    assert_eq!(story.case.lead().unwrap().unit, unit(POLICE));
}

#[test]
fn an_emergency_whistle_on_a_registered_case_is_answered_within_its_deadline() {
    let mut story = Story::registered();
    story.does(Who::Worker, blow("emergency"));
    assert_eq!(story.stage(), Stage::Assigned);
    assert!(
        !story.case.condition_to_confirm,
        "the registrar chose the condition himself"
    );
    assert_eq!(
        story.of(ENFORCEMENT).check_in.unwrap().due,
        at("09-07 09:30")
    );
    assert_eq!(story.deadline().unwrap(), "09-14 18:00");
}
