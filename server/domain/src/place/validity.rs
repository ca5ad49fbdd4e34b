//! The rules a boundary must keep, those of OGC Simple Features for polygons, and what breaks them.
//!
//! The rules are checked in stages, and each looks only at what passed the ones before: the form of the
//! rings, then where edges meet, then what lies within what. Every test is exact. Edges that may meet are found with an
//! R-tree, and where it finds too many the shape is refused: no shape takes time without end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};
use serde::{Deserialize, Serialize};

use super::boundary::{Bbox, Boundary, Polygon, Ring};
use super::geojson::{DraftPolygon, DraftRing};
use super::notice::{BoundaryNotice, BoundaryNoticeCode};
use super::plane::{
    Meeting, Passage, Point, Segment, dot, doubled_area, encloses_middle, passages_cross, side,
};
use super::position::{METRES_A_STEP, Position};

/// The most positions a polygon may have, all its rings together.
pub const MAX_VERTICES: usize = 2_000;
/// The most rings a polygon may have, the outer one included.
pub const MAX_RINGS: usize = 64;
/// The most polygons a boundary may have.
pub const MAX_POLYGONS: usize = 64;

/// The most times that the boxes of two edges of a boundary are found to meet: one polygon never comes to it, however it
/// is drawn, and a land of many polygons comes nowhere near.
const MAX_MEETINGS: usize = MAX_VERTICES * MAX_VERTICES;

/// Faults beyond these are not listed.
pub(super) const MAX_FAULTS: usize = 32;

/// A polygon that is narrower than this on average is the leftover of a cut, not a grid.
const MIN_WIDTH_M: f64 = 0.5;

/// What is wrong with a boundary. The names are part of the API and do not change.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoundaryFaultCode {
    /// Neither a `Polygon` nor a `MultiPolygon` with at least one ring each.
    NotAPolygon,
    TooManyPolygons,
    TooManyRings,
    TooManyVertices,
    /// Not an array of two numbers.
    NotAPosition,
    HasAltitude,
    NotFinite,
    OutOfRange,
    /// The last position of a ring is not the first.
    RingNotClosed,
    /// Fewer than three different corners.
    RingTooShort,
    /// An edge spans more than half the globe: a shape across the 180th meridian must be cut there.
    Antimeridian,
    /// All positions lie on one line.
    ZeroArea,
    /// The ring runs back along the edge it came by.
    Spike,
    /// The ring comes back to a corner it has already passed.
    DuplicatePoint,
    /// Two edges cross, or run along each other, or a corner lies on an edge of the same ring.
    SelfIntersection,
    /// Rings that touch in several points cut the inside in two.
    InteriorNotConnected,
    HoleOutside,
    NestedHoles,
    /// A polygon lies inside another one.
    NestedShells,
    /// Narrower than half a metre on average.
    Sliver,
    /// So many edges of several polygons lie beside each other that looking at all pairs would take too long.
    Tangled,
}

impl BoundaryFaultCode {
    pub const ALL: [Self; 21] = [
        Self::NotAPolygon,
        Self::TooManyPolygons,
        Self::TooManyRings,
        Self::TooManyVertices,
        Self::NotAPosition,
        Self::HasAltitude,
        Self::NotFinite,
        Self::OutOfRange,
        Self::RingNotClosed,
        Self::RingTooShort,
        Self::Antimeridian,
        Self::ZeroArea,
        Self::Spike,
        Self::DuplicatePoint,
        Self::SelfIntersection,
        Self::InteriorNotConnected,
        Self::HoleOutside,
        Self::NestedHoles,
        Self::NestedShells,
        Self::Sliver,
        Self::Tangled,
    ];

