//! What an amended calendar, or amended working times, move in the cases that are open.
//!
//! Which versions the open deadlines follow is noted in the database. Whoever finds that note behind the lists goes
//! through the open cases: the command that imported them, so that it can say what moved, or a server that serves. A
//! pass that was broken off begins anew, and one that another server makes as well finds nothing more to move.

use std::sync::Arc;

use futures_util::future::join_all;
use gridwhistle_domain::access::{Actor, Operation, Reach};
use gridwhistle_domain::case::{Case, CaseId, Recorded, Rules, recalculate};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::lists;
use gridwhistle_store::{Append, Entry, StoreError};
use serde::{Deserialize, Serialize};

use crate::import::{Fault, calendar};
use crate::reference::{CalendarYear, TimeVersions};
use crate::{Reference, Service, ServiceError};

/// Under which name the database keeps what the open deadlines follow.
const NOTE: &str = "deadlines_follow";
/// So many cases are gone through together: what others write meanwhile waits for no more than these.
const TOGETHER: u64 = 128;
/// For so long after an amendment a server may still decide by what it read before: then the cases are gone through
/// once more.
const SETTLING_MINUTES: i64 = 1;

/// What the open deadlines follow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    follow: TimeVersions,
    /// What some of them may follow still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<TimeVersions>,
}

/// What going through the open cases has done.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Recalculation {
    /// Cases that were looked at.
    pub cases: usize,
    /// Cases of which a deadline moved.
    pub moved: usize,
    /// Cases that could not be read or written; they are tried again.
    pub failed: usize,
}

/// A row of the log that tells of moved deadlines, with the case as it stands.
#[derive(Clone, Debug)]
pub struct Moved {
    pub entry: Entry,
    pub case: Case,
}

impl Service {
    /// Replaces the notices of years by those given; the other years stay. Answers how many entries changed.
    pub async fn put_calendar(
        &self,
        given: Vec<CalendarYear>,
        why: String,
    ) -> Result<Result<usize, Vec<Fault>>, ServiceError> {
        let note = crate::ListNote {
            at: self.clock.now(),
            by: None,
            why,
        };
        loop {
            let versions = self.store.current_versions().await?;
            let version = versions.0.get(lists::CALENDAR).copied().unwrap_or_default();
            let stored: Vec<CalendarYear> = self.store.list(lists::CALENDAR).await?;
            let years = match calendar::joined(stored.clone(), given.clone()) {
                Ok(years) => years,
                Err(faults) => return Ok(Err(faults)),
            };
            let changed: Vec<_> = years
                .into_iter()
                .filter(|year| !stored.contains(year))
                .map(|year| (year.year.to_string(), Some(year)))
                .collect();
            let count = changed.len();
            if count == 0 {
                return Ok(Ok(0));
            }
            let put = self
                .store
                .change_list(lists::CALENDAR, version, changed, note.clone());
            match put.await {
                // Somebody has amended another year meanwhile.
                Err(StoreError::Stale) => {}
                done => {
                    done?;
                    self.refresh_reference().await?;
                    return Ok(Ok(count));
                }
            }
        }
    }

    /// Lets the open deadlines follow calendar and working times as they stand, where these were amended since the last
    /// time; `None` where there is nothing to do.
    ///
    /// An error when the database cannot be read or written; single cases that fail are counted and logged.
    pub async fn recalculate(&self) -> Result<Option<Recalculation>, ServiceError> {
        let note = self.note().await?;
        let mut reference = self.reference();
        if note
            .as_ref()
            .is_some_and(|note| reference.is_behind(note.follow))
        {
            // Another server follows an amendment already that this one has not read.
            self.refresh_reference().await?;
            reference = self.reference();
        }
        let stand = reference.time_versions();
        let Some(mut note) = note else {
            self.put_note(Note {
                follow: stand,
                before: Vec::new(),
            })
            .await?;
            return Ok(None);
        };
        if reference.is_behind(note.follow) {
            return Ok(None);
        }
        let settles = note.follow == stand;
        if settles && (note.before.is_empty() || !self.has_settled().await?) {
            return Ok(None);
        }
        if !settles {
            note.before.push(note.follow);
            note.follow = stand;
        }
        let mut before = Vec::with_capacity(note.before.len());
        for versions in &note.before {
            before.push({
                let land = Arc::clone(&reference.land);
                Reference::load_at(&self.store, self.clock.now(), land, *versions).await?
            });
        }
        let sum = self.go_through(&before, &reference).await?;
        if sum.failed == 0 {
            if settles {
                note.before.clear();
            }
            self.put_note(note).await?;
        }
        tracing::info!(
            cases = sum.cases,
            moved = sum.moved,
            failed = sum.failed,
            "the open deadlines follow the amended working time"
        );
        Ok(Some(sum))
    }

