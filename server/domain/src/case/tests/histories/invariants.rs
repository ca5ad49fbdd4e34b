//! What holds of a case after every event, and of every decision.

use super::*;

/// The rules by which an action may be refused that is offered as allowed: they turn on what is said with it.
const TURNS_ON_WHAT_IS_SAID: &[RefusalCode] = &[
    RefusalCode::UnknownMatter,
    RefusalCode::MatterNotInForce,
    RefusalCode::UnknownCondition,
    RefusalCode::UnknownUnit,
    RefusalCode::UnknownKind,
    RefusalCode::UnknownSupervision,
    RefusalCode::UnknownCase,
    RefusalCode::SameCase,
    RefusalCode::OtherEnded,
    RefusalCode::PowerNotHeld,
    RefusalCode::TooFewCertified,
    RefusalCode::OneLead,
    RefusalCode::UnitTwice,
    RefusalCode::KindForbids,
    RefusalCode::PlaceSetByOthers,
    RefusalCode::MeetingIncomplete,
    RefusalCode::TownActsItself,
    RefusalCode::ViaTheCounty,
    RefusalCode::NoEmergencyCondition,
    RefusalCode::WhistleOpen,
    RefusalCode::NobodyToCall,
    RefusalCode::NotItsAssignment,
    RefusalCode::AlreadyScored,
    RefusalCode::StandardNotMet,
    RefusalCode::EvidenceMissing,
    RefusalCode::FileNumberMissing,
    RefusalCode::UntilOutOfRange,
    RefusalCode::NotBelow,
    RefusalCode::RuledOtherwise,
    RefusalCode::RefuseTheAdmission,
    RefusalCode::NotACall,
];

/// What is offered is what is decided.
pub fn offers_agree(story: &Story, who: Who, action: &Action, answer: Result<(), RefusalCode>) {
    if action.kind() == ActionKind::Rate {
        assert!(answer.is_err(), "no account answers for the resident");
        return;
    }
    let offers = story.offers(who);
    let offer = offers
        .iter()
        .find(|o| o.action == action.kind() && o.target == action.target());
    match offer.map(|o| o.refusal.as_ref().map(|r| r.code)) {
        None => assert!(
            matches!(answer, Err(RefusalCode::NotFound)),
            "not offered: {who:?} {} {answer:?}",
            action.kind()
        ),
        Some(Some(code)) => assert_eq!(answer, Err(code), "{who:?} {}", action.kind()),
        Some(None) => {
            let turns_on_it = |code| {
                TURNS_ON_WHAT_IS_SAID.contains(&code)
                    || matches!(
                        (action.kind(), code),
                        // Which other case; whether it is granted or refused.
                        (ActionKind::Link, RefusalCode::AlreadyDone)
                            // Which resident.
                            | (
                                ActionKind::FollowUp
                                    | ActionKind::RequestUnreasonable
                                    | ActionKind::DecideUnreasonable,
                                RefusalCode::NoFeedback
                                    | RefusalCode::FeedbackConcluded
                                    | RefusalCode::FeedbackExpired
                                    | RefusalCode::AlreadyDone
                                    | RefusalCode::NothingToDecide
                            )
                            | (
                                ActionKind::DecideExtension | ActionKind::DecideSuspension,
                                RefusalCode::DeadlinePassed
                            )
                    )
            };
            assert!(
                answer.is_ok() || answer.is_err_and(turns_on_it),
                "offered: {who:?} {} {answer:?}",
                action.kind()
            );
        }
    }
}

