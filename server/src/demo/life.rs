//! The life of one case: what happens next, when, and by whom.

mod between;
mod centre;
mod judgement;
mod respite;
mod units;

use std::collections::HashMap;
use std::sync::Arc;

use gridwhistle_domain::access::{Actor, Post};
use gridwhistle_domain::case::{Action, ActionKind, Answer, Case};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::matter::{ConditionId, MatterKey};
use rand::Rng;
use rand::rngs::SmallRng;
use uuid::Uuid;

use super::pace::Pace;
use super::plan::{Course, Plan};
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
    /// Nobody: a moment has come.
    Time,
}

impl Step {
    /// What somebody does; absent where time alone passes.
    pub const fn kind(&self) -> Option<ActionKind> {
        match self {
            Self::Act(action) => Some(action.kind()),
            Self::Rate(_) => Some(ActionKind::Rate),
            Self::Time => None,
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
                rules: world.reference.rules_of(&case),
                urgent,
                hurried: self.plan.hurried,
            },
            life: self,
            moves: Vec::new(),
        };
        if !turns.respite() {
            if !turns.looked_at_first() && !turns.passed_on() {
                turns.centre();
            }
            turns.whistles();
            turns.units();
            turns.supervision();
            turns.judgement();
            turns.afterwards();
        }
        let halt = turns.life.plan.halt;
        let next = turns.moves.drain(..).min_by_key(|m| m.at);
        // Where nobody goes on, time does.
        let next = next.filter(|m| halt.is_none() || m.step.kind() != halt);
        let passing = turns.passing();
        self.case = Some(case);
        next.into_iter().chain(passing).min_by_key(|m| m.at)
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

    /// What happens by itself.
    fn passing(&self) -> Option<Move> {
        let moment = self.case.next_moment()?;
        Some(Move {
            at: moment.at.max(self.now),
            actor: self.world.centre(self.case, Post::Registrar),
            step: Step::Time,
        })
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
}

/// One of a list that is never empty.
fn draw<T: Copy, const N: usize>(rng: &mut SmallRng, list: &[T; N]) -> T {
    list[rng.random_range(0..N)]
}
