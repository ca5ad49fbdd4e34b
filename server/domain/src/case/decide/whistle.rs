//! The whistle: wish, decision, call.

use super::super::action::WhistleRequest;
use super::super::calling::proposal;
use super::super::event::{Event, NewAssignment};
use super::super::id::WhistleId;
use super::super::refusal::{Refusal, RefusalCode};
use super::super::rules::Rules;
use super::super::stage::{AssignmentStage, Stage, WhistleStage};
use super::super::state::{Called, Case, Meeting, Whistle};
use super::guard::{covers, is_near};
use super::handling::{Before, Call};
use super::intake::registered;
use super::{Ask, Turn, handling, ruling};
use crate::access::{Actor, ActorRef, Appointment, Post, Scope};
use crate::clock::Timestamp;
use crate::matter::Condition;
use crate::place::GridCode;
use crate::routing::{Role, UnitCode, WhistleKind};

/// Why units and whistles are taken back that another whistle calls anew.
const SUPERSEDED: &str = "superseded_by_whistle";

/// Somebody blows. A kind without approval that runs round the clock is issued at once by rule; before registration only
/// where its matter has an emergency condition to be registered under, otherwise it waits for the registration.
pub(super) fn request(
    turn: &mut Turn<'_>,
    request: &WhistleRequest,
    actor: &Actor,
) -> Result<(), Refusal> {
    let rules = turn.rules;
    let kind = rules
        .kind(&request.kind)
        .ok_or_else(|| Refusal::new(RefusalCode::UnknownKind).with("kind", &request.kind))?;
    let able = |a: &&Appointment| blows(kind, &turn.case, a, actor);
    // Another post of the same person may blow this kind.
    let own = actor
        .posts(turn.now)
        .filter(|a| a.post == turn.by.post)
        .find(able);
    let Some(appointment) = own.or_else(|| actor.posts(turn.now).find(able)) else {
        return Err(Refusal::new(RefusalCode::KindForbids).with("kind", &kind.id));
    };
    let grid = grid_of(&turn.case, &appointment.scope);
    turn.by = ActorRef::of(actor, appointment);
    let meeting = request.meeting.clone().filter(|m| !m.is_empty());
    if meeting.is_some() && !kind.lets_set_place(turn.by.post) {
        return Err(Refusal::new(RefusalCode::PlaceSetByOthers).with("kind", &kind.id));
    }
    let on = turn.now.date();
    for called in &request.wanted {
        if rules.unit(&called.unit, on).is_none() {
            return Err(Refusal::new(RefusalCode::UnknownUnit).with("unit", &called.unit));
        }
    }
    let provisional = if turn.case.round().is_none() && kind.is_issued_at_once() {
        emergency_condition(turn, request)?
    } else {
        None
    };
    let at_once =
        kind.is_issued_at_once() && (turn.case.round().is_some() || provisional.is_some());
    if at_once {
        let complete = meeting.as_ref().is_some_and(Meeting::is_complete);
        if kind.meeting_required && !complete {
            return Err(Refusal::new(RefusalCode::MeetingIncomplete).with("kind", &kind.id));
        }
        takes_the_place_of_those_that_wait(turn);
    } else if is_open(&turn.case) {
        return Err(RefusalCode::WhistleOpen.into());
    }
    let whistle = turn.case.id.whistle(turn.case.whistles.len());
    let approve_by = (!kind.approved_by.is_empty() && !approves(kind, turn.by.post))
        .then(|| turn.desk_due(rules.settings.approve, kind.round_the_clock));
    if let Some(condition) = provisional {
        register_by_rule(turn, &condition);
    }
    let at = turn.judged(turn.case.reported_at);
    turn.fact(
        Event::WhistleRequested {
            whistle,
            kind: kind.id.clone(),
            reason: request.reason.clone(),
            wanted: request.wanted.clone(),
            approve_by,
            meeting: meeting.clone(),
            grid,
            terms: Some(kind.clone()),
        },
        at,
    );
    if at_once {
        let units = emergency_units(turn, request)?;
        let meeting = meeting.unwrap_or_else(|| at_the_case(turn));
        let blower = std::mem::replace(&mut turn.by, ActorRef::system());
        let issued = call(turn, whistle, &units, &meeting);
        turn.by = blower;
        issued?;
    }
    Ok(())
}

