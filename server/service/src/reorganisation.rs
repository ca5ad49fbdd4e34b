//! Changesets of divisions: planned on what there is then, put with what they do to grids, kept with reason and author.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gridwhistle_domain::access::{Actor, ActorRef, Operation, Post, may_use};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::lists::DIVISIONS;
use gridwhistle_domain::place::{
    Descent, Division, DivisionChange, DivisionCode, DivisionDescent, Grid, Realm, Reorganisation,
    reorganise,
};
use gridwhistle_store::{DivisionChangeset, ListNote, PlannedOn, StoreError};

use crate::act::TRIES;
use crate::{Fault, Service, ServiceError};

/// Changes of divisions as they are asked for.
#[derive(Clone, Debug)]
pub struct NewReorganisation {
    pub reason: String,
    /// From when it shall count; from now on unless said.
    pub effective_from: Option<Timestamp>,
    pub changes: Vec<DivisionChange>,
    /// The version of the list of divisions on which it was decided; a dry run needs none.
    pub decided_on: Option<u32>,
    /// Only checked, nothing changed.
    pub dry_run: bool,
}

/// What a changeset of divisions does, or would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Reorganised {
    /// The version of the list of divisions after it; after a dry run, the present one.
    pub version: u32,
    pub effective_from: Timestamp,
    /// The divisions that differ, as they were, by code.
    pub before: Vec<Division>,
    /// The same and those that begin, as they become, by code.
    pub after: Vec<Division>,
    pub lineage: Vec<DivisionDescent>,
    /// Which grid goes on under which other code.
    pub grids: Vec<Descent>,
}

impl Service {
    /// Changes divisions as a whole, with all that lies below them, or tells all that is wrong with it. The caller
    /// administers every division concerned, new codes included; what lies elsewhere does not exist for him.
    ///
    /// [`ServiceError::StaleVersion`] when the list was changed since, [`ServiceError::Divisions`] with every fault.
    /// Changesets count in the order in which they were put: none counts from the moment of the last one or before,
    /// from before the last one of boundaries, or from the past.
    pub async fn change_divisions(
        &self,
        actor: &Actor,
        new: NewReorganisation,
    ) -> Result<Reorganised, ServiceError> {
        let now = self.clock.now();
        if !may_use(actor, Operation::ChangeDivisions, now) {
            return Err(ServiceError::Forbidden);
        }
        let mut named = new.changes.iter().flat_map(concerned);
        if named.any(|code| self.administers(actor, code).is_err()) {
            return Err(ServiceError::NotFound);
        }
        let author = actor.posts(now).find(|held| held.post == Post::Admin);
        let note = ListNote {
            at: now,
            by: author.map(|held| ActorRef::of(actor, held)),
            why: new.reason.clone(),
        };
        for _ in 0..TRIES {
            let (planned_on, plan, mut done) = self.reorganised(&new, now).await?;
            if new.dry_run {
                return Ok(done);
            }
            let (from, changes) = (done.effective_from, &new.changes);
            let put = self
                .store
                .put_reorganisation(planned_on, from, changes, plan, note.clone())
                .await;
            match put {
                // Something was faster: plan anew on what stands now.
                Err(StoreError::Stale) => {}
                result => {
                    done.version = result?;
                    self.refresh_reference().await?;
                    tracing::info!(version = done.version, "divisions changed");
                    return Ok(done);
                }
            }
        }
        Err(StoreError::Stale.into())
    }

    /// The changesets of divisions before that version of their list, the newest first.
    pub async fn division_changesets(
        &self,
        actor: &Actor,
        before: Option<u32>,
        limit: u64,
    ) -> Result<Vec<DivisionChangeset>, ServiceError> {
        if !may_use(actor, Operation::ReadReference, self.clock.now()) {
            return Err(ServiceError::Forbidden);
        }
        Ok(self.store.division_changesets(before, limit).await?)
    }

    /// The plan on what stands now.
    async fn reorganised(
        &self,
        new: &NewReorganisation,
        now: Timestamp,
    ) -> Result<(PlannedOn, Reorganisation, Reorganised), ServiceError> {
        // The stamp first: what changes while the rest is read is found by it.
        let stamp = self.store.reference_stamp().await?;
        let versions = self.store.list_versions(DIVISIONS, None, 1).await?;
        let version = versions.first().map_or(0, |version| version.version);
        match new.decided_on {
            None if !new.dry_run => return Err(ServiceError::VersionMissing),
            Some(decided_on) if decided_on != version => {
                return Err(ServiceError::StaleVersion { current: version });
            }
            _ => {}
        }
        let settled = self.store.settled_boundaries().await?;
        let last = self.store.division_changesets(None, 1).await?;
        let effective_from = new.effective_from.unwrap_or(now);
        check_effect(
            effective_from,
            now,
            last.first().map(|last| last.effective_from),
            settled.effective_from,
        )?;
        let divisions: Vec<Division> = self.store.list(DIVISIONS).await?;
        self.refresh_reference().await?;
        let land = Arc::clone(&self.reference().land);
        let grids = land.at(effective_from).into_iter();
        let grids: BTreeMap<_, _> = grids.map(|grid| (grid.code, Grid::clone(&grid))).collect();
        let grid_codes = land.codes();
        let realm = Realm {
            divisions: &divisions,
            grids: &grids,
            grid_codes: &grid_codes,
        };
        let plan =
            reorganise(realm, &new.changes, effective_from).map_err(ServiceError::Divisions)?;
        let differing: BTreeSet<DivisionCode> = plan
            .divisions
            .iter()
            .map(|division| division.code)
            .collect();
        let before = divisions
            .into_iter()
            .filter(|division| differing.contains(&division.code));
        let done = Reorganised {
            version,
            effective_from,
            before: before.collect(),
            after: plan.divisions.clone(),
            lineage: plan.lineage.clone(),
            grids: plan.grids.lineage.clone(),
        };
        let planned_on = PlannedOn {
            list: version,
            boundaries: settled.version,
            stamp,
        };
        Ok((planned_on, plan, done))
    }
}

/// The divisions that a change is about, and the codes that it gives explicitly.
fn concerned(change: &DivisionChange) -> Vec<DivisionCode> {
    let said = change.renumbering().iter();
    let said = said.flat_map(|one| [one.old, one.new]);
    change.codes().into_iter().chain(said).collect()
}

/// No division changes from the past, nor at the moment of another changeset or before it.
fn check_effect(
    effective_from: Timestamp,
    now: Timestamp,
    last: Option<Timestamp>,
    boundaries: Option<Timestamp>,
) -> Result<(), ServiceError> {
    if effective_from < now {
        return Err(Fault::new("/effective_from", "divisions_in_the_past").into());
    }
    let is_early = last.is_some_and(|last| effective_from <= last)
        || boundaries.is_some_and(|last| effective_from < last);
    if is_early {
        return Err(Fault::new("/effective_from", "divisions_before_another").into());
    }
    Ok(())
}
