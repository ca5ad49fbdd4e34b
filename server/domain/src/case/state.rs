//! A case as it stands: what the log of its events adds up to.

use serde::{Deserialize, Serialize};

use super::admission::AdmissionRefusal;
use super::appeal::Appeal;
use super::decide::ActingCause;
use super::extension::ExtensionRequest;
use super::feedback::{Feedback, MergedFeedback};
use super::id::{AssignmentId, AttachmentId, CaseId, WhistleId};
use super::lapse::ToldLapse;
use super::moment::Told;
use super::ruling::Dispute;
use super::stage::{AssignmentStage, Source, Stage, WhistleStage};
use super::supervision::Supervision;
use super::suspension::Suspension;
use super::transfer::{Succeeded, Transfer};
use crate::access::{ActorRef, PersonId, Subject};
use crate::clock::{ClockFacts, Deadline, Limit, Timestamp};
use crate::lists::ListVersions;
use crate::matter::{ConditionId, MatterKey};
use crate::names::names;
use crate::place::{Crs, DivisionCode, GridCode, Position};
use crate::routing::{Role, UnitCode, WhistleKind};

/// What a report becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    /// County code (6) + yyyymmdd + sequence (6), never changed.
    pub number: String,
    /// How many events have happened to it.
    pub version: u32,
    pub stage: Stage,
    pub source: Source,
    pub text: String,
    pub matter: Option<MatterKey>,
    pub place: Place,
    /// The town (or county, city) whose command centre has the case.
    pub centre: DivisionCode,
    pub filed_by: ActorRef,
    pub resident: Option<ResidentRef>,
    /// What the report says about keeping the reporter's identity; its matter decides where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidential: Option<bool>,
    /// The number of another system, such as a 12345 work order; unique per source.
    pub external_number: Option<String>,
    /// Which of 110, 119, 120 was called first, and when, where there was danger.
    pub safety_call: Option<SafetyCall>,
    pub reported_at: Timestamp,
    pub updated_at: Timestamp,
    pub rounds: Vec<Round>,
    pub whistles: Vec<Whistle>,
    pub assignments: Vec<Assignment>,
    pub attachments: Vec<AttachmentId>,
    /// The clocks of the centre and of the verifiers.
    pub inner_clocks: Vec<InnerClock>,
    /// Filed with a whistle that waits for no desk.
    #[serde(default)]
    pub urgent: bool,
    /// An emergency was registered by rule: the registrar still has to confirm the condition.
    pub condition_to_confirm: bool,
    /// The answer given to the resident.
    pub reply: Option<String>,
    /// When it was declared void. Figures of earlier periods still count it.
    pub voided_at: Option<Timestamp>,
    #[serde(default)]
    pub supervisions: Vec<Supervision>,
    /// The look at the spot before acceptance, where one was asked for (核实).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Confirmation>,
    /// An officer's answer to the resident that waits for his leader's consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_draft: Option<ReplyDraft>,
    /// The last request to reopen the closed case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopening: Option<ReopeningRequest>,
    /// Who works on it (认领).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// How a grid worker settled it himself (即办).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_handled: Option<SelfHandled>,
    /// The case of which it became a part (并案).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<MergedInto>,
    /// The cases that became part of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absorbed: Vec<Absorbed>,
    /// The centre above may act for the town, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub county_called: Option<CountyCalled>,
    /// The cases that have to do with it (关联).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// How many events have come since somebody last moved something: reminders, which no decision need have seen.
    #[serde(default, skip_serializing_if = "is_none_yet")]
    pub reminders: u32,
    /// Its ways from centre to centre, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
    /// Which centres succeeded to which others in what they had of it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successions: Vec<Succeeded>,
    /// Who is responsible: what was put before the centre above, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<Dispute>,
    /// The appeal against lateness; one a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal: Option<Appeal>,
    /// The department that hands the matter down to the town directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_down_by: Option<UnitCode>,
    /// What has lapsed behind orders, as it was told to the centre, and has not been mended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told_lapses: Vec<ToldLapse>,
    /// The town's refusal of what a department handed down; one a case, since it goes back or ends with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admission_refusal: Option<Box<AdmissionRefusal>>,
}

