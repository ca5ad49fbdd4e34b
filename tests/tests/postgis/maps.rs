//! Maps on which points are looked for: a district, and small ones as nasty as the rules allow.

use anyhow::Context;
use gridwhistle_domain::place::{
    Boundary, DivisionCode, Extent, GridCode, GridsPerVillage, schematic_district, synthetic_towns,
};

use crate::shape::{Corner, Shape};

/// About 100 m, as lengths on the small maps.
const UNIT: i32 = 10_000;

/// As many villages as the demo county has.
const VILLAGES: usize = 462;

/// Grids in the order of their codes.
pub struct Map {
    pub name: &'static str,
    pub codes: Vec<GridCode>,
    pub shapes: Vec<Shape>,
}

impl Map {
    /// A small map, of shapes that are all allowed.
    fn of(name: &'static str, shapes: Vec<Shape>) -> anyhow::Result<Self> {
        let village = DivisionCode::parse("320707100002")?;
        let codes = (1..).zip(&shapes).map(|(sequence, _)| {
            GridCode::new(village, sequence).context("more grids than a village has")
        });
        Ok(Self {
            name,
            codes: codes.collect::<anyhow::Result<_>>()?,
            shapes,
        })
    }

    /// The grids with their boundaries.
    pub fn grids(&self) -> anyhow::Result<Vec<(GridCode, Boundary)>> {
        let grids = self.codes.iter().zip(&self.shapes);
        grids
            .map(|(code, shape)| Ok((*code, shape.allowed()?)))
            .collect()
    }

    /// The corners of the box around it: south-west and north-east.
    pub fn extent(&self) -> (Corner, Corner) {
        let corners = || self.shapes.iter().flat_map(Shape::rings).flatten();
        let (east, north) = (
            || corners().map(|corner| corner.0),
            || corners().map(|corner| corner.1),
        );
        let low = (
            east().min().unwrap_or_default(),
            north().min().unwrap_or_default(),
        );
        let high = (
            east().max().unwrap_or_default(),
            north().max().unwrap_or_default(),
        );
        (low, high)
    }
}

/// A schematic district of the demo's size, twice as large, so that the middle of each edge is a whole step.
pub fn district() -> anyhow::Result<Map> {
    let grids = schematic_district(
        &synthetic_towns(VILLAGES),
        Extent::GANYU,
        GridsPerVillage::Between(2, 4),
    )?;
    let twice = |(east, north): Corner| (2 * east, 2 * north);
    let shapes = grids
        .iter()
        .map(|(_, boundary)| Shape::of(boundary).moved(twice));
    Ok(Map {
        name: "district",
        codes: grids.iter().map(|(code, _)| *code).collect(),
        shapes: shapes.collect(),
    })
}

/// All small maps.
pub fn small() -> anyhow::Result<Vec<Map>> {
    Ok(vec![
        Map::of("islands", islands())?,
        Map::of("star", star())?,
        Map::of("overlaps", overlaps())?,
        Map::of("slivers", slivers())?,
        Map::of("slanted", slanted())?,
        Map::of("long edges", long_edges())?,
    ])
}

/// A ring of corners in units.
fn ring(corners: &[Corner]) -> Vec<Corner> {
    let corners = corners.iter();
    corners
        .map(|(east, north)| (east * UNIT, north * UNIT))
        .collect()
}

/// The ring of a rectangle in units.
fn rectangle(west: i32, south: i32, east: i32, north: i32) -> Vec<Corner> {
    ring(&[(west, south), (east, south), (east, north), (west, north)])
}

/// Holes with islands of other grids in them, land in several pieces, a piece that touches others in a corner alone, a
/// hole that touches the outer border in a point, and a hole that nobody has.
fn islands() -> Vec<Shape> {
    let triangle = || ring(&[(50, 20), (45, 8), (55, 8)]);
    vec![
        Shape(vec![vec![rectangle(0, 0, 30, 30), rectangle(6, 6, 24, 24)]]),
        Shape(vec![
            vec![rectangle(6, 6, 24, 24), rectangle(12, 12, 18, 18)],
            vec![rectangle(30, 30, 36, 36)],
        ]),
        Shape(vec![
            vec![rectangle(12, 12, 15, 18)],
            vec![rectangle(30, 0, 36, 10)],
        ]),
        Shape::of_ring(rectangle(15, 12, 18, 15)),
        Shape(vec![vec![rectangle(40, 0, 60, 20), triangle()]]),
        Shape::of_ring(triangle()),
    ]
}

/// Five grids around one corner, none of their borders along an axis.
fn star() -> Vec<Shape> {
    const RAYS: [Corner; 5] = [
        (400_201, 70_007),
        (110_003, 380_551),
        (-330_029, 220_021),
        (-290_017, -310_039),
        (170_063, -360_007),
    ];
    let next = RAYS.iter().cycle().skip(1);
    RAYS.iter()
        .zip(next)
        .map(|(ray, next)| Shape::of_ring([(0, 0), *ray, *next]))
        .collect()
}

/// Grids that claim the same land, two of them all of it.
fn overlaps() -> Vec<Shape> {
    vec![
        Shape::of_ring(rectangle(0, 0, 20, 20)),
        Shape::of_ring(rectangle(10, 5, 30, 25)),
        Shape::of_ring(ring(&[(5, -5), (25, 10), (8, 30)])),
        Shape::of_ring(rectangle(0, 0, 20, 20)),
    ]
}

/// Two grids whose common border is a step off to either side at most corners, one that misses them by a step, and one that
/// reaches a step into them.
fn slivers() -> Vec<Shape> {
    let ragged = (0..=20).map(|n| (20 * UNIT + n % 3 - 1, n * UNIT));
    let west: Vec<Corner> = [(0, 20 * UNIT), (0, 0)].into_iter().chain(ragged).collect();
    let above = |ring: Vec<Corner>, steps: i32| -> Vec<Corner> {
        let corners = ring.into_iter();
        corners.map(|(east, north)| (east, north + steps)).collect()
    };
    vec![
        Shape::of_ring(west),
        Shape::of_ring(rectangle(20, 0, 40, 20)),
        Shape::of_ring(above(rectangle(0, 20, 40, 30), 1)),
        Shape::of_ring(above(rectangle(0, -10, 40, 0), 1)),
    ]
}

/// Parallelograms on whose slanted borders very many whole steps lie.
fn slanted() -> Vec<Shape> {
    let at = |column: i32, row: i32| ((7 * column + 2 * row) * UNIT, (3 * row - 2 * column) * UNIT);
    let cells = (0..5).flat_map(|row| (0..5).map(move |column| (column, row)));
    cells
        .map(|(column, row)| {
            Shape::of_ring([
                at(column, row),
                at(column + 1, row),
                at(column + 1, row + 1),
                at(column, row + 1),
            ])
        })
        .collect()
}

/// A fan of triangles nine degrees long.
fn long_edges() -> Vec<Shape> {
    let far = |n: i32| (89_999_999 - 1_013 * n, 7_200_001 * n);
    (0..12)
        .map(|n| Shape::of_ring([(0, 0), far(n), far(n + 1)]))
        .collect()
}
