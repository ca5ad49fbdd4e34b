//! A case that has to wait for something that nobody called can hasten (挂账, 缓办).

use serde::{Deserialize, Serialize};

use super::state::Case;
use crate::access::ActorRef;
use crate::clock::Timestamp;
use crate::names::names;

names! {
    /// What a case waits for.
    pub enum SuspensionReason {
        /// 转入执法程序: the file's number has to be named.
        Enforcement => "enforcement",
        /// 诉讼、仲裁或复议期间
        Litigation => "litigation",
        /// 列入改造或维修计划
        PlannedWorks => "planned_works",
        /// 等待资金
        Funding => "funding",
        /// 季节或天气不宜施工
        Season => "season",
        /// 其他
        Other => "other",
    }
}

/// A unit's wish to wait, what the dispatcher said, and how long it lasted. Granted at most once a
/// round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    pub at: Timestamp,
    pub by: ActorRef,
    pub reason: SuspensionReason,
    /// Of the enforcement procedure.
    pub file_number: Option<String>,
    pub note: String,
    /// When it ends by itself.
    pub resume_at: Timestamp,
    /// Absent while the dispatcher has not decided.
    pub granted: Option<bool>,
    pub ruling: Option<String>,
    pub granted_at: Option<Timestamp>,
    /// When handling went on, by hand, by itself, or with the end of the case.
    pub resumed_at: Option<Timestamp>,
}

impl Suspension {
    pub const fn is_pending(&self) -> bool {
        self.granted.is_none()
    }

    /// Whether the case waits now.
    pub const fn is_running(&self) -> bool {
        self.granted_at.is_some() && self.resumed_at.is_none()
    }

    /// Whether the case waited just before a moment.
    pub fn ran_before(&self, moment: Timestamp) -> bool {
        self.granted_at.is_some_and(|at| at < moment)
            && self.resumed_at.is_none_or(|at| at >= moment)
    }
}

impl Case {
    /// The suspension that keeps the case waiting now.
    pub fn suspension(&self) -> Option<&Suspension> {
        self.round()?.suspension.as_ref().filter(|s| s.is_running())
    }
}
