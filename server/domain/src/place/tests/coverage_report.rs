//! What is reported about a coverage.

use proptest::prelude::*;
use serde_json::Value;

use super::super::plane::doubled_area;
use super::super::{
    Boundary, CoverageFaultKind as Kind, CoverageReport, GridCode, Position, TOLERANCE_M,
    coverage_report,
};
use super::{at, borrowed, district, grid, land, outline, polygon, raw, rectangle, redrawn, steps};

fn report_within(lands: &[&Boundary], parent: Option<&Boundary>) -> CoverageReport {
    let grids: Vec<(GridCode, &Boundary)> = (1..)
        .zip(lands)
        .map(|(number, land)| (grid(number), *land))
        .collect();
    let report = coverage_report(&grids, parent, TOLERANCE_M);
    assert!(report.complete);
    report
}

fn report(lands: &[&Boundary]) -> CoverageReport {
    report_within(lands, None)
}

fn kinds(report: &CoverageReport) -> Vec<Kind> {
    report.faults.iter().map(|fault| fault.kind).collect()
}

/// Twice the area of a geometry in square steps, exactly; holes run the other way round.
fn doubled_area_of(geometry: &Value) -> i128 {
    let polygons = match geometry["type"].as_str() {
        Some("Polygon") => vec![geometry["coordinates"].clone()],
        Some("MultiPolygon") => geometry["coordinates"].as_array().unwrap().clone(),
        _ => vec![],
    };
    polygons
        .iter()
        .flat_map(|rings| rings.as_array().unwrap())
        .map(|ring| {
            let positions: Vec<Position> = ring
                .as_array()
                .unwrap()
                .iter()
                .map(|at| Position::new(at[0].as_f64().unwrap(), at[1].as_f64().unwrap()).unwrap())
                .collect();
            doubled_area(&positions)
        })
        .sum()
}

#[test]
fn grids_that_share_their_borders_are_no_fault_wherever_their_corners_stand() {
    let west = land(&rectangle(0, 0, 10, 10));
    let south_east = land(&rectangle(10, 0, 20, 5));
    let north_east = land(&rectangle(10, 5, 20, 10));
    let parent = land(&rectangle(0, 0, 20, 10));
    let lands = [&west, &south_east, &north_east];
    assert_eq!(report(&lands).faults, []);
    assert_eq!(report_within(&lands, Some(&parent)).faults, []);
}

/// Four rectangles around a square of 10 by 10 units.
fn frame() -> [Boundary; 4] {
    [
        land(&rectangle(0, 0, 30, 10)),
        land(&rectangle(0, 20, 30, 30)),
        land(&rectangle(0, 10, 10, 20)),
        land(&rectangle(20, 10, 30, 20)),
    ]
}

#[test]
fn a_hole_between_grids_is_a_gap() {
    let [south, north, west, east] = frame();
    let report = report(&[&south, &north, &west, &east]);
    let [gap] = &report.faults[..] else {
        panic!("one gap: {report:?}");
    };
    assert_eq!(gap.kind, Kind::Gap);
    assert_eq!(gap.grids, [grid(1), grid(2), grid(3), grid(4)]);
    let hole = land(&rectangle(10, 10, 20, 20));
    assert!(hole.contains(gap.at));
    assert!((gap.area_m2.unwrap() - hole.area_m2()).abs() < 1.0);
    assert_eq!(
        doubled_area_of(&gap.geometry),
        doubled_area_of(&hole.to_geojson())
    );
}

#[test]
fn an_island_in_a_gap_is_not_part_of_it() {
    let [south, north, west, east] = frame();
    let island = land(&rectangle(14, 14, 16, 16));
    let report = report(&[&south, &north, &west, &east, &island]);
    let [gap] = &report.faults[..] else {
        panic!("one gap: {report:?}");
    };
    assert_eq!(gap.grids.len(), 5);
    let hole = land(&rectangle(10, 10, 20, 20));
    assert_eq!(
        doubled_area_of(&gap.geometry),
        doubled_area_of(&hole.to_geojson()) - doubled_area_of(&island.to_geojson())
    );
}

