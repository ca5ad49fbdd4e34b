//! Who is called: units, duties, registers, the proposal that follows from them, and the kinds of whistles.

mod duty;
mod kind;
mod proposal;
mod registers;
mod ruling;
mod unit;

pub use duty::{Duty, Role, without_lead};
pub use kind::{PRESETS, WhistleKind, preset};
pub use proposal::{
    Hindrance, LeftOut, Lists, Need, Proposal, ProposalLine, ProposalReason, hindrances, propose,
};
pub use registers::{
    About, Admission, AdmissionState, Certificate, CertificateState, Course, CourseError,
    Evaluation, LevelClass, LevelRule, OFFICERS_NEEDED, PowerGrant, PowerKind, PowerState,
    Registers, Requirement, Shortage, State, shortages,
};
pub use ruling::{Responsible, Ruling, ruled};
pub use unit::{Unit, UnitCode, UnitKind, VILLAGE_FUNCTION, village_committees};
