//! What somebody may ask for.

use super::feedback::{Answer, Channel};
use super::id::{AssignmentId, AttachmentId, CaseId, WhistleId};
use super::stage::{DeclineReason, Source};
use super::state::{Called, Meeting, Place, ResidentRef, SafetyCall};
use super::supervision::SupervisionKind;
use super::suspension::SuspensionReason;
use crate::clock::{Date, Timestamp};
use crate::matter::{ConditionId, MatterKey};
use crate::names::names;
use crate::place::{DivisionCode, Position};
use crate::routing::{Role, UnitCode};

names! {
    /// The actions of the field, by their published names.
    pub enum ActionKind {
        /// 上报
        Report => "report",
        /// 受理
        Accept => "accept",
        /// 不予受理
        Decline => "decline",
        /// 立案
        Register => "register",
        /// 确认立案条件
        ConfirmCondition => "confirm_condition",
        /// 不予立案
        RefuseRegistration => "refuse_registration",
        /// 派遣
        Dispatch => "dispatch",
        /// 请求吹哨
        RequestWhistle => "request_whistle",
        /// 审哨
        ApproveWhistle => "approve_whistle",
        /// 不予吹哨
        RefuseWhistle => "refuse_whistle",
        /// 派哨
        IssueWhistle => "issue_whistle",
        /// 撤哨
        WithdrawWhistle => "withdraw_whistle",
        /// 增派
        AddUnit => "add_unit",
        /// 签收
        Sign => "sign",
        /// 指定经办人
        AssignHandler => "assign_handler",
        /// 联系吹哨方
        ContactBlower => "contact_blower",
        /// 联系诉求人
        ContactResident => "contact_resident",
        /// 报到
        CheckIn => "check_in",
        /// 离场
        Leave => "leave",
        /// 提交办结
        ReportDone => "report_done",
        /// 退回重办
        PushBack => "push_back",
        /// 办结
        Finish => "finish",
        /// 完成步骤
        CompleteStep => "complete_step",
        /// 申请退单
        RequestReturn => "request_return",
        /// 退单裁定
        DecideReturn => "decide_return",
        /// 免除
        Excuse => "excuse",
        /// 撤派
        Revoke => "revoke",
        /// 确认解决
        ConfirmSolved => "confirm_solved",
        /// 否决
        Veto => "veto",
        /// 请求核查
        RequestVerification => "request_verification",
        /// 核查
        Verify => "verify",
        /// 答复
        Reply => "reply",
        /// 结案
        Close => "close",
        /// 评哨
        Score => "score",
        /// 评价
        Rate => "rate",
        /// 重办
        Reopen => "reopen",
        /// 作废
        Void => "void",
        /// 备注
        Comment => "comment",
        /// 补充附件
        Attach => "attach",
        // Intake and judgement.
        /// 请求核实
        RequestConfirmation => "request_confirmation",
        /// 核实
        Confirm => "confirm",
        /// 回退
        SendBack => "send_back",
        /// 强制结案
        ForceClose => "force_close",
        /// 申请重办
        RequestReopening => "request_reopening",
        /// 不予重办
        RefuseReopening => "refuse_reopening",
        /// 同意答复
        ConsentReply => "consent_reply",
        /// 认领
        Claim => "claim",
        /// 取消认领
        Release => "release",
        /// 并案
        Merge => "merge",
        /// 关联
        Link => "link",
        /// 申请延期
        RequestExtension => "request_extension",
        /// 延期审批
        DecideExtension => "decide_extension",
        /// 申请挂账
        RequestSuspension => "request_suspension",
        /// 挂账审批
        DecideSuspension => "decide_suspension",
        /// 恢复
        Resume => "resume",
        /// 督办
        Supervise => "supervise",
        /// 督办回复
        AnswerSupervision => "answer_supervision",
        // Between centres.
        /// 升级
        Escalate => "escalate",
        /// 下派
        Delegate => "delegate",
        /// 申请裁定
        RequestRuling => "request_ruling",
        /// 裁定
        Rule => "rule",
        /// 超时申诉
        Appeal => "appeal",
        /// 申诉裁定
        DecideAppeal => "decide_appeal",
        /// 准入拒收
        RefuseAdmission => "refuse_admission",
        // Asking the resident.
        /// 回访
        FollowUp => "follow_up",
        /// 申请认定不合理诉求
        RequestUnreasonable => "request_unreasonable",
        /// 认定不合理诉求
        DecideUnreasonable => "decide_unreasonable",
    }
}

/// On what an action works.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Case,
    Whistle(WhistleId),
    Assignment(AssignmentId),
}

names! {
    /// Which noun an action belongs to.
    pub enum TargetNoun {
        Case => "case",
        Whistle => "whistle",
        Assignment => "assignment",
    }
}

