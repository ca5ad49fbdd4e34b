//! Whatever is changed, no land amidst grids comes to belong to none.

use proptest::prelude::*;

use super::super::change::ChangeFaultCode as Code;
use super::super::merge::{enclosed_gaps, merge};
use super::super::{Boundary, Change, Grid, GridKind};
use super::changeset::{Village, halve, nine, redraw, retire};
use super::split::{any_coverage, area};
use super::{at, grid, land, raw, rectangle, redrawn, steps};

fn add(number: u16, boundary: Boundary) -> Change {
    Change::Add {
        code: grid(number),
        name: format!("第{number}网格"),
        grid_kind: GridKind::General,
        boundary,
        schematic: false,
    }
}

/// Twice the land that grids enclose and none has, in square steps, exactly.
fn enclosed<'a>(grids: impl IntoIterator<Item = &'a Grid>) -> i128 {
    let lands: Vec<&Boundary> = grids.into_iter().map(|grid| &grid.boundary).collect();
    enclosed_gaps(&lands).iter().map(area).sum()
}

/// The nine grids without the one in the middle: a lake since ever.
fn around_a_lake() -> Village {
    let mut village = nine();
    village.grids.remove(&grid(5));
    village
}

#[test]
fn a_redrawing_that_gives_up_land_amidst_others_is_refused_with_place_and_area() {
    let narrower = land(&rectangle(10, 10, 18, 20));
    let faults = nine().plan(&[redraw(5, narrower)]).unwrap_err();
    let [fault] = &faults[..] else {
        panic!("one fault: {faults:?}");
    };
    assert_eq!(
        (fault.code, fault.pointer.as_str(), fault.at),
        (Code::LeavesAHole, "/0/boundary", Some(at(19, 15)))
    );
    assert_eq!(fault.grids, [grid(5)]);
    let given_up = land(&rectangle(18, 10, 20, 20)).area_m2();
    let told = fault.area_m2.unwrap();
    assert!((told - given_up).abs() < 1e-3 * given_up, "{told}");
}

#[test]
fn land_given_up_by_one_change_may_be_taken_by_another_wherever_it_stands() {
    let narrower = redraw(5, land(&rectangle(10, 10, 18, 20)));
    let wider = redraw(6, land(&rectangle(18, 10, 30, 20)));
    let taken = add(10, land(&rectangle(18, 10, 20, 20)));
    for changes in [
        [narrower.clone(), wider.clone()],
        [wider, narrower.clone()],
        [narrower.clone(), taken.clone()],
        [taken, narrower],
    ] {
        assert!(nine().plan(&changes).is_ok(), "{changes:?}");
    }
}

#[test]
fn land_at_the_outer_edge_may_be_given_up() {
    let lower = land(&rectangle(10, 2, 20, 10));
    assert!(nine().plan(&[redraw(2, lower)]).is_ok());
}

#[test]
fn a_hole_that_was_there_is_nobodys_fault_but_does_not_grow() {
    let village = around_a_lake();
    assert!(
        village
            .plan(&[redraw(1, land(&rectangle(1, 0, 10, 10)))])
            .is_ok()
    );
    let smaller = add(10, land(&rectangle(10, 10, 14, 20)));
    assert!(village.plan(&[smaller]).is_ok());
    let shore = land(&rectangle(22, 10, 30, 20));
    assert_eq!(
        village.refused(&[redraw(6, shore)]),
        [(Code::LeavesAHole, "/0/boundary".to_owned())]
    );
    // It may be opened, and so be no hole any more.
    assert!(village.plan(&[retire(6, None)]).is_ok());
}

#[test]
fn land_that_lay_open_is_not_fenced_in() {
    let mut village = around_a_lake();
    village.grids.remove(&grid(6));
    assert_eq!(enclosed(village.grids.values()), 0);
    // A bay: the third grid closes its mouth.
    let gate = land(&[(20, 0), (30, 0), (30, 20), (28, 20), (28, 10), (20, 10)]);
    assert_eq!(
        village.refused(&[redraw(3, gate.clone())]),
        [(Code::LeavesAHole, "/0".to_owned())]
    );
    assert_eq!(
        village.refused(&[add(10, land(&rectangle(25, 10, 30, 20)))]),
        [(Code::LeavesAHole, "/0".to_owned())]
    );
    let filled = add(10, land(&rectangle(10, 10, 28, 20)));
    assert!(village.plan(&[redraw(3, gate), filled]).is_ok());
}

#[test]
fn what_a_grid_is_made_of_in_between_does_not_count_as_its_land() {
    let village = around_a_lake();
    let changes = [
        add(10, land(&rectangle(10, 10, 20, 20))),
        redraw(10, land(&rectangle(10, 10, 14, 20))),
    ];
    assert!(village.plan(&changes).is_ok());
}

