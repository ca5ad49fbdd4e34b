//! Whether the grids of a division cover their land once, and what can be mended safely.

use std::collections::BTreeSet;
use std::sync::Arc;

use gridwhistle_domain::access::{Actor, Operation, may_use};
use gridwhistle_domain::place::{
    Boundary, CoverageRepair, CoverageReport, Crs, DivisionCode, GridCode, coverage_report,
    repair_coverage,
};
use serde_json::Value;

use crate::{GridFault, Reference, Service, ServiceError};

/// A grid as it would be, by its boundary.
#[derive(Clone, Debug)]
pub struct GridDraft {
    pub code: GridCode,
    /// GeoJSON geometry.
    pub geometry: Value,
}

/// What would be mended of a coverage; the coverage before and after.
pub type Mended = CoverageRepair;

impl Service {
    /// What is wrong with the grids in force in a division; `tolerance_m` metres count as near.
    /// [`ServiceError::Busy`] while too many coverages are looked at.
    pub async fn coverage(
        &self,
        actor: &Actor,
        division: DivisionCode,
        tolerance_m: f64,
    ) -> Result<CoverageReport, ServiceError> {
        if !may_use(actor, Operation::ReadReference, self.clock.now()) {
            return Err(ServiceError::Forbidden);
        }
        let reference = self.known(division)?;
        self.coverages
            .run(move || {
                let grids = standing(&reference, division, &BTreeSet::new());
                coverage_report(&grids, None, tolerance_m)
            })
            .await
    }

    /// The same where drafts stood in the place of grids, or beside them, with what can be mended: the drafts move, what
    /// stands does not. Nothing is put in force.
    pub async fn mended(
        &self,
        actor: &Actor,
        division: DivisionCode,
        drafts: Vec<GridDraft>,
        tolerance_m: f64,
    ) -> Result<Mended, ServiceError> {
        if !may_use(actor, Operation::ReadReference, self.clock.now()) {
            return Err(ServiceError::Forbidden);
        }
        let reference = self.known(division)?;
        self.coverages
            .run(move || mend(&reference, division, &drafts, tolerance_m))
            .await?
    }

    /// Does what needs the borders of many grids where such is done, a little at once; [`ServiceError::Busy`] where too
    /// much is.
    pub async fn surveyed<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        self.coverages.run(work).await
    }

    /// The reference data as it stands, where the division is one.
    fn known(&self, division: DivisionCode) -> Result<Arc<Reference>, ServiceError> {
        let reference = self.reference();
        if reference.divisions.contains_key(&division) {
            Ok(reference)
        } else {
            Err(ServiceError::NotFound)
        }
    }
}

/// The grids in force in a division but for those with these codes.
fn standing<'a>(
    reference: &'a Reference,
    division: DivisionCode,
    but: &BTreeSet<GridCode>,
) -> Vec<(GridCode, &'a Boundary)> {
    let grids = reference.land.grids.values();
    grids
        .filter(|grid| division.contains(grid.code.village()) && !but.contains(&grid.code))
        .map(|grid| (grid.code, &grid.boundary))
        .collect()
}

fn mend(
    reference: &Reference,
    division: DivisionCode,
    drafts: &[GridDraft],
    tolerance_m: f64,
) -> Result<Mended, ServiceError> {
    let mut faults = Vec::new();
    let mut drawn: Vec<(GridCode, Boundary)> = Vec::new();
    for (feature, draft) in drafts.iter().enumerate() {
        match Boundary::from_geojson_in(&draft.geometry, Crs::Wgs84) {
            Ok(boundary) => drawn.push((draft.code, boundary)),
            Err(found) => faults.extend(
                found
                    .into_iter()
                    .map(|fault| GridFault::Boundary { feature, fault }),
            ),
        }
    }
    if !faults.is_empty() {
        return Err(ServiceError::Boundaries(faults));
    }
    let codes: BTreeSet<GridCode> = drawn.iter().map(|(code, _)| *code).collect();
    let mut grids = standing(reference, division, &codes);
    // Of two borders the later moves.
    let first_draft = grids.len();
    grids.extend(drawn.iter().map(|(code, boundary)| (*code, boundary)));
    let mut mended = repair_coverage(&grids, None, tolerance_m);
    let stands = |code: GridCode| grids.iter().take(first_draft).any(|(c, _)| *c == code);
    mended.repaired.retain(|grid| !stands(grid.code));
    Ok(mended)
}
