//! What waits for which command centre: the queues of its work list.

use super::stage::{Stage, WhistleStage};
use super::state::{Case, InnerClockName};
use crate::clock::Timestamp;
use crate::names::names;
use crate::place::DivisionCode;

names! {
    /// What a command centre has to do with a case, in the order of its work list.
    pub enum Queue {
        /// 审哨
        ApproveWhistle => "approve_whistle",
        /// 受理
        Accept => "accept",
        /// 立案, also the condition of an emergency that was registered by rule
        Register => "register",
        /// 派遣, also an approved whistle that is to be issued
        Dispatch => "dispatch",
        /// 退单
        Return => "return",
        /// 延期、挂账
        Respite => "respite",
        /// 督办回复
        AnswerSupervision => "answer_supervision",
        /// 处置中: units are at work; nothing to do but to watch the deadline
        Handling => "handling",
        /// 依据失效: a unit leads by a power or by certificates that have lapsed since
        Lapsed => "lapsed",
        /// 核查, also silence of the blower
        Verify => "verify",
        /// 结案
        Close => "close",
        /// 重办
        Reopening => "reopening",
        /// 裁定, for the centres below
        Rule => "rule",
        /// 超时申诉, for the centres below
        Appeal => "appeal",
        /// 回访: residents who were not asked yet
        FollowUp => "follow_up",
        /// 认定不合理诉求, for the centres below
        Unreasonable => "unreasonable",
    }
}

/// A case in the queue of a centre.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub queue: Queue,
    /// Whose centre has to do it.
    pub centre: DivisionCode,
    /// By when; absent where no clock runs for it.
    pub due: Option<Timestamp>,
}

impl Case {
    /// The queues in which the case stands: once in each at most.
    pub fn waits(&self) -> Vec<Waiting> {
        let mut waits = Vec::new();
        let mut put = |queue, centre, due| waits.push(Waiting { queue, centre, due });
        let running = |names: &[InnerClockName]| {
            self.inner_clocks
                .iter()
                .filter(|c| c.stopped_at.is_none() && names.contains(&c.name))
                .map(|c| c.due)
                .min()
        };
        let stage = match self.stage {
            Stage::Reported | Stage::Confirming => Some((
                Queue::Accept,
                running(&[InnerClockName::Accept, InnerClockName::Confirm]),
            )),
            Stage::Accepted => Some((Queue::Register, None)),
            Stage::Registered => Some((Queue::Dispatch, running(&[InnerClockName::Dispatch]))),
            Stage::Assigned | Stage::Handling => {
                let deadline = self.round().and_then(super::Round::deadline);
                Some((Queue::Handling, deadline.map(|d| d.at)))
            }
            Stage::Handled | Stage::Verifying => Some((
                Queue::Verify,
                running(&[InnerClockName::ConfirmSolved, InnerClockName::Verify]),
            )),
            Stage::Verified => Some((Queue::Close, None)),
            Stage::Closed
            | Stage::Declined
            | Stage::Unregistered
            | Stage::Voided
            | Stage::Merged => None,
        };
        if let Some((queue, due)) = stage {
            put(queue, self.centre, due);
        }
        if self.is_lapsed() {
            put(Queue::Lapsed, self.centre, None);
        }
        if self.condition_to_confirm && !self.stage.is_end() && self.stage != Stage::Accepted {
            let due = running(&[InnerClockName::ConfirmCondition]);
            put(Queue::Register, self.centre, due);
        }
        if let Some(whistle) = self
            .whistles
            .iter()
            .find(|w| w.stage == WhistleStage::Requested)
        {
            let due = running(&[InnerClockName::Approve]);
            if due.is_some() && whistle.approved_by.is_none() {
                put(Queue::ApproveWhistle, self.centre, due);
            } else if self.stage.in_handling() {
                put(Queue::Dispatch, self.centre, None);
            }
        }
        let due = running(&[InnerClockName::DecideReturn]);
        if due.is_some() {
            put(Queue::Return, self.centre, due);
        }
        let due = running(&[
            InnerClockName::DecideExtension,
            InnerClockName::DecideSuspension,
        ]);
        if due.is_some() {
            put(Queue::Respite, self.centre, due);
        }
        let due = running(&[InnerClockName::AnswerSupervision]);
        if due.is_some() {
            put(Queue::AnswerSupervision, self.centre, due);
        }
        if self.stage == Stage::Closed && self.is_reopening_asked_for() {
            put(Queue::Reopening, self.centre, None);
        }
        if let Some(dispute) = self.dispute() {
            put(Queue::Rule, dispute.centre, Some(dispute.rule_by));
        }
        if let Some(appeal) = self.pending_appeal()
            && (self.stage == Stage::Closed || !self.stage.is_end())
        {
            put(Queue::Appeal, appeal.centre, None);
        }
        let open = || {
            self.all_feedback()
                .filter(|f| f.concluded.is_none() && f.expired_at.is_none())
        };
        if let Some(due) = open().map(|f| f.expires_at).min() {
            put(Queue::FollowUp, self.centre, Some(due));
        }
        let undecided = open().filter_map(|f| Some((f.undecided()?.centre, f.expires_at)));
        if let Some((centre, due)) = undecided.min_by_key(|(_, due)| *due) {
            put(Queue::Unreasonable, centre, Some(due));
        }
        waits
    }
}
