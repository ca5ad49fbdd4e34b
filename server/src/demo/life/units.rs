//! The called units: signing, coming, working, finishing, and who is not responsible.

use std::sync::Arc;

use gridwhistle_domain::access::{Actor, Post, Scope};
use gridwhistle_domain::case::{
    Action, ActionKind, Assignment, AssignmentStage, Stage, is_confidential,
};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::routing::Role;
use rand::Rng;

use super::super::county::near;
use super::super::plan::Course;
use super::super::stories::{REPLIES, RESULTS, RETURNS};
use super::{Step, Turns, draw};

impl Turns<'_> {
    /// The called units.
    pub(super) fn units(&mut self) {
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
                may_finish: false,
            };
            self.add(at, leader.clone(), Step::Act(action));
        }
        if let Some(contact) = a.contact
            && contact.reached_at.is_none()
        {
            let due = contact.due;
            let at = self.moment((ActionKind::ContactBlower, id.0, 0), |pace, rng| {
                if pace.is_late(0.03, rng) {
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
            if pace.is_late(0.04, rng) {
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
            if pace.is_late(0.045, rng) {
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
        // To whoever stays unknown units speak through the centre.
        let settings = &self.world.reference.rules_of(self.case).settings;
        let resident =
            self.case.resident.is_some() && leads && !is_confidential(self.case, settings);
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
        if leads {
            self.asks_for_time(leader, deadline);
        }
        let late = leads && self.life.plan.late && attempt == 1 && self.first_round();
        let last_step = round.step + 1 >= round.steps.len();
        let kind = if leads && !last_step {
            ActionKind::CompleteStep
        } else {
            ActionKind::Finish
        };
        // Whoever has waited takes his time anew.
        let waited = round.suspension.iter().any(|s| s.resumed_at.is_some());
        let step = u16::try_from(round.step).unwrap_or_default() + 8 * u16::from(waited);
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
        // The finish waits for the reply, however late that is.
        if leads && self.case.owes_a_reply() {
            let text = draw(&mut self.life.rng, &REPLIES).to_owned();
            self.add(
                finish_at.plus_minutes(-3),
                leader.clone(),
                Step::Act(Action::Reply { text }),
            );
            return;
        }
        if a.stage == AssignmentStage::ReportedDone {
            self.reviewed(a, finish_at, leader);
            return;
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
}
