//! What can happen to a case: the rows of the log.

use serde::{Deserialize, Serialize};

use super::decide::ActingCause;
use super::feedback::{Answer, Channel, Unanswered};
use super::id::{AssignmentId, AttachmentId, CaseId, FeedbackId, WhistleId};
use super::lapse::Ground;
use super::moment::{ClockRef, Mark, Rung};
use super::stage::{DeclineReason, Source, Stage};
use super::state::{Called, Meeting, Place, ResidentRef, SafetyCall};
use super::supervision::SupervisionKind;
use super::suspension::SuspensionReason;
use super::transfer::Succeeded;
use crate::access::{ActorRef, PersonId};
use crate::clock::{Limit, Timestamp};
use crate::lists::{self, ListVersions};
use crate::matter::{ConditionId, MatterKey};
use crate::names::names;
use crate::place::{DivisionCode, GridCode, Position};
use crate::routing::{Role, UnitCode, WhistleKind};

/// A row of the log: something that happened, when, and by whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    pub case: CaseId,
    /// Counted from 1 within the case.
    pub version: u32,
    /// When the server learned of it: figures go by this moment.
    pub recorded_at: Timestamp,
    /// When it happened: for facts made without a network the corrected time of the device.
    pub occurred_at: Timestamp,
    pub actor: ActorRef,
    /// 补传: the device's time could not be believed, or came too late to be judged by.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late_upload: bool,
    /// The versions of the lists by which it was decided; none for what follows no list.
    #[serde(default, skip_serializing_if = "ListVersions::is_empty")]
    pub versions: ListVersions,
    #[serde(flatten)]
    pub event: Event,
}

/// A unit as it is called: its deadlines are fixed here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewAssignment {
    pub id: AssignmentId,
    pub unit: UnitCode,
    pub role: Role,
    pub sign_by: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_by: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in_by: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_by: Option<Timestamp>,
    pub return_by: Timestamp,
    /// Unsigned after so many minutes, somebody further up is told each time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder_minutes: Vec<u32>,
}

/// The limit and the closing standard of one step, fixed at registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepPlan {
    pub limit: Limit,
    pub standard: String,
}

names! {
    /// What moved the handling clock.
    pub enum ClockChange {
        /// The first dispatch or whistle of the round, or the next step.
        Started => "started",
        /// A lead was returned or revoked, so that nobody leads; or the case was suspended.
        Paused => "paused",
        /// The same unit leads again, or handling goes on after a failed verification, a veto or a
        /// suspension.
        Resumed => "resumed",
        /// Another unit leads: the full limit again.
        Restarted => "restarted",
        /// The lead finished, or a step was completed.
        Stopped => "stopped",
        /// One more original limit was granted, counted from the start.
        Extended => "extended",
        /// The calendar or the working times were amended.
        Recalculated => "recalculated",
    }
}