impl ActionKind {
    /// Which noun the action works on.
    pub const fn noun(self) -> TargetNoun {
        match self {
            Self::ApproveWhistle
            | Self::RefuseWhistle
            | Self::IssueWhistle
            | Self::WithdrawWhistle
            | Self::AddUnit
            | Self::Score => TargetNoun::Whistle,
            Self::Sign
            | Self::AssignHandler
            | Self::ContactBlower
            | Self::ContactResident
            | Self::CheckIn
            | Self::Leave
            | Self::ReportDone
            | Self::PushBack
            | Self::Finish
            | Self::RequestReturn
            | Self::DecideReturn
            | Self::Excuse
            | Self::Revoke => TargetNoun::Assignment,
            _ => TargetNoun::Case,
        }
    }

    /// Facts are appended as they come and need no knowledge of the newest state; everything else
    /// is a decision, which must name the state that it was taken on.
    pub const fn is_fact(self) -> bool {
        matches!(
            self,
            Self::Report
                | Self::RequestWhistle
                | Self::Sign
                | Self::ContactBlower
                | Self::ContactResident
                | Self::CheckIn
                | Self::Leave
                | Self::Reply
                | Self::Rate
                | Self::FollowUp
                | Self::Comment
                | Self::Attach
        )
    }
}

/// A new report, located already.
#[derive(Clone, Debug)]
pub struct Report {
    pub id: CaseId,
    pub source: Source,
    pub text: String,
    pub matter: Option<MatterKey>,
    pub place: Place,
    /// The centre that receives it: of the place, or of the reporter where there is no grid.
    pub centre: DivisionCode,
    pub resident: Option<ResidentRef>,
    /// Whether the reporter's identity is kept; as the matter has it unless said.
    pub confidential: Option<bool>,
    pub external_number: Option<String>,
    /// The department that hands the matter down to the town directly.
    pub handed_down_by: Option<UnitCode>,
    pub safety_call: Option<SafetyCall>,
    pub attachments: Vec<AttachmentId>,
    pub whistle: Option<WhistleRequest>,
    /// Settled by the worker himself (即办).
    pub self_handled: Option<SelfHandling>,
    /// The device's corrected time, where it was made without a network.
    pub occurred_at: Option<Timestamp>,
}

/// What a grid worker settled himself, with evidence of before and after.
#[derive(Clone, Debug)]
pub struct SelfHandling {
    /// One that allows it.
    pub condition: ConditionId,
    pub before: Vec<AttachmentId>,
    pub after: Vec<AttachmentId>,
    pub note: String,
}

/// A wish to call units to the scene.
#[derive(Clone, Debug)]
pub struct WhistleRequest {
    pub kind: String,
    pub reason: String,
    pub wanted: Vec<Called>,
    /// The condition of an emergency; otherwise the first of the matter that is one.
    pub condition: Option<ConditionId>,
    pub meeting: Option<Meeting>,
}

/// What came of asking a resident (回访).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowUpOutcome {
    Answered(Answer),
    /// Nobody answered the telephone or opened the door.
    NotReached,
    /// He does not wish to answer.
    Refused,
}

