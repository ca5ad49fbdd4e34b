//! The same matter twice, and matters that have to do with each other.

use uuid::Uuid;

use super::story::{Story, a_report, a_resident, another_case, close, dispatch, wish};
use super::town::{COVER, ENFORCEMENT, ROAD, RULES, Who, at, lead, matter, metres_away};
use crate::case::{
    Action, Answer, Ask, Case, CaseId, Event, Grade, InnerClockName, Recorded, Refusal,
    RefusalCode, Report, Solved, Stage, WhistleStage, is_likely_the_same, link, may_unmask, merge,
    rate_for, target_ended,
};

fn filed(n: u128, when: &str, change: impl FnOnce(&mut Report)) -> Story {
    let mut report = a_report();
    report.id = CaseId(Uuid::from_u128(n));
    change(&mut report);
    Story::filed(Who::Worker, when, &report)
}

fn joined(
    who: Who,
    case: &Case,
    into: &Case,
    followers: &[Case],
) -> Result<Vec<Vec<Recorded>>, Refusal> {
    let actor = who.actor();
    let ask = Ask {
        actor: &actor,
        rules: &RULES,
        now: at("09-07 10:00"),
        occurred_at: None,
    };
    merge(case, into, followers, "同一处", &ask)
}

fn after(case: &Case, events: &[Recorded]) -> Case {
    let mut case = case.clone();
    for event in events {
        case.apply(event);
    }
    case
}

#[test]
fn the_same_matter_nearby_and_within_a_day_is_likely_the_same() {
    let case = filed(20, "09-07 09:00", |_| {}).case;
    let metres = |other: &Story| is_likely_the_same(&case, &other.case, &RULES.settings);
    let at_metres =
        |m: f64, when: &str| filed(21, when, |r| r.place.position = Some(metres_away(m)));
    let near = metres(&at_metres(30.0, "09-08 09:00")).unwrap();
    assert!((near - 30.0).abs() < 0.1, "{near}");
    assert!(metres(&at_metres(49.9, "09-06 09:00")).is_some());
    assert_eq!(metres(&at_metres(50.1, "09-07 09:00")), None);
    assert_eq!(metres(&at_metres(0.0, "09-08 09:01")), None);
    let elsewhere = filed(21, "09-07 09:00", |r| r.place.position = None);
    assert_eq!(metres(&elsewhere), None);
    let another = filed(21, "09-07 09:00", |r| r.matter = Some(matter(COVER)));
    assert_eq!(metres(&another), None);
    assert_eq!(is_likely_the_same(&case, &case, &RULES.settings), None);
    let mut over = at_metres(0.0, "09-07 09:00");
    over.does(
        Who::Registrar,
        Action::Void {
            reason: "误报".to_owned(),
        },
    );
    assert_eq!(metres(&over), None);
}

#[test]
fn a_merged_case_is_over_and_goes_on_as_part_of_the_other() {
    let mut story = Story::registered();
    story.does(Who::VillageLeader, Action::RequestWhistle(wish("tough")));
    let into = another_case();
    let changed = joined(Who::Registrar, &story.case, &into, &[]).unwrap();
    let merged = after(&story.case, &changed[0]);
    assert_eq!(merged.stage, Stage::Merged);
    assert_eq!(merged.merged_into.as_ref().unwrap().case, into.id);
    assert_eq!(merged.whistles[0].stage, WhistleStage::Withdrawn);
    assert!(
        merged
            .inner_clocks
            .iter()
            .all(|clock| clock.stopped_at.is_some())
    );
    let target = after(&into, &changed[1]);
    assert_eq!(target.stage, Stage::Reported, "the open case goes its way");
    assert_eq!(target.absorbed[0].case, story.case.id);
    assert_eq!(changed.len(), 2);
}

#[test]
fn chains_are_flat() {
    let (first, second) = (filed(20, "09-07 09:00", |_| {}).case, another_case());
    let changed = joined(Who::Registrar, &first, &second, &[]).unwrap();
    let (first, second) = (after(&first, &changed[0]), after(&second, &changed[1]));
    let third = filed(21, "09-07 09:30", |_| {}).case;
    let followers = [first.clone()];
    let changed = joined(Who::Registrar, &second, &third, &followers).unwrap();
    let third = after(&third, &changed[1]);
    let parts: Vec<CaseId> = third.absorbed.iter().map(|a| a.case).collect();
    assert_eq!(parts, [second.id, first.id]);
    let first = after(&first, &changed[2]);
    assert_eq!(first.merged_into.as_ref().unwrap().case, third.id);
    assert_eq!(first.stage, Stage::Merged);
    assert!(after(&second, &changed[0]).absorbed.is_empty());
    // What has become a part takes nothing in any more.
    let late = filed(22, "09-07 09:40", |_| {}).case;
    let refused = joined(Who::Registrar, &late, &first, &[]).unwrap_err();
    assert_eq!(refused.code, RefusalCode::OtherEnded);
}

