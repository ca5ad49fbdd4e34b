//! From the call to the finish: dispatching, the milestones of a called unit, returns.

use super::super::calling::lacking;
use super::super::event::{ClockChange, Event, NewAssignment};
use super::super::id::{AssignmentId, AttachmentId};
use super::super::refusal::{Refusal, RefusalCode};
use super::super::stage::Stage;
use super::super::state::{Assignment, Called, Case, Round};
use super::{Turn, acting, ruling};
use crate::clock::{ClockFacts, Timestamp};
use crate::place::Position;
use crate::routing::{Hindrance, Role, Unit, UnitCode};

/// The plain order: sign and finish only, nobody is called to the scene.
pub(super) fn dispatch(turn: &mut Turn<'_>, units: &[Called], note: &str) -> Result<(), Refusal> {
    ruling::binds(&turn.case, units)?;
    check_units(turn, units, Call::Beside)?;
    let before = Before::of(&turn.case);
    let deadline = handling_deadline(turn, units, &before);
    let first = turn.case.assignments.len();
    let sign_by = turn
        .rules
        .due(turn.now, turn.rules.settings.dispatch_sign)
        .min(deadline);
    let return_by = return_by(turn);
    let assignments = units
        .iter()
        .enumerate()
        .map(|(i, called)| NewAssignment {
            id: turn.case.id.assignment(first + i),
            unit: called.unit.clone(),
            role: called.role,
            sign_by,
            contact_by: None,
            check_in_by: None,
            finish_by: None,
            return_by,
            ladder_minutes: Vec::new(),
        })
        .collect();
    turn.emit(Event::Dispatched {
        assignments,
        note: note.to_owned(),
    });
    set_going(turn, &before);
    Ok(())
}

/// How a round stood before units were called in it.
pub(super) struct Before {
    lead: Option<UnitCode>,
    paused: bool,
    handed_over: bool,
}

impl Before {
    pub(super) fn of(case: &Case) -> Self {
        let round = case.round();
        Self {
            lead: round.and_then(|r| r.lead.clone()),
            paused: round.is_some_and(Round::is_paused),
            handed_over: round.is_some_and(|r| r.handed_over),
        }
    }

    /// Whether the clock runs on with what is left: for the unit that led before, and for anybody after another centre
    /// has taken the case. Otherwise the full limit begins anew.
    fn resumes_with(&self, lead: Option<&UnitCode>) -> bool {
        self.handed_over || self.lead.as_ref() == lead
    }
}

/// What a call does with the units that are at work on the case already.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) enum Call {
    /// A plain dispatch names a lead and leaves those at work where they are.
    Beside,
    /// A whistle names a lead and calls those at work anew, or releases them.
    Anew,
    /// One unit more for a whistle.
    Joining,
}

/// Known units, none twice, none beside itself; exactly one lead where a lead is to be named.
pub(super) fn check_units(turn: &Turn<'_>, units: &[Called], call: Call) -> Result<(), Refusal> {
    let on = turn.now.date();
    for (i, called) in units.iter().enumerate() {
        let Some(unit) = turn.rules.unit(&called.unit, on) else {
            return Err(Refusal::new(RefusalCode::UnknownUnit).with("unit", &called.unit));
        };
        if called.role == Role::Lead {
            may_lead(turn, unit)?;
        }
        acting::check(turn, called)?;
        let at_work = call != Call::Anew
            && turn
                .case
                .current_assignments()
                .any(|a| a.unit == called.unit && a.stage.is_open());
        if at_work || units.iter().take(i).any(|other| other.unit == called.unit) {
            return Err(Refusal::new(RefusalCode::UnitTwice).with("unit", &called.unit));
        }
    }
    if call != Call::Joining && units.iter().filter(|c| c.role == Role::Lead).count() != 1 {
        return Err(RefusalCode::OneLead.into());
    }
    Ok(())
}

/// An enforcement step is given only to a town that holds the power, and to a unit with enough certified officers.
pub(super) fn may_lead(turn: &Turn<'_>, unit: &Unit) -> Result<(), Refusal> {
    let lacking = lacking(&turn.case, turn.rules, unit, turn.now.date());
    let refusal = match lacking.into_iter().next() {
        Some(Hindrance::PowerNotHeld { item, name }) => Refusal::new(RefusalCode::PowerNotHeld)
            .with("item", item)
            .with("name", name),
        Some(Hindrance::TooFewCertified { field, officers }) => {
            Refusal::new(RefusalCode::TooFewCertified)
                .with("field", field)
                .with("officers", officers)
        }
        Some(Hindrance::NotAdmitted { .. } | Hindrance::LedAlready | Hindrance::NoUnit { .. })
        | None => return Ok(()),
    };
    Err(refusal.with("unit", &unit.code))
}

