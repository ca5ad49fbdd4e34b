//! Called units: milestones, minutes, returns.

use super::contribution::Entry;
use super::name::{MilestoneName, Reason};
use super::period::Period;
use crate::case::{Assignment, AssignmentStage, Case, Milestone, Whistle, WhistleStage};
use crate::clock::Timestamp;

const MICROS_A_MINUTE: i64 = 60_000_000;

/// What an assignment is to the figures of a period.
pub(super) fn entries(
    case: &Case,
    called: &Assignment,
    period: Period,
    mut put: impl FnMut(Entry),
) {
    if period.contains(called.issued_at) {
        put(Entry::Called);
    }
    let let_go = let_go(called);
    if let Some((at, Reason::Returned)) = let_go
        && period.contains(at)
    {
        put(Entry::Returned);
    }
    let milestones = [
        (MilestoneName::Sign, Some(called.sign)),
        (MilestoneName::Contact, called.contact),
        (MilestoneName::CheckIn, called.check_in),
    ];
    // Declaring a case void takes its open orders back.
    let voided = case.voided_at.map(|at| (at, Reason::Voided));
    for (name, milestone) in milestones {
        let Some(milestone) = milestone.filter(|m| period.contains(m.due)) else {
            continue;
        };
        let released = let_go.or(voided).filter(|(at, _)| *at < milestone.due);
        put(match released {
            Some((_, reason)) => Entry::Released { name, reason },
            None => Entry::Milestone {
                name,
                in_time: milestone.in_time == Some(true),
            },
        });
    }
    let reached = called
        .check_in
        .and_then(|Milestone { reached_at, .. }| reached_at);
    if let Some(reached_at) = reached.filter(|at| period.contains(*at)) {
        let on_spot = called
            .arrival
            .as_ref()
            .is_some_and(|arrival| arrival.on_spot);
        put(if on_spot {
            Entry::Arrived {
                minutes: reached_at.since(called.issued_at) / MICROS_A_MINUTE,
            }
        } else {
            Entry::ArrivedElsewhere
        });
    }
}

/// What a whistle is to the figures of a period: it was blown, and somebody may have refused it or taken it back.
pub(super) fn whistle_entries(whistle: &Whistle, period: Period, mut put: impl FnMut(Entry)) {
    if period.contains(whistle.requested_at) {
        put(Entry::Blown);
    }
    if whistle.ended_at.is_some_and(|at| period.contains(at)) {
        match whistle.stage {
            WhistleStage::Refused => put(Entry::WhistleRefused),
            WhistleStage::Withdrawn => put(Entry::WhistleWithdrawn),
            _ => {}
        }
    }
}

/// When and how a unit was let go without finishing.
fn let_go(called: &Assignment) -> Option<(Timestamp, Reason)> {
    let reason = match called.stage {
        AssignmentStage::Returned => Reason::Returned,
        AssignmentStage::Revoked => Reason::Revoked,
        AssignmentStage::Excused => Reason::Excused,
        AssignmentStage::Issued
        | AssignmentStage::Signed
        | AssignmentStage::Contacted
        | AssignmentStage::Arrived
        | AssignmentStage::ReportedDone
        | AssignmentStage::Finished => return None,
    };
    called.let_go.as_ref().map(|let_go| (let_go.at, reason))
}
