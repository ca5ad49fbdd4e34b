//! Where things are: divisions and grids, their boundaries, and which grid a point lies in.
//!
//! Coordinates are whole numbers of 1e-7 degrees, so every question of "on which side" has an exact
//! answer and two runs, two machines and two engines never disagree about a border.

mod boundary;
mod coverage;
mod crs;
mod division;
mod geojson;
mod grid;
mod locate;
mod plane;
mod position;
mod schematic;
mod succession;
mod validity;

#[cfg(test)]
mod tests;

pub use boundary::{Bbox, Boundary, Polygon, Ring};
pub use coverage::{Overlap, overlaps};
pub use crs::{Crs, from_wgs84, to_wgs84};
pub use division::{CodeError, Division, DivisionCode, DivisionLevel};
pub use grid::{Grid, GridCode, GridKind};
pub use locate::{Located, Locator, Nearest};
pub use position::{Position, PositionError};
pub use schematic::{Extent, GridsPerVillage, SchematicError, schematic_district, synthetic_towns};
pub use succession::{name_successors, predecessor_cycle};
pub use validity::{BoundaryFault, BoundaryFaultCode, MAX_POLYGONS, MAX_RINGS, MAX_VERTICES};
