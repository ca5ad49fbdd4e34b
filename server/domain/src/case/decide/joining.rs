//! Two cases at once: the same matter twice (并案), or matters that have to do with each other (关联).

use super::super::action::{ActionKind, Target};
use super::super::event::{Event, MergedDuty, Recorded};
use super::super::refusal::{Refusal, RefusalCode};
use super::super::settings::Settings;
use super::super::stage::Stage;
use super::super::state::Case;
use super::guard::{covers, guard};
use super::{Ask, Turn, ending};
use crate::access::{ActorRef, sees};
use crate::clock::Timestamp;

const MICROS_AN_HOUR: i64 = 3_600_000_000;

/// How many metres an open case lies away that is likely the same: the same matter, reported nearby
/// within a short time. Without coordinates nothing can be said.
pub fn is_likely_the_same(case: &Case, other: &Case, settings: &Settings) -> Option<f64> {
    let same_matter = case.matter.is_some() && case.matter == other.matter;
    if case.id == other.id || other.stage.is_end() || !same_matter {
        return None;
    }
    let apart = case.reported_at.since(other.reported_at).abs();
    if apart > settings.duplicate_hours * MICROS_AN_HOUR {
        return None;
    }
    let metres = case.place.position?.distance_m(other.place.position?);
    (metres <= settings.duplicate_m).then_some(metres)
}

/// Decides that a case goes on as part of an open one. `followers` are the cases that were merged
/// into it before: they go on as part of the other one too, so that chains stay flat.
///
/// Answers the events of each case that changes: of the case, of the other one, of the followers.
pub fn merge(
    case: &Case,
    into: &Case,
    followers: &[Case],
    note: &str,
    ask: &Ask<'_>,
) -> Result<Vec<Vec<Recorded>>, Refusal> {
    let by = guard(case, ActionKind::Merge, Target::Case, ask)
        .map_err(|refusal| with_allowed(refusal, case, ask))?;
    other_of(case, into, ask)?;
    let registrar = ask
        .actor
        .posts(ask.now)
        .any(|a| a.post == by.post && covers(into, &a.scope));
    if !registrar {
        return Err(RefusalCode::PostForbids.into());
    }
    if into.stage.is_end() {
        return Err(Refusal::new(RefusalCode::OtherEnded).with("number", &into.number));
    }
    let mut merged = Turn::new(case.clone(), by.clone(), ask);
    ending::wind_up(&mut merged, "case_merged");
    merged.emit(Event::Merged {
        into: into.id,
        number: into.number.clone(),
        note: note.to_owned(),
    });
    let mut target = Turn::new(into.clone(), by, ask);
    for part in std::iter::once(case).chain(followers) {
        target.emit(Event::Absorbed {
            merged: part.id,
            number: part.number.clone(),
            filed_by: part.filed_by.clone(),
            resident: part.resident.is_some(),
        });
    }
    let mut changed = vec![merged.events, target.events];
    for follower in followers {
        let mut moved = Turn::new(follower.clone(), ActorRef::system(), ask);
        moved.emit(Event::MergeMoved {
            into: into.id,
            number: into.number.clone(),
        });
        changed.push(moved.events);
    }
    Ok(changed)
}

/// Decides that two cases have to do with each other; answers the events of both.
pub fn link(
    case: &Case,
    other: &Case,
    note: &str,
    ask: &Ask<'_>,
) -> Result<[Vec<Recorded>; 2], Refusal> {
    let by = guard(case, ActionKind::Link, Target::Case, ask)
        .map_err(|refusal| with_allowed(refusal, case, ask))?;
    other_of(case, other, ask)?;
    if case.links.iter().any(|l| l.case == other.id) {
        return Err(RefusalCode::AlreadyDone.into());
    }
    Ok([(case, other), (other, case)].map(|(one, another)| {
        let mut turn = Turn::new(one.clone(), by.clone(), ask);
        turn.emit(Event::Linked {
            other: another.id,
            number: another.number.clone(),
            note: note.to_owned(),
        });
        turn.events
    }))
}

/// What becomes of a merged case when its resident was asked about the case of which it became a part: he need not be any
/// more. None where none of the events concluded that duty.
pub fn asked_no_more(merged: &Case, target: &Case, events: &[Recorded]) -> Option<Recorded> {
    let (feedback, round, at) = events.iter().find_map(|recorded| match &recorded.event {
        Event::Rated {
            feedback, round, ..
        }
        | Event::FeedbackConcluded {
            feedback, round, ..
        } => Some((*feedback, *round, recorded.recorded_at)),
        _ => None,
    })?;
    let (_, asked) = target.last_asked(merged.id)?;
    (asked.id == feedback).then(|| follows(merged, at, Event::AskedNoMore { feedback, round }))
}

/// What those who reported a merged case are told when the case ends of which it became a part.
pub fn target_ended(merged: &Case, target: &Case, now: Timestamp) -> Recorded {
    let round = target.round();
    let asked = round.and_then(|r| Some((r.number, r.feedback_of(target.id, merged.id)?)));
    let feedback = asked
        .filter(|_| target.stage == Stage::Closed)
        .map(|(round, feedback)| MergedDuty {
            id: feedback.id,
            merged: merged.id,
            round,
            expires_at: feedback.expires_at,
        });
    let event = Event::TargetEnded {
        stage: target.stage,
        reply: target.reply.clone(),
        feedback,
    };
    follows(merged, now, event)
}

/// What follows by rule for a merged case.
fn follows(merged: &Case, at: Timestamp, event: Event) -> Recorded {
    Recorded {
        case: merged.id,
        version: merged.version + 1,
        recorded_at: at,
        occurred_at: at,
        actor: ActorRef::system(),
        late_upload: false,
        versions: crate::lists::ListVersions::default(),
        event,
    }
}

/// The other case must be another one, and be seen by the caller.
fn other_of(case: &Case, other: &Case, ask: &Ask<'_>) -> Result<(), Refusal> {
    if !sees(ask.actor, &other.subject(), ask.now) {
        return Err(RefusalCode::UnknownCase.into());
    }
    if case.id == other.id {
        return Err(RefusalCode::SameCase.into());
    }
    Ok(())
}

fn with_allowed(mut refusal: Refusal, case: &Case, ask: &Ask<'_>) -> Refusal {
    if refusal.code != RefusalCode::NotFound {
        refusal.allowed = super::offer::allowed(case, ask);
    }
    refusal
}
