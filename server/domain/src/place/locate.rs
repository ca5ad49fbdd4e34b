//! Which grid a point lies in.

use std::collections::BTreeSet;
use std::sync::Arc;

use rstar::AABB;
use rstar::primitives::Rectangle;

use super::boundary::{Bbox, Boundary};
use super::grid::GridCode;
use super::layer::Layer;
use super::mosaic::Found;
use super::plane::{Segment, corner};
use super::position::{METRES_A_STEP, Position};

/// How many grids `near` lists at most.
const MOST_NEAR: usize = 16;

/// So many changed grids lie over the base before all is built anew: a thousand, or one in sixteen.
const MOST_RECENT: usize = 1_000;
const RECENT_SHARE: usize = 16;

/// By less than this share two ways to compute a distance differ.
const ROUNDING: f64 = 1e-9;

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
///
/// When some boundaries change, what is known of all others stays: [`Locator::changed`] lays a small index of what is
/// new over the large one.
#[derive(Clone)]
pub struct Locator {
    base: Arc<Layer>,
    /// The grids of the base that are in force no more, by their numbers.
    ended: BTreeSet<usize>,
    /// What came into force since the base was built.
    recent: Arc<Layer>,
}

impl Locator {
    /// Builds the index; the order of the grids does not matter.
    pub fn build(grids: impl IntoIterator<Item = (GridCode, Boundary)>) -> Self {
        Self {
            base: Arc::new(Layer::build(grids.into_iter().collect())),
            ended: BTreeSet::new(),
            recent: Arc::new(Layer::build(Vec::new())),
        }
    }

    /// The index after some grids ended and others began; a grid that is redrawn does both. It answers as one built anew
    /// would, and takes time for what changed alone, until so much has that it pays to build it all.
    #[must_use]
    pub fn changed(
        &self,
        ended: impl IntoIterator<Item = GridCode>,
        begun: impl IntoIterator<Item = (GridCode, Boundary)>,
    ) -> Self {
        let ended: BTreeSet<GridCode> = ended.into_iter().collect();
        let mut recent = self.recent.grids().to_vec();
        recent.retain(|(code, _)| !ended.contains(code));
        recent.extend(begun);
        let mut numbers = self.ended.clone();
        numbers.extend(ended.iter().filter_map(|code| self.base.number_of(*code)));
        let most = MOST_RECENT.max(self.base.grids().len() / RECENT_SHARE);
        if recent.len() > most || numbers.len() > most {
            let kept = self.base.grids().iter().enumerate();
            let kept = kept.filter(|(number, _)| !numbers.contains(number));
            return Self::build(kept.map(|(_, grid)| grid.clone()).chain(recent));
        }
        Self {
            base: Arc::clone(&self.base),
            ended: numbers,
            recent: Arc::new(Layer::build(recent)),
        }
    }

