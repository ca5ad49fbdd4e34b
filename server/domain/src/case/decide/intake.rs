//! Filing and registration.

use super::super::action::{ActionKind, Report};
use super::super::event::{Event, Recorded, StepPlan};
use super::super::refusal::{Refusal, RefusalCode};
use super::super::state::{Case, SafetyCall};
use super::guard::posts;
use super::{Ask, Turn, admission, self_handling, whistle};
use crate::access::{ActorRef, Appointment, Grant, Post, Scope};
use crate::matter::{Condition, ConditionId, MatterKey};

/// Decides a report. An emergency whistle with it does report, accept, register and issue at once.
pub fn report(report: &Report, ask: &Ask<'_>) -> Result<Vec<Recorded>, Refusal> {
    let by = match &report.self_handled {
        Some(_) => self_handling::worker(report, ask)?,
        None => reporter(report, ask)?,
    };
    if let Some(matter) = &report.matter {
        in_force(matter, ask)?;
    }
    if let Some(department) = &report.handed_down_by {
        admission::is_above(department, report.centre, ask)?;
    }
    let emergency = report
        .whistle
        .as_ref()
        .and_then(|w| ask.rules.kind(&w.kind))
        .is_some_and(|k| k.round_the_clock);
    let oldest = ask
        .now
        .plus_minutes(-60 * ask.rules.settings.late_upload_hours);
    let late_upload = ask
        .occurred_at
        .is_some_and(|at| at > ask.now.plus_minutes(2) || at < oldest);
    let first = Recorded {
        case: report.id,
        version: 1,
        recorded_at: ask.now,
        // When it was seen; nothing is judged by it, so that an old report keeps its own time.
        occurred_at: ask.occurred_at.map_or(ask.now, |at| at.min(ask.now)),
        actor: by.clone(),
        late_upload,
        versions: crate::lists::ListVersions::default(),
        event: Event::Reported {
            number: String::new(),
            source: report.source,
            text: report.text.clone(),
            matter: report.matter.clone(),
            place: report.place.clone(),
            centre: report.centre,
            resident: report.resident.clone(),
            confidential: report.confidential,
            external_number: report.external_number.clone(),
            handed_down_by: report.handed_down_by.clone(),
            safety_call: report.safety_call.clone().map(|call| SafetyCall {
                // A call that was made is not to come: the device's clock ran ahead.
                at: call.at.min(ask.now),
                ..call
            }),
            attachments: report.attachments.clone(),
            urgent: emergency,
            accept_by: ask.rules.desk_due(
                report.centre,
                ask.now,
                ask.rules.settings.accept,
                emergency,
            ),
        },
    };
    let Some(case) = Case::found(&first) else {
        return Err(RefusalCode::NotFound.into());
    };
    let mut turn = Turn::new(case, by, ask);
    turn.events.push(first);
    if let Some(settled) = &report.self_handled {
        self_handling::settle(&mut turn, report, settled, ask)?;
    } else if let Some(request) = &report.whistle {
        whistle::request(&mut turn, request, ask.actor)?;
    }
    Ok(turn.events)
}

/// The post in which the report is made: one that extends over the place before any other.
fn reporter(report: &Report, ask: &Ask<'_>) -> Result<ActorRef, Refusal> {
    let reaches = |scope: &Scope| match scope {
        Scope::Division(code) => {
            code.contains(report.centre) || report.place.village.is_some_and(|v| code.contains(v))
        }
        Scope::Grids(codes) => report.place.grid.is_some_and(|g| codes.contains(&g)),
        Scope::Unit(_) => false,
    };
    // An application files in the division it is admitted to.
    let admitted = |a: &Appointment| {
        a.post != Post::App || (ask.actor.is_granted(Grant::CasesFile) && reaches(&a.scope))
    };
    let able: Vec<_> = ask
        .actor
        .posts(ask.now)
        .filter(|a| posts(ActionKind::Report).contains(&a.post) && admitted(a))
        .collect();
    able.iter()
        .find(|a| reaches(&a.scope))
        .or(able.first())
        .map(|a| ActorRef::of(ask.actor, a))
        .ok_or_else(|| RefusalCode::PostForbids.into())
}

pub(super) fn in_force(matter: &MatterKey, ask: &Ask<'_>) -> Result<(), Refusal> {
    if ask.rules.catalogue.matter(matter).is_none() {
        return Err(Refusal::new(RefusalCode::UnknownMatter).with("matter", matter));
    }
    if !ask.rules.catalogue.in_force(matter, ask.now.date()) {
        return Err(Refusal::new(RefusalCode::MatterNotInForce).with("matter", matter));
    }
    Ok(())
}

/// Registers: matter and condition, which fixes the limits.
pub(super) fn register(
    turn: &mut Turn<'_>,
    matter: &MatterKey,
    condition: &ConditionId,
) -> Result<(), Refusal> {
    let rules = turn.rules;
    if rules.catalogue.matter(matter).is_none() {
        return Err(Refusal::new(RefusalCode::UnknownMatter).with("matter", matter));
    }
    // What was in force on the day of the report may be registered after a change of catalogue.
    if !rules
        .catalogue
        .in_force(matter, turn.case.reported_at.date())
    {
        return Err(Refusal::new(RefusalCode::MatterNotInForce).with("matter", matter));
    }
    let condition = rules
        .condition(condition)
        .filter(|c| c.matter == *matter)
        .ok_or_else(|| Refusal::new(RefusalCode::UnknownCondition).with("condition", condition))?;
    let event = registered(turn, &condition, false);
    turn.emit(event);
    Ok(())
}

/// The registration of a condition; by rule the registrar still has to confirm it.
pub(super) fn registered(turn: &Turn<'_>, condition: &Condition, by_rule: bool) -> Event {
    let rules = turn.rules;
    let settings = &rules.settings;
    Event::Registered {
        round: turn.case.next_round(),
        matter: condition.matter.clone(),
        condition: condition.id.clone(),
        steps: plan(condition),
        dispatch_by: turn.desk_due(settings.dispatch, condition.emergency),
        confirm_condition_by: by_rule.then(|| rules.due(turn.now, settings.confirm_condition)),
    }
}

/// The steps of a condition as they are fixed for a round.
pub(super) fn plan(condition: &Condition) -> Vec<StepPlan> {
    condition
        .steps
        .iter()
        .map(|step| StepPlan {
            limit: step.limit,
            standard: step.standard.clone(),
        })
        .collect()
}
