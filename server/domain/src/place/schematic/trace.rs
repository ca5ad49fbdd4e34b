//! The border of a set of cells.

use std::sync::Arc;

use super::super::boundary::{Boundary, Polygon, Ring};
use super::super::plane::doubled_area;
use super::honeycomb::{Corner, Honeycomb, SIDES};
use super::partition::Land;

/// The boundary of all cells of one owner, which hang together.
///
/// Three cells meet in a corner, so of the sides that border on others at most one leaves each corner:
/// following them gives simple rings, counter-clockwise around the land and clockwise around holes.
pub(super) fn boundary(honeycomb: &Honeycomb, land: &Land<'_>, cells: &[u32]) -> Boundary {
    let mut sides = sides(honeycomb, land, cells);
    sides.sort_unstable();
    let mut followed = vec![false; sides.len()];
    let mut outer = Vec::new();
    let mut holes = Vec::new();
    for first in 0..sides.len() {
        if followed[first] {
            continue;
        }
        let mut ring = vec![honeycomb.position(sides[first].0)];
        let mut side = first;
        while !followed[side] {
            followed[side] = true;
            let end = sides[side].1;
            ring.push(honeycomb.position(end));
            side = sides.partition_point(|side| side.0 < end) % sides.len();
        }
        if doubled_area(&ring) > 0 {
            outer = ring;
        } else {
            holes.push(Ring::from_closed(ring));
        }
    }
    Boundary {
        polygons: Arc::new([Polygon {
            outer: Ring::from_closed(outer),
            holes,
        }]),
    }
}

/// The sides between a cell of the owner and one of another, with the owner's land to the left.
fn sides(honeycomb: &Honeycomb, land: &Land<'_>, cells: &[u32]) -> Vec<(Corner, Corner)> {
    let mut sides = Vec::new();
    for cell in cells {
        let owner = land.owner(*cell);
        let corners = honeycomb.corners(*cell);
        for (side, neighbour) in honeycomb.neighbours(*cell).into_iter().enumerate() {
            if land.owner(neighbour) != owner {
                sides.push((corners[side], corners[(side + 1) % SIDES]));
            }
        }
    }
    sides
}
