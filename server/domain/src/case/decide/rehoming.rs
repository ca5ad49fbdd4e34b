//! A case comes into the grid in which its place lies by boundaries that were changed meanwhile.

use super::super::event::{Event, Recorded};
use super::super::refusal::{Refusal, RefusalCode};
use super::super::state::Case;
use super::guard::covers;
use super::{Ask, Turn};
use crate::access::{ActorRef, Post, sees};
use crate::place::GridCode;

/// Decides that an open case belongs to another grid from now on. The registrar of the centre that has it decides; the
/// grid lies under that centre, since a case comes to another centre by being passed on.
pub fn rehome(case: &Case, to: GridCode, ask: &Ask<'_>) -> Result<Vec<Recorded>, Refusal> {
    if !sees(ask.actor, &case.subject(), ask.now) {
        return Err(RefusalCode::NotFound.into());
    }
    let held = ask
        .actor
        .posts(ask.now)
        .find(|held| held.post == Post::Registrar && covers(case, &held.scope))
        .ok_or(RefusalCode::PostForbids)?;
    if case.stage.is_end() {
        return Err(Refusal::stage(case.stage));
    }
    if case.place.grid == Some(to) {
        return Err(RefusalCode::AlreadyDone.into());
    }
    if !case.centre.contains(to.village()) {
        return Err(Refusal::new(RefusalCode::GridElsewhere)
            .with("grid", to)
            .with("centre", case.centre));
    }
    let by = ActorRef::of(ask.actor, held);
    let mut turn = Turn::new(case.clone(), by, ask);
    turn.emit(Event::Rehomed {
        from: case.place.grid,
        to,
    });
    Ok(turn.events)
}
