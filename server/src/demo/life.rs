//! The life of one case: what happens next, when, and by whom.

use std::collections::HashMap;
use std::sync::Arc;

use gridwhistle_domain::access::{Actor, Post, Scope};
use gridwhistle_domain::case::{
    Action, ActionKind, Answer, Assignment, AssignmentStage, Called, Case, DeclineReason, Grade,
    Meeting, Solved, Stage, Whistle, WhistleRequest, WhistleStage,
};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::matter::{ConditionId, MatterKey};
use gridwhistle_domain::routing::Role;
use rand::Rng;
use rand::rngs::SmallRng;
use uuid::Uuid;

use super::county::near;
use super::pace::Pace;
use super::plan::{Blower, Course, Plan};
use super::stories::{REPLIES, RESULTS, RETURNS};
use super::world::World;

/// Something that somebody does next.
pub struct Move {
    pub at: Timestamp,
    pub actor: Arc<Actor>,
    pub step: Step,
}

/// What he does.
pub enum Step {
    Act(Action),
    /// The resident answers by the link.
    Rate(Answer),
}

impl Step {
    /// The published name of the action.
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::Act(action) => action.kind(),
            Self::Rate(_) => ActionKind::Rate,
        }
    }
}

/// One of the turns that a case takes, and on which part of it; drawn once.
type Turn = (ActionKind, Uuid, u16);

/// A case with its fate.
pub struct Life {
    pub rng: SmallRng,
    pub plan: Plan,
    pub matter: MatterKey,
    pub condition: ConditionId,
    /// As it stands; absent until it is reported.
    pub case: Option<Case>,
    moments: HashMap<Turn, Timestamp>,
}

impl Life {
    pub fn new(rng: SmallRng, plan: Plan, matter: MatterKey, condition: ConditionId) -> Self {
        Self {
            rng,
            plan,
            matter,
            condition,
            case: None,
            moments: HashMap::new(),
        }
    }

    /// What happens next; nothing when the case has come to rest.
    pub fn next(&mut self, world: &World, now: Timestamp) -> Option<Move> {
        let case = self.case.take()?;
        let urgent = case
            .round()
            .map_or(self.plan.course == Course::Emergency, |round| {
                world
                    .reference
                    .rules
                    .condition(&round.condition)
                    .is_some_and(|c| c.emergency)
            });
        let mut turns = Turns {
            world,
            case: &case,
            now,
            pace: Pace {
                rules: &world.reference.rules,
                urgent,
                hurried: self.plan.hurried,
            },
            life: self,
            moves: Vec::new(),
        };
        turns.centre();
        turns.whistles();
        turns.units();
        turns.judgement();
        turns.afterwards();
        let next = turns.moves.into_iter().min_by_key(|m| m.at);
        self.case = Some(case);
        next.filter(|m| self.plan.halt != Some(m.step.kind()))
    }
}

/// What could happen next to a case.
struct Turns<'a> {
    world: &'a World,
    case: &'a Case,
    now: Timestamp,
    pace: Pace<'a>,
    life: &'a mut Life,
    moves: Vec<Move>,
}

