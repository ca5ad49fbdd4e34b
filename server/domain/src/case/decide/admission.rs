//! What a department hands down without being admitted to, the town refuses (职责准入).

use super::super::admission::HandedDown;
use super::super::event::Event;
use super::super::refusal::{Refusal, RefusalCode};
use super::super::rules::Rules;
use super::super::stage::{DeclineReason, Stage};
use super::super::state::Case;
use super::{Ask, Turn, ending, transfer};
use crate::access::{Appointment, Scope};
use crate::place::{DivisionCode, DivisionLevel};
use crate::routing::UnitCode;

/// Whether the unit that is named hands matters down to a centre: one of its county or above, in force on the day.
pub(super) fn is_above(
    department: &UnitCode,
    centre: DivisionCode,
    ask: &Ask<'_>,
) -> Result<(), Refusal> {
    let Some(unit) = ask.rules.unit(department, ask.now.date()) else {
        return Err(Refusal::new(RefusalCode::UnknownUnit).with("unit", department));
    };
    if unit.division.level() >= DivisionLevel::Town || !unit.division.contains(centre) {
        return Err(Refusal::new(RefusalCode::NotADepartment).with("unit", department));
    }
    Ok(())
}

/// Whether the post is one of the town's own centre: a centre above does not refuse what it handed down itself.
pub(super) fn is_of_the_town(case: &Case, appointment: &Appointment) -> bool {
    appointment.scope == Scope::Division(case.centre) && case.centre.level() == DivisionLevel::Town
}

/// How the case was handed down and by which department that is not admitted to; or why it cannot be refused.
///
/// The day of the handing down counts, so that neither an admission that came later nor one that ran out since moves
/// what was right then.
pub(super) fn refusable<'c>(
    case: &'c Case,
    rules: &'c Rules,
) -> Result<(HandedDown, &'c UnitCode), Refusal> {
    let handed_down = case.handed_down().ok_or(RefusalCode::NotHandedDown)?;
    let registered = case.round().map(|round| round.registered_at);
    if registered.is_some_and(|at| at > handed_down.at)
        || case.called_by_the_owner().next().is_some()
    {
        return Err(RefusalCode::TakenOn.into());
    }
    transfer::may_move(case, false)?;
    let matter = case.matter.as_ref().ok_or(RefusalCode::NoMatter)?;
    let (named, on) = (case.handed_down_by.as_ref(), handed_down.at.date());
    let unadmitted = rules.registers.unadmitted(matter, case.centre, named, on);
    let department = unadmitted.ok_or_else(|| {
        Refusal::new(RefusalCode::Admitted)
            .with("matter", matter)
            .with("on", on)
    })?;
    Ok((handed_down, department))
}

/// Back to the centre from which the case came, as one transfer more; what a department handed down directly ends.
pub(super) fn refuse(turn: &mut Turn<'_>, note: &str) -> Result<(), Refusal> {
    let (handed_down, department) = refusable(&turn.case, turn.rules)?;
    let event = Event::AdmissionRefused {
        department: department.clone(),
        handed_down_at: handed_down.at,
        note: note.to_owned(),
    };
    turn.emit(event);
    if let Some(from) = handed_down.from {
        transfer::give_back(turn, from, ADMISSION_REFUSED);
        return Ok(());
    }
    let (reason, note) = (DeclineReason::NotAdmitted, note.to_owned());
    ending::wind_up(turn, ADMISSION_REFUSED);
    turn.emit(if turn.case.stage == Stage::Accepted {
        Event::RegistrationRefused { reason, note }
    } else {
        Event::Declined { reason, note }
    });
    Ok(())
}

/// A name that clients have words for.
const ADMISSION_REFUSED: &str = "admission_refused";
