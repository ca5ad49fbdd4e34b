//! What is told about a boundary that was put right while it was read.

use serde_json::json;

use super::super::{Boundary, BoundaryNotice, BoundaryNoticeCode as Code, Crs};
use super::{land, polygon, rectangle};

fn notices(geometry: &serde_json::Value) -> Vec<(Code, String, usize)> {
    let (_, notices) = Boundary::read_geojson(geometry, Crs::Wgs84).unwrap();
    notices
        .into_iter()
        .map(
            |BoundaryNotice {
                 code,
                 pointer,
                 count,
             }| (code, pointer, count),
        )
        .collect()
}

#[test]
fn a_boundary_that_is_as_it_should_be_is_read_without_a_word() {
    let boundary = land(&rectangle(0, 0, 10, 10));
    assert!(notices(&boundary.to_geojson()).is_empty());
}

#[test]
fn rings_that_are_turned_are_told() {
    let turned = polygon(&[
        &[(0, 0), (0, 10), (10, 10), (10, 0)],
        &[(2, 2), (2, 8), (8, 8), (8, 2)],
    ]);
    assert_eq!(
        notices(&turned),
        [(Code::RingTurned, "/coordinates/0".to_owned(), 1)]
    );
    let both = polygon(&[
        &[(0, 0), (0, 10), (10, 10), (10, 0)],
        &[(2, 2), (8, 2), (8, 8), (2, 8)],
    ]);
    assert_eq!(notices(&both).len(), 2);
}

#[test]
fn coordinates_that_are_rounded_and_positions_that_are_dropped_are_told_where_they_begin() {
    let geometry = json!({ "type": "Polygon", "coordinates": [[
        [119.0, 34.8],
        [119.1, 34.8],
        [119.1, 34.8],
        [119.1, 34.800_000_04],
        [119.100_000_01, 34.9],
        [119.0, 34.9],
        [119.0, 34.8],
    ]] });
    assert_eq!(
        notices(&geometry),
        [
            (Code::Rounded, "/coordinates/0/3".to_owned(), 2),
            (Code::RepeatedPoint, "/coordinates/0/2".to_owned(), 2),
        ]
    );
}
