//! The cells of which a schematic district is made.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "cells are counted by u32, as `over` makes sure, and lie within the extent"
)]

use super::super::position::{Position, STEPS};
use super::Extent;
use super::noise::{hash, smooth, unit};

/// The height of an equilateral triangle of side 2.
const ROOT_OF_3: f64 = 1.732_050_807_568_877_2;

/// How much of the extent the outline encloses, about.
const FILLED: f64 = 0.65;

/// How far a corner is moved at most along each axis, as a part of a cell's side. A corner moves at most
/// 0.34 sides; with less than half a side no two edges of the honeycomb can meet that did not before.
const SHAKE: f64 = 0.24;

/// The shortest side in steps of 1e-7 degrees, so that rounding to steps moves nothing noticeably.
const SHORTEST_SIDE: f64 = 12.0;

/// What a hash is used for.
const SHAKE_EAST: u64 = 11;
const SHAKE_NORTH: u64 = 12;
const BEND_EAST: u64 = 100;
const BEND_NORTH: u64 = 200;

/// The six neighbours and corners of a cell count counter-clockwise; the side towards neighbour n runs
/// from corner n to corner n + 1.
pub(super) const SIDES: usize = 6;

/// A corner of a cell in the lattice of all centres and corners: columns of half a cell's width, rows of
/// half a side.
pub(super) type Corner = (i32, i32);

/// Rows of hexagonal cells with a corner at the top, every second row moved by half a cell to the east.
/// Lengths are degrees of latitude.
pub(super) struct Honeycomb {
    extent: Extent,
    /// Degrees of latitude that are as long as a degree of longitude here.
    shrink: f64,
    side: f64,
    columns: u32,
    rows: u32,
}

impl Honeycomb {
    /// A honeycomb with about so many cells in the outline; none if they would be too small or too many.
    pub fn over(extent: Extent, cells: usize) -> Option<Self> {
        let shrink = cosine(f64::midpoint(extent.south, extent.north));
        let width = (extent.east - extent.west) * shrink;
        let height = extent.north - extent.south;
        let area = width * height * FILLED / cells as f64;
        let side = (area * 2.0 / (3.0 * ROOT_OF_3)).sqrt();
        let columns = (width / (ROOT_OF_3 * side)).floor();
        let rows = (height / (1.5 * side)).floor();
        let fits = side * STEPS >= SHORTEST_SIDE && columns * rows < f64::from(u32::MAX) / 2.0;
        fits.then_some(Self {
            extent,
            shrink,
            side,
            columns: columns as u32,
            rows: rows as u32,
        })
    }

    /// How many cells there are, inside the outline and outside.
    pub fn len(&self) -> usize {
        self.columns as usize * self.rows as usize
    }

    /// Whether a cell lies on the rim and so has not all neighbours.
    pub fn is_rim(&self, cell: u32) -> bool {
        let (column, row) = self.place(cell);
        column == 0 || row == 0 || column + 1 == self.columns || row + 1 == self.rows
    }

    /// The neighbours of a cell that is not on the rim: east, north-east, north-west, west, south-west,
    /// south-east.
    pub fn neighbours(&self, cell: u32) -> [u32; SIDES] {
        let (_, row) = self.place(cell);
        let shift = row % 2;
        let above = cell.wrapping_add(self.columns).wrapping_add(shift);
        let below = cell.wrapping_sub(self.columns).wrapping_add(shift);
        [
            cell.wrapping_add(1),
            above,
            above.wrapping_sub(1),
            cell.wrapping_sub(1),
            below.wrapping_sub(1),
            below,
        ]
    }

    /// The neighbours of any cell, on the rim fewer than six.
    pub fn neighbours_of_any(&self, cell: u32) -> impl Iterator<Item = u32> {
        let (column, _) = self.place(cell);
        let exists = move |other: &u32| {
            (*other as usize) < self.len() && self.place(*other).0.abs_diff(column) <= 1
        };
        self.neighbours(cell).into_iter().filter(exists)
    }

    /// The corners of a cell, from the south-eastern one on.
    pub fn corners(&self, cell: u32) -> [Corner; SIDES] {
        let (x, y) = self.centre(cell);
        [
            (x + 1, y - 1),
            (x + 1, y + 1),
            (x, y + 2),
            (x - 1, y + 1),
            (x - 1, y - 1),
            (x, y - 2),
        ]
    }

    /// Where a corner lies after it was shaken.
    pub fn position(&self, (x, y): Corner) -> Position {
        let shaken = |purpose| {
            let hash = hash(u64::from(x as u32), u64::from(y as u32), purpose);
            (unit(hash) * 2.0 - 1.0) * SHAKE
        };
        let east = (f64::from(x) * ROOT_OF_3 / 2.0 + shaken(SHAKE_EAST)) * self.side;
        let north = (f64::from(y) / 2.0 + shaken(SHAKE_NORTH)) * self.side;
        let steps = |degrees: f64| (degrees * STEPS).round() as i32;
        Position::from_steps(
            steps(self.extent.west + east / self.shrink),
            steps(self.extent.south + north),
        )
    }

    /// The centre of a cell on a bent map: straight lines on it are natural-looking borders on the real
    /// one. From (-1, -1) in the south-west to (1, 1), more or less.
    pub fn bent(&self, cell: u32) -> [f32; 2] {
        let (x, y) = self.centre(cell);
        let (east, north) = (f64::from(x) * ROOT_OF_3 / 2.0, f64::from(y) / 2.0);
        let width = f64::from(self.columns) * ROOT_OF_3;
        let height = f64::from(self.rows) * 1.5;
        let (mut bent_east, mut bent_north) = (east, north);
        // Hills from a third of the district's size down to a few cells, each smaller kind also flatter.
        let mut length = width.min(height) / 3.0;
        let mut depth = 0.15;
        let mut kind = 0;
        while length > 4.0 {
            let (x, y) = (east / length, north / length);
            bent_east += smooth(x, y, BEND_EAST + kind) * length * depth;
            bent_north += smooth(x, y, BEND_NORTH + kind) * length * depth;
            length /= 2.0;
            depth *= 0.97;
            kind += 1;
        }
        [
            (bent_east / width * 2.0 - 1.0) as f32,
            (bent_north / height * 2.0 - 1.0) as f32,
        ]
    }

    /// How much longer the district is from west to east than from south to north.
    pub fn aspect(&self) -> f32 {
        (f64::from(self.columns) * ROOT_OF_3 / (f64::from(self.rows) * 1.5)) as f32
    }

    fn place(&self, cell: u32) -> (u32, u32) {
        (cell % self.columns, cell / self.columns)
    }

    fn centre(&self, cell: u32) -> Corner {
        let (column, row) = self.place(cell);
        ((column * 2 + row % 2 + 1) as i32, (row * 3 + 2) as i32)
    }
}

/// Bhaskara's approximation, within 0.002 for degrees up to 90: the library's cosine may differ in its last
/// digit from one platform to the next.
fn cosine(degrees: f64) -> f64 {
    let square = degrees * degrees;
    (32_400.0 - 4.0 * square) / (32_400.0 + square)
}
