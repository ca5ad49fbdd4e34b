//! A case comes into the grid in which its place lies by boundaries or divisions that were changed meanwhile.

use super::super::event::{Event, Recorded};
use super::super::refusal::{Refusal, RefusalCode};
use super::super::state::Case;
use super::super::transfer::Succeeded;
use super::guard::covers;
use super::{Ask, Turn};
use crate::access::{ActorRef, Post, sees};
use crate::place::{DivisionCode, DivisionLevel, GridCode, Succession};

/// How the land came to where it lies.
#[derive(Copy, Clone, Debug)]
pub struct Passage<'a> {
    /// What divisions have become by now.
    pub succession: &'a Succession,
    /// The grid into which the case comes came from the one that it says, by whatever changes between.
    pub descends: bool,
}

/// Decides that an open case belongs to another grid from now on. The registrar of the centre that has it decides.
///
/// The grid lies under that centre, or under one that stands in its place: one that it has become, or that of another
/// town of the county to which the case's own grid was transferred. Otherwise a case comes to another centre by being
/// passed on.
pub fn rehome(
    case: &Case,
    to: GridCode,
    passage: &Passage<'_>,
    ask: &Ask<'_>,
) -> Result<Vec<Recorded>, Refusal> {
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
    let centres = successions(case, to.village());
    let owner = centres.iter().find(|one| one.from == case.centre);
    let is_open = match owner {
        Some(owner) => stands_for(owner, passage),
        None => case.centre.contains(to.village()),
    };
    if !is_open {
        return Err(Refusal::new(RefusalCode::GridElsewhere)
            .with("grid", to)
            .with("centre", case.centre));
    }
    let by = ActorRef::of(ask.actor, held);
    let mut turn = Turn::new(case.clone(), by, ask);
    turn.emit(Event::Rehomed {
        from: case.place.grid,
        to,
        centres,
    });
    Ok(turn.events)
}

/// Which centres stand in the place of which, if the case lies in that village from now on: the owner's, and those of
/// county and town of its place, whoever has it.
fn successions(case: &Case, village: DivisionCode) -> Vec<Succeeded> {
    let before = case
        .place
        .village
        .or(case.place.grid.map(GridCode::village));
    let around = [DivisionLevel::County, DivisionLevel::Town].map(|level| before?.at(level));
    let mut centres: Vec<Succeeded> = Vec::new();
    for from in around.into_iter().flatten().chain([case.centre]) {
        let to = village.at(from.level()).filter(|to| *to != from);
        if let Some(to) = to
            && !centres.iter().any(|known| known.from == from)
        {
            centres.push(Succeeded { from, to });
        }
    }
    centres
}

/// Whether a centre stands in the place of the other: it has become that one, or the grid was transferred there within
/// the county.
fn stands_for(centres: &Succeeded, passage: &Passage<'_>) -> bool {
    let Succeeded { from, to } = *centres;
    let is_beside = from.level() == DivisionLevel::Town && from.parent() == to.parent();
    passage.succession.is_heir(to, from) || (passage.descends && is_beside)
}
