//! Which codes grids get whose village has another code, or has become another one.

use std::collections::{BTreeMap, BTreeSet};

use super::division::DivisionCode;
use super::grid::{Grid, GridCode};
use super::reorganisation::{DivisionFault, DivisionFaultCode};

/// The grids in force of villages that have become others, each with its new code: with the sequence number kept where
/// it is free in the new village, with the next free one else, after the last from the first on. `codes` are those that
/// any grid has or had, `villages` pairs of old and new; of several that want the same number the first has it.
pub(super) fn recode(
    grids: &BTreeMap<GridCode, Grid>,
    codes: &BTreeSet<GridCode>,
    villages: &[(DivisionCode, DivisionCode)],
) -> Result<Vec<(Grid, GridCode)>, DivisionFault> {
    let mut into: BTreeMap<DivisionCode, Vec<&Grid>> = BTreeMap::new();
    for (old, new) in villages {
        let Some((first, last)) = bounds(*old) else {
            continue;
        };
        let moving = grids.range(first..=last).map(|(_, grid)| grid);
        into.entry(*new).or_default().extend(moving);
    }
    let mut recoded = Vec::new();
    for (village, moving) in into {
        let full = || DivisionFault::new(DivisionFaultCode::NoFreeNumber, "", village);
        let Some((first, last)) = bounds(village) else {
            return Err(full());
        };
        let known = codes.range(first..=last);
        let mut taken: BTreeSet<u16> = known.map(|code| code.sequence()).collect();
        let mut sequences: BTreeMap<GridCode, u16> = BTreeMap::new();
        for grid in &moving {
            let own = grid.code.sequence();
            if taken.insert(own) {
                sequences.insert(grid.code, own);
            }
        }
        for grid in moving {
            let own = grid.code.sequence();
            let sequence = match sequences.get(&grid.code) {
                Some(kept) => *kept,
                None => (own..=GridCode::PER_VILLAGE)
                    .chain(1..own)
                    .find(|sequence| !taken.contains(sequence))
                    .ok_or_else(full)?,
            };
            taken.insert(sequence);
            let code = GridCode::new(village, sequence).map_err(|_| full())?;
            recoded.push((grid.clone(), code));
        }
    }
    Ok(recoded)
}

/// The first and the last code that a grid of the village can have.
fn bounds(village: DivisionCode) -> Option<(GridCode, GridCode)> {
    let code = |sequence| GridCode::new(village, sequence).ok();
    Some((code(1)?, code(GridCode::PER_VILLAGE)?))
}
