//! Changes of grid boundaries: checked as a whole, applied as a whole.

use std::collections::{BTreeMap, BTreeSet};

use gridwhistle_domain::access::{Actor, ActorRef, Operation, Post, may_use};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{
    Boundary, Change, CoverageReport, DivisionCode, Grid, GridCode, GridKind, Overlap, Plan,
    coverage_warnings, overlaps,
};
use gridwhistle_store::ListNote;
use serde_json::Value;

use crate::changeset::check_effect;
use crate::{Fault, GridFault, Service, ServiceError};

/// Grids to be put in force, all or none.
#[derive(Clone, Debug)]
pub struct BoundaryChange {
    pub reason: String,
    pub grids: Vec<GridChange>,
    /// Only checked, nothing changed.
    pub dry_run: bool,
}

/// A grid as it shall be.
#[derive(Clone, Debug)]
pub struct GridChange {
    pub code: GridCode,
    pub name: String,
    pub kind: GridKind,
    pub schematic: bool,
    /// GeoJSON geometry.
    pub geometry: Value,
}

/// What putting boundaries does, or would do.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundariesPut {
    /// The version of the boundaries after it; where nothing changed, the present one.
    pub version: u32,
    /// How many grids differ from before.
    pub changed: usize,
    pub effective_from: Timestamp,
    /// What to look at: how the borders of the grids that change miss those around, and the land that they enclose.
    pub warnings: CoverageReport,
}

impl Service {
    /// Puts boundaries in force: from now on, unless a later moment is said; where a version is named on which it was
    /// decided, on that one alone.
    ///
    /// [`ServiceError::StaleVersion`] when another changeset came first, [`ServiceError::Boundaries`] with every fault,
    /// [`ServiceError::Busy`] while too much is computed over borders.
    pub async fn change_boundaries(
        &self,
        actor: &Actor,
        change: BoundaryChange,
        effective_from: Option<Timestamp>,
        decided_on: Option<u32>,
    ) -> Result<BoundariesPut, ServiceError> {
        if !may_use(actor, Operation::ChangeBoundaries, self.clock.now()) {
            return Err(ServiceError::Forbidden);
        }
        // What is unknown is told below, grid by grid; what lies elsewhere does not exist for this administrator.
        let reference = self.reference();
        let elsewhere = change.grids.iter().any(|grid| {
            let village = grid.code.village();
            reference.divisions.contains_key(&village) && self.administers(actor, village).is_err()
        });
        if elsewhere {
            return Err(ServiceError::NotFound);
        }
        let now = self.clock.now();
        let author = actor.posts(now).find(|held| held.post == Post::Admin);
        let by = author.map(|held| ActorRef::of(actor, held));
        self.put_as(by, change, effective_from, decided_on).await
    }

    /// The same from now on for whoever administers the machine. Answers how many grids change.
    pub async fn put_boundaries(&self, change: BoundaryChange) -> Result<usize, ServiceError> {
        Ok(self.put_as(None, change, None, None).await?.changed)
    }

    async fn put_as(
        &self,
        by: Option<ActorRef>,
        change: BoundaryChange,
        effective_from: Option<Timestamp>,
        decided_on: Option<u32>,
    ) -> Result<BoundariesPut, ServiceError> {
        let now = self.clock.now();
        let settled = self.store.settled_boundaries().await?;
        if decided_on.is_some_and(|version| version != settled.version) {
            return Err(ServiceError::StaleVersion {
                current: settled.version,
            });
        }
        let effective_from = effective_from.unwrap_or(now);
        check_effect(effective_from, now, settled.effective_from)?;
        let standing = self.grids_by_code(effective_from, settled.version).await?;
        let villages = self.villages_at(effective_from);
        let codes: Vec<GridCode> = change.grids.iter().map(|grid| grid.code).collect();
        let spent = self.spent_codes(&codes, &villages, &standing).await?;
        let BoundaryChange {
            reason,
            grids,
            dry_run,
        } = change;
        let judged = self.coverages.run(move || {
            judged(grids, &standing, &spent, &villages, effective_from).map(|grids| {
                let (plan, steps) = as_changes(grids, &standing);
                let warnings = coverage_warnings(&standing, &plan);
                (plan, steps, warnings)
            })
        });
        let (plan, steps, warnings) = judged.await?.map_err(ServiceError::Boundaries)?;
        let mut put = BoundariesPut {
            version: settled.version,
            changed: steps.len(),
            effective_from,
            warnings,
        };
        if dry_run || steps.is_empty() {
            return Ok(put);
        }
        let note = ListNote {
            at: now,
            by,
            why: reason,
        };
        put.version = self
            .put_plan(settled.version, effective_from, &steps, plan, note)
            .await?;
        Ok(put)
    }
}

