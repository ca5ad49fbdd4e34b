//! Who is called, asked and answered, and who hears of an end: in each sentence all who are told, and nobody else.

use super::*;
use crate::case::target_ended;
use crate::case::tests::closing::closed_for_a_resident;
use crate::case::tests::story::{another_case, dispatch};
use crate::case::tests::town::{POLICE, assist};
use crate::routing::Role;

/// The boxes of leader and officers of a unit, with what they are told.
fn unit_is_told(body: &str, kind: &str) -> [String; 2] {
    ["unit_leader", "unit_officer"].map(|post| format!("{post}@320707101-{body} {kind}"))
}

fn voids() -> Action {
    Action::Void {
        reason: "误报".to_owned(),
    }
}

fn merges() -> Action {
    Action::Merge {
        into: another_case().id,
        note: "同一处".to_owned(),
    }
}

/// The worker would like the enforcement bureau to come and waits for an answer.
fn blown() -> Story {
    let mut story = Story::registered();
    let mut wanted = wish("daily");
    wanted.wanted = vec![lead(ENFORCEMENT)];
    story.does(Who::Worker, Action::RequestWhistle(wanted));
    story
}

#[test]
fn of_a_merger_who_reported_and_who_blew_are_told_and_that_the_whistle_is_over_is_not() {
    let mut story = Story::registered();
    story.does(Who::VillageLeader, Action::RequestWhistle(wish("tough")));
    let words = does(&mut story, Who::Registrar, &merges());
    let told = [Who::Worker, Who::VillageLeader].map(|who| format!("{} merged", person(who)));
    assert_eq!(words, told);
}

#[test]
fn who_reported_a_merged_case_is_told_when_the_one_it_went_on_in_is_over() {
    let mut story = Story::registered();
    story.does(Who::Registrar, merges());
    let mut report = a_report();
    report.id = another_case().id;
    let mut target = Story::filed(Who::Clerk, "09-07 00:00", &report);
    target.does(Who::Registrar, voids());
    let events = [target_ended(&story.case, &target.case, story.now)];
    story.happens(&events);
    let reporter = person(Who::Worker);
    assert_eq!(told(&story, &events), [format!("{reporter} closed")]);
}

#[test]
fn a_whistle_that_calls_nobody_is_answered_to_its_blower_alone() {
    let blower = person(Who::Worker);
    let mut refused = blown();
    let refuse = Action::RefuseWhistle {
        whistle: refused.whistle_id(),
        reason: "村内可解决".to_owned(),
    };
    let words = does(&mut refused, Who::VillageLeader, &refuse);
    assert_eq!(words, [format!("{blower} whistle_refused")]);
    let mut withdrawn = blown();
    let withdraw = Action::WithdrawWhistle {
        whistle: withdrawn.whistle_id(),
        reason: "已解决".to_owned(),
    };
    let words = does(&mut withdrawn, Who::Dispatcher, &withdraw);
    assert_eq!(words, [format!("{blower} whistle_withdrawn")]);
}

#[test]
fn whose_whistle_gives_way_to_an_emergency_is_told_so_and_who_called_for_it_is_not() {
    let mut story = Story::begins();
    story.registers(COVER, 1);
    story.does(Who::GridLeader, Action::RequestWhistle(wish("daily")));
    let danger = Action::RequestWhistle(wish("emergency"));
    let mut words = does(&mut story, Who::Worker, &danger);
    words.retain(|word| word.ends_with("whistle_withdrawn"));
    let former = person(Who::GridLeader);
    assert_eq!(words, [format!("{former} whistle_withdrawn")]);
}

#[test]
fn what_is_approved_or_needs_no_approval_waits_for_the_dispatcher() {
    let waits = [format!("{DESK} whistle_to_issue")];
    let mut approved = blown();
    let approve = Action::ApproveWhistle {
        whistle: approved.whistle_id(),
    };
    assert_eq!(does(&mut approved, Who::VillageLeader, &approve), waits);
    // Who approves such whistles has approved his own.
    let mut own = Story::registered();
    let blow = Action::RequestWhistle(wish("daily"));
    assert_eq!(does(&mut own, Who::VillageLeader, &blow), waits);
}

#[test]
fn those_of_the_grid_are_asked_to_look_and_the_registrar_is_told_what_was_found() {
    let mut story = Story::begins();
    let steps = vec![
        (
            "09-07 09:05",
            Who::Registrar,
            Action::RequestConfirmation {
                note: "请核实位置".to_owned(),
            },
        ),
        (
            "09-07 09:20",
            Who::Worker,
            Action::Confirm {
                valid: true,
                note: "属实".to_owned(),
                attachments: vec![],
            },
        ),
    ];
    assert_eq!(
        told_step_by_step(&mut story, steps),
        [
            "request_confirmation: grid_worker@320707101201001 asked_to_look",
            "request_confirmation: grid_leader@320707101201001 asked_to_look",
            "request_confirmation: grid_leader@320707101201 asked_to_look",
            "confirm: registrar@320707101000 looked",
        ]
    );
}