#[test]
fn a_part_of_a_split_that_is_given_up_is_the_fault_of_who_gives_it_up() {
    let line = [at(14, 5), at(14, 25)];
    let split = halve(grid(5), &line, [grid(5), grid(10)]);
    assert_eq!(
        nine().refused(&[split, retire(10, None)]),
        [(Code::LeavesAHole, "/1/code".to_owned())]
    );
}

#[test]
fn a_grid_beside_a_lake_is_split_though_the_shore_bends_by_less_than_a_step() {
    let lake = [at(10, 10), steps(200_000, 110_007), at(19, 20), at(9, 19)];
    let village = Village::of([
        raw(&[at(0, 0), at(30, 0), lake[1], lake[0]]),
        raw(&[at(30, 0), at(30, 30), lake[2], lake[1]]),
        raw(&[at(30, 30), at(0, 30), lake[3], lake[2]]),
        raw(&[at(0, 30), at(0, 0), lake[0], lake[3]]),
    ]);
    for east in [13, 14, 16, 17] {
        let line = [at(east, -1), at(east, 15)];
        let split = halve(grid(1), &line, [grid(5), grid(6)]);
        assert!(village.plan(&[split]).is_ok(), "at {east}");
    }
}

/// What is done to a cell: drawn smaller by a corner, retired, drawn over another one as well, or drawn where none is.
#[derive(Clone, Debug)]
enum Deed {
    Shrink(usize),
    Retire,
    Take(usize),
    Add,
}

fn any_deed() -> impl Strategy<Value = (usize, Deed)> {
    let deed = prop_oneof![
        (0..4_usize).prop_map(Deed::Shrink),
        Just(Deed::Retire),
        (0..12_usize).prop_map(Deed::Take),
        Just(Deed::Add),
    ];
    (0..12_usize, deed)
}

/// The change, if there is land to it.
fn change((cell, deed): &(usize, Deed), cells: &[Boundary]) -> Option<Change> {
    let number = u16::try_from(*cell).unwrap() + 1;
    let ring = |cell: &Boundary| cell.polygons()[0].outer().positions()[1..].to_vec();
    Some(match deed {
        Deed::Shrink(corner) => {
            let mut corners = ring(&cells[*cell]);
            corners.remove(*corner);
            redraw(number, redrawn(&corners)?)
        }
        Deed::Retire => retire(number, None),
        Deed::Take(other) => {
            let both = [&cells[*cell], &cells[*other]];
            redraw(number, merge(&both).ok()?)
        }
        Deed::Add => add(number, cells[*cell].clone()),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn what_grids_enclose_without_having_it_never_grows(
        cells in any_coverage(),
        missing in prop::collection::btree_set(0..12_u16, 0..4),
        deeds in prop::collection::vec(any_deed(), 1..5),
    ) {
        let mut village = Village::of(cells.iter().cloned());
        for cell in missing {
            village.grids.remove(&grid(cell + 1));
        }
        let changes: Vec<Change> = deeds.iter().filter_map(|deed| change(deed, &cells)).collect();
        let before = enclosed(village.grids.values());
        let Ok(plan) = village.plan(&changes) else {
            return Ok(());
        };
        let mut grids = village.grids.clone();
        for code in &plan.ended {
            grids.remove(code);
        }
        grids.extend(plan.begun.into_iter().map(|grid| (grid.code, grid)));
        prop_assert!(enclosed(grids.values()) <= before, "{:?}", changes);
    }

    /// Nothing is refused for a hole without one: what was enclosed before and is afterwards differs.
    #[test]
    fn a_hole_is_told_only_where_more_is_enclosed_than_before(
        cells in any_coverage(),
        missing in prop::collection::btree_set(0..12_u16, 0..4),
        deed in any_deed(),
    ) {
        let mut village = Village::of(cells.iter().cloned());
        for cell in missing {
            village.grids.remove(&grid(cell + 1));
        }
        let Some(change) = change(&deed, &cells) else {
            return Ok(());
        };
        let Err(faults) = village.plan(std::slice::from_ref(&change)) else {
            return Ok(());
        };
        if faults.iter().all(|fault| fault.code == Code::LeavesAHole) {
            let before = enclosed(village.grids.values());
            let code = change.codes()[0];
            let mut grids = village.grids.clone();
            match change {
                Change::Redraw { boundary, .. } => {
                    grids.get_mut(&code).unwrap().boundary = boundary;
                }
                Change::Add { boundary, .. } => {
                    let like = grids.values().next().unwrap().clone();
                    grids.insert(code, Grid { code, boundary, ..like });
                }
                _ => {
                    grids.remove(&code);
                }
            }
            prop_assert!(enclosed(grids.values()) > before);
        }
    }
}