/// Something asked for on an existing case.
#[derive(Clone, Debug)]
pub enum Action {
    Accept,
    Decline {
        reason: DeclineReason,
        note: String,
    },
    Register {
        matter: MatterKey,
        condition: ConditionId,
    },
    ConfirmCondition,
    RefuseRegistration {
        reason: DeclineReason,
        note: String,
    },
    Dispatch {
        units: Vec<Called>,
        note: String,
    },
    RequestWhistle(WhistleRequest),
    ApproveWhistle {
        whistle: WhistleId,
    },
    RefuseWhistle {
        whistle: WhistleId,
        reason: String,
    },
    IssueWhistle {
        whistle: WhistleId,
        units: Vec<Called>,
        meeting: Meeting,
    },
    WithdrawWhistle {
        whistle: WhistleId,
        reason: String,
    },
    AddUnit {
        whistle: WhistleId,
        unit: UnitCode,
        role: Role,
    },
    Sign {
        assignment: AssignmentId,
    },
    AssignHandler {
        assignment: AssignmentId,
        officers: Vec<String>,
        /// They may finish and push back in the leader's stead.
        may_finish: bool,
    },
    ContactBlower {
        assignment: AssignmentId,
        note: String,
    },
    ContactResident {
        assignment: AssignmentId,
        note: String,
    },
    CheckIn {
        assignment: AssignmentId,
        position: Option<Position>,
        accuracy_m: Option<f64>,
        attachments: Vec<AttachmentId>,
    },
    Leave {
        assignment: AssignmentId,
    },
    ReportDone {
        assignment: AssignmentId,
        result: String,
        attachments: Vec<AttachmentId>,
    },
    PushBack {
        assignment: AssignmentId,
        reason: String,
    },
    Finish {
        assignment: AssignmentId,
        result: Option<String>,
        attachments: Vec<AttachmentId>,
    },
    CompleteStep,
    RequestReturn {
        assignment: AssignmentId,
        reason: String,
        legal_basis: String,
        suggested_unit: Option<UnitCode>,
    },
    DecideReturn {
        assignment: AssignmentId,
        accept: bool,
        ruling: String,
    },
    Excuse {
        assignment: AssignmentId,
        reason: String,
    },
    Revoke {
        assignment: AssignmentId,
        reason: String,
    },
    ConfirmSolved {
        position: Option<Position>,
        note: String,
    },
    Veto {
        reason: String,
        assignments: Vec<AssignmentId>,
    },
    RequestVerification,
    Verify {
        passed: bool,
        note: String,
        attachments: Vec<AttachmentId>,
        assignments: Vec<AssignmentId>,
    },
    Reply {
        text: String,
    },
    Close {
        standard_met: bool,
        note: String,
    },
    Score {
        whistle: WhistleId,
        assignment: AssignmentId,
        response: u8,
        quality: u8,
        note: String,
    },
    Rate(Answer),
    Reopen {
        reason: String,
    },
    Void {
        reason: String,
    },
    Comment {
        text: String,
        public: bool,
    },
    Attach {
        attachments: Vec<AttachmentId>,
    },
    RequestConfirmation {
        note: String,
    },
    Confirm {
        valid: bool,
        note: String,
        attachments: Vec<AttachmentId>,
    },
    SendBack {
        reason: String,
    },
    ForceClose {
        reason: String,
    },
    RequestReopening {
        reason: String,
    },
    RefuseReopening {
        reason: String,
    },
    ConsentReply,
    Claim,
    Release,
    /// Decided by [`super::merge`], which knows the other case.
    Merge {
        into: CaseId,
        note: String,
    },
    /// Decided by [`super::link`], which knows the other case.
    Link {
        to: CaseId,
        note: String,
    },
    RequestExtension {
        reason: String,
    },
    DecideExtension {
        accept: bool,
        ruling: String,
    },
    RequestSuspension {
        reason: SuspensionReason,
        file_number: Option<String>,
        /// The day on which handling goes on by itself.
        until: Date,
        note: String,
    },
    DecideSuspension {
        accept: bool,
        ruling: String,
    },
    Resume {
        note: String,
    },
    Supervise {
        kind: SupervisionKind,
        note: String,
    },
    AnswerSupervision {
        /// The oldest that waits for a reply unless given.
        number: Option<u16>,
        text: String,
    },
    Escalate {
        reason: String,
    },
    Delegate {
        /// The division whose centre is to have it.
        to: DivisionCode,
        reason: String,
    },
    RequestRuling {
        reason: String,
    },
    Rule {
        lead: UnitCode,
        assists: Vec<UnitCode>,
        ruling: String,
    },
    Appeal {
        reason: String,
    },
    DecideAppeal {
        accept: bool,
        ruling: String,
    },
    RefuseAdmission {
        note: String,
    },
    FollowUp {
        /// The merged case behind which the resident is; this one unless given.
        of: Option<CaseId>,
        channel: Channel,
        outcome: FollowUpOutcome,
        note: String,
    },
    RequestUnreasonable {
        /// Likewise.
        of: Option<CaseId>,
        reason: String,
    },
    DecideUnreasonable {
        /// Likewise.
        of: Option<CaseId>,
        accept: bool,
        ruling: String,
    },
}

