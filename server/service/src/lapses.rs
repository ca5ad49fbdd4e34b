//! Lapses in mid-case, told to the centre: looked for once after each change of the registers and once a day.

use gridwhistle_domain::case::{Case, tell_lapses};
use gridwhistle_domain::clock::Date;
use gridwhistle_domain::lists::{ListVersions, OF_POWERS};
use gridwhistle_store::{StoreError, WalkPlace};

use crate::ticking::{Pass, by_itself};
use crate::{Service, ServiceError};

/// So many cases are read at once.
const TOGETHER: u64 = 128;
/// So many cases are looked at in one pass; the next pass goes on.
const A_PASS: usize = 2_000;

/// How far the look has come.
///
/// Each server looks for itself: who is told is on the case, so that nobody is told twice.
#[derive(Debug, Default)]
pub struct LapseWatch {
    /// By which lists, on which day.
    by: Option<(ListVersions, Date)>,
    after: Option<WalkPlace>,
    is_done: bool,
}

impl LapseWatch {
    /// Looks at some cases more, from the beginning where the registers or the day are others.
    pub async fn go_on(&mut self, service: &Service, pass: &mut Pass) -> Result<(), ServiceError> {
        let reference = service.reference();
        let today = service.clock.now().date();
        let by = (reference.rules.versions.of(OF_POWERS), today);
        if self.by.as_ref() != Some(&by) {
            let registers = &reference.rules.registers;
            *self = Self {
                by: Some(by),
                after: None,
                // Where nothing is required nothing lapses.
                is_done: !registers.has_requirements(),
            };
        }
        let mut looked_at = 0;
        while !self.is_done && looked_at < A_PASS {
            let found = service.store.at_work(self.after.as_ref(), TOGETHER).await?;
            let Some((place, _)) = found.last() else {
                self.is_done = true;
                break;
            };
            self.after = Some(place.clone());
            looked_at += found.len();
            let ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
            for case in service.store.cases_by_id(&ids).await? {
                let events = service.tell_lapses(case).await?;
                pass.cases += usize::from(events > 0);
                pass.events += events;
            }
        }
        pass.more |= !self.is_done;
        Ok(())
    }
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
