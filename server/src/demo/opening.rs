//! How cases come in: when, where, from whom, and with which fate.

use std::sync::Arc;

use anyhow::Context;
use gridwhistle_domain::access::{Actor, Post, Scope};
use gridwhistle_domain::case::{ActionKind, SafetyCall, Source, WhistleRequest};
use gridwhistle_domain::clock::{Date, Timestamp};
use gridwhistle_domain::matter::{ConditionId, MatterKey, MatterKind};
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing::UnitCode;
use gridwhistle_service::{NewPlace, NewReport, Resident};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::county::{COUNTY, TOWN, Town, VILLAGE, Village, point_in};
use super::life::Life;
use super::people::name;
use super::plan::{Blower, Course, Plan};
use super::stories::{EMERGENCIES, SPOTS, STORIES, Story};
use super::world::World;

/// The same county lives through the same fates in every demo.
const SEED: u64 = 320_707;
/// How much less comes in on a day off.
const DAY_OFF: f64 = 0.4;
/// The share of the town in which most accounts work, and of the worker's village in it.
const OF_TOWN: f64 = 0.25;
const OF_VILLAGE: f64 = 0.15;
/// Reports from outside every grid.
const UNLOCATED: f64 = 0.004;
/// In the Yellow Sea.
const AT_SEA: (f64, f64) = (119.42, 34.90);

/// A case before it is reported.
pub struct Opening {
    pub at: Timestamp,
    pub actor: Arc<Actor>,
    pub report: NewReport,
    pub life: Life,
}

