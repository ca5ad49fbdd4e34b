//! The grids and the points: contiguous, irregular grids with shared borders, each of about 54 corners as a surveyed one
//! has, and points on them, spread evenly or crowded where people are.

use geo::Point;
use gridwhistle_domain::place::{
    Boundary, Extent, GridCode, GridsPerVillage, Polygon, Position, Ring, schematic_district,
    synthetic_towns,
};
use serde_json::{Value, json};

use crate::peers::Tree;

/// Corners of a grid on average.
const CORNERS: usize = 54;
/// How far a border is bent between two corners of the honeycomb, at most, as a part of the way between them.
const BEND: f64 = 0.04;
/// Places around which people crowd, and how far from there, in degrees: a town.
const CROWDS: usize = 200;
const TOWN: f64 = 0.02;

/// A small generator of the same numbers in every run.
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        #[expect(clippy::cast_precision_loss, reason = "53 bits are enough")]
        let share = (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
        share
    }
}

/// About so many grids, three a village, in the order of their codes, and the rectangle around them.
pub fn grids(count: usize) -> (Vec<(GridCode, Boundary)>, Extent) {
    let villages = (count / 3).max(1);
    #[expect(clippy::cast_precision_loss, reason = "some thousands of villages")]
    let size = ((villages as f64).sqrt() * 0.02).clamp(0.02, 20.0);
    let extent = Extent {
        west: 116.0,
        south: 31.0,
        east: 116.0 + size,
        north: 31.0 + size,
    };
    let three = GridsPerVillage::Between(2, 4);
    let coarse = schematic_district(&synthetic_towns(villages), extent, three).unwrap();
    let corners = self::corners(&coarse);
    let fine = coarse
        .iter()
        .map(|(code, boundary)| (*code, bent(boundary, coarse.len() * CORNERS, corners)));
    (fine.collect(), extent)
}

/// The corners of all grids.
pub fn corners(grids: &[(GridCode, Boundary)]) -> usize {
    let rings = grids
        .iter()
        .flat_map(|(_, boundary)| boundary.polygons())
        .flat_map(Polygon::rings);
    rings.map(|ring| ring.positions().len() - 1).sum()
}

/// The boundary with further corners on its edges, so that of `had` corners in all there become `wanted`. Two grids that
/// share an edge get the same ones.
fn bent(boundary: &Boundary, wanted: usize, had: usize) -> Boundary {
    let polygons: Vec<Value> = boundary
        .polygons()
        .iter()
        .map(|polygon| {
            let ring = |ring: &Ring| -> Value {
                let edges = ring.positions().windows(2);
                let fine = edges.flat_map(|edge| with_bends(edge[0], edge[1], wanted, had));
                let first = ring.positions()[0];
                fine.chain([(first.lon(), first.lat())])
                    .map(|(lon, lat)| json!([lon, lat]))
                    .collect()
            };
            polygon.rings().map(ring).collect()
        })
        .collect();
    let geometry = json!({"type": "MultiPolygon", "coordinates": polygons});
    Boundary::from_geojson(&geometry).unwrap()
}

/// The first end of an edge and the corners between its ends.
fn with_bends(from: Position, to: Position, wanted: usize, had: usize) -> Vec<(f64, f64)> {
    let (low, high) = (from.min(to), from.max(to));
    let place = |at: Position| {
        u64::from(at.lon_steps().unsigned_abs()) << 32 | u64::from(at.lat_steps().unsigned_abs())
    };
    let mut dice = Dice::new(place(low) ^ place(high).rotate_left(17));
    // The first numbers are near the seed.
    let _ = (dice.share(), dice.share());
    let further = wanted.saturating_sub(had);
    #[expect(clippy::cast_precision_loss, reason = "some corners")]
    let one_more = dice.share() < (further % had) as f64 / had as f64;
    let between = further / had + usize::from(one_more);
    let (east, north) = (high.lon() - low.lon(), high.lat() - low.lat());
    let mut corners: Vec<(f64, f64)> = (1..=between)
        .map(|n| {
            #[expect(clippy::cast_precision_loss, reason = "some corners")]
            let along = n as f64 / (between + 1) as f64;
            let aside = (dice.share() * 2.0 - 1.0) * BEND;
            (
                low.lon() + east * along - north * aside,
                low.lat() + north * along + east * aside,
            )
        })
        .collect();
    if from != low {
        corners.reverse();
    }
    corners.insert(0, (from.lon(), from.lat()));
    corners
}

/// So many points that lie in some grid, as the tree has it: spread over the area, or four of five near places where people
/// crowd.
pub fn points(tree: &Tree, extent: &Extent, crowded: bool, count: usize) -> Vec<Position> {
    let mut dice = Dice::new(7);
    let (width, height) = (extent.east - extent.west, extent.north - extent.south);
    let anywhere = |dice: &mut Dice| loop {
        let lon = extent.west + dice.share() * width;
        let lat = extent.south + dice.share() * height;
        if tree.grid_of(Point::new(lon, lat)).is_some() {
            break (lon, lat);
        }
    };
    let crowds: Vec<(f64, f64)> = (0..CROWDS).map(|_| anywhere(&mut dice)).collect();
    let mut points = Vec::with_capacity(count);
    while points.len() < count {
        let (lon, lat) = if crowded && !points.len().is_multiple_of(5) {
            let (lon, lat) = crowds[points.len() % CROWDS];
            // The sum of three: most are near the middle.
            let mut aside = || (dice.share() + dice.share() + dice.share() - 1.5) * TOWN;
            (lon + aside(), lat + aside())
        } else {
            anywhere(&mut dice)
        };
        let at = Position::new(lon, lat).unwrap();
        if tree.grid_of(Point::new(at.lon(), at.lat())).is_some() {
            points.push(at);
        }
    }
    points
}
