//! Asking the resident: once, by the centre's callers, and never by whoever handled the case.

use super::closing::{closed_for_a_resident, satisfied};
use super::story::{Story, reopen};
use super::town::{ENFORCEMENT, Who, at, division};
use crate::access::{Appointment, Post, Scope};
use crate::case::{
    Action, ActionKind, Answer, Ask, Case, Channel, Conclusion, Feedback, FollowUpOutcome, Queue,
    RefusalCode, Stage, Unanswered, decide,
};

fn heard(channel: Channel, outcome: FollowUpOutcome) -> Action {
    Action::FollowUp {
        of: None,
        channel,
        outcome,
        note: String::new(),
    }
}

fn nobody_there() -> Action {
    heard(Channel::Telephone, FollowUpOutcome::NotReached)
}

fn unreasonable() -> Action {
    Action::RequestUnreasonable {
        of: None,
        reason: "要求拆除合法建筑".to_owned(),
    }
}

fn decision(accept: bool) -> Action {
    Action::DecideUnreasonable {
        of: None,
        accept,
        ruling: "诉求无法律依据".to_owned(),
    }
}

fn asked(story: &Story) -> &Feedback {
    story.case.round().unwrap().feedback.as_ref().unwrap()
}

fn ended(story: &Story) -> Option<Conclusion> {
    asked(story).concluded.as_ref().map(|c| c.how.clone())
}

#[test]
fn what_the_resident_says_on_the_telephone_counts_like_his_answer_by_the_link() {
    let mut story = closed_for_a_resident();
    story.on("09-08 10:00");
    story.does(
        Who::Caller,
        heard(Channel::Telephone, FollowUpOutcome::Answered(satisfied())),
    );
    assert_eq!(
        ended(&story),
        Some(Conclusion::Answered {
            answer: satisfied(),
            channel: Some(Channel::Telephone)
        })
    );
    assert_eq!(story.stage(), Stage::Closed);
    assert_eq!(
        story.rates(&satisfied()).unwrap_err().code,
        RefusalCode::FeedbackConcluded
    );
    assert_eq!(
        story.why_not(Who::Caller, &nobody_there()),
        RefusalCode::FeedbackConcluded
    );
}

#[test]
fn whoever_does_not_wish_to_answer_is_not_asked_again() {
    let mut story = closed_for_a_resident();
    story.on("09-08 10:00");
    story.does(Who::Caller, heard(Channel::Visit, FollowUpOutcome::Refused));
    let refused = Conclusion::Without {
        outcome: Unanswered::Refused,
    };
    assert_eq!(ended(&story), Some(refused));
    assert_eq!(
        story.rates(&satisfied()).unwrap_err().code,
        RefusalCode::FeedbackConcluded
    );
}

#[test]
fn three_calls_on_two_days_that_reach_nobody_end_the_asking() {
    let mut story = closed_for_a_resident();
    for when in ["09-07 12:00", "09-07 15:00", "09-07 23:59"] {
        story.on(when).does(Who::Caller, nobody_there());
        assert_eq!(ended(&story), None, "all on one day: {when}");
    }
    story.on("09-08 00:00").does(Who::Caller, nobody_there());
    let unreachable = Conclusion::Without {
        outcome: Unanswered::Unreachable,
    };
    assert_eq!(ended(&story), Some(unreachable.clone()));
    assert_eq!(story.last().actor.post, Post::System, "it follows by rule");

    let mut two = closed_for_a_resident();
    two.on("09-08 09:00").does(Who::Caller, nobody_there());
    two.on("09-09 09:00").does(Who::Caller, nobody_there());
    assert_eq!(ended(&two), None, "two calls are too few");
    two.on("09-09 09:01").does(Who::Caller, nobody_there());
    assert_eq!(ended(&two), Some(unreachable));
}

#[test]
fn a_resident_who_was_missed_may_still_answer() {
    let mut story = closed_for_a_resident();
    story.on("09-08 09:00").does(Who::Caller, nobody_there());
    story.rates(&satisfied()).unwrap();
    assert!(matches!(
        ended(&story),
        Some(Conclusion::Answered { channel: None, .. })
    ));
}

#[test]
fn a_letter_without_an_answer_is_no_call() {
    let story = closed_for_a_resident();
    assert_eq!(
        story.why_not(
            Who::Caller,
            &heard(Channel::Paper, FollowUpOutcome::NotReached)
        ),
        RefusalCode::NotACall
    );
}

#[test]
fn after_seven_days_nobody_is_asked_any_more() {
    let mut story = closed_for_a_resident();
    story.on("09-14 11:40");
    assert_eq!(
        story.why_not(Who::Caller, &nobody_there()),
        RefusalCode::FeedbackExpired
    );
    assert_eq!(
        story.why_not(Who::Registrar, &unreasonable()),
        RefusalCode::FeedbackExpired
    );
    assert_eq!(
        Story::closed().why_not(Who::Caller, &nobody_there()),
        RefusalCode::NoFeedback,
        "nobody is behind it"
    );
}

#[test]
fn callers_of_the_centre_ask_and_nobody_else() {
    let story = closed_for_a_resident();
    for who in [
        Who::Clerk,
        Who::Registrar,
        Who::Dispatcher,
        Who::DutyLeader,
        Who::CountyRegistrar,
        Who::Officer(ENFORCEMENT),
    ] {
        assert_eq!(
            story.why_not(who, &nobody_there()),
            RefusalCode::PostForbids,
            "{who:?}"
        );
    }
}

