//! Whose each dot is: polygons by scanline and the even-odd rule, each shared border decided once.
//!
//! A polygon that cannot be seen costs nothing but a look at its bounds. The raster holds until the viewport or the
//! data change.

use super::projection::{Bounds, Lens, Plane, Point, Viewport, is_on_globe};

/// The largest map in cells; a screen beyond that shows it in its corner.
pub const LARGEST: (u16, u16) = (400, 200);

/// The owner of a dot that lies in no grid.
const NOBODY: u32 = u32::MAX;

/// The bits of a braille character, by row and column of its dots.
const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// The outline of a grid on the plane: rings of outer borders and holes alike, which the even-odd rule tells apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    rings: Vec<Vec<Point>>,
    bounds: Option<Bounds>,
}

impl Shape {
    /// From rings in degrees; what is no place on the globe is left out.
    pub fn new(plane: &Plane, rings: &[Vec<Point>]) -> Self {
        let rings: Vec<Vec<Point>> = rings
            .iter()
            .map(|ring| {
                let points = ring.iter().filter(|point| is_on_globe(point));
                points.map(|point| plane.project(*point)).collect()
            })
            .collect();
        let bounds = Bounds::around(rings.iter().flatten().copied());
        Self { rings, bounds }
    }

    /// Absent where it has no outline.
    pub const fn bounds(&self) -> Option<Bounds> {
        self.bounds
    }
}

/// Where the label of a grid goes: the longest run of its cells in the middle one of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub row: u16,
    pub from: u16,
    pub cells: u16,
    /// In how many rows it has cells.
    pub rows: u16,
}

/// The map in dots and cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Raster {
    size: (u16, u16),
    /// Row by row, 2×4 dots a cell.
    dots: Vec<u32>,
    /// Who owns most of a cell.
    cells: Vec<u32>,
    /// The dots of a cell on a border, as a braille character has them.
    borders: Vec<u8>,
    spots: Vec<Option<Spot>>,
}

/// How many dots so many cells hold.
pub fn dots((columns, rows): (u16, u16)) -> (u32, u32) {
    (
        2 * u32::from(columns.min(LARGEST.0)),
        4 * u32::from(rows.min(LARGEST.1)),
    )
}

impl Raster {
    /// Draws what the viewport shows of the shapes on so many cells. Of shapes that overlap the first one owns the
    /// dot.
    pub fn draw(shapes: &[Shape], viewport: Viewport, whole: &Bounds, size: (u16, u16)) -> Self {
        let size = (size.0.min(LARGEST.0), size.1.min(LARGEST.1));
        let (width, height) = dots(size);
        let lens = Lens::new(viewport, whole, (width, height));
        let mut owners = vec![NOBODY; width as usize * height as usize];
        let mut crossings = Vec::new();
        for (owner, shape) in (0u32..).zip(shapes) {
            if !shape.bounds.is_some_and(|bounds| lens.sees(&bounds)) {
                continue;
            }
            crossings.clear();
            for ring in &shape.rings {
                cross(ring, &lens, (width, height), &mut crossings);
            }
            crossings.sort_unstable();
            // A closed ring crosses each row an even number of times: the pairs lie each in one row.
            for pair in crossings.chunks_exact(2) {
                let &[(row, from), (_, to)] = pair else {
                    continue;
                };
                let start = row as usize * width as usize;
                let span = owners.get_mut(start + from as usize..start + to as usize);
                for dot in span.into_iter().flatten().filter(|dot| **dot == NOBODY) {
                    *dot = owner;
                }
            }
        }
        Self::of_dots(size, owners, shapes.len())
    }

    fn of_dots(size: (u16, u16), dots: Vec<u32>, shapes: usize) -> Self {
        let mut raster = Self {
            size,
            dots,
            cells: Vec::new(),
            borders: Vec::new(),
            spots: Vec::new(),
        };
        let all = || (0..size.1).flat_map(move |row| (0..size.0).map(move |column| (column, row)));
        raster.cells = all()
            .map(|(column, row)| majority(&raster.dots_of(column, row)))
            .collect();
        raster.borders = all()
            .map(|(column, row)| raster.border(column, row))
            .collect();
        raster.spots = raster.find_spots(shapes);
        raster
    }

    /// Columns and rows of cells.
    pub const fn size(&self) -> (u16, u16) {
        self.size
    }

    /// The owner of a dot.
    pub fn dot(&self, x: u32, y: u32) -> Option<u32> {
        let width = 2 * u32::from(self.size.0);
        let at = y as usize * width as usize + x as usize;
        let owner = self.dots.get(at).copied().filter(|_| x < width);
        owner.filter(|owner| *owner != NOBODY)
    }

