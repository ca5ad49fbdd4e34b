//! What a repair does to a coverage, and what it leaves alone.

use proptest::prelude::*;

use super::super::{
    Boundary, CoverageFaultKind as Kind, CoverageRepair, GridCode, Position, RepairRefusal,
    RepairStepKind, TOLERANCE_M, repair_coverage,
};
use super::{borrowed, district, grid, land, outline, raw, rectangle, redrawn, steps};

fn repair(lands: &[&Boundary]) -> CoverageRepair {
    let grids: Vec<(GridCode, &Boundary)> = (1..)
        .zip(lands)
        .map(|(number, land)| (grid(number), *land))
        .collect();
    repair_coverage(&grids, None, TOLERANCE_M)
}

/// The eastern neighbour of a square, its western border so many steps away from the square.
fn east_by(by: i32) -> Boundary {
    raw(&[
        steps(100_000 + by, 0),
        steps(200_000, 0),
        steps(200_000, 100_000),
        steps(100_000 + by, 100_000),
    ])
}

#[test]
fn of_two_borders_that_miss_each_other_a_little_the_later_one_moves() {
    let west = land(&rectangle(0, 0, 10, 10));
    for by in [-80, -1, 1, 80] {
        let repair = repair(&[&west, &east_by(by)]);
        let [east] = &repair.repaired[..] else {
            panic!("one grid: {repair:?}");
        };
        assert_eq!((east.code, &east.before), (grid(2), &east_by(by)));
        assert_eq!(east.after, east_by(0));
        assert_eq!(east.done.len(), 2);
        assert!(
            east.done
                .iter()
                .all(|step| step.kind == RepairStepKind::VertexMoved && step.distance_m < 1.0)
        );
        assert!(!repair.before.faults.is_empty());
        assert_eq!(repair.after.faults, []);
        assert_eq!(repair.refused, []);
    }
}

#[test]
fn what_is_wider_than_the_tolerance_is_left_to_people() {
    let west = land(&rectangle(0, 0, 10, 10));
    let repair = repair(&[&west, &east_by(-500)]);
    assert_eq!(repair.repaired, []);
    assert_eq!(repair.before, repair.after);
    assert_eq!(repair.after.faults[0].kind, Kind::Overlap);
}

#[test]
fn an_edge_gets_the_corner_it_passes_by() {
    // The earlier grid has a corner a little beside the straight border of the later one.
    let west = raw(&[
        steps(0, 0),
        steps(100_000, 0),
        steps(100_020, 50_000),
        steps(100_000, 100_000),
        steps(0, 100_000),
    ]);
    let repair = repair(&[&west, &east_by(0)]);
    let [east] = &repair.repaired[..] else {
        panic!("one grid: {repair:?}");
    };
    assert_eq!(east.code, grid(2));
    assert_eq!(east.done[0].kind, RepairStepKind::VertexInserted);
    assert_eq!(east.done[0].to, steps(100_020, 50_000));
    assert_eq!(repair.after.faults, []);
}

#[test]
fn a_corner_beside_an_earlier_edge_moves_onto_it_and_both_have_it() {
    let west = raw(&[
        steps(0, 0),
        steps(100_000, 0),
        steps(100_001, 100_000),
        steps(0, 100_000),
    ]);
    let east = raw(&[
        steps(100_000, 0),
        steps(200_000, 0),
        steps(200_000, 100_000),
        steps(100_001, 100_000),
        steps(100_020, 30_000),
    ]);
    let repair = repair(&[&west, &east]);
    assert_eq!(repair.after.faults, []);
    let moved = &repair.repaired.last().unwrap().done[0];
    assert_eq!(moved.from, Some(steps(100_020, 30_000)));
    for grid in &repair.repaired {
        assert!(grid.after.segments().any(|edge| edge.has_end(moved.to)));
    }
}

#[test]
fn a_repair_that_would_make_a_grid_invalid_is_refused_and_nothing_of_it_done() {
    let west = raw(&[
        steps(0, 0),
        steps(100_000, 0),
        steps(100_000, 50_000),
        steps(100_000, 100_000),
        steps(0, 100_000),
    ]);
    // Both arms end near the same corner: moved there, the ring would touch itself.
    let arms = raw(&[
        steps(100_030, 49_970),
        steps(200_000, 0),
        steps(200_000, 100_000),
        steps(100_030, 50_030),
        steps(150_000, 50_000),
    ]);
    let repair = repair(&[&west, &arms]);
    assert_eq!(repair.repaired, []);
    let [refused] = &repair.refused[..] else {
        panic!("one grid: {repair:?}");
    };
    assert_eq!(
        (refused.code, refused.reason),
        (grid(2), RepairRefusal::WouldBeInvalid)
    );
    assert!(!refused.faults.is_empty());
    assert_eq!(repair.before, repair.after);
}

