//! The dispute about who is responsible, and the ruling of the centre above (裁定).

use super::super::action::ActionKind;
use super::super::event::{ClockChange, Event};
use super::super::refusal::{Refusal, RefusalCode};
use super::super::stage::AssignmentStage;
use super::super::state::{Called, Case};
use super::super::transfer::centre_above;
use super::guard::covers;
use super::{Turn, handling};
use crate::access::{Appointment, Scope};
use crate::routing::{Role, UnitCode};

/// A centre that has the case or stands above it puts a dispute before the next one, or a unit that is at work on it.
pub(super) fn concerns(case: &Case, appointment: &Appointment) -> bool {
    match &appointment.scope {
        Scope::Unit(unit) => case
            .current_assignments()
            .any(|a| a.unit == *unit && a.stage.is_open()),
        scope => covers(case, scope),
    }
}

/// Whether the post is one of the centre that is to rule, or of one above it.
pub(super) fn rules(case: &Case, appointment: &Appointment) -> bool {
    case.dispute().is_some_and(
        |d| matches!(&appointment.scope, Scope::Division(code) if code.contains(d.centre)),
    )
}

pub(super) fn is_open(case: &Case, kind: ActionKind) -> Result<(), Refusal> {
    match (kind, case.dispute()) {
        (ActionKind::RequestRuling, Some(_)) => Err(RefusalCode::AlreadyDone.into()),
        (ActionKind::Rule, None) => Err(RefusalCode::NothingToDecide.into()),
        _ => Ok(()),
    }
}

/// After so many returns of the lead nobody is called before the centre above has ruled.
pub(super) fn is_awaited(case: &Case, returns: usize) -> Result<(), Refusal> {
    match case.dispute() {
        Some(dispute) if lead_returns(case) >= returns && case.lead().is_none() => {
            Err(Refusal::until(RefusalCode::RulingAwaited, dispute.rule_by)
                .with("centre", dispute.centre))
        }
        _ => Ok(()),
    }
}

/// What was ruled binds: no other unit is called to lead.
pub(super) fn binds(case: &Case, units: &[Called]) -> Result<(), Refusal> {
    let lead = units.iter().find(|called| called.role == Role::Lead);
    match (lead, case.ruled()) {
        (Some(called), Some(ruled)) if called.unit != ruled.lead => {
            Err(Refusal::new(RefusalCode::RuledOtherwise).with("unit", &ruled.lead))
        }
        _ => Ok(()),
    }
}

/// How often a lead was let off in the round that runs.
fn lead_returns(case: &Case) -> usize {
    case.current_assignments()
        .filter(|a| a.role == Role::Lead && a.stage == AssignmentStage::Returned)
        .count()
}

/// Puts the dispute before the centre above; the city's rules itself.
pub(super) fn request(turn: &mut Turn<'_>, reason: &str) {
    let event = requested(turn, reason);
    turn.emit(event);
}

/// The lead was returned once too often: the dispute goes up by rule, unless it is there already.
pub(super) fn after_return(turn: &mut Turn<'_>) {
    if lead_returns(&turn.case) >= turn.rules.settings.returns_before_ruling
        && turn.case.dispute().is_none()
    {
        let event = requested(turn, "returned_too_often");
        turn.by_rule(event);
    }
}

fn requested(turn: &Turn<'_>, reason: &str) -> Event {
    let centre = turn.case.centre;
    Event::RulingRequested {
        number: u16::try_from(turn.case.disputes.len() + 1).unwrap_or(u16::MAX),
        reason: reason.to_owned(),
        centre: centre_above(centre).unwrap_or(centre),
        rule_by: turn.rules.due(turn.now, turn.rules.settings.rule),
    }
}

/// Names the lead and the assists. A unit that leads against the ruling, or that assists and is to lead, is called off.
pub(super) fn rule(
    turn: &mut Turn<'_>,
    lead: &UnitCode,
    assists: &[UnitCode],
    ruling: &str,
) -> Result<(), Refusal> {
    let on = turn.now.date();
    let named: Vec<&UnitCode> = std::iter::once(lead).chain(assists).collect();
    for (i, unit) in named.iter().enumerate() {
        if turn.rules.unit(unit, on).is_none() {
            return Err(Refusal::new(RefusalCode::UnknownUnit).with("unit", unit));
        }
        if named.iter().take(i).any(|other| other == unit) {
            return Err(Refusal::new(RefusalCode::UnitTwice).with("unit", unit));
        }
    }
    // Nobody is told to lead who may not be called to.
    if let Some(unit) = turn.rules.unit(lead, on) {
        handling::may_lead(turn, unit)?;
    }
    let Some(number) = turn.case.dispute().map(|d| d.number) else {
        return Err(RefusalCode::NothingToDecide.into());
    };
    turn.emit(Event::Ruled {
        number,
        lead: lead.clone(),
        assists: assists.to_vec(),
        ruling: ruling.to_owned(),
    });
    let against = |role: Role, unit: &UnitCode| (role == Role::Lead) != (unit == lead);
    let called_off: Vec<_> = turn
        .case
        .current_assignments()
        .filter(|a| a.stage.is_open() && against(a.role, &a.unit))
        .map(|a| (a.id, a.role))
        .collect();
    for (assignment, role) in called_off {
        let leads = role == Role::Lead;
        let dispatch_by = leads.then(|| turn.dispatch_by());
        turn.by_rule(Event::Revoked {
            assignment,
            reason: "ruled_otherwise".to_owned(),
            dispatch_by,
        });
        if leads {
            turn.clock(ClockChange::Paused);
        }
    }
    handling::end_if_done(turn);
    Ok(())
}