    /// The owners of the dots of a cell, row by row.
    pub fn dots_of(&self, column: u16, row: u16) -> [Option<u32>; 8] {
        let mut owners = [None; 8];
        for (at, owner) in (0u32..).zip(&mut owners) {
            *owner = self.dot(2 * u32::from(column) + at % 2, 4 * u32::from(row) + at / 2);
        }
        owners
    }

    /// Who owns most of a cell.
    pub fn cell(&self, column: u16, row: u16) -> Option<u32> {
        let owner = self.at(column, row).and_then(|at| self.cells.get(at));
        owner.copied().filter(|owner| *owner != NOBODY)
    }

    /// The dots of a cell that lie on a border, as bits of a braille character.
    pub fn borders(&self, column: u16, row: u16) -> u8 {
        let bits = self.at(column, row).and_then(|at| self.borders.get(at));
        bits.copied().unwrap_or(0)
    }

    /// The dots of a cell that lie on either side of the border of one grid.
    pub fn outline(&self, column: u16, row: u16, grid: u32) -> u8 {
        let mut bits = 0;
        each_dot(column, row, |x, y, bit| {
            let own = self.dot(x, y) == Some(grid);
            let neighbours = [
                x.checked_sub(1).map(|x| (x, y)),
                y.checked_sub(1).map(|y| (x, y)),
                Some((x + 1, y)),
                Some((x, y + 1)),
            ];
            let crosses = neighbours
                .into_iter()
                .flatten()
                .any(|(x, y)| (self.dot(x, y) == Some(grid)) != own);
            if crosses {
                bits |= bit;
            }
        });
        bits
    }

    /// The first and the last cell, by column and row, between which the dots of a grid lie with a cell more on each
    /// side: beyond them [`Raster::outline`] has none. Absent where it owns no dot.
    pub fn extent(&self, grid: usize) -> Option<[(u16, u16); 2]> {
        let grid = u32::try_from(grid).ok()?;
        let width = 2 * usize::from(self.size.0);
        let rows = (0u16..).zip(self.dots.chunks_exact((4 * width).max(1)));
        let mut found: Option<[(u16, u16); 2]> = None;
        for (row, dots) in rows {
            for line in dots.chunks_exact(width) {
                let Some(first) = line.iter().position(|owner| *owner == grid) else {
                    continue;
                };
                let last = line.iter().rposition(|owner| *owner == grid);
                // No row has more cells than the largest map.
                let cell = |dot: usize| u16::try_from(dot / 2).unwrap_or(u16::MAX);
                let (first, last) = (cell(first), cell(last.unwrap_or(first)));
                let [low, high] = found.unwrap_or([(first, row), (last, row)]);
                found = Some([
                    (low.0.min(first), low.1.min(row)),
                    (high.0.max(last), high.1.max(row)),
                ]);
            }
        }
        found.map(|[low, high]| {
            [
                (low.0.saturating_sub(1), low.1.saturating_sub(1)),
                (high.0.saturating_add(1), high.1.saturating_add(1)),
            ]
        })
    }

    /// Where the label of a grid goes; absent where it owns no cell.
    pub fn spot(&self, grid: usize) -> Option<Spot> {
        self.spots.get(grid).copied().flatten()
    }

    fn at(&self, column: u16, row: u16) -> Option<usize> {
        let inside = column < self.size.0 && row < self.size.1;
        inside.then(|| usize::from(row) * usize::from(self.size.0) + usize::from(column))
    }

    /// A dot lies on a border where its neighbour to the right or below is another's: each border is one dot wide.
    fn border(&self, column: u16, row: u16) -> u8 {
        let (width, height) = dots(self.size);
        let mut bits = 0;
        each_dot(column, row, |x, y, bit| {
            let own = self.dot(x, y);
            let right = x + 1 < width && self.dot(x + 1, y) != own;
            let below = y + 1 < height && self.dot(x, y + 1) != own;
            if right || below {
                bits |= bit;
            }
        });
        bits
    }