#[test]
fn a_caller_of_a_unit_that_handled_it_does_not_ask() {
    let story = closed_for_a_resident();
    let mut both = Who::Caller.actor();
    let officer = Who::Officer(ENFORCEMENT).actor().appointments.remove(0);
    assert!(matches!(officer.scope, Scope::Unit(_)));
    both.appointments.push(Appointment { ..officer });
    let ask = Ask {
        actor: &both,
        rules: &super::town::RULES,
        now: story.now,
        occurred_at: None,
    };
    let answered = heard(Channel::Telephone, FollowUpOutcome::Answered(satisfied()));
    for action in [answered, unreasonable()] {
        assert_eq!(
            decide(&story.case, &action, &ask).unwrap_err().code,
            RefusalCode::HandledItYourself
        );
    }
}

#[test]
fn the_centre_above_says_whether_a_demand_is_unreasonable() {
    let mut story = closed_for_a_resident();
    story.on("09-08 10:00").does(Who::Caller, unreasonable());
    assert_eq!(
        asked(&story).undecided().map(|r| r.centre),
        Some(division("320707000000"))
    );
    assert_eq!(
        story.why_not(Who::Registrar, &decision(true)),
        RefusalCode::PostForbids,
        "not the centre that wishes it"
    );
    story.does(Who::CountyRegistrar, decision(true));
    assert_eq!(
        ended(&story),
        Some(Conclusion::Without {
            outcome: Unanswered::Unreasonable
        })
    );
    assert_eq!(
        asked(&story).unreasonable.as_ref().unwrap().accepted,
        Some(true)
    );
    assert_eq!(Case::replay(&story.log), Some(story.case.clone()));
}

#[test]
fn a_demand_that_is_not_unreasonable_is_asked_about_and_not_wished_away_twice() {
    let mut story = closed_for_a_resident();
    story.on("09-08 10:00").does(Who::Registrar, unreasonable());
    assert_eq!(
        story.why_not(Who::Caller, &unreasonable()),
        RefusalCode::AlreadyDone
    );
    story.does(Who::CountyRegistrar, decision(false));
    assert_eq!(ended(&story), None);
    assert_eq!(
        story.why_not(Who::Registrar, &unreasonable()),
        RefusalCode::AlreadyDone
    );
    assert_eq!(
        story.why_not(Who::CountyRegistrar, &decision(true)),
        RefusalCode::PostForbids,
        "nothing is left to decide"
    );
    story.rates(&satisfied()).unwrap();
}

#[test]
fn a_resident_who_answers_before_the_decision_has_answered() {
    let mut story = closed_for_a_resident();
    story.does(Who::Registrar, unreasonable());
    let angry = Answer {
        satisfaction: crate::case::Grade::VeryDissatisfied,
        ..satisfied()
    };
    story.rates(&angry).unwrap();
    assert_eq!(asked(&story).undecided(), None);
    assert_eq!(
        story.why_not(Who::CountyRegistrar, &decision(true)),
        RefusalCode::PostForbids
    );
}

#[test]
fn a_reopened_case_is_still_asked_about_and_the_last_round_first() {
    let mut story = closed_for_a_resident();
    story.on("09-08 09:00").does(Who::Registrar, reopen());
    story.does(Who::Caller, nobody_there());
    assert_eq!(story.stage(), Stage::Registered);
    assert_eq!(
        story.case.rounds[0].feedback.as_ref().unwrap().missed_calls,
        [story.now]
    );
    super::closing::handled_again(&mut story);
    story.does(Who::Registrar, super::story::close());
    let refused = || heard(Channel::Telephone, FollowUpOutcome::Refused);
    story.does(Who::Caller, refused());
    let concluded = |story: &Story| -> Vec<bool> {
        let rounds = story.case.rounds.iter();
        rounds
            .map(|r| r.feedback.as_ref().unwrap().concluded.is_some())
            .collect()
    };
    assert_eq!(concluded(&story), [false, true]);
    story.does(Who::Caller, refused());
    assert_eq!(concluded(&story), [true, true]);
    assert_eq!(
        story.why_not(Who::Caller, &refused()),
        RefusalCode::FeedbackConcluded
    );
}

#[test]
fn those_to_ask_wait_in_the_list_of_the_callers_and_unreasonable_demands_in_that_above() {
    let mut story = closed_for_a_resident();
    let waits = |story: &Story| -> Vec<(Queue, String, Option<crate::clock::Timestamp>)> {
        let waiting = story.case.waits().into_iter();
        waiting
            .map(|w| (w.queue, w.centre.to_string(), w.due))
            .collect()
    };
    let due = Some(at("09-14 11:40"));
    let to_ask = (Queue::FollowUp, "320707101000".to_owned(), due);
    assert_eq!(waits(&story), std::slice::from_ref(&to_ask));
    story.does(Who::Registrar, unreasonable());
    let above = (Queue::Unreasonable, "320707000000".to_owned(), due);
    assert_eq!(waits(&story), [to_ask, above]);
    story.does(Who::CountyRegistrar, decision(true));
    assert_eq!(waits(&story), []);
}

#[test]
fn the_list_of_actions_tells_why_a_resident_is_not_asked() {
    let story = closed_for_a_resident();
    let refusal_of = |who, kind| {
        let offers = story.offers(who);
        let offer = offers.into_iter().find(|o| o.action == kind).unwrap();
        offer.refusal.map(|r| r.code)
    };
    assert_eq!(refusal_of(Who::Caller, ActionKind::FollowUp), None);
    assert_eq!(
        refusal_of(Who::Caller, ActionKind::DecideUnreasonable),
        Some(RefusalCode::PostForbids)
    );
    assert_eq!(
        refusal_of(Who::Registrar, ActionKind::RequestUnreasonable),
        None
    );
}
