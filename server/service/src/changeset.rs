//! Changesets of boundaries: planned on what is in force then, put as a whole, kept with reason and author.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gridwhistle_domain::access::{Actor, ActorRef, Operation, Post, may_use};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{
    Change, CoverageReport, Descent, DivisionCode, DivisionLevel, Grid, GridCode, Ground, Plan,
    coverage_warnings, plan,
};
use gridwhistle_store::{Changeset, ListNote, StoreError};

use crate::{Fault, Service, ServiceError};

/// Changes of grids as they are asked for.
#[derive(Clone, Debug)]
pub struct NewChangeset {
    pub reason: String,
    /// From when it shall count; from now on unless said.
    pub effective_from: Option<Timestamp>,
    pub changes: Vec<Change>,
    /// The version of the boundaries on which it was decided; a dry run needs none.
    pub decided_on: Option<u32>,
    /// Only checked, nothing changed.
    pub dry_run: bool,
}

/// What a changeset does, or would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The version of the boundaries after it; after a dry run, the present one.
    pub version: u32,
    pub effective_from: Timestamp,
    /// The grids that end, as they were.
    pub before: Vec<Grid>,
    /// The grids that begin.
    pub after: Vec<Grid>,
    pub lineage: Vec<Descent>,
    /// What to look at: how the borders of the grids that begin miss those around.
    pub warnings: CoverageReport,
}

/// What a grid came from and what came from it, with the moments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relatives {
    pub predecessors: Vec<(GridCode, Timestamp)>,
    pub successors: Vec<(GridCode, Timestamp)>,
}

impl Service {
    /// Changes grids as a whole, or tells all that is wrong with it.
    ///
    /// [`ServiceError::StaleVersion`] when another changeset came first, [`ServiceError::Changes`] with every fault,
    /// [`ServiceError::Busy`] while too much is computed over borders.
    /// Changesets count in the order in which they were put: none counts from before the last one, or from the past.
    pub async fn change_grids(
        &self,
        actor: &Actor,
        new: NewChangeset,
    ) -> Result<Changed, ServiceError> {
        let now = self.clock.now();
        if !may_use(actor, Operation::ChangeBoundaries, now) {
            return Err(ServiceError::Forbidden);
        }
        self.administers_grids(actor, &new.changes)?;
        let settled = self.store.settled_boundaries().await?;
        match new.decided_on {
            None if !new.dry_run => return Err(ServiceError::VersionMissing),
            Some(version) if version != settled.version => {
                return Err(ServiceError::StaleVersion {
                    current: settled.version,
                });
            }
            _ => {}
        }
        let effective_from = new.effective_from.unwrap_or(now);
        check_effect(effective_from, now, settled.effective_from)?;
        let grids = self.grids_by_code(effective_from, settled.version).await?;
        let grids = Arc::new(grids);
        let (plan, warnings) = self.planned(&grids, &new.changes, effective_from).await?;
        let mut changed = Changed {
            version: settled.version,
            effective_from,
            before: plan
                .ended
                .iter()
                .filter_map(|code| grids.get(code))
                .cloned()
                .collect(),
            after: plan.begun.clone(),
            lineage: plan.lineage.clone(),
            warnings,
        };
        if new.dry_run || (plan.ended.is_empty() && plan.begun.is_empty()) {
            return Ok(changed);
        }
        let author = actor.posts(now).find(|held| held.post == Post::Admin);
        let note = ListNote {
            at: now,
            by: author.map(|held| ActorRef::of(actor, held)),
            why: new.reason,
        };
        changed.version = self
            .put_plan(settled.version, effective_from, &new.changes, plan, note)
            .await?;
        Ok(changed)
    }

    /// The changesets before that version, the newest first; with one more than asked for, there are further ones.
    pub async fn changesets(
        &self,
        actor: &Actor,
        before: Option<u32>,
        limit: u64,
    ) -> Result<Vec<Changeset>, ServiceError> {
        if !may_use(actor, Operation::ReadReference, self.clock.now()) {
            return Err(ServiceError::Forbidden);
        }
        Ok(self.store.changesets(before, limit).await?)
    }

    /// The grids that are, were or will be in force at an instant, by code.
    pub fn grids_at(&self, instant: Timestamp) -> Vec<Arc<Grid>> {
        self.reference().land.at(instant)
    }

    /// What the grid came from and what came from it.
    pub async fn relatives(&self, code: GridCode) -> Result<Relatives, ServiceError> {
        let mut relatives = Relatives::default();
        for (pair, at) in self.store.descents_of(code).await? {
            if pair.predecessor == code {
                relatives.successors.push((pair.successor, at));
            } else {
                relatives.predecessors.push((pair.predecessor, at));
            }
        }
        Ok(relatives)
    }

