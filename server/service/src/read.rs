//! Small readings beside the cases.

use gridwhistle_domain::access::{Actor, ActorRef, Operation, Post, Reach, Scope, may_use};
use gridwhistle_domain::case::{CaseId, Purpose, may_unmask};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, Grid, GridCode};
use gridwhistle_store::{Resident, Unmasking, UnmaskingFilter};
use uuid::Uuid;

use crate::{Fault, Reference, Service, ServiceError};

impl Service {
    /// A resident's data in clear: for those who handle the case now, with a purpose, on record.
    pub async fn unmask(
        &self,
        actor: &Actor,
        id: CaseId,
        purpose: Purpose,
        note: Option<String>,
    ) -> Result<Resident, ServiceError> {
        let now = self.clock.now();
        let case = self.seen(actor, id).await?;
        let reference = self.reference();
        let settings = &reference.rules_of(&case).settings;
        let entitled = may_unmask(&case, actor, settings, now);
        let held = entitled.filter(|_| may_use(actor, Operation::Unmask, now));
        let Some(held) = held else {
            return Err(ServiceError::Forbidden);
        };
        if purpose == Purpose::Other && note.is_none() {
            return Err(Fault::new("/note", "purpose_unexplained").into());
        }
        let look = Unmasking {
            id: Uuid::now_v7(),
            case: id,
            person: actor.person,
            by: Some(ActorRef::of(actor, held)),
            purpose: purpose.to_string(),
            note,
            at: now,
        };
        let found = self.store.unmask(look).await?;
        found.ok_or(ServiceError::NotFound)
    }

    /// A page of the looks at residents' data in the auditor's scope, the newest first, with the place of the next.
    pub async fn unmaskings(
        &self,
        actor: &Actor,
        mut filter: UnmaskingFilter,
    ) -> Result<(Vec<Unmasking>, Option<Uuid>), ServiceError> {
        let now = self.clock.now();
        if !may_use(actor, Operation::ReadUnmaskings, now) {
            return Err(ServiceError::Forbidden);
        }
        // What he sees in other posts is not his to audit.
        let audited = actor.posts(now).filter(|held| held.post == Post::Auditor);
        filter.reaches = audited
            .map(|held| match &held.scope {
                Scope::Division(code) => Reach::Division(*code),
                Scope::Grids(codes) => Reach::Grids(codes.clone()),
                Scope::Unit(code) => Reach::Unit(code.clone()),
            })
            .collect();
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let mut looks = self.store.unmaskings(&filter).await?;
        let more = looks.len() > limit;
        looks.truncate(limit);
        let next = looks.last().filter(|_| more).map(|look| look.id);
        Ok((looks, next))
    }

    /// The boundaries that a grid has had, oldest first.
    pub async fn grid_history(&self, code: GridCode) -> Result<Vec<Grid>, ServiceError> {
        Ok(self.store.grid_history(code).await?)
    }
}

impl Reference {
    /// Where somebody is at home: the place of the first of his posts.
    pub fn place_of(&self, actor: &Actor, now: Timestamp) -> Option<DivisionCode> {
        actor.posts(now).find_map(|held| match &held.scope {
            Scope::Division(code) => Some(*code),
            Scope::Unit(code) => self.unit(code).map(|unit| unit.division),
            Scope::Grids(codes) => codes.first().map(|grid| grid.village()),
        })
    }

    /// What the scope of a post is called.
    pub fn scope_name(&self, scope: &Scope) -> String {
        match scope {
            Scope::Division(code) => self.division_name(*code),
            Scope::Unit(code) => self.unit_name(code),
            Scope::Grids(codes) => {
                let names: Vec<&str> = codes
                    .iter()
                    .filter_map(|code| self.land.grids.get(code))
                    .map(|g| g.name.as_str())
                    .collect();
                names.join(", ")
            }
        }
    }
}
