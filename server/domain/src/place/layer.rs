//! Grids with their indexes, built once and never changed.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::boundary::Boundary;
use super::grid::GridCode;
use super::locate::{Nearest, Plane};
use super::mosaic::{Found, Mosaic};
use super::plane::corner;
use super::position::Position;

/// The box of a grid and its number.
pub(super) type GridBox = GeomWithData<Rectangle<[f64; 2]>, usize>;

/// The grids by code, and how they are found. They are known by their numbers, their places in that order.
pub(super) struct Layer {
    grids: Vec<(GridCode, Boundary)>,
    /// From a point to its grid.
    mosaic: Mosaic,
    /// From a box to the grids that meet it.
    tree: RTree<GridBox>,
}

impl Layer {
    pub fn build(mut grids: Vec<(GridCode, Boundary)>) -> Self {
        grids.sort_by_key(|(code, _)| *code);
        let boxes = grids.iter().enumerate().map(|(number, (_, boundary))| {
            let bbox = boundary.bbox();
            let bounds = Rectangle::from_corners(corner(bbox.south_west), corner(bbox.north_east));
            GridBox::new(bounds, number)
        });
        Self {
            tree: RTree::bulk_load(boxes.collect()),
            mosaic: Mosaic::build(&grids),
            grids,
        }
    }

    pub fn grids(&self) -> &[(GridCode, Boundary)] {
        &self.grids
    }

    pub fn number_of(&self, code: GridCode) -> Option<usize> {
        let found = self.grids.binary_search_by_key(&code, |(code, _)| *code);
        found.ok()
    }

    /// Which grid a box is of: one of this layer.
    pub fn grid(&self, found: &GridBox) -> &(GridCode, Boundary) {
        &self.grids[found.data]
    }

    pub fn find(&self, at: Position) -> Found<'_> {
        self.mosaic.find(at)
    }

    pub fn find_all<'m>(&'m self, points: &[Position], found: impl FnMut(Found<'m>)) {
        self.mosaic.find_all(points, found);
    }

    pub fn index_bytes(&self) -> usize {
        self.mosaic.bytes()
    }

    /// The grid of a point of which that much is known.
    pub fn grid_of(&self, at: Position, found: Found<'_>) -> Option<GridCode> {
        let number = match found {
            Found::In(number) | Found::OnBorder(number) => number as usize,
            Found::Outside => return None,
            Found::Among(list) => self.looked_at(at, list)?,
        };
        self.grids.get(number).map(|(code, _)| *code)
    }

    /// Which of these grids has the point: the first in which it lies, else the first on whose border it is.
    fn looked_at(&self, at: Position, list: &[u32]) -> Option<usize> {
        let first = |passes: &dyn Fn(&Boundary) -> bool| {
            let mut numbers = list.iter().map(|number| *number as usize);
            numbers.find(|number| self.grids.get(*number).is_some_and(|(_, b)| passes(b)))
        };
        first(&|boundary| boundary.contains(at)).or_else(|| first(&|b| b.is_on_border(at)))
    }

    /// The boxes of grids that meet a box in steps.
    pub fn boxes_meeting<'a>(
        &'a self,
        envelope: &AABB<[f64; 2]>,
    ) -> impl Iterator<Item = &'a GridBox> + use<'a> {
        self.tree.locate_in_envelope_intersecting(envelope)
    }

    /// The nearest of the grids that count, unless what is known already is nearer; of several at the same distance the
    /// first by code.
    pub fn nearest(
        &self,
        plane: &Plane,
        at: Position,
        known: Option<Nearest>,
        counts: impl Fn(usize) -> bool,
    ) -> Option<Nearest> {
        let mut nearest = known;
        // Boxes come by their distance in steps, of which that in metres is at least a known share.
        for (found, steps_2) in self.tree.nearest_neighbor_iter_with_distance_2(&corner(at)) {
            let farther = |at_least: f64| nearest.is_some_and(|n: Nearest| n.distance_m < at_least);
            if farther(steps_2.sqrt() * plane.least_m_a_step()) {
                break;
            }
            if !counts(found.data) || farther(plane.distance_to_box(found.geom())) {
                continue;
            }
            let (grid, boundary) = self.grid(found);
            let distance_m = plane.distance_to(boundary);
            let is_nearer = |n: Nearest| (distance_m, *grid) < (n.distance_m, n.grid);
            if nearest.is_none_or(is_nearer) {
                let grid = *grid;
                nearest = Some(Nearest { grid, distance_m });
            }
        }
        nearest
    }
}