/// A case that is to stand somewhere at the end, for those who log in: the course, what would come
/// next, how the whistle is blown, and the unit that is to lead.
type Waiting = (Course, ActionKind, Blower, &'static str);

/// What waits in the lists of the accounts.
const WAITING: [Waiting; 32] = [
    (Course::Dispatch, ActionKind::Accept, Blower::Worker, "zf"),
    (Course::Dispatch, ActionKind::Accept, Blower::Worker, "hw"),
    (
        Course::Whistle,
        ActionKind::Accept,
        Blower::WorkerAtOnce,
        "zf",
    ),
    (Course::Dispatch, ActionKind::Register, Blower::Worker, "zf"),
    (Course::Dispatch, ActionKind::Register, Blower::Worker, "cw"),
    (Course::Dispatch, ActionKind::Dispatch, Blower::Worker, "zf"),
    (Course::Dispatch, ActionKind::Dispatch, Blower::Worker, "hw"),
    (
        Course::Whistle,
        ActionKind::ApproveWhistle,
        Blower::WorkerAtOnce,
        "zf",
    ),
    (
        Course::Whistle,
        ActionKind::ApproveWhistle,
        Blower::Worker,
        "hw",
    ),
    (
        Course::Whistle,
        ActionKind::ApproveWhistle,
        Blower::Tough,
        "zf",
    ),
    (
        Course::Whistle,
        ActionKind::IssueWhistle,
        Blower::WorkerAtOnce,
        "zf",
    ),
    (
        Course::Whistle,
        ActionKind::IssueWhistle,
        Blower::Worker,
        "pc",
    ),
    (Course::Dispatch, ActionKind::Sign, Blower::Worker, "zf"),
    (Course::Dispatch, ActionKind::Sign, Blower::Worker, "pc"),
    (Course::Dispatch, ActionKind::Sign, Blower::Worker, "hw"),
    (
        Course::Whistle,
        ActionKind::Sign,
        Blower::WorkerAtOnce,
        "zf",
    ),
    (
        Course::Whistle,
        ActionKind::Sign,
        Blower::VillageLeader,
        "pc",
    ),
    (
        Course::Dispatch,
        ActionKind::DecideReturn,
        Blower::Worker,
        "zf",
    ),
    (
        Course::Whistle,
        ActionKind::CheckIn,
        Blower::WorkerAtOnce,
        "zf",
    ),
    (
        Course::Whistle,
        ActionKind::CheckIn,
        Blower::Dispatcher,
        "pc",
    ),
    (
        Course::Whistle,
        ActionKind::Finish,
        Blower::WorkerAtOnce,
        "zf",
    ),
    (Course::Whistle, ActionKind::Finish, Blower::Worker, "pc"),
    (Course::Dispatch, ActionKind::Finish, Blower::Worker, "zf"),
    (
        Course::Whistle,
        ActionKind::ConfirmSolved,
        Blower::WorkerAtOnce,
        "zf",
    ),
    (
        Course::Whistle,
        ActionKind::ConfirmSolved,
        Blower::Worker,
        "hw",
    ),
    (Course::Dispatch, ActionKind::Verify, Blower::Worker, "zf"),
    (Course::Dispatch, ActionKind::Verify, Blower::Worker, "hw"),
    (Course::Dispatch, ActionKind::Close, Blower::Worker, "zf"),
    (
        Course::Whistle,
        ActionKind::Score,
        Blower::WorkerAtOnce,
        "zf",
    ),
    (Course::Dispatch, ActionKind::Rate, Blower::Worker, "zf"),
    // Passed up: the county sends it down again, or out.
    (Course::Dispatch, ActionKind::Delegate, Blower::Worker, "zf"),
    (Course::Dispatch, ActionKind::Delegate, Blower::Worker, "hw"),
];

/// All cases of a history from `start` to `end`, in the order of their reports.
pub fn openings(
    world: &World,
    cases: usize,
    start: Timestamp,
    end: Timestamp,
) -> anyhow::Result<Vec<Opening>> {
    let waiting = WAITING.len().min(cases / 4);
    let moments = moments(world, cases - waiting, start, end);
    let mut all = Vec::with_capacity(cases);
    for (n, at) in (0_u64..).zip(moments) {
        let mut rng = stream(n);
        let place = draw_place(world, &mut rng)?;
        let plan = Plan::draw(&mut rng);
        let story = draw_story(&mut rng, plan.course);
        all.push(open(world, at, n, &place, plan, story, rng)?);
    }
    // At the end, so that their deadlines still lie ahead.
    for (n, waiting) in (1_000_000_u64..).zip(WAITING.iter().take(waiting)) {
        let mut rng = stream(n);
        let at = end.plus_minutes(-rng.random_range(95..240));
        let opening = wait(world, at, n, *waiting, rng)?;
        all.push(opening);
    }
    all.sort_by_key(|opening| opening.at);
    Ok(all)
}

/// The randomness of one case.
fn stream(n: u64) -> SmallRng {
    SmallRng::seed_from_u64(SEED ^ n.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// When reports come: mostly in the daytime, less on days off.
fn moments(world: &World, count: usize, start: Timestamp, end: Timestamp) -> Vec<Timestamp> {
    let mut rng = SmallRng::seed_from_u64(SEED);
    let calendar = &world.reference.rules.time.calendar;
    let span = end.since(start).max(1);
    let mut moments = Vec::with_capacity(count);
    while moments.len() < count {
        let at = start.plus_micros(rng.random_range(0..span) / 1_000_000 * 1_000_000);
        let hour = at.minute_of_day() / 60;
        let of_hour = match hour {
            8..12 => 1.0,
            14..18 => 0.9,
            7 | 12 | 13 => 0.45,
            18..21 => 0.3,
            6 | 21 => 0.12,
            _ => 0.02,
        };
        let of_day = if calendar.is_working_day(at.date()) {
            1.0
        } else {
            DAY_OFF
        };
        if rng.random_bool(of_hour * of_day) {
            moments.push(at);
        }
    }
    moments.sort_unstable();
    moments
}

/// A village, or none.
struct Spot<'a> {
    town: &'a Town,
    village: Option<&'a Village>,
}

fn draw_place<'a>(world: &'a World, rng: &mut SmallRng) -> anyhow::Result<Spot<'a>> {
    let of_town = rng.random_bool(OF_TOWN);
    let main = world
        .towns
        .iter()
        .find(|town| of_town && town.code.to_string() == TOWN);
    let any = || {
        world
            .towns
            .get(rng.random_range(0..world.towns.len().max(1)))
    };
    let town = main
        .or_else(any)
        .context("the reference data has no towns")?;
    if rng.random_bool(UNLOCATED) {
        return Ok(Spot {
            town,
            village: None,
        });
    }
    let own = rng.random_bool(OF_VILLAGE);
    let main = town
        .villages
        .iter()
        .find(|v| own && v.code.to_string() == VILLAGE);
    let village = main.or_else(|| {
        town.villages
            .get(rng.random_range(0..town.villages.len().max(1)))
    });
    Ok(Spot { town, village })
}

