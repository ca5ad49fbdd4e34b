//! Exact geometry of the plane of whole steps: on which side, where two segments meet, what is inside.
//!
//! Products of two differences of steps need 66 bits, so they are taken in 128: no answer is rounded.

use std::cmp::Ordering;

use super::position::Position;

/// A point in whole steps, or in half steps where a middle is needed.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub x: i64,
    pub y: i64,
}

impl From<Position> for Point {
    fn from(position: Position) -> Self {
        Self {
            x: i64::from(position.lon_steps()),
            y: i64::from(position.lat_steps()),
        }
    }
}

impl Point {
    fn doubled(self) -> Self {
        Self {
            x: 2 * self.x,
            y: 2 * self.y,
        }
    }

    /// The vector from `origin` to this point.
    pub fn relative_to(self, origin: Self) -> Self {
        Self {
            x: self.x - origin.x,
            y: self.y - origin.y,
        }
    }
}

/// Positive if `right` lies to the left of `left`, seen along it; 0 if they are parallel.
pub(super) fn cross(left: Point, right: Point) -> i128 {
    i128::from(left.x) * i128::from(right.y) - i128::from(left.y) * i128::from(right.x)
}

pub(super) fn dot(left: Point, right: Point) -> i128 {
    i128::from(left.x) * i128::from(right.x) + i128::from(left.y) * i128::from(right.y)
}

/// Positive if `point` lies to the left of the line from `from` to `to`, 0 on it, negative to the right.
pub(super) fn side(from: Point, to: Point, point: Point) -> i128 {
    cross(to.relative_to(from), point.relative_to(from))
}

/// An edge, with its direction.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub from: Position,
    pub to: Position,
}

/// How two segments meet.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    Apart,
    /// Their insides cross in one point, which need not be a whole step.
    Cross,
    /// They have one point in common, an end of one of them at least.
    Touch(Position),
    /// They run along each other between two points.
    Along(Position, Position),
}

impl Segment {
    pub fn meet(self, other: Self) -> Meeting {
        let (a, b) = (Point::from(self.from), Point::from(self.to));
        let (c, d) = (Point::from(other.from), Point::from(other.to));
        let of_c = side(a, b, c).signum();
        let of_d = side(a, b, d).signum();
        if of_c == 0 && of_d == 0 {
            return self.meet_on_one_line(other);
        }
        if of_c * of_d > 0 {
            return Meeting::Apart;
        }
        let of_a = side(c, d, a).signum();
        let of_b = side(c, d, b).signum();
        if of_a * of_b > 0 {
            return Meeting::Apart;
        }
        if of_a == 0 {
            Meeting::Touch(self.from)
        } else if of_b == 0 {
            Meeting::Touch(self.to)
        } else if of_c == 0 {
            Meeting::Touch(other.from)
        } else if of_d == 0 {
            Meeting::Touch(other.to)
        } else {
            Meeting::Cross
        }
    }

    fn meet_on_one_line(self, other: Self) -> Meeting {
        // On one line the order of positions (longitude, then latitude) is the order along the line.
        let begin = self.from.min(self.to).max(other.from.min(other.to));
        let end = self.from.max(self.to).min(other.from.max(other.to));
        match begin.cmp(&end) {
            Ordering::Less => Meeting::Along(begin, end),
            Ordering::Equal => Meeting::Touch(begin),
            Ordering::Greater => Meeting::Apart,
        }
    }

    /// Whether a point lies on the segment, its ends included.
    pub fn holds(self, point: Position) -> bool {
        let (from, to, at) = (self.from.into(), self.to.into(), point.into());
        side(from, to, at) == 0 && dot(from.relative_to(at), to.relative_to(at)) <= 0
    }

    /// Whether a point is one of the two ends.
    pub fn has_end(self, point: Position) -> bool {
        self.from == point || self.to == point
    }

