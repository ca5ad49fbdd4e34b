//! What a grid worker settles himself.

use uuid::Uuid;

use super::story::{Story, a_report, a_resident, reopen, wish};
use super::town::{COVER, ROAD, Who, at, condition, matter};
use crate::case::{Action, AttachmentId, RefusalCode, SelfHandling, Stage};

/// Settled under the road's condition, with a photograph of before and one of after.
pub fn settled() -> SelfHandling {
    SelfHandling {
        condition: condition(ROAD, 1),
        before: vec![AttachmentId(Uuid::from_u128(1))],
        after: vec![AttachmentId(Uuid::from_u128(2))],
        note: "已清理".to_owned(),
    }
}

fn refused(what: SelfHandling, who: Who) -> RefusalCode {
    let mut report = a_report();
    report.self_handled = Some(what);
    match Story::try_filed(who, "09-07 09:00", &report) {
        Err(refusal) => refusal.code,
        Ok(story) => panic!("{:?}", story.events()),
    }
}

#[test]
fn what_the_worker_settled_is_closed_at_once_without_a_round() {
    let mut report = a_report();
    report.matter = None;
    report.resident = Some(a_resident());
    report.self_handled = Some(settled());
    let story = Story::filed(Who::Worker, "09-07 09:00", &report);
    assert_eq!(story.events(), ["reported", "self_handled"]);
    assert_eq!(story.stage(), Stage::Closed);
    assert!(story.case.rounds.is_empty());
    assert_eq!(story.case.matter, Some(matter(ROAD)));
    assert_eq!(story.case.attachments.len(), 2);
    let clocks = &story.case.inner_clocks;
    assert!(clocks.iter().all(|clock| clock.stopped_at.is_some()));
}

#[test]
fn it_takes_a_grid_worker_a_condition_that_allows_it_and_evidence() {
    // The worker of the next grid reports what he sees here as everybody does.
    for who in [
        Who::Neighbour,
        Who::GridLeader,
        Who::Clerk,
        Who::Registrar,
        Who::App,
    ] {
        assert_eq!(refused(settled(), who), RefusalCode::PostForbids, "{who:?}");
    }
    let without = |before: usize, after: usize| {
        let mut what = settled();
        what.before.truncate(before);
        what.after.truncate(after);
        refused(what, Who::Worker)
    };
    assert_eq!(without(0, 1), RefusalCode::EvidenceMissing);
    assert_eq!(without(1, 0), RefusalCode::EvidenceMissing);
    let under = |id| {
        let mut report = a_report();
        report.matter = None;
        report.self_handled = Some(SelfHandling {
            condition: id,
            ..settled()
        });
        Story::try_filed(Who::Worker, "09-07 09:00", &report)
            .map(|story| story.events())
            .unwrap_err()
            .code
    };
    assert_eq!(under(condition(COVER, 2)), RefusalCode::NotSelfHandled);
    assert_eq!(under(condition(ROAD, 9)), RefusalCode::UnknownCondition);
    let other_matter = SelfHandling {
        condition: condition(COVER, 2),
        ..settled()
    };
    assert_eq!(
        refused(other_matter, Who::Worker),
        RefusalCode::UnknownCondition
    );
    let mut report = a_report();
    report.whistle = Some(wish("daily"));
    report.self_handled = Some(settled());
    let both = Story::try_filed(Who::Worker, "09-07 09:00", &report);
    assert_eq!(both.err().unwrap().code, RefusalCode::SettledAlready);
}

#[test]
fn what_was_not_settled_after_all_goes_back_to_be_registered_for_the_first_time() {
    let mut report = a_report();
    report.self_handled = Some(settled());
    let filed = || Story::filed(Who::Worker, "09-07 09:00", &report);
    let mut story = filed();
    story.on("09-20 09:00").does(Who::Registrar, reopen());
    assert_eq!(story.stage(), Stage::Accepted);
    assert_eq!(
        story.case.self_handled.as_ref().unwrap().reopened_at,
        Some(at("09-20 09:00"))
    );
    story.does(
        Who::Registrar,
        Action::Register {
            matter: matter(ROAD),
            condition: condition(ROAD, 1),
        },
    );
    assert_eq!(story.case.round().unwrap().number, 1);
    let mut late = filed();
    late.on("10-07 09:00");
    assert_eq!(
        late.why_not(Who::Registrar, &reopen()),
        RefusalCode::ReopenTooLate
    );
}
