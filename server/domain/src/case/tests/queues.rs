//! What a command centre finds in its work list, and by when.

use super::story::{Story, a_report, close, confirm_solved, dispatch, wish};
use super::town::{
    BURST, COVER, ENFORCEMENT, TOWN, WATER, Who, assist, at, division, lead, matter, scene,
};
use crate::case::{Action, Queue, RefusalCode, SuspensionReason};
use crate::clock::{Date, Timestamp};
use crate::place::DivisionCode;

const LEADER: Who = Who::Leader(ENFORCEMENT);

/// The queues of a centre in which the case stands.
fn of(story: &Story, centre: DivisionCode) -> Vec<(Queue, Option<Timestamp>)> {
    let waits = story.case.waits().into_iter();
    let own = waits.filter(|waiting| waiting.centre == centre);
    own.map(|waiting| (waiting.queue, waiting.due)).collect()
}

fn stands(story: &Story, queues: &[(Queue, Option<&str>)]) {
    let expected: Vec<_> = queues
        .iter()
        .map(|(queue, due)| (*queue, due.map(at)))
        .collect();
    assert_eq!(of(story, division(TOWN)), expected, "{:?}", story.events());
}

#[test]
fn a_case_goes_from_queue_to_queue_until_it_is_closed() {
    let mut story = Story::begins();
    stands(&story, &[(Queue::Accept, Some("09-07 09:15"))]);
    let look = Action::RequestConfirmation {
        note: "请核实".to_owned(),
    };
    story.does(Who::Registrar, look);
    stands(&story, &[(Queue::Accept, Some("09-07 09:30"))]);
    let found = Action::Confirm {
        valid: true,
        note: String::new(),
        attachments: Vec::new(),
    };
    story.does(Who::Worker, found);
    story.does(Who::Registrar, Action::Accept);
    stands(&story, &[(Queue::Register, None)]);
    let register = Action::Register {
        matter: matter(BURST),
        condition: super::town::condition(BURST, 1),
    };
    story.does(Who::Registrar, register);
    stands(&story, &[(Queue::Dispatch, Some("09-07 09:15"))]);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    stands(&story, &[(Queue::Handling, Some("09-07 10:00"))]);
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.does(LEADER, Action::CompleteStep);
    stands(&story, &[(Queue::Handling, Some("09-14 18:00"))]);
    story.does(LEADER, story.finish(ENFORCEMENT));
    stands(&story, &[(Queue::Verify, Some("09-07 09:30"))]);
    story.does(Who::Worker, story.verify(true, &[]));
    stands(&story, &[(Queue::Close, None)]);
    story.does(Who::Registrar, close());
    stands(&story, &[]);
}

#[test]
fn a_whistle_stands_under_its_approval_and_then_under_the_dispatch() {
    let mut story = Story::registered();
    story.does(Who::Worker, Action::RequestWhistle(wish("daily")));
    let approval = (Queue::ApproveWhistle, Some("09-07 10:00"));
    stands(&story, &[(Queue::Dispatch, Some("09-07 09:15")), approval]);
    let whistle = story.whistle_id();
    story.does(Who::VillageLeader, Action::ApproveWhistle { whistle });
    stands(&story, &[(Queue::Dispatch, Some("09-07 09:15"))]);
    // On a case that is handled already an approved one is to be issued beside.
    let mut handled = Story::registered();
    handled.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    handled.does(Who::VillageLeader, Action::RequestWhistle(wish("daily")));
    let handling = (Queue::Handling, Some("09-14 18:00"));
    stands(&handled, &[handling, (Queue::Dispatch, None)]);
    // The blower is asked, then somebody verifies.
    let mut done = Story::handled();
    stands(&done, &[(Queue::Verify, Some("09-08 18:00"))]);
    done.does(Who::Worker, confirm_solved(Some(scene())));
    stands(&done, &[(Queue::Close, None)]);
}

#[test]
fn the_condition_of_an_emergency_is_to_be_confirmed_while_the_units_are_at_work() {
    let mut report = a_report();
    report.matter = Some(matter(COVER));
    report.whistle = Some(wish("emergency"));
    let mut story = Story::filed(Who::Worker, "09-06 23:00", &report);
    let handling = (Queue::Handling, Some("09-07 01:00"));
    stands(&story, &[handling, (Queue::Register, Some("09-06 23:30"))]);
    story.does(Who::Registrar, Action::ConfirmCondition);
    stands(&story, &[handling]);
}