/// Whether a kind lets somebody blow from a post: near the place, or for what he filed himself.
fn blows(kind: &WhistleKind, case: &Case, from: &Appointment, actor: &Actor) -> bool {
    kind.may_blow.iter().any(|post| post == from.post.as_str())
        && (is_near(case, &from.scope) || case.filed_by.is(actor))
}

/// Whether any of the kinds lets somebody blow.
pub(super) fn blows_some_kind(case: &Case, ask: &Ask<'_>) -> Result<(), Refusal> {
    let mut posts = ask.actor.posts(ask.now);
    let kinds = &ask.rules.kinds;
    if posts.any(|a| kinds.iter().any(|kind| blows(kind, case, a, ask.actor))) {
        return Ok(());
    }
    let all: Vec<&str> = kinds.iter().map(|kind| kind.id.as_str()).collect();
    Err(Refusal::new(RefusalCode::KindForbids).with("kind", all.join(", ")))
}

/// The grid from which somebody blows: that of the case where it is one of his.
fn grid_of(case: &Case, scope: &Scope) -> Option<GridCode> {
    let Scope::Grids(codes) = scope else {
        return None;
    };
    case.place
        .grid
        .filter(|grid| codes.contains(grid))
        .or_else(|| codes.first().copied())
}

/// One whistle at a time, unless danger is called for, which waits for none that is less urgent.
pub(super) fn may_be_blown(case: &Case, ask: &Ask<'_>) -> Result<(), Refusal> {
    let at_once = |kind: &&WhistleKind| kind.is_issued_at_once();
    let urgent = ask.rules.kinds.iter().filter(at_once);
    let urgent_is_open = || {
        let mut open = case
            .whistles
            .iter()
            .filter(|w| is_waiting_or_answered(case, w));
        open.any(|w| {
            ask.rules
                .kind_of(w)
                .is_some_and(WhistleKind::is_issued_at_once)
        })
    };
    let blows_urgent = || {
        let mut posts = ask.actor.posts(ask.now);
        posts.any(|a| urgent.clone().any(|kind| blows(kind, case, a, ask.actor)))
    };
    if is_open(case) && (urgent_is_open() || !blows_urgent()) {
        return Err(RefusalCode::WhistleOpen.into());
    }
    Ok(())
}

/// Whether a whistle waits for its decision or is being answered.
fn is_open(case: &Case) -> bool {
    case.whistles
        .iter()
        .any(|w| is_waiting_or_answered(case, w))
}

/// One whose units have all been let go makes room for the next.
fn is_waiting_or_answered(case: &Case, whistle: &Whistle) -> bool {
    match whistle.stage {
        WhistleStage::Requested => true,
        WhistleStage::Issued | WhistleStage::OnScene => case
            .assignments
            .iter()
            .any(|a| a.whistle == Some(whistle.id) && a.stage.is_open()),
        _ => false,
    }
}

/// Whether another whistle was issued after this one, which nobody joins any more.
pub(super) fn is_superseded(case: &Case, whistle: &Whistle) -> bool {
    let later = case.whistles.iter().filter(|w| w.round == whistle.round);
    later
        .skip_while(|w| w.id != whistle.id)
        .skip(1)
        .any(|w| w.issued_at.is_some())
}

/// Those that wait for their decision are taken back: another one calls at once.
fn takes_the_place_of_those_that_wait(turn: &mut Turn<'_>) {
    let waiting: Vec<_> = turn
        .case
        .whistles
        .iter()
        .filter(|w| w.stage == WhistleStage::Requested)
        .map(|w| w.id)
        .collect();
    for whistle in waiting {
        superseded(turn, whistle);
    }
}

fn superseded(turn: &mut Turn<'_>, whistle: WhistleId) {
    turn.by_rule(Event::WhistleWithdrawn {
        whistle,
        reason: SUPERSEDED.to_owned(),
    });
}

/// Whoever holds an approving post has approved by blowing.
fn approves(kind: &WhistleKind, post: Post) -> bool {
    kind.approved_by.iter().any(|p| p == post.as_str())
}

/// Accepts and registers by rule, with the condition that the emergency carries.
fn register_by_rule(turn: &mut Turn<'_>, condition: &Condition) {
    if matches!(turn.case.stage, Stage::Reported | Stage::Confirming) {
        turn.by_rule(Event::Accepted);
    }
    let event = registered(turn, condition, true);
    turn.by_rule(event);
}

