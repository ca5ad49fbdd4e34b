//! Who is called: units, duties, kinds of whistles.

mod duty;
mod kind;
mod unit;

pub use duty::{Duty, Proposal, ProposalLine, Role, propose};
pub use kind::{WhistleKind, preset};
pub use unit::{Unit, UnitCode, UnitKind};
