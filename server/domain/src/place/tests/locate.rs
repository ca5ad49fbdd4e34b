//! Which grid a point lies in.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{
    Bbox, Boundary, Extent, GridCode, GridsPerVillage, Located, Locator, Position,
    schematic_district, synthetic_towns,
};
use super::{at, grid, land, raw, rectangle, steps};

fn nine_squares() -> Locator {
    let squares = (0..9_i32).map(|number| {
        let (west, south) = (number % 3 * 10, number / 3 * 10);
        let sequence = u16::try_from(number + 1).unwrap();
        (
            grid(sequence),
            land(&rectangle(west, south, west + 10, south + 10)),
        )
    });
    Locator::build(squares)
}

fn nearest(located: Located) -> (GridCode, f64) {
    match located {
        Located::Outside {
            nearest: Some(nearest),
        } => (nearest.grid, nearest.distance_m),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_point_on_a_border_lies_to_its_east_and_north() {
    let locator = nine_squares();
    for (place, sequence) in [
        (at(5, 5), 1),
        (at(10, 5), 2),
        (at(5, 10), 4),
        (at(10, 10), 5),
        (at(20, 20), 9),
        (at(0, 0), 1),
        (at(0, 5), 1),
        (at(15, 0), 2),
    ] {
        assert_eq!(
            locator.locate(place),
            Located::In(grid(sequence)),
            "{place:?}"
        );
    }
}

#[test]
fn a_box_meets_the_grids_that_can_have_land_in_it_by_code() {
    let locator = nine_squares();
    let met = |(west, south), (east, north)| {
        let bbox = Bbox {
            south_west: at(west, south),
            north_east: at(east, north),
        };
        locator.meeting(&bbox)
    };
    assert_eq!(met((12, 12), (18, 18)), [grid(5)]);
    assert_eq!(met((-5, 5), (11, 9)), [grid(1), grid(2)]);
    assert_eq!(met((10, 10), (10, 10)), [1, 2, 4, 5].map(grid));
    assert!(met((40, 40), (50, 50)).is_empty());
}

#[test]
fn a_point_on_the_outer_border_lies_in_the_grid_with_the_smallest_code_there() {
    let locator = nine_squares();
    for (place, sequence) in [
        (at(30, 5), 3),
        (at(30, 10), 3),
        (at(30, 30), 9),
        (at(10, 30), 7),
        (at(0, 30), 7),
    ] {
        assert_eq!(
            locator.locate(place),
            Located::In(grid(sequence)),
            "{place:?}"
        );
    }
}

#[test]
fn a_step_beyond_the_border_is_outside() {
    let locator = nine_squares();
    let (code, distance) = nearest(locator.locate(steps(300_001, 50_000)));
    assert_eq!(code, grid(3));
    assert!((0.008..0.010).contains(&distance), "{distance}");
    assert!(matches!(
        locator.locate(steps(299_999, 50_000)),
        Located::In(_)
    ));
}

#[test]
fn outside_the_nearest_grid_is_named_with_its_distance() {
    let locator = nine_squares();
    for (place, sequence, border) in [
        (at(15, -40), 2, at(15, 0)),
        (at(60, 60), 9, at(30, 30)),
        (at(-300, 15), 4, at(0, 15)),
        (at(25, 900), 9, at(25, 30)),
    ] {
        let (code, distance) = nearest(locator.locate(place));
        assert_eq!(code, grid(sequence), "{place:?}");
        let expected = place.distance_m(border);
        assert!(
            (distance / expected - 1.0).abs() < 0.01,
            "{distance} is not {expected}"
        );
    }
}

#[test]
fn from_anywhere_on_the_globe_some_grid_is_nearest() {
    let locator = nine_squares();
    for (lon, lat) in [
        (0.0, 0.0),
        (-74.0, 40.7),
        (180.0, 90.0),
        (-180.0, -90.0),
        (-180.0, 35.0),
    ] {
        let (_, distance) = nearest(locator.locate(Position::new(lon, lat).unwrap()));
        assert!(distance > 1_000_000.0, "{lon} {lat} {distance}");
    }
}

#[test]
fn without_grids_every_point_is_outside() {
    let locator = Locator::build([]);
    assert!(locator.is_empty());
    let outside = Located::Outside { nearest: None };
    assert_eq!(locator.locate(at(0, 0)), outside);
    assert!(locator.near(at(0, 0), 1e9).is_empty());
}

#[test]
fn a_circle_touches_its_own_grid_first_and_the_others_by_distance() {
    let locator = nine_squares();
    let codes = |place: Position, radius: f64| -> Vec<GridCode> {
        let near = locator.near(place, radius);
        near.iter().map(|near| near.grid).collect()
    };
    // 3 units are some 274 m to the east and 334 m to the north.
    let place = steps(70_000, 70_000);
    assert_eq!(codes(place, 0.0), [grid(1)]);
    assert_eq!(codes(place, 270.0), [grid(1)]);
    assert_eq!(codes(place, 280.0), [grid(1), grid(2)]);
    assert_eq!(codes(place, 340.0), [grid(1), grid(2), grid(4)]);
    assert_eq!(codes(place, 1e5).len(), 9);
    assert_eq!(codes(at(10, 10), 0.0), [1, 2, 4, 5].map(grid));
    assert_eq!(codes(place, f64::NAN), [grid(1)]);
    assert_eq!(codes(place, -5.0), [grid(1)]);
    assert_eq!(codes(place, f64::INFINITY).len(), 9);
    assert!(codes(at(100, 100), 100.0).is_empty());
}

#[test]
fn a_wide_circle_lists_the_sixteen_nearest() {
    let row = (0..100).map(|number| {
        let west = number * 10;
        let sequence = u16::try_from(100 - number).unwrap();
        (grid(sequence), land(&rectangle(west, 0, west + 10, 10)))
    });
    let near = Locator::build(row).near(at(5, 5), 1e6);
    let codes: Vec<u16> = near.iter().map(|near| near.grid.sequence()).collect();
    assert_eq!(codes, (85..=100).rev().collect::<Vec<_>>());
    assert!(near.is_sorted_by(|one, other| one.distance_m <= other.distance_m));
}

#[test]
fn where_grids_overlap_against_the_rules_the_smallest_code_has_it() {
    let wide = land(&rectangle(0, 0, 10, 10));
    let grids = [(grid(7), wide.clone()), (grid(3), wide)];
    assert_eq!(Locator::build(grids).locate(at(5, 5)), Located::In(grid(3)));
}

/// How a rectangle is cut, again and again: where, as a part of its length in 256ths.
fn any_cuts() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..12)
}

