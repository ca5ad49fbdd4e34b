//! What a grid worker settles himself (即办): reported and closed in one breath, without a round.

use super::super::action::{Report, SelfHandling};
use super::super::event::Event;
use super::super::refusal::{Refusal, RefusalCode};
use super::{Ask, Turn, intake};
use crate::access::{ActorRef, Post, Scope};

/// The post of a worker of the grid, who alone settles things there himself.
pub(super) fn worker(report: &Report, ask: &Ask<'_>) -> Result<ActorRef, Refusal> {
    let is_his = |scope: &Scope| match scope {
        Scope::Grids(codes) => report.place.grid.is_some_and(|grid| codes.contains(&grid)),
        Scope::Division(code) => report.place.village.is_some_and(|v| code.contains(v)),
        Scope::Unit(_) => false,
    };
    ask.actor
        .posts(ask.now)
        .find(|a| a.post == Post::GridWorker && is_his(&a.scope))
        .map(|a| ActorRef::of(ask.actor, a))
        .ok_or_else(|| RefusalCode::PostForbids.into())
}

/// The condition must allow it, and photographs show before and after.
pub(super) fn settle(
    turn: &mut Turn<'_>,
    report: &Report,
    settled: &SelfHandling,
    ask: &Ask<'_>,
) -> Result<(), Refusal> {
    if report.whistle.is_some() {
        return Err(RefusalCode::SettledAlready.into());
    }
    let condition = turn
        .rules
        .condition(&settled.condition)
        .filter(|c| report.matter.as_ref().is_none_or(|m| *m == c.matter))
        .ok_or_else(|| {
            Refusal::new(RefusalCode::UnknownCondition).with("condition", &settled.condition)
        })?;
    intake::in_force(&condition.matter, ask)?;
    if !condition.self_handle {
        return Err(Refusal::new(RefusalCode::NotSelfHandled).with("condition", &settled.condition));
    }
    if settled.before.is_empty() || settled.after.is_empty() {
        return Err(RefusalCode::EvidenceMissing.into());
    }
    turn.emit(Event::SelfHandled {
        matter: condition.matter,
        condition: condition.id,
        before: settled.before.clone(),
        after: settled.after.clone(),
        note: settled.note.clone(),
    });
    Ok(())
}
