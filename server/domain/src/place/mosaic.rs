//! From a point to the grid in which it lies, with one or two reads of memory.
//!
//! The box around all grids is cut into square cells. A cell that no border crosses lies in one grid whole, or in none.
//! Any other cell holds the pieces of border that cross it, and the grids in which its *anchor* lies, its south-western
//! corner. The grids of a point are those of the anchor, changed by every piece that the way from there crosses: east
//! along the southern edge of the cell until below the point, then north. Where it is crowded, 4 × 4 smaller cells stand
//! in the place of one.
//!
//! Every decision is taken on whole steps and exact. Anchors and points alike count as moved by an infinitely small ε to
//! the east and ε² to the north, so that they lie on no border and a way meets no corner.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "columns and rows are counts of at most 2²⁴ cells, and grids and pieces have numbers of 32 bits"
)]

use std::hint::black_box;
use std::sync::Arc;

use super::boundary::{Bbox, Boundary};
use super::grid::GridCode;
use super::plane::{Point, side};
use super::position::Position;

/// How many cells a grid has about, before any is split.
const CELLS_A_GRID: u64 = 12;
/// A cell that more pieces cross is split.
const MOST_PIECES: usize = 12;
/// log2 of the side of the smallest cell that is split, in steps: below 2.5 m nothing is gained.
const FINEST: u32 = 8;
/// The grids of a cell are the bits of a word.
const MOST_GRIDS: usize = 32;
/// So many points are looked up together.
const BATCH: usize = 32;
/// Words of a line of the cache.
const LINE: usize = 16;
/// The most cells before any is split: 64 MB.
const MOST_CELLS: u64 = 1 << 24;

/// A cell, as a word: two bits say what it is, the others what of.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
struct Cell(u32);

/// What a cell is.
enum Kind {
    /// Lies in that grid whole, or in none.
    Whole(Option<u32>),
    /// 16 smaller cells, row by row from the south-west, from this one on.
    Split(usize),
    /// Crossed by pieces: where its words begin.
    Crossed(usize),
    /// More grids meet than bits tell apart: their list.
    Crowd(usize),
}

impl Cell {
    const PAYLOAD: u32 = (1 << 30) - 1;

    fn of(kind: &Kind) -> Self {
        let (tag, payload) = match kind {
            Kind::Whole(grid) => (0, grid.map_or(0, |number| number as usize + 1)),
            Kind::Split(first) => (1, first / 16),
            Kind::Crossed(begin) => (2, *begin),
            Kind::Crowd(list) => (3, *list),
        };
        // 2³⁰ words of cells or pieces are 4 GB: more grids than a country has.
        let payload = u32::try_from(payload).unwrap_or(Self::PAYLOAD) & Self::PAYLOAD;
        Self(tag << 30 | payload)
    }

    const fn kind(self) -> Kind {
        let payload = self.0 & Self::PAYLOAD;
        match self.0 >> 30 {
            0 => Kind::Whole(payload.checked_sub(1)),
            1 => Kind::Split(payload as usize * 16),
            2 => Kind::Crossed(payload as usize),
            _ => Kind::Crowd(payload as usize),
        }
    }
}

/// A piece of border, and the grids on its two sides, which are one on the outer border.
#[derive(Copy, Clone, Debug)]
struct Piece {
    from: Point,
    to: Point,
    grids: [Option<u32>; 2],
}

impl Piece {
    fn grids(self) -> impl Iterator<Item = u32> {
        self.grids.into_iter().flatten()
    }

    /// Whether the way from one point to another, along a parallel, crosses it.
    fn crosses_east(self, from: Point, to: Point) -> bool {
        (self.from.y > from.y) != (self.to.y > from.y)
            && is_left(self.from, self.to, from) != is_left(self.from, self.to, to)
    }

    /// The same along a meridian.
    fn crosses_north(self, from: Point, to: Point) -> bool {
        (self.from.x > from.x) != (self.to.x > from.x)
            && is_left(self.from, self.to, from) != is_left(self.from, self.to, to)
    }
}

/// Whether a point, moved by ε to the east and ε² to the north, lies to the left of a line.
#[inline]
fn is_left(from: Point, to: Point, point: Point) -> bool {
    let side = side(from, to, point);
    let up = to.y - from.y;
    side > 0 || (side == 0 && (up < 0 || (up == 0 && to.x > from.x)))
}

/// A square of the map: its south-western corner and log2 of its side.
#[derive(Copy, Clone, Debug)]
struct Square {
    anchor: Point,
    shift: u32,
}

