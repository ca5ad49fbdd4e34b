//! `/coverage`: what is wrong with the borders of a division's grids, and what can be mended safely.

use gridwhistle_domain::place::{CoverageReport as Report, DivisionCode, GridCode, TOLERANCE_M};
use gridwhistle_service::{GridDraft, GridFault, ServiceError};
use poem_openapi::param::Query;
use poem_openapi::types::Any;
use poem_openapi::{Object, OpenApi};
use serde_json::Value;

use super::{Tag, parsed};
use crate::answer::Answer;
use crate::auth::Caller;
use crate::body::Body;
use crate::fail::{CreateFail, ReadFail};
use crate::file_fault::boundary_wrong;
use crate::messages::Message;
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// Coverages.
pub struct Coverages(pub(super) State);

/// What is wrong with a coverage.
#[derive(Debug, Object)]
pub(super) struct CoverageReport {
    /// How many faults there are.
    count: usize,
    /// False where there were too many to list, or too much to look at as a whole.
    complete: bool,
    /// A GeoJSON `FeatureCollection`: each fault with its place, `kind`, `grids`, `area_m2` and `width_m`.
    faults: Any<Value>,
}

/// Grids as they would be.
#[derive(Debug, Object)]
struct CoverageDraft {
    /// 12 digits: with the grids in force there they are looked at together.
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    division: String,
    /// Metres that count as near: 1 unless said.
    #[oai(validator(minimum(value = "0"), maximum(value = "10")))]
    tolerance_m: Option<f64>,
    #[oai(validator(min_items = 1, max_items = 2000))]
    grids: Vec<DraftGrid>,
}

/// A grid as it would be.
#[derive(Debug, Object)]
struct DraftGrid {
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    code: String,
    /// GeoJSON geometry.
    boundary: Any<Value>,
}

/// What would be mended: nothing is put in force.
#[derive(Debug, Object)]
struct MendedCoverage {
    before: CoverageReport,
    after: CoverageReport,
    /// The drafts that would change.
    mended: Vec<MendedGrid>,
    /// Codes of the grids that are left as they are, since something else would break.
    refused: Vec<String>,
}

/// A draft before and after.
#[derive(Debug, Object)]
struct MendedGrid {
    code: String,
    before: Any<Value>,
    after: Any<Value>,
    /// How many corners were moved or inserted.
    steps: usize,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Places")]
impl Coverages {
    /// What is wrong with the borders of the grids in force: overlaps, gaps, slivers, borders that nearly meet.
    #[oai(path = "/coverage", method = "get", operation_id = "check_coverage")]
    async fn check(
        &self,
        caller: Caller,
        /// 12 digits.
        division: Query<String>,
        /// Metres that count as near: 1 unless said.
        #[oai(validator(minimum(value = "0"), maximum(value = "10")))]
        tolerance: Query<Option<f64>>,
    ) -> Result<Answer<CoverageReport>, ReadFail> {
        let division: DivisionCode = parsed("division", &division.0)?;
        let tolerance = tolerance.0.unwrap_or(TOLERANCE_M);
        let actor = &caller.0.actor;
        let found = self.0.service.coverage(actor, division, tolerance).await;
        Ok(Answer(report(&found.map_err(Refusal::from)?)))
    }

    /// The same of grids as they would be, and what can be mended safely: borders that miss each other by less than the
    /// tolerance are joined. What stands does not move, and nothing is put in force.
    #[oai(path = "/coverage", method = "post", operation_id = "mend_coverage")]
    async fn mend(
        &self,
        caller: Caller,
        body: Body<CoverageDraft>,
    ) -> Result<Answer<MendedCoverage>, CreateFail> {
        let Body(draft) = body;
        let division: DivisionCode = draft.division.parse().map_err(|_| unknown("/division"))?;
        let drafts = drafts(draft.grids)?;
        let tolerance = draft.tolerance_m.unwrap_or(TOLERANCE_M);
        let actor = &caller.0.actor;
        let mended = self.0.service.mended(actor, division, drafts, tolerance);
        let mended = mended.await.map_err(refused)?;
        Ok(Answer(MendedCoverage {
            before: report(&mended.before),
            after: report(&mended.after),
            refused: mended.refused.iter().map(|r| r.code.to_string()).collect(),
            mended: mended
                .repaired
                .iter()
                .map(|grid| MendedGrid {
                    code: grid.code.to_string(),
                    before: Any(grid.before.to_geojson()),
                    after: Any(grid.after.to_geojson()),
                    steps: grid.done.len(),
                })
                .collect(),
        }))
    }
}

pub(super) fn report(found: &Report) -> CoverageReport {
    CoverageReport {
        count: found.faults.len(),
        complete: found.complete,
        faults: Any(found.to_geojson()),
    }
}

fn drafts(grids: Vec<DraftGrid>) -> Result<Vec<GridDraft>, Refusal> {
    let draft = |(at, grid): (usize, DraftGrid)| {
        let code =
            GridCode::parse(&grid.code).map_err(|_| unknown(&format!("/grids/{at}/code")))?;
        Ok(GridDraft {
            code,
            geometry: grid.boundary.0,
        })
    };
    grids.into_iter().enumerate().map(draft).collect()
}

/// The refusal of drafts, with the places at which they stand in the body.
fn refused(error: ServiceError) -> Refusal {
    let ServiceError::Boundaries(faults) = error else {
        return error.into();
    };
    let fault = |fault: &GridFault| match fault {
        GridFault::Boundary { feature, fault } => Some(Fault::field(
            format!("/grids/{feature}/boundary{}", fault.pointer),
            fault.code.as_str(),
            boundary_wrong(fault),
        )),
        GridFault::Feature(_) | GridFault::Overlap { .. } => None,
    };
    Refusal::new(Code::RuleViolated).faults(faults.iter().filter_map(fault))
}

fn unknown(pointer: &str) -> Refusal {
    let (code, message) = if pointer == "/division" {
        ("unknown_division", Message::new("wrong-unknown-division"))
    } else {
        ("unknown_grid", Message::new("wrong-unknown-grid"))
    };
    Refusal::new(Code::InvalidBody).fault(Fault::field(pointer, code, message))
}
