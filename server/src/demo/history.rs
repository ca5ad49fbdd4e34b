//! Living through the months: everybody does what comes next through the same use cases as the API.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

use gridwhistle_domain::access::Actor;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_http::messages::Message;
use gridwhistle_service::{Clock, NewReport, Request, Service, ServiceError};
use tokio::task::JoinSet;

use super::life::{Life, Move, Step};
use super::opening::Opening;
use super::world::World;
use crate::messages::text;

/// What happens within so much time goes to the database together.
const WINDOW_MINUTES: i64 = 15;
/// At most so many at once.
const AT_ONCE: usize = 64;
/// How often progress is told.
const TELL: Duration = Duration::from_secs(1);

/// What a history came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub cases: usize,
    pub steps: usize,
    /// What the rules refused: each is a mistake in the script of the demo.
    pub refusals: Vec<String>,
}

/// What is next for a case.
enum Next {
    Report(Arc<Actor>, Box<NewReport>),
    Move(Move),
}

/// Lives through the openings until `end`.
pub async fn live(
    service: &Service,
    world: &World,
    openings: Vec<Opening>,
    end: Timestamp,
) -> Tally {
    let mut tally = Tally::default();
    let mut queue = BinaryHeap::new();
    let mut lives: Vec<(Life, Option<Next>)> = Vec::with_capacity(openings.len());
    for (index, opening) in openings.into_iter().enumerate() {
        queue.push(Reverse((opening.at, index)));
        lives.push((
            opening.life,
            Some(Next::Report(opening.actor, Box::new(opening.report))),
        ));
    }
    let mut told = Instant::now();
    while let Some(Reverse((first, _))) = queue.peek() {
        let close = first.plus_minutes(WINDOW_MINUTES);
        let day = first.date();
        let mut together = JoinSet::new();
        while together.len() < AT_ONCE
            && let Some(Reverse((at, index))) = queue.pop_if_before(close)
        {
            let Some((life, next)) = lives.get_mut(index) else {
                continue;
            };
            let Some(next) = next.take() else { continue };
            let service = service.by_clock(Clock::Set(Arc::new(AtomicI64::new(at.micros()))));
            let case = life.case.clone();
            together.spawn(async move { (at, index, Box::pin(step(&service, case, next)).await) });
        }
        while let Some(done) = together.join_next().await {
            let Ok((at, index, result)) = done else {
                tally.refusals.push("a step panicked".to_owned());
                continue;
            };
            let Some((life, next)) = lives.get_mut(index) else {
                continue;
            };
            tally.steps += 1;
            match result {
                Ok(case) => {
                    tally.cases += usize::from(life.case.is_none());
                    life.case = Some(case);
                    if let Some(coming) = life.next(world, at).filter(|coming| coming.at <= end) {
                        queue.push(Reverse((coming.at, index)));
                        *next = Some(Next::Move(coming));
                    } else {
                        life.case = None;
                    }
                }
                Err(refusal) => tally.refusals.push(refusal),
            }
        }
        if told.elapsed() >= TELL {
            told = Instant::now();
            let progress = Message::new("demo-history")
                .with("day", day.to_string())
                .with("cases", grouped(tally.cases));
            eprintln!("{}", text(&progress));
        }
    }
    tally
}

/// Takes what comes next out of the queue if it comes before a moment.
trait PopIfBefore {
    fn pop_if_before(&mut self, close: Timestamp) -> Option<Reverse<(Timestamp, usize)>>;
}

impl PopIfBefore for BinaryHeap<Reverse<(Timestamp, usize)>> {
    fn pop_if_before(&mut self, close: Timestamp) -> Option<Reverse<(Timestamp, usize)>> {
        let Reverse((at, _)) = self.peek()?;
        if *at < close { self.pop() } else { None }
    }
}

/// Carries a step out; a refusal is told with what was tried.
async fn step(service: &Service, case: Option<Case>, next: Next) -> Result<Case, String> {
    let told = |what: &str, case: Option<&Case>, error: ServiceError| {
        let stood = case
            .map(|c| format!(" at {} of {}", c.stage, c.number))
            .unwrap_or_default();
        format!("{what}{stood}: {error:?}")
    };
    match (next, case) {
        (Next::Report(actor, report), _) => match service.report(&actor, *report, None).await {
            Ok(outcome) => Ok(outcome.case),
            Err(error) => Err(told("report", None, error)),
        },
        (Next::Move(coming), Some(case)) => {
            let kind = coming.step.kind();
            let result = match coming.step {
                Step::Act(action) => {
                    let request = Request {
                        action,
                        version: Some(case.version),
                        occurred_at: None,
                        key: None,
                    };
                    service
                        .act(&coming.actor, case.id, request)
                        .await
                        .map(|outcome| outcome.case)
                }
                Step::Rate(answer) => match service.rating_token(&case) {
                    Some(token) => service.rate(&token, &answer).await,
                    None => Err(ServiceError::Gone),
                },
                Step::Time => service.tick_case(case.id).await,
            };
            let what = kind.map_or("time", |kind| kind.as_str());
            result.map_err(|error| told(what, Some(&case), error))
        }
        (Next::Move(_), None) => Err("a step without its case".to_owned()),
    }
}

/// 1240 as 1,240.
fn grouped(number: usize) -> String {
    if number < 1_000 {
        number.to_string()
    } else {
        format!("{},{:03}", grouped(number / 1_000), number % 1_000)
    }
}
