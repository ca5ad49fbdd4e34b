//! What to look at before or after a plan of grids: nothing that forbids it.

use std::collections::{BTreeMap, BTreeSet};

use super::boundary::{Bbox, Boundary};
use super::boxes::Boxes;
use super::changeset::Plan;
use super::coverage_report::{CoverageReport, TOLERANCE_M, coverage_report};
use super::division::DivisionCode;
use super::grid::{Grid, GridCode};
use super::position::Position;

/// So many steps beside a grid another one may nearly share its border: ten metres at the least up to 84° of latitude.
const BESIDE: i32 = 10_000;

/// What the coverage report tells of the grids that a plan begins, once it is in force: slivers, borders that nearly
/// meet, gaps. They are looked at together with the other grids of their villages and whatever lies beside them.
pub fn coverage_warnings(before: &BTreeMap<GridCode, Grid>, plan: &Plan) -> CoverageReport {
    if plan.begun.is_empty() {
        return CoverageReport {
            faults: Vec::new(),
            complete: true,
        };
    }
    let ended: BTreeSet<GridCode> = plan.ended.iter().copied().collect();
    let begun: BTreeSet<GridCode> = plan.begun.iter().map(|grid| grid.code).collect();
    let villages: BTreeSet<DivisionCode> = begun.iter().map(|code| code.village()).collect();
    let around = plan.begun.iter().map(|grid| widened(&grid.boundary.bbox()));
    let around = Boxes::build((0..).zip(around));
    let mut looked_at: Vec<(GridCode, &Boundary)> = before
        .values()
        .filter(|grid| !ended.contains(&grid.code) && !begun.contains(&grid.code))
        .filter(|grid| {
            villages.contains(&grid.code.village())
                || !around.meeting(&grid.boundary.bbox()).is_empty()
        })
        .map(|grid| (grid.code, &grid.boundary))
        .collect();
    looked_at.extend(plan.begun.iter().map(|grid| (grid.code, &grid.boundary)));
    looked_at.sort_unstable_by_key(|(code, _)| *code);
    let mut report = coverage_report(&looked_at, None, TOLERANCE_M);
    report
        .faults
        .retain(|fault| fault.grids.iter().any(|code| begun.contains(code)));
    report
}

fn widened(bbox: &Bbox) -> Bbox {
    let (low, high) = (bbox.south_west, bbox.north_east);
    Bbox {
        south_west: Position::from_steps(low.lon_steps() - BESIDE, low.lat_steps() - BESIDE),
        north_east: Position::from_steps(high.lon_steps() + BESIDE, high.lat_steps() + BESIDE),
    }
}