    /// The code as the API writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAPolygon => "not_a_polygon",
            Self::TooManyPolygons => "too_many_polygons",
            Self::TooManyRings => "too_many_rings",
            Self::TooManyVertices => "too_many_vertices",
            Self::NotAPosition => "not_a_position",
            Self::HasAltitude => "has_altitude",
            Self::NotFinite => "not_finite",
            Self::OutOfRange => "out_of_range",
            Self::RingNotClosed => "ring_not_closed",
            Self::RingTooShort => "ring_too_short",
            Self::Antimeridian => "antimeridian",
            Self::ZeroArea => "zero_area",
            Self::Spike => "spike",
            Self::DuplicatePoint => "duplicate_point",
            Self::SelfIntersection => "self_intersection",
            Self::InteriorNotConnected => "interior_not_connected",
            Self::HoleOutside => "hole_outside",
            Self::NestedHoles => "nested_holes",
            Self::NestedShells => "nested_shells",
            Self::Sliver => "sliver",
            Self::Tangled => "tangled",
        }
    }
}

impl fmt::Display for BoundaryFaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One fault of a boundary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code} at {pointer:?}")]
pub struct BoundaryFault {
    pub code: BoundaryFaultCode,
    /// A JSON pointer (RFC 6901) within the geometry: to a position, an edge's first position, a ring or a
    /// polygon, whatever is at fault.
    pub pointer: String,
    /// The place on the map, where there is one.
    pub at: Option<Position>,
}

impl BoundaryFault {
    pub(super) fn new(
        code: BoundaryFaultCode,
        pointer: impl Into<String>,
        at: Option<Position>,
    ) -> Self {
        Self {
            code,
            pointer: pointer.into(),
            at,
        }
    }
}

/// Applies the rules to what was read, and tells what was put right on the way. At most [`MAX_FAULTS`]
/// faults are listed, each once.
pub(super) fn check(
    drafts: Vec<DraftPolygon>,
) -> Result<(Boundary, Vec<BoundaryNotice>), Vec<BoundaryFault>> {
    let mut faults = Vec::new();
    let shapes: Vec<Shape> = drafts
        .into_iter()
        .map(|draft| Shape::read(draft, &mut faults))
        .collect();
    for stage in [check_meetings, check_nesting, check_width] {
        if faults.is_empty() {
            stage(&shapes, &mut faults);
        }
    }
    if faults.is_empty() {
        let notices = shapes.iter().flat_map(Shape::notices).collect();
        let boundary = Boundary {
            polygons: shapes.into_iter().map(Shape::into_polygon).collect(),
        };
        return Ok((boundary, notices));
    }
    let mut seen = BTreeSet::new();
    faults.retain(|fault| seen.insert((fault.code, fault.pointer.clone(), fault.at)));
    faults.truncate(MAX_FAULTS);
    Err(faults)
}

/// A polygon on trial: the outer ring first.
struct Shape {
    pointer: String,
    lines: Vec<Line>,
}

/// A ring on trial: closed, without repeated positions, with the places where they stood in the input.
struct Line {
    pointer: String,
    positions: Vec<Position>,
    places: Vec<usize>,
    rounded: Vec<usize>,
    repeated: Vec<usize>,
}

impl Shape {
    fn read(draft: DraftPolygon, faults: &mut Vec<BoundaryFault>) -> Self {
        let lines: Vec<Line> = draft.rings.into_iter().map(Line::read).collect();
        for line in &lines {
            line.check_form(faults);
        }
        Self {
            pointer: draft.pointer,
            lines,
        }
    }

    /// What was put right in each ring.
    fn notices(&self) -> impl Iterator<Item = BoundaryNotice> {
        self.lines.iter().enumerate().flat_map(|(index, line)| {
            let turned: &[usize] = if line.runs_wrong_way(index) {
                &[0]
            } else {
                &[]
            };
            [
                (BoundaryNoticeCode::Rounded, line.rounded.as_slice()),
                (BoundaryNoticeCode::RepeatedPoint, line.repeated.as_slice()),
                (BoundaryNoticeCode::RingTurned, turned),
            ]
            .into_iter()
            .filter_map(move |(code, places)| BoundaryNotice::in_ring(code, &line.pointer, places))
        })
    }

