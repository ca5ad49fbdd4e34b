//! Changes of grid boundaries: checked as a whole, applied as a whole.

use gridwhistle_domain::access::{Actor, ActorRef, Operation, Post, may_use};
use gridwhistle_domain::place::{
    Boundary, Change, Grid, GridCode, GridKind, Overlap, Plan, overlaps,
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

impl Service {
    /// Puts boundaries in force. Answers how many grids change.
    pub async fn change_boundaries(
        &self,
        actor: &Actor,
        change: BoundaryChange,
    ) -> Result<usize, ServiceError> {
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
        self.put_as(by, change).await
    }

    /// The same for whoever administers the machine.
    pub async fn put_boundaries(&self, change: BoundaryChange) -> Result<usize, ServiceError> {
        self.put_as(None, change).await
    }

    async fn put_as(
        &self,
        by: Option<ActorRef>,
        change: BoundaryChange,
    ) -> Result<usize, ServiceError> {
        let reference = self.reference();
        let now = self.clock.now();
        let known: Vec<GridCode> = change.grids.iter().map(|g| g.code).collect();
        let mut faults = Vec::new();
        let mut grids: Vec<Grid> = Vec::new();
        for (i, new) in change.grids.into_iter().enumerate() {
            if known.iter().take(i).any(|code| *code == new.code) {
                faults.push(GridFault::Feature(Fault::new(
                    format!("/features/{i}/properties/code"),
                    "grid_twice",
                )));
                continue;
            }
            if !reference.has_division(new.code.village(), now) {
                faults.push(GridFault::Feature(Fault::new(
                    format!("/features/{i}/properties/code"),
                    "unknown_village",
                )));
                continue;
            }
            match Boundary::from_geojson(&new.geometry) {
                Ok(boundary) => grids.push(Grid {
                    code: new.code,
                    name: new.name,
                    kind: new.kind,
                    boundary,
                    schematic: new.schematic,
                    valid_from: now,
                    valid_to: None,
                }),
                Err(found) => {
                    faults.extend(
                        found
                            .into_iter()
                            .map(|fault| GridFault::Boundary { feature: i, fault }),
                    );
                }
            }
        }
        let candidate: Vec<(GridCode, &Boundary)> =
            grids.iter().map(|g| (g.code, &g.boundary)).collect();
        let neighbours: Vec<(GridCode, &Boundary)> = reference
            .land
            .grids
            .values()
            .filter(|g| !known.contains(&g.code))
            .map(|g| (g.code, &g.boundary))
            .collect();
        // Of two new ones the later is pointed at; a neighbour is no feature of the request.
        let feature_of = |overlap: &Overlap| {
            known
                .iter()
                .rposition(|code| *code == overlap.a || *code == overlap.b)
                .unwrap_or_default()
        };
        faults.extend(
            overlaps(&candidate, &neighbours)
                .into_iter()
                .map(|overlap| GridFault::Overlap {
                    feature: feature_of(&overlap),
                    overlap,
                }),
        );
        if !faults.is_empty() {
            return Err(ServiceError::Boundaries(faults));
        }
        // What stands already is left alone, so that importing again changes nothing.
        grids.retain(|new| {
            reference.land.grids.get(&new.code).is_none_or(|old| {
                old.boundary != new.boundary || old.name != new.name || old.kind != new.kind
            })
        });
        let changed = grids.len();
        if change.dry_run || changed == 0 {
            return Ok(changed);
        }
        let last = self.store.settled_boundaries().await?.effective_from;
        check_effect(now, now, last)?;
        let steps: Vec<Change> = grids
            .iter()
            .map(|new| put(new, reference.land.grids.contains_key(&new.code)))
            .collect();
        let plan = Plan {
            ended: grids
                .iter()
                .map(|new| new.code)
                .filter(|code| reference.land.grids.contains_key(code))
                .collect(),
            begun: grids,
            lineage: Vec::new(),
        };
        let note = ListNote {
            at: now,
            by,
            why: change.reason,
        };
        self.put_plan(reference.land.boundary_version, now, &steps, plan, note)
            .await?;
        Ok(changed)
    }
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