    /// Puts a plan, and lets it count here at once.
    pub(crate) async fn put_plan(
        &self,
        decided_on: u32,
        effective_from: Timestamp,
        changes: &[Change],
        plan: Plan,
        note: ListNote,
    ) -> Result<u32, ServiceError> {
        let count = (plan.ended.len(), plan.begun.len());
        let put = self
            .store
            .put_changeset(decided_on, effective_from, changes, plan, note)
            .await;
        self.refresh_reference().await?;
        match put {
            Ok(version) => {
                let (ended, begun) = count;
                tracing::info!(version, ended, begun, "boundaries changed");
                Ok(version)
            }
            Err(StoreError::Stale) => Err(ServiceError::StaleVersion {
                current: self.store.settled_boundaries().await?.version,
            }),
            Err(error) => Err(error.into()),
        }
    }

    /// What lies elsewhere does not exist for this administrator; what is unknown is told change by change.
    fn administers_grids(&self, actor: &Actor, changes: &[Change]) -> Result<(), ServiceError> {
        let reference = self.reference();
        let villages: BTreeSet<DivisionCode> = changes
            .iter()
            .flat_map(Change::codes)
            .map(GridCode::village)
            .collect();
        let elsewhere = villages.into_iter().any(|village| {
            reference.divisions.contains_key(&village) && self.administers(actor, village).is_err()
        });
        if elsewhere {
            Err(ServiceError::NotFound)
        } else {
            Ok(())
        }
    }

    /// The grids in force at an instant, as they are settled at that version.
    pub(crate) async fn grids_by_code(
        &self,
        instant: Timestamp,
        settled: u32,
    ) -> Result<BTreeMap<GridCode, Grid>, ServiceError> {
        // What is planned on is what was settled; another server may have settled it just now.
        if self.reference().land.boundary_version != settled {
            self.refresh_reference().await?;
        }
        let grids = self.grids_at(instant).into_iter();
        Ok(grids.map(|grid| (grid.code, Grid::clone(&grid))).collect())
    }

    /// The villages that there are at an instant.
    pub(crate) fn villages_at(&self, instant: Timestamp) -> BTreeSet<DivisionCode> {
        self.reference()
            .divisions
            .values()
            .filter(|division| division.level == DivisionLevel::Village)
            .filter(|division| division.is_valid_at(instant))
            .map(|division| division.code)
            .collect()
    }

    /// Codes that grids had once and none has, of those villages that are named. In a village that there is not no grid
    /// begins, so that nobody need look there, however many are named.
    pub(crate) async fn spent_codes(
        &self,
        named: &[GridCode],
        villages: &BTreeSet<DivisionCode>,
        standing: &BTreeMap<GridCode, Grid>,
    ) -> Result<BTreeSet<GridCode>, ServiceError> {
        let concerned: BTreeSet<DivisionCode> = named
            .iter()
            .map(|code| code.village())
            .filter(|village| villages.contains(village))
            .collect();
        let mut spent = self.store.grid_codes(&concerned).await?;
        spent.retain(|code| !standing.contains_key(code));
        Ok(spent)
    }

    /// What the changes do, and what to look at.
    async fn planned(
        &self,
        grids: &Arc<BTreeMap<GridCode, Grid>>,
        changes: &[Change],
        effective_from: Timestamp,
    ) -> Result<(Plan, CoverageReport), ServiceError> {
        let villages = self.villages_at(effective_from);
        let codes: Vec<GridCode> = changes.iter().flat_map(Change::codes).collect();
        let spent = self.spent_codes(&codes, &villages, grids).await?;
        let (grids, changes) = (Arc::clone(grids), changes.to_vec());
        let planned = self.coverages.run(move || {
            let ground = Ground {
                grids: &grids,
                spent: &spent,
                villages: &villages,
            };
            plan(ground, &changes, effective_from).map(|plan| {
                let warnings = coverage_warnings(&grids, &plan);
                (plan, warnings)
            })
        });
        planned.await?.map_err(ServiceError::Changes)
    }
}

/// No boundary counts from the past, nor from before one that was put earlier.
pub(crate) fn check_effect(
    effective_from: Timestamp,
    now: Timestamp,
    last: Option<Timestamp>,
) -> Result<(), ServiceError> {
    if effective_from < now {
        return Err(Fault::new("/effective_from", "effective_in_the_past").into());
    }
    if last.is_some_and(|last| effective_from < last) {
        return Err(Fault::new("/effective_from", "effective_before_another").into());
    }
    Ok(())
}
