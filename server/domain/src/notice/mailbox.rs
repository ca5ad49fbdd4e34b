//! Where notices go: to a person, or to whoever holds a post.

use std::fmt;

use crate::access::{Actor, PersonId, Post, Scope};
use crate::clock::Timestamp;
use crate::place::{DivisionCode, GridCode};
use crate::routing::UnitCode;

/// The box of a person, or of a post over a division, in a unit, in a grid. Whoever takes a post up finds what comes
/// from then on; whoever gives it up finds nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mailbox {
    Person(PersonId),
    Division(Post, DivisionCode),
    Unit(Post, UnitCode),
    Grid(Post, GridCode),
}

impl fmt::Display for Mailbox {
    /// The key under which it is stored.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "{}", person.0),
            Self::Division(post, code) => write!(f, "{post}@{code}"),
            Self::Unit(post, code) => write!(f, "{post}@{code}"),
            Self::Grid(post, code) => write!(f, "{post}@{code}"),
        }
    }
}

/// The boxes of somebody at a moment, each with the moment from which what lies in it is his.
pub fn mailboxes(actor: &Actor, now: Timestamp) -> Vec<(Mailbox, Timestamp)> {
    let mut boxes = vec![(
        Mailbox::Person(actor.person),
        Timestamp::from_micros(i64::MIN),
    )];
    for held in actor.posts(now) {
        let post = held.post;
        let mut open = |mailbox| boxes.push((mailbox, held.from));
        match &held.scope {
            Scope::Division(code) => open(Mailbox::Division(post, *code)),
            Scope::Unit(code) => open(Mailbox::Unit(post, code.clone())),
            Scope::Grids(codes) => codes
                .iter()
                .for_each(|code| open(Mailbox::Grid(post, *code))),
        }
    }
    boxes
}