#[test]
fn a_hole_of_a_grid_is_a_gap_until_another_grid_fills_it() {
    let ring = Boundary::from_geojson(&polygon(&[
        &rectangle(0, 0, 10, 10),
        &rectangle(2, 2, 8, 8),
    ]))
    .unwrap();
    assert_eq!(kinds(&report(&[&ring])), [Kind::Gap]);
    assert_eq!(kinds(&report(&[&ring, &land(&rectangle(2, 2, 8, 8))])), []);
    let smaller = land(&rectangle(3, 3, 7, 7));
    assert_eq!(kinds(&report(&[&ring, &smaller])), [Kind::Gap]);
}

#[test]
fn land_of_the_parent_that_no_grid_claims_is_a_gap_though_it_is_open_between_the_grids() {
    let west = land(&rectangle(0, 0, 10, 10));
    let parent = land(&rectangle(0, 0, 12, 10));
    assert_eq!(kinds(&report(&[&west])), []);
    let report = report_within(&[&west], Some(&parent));
    assert_eq!(kinds(&report), [Kind::OpenGap]);
    assert_eq!(report.faults[0].grids, [grid(1)]);
}

#[test]
fn a_parent_around_grids_that_do_not_reach_its_border_leaves_a_gap_around_them() {
    let parent = land(&rectangle(0, 0, 30, 30));
    let middle = land(&rectangle(10, 10, 20, 20));
    let report = report_within(&[&middle], Some(&parent));
    assert_eq!(kinds(&report), [Kind::OpenGap]);
    assert_eq!(
        doubled_area_of(&report.faults[0].geometry),
        doubled_area_of(&parent.to_geojson()) - doubled_area_of(&middle.to_geojson())
    );
}

#[test]
fn land_that_is_not_the_parents_is_no_gap_but_lies_outside_if_a_grid_claims_it() {
    let parent = Boundary::from_geojson(&polygon(&[
        &rectangle(0, 0, 30, 30),
        &rectangle(10, 10, 20, 20),
    ]))
    .unwrap();
    let [south, north, west, east] = frame();
    let around = [&south, &north, &west, &east];
    assert_eq!(kinds(&report_within(&around, Some(&parent))), []);
    let all = land(&rectangle(0, 0, 30, 30));
    let within = report_within(&[&all], Some(&parent));
    assert_eq!(kinds(&within), [Kind::OutsideParent]);
    assert_eq!(within.faults[0].grids, [grid(1)]);
    let over = land(&rectangle(0, 0, 30, 11));
    let beyond = report_within(&[&over, &north, &west, &east], Some(&parent));
    assert!(kinds(&beyond).contains(&Kind::OutsideParent));
}

#[test]
fn the_same_land_twice_is_a_duplicate_wherever_its_ring_begins() {
    let here = land(&rectangle(0, 0, 10, 10));
    let again = land(&[(10, 10), (0, 10), (0, 0), (5, 0), (10, 0)]);
    assert_eq!(kinds(&report(&[&here, &again])), [Kind::Duplicate]);
    let wider = land(&rectangle(0, 0, 11, 10));
    assert_eq!(kinds(&report(&[&here, &wider])), [Kind::Overlap]);
}

/// A square and its eastern neighbour, whose western border has one corner so many steps beside the shared
/// line.
fn bent(by: i32) -> [Boundary; 2] {
    let east = raw(&[
        steps(100_000, 0),
        steps(200_000, 0),
        steps(200_000, 100_000),
        steps(100_000, 100_000),
        steps(100_000 + by, 50_000),
    ]);
    [land(&rectangle(0, 0, 10, 10)), east]
}

