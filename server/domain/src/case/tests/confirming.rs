//! The look at the spot before a case is accepted.

use super::story::{Story, a_report, wish};
use super::town::{COVER, Who, at, matter};
use crate::case::{Action, DeclineReason, InnerClockName, RefusalCode, Stage};

fn ask() -> Action {
    Action::RequestConfirmation {
        note: "请核实位置".to_owned(),
    }
}

fn found(valid: bool) -> Action {
    Action::Confirm {
        valid,
        note: "到场查看".to_owned(),
        attachments: vec![crate::case::AttachmentId(uuid::Uuid::from_u128(3))],
    }
}

fn unfounded() -> Action {
    Action::Decline {
        reason: DeclineReason::Unfounded,
        note: String::new(),
    }
}

/// Filed at 09:00, to be accepted by 09:15; the registrar asks at 09:05.
fn asked() -> Story {
    let mut story = Story::begins();
    story.on("09-07 09:05").does(Who::Registrar, ask());
    story
}

#[test]
fn the_acceptance_clock_stands_still_while_the_grids_worker_looks() {
    let mut story = asked();
    assert_eq!(story.stage(), Stage::Confirming);
    assert!(story.running(InnerClockName::Accept).is_none());
    let confirm = story.running(InnerClockName::Confirm).unwrap();
    assert_eq!(confirm.due, at("09-07 09:35"));
    story.on("09-07 09:25").does(Who::Worker, found(true));
    assert!(story.running(InnerClockName::Confirm).is_none());
    let accept = story.running(InnerClockName::Accept).unwrap();
    assert_eq!(accept.due, at("09-07 09:35"), "10 minutes were left");
    assert_eq!(story.stage(), Stage::Confirming, "the registrar decides");
    story.does(Who::Registrar, Action::Accept);
    assert_eq!(story.stage(), Stage::Accepted);
    assert_eq!(story.case.attachments.len(), 1);
}

#[test]
fn a_finding_binds_nobody_and_the_registrar_decides_on_it() {
    for (valid, action, stage) in [
        (false, unfounded(), Stage::Declined),
        (false, Action::Accept, Stage::Accepted),
        (true, unfounded(), Stage::Declined),
    ] {
        let mut story = asked();
        story.does(Who::GridLeader, found(valid));
        let finding = story.case.confirmation.clone().unwrap().finding.unwrap();
        assert_eq!((finding.valid, finding.note.as_str()), (valid, "到场查看"));
        story.does(Who::Registrar, action);
        assert_eq!(story.stage(), stage);
    }
}

#[test]
fn the_registrar_waits_for_the_finding_until_its_time_is_over_and_no_longer() {
    let mut story = asked();
    story.on("09-07 09:35");
    for action in [Action::Accept, unfounded()] {
        let refused = story.refusal(Who::Registrar, &action);
        assert_eq!(refused.code, RefusalCode::NotConfirmed);
        assert!(refused.values["until"].starts_with("2026-09-07T09:35"));
    }
    story.on("09-07 09:36").does(Who::Registrar, Action::Accept);
    assert!(story.running(InnerClockName::Confirm).is_none());
    assert_eq!(
        story.why_not(Who::Worker, &found(true)),
        RefusalCode::StageForbids
    );
}

#[test]
fn one_looks_once_and_only_where_somebody_is_to_look() {
    let mut story = asked();
    assert_eq!(
        story.why_not(Who::Registrar, &ask()),
        RefusalCode::StageForbids
    );
    assert_eq!(
        story.why_not(Who::Registrar, &found(true)),
        RefusalCode::PostForbids
    );
    story.does(Who::Worker, found(true));
    assert_eq!(
        story.why_not(Who::GridLeader, &found(false)),
        RefusalCode::AlreadyDone
    );
    let mut report = a_report();
    report.place.grid = None;
    let nowhere = Story::filed(Who::Clerk, "09-07 09:00", &report);
    assert_eq!(nowhere.why_not(Who::Registrar, &ask()), RefusalCode::NoGrid);
}

#[test]
fn an_emergency_does_not_wait_for_the_look() {
    let mut report = a_report();
    report.matter = Some(matter(COVER));
    let mut story = Story::filed(Who::Worker, "09-07 09:00", &report);
    story.does(Who::Registrar, ask());
    story.does(Who::Worker, Action::RequestWhistle(wish("emergency")));
    assert_eq!(story.stage(), Stage::Assigned);
    assert!(story.running(InnerClockName::Confirm).is_none());
}