#[test]
fn what_a_unit_asks_for_stands_under_its_own_queue_until_it_is_decided() {
    let mut story = Story::registered();
    let called = dispatch(vec![lead(ENFORCEMENT), assist(WATER)]);
    story.does(Who::Dispatcher, called);
    let handling = (Queue::Handling, Some("09-14 18:00"));
    story.does(Who::Leader(WATER), story.request_return(WATER));
    stands(&story, &[handling, (Queue::Return, Some("09-07 09:30"))]);
    story.does(Who::Dispatcher, story.decide_return(WATER, false));
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    let extend = Action::RequestExtension {
        reason: "须等养护期".to_owned(),
    };
    story.does(LEADER, extend);
    stands(&story, &[handling, (Queue::Respite, Some("09-07 09:30"))]);
    let refuse = Action::DecideExtension {
        accept: false,
        ruling: "人手足够".to_owned(),
    };
    story.does(Who::Dispatcher, refuse);
    let suspend = Action::RequestSuspension {
        reason: SuspensionReason::PlannedWorks,
        file_number: None,
        until: Date::parse("2026-10-12").unwrap(),
        note: String::new(),
    };
    story.does(LEADER, suspend);
    stands(&story, &[handling, (Queue::Respite, Some("09-07 09:30"))]);
    let grant = Action::DecideSuspension {
        accept: true,
        ruling: "同意".to_owned(),
    };
    story.does(Who::Dispatcher, grant);
    stands(&story, &[(Queue::Handling, None)]);
}

#[test]
fn what_a_centre_above_is_asked_for_stands_in_its_work_list_and_the_reply_it_wants_in_the_towns() {
    let county = division("320707000000");
    let mut story = Story::registered();
    let ruling = Action::RequestRuling {
        reason: "职责交叉".to_owned(),
    };
    story.does(Who::Dispatcher, ruling);
    assert_eq!(of(&story, county), [(Queue::Rule, Some(at("09-08 18:00")))]);
    let supervise = Action::Supervise {
        kind: crate::case::SupervisionKind::Leader,
        note: "限期反馈".to_owned(),
    };
    story.does(Who::CountyDispatcher, supervise);
    let due = story.case.supervisions[0].answer_by;
    assert_eq!(
        of(&story, division(TOWN)),
        [
            (Queue::Dispatch, Some(at("09-07 09:15"))),
            (Queue::AnswerSupervision, Some(due)),
        ]
    );
    // The case itself goes up, with what waits for its centre.
    let escalate = Action::Escalate {
        reason: "跨镇".to_owned(),
    };
    story.does(Who::Dispatcher, escalate);
    assert_eq!(of(&story, division(TOWN)), []);
    let at_the_county: Vec<Queue> = of(&story, county)
        .into_iter()
        .map(|(queue, _)| queue)
        .collect();
    assert_eq!(at_the_county[0], Queue::Dispatch);
    assert_eq!(
        story.why_not(Who::Dispatcher, &dispatch(vec![lead(ENFORCEMENT)])),
        RefusalCode::PostForbids
    );
}

#[test]
fn what_somebody_asks_about_a_closed_case_stands_where_it_is_decided() {
    let mut story = Story::registered();
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.on("09-15 09:00");
    story.does(LEADER, story.finish(ENFORCEMENT));
    story.does(Who::Worker, story.verify(true, &[]));
    story.does(Who::Registrar, close());
    let reopen = Action::RequestReopening {
        reason: "又坏了".to_owned(),
    };
    story.does(Who::Worker, reopen);
    stands(&story, &[(Queue::Reopening, None)]);
    let appeal = Action::Appeal {
        reason: "连日暴雨".to_owned(),
    };
    story.does(LEADER, appeal);
    let county = division("320707000000");
    assert_eq!(of(&story, county), [(Queue::Appeal, None)]);
    let refuse = Action::RefuseReopening {
        reason: "并非同处".to_owned(),
    };
    story.does(Who::Registrar, refuse);
    let decide = Action::DecideAppeal {
        accept: true,
        ruling: "情况属实".to_owned(),
    };
    story.does(Who::CountyRegistrar, decide);
    assert!(story.case.waits().is_empty(), "{:?}", story.case.waits());
}