#[test]
fn a_hair_of_a_gap_or_an_overlap_is_a_sliver_and_its_corner_is_near() {
    for (by, sliver) in [
        (1, Kind::GapSliver),
        (50, Kind::GapSliver),
        (-1, Kind::OverlapSliver),
        (-50, Kind::OverlapSliver),
    ] {
        let [west, east] = bent(by);
        let report = report(&[&west, &east]);
        assert_eq!(kinds(&report), [sliver, Kind::NearVertex], "{by}");
        let near = &report.faults[1];
        assert_eq!(near.at, steps(100_000 + by, 50_000));
        assert_eq!(near.grids, [grid(2), grid(1)]);
        assert_eq!(near.geometry["type"], "Point");
        let centimetres = near.width_m * 100.0 / f64::from(by.abs());
        assert!((0.8..1.0).contains(&centimetres), "{centimetres}");
    }
    let [west, east] = bent(0);
    assert_eq!(kinds(&report(&[&west, &east])), []);
    let [west, east] = bent(500);
    assert_eq!(kinds(&report(&[&west, &east])), [Kind::Gap]);
}

#[test]
fn borders_that_run_beside_each_other_are_nearly_shared() {
    let west = land(&rectangle(0, 0, 10, 10));
    let east = raw(&[
        steps(100_040, 0),
        steps(200_000, 0),
        steps(200_000, 100_000),
        steps(100_040, 100_000),
    ]);
    let report = report(&[&west, &east]);
    assert!(!report.faults.is_empty());
    let near = [Kind::NearVertex, Kind::NearEdge];
    assert!(report.faults.iter().all(|fault| near.contains(&fault.kind)));
    assert_eq!(report.faults[0].kind, Kind::NearEdge);
    assert_eq!(report.faults[0].geometry["type"], "LineString");
}

#[test]
fn a_short_edge_that_ends_on_a_neighbours_border_is_not_near_it() {
    let west = land(&rectangle(0, 0, 10, 10));
    let east = raw(&[
        steps(100_000, 0),
        steps(200_000, 0),
        steps(200_000, 100_050),
        steps(100_020, 100_050),
        steps(100_000, 100_000),
    ]);
    assert_eq!(kinds(&report(&[&west, &east])), []);
}

#[test]
fn a_gap_between_borders_that_cross_beside_the_steps_is_found() {
    let south = land(&[(0, 10), (40, 13), (40, 17), (0, 14)]);
    let north = land(&[(0, 30), (40, 31), (40, 35), (0, 34)]);
    let west = land(&[(10, 0), (14, 0), (17, 41), (13, 41)]);
    let east = land(&[(30, 0), (34, 0), (31, 41), (27, 41)]);
    let report = report(&[&south, &north, &west, &east]);
    let expected = [
        Kind::Overlap,
        Kind::Overlap,
        Kind::Overlap,
        Kind::Overlap,
        Kind::Gap,
    ];
    assert_eq!(kinds(&report), expected);
    assert!(report.faults[4].at > at(14, 14) && report.faults[4].at < at(31, 31));
}

#[test]
fn a_report_is_a_collection_of_features() {
    let [west, east] = bent(-50);
    let collection = report(&[&west, &east]).to_geojson();
    assert_eq!(collection["type"], "FeatureCollection");
    let features = collection["features"].as_array().unwrap();
    let kinds: Vec<&Value> = features
        .iter()
        .map(|feature| &feature["properties"]["kind"])
        .collect();
    assert_eq!(kinds, ["overlap_sliver", "near_vertex"]);
    assert!(features.iter().all(|feature| feature["type"] == "Feature"));
    assert_eq!(features[0]["properties"]["grids"][1], "320707101201002");
}

#[test]
fn a_tolerance_that_is_none_counts_as_nothing_and_no_grid_is_no_fault() {
    let [west, east] = bent(50);
    let grids = [(grid(1), &west), (grid(2), &east)];
    for tolerance in [f64::NAN, f64::NEG_INFINITY, -1.0, 0.0] {
        let report = coverage_report(&grids, None, tolerance);
        assert_eq!(kinds(&report), [Kind::Gap], "{tolerance}");
    }
    assert!(coverage_report(&grids, None, f64::INFINITY).complete);
    assert_eq!(report(&[]).faults, []);
    assert_eq!(kinds(&report_within(&[], Some(&west))), [Kind::OpenGap]);
}

