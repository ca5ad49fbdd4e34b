//! A grid cut in two along a line.
//!
//! Where the line crosses a border, the place is rounded to a whole step, and with it bends the border by less
//! than a step. Both parts get the same corner there, and so does every neighbour that shares the border, in
//! exactly the stretch in which it shares it: no gap and no overlap comes about.

use std::collections::{BTreeMap, BTreeSet};

use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use super::boundary::{Boundary, Polygon, Ring};
use super::linework::{
    Corners, Edge, along, chain, checked, lands, simple_rings, unchecked, walks,
};
use super::plane::{Meeting, Segment, encloses_middle, side};
use super::position::Position;
use super::validity::BoundaryFault;

/// The most positions that a line of a split may have.
pub const MAX_LINE: usize = 1_000;

/// Why a line does not split a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SplitFault {
    /// Fewer than two different positions, or more than [`MAX_LINE`].
    Length,
    /// It crosses or touches itself, here.
    CrossesItself(Position),
    /// It nowhere runs through the grid.
    Misses(Position),
    /// It begins or ends within the grid, here, or cuts into it without cutting anything off.
    NotAcross(Position),
    /// A part would lie to its left and to its right, here.
    BothSides(Position),
    /// A part breaks the rules of boundaries.
    Shape(Vec<BoundaryFault>),
}

/// The two parts of a grid, and what its neighbours have to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Halves {
    /// What lies to the left of the line, and what the line does not reach.
    pub left: Boundary,
    /// What lies to its right.
    pub right: Boundary,
    /// Where borders bend.
    pub bends: Vec<Bend>,
}

/// A stretch of a border that goes over further corners from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bend {
    from: Position,
    to: Position,
    via: Vec<Position>,
}

/// Cuts the land along a line. `around` are the boundaries that may share its border.
pub(super) fn split(
    land: &Boundary,
    line: &[Position],
    around: &[&Boundary],
) -> Result<Halves, SplitFault> {
    let line = Line::read(line)?;
    let (bends, nodes) = line.meet(land, around);
    let land = unchecked(bent_polygons(land, &bends));
    let corners = Corners::new(nodes.iter().flatten().copied().chain(line.positions()));
    let border: BTreeSet<Edge> = land
        .segments()
        .flat_map(|segment| corners.cut(segment))
        .collect();
    let cuts = line.within(&land, &border, nodes)?;
    let (left, right) = faces(&border, &cuts)?;
    Ok(Halves {
        left: checked(left).map_err(SplitFault::Shape)?,
        right: checked(right).map_err(SplitFault::Shape)?,
        bends,
    })
}

/// A boundary whose border follows the bends that lie on it; none if none does.
pub(super) fn bend(
    boundary: &Boundary,
    bends: &[Bend],
) -> Option<Result<Boundary, Vec<BoundaryFault>>> {
    let bent = bent_polygons(boundary, bends);
    (bent[..] != boundary.polygons[..]).then(|| checked(bent))
}

fn bent_polygons(boundary: &Boundary, bends: &[Bend]) -> Vec<Polygon> {
    boundary
        .polygons()
        .iter()
        .map(|polygon| Polygon {
            outer: bent_ring(polygon.outer(), bends),
            holes: polygon
                .holes()
                .iter()
                .map(|hole| bent_ring(hole, bends))
                .collect(),
        })
        .collect()
}

fn bent_ring(ring: &Ring, bends: &[Bend]) -> Ring {
    let mut positions: Vec<Position> = ring.positions().first().copied().into_iter().collect();
    for segment in ring.segments() {
        let mut on_it: Vec<&Bend> = bends
            .iter()
            .filter(|bend| segment.holds(bend.from) && segment.holds(bend.to))
            .collect();
        on_it.sort_unstable_by_key(|bend| along(segment, bend.from).min(along(segment, bend.to)));
        let mut via = Vec::new();
        for bend in on_it {
            let mut stretch = vec![bend.from];
            stretch.extend(&bend.via);
            stretch.push(bend.to);
            if along(segment, bend.from) > along(segment, bend.to) {
                stretch.reverse();
            }
            via.extend(stretch);
        }
        let edges = chain(segment.from, via, segment.to);
        positions.extend(edges.into_iter().map(|(_, to)| to));
    }
    Ring::from_closed(positions)
}

