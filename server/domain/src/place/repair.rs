//! Repairs of a coverage that are safe: borders that miss each other by less than a tolerance are joined.
//!
//! Corners move, and come into being on edges, by their place and not by their grid, so whatever was shared
//! before is shared afterwards. Of two corners the one of the later grid moves; the parent, and grids whose
//! repair was refused, stay as they are. What comes out is judged like any other boundary and coverage, and
//! what would not pass is given up as a whole.

mod plan;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use self::plan::Plan;
use super::boundary::Boundary;
use super::coverage_report::{
    CoverageFault, CoverageFaultKind, CoverageReport, coverage_report, usable,
};
use super::grid::GridCode;
use super::position::Position;
use super::validity::BoundaryFault;
use crate::names::names;

/// A corner that was moved may come near another border: so often it is looked for again.
const MAX_PASSES: usize = 4;

/// So often the repair starts anew without the grids that were refused, before it is given up.
const MAX_ATTEMPTS: usize = 8;

names! {
    /// What was done to a border. The names are part of the API and do not change.
    pub enum RepairStepKind {
        /// A corner was moved onto a corner or an edge of another border. Where it had a neighbour there
        /// already, the two are one now.
        VertexMoved => "vertex_moved",
        /// An edge got a corner where another border has one.
        VertexInserted => "vertex_inserted",
    }
}

/// One step of the repair of a border.
#[derive(Copy, Clone, Debug, PartialEq, Serialize)]
pub struct RepairStep {
    pub kind: RepairStepKind,
    /// Where the corner was; none for a new one.
    pub from: Option<Position>,
    pub to: Position,
    /// Metres between the two, 0 for a new one.
    pub distance_m: f64,
}

/// A grid with its border before and after the repair.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RepairedGrid {
    pub code: GridCode,
    pub before: Boundary,
    pub after: Boundary,
    pub done: Vec<RepairStep>,
}

names! {
    /// Why a grid was left as it is. The names are part of the API and do not change.
    pub enum RepairRefusal {
        /// Its boundary would have broken the rules.
        WouldBeInvalid => "would_be_invalid",
        /// Where there was no fault, one would have come up.
        WouldMakeFault => "would_make_fault",
        /// Too many others were refused around it.
        GivenUp => "given_up",
    }
}

/// A grid whose repair was refused; it is as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedRepair {
    pub code: GridCode,
    pub reason: RepairRefusal,
    /// What would have been wrong with its boundary, if it would have been invalid.
    pub faults: Vec<BoundaryFault>,
}

/// What a repair did, and the coverage before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoverageRepair {
    /// The grids that changed, in the order they were given.
    pub repaired: Vec<RepairedGrid>,
    pub refused: Vec<RefusedRepair>,
    pub before: CoverageReport,
    pub after: CoverageReport,
}

/// Joins borders that miss each other by at most the tolerance, in metres (see [`coverage_report`] for what
/// tolerances there are). Corners are moved onto the corners and edges of the grids given earlier, and edges
/// get the corners they pass by. Wider gaps and overlaps, and land outside the parent, stay: they are for
/// people to decide.
///
/// Nothing is changed in a coverage too large to be looked at as a whole.
pub fn repair_coverage(
    grids: &[(GridCode, &Boundary)],
    parent: Option<&Boundary>,
    tolerance_m: f64,
) -> CoverageRepair {
    let tolerance_m = usable(tolerance_m);
    let before = coverage_report(grids, parent, tolerance_m);
    let mut refused: BTreeMap<usize, RefusedRepair> = BTreeMap::new();
    let mut attempts = 0;
    loop {
        let fixed: BTreeSet<usize> = if attempts < MAX_ATTEMPTS && before.complete {
            refused.keys().copied().collect()
        } else {
            (0..grids.len()).collect()
        };
        attempts += 1;
        let draft = match Draft::make(grids, parent, tolerance_m, &fixed) {
            Ok(draft) => draft,
            Err(invalid) => {
                refused.extend(invalid);
                continue;
            }
        };
        let after = coverage_report(&draft.coverage(grids), parent, tolerance_m);
        let changed = draft.changed(grids);
        let spoilt = spoilt(grids, &changed, &before, &after);
        if spoilt.is_empty() {
            return CoverageRepair {
                repaired: draft.repaired(grids, &changed),
                refused: refused.into_values().collect(),
                before,
                after,
            };
        }
        let (reason, numbers) = if attempts < MAX_ATTEMPTS {
            (RepairRefusal::WouldMakeFault, spoilt)
        } else {
            (RepairRefusal::GivenUp, changed)
        };
        refused.extend(numbers.into_iter().map(|number| {
            let refusal = RefusedRepair {
                code: grids[number].0,
                reason,
                faults: Vec::new(),
            };
            (number, refusal)
        }));
    }
}