/// A rectangle in steps: west, south, east, north.
type Block = (i32, i32, i32, i32);

fn cut_up(whole: Block, cuts: &[u8]) -> Vec<Block> {
    let mut pieces = vec![whole];
    for cut in cuts {
        pieces.sort_by_key(|(west, south, east, north)| (east - west) * (north - south));
        let (west, south, east, north) = pieces.pop().unwrap();
        let upright = cut % 2 == 0;
        let length = if upright { east - west } else { north - south };
        let middle = 1 + i32::from(*cut) * (length - 1) / 256;
        if length < 2 {
            pieces.push((west, south, east, north));
        } else if upright {
            pieces.push((west, south, west + middle, north));
            pieces.push((west + middle, south, east, north));
        } else {
            pieces.push((west, south, east, south + middle));
            pieces.push((west, south + middle, east, north));
        }
    }
    pieces
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Rectangles with T-junctions, slanted by a shear that keeps whole steps whole, so that very many
    /// points lie exactly on borders, corners and the insides of slanted edges.
    #[test]
    fn every_point_of_a_coverage_lies_in_exactly_one_grid(
        cuts in any_cuts(), shear in (-2..=2_i32, -2..=2_i32)
    ) {
        let place = |x: i32, y: i32| {
            let x = x + shear.0 * y;
            steps(x, y + shear.1 * x)
        };
        let side = 14;
        let grids: Vec<(GridCode, Boundary)> = (1..)
            .zip(cut_up((0, 0, side, side), &cuts))
            .map(|(sequence, (west, south, east, north))| {
                let corners = [
                    place(west, south),
                    place(east, south),
                    place(east, north),
                    place(west, north),
                ];
                (grid(sequence), raw(&corners))
            })
            .collect();
        let locator = Locator::build(grids.clone());
        for x in 0..=side {
            for y in 0..=side {
                let at = place(x, y);
                let owners: Vec<GridCode> = grids
                    .iter()
                    .filter(|(_, boundary)| boundary.contains(at))
                    .map(|(code, _)| *code)
                    .collect();
                let inside = (1..side).contains(&x) && (1..side).contains(&y);
                prop_assert!(owners.len() <= 1);
                prop_assert!(!inside || owners.len() == 1, "{:?} in {:?}", at, owners);
                match locator.locate(at) {
                    Located::In(code) => prop_assert!(owners.is_empty() || owners == [code]),
                    Located::Outside { .. } => prop_assert!(false, "{:?} is outside", at),
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn every_point_of_a_schematic_district_lies_in_exactly_one_grid(
        villages in 1..12_usize,
        west in -170.0..170.0_f64,
        south in -70.0..70.0_f64,
        size in 0.02..0.5_f64,
        points in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 100),
    ) {
        let extent = Extent { west, south, east: west + size, north: south + size };
        let grids =
            schematic_district(&synthetic_towns(villages), extent, GridsPerVillage::Between(2, 4))
                .unwrap();
        // An edge is inner if it is an edge of the neighbour too; a corner is inner if all its edges are.
        let mut edges: BTreeMap<(Position, Position), usize> = BTreeMap::new();
        for segment in grids.iter().flat_map(|(_, boundary)| boundary.segments()) {
            *edges.entry((segment.from, segment.to)).or_default() += 1;
        }
        let mut inner: BTreeMap<Position, bool> = BTreeMap::new();
        for ((from, to), count) in &edges {
            prop_assert_eq!(*count, 1, "two grids on the same side of an edge");
            let both_sides = edges.contains_key(&(*to, *from));
            *inner.entry(*from).or_insert(true) &= both_sides;
            *inner.entry(*to).or_insert(true) &= both_sides;
        }
        let locator = Locator::build(grids.clone());
        let owners = |at: Position| -> Vec<GridCode> {
            grids
                .iter()
                .filter(|(_, boundary)| boundary.contains(at))
                .map(|(code, _)| *code)
                .collect()
        };
        for (corner, inner) in inner {
            let owners = owners(corner);
            prop_assert!(owners.len() == 1 || !inner && owners.is_empty());
            prop_assert!(matches!(locator.locate(corner), Located::In(_)));
        }
        for (east, north) in points {
            let at = Position::new(west + east * size, south + north * size).unwrap();
            match (locator.locate(at), &owners(at)[..]) {
                (Located::In(found), [owner]) => prop_assert_eq!(found, *owner),
                (Located::Outside { nearest: Some(nearest) }, []) => {
                    let least = locator.near(at, f64::INFINITY)[0];
                    prop_assert_eq!(nearest, least);
                    prop_assert!(nearest.distance_m > 0.0);
                }
                other => prop_assert!(false, "{:?}: {:?}", at, other),
            }
        }
    }
}