    /// A page of what amendments have moved in the cases that the caller may see: the rows of the log after that one,
    /// and after which row the next page begins.
    pub async fn moved_deadlines(
        &self,
        actor: &Actor,
        after: i64,
        limit: u64,
    ) -> Result<(Vec<Moved>, Option<i64>), ServiceError> {
        let reaches = self.reaches(actor, Operation::ReadCases)?;
        self.moved(Some(&reaches), after, limit).await
    }

    /// The same for whoever administers the machine.
    pub async fn all_moved_deadlines(
        &self,
        after: i64,
        limit: u64,
    ) -> Result<(Vec<Moved>, Option<i64>), ServiceError> {
        self.moved(None, after, limit).await
    }

    async fn moved(
        &self,
        reaches: Option<&[Reach]>,
        after: i64,
        limit: u64,
    ) -> Result<(Vec<Moved>, Option<i64>), ServiceError> {
        let mut rows = self
            .store
            .moved_deadlines(reaches, after, limit + 1)
            .await?;
        let page = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > page;
        rows.truncate(page);
        let next = rows.last().filter(|_| more).map(|(entry, _)| entry.seq);
        let moved = rows.into_iter().map(|(entry, case)| Moved { entry, case });
        Ok((moved.collect(), next))
    }

    async fn note(&self) -> Result<Option<Note>, ServiceError> {
        let text = self.store.meta(NOTE).await?;
        // What cannot be read is written anew: the deadlines follow what stands.
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    async fn put_note(&self, note: Note) -> Result<(), ServiceError> {
        let text = serde_json::to_string(&note)
            .map_err(|error| ServiceError::Internal(error.to_string()))?;
        Ok(self.store.set_meta(NOTE, text).await?)
    }

    /// Whether every server decides by the last amendment.
    async fn has_settled(&self) -> Result<bool, ServiceError> {
        let settled = self.clock.now().plus_minutes(-SETTLING_MINUTES);
        for list in lists::OF_CLOCKS {
            let last = self.store.list_versions(list, None, 1).await?;
            if last
                .first()
                .is_some_and(|version| version.note.at > settled)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn go_through(
        &self,
        before: &[Reference],
        after: &Reference,
    ) -> Result<Recalculation, ServiceError> {
        let mut sum = Recalculation::default();
        let mut last = 0;
        loop {
            let open = self.store.open_cases(last, TOGETHER).await?;
            let Some((seq, _, _)) = open.last() else {
                return Ok(sum);
            };
            last = *seq;
            sum.cases += open.len();
            let followers = open
                .into_iter()
                .map(|(_, id, case)| self.follow(id, case, before, after));
            for (id, outcome) in join_all(followers).await {
                match outcome {
                    Ok(moved) => sum.moved += usize::from(moved),
                    Err(error) => {
                        sum.failed += 1;
                        tracing::error!(case = %id, %error, "the deadlines of a case could not follow the amended working time; it is tried again");
                    }
                }
            }
        }
    }

    /// Lets the deadlines of a case follow; answers whether any moved.
    async fn follow(
        &self,
        id: CaseId,
        read: Result<Case, StoreError>,
        before: &[Reference],
        after: &Reference,
    ) -> (CaseId, Result<bool, StoreError>) {
        let done = async {
            let mut case = read?;
            loop {
                let pairs = before
                    .iter()
                    .map(|before| (before.rules_of(&case), after.rules_of(&case)));
                let events = moves(&case, pairs, self.clock.now());
                if events.is_empty() {
                    return Ok(false);
                }
                let append = Append {
                    case: Some(case),
                    events,
                    others: Vec::new(),
                    key: None,
                    resident: None,
                };
                match self.store.append(append).await {
                    Err(StoreError::Stale) => {}
                    done => return done.map(|_| true),
                }
                // Somebody has moved it on: what is open now may be something else.
                match self.store.case(id).await? {
                    Some(current) => case = current,
                    None => return Ok(false),
                }
            }
        };
        (id, done.await)
    }
}

/// What has to happen to a case whose deadlines follow one of the rules before.
fn moves<'r>(
    case: &Case,
    pairs: impl Iterator<Item = (&'r Rules, &'r Rules)>,
    now: Timestamp,
) -> Vec<Recorded> {
    let mut current = case.clone();
    let mut events = Vec::new();
    for (before, after) in pairs {
        for event in recalculate(&current, before, after, now) {
            current.apply(&event);
            events.push(event);
        }
    }
    events
}
