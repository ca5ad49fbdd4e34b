//! Dividing cells between those who share them, so that each share is in one piece.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::honeycomb::Honeycomb;
use super::noise::{hash, unit};

/// Whose a cell is.
type Owner = u32;

/// Outside the district.
const NOBODY: Owner = u32::MAX;

/// The first owner of all land.
const DISTRICT: Owner = 0;

/// The outline on the bent map, a rectangle with round corners: the sum of the fourth powers.
const OUTLINE: f32 = 0.5;

/// How far starts lie from the middle of the land meant for them, as a part of its width.
const ASIDE: f64 = 0.4;

/// What a hash is used for.
const ASIDE_EAST: u64 = 21;
const ASIDE_NORTH: u64 = 22;

/// What one of several owners gets.
#[derive(Copy, Clone)]
pub(super) struct Share {
    weight: f64,
    least: usize,
}

impl Share {
    /// A part of the land by weight, but at least so many cells.
    pub fn new(weight: f64, least: usize) -> Self {
        Self { weight, least }
    }
}

/// The cells of the honeycomb, where they lie on the bent map, and whose they are.
pub(super) struct Land<'a> {
    honeycomb: &'a Honeycomb,
    places: Vec<[f32; 2]>,
    owners: Vec<Owner>,
    owners_so_far: Owner,
}

impl<'a> Land<'a> {
    /// The district as one piece without holes, and its cells.
    pub fn settle(honeycomb: &'a Honeycomb) -> (Self, Vec<u32>) {
        let aspect = honeycomb.aspect();
        let cells = 0..u32::try_from(honeycomb.len()).unwrap_or(u32::MAX);
        let mut land = Self {
            honeycomb,
            places: Vec::with_capacity(honeycomb.len()),
            owners: Vec::with_capacity(honeycomb.len()),
            owners_so_far: DISTRICT,
        };
        for cell in cells.clone() {
            let [east, north] = honeycomb.bent(cell);
            let squares = [east * east, north * north];
            let inside = squares[0] * squares[0] + squares[1] * squares[1] < OUTLINE
                && !honeycomb.is_rim(cell);
            land.owners.push(if inside { DISTRICT } else { NOBODY });
            land.places.push([east * aspect, north]);
        }
        // The piece in the middle is the mainland, what is connected with the rim the sea; lakes, and
        // islands in them, become land.
        let middle = cells
            .clone()
            .filter(|cell| land.owner(*cell) == DISTRICT)
            .min_by(|left, right| land.off_centre(*left).total_cmp(&land.off_centre(*right)));
        let mainland = middle.map_or_else(Vec::new, |cell| land.piece_around(cell));
        land.owners.fill(NOBODY);
        for cell in mainland {
            land.owners[cell as usize] = DISTRICT;
        }
        let sea = land.piece_around(0);
        land.owners.fill(DISTRICT);
        for cell in sea {
            land.owners[cell as usize] = NOBODY;
        }
        let kept = cells.filter(|cell| land.owner(*cell) == DISTRICT).collect();
        (land, kept)
    }

    pub fn owner(&self, cell: u32) -> Owner {
        self.owners[cell as usize]
    }

    /// Divides cells that belong to one owner, and hang together, between new owners. Each part hangs
    /// together; its size is about its weight. None if one came out smaller than it must be.
    ///
    /// Every share starts from a cell well spread over the land and grows by the cell that is nearest to
    /// its start on the bent map, the larger shares faster.
    pub fn divide(&mut self, cells: &mut [u32], shares: &[Share]) -> Option<Vec<Vec<u32>>> {
        let least: usize = shares.iter().map(|share| share.least).sum();
        if cells.len() < least.max(shares.len()) {
            return None;
        }
        let mut starts = Vec::with_capacity(shares.len());
        self.spread(cells, shares, &mut starts);
        let first = self.grow(&starts, shares);
        let mut parts = vec![Vec::new(); shares.len()];
        for cell in cells {
            let part = self.owner(*cell).checked_sub(first)?;
            parts.get_mut(part as usize)?.push(*cell);
        }
        parts
            .iter()
            .zip(shares)
            .all(|(part, share)| part.len() >= share.least)
            .then_some(parts)
    }

