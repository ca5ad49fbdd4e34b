//! A centre at or above the owner's supervises a case and wants a reply (督办).

use super::super::event::Event;
use super::super::refusal::{Refusal, RefusalCode};
use super::super::supervision::SupervisionKind;
use super::Turn;
use super::guard::covers;
use crate::access::{Actor, Scope};
use crate::place::DivisionCode;

pub(super) fn supervise(
    turn: &mut Turn<'_>,
    kind: SupervisionKind,
    note: &str,
    actor: &Actor,
) -> Result<(), Refusal> {
    let division = actor
        .posts(turn.now)
        .filter(|a| a.post == turn.by.post && covers(&turn.case, &a.scope))
        .find_map(|a| match a.scope {
            Scope::Division(code) => Some(code),
            Scope::Unit(_) | Scope::Grids(_) => None,
        })
        .ok_or(RefusalCode::PostForbids)?;
    let event = supervised(turn, kind, division, note);
    turn.emit(event);
    Ok(())
}

/// A supervision with the moment at which its reply is due.
pub(super) fn supervised(
    turn: &Turn<'_>,
    kind: SupervisionKind,
    division: DivisionCode,
    note: &str,
) -> Event {
    let number = u16::try_from(turn.case.supervisions.len() + 1).unwrap_or(u16::MAX);
    Event::Supervised {
        number,
        kind,
        division,
        note: note.to_owned(),
        answer_by: turn
            .rules
            .due(turn.now, turn.rules.settings.answer_supervision),
    }
}

pub(super) fn answer(turn: &mut Turn<'_>, number: Option<u16>, text: &str) -> Result<(), Refusal> {
    let waiting = turn
        .case
        .unanswered_supervisions()
        .map(|s| s.number)
        .find(|n| number.is_none_or(|asked| asked == *n));
    let Some(number) = waiting else {
        let asked = number.unwrap_or_default();
        return Err(Refusal::new(RefusalCode::UnknownSupervision).with("number", asked));
    };
    turn.emit(Event::SupervisionAnswered {
        number,
        text: text.to_owned(),
    });
    Ok(())
}
