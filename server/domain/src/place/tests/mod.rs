//! What the place rules promise, on examples and on random coverages.
#![allow(clippy::unwrap_used)]

mod boundary;
mod coverage;
mod locate;
mod schematic;

use serde_json::{Value, json};

use super::boundary::{Boundary, Polygon, Ring};
use super::grid::GridCode;
use super::position::Position;

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
        polygons: Box::new([Polygon {
            outer: Ring::from_closed(closed),
            holes: vec![],
        }]),
    }
}

fn grid(sequence: u16) -> GridCode {
    GridCode::parse(&format!("320707101201{sequence:03}")).unwrap()
}
