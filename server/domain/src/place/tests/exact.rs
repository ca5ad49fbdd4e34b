//! Which grid a point lies in, against the rule for borders taken at its word: every point is moved by an infinitely small ε
//! to the east and ε² to the north, and a ray from there to the north crosses the borders of all grids. In integers of 128
//! bits, with nothing of the index and nothing of `plane`, whose rays run to the east.

use std::ops::Range;

use proptest::prelude::*;

use super::super::{Boundary, GridCode, Located, Locator, Polygon, Position};
use super::{grid, raw};

type Place = (i128, i128);

fn place(at: Position) -> Place {
    (i128::from(at.lon_steps()), i128::from(at.lat_steps()))
}

/// On which side of the line through two places the moved point lies: positive to its left. To be added to the side on
/// which the point itself lies are -ε times the line's way to the north, and ε² times its way to the east: each counts
/// where all before it are 0.
fn side_of_moved(from: Place, to: Place, at: Place) -> i128 {
    let (east, north) = (to.0 - from.0, to.1 - from.1);
    let unmoved = east * (at.1 - from.1) - north * (at.0 - from.0);
    let told = [unmoved, -north, east];
    told.into_iter().find(|side| *side != 0).unwrap_or(0)
}

/// The edges of all rings of a boundary.
fn edges(boundary: &Boundary) -> Vec<(Place, Place)> {
    let rings = boundary.polygons().iter().flat_map(Polygon::rings);
    rings
        .flat_map(|ring| ring.positions().windows(2))
        .map(|edge| (place(edge[0]), place(edge[1])))
        .collect()
}

/// Whether the moved point lies within: the ray to the north crosses an odd number of edges, those that pass its meridian
/// above it.
fn holds_moved(edges: &[(Place, Place)], at: Place) -> bool {
    let crossed = edges.iter().filter(|(from, to)| {
        // A whole step lies to the east of the moved meridian if it lies to the east of the point.
        let (begins, ends) = (from.0 > at.0, to.0 > at.0);
        let side = side_of_moved(*from, *to, at);
        begins != ends && if ends { side < 0 } else { side > 0 }
    });
    crossed.count() % 2 == 1
}

/// Whether the point itself lies on an edge.
fn is_on_edge(edges: &[(Place, Place)], at: Place) -> bool {
    edges.iter().any(|(from, to)| {
        let (east, north) = (to.0 - from.0, to.1 - from.1);
        let is_on_line = east * (at.1 - from.1) == north * (at.0 - from.0);
        let within =
            |one: i128, other: i128, at: i128| (one.min(other)..=one.max(other)).contains(&at);
        is_on_line && within(from.0, to.0, at.0) && within(from.1, to.1, at.1)
    })
}

/// The first grid that holds the moved point, else the first on whose border the point lies.
fn looked_at(grids: &[Vec<(Place, Place)>], at: Place) -> Option<usize> {
    let holding = grids.iter().position(|edges| holds_moved(edges, at));
    holding.or_else(|| grids.iter().position(|edges| is_on_edge(edges, at)))
}

fn agree(boundaries: Vec<Boundary>, points: &[Position]) -> Result<(), TestCaseError> {
    let bare: Vec<Vec<(Place, Place)>> = boundaries.iter().map(edges).collect();
    let codes: Vec<GridCode> = (1..).map(grid).take(boundaries.len()).collect();
    let locator = Locator::build(codes.iter().copied().zip(boundaries));
    let together = locator.grids_of(points);
    prop_assert_eq!(together.len(), points.len());
    for (at, found) in points.iter().zip(together) {
        let wanted = looked_at(&bare, place(*at)).map(|number| codes[number]);
        prop_assert_eq!(found, wanted, "{:?} together", at);
        let alone = match locator.locate(*at) {
            Located::In(code) => Some(code),
            Located::Outside { .. } => None,
        };
        prop_assert_eq!(alone, wanted, "{:?} alone", at);
    }
    Ok(())
}

/// How far a map reaches, in steps: a handful, a village, a county, half the globe, which is as far as an edge may.
const REACHES: [i32; 4] = [12, 60_000, 9_000_000, 1_800_000_000];

/// A triangle on which very many whole steps lie: two of its edges are multiples of small vectors.
#[derive(Clone, Debug)]
struct Sketch {
    corner: (f64, f64),
    vectors: [(i32, i32); 2],
    /// How long they are, as parts of what fits on the map.
    lengths: (f64, f64),
}

fn share() -> Range<f64> {
    0.0..1.0
}

fn any_sketch() -> impl Strategy<Value = Sketch> {
    let vector = || (-7..=7_i32, -7..=7_i32);
    ((share(), share()), vector(), vector(), share(), share()).prop_map(
        |(corner, one, other, long, longer)| Sketch {
            corner,
            vectors: [one, other],
            lengths: (long, longer),
        },
    )
}

