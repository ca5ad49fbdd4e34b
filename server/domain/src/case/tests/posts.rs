//! Who sees what, who may do what, and what is answered to those who may not.

use std::collections::BTreeSet;

use super::story::{Story, a_report, close, dispatch};
use super::town::{ENFORCEMENT, POLICE, ROAD, WATER, Who, lead};
use crate::case::{Action, ActionKind, RefusalCode, Target};

fn comment() -> Action {
    Action::Comment {
        text: "知悉".to_owned(),
        public: false,
    }
}

#[test]
fn what_one_does_not_see_does_not_exist() {
    let story = Story::whistled();
    for who in [
        Who::Stranger,
        Who::Neighbour,
        Who::RegistrarElsewhere,
        Who::FormerRegistrar,
        Who::Admin,
        Who::Nobody,
        Who::App,
        Who::Leader(POLICE),
    ] {
        let refused = story.refusal(who, &comment());
        assert_eq!(refused.code, RefusalCode::NotFound, "{who:?}");
        assert!(refused.allowed.is_empty() && refused.values.is_empty());
    }
}

#[test]
fn a_whistle_or_assignment_that_is_not_there_is_not_found() {
    let story = Story::begins();
    let other = Story::whistled();
    for action in [
        other.sign(ENFORCEMENT),
        other.revoke(ENFORCEMENT),
        other.issue(vec![lead(WATER)]),
    ] {
        assert_eq!(
            story.why_not(Who::Dispatcher, &action),
            RefusalCode::NotFound
        );
    }
}

#[test]
fn who_supervises_or_audits_sees_everything_and_changes_nothing() {
    for story in [
        Story::begins(),
        Story::whistled(),
        Story::handled(),
        Story::closed(),
    ] {
        for who in [Who::Supervisor, Who::Auditor] {
            // Every action is told, and that none of them is theirs.
            let offers = story.offers(who);
            let told: BTreeSet<_> = offers.iter().map(|o| o.action.as_str()).collect();
            assert!(told.contains("accept") && told.contains("supervise"));
            for offer in offers {
                let code = offer.refusal.map(|refusal| refusal.code);
                assert_eq!(code, Some(RefusalCode::PostForbids), "{}", offer.action);
                assert!(!offer.is_of_his_posts);
            }
            for action in [
                Action::Accept,
                comment(),
                close(),
                dispatch(vec![lead(WATER)]),
            ] {
                assert_eq!(story.why_not(who, &action), RefusalCode::PostForbids);
            }
        }
    }
}

#[test]
fn an_application_sees_and_comments_its_own_case_and_no_other() {
    let mut story = Story::filed(Who::App, "09-07 09:00", &a_report());
    story.does(Who::App, comment());
    assert_eq!(
        story.why_not(Who::App, &Action::Accept),
        RefusalCode::PostForbids
    );
    assert_eq!(
        story.why_not(Who::OtherApp, &comment()),
        RefusalCode::NotFound
    );
}

#[test]
fn a_called_unit_sees_the_case_and_speaks_for_itself_only() {
    let mut story = Story::whistled();
    story.does(Who::Officer(WATER), comment());
    assert_eq!(
        story.why_not(Who::Officer(WATER), &story.sign(ENFORCEMENT)),
        RefusalCode::PostForbids
    );
    story.does(Who::Officer(WATER), story.sign(WATER));
}

#[test]
fn what_the_stage_forbids_is_answered_with_what_is_allowed_instead() {
    let story = Story::begins();
    let refused = story.refusal(Who::Registrar, &close());
    assert_eq!(refused.code, RefusalCode::StageForbids);
    assert_eq!(refused.values["stage"], "reported");
    assert_eq!(
        refused.allowed,
        [
            ActionKind::Accept,
            ActionKind::Decline,
            ActionKind::Void,
            ActionKind::Comment,
            ActionKind::Attach,
            ActionKind::RequestConfirmation,
            ActionKind::Claim,
            ActionKind::Merge,
            ActionKind::Link,
            ActionKind::Supervise,
            ActionKind::Escalate,
            ActionKind::RequestRuling
        ]
    );
    let unsigned = Story::whistled();
    let refused = unsigned.refusal(Who::Leader(WATER), &unsigned.leave(WATER));
    assert_eq!(refused.values["stage"], "assignment-issued");
    assert!(refused.allowed.contains(&ActionKind::Sign));
    assert!(!refused.allowed.contains(&ActionKind::Leave));
}

#[test]
fn an_offer_says_beforehand_which_rule_forbids() {
    let story = Story::on_the_scene();
    let offers = story.offers(Who::Leader(ENFORCEMENT));
    let finish = offers
        .iter()
        .find(|o| {
            o.action == ActionKind::Finish && o.target == Target::Assignment(story.id(ENFORCEMENT))
        })
        .unwrap();
    assert_eq!(
        finish.refusal.as_ref().unwrap().code,
        RefusalCode::OthersUnfinished
    );
    assert!(
        offers
            .iter()
            .all(|o| !matches!(o.action, ActionKind::Report | ActionKind::Rate))
    );
}

#[test]
fn the_log_says_in_which_post_somebody_acted() {
    let mut story = Story::begins();
    story.does(Who::RegistrarAndDispatcher, Action::Accept);
    assert_eq!(story.last().actor.post.as_str(), "registrar");
    story.registers_after_acceptance();
    story.does(
        Who::RegistrarAndDispatcher,
        dispatch(vec![lead(ENFORCEMENT)]),
    );
    assert_eq!(
        story
            .last_such(|e| e.name() == "dispatched")
            .actor
            .post
            .as_str(),
        "dispatcher"
    );
    story.does(Who::Officer(ENFORCEMENT), story.sign(ENFORCEMENT));
    let by = &story.last().actor;
    assert_eq!(by.unit.as_ref().unwrap().to_string(), "320707101-zf");
}

impl Story {
    fn registers_after_acceptance(&mut self) {
        let (matter, condition) = (super::town::matter(ROAD), super::town::condition(ROAD, 1));
        self.does(Who::Registrar, Action::Register { matter, condition });
    }
}
