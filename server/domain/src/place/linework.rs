//! Borders as loose edges, and back: cut where others touch them, and put together to rings again.
//!
//! Every edge has its land to the left, so edges of which each is met by no other between its ends are put
//! together to boundaries in one way only.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::boundary::{Boundary, Polygon, Ring};
use super::plane::{Point, Segment, corner, cross, dot, doubled_area, encloses_middle};
use super::position::Position;
use super::validity::BoundaryFault;

/// An edge from a position to another, its land to the left.
pub(super) type Edge = (Position, Position);

/// Positions, such as the corners of borders, to be found on edges.
pub(super) struct Corners(RTree<GeomWithData<[f64; 2], Position>>);

impl Corners {
    pub fn new(positions: impl IntoIterator<Item = Position>) -> Self {
        let distinct: BTreeSet<Position> = positions.into_iter().collect();
        Self(RTree::bulk_load(
            distinct
                .into_iter()
                .map(|at| GeomWithData::new(corner(at), at))
                .collect(),
        ))
    }

    /// The corners of boundaries.
    pub fn of<'a>(boundaries: impl IntoIterator<Item = &'a Boundary>) -> Self {
        Self::new(
            boundaries
                .into_iter()
                .flat_map(Boundary::segments)
                .map(|segment| segment.from),
        )
    }

    /// Those that lie exactly on a segment between its ends, in its direction.
    pub fn within(&self, segment: Segment) -> Vec<Position> {
        let mut found: Vec<Position> = self
            .0
            .locate_in_envelope_intersecting(&segment.envelope())
            .map(|found| found.data)
            .filter(|at| !segment.has_end(*at) && segment.holds(*at))
            .collect();
        found.sort_unstable_by_key(|at| along(segment, *at));
        found
    }

    /// A segment cut at all that lies on it.
    pub fn cut(&self, segment: Segment) -> Vec<Edge> {
        chain(segment.from, self.within(segment), segment.to)
    }
}

/// How far along a segment a position lies: it grows in the direction of the segment.
pub(super) fn along(segment: Segment, at: Position) -> i128 {
    dot(
        segment.vector(),
        Point::from(at).relative_to(segment.from.into()),
    )
}

/// The edges of a way from a position to another.
pub(super) fn chain(
    from: Position,
    via: impl IntoIterator<Item = Position>,
    to: Position,
) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut last = from;
    for at in via.into_iter().chain([to]) {
        if at != last {
            edges.push((last, at));
            last = at;
        }
    }
    edges
}

/// The border that remains where land is joined: what one piece's border runs along in one direction and
/// another's in the other is no border any more.
pub(super) fn joined_border(boundaries: &[&Boundary]) -> BTreeSet<Edge> {
    let corners = Corners::of(boundaries.iter().copied());
    let mut border = BTreeSet::new();
    for segment in boundaries.iter().flat_map(|land| land.segments()) {
        for (from, to) in corners.cut(segment) {
            if !border.remove(&(to, from)) {
                border.insert((from, to));
            }
        }
    }
    border
}

/// Closed ways along edges, each around one piece of land or of what the land leaves out: at a corner where
/// several meet, a way keeps to the land that it has had to its left. Each edge is walked once. None if the
/// edges do not close.
pub(super) fn walks(edges: &BTreeSet<Edge>) -> Option<Vec<Vec<Position>>> {
    let mut onward: BTreeMap<Position, Vec<Position>> = BTreeMap::new();
    for (from, to) in edges {
        onward.entry(*from).or_default().push(*to);
    }
    let mut left = edges.clone();
    let mut walks = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut walk = vec![first.0, first.1];
        let mut edge = first;
        loop {
            edge = next(edge, onward.get(&edge.1)?)?;
            if edge == first {
                break;
            }
            if !left.remove(&edge) {
                return None;
            }
            walk.push(edge.1);
        }
        walks.push(walk);
    }
    Some(walks)
}

/// Of the ways on from the end of an edge the first one clockwise from where it came from.
fn next((from, at): Edge, onward: &[Position]) -> Option<Edge> {
    let ray = |to: Position| Point::from(to).relative_to(at.into());
    let back = ray(from);
    onward
        .iter()
        .min_by(|one, other| clockwise(back, ray(**one), ray(**other)))
        .map(|to| (at, *to))
}

/// Which of two rays one meets first turning clockwise from `back`; `back` itself comes last.
fn clockwise(back: Point, one: Point, other: Point) -> Ordering {
    let half = |ray: Point| match cross(back, ray).cmp(&0) {
        Ordering::Less => 0,
        Ordering::Equal if dot(back, ray) < 0 => 1,
        Ordering::Greater => 2,
        Ordering::Equal => 3,
    };
    half(one)
        .cmp(&half(other))
        .then_with(|| cross(one, other).cmp(&0))
}

/// Cuts a closed way wherever it comes back to a corner: closed rings that pass each corner once.
pub(super) fn simple_rings(walk: Vec<Position>) -> Vec<Vec<Position>> {
    let mut rings = Vec::new();
    let mut path: Vec<Position> = Vec::new();
    let mut places: BTreeMap<Position, usize> = BTreeMap::new();
    for at in walk {
        if let Some(begin) = places.get(&at).copied() {
            let mut ring = path.split_off(begin);
            for passed in &ring {
                places.remove(passed);
            }
            ring.push(at);
            rings.push(ring);
        }
        places.insert(at, path.len());
        path.push(at);
    }
    rings
}

/// Puts closed simple rings together: those that run counter-clockwise are land, the others holes in the
/// smallest land around them.
pub(super) fn lands(rings: Vec<Vec<Position>>) -> Vec<Polygon> {
    let (outers, holes): (Vec<_>, Vec<_>) =
        rings.into_iter().partition(|ring| doubled_area(ring) > 0);
    let mut polygons: Vec<Polygon> = outers
        .into_iter()
        .map(|outer| Polygon {
            outer: Ring::from_closed(outer),
            holes: Vec::new(),
        })
        .collect();
    for hole in holes {
        let Some(edge) = hole.first().copied().zip(hole.get(1).copied()) else {
            continue;
        };
        let around = polygons
            .iter_mut()
            .filter(|polygon| encloses_middle(polygon.outer.positions(), edge))
            .min_by_key(|polygon| doubled_area(polygon.outer.positions()));
        if let Some(polygon) = around {
            polygon.holes.push(Ring::from_closed(hole));
        }
    }
    polygons
}

/// A boundary of polygons that nobody has checked, by the same rules as one that is read.
pub(super) fn checked(polygons: Vec<Polygon>) -> Result<Boundary, Vec<BoundaryFault>> {
    Boundary::from_geojson(&unchecked(polygons).to_geojson())
}

/// The form of a boundary, for questions that need no valid one.
pub(super) fn unchecked(polygons: Vec<Polygon>) -> Boundary {
    Boundary {
        polygons: polygons.into(),
    }
}