    /// Turns the rings the way RFC 7946 has them.
    fn into_polygon(self) -> Polygon {
        let mut rings = self.lines.into_iter().enumerate().map(|(index, line)| {
            let wrong_way = line.runs_wrong_way(index);
            let mut positions = line.positions;
            if wrong_way {
                positions.reverse();
            }
            Ring::from_closed(positions)
        });
        // The reader has made sure of the outer ring.
        let outer = rings.next().unwrap_or_else(|| Ring::from_closed(vec![]));
        Polygon {
            outer,
            holes: rings.collect(),
        }
    }
}

impl Line {
    fn read(draft: DraftRing) -> Self {
        let mut positions: Vec<Position> = Vec::with_capacity(draft.positions.len());
        let mut places = Vec::with_capacity(draft.positions.len());
        let mut repeated = Vec::new();
        for (place, position) in draft.positions.into_iter().enumerate() {
            if positions.last() == Some(&position) {
                repeated.push(place);
            } else {
                positions.push(position);
                places.push(place);
            }
        }
        Self {
            pointer: draft.pointer,
            positions,
            places,
            rounded: draft.rounded,
            repeated,
        }
    }

    /// Whether the outer ring, the first, runs clockwise or a hole counter-clockwise.
    fn runs_wrong_way(&self, index: usize) -> bool {
        (doubled_area(&self.positions) > 0) != (index == 0)
    }

    fn fault(&self, code: BoundaryFaultCode, at: Option<Position>) -> BoundaryFault {
        BoundaryFault::new(code, self.pointer.clone(), at)
    }

    /// A fault at a position of the ring, or at the edge that begins there.
    fn fault_at(&self, index: usize, code: BoundaryFaultCode, at: Position) -> BoundaryFault {
        let place = self.places.get(index).copied().unwrap_or(index);
        BoundaryFault::new(code, format!("{}/{place}", self.pointer), Some(at))
    }

    fn segment(&self, index: usize) -> Segment {
        Segment {
            from: self.positions[index],
            to: self.positions[index + 1],
        }
    }

    /// How many edges the ring has.
    fn edges(&self) -> usize {
        self.positions.len().saturating_sub(1)
    }

    fn check_form(&self, faults: &mut Vec<BoundaryFault>) {
        let first = self.positions.first().copied();
        if self.positions.last().copied() != first {
            faults.push(self.fault(
                BoundaryFaultCode::RingNotClosed,
                self.positions.last().copied(),
            ));
            return;
        }
        if self.edges() < 3 {
            faults.push(self.fault(BoundaryFaultCode::RingTooShort, first));
            return;
        }
        if self.is_straight() {
            faults.push(self.fault(BoundaryFaultCode::ZeroArea, first));
            return;
        }
        for index in 0..self.edges() {
            let edge = self.segment(index);
            let next = self.segment((index + 1) % self.edges());
            if edge.vector().x.abs() > HALF_THE_GLOBE {
                faults.push(self.fault_at(index, BoundaryFaultCode::Antimeridian, edge.from));
            }
            let turns = side(edge.from.into(), edge.to.into(), next.to.into()) != 0;
            if !turns && dot(edge.vector(), next.vector()) < 0 {
                faults.push(self.fault_at(index + 1, BoundaryFaultCode::Spike, edge.to));
            }
        }
    }

    fn is_straight(&self) -> bool {
        let edge = self.segment(0);
        self.positions
            .iter()
            .all(|at| side(edge.from.into(), edge.to.into(), (*at).into()) == 0)
    }

    /// Where the ring comes from and goes to in a point of one of its edges.
    fn passage(&self, index: usize, at: Position) -> Passage {
        let edge = self.segment(index);
        let count = self.edges();
        if at == edge.from {
            Passage {
                from: self.segment((index + count - 1) % count).from,
                to: edge.to,
            }
        } else if at == edge.to {
            Passage {
                from: edge.from,
                to: self.segment((index + 1) % count).to,
            }
        } else {
            Passage {
                from: edge.from,
                to: edge.to,
            }
        }
    }