    /// The runs of cells with one owner, row by row.
    fn runs(&self) -> impl Iterator<Item = (u32, Spot)> + '_ {
        let columns = usize::from(self.size.0).max(1);
        (0u16..)
            .zip(self.cells.chunks_exact(columns))
            .flat_map(|(row, cells)| {
                let mut from = 0u16;
                cells.chunk_by(|a, b| a == b).filter_map(move |run| {
                    let start = from;
                    // A row has no more cells than the largest map.
                    let length = u16::try_from(run.len()).unwrap_or(u16::MAX);
                    from = from.saturating_add(length);
                    let spot = Spot {
                        row,
                        from: start,
                        cells: length,
                        rows: 0,
                    };
                    run.first()
                        .filter(|owner| **owner != NOBODY)
                        .map(|owner| (*owner, spot))
                })
            })
    }

    fn find_spots(&self, shapes: usize) -> Vec<Option<Spot>> {
        #[derive(Clone, Default)]
        struct Tally {
            rows: u16,
            seen: u16,
            last: Option<u16>,
            spot: Option<Spot>,
        }
        let mut tallies = vec![Tally::default(); shapes];
        for (owner, run) in self.runs() {
            if let Some(tally) = tallies.get_mut(owner as usize)
                && tally.last != Some(run.row)
            {
                tally.last = Some(run.row);
                tally.rows += 1;
            }
        }
        for tally in &mut tallies {
            tally.last = None;
        }
        for (owner, run) in self.runs() {
            let Some(tally) = tallies.get_mut(owner as usize) else {
                continue;
            };
            if tally.last != Some(run.row) {
                tally.last = Some(run.row);
                tally.seen += 1;
            }
            let longer = tally.spot.is_none_or(|spot| spot.cells < run.cells);
            if tally.seen == tally.rows.div_ceil(2) && longer {
                tally.spot = Some(Spot {
                    rows: tally.rows,
                    ..run
                });
            }
        }
        tallies.into_iter().map(|tally| tally.spot).collect()
    }
}

/// The dots of a cell, each with its bit of the braille character.
fn each_dot(column: u16, row: u16, mut see: impl FnMut(u32, u32, u8)) {
    for (y, bits) in (4 * u32::from(row)..).zip(BITS) {
        for (x, bit) in (2 * u32::from(column)..).zip(bits) {
            see(x, y, bit);
        }
    }
}

/// The owner of most dots; of as many the first, and rather a grid than nobody.
fn majority(dots: &[Option<u32>; 8]) -> u32 {
    let mut best = (0, NOBODY);
    for owner in dots {
        let same = dots.iter().filter(|other| *other == owner).count();
        let weight = 2 * same + usize::from(owner.is_some());
        if weight > best.0 {
            best = (weight, owner.unwrap_or(NOBODY));
        }
    }
    best.1
}

/// Where the edges of a ring cross the rows of dots: the row, and the first dot not west of the crossing.
fn cross(ring: &[Point], lens: &Lens, (width, height): (u32, u32), into: &mut Vec<(u32, u32)>) {
    let Some(last) = ring.last() else { return };
    let mut from = lens.to_dots(*last);
    for point in ring {
        let to = lens.to_dots(*point);
        // Both neighbours of a border get the same crossing, whichever way each walks along it.
        let (upper, lower) = if (from[1], from[0]) <= (to[1], to[0]) {
            (from, to)
        } else {
            (to, from)
        };
        // A row belongs to an edge from its upper end on and up to its lower one: vertices count once.
        for row in not_below(upper[1], height)..not_below(lower[1], height) {
            let part = (f64::from(row) - upper[1]) / (lower[1] - upper[1]);
            let x = upper[0] + part * (lower[0] - upper[0]);
            into.push((row, not_below(x, width)));
        }
        from = to;
    }
}

/// The first whole number not below the value, from 0 to `most`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number from 0 to `most`"
)]
fn not_below(value: f64, most: u32) -> u32 {
    value.ceil().clamp(0.0, f64::from(most)) as u32
}

#[cfg(test)]
mod tests {
    use super::super::lattice::Lattice;
    use super::*;
    use proptest::prelude::*;

