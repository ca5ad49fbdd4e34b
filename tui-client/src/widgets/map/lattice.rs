//! Grids for the tests: a lattice whose inner corners are shared, as those of neighbours are.

use super::projection::{Bounds, Lens, Plane, Point, Viewport};
use super::raster::{Raster, Shape, dots};

/// Grids beside and above each other.
#[derive(Clone)]
pub struct Lattice {
    pub shapes: Vec<Shape>,
    pub centres: Vec<Point>,
    pub whole: Bounds,
}

impl Lattice {
    /// So many columns and rows of grids of the same size.
    pub fn new(columns: usize, rows: usize) -> Self {
        Self::of(columns, rows, |_, _| [0.0, 0.0])
    }

    /// The same with each corner moved a little.
    pub fn distorted(columns: usize, rows: usize, seed: u32) -> Self {
        Self::of(columns, rows, |i, j| {
            let mut noise = seed ^ (i * 2_654_435 + j * 40_503);
            let mut next = || {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f64::from(noise >> 16) / 65_536.0 - 0.5
            };
            [next() * 0.6, next() * 0.6]
        })
    }

    fn of(columns: usize, rows: usize, moved: impl Fn(u32, u32) -> Point) -> Self {
        let (columns, rows) = (
            u32::try_from(columns).unwrap(),
            u32::try_from(rows).unwrap(),
        );
        let corner = |i: u32, j: u32| {
            let [x, y] = moved(i, j);
            // Around the equator, where a degree is as wide as high.
            [
                (f64::from(i) - f64::from(columns) / 2.0 + x) * 0.01,
                (f64::from(j) - f64::from(rows) / 2.0 + y) * 0.01,
            ]
        };
        let cells: Vec<[u32; 2]> = (0..rows)
            .flat_map(|j| (0..columns).map(move |i| [i, j]))
            .collect();
        let rings: Vec<Vec<Point>> = cells
            .iter()
            .map(|[i, j]| {
                vec![
                    corner(*i, *j),
                    corner(i + 1, *j),
                    corner(i + 1, j + 1),
                    corner(*i, j + 1),
                ]
            })
            .collect();
        let around = Bounds::around(rings.iter().flatten().copied()).unwrap();
        let plane = Plane::of(&around);
        let centre = |ring: &Vec<Point>| {
            let sum = |axis: usize| ring.iter().map(|point| point[axis]).sum::<f64>() / 4.0;
            plane.project([sum(0), sum(1)])
        };
        let centres = rings.iter().map(centre).collect();
        let shapes: Vec<Shape> = rings
            .into_iter()
            .map(|ring| Shape::new(&plane, &[ring]))
            .collect();
        let corners = shapes.iter().filter_map(Shape::bounds);
        let whole = Bounds::around(corners.flat_map(|b| [b.low, b.high])).unwrap();
        Self {
            shapes,
            centres,
            whole,
        }
    }

    /// All of it on so many cells.
    pub fn raster(&self, size: (u16, u16)) -> Raster {
        Raster::draw(&self.shapes, Viewport::fit(&self.whole), &self.whole, size)
    }

    /// How all of it comes onto so many cells.
    pub fn lens(&self, size: (u16, u16)) -> Lens {
        Lens::new(Viewport::fit(&self.whole), &self.whole, dots(size))
    }
}