fn draw_story(rng: &mut SmallRng, course: Course) -> &'static Story {
    if course == Course::Emergency {
        &EMERGENCIES[rng.random_range(0..EMERGENCIES.len())]
    } else {
        &STORIES[rng.random_range(0..STORIES.len())]
    }
}

/// A case that waits in somebody's list at the end.
fn wait(
    world: &World,
    at: Timestamp,
    n: u64,
    waiting: Waiting,
    mut rng: SmallRng,
) -> anyhow::Result<Opening> {
    let (course, halt, blower, lead) = waiting;
    let town = world
        .towns
        .iter()
        .find(|town| town.code.to_string() == TOWN)
        .context("no town")?;
    let village = town.villages.iter().find(|v| v.code.to_string() == VILLAGE);
    let spot = Spot { town, village };
    let leads = |story: &Story| {
        let Ok((matter, condition)) = registered(story) else {
            return false;
        };
        let urgent = world
            .reference
            .rules
            .condition(&condition)
            .is_none_or(|c| c.emergency);
        let called = world.called(&matter, village.map(|v| v.code), town.code, at);
        let unit = called.first().map(|called| called.unit.clone());
        let wanted = match (lead, village) {
            ("cw", Some(village)) => UnitCode::of(village.code, lead),
            _ => UnitCode::of(town.code, lead),
        };
        !urgent && unit == Some(wanted)
    };
    let fitting: Vec<&'static Story> = STORIES.iter().filter(|story| leads(story)).collect();
    let story = match fitting.len() {
        0 => draw_story(&mut rng, course),
        many => fitting[rng.random_range(0..many)],
    };
    let mut plan = Plan::of(course, &mut rng);
    plan.blower = blower;
    plan.hurried = true;
    plan.halt = Some(halt);
    plan.escalated = halt == ActionKind::Delegate;
    plan.delegated = plan.escalated;
    plan.confirmed = false;
    plan.extended = false;
    plan.suspended = false;
    plan.supervised = false;
    plan.leader_approves = halt == ActionKind::ApproveWhistle;
    plan.whistle_refused = false;
    plan.returned = halt == ActionKind::DecideReturn;
    plan.excused = false;
    plan.fails_verification = false;
    plan.vetoed = false;
    plan.blower_silent = false;
    plan.confirms_on_spot = true;
    plan.registrar_verifies = false;
    plan.officer_reports = halt == ActionKind::Finish;
    plan.pushed_back = false;
    plan.reopened = false;
    plan.commented = false;
    plan.answer = plan.answer.filter(|_| halt == ActionKind::Rate);
    open(world, at, n, &spot, plan, story, rng)
}

fn open(
    world: &World,
    at: Timestamp,
    n: u64,
    spot: &Spot<'_>,
    mut plan: Plan,
    story: &Story,
    mut rng: SmallRng,
) -> anyhow::Result<Opening> {
    let (matter, condition) = registered(story)?;
    let (place, spoken) = place(world, spot, &mut rng);
    // What lies in nobody's grid comes by the hotline, and a clerk blows no whistle.
    if spot.village.is_none() {
        plan.course = Course::Dispatch;
    }
    let by_worker = plan.course == Course::Emergency
        || plan.hurried
        || (plan.course == Course::Whistle && plan.blower == Blower::WorkerAtOnce);
    let source = source(spot, by_worker, &mut rng);
    let actor = reporter(world, spot, source)?;
    let has_resident = match source {
        Source::Resident | Source::Hotline | Source::App => true,
        Source::Patrol => rng.random_bool(0.3),
        Source::Leader | Source::Sensor => false,
    };
    let resident = has_resident.then(|| resident(&mut rng));
    let external_number = (source == Source::Hotline)
        .then(|| format!("12345-{}-{n:07}", at.date().to_string().replace('-', "")));
    let in_gas_or_fire = matches!(story.matter, "event-99996" | "event-99995" | "event-99993");
    let safety_call = in_gas_or_fire.then(|| SafetyCall {
        number: "119".to_owned(),
        at: at.plus_minutes(-2),
    });
    let whistle = match plan.course {
        Course::Emergency => Some(whistle(
            "emergency",
            "情况紧急，请立即到场",
            Some(condition.clone()),
        )),
        Course::Whistle if by_worker && plan.blower == Blower::WorkerAtOnce => {
            Some(whistle("daily", "村里无法独立解决，请相关单位到场", None))
        }
        _ => None,
    };
    // Residents and the hotline do not always know the catalogue.
    let named = by_worker || source != Source::Hotline || rng.random_bool(0.7);
    let millis = u64::try_from(at.micros() / 1_000).unwrap_or_default();
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &rng.random()).into_uuid();
    let report = NewReport {
        id: Some(id),
        source,
        text: story.text.replace("{place}", &spoken),
        matter: named.then(|| matter.clone()),
        place,
        resident,
        confidential: None,
        external_number,
        handed_down_by: None,
        safety_call,
        attachments: Vec::new(),
        whistle,
        self_handled: None,
        occurred_at: None,
    };
    Ok(Opening {
        at,
        actor,
        report,
        life: Life::new(rng, plan, matter, condition),
    })
}