/// What happened. Instants inside are UTC microseconds; `None` fields are left out of the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum Event {
    Reported {
        /// Filled in by the log, which alone knows the sequence.
        number: String,
        source: Source,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matter: Option<MatterKey>,
        place: Place,
        centre: DivisionCode,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resident: Option<ResidentRef>,
        /// What the report says about keeping the reporter's identity.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confidential: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external_number: Option<String>,
        /// The department that hands the matter down to the town directly.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handed_down_by: Option<UnitCode>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        safety_call: Option<SafetyCall>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<AttachmentId>,
        /// Filed with a whistle that waits for no desk: it is to be accepted round the clock.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        urgent: bool,
        accept_by: Timestamp,
    },
    Accepted,
    Declined {
        reason: DeclineReason,
        note: String,
    },
    Registered {
        round: u16,
        matter: MatterKey,
        condition: ConditionId,
        steps: Vec<StepPlan>,
        dispatch_by: Timestamp,
        /// Set when an emergency was registered by rule: until then the registrar confirms.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirm_condition_by: Option<Timestamp>,
    },
    /// The registrar looked at the condition that an emergency had been given by rule.
    ConditionConfirmed,
    RegistrationRefused {
        reason: DeclineReason,
        note: String,
    },
    Dispatched {
        assignments: Vec<NewAssignment>,
        note: String,
    },
    WhistleRequested {
        whistle: WhistleId,
        kind: String,
        reason: String,
        wanted: Vec<Called>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approve_by: Option<Timestamp>,
        /// Where and when the blower would meet the units.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        meeting: Option<Meeting>,
        /// The grid of whoever blew, where his post is one of grids.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grid: Option<GridCode>,
        /// The kind as it was when the whistle was blown; absent in rows of the first version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terms: Option<WhistleKind>,
    },
    WhistleApproved {
        whistle: WhistleId,
    },
    WhistleRefused {
        whistle: WhistleId,
        reason: String,
    },
    WhistleWithdrawn {
        whistle: WhistleId,
        reason: String,
    },
    WhistleIssued {
        whistle: WhistleId,
        round: u16,
        meeting: Meeting,
        assignments: Vec<NewAssignment>,
        /// The kind as it was when the units were called, where it had changed since the whistle was blown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terms: Option<WhistleKind>,
    },
    UnitAdded {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        whistle: Option<WhistleId>,
        assignment: NewAssignment,
    },
    /// The handling clock of a step; `deadline` is absent when it stands still.
    HandlingClock {
        change: ClockChange,
        step: usize,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
        /// The deadline reaches past the known calendar.
        #[serde(default)]
        provisional: bool,
        /// When most of the limit is used up and the unit is warned; while the clock runs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warn_at: Option<Timestamp>,
        /// When twice the time granted is used up; while the clock runs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        twice_at: Option<Timestamp>,
    },
    Signed {
        assignment: AssignmentId,
        in_time: bool,
    },
    HandlerAssigned {
        assignment: AssignmentId,
        officers: Vec<String>,
        /// They may finish and push back in the leader's stead.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        may_finish: bool,
    },
    BlowerContacted {
        assignment: AssignmentId,
        in_time: bool,
        note: String,
    },
    ResidentContacted {
        assignment: AssignmentId,
        note: String,
    },
    CheckedIn {
        assignment: AssignmentId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<Position>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        accuracy_m: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        distance_m: Option<u32>,
        on_spot: bool,
        in_time: bool,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<AttachmentId>,
    },
    Left {
        assignment: AssignmentId,
        /// Before finish.
        early: bool,
    },
    ReportedDone {
        assignment: AssignmentId,
        result: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<AttachmentId>,
    },
    PushedBack {
        assignment: AssignmentId,
        reason: String,
    },
    Finished {
        assignment: AssignmentId,
        result: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<AttachmentId>,
        /// Whether it ends the handling: the lead finishes last.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ends_handling: bool,
        /// Until then the blower may answer to the lead's finish.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirm_by: Option<Timestamp>,
    },
    /// The last unit that had to come again is done or let go, and the lead had finished already.
    HandlingEnded {
        /// As with the lead's finish.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirm_by: Option<Timestamp>,
    },
    StepCompleted {
        step: usize,
    },
    ReturnRequested {
        assignment: AssignmentId,
        reason: String,
        legal_basis: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        suggested_unit: Option<UnitCode>,
        decide_by: Timestamp,
    },
    ReturnAccepted {
        assignment: AssignmentId,
        ruling: String,
        /// Who received the return: the actor, absent in rows of the first version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        received_by: Option<PersonId>,
        /// By when somebody else is to be called, where the lead was let off.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dispatch_by: Option<Timestamp>,
    },
    ReturnRefused {
        assignment: AssignmentId,
        ruling: String,
    },
    Excused {
        assignment: AssignmentId,
        reason: String,
    },
    Revoked {
        assignment: AssignmentId,
        reason: String,
        /// By when somebody else is to be called, where nobody leads any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dispatch_by: Option<Timestamp>,
    },
    SolvedConfirmed {
        note: String,
        /// The grid's worker, on the spot: no further verification is needed.
        verified: bool,
    },
    Vetoed {
        reason: String,
        assignments: Vec<AssignmentId>,
    },
    VerificationRequested {
        verify_by: Timestamp,
    },
    Verified {
        passed: bool,
        note: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<AttachmentId>,
        /// Those that have to come again when it failed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        assignments: Vec<AssignmentId>,
    },
    Replied {
        text: String,
    },
    Closed {
        note: String,
        /// Every step and the last finish in time.
        on_time: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        feedback: Option<FeedbackDuty>,
        /// Residents behind merged cases are asked too.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        merged_feedback: Vec<MergedDuty>,
        /// 强制结案: the closing standard is not met; the note says why it is closed all the same.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        forced: bool,
    },
    Scored {
        whistle: WhistleId,
        assignment: AssignmentId,
        response: u8,
        quality: u8,
        note: String,
    },
    Rated {
        feedback: FeedbackId,
        round: u16,
        answer: Answer,
        /// How a caller of the centre asked; absent where the resident answered by his link.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<Channel>,
    },
    /// A caller of the centre did not reach the resident.
    FollowUpMissed {
        feedback: FeedbackId,
        round: u16,
        channel: Channel,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// The asking ended without an answer.
    FeedbackConcluded {
        feedback: FeedbackId,
        round: u16,
        outcome: Unanswered,
        /// What the caller says about it, or the ruling of the centre above.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    UnreasonableRequested {
        feedback: FeedbackId,
        round: u16,
        reason: String,
        /// The division whose centre decides.
        centre: DivisionCode,
    },
    /// The resident is asked all the same.
    UnreasonableRefused {
        feedback: FeedbackId,
        round: u16,
        ruling: String,
    },
    Reopened {
        reason: String,
        round: u16,
        condition: ConditionId,
        steps: Vec<StepPlan>,
        dispatch_by: Timestamp,
    },
    Voided {
        reason: String,
    },
    Commented {
        text: String,
        public: bool,
    },
    Attached {
        attachments: Vec<AttachmentId>,
    },
    /// The registrar wants somebody to look before he decides; the acceptance clock stands still.
    ConfirmationRequested {
        note: String,
        confirm_by: Timestamp,
    },
    /// What was found on the spot; the registrar decides by `accept_by`.
    Confirmed {
        valid: bool,
        note: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<AttachmentId>,
        accept_by: Timestamp,
    },
    /// The registration is taken back: the round ends without having counted.
    SentBack {
        reason: String,
    },
    ReopeningRequested {
        reason: String,
    },
    ReopeningRefused {
        reason: String,
    },
    /// An officer's answer to the resident, which waits for his leader's consent.
    ReplyDrafted {
        text: String,
    },
    /// Somebody works on the case; others in the same post are kept off until then.
    Claimed {
        until: Timestamp,
    },
    Released,
    /// 即办: the grid worker settled it himself; it is closed without a round.
    SelfHandled {
        matter: MatterKey,
        condition: ConditionId,
        before: Vec<AttachmentId>,
        after: Vec<AttachmentId>,
        note: String,
    },
    /// What the worker settled himself was not: it is to be registered after all.
    ReopenedToAccepted {
        reason: String,
    },
    /// 并案: it goes on as part of another case.
    Merged {
        into: CaseId,
        number: String,
        note: String,
    },
    /// Another case goes on as part of this one.
    Absorbed {
        merged: CaseId,
        number: String,
        filed_by: ActorRef,
        /// Whether a resident is behind it, who is asked with this case's own.
        resident: bool,
    },
    /// The case of which it became a part became part of another itself.
    MergeMoved {
        into: CaseId,
        number: String,
    },
    /// The case of which it became a part has ended.
    TargetEnded {
        stage: Stage,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply: Option<String>,
        /// The duty to ask the resident behind this case, in that case's round.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        feedback: Option<MergedDuty>,
    },
    /// The resident behind this case was asked about the one of which it became a part, and need not be any more.
    AskedNoMore {
        feedback: FeedbackId,
        round: u16,
    },
    /// 关联: they have to do with each other.
    Linked {
        other: CaseId,
        number: String,
        note: String,
    },
    ExtensionRequested {
        reason: String,
        decide_by: Timestamp,
    },
    ExtensionGranted {
        ruling: String,
    },
    ExtensionRefused {
        ruling: String,
    },
    SuspensionRequested {
        reason: SuspensionReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_number: Option<String>,
        resume_at: Timestamp,
        note: String,
        decide_by: Timestamp,
    },
    SuspensionGranted {
        ruling: String,
    },
    SuspensionRefused {
        ruling: String,
    },
    /// Handling goes on: by hand, or by the system when the day has come.
    Resumed {
        note: String,
    },
    Supervised {
        number: u16,
        kind: SupervisionKind,
        division: DivisionCode,
        note: String,
        answer_by: Timestamp,
    },
    SupervisionAnswered {
        number: u16,
        text: String,
    },
    /// The centre above is told of an emergency and may act for the town (代派); the case stays where it is.
    CountyCalled {
        /// The round in which it holds: the one that runs, or that the registration begins.
        round: u16,
        division: DivisionCode,
        cause: ActingCause,
    },
    /// A clock came to a mark: those concerned are told, and nothing moves.
    Reminded {
        clock: ClockRef,
        mark: Mark,
        due_at: Timestamp,
    },
    /// A called unit has not signed for long: somebody further up is told.
    LeftUnsigned {
        assignment: AssignmentId,
        rung: Rung,
    },
    /// An amended calendar, or amended working times, moved deadlines that were open. That of the handling clock moves
    /// with the `handling_clock` before it.
    DeadlinesMoved {
        deadlines: Vec<MovedDeadline>,
    },
    /// The time in which the resident could answer is over.
    FeedbackExpired {
        feedback: FeedbackId,
        round: u16,
    },
    /// 升级: the centre above has the case.
    Escalated(Handover),
    /// 下派: a centre below has it.
    Delegated(Handover),
    RulingRequested {
        number: u16,
        reason: String,
        /// The division whose centre rules.
        centre: DivisionCode,
        rule_by: Timestamp,
    },
    /// The centre above says who is responsible.
    Ruled {
        number: u16,
        lead: UnitCode,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        assists: Vec<UnitCode>,
        ruling: String,
    },
    Appealed {
        round: u16,
        reason: String,
        /// The division whose centre decides.
        centre: DivisionCode,
    },
    /// The round stands in no figure from now on; its lateness stays a fact.
    AppealAccepted {
        ruling: String,
    },
    AppealRefused {
        ruling: String,
    },
    /// 网格归属变更: by boundaries that were changed meanwhile the place lies in another grid. Number, history and clocks
    /// stay.
    Rehomed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<GridCode>,
        to: GridCode,
        /// Where the grid lies under other centres than before: which stands in the place of which.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        centres: Vec<Succeeded>,
    },
    /// Something behind a unit's order has lapsed: the centre is told, and nothing moves.
    Lapsed {
        assignment: AssignmentId,
        unit: UnitCode,
        ground: Ground,
    },
    /// It stands again.
    LapseEnded {
        assignment: AssignmentId,
        ground: Ground,
    },
    /// 准入拒收: the town refuses what a department hands down without being admitted to. What becomes of the case has
    /// its own event.
    AdmissionRefused {
        department: UnitCode,
        /// The day of this moment counts.
        handed_down_at: Timestamp,
        note: String,
    },
}

