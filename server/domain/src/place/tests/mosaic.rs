//! The index from a point to its grid against looking at every boundary.

use proptest::prelude::*;

use super::super::mosaic::{Found, Mosaic};
use super::super::{
    Boundary, Extent, GridCode, GridsPerVillage, Position, schematic_district, synthetic_towns,
};
use super::{grid, raw, steps};

/// What looking at every boundary says: the number of the grid in which the point lies, else of one whose border it is
/// on; the first of several.
fn looked_at(grids: &[(GridCode, Boundary)], at: Position) -> Option<u32> {
    let first = |passes: &dyn Fn(&Boundary) -> bool| {
        let found = grids.iter().position(|(_, boundary)| passes(boundary));
        found.map(|number| u32::try_from(number).unwrap())
    };
    first(&|boundary| boundary.contains(at))
        .or_else(|| first(&|boundary| boundary.is_on_border(at)))
}

fn found(mosaic: &Mosaic, grids: &[(GridCode, Boundary)], at: Position) -> Option<u32> {
    told(mosaic.find(at), grids, at)
}

fn told(found: Found<'_>, grids: &[(GridCode, Boundary)], at: Position) -> Option<u32> {
    match found {
        Found::In(number) | Found::OnBorder(number) => Some(number),
        Found::Outside => None,
        Found::Among(list) => {
            let some: Vec<(GridCode, Boundary)> = list
                .iter()
                .map(|number| grids[usize::try_from(*number).unwrap()].clone())
                .collect();
            looked_at(&some, at).map(|place| list[usize::try_from(place).unwrap()])
        }
    }
}

/// The corners of all grids, the middles of their edges, and the steps around them.
fn telling_points(grids: &[(GridCode, Boundary)]) -> Vec<Position> {
    let mut points = Vec::new();
    for segment in grids.iter().flat_map(|(_, boundary)| boundary.segments()) {
        let (from, to) = (segment.from, segment.to);
        let middle = Position::from_steps(
            from.lon_steps().midpoint(to.lon_steps()),
            from.lat_steps().midpoint(to.lat_steps()),
        );
        for at in [from, middle] {
            for (east, north) in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (-1, -1), (1, 1)] {
                points.push(Position::from_steps(
                    at.lon_steps() + east,
                    at.lat_steps() + north,
                ));
            }
        }
    }
    points
}

fn agree(grids: &[(GridCode, Boundary)], points: &[Position]) -> Result<(), TestCaseError> {
    let mosaic = Mosaic::build(grids);
    let mut together = Vec::new();
    mosaic.find_all(points, |found| together.push(found));
    prop_assert_eq!(together.len(), points.len());
    for (at, found_together) in points.iter().zip(together) {
        let wanted = looked_at(grids, *at);
        prop_assert_eq!(found(&mosaic, grids, *at), wanted, "{:?}", at);
        prop_assert_eq!(
            told(found_together, grids, *at),
            wanted,
            "{:?} together",
            at
        );
    }
    Ok(())
}

/// A triangle anywhere: of any size, overlapping whatever else is there.
fn any_triangle(size: i32) -> impl Strategy<Value = Boundary> {
    prop::array::uniform3((0..size, 0..size))
        .prop_map(|corners| corners.map(|(x, y)| steps(x, y)))
        .prop_filter_map("has no area", |[a, b, c]| {
            let cross = i128::from(b.lon_steps() - a.lon_steps())
                * i128::from(c.lat_steps() - a.lat_steps())
                - i128::from(b.lat_steps() - a.lat_steps())
                    * i128::from(c.lon_steps() - a.lon_steps());
            match cross {
                0 => None,
                1.. => Some(raw(&[a, b, c])),
                _ => Some(raw(&[a, c, b])),
            }
        })
}

fn numbered(boundaries: Vec<Boundary>) -> Vec<(GridCode, Boundary)> {
    (1..).map(grid).zip(boundaries).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn grids_that_overlap_at_random_are_found_as_by_looking_at_all(
        size in prop::sample::select(vec![3_i32, 40, 5_000, 90_000_000]),
        seed in any::<u64>(),
        triangles in (1..60_usize).prop_flat_map(|n| prop::collection::vec(any_triangle(1_000), n)),
    ) {
        // The same triangles at another scale: so small that cells are steps, and so large that they are counties.
        let scale = |at: &Position| {
            let corner = steps(0, 0);
            let along = |length: i32| i32::try_from(i64::from(length) * i64::from(size) / 1_000).unwrap();
            steps(
                along(at.lon_steps() - corner.lon_steps()),
                along(at.lat_steps() - corner.lat_steps()),
            )
        };
        let scaled = triangles.iter().filter_map(|triangle| {
            let [a, b, c, _] = triangle.polygons()[0].outer().positions() else { return None };
            let [a, b, c] = [scale(a), scale(b), scale(c)];
            let cross = i128::from(b.lon_steps() - a.lon_steps()) * i128::from(c.lat_steps() - a.lat_steps())
                - i128::from(b.lat_steps() - a.lat_steps()) * i128::from(c.lon_steps() - a.lon_steps());
            (cross > 0).then(|| raw(&[a, b, c]))
        });
        let grids = numbered(scaled.collect());
        let mut points = telling_points(&grids);
        // And anywhere, by a generator that needs no more than a seed.
        let mut state = seed;
        for _ in 0..300 {
            let mut any = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                i32::try_from((state >> 33) % u64::from(size.unsigned_abs() + 2)).unwrap() - 1
            };
            points.push(steps(any(), any()));
        }
        agree(&grids, &points)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_schematic_district_is_found_as_by_looking_at_all(
        villages in 1..10_usize,
        west in -179.0..179.0_f64,
        south in -80.0..80.0_f64,
        size in 0.02..0.5_f64,
    ) {
        let extent = Extent { west, south, east: west + size, north: south + size };
        let grids = schematic_district(&synthetic_towns(villages), extent, GridsPerVillage::Between(2, 4)).unwrap();
        let points = telling_points(&grids);
        agree(&grids, &points)?;
    }
}

#[test]
fn a_hundred_grids_that_meet_in_one_point_are_told_apart() {
    let rays = 100_i32;
    let corner = |n: i32| {
        let angle = f64::from(n % rays) * std::f64::consts::TAU / f64::from(rays);
        #[expect(clippy::cast_possible_truncation, reason = "a million steps at most")]
        let step = |length: f64| (length * 1e6).round() as i32;
        steps(step(angle.cos()), step(angle.sin()))
    };
    let slices = (0..rays).map(|n| raw(&[steps(0, 0), corner(n), corner(n + 1)]));
    let grids = numbered(slices.collect());
    let mut points = telling_points(&grids);
    points.extend((-30..30).flat_map(|x| (-30..30).map(move |y| steps(x, y))));
    agree(&grids, &points).unwrap();
}

#[test]
fn the_whole_globe_and_its_corners_are_on_the_map() {
    let globe = |west: i32, east: i32| {
        let at = Position::from_steps;
        raw(&[
            at(west, -900_000_000),
            at(east, -900_000_000),
            at(east, 900_000_000),
            at(west, 900_000_000),
        ])
    };
    let grids = numbered(vec![globe(-1_800_000_000, 0), globe(0, 1_800_000_000)]);
    let points: Vec<Position> = [-1_800_000_000, -1, 0, 1, 1_800_000_000]
        .into_iter()
        .flat_map(|lon| [-900_000_000, 0, 900_000_000].map(|lat| Position::from_steps(lon, lat)))
        .collect();
    agree(&grids, &points).unwrap();
}