    /// A start for each share: the land is halved again and again across its longer side, by the weight of
    /// the shares on either side.
    fn spread(&self, cells: &mut [u32], shares: &[Share], starts: &mut Vec<u32>) {
        if shares.len() < 2 {
            let number = starts.len() as u64;
            starts.extend(self.near_middle(cells, number));
            return;
        }
        let (ones, others) = shares.split_at(shares.len() / 2);
        let weight = |shares: &[Share]| shares.iter().map(|share| share.weight).sum::<f64>();
        let part = weight(ones) / (weight(ones) + weight(others));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "a part of a number of cells"
        )]
        let count = (cells.len() as f64 * part) as usize;
        let count = count.clamp(ones.len(), cells.len() - others.len());
        let axis = self.longer_side(cells);
        let along = |cell: u32| self.places[cell as usize][axis];
        cells.select_nth_unstable_by(count, |left, right| {
            along(*left).total_cmp(&along(*right)).then(left.cmp(right))
        });
        let (cells_of_ones, cells_of_others) = cells.split_at_mut(count);
        self.spread(cells_of_ones, ones, starts);
        self.spread(cells_of_others, others, starts);
    }

    fn longer_side(&self, cells: &[u32]) -> usize {
        let mut low = [f32::INFINITY; 2];
        let mut high = [f32::NEG_INFINITY; 2];
        for cell in cells {
            let place = self.places[*cell as usize];
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        usize::from(high[1] - low[1] > high[0] - low[0])
    }

    /// A cell near the centre of gravity, but not too near: starts in rows and columns would show.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a place among the cells"
    )]
    fn near_middle(&self, cells: &[u32], number: u64) -> Option<u32> {
        let sum = cells.iter().fold([0.0_f64; 2], |sum, cell| {
            let [east, north] = self.places[*cell as usize];
            [sum[0] + f64::from(east), sum[1] + f64::from(north)]
        });
        // The places are 2 wide and high, more or less, so the cells' part of 4 is their area.
        let across = (4.0 * cells.len() as f64 / self.places.len() as f64).sqrt();
        let aside = |purpose| {
            let hash = hash(number, cells.len() as u64, purpose);
            (unit(hash) - 0.5) * across * ASIDE
        };
        let centre = [
            (sum[0] / cells.len() as f64 + aside(ASIDE_EAST)) as f32,
            (sum[1] / cells.len() as f64 + aside(ASIDE_NORTH)) as f32,
        ];
        cells.iter().copied().min_by(|left, right| {
            let distance = |cell: u32| distance(self.places[cell as usize], centre);
            distance(*left)
                .total_cmp(&distance(*right))
                .then(left.cmp(right))
        })
    }

    /// Lets the shares grow from their starts until all is taken; the number of the first new owner.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "weights need no precision, and there are fewer shares than cells"
    )]
    fn grow(&mut self, starts: &[u32], shares: &[Share]) -> Owner {
        let first = self.owners_so_far + 1;
        self.owners_so_far += starts.len() as Owner;
        let Some(before) = starts.first().map(|start| self.owner(*start)) else {
            return first;
        };
        let mut next = BinaryHeap::new();
        for (share, start) in (0..).zip(starts) {
            next.push(Reverse((0_u32, *start, share)));
        }
        while let Some(Reverse((_, cell, share))) = next.pop() {
            if self.owner(cell) != before {
                continue;
            }
            self.owners[cell as usize] = first + share;
            let start = self.places[starts[share as usize] as usize];
            let weight = shares[share as usize].weight as f32;
            for neighbour in self.honeycomb.neighbours(cell) {
                if self.owner(neighbour) == before {
                    let effort = distance(self.places[neighbour as usize], start) / weight;
                    // The bits of numbers that are not negative order as the numbers do.
                    next.push(Reverse((effort.to_bits(), neighbour, share)));
                }
            }
        }
        first
    }

    /// All cells of a cell's owner that hang together with it.
    fn piece_around(&self, cell: u32) -> Vec<u32> {
        let owner = self.owner(cell);
        let mut seen = vec![false; self.owners.len()];
        seen[cell as usize] = true;
        let mut piece = vec![cell];
        let mut next = 0;
        while next < piece.len() {
            let cell = piece[next];
            next += 1;
            for neighbour in self.honeycomb.neighbours_of_any(cell) {
                let index = neighbour as usize;
                if !seen[index] && self.owners[index] == owner {
                    seen[index] = true;
                    piece.push(neighbour);
                }
            }
        }
        piece
    }

    fn off_centre(&self, cell: u32) -> f32 {
        distance(self.places[cell as usize], [0.0, 0.0])
    }
}

/// The square of the distance of two places on the bent map.
fn distance(one: [f32; 2], other: [f32; 2]) -> f32 {
    let (east, north) = (one[0] - other[0], one[1] - other[1]);
    east * east + north * north
}