/// What holds of a case after every event of it.
pub fn is_sound(story: &Story) {
    let case = &story.case;
    let open_leads = case
        .current_assignments()
        .filter(|a| a.role == Role::Lead && a.stage.is_open())
        .count();
    // Nobody is at work without a lead's call; in a further attempt the lead may have finished before the others.
    let others_only = case.stage == Stage::Handling
        && case
            .lead()
            .is_some_and(|a| a.stage == AssignmentStage::Finished)
        && case.current_assignments().any(|a| a.stage.is_open());
    assert_eq!(
        open_leads,
        usize::from(case.stage.in_handling() && !others_only)
    );
    if case.stage.is_end() || case.stage.is_before_registration() {
        assert!(case.assignments.iter().all(|a| !a.stage.is_open()));
        assert!(
            case.whistles
                .iter()
                .all(|w| !matches!(w.stage, WhistleStage::Issued | WhistleStage::OnScene))
        );
    }
    if case.stage.is_end() {
        let waits = |w: &crate::case::Whistle| w.stage == WhistleStage::Requested;
        assert!(!case.whistles.iter().any(waits));
    }
    let settled = case.self_handled.is_some() && case.round().is_none();
    if !settled
        && matches!(
            case.stage,
            Stage::Handled | Stage::Verifying | Stage::Verified | Stage::Closed
        )
    {
        assert!(case.current_assignments().all(|a| !a.stage.is_open()));
        assert!(
            case.lead()
                .is_some_and(|a| a.stage == AssignmentStage::Finished)
        );
        assert!(case.round().is_some_and(|r| r.finished_at.is_some()));
    }
    for a in &case.assignments {
        assert_eq!(
            a.stage == AssignmentStage::Finished,
            a.finished_at.is_some(),
            "{a:?}"
        );
        assert_eq!(a.stage.is_let_go(), a.let_go.is_some(), "{a:?}");
        for milestone in [Some(a.sign), a.contact, a.check_in].into_iter().flatten() {
            assert_eq!(milestone.reached_at.is_some(), milestone.in_time.is_some());
            if let (Some(reached), Some(true)) = (milestone.reached_at, milestone.in_time) {
                assert!(a.issued_at <= reached && reached <= milestone.due && reached <= story.now);
            }
        }
    }
    let waiting = case
        .whistles
        .iter()
        .filter(|w| w.stage == WhistleStage::Requested);
    assert!(waiting.count() <= 1, "{:?}", case.whistles);
    // A further attempt may bring units of several back; nobody joins but the last.
    let answered = case.whistles.iter().filter(|w| {
        let mut called = case.assignments.iter().filter(|a| a.whistle == Some(w.id));
        called.any(|a| a.stage.is_open() && a.attempt == 1)
    });
    assert!(answered.count() <= 1, "{:?}", case.whistles);
    inner_clocks_fit_the_stage(case);
    open_deadlines_follow_the_calendar(story);
    centres_are_sound(story);
    handling_clocks_are_sound(story);
}

/// Every deadline that is open follows from its limit by the calendar as it stands.
fn open_deadlines_follow_the_calendar(story: &Story) {
    let case = &story.case;
    for clock in case.inner_clocks.iter().filter(|c| c.stopped_at.is_none()) {
        let due = case.inner_due(clock, &story.rules);
        assert_eq!(due, Some(clock.due), "{clock:?}");
    }
    for assignment in case.assignments.iter().filter(|a| a.stage.is_open()) {
        let sign = assignment.sign;
        let terms = assignment.whistle.and_then(|id| case.whistle(id));
        let limit = terms.map_or(Some(story.rules.settings.dispatch_sign), |whistle| {
            story.rules.kind_of(whistle).map(|kind| kind.sign)
        });
        let due = story.rules.due(assignment.issued_at, limit.unwrap());
        // Cut short by a handling deadline: the one that runs, one before it, or that of a clock that stood still.
        let round = case.round().unwrap();
        let capped = round
            .deadline()
            .is_none_or(|deadline| sign.due <= deadline.at)
            || round.deadlines.iter().any(|(_, at)| *at == Some(sign.due));
        let is_open = sign.reached_at.is_none();
        assert!(
            !is_open || sign.due == due || capped && sign.due < due,
            "{assignment:?}"
        );
    }
}

