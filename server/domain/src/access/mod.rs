//! Who may do what, and see what.

mod actor;
mod operation;
mod sight;
#[cfg(test)]
mod tests;

pub use actor::{Actor, ActorRef, Appointment, Grant, PersonId, Post, Scope};
pub use operation::{Operation, may_use};
pub use sight::{Reach, Subject, sees};
