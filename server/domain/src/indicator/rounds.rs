//! Rounds: closed, overdue, or apart.

use super::contribution::Entry;
use super::name::Reason;
use super::period::Period;
use crate::case::{Case, InnerClockName, Round};
use crate::clock::Timestamp;

/// Why a case as a whole stands beside the figures of a period: settled by a worker himself, or merged.
pub(super) fn apart(case: &Case, period: Period) -> Option<Reason> {
    let settled = case.self_handled.as_ref().filter(|settled| {
        period.contains(settled.at) && settled.reopened_at.is_none_or(|at| at >= period.to)
    });
    let merged = case.merged_into.as_ref();
    if settled.is_some() {
        Some(Reason::SelfHandled)
    } else if merged.is_some_and(|merged| period.contains(merged.at)) {
        Some(Reason::Merged)
    } else {
        None
    }
}

/// What a round is to the figures of a period, if anything.
pub(super) fn entry(case: &Case, round: &Round, period: Period) -> Option<Entry> {
    let end = period.to;
    // A registration that was taken back has not counted.
    if round.registered_at >= end || round.sent_back_at.is_some_and(|at| at < end) {
        return None;
    }
    // What went on as part of another case is told of the case as a whole; closed rounds before
    // have counted.
    let merged = case.merged_into.as_ref().is_some_and(|m| m.at < end);
    if merged && round.closed_at.is_none_or(|at| at >= end) {
        return None;
    }
    let failed =
        happened_before(&round.failed_verifications, end) || happened_before(&round.vetoes, end);
    let rework = failed || round.number > 1;
    let extended = happened_before(&round.extensions, end);
    if let Some(closed_at) = round.closed_at.filter(|at| *at < end) {
        if round.exempted_at.is_some_and(|at| at < end) {
            return period
                .contains(closed_at)
                .then_some(Entry::Apart(Reason::Exempted));
        }
        return period.contains(closed_at).then(|| Entry::Closed {
            on_time: round.on_time == Some(true),
            first_time: !rework,
            rework,
            extended,
        });
    }
    if let Some(voided_at) = case.voided_at.filter(|at| *at < end) {
        return period
            .contains(voided_at)
            .then_some(Entry::Apart(Reason::Voided));
    }
    if round.issued_at.is_none_or(|at| at >= end) {
        return was_to_be_dispatched_before(case, round, end)
            .then_some(Entry::Apart(Reason::NeverDispatched));
    }
    match last_before(&round.deadlines, end)? {
        None if round.suspension.as_ref().is_some_and(|s| s.ran_before(end)) => {
            Some(Entry::Apart(Reason::Suspended))
        }
        None => Some(Entry::Apart(Reason::AwaitingRedispatch)),
        Some(deadline) if *deadline < end => {
            let finished = last_before(&round.finishes, end).copied().flatten();
            Some(if finished.is_some_and(|at| at <= *deadline) {
                Entry::Apart(Reason::WaitingForCentre)
            } else {
                Entry::Overdue { rework, extended }
            })
        }
        Some(_) => None,
    }
}

/// The last entry of a history before a moment.
fn last_before<T>(history: &[(Timestamp, T)], end: Timestamp) -> Option<&T> {
    history
        .iter()
        .take_while(|(at, _)| *at < end)
        .last()
        .map(|(_, value)| value)
}

fn happened_before(moments: &[Timestamp], end: Timestamp) -> bool {
    moments.iter().any(|at| *at < end)
}

/// Whether the time of the centre to dispatch a round had run out: of the centre that had the case then, since each
/// has its own.
fn was_to_be_dispatched_before(case: &Case, round: &Round, end: Timestamp) -> bool {
    let mut begun = case.inner_clocks.iter().filter(|clock| {
        clock.name == InnerClockName::Dispatch
            && clock.started_at >= round.registered_at
            && clock.started_at < end
    });
    begun.next_back().is_some_and(|clock| clock.due < end)
}