/// The condition that an emergency carries: the one named, which has to be one for emergencies, or the first such one of
/// the matter; none where the matter has none or is not known.
fn emergency_condition(
    turn: &Turn<'_>,
    request: &WhistleRequest,
) -> Result<Option<Condition>, Refusal> {
    let named = request.condition.as_ref();
    let of_matter = |matter| turn.rules.catalogue.conditions(matter).into_iter();
    let found = turn.case.matter.as_ref().and_then(|matter| {
        of_matter(matter)
            .filter(|c| c.emergency)
            .find(|c| named.is_none_or(|id| c.id == *id))
    });
    match (found, named) {
        (None, Some(id)) => {
            Err(Refusal::new(RefusalCode::NoEmergencyCondition).with("condition", id))
        }
        (found, _) => Ok(found),
    }
}

/// Those whom the blower wants, else those whom the duties name.
fn emergency_units(turn: &Turn<'_>, request: &WhistleRequest) -> Result<Vec<Called>, Refusal> {
    if !request.wanted.is_empty() {
        return Ok(request.wanted.clone());
    }
    let proposal = proposal(&turn.case, turn.rules, turn.now.date()).unwrap_or_default();
    let units: Vec<Called> = proposal
        .lines
        .into_iter()
        .map(|line| Called {
            unit: line.unit,
            role: line.role,
        })
        .collect();
    if units.is_empty() {
        Err(RefusalCode::NobodyToCall.into())
    } else {
        Ok(units)
    }
}

fn at_the_case(turn: &Turn<'_>) -> Meeting {
    Meeting {
        position: turn.case.place.position,
        address: turn.case.place.address.clone(),
        at: None,
    }
}

/// How far the approval of a whistle has come that is to be issued.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Approval {
    Given,
    /// Whoever issues it approves it.
    WithTheCall,
}

/// Whether somebody may issue a whistle as far as its approval goes.
pub(super) fn approval(
    case: &Case,
    requested: &Whistle,
    rules: &Rules,
    actor: &Actor,
    now: Timestamp,
) -> Result<Approval, Refusal> {
    // A kind that is not known any more is told where the units are called.
    let Some(kind) = rules.kind_of(requested) else {
        return Ok(Approval::Given);
    };
    let approved = kind.approved_by.is_empty()
        || requested.approved_by.is_some()
        || approves(kind, requested.blown_by.post);
    let able = || {
        actor
            .posts(now)
            .any(|a| approves(kind, a.post) && covers(case, &a.scope))
    };
    if approved {
        Ok(Approval::Given)
    } else if able() {
        Ok(Approval::WithTheCall)
    } else {
        Err(RefusalCode::NotApproved.into())
    }
}

/// The dispatcher calls the units. Where his post approves the kind, issuing approves.
pub(super) fn issue(
    turn: &mut Turn<'_>,
    whistle: WhistleId,
    units: &[Called],
    meeting: &Meeting,
    actor: &Actor,
) -> Result<(), Refusal> {
    let rules = turn.rules;
    let Some(requested) = turn.case.whistle(whistle) else {
        return Err(RefusalCode::NotFound.into());
    };
    let kind = rules
        .kind_of(requested)
        .cloned()
        .ok_or_else(|| Refusal::new(RefusalCode::UnknownKind).with("kind", &requested.kind))?;
    let meeting = place_and_time(turn, &kind, requested.meeting.as_ref(), meeting, actor)?;
    if approval(&turn.case, requested, rules, actor, turn.now)? == Approval::WithTheCall {
        turn.emit(Event::WhistleApproved { whistle });
    }
    ruling::binds(&turn.case, units)?;
    call(turn, whistle, units, &meeting)
}

/// Where and when the units meet: as the dispatcher says, for the rest as the blower would have it. Each says it only
/// where the kind lets his post, and some kinds are not issued without both (街道定时间、地点).
fn place_and_time(
    turn: &Turn<'_>,
    kind: &WhistleKind,
    wanted: Option<&Meeting>,
    said: &Meeting,
    actor: &Actor,
) -> Result<Meeting, Refusal> {
    let sets = || {
        actor
            .posts(turn.now)
            .any(|a| kind.lets_set_place(a.post) && covers(&turn.case, &a.scope))
    };
    if !said.is_empty() && !sets() {
        return Err(Refusal::new(RefusalCode::PlaceSetByOthers).with("kind", &kind.id));
    }
    let meeting = wanted.map_or_else(|| said.clone(), |wanted| said.or(wanted));
    if kind.meeting_required && !meeting.is_complete() {
        return Err(Refusal::new(RefusalCode::MeetingIncomplete).with("kind", &kind.id));
    }
    Ok(meeting)
}

