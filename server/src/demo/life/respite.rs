//! What happens beside the way of a case: a look before acceptance, more time, waiting, supervision.

use std::sync::Arc;

use gridwhistle_domain::access::{Actor, Post, Scope};
use gridwhistle_domain::case::{
    Action, ActionKind, Stage, SupervisionKind, Suspension, SuspensionReason,
};
use gridwhistle_domain::clock::Timestamp;
use rand::Rng;
use uuid::Uuid;

use super::{Step, Turns, draw};

impl Turns<'_> {
    /// The registrar has somebody of the grid look first. True while he waits for it.
    pub(super) fn looked_at_first(&mut self) -> bool {
        let Some(village) = self.case.place.village else {
            return false;
        };
        match self.case.stage {
            Stage::Reported if self.life.plan.confirmed => {
                let note = "描述不清，请到现场核实后反馈".to_owned();
                self.desk(Post::Registrar, 1..10, Action::RequestConfirmation { note });
                true
            }
            Stage::Confirming => {
                let asked = self.case.confirmation.as_ref();
                if asked.is_some_and(|c| c.finding.is_some()) {
                    return false;
                }
                let now = self.now;
                let at = self.moment((ActionKind::Confirm, Uuid::nil(), 0), |pace, rng| {
                    pace.after(now, 6..28, rng)
                });
                let action = Action::Confirm {
                    valid: true,
                    note: "已到现场，情况属实".to_owned(),
                    attachments: Vec::new(),
                };
                let worker = self.world.worker(village);
                self.add(at, worker, Step::Act(action));
                true
            }
            _ => false,
        }
    }

    /// The lead asks for more time, or to wait, early enough to be heard.
    pub(super) fn asks_for_time(&mut self, leader: &Arc<Actor>, deadline: Option<Timestamp>) {
        let (Some(deadline), Some(round)) = (deadline, self.case.round()) else {
            return;
        };
        let (now, first) = (self.now, self.first_round());
        // The dispatcher has to be able to answer before the deadline.
        if self.pace.urgent || deadline < now.plus_days(1) {
            return;
        }
        if self.life.plan.extended && first && round.extension_request.is_none() {
            let turn = (ActionKind::RequestExtension, Uuid::nil(), 0);
            let at = self.moment(turn, |pace, rng| {
                pace.within(now, deadline, 0.02..0.08, rng)
            });
            let reason = "需调用外单位设备，原时限内难以完成".to_owned();
            self.add(
                at,
                leader.clone(),
                Step::Act(Action::RequestExtension { reason }),
            );
        }
        if self.life.plan.suspended && first && round.suspension.is_none() {
            let turn = (ActionKind::RequestSuspension, Uuid::nil(), 0);
            let at = self.moment(turn, |pace, rng| {
                pace.within(now, deadline, 0.02..0.08, rng)
            });
            let (reason, note) = draw(&mut self.life.rng, &WAITS);
            let days = self.life.rng.random_range(5..25);
            let action = Action::RequestSuspension {
                reason,
                file_number: (reason == SuspensionReason::Enforcement)
                    .then(|| format!("综执立字第{}号", self.case.number)),
                until: at.date().plus_days(days),
                note: note.to_owned(),
            };
            self.add(at, leader.clone(), Step::Act(action));
        }
    }

    /// The dispatcher decides about more time and waiting, and lets a case go on when the reason is gone. True while
    /// the case waits.
    pub(super) fn respite(&mut self) -> bool {
        let Some(round) = self.case.round() else {
            return false;
        };
        if let Some(waiting) = self.case.suspension() {
            let (now, ends) = (self.now, waiting.resume_at);
            let at = self.moment((ActionKind::Resume, Uuid::nil(), 0), |pace, rng| {
                pace.within(now, ends, 0.5..0.95, rng)
            });
            let note = "条件已具备，恢复办理".to_owned();
            let dispatcher = self.world.centre(self.case, Post::Dispatcher);
            self.add(at, dispatcher, Step::Act(Action::Resume { note }));
            return true;
        }
        let extension = round
            .extension_request
            .as_ref()
            .is_some_and(gridwhistle_domain::case::ExtensionRequest::is_pending);
        if extension {
            let accept = self.life.plan.return_accepted;
            let ruling = if accept {
                "理由成立，同意延期一次"
            } else {
                "不同意延期，请抓紧办理"
            }
            .to_owned();
            self.desk(
                Post::Dispatcher,
                2..20,
                Action::DecideExtension { accept, ruling },
            );
        }
        if round
            .suspension
            .as_ref()
            .is_some_and(Suspension::is_pending)
        {
            let ruling = "情况属实，同意缓办".to_owned();
            self.desk(
                Post::Dispatcher,
                2..20,
                Action::DecideSuspension {
                    accept: true,
                    ruling,
                },
            );
        }
        false
    }

    /// The duty leader supervises what matters; the leader of the unit that leads replies.
    pub(super) fn supervision(&mut self) {
        if self.case.stage != Stage::Handling || !self.life.plan.supervised {
            return;
        }
        let now = self.now;
        if self.case.supervisions.is_empty() {
            let at = self.moment((ActionKind::Supervise, Uuid::nil(), 0), |pace, rng| {
                pace.after(now, 20..240, rng)
            });
            let action = Action::Supervise {
                kind: SupervisionKind::Important,
                note: "群众多次反映，请加快办理并说明进展".to_owned(),
            };
            let leader = self.world.centre(self.case, Post::DutyLeader);
            self.add(at, leader, Step::Act(action));
            return;
        }
        let Some(number) = self.case.unanswered_supervisions().next().map(|s| s.number) else {
            return;
        };
        let Some(lead) = self.case.lead() else {
            return;
        };
        let leader = self
            .world
            .cast
            .holder(Post::UnitLeader, &Scope::Unit(lead.unit.clone()));
        let turn = (ActionKind::AnswerSupervision, Uuid::nil(), number);
        let at = self.moment(turn, |pace, rng| pace.after(now, 20..300, rng));
        let action = Action::AnswerSupervision {
            number: Some(number),
            text: "已安排专人办理，预计按期完成".to_owned(),
        };
        self.add(at, leader, Step::Act(action));
    }
}

/// Why cases wait.
const WAITS: [(SuspensionReason, &str); 4] = [
    (
        SuspensionReason::Enforcement,
        "当事人拒不改正，转入执法程序",
    ),
    (SuspensionReason::PlannedWorks, "已列入本季度改造计划"),
    (SuspensionReason::Funding, "维修资金正在申请"),
    (SuspensionReason::Season, "连续阴雨，暂不具备施工条件"),
];