/// The handling deadline as it will be once these units are called.
pub(super) fn handling_deadline(turn: &Turn<'_>, units: &[Called], before: &Before) -> Timestamp {
    let Some(state) = turn.case.round().and_then(|r| r.steps.get(r.step)) else {
        return turn.now;
    };
    let mut facts = state
        .clock
        .clone()
        .unwrap_or_else(|| ClockFacts::new(turn.now, state.limit));
    if facts.is_paused() {
        let lead = units.iter().find(|c| c.role == Role::Lead);
        if before.resumes_with(lead.map(|c| &c.unit)) {
            facts.resume(turn.now);
        } else {
            facts.restart(turn.now);
        }
    }
    turn.rules.time.deadline(&facts).map_or(turn.now, |d| d.at)
}

/// Starts the handling clock at the first call of a round. After a return the same unit resumes
/// it, another restarts it; after a transfer it is resumed.
pub(super) fn set_going(turn: &mut Turn<'_>, before: &Before) {
    let started = turn.case.round().is_some_and(|r| r.clock().is_some());
    if !started {
        turn.clock(ClockChange::Started);
    } else if before.paused {
        let lead = turn.case.round().and_then(|r| r.lead.as_ref());
        let change = if before.resumes_with(lead) {
            ClockChange::Resumed
        } else {
            ClockChange::Restarted
        };
        turn.clock(change);
    }
}

/// The last moment for a return of what is issued now.
pub(super) fn return_by(turn: &Turn<'_>) -> Timestamp {
    turn.case
        .round()
        .and_then(|r| r.steps.get(r.step))
        .map_or(turn.now, |step| turn.rules.return_by(turn.now, step.limit))
}

pub(super) fn sign(turn: &mut Turn<'_>, id: AssignmentId) -> Result<(), Refusal> {
    let a = turn.case.assignment(id).ok_or(RefusalCode::NotFound)?;
    let (at, due) = (turn.judged(a.issued_at), a.sign.due);
    turn.fact(
        Event::Signed {
            assignment: id,
            in_time: at.moment <= due,
        },
        at,
    );
    Ok(())
}

pub(super) fn contact_blower(
    turn: &mut Turn<'_>,
    id: AssignmentId,
    note: &str,
) -> Result<(), Refusal> {
    let a = turn.case.assignment(id).ok_or(RefusalCode::NotFound)?;
    let due = a.contact.map_or(turn.now, |m| m.due);
    let at = turn.judged(a.issued_at);
    let in_time = at.moment <= due;
    turn.fact(
        Event::BlowerContacted {
            assignment: id,
            in_time,
            note: note.to_owned(),
        },
        at,
    );
    Ok(())
}

/// A check-in is on the spot within the configured distance of the meeting point or the case;
/// otherwise it is recorded as off the spot: never refused, never edited, never in time.
pub(super) fn check_in(
    turn: &mut Turn<'_>,
    id: AssignmentId,
    position: Option<Position>,
    accuracy_m: Option<f64>,
    attachments: &[AttachmentId],
) -> Result<(), Refusal> {
    let a = turn.case.assignment(id).ok_or(RefusalCode::NotFound)?;
    let due = a.check_in.map_or(turn.now, |m| m.due);
    let at = turn.judged(a.issued_at);
    let meeting = a
        .whistle
        .and_then(|w| turn.case.whistle(w))
        .and_then(|w| w.meeting.as_ref())
        .and_then(|m| m.position);
    let (on_spot, distance_m) = on_the_spot(turn, meeting, position);
    turn.fact(
        Event::CheckedIn {
            assignment: id,
            position,
            accuracy_m,
            distance_m,
            on_spot,
            in_time: on_spot && at.moment <= due,
            attachments: attachments.to_vec(),
        },
        at,
    );
    Ok(())
}

/// Whether a position is at the meeting point or the case, and how many whole metres from it.
///
/// Where neither has coordinates there is nothing to measure: presence is believed. Without a
/// position of the unit it is not.
pub(super) fn on_the_spot(
    turn: &Turn<'_>,
    meeting: Option<Position>,
    position: Option<Position>,
) -> (bool, Option<u32>) {
    match (meeting.or(turn.case.place.position), position) {
        (None, _) => (true, None),
        (Some(_), None) => (false, None),
        (Some(there), Some(here)) => {
            let metres = there.distance_m(here);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at most half the globe"
            )]
            let whole = metres.round() as u32;
            (metres <= turn.rules.settings.on_spot_m, Some(whole))
        }
    }
}

pub(super) fn leave(turn: &mut Turn<'_>, id: AssignmentId) {
    let assignment = turn.case.assignment(id);
    let issued = assignment.map_or(turn.now, |a| a.issued_at);
    let early = assignment.is_some_and(|a| a.stage.is_open());
    let at = turn.judged(issued);
    turn.fact(
        Event::Left {
            assignment: id,
            early,
        },
        at,
    );
}