#[test]
fn a_plain_order_is_told_to_each_unit_that_it_names() {
    let mut story = Story::registered();
    let order = dispatch(vec![lead(ENFORCEMENT), assist(WATER)]);
    let words = does(&mut story, Who::Dispatcher, &order);
    let units = ["zf", "sw"].map(|body| unit_is_told(body, "dispatched"));
    assert_eq!(words, units.concat());
}

#[test]
fn a_unit_that_joins_or_is_excused_is_told_of_it_and_the_others_are_not() {
    let mut story = Story::whistled();
    let join = Action::AddUnit {
        whistle: story.whistle_id(),
        unit: unit(POLICE),
        role: Role::Assist,
    };
    let words = does(&mut story, Who::Dispatcher, &join);
    assert_eq!(words, unit_is_told("pc", "called"));
    let excuse = story.excuse(WATER);
    let words = does(&mut story, Who::Dispatcher, &excuse);
    assert_eq!(words, unit_is_told("sw", "released"));
}

#[test]
fn an_officers_answer_waits_for_the_leader_of_his_unit_and_a_leaders_for_nobody() {
    let leader = Who::Leader(ENFORCEMENT);
    let mut story = Story::on_the_scene();
    let reply = || Action::Reply {
        text: "今日修复".to_owned(),
    };
    let steps = vec![
        ("09-07 10:10", Who::Officer(ENFORCEMENT), reply()),
        ("09-07 10:20", leader, Action::ConsentReply),
        ("09-07 10:30", leader, reply()),
    ];
    assert_eq!(
        told_step_by_step(&mut story, steps),
        ["reply: unit_leader@320707101-zf reply_to_consent"]
    );
}

#[test]
fn when_handling_goes_on_by_itself_the_lead_and_the_desk_are_told_and_who_assists_is_not() {
    let mut story = Story::on_the_scene();
    let wait = Action::RequestSuspension {
        reason: SuspensionReason::PlannedWorks,
        file_number: None,
        until: Date::parse("2026-09-11").unwrap(),
        note: "列入改造".to_owned(),
    };
    story.does(Who::Leader(ENFORCEMENT), wait);
    let grant = Action::DecideSuspension {
        accept: true,
        ruling: "同意".to_owned(),
    };
    story.does(Who::Dispatcher, grant);
    let mut words = ticks(&mut story, "09-11 00:00");
    words.retain(|word| word.ends_with("resumed"));
    let [leader, officer] = unit_is_told("zf", "resumed");
    assert_eq!(words, [leader, officer, format!("{DESK} resumed")]);
}

#[test]
fn a_refused_appeal_is_answered_to_the_unit_that_appealed_and_to_the_centre_that_called_it() {
    let leader = Who::Leader(ENFORCEMENT);
    let mut story = Story::on_the_scene();
    story.on("09-15 11:00");
    for body in [WATER, ENFORCEMENT] {
        story.does(Who::Leader(body), story.finish(body));
    }
    story.does(Who::Worker, confirm_solved(Some(scene())));
    story.does(Who::Registrar, close());
    let reason = "台风停工".to_owned();
    story.does(leader, Action::Appeal { reason });
    let refuse = Action::DecideAppeal {
        accept: false,
        ruling: "当日未停工".to_owned(),
    };
    assert_eq!(
        does(&mut story, Who::CountyRegistrar, &refuse),
        [
            "unit_leader@320707101-zf appeal_refused".to_owned(),
            format!("{DESK} appeal_refused"),
        ]
    );
}

#[test]
fn a_demand_that_is_said_to_be_unreasonable_is_told_above_and_the_word_from_there_to_who_asked() {
    let wish = Action::RequestUnreasonable {
        of: None,
        reason: "要求拆除合法建筑".to_owned(),
    };
    for (accept, word) in [
        (true, "unreasonable_accepted"),
        (false, "unreasonable_refused"),
    ] {
        let mut story = closed_for_a_resident();
        assert_eq!(
            does(&mut story, Who::Caller, &wish),
            ["registrar", "duty_leader"]
                .map(|post| format!("{post}@320707000000 unreasonable_requested"))
        );
        let decision = Action::DecideUnreasonable {
            of: None,
            accept,
            ruling: "无法律依据".to_owned(),
        };
        assert_eq!(
            does(&mut story, Who::CountyRegistrar, &decision),
            [format!("{} {word}", person(Who::Caller))]
        );
    }
}
