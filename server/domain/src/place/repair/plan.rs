//! Which corners move where, and which edges get further corners.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::arrangement::Arrangement;
use super::super::boundary::{Boundary, Ring};
use super::super::geojson::{DraftPolygon, DraftRing};
use super::super::near::{Near, near_misses};
use super::super::patch::Patch;
use super::super::plane::{Point, Segment, dot};
use super::super::position::Position;
use super::super::validity::{self, BoundaryFault};
use super::{RepairStep, RepairStepKind};

/// An edge whichever way it runs: the smaller position, then the larger.
type Ends = (Position, Position);

fn ends(edge: Segment) -> Ends {
    (edge.from.min(edge.to), edge.from.max(edge.to))
}

/// What is to be done in one pass. No corner moves to where another one leaves, and no edge that gets a
/// corner loses an end.
#[derive(Default)]
pub(super) struct Plan {
    moves: HashMap<Position, Position>,
    inserts: HashMap<Ends, BTreeSet<Position>>,
    /// Corners that others rely on.
    held: HashSet<Position>,
}

impl Plan {
    /// The repairs of the borders that are not fixed.
    pub fn make(
        boundaries: &[Boundary],
        parent: Option<&Boundary>,
        tolerance_m: f64,
        fixed: &BTreeSet<usize>,
    ) -> Self {
        let grids: Vec<&Boundary> = boundaries.iter().collect();
        let mut plan = Self::default();
        let Some(arrangement) = Arrangement::of(&grids, parent) else {
            return plan;
        };
        let owners: Vec<&Boundary> = grids.iter().copied().chain(parent).collect();
        let (mut near, _) = near_misses(&owners, tolerance_m, &arrangement.suspects());
        let tips = short_ends(&arrangement, tolerance_m);
        if near.is_empty() && tips.is_empty() {
            return plan;
        }
        near.sort_by(|one, other| {
            let by_place =
                (one.at, one.owner, one.other).cmp(&(other.at, other.owner, other.other));
            one.distance_m.total_cmp(&other.distance_m).then(by_place)
        });
        let register = Register::of(&owners, grids.len(), fixed);
        for near in near {
            plan.join(near, &register, tolerance_m);
        }
        for (one, other) in tips {
            let (ours, theirs) = (register.corner(one), register.corner(other));
            let are_corners = !ours.is_empty() && !theirs.is_empty();
            if are_corners && !ours.iter().any(|owner| theirs.contains(owner)) {
                plan.merge(one, other, &register);
            }
        }
        plan
    }

    pub fn is_empty(&self) -> bool {
        self.moves.is_empty() && self.inserts.is_empty()
    }

    /// Joins a corner and the border that it misses, if nothing planned before stands against it.
    fn join(&mut self, near: Near, register: &Register<'_>, tolerance_m: f64) {
        let (at, edge) = (near.at, near.edge);
        let end = [edge.from, edge.to]
            .into_iter()
            .min_by(|one, other| at.distance_m(*one).total_cmp(&at.distance_m(*other)))
            .filter(|end| at.distance_m(*end) <= tolerance_m);
        let ours = register.corner(at);
        if let Some(end) = end {
            let theirs = register.corner(end);
            // Who has both corners means both: the edge gets the one that it lacks.
            if theirs.iter().any(|owner| ours.contains(owner)) {
                self.insert(at, edge, ours, register);
            } else {
                self.merge(at, end, register);
            }
        } else if register.rank(ours) <= register.rank(register.edge(edge)) || foot(at, edge) == at
        {
            // No place is nearer to the edge than this one, or the edge is the later one's.
            self.insert(at, edge, ours, register);
        } else {
            let foot = foot(at, edge);
            let is_on = edge.holds(foot);
            if is_on {
                self.shift(at, foot, register);
            } else if self.takes(edge, ours, register) && self.shift(at, foot, register) {
                self.insert(foot, edge, ours, register);
            }
        }
    }

    /// Moves the later of two corners onto the other.
    fn merge(&mut self, one: Position, other: Position, register: &Register<'_>) {
        if register.rank(register.corner(one)) > register.rank(register.corner(other)) {
            self.shift(one, other, register);
        } else {
            self.shift(other, one, register);
        }
    }

    /// Moves a corner, whoever has it. Answers whether that was possible.
    fn shift(&mut self, from: Position, to: Position, register: &Register<'_>) -> bool {
        let possible = from != to
            && !self.moves.contains_key(&from)
            && !self.moves.contains_key(&to)
            && !self.held.contains(&from)
            && !register.is_fixed(register.corner(from));
        if possible {
            self.moves.insert(from, to);
            self.held.insert(to);
        }
        possible
    }

    /// Gives an edge a corner that `owners` have.
    fn insert(&mut self, at: Position, edge: Segment, owners: &[usize], register: &Register<'_>) {
        if !self.moves.contains_key(&at) && self.takes(edge, owners, register) {
            self.inserts.entry(ends(edge)).or_default().insert(at);
            self.held.extend([at, edge.from, edge.to]);
        }
    }

    /// Whether an edge can get a corner of the owners: it stays where it is, and none of them has both.
    fn takes(&self, edge: Segment, owners: &[usize], register: &Register<'_>) -> bool {
        let of_edge = register.edge(edge);
        !register.is_fixed(of_edge)
            && !self.moves.contains_key(&edge.from)
            && !self.moves.contains_key(&edge.to)
            && !of_edge.iter().any(|owner| owners.contains(owner))
    }