/// The centre above was told of an emergency and may act for the town.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountyCalled {
    pub at: Timestamp,
    pub division: DivisionCode,
    pub cause: ActingCause,
    /// The round in which it holds: the one that runs, or that the registration begins.
    pub round: u16,
}

/// What a grid worker settled himself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfHandled {
    pub at: Timestamp,
    pub condition: ConditionId,
    pub before: Vec<AttachmentId>,
    pub after: Vec<AttachmentId>,
    pub note: String,
    /// When it turned out not to be settled.
    pub reopened_at: Option<Timestamp>,
}

/// Where a merged case goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedInto {
    pub case: CaseId,
    pub number: String,
    pub at: Timestamp,
    /// How that case ended, last.
    pub end: Option<TargetEnd>,
}

/// The end of the case of which another became a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetEnd {
    pub at: Timestamp,
    pub stage: Stage,
    pub reply: Option<String>,
    /// The round about which the resident is asked, and until when.
    pub asked: Option<(u16, Timestamp)>,
}

/// A case that became part of this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absorbed {
    pub case: CaseId,
    pub number: String,
    pub filed_by: ActorRef,
    /// Whether a resident is behind it.
    pub resident: bool,
}

/// A case that has to do with this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub case: CaseId,
    pub number: String,
}

/// A look at the spot before the case is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    pub requested_at: Timestamp,
    /// By when somebody should have looked; afterwards the registrar waits no longer.
    pub confirm_by: Timestamp,
    /// Absent until somebody has looked.
    pub finding: Option<Finding>,
}

/// What somebody saw on the spot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub at: Timestamp,
    pub by: ActorRef,
    pub valid: bool,
    pub note: String,
}

/// An answer to the resident that an officer wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyDraft {
    pub by: ActorRef,
    pub text: String,
}

/// The wish to have a closed case handled once more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopeningRequest {
    pub at: Timestamp,
    pub by: ActorRef,
    pub reason: String,
    /// Why it was refused; absent while undecided.
    pub refusal: Option<String>,
}

/// Somebody's work on the case, which keeps others in the same post off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub by: ActorRef,
    pub at: Timestamp,
    /// The first moment at which it holds no more.
    pub until: Timestamp,
}

/// Where something happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Absent when only a grid was named.
    pub position: Option<Position>,
    /// As the reporter's device gave it: system, longitude, latitude.
    pub original: Option<OriginalPosition>,
    pub accuracy_m: Option<f64>,
    pub grid: Option<GridCode>,
    pub village: Option<DivisionCode>,
    pub address: Option<String>,
}

impl Place {
    /// Whether it lies in no grid that we know.
    pub const fn is_unlocated(&self) -> bool {
        self.grid.is_none()
    }
}

/// A position as it was delivered, before it was brought to WGS 84.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OriginalPosition {
    pub crs: Crs,
    pub lon: f64,
    pub lat: f64,
}

/// The resident behind a report. Name and telephone are kept apart from the log, so that they can
/// be erased; the log holds what a mask leaves of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidentRef {
    /// Masked, such as 张**.
    pub name: String,
    /// Masked, such as 138****1234.
    pub telephone: String,
}

/// An emergency call made before filing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyCall {
    /// "110", "119" or "120".
    pub number: String,
    pub at: Timestamp,
}

names! {
    /// The clocks beside the handling clock.
    pub enum InnerClockName {
        Accept => "accept",
        Dispatch => "dispatch",
        Approve => "approve",
        DecideReturn => "decide_return",
        ConfirmCondition => "confirm_condition",
        ConfirmSolved => "confirm_solved",
        Verify => "verify",
        Confirm => "confirm",
        DecideExtension => "decide_extension",
        DecideSuspension => "decide_suspension",
        AnswerSupervision => "answer_supervision",
        Rule => "rule",
    }
}

