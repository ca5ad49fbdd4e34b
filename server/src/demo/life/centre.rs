//! The centre: intake, registration, dispatch, whistles.

use std::sync::Arc;

use gridwhistle_domain::access::{Actor, Post, Scope};
use gridwhistle_domain::case::{
    Action, ActionKind, Called, DeclineReason, Meeting, Stage, Whistle, WhistleRequest,
    WhistleStage,
};
use rand::Rng;
use uuid::Uuid;

use super::super::plan::{Blower, Course};
use super::super::world::World;
use super::{Step, Turns, draw};

impl Turns<'_> {
    /// Intake, registration and dispatch.
    pub(super) fn centre(&mut self) {
        let course = self.life.plan.course;
        match self.case.stage {
            Stage::Reported if course == Course::Declined => {
                let (reason, note) = draw(&mut self.life.rng, &DECLINES);
                let action = Action::Decline {
                    reason,
                    note: note.to_owned(),
                };
                self.desk(Post::Registrar, 3..14, action);
            }
            Stage::Reported | Stage::Confirming => {
                self.desk(Post::Registrar, 1..12, Action::Accept);
            }
            Stage::Accepted if course == Course::RegistrationRefused => {
                let note = "现场核实未发现所述情况".to_owned();
                let action = Action::RefuseRegistration {
                    reason: DeclineReason::Unfounded,
                    note,
                };
                self.desk(Post::Registrar, 5..60, action);
            }
            Stage::Accepted if course == Course::Voided && self.life.plan.leader_approves => {
                self.void();
            }
            Stage::Accepted => {
                let (matter, condition) = (self.life.matter.clone(), self.life.condition.clone());
                self.desk(
                    Post::Registrar,
                    2..10,
                    Action::Register { matter, condition },
                );
            }
            Stage::Registered => self.registered(),
            Stage::Handling if course == Course::Voided => self.void(),
            _ => {}
        }
        if self.case.condition_to_confirm && !self.case.stage.is_end() {
            self.desk(Post::Registrar, 2..25, Action::ConfirmCondition);
        }
        if self.life.plan.commented && self.case.stage == Stage::Handling {
            let now = self.now;
            let at = self.moment((ActionKind::Comment, Uuid::nil(), 0), |p, rng| {
                p.after(now, 20..200, rng)
            });
            if at > self.now {
                let text = "已电话联系，现场正在处理，请保持通讯畅通".to_owned();
                let actor = self.world.centre(self.case, Post::Dispatcher);
                self.add(
                    at,
                    actor,
                    Step::Act(Action::Comment {
                        text,
                        public: false,
                    }),
                );
            }
        }
    }

    fn void(&mut self) {
        let reason = "上报位置有误，已重新上报".to_owned();
        self.desk(Post::Registrar, 5..90, Action::Void { reason });
    }

    fn registered(&mut self) {
        let requested = self
            .case
            .whistles
            .iter()
            .any(|w| w.stage == WhistleStage::Requested);
        if requested {
            return;
        }
        let at_work = self.case.current_assignments().any(|a| a.stage.is_open());
        let returned = self
            .case
            .round()
            .is_some_and(|r| !r.accepted_returns.is_empty());
        let blows = self.life.plan.course == Course::Whistle && self.first_round();
        if blows && self.case.whistles.is_empty() && !at_work && !returned {
            self.blow();
            return;
        }
        let mut units = if returned {
            self.world.instead(self.case, self.now)
        } else {
            self.called()
        };
        if !returned && self.life.rng.random_bool(0.7) {
            units.truncate(1);
        }
        let action = Action::Dispatch {
            units,
            note: "请按时限到场处置并反馈".to_owned(),
        };
        // A second dispatch after a return is a turn of its own.
        if returned {
            let now = self.now;
            let at = self.moment((ActionKind::Dispatch, Uuid::max(), 0), |p, rng| {
                p.after(now, 2..13, rng)
            });
            let actor = self.world.centre(self.case, Post::Dispatcher);
            self.add(at, actor, Step::Act(action));
        } else {
            self.desk(Post::Dispatcher, 2..13, action);
        }
    }

    pub(super) fn called(&self) -> Vec<Called> {
        let case = self.case;
        self.world
            .called(&self.life.matter, case.place.village, case.centre, self.now)
    }

    /// Who blows: whoever the plan says, or the dispatcher where no village is known.
    pub(super) fn blower(&self) -> Arc<Actor> {
        let Some(village) = self.case.place.village else {
            return self.world.centre(self.case, Post::Dispatcher);
        };
        if self.life.plan.course == Course::Emergency {
            return self.world.worker(village);
        }
        match self.life.plan.blower {
            Blower::WorkerAtOnce | Blower::Worker => self.world.worker(village),
            Blower::VillageLeader | Blower::Tough => self
                .world
                .cast
                .holder(Post::VillageLeader, &Scope::Division(village)),
            Blower::Dispatcher => self.world.centre(self.case, Post::Dispatcher),
        }
    }

    fn blow(&mut self) {
        let tough = self.life.plan.blower == Blower::Tough && self.case.place.village.is_some();
        let request = WhistleRequest {
            kind: if tough { "tough" } else { "daily" }.to_owned(),
            reason: "涉及多个部门，需现场会商处置".to_owned(),
            wanted: Vec::new(),
            condition: None,
            meeting: None,
        };
        let now = self.now;
        let turn = (ActionKind::RequestWhistle, Uuid::nil(), 0);
        let at = self.moment(turn, |pace, rng| pace.after(now, 3..40, rng));
        let blower = self.blower();
        self.add(at, blower, Step::Act(Action::RequestWhistle(request)));
    }

    /// Approval and issue.
    pub(super) fn whistles(&mut self) {
        for whistle in &self.case.whistles {
            if whistle.stage == WhistleStage::Requested {
                self.requested(whistle);
            }
        }
    }

    fn requested(&mut self, whistle: &Whistle) {
        let (now, id) = (self.now, whistle.id);
        let town_head = whistle.kind == "tough";
        let village = self
            .case
            .place
            .village
            .filter(|_| whistle.blown_by.post == Post::GridWorker);
        let approver = match village {
            _ if town_head => Some(self.world.centre(self.case, Post::TownHead)),
            Some(village) if self.life.plan.leader_approves => Some(
                self.world
                    .cast
                    .holder(Post::VillageLeader, &Scope::Division(village)),
            ),
            _ => None,
        };
        if self.life.plan.whistle_refused && !town_head {
            let reason = "单一部门可以处置，按普通派遣办理".to_owned();
            self.desk(
                Post::Dispatcher,
                5..50,
                Action::RefuseWhistle {
                    whistle: id,
                    reason,
                },
            );
            return;
        }
        if let Some(approver) = approver
            && whistle.approved_by.is_none()
        {
            let at = self.moment((ActionKind::ApproveWhistle, id.0, 0), |p, rng| {
                p.after(now, 3..50, rng)
            });
            self.add(
                at,
                approver,
                Step::Act(Action::ApproveWhistle { whistle: id }),
            );
            return;
        }
        if self.case.stage != Stage::Registered {
            return;
        }
        let mut units = self.called();
        if self.life.rng.random_bool(0.4) {
            units = World::with_committee(self.case, units);
        }
        let meeting = Meeting {
            position: self.case.place.position,
            address: self.case.place.address.clone(),
            at: None,
        };
        self.desk(
            Post::Dispatcher,
            2..13,
            Action::IssueWhistle {
                whistle: id,
                units,
                meeting,
            },
        );
    }
}

const DECLINES: [(DeclineReason, &str); 4] = [
    (DeclineReason::Duplicate, "与在办案件重复"),
    (
        DeclineReason::OutOfJurisdiction,
        "不在本镇管辖范围，已告知拨打辖区热线",
    ),
    (
        DeclineReason::Insufficient,
        "位置和情况不清，多次联系未接通",
    ),
    (DeclineReason::AlreadySolved, "到场时问题已自行解决"),
];