fn registered(story: &Story) -> anyhow::Result<(MatterKey, ConditionId)> {
    let (kind, code) = story
        .matter
        .split_once('-')
        .context("a story names no matter")?;
    let matter = MatterKey::new(kind.parse::<MatterKind>()?, code)?;
    let condition = ConditionId::new(&matter, story.condition);
    Ok((matter, condition))
}

fn place(world: &World, spot: &Spot<'_>, rng: &mut SmallRng) -> (NewPlace, String) {
    let corner = SPOTS[rng.random_range(0..SPOTS.len())];
    let accuracy_m = Some(f64::from(rng.random_range(3_u8..30)));
    let grid = spot.village.and_then(|village| {
        let grid = village
            .grids
            .get(rng.random_range(0..village.grids.len().max(1)))?;
        world.reference.land.grids.get(grid)
    });
    let Some((village, grid)) = spot.village.zip(grid) else {
        let off = rng.random_range(0.0..0.05);
        let place = NewPlace {
            lon_lat: Some((AT_SEA.0 + off, AT_SEA.1 + off)),
            accuracy_m,
            address: Some(format!("{}近岸海域", spot.town.name)),
            ..NewPlace::default()
        };
        return (place, format!("{}近岸养殖区", spot.town.name));
    };
    let at = point_in(&grid.boundary, rng);
    let spoken = format!("{}{}{corner}", spot.town.name, village.name);
    let place = NewPlace {
        lon_lat: Some((at.lon(), at.lat())),
        accuracy_m,
        address: Some(spoken.clone()),
        ..NewPlace::default()
    };
    (place, spoken)
}

fn source(spot: &Spot<'_>, by_worker: bool, rng: &mut SmallRng) -> Source {
    if spot.village.is_none() {
        return Source::Hotline;
    }
    match rng.random_range(0..100) {
        0..42 => Source::Patrol,
        42..66 => Source::Resident,
        _ if by_worker => Source::Resident,
        66..86 => Source::Hotline,
        86..95 => Source::App,
        95..98 => Source::Leader,
        _ => Source::Sensor,
    }
}

fn reporter(world: &World, spot: &Spot<'_>, source: Source) -> anyhow::Result<Arc<Actor>> {
    let town = Scope::Division(spot.town.code);
    Ok(match (source, spot.village) {
        (Source::Patrol | Source::Resident, Some(village)) => world.worker(village.code),
        (Source::App, _) => world
            .cast
            .holder(Post::App, &Scope::Division(DivisionCode::parse(COUNTY)?)),
        (Source::Leader | Source::Sensor, _) => world.cast.holder(Post::Registrar, &town),
        _ => world.cast.holder(Post::Clerk, &town),
    })
}

fn resident(rng: &mut SmallRng) -> Resident {
    Resident {
        name: name(rng.random()),
        telephone: format!("1380000{:04}", rng.random_range(0..10_000)),
    }
}

fn whistle(kind: &str, reason: &str, condition: Option<ConditionId>) -> WhistleRequest {
    WhistleRequest {
        kind: kind.to_owned(),
        reason: reason.to_owned(),
        wanted: Vec::new(),
        condition,
        meeting: None,
    }
}

/// The day on which a history that ends then begins, four months earlier.
pub fn four_months_before(end: Timestamp) -> Timestamp {
    let (year, month, day) = end.date().ymd();
    let (year, month) = if month > 4 {
        (year, month - 4)
    } else {
        (year - 1, month + 8)
    };
    Date::from_ymd(year, month, day.min(28))
        .map_or(end.plus_days(-120), |date| Timestamp::of(date, 0))
}