/// A deadline that is another by an amended calendar.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedDeadline {
    pub clock: ClockRef,
    pub was_due_at: Timestamp,
    /// The same where the deadline was provisional and is certain now.
    pub due_at: Timestamp,
    /// It reaches past the known calendar still.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

/// Another centre gets the case. One of the two moments is given; neither, where the centre above let the case stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The division whose centre has the case from now on.
    pub to: DivisionCode,
    pub reason: String,
    /// The centre above has decided: it stays there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
    /// Not registered: the centre decides by then whether to take it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_by: Option<Timestamp>,
    /// Registered: the centre calls somebody by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch_by: Option<Timestamp>,
}

/// The resident is to be asked about the closed round until `expires_at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackDuty {
    pub id: FeedbackId,
    pub expires_at: Timestamp,
}

/// The resident behind a merged case is to be asked about the round of the case it became part of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedDuty {
    pub id: FeedbackId,
    /// The merged case.
    pub merged: CaseId,
    pub round: u16,
    pub expires_at: Timestamp,
}

impl Event {
    /// The lists by which it is decided.
    pub const fn lists(&self) -> &'static [&'static str] {
        match self {
            Self::Registered { .. } | Self::Reopened { .. } => lists::OF_REGISTRATION,
            Self::Dispatched { .. } | Self::WhistleIssued { .. } | Self::UnitAdded { .. } => {
                lists::OF_CALLS
            }
            Self::AdmissionRefused { .. } => lists::OF_ADMISSIONS,
            Self::Lapsed { .. } => lists::OF_POWERS,
            Self::HandlingClock { .. } | Self::DeadlinesMoved { .. } => lists::OF_CLOCKS,
            _ => &[],
        }
    }

    /// The published name of what happened.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Reported { .. } => "reported",
            Self::Accepted => "accepted",
            Self::Declined { .. } => "declined",
            Self::Registered { .. } => "registered",
            Self::ConditionConfirmed => "condition_confirmed",
            Self::RegistrationRefused { .. } => "registration_refused",
            Self::Dispatched { .. } => "dispatched",
            Self::WhistleRequested { .. } => "whistle_requested",
            Self::WhistleApproved { .. } => "whistle_approved",
            Self::WhistleRefused { .. } => "whistle_refused",
            Self::WhistleWithdrawn { .. } => "whistle_withdrawn",
            Self::WhistleIssued { .. } => "whistle_issued",
            Self::UnitAdded { .. } => "unit_added",
            Self::HandlingClock { .. } => "handling_clock",
            Self::Signed { .. } => "signed",
            Self::HandlerAssigned { .. } => "handler_assigned",
            Self::BlowerContacted { .. } => "blower_contacted",
            Self::ResidentContacted { .. } => "resident_contacted",
            Self::CheckedIn { .. } => "checked_in",
            Self::Left { .. } => "left",
            Self::ReportedDone { .. } => "reported_done",
            Self::PushedBack { .. } => "pushed_back",
            Self::Finished { .. } => "finished",
            Self::HandlingEnded { .. } => "handling_ended",
            Self::StepCompleted { .. } => "step_completed",
            Self::ReturnRequested { .. } => "return_requested",
            Self::ReturnAccepted { .. } => "return_accepted",
            Self::ReturnRefused { .. } => "return_refused",
            Self::Excused { .. } => "excused",
            Self::Revoked { .. } => "revoked",
            Self::SolvedConfirmed { .. } => "solved_confirmed",
            Self::Vetoed { .. } => "vetoed",
            Self::VerificationRequested { .. } => "verification_requested",
            Self::Verified { .. } => "verified",
            Self::Replied { .. } => "replied",
            Self::Closed { .. } => "closed",
            Self::Scored { .. } => "scored",
            Self::Rated { .. } => "rated",
            Self::FollowUpMissed { .. } => "follow_up_missed",
            Self::FeedbackConcluded { .. } => "feedback_concluded",
            Self::UnreasonableRequested { .. } => "unreasonable_requested",
            Self::UnreasonableRefused { .. } => "unreasonable_refused",
            Self::Reopened { .. } => "reopened",
            Self::Voided { .. } => "voided",
            Self::Commented { .. } => "commented",
            Self::Attached { .. } => "attached",
            Self::ConfirmationRequested { .. } => "confirmation_requested",
            Self::Confirmed { .. } => "confirmed",
            Self::SentBack { .. } => "sent_back",
            Self::ReopeningRequested { .. } => "reopening_requested",
            Self::ReopeningRefused { .. } => "reopening_refused",
            Self::ReplyDrafted { .. } => "reply_drafted",
            Self::Claimed { .. } => "claimed",
            Self::Released => "released",
            Self::SelfHandled { .. } => "self_handled",
            Self::ReopenedToAccepted { .. } => "reopened_to_accepted",
            Self::Merged { .. } => "merged",
            Self::Absorbed { .. } => "absorbed",
            Self::MergeMoved { .. } => "merge_moved",
            Self::TargetEnded { .. } => "target_ended",
            Self::AskedNoMore { .. } => "asked_no_more",
            Self::Linked { .. } => "linked",
            Self::ExtensionRequested { .. } => "extension_requested",
            Self::ExtensionGranted { .. } => "extension_granted",
            Self::ExtensionRefused { .. } => "extension_refused",
            Self::SuspensionRequested { .. } => "suspension_requested",
            Self::SuspensionGranted { .. } => "suspension_granted",
            Self::SuspensionRefused { .. } => "suspension_refused",
            Self::Resumed { .. } => "resumed",
            Self::Supervised { .. } => "supervised",
            Self::SupervisionAnswered { .. } => "supervision_answered",
            Self::CountyCalled { .. } => "county_called",
            Self::Reminded { .. } => "reminded",
            Self::LeftUnsigned { .. } => "left_unsigned",
            Self::DeadlinesMoved { .. } => "deadlines_moved",
            Self::FeedbackExpired { .. } => "feedback_expired",
            Self::Escalated(_) => "escalated",
            Self::Delegated(_) => "delegated",
            Self::RulingRequested { .. } => "ruling_requested",
            Self::Ruled { .. } => "ruled",
            Self::Appealed { .. } => "appealed",
            Self::AppealAccepted { .. } => "appeal_accepted",
            Self::AppealRefused { .. } => "appeal_refused",
            Self::AdmissionRefused { .. } => "admission_refused",
            Self::Rehomed { .. } => "rehomed",
            Self::Lapsed { .. } => "lapsed",
            Self::LapseEnded { .. } => "lapse_ended",
        }
    }
}
