//! Whether the grids of a division cover their land once, and what can be mended safely.

use gridwhistle_domain::access::{Actor, Operation, may_use};
use gridwhistle_domain::place::{
    Boundary, CoverageRepair, CoverageReport, Crs, DivisionCode, GridCode, coverage_report,
    repair_coverage,
};
use serde_json::Value;

use crate::{GridFault, Service, ServiceError};

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
    pub async fn coverage(
        &self,
        actor: &Actor,
        division: DivisionCode,
        tolerance_m: f64,
    ) -> Result<CoverageReport, ServiceError> {
        if !may_use(actor, Operation::ReadReference, self.clock.now()) {
            return Err(ServiceError::Forbidden);
        }
        let grids = self.standing(division)?;
        apart(move || coverage_report(&of(&grids), None, tolerance_m)).await
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
        let mut faults = Vec::new();
        let mut drawn: Vec<(GridCode, Boundary)> = Vec::new();
        for (feature, draft) in drafts.into_iter().enumerate() {
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
        let mut grids = self.standing(division)?;
        grids.retain(|(code, _)| drawn.iter().all(|(draft, _)| draft != code));
        // Of two borders the later moves.
        let first_draft = grids.len();
        grids.extend(drawn);
        apart(move || {
            let mut mended = repair_coverage(&of(&grids), None, tolerance_m);
            let stands = |code: GridCode| grids.iter().take(first_draft).any(|(c, _)| *c == code);
            mended.repaired.retain(|grid| !stands(grid.code));
            mended
        })
        .await
    }

    fn standing(&self, division: DivisionCode) -> Result<Vec<(GridCode, Boundary)>, ServiceError> {
        let reference = self.reference();
        if !reference.divisions.contains_key(&division) {
            return Err(ServiceError::NotFound);
        }
        let grids = reference.land.grids.values();
        Ok(grids
            .filter(|grid| division.contains(grid.code.village()))
            .map(|grid| (grid.code, grid.boundary.clone()))
            .collect())
    }
}

fn of(grids: &[(GridCode, Boundary)]) -> Vec<(GridCode, &Boundary)> {
    grids.iter().map(|(code, b)| (*code, b)).collect()
}

/// Long computations do not hold up those who wait for an answer.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ServiceError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ServiceError::Internal(format!("a coverage was not looked at: {error}")))
}