impl Action {
    /// Its published name.
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::Accept => ActionKind::Accept,
            Self::Decline { .. } => ActionKind::Decline,
            Self::Register { .. } => ActionKind::Register,
            Self::ConfirmCondition => ActionKind::ConfirmCondition,
            Self::RefuseRegistration { .. } => ActionKind::RefuseRegistration,
            Self::Dispatch { .. } => ActionKind::Dispatch,
            Self::RequestWhistle(_) => ActionKind::RequestWhistle,
            Self::ApproveWhistle { .. } => ActionKind::ApproveWhistle,
            Self::RefuseWhistle { .. } => ActionKind::RefuseWhistle,
            Self::IssueWhistle { .. } => ActionKind::IssueWhistle,
            Self::WithdrawWhistle { .. } => ActionKind::WithdrawWhistle,
            Self::AddUnit { .. } => ActionKind::AddUnit,
            Self::Sign { .. } => ActionKind::Sign,
            Self::AssignHandler { .. } => ActionKind::AssignHandler,
            Self::ContactBlower { .. } => ActionKind::ContactBlower,
            Self::ContactResident { .. } => ActionKind::ContactResident,
            Self::CheckIn { .. } => ActionKind::CheckIn,
            Self::Leave { .. } => ActionKind::Leave,
            Self::ReportDone { .. } => ActionKind::ReportDone,
            Self::PushBack { .. } => ActionKind::PushBack,
            Self::Finish { .. } => ActionKind::Finish,
            Self::CompleteStep => ActionKind::CompleteStep,
            Self::RequestReturn { .. } => ActionKind::RequestReturn,
            Self::DecideReturn { .. } => ActionKind::DecideReturn,
            Self::Excuse { .. } => ActionKind::Excuse,
            Self::Revoke { .. } => ActionKind::Revoke,
            Self::ConfirmSolved { .. } => ActionKind::ConfirmSolved,
            Self::Veto { .. } => ActionKind::Veto,
            Self::RequestVerification => ActionKind::RequestVerification,
            Self::Verify { .. } => ActionKind::Verify,
            Self::Reply { .. } => ActionKind::Reply,
            Self::Close { .. } => ActionKind::Close,
            Self::Score { .. } => ActionKind::Score,
            Self::Rate(_) => ActionKind::Rate,
            Self::Reopen { .. } => ActionKind::Reopen,
            Self::Void { .. } => ActionKind::Void,
            Self::Comment { .. } => ActionKind::Comment,
            Self::Attach { .. } => ActionKind::Attach,
            Self::RequestConfirmation { .. } => ActionKind::RequestConfirmation,
            Self::Confirm { .. } => ActionKind::Confirm,
            Self::SendBack { .. } => ActionKind::SendBack,
            Self::ForceClose { .. } => ActionKind::ForceClose,
            Self::RequestReopening { .. } => ActionKind::RequestReopening,
            Self::RefuseReopening { .. } => ActionKind::RefuseReopening,
            Self::ConsentReply => ActionKind::ConsentReply,
            Self::Claim => ActionKind::Claim,
            Self::Release => ActionKind::Release,
            Self::Merge { .. } => ActionKind::Merge,
            Self::Link { .. } => ActionKind::Link,
            Self::RequestExtension { .. } => ActionKind::RequestExtension,
            Self::DecideExtension { .. } => ActionKind::DecideExtension,
            Self::RequestSuspension { .. } => ActionKind::RequestSuspension,
            Self::DecideSuspension { .. } => ActionKind::DecideSuspension,
            Self::Resume { .. } => ActionKind::Resume,
            Self::Supervise { .. } => ActionKind::Supervise,
            Self::AnswerSupervision { .. } => ActionKind::AnswerSupervision,
            Self::Escalate { .. } => ActionKind::Escalate,
            Self::Delegate { .. } => ActionKind::Delegate,
            Self::RequestRuling { .. } => ActionKind::RequestRuling,
            Self::Rule { .. } => ActionKind::Rule,
            Self::Appeal { .. } => ActionKind::Appeal,
            Self::DecideAppeal { .. } => ActionKind::DecideAppeal,
            Self::RefuseAdmission { .. } => ActionKind::RefuseAdmission,
            Self::FollowUp { .. } => ActionKind::FollowUp,
            Self::RequestUnreasonable { .. } => ActionKind::RequestUnreasonable,
            Self::DecideUnreasonable { .. } => ActionKind::DecideUnreasonable,
        }
    }

    /// The photographs that come with it.
    pub fn attachments(&self) -> &[AttachmentId] {
        match self {
            Self::CheckIn { attachments, .. }
            | Self::ReportDone { attachments, .. }
            | Self::Finish { attachments, .. }
            | Self::Verify { attachments, .. }
            | Self::Confirm { attachments, .. }
            | Self::Attach { attachments } => attachments,
            _ => &[],
        }
    }

    /// On what it works.
    pub const fn target(&self) -> Target {
        match self {
            Self::ApproveWhistle { whistle }
            | Self::RefuseWhistle { whistle, .. }
            | Self::IssueWhistle { whistle, .. }
            | Self::WithdrawWhistle { whistle, .. }
            | Self::AddUnit { whistle, .. }
            | Self::Score { whistle, .. } => Target::Whistle(*whistle),
            Self::Sign { assignment }
            | Self::AssignHandler { assignment, .. }
            | Self::ContactBlower { assignment, .. }
            | Self::ContactResident { assignment, .. }
            | Self::CheckIn { assignment, .. }
            | Self::Leave { assignment }
            | Self::ReportDone { assignment, .. }
            | Self::PushBack { assignment, .. }
            | Self::Finish { assignment, .. }
            | Self::RequestReturn { assignment, .. }
            | Self::DecideReturn { assignment, .. }
            | Self::Excuse { assignment, .. }
            | Self::Revoke { assignment, .. } => Target::Assignment(*assignment),
            _ => Target::Case,
        }
    }
}