    /// Whether the ring lies inside another one, which it may touch in single points but does not cross.
    fn lies_inside(&self, outer: &Self) -> bool {
        let around = |line: &Self| Bbox::around(line.positions.iter().copied());
        let (Some(inner_bbox), Some(outer_bbox)) = (around(self), around(outer)) else {
            return false;
        };
        if !outer_bbox.contains(inner_bbox.south_west)
            || !outer_bbox.contains(inner_bbox.north_east)
        {
            return false;
        }
        // The first edge up to where the other ring first touches it: its middle lies on neither border.
        let edge = self.segment(0);
        let distance =
            |at: Position| dot(edge.vector(), Point::from(at).relative_to(edge.from.into()));
        let end = outer
            .positions
            .iter()
            .copied()
            .filter(|at| *at != edge.from && edge.holds(*at))
            .min_by_key(|at| distance(*at))
            .unwrap_or(edge.to);
        encloses_middle(&outer.positions, (edge.from, end))
    }
}

/// 180 degrees in steps.
const HALF_THE_GLOBE: i64 = 1_800_000_000;

/// An edge and whose it is: indices of the shape, its ring and the edge in it.
#[derive(Copy, Clone)]
struct Edge {
    shape: usize,
    line: usize,
    index: usize,
    segment: Segment,
}

/// No two edges may cross or run along each other; different rings may touch in single points as long as
/// the inside stays in one piece.
fn check_meetings(shapes: &[Shape], faults: &mut Vec<BoundaryFault>) {
    let edges = edges(shapes);
    let tree = RTree::bulk_load(
        edges
            .iter()
            .enumerate()
            .map(|(number, edge)| {
                let bounds = Rectangle::from_aabb(edge.segment.envelope());
                GeomWithData::new(bounds, number)
            })
            .collect(),
    );
    let mut touches = BTreeSet::new();
    let mut met = 0;
    for (number, edge) in edges.iter().enumerate() {
        for found in tree.locate_in_envelope_intersecting(&edge.segment.envelope()) {
            met += 1;
            if met > MAX_MEETINGS {
                let ring = &shapes[edge.shape].lines[edge.line];
                faults.push(ring.fault(BoundaryFaultCode::Tangled, Some(edge.segment.from)));
                return;
            }
            if found.data <= number {
                continue;
            }
            let other = &edges[found.data];
            if let Some(fault) = judge(shapes, edge, other, &mut touches) {
                faults.push(fault);
            }
            if faults.len() >= MAX_FAULTS {
                return;
            }
        }
    }
    if faults.is_empty() {
        check_connection(shapes, &touches, faults);
    }
}

fn edges(shapes: &[Shape]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (shape, lines) in shapes.iter().enumerate() {
        for (line, ring) in lines.lines.iter().enumerate() {
            edges.extend((0..ring.edges()).map(|index| Edge {
                shape,
                line,
                index,
                segment: ring.segment(index),
            }));
        }
    }
    edges
}

/// A ring that passes a point where it touches another ring of its polygon.
type Touch = (usize, Position, usize);

fn judge(
    shapes: &[Shape],
    edge: &Edge,
    other: &Edge,
    touches: &mut BTreeSet<Touch>,
) -> Option<BoundaryFault> {
    let ring = &shapes[edge.shape].lines[edge.line];
    let same_ring = (edge.shape, edge.line) == (other.shape, other.line);
    if same_ring {
        let apart = other.index - edge.index;
        if apart == 1 || apart + 1 == ring.edges() {
            return None;
        }
    }
    let refuse = |code, at| Some(ring.fault_at(edge.index, code, at));
    match edge.segment.meet(other.segment) {
        Meeting::Apart => None,
        Meeting::Cross => refuse(
            BoundaryFaultCode::SelfIntersection,
            edge.segment.crossing(other.segment),
        ),
        Meeting::Along(at, _) => refuse(BoundaryFaultCode::SelfIntersection, at),
        Meeting::Touch(at) if same_ring => {
            let corner = edge.segment.has_end(at) && other.segment.has_end(at);
            refuse(
                if corner {
                    BoundaryFaultCode::DuplicatePoint
                } else {
                    BoundaryFaultCode::SelfIntersection
                },
                at,
            )
        }
        Meeting::Touch(at) => {
            let other_ring = &shapes[other.shape].lines[other.line];
            let passage = ring.passage(edge.index, at);
            if passages_cross(at, passage, other_ring.passage(other.index, at)) {
                return refuse(BoundaryFaultCode::SelfIntersection, at);
            }
            if edge.shape == other.shape {
                touches.insert((edge.shape, at, edge.line));
                touches.insert((edge.shape, at, other.line));
            }
            None
        }
    }
}