    /// The step nearest to where two segments cross, to show it on a map.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "the place lies between two positions and need not be exact"
    )]
    pub fn crossing(self, other: Self) -> Position {
        let (from, vector) = (Point::from(self.from), self.vector());
        let along = cross(Point::from(other.from).relative_to(from), other.vector()) as f64;
        let share = along / cross(vector, other.vector()) as f64;
        let step =
            |from: i32, length: i64| (f64::from(from) + share * length as f64).round() as i32;
        Position::from_steps(
            step(self.from.lon_steps(), vector.x),
            step(self.from.lat_steps(), vector.y),
        )
    }

    /// Whether both run the same way, for two segments on one line.
    pub fn same_way(self, other: Self) -> bool {
        dot(self.vector(), other.vector()) > 0
    }

    pub fn vector(self) -> Point {
        Point::from(self.to).relative_to(self.from.into())
    }

    /// The corners of the box around the segment, for an R-tree. Steps are exact in `f64`.
    pub fn envelope(self) -> rstar::AABB<[f64; 2]> {
        rstar::AABB::from_corners(corner(self.from), corner(self.to))
    }

    /// Whether a ray from the point to the east crosses the segment, after the point was moved by an
    /// infinitely small ε to the east and by the far smaller ε² to the north. The moved point lies on no
    /// segment and at the height of no end, so every case is decided, by the same numbers for both
    /// polygons that share the segment.
    #[inline]
    fn crosses_ray_from(from: Point, to: Point, point: Point) -> bool {
        if (from.y > point.y) == (to.y > point.y) {
            return false;
        }
        let of_point = side(from, to, point);
        if to.y > from.y {
            of_point > 0
        } else {
            of_point < 0
        }
    }
}

/// A position as the R-trees hold it: steps, which are exact in `f64`.
pub(super) fn corner(position: Position) -> [f64; 2] {
    [
        f64::from(position.lon_steps()),
        f64::from(position.lat_steps()),
    ]
}

/// Whether a closed ring encloses the point, by the half-open rule of `crosses_ray_from`.
pub(super) fn encloses(ring: &[Position], point: Position) -> bool {
    let point = Point::from(point);
    let crossings = ring
        .windows(2)
        .filter(|edge| Segment::crosses_ray_from(edge[0].into(), edge[1].into(), point));
    crossings.count() % 2 == 1
}

/// Whether a closed ring encloses the middle between two positions; the middle lies on no edge of it.
pub(super) fn encloses_middle(ring: &[Position], of: (Position, Position)) -> bool {
    let (begin, end) = (Point::from(of.0), Point::from(of.1));
    let middle = Point {
        x: begin.x + end.x,
        y: begin.y + end.y,
    };
    let crossings = ring.windows(2).filter(|edge| {
        let (from, to) = (Point::from(edge[0]), Point::from(edge[1]));
        Segment::crosses_ray_from(from.doubled(), to.doubled(), middle)
    });
    crossings.count() % 2 == 1
}

/// Twice the area of a closed ring in square steps, positive if it runs counter-clockwise.
pub(super) fn doubled_area(ring: &[Position]) -> i128 {
    let Some(origin) = ring.first().map(|first| Point::from(*first)) else {
        return 0;
    };
    ring.windows(2)
        .map(|edge| {
            cross(
                Point::from(edge[0]).relative_to(origin),
                Point::from(edge[1]).relative_to(origin),
            )
        })
        .sum()
}

/// A path through a point: where it comes from and where it goes.
#[derive(Copy, Clone)]
pub(super) struct Passage {
    pub from: Position,
    pub to: Position,
}

/// Whether two paths that meet in `at`, without running along each other there, cross each other.
pub(super) fn passages_cross(at: Position, one: Passage, other: Passage) -> bool {
    let at = Point::from(at);
    let ray = |position: Position| Point::from(position).relative_to(at);
    let (out, back) = (ray(one.to), ray(one.from));
    within_turn(out, back, ray(other.from)) != within_turn(out, back, ray(other.to))
}

