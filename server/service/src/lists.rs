//! Lists: cases, whistles, called units, queues, the feed.

use gridwhistle_domain::access::{Actor, Operation, Post, Reach, Scope, may_use};
use gridwhistle_domain::case::{Case, Queue as WorkQueue};
use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
use gridwhistle_domain::routing::UnitCode;
use gridwhistle_store::{CaseFilter, DeskQueue, Entry, Page, PartFilter, Queue};
use uuid::Uuid;

use crate::{Service, ServiceError};

impl Service {
    /// A page of the cases that the caller may see.
    pub async fn cases(
        &self,
        actor: &Actor,
        mut filter: CaseFilter,
    ) -> Result<Page<Case>, ServiceError> {
        filter.reaches = self.reaches(actor, Operation::ReadCases)?;
        Ok(self.store.cases(&filter).await?)
    }

    /// A page of called units, by the moment at which something is due.
    pub async fn assignments(
        &self,
        actor: &Actor,
        mine: bool,
        mut filter: PartFilter,
    ) -> Result<Page<(Uuid, Case)>, ServiceError> {
        filter.reaches = self.reaches(actor, Operation::ReadCases)?;
        if mine {
            filter.units = self.own_units(actor);
            if filter.units.is_empty() {
                return Ok(Page {
                    items: Vec::new(),
                    next: None,
                });
            }
        }
        Ok(self.store.assignments(&filter).await?)
    }

    /// A page of whistles, the newest first; `mine`: those that the caller blew, and those that
    /// call his units.
    pub async fn whistles(
        &self,
        actor: &Actor,
        mine: bool,
        mut filter: PartFilter,
    ) -> Result<Page<(Uuid, Case)>, ServiceError> {
        filter.reaches = self.reaches(actor, Operation::ReadCases)?;
        if mine {
            filter.blown_by = Some(actor.person);
            filter.units = self.own_units(actor);
        }
        Ok(self.store.whistles(&filter).await?)
    }

    /// How many open cases of the caller's centre stand where, and how many are late.
    pub async fn queues(
        &self,
        actor: &Actor,
    ) -> Result<Vec<(DivisionCode, Vec<Queue>)>, ServiceError> {
        let now = self.clock.now();
        self.reaches(actor, Operation::ReadCases)?;
        let mut centres: Vec<DivisionCode> = actor
            .posts(now)
            .filter(|a| !matches!(a.post, Post::App | Post::Admin))
            .filter_map(|a| match a.scope {
                Scope::Division(code) => Some(code),
                Scope::Unit(_) | Scope::Grids(_) => None,
            })
            .collect();
        centres.sort_unstable();
        centres.dedup();
        let reference = self.reference();
        let mut queues = Vec::with_capacity(centres.len());
        for centre in &centres {
            // What was taken over stands with the post that took it over.
            let heir = reference.succession.became(*centre);
            if heir.is_some_and(|heir| centres.contains(&heir)) {
                continue;
            }
            let together = reference.centres_at(*centre);
            queues.push((*centre, self.store.queues(&together, now).await?));
        }
        Ok(queues)
    }

    /// The work list of a command centre: how many cases wait in each queue, and how many past their moment.
    pub async fn desk(
        &self,
        actor: &Actor,
        centre: DivisionCode,
    ) -> Result<Vec<DeskQueue>, ServiceError> {
        let centres = self.desk_of(actor, centre)?;
        Ok(self.store.desk(&centres, self.clock.now()).await?)
    }

    /// A page of the cases in a queue of a command centre, overdue first, then by the time left.
    pub async fn desk_cases(
        &self,
        actor: &Actor,
        (centre, queue): (DivisionCode, WorkQueue),
        (after, limit): (Option<(i64, i64)>, u64),
    ) -> Result<Page<Case>, ServiceError> {
        let centres = self.desk_of(actor, centre)?;
        let page = self.store.desk_cases(&centres, queue, after, limit);
        Ok(page.await?)
    }

    /// The centres whose work stands in a centre's list: its own, and those of ended divisions that it has taken over,
    /// as far as the caller looks over them.
    fn desk_of(
        &self,
        actor: &Actor,
        centre: DivisionCode,
    ) -> Result<Vec<DivisionCode>, ServiceError> {
        self.looks_over(actor, centre)?;
        let mut centres = self.reference().centres_at(centre);
        centres.retain(|code| *code == centre || self.looks_over(actor, *code).is_ok());
        Ok(centres)
    }

    /// A centre's work list is seen by the centre and those above it; for others it does not exist.
    pub(crate) fn looks_over(
        &self,
        actor: &Actor,
        centre: DivisionCode,
    ) -> Result<(), ServiceError> {
        let reaches = self.reaches(actor, Operation::ReadCases)?;
        let over = |reach: &Reach| matches!(reach, Reach::Division(code) if code.contains(centre));
        let is_centre = self.reference().divisions.contains_key(&centre)
            && !matches!(
                centre.level(),
                DivisionLevel::Province | DivisionLevel::Village
            );
        if is_centre && reaches.iter().any(over) {
            Ok(())
        } else {
            Err(ServiceError::NotFound)
        }
    }

    /// The rows of the log after `after` that the caller may see.
    pub async fn feed(
        &self,
        actor: &Actor,
        after: i64,
        limit: u64,
    ) -> Result<Vec<Entry>, ServiceError> {
        let reaches = self.reaches(actor, Operation::ReadFeed)?;
        Ok(self.store.feed(&reaches, after, limit).await?)
    }

    /// The units in which the caller holds a post.
    pub fn own_units(&self, actor: &Actor) -> Vec<UnitCode> {
        actor
            .posts(self.clock.now())
            .filter_map(|a| match &a.scope {
                Scope::Unit(code) => Some(code.clone()),
                Scope::Division(_) | Scope::Grids(_) => None,
            })
            .collect()
    }

    /// What the caller sees in those of his posts that may use the operation; some post has to.
    pub(crate) fn reaches(
        &self,
        actor: &Actor,
        operation: Operation,
    ) -> Result<Vec<Reach>, ServiceError> {
        let now = self.clock.now();
        let able = actor.in_posts(|alone| may_use(alone, operation, now), now);
        if able.appointments.is_empty() {
            Err(ServiceError::Forbidden)
        } else {
            Ok(Reach::of(&able, now))
        }
    }
}