impl Square {
    const fn side(self) -> i64 {
        1 << self.shift
    }

    /// The smaller square in a column and row of four.
    const fn part(self, column: i64, row: i64) -> Self {
        let shift = self.shift - 2;
        Self {
            anchor: Point {
                x: self.anchor.x + (column << shift),
                y: self.anchor.y + (row << shift),
            },
            shift,
        }
    }

    /// Whether a piece comes near: surely where it meets the square or its edges.
    fn is_near(self, piece: Piece) -> bool {
        let (low, high) = (self.anchor, self.side());
        let (a, b) = (piece.from, piece.to);
        if a.x.min(b.x) > low.x + high
            || a.x.max(b.x) < low.x
            || a.y.min(b.y) > low.y + high
            || a.y.max(b.y) < low.y
        {
            return false;
        }
        let corner = |x, y| {
            let corner = Point {
                x: low.x + x,
                y: low.y + y,
            };
            side(a, b, corner).signum()
        };
        let first = corner(0, 0);
        first == 0
            || [(high, 0), (0, high), (high, high)]
                .iter()
                .any(|(x, y)| corner(*x, *y) != first)
    }
}

/// The index. Grids are known by their numbers, which order them as their codes do.
#[derive(Clone, Debug, Default)]
pub(super) struct Mosaic {
    west: i64,
    south: i64,
    /// log2 of the side of a cell that is not split, in steps.
    shift: u32,
    columns: i64,
    rows: i64,
    /// Row by row from the south-west; behind them those of split cells, 16 by 16.
    cells: Vec<Cell>,
    /// The crossed cells: for each the anchor's grids as bits, how many pieces and grids, the numbers of the grids, and
    /// of each piece both ends and the grids that it separates as bits.
    words: Vec<u32>,
    crowds: Vec<Arc<[u32]>>,
}

/// What is known of a point.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Found<'m> {
    /// The one grid in which it lies; the first, where several claim it.
    In(u32),
    /// It lies in none, and on the border of this one; the first, where it is that of several.
    OnBorder(u32),
    Outside,
    /// In one of these at most, or on its border.
    Among(&'m [u32]),
}

/// Words of a piece.
const PIECE: usize = 5;

impl Mosaic {
    /// Builds the index over boundaries in the order of their codes.
    pub fn build(grids: &[(GridCode, Boundary)]) -> Self {
        let corners = grids.iter().flat_map(|(_, boundary)| {
            let bbox = boundary.bbox();
            [bbox.south_west, bbox.north_east]
        });
        let Some(bbox) = Bbox::around(corners) else {
            return Self::default();
        };
        let mut mosaic = Self::over(&bbox, grids.len());
        let pieces = pieces(grids);
        let near = Near::deal_out(&mosaic, &pieces);
        for row in 0..mosaic.rows {
            mosaic.lay_row(row, &pieces, &near);
        }
        mosaic
    }

    /// Cells all over a box, with nothing in them.
    fn over(bbox: &Bbox, grids: usize) -> Self {
        let (low, high) = (Point::from(bbox.south_west), Point::from(bbox.north_east));
        let wanted = (grids as u64 * CELLS_A_GRID).clamp(1, MOST_CELLS);
        let across = |shift: u32| ((high.x - low.x) >> shift) + 1;
        let up = |shift: u32| ((high.y - low.y) >> shift) + 1;
        // At 31 the globe is a handful of cells.
        let fits =
            |shift: &u32| (across(*shift) as u64).saturating_mul(up(*shift) as u64) <= wanted;
        let shift = (FINEST..31).find(fits).unwrap_or(31);
        let (columns, rows) = (across(shift), up(shift));
        Self {
            west: low.x,
            south: low.y,
            shift,
            columns,
            rows,
            cells: vec![Cell::of(&Kind::Whole(None)); (columns * rows) as usize],
            words: Vec::new(),
            crowds: Vec::new(),
        }
    }

    fn square(&self, column: i64, row: i64) -> Square {
        Square {
            anchor: Point {
                x: self.west + (column << self.shift),
                y: self.south + (row << self.shift),
            },
            shift: self.shift,
        }
    }

    const fn number(&self, column: i64, row: i64) -> usize {
        (row * self.columns + column) as usize
    }

