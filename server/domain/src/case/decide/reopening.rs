//! The closed case once more: who may ask for it, and the new round.

use super::super::event::Event;
use super::super::refusal::{Refusal, RefusalCode};
use super::super::state::Case;
use super::guard::is_near;
use super::{Ask, Turn, intake};
use crate::access::{Appointment, Post};

/// Whether somebody in that post speaks for the resident, or blew in the round that was closed.
pub(super) fn concerns(case: &Case, appointment: &Appointment, ask: &Ask<'_>) -> bool {
    let hears_residents = matches!(appointment.post, Post::Clerk | Post::Caller);
    case.filed_by.is(ask.actor)
        || case.issued_whistles().any(|w| w.blown_by.is(ask.actor))
        || (hears_residents && is_near(case, &appointment.scope))
}

/// The wish is put before the registrar.
pub(super) fn request(turn: &mut Turn<'_>, reason: &str) {
    turn.emit(Event::ReopeningRequested {
        reason: reason.to_owned(),
    });
}

/// A new round with the full limit, within the configured days of the closing. What a worker settled
/// himself had no round: it is to be registered after all.
pub(super) fn reopen(turn: &mut Turn<'_>, reason: &str) -> Result<(), Refusal> {
    if turn.case.self_handled.is_some() && turn.case.round().is_none() {
        turn.emit(Event::ReopenedToAccepted {
            reason: reason.to_owned(),
        });
        return Ok(());
    }
    let rules = turn.rules;
    let last = turn.case.round().ok_or(RefusalCode::NotRegistered)?;
    let condition = rules.condition(&last.condition).ok_or_else(|| {
        Refusal::new(RefusalCode::UnknownCondition).with("condition", &last.condition)
    })?;
    turn.emit(Event::Reopened {
        reason: reason.to_owned(),
        round: last.number + 1,
        condition: condition.id.clone(),
        steps: intake::plan(&condition),
        dispatch_by: turn.desk_due(rules.settings.dispatch, condition.emergency),
    });
    Ok(())
}

/// Within the configured days of the closing.
pub(super) fn in_time(case: &Case, ask: &Ask<'_>) -> Result<(), Refusal> {
    let closed_at = case.round().map_or_else(
        || case.self_handled.as_ref().map(|settled| settled.at),
        |round| round.closed_at,
    );
    let until = closed_at.map(|at| at.plus_days(ask.rules.settings.reopen_days));
    match until {
        Some(until) if ask.now >= until => Err(Refusal::until(RefusalCode::ReopenTooLate, until)),
        _ => Ok(()),
    }
}
