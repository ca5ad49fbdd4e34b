//! What the borders of a set of grids divide the plane into, and how many grids claim each part.
//!
//! All borders are cut where they touch or cross. That gives nodes, pieces of border between them, and faces
//! around which the pieces run. Two faces on either side of a piece differ by those whose border it is, so
//! the claims on all faces follow from the claims on one. Borders seldom cross on a whole step: where they do
//! is kept as a fraction, and no decision is rounded.

mod cut;

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};

use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use self::cut::{Fraction, Line, Node, Side, cut_lines};
use super::boundary::{Bbox, Boundary, Ring};
use super::plane::{Point, corner, cross, encloses};
use super::position::Position;

/// How many boundaries claim a face.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    pub grids: i64,
    pub parents: i64,
}

impl Claims {
    fn plus(self, other: Self) -> Self {
        Self {
            grids: self.grids + other.grids,
            parents: self.parents + other.parents,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            grids: self.grids - other.grids,
            parents: self.parents - other.parents,
        }
    }
}

/// A part of the plane that no border passes.
pub(super) struct Face {
    pub claims: Claims,
    /// What is listed is not the face's outer ring but that of an island in it, seen from the water; the
    /// face itself may go on for ever.
    pub around_island: bool,
    /// A half-edge that runs around it, the face to the left.
    first: usize,
}

/// The plane as borders divide it.
pub(super) struct Arrangement {
    nodes: Vec<Position>,
    /// So many nodes, the first ones, lie on whole steps; the others are shown by the nearest step.
    whole_nodes: usize,
    pieces: Pieces,
    next: Vec<usize>,
    face_of: Vec<usize>,
    faces: Vec<Face>,
    has_parent: bool,
}

impl Arrangement {
    /// Divides the plane by the borders of the grids, numbered in their order, and of their parent, whose
    /// number is the next. None if there are more edges or crossings than a coverage can have.
    pub fn of(grids: &[&Boundary], parent: Option<&Boundary>) -> Option<Self> {
        let owners: Vec<&Boundary> = grids.iter().copied().chain(parent).collect();
        let lines = cut_lines(&owners)?;
        let (nodes, whole_nodes, pieces) = Pieces::between_nodes(lines, grids.len());
        let spokes = pieces.spokes(nodes.len());
        let next = pieces.next(&spokes);
        let (face_of, firsts) = circles(&next);
        let islands = Islands::find(&pieces, &spokes);
        let claims = claims(
            &pieces,
            &next,
            &face_of,
            &islands.bases(&owners, &nodes[..whole_nodes], &pieces),
            firsts.len(),
        );
        let outsides: HashSet<usize> = islands
            .outsides
            .iter()
            .map(|(_, half)| face_of[*half])
            .collect();
        let faces = firsts
            .into_iter()
            .zip(claims)
            .enumerate()
            .map(|(number, (first, claims))| Face {
                claims,
                around_island: outsides.contains(&number),
                first,
            })
            .collect();
        Some(Self {
            nodes,
            whole_nodes,
            pieces,
            next,
            face_of,
            faces,
            has_parent: parent.is_some(),
        })
    }

    /// Whether as many grids claim the face as should: one in the parent and none outside it; without a
    /// parent one everywhere.
    pub fn is_sound(&self, face: &Face) -> bool {
        face.claims.grids == self.due(face)
    }

    /// Whether no grid claims the face though one should.
    pub fn is_bare(&self, face: &Face) -> bool {
        face.claims.grids == 0 && self.due(face) > 0
    }

    /// Whether the face is claimed though it lies outside the parent.
    pub fn is_outside(&self, face: &Face) -> bool {
        face.claims.grids > 0 && self.due(face) == 0
    }

    fn due(&self, face: &Face) -> i64 {
        if self.has_parent {
            face.claims.parents
        } else {
            1
        }
    }

    /// All faces; one with islands is listed once by its own ring and once more around each island.
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// The corners of a face's ring, closed, the face to the left.
    pub fn ring(&self, face: &Face) -> Vec<Position> {
        let mut ring: Vec<Position> = self
            .around(face)
            .map(|half| self.nodes[self.pieces.from(half)])
            .collect();
        ring.extend(ring.first().copied());
        ring.dedup();
        ring
    }

    /// The numbers of those with a border along the face and their land in it, or else across.
    pub fn neighbours(&self, face: &Face, within: bool) -> BTreeSet<usize> {
        self.around(face)
            .flat_map(|half| {
                self.pieces.all[half / 2]
                    .sides
                    .iter()
                    .filter(move |side| (side.to_the_left == (half % 2 == 0)) == within)
            })
            .map(|side| side.owner)
            .collect()
    }

    /// The corners, on whole steps, of all faces that are not sound.
    pub fn suspects(&self) -> HashSet<Position> {
        self.face_of
            .iter()
            .enumerate()
            .filter(|(_, face)| !self.is_sound(&self.faces[**face]))
            .flat_map(|(half, _)| [half, half ^ 1])
            .map(|half| self.pieces.from(half))
            .filter(|node| *node < self.whole_nodes)
            .map(|node| self.nodes[node])
            .collect()
    }