/// The grids as they shall be, or all that is wrong with them.
fn judged(
    new: Vec<GridChange>,
    standing: &BTreeMap<GridCode, Grid>,
    spent: &BTreeSet<GridCode>,
    villages: &BTreeSet<DivisionCode>,
    valid_from: Timestamp,
) -> Result<Vec<Grid>, Vec<GridFault>> {
    let known: Vec<GridCode> = new.iter().map(|grid| grid.code).collect();
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    let mut grids: Vec<Grid> = Vec::new();
    for (feature, new) in new.into_iter().enumerate() {
        let code = || format!("/features/{feature}/properties/code");
        if !seen.insert(new.code) {
            faults.push(GridFault::Feature(Fault::new(code(), "grid_twice")));
        } else if !villages.contains(&new.code.village()) {
            faults.push(GridFault::Feature(Fault::new(code(), "unknown_village")));
        } else if spent.contains(&new.code) {
            faults.push(GridFault::Feature(Fault::new(code(), "code_spent")));
        } else {
            match Boundary::from_geojson(&new.geometry) {
                Ok(boundary) => grids.push(Grid {
                    code: new.code,
                    name: new.name,
                    kind: new.kind,
                    boundary,
                    schematic: new.schematic,
                    valid_from,
                    valid_to: None,
                }),
                Err(found) => faults.extend(
                    found
                        .into_iter()
                        .map(|fault| GridFault::Boundary { feature, fault }),
                ),
            }
        }
    }
    let candidates: Vec<(GridCode, &Boundary)> =
        grids.iter().map(|g| (g.code, &g.boundary)).collect();
    let neighbours: Vec<(GridCode, &Boundary)> = standing
        .values()
        .filter(|grid| !seen.contains(&grid.code))
        .map(|grid| (grid.code, &grid.boundary))
        .collect();
    // Of two new ones the later is pointed at; a neighbour is no feature of the request.
    let feature_of = |overlap: &Overlap| {
        known
            .iter()
            .rposition(|code| *code == overlap.a || *code == overlap.b)
            .unwrap_or_default()
    };
    faults.extend(
        overlaps(&candidates, &neighbours)
            .into_iter()
            .map(|overlap| GridFault::Overlap {
                feature: feature_of(&overlap),
                overlap,
            }),
    );
    if faults.is_empty() {
        Ok(grids)
    } else {
        Err(faults)
    }
}

/// What the grids change, by plan and step by step. What stands already is left alone, so that importing again changes
/// nothing.
fn as_changes(mut grids: Vec<Grid>, standing: &BTreeMap<GridCode, Grid>) -> (Plan, Vec<Change>) {
    grids.retain(|new| {
        standing.get(&new.code).is_none_or(|old| {
            old.boundary != new.boundary
                || old.name != new.name
                || old.kind != new.kind
                || old.schematic != new.schematic
        })
    });
    let stands = |new: &Grid| standing.contains_key(&new.code);
    let steps = grids.iter().map(|new| put(new, stands(new))).collect();
    let ended = grids.iter().filter(|new| stands(new));
    let plan = Plan {
        ended: ended.map(|new| new.code).collect(),
        begun: grids,
        lineage: Vec::new(),
    };
    (plan, steps)
}

/// The change by which a grid becomes what it shall be.
fn put(new: &Grid, stands: bool) -> Change {
    let (code, boundary, schematic) = (new.code, new.boundary.clone(), new.schematic);
    if stands {
        Change::Redraw {
            code,
            boundary,
            name: Some(new.name.clone()),
            grid_kind: Some(new.kind),
            schematic,
        }
    } else {
        Change::Add {
            code,
            name: new.name.clone(),
            grid_kind: new.kind,
            boundary,
            schematic,
        }
    }
}
