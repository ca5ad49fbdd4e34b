//! A district that looks like one, where no open boundaries exist: divided into towns, villages and grids
//! with irregular borders that are shared exactly. Whatever shows it marks it 示意边界.
//!
//! The land is a honeycomb whose corners are shaken a little. In a honeycomb three cells meet in a corner,
//! so a connected set of cells always has simple rings as its border, and neighbours have the very same
//! positions on theirs. The same input gives the same district on every machine: the only randomness is a
//! hash of places and codes, and no function is used that platforms round differently.

mod honeycomb;
mod noise;
mod partition;
mod trace;

use self::honeycomb::Honeycomb;
use self::noise::{hash, unit};
use self::partition::{Land, Share};
use super::boundary::Boundary;
use super::division::DivisionCode;
use super::grid::GridCode;

/// The rectangle, in degrees, that holds the district. Use [`Extent::GANYU`] unless there is a reason.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Extent {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

impl Extent {
    /// Around Ganyu district.
    pub const GANYU: Self = Self {
        west: 118.75,
        south: 34.68,
        east: 119.30,
        north: 35.12,
    };

    fn is_usable(self) -> bool {
        // Written so that a NaN fails too.
        self.west >= -180.0
            && self.south >= -85.0
            && self.east <= 180.0
            && self.north <= 85.0
            && self.east - self.west >= 0.01
            && self.north - self.south >= 0.01
    }
}

impl Default for Extent {
    fn default() -> Self {
        Self::GANYU
    }
}

/// How many grids the villages get.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum GridsPerVillage {
    /// Each from the first number to the second, decided by its code.
    Between(u16, u16),
    /// So many in all, the same for every village but for a remainder of one.
    Total(usize),
}

/// Why there is no such district.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchematicError {
    #[error(
        "no district fits the extent: west below east and south below north by at least 0.01 degrees, \
         between latitudes -85 and 85"
    )]
    Extent,
    #[error("a district needs at least one village, and every code of a village only once")]
    Villages,
    #[error("{least} villages need at least {least} grids, one each")]
    TooFewGrids { least: usize },
    #[error("a village has room for 999 grids, all villages together for {most}")]
    TooManyGrids { most: usize },
    #[error("the extent is too small for so many grids: widen it, or ask for fewer")]
    TooFine,
}

/// How many cells of the honeycomb a grid gets on average: many for a map to look at, few for a million.
const CELLS_A_GRID: usize = 24;
const CELLS_A_GRID_OF_MANY: usize = 10;
const MANY_GRIDS: usize = 50_000;

/// How often the honeycomb is made finer if a village came out too small for its grids.
const ATTEMPTS: u32 = 4;

/// Divides the extent into the towns' villages and their grids: no gaps, no overlaps, every grid one
/// polygon, the grids of a village side by side and so the villages of a town. The outline of the whole is
/// irregular and does not fill the extent. Towns without villages are left out; the order of the result is
/// that of the input, a village's grids numbered from 001.
pub fn schematic_district(
    towns: &[(DivisionCode, Vec<DivisionCode>)],
    extent: Extent,
    grids: GridsPerVillage,
) -> Result<Vec<(GridCode, Boundary)>, SchematicError> {
    if !extent.is_usable() {
        return Err(SchematicError::Extent);
    }
    let plan = plan(towns, grids)?;
    let total: usize = plan.iter().map(Town::grids).sum();
    let mut cells = total
        * if total < MANY_GRIDS {
            CELLS_A_GRID
        } else {
            CELLS_A_GRID_OF_MANY
        };
    for _ in 0..ATTEMPTS {
        let honeycomb = Honeycomb::over(extent, cells).ok_or(SchematicError::TooFine)?;
        if let Some(district) = settle(&honeycomb, &plan) {
            return Ok(district);
        }
        cells *= 2;
    }
    Err(SchematicError::TooFine)
}

/// Towns and villages with made-up codes, where the real ones are too few: a million grids need more than a
/// thousand villages. Gives so many villages, at most 1,485,000, in towns of 50.
pub fn synthetic_towns(villages: usize) -> Vec<(DivisionCode, Vec<DivisionCode>)> {
    const VILLAGES: u64 = 50;
    /// Codes 100–399 are towns and townships.
    const TOWNS: u64 = 300;
    const COUNTIES: u64 = 99;
    /// Province 99 is nobody's.
    const CITY: u64 = 990_100_000_000;
    let villages = u64::try_from(villages).unwrap_or(u64::MAX);
    let villages = villages.min(COUNTIES * TOWNS * VILLAGES);
    (0..villages.div_ceil(VILLAGES))
        .map(|number| {
            let county = CITY + (number / TOWNS + 1) * 1_000_000;
            let town = county + (number % TOWNS + 100) * 1_000;
            let count = VILLAGES.min(villages - number * VILLAGES);
            let villages = (1..=count).map(|village| DivisionCode::from_number(town + village));
            (DivisionCode::from_number(town), villages.collect())
        })
        .collect()
}