#[test]
fn only_open_cases_that_the_registrar_has_take_others_in() {
    let case = filed(20, "09-07 09:00", |_| {}).case;
    let why = |who, into: &Case| joined(who, &case, into, &[]).unwrap_err().code;
    assert_eq!(why(Who::Registrar, &case), RefusalCode::SameCase);
    assert_eq!(
        why(Who::Registrar, &Story::closed().case),
        RefusalCode::OtherEnded
    );
    assert_eq!(
        why(Who::Dispatcher, &another_case()),
        RefusalCode::PostForbids
    );
    let mut elsewhere = another_case();
    elsewhere.centre = super::town::division("320707102000");
    elsewhere.place.village = None;
    assert_eq!(why(Who::Registrar, &elsewhere), RefusalCode::UnknownCase);
    let assigned = Story::whistled();
    let refused = joined(Who::Registrar, &assigned.case, &another_case(), &[]).unwrap_err();
    assert_eq!(refused.code, RefusalCode::StageForbids);
    assert!(!refused.allowed.is_empty());
}

#[test]
fn the_residents_behind_merged_cases_are_told_and_asked_too() {
    let part = filed(20, "09-07 09:00", |r| r.resident = Some(a_resident())).case;
    let mut story = filed(21, "09-07 09:10", |_| {});
    let changed = joined(Who::Registrar, &part, &story.case, &[]).unwrap();
    let part = after(&part, &changed[0]);
    story.case = after(&story.case, &changed[1]);
    story.registers(ROAD, 1);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    let leader = Who::Leader(ENFORCEMENT);
    assert_eq!(
        story.why_not(leader, &story.finish(ENFORCEMENT)),
        RefusalCode::ReplyMissing,
        "somebody waits for an answer, though behind the other case"
    );
    let text = "已修复".to_owned();
    story.does(leader, Action::Reply { text });
    story.does(leader, story.finish(ENFORCEMENT));
    story.does(Who::Worker, story.verify(true, &[]));
    story.on("09-07 12:00").does(Who::Registrar, close());
    let round = story.case.round().unwrap();
    assert!(round.feedback.is_none(), "no resident of its own");
    assert_eq!(round.all_feedback().count(), 1);

    let told = target_ended(&part, &story.case, story.now);
    let part = after(&part, &[told]);
    let end = part.merged_into.as_ref().unwrap().end.as_ref().unwrap();
    assert_eq!(end.stage, Stage::Closed);
    assert_eq!(end.asked, Some((1, at("09-14 12:00"))));
    // Whoever asks him looks at his data in the case that he reported, as long as he may answer.
    let caller = Who::Caller.actor();
    let settings = &RULES.settings;
    let known = |case: &Case, now| may_unmask(case, &caller, settings, now).is_some();
    assert!(known(&part, at("09-14 11:59")));
    assert!(!known(&part, at("09-14 12:00")));
    assert!(!known(&story.case, story.now), "behind it stands nobody");

    let answer = Answer {
        contacted: true,
        solved: Solved::Yes,
        satisfaction: Grade::Satisfied,
        text: String::new(),
        may_contact: false,
    };
    let nobody = Who::Nobody.actor();
    let ask = Ask {
        actor: &nobody,
        rules: &RULES,
        now: at("09-08 09:00"),
        occurred_at: None,
    };
    assert_eq!(
        rate_for(&story.case, story.case.id, &answer, &ask)
            .unwrap_err()
            .code,
        RefusalCode::NoFeedback
    );
    let rated = rate_for(&story.case, part.id, &answer, &ask).unwrap();
    story.case = after(&story.case, &rated);
    assert_eq!(
        rate_for(&story.case, part.id, &answer, &ask)
            .unwrap_err()
            .code,
        RefusalCode::FeedbackConcluded
    );
}

#[test]
fn a_link_stands_on_both_sides_at_any_stage_and_moves_nothing() {
    let mut story = Story::closed();
    let before = story.case.inner_clocks.clone();
    let action = Action::Link {
        to: another_case().id,
        note: "同一施工点".to_owned(),
    };
    story.does(Who::Registrar, action.clone());
    assert_eq!(story.case.links[0].case, another_case().id);
    assert_eq!(story.stage(), Stage::Closed);
    assert_eq!(story.case.inner_clocks, before);
    assert_eq!(
        story.why_not(Who::Registrar, &action),
        RefusalCode::AlreadyDone
    );
    // Who does not see the other case cannot link it.
    assert_eq!(
        story.why_not(Who::Leader(ENFORCEMENT), &action),
        RefusalCode::UnknownCase
    );
    let actor = Who::Clerk.actor();
    let ask = Ask {
        actor: &actor,
        rules: &RULES,
        now: at("09-08 09:00"),
        occurred_at: None,
    };
    let [here, there] = link(&Story::begins().case, &another_case(), "", &ask).unwrap();
    assert!(matches!(&here[0].event, Event::Linked { other, .. } if *other == there[0].case));
    assert!(matches!(&there[0].event, Event::Linked { other, .. } if *other == here[0].case));
}

#[test]
fn a_case_that_takes_others_in_keeps_its_clocks() {
    let story = Story::registered();
    let changed = joined(Who::Registrar, &another_case(), &story.case, &[]).unwrap();
    let target = after(&story.case, &changed[1]);
    let dispatch = target
        .inner_clocks
        .iter()
        .find(|c| c.name == InnerClockName::Dispatch);
    assert!(dispatch.unwrap().stopped_at.is_none());
}