/// A line that does not meet itself, and the places on it where the border is met.
struct Line(Vec<Segment>);

/// For each segment of a line the places on it between its ends.
type Nodes = Vec<Vec<Position>>;

impl Line {
    fn read(positions: &[Position]) -> Result<Self, SplitFault> {
        let mut distinct = positions.to_vec();
        distinct.dedup();
        if distinct.len() < 2 || positions.len() > MAX_LINE {
            return Err(SplitFault::Length);
        }
        let segments: Vec<Segment> = distinct
            .windows(2)
            .map(|edge| Segment {
                from: edge[0],
                to: edge[1],
            })
            .collect();
        for (number, segment) in segments.iter().enumerate() {
            for (distance, other) in segments.iter().skip(number + 1).enumerate() {
                let at = match segment.meet(*other) {
                    Meeting::Apart => continue,
                    // The next one begins where this one ends.
                    Meeting::Touch(_) if distance == 0 => continue,
                    Meeting::Touch(at) | Meeting::Along(at, _) => at,
                    Meeting::Cross => segment.crossing(*other),
                };
                return Err(SplitFault::CrossesItself(at));
            }
        }
        Ok(Self(segments))
    }

    fn positions(&self) -> impl Iterator<Item = Position> + '_ {
        let last = self.0.last().map(|segment| segment.to);
        self.0.iter().map(|segment| segment.from).chain(last)
    }

    /// Where the line meets the border: how the border bends, and the nodes of the line.
    fn meet(&self, land: &Boundary, around: &[&Boundary]) -> (Vec<Bend>, Nodes) {
        let tree = RTree::bulk_load(
            self.0
                .iter()
                .enumerate()
                .map(|(number, segment)| {
                    GeomWithData::new(Rectangle::from_aabb(segment.envelope()), number)
                })
                .collect(),
        );
        // Where a border on either side has a corner, a stretch that both share ends.
        let corners = Corners::new(
            around
                .iter()
                .flat_map(|other| other.segments())
                .chain(land.segments())
                .map(|segment| segment.from)
                .chain(self.positions()),
        );
        let mut nodes: Nodes = vec![Vec::new(); self.0.len()];
        let mut bends = Vec::new();
        for segment in land.segments() {
            let met = tree
                .locate_in_envelope_intersecting(&segment.envelope())
                .map(|found| found.data);
            let mut crossings: BTreeMap<Edge, Vec<Position>> = BTreeMap::new();
            for number in met {
                // The tree holds the numbers of the line's segments, and `nodes` as many entries.
                let of_line = self.0[number];
                match segment.meet(of_line) {
                    Meeting::Apart => {}
                    Meeting::Touch(at) => nodes[number].push(at),
                    Meeting::Along(begin, end) => nodes[number].extend([begin, end]),
                    Meeting::Cross => {
                        let (stretch, at) = crossing(segment, of_line, &corners);
                        nodes[number].push(at);
                        if at != stretch.0 && at != stretch.1 {
                            crossings.entry(stretch).or_default().push(at);
                        }
                    }
                }
            }
            // What is crossed on a whole step stays as straight as it was.
            crossings.retain(|_, via| via.iter().any(|at| !segment.holds(*at)));
            bends.extend(crossings.into_iter().map(|((from, to), mut via)| {
                via.sort_unstable_by_key(|at| along(segment, *at));
                Bend { from, to, via }
            }));
        }
        (bends, nodes)
    }

    /// The pieces of the line that run through the land, in its direction.
    fn within(
        &self,
        land: &Boundary,
        border: &BTreeSet<Edge>,
        nodes: Nodes,
    ) -> Result<Vec<Edge>, SplitFault> {
        let pieces: Vec<Edge> = self
            .0
            .iter()
            .zip(nodes)
            .flat_map(|(segment, mut on_it)| {
                on_it.retain(|at| !segment.has_end(*at));
                on_it.sort_unstable_by_key(|at| along(*segment, *at));
                chain(segment.from, on_it, segment.to)
            })
            .collect();
        let runs_through = |(from, to): &Edge| {
            !border.contains(&(*from, *to))
                && !border.contains(&(*to, *from))
                && land.polygons().iter().any(|polygon| {
                    encloses_middle(polygon.outer().positions(), (*from, *to))
                        && !polygon
                            .holes()
                            .iter()
                            .any(|hole| encloses_middle(hole.positions(), (*from, *to)))
                })
        };
        let cuts: Vec<Edge> = pieces.iter().copied().filter(runs_through).collect();
        let on_border: BTreeSet<Position> = border.iter().map(|(from, _)| *from).collect();
        let begin = cuts.first().map(|(from, _)| *from);
        let end = cuts.last().map(|(_, to)| *to);
        let (Some(begin), Some(end)) = (begin, end) else {
            return Err(SplitFault::Misses(self.middle()));
        };
        // In between the line leaves the land over its border only.
        match [begin, end].into_iter().find(|at| !on_border.contains(at)) {
            Some(at) => Err(SplitFault::NotAcross(at)),
            None => Ok(cuts),
        }
    }

    /// A place to show the line by.
    fn middle(&self) -> Position {
        let middle = self.0.get(self.0.len() / 2);
        middle.map_or(Position::from_steps(0, 0), |segment| segment.from)
    }
}

