//! Whether it is solved: the blower, the verifier, the registrar, the resident.

use gridwhistle_domain::access::{Post, Scope};
use gridwhistle_domain::case::{
    Action, ActionKind, AssignmentStage, Grade, Solved, Stage, WhistleStage,
};
use rand::Rng;
use uuid::Uuid;

use super::super::county::near;
use super::{Step, Turns};

impl Turns<'_> {
    /// Confirmation or veto, verification, closing.
    pub(super) fn judgement(&mut self) {
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
            // Nobody answers: after a working day somebody is asked to look.
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
    pub(super) fn afterwards(&mut self) {
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
        self.appeals();
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
