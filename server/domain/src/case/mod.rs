//! The life of a case: its stages, what can be asked of it, what is answered, what that changes.
//!
//! [`decide`] turns a wish into events or a reasoned refusal; [`Case::apply`] lets events happen.
//! The log keeps the events; everything else follows from them.

mod action;
mod admission;
mod appeal;
mod apply;
mod calling;
mod concealing;
mod decide;
mod event;
mod extension;
mod feedback;
mod id;
mod identity;
mod lapse;
mod moment;
mod queue;
mod refusal;
mod rules;
mod ruling;
mod settings;
mod stage;
mod state;
mod supervision;
mod suspension;
#[cfg(test)]
pub(crate) mod tests;
mod transfer;

pub use action::{
    Action, ActionKind, FollowUpOutcome, Report, SelfHandling, Target, TargetNoun, WhistleRequest,
};
pub use admission::{AdmissionRefusal, HandedDown};
pub use appeal::Appeal;
pub use calling::{may_lead, proposal};
pub use concealing::{conceal, masked_name, masked_telephone};
pub use decide::{
    ActingCause, Ask, Offer, Passage, asked_no_more, call_county_when_unattended, decide,
    is_likely_the_same, link, may_act_for, merge, offers, posts, posts_at, rate, rate_for,
    recalculate, rehome, report, stages, target_ended, tick,
};
pub use event::{
    ClockChange, Event, FeedbackDuty, Handover, MergedDuty, MovedDeadline, NewAssignment, Recorded,
    StepPlan,
};
pub use extension::ExtensionRequest;
pub use feedback::{
    Answer, Channel, Concluded, Conclusion, Feedback, Grade, MergedFeedback, Solved, Unanswered,
    UnreasonableRequest,
};
pub use id::{AssignmentId, AttachmentId, CaseId, FeedbackId, WhistleId};
pub use identity::{Purpose, hears_residents, is_confidential, may_unmask, shows_masked};
pub use lapse::{Ground, Lapse, ToldLapse, lapses, tell_lapses};
pub use moment::{ClockRef, Mark, MilestoneName, Moment, MomentKind, Rung, Told};
pub use queue::{Queue, Waiting};
pub use refusal::{Refusal, RefusalCode};
pub use rules::Rules;
pub use ruling::{Dispute, Ruled, rule_from};
pub use settings::{Settings, SettingsChange};
pub use stage::{AssignmentStage, DeclineReason, Source, Stage, WhistleStage};
pub use state::{
    Absorbed, Arrival, Assignment, Called, Case, Claim, Confirmation, CountyCalled, Finding,
    InnerClock, InnerClockName, LetGo, Link, Meeting, MergedInto, Milestone, OriginalPosition,
    Place, ReopeningRequest, ReplyDraft, ResidentRef, ReturnRequest, Round, SafetyCall, Score,
    SelfHandled, StepState, TargetEnd, Whistle,
};
pub use supervision::{Supervision, SupervisionAnswer, SupervisionKind};
pub use suspension::{Suspension, SuspensionReason};
pub use transfer::{Succeeded, Transfer, TransferKind, centre_above};
