//! What is counted, and under which names.

use crate::names::names;

names! {
    /// The indicators of the field (`docs/figures.md` defines each).
    pub enum Indicator {
        /// 应结案: rounds closed in the period, and those open past their deadline at its end.
        Due => "due",
        /// 结案率
        ClosureRate => "closure_rate",
        /// 按期结案率
        OnTimeClosureRate => "on_time_closure_rate",
        /// 超期未结
        OverdueOpen => "overdue_open",
        /// 一次完成率
        FirstTimeRate => "first_time_rate",
        /// 返工率
        ReworkRate => "rework_rate",
        /// 延期率
        ExtensionRate => "extension_rate",
        /// 按时签收率
        SignInTimeRate => "sign_in_time_rate",
        /// 按时联系率
        ContactInTimeRate => "contact_in_time_rate",
        /// 按时报到率
        CheckInInTimeRate => "check_in_in_time_rate",
        /// 报到用时: median and 90th percentile.
        MinutesToCheckIn => "minutes_to_check_in",
        /// 退单率
        ReturnRate => "return_rate",
        /// 准确派遣率
        AccurateDispatchRate => "accurate_dispatch_rate",
        /// 响应率
        ResponseRate => "response_rate",
        /// 解决率
        ResolutionRate => "resolution_rate",
        /// 满意率
        SatisfactionRate => "satisfaction_rate",
        /// 有效回访率
        FollowUpCoverage => "follow_up_coverage",
        /// 三率综合
        Composite => "composite",
        /// 吹哨数
        WhistlesBlown => "whistles_blown",
        /// 不予吹哨数
        WhistlesRefused => "whistles_refused",
        /// 撤哨数
        WhistlesWithdrawn => "whistles_withdrawn",
        /// 准入拒收数: what towns refused because the department was not admitted to hand it down.
        AdmissionsRefused => "admissions_refused",
    }
}

names! {
    /// What a called unit has to reach in time.
    pub enum MilestoneName {
        /// 签收
        Sign => "sign",
        /// 联系吹哨方
        Contact => "contact",
        /// 报到
        CheckIn => "check_in",
    }
}

impl Indicator {
    /// Whether it is a number of things and not a share of them.
    pub const fn is_count(self) -> bool {
        matches!(
            self,
            Self::Due
                | Self::OverdueOpen
                | Self::WhistlesBlown
                | Self::WhistlesRefused
                | Self::WhistlesWithdrawn
                | Self::AdmissionsRefused
        )
    }
}

impl MilestoneName {
    /// The rate into which it goes.
    pub const fn indicator(self) -> Indicator {
        match self {
            Self::Sign => Indicator::SignInTimeRate,
            Self::Contact => Indicator::ContactInTimeRate,
            Self::CheckIn => Indicator::CheckInInTimeRate,
        }
    }
}

names! {
    /// Why something is shown beside a figure and stands in none of its terms.
    pub enum Reason {
        /// The lead finished in time; the centre has not closed (待核查, 待结案).
        WaitingForCentre => "waiting_for_centre",
        /// Nobody leads after a return or a revocation; the clock is paused (待改派).
        AwaitingRedispatch => "awaiting_redispatch",
        /// The case waits (挂账).
        Suspended => "suspended",
        /// Past the time to dispatch, and nobody was called (超时未派遣).
        NeverDispatched => "never_dispatched",
        /// An appeal was accepted (申诉豁免); it was late all the same.
        Exempted => "exempted",
        /// 已作废
        Voided => "voided",
        /// 即办
        SelfHandled => "self_handled",
        /// 已并案
        Merged => "merged",
        /// 已退单
        Returned => "returned",
        /// 已撤派
        Revoked => "revoked",
        /// 已免除
        Excused => "excused",
        /// Reported to the scene, but not at the scene.
        OffTheSpot => "off_the_spot",
        /// Nobody answered in time.
        Expired => "expired",
        /// The resident did not wish to answer.
        Refused => "refused",
        /// Three calls on two days reached nobody.
        Unreachable => "unreachable",
        /// The centre above held the demand unreasonable.
        Unreasonable => "unreasonable",
    }
}

names! {
    /// The terms of a figure, each of which opens to its cases.
    pub enum Part {
        Numerator => "numerator",
        Denominator => "denominator",
        /// In the denominator, but not, or not wholly, in the numerator: not closed, late,
        /// dissatisfied.
        Rest => "rest",
        /// Beside the figure, by reason.
        Excluded => "excluded",
    }
}