/// A clock of the centre, of the blower or of the verifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InnerClock {
    pub name: InnerClockName,
    pub started_at: Timestamp,
    pub due: Timestamp,
    pub stopped_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// One step of the handling: its limit and the clock that runs against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepState {
    pub limit: Limit,
    pub standard: String,
    /// Absent until the step begins.
    pub clock: Option<ClockFacts>,
    /// Absent until the step begins and while its clock is paused.
    pub deadline: Option<Deadline>,
    /// When most of the limit is used up; absent while the clock does not run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_at: Option<Timestamp>,
    /// When twice the time granted is used up; absent while the clock does not run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twice_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// The time from registration, or reopening, to closing (轮次).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// Counted from 1.
    pub number: u16,
    pub condition: ConditionId,
    pub registered_at: Timestamp,
    pub steps: Vec<StepState>,
    /// Index of the step that is being worked on.
    pub step: usize,
    /// The first dispatch or whistle, when the handling clock starts.
    pub issued_at: Option<Timestamp>,
    /// The lead units' last `finish`; absent again after a failed verification or veto.
    pub finished_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    /// Every step and the last finish on time; known at closing.
    pub on_time: Option<bool>,
    /// Who dispatched in this round: may not verify.
    pub dispatched_by: Vec<PersonId>,
    pub failed_verifications: Vec<Timestamp>,
    pub vetoes: Vec<Timestamp>,
    pub extensions: Vec<Timestamp>,
    pub accepted_returns: Vec<Timestamp>,
    /// The unit that leads now, or led last.
    pub lead: Option<UnitCode>,
    /// How the deadline came and went: at each moment the deadline valid from then on, absent
    /// while paused. What a figure "as of" an earlier moment needs.
    pub deadlines: Vec<(Timestamp, Option<Timestamp>)>,
    /// How finish came and went, likewise.
    pub finishes: Vec<(Timestamp, Option<Timestamp>)>,
    /// Who led from when.
    pub leads: Vec<(Timestamp, UnitCode)>,
    pub feedback: Option<Feedback>,
    /// The last wish for more time.
    #[serde(default)]
    pub extension_request: Option<ExtensionRequest>,
    /// The last wish to wait, or the one that was granted.
    #[serde(default)]
    pub suspension: Option<Suspension>,
    /// What the residents behind merged cases are asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged_feedback: Vec<MergedFeedback>,
    /// When the registration was taken back; the next registration has the same number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_back_at: Option<Timestamp>,
    /// The versions of the lists by which it was registered and its units were called, last.
    #[serde(default, skip_serializing_if = "ListVersions::is_empty")]
    pub versions: ListVersions,
    /// Another centre has the case and has called nobody yet: its first call resumes the clock, whoever is called.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub handed_over: bool,
    /// How many of the case's assignments were made before the centre had it that has it now.
    #[serde(default, skip_serializing_if = "is_first")]
    pub calls_from: usize,
    /// When an appeal took it out of the figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempted_at: Option<Timestamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_first(n: &usize) -> bool {
    *n == 0
}

impl Round {
    /// The clock of the step that is being worked on.
    pub fn clock(&self) -> Option<&ClockFacts> {
        self.steps.get(self.step).and_then(|s| s.clock.as_ref())
    }

    /// The deadline of the step that is being worked on; absent before issue and while paused.
    pub fn deadline(&self) -> Option<Deadline> {
        self.steps.get(self.step).and_then(|s| s.deadline)
    }

    /// Whether the handling clock stands still: somebody new is sought, or the case is suspended.
    pub fn is_paused(&self) -> bool {
        self.clock().is_some_and(ClockFacts::is_paused)
    }
}

/// A call to the scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Whistle {
    pub id: WhistleId,
    pub kind: String,
    pub stage: WhistleStage,
    pub blown_by: ActorRef,
    pub reason: String,
    /// Whom the blower would like to see.
    pub wanted: Vec<Called>,
    pub requested_at: Timestamp,
    pub approved_by: Option<ActorRef>,
    pub refusal: Option<String>,
    pub issued_at: Option<Timestamp>,
    /// Where and when the units meet; until they are called, as the blower would have it.
    pub meeting: Option<Meeting>,
    pub scores: Vec<Score>,
    /// The round in which it was issued.
    pub round: u16,
    /// When somebody refused it or took it back; absent where it ended with its case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The grid of whoever blew, where his post is one of grids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<GridCode>,
    /// The kind as it was when the units were called, before that when it was blown: later changes of the configuration
    /// do not touch it. Absent where the log is older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<WhistleKind>,
}

