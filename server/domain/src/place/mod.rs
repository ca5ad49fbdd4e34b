//! Where things are: divisions and grids, their boundaries, and which grid a point lies in.
//!
//! Coordinates are whole numbers of 1e-7 degrees, so every question of "on which side" has an exact
//! answer and two runs, two machines and two engines never disagree about a border.

mod arrangement;
mod boundary;
mod boxes;
mod change;
mod changeset;
mod coverage;
mod coverage_report;
mod crs;
mod division;
mod geojson;
mod grid;
mod layer;
mod linework;
mod locate;
mod merge;
mod mosaic;
mod near;
mod notice;
mod patch;
mod plane;
mod position;
mod recoding;
mod reorganisation;
mod reorganising;
mod repair;
mod schematic;
mod split;
mod succession;
mod tile;
mod validity;
mod warning;
mod wkt;

#[cfg(test)]
mod tests;

pub use boundary::{Bbox, Boundary, Polygon, Ring};
pub use boxes::Boxes;
pub use change::{
    Change, ChangeFault, ChangeFaultCode, MAX_CHANGES, MAX_GRID_NAME, MAX_MERGED, Part,
};
pub use changeset::{Descent, Ground, Plan, plan};
pub use coverage::{Overlap, overlap, overlaps};
pub use coverage_report::{
    CoverageFault, CoverageFaultKind, CoverageReport, MAX_TOLERANCE_M, TOLERANCE_M, coverage_report,
};
pub use crs::{Crs, from_wgs84, to_wgs84};
pub use division::{CodeError, Division, DivisionCode, DivisionLevel, FormerName};
pub use grid::{Grid, GridCode, GridKind};
pub use locate::{Located, Locator, Nearest};
pub use notice::{BoundaryNotice, BoundaryNoticeCode};
pub use position::{Position, PositionError};
pub use reorganisation::{
    DivisionChange, DivisionFault, DivisionFaultCode, MAX_DIVISION_CHANGES, MAX_DIVISION_NAME,
    MAX_DIVISIONS_MERGED, Renumbering,
};
pub use reorganising::{DivisionDescent, Realm, Reorganisation, reorganise};
pub use repair::{
    CoverageRepair, RefusedRepair, RepairRefusal, RepairStep, RepairStepKind, RepairedGrid,
    repair_coverage,
};
pub use schematic::{Extent, GridsPerVillage, SchematicError, schematic_district, synthetic_towns};
pub use split::MAX_LINE;
pub use succession::{Succession, name_successors, predecessor_cycle};
pub use tile::{DEEPEST_ZOOM, Tile, TileError, TileShape};
pub use validity::{BoundaryFault, BoundaryFaultCode, MAX_POLYGONS, MAX_RINGS, MAX_VERTICES};
pub use warning::coverage_warnings;
