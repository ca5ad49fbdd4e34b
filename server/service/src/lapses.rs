//! Lapses in mid-case, told to the centre: looked for once after each change of the registers and once a day.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use gridwhistle_domain::case::{Case, CaseId, tell_lapses};
use gridwhistle_domain::clock::Date;
use gridwhistle_domain::lists::{ListVersions, OF_POWERS, REQUIREMENTS};
use gridwhistle_store::{StoreError, WalkPlace};

use crate::ticking::{Pass, by_itself};
use crate::{Service, ServiceError};

/// So many cases are read at once.
const TOGETHER: u64 = 128;
/// So many cases are looked at in one pass; the next pass goes on.
const A_PASS: usize = 2_000;
/// Where cases could not be looked at, everything is looked at once more after so long.
const ONCE_MORE: Duration = Duration::from_mins(5);

/// How far the look has come.
///
/// Each server looks for itself: who is told is on the case, so that nobody is told twice.
#[derive(Debug, Default)]
pub struct LapseWatch {
    /// By which lists, on which day.
    by: Option<(ListVersions, Date)>,
    after: Option<WalkPlace>,
    is_done: bool,
    /// When to begin once more, for the sake of cases that failed.
    again: Option<Instant>,
}

impl LapseWatch {
    /// Looks at some cases more, from the beginning where the registers or the day are others.
    pub async fn go_on(&mut self, service: &Service, pass: &mut Pass) -> Result<(), ServiceError> {
        let reference = service.reference();
        let today = service.clock.now().date();
        let by = (reference.rules.versions.of(OF_POWERS), today);
        let once_more = self.is_done && self.again.is_some_and(|at| at <= Instant::now());
        if once_more || self.by.as_ref() != Some(&by) {
            let versions = &reference.rules.versions.0;
            *self = Self {
                by: Some(by),
                after: None,
                // Where nothing was ever required nothing has lapsed.
                is_done: !versions.contains_key(REQUIREMENTS),
                again: None,
            };
        }
        let mut looked_at = 0;
        while !self.is_done && looked_at < A_PASS {
            let found = service.store.at_work(self.after.as_ref(), TOGETHER).await?;
            let Some((place, _)) = found.last() else {
                self.is_done = true;
                break;
            };
            let place = place.clone();
            looked_at += found.len();
            let ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
            // Together, so that they share the commits of the log.
            let told = read(service, &ids).await?.into_iter();
            let told = join_all(told.map(|(id, case)| async move {
                let told = match case {
                    Ok(case) => service.tell_lapses(case).await,
                    Err(error) => Err(error.into()),
                };
                (id, told)
            }));
            for (id, told) in told.await {
                match told {
                    Ok(events) => {
                        pass.cases += usize::from(events > 0);
                        pass.events += events;
                    }
                    Err(error) => {
                        pass.failed += 1;
                        self.again = Some(Instant::now() + ONCE_MORE);
                        tracing::error!(case = %id, %error, "what has lapsed behind a case could not be told; it is tried again");
                    }
                }
            }
            self.after = Some(place);
        }
        pass.more |= !self.is_done;
        Ok(())
    }
}

/// Cases by their identities; one that cannot be read does not hide the others.
async fn read(
    service: &Service,
    ids: &[CaseId],
) -> Result<Vec<(CaseId, Result<Case, StoreError>)>, StoreError> {
    let store = &service.store;
    match store.cases_by_id(ids).await {
        Err(StoreError::Corrupt(_)) => {}
        read => return Ok(read?.into_iter().map(|case| (case.id, Ok(case))).collect()),
    }
    let mut cases = Vec::with_capacity(ids.len());
    for id in ids {
        match store.case(*id).await {
            Ok(case) => cases.extend(case.map(|case| (*id, Ok(case)))),
            Err(error @ StoreError::Corrupt(_)) => cases.push((*id, Err(error))),
            Err(error) => return Err(error),
        }
    }
    Ok(cases)
}

impl Service {
    /// Records what has lapsed behind the orders of a case; answers how many events that took.
    async fn tell_lapses(&self, mut case: Case) -> Result<usize, ServiceError> {
        loop {
            let reference = self.reference();
            let events = tell_lapses(&case, reference.rules_of(&case), self.clock.now());
            let (id, count) = (case.id, events.len());
            if count == 0 {
                return Ok(0);
            }
            match self.store.append(by_itself(case, events)).await {
                // Somebody was faster: another look at the case as it stands now.
                Err(StoreError::Stale) => {
                    case = self.store.case(id).await?.ok_or(ServiceError::NotFound)?;
                }
                done => return Ok(done.map(|_| count)?),
            }
        }
    }
}
