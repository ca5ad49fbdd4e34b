//! More time for the lead that asks before its deadline (延期).

use super::super::action::ActionKind;
use super::super::event::{ClockChange, Event};
use super::super::refusal::{Refusal, RefusalCode};
use super::super::state::Case;
use super::{Ask, Turn};
use crate::clock::Timestamp;

/// Whether an extension can be asked for, or is to be decided.
pub(super) fn is_open(case: &Case, kind: ActionKind, ask: &Ask<'_>) -> Result<(), Refusal> {
    let Some(round) = case.round() else {
        return Err(RefusalCode::NotRegistered.into());
    };
    let pending = round
        .extension_request
        .as_ref()
        .is_some_and(super::super::extension::ExtensionRequest::is_pending);
    if kind == ActionKind::DecideExtension {
        return if pending {
            Ok(())
        } else {
            Err(RefusalCode::NothingToDecide.into())
        };
    }
    if pending {
        return Err(RefusalCode::AlreadyDone.into());
    }
    let most = ask.rules.settings.extensions;
    if round.extensions.len() >= most {
        return Err(Refusal::new(RefusalCode::ExtensionsUsedUp).with("most", most));
    }
    in_time(case, ask.now)
}

/// What changes the deadline comes before it: nothing mends lateness afterwards.
pub(super) fn in_time(case: &Case, now: Timestamp) -> Result<(), Refusal> {
    match case.round().and_then(super::super::state::Round::deadline) {
        Some(deadline) if now >= deadline.at => {
            Err(Refusal::until(RefusalCode::DeadlinePassed, deadline.at))
        }
        _ => Ok(()),
    }
}

pub(super) fn request(turn: &mut Turn<'_>, reason: &str) {
    let decide_by = decide_by(turn);
    turn.emit(Event::ExtensionRequested {
        reason: reason.to_owned(),
        decide_by,
    });
}

/// When the dispatcher has to have decided about more time or waiting.
pub(super) fn decide_by(turn: &Turn<'_>) -> Timestamp {
    turn.desk_due(turn.rules.settings.decide_respite, turn.is_emergency())
}

/// Granted, the running step has one more original limit, counted from its start.
pub(super) fn decide(turn: &mut Turn<'_>, accept: bool, ruling: &str) -> Result<(), Refusal> {
    let ruling = ruling.to_owned();
    if accept {
        in_time(&turn.case, turn.now)?;
        turn.emit(Event::ExtensionGranted { ruling });
        turn.clock(ClockChange::Extended);
    } else {
        turn.emit(Event::ExtensionRefused { ruling });
    }
    Ok(())
}
