//! The look at the spot before the case is accepted (核实).

use super::super::action::ActionKind;
use super::super::event::Event;
use super::super::id::AttachmentId;
use super::super::refusal::{Refusal, RefusalCode};
use super::super::rules::Rules;
use super::super::stage::Stage;
use super::super::state::{Case, InnerClockName};
use super::Turn;
use crate::clock::{ClockFacts, Timestamp};

/// Somebody of the grid looks, once.
pub(super) fn is_possible(case: &Case, kind: ActionKind) -> Result<(), Refusal> {
    if kind == ActionKind::RequestConfirmation && case.place.is_unlocated() {
        return Err(RefusalCode::NoGrid.into());
    }
    let found = case
        .confirmation
        .as_ref()
        .is_some_and(|c| c.finding.is_some());
    if kind == ActionKind::Confirm && found {
        return Err(RefusalCode::AlreadyDone.into());
    }
    Ok(())
}

/// The registrar decides on what was found; where nobody looked in time he waits no longer.
pub(super) fn is_awaited(case: &Case, now: Timestamp) -> Result<(), Refusal> {
    match &case.confirmation {
        Some(asked)
            if case.stage == Stage::Confirming
                && asked.finding.is_none()
                && now <= asked.confirm_by =>
        {
            Err(Refusal::until(RefusalCode::NotConfirmed, asked.confirm_by))
        }
        _ => Ok(()),
    }
}

pub(super) fn request(turn: &mut Turn<'_>, note: &str) {
    let confirm_by = turn
        .rules
        .grid_due(turn.now, turn.rules.settings.confirm, false);
    turn.emit(Event::ConfirmationRequested {
        note: note.to_owned(),
        confirm_by,
    });
}

/// The finding; what is left of the time for accepting runs on from now.
pub(super) fn confirm(turn: &mut Turn<'_>, valid: bool, note: &str, attachments: &[AttachmentId]) {
    let accept_by = accept_by(&turn.case, turn.rules, turn.now);
    turn.emit(Event::Confirmed {
        valid,
        note: note.to_owned(),
        attachments: attachments.to_vec(),
        accept_by,
    });
}

/// The acceptance clock as if it had stood still from the request to the finding.
pub(super) fn accept_by(case: &Case, rules: &Rules, found: Timestamp) -> Timestamp {
    let mut clocks = case.inner_clocks.iter();
    let started = clocks
        .rfind(|c| c.name == InnerClockName::Accept && c.started_at < found)
        .map_or(found, |c| c.started_at);
    let mut facts = ClockFacts::new(started, rules.settings.accept);
    if let Some(asked) = &case.confirmation {
        facts.pause(asked.requested_at);
        facts.resume(found);
    }
    let deadline = rules.desk_time(case.centre).deadline(&facts);
    deadline.map_or(found, |deadline| deadline.at)
}