impl Turns<'_> {
    /// The moment of a turn: drawn the first time that it is looked at.
    fn moment(
        &mut self,
        turn: Turn,
        draw: impl FnOnce(&Pace<'_>, &mut SmallRng) -> Timestamp,
    ) -> Timestamp {
        let (pace, rng) = (&self.pace, &mut self.life.rng);
        *self
            .life
            .moments
            .entry(turn)
            .or_insert_with(|| draw(pace, rng))
    }

    /// Somebody may do something at a moment, or right now if that has passed.
    fn add(&mut self, at: Timestamp, actor: Arc<Actor>, step: Step) {
        let soon = self
            .now
            .plus_micros(self.life.rng.random_range(2_000_000..20_000_000));
        self.moves.push(Move {
            at: at.max(soon),
            actor,
            step,
        });
    }

    /// The centre acts some minutes of work from now.
    fn desk(&mut self, post: Post, minutes: std::ops::Range<u32>, action: Action) {
        let (now, version) = (self.now, self.case.rounds.len());
        let turn = (
            action.kind(),
            Uuid::nil(),
            u16::try_from(version).unwrap_or_default(),
        );
        let at = self.moment(turn, |pace, rng| {
            let slow = rng.random_bool(0.04);
            pace.after(now, if slow { 20..70 } else { minutes }, rng)
        });
        let actor = self.world.centre(self.case, post);
        self.add(at, actor, Step::Act(action));
    }

    fn first_round(&self) -> bool {
        self.case.rounds.len() == 1
    }

    /// Intake, registration and dispatch.
    fn centre(&mut self) {
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
            Stage::Reported => self.desk(Post::Registrar, 1..12, Action::Accept),
            Stage::Accepted if course == Course::RegistrationRefused => {
                let note = "现场核实未发现所述情况".to_owned();
                let action = Action::RefuseRegistration {
                    reason: DeclineReason::Unfounded,
                    note,
                };
                self.desk(Post::Registrar, 5..60, action);
            }
            Stage::Accepted if course == Course::Voided && self.life.plan.leader_approves => {
                self.void()
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
            World::instead(self.case)
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

    fn called(&self) -> Vec<Called> {
        let case = self.case;
        self.world
            .called(&self.life.matter, case.place.village, case.centre, self.now)
    }

    /// Who blows: whoever the plan says, or the dispatcher where no village is known.
    fn blower(&self) -> Arc<Actor> {
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
    fn whistles(&mut self) {
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

    /// The called units.
    fn units(&mut self) {
        let stage = self.case.stage;
        let voided = self.life.plan.course == Course::Voided && stage == Stage::Handling;
        if voided || !matches!(stage, Stage::Registered | Stage::Assigned | Stage::Handling) {
            return;
        }
        let called: Vec<&Assignment> = self
            .case
            .current_assignments()
            .filter(|a| a.stage.is_open())
            .collect();
        for assignment in called {
            self.unit(assignment);
        }
    }

    fn unit(&mut self, a: &Assignment) {
        let scope = Scope::Unit(a.unit.clone());
        let leader = self.world.cast.holder(Post::UnitLeader, &scope);
        let officer = self.world.cast.holder(Post::UnitOfficer, &scope);
        let (now, id) = (self.now, a.id);
        if a.return_request
            .as_ref()
            .is_some_and(|r| r.accepted.is_none())
        {
            let accept = self.life.plan.return_accepted;
            let ruling = if accept {
                "理由成立，同意退单"
            } else {
                "职责在本单位，继续办理"
            }
            .to_owned();
            let at = self.moment((ActionKind::DecideReturn, id.0, 0), |p, rng| {
                p.after(now, 3..25, rng)
            });
            let dispatcher = self.world.centre(self.case, Post::Dispatcher);
            self.add(
                at,
                dispatcher,
                Step::Act(Action::DecideReturn {
                    assignment: id,
                    accept,
                    ruling,
                }),
            );
            return;
        }
        if a.sign.reached_at.is_none() {
            self.unsigned(a, &leader, &officer);
            return;
        }
        if self.life.plan.names_officer && a.officers.is_empty() {
            let at = self.moment((ActionKind::AssignHandler, id.0, 0), |p, rng| {
                p.after(now, 1..20, rng)
            });
            let action = Action::AssignHandler {
                assignment: id,
                officers: vec![officer.name.clone()],
            };
            self.add(at, leader.clone(), Step::Act(action));
        }
        if let Some(contact) = a.contact
            && contact.reached_at.is_none()
        {
            let due = contact.due;
            let at = self.moment((ActionKind::ContactBlower, id.0, 0), |pace, rng| {
                if rng.random_bool(0.03) {
                    pace.late(due, 5..60, rng)
                } else {
                    pace.within(now, due, 0.02..0.6, rng)
                }
            });
            let note = "已电话联系，约定现场会合".to_owned();
            self.add(
                at,
                officer.clone(),
                Step::Act(Action::ContactBlower {
                    assignment: id,
                    note,
                }),
            );
        }
        if let Some(check_in) = a.check_in
            && a.arrival.is_none()
        {
            self.on_the_way(a, check_in.due, &officer);
            return;
        }
        self.at_work(a, &leader, &officer);
    }

    fn unsigned(&mut self, a: &Assignment, leader: &Arc<Actor>, officer: &Arc<Actor>) {
        let (id, due, issued) = (a.id, a.sign.due, a.issued_at);
        let leads = a.role == Role::Lead;
        let returned = self
            .case
            .assignments
            .iter()
            .any(|a| a.return_request.is_some());
        if leads
            && self.life.plan.returned
            && self.first_round()
            && a.whistle.is_none()
            && !returned
        {
            let last = due.min(a.return_by);
            let at = self.moment((ActionKind::RequestReturn, id.0, 0), |p, rng| {
                p.within(issued, last, 0.1..0.7, rng)
            });
            let (reason, basis) = draw(&mut self.life.rng, &RETURNS);
            let action = Action::RequestReturn {
                assignment: id,
                reason: reason.to_owned(),
                legal_basis: basis.to_owned(),
                suggested_unit: None,
            };
            self.add(at, leader.clone(), Step::Act(action));
            return;
        }
        let last = self
            .case
            .assignments
            .last()
            .is_some_and(|last| last.id == id);
        let excused = self
            .case
            .assignments
            .iter()
            .any(|a| a.stage == AssignmentStage::Excused);
        if self.life.plan.excused && !leads && a.whistle.is_some() && last && !excused {
            let at = self.moment((ActionKind::Excuse, id.0, 0), |p, rng| {
                p.late(due, 2..30, rng)
            });
            let reason = "单位正在参加防汛值守，本次免除到场".to_owned();
            let dispatcher = self.world.centre(self.case, Post::Dispatcher);
            self.add(
                at,
                dispatcher,
                Step::Act(Action::Excuse {
                    assignment: id,
                    reason,
                }),
            );
            return;
        }
        let at = self.moment((ActionKind::Sign, id.0, 0), |pace, rng| {
            if rng.random_bool(0.04) {
                pace.late(due, 3..60, rng)
            } else {
                pace.within(issued, due, 0.04..0.6, rng)
            }
        });
        self.add(
            at,
            officer.clone(),
            Step::Act(Action::Sign { assignment: id }),
        );
    }

    /// Going to the scene: mostly on the spot and in time.
    fn on_the_way(&mut self, a: &Assignment, due: Timestamp, officer: &Arc<Actor>) {
        let now = self.now;
        let at = self.moment((ActionKind::CheckIn, a.id.0, 0), |pace, rng| {
            if rng.random_bool(0.045) {
                pace.late(due, 5..120, rng)
            } else {
                pace.within(now, due, 0.08..0.6, rng)
            }
        });
        let rng = &mut self.life.rng;
        let away = if rng.random_bool(0.025) {
            4_000.0
        } else {
            180.0
        };
        let position = self.case.place.position.map(|at| near(at, away, rng));
        let accuracy_m = Some(f64::from(rng.random_range(4_u8..25)));
        let action = Action::CheckIn {
            assignment: a.id,
            position,
            accuracy_m,
            attachments: Vec::new(),
        };
        self.add(at, officer.clone(), Step::Act(action));
    }

    /// Contacting the resident, finishing the steps, the report of the officer, the finish.
    fn at_work(&mut self, a: &Assignment, leader: &Arc<Actor>, officer: &Arc<Actor>) {
        let (now, id, attempt) = (self.now, a.id, a.attempt);
        let leads = a.role == Role::Lead;
        let resident = self.case.resident.is_some() && leads;
        if resident && self.life.plan.contacts_resident && a.resident_contacted_at.is_none() {
            let at = self.moment((ActionKind::ContactResident, id.0, 0), |p, rng| {
                p.after(now, 1..40, rng)
            });
            let note = "已电话告知处置安排".to_owned();
            self.add(
                at,
                officer.clone(),
                Step::Act(Action::ContactResident {
                    assignment: id,
                    note,
                }),
            );
        }
        let others = self
            .case
            .current_assignments()
            .any(|other| other.id != id && other.stage.is_open());
        if leads && others {
            return;
        }
        let Some(round) = self.case.round() else {
            return;
        };
        let deadline = a.finish_by.or(round.deadline().map(|d| d.at));
        let late = leads && self.life.plan.late && attempt == 1 && self.first_round();
        let last_step = round.step + 1 >= round.steps.len();
        let kind = if leads && !last_step {
            ActionKind::CompleteStep
        } else {
            ActionKind::Finish
        };
        let step = u16::try_from(round.step).unwrap_or_default();
        let share = if leads { 0.1..0.85 } else { 0.05..0.3 };
        let finish_at = self.moment(
            (kind, id.0, attempt * 16 + step),
            |pace, rng| match deadline {
                Some(due) if late => pace.late(due.max(now), 20..900, rng),
                Some(due) => pace.within(now, due, share, rng),
                None => pace.after(now, 30..240, rng),
            },
        );
        if kind == ActionKind::CompleteStep {
            self.add(finish_at, leader.clone(), Step::Act(Action::CompleteStep));
            return;
        }
        if a.stage == AssignmentStage::ReportedDone {
            self.reviewed(a, finish_at, leader);
            return;
        }
        if resident && self.life.plan.replies && self.case.reply.is_none() {
            let text = draw(&mut self.life.rng, &REPLIES).to_owned();
            self.add(
                finish_at.plus_minutes(-3),
                leader.clone(),
                Step::Act(Action::Reply { text }),
            );
        }
        let result = draw(&mut self.life.rng, &RESULTS).to_owned();
        if self.life.plan.officer_reports {
            let action = Action::ReportDone {
                assignment: id,
                result,
                attachments: Vec::new(),
            };
            self.add(
                finish_at.plus_minutes(-2),
                officer.clone(),
                Step::Act(action),
            );
        } else {
            let action = Action::Finish {
                assignment: id,
                result: Some(result),
                attachments: Vec::new(),
            };
            self.add(finish_at, leader.clone(), Step::Act(action));
        }
    }

    /// The leader looks at what the officer reported.
    fn reviewed(&mut self, a: &Assignment, finish_at: Timestamp, leader: &Arc<Actor>) {
        let (now, id) = (self.now, a.id);
        if self.life.plan.pushed_back && a.role == Role::Lead {
            let at = self.moment((ActionKind::PushBack, id.0, 0), |p, rng| {
                p.after(now, 3..30, rng)
            });
            if at > now {
                let reason = "现场照片不清，请补充处置后情况".to_owned();
                self.add(
                    at,
                    leader.clone(),
                    Step::Act(Action::PushBack {
                        assignment: id,
                        reason,
                    }),
                );
                return;
            }
        }
        let action = Action::Finish {
            assignment: id,
            result: None,
            attachments: Vec::new(),
        };
        self.add(finish_at, leader.clone(), Step::Act(action));
    }

    /// Confirmation or veto, verification, closing.
    fn judgement(&mut self) {
        let now = self.now;
        let round = self.case.round();
        let again = round.map_or(0, |r| r.vetoes.len() + r.failed_verifications.len());
        let again = u16::try_from(again + 16 * self.case.rounds.len()).unwrap_or_default();
        match self.case.stage {
            Stage::Handled => self.handled(again),
            Stage::Verifying => {
                let failed = round.is_some_and(|r| !r.failed_verifications.is_empty());
                let passed = !self.life.plan.fails_verification || failed || !self.first_round();
                let note = if passed {
                    "现场核查，问题已解决"
                } else {
                    "现场核查，问题仍然存在，请继续处置"
                };
                let village = self
                    .case
                    .place
                    .village
                    .filter(|_| !self.life.plan.registrar_verifies);
                let verifier = match village {
                    Some(village) => self.world.worker(village),
                    None => self.world.cast.nth_holder(
                        Post::Registrar,
                        &Scope::Division(self.case.centre),
                        1,
                    ),
                };
                let at = self.moment((ActionKind::Verify, Uuid::nil(), again), |pace, rng| {
                    let slow = rng.random_bool(0.08);
                    pace.after(now, if slow { 31..180 } else { 4..28 }, rng)
                });
                let action = Action::Verify {
                    passed,
                    note: note.to_owned(),
                    attachments: Vec::new(),
                    assignments: Vec::new(),
                };
                self.add(at, verifier, Step::Act(action));
            }
            Stage::Verified => {
                let action = Action::Close {
                    standard_met: true,
                    note: "符合结案标准".to_owned(),
                };
                self.desk(Post::Registrar, 5..90, action);
            }
            _ => {}
        }
    }

    fn handled(&mut self, again: u16) {
        if self.case.issued_whistles().next().is_none() {
            return;
        }
        let now = self.now;
        let vetoed = self.case.round().is_some_and(|r| !r.vetoes.is_empty());
        let blower = self.blower();
        if self.life.plan.vetoed && !vetoed && self.first_round() {
            let at = self.moment((ActionKind::Veto, Uuid::nil(), again), |p, rng| {
                p.after(now, 10..240, rng)
            });
            let reason = "问题没有彻底解决，请重新到场处置".to_owned();
            self.add(
                at,
                blower,
                Step::Act(Action::Veto {
                    reason,
                    assignments: Vec::new(),
                }),
            );
        } else if self.life.plan.blower_silent {
            let at = self.moment(
                (ActionKind::RequestVerification, Uuid::nil(), again),
                |p, rng| p.after(now, 481..700, rng),
            );
            let registrar = self.world.centre(self.case, Post::Registrar);
            self.add(at, registrar, Step::Act(Action::RequestVerification));
        } else {
            let at = self.moment((ActionKind::ConfirmSolved, Uuid::nil(), again), |p, rng| {
                p.after(now, 5..240, rng)
            });
            let rng = &mut self.life.rng;
            let there = self
                .case
                .place
                .position
                .filter(|_| self.life.plan.confirms_on_spot);
            let position = there.map(|at| near(at, 120.0, rng));
            let note = "现场查看，问题已解决".to_owned();
            self.add(
                at,
                blower,
                Step::Act(Action::ConfirmSolved { position, note }),
            );
        }
    }

    /// Scores, the resident's answer, reopening.
    fn afterwards(&mut self) {
        if matches!(self.case.stage, Stage::Verified | Stage::Closed) && self.life.plan.scored {
            self.scores();
        }
        if self.case.stage != Stage::Closed {
            return;
        }
        let Some(round) = self.case.round() else {
            return;
        };
        let closed = round.closed_at.unwrap_or(self.now);
        let hurried = self.life.plan.hurried;
        let answer = self.life.plan.answer.clone().map(|mut answer| {
            // What was done again satisfies.
            if !self.first_round() {
                (answer.solved, answer.satisfaction) = (Solved::Yes, Grade::Satisfied);
                answer.text.clear();
            }
            answer
        });
        if let (Some(feedback), Some(answer)) = (&round.feedback, answer)
            && feedback.concluded.is_none()
        {
            let at = self.moment((ActionKind::Rate, Uuid::nil(), round.number), |_, rng| {
                let minutes = rng.random_range(30..5 * 1_440);
                let drawn = closed.plus_minutes(if hurried { 5 } else { minutes });
                // People answer in the daytime, also on days off.
                if drawn.minute_of_day() < 7 * 60 {
                    drawn.plus_minutes(7 * 60)
                } else {
                    drawn
                }
            });
            if at < feedback.expires_at {
                let nobody = self.world.centre(self.case, Post::Caller);
                self.add(at, nobody, Step::Rate(answer));
                return;
            }
        }
        if self.life.plan.reopened && self.first_round() {
            let at = self.moment((ActionKind::Reopen, Uuid::nil(), 0), |p, rng| {
                p.after(closed.plus_days(rng.random_range(1..7)), 5..300, rng)
            });
            let registrar = self.world.centre(self.case, Post::Registrar);
            let reason = "诉求人反映问题反复，要求重办".to_owned();
            self.add(at, registrar, Step::Act(Action::Reopen { reason }));
        }
    }

    fn scores(&mut self) {
        let now = self.now;
        for whistle in self
            .case
            .whistles
            .iter()
            .filter(|w| w.stage == WhistleStage::Finished)
        {
            let unscored = self.case.assignments.iter().find(|a| {
                a.whistle == Some(whistle.id)
                    && a.stage == AssignmentStage::Finished
                    && whistle.scores.iter().all(|s| s.assignment != a.id)
            });
            let Some(a) = unscored else { continue };
            let at = self.moment((ActionKind::Score, whistle.id.0, 0), |p, rng| {
                p.after(now, 5..300, rng)
            });
            let on_time =
                a.sign.in_time == Some(true) && a.check_in.is_none_or(|m| m.in_time == Some(true));
            let rng = &mut self.life.rng;
            let response = if on_time {
                rng.random_range(4..=5)
            } else {
                rng.random_range(2..=4)
            };
            let quality = if a.attempt > 1 {
                rng.random_range(2..=4)
            } else {
                rng.random_range(4..=5)
            };
            let action = Action::Score {
                whistle: whistle.id,
                assignment: a.id,
                response,
                quality,
                note: String::new(),
            };
            let blower = self.blower();
            self.add(at, blower, Step::Act(action));
        }
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

/// One of a list that is never empty.
fn draw<T: Copy, const N: usize>(rng: &mut SmallRng, list: &[T; N]) -> T {
    list[rng.random_range(0..N)]
}