/// A town and its villages, each with its grids.
struct Town {
    code: DivisionCode,
    villages: Vec<(DivisionCode, Vec<GridCode>)>,
}

impl Town {
    fn grids(&self) -> usize {
        self.villages.iter().map(|(_, grids)| grids.len()).sum()
    }
}

fn plan(
    towns: &[(DivisionCode, Vec<DivisionCode>)],
    grids: GridsPerVillage,
) -> Result<Vec<Town>, SchematicError> {
    let mut villages: Vec<DivisionCode> = towns
        .iter()
        .flat_map(|(_, villages)| villages.iter().copied())
        .collect();
    let count = villages.len();
    villages.sort_unstable();
    villages.dedup();
    if count == 0 || villages.len() < count {
        return Err(SchematicError::Villages);
    }
    check_number(grids, count)?;
    let mut number = 0;
    towns
        .iter()
        .filter(|(_, villages)| !villages.is_empty())
        .map(|(code, villages)| {
            let villages = villages
                .iter()
                .map(|village| {
                    let size = size_of(*village, number, count, grids);
                    number += 1;
                    let codes: Result<Vec<GridCode>, _> = (1..=size)
                        .map(|sequence| GridCode::new(*village, sequence))
                        .collect();
                    codes
                        .map(|codes| (*village, codes))
                        .map_err(|_| SchematicError::Villages)
                })
                .collect::<Result<_, _>>()?;
            Ok(Town {
                code: *code,
                villages,
            })
        })
        .collect()
}

fn check_number(grids: GridsPerVillage, villages: usize) -> Result<(), SchematicError> {
    let per_village = usize::from(GridCode::PER_VILLAGE);
    let most = villages * per_village;
    let (low, high) = match grids {
        GridsPerVillage::Between(low, high) => (
            usize::from(low.min(high)) * villages,
            usize::from(low.max(high)) * villages,
        ),
        GridsPerVillage::Total(total) => (total, total),
    };
    if low < villages {
        Err(SchematicError::TooFewGrids { least: villages })
    } else if high > most {
        Err(SchematicError::TooManyGrids { most })
    } else {
        Ok(())
    }
}

/// How many grids the `number`th of `count` villages gets.
fn size_of(village: DivisionCode, number: usize, count: usize, grids: GridsPerVillage) -> u16 {
    match grids {
        GridsPerVillage::Between(one, other) => {
            let (low, high) = (one.min(other), one.max(other));
            let choices = u64::from(high - low) + 1;
            let extra = hash(village.number(), 0, SIZES) % choices;
            low + u16::try_from(extra).unwrap_or(0)
        }
        GridsPerVillage::Total(total) => {
            let size = total / count + usize::from(number < total % count);
            u16::try_from(size).unwrap_or(GridCode::PER_VILLAGE)
        }
    }
}

/// What a hash is used for, so that no two uses agree.
const SIZES: u64 = 1;
const WEIGHTS: u64 = 2;

/// Divides the land between towns, each town's between its villages and each village's between its grids.
/// None if a part came out too small for what lies in it.
fn settle(honeycomb: &Honeycomb, plan: &[Town]) -> Option<Vec<(GridCode, Boundary)>> {
    let (mut land, mut cells) = Land::settle(honeycomb);
    let mut grids = Vec::new();
    let towns: Vec<Share> = plan
        .iter()
        .map(|town| Share::new(weight(town.code, town.grids()), town.grids()))
        .collect();
    for (town, mut cells) in plan.iter().zip(land.divide(&mut cells, &towns)?) {
        let villages: Vec<Share> = town
            .villages
            .iter()
            .map(|(code, grids)| Share::new(weight(*code, grids.len()), grids.len()))
            .collect();
        let parts = land.divide(&mut cells, &villages)?;
        for ((_, codes), mut cells) in town.villages.iter().zip(parts) {
            let shares = vec![Share::new(1.0, 1); codes.len()];
            for (code, cells) in codes.iter().zip(land.divide(&mut cells, &shares)?) {
                grids.push((*code, trace::boundary(honeycomb, &land, &cells)));
            }
        }
    }
    Some(grids)
}

/// How much land a division gets: by its grids, more or less.
#[expect(
    clippy::cast_precision_loss,
    reason = "no more grids than 53 bits count"
)]
fn weight(code: DivisionCode, grids: usize) -> f64 {
    grids as f64 * (0.75 + 0.5 * unit(hash(code.number(), 0, WEIGHTS)))
}
