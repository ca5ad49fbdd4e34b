//! Whether grids overlap.
//!
//! Where borders are shared exactly, corners touch or one grid fills the hole of another, nothing
//! overlaps. The decision is exact; only the reported area is a computation in floating point.

use std::collections::BTreeSet;

use geo::{Area as _, BooleanOps as _, GeodesicArea as _, InteriorPoint as _};
use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};
use serde::Serialize;

use super::boundary::{Bbox, Boundary, Polygon, position};
use super::grid::GridCode;
use super::plane::{Meeting, Point, Segment, corner, dot, encloses_middle};
use super::position::Position;

/// Two grids that claim the same land.
#[derive(Copy, Clone, Debug, PartialEq, Serialize)]
pub struct Overlap {
    /// A candidate.
    pub a: GridCode,
    /// A neighbour, or another candidate.
    pub b: GridCode,
    /// A place in the overlap, or on its border if it is narrower than the coordinates can tell.
    pub at: Position,
    /// Square metres on the ellipsoid, about; 0 for a hair.
    pub area_m2: f64,
}

/// Every overlap of a candidate with a neighbour or with another candidate, in the order of the
/// candidates. A neighbour with the code of a candidate is what the candidate replaces and not compared.
pub fn overlaps(
    candidates: &[(GridCode, &Boundary)],
    neighbours: &[(GridCode, &Boundary)],
) -> Vec<Overlap> {
    let replaced: BTreeSet<GridCode> = candidates.iter().map(|(code, _)| *code).collect();
    let others = neighbours
        .iter()
        .filter(|(code, _)| !replaced.contains(code));
    let all: Vec<(GridCode, &Boundary)> = candidates.iter().chain(others).copied().collect();
    claims(&all, candidates.len())
        .map(|(a, b, at)| measure(all[a], all[b], at).0)
        .collect()
}

/// The pairs of grids that claim the same land, by their numbers, with a place in it; the first grid is one
/// of the first `candidates`, the second comes after it. Looked for as they are asked for.
pub(super) fn claims(
    grids: &[(GridCode, &Boundary)],
    candidates: usize,
) -> impl Iterator<Item = (usize, usize, Position)> {
    let tree = RTree::bulk_load(
        grids
            .iter()
            .enumerate()
            .map(|(number, (_, boundary))| GeomWithData::new(bounds(&boundary.bbox()), number))
            .collect(),
    );
    grids
        .iter()
        .take(candidates)
        .enumerate()
        .flat_map(move |(number, (_, boundary))| {
            let mut found: Vec<usize> = tree
                .locate_in_envelope_intersecting(&envelope(&boundary.bbox()))
                .map(|found| found.data)
                .filter(|found| *found > number)
                .collect();
            found.sort_unstable();
            found.into_iter().filter_map(move |found| {
                common_land(boundary, grids[found].1).map(|at| (number, found, at))
            })
        })
}

/// The overlap of two grids, if they claim the same land.
pub fn overlap(one: (GridCode, &Boundary), other: (GridCode, &Boundary)) -> Option<Overlap> {
    let at = common_land(one.1, other.1)?;
    Some(measure(one, other, at).0)
}

fn envelope(bbox: &Bbox) -> rstar::AABB<[f64; 2]> {
    rstar::AABB::from_corners(corner(bbox.south_west), corner(bbox.north_east))
}

fn bounds(bbox: &Bbox) -> Rectangle<[f64; 2]> {
    Rectangle::from_aabb(envelope(bbox))
}

/// How large the overlap is, where it is widest and what it looks like, as far as floating point can tell.
pub(super) fn measure(
    (a, boundary): (GridCode, &Boundary),
    (b, other): (GridCode, &Boundary),
    at: Position,
) -> (Overlap, geo::MultiPolygon<f64>) {
    let common = boundary.to_geo().intersection(&other.to_geo());
    let widest = common
        .0
        .iter()
        .max_by(|left, right| left.unsigned_area().total_cmp(&right.unsigned_area()))
        .and_then(geo::Polygon::interior_point)
        .and_then(position);
    let overlap = Overlap {
        a,
        b,
        at: widest.unwrap_or(at),
        area_m2: common.geodesic_area_unsigned(),
    };
    (overlap, common)
}

/// A place where the insides of two boundaries meet, or none if they have at most borders in common.
///
/// If no edge crosses another, cutting all edges where they touch leaves stretches that lie wholly
/// inside, outside or on the border of the other boundary. The border of common land would consist of
/// stretches that lie inside the other one and of shared stretches with the land of both on one side; so
/// without such a stretch there is no common land.
pub(super) fn common_land(one: &Boundary, other: &Boundary) -> Option<Position> {
    one.polygons().iter().find_map(|one| {
        other
            .polygons()
            .iter()
            .find_map(|other| common_land_of_polygons(one, other))
    })
}

