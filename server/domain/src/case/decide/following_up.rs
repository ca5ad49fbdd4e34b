//! Asking the resident about a closed round (回访), once, and never by whoever handled it.

use super::super::action::{ActionKind, FollowUpOutcome};
use super::super::event::{Event, Recorded};
use super::super::feedback::{Answer, Channel, Feedback, Unanswered};
use super::super::id::CaseId;
use super::super::identity::hears_residents;
use super::super::refusal::{Refusal, RefusalCode};
use super::super::state::Case;
use super::super::transfer::centre_above;
use super::{Ask, Turn};
use crate::access::{ActorRef, Appointment, Scope};
use crate::clock::Timestamp;

/// Whether somebody in that post asks the residents of the case: a registrar or caller of the centre that has it, who
/// belongs to no unit that was ever called.
pub(super) fn asks(case: &Case, appointment: &Appointment, ask: &Ask<'_>) -> Result<(), Refusal> {
    if !hears_residents(case, appointment) {
        return Err(RefusalCode::PostForbids.into());
    }
    let handled = |unit| ask.actor.belongs_to(unit, ask.now);
    if case.assignments.iter().any(|a| handled(&a.unit)) {
        return Err(RefusalCode::HandledItYourself.into());
    }
    Ok(())
}

/// Whether the post is one of the centre that is to decide whether a demand is unreasonable, or of one above it.
pub(super) fn decides(case: &Case, appointment: &Appointment) -> bool {
    case.all_feedback()
        .filter_map(Feedback::undecided)
        .any(|r| matches!(&appointment.scope, Scope::Division(code) if code.contains(r.centre)))
}

/// Whether there is still somebody to ask, or a wish to decide.
pub(super) fn is_open(case: &Case, kind: ActionKind, now: Timestamp) -> Result<(), Refusal> {
    let open = || case.all_feedback().filter(|f| f.is_open(now));
    if kind == ActionKind::DecideUnreasonable {
        return match open().find_map(Feedback::undecided) {
            Some(_) => Ok(()),
            None => Err(RefusalCode::NothingToDecide.into()),
        };
    }
    if kind == ActionKind::RequestUnreasonable
        && open().next().is_some()
        && open().all(|f| f.unreasonable.is_some())
    {
        return Err(RefusalCode::AlreadyDone.into());
    }
    if open().next().is_some() {
        return Ok(());
    }
    match case.all_feedback().last() {
        None => Err(RefusalCode::NoFeedback.into()),
        Some(last) => still_open(last, now),
    }
}

/// Decides a resident's answer by one-time link: the link is the permission.
pub fn rate(case: &Case, answer: &Answer, ask: &Ask<'_>) -> Result<Vec<Recorded>, Refusal> {
    rate_for(case, case.id, answer, ask)
}

/// The same of the resident behind a case that was merged into this one.
pub fn rate_for(
    case: &Case,
    of: CaseId,
    answer: &Answer,
    ask: &Ask<'_>,
) -> Result<Vec<Recorded>, Refusal> {
    let mut turn = Turn::new(case.clone(), ActorRef::resident(), ask);
    rated(&mut turn, of, answer)?;
    Ok(turn.events)
}

/// A link is about the round that was closed last.
pub(super) fn rated(turn: &mut Turn<'_>, of: CaseId, answer: &Answer) -> Result<(), Refusal> {
    let (round, feedback) = turn.case.last_asked(of).ok_or(RefusalCode::NoFeedback)?;
    still_open(feedback, turn.now)?;
    let feedback = feedback.id;
    turn.emit(Event::Rated {
        feedback,
        round,
        answer: answer.clone(),
        channel: None,
    });
    Ok(())
}

/// What a caller of the centre heard. The third call that reaches nobody, on the second day at the earliest, ends the
/// asking.
pub(super) fn follow_up(
    turn: &mut Turn<'_>,
    of: Option<CaseId>,
    channel: Channel,
    outcome: &FollowUpOutcome,
    note: &str,
) -> Result<(), Refusal> {
    let (round, asked) = asked(turn, of)?;
    let feedback = asked.id;
    let unreachable = asked.is_unreachable_after(turn.now);
    let note = note.to_owned();
    match outcome {
        FollowUpOutcome::Answered(answer) => turn.emit(Event::Rated {
            feedback,
            round,
            answer: answer.clone(),
            channel: Some(channel),
        }),
        FollowUpOutcome::Refused => turn.emit(Event::FeedbackConcluded {
            feedback,
            round,
            outcome: Unanswered::Refused,
            note,
        }),
        FollowUpOutcome::NotReached if channel == Channel::Paper => {
            return Err(RefusalCode::NotACall.into());
        }
        FollowUpOutcome::NotReached => {
            turn.emit(Event::FollowUpMissed {
                feedback,
                round,
                channel,
                note,
            });
            if unreachable {
                turn.by_rule(Event::FeedbackConcluded {
                    feedback,
                    round,
                    outcome: Unanswered::Unreachable,
                    note: String::new(),
                });
            }
        }
    }
    Ok(())
}

/// The centre holds the demand unreasonable: the one above says whether the resident is asked. Until then he can answer.
pub(super) fn request_unreasonable(
    turn: &mut Turn<'_>,
    of: Option<CaseId>,
    reason: &str,
) -> Result<(), Refusal> {
    let (round, asked) = asked(turn, of)?;
    if asked.unreasonable.is_some() {
        return Err(RefusalCode::AlreadyDone.into());
    }
    let feedback = asked.id;
    let owner = turn.case.centre;
    turn.emit(Event::UnreasonableRequested {
        feedback,
        round,
        reason: reason.to_owned(),
        centre: centre_above(owner).unwrap_or(owner),
    });
    Ok(())
}

pub(super) fn decide_unreasonable(
    turn: &mut Turn<'_>,
    of: Option<CaseId>,
    accept: bool,
    ruling: &str,
) -> Result<(), Refusal> {
    let (round, asked) = asked(turn, of)?;
    if asked.undecided().is_none() {
        return Err(RefusalCode::NothingToDecide.into());
    }
    let feedback = asked.id;
    let ruling = ruling.to_owned();
    turn.emit(if accept {
        Event::FeedbackConcluded {
            feedback,
            round,
            outcome: Unanswered::Unreasonable,
            note: ruling,
        }
    } else {
        Event::UnreasonableRefused {
            feedback,
            round,
            ruling,
        }
    });
    Ok(())
}

/// The open question to the resident behind this case or a merged one, about the last round where several are, with
/// that round's number.
fn asked<'a>(turn: &'a Turn<'_>, of: Option<CaseId>) -> Result<(u16, &'a Feedback), Refusal> {
    let case = &turn.case;
    let of = of.unwrap_or(case.id);
    let questions = || {
        let rounds = case.rounds.iter().rev();
        rounds.filter_map(|r| Some((r.number, r.feedback_of(case.id, of)?)))
    };
    let (round, feedback) = questions()
        .find(|(_, f)| f.is_open(turn.now))
        .or_else(|| questions().next())
        .ok_or(RefusalCode::NoFeedback)?;
    still_open(feedback, turn.now)?;
    Ok((round, feedback))
}

fn still_open(feedback: &Feedback, now: Timestamp) -> Result<(), Refusal> {
    if feedback.concluded.is_some() {
        return Err(RefusalCode::FeedbackConcluded.into());
    }
    if !feedback.is_open(now) {
        return Err(Refusal::until(
            RefusalCode::FeedbackExpired,
            feedback.expires_at,
        ));
    }
    Ok(())
}