/// The unit leader answers for the result. The lead finishes last; that ends the handling. Where only others had to come
/// again, the last of them ends it.
pub(super) fn finish(
    turn: &mut Turn<'_>,
    id: AssignmentId,
    result: Option<&str>,
    attachments: &[AttachmentId],
) {
    let leads = turn.case.lead().is_some_and(|lead| lead.id == id);
    let confirm_by = confirm_by(turn).filter(|_| leads);
    turn.emit(Event::Finished {
        assignment: id,
        result: result.unwrap_or_default().to_owned(),
        attachments: attachments.to_vec(),
        ends_handling: leads,
        confirm_by,
    });
    if leads {
        handled(turn, confirm_by);
    } else {
        end_if_done(turn);
    }
}

/// Until when the blower may say whether it is solved, where somebody blew.
fn confirm_by(turn: &Turn<'_>) -> Option<Timestamp> {
    turn.case.issued_whistles().next()?;
    Some(turn.rules.due(turn.now, turn.rules.settings.confirm_solved))
}

/// The handling is over.
fn handled(turn: &mut Turn<'_>, confirm_by: Option<Timestamp>) {
    turn.clock(ClockChange::Stopped);
    // Where nobody blew there is nobody to confirm: verification is asked for at once.
    if confirm_by.is_none() {
        let event = verification(turn);
        turn.by_rule(event);
    }
}

/// Ends the handling where the lead had finished before and the last of those that had to come again is done or let go.
pub(super) fn end_if_done(turn: &mut Turn<'_>) {
    if turn.case.stage == Stage::Handling && turn.case.is_done() {
        let confirm_by = confirm_by(turn);
        turn.by_rule(Event::HandlingEnded { confirm_by });
        handled(turn, confirm_by);
    }
}

/// The request for a verification, with its deadline.
pub(super) fn verification(turn: &Turn<'_>) -> Event {
    Event::VerificationRequested {
        verify_by: turn
            .rules
            .grid_due(turn.now, turn.rules.settings.verify, turn.is_emergency()),
    }
}

/// The standard of a step is met: its clock ends, the next one starts.
pub(super) fn complete_step(turn: &mut Turn<'_>) -> Result<(), Refusal> {
    let round = turn.case.round().ok_or(RefusalCode::NotRegistered)?;
    let step = round.step;
    turn.clock(ClockChange::Stopped);
    turn.emit(Event::StepCompleted { step });
    turn.clock(ClockChange::Started);
    Ok(())
}

/// A quarter of the limit long, and not what a ruling has settled.
pub(super) fn may_return(case: &Case, a: &Assignment, now: Timestamp) -> Result<(), Refusal> {
    if case.ruled().is_some_and(|ruled| ruled.lead == a.unit) {
        return Err(RefusalCode::RuledToLead.into());
    }
    if now > a.return_by {
        return Err(Refusal::until(RefusalCode::ReturnTooLate, a.return_by));
    }
    Ok(())
}

pub(super) fn request_return(
    turn: &mut Turn<'_>,
    id: AssignmentId,
    reason: &str,
    legal_basis: &str,
    suggested_unit: Option<&UnitCode>,
) -> Result<(), Refusal> {
    if let Some(unit) = suggested_unit
        && turn.rules.unit(unit, turn.now.date()).is_none()
    {
        return Err(Refusal::new(RefusalCode::UnknownUnit).with("unit", unit));
    }
    turn.emit(Event::ReturnRequested {
        assignment: id,
        reason: reason.to_owned(),
        legal_basis: legal_basis.to_owned(),
        suggested_unit: suggested_unit.cloned(),
        decide_by: turn.desk_due(turn.rules.settings.decide_return, turn.is_emergency()),
    });
    Ok(())
}

/// Accepted for the lead, the clock stands still until somebody leads again.
pub(super) fn decide_return(turn: &mut Turn<'_>, id: AssignmentId, accept: bool, ruling: &str) {
    let ruling = ruling.to_owned();
    if accept {
        let leads = turn.case.lead().is_some_and(|lead| lead.id == id);
        let received_by = turn.by.person;
        let dispatch_by = leads.then(|| turn.dispatch_by());
        turn.emit(Event::ReturnAccepted {
            assignment: id,
            ruling,
            received_by,
            dispatch_by,
        });
        if leads {
            turn.clock(ClockChange::Paused);
            ruling::after_return(turn);
        } else {
            end_if_done(turn);
        }
    } else {
        turn.emit(Event::ReturnRefused {
            assignment: id,
            ruling,
        });
    }
}

/// Taking the order back from the lead leaves the case without one, as a return does.
pub(super) fn revoke(turn: &mut Turn<'_>, id: AssignmentId, reason: &str) {
    let leads = turn.case.lead().is_some_and(|lead| lead.id == id);
    let dispatch_by = leads.then(|| turn.dispatch_by());
    turn.emit(Event::Revoked {
        assignment: id,
        reason: reason.to_owned(),
        dispatch_by,
    });
    if leads {
        turn.clock(ClockChange::Paused);
    } else {
        end_if_done(turn);
    }
}

/// An assisting unit need not do its part; that it did not come stays a fact.
pub(super) fn excuse(turn: &mut Turn<'_>, id: AssignmentId, reason: &str) {
    turn.emit(Event::Excused {
        assignment: id,
        reason: reason.to_owned(),
    });
    end_if_done(turn);
}
