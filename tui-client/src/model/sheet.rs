//! Grids on the plane on which they are drawn.

use super::map::MapGrid;
use crate::text;
use crate::widgets::map::projection::{Bounds, Plane, Point, Viewport, is_on_globe};
use crate::widgets::map::raster::{Raster, Shape};

/// Grids on their plane.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Without outlines, which are in the shapes.
    pub grids: Vec<MapGrid>,
    shapes: Vec<Shape>,
    centres: Vec<Point>,
    whole: Bounds,
    plane: Plane,
}

impl Sheet {
    /// On the plane in the middle of the grids themselves.
    pub fn new(grids: Vec<MapGrid>) -> Self {
        let degrees = Self::degrees(&grids);
        Self::within(grids, &degrees)
    }

    /// What the grids lie in, in degrees; a point in the gulf of Guinea where they have no outlines.
    pub fn degrees(grids: &[MapGrid]) -> Bounds {
        let points = grids.iter().flat_map(|grid| grid.outline.iter().flatten());
        Bounds::around(points.copied().filter(is_on_globe)).unwrap_or(Bounds {
            low: [0.0, 0.0],
            high: [0.0, 0.0],
        })
    }

    /// On the plane in the middle of these degrees, which are the whole of the map.
    pub fn within(mut grids: Vec<MapGrid>, degrees: &Bounds) -> Self {
        let plane = Plane::of(degrees);
        let whole = Bounds {
            low: plane.project(degrees.low),
            high: plane.project(degrees.high),
        };
        let shapes: Vec<Shape> = grids
            .iter_mut()
            .map(|grid| Shape::new(&plane, &std::mem::take(&mut grid.outline)))
            .collect();
        for grid in &mut grids {
            for word in [&mut grid.name, &mut grid.village] {
                *word = text::one_line(&text::clean(word));
            }
        }
        let centres = grids
            .iter()
            .zip(&shapes)
            .map(|(grid, shape)| {
                let label = grid.label.filter(is_on_globe);
                let inside = label.map(|label| plane.project(label));
                inside
                    .or_else(|| shape.bounds().map(|bounds| bounds.centre()))
                    .unwrap_or_else(|| whole.centre())
            })
            .collect();
        Self {
            grids,
            shapes,
            centres,
            whole,
            plane,
        }
    }

    /// All of it.
    pub fn fit(&self) -> Viewport {
        Viewport::fit(&self.whole)
    }

    /// The raster of what is looked at, on so many cells.
    pub fn raster(&self, viewport: Viewport, cells: (u16, u16)) -> Raster {
        Raster::draw(&self.shapes, viewport, &self.whole, cells)
    }

    /// The raster of a part of the plane, as large as it fits on so many cells.
    pub fn raster_within(&self, bounds: &Bounds, cells: (u16, u16)) -> Raster {
        Raster::draw(&self.shapes, Viewport::fit(bounds), bounds, cells)
    }

    /// A point in degrees, on the plane; absent where it is no place on the globe.
    pub fn project(&self, point: Point) -> Option<Point> {
        is_on_globe(&point).then(|| self.plane.project(point))
    }

    /// What a grid lies in, on the plane; absent where it has no outline.
    pub fn bounds(&self, grid: usize) -> Option<Bounds> {
        self.shapes.get(grid).and_then(Shape::bounds)
    }

    /// A point inside each grid, on the plane.
    pub fn centres(&self) -> &[Point] {
        &self.centres
    }

    /// The whole of the map on the plane.
    pub const fn whole(&self) -> &Bounds {
        &self.whole
    }

    /// Whether any boundary was drawn for demonstration.
    pub fn is_schematic(&self) -> bool {
        self.grids.iter().any(|grid| grid.schematic)
    }
}
