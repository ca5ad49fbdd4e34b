//! What a plan is warned of, and what it is not.

use super::super::{
    Boundary, Change, CoverageFaultKind as Kind, DivisionCode, GridCode, coverage_warnings,
};
use super::changeset::{Village, nine, redraw, retire};
use super::{at, grid, land, raw, rectangle, steps};

fn warned(village: &Village, changes: &[Change]) -> Vec<(Kind, Vec<GridCode>)> {
    let plan = village.plan(changes).unwrap();
    let report = coverage_warnings(&village.grids, &plan);
    assert!(report.complete);
    let told = report.faults.into_iter();
    told.map(|fault| (fault.kind, fault.grids)).collect()
}

/// The second grid, whose northern border misses the fifth's by three steps, which is three centimetres.
fn nearly() -> Boundary {
    raw(&[
        at(10, 0),
        at(20, 0),
        steps(200_000, 99_997),
        steps(100_000, 99_997),
    ])
}

#[test]
fn borders_that_miss_each_other_by_a_hair_are_told_and_not_refused() {
    let mut village = nine();
    // At the outer edge the hair is open.
    village.grids.remove(&grid(1));
    let told = warned(&village, &[redraw(2, nearly())]);
    assert!(!told.is_empty());
    for (kind, grids) in &told {
        assert!(
            matches!(kind, Kind::NearEdge | Kind::NearVertex),
            "{told:?}"
        );
        assert!(grids.contains(&grid(2)), "{told:?}");
    }
}

#[test]
fn what_nearly_meets_a_grid_of_another_village_is_told_as_well() {
    let mut village = nine();
    village.grids.remove(&grid(1));
    let elsewhere = DivisionCode::parse("320707101202").unwrap();
    for number in 4..10 {
        let mut moved = village.grids.remove(&grid(number)).unwrap();
        moved.code = GridCode::new(elsewhere, number).unwrap();
        village.grids.insert(moved.code, moved);
    }
    assert!(!warned(&village, &[redraw(2, nearly())]).is_empty());
}

#[test]
fn what_was_wrong_elsewhere_before_is_not_told() {
    let mut village = nine();
    village.grids.remove(&grid(1));
    village.grids.get_mut(&grid(2)).unwrap().boundary = nearly();
    let lower = land(&rectangle(20, 20, 30, 29));
    assert!(warned(&village, &[redraw(9, lower)]).is_empty());
    assert!(warned(&village, &[retire(9, None)]).is_empty());
}

#[test]
fn a_lake_beside_a_grid_that_is_drawn_is_told() {
    let mut village = nine();
    village.grids.remove(&grid(5));
    let lower = land(&rectangle(10, 1, 20, 10));
    let told = warned(&village, &[redraw(2, lower)]);
    assert!(
        told.iter()
            .any(|(kind, grids)| *kind == Kind::Gap && grids.len() == 4),
        "{told:?}"
    );
}