#[expect(clippy::cast_possible_truncation, reason = "parts of the map's reach")]
fn part(reach: i32, share: f64) -> i32 {
    (f64::from(reach) * share).floor() as i32
}

/// The south-western corner of a map, and how far it reaches to the east and to the north.
#[derive(Copy, Clone, Debug)]
struct Sheet {
    west: i32,
    south: i32,
    reach: i32,
}

impl Sheet {
    /// Somewhere on the globe.
    fn of(reach: i32, (east, north): (f64, f64)) -> Self {
        Self {
            west: -1_800_000_000 + part(1_800_000_000, east),
            south: -900_000_000 + part(1_800_000_000 - reach, north),
            reach,
        }
    }

    fn has(self, (x, y): (i64, i64)) -> bool {
        let reach = 0..=i64::from(self.reach);
        reach.contains(&x) && reach.contains(&y)
    }

    fn at(self, (x, y): (i64, i64)) -> Option<Position> {
        if !self.has((x, y)) {
            return None;
        }
        let lon = i32::try_from(i64::from(self.west) + x).ok()?;
        let lat = i32::try_from(i64::from(self.south) + y).ok()?;
        Some(Position::from_steps(lon, lat))
    }

    /// The triangle, and places on its edges: none if it has no area or does not fit.
    fn drawn(self, sketch: &Sketch) -> Option<(Boundary, Vec<Position>)> {
        let begin = (
            i64::from(part(self.reach, sketch.corner.0)),
            i64::from(part(self.reach, sketch.corner.1)),
        );
        let end = |(east, north): (i32, i32), share: f64, part_of_it: f64| {
            let most = self.reach / east.abs().max(north.abs()).max(1);
            let times = i64::from(part(part(most, share), part_of_it));
            (
                begin.0 + times * i64::from(east),
                begin.1 + times * i64::from(north),
            )
        };
        let [one, other] = sketch.vectors;
        let whole = [
            begin,
            end(one, sketch.lengths.0, 1.0),
            end(other, sketch.lengths.1, 1.0),
        ];
        let [a, b, c] = whole.map(|corner| self.at(corner));
        let (a, b, c) = (a?, b?, c?);
        let triangle = match doubled_area(a, b, c) {
            0 => return None,
            1.. => raw(&[a, b, c]),
            _ => raw(&[a, c, b]),
        };
        let mut places = vec![a, b, c];
        for share in [0.03, 0.3, 0.5, 0.77, 0.999] {
            places.extend(self.at(end(one, sketch.lengths.0, share)));
            places.extend(self.at(end(other, sketch.lengths.1, share)));
        }
        Some((triangle, places))
    }
}

/// Twice the area of a triangle, positive if it runs counter-clockwise.
fn doubled_area(a: Position, b: Position, c: Position) -> i128 {
    let (a, b, c) = (place(a), place(b), place(c));
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn every_point_lies_where_the_rule_for_borders_puts_it(
        reach in prop::sample::select(REACHES.to_vec()),
        corner in (share(), share()),
        sketches in prop::collection::vec(any_sketch(), 1..30),
        anywhere in prop::collection::vec((share(), share()), 60),
    ) {
        let sheet = Sheet::of(reach, corner);
        let drawn: Vec<(Boundary, Vec<Position>)> =
            sketches.iter().filter_map(|sketch| sheet.drawn(sketch)).collect();
        let mut points: Vec<Position> = Vec::new();
        for at in drawn.iter().flat_map(|(_, places)| places) {
            for (east, north) in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)] {
                let (lon, lat) = (at.lon_steps() + east, at.lat_steps() + north);
                if lon.abs() <= 1_800_000_000 && lat.abs() <= 900_000_000 {
                    points.push(Position::from_steps(lon, lat));
                }
            }
        }
        points.extend(anywhere.iter().filter_map(|(east, north)| {
            sheet.at((i64::from(part(sheet.reach, *east)), i64::from(part(sheet.reach, *north))))
        }));
        agree(drawn.into_iter().map(|(boundary, _)| boundary).collect(), &points)?;
    }
}

#[test]
fn a_hole_is_not_land_and_its_border_goes_by_the_same_rule() {
    let ring = super::polygon(&[
        &super::rectangle(0, 0, 10, 10),
        &super::rectangle(2, 2, 8, 8),
    ]);
    let boundary = Boundary::from_geojson(&ring).unwrap();
    let points: Vec<Position> = (-1..=11)
        .flat_map(|east| (-1..=11).map(move |north| super::at(east, north)))
        .collect();
    agree(vec![boundary], &points).unwrap();
}
