//! Whether it is solved: the blower, the verifier, the registrar, the resident.

use super::super::event::{ClockChange, Event, FeedbackDuty, MergedDuty};
use super::super::id::{AssignmentId, AttachmentId, WhistleId};
use super::super::refusal::{Refusal, RefusalCode};
use super::super::stage::AssignmentStage;
use super::super::state::{Case, Whistle};
use super::guard::covers;
use super::{Turn, ending, handling};
use crate::access::{Actor, Post};
use crate::place::Position;

/// The blower says it is solved. From the grid's own worker, on the spot, that is the
/// verification; otherwise somebody still looks.
pub(super) fn confirm_solved(
    turn: &mut Turn<'_>,
    position: Option<Position>,
    note: &str,
    actor: &Actor,
) {
    let own_worker = actor
        .posts(turn.now)
        .any(|a| a.post == Post::GridWorker && covers(&turn.case, &a.scope));
    let there = position.is_some() && handling::on_the_spot(turn, None, position).0;
    let verified = own_worker && there;
    turn.emit(Event::SolvedConfirmed {
        note: note.to_owned(),
        verified,
    });
    if !verified {
        let event = handling::verification(turn);
        turn.by_rule(event);
    }
}

/// The blower's veto: those named come again, by default the lead.
pub(super) fn veto(
    turn: &mut Turn<'_>,
    reason: &str,
    named: &[AssignmentId],
) -> Result<(), Refusal> {
    let assignments = again(turn, named)?;
    turn.emit(Event::Vetoed {
        reason: reason.to_owned(),
        assignments,
    });
    turn.clock(ClockChange::Resumed);
    Ok(())
}

pub(super) fn request_verification(turn: &mut Turn<'_>) {
    let event = handling::verification(turn);
    turn.emit(event);
}

pub(super) fn verify(
    turn: &mut Turn<'_>,
    passed: bool,
    note: &str,
    attachments: &[AttachmentId],
    named: &[AssignmentId],
) -> Result<(), Refusal> {
    let assignments = if passed {
        Vec::new()
    } else {
        again(turn, named)?
    };
    turn.emit(Event::Verified {
        passed,
        note: note.to_owned(),
        attachments: attachments.to_vec(),
        assignments,
    });
    if !passed {
        turn.clock(ClockChange::Resumed);
    }
    Ok(())
}

/// The assignments for a further attempt: those named, which have finished in this round, by default the lead's. Others
/// stay finished.
fn again(turn: &Turn<'_>, named: &[AssignmentId]) -> Result<Vec<AssignmentId>, Refusal> {
    if named.is_empty() {
        let lead = turn.case.lead().ok_or(RefusalCode::NotItsAssignment)?;
        return Ok(vec![lead.id]);
    }
    let mut again = Vec::new();
    for id in named {
        let finished = turn
            .case
            .called_by_the_owner()
            .any(|a| a.id == *id && a.stage == AssignmentStage::Finished);
        if !finished {
            return Err(Refusal::new(RefusalCode::NotItsAssignment).with("assignment", id));
        }
        if !again.contains(id) {
            again.push(*id);
        }
    }
    Ok(again)
}

/// The registrar ticks the closing standard. A resident, if there is one, is asked from now on.
pub(super) fn close(turn: &mut Turn<'_>, standard_met: bool, note: &str) -> Result<(), Refusal> {
    if !standard_met {
        return Err(RefusalCode::StandardNotMet.into());
    }
    closed(turn, note, false)
}

/// Closed all the same, by somebody who may say so and why (强制结案).
pub(super) fn force_close(turn: &mut Turn<'_>, reason: &str) -> Result<(), Refusal> {
    closed(turn, reason, true)
}

fn closed(turn: &mut Turn<'_>, note: &str, forced: bool) -> Result<(), Refusal> {
    ending::wind_up(turn, "case_closed");
    let round = turn.case.round().ok_or(RefusalCode::NotRegistered)?;
    let on_time = round
        .steps
        .iter()
        .all(|step| match (&step.clock, step.deadline) {
            (Some(clock), Some(deadline)) => {
                clock.stopped.is_some_and(|stop| deadline.is_met_by(stop))
            }
            _ => false,
        });
    let feedback = turn.case.resident.as_ref().map(|_| FeedbackDuty {
        id: turn.case.id.feedback(round.number),
        expires_at: turn.now.plus_days(turn.rules.settings.feedback_days),
    });
    let merged_feedback = turn
        .case
        .absorbed
        .iter()
        .filter(|merged| merged.resident)
        .map(|merged| MergedDuty {
            id: turn.case.id.merged_feedback(round.number, merged.case),
            merged: merged.case,
            round: round.number,
            expires_at: turn.now.plus_days(turn.rules.settings.feedback_days),
        })
        .collect();
    turn.emit(Event::Closed {
        note: note.to_owned(),
        on_time,
        feedback,
        merged_feedback,
        forced,
    });
    Ok(())
}

/// Whether one of the units that answered the whistle has no score yet.
pub(super) fn is_to_score(case: &Case, whistle: &Whistle) -> Result<(), Refusal> {
    let mut finished = case
        .assignments
        .iter()
        .filter(|a| a.whistle == Some(whistle.id) && a.stage == AssignmentStage::Finished);
    if finished.all(|a| whistle.scores.iter().any(|s| s.assignment == a.id)) {
        return Err(RefusalCode::AlreadyScored.into());
    }
    Ok(())
}

pub(super) fn score(
    turn: &mut Turn<'_>,
    whistle: WhistleId,
    assignment: AssignmentId,
    (response, quality): (u8, u8),
    note: &str,
) -> Result<(), Refusal> {
    let finished = turn
        .case
        .assignment(assignment)
        .is_some_and(|a| a.whistle == Some(whistle) && a.stage == AssignmentStage::Finished);
    if !finished {
        return Err(Refusal::new(RefusalCode::NotItsAssignment).with("assignment", assignment));
    }
    let scored = turn
        .case
        .whistle(whistle)
        .is_some_and(|w| w.scores.iter().any(|s| s.assignment == assignment));
    if scored {
        return Err(RefusalCode::AlreadyScored.into());
    }
    turn.emit(Event::Scored {
        whistle,
        assignment,
        response,
        quality,
        note: note.to_owned(),
    });
    Ok(())
}