/// A unit and the part that it is to play.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    pub unit: UnitCode,
    pub role: Role,
}

/// Where and when the called units meet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meeting {
    pub position: Option<Position>,
    pub address: Option<String>,
    pub at: Option<Timestamp>,
}

impl Meeting {
    /// Whether it says nothing.
    pub const fn is_empty(&self) -> bool {
        self.position.is_none() && self.address.is_none() && self.at.is_none()
    }

    /// Whether it says both where and when.
    pub const fn is_complete(&self) -> bool {
        (self.position.is_some() || self.address.is_some()) && self.at.is_some()
    }

    /// What this says, and for the rest what was said before. A place counts as one: another address does not keep
    /// the old point.
    #[must_use]
    pub fn or(&self, before: &Self) -> Self {
        let says_where = self.position.is_some() || self.address.is_some();
        let same_place = self.position.is_none() && self.address == before.address;
        let (position, address) = if says_where && !same_place {
            (self.position, self.address.clone())
        } else {
            (before.position, before.address.clone())
        };
        Self {
            position,
            address,
            at: self.at.or(before.at),
        }
    }
}

/// The blower's judgement of a called unit, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    pub assignment: AssignmentId,
    /// 1–5
    pub response: u8,
    /// 1–5
    pub quality: u8,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A called unit's part in the case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    pub id: AssignmentId,
    /// How many events have touched it.
    pub version: u32,
    /// Absent for a plain dispatch.
    pub whistle: Option<WhistleId>,
    pub round: u16,
    pub unit: UnitCode,
    pub role: Role,
    pub stage: AssignmentStage,
    pub issued_at: Timestamp,
    pub issued_by: ActorRef,
    pub sign: Milestone,
    /// Absent for a plain dispatch.
    pub contact: Option<Milestone>,
    /// Absent for a plain dispatch.
    pub check_in: Option<Milestone>,
    /// Its own limit to finish; otherwise the handling deadline holds.
    pub finish_by: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_told: Option<Told>,
    /// Unsigned after so many minutes, somebody further up is told each time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder_minutes: Vec<u32>,
    /// How many of those were told.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rungs: u8,
    /// Where the check-in was made.
    pub arrival: Option<Arrival>,
    pub resident_contacted_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
    pub reported_done_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// Counted from 1; one more after each failed verification or veto.
    pub attempt: u16,
    pub officers: Vec<String>,
    /// The named officers may finish and push back in the leader's stead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub officers_may_finish: bool,
    pub result: Option<String>,
    /// The last moment at which a return may be asked for.
    pub return_by: Timestamp,
    pub return_request: Option<ReturnRequest>,
    /// Why it was returned, revoked or excused.
    pub let_go: Option<LetGo>,
}

/// Something a called unit has to reach in time.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    pub due: Timestamp,
    pub reached_at: Option<Timestamp>,
    /// Judged when it was reached, never changed.
    pub in_time: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// Where somebody reported to the scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arrival {
    pub position: Option<Position>,
    pub accuracy_m: Option<f64>,
    /// Whole metres to the case or the meeting point.
    pub distance_m: Option<u32>,
    pub on_spot: bool,
}

/// "Not ours".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnRequest {
    pub at: Timestamp,
    pub reason: String,
    pub legal_basis: String,
    pub suggested_unit: Option<UnitCode>,
    /// Absent while the dispatcher has not decided.
    pub accepted: Option<bool>,
    /// Who accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_by: Option<PersonId>,
    pub ruling: Option<String>,
}

