//! Who is called: units, duties, the proposal that follows from them, and the kinds of whistles.

mod duty;
mod kind;
mod proposal;
mod unit;

pub use duty::{Duty, Role, without_lead};
pub use kind::{PRESETS, WhistleKind, preset};
pub use proposal::{Proposal, ProposalLine, ProposalReason, propose};
pub use unit::{Unit, UnitCode, UnitKind, VILLAGE_FUNCTION, village_committees};
