//! Which grids overlap.

use geo::{Area as _, BooleanOps as _};
use proptest::prelude::*;

use super::super::coverage::{common_land, overlaps};
use super::super::{Boundary, Overlap};
use super::{at, grid, land, multi_polygon, polygon, raw, rectangle, steps};

/// The overlaps of two boundaries, compared both ways round.
fn between(one: &Boundary, other: &Boundary) -> Vec<Overlap> {
    let found = overlaps(&[(grid(1), one)], &[(grid(2), other)]);
    let turned = overlaps(&[(grid(1), other)], &[(grid(2), one)]);
    assert_eq!(found.len(), turned.len());
    found
}

fn apart(one: &Boundary, other: &Boundary) -> bool {
    between(one, other).is_empty()
}

#[test]
fn neighbours_that_share_a_border_do_not_overlap() {
    let here = land(&rectangle(0, 0, 10, 10));
    assert!(apart(&here, &land(&rectangle(10, 0, 20, 10))), "an edge");
    assert!(apart(&here, &land(&rectangle(10, 10, 20, 20))), "a corner");
    assert!(
        apart(&here, &land(&rectangle(10, 3, 20, 30))),
        "a part of an edge"
    );
    assert!(
        apart(&here, &land(&[(10, 5), (20, 0), (20, 10)])),
        "a corner on an edge"
    );
    assert!(apart(&here, &land(&rectangle(11, 0, 20, 10))), "nothing");
}

#[test]
fn a_border_with_more_corners_on_one_side_is_still_shared() {
    let here = land(&[(0, 0), (10, 0), (10, 4), (10, 6), (10, 10), (0, 10)]);
    let there = land(&[(10, 0), (20, 0), (20, 10), (10, 10), (10, 7), (10, 2)]);
    assert!(apart(&here, &there));
}

#[test]
fn a_grid_that_fills_a_hole_or_a_notch_does_not_overlap() {
    let ring = Boundary::from_geojson(&polygon(&[
        &rectangle(0, 0, 10, 10),
        &rectangle(2, 2, 8, 8),
    ]))
    .unwrap();
    assert!(apart(&ring, &land(&rectangle(2, 2, 8, 8))));
    assert!(apart(&ring, &land(&[(5, 2), (8, 5), (5, 8), (2, 5)])));
    let notched = land(&[(0, 0), (10, 0), (10, 10), (5, 2), (0, 10)]);
    assert!(apart(&notched, &land(&[(5, 2), (10, 10), (0, 10)])));
}

#[test]
fn the_same_land_twice_overlaps_wholly() {
    let here = land(&rectangle(0, 0, 10, 10));
    let [overlap] = between(&here, &here)[..] else {
        panic!("one overlap");
    };
    assert_eq!((overlap.a, overlap.b), (grid(1), grid(2)));
    assert!((overlap.area_m2 / here.area_m2() - 1.0).abs() < 1e-6);
    assert!(here.contains(overlap.at));
}

#[test]
fn land_within_land_overlaps() {
    let here = land(&rectangle(0, 0, 10, 10));
    for within in [
        land(&rectangle(2, 2, 8, 8)),
        land(&rectangle(0, 0, 5, 10)),
        land(&rectangle(0, 2, 5, 8)),
        land(&[(5, 0), (10, 5), (5, 10), (0, 5)]),
        land(&[(0, 0), (10, 0), (10, 10)]),
    ] {
        assert_eq!(between(&here, &within).len(), 1, "{within:?}");
    }
}

#[test]
fn strips_that_cross_overlap_though_no_corner_lies_in_the_other() {
    let level = land(&rectangle(0, 4, 10, 6));
    let upright = land(&rectangle(4, 0, 6, 10));
    let [overlap] = between(&level, &upright)[..] else {
        panic!("one overlap");
    };
    assert!(overlap.at >= at(4, 4) && overlap.at <= at(6, 6));
}

#[test]
fn an_overlap_by_a_hair_is_an_overlap() {
    let here = land(&rectangle(0, 0, 10, 10));
    let hair = |step: i32| {
        raw(&[
            steps(100_000 + step, 0),
            steps(200_000, 0),
            steps(200_000, 100_000),
            steps(100_000 + step, 100_000),
        ])
    };
    assert!(apart(&here, &hair(0)));
    assert!(apart(&here, &hair(1)));
    let [overlap] = between(&here, &hair(-1))[..] else {
        panic!("one overlap");
    };
    assert!(overlap.area_m2 < 20.0, "{}", overlap.area_m2);
    // A single corner that reaches over by one step.
    let corner = raw(&[
        steps(99_999, 50_000),
        steps(200_000, 0),
        steps(200_000, 100_000),
    ]);
    assert_eq!(between(&here, &corner).len(), 1);
}

#[test]
fn a_slanted_border_that_is_not_shared_exactly_overlaps_or_leaves_a_gap() {
    // The middle of the border is rounded to a whole step on one side only.
    let straight = raw(&[steps(0, 0), steps(100_000, 0), steps(33_333, 100_001)]);
    let bent = |step: i32| {
        raw(&[
            steps(100_000, 0),
            steps(100_000, 100_001),
            steps(33_333, 100_001),
            steps(66_666 + step, 50_000),
        ])
    };
    let both = [bent(0), bent(1)].map(|bent| between(&straight, &bent).len());
    assert_eq!(both, [1, 0]);
}

#[test]
fn several_polygons_are_compared_each_with_each() {
    let exclave = Boundary::from_geojson(&multi_polygon(&[
        &[&rectangle(0, 0, 10, 10)],
        &[&rectangle(20, 0, 30, 10)],
    ]))
    .unwrap();
    assert!(apart(&exclave, &land(&rectangle(10, 0, 20, 10))));
    assert_eq!(between(&exclave, &land(&rectangle(10, 0, 21, 10))).len(), 1);
}

#[test]
fn candidates_are_compared_with_each_other_but_not_with_what_they_replace() {
    let here = land(&rectangle(0, 0, 10, 10));
    let wider = land(&rectangle(0, 0, 12, 10));
    let east = land(&rectangle(10, 0, 20, 10));
    assert!(overlaps(&[(grid(1), &wider)], &[(grid(1), &here)]).is_empty());
    let found = overlaps(
        &[(grid(1), &wider), (grid(2), &east)],
        &[(grid(1), &here), (grid(3), &here)],
    );
    let pairs: Vec<_> = found.iter().map(|overlap| (overlap.a, overlap.b)).collect();
    assert_eq!(pairs, [(grid(1), grid(2)), (grid(1), grid(3))]);
    assert!(overlaps(&[], &[(grid(1), &here), (grid(2), &here)]).is_empty());
}

fn any_land() -> impl Strategy<Value = Boundary> {
    prop::collection::vec((0..9_i32, 0..9_i32), 3..8).prop_filter_map("not valid", |corners| {
        Boundary::from_geojson(&polygon(&[&corners])).ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// On a lattice of 9 × 9 units two shapes that overlap do so by far more than rounding.
    #[test]
    fn shapes_overlap_where_another_judge_finds_common_area(one in any_land(), other in any_land()) {
        let unit = 1e-3_f64;
        let area = one.to_geo().intersection(&other.to_geo()).unsigned_area();
        let overlap = common_land(&one, &other);
        prop_assert_eq!(overlap.is_some(), area > unit * unit * 1e-5, "{}", area);
        prop_assert_eq!(common_land(&other, &one).is_some(), overlap.is_some());
    }
}
