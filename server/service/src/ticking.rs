//! What happens to cases by themselves: found when its moment has come, decided, appended.
//!
//! Any number of servers may look after the same database. Each decides on the case as it read it, and the log takes
//! the events of the first: the others find the moment gone.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use gridwhistle_domain::case::{Case, CaseId, Recorded, Rules, tick};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_store::{Append, DueCase, StoreError};

use crate::lapses::LapseWatch;
use crate::{Service, ServiceError};

/// So many cases are moved on together: what others write meanwhile waits for no more than these.
const TOGETHER: u64 = 128;
/// The most cases of one pass; the next pass goes on.
const A_PASS: usize = 2_000;
/// How long a case that failed is left alone: so long, then twice as long each time, up to an hour.
const BACKOFF: Duration = Duration::from_secs(5);
const LONGEST_BACKOFF: Duration = Duration::from_hours(1);
/// The most cases that are left alone at once.
const LEFT_ALONE: usize = 1_000;

/// What a pass has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// Cases to which something happened.
    pub cases: usize,
    /// Events that were appended.
    pub events: usize,
    /// Cases that somebody else had changed in between.
    pub overtaken: usize,
    /// Cases that could not be moved on; they are tried again later.
    pub failed: usize,
    /// How late the pass was for the earliest moment that it found.
    pub late_micros: i64,
    /// Whether more is due than one pass takes on.
    pub more: bool,
}

/// Looks for what is due, pass by pass.
#[derive(Debug, Default)]
pub struct Ticker {
    failing: HashMap<CaseId, Failing>,
    lapses: LapseWatch,
}

#[derive(Debug)]
struct Failing {
    times: u32,
    again: Instant,
}

impl Ticker {
    /// Lets everything happen whose moment has come, what was due first, first.
    ///
    /// An error when what is due cannot be looked up; a single case that fails is logged and tried again later.
    pub async fn pass(&mut self, service: &Service) -> Result<Pass, ServiceError> {
        let mut pass = Pass::default();
        self.what_is_due(service, &mut pass).await?;
        self.lapses.go_on(service, &mut pass).await?;
        Ok(pass)
    }

    async fn what_is_due(
        &mut self,
        service: &Service,
        pass: &mut Pass,
    ) -> Result<(), ServiceError> {
        loop {
            let now = service.clock.now();
            let but = self.left_alone();
            let due = service.store.due_cases(now, &but, TOGETHER).await?;
            let found = due.len();
            if let Some(first) = due.first() {
                pass.late_micros = pass.late_micros.max(now.since(first.at));
            }
            let before = pass.cases + pass.overtaken;
            let moved = due.into_iter().map(|due| service.moved_on(due, now));
            for (id, outcome) in join_all(moved).await {
                self.count(id, outcome, pass);
            }
            pass.more = u64::try_from(found).is_ok_and(|found| found == TOGETHER);
            let stuck = pass.cases + pass.overtaken == before && pass.failed == 0;
            if !pass.more || stuck || pass.cases + pass.failed >= A_PASS {
                return Ok(());
            }
        }
    }

    /// The cases that failed and are not tried again yet.
    fn left_alone(&self) -> Vec<CaseId> {
        let now = Instant::now();
        let waiting = self.failing.iter().filter(|(_, f)| now < f.again);
        waiting.map(|(id, _)| *id).take(LEFT_ALONE).collect()
    }

    fn count(&mut self, id: CaseId, outcome: Result<usize, StoreError>, pass: &mut Pass) {
        match outcome {
            Ok(events) => {
                pass.cases += usize::from(events > 0);
                pass.events += events;
                self.failing.remove(&id);
            }
            Err(StoreError::Stale) => pass.overtaken += 1,
            Err(error) => {
                pass.failed += 1;
                let failing = self.failing.entry(id).or_insert(Failing {
                    times: 0,
                    again: Instant::now(),
                });
                let pause = BACKOFF * 2_u32.saturating_pow(failing.times.min(16));
                failing.times += 1;
                failing.again = Instant::now() + pause.min(LONGEST_BACKOFF);
                tracing::error!(case = %id, times = failing.times, %error, "what is due could not happen; it is tried again later");
            }
        }
    }
}

impl Service {
    /// Lets happen to a case what has become due; answers how many events that took.
    async fn moved_on(&self, due: DueCase, now: Timestamp) -> (CaseId, Result<usize, StoreError>) {
        let done = async {
            let case = due.case?;
            let reference = self.reference();
            let events = tick(&case, reference.rules_of(&case), now);
            let count = events.len();
            if count > 0 {
                self.store.append(by_itself(case, events)).await?;
            }
            Ok(count)
        };
        (due.id, done.await)
    }

    /// Lets happen to one case what has become due by now; answers the case as it stands then.
    pub async fn tick_case(&self, id: CaseId) -> Result<Case, ServiceError> {
        loop {
            let case = self.store.case(id).await?.ok_or(ServiceError::NotFound)?;
            let reference = self.reference();
            let events = tick(&case, reference.rules_of(&case), self.clock.now());
            if events.is_empty() {
                return Ok(case);
            }
            match self.store.append(by_itself(case, events)).await {
                Err(StoreError::Stale) => {}
                done => return Ok(done?.case),
            }
        }
    }
}

pub(crate) fn by_itself(case: Case, events: Vec<Recorded>) -> Append {
    Append {
        case: Some(case),
        events,
        others: Vec::new(),
        key: None,
        resident: None,
    }
}

/// The case as it stands by its rules at a moment, whether or not the system has got round to it, with the events
/// that are still to be written for that.
pub(crate) fn as_of(case: &Case, rules: &Rules, now: Timestamp) -> (Case, Vec<Recorded>) {
    let events = tick(case, rules, now);
    let mut current = case.clone();
    for event in &events {
        current.apply(event);
    }
    (current, events)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_case_that_fails_is_left_alone_longer_each_time_and_the_others_are_not() {
        let (broken, sound) = (CaseId(Uuid::from_u128(1)), CaseId(Uuid::from_u128(2)));
        let mut ticker = Ticker::default();
        let mut pass = Pass::default();
        ticker.count(sound, Ok(2), &mut pass);
        ticker.count(sound, Err(StoreError::Stale), &mut pass);
        for _ in 0..20 {
            let failure = StoreError::Corrupt("half a row".to_owned());
            ticker.count(broken, Err(failure), &mut pass);
        }
        assert_eq!(ticker.left_alone(), [broken]);
        assert_eq!(
            (pass.cases, pass.events, pass.overtaken, pass.failed),
            (1, 2, 1, 20)
        );
        let again = ticker.failing[&broken].again;
        assert!(again <= Instant::now() + LONGEST_BACKOFF);
        assert!(again > Instant::now() + LONGEST_BACKOFF / 2);
        ticker.count(broken, Ok(1), &mut pass);
        assert!(ticker.left_alone().is_empty());
    }
}