fn common_land_of_polygons(one: &Polygon, other: &Polygon) -> Option<Position> {
    let (box_of_one, box_of_other) = (around(one)?, around(other)?);
    if !box_of_one.meets(&box_of_other) {
        return None;
    }
    let mut ours = Border::within(one, &box_of_other);
    let mut theirs = Border::within(other, &box_of_one);
    if let Some(at) = confront(&mut ours, &mut theirs) {
        return Some(at);
    }
    ours.stretch_inside(other)
        .or_else(|| theirs.stretch_inside(one))
}

fn around(polygon: &Polygon) -> Option<Bbox> {
    Bbox::around(polygon.outer().positions().iter().copied())
}

/// The edges of a polygon that come near the other one, in the order of its rings.
struct Border {
    edges: Vec<Edge>,
}

struct Edge {
    segment: Segment,
    /// The edge before it in the list is the one before it in the ring.
    continues: bool,
    /// Where the other border touches it.
    contacts: Vec<Position>,
    /// The parts it shares with the other border, from begin to end in the order of positions.
    shared: Vec<(Position, Position)>,
}

impl Border {
    fn within(polygon: &Polygon, bbox: &Bbox) -> Self {
        let mut edges = Vec::new();
        for ring in polygon.rings() {
            let mut continues = false;
            for segment in ring.segments() {
                let near = Bbox::around([segment.from, segment.to])
                    .is_some_and(|around| around.meets(bbox));
                if near {
                    edges.push(Edge {
                        segment,
                        continues,
                        contacts: Vec::new(),
                        shared: Vec::new(),
                    });
                }
                continues = near;
            }
        }
        Self { edges }
    }

    /// The middle of a stretch that lies inside the other polygon. A stretch that begins where the one
    /// before it ended, without a contact there, lies on the same side as that.
    fn stretch_inside(&self, other: &Polygon) -> Option<Position> {
        for edge in &self.edges {
            let mut begin = edge.segment.from;
            let mut known_outside = edge.continues && !edge.contacts.contains(&begin);
            for end in edge.cuts() {
                if !known_outside && !edge.shares(begin, end) && lies_inside((begin, end), other) {
                    return Some(begin);
                }
                begin = end;
                known_outside = false;
            }
        }
        None
    }
}

impl Edge {
    /// The ends of the edge's stretches, in its direction; the last is its own end.
    fn cuts(&self) -> Vec<Position> {
        let mut cuts: Vec<Position> = self
            .contacts
            .iter()
            .copied()
            .filter(|at| !self.segment.has_end(*at))
            .collect();
        let from = Point::from(self.segment.from);
        cuts.sort_unstable_by_key(|at| {
            dot(self.segment.vector(), Point::from(*at).relative_to(from))
        });
        cuts.dedup();
        cuts.push(self.segment.to);
        cuts
    }

    fn shares(&self, begin: Position, end: Position) -> bool {
        let (low, high) = (begin.min(end), begin.max(end));
        self.shared
            .iter()
            .any(|(from, to)| *from <= low && high <= *to)
    }
}

/// Notes where two borders touch; an answer if they cross, or run the same way on one line, which means
/// that both have their land on the same side of it.
fn confront(ours: &mut Border, theirs: &mut Border) -> Option<Position> {
    let tree = RTree::bulk_load(
        theirs
            .edges
            .iter()
            .enumerate()
            .map(|(number, edge)| {
                let bounds = Rectangle::from_aabb(edge.segment.envelope());
                GeomWithData::new(bounds, number)
            })
            .collect(),
    );
    for edge in &mut ours.edges {
        for found in tree.locate_in_envelope_intersecting(&edge.segment.envelope()) {
            let other = &mut theirs.edges[found.data];
            match edge.segment.meet(other.segment) {
                Meeting::Apart => {}
                Meeting::Cross => return Some(edge.segment.crossing(other.segment)),
                Meeting::Touch(at) => {
                    edge.contacts.push(at);
                    other.contacts.push(at);
                }
                Meeting::Along(begin, end) => {
                    if edge.segment.same_way(other.segment) {
                        return Some(begin);
                    }
                    for edge in [&mut *edge, other] {
                        edge.contacts.extend([begin, end]);
                        edge.shared.push((begin, end));
                    }
                }
            }
        }
    }
    None
}

/// Whether the middle of a stretch lies inside a polygon; it does not lie on its border.
fn lies_inside(stretch: (Position, Position), polygon: &Polygon) -> bool {
    let encloses = |ring: &super::boundary::Ring| encloses_middle(ring.positions(), stretch);
    encloses(polygon.outer()) && !polygon.holes().iter().any(encloses)
}
