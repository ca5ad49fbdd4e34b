//! A piece of land as a report shows it: measured and drawn, be it ever so thin.

use geo::{GeodesicArea as _, InteriorPoint as _};
use serde_json::{Value, json};

use super::boundary::position;
use super::plane::{doubled_area, encloses};
use super::position::Position;

/// An outer ring and holes in it, closed, to the nearest steps.
#[derive(Clone, Default)]
pub(super) struct Patch {
    outer: Vec<Position>,
    holes: Vec<Vec<Position>>,
}

/// What floating point says of land.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Measure {
    /// Square metres on the ellipsoid.
    pub area_m2: f64,
    /// Metres: the area over half the length of the border, which is the width of a long strip.
    pub width_m: f64,
}

impl Patch {
    pub fn new(outer: Vec<Position>) -> Self {
        Self {
            outer,
            holes: Vec::new(),
        }
    }

    pub fn of_geo(polygon: &geo::Polygon<f64>) -> Self {
        let ring = |line: &geo::LineString<f64>| line.points().filter_map(position).collect();
        Self {
            outer: ring(polygon.exterior()),
            holes: polygon.interiors().iter().map(ring).collect(),
        }
    }

    pub fn outer(&self) -> &[Position] {
        &self.outer
    }

    pub fn cut_out(&mut self, hole: Vec<Position>) {
        self.holes.push(hole);
    }

    pub fn encloses(&self, at: Position) -> bool {
        encloses(&self.outer, at)
    }

    pub fn measure(&self) -> Measure {
        let (length, area) = self.to_geo().geodesic_perimeter_area_signed();
        let area_m2 = area.abs();
        Measure {
            area_m2,
            width_m: if length > 0.0 {
                2.0 * area_m2 / length
            } else {
                0.0
            },
        }
    }

    /// A place well inside, if the land is wide enough to have one.
    pub fn middle(&self) -> Option<Position> {
        self.to_geo().interior_point().and_then(position)
    }

    fn to_geo(&self) -> geo::Polygon<f64> {
        let line = |ring: &Vec<Position>| {
            ring.iter()
                .map(|at| (at.lon(), at.lat()))
                .collect::<geo::LineString<f64>>()
        };
        geo::Polygon::new(line(&self.outer), self.holes.iter().map(line).collect())
    }

    fn rings(&self) -> Value {
        std::iter::once(&self.outer)
            .chain(&self.holes)
            .map(|ring| coordinates(ring))
            .collect()
    }
}

/// The measure of several pieces: all their area, and the width of the widest.
pub(super) fn measure(patches: &[Patch]) -> Measure {
    patches
        .iter()
        .map(Patch::measure)
        .fold(Measure::default(), |sum, part| Measure {
            area_m2: sum.area_m2 + part.area_m2,
            width_m: sum.width_m.max(part.width_m),
        })
}

/// The `GeoJSON` geometry of land; the place of it if it is thinner than coordinates can show.
pub(super) fn land(patches: &[Patch], at: Position) -> Value {
    let shown: Vec<Value> = patches
        .iter()
        .filter(|patch| doubled_area(&patch.outer) != 0)
        .map(Patch::rings)
        .collect();
    match shown.as_slice() {
        [] => point(at),
        [polygon] => json!({ "type": "Polygon", "coordinates": polygon }),
        polygons => json!({ "type": "MultiPolygon", "coordinates": polygons }),
    }
}

pub(super) fn point(at: Position) -> Value {
    json!({ "type": "Point", "coordinates": [at.lon(), at.lat()] })
}

pub(super) fn line(positions: &[Position]) -> Value {
    json!({ "type": "LineString", "coordinates": coordinates(positions) })
}

fn coordinates(positions: &[Position]) -> Value {
    positions
        .iter()
        .map(|at| json!([at.lon(), at.lat()]))
        .collect()
}
