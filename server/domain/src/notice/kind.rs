//! What somebody is told.

use crate::names::names;

names! {
    /// What somebody is told; the words are those of the message files.
    pub enum NoticeKind {
        // By itself.
        /// 预警: most of the handling limit is used up.
        Warning => "warning",
        /// 即将到期
        DueSoon => "due_soon",
        /// 超期
        Overdue => "overdue",
        /// 应急哨逾时未签收
        Unsigned => "unsigned",
        /// 代派: the county's centre may act for the town.
        CountyMayAct => "county_may_act",
        /// 恢复办理
        Resumed => "resumed",
        // Work for somebody.
        /// 应急哨 was blown.
        Emergency => "emergency",
        /// 待审哨
        WhistleToApprove => "whistle_to_approve",
        /// 待派哨
        WhistleToIssue => "whistle_to_issue",
        /// 派哨: the unit is called to the scene.
        Called => "called",
        /// 派遣: the unit gets an order.
        Dispatched => "dispatched",
        /// 重新到场: after a veto or a failed verification.
        ComeAgain => "come_again",
        /// 请求核实
        AskedToLook => "asked_to_look",
        /// 请求核查
        AskedToVerify => "asked_to_verify",
        /// 请确认是否解决
        AskedToConfirm => "asked_to_confirm",
        /// 待确认立案条件
        ConditionToConfirm => "condition_to_confirm",
        /// 退单待裁定
        ReturnRequested => "return_requested",
        /// 延期待审批
        ExtensionRequested => "extension_requested",
        /// 挂账待审批
        SuspensionRequested => "suspension_requested",
        /// 申请重办
        ReopeningRequested => "reopening_requested",
        /// 答复待同意
        ReplyToConsent => "reply_to_consent",
        /// 待单位审核
        ReportedDone => "reported_done",
        /// 督办
        Supervised => "supervised",
        /// 转入: the centre has the case from now on.
        TakenOver => "taken_over",
        /// 待裁定
        RulingRequested => "ruling_requested",
        /// 申诉待决定
        Appealed => "appealed",
        /// 申请认定不合理诉求
        UnreasonableRequested => "unreasonable_requested",
        /// 依据失效: a power or certificates of the unit that leads have lapsed.
        Lapsed => "lapsed",
        // Answers.
        /// 核实结果
        Looked => "looked",
        WhistleIssued => "whistle_issued",
        WhistleRefused => "whistle_refused",
        WhistleWithdrawn => "whistle_withdrawn",
        /// 退回重办
        PushedBack => "pushed_back",
        ReturnAccepted => "return_accepted",
        ReturnRefused => "return_refused",
        /// 撤派、免除: the unit need not come.
        Released => "released",
        ExtensionGranted => "extension_granted",
        ExtensionRefused => "extension_refused",
        SuspensionGranted => "suspension_granted",
        SuspensionRefused => "suspension_refused",
        SupervisionAnswered => "supervision_answered",
        /// 转出: another centre has the case from now on.
        PassedOn => "passed_on",
        /// The centre above has decided that it stays.
        StaysHere => "stays_here",
        /// 裁定
        Ruled => "ruled",
        AppealAccepted => "appeal_accepted",
        AppealRefused => "appeal_refused",
        UnreasonableAccepted => "unreasonable_accepted",
        UnreasonableRefused => "unreasonable_refused",
        Vetoed => "vetoed",
        VerificationFailed => "verification_failed",
        Scored => "scored",
        Reopened => "reopened",
        ReopeningRefused => "reopening_refused",
        // Ends.
        Closed => "closed",
        Declined => "declined",
        NotRegistered => "not_registered",
        Voided => "voided",
        Merged => "merged",
    }
}