#[test]
fn more_faults_than_can_be_listed_make_a_report_that_says_so() {
    let here = land(&rectangle(0, 0, 10, 10));
    let grids: Vec<(GridCode, &Boundary)> = (1..=60).map(|number| (grid(number), &here)).collect();
    let report = coverage_report(&grids, None, TOLERANCE_M);
    assert!(!report.complete);
    assert_eq!(report.faults.len(), 1_000);
}

fn is_gap(kind: Kind) -> bool {
    [Kind::Gap, Kind::OpenGap, Kind::GapSliver].contains(&kind)
}

fn is_overlap(kind: Kind) -> bool {
    [Kind::Overlap, Kind::OverlapSliver, Kind::Duplicate].contains(&kind)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_valid_coverage_reports_nothing(size in 4_usize..60) {
        let grids = district(size);
        let parent = outline(&grids);
        for parent in [None, Some(&parent)] {
            let report = coverage_report(&borrowed(&grids), parent, TOLERANCE_M);
            prop_assert!(report.complete);
            prop_assert_eq!(report.faults, vec![]);
        }
    }

    #[test]
    fn grids_and_gaps_together_are_the_whole_land(
        size in 4_usize..60,
        kept in prop::collection::vec(any::<bool>(), 60),
    ) {
        let mut grids = district(size);
        let parent = outline(&grids);
        let mut kept = kept.into_iter();
        grids.retain(|_| kept.next().unwrap());
        let report = coverage_report(&borrowed(&grids), Some(&parent), TOLERANCE_M);
        prop_assert!(report.complete);
        prop_assert!(report.faults.iter().all(|fault| is_gap(fault.kind)));
        let of_gaps: i128 = report
            .faults
            .iter()
            .map(|fault| doubled_area_of(&fault.geometry))
            .sum();
        let of_grids: i128 = grids
            .iter()
            .map(|(_, boundary)| doubled_area_of(&boundary.to_geojson()))
            .sum();
        prop_assert_eq!(of_grids + of_gaps, doubled_area_of(&parent.to_geojson()));
    }

    #[test]
    fn a_corner_moved_alone_makes_overlaps_and_gaps_of_just_the_land_that_changed_hands(
        size in 4_usize..40,
        choice in any::<prop::sample::Index>(),
        corner in any::<prop::sample::Index>(),
        east in -1_000_i32..1_000,
        north in -1_000_i32..1_000,
    ) {
        prop_assume!(east.abs() + north.abs() > 300);
        let mut grids = district(size);
        let parent = outline(&grids);
        let number = choice.index(grids.len());
        let mut corners = grids[number].1.polygons()[0].outer().positions().to_vec();
        corners.pop();
        let moved = corner.index(corners.len());
        let before = corners[moved];
        corners[moved] = Position::from_steps(before.lon_steps() + east, before.lat_steps() + north);
        let changed = redrawn(&corners);
        prop_assume!(changed.is_some() && !parent.is_on_border(before));
        prop_assume!(grids[number].1.polygons()[0].holes().is_empty());
        let area_before = grids[number].1.area_m2();
        grids[number].1 = changed.unwrap();
        let report = coverage_report(&borrowed(&grids), None, TOLERANCE_M);
        let area = |of: fn(Kind) -> bool| -> f64 {
            report
                .faults
                .iter()
                .filter(|fault| of(fault.kind))
                .filter_map(|fault| fault.area_m2)
                .sum()
        };
        let won = area(is_overlap) - area(is_gap);
        prop_assert!(area(is_overlap) + area(is_gap) > 0.0);
        prop_assert!((grids[number].1.area_m2() - area_before - won).abs() < 20.0);
        let code = grids[number].0;
        prop_assert!(report.faults.iter().all(|fault| fault.grids.contains(&code)));
    }
}
