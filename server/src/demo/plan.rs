//! What fate has in store for a case: drawn when it is reported, from published rates where there are any.

use gridwhistle_domain::case::{ActionKind, Answer, Grade, Solved};
use rand::Rng;
use rand::rngs::SmallRng;

/// The way on which a case goes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Course {
    /// Sent to the units.
    Dispatch,
    /// Units are called to the scene.
    Whistle,
    /// Called at once, by rule.
    Emergency,
    Declined,
    RegistrationRefused,
    Voided,
}

/// How the units are called to the scene, where they are.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Blower {
    /// The grid worker with the report.
    WorkerAtOnce,
    /// The grid worker after registration.
    Worker,
    VillageLeader,
    Dispatcher,
    /// The village leader, for what is tough: the town's head approves.
    Tough,
}

/// A case's fate. What comes once is taken away when it has come.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent turn that a case may take"
)]
pub struct Plan {
    pub course: Course,
    pub blower: Blower,
    /// The village leader approves before the dispatcher issues.
    pub leader_approves: bool,
    pub whistle_refused: bool,
    pub returned: bool,
    pub return_accepted: bool,
    pub excused: bool,
    pub fails_verification: bool,
    pub vetoed: bool,
    /// The blower never says whether it is solved.
    pub blower_silent: bool,
    /// The blower confirms at the scene.
    pub confirms_on_spot: bool,
    pub registrar_verifies: bool,
    pub pushed_back: bool,
    pub names_officer: bool,
    pub officer_reports: bool,
    pub contacts_resident: bool,
    pub commented: bool,
    pub scored: bool,
    pub reopened: bool,
    /// The lead is late.
    pub late: bool,
    pub answer: Option<Answer>,
    /// Somebody of the grid looks before the acceptance.
    pub confirmed: bool,
    /// The lead asks for more time.
    pub extended: bool,
    /// The lead asks to wait.
    pub suspended: bool,
    /// The duty leader supervises it.
    pub supervised: bool,
    /// The town's centre passes it up.
    pub escalated: bool,
    /// The county's centre sends it down again.
    pub delegated: bool,
    /// The unit appeals where it was late.
    pub appealed: bool,
    /// Everything follows within minutes.
    pub hurried: bool,
    /// Nothing happens any more when this is next.
    pub halt: Option<ActionKind>,
}

impl Plan {
    /// Draws a fate.
    pub fn draw(rng: &mut SmallRng) -> Self {
        let course = match rng.random_range(0.0..100.0) {
            x if x < 3.0 => Course::Declined,
            x if x < 4.0 => Course::RegistrationRefused,
            x if x < 5.0 => Course::Voided,
            x if x < 9.0 => Course::Emergency,
            x if x < 44.0 => Course::Whistle,
            _ => Course::Dispatch,
        };
        Self::of(course, rng)
    }

    /// Draws what else happens on a course.
    pub fn of(course: Course, rng: &mut SmallRng) -> Self {
        let blower = match rng.random_range(0..100) {
            0..45 => Blower::WorkerAtOnce,
            45..68 => Blower::Worker,
            68..83 => Blower::VillageLeader,
            83..97 => Blower::Dispatcher,
            _ => Blower::Tough,
        };
        let whistle = matches!(course, Course::Whistle | Course::Emergency);
        let answer = rng.random_bool(0.8).then(|| draw_answer(rng));
        let unhappy = answer.as_ref().is_some_and(|a| a.solved == Solved::No);
        Self {
            course,
            blower,
            leader_approves: rng.random_bool(0.6),
            whistle_refused: rng.random_bool(0.02),
            returned: !whistle && rng.random_bool(0.07),
            return_accepted: rng.random_bool(0.75),
            excused: whistle && rng.random_bool(0.03),
            fails_verification: rng.random_bool(0.045),
            vetoed: whistle && rng.random_bool(0.08),
            blower_silent: rng.random_bool(0.08),
            confirms_on_spot: rng.random_bool(0.65),
            registrar_verifies: rng.random_bool(0.2),
            pushed_back: rng.random_bool(0.02),
            names_officer: rng.random_bool(0.2),
            officer_reports: rng.random_bool(0.5),
            contacts_resident: rng.random_bool(0.6),
            commented: rng.random_bool(0.08),
            scored: rng.random_bool(0.92),
            reopened: rng.random_bool(if unhappy { 0.5 } else { 0.005 }),
            late: rng.random_bool(0.02),
            answer,
            confirmed: course == Course::Dispatch && rng.random_bool(0.04),
            extended: rng.random_bool(0.03),
            suspended: rng.random_bool(0.008),
            supervised: rng.random_bool(0.015),
            escalated: rng.random_bool(0.03),
            delegated: rng.random_bool(0.5),
            appealed: rng.random_bool(0.5),
            hurried: false,
            halt: None,
        }
    }
}

/// An answer near the published rates: 97.2 of 100 at least basically satisfied.
fn draw_answer(rng: &mut SmallRng) -> Answer {
    let satisfaction = match rng.random_range(0.0..100.0) {
        x if x < 52.0 => Grade::VerySatisfied,
        x if x < 86.0 => Grade::Satisfied,
        x if x < 97.3 => Grade::BasicallySatisfied,
        x if x < 99.3 => Grade::Dissatisfied,
        _ => Grade::VeryDissatisfied,
    };
    let unhappy = matches!(satisfaction, Grade::Dissatisfied | Grade::VeryDissatisfied);
    let solved = match rng.random_range(0..100) {
        0..55 if unhappy => Solved::No,
        0..85 if unhappy => Solved::Partly,
        0..98 => Solved::Yes,
        98 => Solved::Partly,
        _ => Solved::No,
    };
    let text = if unhappy {
        "处理得太慢，问题没有彻底解决"
    } else {
        ""
    };
    Answer {
        contacted: rng.random_bool(0.98),
        solved,
        satisfaction,
        text: text.to_owned(),
        may_contact: unhappy,
    }
}
