//! The unit that led late does not want to be blamed (超时申诉).

use super::super::action::ActionKind;
use super::super::event::Event;
use super::super::refusal::{Refusal, RefusalCode};
use super::super::state::Case;
use super::super::transfer::centre_above;
use super::{Ask, Turn};
use crate::access::{Appointment, Scope};

/// Whether the unit of the post answers for the round that was closed.
pub(super) fn answers_for(case: &Case, appointment: &Appointment, ask: &Ask<'_>) -> bool {
    let responsible = case
        .round()
        .and_then(|r| r.responsible(ask.now.plus_minutes(1)));
    responsible.is_some_and(|unit| matches!(&appointment.scope, Scope::Unit(code) if code == unit))
}

/// Whether the post is one of the centre that is to decide, or of one above it.
pub(super) fn decides(case: &Case, appointment: &Appointment) -> bool {
    case.appeal.as_ref().is_some_and(
        |a| matches!(&appointment.scope, Scope::Division(code) if code.contains(a.centre)),
    )
}

/// Once a case, by who was late.
pub(super) fn is_open(case: &Case, kind: ActionKind) -> Result<(), Refusal> {
    if kind == ActionKind::DecideAppeal {
        return match case.pending_appeal() {
            Some(_) => Ok(()),
            None => Err(RefusalCode::NothingToDecide.into()),
        };
    }
    if case.appeal.is_some() {
        return Err(RefusalCode::AppealedOnce.into());
    }
    if case.round().is_none_or(|r| r.on_time != Some(false)) {
        return Err(RefusalCode::NotLate.into());
    }
    Ok(())
}

pub(super) fn appeal(turn: &mut Turn<'_>, reason: &str) -> Result<(), Refusal> {
    let round = turn.case.round().ok_or(RefusalCode::NotLate)?;
    // The centre above the one that had the case when it became late.
    let end = turn.now.plus_minutes(1);
    let owner = turn.case.centre_at(round.judged_at(end), end);
    let event = Event::Appealed {
        round: round.number,
        reason: reason.to_owned(),
        centre: centre_above(owner).unwrap_or(owner),
    };
    turn.emit(event);
    Ok(())
}

/// Accepted, the round stands in no figure; that it was late stays on record.
pub(super) fn decide(turn: &mut Turn<'_>, accept: bool, ruling: &str) {
    let ruling = ruling.to_owned();
    turn.emit(if accept {
        Event::AppealAccepted { ruling }
    } else {
        Event::AppealRefused { ruling }
    });
}
