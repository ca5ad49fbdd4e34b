//! What somebody may see: the same rule as a test of one case and as a filter of a query.

use super::actor::{Actor, Appointment, Grant, PersonId, Post, Scope};
use crate::clock::Timestamp;
use crate::place::{DivisionCode, GridCode};
use crate::routing::UnitCode;

/// The parts of a case on which sight depends.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The centre that receives the case.
    pub centre: DivisionCode,
    /// Where it happened; absent when no grid was found.
    pub village: Option<DivisionCode>,
    pub grid: Option<GridCode>,
    pub filed_by: Option<PersonId>,
    /// Those who blew whistles on it.
    pub blown_by: Vec<PersonId>,
    /// All units that were ever called.
    pub units: Vec<&'a UnitCode>,
    /// Whether somebody is to verify it now.
    pub verifying: bool,
}

/// A part of the cases; somebody sees the union of his reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Cases received by centres in, or happening in, this subtree.
    Division(DivisionCode),
    /// Cases in these grids.
    Grids(Vec<GridCode>),
    /// Cases to be verified in this village: workers of neighbouring grids look for each other.
    Verifying(DivisionCode),
    /// Cases to which this unit was called.
    Unit(UnitCode),
    /// Cases filed by this account, or on which it blew a whistle.
    Own(PersonId),
}

impl Reach {
    /// All that this account may see at that moment; empty for somebody without a post.
    ///
    /// An application sees what it filed, and its whole division where its key grants reading;
    /// administrators look after accounts and see no cases.
    pub fn of(actor: &Actor, now: Timestamp) -> Vec<Self> {
        let mut reaches = Vec::new();
        for appointment in actor.posts(now) {
            let reach = match (appointment.post, &appointment.scope) {
                (Post::Admin | Post::Resident | Post::System, _) => continue,
                (Post::App, Scope::Division(code)) if reads_all(actor) => Self::Division(*code),
                (Post::App, _) => Self::Own(actor.person),
                (_, Scope::Division(code)) => Self::Division(*code),
                (_, Scope::Grids(codes)) => Self::Grids(codes.clone()),
                (_, Scope::Unit(code)) => Self::Unit(code.clone()),
            };
            if !reaches.contains(&reach) {
                reaches.push(reach);
            }
            for neighbourhood in neighbourhoods(appointment) {
                if !reaches.contains(&neighbourhood) {
                    reaches.push(neighbourhood);
                }
            }
            let own = Self::Own(actor.person);
            if !reaches.contains(&own) {
                reaches.push(own);
            }
        }
        reaches
    }

    /// Whether the case lies in this part.
    pub fn covers(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Division(code) => {
                code.contains(subject.centre) || subject.village.is_some_and(|v| code.contains(v))
            }
            Self::Grids(codes) => subject.grid.is_some_and(|g| codes.contains(&g)),
            Self::Verifying(village) => subject.verifying && subject.village == Some(*village),
            Self::Unit(code) => subject.units.contains(&code),
            Self::Own(person) => {
                subject.filed_by == Some(*person) || subject.blown_by.contains(person)
            }
        }
    }
}

/// The villages in which a grid worker verifies for the workers of the other grids.
fn neighbourhoods(appointment: &Appointment) -> impl Iterator<Item = Reach> {
    let grids = match (appointment.post, &appointment.scope) {
        (Post::GridWorker, Scope::Grids(codes)) => codes.as_slice(),
        _ => &[],
    };
    grids.iter().map(|grid| Reach::Verifying(grid.village()))
}

/// Whether an application asks by a key that grants it reading. One that logs in sees what it filed.
fn reads_all(actor: &Actor) -> bool {
    actor.grants.as_ref().is_some_and(|grants| {
        [Grant::CasesRead, Grant::EventsRead, Grant::FiguresRead]
            .iter()
            .any(|grant| grants.contains(grant))
    })
}

/// Whether the account may see the case at all. What it may not see does not exist for it.
pub fn sees(actor: &Actor, subject: &Subject<'_>, now: Timestamp) -> bool {
    Reach::of(actor, now)
        .iter()
        .any(|reach| reach.covers(subject))
}
