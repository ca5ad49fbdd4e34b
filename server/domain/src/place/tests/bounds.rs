//! Which land a box meets.

use proptest::prelude::*;

use super::super::{Bbox, Boundary};
use super::{at, land, polygon, rectangle};

fn bounds(west: i32, south: i32, east: i32, north: i32) -> Bbox {
    Bbox {
        south_west: at(west, south),
        north_east: at(east, north),
    }
}

#[test]
fn a_box_meets_land_that_it_covers_crosses_touches_or_lies_in() {
    let square = land(&rectangle(0, 0, 10, 10));
    for (west, south, east, north) in [
        (-5, -5, 15, 15),
        (4, 4, 6, 6),
        (-5, 4, 15, 6),
        (10, 10, 20, 20),
        (10, 3, 20, 4),
        (5, 5, 5, 5),
        (10, 5, 10, 5),
        (-5, 5, 15, 5),
    ] {
        let found = square.meets(&bounds(west, south, east, north));
        assert!(found, "{west} {south} {east} {north}");
    }
    assert!(!square.meets(&bounds(11, 0, 20, 10)));
    assert!(!square.meets(&bounds(11, 11, 11, 11)));
}

#[test]
fn a_box_in_a_hole_or_beside_a_slope_does_not_meet_the_land_around_it() {
    let around = polygon(&[&rectangle(0, 0, 10, 10), &rectangle(2, 2, 8, 8)]);
    let around = Boundary::from_geojson(&around).unwrap();
    assert!(!around.meets(&bounds(3, 3, 7, 7)));
    assert!(around.meets(&bounds(3, 3, 8, 7)));
    let slope = land(&[(0, 0), (10, 0), (0, 10)]);
    assert!(!slope.meets(&bounds(8, 8, 9, 9)));
    assert!(slope.meets(&bounds(5, 5, 9, 9)));
}

proptest! {
    #[test]
    fn rectangles_meet_where_both_their_sides_do(
        (west, south) in (-4..=14_i32, -4..=14_i32),
        (wide, high) in (0..=12_i32, 0..=12_i32),
    ) {
        let square = land(&rectangle(0, 0, 10, 10));
        let (east, north) = (west + wide, south + high);
        let expected = west <= 10 && east >= 0 && south <= 10 && north >= 0;
        prop_assert_eq!(square.meets(&bounds(west, south, east, north)), expected);
    }
}
