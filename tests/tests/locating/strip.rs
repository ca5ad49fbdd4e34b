//! The town's grids: a row of them from west to east, whose borders all run along meridians. So it is known beforehand in
//! which of them a point lies, whatever was split, merged and redrawn.

use gridwhistle_e2e::Dice;
use serde_json::{Value, json};

/// The village of the town, 12 digits.
const VILLAGE: u64 = 320_707_100_002;
/// The row, in steps of 1e-7 degrees, and into how many columns it is divided: all borders run between columns.
const WEST: i32 = 1_191_000_000;
const SOUTH: i32 = 348_300_000;
const NORTH: i32 = 348_400_000;
const COLUMNS: i32 = 40;
const COLUMN: i32 = 10_000;
/// From so many grids on they are merged rather than split.
const MANY: usize = 12;

/// A place: longitude and latitude in steps.
pub type Place = (i32, i32);

/// A grid: its code, and between which columns it lies, counted from the west.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Grid {
    code: u64,
    west: i32,
    east: i32,
}

impl Grid {
    const fn width(self) -> i32 {
        self.east - self.west
    }
}

/// The grids from west to east, side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    grids: Vec<Grid>,
    /// The last sequence number that was given: none is given twice.
    given: u64,
}

impl Strip {
    /// As the town begins: four squares.
    pub fn town() -> Self {
        let side = COLUMNS / 4;
        let grids = (0..4).zip(1..).map(|(place, sequence)| Grid {
            code: VILLAGE * 1_000 + sequence,
            west: place * side,
            east: (place + 1) * side,
        });
        Self {
            grids: grids.collect(),
            given: 4,
        }
    }

    /// The codes of the grids in which places lie: on a border in the one to its east; on the outer border, which has none to
    /// its east or north, in the one whose border it is, and of two that meet there in the one with the smaller code.
    pub fn grids_of(&self, places: &[Place]) -> Vec<Option<u64>> {
        let grid_of = |(lon, lat): &Place| {
            if !(SOUTH..=NORTH).contains(lat) {
                return None;
            }
            let is_outer = *lat == NORTH || *lon == lon_of(COLUMNS);
            let holds = |grid: &&Grid| {
                let (west, east) = (lon_of(grid.west), lon_of(grid.east));
                (west..east).contains(lon) || (is_outer && *lon == east)
            };
            let codes = self.grids.iter().filter(holds).map(|grid| grid.code);
            codes.min()
        };
        places.iter().map(grid_of).collect()
    }

    /// The strip after a changeset, and its changes: a grid is split, two are merged, a border is moved, or one is split and
    /// two are merged at once; by turns, where there is room. Some place lies in another grid than before each time.
    pub fn changed(&self, dice: &mut Dice, turn: usize) -> (Self, Vec<Value>) {
        let mut strip = self.clone();
        let crowded = strip.grids.len() >= MANY;
        let changes = match turn % 4 {
            0 | 2 if !crowded => strip.split(dice),
            1 => strip.redraw(dice),
            3 if !crowded => {
                let mut changes = strip.merge(dice);
                changes.extend(strip.split(dice));
                changes
            }
            _ => strip.merge(dice),
        };
        (strip, changes)
    }

    fn fresh(&mut self) -> u64 {
        self.given += 1;
        VILLAGE * 1_000 + self.given
    }

    /// The widest grid is cut somewhere; in one of two cases its western part keeps the code.
    fn split(&mut self, dice: &mut Dice) -> Vec<Value> {
        let widest = (0..self.grids.len())
            .max_by_key(|place| self.grids[*place].width())
            .unwrap_or_default();
        let old = self.grids[widest];
        let at = dice.between(old.west + 1, old.east - 1);
        let left = if dice.between(0, 1) == 0 {
            old.code
        } else {
            self.fresh()
        };
        let right = self.fresh();
        let west = Grid {
            code: left,
            east: at,
            ..old
        };
        let east = Grid {
            code: right,
            west: at,
            ..old
        };
        self.grids[widest] = west;
        self.grids.insert(widest + 1, east);
        vec![json!({
            "change": "split",
            "code": text(old.code),
            // Northwards: the western part lies to its left.
            "line": [degrees(lon_of(at), SOUTH - 1_000), degrees(lon_of(at), NORTH + 1_000)],
            "left": {"code": text(left), "name": "西片"},
            "right": {"code": text(right), "name": "东片"},
        })]
    }

    /// Two neighbours become one, with the code of the first or a new one.
    fn merge(&mut self, dice: &mut Dice) -> Vec<Value> {
        let first = dice.place(self.grids.len() - 1);
        let (west, east) = (self.grids[first], self.grids[first + 1]);
        let into = if dice.between(0, 1) == 0 {
            west.code
        } else {
            self.fresh()
        };
        let whole = Grid {
            code: into,
            west: west.west,
            east: east.east,
        };
        self.grids[first] = whole;
        self.grids.remove(first + 1);
        vec![json!({
            "change": "merge",
            "codes": [text(west.code), text(east.code)],
            "into": text(into),
            "name": "合并网格",
        })]
    }

    /// The border between two neighbours is moved, and both are redrawn.
    fn redraw(&mut self, dice: &mut Dice) -> Vec<Value> {
        let wide = |first: &usize| self.grids[*first].width() + self.grids[*first + 1].width() > 2;
        let pairs: Vec<usize> = (0..self.grids.len() - 1).filter(wide).collect();
        let first = pairs[dice.place(pairs.len())];
        let (west, east) = (self.grids[first], self.grids[first + 1]);
        let elsewhere = |column: &i32| *column != east.west;
        let columns: Vec<i32> = (west.west + 1..east.east).filter(elsewhere).collect();
        let at = columns[dice.place(columns.len())];
        self.grids[first].east = at;
        self.grids[first + 1].west = at;
        let redrawn = self.grids[first..=first + 1].iter();
        redrawn
            .map(|grid| {
                let (west, east) = (lon_of(grid.west), lon_of(grid.east));
                json!({
                    "change": "redraw",
                    "code": text(grid.code),
                    "boundary": {"type": "Polygon", "coordinates": [[
                        degrees(west, SOUTH),
                        degrees(east, SOUTH),
                        degrees(east, NORTH),
                        degrees(west, NORTH),
                        degrees(west, SOUTH),
                    ]]},
                })
            })
            .collect()
    }
}

/// The longitude of the western side of a column.
const fn lon_of(column: i32) -> i32 {
    WEST + column * COLUMN
}

/// Places all over the row: on all lines on which borders run, on the row's own edges and corners, within every column; and
/// one beyond the end that no grid ever has.
pub fn places() -> Vec<Place> {
    let lines = (0..=COLUMNS).map(lon_of);
    let within = (0..COLUMNS).map(|column| lon_of(column) + COLUMN / 2);
    let across = [SOUTH, SOUTH + 1, SOUTH + 50_003, NORTH];
    let mut places: Vec<Place> = lines
        .chain(within)
        .zip(across.into_iter().cycle())
        .collect();
    let end = lon_of(COLUMNS);
    places.extend([(WEST, NORTH), (end, NORTH), (end + 1, NORTH)]);
    places
}

/// A position as the API has it.
pub fn degrees(lon: i32, lat: i32) -> Value {
    json!([f64::from(lon) / 1e7, f64::from(lat) / 1e7])
}

fn text(code: u64) -> String {
    code.to_string()
}
