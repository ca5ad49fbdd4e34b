//! What can be asked of a case and of a called unit, as JSON: one object an action, told apart by
//! the field `action`.

use gridwhistle_domain::case::{self, Action, AssignmentId, AttachmentId, CaseId, WhistleId};
use gridwhistle_domain::clock::{Date, Timestamp};
use gridwhistle_domain::matter::{ConditionId, MatterKey};
use gridwhistle_domain::place::{Crs as DomainCrs, Position, to_wgs84};
use gridwhistle_domain::routing::UnitCode;
use poem_openapi::{Object, Union};
use uuid::Uuid;

use super::asking::{DecideUnreasonable, FollowUp, RequestUnreasonable};
use super::names::{Crs, DeclineReason, Role, SupervisionKind, SuspensionReason};
use super::{When, moment};
use crate::messages::Message;
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};

/// The document tells actions apart by the type of their fields: each has one of its own, also
/// where several have the same fields.
macro_rules! alike {
    ($($(#[$meta:meta])* $name:ident;)+ => $fields:tt) => {
        $($(#[$meta])* #[derive(Debug, Clone, Object)] pub struct $name $fields)+
    };
}

alike! {
    /// Take it on.
    Accept;
    /// The condition given by rule is right.
    ConfirmCondition;
    /// The standard of the step is met; the next one begins.
    CompleteStep;
    /// Somebody shall look.
    RequestVerification;
    /// The unit leader consents to what his officer wrote.
    ConsentReply;
    /// I work on it: others in my post are kept off for a while.
    Claim;
    /// I work on it no more.
    Release;
    => {}
}

alike! {
    /// Not taken on: a reason from the list, and a note.
    Decline;
    /// Not registered: a reason from the list, and a note.
    RefuseRegistration;
    => {
        pub reason: DeclineReason,
        #[oai(default, validator(max_length = 500))]
        pub note: String,
    }
}

/// Matter and condition: they fix the limits.
#[derive(Debug, Clone, Object)]
pub struct Register {
    /// Kind and code, such as `event-06010`.
    #[oai(validator(max_length = 20))]
    pub matter: String,
    /// Identity of one of the matter's conditions, such as `event-06010/1`.
    #[oai(validator(max_length = 40))]
    pub condition: String,
}

/// A unit and its part.
#[derive(Debug, Clone, Object)]
pub struct Called {
    /// Code of the unit.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub unit: String,
    pub role: Role,
}

/// The plain order to units; exactly one leads.
#[derive(Debug, Clone, Object)]
pub struct Dispatch {
    #[oai(validator(min_items = 1, max_items = 20))]
    pub units: Vec<Called>,
    #[oai(default, validator(max_length = 500))]
    pub note: String,
}

/// A point.
#[derive(Debug, Clone, Object)]
pub struct Point {
    #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
    pub lon: f64,
    #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
    pub lat: f64,
    /// `wgs84` unless said otherwise.
    pub crs: Option<Crs>,
}

/// Where and when the called units meet.
#[derive(Debug, Clone, Object)]
pub struct Meeting {
    pub at: Option<When>,
    pub point: Option<Point>,
    #[oai(validator(max_length = 200))]
    pub address: Option<String>,
}

/// Blow the whistle.
#[derive(Debug, Clone, Object)]
pub struct WhistleRequest {
    /// Identity of a kind, such as `daily` or `emergency`.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub kind: String,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
    /// Whom the blower would like to see; an emergency calls those of the duties when left out.
    #[oai(default, validator(max_items = 20))]
    pub wanted: Vec<Called>,
    /// The condition of an emergency; otherwise the matter's first emergency condition.
    #[oai(validator(max_length = 40))]
    pub condition: Option<String>,
    pub meeting: Option<Meeting>,
    /// When it happened by the device's clock, where there was no network.
    pub occurred_at: Option<When>,
}

/// The whistle may be issued.
#[derive(Debug, Clone, Object)]
pub struct ApproveWhistle {
    pub whistle_id: Uuid,
}

alike! {
    /// The whistle is not approved.
    RefuseWhistle;
    /// The whistle is taken back before it is issued.
    WithdrawWhistle;
    => {
        pub whistle_id: Uuid,
        #[oai(validator(min_length = 1, max_length = 500))]
        pub reason: String,
    }
}

/// Call the units; exactly one leads.
#[derive(Debug, Clone, Object)]
pub struct IssueWhistle {
    pub whistle_id: Uuid,
    #[oai(validator(min_items = 1, max_items = 20))]
    pub units: Vec<Called>,
    pub meeting: Option<Meeting>,
}

/// One unit more.
#[derive(Debug, Clone, Object)]
pub struct AddUnit {
    pub whistle_id: Uuid,
    #[oai(validator(min_length = 1, max_length = 64))]
    pub unit: String,
    pub role: Role,
}

/// Solved, says the blower.
#[derive(Debug, Clone, Object)]
pub struct ConfirmSolved {
    /// Where he says it; on the spot, the grid's worker needs no further verification.
    pub point: Option<Point>,
    #[oai(default, validator(max_length = 500))]
    pub note: String,
    pub occurred_at: Option<When>,
}

/// Not solved, says the blower.
#[derive(Debug, Clone, Object)]
pub struct Veto {
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
    /// Who has to come again; the lead, where nobody is named.
    #[oai(default, validator(max_items = 20))]
    pub assignments: Vec<Uuid>,
}

/// What the verifier found.
#[derive(Debug, Clone, Object)]
pub struct Verify {
    pub passed: bool,
    #[oai(default, validator(max_length = 500))]
    pub note: String,
    #[oai(default, validator(max_items = 9))]
    pub attachments: Vec<Uuid>,
    /// Who has to come again when it failed; the lead, where nobody is named.
    #[oai(default, validator(max_items = 20))]
    pub assignments: Vec<Uuid>,
}

/// The answer to the resident: a unit leader's stands, an officer's waits for his leader's consent.
#[derive(Debug, Clone, Object)]
pub struct Reply {
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub text: String,
}

/// The closing standard is ticked.
#[derive(Debug, Clone, Object)]
pub struct Close {
    pub standard_met: bool,
    #[oai(default, validator(max_length = 500))]
    pub note: String,
}

/// The blower's judgement of one called unit, never changed.
#[derive(Debug, Clone, Object)]
pub struct GiveScore {
    pub whistle_id: Uuid,
    pub assignment_id: Uuid,
    #[oai(validator(minimum(value = "1"), maximum(value = "5")))]
    pub response: u8,
    #[oai(validator(minimum(value = "1"), maximum(value = "5")))]
    pub quality: u8,
    #[oai(default, validator(max_length = 500))]
    pub note: String,
}

alike! {
    /// A new round with the full limit.
    Reopen;
    /// It should never have been.
    Void;
    /// The unit leader sends the result back to his officer.
    PushBack;
    /// The unit need not come.
    Excuse;
    /// The order is taken back.
    Revoke;
    /// The registration is taken back; the registrar registers anew.
    SendBack;
    /// Closed though the standard is not met: why.
    ForceClose;
    /// The blower, or who speaks for the resident, wants the closed case handled once more.
    RequestReopening;
    /// The closed case stays closed.
    RefuseReopening;
    /// The case goes to the command centre above.
    Escalate;
    /// A unit at work on the case, or a centre that has it, disputes who is responsible: the centre above rules.
    RequestRuling;
    /// The unit that led late does not want the round to count; once a case.
    AppealLateness;
    => {
        #[oai(validator(min_length = 1, max_length = 500))]
        pub reason: String,
    }
}

/// A remark on the case.
#[derive(Debug, Clone, Object)]
pub struct Comment {
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub text: String,
    /// Whether applications may read it, and residents through them; internal unless given.
    #[oai(default)]
    pub public: bool,
    pub occurred_at: Option<When>,
}

/// A department handed the matter down without being admitted to: the case goes back to the centre that it came from,
/// or ends where the department handed it down directly.
#[derive(Debug, Clone, Object)]
pub struct RefuseAdmission {
    #[oai(default, validator(max_length = 500))]
    pub note: String,
}

/// Somebody of the grid shall look before the case is accepted.
#[derive(Debug, Clone, Object)]
pub struct RequestConfirmation {
    #[oai(default, validator(max_length = 500))]
    pub note: String,
}

/// What somebody of the grid found on the spot; the registrar decides.
#[derive(Debug, Clone, Object)]
pub struct Confirm {
    /// Whether it is as reported.
    pub valid: bool,
    #[oai(default, validator(max_length = 500))]
    pub note: String,
    #[oai(default, validator(max_items = 9))]
    pub attachments: Vec<Uuid>,
}

/// The same matter as another, open case: it goes on as part of that one.
#[derive(Debug, Clone, Object)]
pub struct Merge {
    /// Identity of the open case.
    pub into: Uuid,
    #[oai(default, validator(max_length = 500))]
    pub note: String,
}

/// Another case has to do with this one.
#[derive(Debug, Clone, Object)]
pub struct LinkCase {
    /// Identity of the other case.
    pub to: Uuid,
    #[oai(default, validator(max_length = 500))]
    pub note: String,
}

/// Further photographs.
#[derive(Debug, Clone, Object)]
pub struct Attach {
    #[oai(validator(min_items = 1, max_items = 9))]
    pub attachments: Vec<Uuid>,
}

/// The lead asks for one more original limit, before its deadline.
#[derive(Debug, Clone, Object)]
pub struct RequestExtension {
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
}

alike! {
    /// The dispatcher decides about an extension.
    DecideExtension;
    /// The dispatcher decides about a suspension.
    DecideSuspension;
    /// The centre above decides about an appeal.
    DecideAppeal;
    => {
        pub accept: bool,
        #[oai(validator(min_length = 1, max_length = 500))]
        pub ruling: String,
    }
}

/// The lead asks to wait, before its deadline and once a round.
#[derive(Debug, Clone, Object)]
pub struct RequestSuspension {
    pub reason: SuspensionReason,
    /// Of the enforcement procedure, which has to be named.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub file_number: Option<String>,
    /// `YYYY-MM-DD`: the day on which handling goes on by itself, within a year.
    #[oai(validator(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    pub until: String,
    #[oai(default, validator(max_length = 500))]
    pub note: String,
}

/// A suspended case goes on before its day.
#[derive(Debug, Clone, Object)]
pub struct Resume {
    #[oai(default, validator(max_length = 500))]
    pub note: String,
}

/// A centre supervises and wants a reply.
#[derive(Debug, Clone, Object)]
pub struct Supervise {
    pub kind: SupervisionKind,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub note: String,
}

/// The reply to a supervision.
#[derive(Debug, Clone, Object)]
pub struct AnswerSupervision {
    /// Number of the supervision; the oldest that waits unless given.
    #[oai(validator(minimum(value = "1")))]
    pub number: Option<u16>,
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub text: String,
}

/// The case goes to a command centre below that contains its place.
#[derive(Debug, Clone, Object)]
pub struct Delegate {
    /// 12 digits: the division whose centre is to have it.
    #[oai(validator(max_length = 12))]
    pub to: String,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// The centre above rules who is responsible. It binds whoever calls a lead, and becomes a rule.
#[derive(Debug, Clone, Object)]
pub struct Rule {
    /// Code of the unit that leads.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub lead: String,
    /// Codes of the units that assist.
    #[oai(default, validator(max_items = 20))]
    pub assists: Vec<String>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub ruling: String,
}

/// An action on a case or on one of its whistles.
#[derive(Debug, Clone, Union)]
#[oai(discriminator_name = "action", rename_all = "snake_case")]
pub enum CaseAction {
    Accept(Accept),
    Decline(Decline),
    Register(Register),
    ConfirmCondition(ConfirmCondition),
    RefuseRegistration(RefuseRegistration),
    Dispatch(Dispatch),
    RequestWhistle(WhistleRequest),
    ApproveWhistle(ApproveWhistle),
    RefuseWhistle(RefuseWhistle),
    IssueWhistle(IssueWhistle),
    WithdrawWhistle(WithdrawWhistle),
    AddUnit(AddUnit),
    CompleteStep(CompleteStep),
    ConfirmSolved(ConfirmSolved),
    Veto(Veto),
    RequestVerification(RequestVerification),
    Verify(Verify),
    Reply(Reply),
    Close(Close),
    Score(GiveScore),
    Reopen(Reopen),
    Void(Void),
    Comment(Comment),
    Attach(Attach),
    RequestConfirmation(RequestConfirmation),
    Confirm(Confirm),
    SendBack(SendBack),
    ForceClose(ForceClose),
    RequestReopening(RequestReopening),
    RefuseReopening(RefuseReopening),
    ConsentReply(ConsentReply),
    Claim(Claim),
    Release(Release),
    Merge(Merge),
    Link(LinkCase),
    RequestExtension(RequestExtension),
    DecideExtension(DecideExtension),
    RequestSuspension(RequestSuspension),
    DecideSuspension(DecideSuspension),
    Resume(Resume),
    Supervise(Supervise),
    AnswerSupervision(AnswerSupervision),
    Escalate(Escalate),
    Delegate(Delegate),
    RequestRuling(RequestRuling),
    Rule(Rule),
    Appeal(AppealLateness),
    DecideAppeal(DecideAppeal),
    RefuseAdmission(RefuseAdmission),
    FollowUp(FollowUp),
    RequestUnreasonable(RequestUnreasonable),
    DecideUnreasonable(DecideUnreasonable),
}

alike! {
    /// The order has come.
    Sign;
    /// The unit has spoken to the blower.
    ContactBlower;
    /// The unit has spoken to the resident.
    ContactResident;
    /// The unit leaves the scene before it has finished.
    Leave;
    => {
        /// When it happened by the device's corrected clock, where there was no network.
        pub occurred_at: Option<When>,
        #[oai(default, validator(max_length = 500))]
        pub note: String,
    }
}

/// The unit leader names officers.
#[derive(Debug, Clone, Object)]
pub struct AssignHandler {
    #[oai(validator(min_items = 1, max_items = 20))]
    pub officers: Vec<String>,
    /// They may finish and push back in the leader's stead; told by their names.
    #[oai(default)]
    pub may_finish: bool,
}

/// Reported to the scene.
#[derive(Debug, Clone, Object)]
pub struct CheckIn {
    /// Without it the check-in counts as off the spot.
    pub point: Option<Point>,
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub accuracy_m: Option<f64>,
    #[oai(default, validator(max_items = 9))]
    pub attachments: Vec<Uuid>,
    pub occurred_at: Option<When>,
}

/// The officer reports that it is done.
#[derive(Debug, Clone, Object)]
pub struct ReportDone {
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub result: String,
    #[oai(default, validator(max_items = 9))]
    pub attachments: Vec<Uuid>,
}

/// The unit leader answers for the result.
#[derive(Debug, Clone, Object)]
pub struct Finish {
    /// Replaces the officer's text when given.
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub result: Option<String>,
    #[oai(default, validator(max_items = 9))]
    pub attachments: Vec<Uuid>,
}

/// Not ours.
#[derive(Debug, Clone, Object)]
pub struct RequestReturn {
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
    #[oai(default, validator(max_length = 500))]
    pub legal_basis: String,
    /// Code of the unit that should have it.
    #[oai(validator(max_length = 64))]
    pub suggested_unit: Option<String>,
}

/// The dispatcher decides about a return.
#[derive(Debug, Clone, Object)]
pub struct DecideReturn {
    pub accept: bool,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub ruling: String,
}

/// An action on a called unit's part.
#[derive(Debug, Clone, Union)]
#[oai(discriminator_name = "action", rename_all = "snake_case")]
pub enum AssignmentAction {
    Sign(Sign),
    AssignHandler(AssignHandler),
    ContactBlower(ContactBlower),
    ContactResident(ContactResident),
    CheckIn(CheckIn),
    Leave(Leave),
    ReportDone(ReportDone),
    PushBack(PushBack),
    Finish(Finish),
    RequestReturn(RequestReturn),
    DecideReturn(DecideReturn),
    Excuse(Excuse),
    Revoke(Revoke),
}

/// What was asked for, in the words of the field, and when it happened.
pub struct Asked {
    pub action: Action,
    pub occurred_at: Option<Timestamp>,
}

impl From<Action> for Asked {
    fn from(action: Action) -> Self {
        Self {
            action,
            occurred_at: None,
        }
    }
}

impl CaseAction {
    /// The action in the words of the field.
    #[expect(
        clippy::too_many_lines,
        reason = "one arm an action, each a few lines: the table of shapes"
    )]
    pub fn asked(self) -> Result<Asked, Refusal> {
        Ok(match self {
            Self::Accept(_) => Action::Accept.into(),
            Self::Decline(d) => Action::Decline {
                reason: d.reason.into(),
                note: d.note,
            }
            .into(),
            Self::Register(r) => Action::Register {
                matter: matter("/matter", &r.matter)?,
                condition: ConditionId(r.condition),
            }
            .into(),
            Self::ConfirmCondition(_) => Action::ConfirmCondition.into(),
            Self::RefuseRegistration(d) => Action::RefuseRegistration {
                reason: d.reason.into(),
                note: d.note,
            }
            .into(),
            Self::Dispatch(d) => Action::Dispatch {
                units: called(d.units),
                note: d.note,
            }
            .into(),
            Self::RequestWhistle(r) => {
                let occurred_at = r.occurred_at.map(moment);
                Asked {
                    action: Action::RequestWhistle(r.request("")?),
                    occurred_at,
                }
            }
            Self::ApproveWhistle(w) => Action::ApproveWhistle {
                whistle: WhistleId(w.whistle_id),
            }
            .into(),
            Self::RefuseWhistle(w) => Action::RefuseWhistle {
                whistle: WhistleId(w.whistle_id),
                reason: w.reason,
            }
            .into(),
            Self::IssueWhistle(w) => Action::IssueWhistle {
                whistle: WhistleId(w.whistle_id),
                units: called(w.units),
                meeting: meeting("/meeting", w.meeting)?.unwrap_or(case::Meeting {
                    position: None,
                    address: None,
                    at: None,
                }),
            }
            .into(),
            Self::WithdrawWhistle(w) => Action::WithdrawWhistle {
                whistle: WhistleId(w.whistle_id),
                reason: w.reason,
            }
            .into(),
            Self::AddUnit(a) => Action::AddUnit {
                whistle: WhistleId(a.whistle_id),
                unit: UnitCode(a.unit),
                role: a.role.into(),
            }
            .into(),
            Self::CompleteStep(_) => Action::CompleteStep.into(),
            Self::ConfirmSolved(c) => Asked {
                occurred_at: c.occurred_at.map(moment),
                action: Action::ConfirmSolved {
                    position: point("/point", c.point.as_ref())?,
                    note: c.note,
                },
            },
            Self::Veto(v) => Action::Veto {
                reason: v.reason,
                assignments: assignments(v.assignments),
            }
            .into(),
            Self::RequestVerification(_) => Action::RequestVerification.into(),
            Self::Verify(v) => Action::Verify {
                passed: v.passed,
                note: v.note,
                attachments: attachments(v.attachments),
                assignments: assignments(v.assignments),
            }
            .into(),
            Self::Reply(r) => Action::Reply { text: r.text }.into(),
            Self::Close(c) => Action::Close {
                standard_met: c.standard_met,
                note: c.note,
            }
            .into(),
            Self::Score(s) => Action::Score {
                whistle: WhistleId(s.whistle_id),
                assignment: AssignmentId(s.assignment_id),
                response: s.response,
                quality: s.quality,
                note: s.note,
            }
            .into(),
            Self::Reopen(r) => Action::Reopen { reason: r.reason }.into(),
            Self::Void(r) => Action::Void { reason: r.reason }.into(),
            Self::Comment(c) => Asked {
                occurred_at: c.occurred_at.map(moment),
                action: Action::Comment {
                    text: c.text,
                    public: c.public,
                },
            },
            Self::Attach(a) => Action::Attach {
                attachments: attachments(a.attachments),
            }
            .into(),
            Self::RequestConfirmation(c) => Action::RequestConfirmation { note: c.note }.into(),
            Self::Confirm(c) => Action::Confirm {
                valid: c.valid,
                note: c.note,
                attachments: attachments(c.attachments),
            }
            .into(),
            Self::SendBack(r) => Action::SendBack { reason: r.reason }.into(),
            Self::ForceClose(r) => Action::ForceClose { reason: r.reason }.into(),
            Self::RequestReopening(r) => Action::RequestReopening { reason: r.reason }.into(),
            Self::RefuseReopening(r) => Action::RefuseReopening { reason: r.reason }.into(),
            Self::ConsentReply(_) => Action::ConsentReply.into(),
            Self::Claim(_) => Action::Claim.into(),
            Self::Release(_) => Action::Release.into(),
            Self::Merge(m) => Action::Merge {
                into: CaseId(m.into),
                note: m.note,
            }
            .into(),
            Self::Link(l) => Action::Link {
                to: CaseId(l.to),
                note: l.note,
            }
            .into(),
            Self::RequestExtension(r) => Action::RequestExtension { reason: r.reason }.into(),
            Self::DecideExtension(d) => Action::DecideExtension {
                accept: d.accept,
                ruling: d.ruling,
            }
            .into(),
            Self::RequestSuspension(r) => Action::RequestSuspension {
                reason: r.reason.into(),
                file_number: r.file_number,
                until: day("/until", &r.until)?,
                note: r.note,
            }
            .into(),
            Self::DecideSuspension(d) => Action::DecideSuspension {
                accept: d.accept,
                ruling: d.ruling,
            }
            .into(),
            Self::Resume(r) => Action::Resume { note: r.note }.into(),
            Self::Supervise(s) => Action::Supervise {
                kind: s.kind.into(),
                note: s.note,
            }
            .into(),
            Self::AnswerSupervision(a) => Action::AnswerSupervision {
                number: a.number,
                text: a.text,
            }
            .into(),
            Self::Escalate(r) => Action::Escalate { reason: r.reason }.into(),
            Self::Delegate(d) => Action::Delegate {
                to: d.to.parse().map_err(|_| {
                    let message = Message::new("wrong-unknown-division");
                    Refusal::new(Code::InvalidBody).fault(Fault::field(
                        "/to",
                        "unknown_division",
                        message,
                    ))
                })?,
                reason: d.reason,
            }
            .into(),
            Self::RequestRuling(r) => Action::RequestRuling { reason: r.reason }.into(),
            Self::Rule(r) => Action::Rule {
                lead: UnitCode(r.lead),
                assists: r.assists.into_iter().map(UnitCode).collect(),
                ruling: r.ruling,
            }
            .into(),
            Self::Appeal(r) => Action::Appeal { reason: r.reason }.into(),
            Self::RefuseAdmission(r) => Action::RefuseAdmission { note: r.note }.into(),
            Self::FollowUp(f) => f.action()?.into(),
            Self::RequestUnreasonable(r) => Action::RequestUnreasonable {
                of: r.of.map(CaseId),
                reason: r.reason,
            }
            .into(),
            Self::DecideUnreasonable(d) => Action::DecideUnreasonable {
                of: d.of.map(CaseId),
                accept: d.accept,
                ruling: d.ruling,
            }
            .into(),
            Self::DecideAppeal(d) => Action::DecideAppeal {
                accept: d.accept,
                ruling: d.ruling,
            }
            .into(),
        })
    }
}

impl AssignmentAction {
    /// The action in the words of the field.
    pub fn asked(self, id: Uuid) -> Result<Asked, Refusal> {
        let assignment = AssignmentId(id);
        let fact = |action, occurred_at: Option<When>| Asked {
            action,
            occurred_at: occurred_at.map(moment),
        };
        Ok(match self {
            Self::Sign(f) => fact(Action::Sign { assignment }, f.occurred_at),
            Self::AssignHandler(a) => Action::AssignHandler {
                assignment,
                officers: a.officers,
                may_finish: a.may_finish,
            }
            .into(),
            Self::ContactBlower(f) => fact(
                Action::ContactBlower {
                    assignment,
                    note: f.note,
                },
                f.occurred_at,
            ),
            Self::ContactResident(f) => fact(
                Action::ContactResident {
                    assignment,
                    note: f.note,
                },
                f.occurred_at,
            ),
            Self::CheckIn(c) => {
                let action = Action::CheckIn {
                    assignment,
                    position: point("/point", c.point.as_ref())?,
                    accuracy_m: c.accuracy_m,
                    attachments: attachments(c.attachments),
                };
                fact(action, c.occurred_at)
            }
            Self::Leave(f) => fact(Action::Leave { assignment }, f.occurred_at),
            Self::ReportDone(d) => Action::ReportDone {
                assignment,
                result: d.result,
                attachments: attachments(d.attachments),
            }
            .into(),
            Self::PushBack(r) => Action::PushBack {
                assignment,
                reason: r.reason,
            }
            .into(),
            Self::Finish(f) => Action::Finish {
                assignment,
                result: f.result,
                attachments: attachments(f.attachments),
            }
            .into(),
            Self::RequestReturn(r) => Action::RequestReturn {
                assignment,
                reason: r.reason,
                legal_basis: r.legal_basis,
                suggested_unit: r.suggested_unit.map(UnitCode),
            }
            .into(),
            Self::DecideReturn(d) => Action::DecideReturn {
                assignment,
                accept: d.accept,
                ruling: d.ruling,
            }
            .into(),
            Self::Excuse(r) => Action::Excuse {
                assignment,
                reason: r.reason,
            }
            .into(),
            Self::Revoke(r) => Action::Revoke {
                assignment,
                reason: r.reason,
            }
            .into(),
        })
    }
}

impl WhistleRequest {
    /// The wish in the words of the field; `at` is where it stands in the body.
    pub fn request(self, at: &str) -> Result<case::WhistleRequest, Refusal> {
        Ok(case::WhistleRequest {
            kind: self.kind,
            reason: self.reason,
            wanted: called(self.wanted),
            condition: self.condition.map(ConditionId),
            meeting: meeting(&format!("{at}/meeting"), self.meeting)?,
        })
    }
}

/// Reads a matter's kind and code.
pub fn matter(pointer: &str, text: &str) -> Result<MatterKey, Refusal> {
    text.parse()
        .map_err(|_| wrong(pointer, "not_a_matter", Message::new("wrong-not-a-matter")))
}

/// Reads a day of the calendar.
fn day(pointer: &str, text: &str) -> Result<Date, Refusal> {
    Date::parse(text).map_err(|_| wrong(pointer, "not_a_day", Message::new("wrong-not-a-day")))
}

/// Photographs by their identities.
pub fn attachments(ids: Vec<Uuid>) -> Vec<AttachmentId> {
    ids.into_iter().map(AttachmentId).collect()
}

fn wrong(pointer: &str, code: &'static str, message: Message) -> Refusal {
    Refusal::new(Code::InvalidBody).fault(Fault::field(pointer, code, message))
}

fn assignments(ids: Vec<Uuid>) -> Vec<AssignmentId> {
    ids.into_iter().map(AssignmentId).collect()
}

fn called(units: Vec<Called>) -> Vec<case::Called> {
    units
        .into_iter()
        .map(|c| case::Called {
            unit: UnitCode(c.unit),
            role: c.role.into(),
        })
        .collect()
}

fn meeting(pointer: &str, meeting: Option<Meeting>) -> Result<Option<case::Meeting>, Refusal> {
    let Some(m) = meeting else { return Ok(None) };
    Ok(Some(case::Meeting {
        position: point(&format!("{pointer}/point"), m.point.as_ref())?,
        address: m.address,
        at: m.at.map(moment),
    }))
}

/// Brings a point to WGS 84.
pub fn point(pointer: &str, point: Option<&Point>) -> Result<Option<Position>, Refusal> {
    let Some(p) = point else { return Ok(None) };
    let crs = p.crs.map_or(DomainCrs::Wgs84, DomainCrs::from);
    to_wgs84(p.lon, p.lat, crs)
        .and_then(|(lon, lat)| Position::new(lon, lat))
        .map(Some)
        .map_err(|_| {
            wrong(
                pointer,
                "not_on_the_globe",
                Message::new("wrong-not-on-the-globe"),
            )
        })
}
