//! The stages of cases, whistles and assignments.

use crate::names::names;

names! {
    /// Where a case stands. The order is that of the way through.
    pub enum Stage {
        /// 待受理
        Reported => "reported",
        /// 待核实
        Confirming => "confirming",
        /// 待立案
        Accepted => "accepted",
        /// 待派遣
        Registered => "registered",
        /// 待签收
        Assigned => "assigned",
        /// 处置中
        Handling => "handling",
        /// 待核查
        Handled => "handled",
        /// 核查中
        Verifying => "verifying",
        /// 待结案
        Verified => "verified",
        /// 已结案
        Closed => "closed",
        /// 不予受理
        Declined => "declined",
        /// 不予立案
        Unregistered => "unregistered",
        /// 已作废
        Voided => "voided",
        /// 已并案
        Merged => "merged",
    }
}

impl Stage {
    /// Whether nothing more is to be done. A closed case can still be reopened.
    pub const fn is_end(self) -> bool {
        matches!(
            self,
            Self::Closed | Self::Declined | Self::Unregistered | Self::Voided | Self::Merged
        )
    }

    /// Whether the case is open and not registered: never, or not any more.
    pub const fn is_before_registration(self) -> bool {
        matches!(self, Self::Reported | Self::Confirming | Self::Accepted)
    }

    /// Whether the case is between registration and the end of the handling.
    pub const fn in_handling(self) -> bool {
        matches!(self, Self::Assigned | Self::Handling)
    }
}

names! {
    /// Where a whistle stands.
    pub enum WhistleStage {
        /// 待审哨
        Requested => "requested",
        /// 已派哨
        Issued => "issued",
        /// 在场处置
        OnScene => "on_scene",
        /// 待评哨
        Finished => "finished",
        /// 已评哨
        Scored => "scored",
        /// 不予吹哨
        Refused => "refused",
        /// 已撤哨
        Withdrawn => "withdrawn",
    }
}

names! {
    /// Where a called unit stands.
    pub enum AssignmentStage {
        /// 待签收
        Issued => "issued",
        /// 已签收
        Signed => "signed",
        /// 已联系
        Contacted => "contacted",
        /// 已报到
        Arrived => "arrived",
        /// 待单位审核
        ReportedDone => "reported_done",
        /// 已办结
        Finished => "finished",
        /// 已退单
        Returned => "returned",
        /// 已撤派
        Revoked => "revoked",
        /// 已免除
        Excused => "excused",
    }
}

impl AssignmentStage {
    /// Whether the unit still has something to do.
    pub const fn is_open(self) -> bool {
        !matches!(
            self,
            Self::Finished | Self::Returned | Self::Revoked | Self::Excused
        )
    }

    /// Whether the unit was let go without finishing.
    pub const fn is_let_go(self) -> bool {
        matches!(self, Self::Returned | Self::Revoked | Self::Excused)
    }
}

names! {
    /// How a matter came to the centre.
    pub enum Source {
        /// 网格巡查
        Patrol => "patrol",
        /// 群众反映 to a grid worker
        Resident => "resident",
        /// 12345 热线
        Hotline => "hotline",
        /// A third-party application.
        App => "app",
        /// 领导交办
        Leader => "leader",
        /// 视频或物联感知
        Sensor => "sensor",
    }
}

names! {
    /// How a case is put to rest before registration.
    pub enum DeclineReason {
        /// 重复上报
        Duplicate => "duplicate",
        /// 不属管辖范围
        OutOfJurisdiction => "out_of_jurisdiction",
        /// 不属城乡管理事项
        NotAMatter => "not_a_matter",
        /// 信息不足
        Insufficient => "insufficient",
        /// 情况不实
        Unfounded => "unfounded",
        /// 已自行解决
        AlreadySolved => "already_solved",
        /// 未经职责准入: said by the town's refusal alone.
        NotAdmitted => "not_admitted",
        /// 其他
        Other => "other",
    }
}