fn inner_clocks_fit_the_stage(case: &Case) {
    let running = |name| {
        case.inner_clocks
            .iter()
            .filter(|c| c.name == name && c.stopped_at.is_none())
            .count()
    };
    let at = |name, stages: &[Stage]| {
        assert!(
            running(name) == 0 || stages.contains(&case.stage),
            "{name} at {}",
            case.stage
        );
    };
    at(
        InnerClockName::Accept,
        &[Stage::Reported, Stage::Confirming],
    );
    at(InnerClockName::Confirm, &[Stage::Confirming]);
    at(InnerClockName::Dispatch, &[Stage::Registered]);
    at(InnerClockName::ConfirmSolved, &[Stage::Handled]);
    at(InnerClockName::Verify, &[Stage::Verifying]);
    assert_eq!(
        running(InnerClockName::Verify) == 1,
        case.stage == Stage::Verifying
    );
    if case.stage.is_end() {
        assert!(
            case.inner_clocks
                .iter()
                .all(|clock| clock.stopped_at.is_some())
        );
        return;
    }
    let undecided = case.assignments.iter().filter(|a| {
        a.stage.is_open()
            && a.return_request
                .as_ref()
                .is_some_and(|r| r.accepted.is_none())
    });
    assert_eq!(running(InnerClockName::DecideReturn), undecided.count());
    let unapproved = case
        .whistles
        .iter()
        .any(|w| w.stage == WhistleStage::Requested && w.approved_by.is_none());
    assert!(running(InnerClockName::Approve) == 0 || unapproved);
}

/// The way from centre to centre is whole, and nobody disputes what has ended.
fn centres_are_sound(story: &Story) {
    let case = &story.case;
    let told = story
        .log
        .iter()
        .filter(|e| matches!(e.event, Event::Escalated(_) | Event::Delegated(_)))
        .count();
    assert_eq!(case.transfers.len(), told);
    // Three at will, and the decision of the centre above.
    assert!(told <= 4, "{:?}", case.transfers);
    assert_eq!(case.is_settled_where_it_is(), told == 4);
    let mut centre = case.received_by();
    for transfer in &case.transfers {
        assert_eq!(transfer.from, centre);
        centre = transfer.to;
    }
    assert_eq!(case.centre, centre);
    assert!(centre.contains(division(VILLAGE)));
    let pending = case.disputes.iter().filter(|d| d.is_pending()).count();
    assert!(pending <= usize::from(!case.stage.is_end()));
    let ruling =
        |c: &&crate::case::InnerClock| c.name == InnerClockName::Rule && c.stopped_at.is_none();
    assert_eq!(case.inner_clocks.iter().filter(ruling).count(), pending);
    for round in &case.rounds {
        assert!(round.exempted_at.is_none() || round.on_time == Some(false));
    }
    let handed_over = case.round().is_some_and(|r| r.handed_over);
    assert!(!handed_over || case.lead().is_none());
}

fn handling_clocks_are_sound(story: &Story) {
    let case = &story.case;
    for round in &case.rounds {
        let running = round.steps.iter().filter(|s| {
            s.clock
                .as_ref()
                .is_some_and(crate::clock::ClockFacts::is_running)
        });
        let current = case.round().is_some_and(|r| std::ptr::eq(r, round));
        let in_handling = current && case.stage.in_handling();
        let suspended = current && case.suspension().is_some();
        assert_eq!(
            running.count(),
            usize::from(in_handling && !suspended),
            "{}",
            case.stage
        );
        let waits = current && (suspended || case.stage == Stage::Registered);
        assert!(!round.is_paused() || waits);
        assert!(!suspended || (case.stage == Stage::Handling && round.is_paused()));
        assert!(round.extensions.len() <= story.rules.settings.extensions);
        assert_eq!(
            round.deadlines.last().and_then(|(_, at)| *at),
            round.deadline().map(|d| d.at)
        );
        for step in &round.steps {
            let stopped = step.clock.as_ref().is_some_and(|c| c.stopped.is_some());
            if stopped && story.rules.time.calendar.version > RULES.time.calendar.version {
                // Judged by the calendar that held when it stopped.
                continue;
            }
            let derived = step
                .clock
                .as_ref()
                .and_then(|clock| story.rules.time.deadline(clock));
            assert_eq!(derived, step.deadline);
        }
    }
}