    /// Lays the cells of a row from west to east: west of all nothing lies, and each piece on the way changes what does.
    fn lay_row(&mut self, row: i64, pieces: &[Piece], near: &Near) {
        let mut here = Grids::default();
        let mut from = self.square(0, row).anchor;
        from.x -= 1;
        for column in 0..self.columns {
            let number = self.number(column, row);
            let around = near.of(number);
            let square = self.square(column, row);
            if column == 0 {
                here.go_east(
                    from,
                    square.anchor,
                    around.iter().map(|n| pieces[*n as usize]),
                );
            }
            let cell = self.lay(square, &here, around, pieces);
            self.cells[number] = cell;
            let next = Point {
                x: square.anchor.x + square.side(),
                ..square.anchor
            };
            here.go_east(
                square.anchor,
                next,
                around.iter().map(|n| pieces[*n as usize]),
            );
        }
    }

    /// A cell in whose anchor some grids lie and which some pieces are near.
    fn lay(&mut self, square: Square, here: &Grids, near: &[u32], pieces: &[Piece]) -> Cell {
        if near.is_empty() {
            return Cell::of(&Kind::Whole(here.0.first().copied()));
        }
        if near.len() > MOST_PIECES && square.shift > FINEST {
            return self.split(square, here, near, pieces);
        }
        let mut grids = here.0.clone();
        grids.extend(near.iter().flat_map(|n| pieces[*n as usize].grids()));
        grids.sort_unstable();
        grids.dedup();
        if grids.len() > MOST_GRIDS || near.len() > usize::from(u16::MAX) {
            self.crowds.push(grids.into());
            return Cell::of(&Kind::Crowd(self.crowds.len() - 1));
        }
        let begin = self.words.len();
        let bits = |numbers: &mut dyn Iterator<Item = u32>| {
            numbers.fold(0_u32, |bits, number| {
                bits | grids.binary_search(&number).map_or(0, |at| 1 << at)
            })
        };
        self.words.push(bits(&mut here.0.iter().copied()));
        self.words
            .push((near.len() as u32) << 16 | grids.len() as u32);
        self.words.extend(&grids);
        for n in near {
            let piece = pieces[*n as usize];
            self.words.extend([
                word(piece.from.x),
                word(piece.from.y),
                word(piece.to.x),
                word(piece.to.y),
                bits(&mut piece.grids()),
            ]);
        }
        Cell::of(&Kind::Crossed(begin))
    }

    fn split(&mut self, square: Square, here: &Grids, near: &[u32], pieces: &[Piece]) -> Cell {
        // Blocks of 16 begin at multiples of 16.
        let first = self.cells.len().next_multiple_of(16);
        let nothing = Cell::of(&Kind::Whole(None));
        self.cells.resize(first + 16, nothing);
        for (row, column) in (0..4).flat_map(|row| (0..4).map(move |column| (row, column))) {
            let part = square.part(column, row);
            let inside: Vec<u32> = near
                .iter()
                .copied()
                .filter(|n| part.is_near(pieces[*n as usize]))
                .collect();
            let mut there = here.clone();
            let below = Point {
                x: part.anchor.x,
                ..square.anchor
            };
            let known = || near.iter().map(|n| pieces[*n as usize]);
            there.go_east(square.anchor, below, known());
            there.go_north(below, part.anchor, known());
            let cell = self.lay(part, &there, &inside, pieces);
            self.cells[first + (row * 4 + column) as usize] = cell;
        }
        Cell::of(&Kind::Split(first))
    }

