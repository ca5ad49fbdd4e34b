//! A change of boundaries: the grids before and after it, and what differs.

use std::collections::HashMap;

use super::map::{MapGrid, Sheet};
use crate::widgets::map::paint::{Class, Tile};
use crate::widgets::map::projection::{Bounds, Viewport};

/// Which of the two is looked at where there is room for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    Before,
    #[default]
    After,
}

/// How many grids became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub added: usize,
    pub removed: usize,
    /// Of another name or other boundaries.
    pub changed: usize,
    pub same: usize,
}

/// Grids on a sheet, each with whether it differs on the other one.
#[derive(Clone, Debug)]
pub struct Marked {
    pub sheet: Sheet,
    changed: Vec<bool>,
}

impl Marked {
    /// The grids as they are painted: those that differ with a ground of their own.
    pub fn tiles(&self) -> Vec<Tile<'_>> {
        let grids = self.sheet.grids.iter().zip(&self.changed);
        grids
            .map(|(grid, changed)| Tile {
                name: &grid.name,
                short: grid.short(),
                class: if *changed {
                    Class::Changed
                } else {
                    Class::Plain
                },
                value: None,
                number: 0,
            })
            .collect()
    }
}

/// Both sides on the same plane, so that they can be laid on each other.
#[derive(Clone, Debug)]
pub struct Changeset {
    pub before: Marked,
    pub after: Marked,
    pub tally: Tally,
    pub side: Side,
    pub viewport: Viewport,
}

impl Changeset {
    /// Compares by code. All of both is looked at.
    pub fn new(before: Vec<MapGrid>, after: Vec<MapGrid>) -> Self {
        let whole = around(&Sheet::degrees(&before), &Sheet::degrees(&after));
        let by_code = |grids: &[MapGrid]| -> HashMap<String, MapGrid> {
            let coded = grids.iter().map(|grid| (grid.code.clone(), grid.clone()));
            coded.collect()
        };
        let (old, new) = (by_code(&before), by_code(&after));
        let differs = |grid: &MapGrid, others: &HashMap<String, MapGrid>| {
            let other = others.get(&grid.code);
            other.is_none_or(|o| o.name != grid.name || o.outline != grid.outline)
        };
        let gone: Vec<bool> = before.iter().map(|grid| differs(grid, &new)).collect();
        let come: Vec<bool> = after.iter().map(|grid| differs(grid, &old)).collect();
        let count = |flags: &[bool]| flags.iter().filter(|flag| **flag).count();
        let added = new.keys().filter(|code| !old.contains_key(*code)).count();
        let removed = old.keys().filter(|code| !new.contains_key(*code)).count();
        let tally = Tally {
            added,
            removed,
            changed: count(&come).saturating_sub(added),
            same: come.len() - count(&come),
        };
        let after = Marked {
            sheet: Sheet::within(after, &whole),
            changed: come,
        };
        Self {
            viewport: after.sheet.fit(),
            before: Marked {
                sheet: Sheet::within(before, &whole),
                changed: gone,
            },
            after,
            tally,
            side: Side::default(),
        }
    }

    /// Looks at the other side.
    pub const fn turn(&mut self) {
        self.side = match self.side {
            Side::Before => Side::After,
            Side::After => Side::Before,
        };
    }
}

/// Around both; one without any extent does not count.
fn around(one: &Bounds, other: &Bounds) -> Bounds {
    let has_extent = |bounds: &&Bounds| bounds.extent().iter().any(|side| *side > 0.0);
    let corners = [one, other].into_iter().filter(has_extent);
    let corners = corners.flat_map(|bounds| [bounds.low, bounds.high]);
    Bounds::around(corners).unwrap_or(*one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn what_was_added_removed_renamed_or_moved_differs_and_nothing_else() {
        let before = sample::map_grids();
        let mut after = before.clone();
        after.remove(0);
        after[0].name = "新名".into();
        after[1].outline[0][0][0] += 0.001;
        after.push(MapGrid {
            code: "320707101201099".into(),
            ..before[0].clone()
        });
        let all = before.len();
        let change = Changeset::new(before, after);
        assert_eq!(
            change.tally,
            Tally {
                added: 1,
                removed: 1,
                changed: 2,
                same: all - 3,
            }
        );
        let marked = |marked: &Marked| -> Vec<usize> {
            let tiles = marked.tiles();
            let changed = tiles.iter().enumerate();
            changed
                .filter(|(_, tile)| tile.class == Class::Changed)
                .map(|(at, _)| at)
                .collect()
        };
        assert_eq!(marked(&change.before), [0, 1, 2]);
        assert_eq!(marked(&change.after), [0, 1, all - 1]);
    }

    #[test]
    fn both_sides_lie_on_the_same_plane() {
        let before = sample::map_grids();
        let after = before[3..].to_vec();
        let change = Changeset::new(before, after);
        let [old, new] = [&change.before.sheet, &change.after.sheet];
        assert_eq!(old.whole(), new.whole());
        assert_eq!(old.centres()[3..], *new.centres());
    }
}