    fn around(&self, face: &Face) -> impl Iterator<Item = usize> {
        let first = face.first;
        std::iter::successors(Some(first), move |half| {
            Some(self.next[*half]).filter(|half| *half != first)
        })
    }
}

/// A stretch of border between two nodes. Its half-edges are numbered twice its number and one more: from
/// the first end to the second, and back.
struct Piece {
    ends: [usize; 2],
    vector: Point,
    sides: Vec<Side>,
}

struct Pieces {
    all: Vec<Piece>,
    /// Owners from this number on are the parent.
    grids: usize,
}

impl Pieces {
    /// The nodes, how many of them are whole steps, and the pieces.
    fn between_nodes(lines: Vec<Line>, grids: usize) -> (Vec<Position>, usize, Self) {
        let mut nodes: Vec<Position> = Vec::with_capacity(lines.len());
        let mut between: Vec<Fraction> = Vec::new();
        for line in &lines {
            nodes.extend([line.segment.from, line.segment.to]);
            for cut in &line.cuts {
                match cut.node {
                    Node::Step(at) => nodes.push(at),
                    Node::Between(point) => between.push(point),
                }
            }
        }
        nodes.sort_unstable();
        nodes.dedup();
        let whole = nodes.len();
        let mut numbers: HashMap<Fraction, usize> = HashMap::new();
        for point in between {
            numbers.entry(point).or_insert_with(|| {
                nodes.push(point.nearest());
                nodes.len() - 1
            });
        }
        let number = |node: Node| match node {
            // Every node was entered above, so neither search fails.
            Node::Step(at) => nodes[..whole].binary_search(&at).unwrap_or_default(),
            Node::Between(point) => numbers.get(&point).copied().unwrap_or_default(),
        };
        let mut all: Vec<Piece> = Vec::with_capacity(lines.len());
        for line in lines {
            let mut begin = number(Node::Step(line.segment.from));
            let ends = line.cuts.iter().map(|cut| cut.node);
            for end in ends.chain([Node::Step(line.segment.to)]) {
                let end = number(end);
                all.push(Piece::new(begin, end, line.segment.vector(), &line.sides));
                begin = end;
            }
        }
        (nodes, whole, Self::merged(all, grids))
    }

    /// Pieces with the same ends are one.
    fn merged(mut all: Vec<Piece>, grids: usize) -> Self {
        all.sort_by_key(|piece| piece.ends);
        all.dedup_by(|piece, kept| {
            let same = piece.ends == kept.ends;
            if same {
                kept.sides.append(&mut piece.sides);
            }
            same
        });
        Self { all, grids }
    }

    /// The node where a half-edge begins; its other end is where `half ^ 1` begins.
    fn from(&self, half: usize) -> usize {
        self.all[half / 2].ends[half % 2]
    }

    fn vector(&self, half: usize) -> Point {
        let vector = self.all[half / 2].vector;
        if half.is_multiple_of(2) {
            vector
        } else {
            turned(vector)
        }
    }

    /// By how much the claims on the left of a half-edge exceed those on its right.
    fn gain(&self, half: usize) -> Claims {
        let sides = self.all[half / 2].sides.iter();
        sides.fold(Claims::default(), |gain, side| {
            let claim = self.claim(side.owner);
            if side.to_the_left == half.is_multiple_of(2) {
                gain.plus(claim)
            } else {
                gain.minus(claim)
            }
        })
    }

    fn claim(&self, owner: usize) -> Claims {
        let is_grid = owner < self.grids;
        Claims {
            grids: i64::from(is_grid),
            parents: i64::from(!is_grid),
        }
    }

    /// The half-edges that leave each node, counter-clockwise.
    fn spokes(&self, nodes: usize) -> Vec<Vec<usize>> {
        let mut spokes = vec![Vec::new(); nodes];
        for half in 0..2 * self.all.len() {
            spokes[self.from(half)].push(half);
        }
        for around in &mut spokes {
            around.sort_by(|one, other| by_angle(self.vector(*one), self.vector(*other)));
        }
        spokes
    }

    /// The half-edge that follows each one around the face to its left: the first one clockwise from the
    /// way back.
    fn next(&self, spokes: &[Vec<usize>]) -> Vec<usize> {
        let mut next = vec![0; 2 * self.all.len()];
        for around in spokes {
            let before = around.iter().cycle().skip(around.len().saturating_sub(1));
            for (half, before) in around.iter().zip(before) {
                next[half ^ 1] = *before;
            }
        }
        next
    }
}

impl Piece {
    fn new(begin: usize, end: usize, vector: Point, sides: &[Side]) -> Self {
        if begin < end {
            return Self {
                ends: [begin, end],
                vector,
                sides: sides.to_vec(),
            };
        }
        let other_way = |side: &Side| Side {
            to_the_left: !side.to_the_left,
            ..*side
        };
        Self {
            ends: [end, begin],
            vector: turned(vector),
            sides: sides.iter().map(other_way).collect(),
        }
    }
}

