//! How long it takes from a point to its grid, beside an R-tree of boxes with the polygons of `geo`.
//!
//! The grids are those of a schematic district: contiguous, irregular, with shared borders. Points are spread evenly over
//! the area ("uni"), or crowd around some places as people do ("pop"). One thread. `GRIDS=1000000 cargo bench --bench
//! locate` asks for another number of grids than 100,000.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench fails by panicking and tells its figures"
)]

mod peers;

use std::hint::black_box;
use std::time::{Duration, Instant};

use geo::{Contains as _, LineString, MultiPolygon, Polygon};
use gridwhistle_domain::place::{
    Boundary, Extent, GridCode, GridsPerVillage, Located, Locator, Position, schematic_district,
    synthetic_towns,
};
use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

const POINTS: usize = 200_000;

/// A small generator of the same numbers in every run.
struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        #[expect(clippy::cast_precision_loss, reason = "53 bits are enough")]
        let share = (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
        share
    }
}

fn points(extent: &Extent, crowded: bool) -> Vec<Position> {
    let mut dice = Dice(7);
    let (width, height) = (extent.east - extent.west, extent.north - extent.south);
    let places: Vec<(f64, f64)> = (0..200).map(|_| (dice.share(), dice.share())).collect();
    (0..POINTS)
        .map(|n| {
            let (mut x, mut y) = (dice.share(), dice.share());
            if crowded && n % 5 != 0 {
                let (east, north) = places[n % places.len()];
                let mut far = || (dice_sum(&mut dice) - 1.5) * 0.01;
                x = (east + far()).clamp(0.0, 1.0);
                y = (north + far()).clamp(0.0, 1.0);
            }
            Position::new(extent.west + x * width, extent.south + y * height).unwrap()
        })
        .collect()
}

/// The sum of three shares: most are near the middle.
fn dice_sum(dice: &mut Dice) -> f64 {
    dice.share() + dice.share() + dice.share()
}

/// The best of some runs, as points a second.
fn a_second(mut run: impl FnMut() -> usize) -> (f64, usize) {
    let mut best = Duration::MAX;
    let mut found = 0;
    for _ in 0..5 {
        let begin = Instant::now();
        found = black_box(run());
        best = best.min(begin.elapsed());
    }
    #[expect(clippy::cast_precision_loss, reason = "200,000 is exact")]
    let rate = POINTS as f64 / best.as_secs_f64();
    (rate, found)
}

type Peer = RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>;

/// An R-tree of boxes, and the polygons of `geo` behind it.
fn peer(grids: &[(GridCode, Boundary)]) -> (Peer, Vec<MultiPolygon<f64>>) {
    let line = |ring: &gridwhistle_domain::place::Ring| {
        let corners = ring.positions().iter();
        corners
            .map(|at| (at.lon(), at.lat()))
            .collect::<LineString<f64>>()
    };
    let polygons: Vec<MultiPolygon<f64>> = grids
        .iter()
        .map(|(_, boundary)| {
            let parts = boundary.polygons().iter();
            parts
                .map(|p| Polygon::new(line(p.outer()), p.holes().iter().map(line).collect()))
                .collect()
        })
        .collect();
    let boxes = grids.iter().enumerate().map(|(number, (_, boundary))| {
        let bbox = boundary.bbox();
        let (low, high) = (bbox.south_west, bbox.north_east);
        let bounds = Rectangle::from_corners([low.lon(), low.lat()], [high.lon(), high.lat()]);
        GeomWithData::new(bounds, number)
    });
    (RTree::bulk_load(boxes.collect()), polygons)
}

fn main() {
    let wanted: usize = std::env::var("GRIDS").map_or(100_000, |text| text.parse().unwrap());
    // Three grids a village on average.
    let villages = wanted / 3;
    #[expect(clippy::cast_precision_loss, reason = "some thousands of villages")]
    let size = (villages as f64).sqrt() * 0.02;
    let extent = Extent {
        west: 116.0,
        south: 31.0,
        east: 116.0 + size.min(20.0),
        north: 31.0 + size.min(20.0),
    };
    let grids = schematic_district(
        &synthetic_towns(villages),
        extent,
        GridsPerVillage::Between(2, 4),
    )
    .unwrap();
    let corners: usize = grids
        .iter()
        .map(|(_, b)| b.polygons()[0].outer().positions().len())
        .sum();
    println!(
        "{} grids, {} corners a grid",
        grids.len(),
        corners / grids.len()
    );
    let begin = Instant::now();
    let locator = Locator::build(grids.iter().cloned());
    println!(
        "built in {:.2} s, {} bytes a grid",
        begin.elapsed().as_secs_f64(),
        locator.index_bytes() / grids.len()
    );
    let (tree, polygons) = peer(&grids);
    let (uni, pop) = (points(&extent, false), points(&extent, true));
    let both: [(&str, &[Position]); 2] = [("uni", &uni), ("pop", &pop)];
    for (name, points) in both {
        let is_in = |located: &Located| matches!(located, Located::In(_));
        let (one, found) = a_second(|| {
            points
                .iter()
                .filter(|at| is_in(&locator.locate(**at)))
                .count()
        });
        let (many, all) = a_second(|| locator.grids_of(points).iter().flatten().count());
        let (theirs, same) = a_second(|| {
            points
                .iter()
                .filter(|at| {
                    let place = geo::Point::new(at.lon(), at.lat());
                    let mut near = tree.locate_all_at_point(&[at.lon(), at.lat()]);
                    near.any(|found| polygons[found.data].contains(&place))
                })
                .count()
        });
        let mut each: Vec<Duration> = points
            .iter()
            .map(|at| {
                let begin = Instant::now();
                black_box(locator.locate(*at));
                begin.elapsed()
            })
            .collect();
        each.sort_unstable();
        println!(
            "{name}: one at a time {:.2} M/s (p99 {:?}), together {:.2} M/s, R-tree and geo {:.2} M/s; found {found} {all} {same}",
            one / 1e6,
            each[each.len() * 99 / 100],
            many / 1e6,
            theirs / 1e6,
        );
    }
    peers::ask(&grids, &both);
}