    /// What lies at a point.
    pub fn find(&self, at: Position) -> Found<'_> {
        let at = Point::from(at);
        let Some(number) = self.cell_of(at) else {
            return Found::Outside;
        };
        match self.follow(at, self.cells[number]) {
            (Kind::Crossed(begin), shift) => self.among_pieces(at, begin, shift),
            (kind, _) => self.without_pieces(&kind),
        }
    }

    /// The same of many points, in their order; waiting for memory once for many of them.
    pub fn find_all<'m>(&'m self, points: &[Position], mut found: impl FnMut(Found<'m>)) {
        for points in points.chunks(BATCH) {
            let mut cells = [None; BATCH];
            for (cell, at) in cells.iter_mut().zip(points) {
                *cell = self.cell_of(Point::from(*at)).map(|n| self.cells[n]);
            }
            let mut ends = [(Cell::of(&Kind::Whole(None)), 0); BATCH];
            for ((end, cell), at) in ends.iter_mut().zip(&cells).zip(points) {
                if let Some(cell) = cell {
                    let (kind, shift) = self.follow(Point::from(*at), *cell);
                    *end = (Cell::of(&kind), shift);
                }
            }
            // The words of all crossed cells are on their way before the first is needed.
            let mut heads = 0;
            for (cell, _) in &ends {
                if let Kind::Crossed(begin) = cell.kind() {
                    let near = [begin, begin + LINE, begin + 2 * LINE];
                    let words = near.map(|at| self.words.get(at).copied().unwrap_or_default());
                    heads ^= words[0] ^ words[1] ^ words[2];
                }
            }
            black_box(heads);
            for ((cell, shift), at) in ends.iter().zip(points) {
                found(match cell.kind() {
                    Kind::Crossed(begin) => self.among_pieces(Point::from(*at), begin, *shift),
                    kind => self.without_pieces(&kind),
                });
            }
        }
    }

    fn cell_of(&self, at: Point) -> Option<usize> {
        let (east, north) = (at.x - self.west, at.y - self.south);
        if east < 0 || north < 0 {
            return None;
        }
        let (column, row) = (east >> self.shift, north >> self.shift);
        (column < self.columns && row < self.rows).then(|| self.number(column, row))
    }

    /// The cell that is not split in which the point lies, and log2 of its side.
    fn follow(&self, at: Point, mut cell: Cell) -> (Kind, u32) {
        let (east, north) = (at.x - self.west, at.y - self.south);
        let mut shift = self.shift;
        loop {
            match cell.kind() {
                Kind::Split(first) => {
                    shift -= 2;
                    let (column, row) = ((east >> shift) & 3, (north >> shift) & 3);
                    cell = self.cells[first + (row * 4 + column) as usize];
                }
                kind => return (kind, shift),
            }
        }
    }

    fn without_pieces(&self, kind: &Kind) -> Found<'_> {
        match kind {
            Kind::Whole(Some(grid)) => Found::In(*grid),
            Kind::Crowd(list) => Found::Among(&self.crowds[*list]),
            _ => Found::Outside,
        }
    }

    fn among_pieces(&self, at: Point, begin: usize, shift: u32) -> Found<'_> {
        let anchor = Point {
            x: self.west + ((at.x - self.west) >> shift << shift),
            y: self.south + ((at.y - self.south) >> shift << shift),
        };
        let below = Point { y: anchor.y, ..at };
        let words = &self.words[begin..];
        let (count, known) = (words[1] >> 16, words[1] & 0xFFFF);
        let (grids, pieces) = words[2..].split_at(known as usize);
        let mut inside = words[0];
        for piece in pieces.chunks_exact(PIECE).take(count as usize) {
            let (piece, bits) = read(piece);
            if piece.crosses_north(below, at) {
                inside ^= bits;
            }
            if piece.crosses_east(anchor, below) {
                inside ^= bits;
            }
        }
        if inside != 0 {
            return Found::In(grids[inside.trailing_zeros() as usize]);
        }
        let on_border = pieces
            .chunks_exact(PIECE)
            .take(count as usize)
            .map(read)
            .filter(|(piece, _)| holds(*piece, at))
            .fold(0, |bits, (_, more)| bits | more);
        if on_border == 0 {
            Found::Outside
        } else {
            Found::OnBorder(grids[on_border.trailing_zeros() as usize])
        }
    }

    /// Bytes of memory that the index takes.
    pub fn bytes(&self) -> usize {
        let crowds: usize = self.crowds.iter().map(|list| list.len() * 4 + 32).sum();
        self.cells.len() * size_of::<Cell>() + self.words.len() * 4 + crowds
    }
}

/// A step as 32 bits, with its sign.
const fn word(step: i64) -> u32 {
    step as i32 as u32
}

/// A piece from its words, and the grids that it separates as bits.
#[inline]
fn read(words: &[u32]) -> (Piece, u32) {
    let step = |at: usize| i64::from(words[at].cast_signed());
    let piece = Piece {
        from: Point {
            x: step(0),
            y: step(1),
        },
        to: Point {
            x: step(2),
            y: step(3),
        },
        grids: [None, None],
    };
    (piece, words[4])
}

/// Whether a point lies on a piece.
fn holds(piece: Piece, at: Point) -> bool {
    let (a, b) = (piece.from, piece.to);
    side(a, b, at) == 0
        && (a.x.min(b.x)..=a.x.max(b.x)).contains(&at.x)
        && (a.y.min(b.y)..=a.y.max(b.y)).contains(&at.y)
}