/// Rings and the points where they touch must form no circle: a circle of rings fences off a part of the
/// inside.
fn check_connection(shapes: &[Shape], touches: &BTreeSet<Touch>, faults: &mut Vec<BoundaryFault>) {
    /// What hangs together: a ring, or a point where rings touch.
    #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord)]
    enum Node {
        Ring(usize, usize),
        Point(usize, Position),
    }
    fn root(above: &BTreeMap<Node, Node>, mut node: Node) -> Node {
        while let Some(next) = above.get(&node) {
            node = *next;
        }
        node
    }
    let mut above = BTreeMap::new();
    for (shape, at, line) in touches {
        let ring = root(&above, Node::Ring(*shape, *line));
        let point = root(&above, Node::Point(*shape, *at));
        if ring == point {
            faults.push(
                shapes[*shape].lines[*line]
                    .fault(BoundaryFaultCode::InteriorNotConnected, Some(*at)),
            );
        } else {
            above.insert(ring, point);
        }
    }
}

/// Holes lie in the outer ring and not in each other; polygons do not lie in each other.
fn check_nesting(shapes: &[Shape], faults: &mut Vec<BoundaryFault>) {
    for shape in shapes {
        let Some((outer, holes)) = shape.lines.split_first() else {
            continue;
        };
        for (number, hole) in holes.iter().enumerate() {
            let at = hole.positions.first().copied();
            if !hole.lies_inside(outer) {
                faults.push(hole.fault(BoundaryFaultCode::HoleOutside, at));
            }
            let others = holes
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != number);
            if others.into_iter().any(|(_, other)| hole.lies_inside(other)) {
                faults.push(hole.fault(BoundaryFaultCode::NestedHoles, at));
            }
        }
    }
    for (number, shape) in shapes.iter().enumerate() {
        let others = shapes
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != number);
        if others
            .into_iter()
            .any(|(_, other)| shape.lies_on_land_of(other))
        {
            let at = shape
                .lines
                .first()
                .and_then(|outer| outer.positions.first());
            faults.push(BoundaryFault::new(
                BoundaryFaultCode::NestedShells,
                shape.pointer.clone(),
                at.copied(),
            ));
        }
    }
}

impl Shape {
    /// Whether the polygon lies inside another one and not in one of its holes.
    fn lies_on_land_of(&self, other: &Self) -> bool {
        let (Some(shell), Some((outer, holes))) = (self.lines.first(), other.lines.split_first())
        else {
            return false;
        };
        shell.lies_inside(outer) && !holes.iter().any(|hole| shell.lies_inside(hole))
    }
}

fn check_width(shapes: &[Shape], faults: &mut Vec<BoundaryFault>) {
    for shape in shapes {
        if let Some(outer) = shape.lines.first()
            && mean_width_m(&outer.positions) < MIN_WIDTH_M
        {
            faults.push(outer.fault(BoundaryFaultCode::Sliver, outer.positions.first().copied()));
        }
    }
}

/// The area over half the length of the border, which is the width of a long strip; in metres on the
/// plane that touches the globe at the ring's first position.
#[expect(
    clippy::cast_precision_loss,
    reason = "a width in metres needs no more than 53 bits"
)]
fn mean_width_m(ring: &[Position]) -> f64 {
    let Some(first) = ring.first() else {
        return 0.0;
    };
    let shrink = first.lat().to_radians().cos();
    let length: f64 = ring
        .windows(2)
        .map(|edge| {
            let edge = Point::from(edge[1]).relative_to(edge[0].into());
            (edge.x as f64 * shrink).hypot(edge.y as f64)
        })
        .sum();
    if length == 0.0 {
        return 0.0;
    }
    doubled_area(ring).unsigned_abs() as f64 * shrink / length * METRES_A_STEP
}