    /// A boundary as it becomes, with what was done to it; none if nothing is.
    pub fn redraw(
        &self,
        boundary: &Boundary,
    ) -> Result<Option<(Boundary, Vec<RepairStep>)>, Vec<BoundaryFault>> {
        let mut steps = Vec::new();
        let several = boundary.polygons().len() > 1;
        let drafts = boundary
            .polygons()
            .iter()
            .enumerate()
            .map(|(number, polygon)| {
                let pointer = if several {
                    format!("/coordinates/{number}")
                } else {
                    "/coordinates".to_owned()
                };
                DraftPolygon {
                    rings: polygon
                        .rings()
                        .enumerate()
                        .map(|(ring, positions)| DraftRing {
                            pointer: format!("{pointer}/{ring}"),
                            positions: self.redraw_ring(positions, &mut steps),
                            rounded: Vec::new(),
                        })
                        .collect(),
                    pointer,
                }
            })
            .collect();
        if steps.is_empty() {
            return Ok(None);
        }
        let (redrawn, _) = validity::check(drafts)?;
        Ok(Some((redrawn, steps)))
    }

    fn redraw_ring(&self, ring: &Ring, steps: &mut Vec<RepairStep>) -> Vec<Position> {
        let moved = |at: Position| self.moves.get(&at).copied().unwrap_or(at);
        let first = ring.positions().first().copied().map(moved);
        let mut positions: Vec<Position> = first.into_iter().collect();
        for edge in ring.segments() {
            let mut new: Vec<Position> = self
                .inserts
                .get(&ends(edge))
                .into_iter()
                .flatten()
                .copied()
                .collect();
            new.sort_by_key(|at| {
                let along = Point::from(*at).relative_to(edge.from.into());
                dot(edge.vector(), along)
            });
            steps.extend(new.iter().map(|at| RepairStep {
                kind: RepairStepKind::VertexInserted,
                from: None,
                to: *at,
                distance_m: 0.0,
            }));
            positions.extend(new);
            let end = moved(edge.to);
            if end != edge.to {
                steps.push(RepairStep {
                    kind: RepairStepKind::VertexMoved,
                    from: Some(edge.to),
                    to: end,
                    distance_m: edge.to.distance_m(end),
                });
            }
            positions.push(end);
        }
        positions
    }
}

/// The two corners at each end of a sliver. They may lie on each other's borders, and so miss nothing, while
/// the land between them is claimed twice or not at all.
fn short_ends(arrangement: &Arrangement, tolerance_m: f64) -> Vec<(Position, Position)> {
    let mut ends = Vec::new();
    for face in arrangement.faces() {
        if face.around_island || arrangement.is_sound(face) {
            continue;
        }
        let sliver = Patch::new(arrangement.ring(face));
        if sliver.measure().width_m < tolerance_m {
            ends.extend(
                sliver
                    .outer()
                    .windows(2)
                    .map(|edge| (edge[0], edge[1]))
                    .filter(|(one, other)| one.distance_m(*other) <= tolerance_m),
            );
        }
    }
    ends
}

/// Whose a corner or an edge is.
struct Register<'a> {
    corners: HashMap<Position, Vec<usize>>,
    edges: HashMap<Ends, Vec<usize>>,
    parent: usize,
    fixed: &'a BTreeSet<usize>,
}

impl<'a> Register<'a> {
    /// The owners by their numbers, the parent's the given one.
    fn of(owners: &[&Boundary], parent: usize, fixed: &'a BTreeSet<usize>) -> Self {
        let mut corners: HashMap<Position, Vec<usize>> = HashMap::new();
        let mut edges: HashMap<Ends, Vec<usize>> = HashMap::new();
        for (owner, boundary) in owners.iter().enumerate() {
            for edge in boundary.segments() {
                corners.entry(edge.from).or_default().push(owner);
                edges.entry(ends(edge)).or_default().push(owner);
            }
        }
        Self {
            corners,
            edges,
            parent,
            fixed,
        }
    }

    fn corner(&self, at: Position) -> &[usize] {
        self.corners.get(&at).map_or(&[][..], Vec::as_slice)
    }

    fn edge(&self, edge: Segment) -> &[usize] {
        self.edges.get(&ends(edge)).map_or(&[][..], Vec::as_slice)
    }

    fn is_fixed(&self, owners: &[usize]) -> bool {
        owners
            .iter()
            .any(|owner| *owner == self.parent || self.fixed.contains(owner))
    }

    /// Who comes later moves: the parent is first, then the grids in their order.
    fn rank(&self, owners: &[usize]) -> usize {
        if owners.contains(&self.parent) {
            return 0;
        }
        owners.iter().min().map_or(0, |first| first + 1)
    }
}

/// The step nearest to the foot of a point on an edge, at the latitude of the point.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the foot lies between two positions and is rounded anyway"
)]
fn foot(at: Position, edge: Segment) -> Position {
    let shrink = at.lat().to_radians().cos();
    let scaled = |vector: Point| (vector.x as f64 * shrink, vector.y as f64);
    let vector = scaled(edge.vector());
    let along = scaled(Point::from(at).relative_to(edge.from.into()));
    let length = vector.0 * vector.0 + vector.1 * vector.1;
    let share = (along.0 * vector.0 + along.1 * vector.1) / length;
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let step = |from: i32, length: i64| (f64::from(from) + share * length as f64).round() as i32;
    Position::from_steps(
        step(edge.from.lon_steps(), edge.vector().x),
        step(edge.from.lat_steps(), edge.vector().y),
    )
}
