//! Which grid a point lies in.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::boundary::{Bbox, Boundary};
use super::grid::GridCode;
use super::mosaic::{Found, Mosaic};
use super::plane::{Segment, corner};
use super::position::{METRES_A_STEP, Position};

/// How many grids `near` lists at most.
const MOST_NEAR: usize = 16;

/// Where the search for the nearest grid begins, and by how much it widens each time.
const FIRST_RADIUS_M: f64 = 500.0;
const WIDENING: f64 = 8.0;

/// On the plane nothing is farther: once around the equator and from pole to pole.
const FARTHEST_M: f64 = 45_000_000.0;

/// The answer to where a point lies.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum Located {
    In(GridCode),
    /// In no grid; the nearest one, unless there are no grids at all.
    Outside {
        nearest: Option<Nearest>,
    },
}

/// A grid and how far away its border is.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Nearest {
    pub grid: GridCode,
    /// Metres; 0 if the point lies in the grid or on its border.
    pub distance_m: f64,
}

/// An index over the boundaries of all grids in force: from a point to its grid.
///
/// **The rule for borders.** A point lies in the grid to the east of the border it lies on, and to the north
/// of a border that runs along a parallel: each point is treated as if it were moved by an infinitely small
/// ε to the east and ε² to the north, after which it lies on no border (see [`Boundary::contains`]). So a
/// point in a coverage without gaps and overlaps lies in exactly one grid, always the same. A point on the
/// outer border of the coverage, with no grid to its east or north, lies in the grid whose border it is;
/// if there are several, and where grids overlap against the rules, in the one with the smallest code.
///
/// Distances are taken on the plane that touches the globe at the point, exact to a hundredth within
/// 100 km; the nearest grid is not looked for across the 180th meridian.
pub struct Locator {
    grids: Vec<(GridCode, Boundary)>,
    /// From a point to its grid.
    mosaic: Mosaic,
    /// From a box to the grids that meet it.
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Locator {
    /// Builds the index; the order of the grids does not matter.
    pub fn build(grids: impl IntoIterator<Item = (GridCode, Boundary)>) -> Self {
        let mut grids: Vec<(GridCode, Boundary)> = grids.into_iter().collect();
        grids.sort_by_key(|(code, _)| *code);
        let boxes = grids
            .iter()
            .enumerate()
            .map(|(number, (_, boundary))| {
                let bbox = boundary.bbox();
                let bounds =
                    Rectangle::from_corners(corner(bbox.south_west), corner(bbox.north_east));
                GeomWithData::new(bounds, number)
            })
            .collect();
        Self {
            mosaic: Mosaic::build(&grids),
            grids,
            tree: RTree::bulk_load(boxes),
        }
    }

    /// How many grids the index holds.
    pub fn len(&self) -> usize {
        self.grids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.grids.is_empty()
    }

    /// The one grid in which the point lies, by the rule above, or the nearest one.
    pub fn locate(&self, at: Position) -> Located {
        self.grid_of(at, self.mosaic.find(at)).map_or_else(
            || Located::Outside {
                nearest: self.nearest(at),
            },
            Located::In,
        )
    }

    /// The grids of many points, in their order, by the same rule: several times as fast. Which is nearest to those that
    /// lie in none is not looked for.
    pub fn grids_of(&self, points: &[Position]) -> Vec<Option<GridCode>> {
        let mut grids = Vec::with_capacity(points.len());
        let mut at = points.iter();
        self.mosaic.find_all(points, |found| {
            grids.extend(at.next().map(|at| self.grid_of(*at, found)));
        });
        grids
    }

    /// Bytes of memory that the index takes, beside the boundaries themselves.
    pub fn index_bytes(&self) -> usize {
        self.mosaic.bytes()
    }

    fn grid_of(&self, at: Position, found: Found<'_>) -> Option<GridCode> {
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

    /// The grids that a circle touches, such as that of a position's accuracy: nearest first, those at the
    /// same distance by code, at most 16. A radius that is no number or negative counts as 0.
    pub fn near(&self, at: Position, radius_m: f64) -> Vec<Nearest> {
        let radius_m = if radius_m.is_nan() { 0.0 } else { radius_m };
        self.search(at, radius_m.clamp(0.0, FARTHEST_M), MOST_NEAR)
    }

    /// The grids whose own boxes meet a box, by code: all that can have land in it.
    pub fn meeting(&self, bbox: &Bbox) -> Vec<GridCode> {
        let envelope = AABB::from_corners(corner(bbox.south_west), corner(bbox.north_east));
        let mut met: Vec<GridCode> = self
            .tree
            .locate_in_envelope_intersecting(&envelope)
            .map(|found| self.grids[found.data].0)
            .collect();
        met.sort_unstable();
        met
    }

    fn nearest(&self, at: Position) -> Option<Nearest> {
        let mut radius = FIRST_RADIUS_M;
        while radius < FARTHEST_M {
            if let Some(nearest) = self.search(at, radius, 1).first() {
                return Some(*nearest);
            }
            radius *= WIDENING;
        }
        self.search(at, FARTHEST_M, 1).first().copied()
    }

    /// The `most` nearest grids within a radius. The boxes say which grids to measure first, and when none
    /// that is left can be nearer than those found.
    fn search(&self, at: Position, radius_m: f64, most: usize) -> Vec<Nearest> {
        let plane = Plane::at(at);
        let mut boxes: Vec<(f64, usize)> = self
            .tree
            .locate_in_envelope_intersecting(&plane.square(radius_m))
            .map(|found| (plane.distance_to_box(found.geom()), found.data))
            .filter(|(distance, _)| *distance <= radius_m)
            .collect();
        boxes.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        let mut nearest: Vec<Nearest> = Vec::with_capacity(most + 1);
        for (at_least, number) in boxes {
            if nearest.len() == most && nearest[most - 1].distance_m < at_least {
                break;
            }
            let (grid, boundary) = &self.grids[number];
            let distance_m = plane.distance_to(boundary);
            if distance_m > radius_m {
                continue;
            }
            let rank = nearest
                .partition_point(|found| (found.distance_m, found.grid) < (distance_m, *grid));
            nearest.insert(
                rank,
                Nearest {
                    grid: *grid,
                    distance_m,
                },
            );
            nearest.truncate(most);
        }
        nearest
    }
}

/// The plane that touches the globe at a point; in metres, the point is its origin.
pub(super) struct Plane {
    at: Position,
    /// Metres of a step to the east at this latitude.
    east_m: f64,
}

impl Plane {
    pub fn at(at: Position) -> Self {
        Self {
            at,
            east_m: METRES_A_STEP * at.lat().to_radians().cos(),
        }
    }

    /// The square in steps that surely holds the circle.
    pub fn square(&self, radius_m: f64) -> AABB<[f64; 2]> {
        let north = radius_m / METRES_A_STEP + 1.0;
        // At the poles every longitude is near.
        let east = (radius_m / self.east_m.max(1e-6) + 1.0).min(4e9);
        let [x, y] = corner(self.at);
        AABB::from_corners([x - east, y - north], [x + east, y + north])
    }

    fn distance_to_box(&self, bounds: &Rectangle<[f64; 2]>) -> f64 {
        let [x, y] = corner(self.at);
        let ([west, south], [east, north]) = (bounds.lower(), bounds.upper());
        let beyond = |at: f64, low: f64, high: f64| (low - at).max(at - high).max(0.0);
        (beyond(x, west, east) * self.east_m).hypot(beyond(y, south, north) * METRES_A_STEP)
    }

    fn distance_to(&self, boundary: &Boundary) -> f64 {
        if boundary.contains(self.at) {
            return 0.0;
        }
        boundary
            .segments()
            .map(|segment| self.distance_to_segment(segment))
            .fold(f64::INFINITY, f64::min)
    }

    /// How far away the nearest point of a segment is.
    pub fn distance_to_segment(&self, segment: Segment) -> f64 {
        let (from, to) = (self.metres(segment.from), self.metres(segment.to));
        let along = (to.0 - from.0, to.1 - from.1);
        let length = along.0 * along.0 + along.1 * along.1;
        let share = -(from.0 * along.0 + from.1 * along.1) / length;
        // A segment at a pole may have no length on the plane.
        let share = if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.0
        };
        (from.0 + share * along.0).hypot(from.1 + share * along.1)
    }

    fn metres(&self, position: Position) -> (f64, f64) {
        let [x, y] = corner(position);
        let [origin_x, origin_y] = corner(self.at);
        ((x - origin_x) * self.east_m, (y - origin_y) * METRES_A_STEP)
    }
}
