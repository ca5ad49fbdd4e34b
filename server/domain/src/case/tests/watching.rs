//! Supervision: ordered by people, and by rule when a case is overdue.

use super::story::{Story, dispatch};
use super::town::{BURST, ENFORCEMENT, POLICE, WATER, Who, at, division, lead};
use crate::access::Post;
use crate::case::{Action, Event, InnerClockName, RefusalCode, SupervisionKind};

fn supervise() -> Action {
    Action::Supervise {
        kind: SupervisionKind::Leader,
        note: "限期办结".to_owned(),
    }
}

fn answer(number: Option<u16>) -> Action {
    Action::AnswerSupervision {
        number,
        text: "今日完成".to_owned(),
    }
}

#[test]
fn a_centre_at_or_above_supervises_and_the_reply_is_due() {
    let mut story = Story::on_the_scene();
    story.does(Who::CountyDispatcher, supervise());
    let supervision = story.case.supervisions[0].clone();
    assert_eq!(supervision.division, division("320707000000"));
    assert_eq!(supervision.answer_by, at("09-08 18:00"), "one working day");
    story.does(Who::TownHead, supervise());
    assert_eq!(
        story.case.supervisions[1].division,
        division(super::town::TOWN)
    );
    for who in [Who::Worker, Who::Clerk, Who::Leader(ENFORCEMENT)] {
        assert_eq!(story.why_not(who, &supervise()), RefusalCode::PostForbids);
    }
    assert_eq!(
        story.why_not(Who::RegistrarElsewhere, &supervise()),
        RefusalCode::NotFound
    );
}

#[test]
fn a_reply_answers_the_oldest_unless_one_is_named() {
    let mut story = Story::on_the_scene();
    story.does(Who::CountyDispatcher, supervise());
    story.on("09-07 10:05").does(Who::TownHead, supervise());
    story.does(Who::Dispatcher, answer(Some(2)));
    story.does(Who::Leader(ENFORCEMENT), answer(None));
    assert!(story.case.unanswered_supervisions().next().is_none());
    assert!(story.running(InnerClockName::AnswerSupervision).is_none());
    assert_eq!(
        story.why_not(Who::Dispatcher, &answer(None)),
        RefusalCode::NothingToDecide
    );
}

#[test]
fn a_supervision_that_does_not_wait_is_not_answered() {
    let mut story = Story::on_the_scene();
    story.does(Who::TownHead, supervise());
    let refused = story.refusal(Who::Dispatcher, &answer(Some(7)));
    assert_eq!(refused.code, RefusalCode::UnknownSupervision);
    assert_eq!(refused.values["number"], "7");
    assert_eq!(
        story.why_not(Who::Leader(WATER), &answer(None)),
        RefusalCode::PostForbids,
        "an assisting unit does not answer"
    );
}

#[test]
fn what_is_overdue_is_supervised_one_level_up_and_again_at_twice_the_limit() {
    let mut story = Story::on_the_scene();
    story.on("09-14 18:00").ticks();
    assert!(story.case.supervisions.is_empty(), "on time until then");
    for moment in ["09-14 18:01", "09-20 18:01"] {
        let events = story.on(moment).ticks();
        let ordered = |e: &&crate::case::Recorded| matches!(e.event, Event::Supervised { .. });
        assert_eq!(events.iter().filter(ordered).count(), 1, "{moment}");
        assert!(story.ticks().is_empty());
    }
    let above = division("320707000000");
    assert!(story.case.supervisions.iter().all(|s| s.division == above));
    let kinds: Vec<_> = story.case.supervisions.iter().map(|s| s.kind).collect();
    assert_eq!(kinds, [SupervisionKind::Overdue; 2]);
    assert_eq!(story.case.supervisions[0].by.post, Post::System);
    assert_eq!(story.case.centre, division(super::town::TOWN));
    story.on("10-31 18:01").ticks();
    assert_eq!(story.case.supervisions.len(), 2);
}

#[test]
fn each_step_and_each_new_beginning_is_supervised_for_itself() {
    let by_rule = |story: &Story| {
        let ordered = story.case.supervisions.iter();
        ordered.filter(|s| s.by.post == Post::System).count()
    };
    // One emergency hour to stop the water, five working days for the road.
    let mut story = Story::whistled_for(BURST, 1);
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    story.on("09-07 10:01").ticks();
    story.on("09-07 11:01").ticks();
    assert_eq!(by_rule(&story), 2);
    story.does(Who::Leader(ENFORCEMENT), Action::CompleteStep);
    story.on("09-14 18:00").ticks();
    assert_eq!(by_rule(&story), 2);
    story.on("09-14 18:01").ticks();
    assert_eq!(by_rule(&story), 3);

    // Another unit has the whole limit, from the day on which it is called.
    let mut story = Story::whistled();
    story.does(Who::Leader(ENFORCEMENT), story.request_return(ENFORCEMENT));
    story.does(Who::Dispatcher, story.decide_return(ENFORCEMENT, true));
    story.on("09-08 09:00");
    story.does(Who::Dispatcher, dispatch(vec![lead(POLICE)]));
    story.on("09-15 18:01").ticks();
    assert_eq!(by_rule(&story), 1);
}

#[test]
fn what_has_ended_waits_for_no_reply() {
    let mut story = Story::on_the_scene();
    story.does(Who::TownHead, supervise());
    story.does(
        Who::Registrar,
        Action::Void {
            reason: "重复".to_owned(),
        },
    );
    assert!(story.running(InnerClockName::AnswerSupervision).is_none());
    assert_eq!(
        story.why_not(Who::TownHead, &supervise()),
        RefusalCode::StageForbids
    );
}
