//! From one command centre to another (升级, 下派).

use super::super::action::ActionKind;
use super::super::event::{ClockChange, Event, Handover};
use super::super::refusal::{Refusal, RefusalCode};
use super::super::stage::WhistleStage;
use super::super::state::Case;
use super::super::transfer::{TransferKind, centre_above};
use super::guard::covers;
use super::{Turn, ending};
use crate::access::{Appointment, Scope};
use crate::clock::ClockFacts;
use crate::place::{DivisionCode, DivisionLevel};

/// Whether somebody in that post may pass the case on: the owner's centre and those above; after three transfers the
/// centre above the owner and no other.
pub(super) fn passes_on(case: &Case, appointment: &Appointment) -> Result<(), Refusal> {
    if !covers(case, &appointment.scope) {
        return Err(RefusalCode::PostForbids.into());
    }
    let of_the_decider =
        matches!(&appointment.scope, Scope::Division(code) if code.contains(decider(case)));
    may_move(case, of_the_decider)
}

/// Whether the case may still go from centre to centre: by the hand of the one above the owner, who decides, or of
/// another.
pub(super) fn may_move(case: &Case, by_the_decider: bool) -> Result<(), Refusal> {
    if case.is_settled_where_it_is() {
        return Err(Refusal::new(RefusalCode::TransferFinal).with("centre", case.centre));
    }
    if case.has_bounced() && !by_the_decider {
        return Err(Refusal::new(RefusalCode::BouncedOut).with("centre", decider(case)));
    }
    Ok(())
}

/// Whose centre decides once a case has bounced: the one above the owner; the owner where there is none above.
fn decider(case: &Case) -> DivisionCode {
    centre_above(case.centre).unwrap_or(case.centre)
}

/// Whether there is anywhere to pass it on to.
pub(super) fn is_open(case: &Case, kind: ActionKind) -> Result<(), Refusal> {
    match kind {
        ActionKind::Escalate if centre_above(case.centre).is_none() => {
            Err(RefusalCode::NoCentreAbove.into())
        }
        ActionKind::Delegate
            if case.centre.level() == DivisionLevel::Town && !case.has_bounced() =>
        {
            Err(RefusalCode::NoCentreBelow.into())
        }
        _ => Ok(()),
    }
}

pub(super) fn escalate(turn: &mut Turn<'_>, reason: &str) -> Result<(), Refusal> {
    let to = centre_above(turn.case.centre).ok_or(RefusalCode::NoCentreAbove)?;
    hand_over(turn, TransferKind::Escalated, to, reason);
    Ok(())
}

/// To a centre below that contains the place; where no place is known, to any centre below. When the centre above
/// decides it may also leave the case where it is.
pub(super) fn delegate(turn: &mut Turn<'_>, to: DivisionCode, reason: &str) -> Result<(), Refusal> {
    let case = &turn.case;
    let above = if case.has_bounced() {
        decider(case)
    } else {
        case.centre
    };
    let is_centre = matches!(to.level(), DivisionLevel::County | DivisionLevel::Town);
    let contains_the_place = case
        .place
        .village
        .is_none_or(|village| to.contains(village));
    let stays = case.has_bounced() && to == case.centre;
    let below = is_centre && to != above && above.contains(to) && contains_the_place;
    if !(stays || below) {
        return Err(Refusal::new(RefusalCode::NotBelow)
            .with("to", to)
            .with("centre", above));
    }
    hand_over(turn, TransferKind::Delegated, to, reason);
    Ok(())
}

/// Back to the centre from which the case came.
pub(super) fn give_back(turn: &mut Turn<'_>, to: DivisionCode, reason: &str) {
    hand_over(turn, TransferKind::Escalated, to, reason);
}

/// The case belongs to another centre from now on: nobody is at work on it, the handling clock stands still until
/// somebody is called, and the centre's own clocks begin anew. A whistle that waits for its decision waits on.
fn hand_over(turn: &mut Turn<'_>, kind: TransferKind, to: DivisionCode, reason: &str) {
    let last = turn.case.has_bounced();
    let stays = to == turn.case.centre;
    let (mut accept_by, mut dispatch_by) = (None, None);
    if !stays {
        ending::call_off(turn, &format!("case_{kind}"), |stage| {
            matches!(stage, WhistleStage::Issued | WhistleStage::OnScene)
        });
        let clock = turn.case.round().and_then(|r| r.clock());
        if clock.is_some_and(|clock| clock.stopped.is_some()) {
            turn.clock(ClockChange::Resumed);
        }
        let clock = turn.case.round().and_then(|r| r.clock());
        if clock.is_some_and(ClockFacts::is_running) {
            turn.clock(ClockChange::Paused);
        }
        let settings = &turn.rules.settings;
        // In the desk hours of the centre that receives it.
        let due = |limit, emergency| turn.rules.desk_due(to, turn.now, limit, emergency);
        if turn.case.round().is_some() {
            dispatch_by = Some(due(settings.dispatch, turn.is_emergency()));
        } else {
            accept_by = Some(due(settings.accept, false));
        }
    }
    let handover = Handover {
        to,
        reason: reason.to_owned(),
        last,
        accept_by,
        dispatch_by,
    };
    turn.emit(match kind {
        TransferKind::Escalated => Event::Escalated(handover),
        TransferKind::Delegated => Event::Delegated(handover),
    });
}