fn turned(vector: Point) -> Point {
    Point {
        x: -vector.x,
        y: -vector.y,
    }
}

/// Counter-clockwise from due east.
fn by_angle(one: Point, other: Point) -> Ordering {
    let beyond_west = |vector: Point| vector.y < 0 || (vector.y == 0 && vector.x < 0);
    beyond_west(one)
        .cmp(&beyond_west(other))
        .then_with(|| 0_i128.cmp(&cross(one, other)))
}

/// The number of each half-edge's circle, and the first half-edge of each.
fn circles(next: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut circle_of = vec![usize::MAX; next.len()];
    let mut firsts = Vec::new();
    for first in 0..next.len() {
        let mut half = first;
        while circle_of[half] == usize::MAX {
            circle_of[half] = firsts.len();
            half = next[half];
            if half == first {
                firsts.push(first);
            }
        }
    }
    (circle_of, firsts)
}

/// What hangs together by borders.
struct Islands {
    /// The island of each node.
    of: Vec<usize>,
    /// The westernmost node of each island and the half-edge there that has the outside to its left.
    outsides: Vec<(usize, usize)>,
}

impl Islands {
    fn find(pieces: &Pieces, spokes: &[Vec<usize>]) -> Self {
        let mut of = vec![usize::MAX; spokes.len()];
        let mut outsides = Vec::new();
        for start in 0..spokes.len() {
            if of[start] != usize::MAX {
                continue;
            }
            // Nodes on whole steps come first and in order, and the westernmost node of an island is the end
            // of an edge: so it is this one, and all its spokes lead to the east or due north.
            let most_northern = spokes[start]
                .iter()
                .copied()
                .max_by(|one, other| cross(pieces.vector(*other), pieces.vector(*one)).cmp(&0));
            let Some(outside) = most_northern else {
                continue;
            };
            let number = outsides.len();
            outsides.push((start, outside));
            of[start] = number;
            let mut open = vec![start];
            while let Some(node) = open.pop() {
                for half in &spokes[node] {
                    let there = pieces.from(half ^ 1);
                    if of[there] == usize::MAX {
                        of[there] = number;
                        open.push(there);
                    }
                }
            }
        }
        Self { of, outsides }
    }

    /// The half-edge outside each island, and who claims the water there: those of whose rings on other
    /// islands it lies within.
    fn bases(
        &self,
        owners: &[&Boundary],
        whole: &[Position],
        pieces: &Pieces,
    ) -> Vec<(usize, Claims)> {
        let mut rings: Vec<(&Ring, bool, usize, usize)> = Vec::new();
        let mut boxes = Vec::new();
        for (owner, boundary) in owners.iter().enumerate() {
            for polygon in boundary.polygons() {
                for (number, ring) in polygon.rings().enumerate() {
                    let first = ring.positions().first();
                    let node = first.and_then(|first| whole.binary_search(first).ok());
                    let bbox = Bbox::around(ring.positions().iter().copied());
                    if let (Some(node), Some(bbox)) = (node, bbox) {
                        let bounds = Rectangle::from_corners(
                            corner(bbox.south_west),
                            corner(bbox.north_east),
                        );
                        boxes.push(GeomWithData::new(bounds, rings.len()));
                        rings.push((ring, number == 0, owner, self.of[node]));
                    }
                }
            }
        }
        let tree = RTree::bulk_load(boxes);
        let base = |island: usize, at: Position| {
            tree.locate_all_at_point(&corner(at))
                .map(|found| rings[found.data])
                .filter(|(ring, _, _, on)| *on != island && encloses(ring.positions(), at))
                .fold(Claims::default(), |base, (_, is_outer, owner, _)| {
                    let claim = pieces.claim(owner);
                    if is_outer {
                        base.plus(claim)
                    } else {
                        base.minus(claim)
                    }
                })
        };
        self.outsides
            .iter()
            .enumerate()
            .map(|(island, (node, outside))| (*outside, base(island, whole[*node])))
            .collect()
    }
}

/// The claims on every circle, from those outside each island across its borders.
fn claims(
    pieces: &Pieces,
    next: &[usize],
    circle_of: &[usize],
    bases: &[(usize, Claims)],
    circles: usize,
) -> Vec<Claims> {
    let mut claims: Vec<Option<Claims>> = vec![None; circles];
    for (outside, base) in bases {
        claims[circle_of[*outside]] = Some(*base);
        let mut open = vec![*outside];
        while let Some(first) = open.pop() {
            let here = claims[circle_of[first]].unwrap_or_default();
            let mut half = first;
            loop {
                let across = &mut claims[circle_of[half ^ 1]];
                if across.is_none() {
                    *across = Some(here.minus(pieces.gain(half)));
                    open.push(half ^ 1);
                }
                half = next[half];
                if half == first {
                    break;
                }
            }
        }
    }
    claims.into_iter().map(Option::unwrap_or_default).collect()
}
