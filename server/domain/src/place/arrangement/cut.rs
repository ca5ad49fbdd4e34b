//! Borders cut where they touch or cross.
//!
//! An edge spans at most 1.8e9 steps each way, so products of two edges stay below 2⁶³ and products of
//! those below 2¹²⁶: everything fits in 128 bits, and nothing is rounded.

use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use super::super::boundary::Boundary;
use super::super::plane::{Meeting, Point, Segment, cross, dot};
use super::super::position::Position;

/// What is worth dividing: beyond these the input is no coverage, whatever else it may be.
const MAX_EDGES: usize = 500_000;
const MAX_PAIRS: usize = 20_000_000;
const MAX_CROSSINGS: usize = 100_000;

/// Whose border an edge is, and where his land lies, seen from the first end to the second.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Side {
    pub owner: usize,
    pub to_the_left: bool,
}

/// Edges with the same ends, from the smaller position to the larger.
pub(super) struct Line {
    pub segment: Segment,
    pub sides: Vec<Side>,
    pub cuts: Vec<Cut>,
}

/// A node within a line.
#[derive(Copy, Clone)]
pub(super) struct Cut {
    /// How far along the line it lies: a fraction, the second number positive.
    share: (i128, i128),
    pub node: Node,
}

#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Step(Position),
    Between(Fraction),
}

/// A point in steps, in lowest terms over a common denominator.
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub(super) struct Fraction {
    east: i128,
    north: i128,
    over: i128,
}

/// The edges of all owners, those with the same ends as one, cut wherever another one touches or crosses
/// them. None if there are more edges or crossings than a coverage can have.
pub(super) fn cut_lines(owners: &[&Boundary]) -> Option<Vec<Line>> {
    let mut lines = lines(owners)?;
    cut(&mut lines)?;
    Some(lines)
}

fn lines(owners: &[&Boundary]) -> Option<Vec<Line>> {
    let mut edges: Vec<(Position, Position, Side)> = Vec::new();
    for (owner, boundary) in owners.iter().enumerate() {
        edges.extend(boundary.segments().map(|edge| {
            let side = Side {
                owner,
                to_the_left: edge.from < edge.to,
            };
            (edge.from.min(edge.to), edge.from.max(edge.to), side)
        }));
        if edges.len() > MAX_EDGES {
            return None;
        }
    }
    edges.sort_unstable();
    let lines = edges
        .chunk_by(|one, other| (one.0, one.1) == (other.0, other.1))
        .map(|same| Line {
            // No chunk is empty.
            segment: Segment {
                from: same[0].0,
                to: same[0].1,
            },
            sides: same.iter().map(|edge| edge.2).collect(),
            cuts: Vec::new(),
        })
        .collect();
    Some(lines)
}

/// Notes on every line where another one touches or crosses it.
fn cut(lines: &mut [Line]) -> Option<()> {
    let tree = RTree::bulk_load(
        lines
            .iter()
            .enumerate()
            .map(|(number, line)| {
                let bounds = Rectangle::from_aabb(line.segment.envelope());
                GeomWithData::new(bounds, number)
            })
            .collect(),
    );
    let (mut pairs, mut crossings) = (0, 0);
    for number in 0..lines.len() {
        let segment = lines[number].segment;
        for found in tree.locate_in_envelope_intersecting(&segment.envelope()) {
            if found.data <= number {
                continue;
            }
            let other = lines[found.data].segment;
            match segment.meet(other) {
                Meeting::Apart => {}
                Meeting::Cross => {
                    let node = Node::crossing(segment, other);
                    lines[number].cross(other, node);
                    lines[found.data].cross(segment, node);
                    crossings += 1;
                }
                Meeting::Touch(at) => {
                    lines[number].touch(at);
                    lines[found.data].touch(at);
                }
                Meeting::Along(begin, end) => {
                    for at in [begin, end] {
                        lines[number].touch(at);
                        lines[found.data].touch(at);
                    }
                }
            }
            pairs += 1;
            if pairs > MAX_PAIRS || crossings > MAX_CROSSINGS {
                return None;
            }
        }
    }
    for line in lines {
        line.cuts.sort_by(|one, other| {
            (one.share.0 * other.share.1).cmp(&(other.share.0 * one.share.1))
        });
        line.cuts.dedup_by_key(|cut| cut.node);
    }
    Some(())
}

impl Line {
    fn cross(&mut self, other: Segment, node: Node) {
        self.cuts.push(Cut {
            share: share(self.segment, other),
            node,
        });
    }

    fn touch(&mut self, at: Position) {
        if !self.segment.has_end(at) {
            let vector = self.segment.vector();
            let along = Point::from(at).relative_to(self.segment.from.into());
            self.cuts.push(Cut {
                share: (dot(vector, along), dot(vector, vector)),
                node: Node::Step(at),
            });
        }
    }
}

/// How far along a segment another one crosses it.
fn share(of: Segment, by: Segment) -> (i128, i128) {
    let along = cross(
        Point::from(by.from).relative_to(of.from.into()),
        by.vector(),
    );
    let whole = cross(of.vector(), by.vector());
    if whole < 0 {
        (-along, -whole)
    } else {
        (along, whole)
    }
}

impl Node {
    fn crossing(one: Segment, other: Segment) -> Self {
        let (along, whole) = share(one, other);
        // Segments that cross are not parallel, so `whole` and every divisor are positive.
        let divisor = common_divisor(along, whole);
        let (along, whole) = (along / divisor, whole / divisor);
        let (from, vector) = (Point::from(one.from), one.vector());
        let east = i128::from(from.x) * whole + along * i128::from(vector.x);
        let north = i128::from(from.y) * whole + along * i128::from(vector.y);
        let divisor = common_divisor(common_divisor(east, north), whole);
        let point = Fraction {
            east: east / divisor,
            north: north / divisor,
            over: whole / divisor,
        };
        match (i32::try_from(point.east), i32::try_from(point.north)) {
            (Ok(east), Ok(north)) if point.over == 1 => {
                Self::Step(Position::from_steps(east, north))
            }
            _ => Self::Between(point),
        }
    }
}

impl Fraction {
    /// The nearest step, to show it.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "the place lies between positions and need not be exact"
    )]
    pub fn nearest(self) -> Position {
        let step = |number: i128| (number as f64 / self.over as f64).round() as i32;
        Position::from_steps(step(self.east), step(self.north))
    }
}

/// The greatest number that divides both; positive, as not both are 0.
fn common_divisor(one: i128, other: i128) -> i128 {
    let (mut one, mut other) = (one.abs(), other.abs());
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}