    /// How many grids the index holds.
    pub fn len(&self) -> usize {
        self.base.grids().len() - self.ended.len() + self.recent.grids().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one grid in which the point lies, by the rule above, or the nearest one.
    pub fn locate(&self, at: Position) -> Located {
        self.grid_at(at).map_or_else(
            || Located::Outside {
                nearest: self.nearest(at),
            },
            Located::In,
        )
    }

    /// The one grid in which the point lies, by the rule above.
    pub fn grid_at(&self, at: Position) -> Option<GridCode> {
        self.grid_of(at, self.base.find(at))
    }

    /// The grids of many points, in their order, by the same rule: several times as fast. Which is nearest to those that
    /// lie in none is not looked for.
    pub fn grids_of(&self, points: &[Position]) -> Vec<Option<GridCode>> {
        let mut grids = Vec::with_capacity(points.len());
        let mut at = points.iter();
        self.base.find_all(points, |found| {
            grids.extend(at.next().map(|at| self.grid_of(*at, found)));
        });
        grids
    }

    /// Bytes of memory that the index takes, beside the boundaries themselves.
    pub fn index_bytes(&self) -> usize {
        self.base.index_bytes() + self.recent.index_bytes()
    }

    /// The grid of a point of which the base knows that much.
    fn grid_of(&self, at: Position, found: Found<'_>) -> Option<GridCode> {
        if self.ended.is_empty() && self.recent.grids().is_empty() {
            return self.base.grid_of(at, found);
        }
        let beneath = self.standing(found);
        let above = self.recent.find(at);
        match (beneath, above) {
            (Some(_), Found::Outside) | (Some(Found::In(_)), Found::OnBorder(_)) => {
                self.base.grid_of(at, found)
            }
            (Some(Found::Outside | Found::OnBorder(_)), Found::In(_))
            | (Some(Found::Outside), Found::OnBorder(_)) => self.recent.grid_of(at, above),
            // Both claim it, or a grid that ended hides others: what is in force there says it.
            _ => self.looked_at(at),
        }
    }

    /// What the base knows of a point, unless that is of a grid that ended or may be.
    fn standing<'m>(&self, found: Found<'m>) -> Option<Found<'m>> {
        match found {
            Found::In(number) | Found::OnBorder(number) => {
                (!self.ended.contains(&(number as usize))).then_some(found)
            }
            Found::Outside => Some(found),
            Found::Among(_) => None,
        }
    }

    /// Which grid has the point, by looking at each that may: the first in which it lies, else the first on whose border
    /// it is.
    fn looked_at(&self, at: Position) -> Option<GridCode> {
        let mut around: Vec<&(GridCode, Boundary)> =
            self.around(&AABB::from_point(corner(at))).collect();
        around.sort_unstable_by_key(|(code, _)| *code);
        let first = |passes: &dyn Fn(&Boundary) -> bool| {
            let found = around.iter().find(|(_, boundary)| passes(boundary));
            found.map(|(code, _)| *code)
        };
        first(&|boundary| boundary.contains(at)).or_else(|| first(&|b| b.is_on_border(at)))
    }

    /// The grids in force whose boxes meet a box in steps.
    fn around<'a>(
        &'a self,
        envelope: &AABB<[f64; 2]>,
    ) -> impl Iterator<Item = &'a (GridCode, Boundary)> + use<'a> {
        self.boxes_around(envelope).map(|(_, grid)| grid)
    }

    fn boxes_around<'a>(
        &'a self,
        envelope: &AABB<[f64; 2]>,
    ) -> impl Iterator<Item = (&'a Rectangle<[f64; 2]>, &'a (GridCode, Boundary))> + use<'a> {
        let beneath = self.base.boxes_meeting(envelope);
        let beneath = beneath.filter(|found| !self.ended.contains(&found.data));
        let beneath = beneath.map(|found| (found.geom(), self.base.grid(found)));
        let above = self.recent.boxes_meeting(envelope);
        beneath.chain(above.map(|found| (found.geom(), self.recent.grid(found))))
    }

    /// The grids that a circle touches, such as that of a position's accuracy: nearest first, those at the
    /// same distance by code, at most 16. A radius that is no number or negative counts as 0.
    pub fn near(&self, at: Position, radius_m: f64) -> Vec<Nearest> {
        let radius_m = if radius_m.is_nan() { 0.0 } else { radius_m };
        let radius_m = radius_m.clamp(0.0, FARTHEST_M);
        let plane = Plane::at(at);
        // The boxes say which grids to measure first, and when none that is left can be nearer than those found.
        let mut boxes: Vec<(f64, &(GridCode, Boundary))> = self
            .boxes_around(&plane.square(radius_m))
            .map(|(bounds, grid)| (plane.distance_to_box(bounds), grid))
            .filter(|(distance, _)| *distance <= radius_m)
            .collect();
        boxes.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.0.cmp(&right.1.0)));
        let mut nearest: Vec<Nearest> = Vec::with_capacity(MOST_NEAR + 1);
        for (at_least, (grid, boundary)) in boxes {
            if nearest
                .get(MOST_NEAR - 1)
                .is_some_and(|last| last.distance_m < at_least)
            {
                break;
            }
            let distance_m = plane.distance_to(boundary);
            if distance_m > radius_m {
                continue;
            }
            let rank = nearest
                .partition_point(|found| (found.distance_m, found.grid) < (distance_m, *grid));
            let grid = *grid;
            nearest.insert(rank, Nearest { grid, distance_m });
            nearest.truncate(MOST_NEAR);
        }
        nearest
    }

    /// The grids whose own boxes meet a box, by code: all that can have land in it.
    pub fn meeting(&self, bbox: &Bbox) -> Vec<GridCode> {
        let envelope = AABB::from_corners(corner(bbox.south_west), corner(bbox.north_east));
        let mut met: Vec<GridCode> = self.around(&envelope).map(|(code, _)| *code).collect();
        met.sort_unstable();
        met
    }

    /// The nearest grid, the first by code of several.
    fn nearest(&self, at: Position) -> Option<Nearest> {
        let plane = Plane::at(at);
        let beneath = self
            .base
            .nearest(&plane, at, None, |number| !self.ended.contains(&number));
        self.recent.nearest(&plane, at, beneath, |_| true)
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

    /// No distance is less than so many metres for each step.
    pub fn least_m_a_step(&self) -> f64 {
        self.east_m * (1.0 - ROUNDING)
    }

    /// The square in steps that surely holds the circle.
    pub fn square(&self, radius_m: f64) -> AABB<[f64; 2]> {
        let north = radius_m / METRES_A_STEP + 1.0;
        // At the poles every longitude is near.
        let east = (radius_m / self.east_m.max(1e-6) + 1.0).min(4e9);
        let [x, y] = corner(self.at);
        AABB::from_corners([x - east, y - north], [x + east, y + north])
    }

    /// No more than how far away the box is, however distances to what lies in it are rounded.
    pub fn distance_to_box(&self, bounds: &Rectangle<[f64; 2]>) -> f64 {
        let [x, y] = corner(self.at);
        let ([west, south], [east, north]) = (bounds.lower(), bounds.upper());
        let beyond = |at: f64, low: f64, high: f64| (low - at).max(at - high).max(0.0);
        let distance =
            (beyond(x, west, east) * self.east_m).hypot(beyond(y, south, north) * METRES_A_STEP);
        distance * (1.0 - ROUNDING)
    }

    pub fn distance_to(&self, boundary: &Boundary) -> f64 {
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