/// Where an edge of a border and a segment of a line cross: the stretch of the edge between two corners in
/// which they do, and the place, which is one of them if they cross exactly there.
fn crossing(edge: Segment, of_line: Segment, corners: &Corners) -> (Edge, Position) {
    let side_of = |at: Position| side(of_line.from.into(), of_line.to.into(), at.into()).signum();
    let before = side_of(edge.from);
    let stretch = corners
        .cut(edge)
        .into_iter()
        .find(|(_, to)| side_of(*to) != before)
        .unwrap_or((edge.from, edge.to));
    if side_of(stretch.1) == 0 {
        return (stretch, stretch.1);
    }
    let within = Segment {
        from: stretch.0,
        to: stretch.1,
    };
    (stretch, within.crossing(of_line))
}

/// The pieces of the land, cut along a line: to its left and to its right.
fn faces(
    border: &BTreeSet<Edge>,
    cuts: &[Edge],
) -> Result<(Vec<Polygon>, Vec<Polygon>), SplitFault> {
    let onward: BTreeSet<Edge> = cuts.iter().copied().collect();
    let backward: BTreeSet<Edge> = cuts.iter().copied().map(turned).collect();
    let all: BTreeSet<Edge> = border
        .iter()
        .chain(&onward)
        .chain(&backward)
        .copied()
        .collect();
    let somewhere = cuts.first().map_or(Position::from_steps(0, 0), |cut| cut.0);
    let walks = walks(&all).ok_or(SplitFault::NotAcross(somewhere))?;
    for walk in &walks {
        let walked: BTreeSet<Edge> = edges(walk).collect();
        // Where one walks along both sides of a cut, it leads into the land and cuts nothing off.
        if let Some((at, _)) = cuts
            .iter()
            .copied()
            .find(|cut| walked.contains(cut) && walked.contains(&turned(*cut)))
        {
            return Err(SplitFault::NotAcross(at));
        }
    }
    let rings = walks.into_iter().flat_map(simple_rings).collect();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for polygon in lands(rings) {
        let beside = |cuts: &BTreeSet<Edge>| {
            polygon
                .rings()
                .flat_map(|ring| edges(ring.positions()))
                .find(|edge| cuts.contains(edge))
        };
        match (beside(&onward), beside(&backward)) {
            (Some((at, _)), Some(_)) => return Err(SplitFault::BothSides(at)),
            (None, Some(_)) => right.push(polygon),
            (_, None) => left.push(polygon),
        }
    }
    Ok((left, right))
}

fn turned((from, to): Edge) -> Edge {
    (to, from)
}

fn edges(walk: &[Position]) -> impl Iterator<Item = Edge> + '_ {
    walk.windows(2).map(|edge| (edge[0], edge[1]))
}