/// Why and when a unit was let go without finishing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetGo {
    pub at: Timestamp,
    pub reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_zero(rungs: &u8) -> bool {
    *rungs == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_none_yet(reminders: &u32) -> bool {
    *reminders == 0
}

impl Case {
    /// Whether a decision taken on that version was taken on the case as it stands: nothing but reminders has come
    /// since.
    pub const fn stands_as_at(&self, version: u32) -> bool {
        version <= self.version && self.version - version <= self.reminders
    }

    /// The round that runs, or ran last; none while a registration that was taken back has not been
    /// renewed.
    pub fn round(&self) -> Option<&Round> {
        self.rounds.last().filter(|r| r.sent_back_at.is_none())
    }

    /// The number that the next registration gives its round.
    pub fn next_round(&self) -> u16 {
        let last = self.rounds.iter().rfind(|r| r.sent_back_at.is_none());
        last.map_or(0, |r| r.number) + 1
    }

    /// Who keeps others off at that moment.
    pub fn claimed(&self, now: Timestamp) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| now < claim.until)
    }

    /// Whether a resident waits for an answer, behind this case or one that became part of it.
    pub fn owes_a_reply(&self) -> bool {
        let waits = self.resident.is_some() || self.absorbed.iter().any(|part| part.resident);
        waits && self.reply.is_none()
    }

    /// Whether somebody waits for the decision about reopening.
    pub fn is_reopening_asked_for(&self) -> bool {
        self.reopening.as_ref().is_some_and(|r| r.refusal.is_none())
    }

    pub fn assignment(&self, id: AssignmentId) -> Option<&Assignment> {
        self.assignments.iter().find(|a| a.id == id)
    }

    pub fn whistle(&self, id: WhistleId) -> Option<&Whistle> {
        self.whistles.iter().find(|w| w.id == id)
    }

    /// The assignments of the round that runs.
    pub fn current_assignments(&self) -> impl Iterator<Item = &Assignment> {
        let round = self.round().map(|r| r.number);
        self.assignments
            .iter()
            .filter(move |a| Some(a.round) == round)
    }

    /// The assignment of the unit that was called last to lead, unless it was let go or had finished for a centre that
    /// had the case before.
    pub fn lead(&self) -> Option<&Assignment> {
        self.called_by_the_owner()
            .filter(|a| a.role == Role::Lead)
            .last()
            .filter(|a| !a.stage.is_let_go())
    }

    /// Whether nobody is at work any more on what the lead has finished.
    pub fn is_done(&self) -> bool {
        let lead_finished = self
            .lead()
            .is_some_and(|lead| lead.stage == AssignmentStage::Finished);
        lead_finished && self.current_assignments().all(|a| !a.stage.is_open())
    }

    /// The assignments of the round that runs, without those of centres that had the case before.
    pub fn called_by_the_owner(&self) -> impl Iterator<Item = &Assignment> {
        let round = self.round();
        let from = round.map_or(0, |r| r.calls_from);
        let number = round.map(|r| r.number);
        self.assignments
            .iter()
            .skip(from)
            .filter(move |a| Some(a.round) == number)
    }

    /// Whistles that were issued in the round that runs and not taken back.
    pub fn issued_whistles(&self) -> impl Iterator<Item = &Whistle> {
        let round = self.round().map(|r| r.number);
        self.whistles.iter().filter(move |w| {
            Some(w.round) == round
                && matches!(
                    w.stage,
                    WhistleStage::Issued
                        | WhistleStage::OnScene
                        | WhistleStage::Finished
                        | WhistleStage::Scored
                )
        })
    }

    /// Whether the handling deadline has passed without a finish in time.
    ///
    /// Derived, never stored: it depends on the moment of asking.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.round().is_some_and(|r| {
            r.closed_at.is_none()
                && !self.stage.is_end()
                && r.deadline()
                    .is_some_and(|d| d.at < r.finished_at.unwrap_or(now))
        })
    }

    /// The parts on which sight depends.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            centre: self.ground(),
            village: self.place.village,
            grid: self.place.grid,
            filed_by: self.filed_by.person,
            blown_by: self
                .whistles
                .iter()
                .filter_map(|w| w.blown_by.person)
                .collect(),
            units: self.assignments.iter().map(|a| &a.unit).collect(),
            verifying: self.stage == Stage::Verifying,
        }
    }
}
