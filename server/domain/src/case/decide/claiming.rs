//! One case, one person at work on it (认领).

use super::super::action::ActionKind;
use super::super::event::Event;
use super::super::refusal::{Refusal, RefusalCode};
use super::super::state::{Case, Claim};
use super::{Ask, Turn};
use crate::access::ActorRef;

/// Whether somebody else's claim stands in the way: it keeps others in the same post off decisions,
/// and everybody off claiming. Facts are never kept off.
pub(super) fn keeps_off(
    case: &Case,
    kind: ActionKind,
    by: &ActorRef,
    ask: &Ask<'_>,
) -> Result<(), Refusal> {
    let claim = case.claimed(ask.now);
    match (kind, claim) {
        (ActionKind::Release, None) => Err(RefusalCode::NotClaimed.into()),
        (ActionKind::Claim | ActionKind::Release, Some(claim)) if !claim.by.is(ask.actor) => {
            Err(taken(claim))
        }
        (kind, Some(claim))
            if !kind.is_fact()
                && !claim.by.is(ask.actor)
                && (claim.by.post, &claim.by.unit) == (by.post, &by.unit) =>
        {
            Err(taken(claim))
        }
        _ => Ok(()),
    }
}

fn taken(claim: &Claim) -> Refusal {
    Refusal::until(RefusalCode::Claimed, claim.until).with("name", &claim.by.name)
}

/// Keeps others off for the configured time; claiming again begins it anew.
pub(super) fn claim(turn: &mut Turn<'_>) {
    let until = turn.rules.due(turn.now, turn.rules.settings.claim);
    turn.emit(Event::Claimed { until });
}