/// Whether turning left from `begin` one meets `ray` before `end`. The ray is parallel to neither in the
/// same direction.
fn within_turn(begin: Point, end: Point, ray: Point) -> bool {
    match cross(begin, end).cmp(&0) {
        Ordering::Greater => cross(begin, ray) > 0 && cross(ray, end) > 0,
        Ordering::Less => !(cross(end, ray) > 0 && cross(ray, begin) > 0),
        Ordering::Equal => cross(begin, ray) > 0,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn at(lon: i32, lat: i32) -> Position {
        Position::from_steps(lon, lat)
    }

    fn segment(from: (i32, i32), to: (i32, i32)) -> Segment {
        Segment {
            from: at(from.0, from.1),
            to: at(to.0, to.1),
        }
    }

    #[test]
    fn segments_meet_in_every_way() {
        let level = segment((0, 0), (10, 0));
        let meetings = [
            (segment((5, -5), (5, 5)), Meeting::Cross),
            (segment((5, 0), (5, 5)), Meeting::Touch(at(5, 0))),
            (segment((10, 0), (15, 5)), Meeting::Touch(at(10, 0))),
            (segment((10, 0), (15, 0)), Meeting::Touch(at(10, 0))),
            (
                segment((8, 0), (15, 0)),
                Meeting::Along(at(8, 0), at(10, 0)),
            ),
            (segment((8, 0), (2, 0)), Meeting::Along(at(2, 0), at(8, 0))),
            (segment((11, 0), (15, 0)), Meeting::Apart),
            (segment((0, 1), (10, 1)), Meeting::Apart),
            (segment((11, -5), (11, 5)), Meeting::Apart),
            (segment((12, -1), (9, 5)), Meeting::Apart),
        ];
        for (other, meeting) in meetings {
            assert_eq!(level.meet(other), meeting, "{other:?}");
            assert_eq!(other.meet(level), meeting, "{other:?}");
        }
    }

    #[test]
    fn a_crossing_by_less_than_a_step_across_the_whole_globe_is_seen() {
        let long = segment((-1_800_000_000, -900_000_000), (1_800_000_000, 900_000_000));
        let beside = segment((-1_800_000_000, -899_999_999), (1_799_999_998, 900_000_000));
        assert_eq!(long.meet(beside), Meeting::Apart);
        let through = segment((-1_800_000_000, -899_999_999), (1_800_000_000, 899_999_999));
        assert_eq!(long.meet(through), Meeting::Cross);
    }

    #[test]
    fn a_point_on_a_shared_edge_belongs_to_the_ring_to_its_east_or_north() {
        let ring = |west: i32, south: i32| {
            [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)].map(|(x, y)| at(west + x, south + y))
        };
        let (here, east, north, north_east) = (ring(0, 0), ring(10, 0), ring(0, 10), ring(10, 10));
        let owners =
            |point: Position| [&here, &east, &north, &north_east].map(|ring| encloses(ring, point));
        assert_eq!(owners(at(5, 5)), [true, false, false, false]);
        assert_eq!(owners(at(10, 5)), [false, true, false, false]);
        assert_eq!(owners(at(5, 10)), [false, false, true, false]);
        assert_eq!(owners(at(10, 10)), [false, false, false, true]);
        assert_eq!(owners(at(0, 0)), [true, false, false, false]);
        assert_eq!(owners(at(20, 5)), [false; 4]);
    }

    #[test]
    fn paths_that_touch_do_not_cross() {
        let level = Passage {
            from: at(-5, 0),
            to: at(5, 0),
        };
        let bend = |from: (i32, i32), to: (i32, i32)| Passage {
            from: at(from.0, from.1),
            to: at(to.0, to.1),
        };
        let origin = at(0, 0);
        assert!(!passages_cross(origin, level, bend((-3, 3), (3, 3))));
        assert!(passages_cross(origin, level, bend((-3, 3), (3, -3))));
        let corner = bend((0, 5), (5, 0));
        assert!(!passages_cross(origin, corner, bend((-5, 0), (0, -5))));
        assert!(passages_cross(origin, corner, bend((-5, 0), (3, 3))));
        assert!(!passages_cross(origin, corner, bend((1, 3), (3, 1))));
    }

    fn any_position() -> impl Strategy<Value = Position> {
        (-6..=6_i32, -6..=6_i32).prop_map(|(lon, lat)| at(lon, lat))
    }

    proptest! {
        #[test]
        fn meeting_does_not_depend_on_order_or_direction(
            a in any_position(), b in any_position(), c in any_position(), d in any_position()
        ) {
            prop_assume!(a != b && c != d);
            let (one, other) = (Segment { from: a, to: b }, Segment { from: c, to: d });
            let turned = Segment { from: d, to: c };
            let meeting = one.meet(other);
            prop_assert_eq!(meeting, other.meet(one));
            prop_assert_eq!(meeting, one.meet(turned));
            if let Meeting::Touch(point) = meeting {
                prop_assert!(one.holds(point) && other.holds(point));
            }
            let holds_an_end = one.holds(c) || one.holds(d) || other.holds(a) || other.holds(b);
            prop_assert_eq!(
                holds_an_end,
                matches!(meeting, Meeting::Touch(_) | Meeting::Along(..))
            );
        }
    }
}
