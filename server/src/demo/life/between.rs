//! From centre to centre: what is too much for a town goes up, what is not comes down again, and who was late appeals.

use gridwhistle_domain::access::{Post, Scope};
use gridwhistle_domain::case::{Action, ActionKind, Stage};
use uuid::Uuid;

use super::super::plan::Course;
use super::Step;
use super::Turns;

impl Turns<'_> {
    /// The town passes the case up before it sends anybody; the county sends it back, or keeps it. True while
    /// somebody is about to pass it on.
    pub(super) fn passed_on(&mut self) -> bool {
        let plan = &self.life.plan;
        let goes_up = plan.course == Course::Dispatch && plan.escalated;
        let comes_down = plan.delegated;
        if self.case.stage != Stage::Registered || !goes_up || !self.first_round() {
            return false;
        }
        match self.case.transfers.as_slice() {
            [] => {
                let reason = "涉及多个镇，本镇难以独立处置".to_owned();
                self.desk(Post::Dispatcher, 2..13, Action::Escalate { reason });
                true
            }
            [up] if comes_down => {
                let (to, reason) = (up.from, "属镇级日常事项，请属地办理".to_owned());
                self.desk(Post::Dispatcher, 2..13, Action::Delegate { to, reason });
                true
            }
            _ => false,
        }
    }

    /// The unit that led late appeals to the centre above, which decides within some days.
    pub(super) fn appeals(&mut self) {
        let Some(round) = self.case.round() else {
            return;
        };
        let now = self.now;
        if let Some(appeal) = self.case.pending_appeal() {
            let centre = Scope::Division(appeal.centre);
            let turn = (ActionKind::DecideAppeal, Uuid::nil(), 0);
            let at = self.moment(turn, |pace, rng| pace.after(now, 60..900, rng));
            let accept = self.life.plan.return_accepted;
            let ruling = if accept {
                "暴雨停工属实，予以剔除"
            } else {
                "理由不充分，不予剔除"
            }
            .to_owned();
            let leader = self.world.cast.holder(Post::DutyLeader, &centre);
            let decision = Action::DecideAppeal { accept, ruling };
            self.add(at, leader, Step::Act(decision));
            return;
        }
        let late = round.on_time == Some(false) && self.case.appeal.is_none();
        if !late || !self.life.plan.appealed {
            return;
        }
        let Some(unit) = round.responsible(now.plus_minutes(1)).cloned() else {
            return;
        };
        let turn = (ActionKind::Appeal, Uuid::nil(), 0);
        let at = self.moment(turn, |pace, rng| pace.after(now, 60..900, rng));
        let reason = "连日暴雨，路面积水，无法施工".to_owned();
        let leader = self.world.cast.holder(Post::UnitLeader, &Scope::Unit(unit));
        self.add(at, leader, Step::Act(Action::Appeal { reason }));
    }
}