/// What holds of the events of one decision, given the case before it.
pub fn happened_soundly(before: &Case, story: &Story, kind: ActionKind, events: &[Recorded]) {
    // What is done stands in the table of stages, actions and posts.
    let by = events.iter().find(|e| e.actor.person.is_some()).unwrap();
    let mut open_to = crate::case::posts_at(kind, before.stage);
    assert!(
        open_to.any(|post| post == by.actor.post),
        "{kind} at {} from {}",
        before.stage,
        by.actor.post
    );
    for (version, recorded) in (before.version + 1..).zip(events) {
        assert_eq!(recorded.version, version);
        assert_eq!(recorded.recorded_at, story.now);
        assert!(recorded.occurred_at <= story.now);
        let text = serde_json::to_string(recorded).unwrap();
        assert_eq!(&serde_json::from_str::<Recorded>(&text).unwrap(), recorded);
    }
    if before.stage.is_end() {
        let names: Vec<&str> = events.iter().map(|e| e.event.name()).collect();
        if story.case.stage == before.stage {
            assert!(names.iter().all(|n| matches!(
                *n,
                "scored"
                    | "rated"
                    | "commented"
                    | "attached"
                    | "reopening_requested"
                    | "reopening_refused"
                    | "claimed"
                    | "released"
                    | "linked"
                    | "appealed"
                    | "appeal_accepted"
                    | "appeal_refused"
                    | "follow_up_missed"
                    | "feedback_concluded"
                    | "unreasonable_requested"
                    | "unreasonable_refused"
            )));
        } else {
            let opens = if before.round().is_some() {
                "reopened"
            } else {
                "reopened_to_accepted"
            };
            assert_eq!(
                (before.stage, names.as_slice()),
                (Stage::Closed, [opens].as_slice())
            );
        }
    }
    let last = story.case.rounds.last();
    let deadline = last.and_then(crate::case::Round::deadline).map(|d| d.at);
    let granted = events.iter().any(|e| {
        matches!(
            e.event,
            Event::HandlingClock {
                change: ClockChange::Extended,
                ..
            }
        )
    });
    if granted {
        let former = before.round().and_then(crate::case::Round::deadline);
        assert!(
            former.map(|d| d.at) <= deadline,
            "an extension takes no time away"
        );
    }
    if let Some(moved) = events.iter().rev().find_map(|e| match &e.event {
        Event::HandlingClock { deadline, .. } => Some(*deadline),
        _ => None,
    }) {
        assert_eq!(moved, deadline);
    }
    for new in events.iter().flat_map(|e| called(&e.event)) {
        let last = [
            Some(new.sign_by),
            new.contact_by,
            new.check_in_by,
            new.finish_by,
        ]
        .into_iter()
        .max();
        assert!(last.flatten() <= deadline, "{new:?} after {deadline:?}");
    }
    let resumed_from_nothing = events.iter().any(|e| {
        matches!(
            e.event,
            Event::HandlingClock {
                change: ClockChange::Resumed | ClockChange::Restarted,
                ..
            }
        )
    }) && before.round().and_then(crate::case::Round::clock).is_none();
    assert!(!resumed_from_nothing);
}

fn called(event: &Event) -> Vec<&NewAssignment> {
    match event {
        Event::Dispatched { assignments, .. } | Event::WhistleIssued { assignments, .. } => {
            assignments.iter().collect()
        }
        Event::UnitAdded { assignment, .. } => vec![assignment],
        _ => vec![],
    }
}