#[test]
fn the_parent_does_not_move() {
    let parent = east_by(0);
    let child = east_by(60);
    let repair = repair_coverage(&[(grid(1), &child)], Some(&parent), TOLERANCE_M);
    assert_eq!(repair.repaired[0].after, parent);
    assert_eq!(repair.after.faults, []);
}

fn moved(at: Position, east: i32, north: i32) -> Position {
    Position::from_steps(at.lon_steps() + east, at.lat_steps() + north)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn a_valid_coverage_needs_no_repair(size in 4_usize..40) {
        let grids = district(size);
        let repair = repair_coverage(&borrowed(&grids), Some(&outline(&grids)), TOLERANCE_M);
        prop_assert_eq!(repair.repaired, vec![]);
        prop_assert_eq!(repair.refused, vec![]);
    }

    #[test]
    fn a_grid_shifted_by_some_steps_is_joined_again(
        size in 4_usize..40,
        choice in any::<prop::sample::Index>(),
        east in -5_i32..=5,
        north in -5_i32..=5,
    ) {
        prop_assume!((east, north) != (0, 0));
        let mut grids = district(size);
        let number = choice.index(grids.len());
        let mut corners = grids[number].1.polygons()[0].outer().positions().to_vec();
        corners.pop();
        prop_assume!(grids[number].1.polygons()[0].holes().is_empty());
        let shifted: Vec<Position> = corners.iter().map(|at| moved(*at, east, north)).collect();
        grids[number].1 = redrawn(&shifted).unwrap();
        let repair = repair_coverage(&borrowed(&grids), None, TOLERANCE_M);
        prop_assert!(!repair.before.faults.is_empty());
        prop_assert_eq!(&repair.after.faults, &vec![]);
        prop_assert_eq!(&repair.refused, &vec![]);
        for grid in &repair.repaired {
            let again = Boundary::from_geojson(&grid.after.to_geojson());
            prop_assert_eq!(again.as_ref(), Ok(&grid.after));
            prop_assert!(grid.done.iter().all(|step| step.distance_m < 0.1));
        }
    }

    #[test]
    fn a_corner_that_only_one_side_has_is_given_to_the_other(
        size in 4_usize..40,
        choice in any::<prop::sample::Index>(),
        edge in any::<prop::sample::Index>(),
        east in -9_i32..=9,
        north in -9_i32..=9,
    ) {
        let mut grids = district(size);
        let parent = outline(&grids);
        let number = choice.index(grids.len());
        prop_assume!(grids[number].1.polygons()[0].holes().is_empty());
        let mut corners = grids[number].1.polygons()[0].outer().positions().to_vec();
        corners.pop();
        let begin = edge.index(corners.len());
        let end = corners[(begin + 1) % corners.len()];
        let middle = Position::from_steps(
            i32::midpoint(corners[begin].lon_steps(), end.lon_steps()) + east,
            i32::midpoint(corners[begin].lat_steps(), end.lat_steps()) + north,
        );
        let is_outline = parent
            .segments()
            .any(|edge| edge.has_end(corners[begin]) && edge.has_end(end));
        prop_assume!(!is_outline);
        corners.insert(begin + 1, middle);
        grids[number].1 = redrawn(&corners).unwrap();
        let repair = repair_coverage(&borrowed(&grids), None, TOLERANCE_M);
        prop_assert_eq!(repair.after.faults, vec![]);
        prop_assert_eq!(repair.refused, vec![]);
    }

    #[test]
    fn a_corner_left_out_is_a_fault_that_no_repair_hides(
        size in 4_usize..40,
        choice in any::<prop::sample::Index>(),
        corner in any::<prop::sample::Index>(),
    ) {
        let mut grids = district(size);
        let parent = outline(&grids);
        let number = choice.index(grids.len());
        prop_assume!(grids[number].1.polygons()[0].holes().is_empty());
        let mut corners = grids[number].1.polygons()[0].outer().positions().to_vec();
        corners.pop();
        let left_out = corners.remove(corner.index(corners.len()));
        let changed = redrawn(&corners);
        prop_assume!(changed.is_some() && !parent.is_on_border(left_out));
        // Where the border is nearly straight the corner is given back.
        let bent = changed.as_ref().unwrap();
        prop_assume!((bent.area_m2() - grids[number].1.area_m2()).abs() > 5_000.0);
        grids[number].1 = changed.unwrap();
        let repair = repair_coverage(&borrowed(&grids), None, TOLERANCE_M);
        let wide = [Kind::Overlap, Kind::Gap];
        prop_assert!(repair.after.faults.iter().any(|fault| wide.contains(&fault.kind)));
        prop_assert_eq!(repair.repaired, vec![]);
    }
}
