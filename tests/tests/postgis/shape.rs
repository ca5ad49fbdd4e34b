//! Shapes in whole steps, as both sides are told of them.

use std::fmt::Write;

use anyhow::Context;
use gridwhistle_domain::place::{Boundary, BoundaryFault, Polygon, Position, Ring};
use serde_json::{Value, json};

/// Longitude and latitude from which steps are counted, in steps of 1e-7 degrees: 119° E, 34.8° N.
pub const ORIGIN: (i32, i32) = (1_190_000_000, 348_000_000);

/// A corner, so many steps east and north of the origin.
pub type Corner = (i32, i32);

/// Polygons, each of its rings, the outer one first; the first corner of a ring is not repeated at its end. Whether it is
/// valid is not said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape(pub Vec<Vec<Vec<Corner>>>);

impl Shape {
    /// A single ring.
    pub fn of_ring(corners: impl Into<Vec<Corner>>) -> Self {
        Self(vec![vec![corners.into()]])
    }

    /// The shape of a boundary.
    pub fn of(boundary: &Boundary) -> Self {
        let open = |ring: &Ring| -> Vec<Corner> {
            let corners = ring.positions().iter().skip(1);
            corners.map(|at| from_origin(*at)).collect()
        };
        let polygons = boundary.polygons().iter();
        Self(
            polygons
                .map(|polygon: &Polygon| polygon.rings().map(open).collect())
                .collect(),
        )
    }

    /// The shape with each corner somewhere else.
    #[must_use]
    pub fn moved(&self, mut to: impl FnMut(Corner) -> Corner) -> Self {
        let polygons = self.0.iter().map(|rings| {
            let rings = rings.iter();
            rings
                .map(|ring| ring.iter().map(|corner| to(*corner)).collect())
                .collect()
        });
        Self(polygons.collect())
    }

    /// All its rings.
    pub fn rings(&self) -> impl Iterator<Item = &Vec<Corner>> {
        self.0.iter().flatten()
    }

    /// All edges of all rings.
    pub fn edges(&self) -> impl Iterator<Item = (Corner, Corner)> + '_ {
        self.rings().flat_map(|ring| {
            let ends = ring.iter().cycle().skip(1);
            ring.iter().copied().zip(ends.copied())
        })
    }

    /// The boundary, if our rules allow it.
    pub fn boundary(&self) -> Result<Boundary, Vec<BoundaryFault>> {
        Boundary::from_geojson(&self.geojson())
    }

    /// The boundary of a shape that is meant to be allowed.
    pub fn allowed(&self) -> anyhow::Result<Boundary> {
        self.boundary()
            .map_err(|faults| anyhow::anyhow!("{self:?} is refused: {faults:?}"))
    }

    /// `Polygon` or `MultiPolygon` in degrees.
    fn geojson(&self) -> Value {
        let degrees = |(east, north): &Corner| {
            json!([
                f64::from(ORIGIN.0 + east) / 1e7,
                f64::from(ORIGIN.1 + north) / 1e7
            ])
        };
        let ring = |ring: &Vec<Corner>| -> Value {
            ring.iter().chain(ring.first()).map(degrees).collect()
        };
        let rings = |rings: &Vec<Vec<Corner>>| -> Value { rings.iter().map(ring).collect() };
        match &self.0[..] {
            [polygon] => json!({"type": "Polygon", "coordinates": rings(polygon)}),
            polygons => {
                let polygons: Value = polygons.iter().map(rings).collect();
                json!({"type": "MultiPolygon", "coordinates": polygons})
            }
        }
    }

    /// `MULTIPOLYGON` in steps.
    pub fn well_known(&self) -> String {
        let corner = |text: &mut String, (east, north): &Corner| {
            // Writing into memory cannot fail.
            let _ = write!(text, "{east} {north}");
        };
        let ring = |text: &mut String, ring: &Vec<Corner>| {
            listed(text, ring.iter().chain(ring.first()), corner);
        };
        let polygon =
            |text: &mut String, rings: &Vec<Vec<Corner>>| listed(text, rings.iter(), ring);
        let mut text = "MULTIPOLYGON".to_owned();
        listed(&mut text, self.0.iter(), polygon);
        text
    }
}

/// Writes items in brackets with commas between them.
fn listed<T>(
    text: &mut String,
    items: impl Iterator<Item = T>,
    mut each: impl FnMut(&mut String, T),
) {
    for (number, item) in items.enumerate() {
        text.push(if number == 0 { '(' } else { ',' });
        each(text, item);
    }
    text.push(')');
}

/// How many steps east and north of the origin a position lies.
pub fn from_origin(at: Position) -> Corner {
    (at.lon_steps() - ORIGIN.0, at.lat_steps() - ORIGIN.1)
}

/// The position so many steps east and north of the origin.
pub fn position((east, north): Corner) -> anyhow::Result<Position> {
    let degrees = |steps: i32| f64::from(steps) / 1e7;
    Position::new(degrees(ORIGIN.0 + east), degrees(ORIGIN.1 + north))
        .context("a place that is not on the globe")
}