/// The borders as they are to be.
struct Draft {
    boundaries: Vec<Boundary>,
    done: Vec<Vec<RepairStep>>,
}

impl Draft {
    /// Repairs all grids but those that are fixed, or tells which of them would become invalid.
    fn make(
        grids: &[(GridCode, &Boundary)],
        parent: Option<&Boundary>,
        tolerance_m: f64,
        fixed: &BTreeSet<usize>,
    ) -> Result<Self, BTreeMap<usize, RefusedRepair>> {
        let mut draft = Self {
            boundaries: grids
                .iter()
                .map(|(_, boundary)| (*boundary).clone())
                .collect(),
            done: vec![Vec::new(); grids.len()],
        };
        if fixed.len() == grids.len() {
            return Ok(draft);
        }
        for _ in 0..MAX_PASSES {
            let plan = Plan::make(&draft.boundaries, parent, tolerance_m, fixed);
            if plan.is_empty() {
                break;
            }
            draft.follow(&plan, grids)?;
        }
        Ok(draft)
    }

    fn follow(
        &mut self,
        plan: &Plan,
        grids: &[(GridCode, &Boundary)],
    ) -> Result<(), BTreeMap<usize, RefusedRepair>> {
        let mut refused = BTreeMap::new();
        let drafts = self.boundaries.iter_mut().zip(&mut self.done);
        for (number, ((boundary, done), (code, _))) in drafts.zip(grids).enumerate() {
            match plan.redraw(boundary) {
                Ok(None) => {}
                Ok(Some((redrawn, steps))) => {
                    *boundary = redrawn;
                    done.extend(steps);
                }
                Err(faults) => {
                    let refusal = RefusedRepair {
                        code: *code,
                        reason: RepairRefusal::WouldBeInvalid,
                        faults,
                    };
                    refused.insert(number, refusal);
                }
            }
        }
        if refused.is_empty() {
            Ok(())
        } else {
            Err(refused)
        }
    }

    fn coverage<'a>(&'a self, grids: &[(GridCode, &Boundary)]) -> Vec<(GridCode, &'a Boundary)> {
        let codes = grids.iter().map(|(code, _)| *code);
        codes.zip(&self.boundaries).collect()
    }

    fn changed(&self, grids: &[(GridCode, &Boundary)]) -> BTreeSet<usize> {
        grids
            .iter()
            .zip(&self.boundaries)
            .enumerate()
            .filter(|(_, ((_, before), after))| *before != *after)
            .map(|(number, _)| number)
            .collect()
    }

    fn repaired(
        self,
        grids: &[(GridCode, &Boundary)],
        changed: &BTreeSet<usize>,
    ) -> Vec<RepairedGrid> {
        grids
            .iter()
            .zip(self.boundaries.into_iter().zip(self.done))
            .enumerate()
            .filter(|(number, _)| changed.contains(number))
            .map(|(_, ((code, before), (after, done)))| RepairedGrid {
                code: *code,
                before: (*before).clone(),
                after,
                done,
            })
            .collect()
    }
}

/// The changed grids around which there is a fault that was not there before.
fn spoilt(
    grids: &[(GridCode, &Boundary)],
    changed: &BTreeSet<usize>,
    before: &CoverageReport,
    after: &CoverageReport,
) -> BTreeSet<usize> {
    if !after.complete {
        return changed.clone();
    }
    let concerned: BTreeSet<GridCode> = after
        .faults
        .iter()
        .filter(|fault| !before.faults.iter().any(|known| is_known(fault, known)))
        .flat_map(|fault| fault.grids.iter().copied())
        .collect();
    changed
        .iter()
        .copied()
        .filter(|number| concerned.contains(&grids[*number].0))
        .collect()
}

/// Whether a fault is what is left of one there was: of a similar kind, between no further grids.
fn is_known(fault: &CoverageFault, before: &CoverageFault) -> bool {
    let family = |kind| match kind {
        CoverageFaultKind::Duplicate
        | CoverageFaultKind::Overlap
        | CoverageFaultKind::OverlapSliver => 0,
        CoverageFaultKind::Gap | CoverageFaultKind::OpenGap | CoverageFaultKind::GapSliver => 1,
        CoverageFaultKind::OutsideParent => 2,
        CoverageFaultKind::NearVertex | CoverageFaultKind::NearEdge => 3,
    };
    family(fault.kind) == family(before.kind)
        && fault.grids.iter().all(|code| before.grids.contains(code))
}