/// The pieces of all borders; one that two grids share stands there once.
fn pieces(grids: &[(GridCode, Boundary)]) -> Vec<Piece> {
    let mut edges: Vec<(Position, Position, u32)> = Vec::new();
    for (number, (_, boundary)) in (0..).zip(grids) {
        edges.extend(boundary.segments().map(|edge| {
            let (low, high) = (edge.from.min(edge.to), edge.from.max(edge.to));
            (low, high, number)
        }));
    }
    edges.sort_unstable();
    let same =
        |a: &(Position, Position, u32), b: &(Position, Position, u32)| (a.0, a.1) == (b.0, b.1);
    let mut pieces = Vec::with_capacity(edges.len());
    for shared in edges.chunk_by(same) {
        // Where grids overlap more than two may share it: two and two.
        for pair in shared.chunks(2) {
            if let [(low, high, first), more @ ..] = pair {
                pieces.push(Piece {
                    from: Point::from(*low),
                    to: Point::from(*high),
                    grids: [Some(*first), more.first().map(|(_, _, second)| *second)],
                });
            }
        }
    }
    pieces
}

/// Grids by their numbers, in order.
#[derive(Clone, Debug, Default)]
struct Grids(Vec<u32>);

impl Grids {
    fn change(&mut self, piece: Piece) {
        for number in piece.grids() {
            match self.0.binary_search(&number) {
                Ok(at) => {
                    self.0.remove(at);
                }
                Err(at) => self.0.insert(at, number),
            }
        }
    }

    fn go_east(&mut self, from: Point, to: Point, pieces: impl Iterator<Item = Piece>) {
        pieces
            .filter(|piece| piece.crosses_east(from, to))
            .for_each(|piece| self.change(piece));
    }

    fn go_north(&mut self, from: Point, to: Point, pieces: impl Iterator<Item = Piece>) {
        pieces
            .filter(|piece| piece.crosses_north(from, to))
            .for_each(|piece| self.change(piece));
    }
}

/// Which pieces come near which cell.
struct Near {
    begins: Vec<u32>,
    pieces: Vec<u32>,
}

impl Near {
    fn deal_out(mosaic: &Mosaic, pieces: &[Piece]) -> Self {
        let mut begins = vec![0_u32; mosaic.cells.len() + 1];
        for piece in pieces {
            cells_near(mosaic, *piece, |cell| begins[cell + 1] += 1);
        }
        for cell in 1..begins.len() {
            begins[cell] += begins[cell - 1];
        }
        let mut free: Vec<u32> = begins.clone();
        let mut near = vec![0_u32; begins.last().map_or(0, |all| *all as usize)];
        for (number, piece) in (0..).zip(pieces) {
            cells_near(mosaic, *piece, |cell| {
                near[free[cell] as usize] = number;
                free[cell] += 1;
            });
        }
        Self {
            begins,
            pieces: near,
        }
    }

    fn of(&self, cell: usize) -> &[u32] {
        &self.pieces[self.begins[cell] as usize..self.begins[cell + 1] as usize]
    }
}

/// All cells that a piece comes near, row by row: those that it meets or touches, and at most one more on either side.
fn cells_near(mosaic: &Mosaic, piece: Piece, mut each: impl FnMut(usize)) {
    let (low, high) = if piece.from.y <= piece.to.y {
        (piece.from, piece.to)
    } else {
        (piece.to, piece.from)
    };
    let row_of = |y: i64| ((y - mosaic.south) >> mosaic.shift).clamp(0, mosaic.rows - 1);
    let column_of = |x: i64| ((x - mosaic.west) >> mosaic.shift).clamp(0, mosaic.columns - 1);
    // What touches the edge of a cell comes near it as well.
    for row in row_of(low.y - 1)..=row_of(high.y) {
        let south = mosaic.square(0, row).anchor.y;
        let reaches = (south.max(low.y), (south + (1 << mosaic.shift)).min(high.y));
        let (a, b) = if low.y == high.y {
            (low.x, high.x)
        } else {
            (x_at(low, high, reaches.0), x_at(low, high, reaches.1))
        };
        for column in column_of(a.min(b) - 2)..=column_of(a.max(b) + 1) {
            each(mosaic.number(column, row));
        }
    }
}

/// Where the line through two points is at a height, rounded down.
fn x_at(low: Point, high: Point, y: i64) -> i64 {
    let y = y.clamp(low.y, high.y);
    let along = i128::from(high.x - low.x) * i128::from(y - low.y);
    let east = along.div_euclid(i128::from(high.y - low.y));
    // Between the two ends, which are steps.
    low.x + i64::try_from(east).unwrap_or(0)
}
