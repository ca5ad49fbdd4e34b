//! Waiting for what nobody called can hasten (挂账), and going on (恢复).

use super::super::action::ActionKind;
use super::super::event::{ClockChange, Event};
use super::super::refusal::{Refusal, RefusalCode};
use super::super::state::Case;
use super::super::suspension::{Suspension, SuspensionReason};
use super::extension::{decide_by, in_time};
use super::{Ask, Turn};
use crate::clock::{Date, Timestamp};

/// What can be done with a case that waits.
pub(super) fn lets_through(case: &Case, kind: ActionKind) -> Result<(), Refusal> {
    let Some(suspension) = case.suspension() else {
        return Ok(());
    };
    match kind {
        ActionKind::Comment
        | ActionKind::Attach
        | ActionKind::Resume
        | ActionKind::Void
        | ActionKind::Supervise
        | ActionKind::AnswerSupervision
        | ActionKind::Escalate
        | ActionKind::Delegate
        | ActionKind::Claim
        | ActionKind::Release
        | ActionKind::Link
        // About the round that was closed before.
        | ActionKind::FollowUp
        | ActionKind::RequestUnreasonable
        | ActionKind::DecideUnreasonable => Ok(()),
        _ => Err(Refusal::until(RefusalCode::Suspended, suspension.resume_at)),
    }
}

/// Whether a suspension can be asked for, is to be decided, or can be ended.
pub(super) fn is_open(case: &Case, kind: ActionKind, ask: &Ask<'_>) -> Result<(), Refusal> {
    let Some(round) = case.round() else {
        return Err(RefusalCode::NotRegistered.into());
    };
    let asked = round.suspension.as_ref();
    let pending = asked.is_some_and(Suspension::is_pending);
    match kind {
        ActionKind::Resume if case.suspension().is_none() => Err(RefusalCode::NotSuspended.into()),
        ActionKind::Resume => Ok(()),
        ActionKind::DecideSuspension if pending => Ok(()),
        ActionKind::DecideSuspension => Err(RefusalCode::NothingToDecide.into()),
        _ if pending => Err(RefusalCode::AlreadyDone.into()),
        _ if asked.is_some_and(|s| s.granted == Some(true)) => {
            Err(RefusalCode::SuspendedOnce.into())
        }
        _ => in_time(case, ask.now),
    }
}

pub(super) fn request(
    turn: &mut Turn<'_>,
    reason: SuspensionReason,
    file_number: Option<&str>,
    until: Date,
    note: &str,
) -> Result<(), Refusal> {
    if reason == SuspensionReason::Enforcement && file_number.is_none_or(|n| n.trim().is_empty()) {
        return Err(RefusalCode::FileNumberMissing.into());
    }
    let resume_at = Timestamp::of(until, 0);
    let latest = latest(turn);
    if resume_at <= turn.now || until > latest {
        return Err(out_of_range(latest));
    }
    let decide_by = decide_by(turn);
    turn.emit(Event::SuspensionRequested {
        reason,
        file_number: file_number.map(str::to_owned),
        resume_at,
        note: note.to_owned(),
        decide_by,
    });
    Ok(())
}

/// Granted, the clock stands still until the day that was asked for.
pub(super) fn decide(turn: &mut Turn<'_>, accept: bool, ruling: &str) -> Result<(), Refusal> {
    let ruling = ruling.to_owned();
    if !accept {
        turn.emit(Event::SuspensionRefused { ruling });
        return Ok(());
    }
    in_time(&turn.case, turn.now)?;
    let asked = turn.case.round().and_then(|r| r.suspension.as_ref());
    // The day may have come while the request waited.
    if asked.is_none_or(|s| s.resume_at <= turn.now) {
        return Err(out_of_range(latest(turn)));
    }
    turn.emit(Event::SuspensionGranted { ruling });
    turn.clock(ClockChange::Paused);
    Ok(())
}

pub(super) fn resume(turn: &mut Turn<'_>, note: &str) {
    turn.emit(Event::Resumed {
        note: note.to_owned(),
    });
    turn.clock(ClockChange::Resumed);
}

/// The last day until which a case can wait: the same day of a later year.
fn latest(turn: &Turn<'_>) -> Date {
    let today = turn.now.date();
    let (year, month, day) = today.ymd();
    let years = i32::from(turn.rules.settings.suspension_years);
    // 29 February has no such day: the day before it then.
    Date::from_ymd(year + years, month, day)
        .or_else(|| Date::from_ymd(year + years, month, day - 1))
        .unwrap_or(today)
}

fn out_of_range(latest: Date) -> Refusal {
    Refusal::new(RefusalCode::UntilOutOfRange).with("latest", latest)
}