/// Calls the units to the scene: every deadline is fixed here.
fn call(
    turn: &mut Turn<'_>,
    whistle: WhistleId,
    units: &[Called],
    meeting: &Meeting,
) -> Result<(), Refusal> {
    handling::check_units(turn, units, Call::Anew)?;
    // Units that were sent plainly are called anew or released: the whistle replaces the order.
    let released: Vec<_> = turn
        .case
        .current_assignments()
        .filter(|a| a.stage.is_open())
        .map(|a| a.id)
        .collect();
    let before = Before::of(&turn.case);
    for assignment in released {
        turn.by_rule(Event::Revoked {
            assignment,
            reason: SUPERSEDED.to_owned(),
            dispatch_by: None,
        });
    }
    // A whistle before this one that nobody answered to the end is over with it; one with something done is scored yet.
    let unanswered: Vec<_> = turn
        .case
        .whistles
        .iter()
        .filter(|w| w.id != whistle)
        .filter(|w| matches!(w.stage, WhistleStage::Issued | WhistleStage::OnScene))
        .filter(|w| {
            let mut called = turn.case.assignments.iter();
            !called.any(|a| a.whistle == Some(w.id) && a.stage == AssignmentStage::Finished)
        })
        .map(|w| w.id)
        .collect();
    for whistle in unanswered {
        superseded(turn, whistle);
    }
    let Some(round) = turn.case.round() else {
        return Err(RefusalCode::NotRegistered.into());
    };
    let (round, deadline) = (
        round.number,
        handling::handling_deadline(turn, units, &before),
    );
    let blown = turn.case.whistle(whistle);
    let Some(kind) = blown.and_then(|w| turn.rules.kind_of(w)).cloned() else {
        return Err(RefusalCode::UnknownKind.into());
    };
    let changed = blown.is_none_or(|w| w.terms.as_ref() != Some(&kind));
    let first = turn.case.assignments.len();
    let assignments = units
        .iter()
        .enumerate()
        .map(|(i, called)| new_assignment(turn, &kind, called, first + i, deadline))
        .collect();
    turn.emit(Event::WhistleIssued {
        whistle,
        round,
        meeting: meeting.clone(),
        assignments,
        terms: changed.then_some(kind),
    });
    handling::set_going(turn, &before);
    Ok(())
}

/// One unit more for a whistle that is being answered; as lead only where nobody leads.
pub(super) fn add_unit(
    turn: &mut Turn<'_>,
    whistle: WhistleId,
    unit: &UnitCode,
    role: Role,
) -> Result<(), Refusal> {
    let called = Called {
        unit: unit.clone(),
        role,
    };
    if (role == Role::Lead) == turn.case.lead().is_some() {
        return Err(RefusalCode::OneLead.into());
    }
    ruling::binds(&turn.case, std::slice::from_ref(&called))?;
    handling::check_units(turn, std::slice::from_ref(&called), Call::Joining)?;
    let issued = turn.case.whistle(whistle);
    let Some(kind) = issued.and_then(|w| turn.rules.kind_of(w)).cloned() else {
        return Err(RefusalCode::UnknownKind.into());
    };
    let before = Before::of(&turn.case);
    let deadline = handling::handling_deadline(turn, std::slice::from_ref(&called), &before);
    let assignment = new_assignment(turn, &kind, &called, turn.case.assignments.len(), deadline);
    turn.emit(Event::UnitAdded {
        whistle: Some(whistle),
        assignment,
    });
    if role == Role::Lead {
        handling::set_going(turn, &before);
    }
    Ok(())
}

/// Sign and check-in deadlines never exceed the handling deadline.
fn new_assignment(
    turn: &Turn<'_>,
    kind: &WhistleKind,
    called: &Called,
    n: usize,
    deadline: crate::clock::Timestamp,
) -> NewAssignment {
    let rules = turn.rules;
    let due = |limit| rules.due(turn.now, limit).min(deadline);
    NewAssignment {
        id: turn.case.id.assignment(n),
        unit: called.unit.clone(),
        role: called.role,
        sign_by: due(kind.sign),
        contact_by: kind.contact.map(due),
        check_in_by: Some(due(kind.check_in)),
        finish_by: kind.finish.map(due),
        return_by: handling::return_by(turn),
        ladder_minutes: kind.unsigned_ladder_minutes.clone(),
    }
}
