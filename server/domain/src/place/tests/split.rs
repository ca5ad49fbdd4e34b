//! Whatever line splits whatever coverage: no land is lost, none is claimed twice, and merging undoes it.

use proptest::prelude::*;

use super::super::coverage::common_land;
use super::super::linework::joined_border;
use super::super::merge::{enclosed_gaps, merge};
use super::super::plane::doubled_area;
use super::super::split::{bend, split};
use super::super::{Boundary, GridCode, Polygon, Position};
use super::changeset::{Village, halve};
use super::{grid, raw, steps};

/// A coverage of 4 × 3 cells with slanted borders: corners are moved off a lattice of 1,000 steps, which is
/// about ten metres, and numbered from the south-west.
fn coverage(shifts: &[(i32, i32)]) -> Vec<Boundary> {
    let corner = |column: usize, row: usize| {
        let (east, north) = shifts[row * 5 + column];
        steps(
            1_000 * i32::try_from(column).unwrap() + east,
            1_000 * i32::try_from(row).unwrap() + north,
        )
    };
    (0..12)
        .map(|cell| {
            let (column, row) = (cell % 4, cell / 4);
            raw(&[
                corner(column, row),
                corner(column + 1, row),
                corner(column + 1, row + 1),
                corner(column, row + 1),
            ])
        })
        .collect()
}

pub(super) fn any_coverage() -> impl Strategy<Value = Vec<Boundary>> {
    prop::collection::vec((-240..=240_i32, -240..=240_i32), 20).prop_map(|shifts| coverage(&shifts))
}

fn any_line() -> impl Strategy<Value = Vec<Position>> {
    prop::collection::vec((-500..4_500_i32, -500..3_500_i32), 2..6)
        .prop_map(|line| line.into_iter().map(|(x, y)| steps(x, y)).collect())
}

/// Twice the area in square steps, exactly.
pub(super) fn area(boundary: &Boundary) -> i128 {
    let rings = boundary.polygons().iter().flat_map(Polygon::rings);
    rings.map(|ring| doubled_area(ring.positions())).sum()
}

fn nothing_twice(lands: &[&Boundary]) -> bool {
    lands.iter().enumerate().all(|(number, one)| {
        lands
            .iter()
            .skip(number + 1)
            .all(|other| common_land(one, other).is_none())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// The outer border of the coverage may bend where the line leaves it, and there only by less than a step.
    #[test]
    fn a_split_loses_no_land_and_gives_none_twice(
        cells in any_coverage(), cell in 0_usize..12, line in any_line()
    ) {
        let others: Vec<&Boundary> = cells
            .iter()
            .enumerate()
            .filter(|(number, _)| *number != cell)
            .map(|(_, land)| land)
            .collect();
        let Ok(halves) = split(&cells[cell], &line, &others) else {
            return Ok(());
        };
        // A neighbour with a corner nearer to the line than a step cannot follow, and the split is refused.
        let bent = others
            .iter()
            .map(|other| bend(other, &halves.bends).unwrap_or_else(|| Ok((*other).clone())))
            .collect::<Result<Vec<Boundary>, _>>();
        let Ok(bent) = bent else {
            return Ok(());
        };
        let mut after: Vec<&Boundary> = bent.iter().collect();
        after.extend([&halves.left, &halves.right]);
        prop_assert!(nothing_twice(&after));
        prop_assert!(enclosed_gaps(&after).is_empty());
        let whole = merge(&after).unwrap();
        prop_assert_eq!(area(&whole), after.iter().map(|land| area(land)).sum::<i128>());
        let before: i128 = cells.iter().map(area).sum();
        // A border of at most 2,200 steps bends by at most a step, and no more of them than the line has edges.
        prop_assert!((area(&whole) - before).abs() <= 2 * 2_200 * 8);
    }

    /// The two parts together have the border of the grid, bent where the neighbours' is.
    #[test]
    fn merging_the_parts_gives_the_grid_with_the_corners_of_the_cut(
        cells in any_coverage(), cell in 0_usize..12, line in any_line()
    ) {
        let Ok(halves) = split(&cells[cell], &line, &[]) else {
            return Ok(());
        };
        let bent = bend(&cells[cell], &halves.bends).unwrap_or_else(|| Ok(cells[cell].clone()));
        let Ok(bent) = bent else {
            return Ok(());
        };
        let whole = merge(&[&halves.left, &halves.right]);
        // Parts of several pieces need not hang together by one edge, but have the border all the same.
        if let Ok(whole) = whole {
            prop_assert_eq!(area(&whole), area(&bent));
        }
        prop_assert_eq!(area(&halves.left) + area(&halves.right), area(&bent));
        let border = joined_border(&[&halves.left, &halves.right]);
        let corners: Vec<Position> = border.iter().map(|(from, _)| *from).collect();
        for polygon in bent.polygons() {
            for at in polygon.outer().positions() {
                prop_assert!(corners.contains(at));
            }
        }
    }

    #[test]
    fn a_line_turned_round_gives_the_same_parts_in_the_other_order(
        cells in any_coverage(), cell in 0_usize..12, line in any_line()
    ) {
        let mut turned = line.clone();
        turned.reverse();
        let (there, back) = (split(&cells[cell], &line, &[]), split(&cells[cell], &turned, &[]));
        prop_assert_eq!(there.is_ok(), back.is_ok());
        if let (Ok(there), Ok(back)) = (there, back) {
            prop_assert_eq!(area(&there.left), area(&back.right));
            prop_assert_eq!(area(&there.right), area(&back.left));
        }
    }

    #[test]
    fn a_planned_split_covers_what_was_covered(cells in any_coverage(), line in any_line()) {
        let village = Village::of(cells);
        let codes: [GridCode; 2] = [grid(20), grid(21)];
        let Ok(plan) = village.plan(&[halve(grid(6), &line, codes)]) else {
            return Ok(());
        };
        prop_assert!(plan.ended.contains(&grid(6)));
        let after = village.after(&[halve(grid(6), &line, codes)]);
        let lands: Vec<&Boundary> = after.values().map(|grid| &grid.boundary).collect();
        prop_assert!(nothing_twice(&lands));
        prop_assert!(enclosed_gaps(&lands).is_empty());
        prop_assert_eq!(after.len(), 13);
    }

    #[test]
    fn any_cells_that_hang_together_merge_into_land_of_the_same_size(
        cells in any_coverage(), chosen in prop::collection::btree_set(0_usize..12, 2..8)
    ) {
        let chosen: Vec<&Boundary> = chosen.into_iter().map(|number| &cells[number]).collect();
        if let Ok(whole) = merge(&chosen) {
            let sum: i128 = chosen.iter().map(|land| area(land)).sum();
            prop_assert_eq!(area(&whole), sum);
            for land in chosen {
                prop_assert!(common_land(&whole, land).is_some());
            }
        }
    }
}

/// Of the attempts above most must split, or they show nothing.
#[test]
fn a_line_across_the_whole_coverage_splits_each_cell_that_it_meets() {
    let shifts: Vec<(i32, i32)> = (0..20_i32)
        .map(|number| (37 * number % 211 - 105, 53 * number % 199 - 99))
        .collect();
    let cells = coverage(&shifts);
    let line = [steps(-500, 1_433), steps(4_600, 1_519)];
    for cell in 4..8 {
        let others: Vec<&Boundary> = cells.iter().collect();
        let others = [&others[..cell], &others[cell + 1..]].concat();
        let halves = split(&cells[cell], &line, &others).unwrap();
        assert!(!halves.bends.is_empty());
        assert!(area(&halves.left) > 0 && area(&halves.right) > 0);
    }
}
