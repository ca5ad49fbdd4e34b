//! What an end does with everything that is under way.

use super::super::event::{ClockChange, Event};
use super::super::stage::{Stage, WhistleStage};
use super::super::state::Case;
use super::Turn;
use crate::access::Actor;
use crate::routing::Role;

/// Whether somebody accepted the return of the lead whom nobody has followed yet: he calls somebody
/// else or sends the case back, and does not get rid of it in other ways.
pub(super) fn received_the_return(case: &Case, actor: &Actor) -> bool {
    let lead = case
        .current_assignments()
        .filter(|a| a.role == Role::Lead)
        .last();
    case.stage == Stage::Registered
        && lead
            .and_then(|a| a.return_request.as_ref())
            .is_some_and(|r| r.accepted == Some(true) && r.received_by == Some(actor.person))
}

/// Stops the handling clock, calls off the units at work and takes open whistles back: in an end no
/// clock runs and nobody is waited for. `reason` is a name that clients have words for.
pub(super) fn wind_up(turn: &mut Turn<'_>, reason: &str) {
    stop(turn);
    call_off(turn, reason, |stage| {
        matches!(
            stage,
            WhistleStage::Requested | WhistleStage::Issued | WhistleStage::OnScene
        )
    });
}

/// The registration is taken back. Units that a returned lead left behind are called off; a whistle
/// that waits for its decision waits on.
pub(super) fn send_back(turn: &mut Turn<'_>, reason: &str) {
    stop(turn);
    call_off(turn, "case_sent_back", |stage| {
        matches!(stage, WhistleStage::Issued | WhistleStage::OnScene)
    });
    turn.emit(Event::SentBack {
        reason: reason.to_owned(),
    });
}

/// Stops the handling clock, if one was ever started.
fn stop(turn: &mut Turn<'_>) {
    let clock = turn.case.round().and_then(|r| r.clock());
    if clock.is_some_and(|clock| clock.stopped.is_none()) {
        turn.clock(ClockChange::Stopped);
    }
}

/// Calls off all units at work, and takes back the whistles at such stages. `reason` is a name that clients have words
/// for.
pub(super) fn call_off(
    turn: &mut Turn<'_>,
    reason: &str,
    taken_back: impl Fn(WhistleStage) -> bool,
) {
    let assignments = turn.case.assignments.iter();
    let at_work: Vec<_> = assignments
        .filter(|a| a.stage.is_open())
        .map(|a| a.id)
        .collect();
    for assignment in at_work {
        turn.by_rule(Event::Revoked {
            assignment,
            reason: reason.to_owned(),
            dispatch_by: None,
        });
    }
    let whistles = turn.case.whistles.iter();
    let open: Vec<_> = whistles
        .filter(|w| taken_back(w.stage))
        .map(|w| w.id)
        .collect();
    for whistle in open {
        turn.by_rule(Event::WhistleWithdrawn {
            whistle,
            reason: reason.to_owned(),
        });
    }
}