    /// The even-odd rule for one dot, edge by edge, as it stands in the textbook.
    fn inside(ring: &[Point], lens: &Lens, x: f64, y: f64) -> bool {
        let mut odd = false;
        for (at, to) in ring.iter().enumerate() {
            let from = ring[(at + ring.len() - 1) % ring.len()];
            let (mut a, mut b) = (lens.to_dots(from), lens.to_dots(*to));
            if (a[1], a[0]) > (b[1], b[0]) {
                std::mem::swap(&mut a, &mut b);
            }
            let crossed =
                (a[1] > y) != (b[1] > y) && a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) <= x;
            odd ^= crossed;
        }
        odd
    }

    fn naive(lattice: &Lattice, lens: &Lens, x: u32, y: u32) -> Vec<u32> {
        (0u32..)
            .zip(&lattice.shapes)
            .filter(|(_, shape)| {
                let rings = shape.rings.iter();
                let odd = rings.filter(|ring| inside(ring, lens, f64::from(x), f64::from(y)));
                odd.count() % 2 == 1
            })
            .map(|(grid, _)| grid)
            .collect()
    }

    #[test]
    fn a_hole_belongs_to_nobody() {
        let square = |low: f64, high: f64| vec![[low, low], [high, low], [high, high], [low, high]];
        let whole = Bounds {
            low: [0.0, 0.0],
            high: [10.0, 10.0],
        };
        let shape = Shape {
            rings: vec![square(0.0, 10.0), square(4.0, 6.0)],
            bounds: Some(whole),
        };
        let raster = Raster::draw(&[shape], Viewport::fit(&whole), &whole, (20, 10));
        assert_eq!(raster.dot(20, 20), None);
        assert_eq!(raster.dot(10, 10), Some(0));
        assert_eq!(raster.dot(0, 0), None, "a dot is left for the border");
    }

    #[test]
    fn the_label_goes_to_the_longest_run_of_the_middle_row() {
        let lattice = Lattice::new(1, 1);
        let raster = lattice.raster((20, 10));
        let spot = raster.spot(0).unwrap();
        assert!((4..6).contains(&spot.row), "{spot:?}");
        assert!(spot.cells >= 16 && spot.rows >= 9, "{spot:?}");
        assert_eq!(raster.spot(1), None);
    }

    #[test]
    fn the_border_of_a_chosen_grid_is_thicker() {
        let lattice = Lattice::new(3, 3);
        let raster = lattice.raster((40, 20));
        let count = |bits: &dyn Fn(u16, u16) -> u8| -> u32 {
            (0..20)
                .flat_map(|row| (0..40).map(move |column| (column, row)))
                .map(|(column, row)| bits(column, row).count_ones())
                .sum()
        };
        let alone = Lattice {
            shapes: vec![lattice.shapes[4].clone()],
            ..lattice.clone()
        };
        let thin = alone.raster((40, 20));
        let chosen = count(&|column, row| raster.outline(column, row, 4));
        let plain = count(&|column, row| thin.borders(column, row));
        assert!(chosen * 2 > plain * 3, "{chosen} against {plain}");
    }

    #[test]
    fn beyond_its_extent_a_grid_has_no_outline() {
        let lattice = Lattice::distorted(5, 4, 3);
        let raster = lattice.raster((30, 12));
        for grid in 0..20 {
            let [low, high] = raster.extent(grid).unwrap();
            let cells = (0..12).flat_map(|row| (0..30).map(move |column| (column, row)));
            let owner = u32::try_from(grid).unwrap();
            for (column, row) in cells {
                let within = (low.0..=high.0).contains(&column) && (low.1..=high.1).contains(&row);
                let bits = raster.outline(column, row, owner);
                assert!(within || bits == 0, "{grid} at {column},{row}");
            }
        }
        assert_eq!(raster.extent(20), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        /// Each dot is owned as the textbook has it, and neighbours share no dot and leave none between them.
        #[test]
        fn a_dot_in_a_polygon_has_exactly_one_owner(
            size in (1u16..30, 1u16..12),
            grids in (1usize..7, 1usize..7),
            seed in any::<u32>(),
            closer in 0usize..8,
        ) {
            let lattice = Lattice::distorted(grids.0, grids.1, seed);
            let mut viewport = Viewport::fit(&lattice.whole);
            for _ in 0..closer {
                viewport = viewport.zoom(true, &lattice.whole, dots(size));
            }
            let raster = Raster::draw(&lattice.shapes, viewport, &lattice.whole, size);
            let (width, height) = dots(size);
            let lens = Lens::new(viewport, &lattice.whole, (width, height));
            for y in 0..height {
                for x in 0..width {
                    let owners = naive(&lattice, &lens, x, y);
                    prop_assert!(owners.len() <= 1, "{owners:?} at {x},{y}");
                    prop_assert_eq!(raster.dot(x, y), owners.first().copied());
                }
            }
        }

        /// Any polygons, also ones that cross themselves: the first that holds a dot owns it.
        #[test]
        fn of_shapes_that_overlap_the_first_owns(
            rings in prop::collection::vec(
                prop::collection::vec((-1.0f64..1.0, -1.0f64..1.0).prop_map(|(x, y)| [x, y]), 0..9),
                1..6,
            ),
        ) {
            let whole = Bounds { low: [-1.0, -1.0], high: [1.0, 1.0] };
            let shapes: Vec<Shape> = rings
                .into_iter()
                .map(|ring| Shape { bounds: Bounds::around(ring.iter().copied()), rings: vec![ring] })
                .collect();
            let lattice = Lattice { shapes, centres: Vec::new(), whole };
            let raster = lattice.raster((20, 8));
            let lens = lattice.lens((20, 8));
            for y in 0..32 {
                for x in 0..40 {
                    let owners = naive(&lattice, &lens, x, y);
                    prop_assert_eq!(raster.dot(x, y), owners.first().copied());
                }
            }
        }
    }
}
