//! What the place rules promise, on examples and on random coverages.
#![allow(clippy::unwrap_used)]

mod boundary;
mod bounds;
mod changed;
mod changeset;
mod coverage;
mod coverage_report;
mod exact;
mod hole;
mod locate;
mod mosaic;
mod notice;
mod reorganisation;
mod repair;
mod schematic;
mod split;
mod tangled;
mod warning;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::boundary::{Boundary, Polygon, Ring};
use super::grid::GridCode;
use super::position::Position;
use super::schematic::{Extent, GridsPerVillage, schematic_district, synthetic_towns};

/// A thousandth of a degree, about 100 m, as lengths in the examples.
const UNIT: i32 = 10_000;

/// A place in Ganyu, so many units east and north of its corner.
fn at(east: i32, north: i32) -> Position {
    steps(east * UNIT, north * UNIT)
}

/// A place in Ganyu, so many steps of 1e-7 degrees east and north of its corner.
fn steps(east: i32, north: i32) -> Position {
    Position::from_steps(1_190_000_000 + east, 348_000_000 + north)
}

/// A closed ring in units as `GeoJSON` has it.
fn ring(corners: &[(i32, i32)]) -> Value {
    let first = corners.first();
    corners
        .iter()
        .chain(first)
        .map(|(east, north)| json!([at(*east, *north).lon(), at(*east, *north).lat()]))
        .collect()
}

fn polygon(rings: &[&[(i32, i32)]]) -> Value {
    json!({
        "type": "Polygon",
        "coordinates": rings.iter().map(|corners| ring(corners)).collect::<Vec<_>>(),
    })
}

fn multi_polygon(polygons: &[&[&[(i32, i32)]]]) -> Value {
    let coordinates: Vec<Value> = polygons
        .iter()
        .map(|rings| polygon(rings)["coordinates"].clone())
        .collect();
    json!({ "type": "MultiPolygon", "coordinates": coordinates })
}

/// A valid boundary of one ring in units.
fn land(corners: &[(i32, i32)]) -> Boundary {
    Boundary::from_geojson(&polygon(&[corners])).unwrap()
}

/// The corners of a rectangle in units.
fn rectangle(west: i32, south: i32, east: i32, north: i32) -> [(i32, i32); 4] {
    [(west, south), (east, south), (east, north), (west, north)]
}

/// A boundary of one counter-clockwise ring of open corners, however small, past the rules.
fn raw(corners: &[Position]) -> Boundary {
    let mut closed = corners.to_vec();
    closed.push(corners[0]);
    Boundary {
        polygons: Arc::new([Polygon {
            outer: Ring::from_closed(closed),
            holes: vec![],
        }]),
    }
}

fn grid(sequence: u16) -> GridCode {
    GridCode::parse(&format!("320707101201{sequence:03}")).unwrap()
}

/// A coverage of so many grids, about 10 km across.
fn district(grids: usize) -> Vec<(GridCode, Boundary)> {
    let extent = Extent {
        west: 119.0,
        south: 34.8,
        east: 119.1,
        north: 34.9,
    };
    let towns = synthetic_towns(grids.div_ceil(4));
    schematic_district(&towns, extent, GridsPerVillage::Total(grids)).unwrap()
}

fn borrowed(grids: &[(GridCode, Boundary)]) -> Vec<(GridCode, &Boundary)> {
    grids.iter().map(|(code, land)| (*code, land)).collect()
}

/// The land of a whole schematic district: its grids' edges that no neighbour shares form one ring.
fn outline(grids: &[(GridCode, Boundary)]) -> Boundary {
    let mut next: BTreeMap<Position, Vec<Position>> = BTreeMap::new();
    for edge in grids.iter().flat_map(|(_, land)| land.segments()) {
        next.entry(edge.from).or_default().push(edge.to);
    }
    let is_inner =
        |from: &Position, to: &Position| next.get(to).is_some_and(|ends| ends.contains(from));
    let outer: BTreeMap<Position, Position> = next
        .iter()
        .flat_map(|(from, ends)| ends.iter().map(move |to| (*from, *to)))
        .filter(|(from, to)| !is_inner(from, to))
        .collect();
    let first = *outer.keys().next().unwrap();
    let mut ring = vec![first];
    while outer[ring.last().unwrap()] != first {
        ring.push(outer[ring.last().unwrap()]);
    }
    raw(&ring)
}

/// A boundary of one ring of open corners, if the rules allow it.
fn redrawn(corners: &[Position]) -> Option<Boundary> {
    Boundary::from_geojson(&raw(corners).to_geojson()).ok()
}
