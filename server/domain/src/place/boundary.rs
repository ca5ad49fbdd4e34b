//! The boundary of a grid: polygons that passed the rules of `validity`.

use std::sync::Arc;

use geo::{Area as _, Centroid as _, GeodesicArea as _, InteriorPoint as _};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::crs::Crs;
use super::geojson;
use super::notice::BoundaryNotice;
use super::plane::{Meeting, Segment, encloses};
use super::position::Position;
use super::validity::{self, BoundaryFault};
use super::wkt;

/// A closed line: the first position is repeated as the last, no position is repeated otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ring(Box<[Position]>);

impl Ring {
    /// The caller has made sure of a closed simple ring.
    pub(super) fn from_closed(positions: Vec<Position>) -> Self {
        Self(positions.into_boxed_slice())
    }

    /// All positions, the first one again at the end.
    pub fn positions(&self) -> &[Position] {
        &self.0
    }

    pub(super) fn segments(&self) -> impl Iterator<Item = Segment> + '_ {
        self.0.windows(2).map(|edge| Segment {
            from: edge[0],
            to: edge[1],
        })
    }
}

/// One piece of land: an outer ring, counter-clockwise, and holes in it, clockwise.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Polygon {
    pub(super) outer: Ring,
    pub(super) holes: Vec<Ring>,
}

impl Polygon {
    pub fn outer(&self) -> &Ring {
        &self.outer
    }

    pub fn holes(&self) -> &[Ring] {
        &self.holes
    }

    /// The outer ring, then the holes. The inside is to the left of every edge.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        std::iter::once(&self.outer).chain(&self.holes)
    }
}

/// The smallest box around something, its edges included.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Bbox {
    pub south_west: Position,
    pub north_east: Position,
}

impl Bbox {
    pub(super) fn around(positions: impl IntoIterator<Item = Position>) -> Option<Self> {
        positions.into_iter().fold(None, |bbox, at| {
            let (low, high) =
                bbox.map_or((at, at), |bbox: Self| (bbox.south_west, bbox.north_east));
            Some(Self {
                south_west: Position::from_steps(
                    low.lon_steps().min(at.lon_steps()),
                    low.lat_steps().min(at.lat_steps()),
                ),
                north_east: Position::from_steps(
                    high.lon_steps().max(at.lon_steps()),
                    high.lat_steps().max(at.lat_steps()),
                ),
            })
        })
    }

    /// A point as a box of no extent.
    pub const fn of_point(at: Position) -> Self {
        Self {
            south_west: at,
            north_east: at,
        }
    }

    pub fn contains(&self, at: Position) -> bool {
        (self.south_west.lon_steps()..=self.north_east.lon_steps()).contains(&at.lon_steps())
            && (self.south_west.lat_steps()..=self.north_east.lat_steps()).contains(&at.lat_steps())
    }

    /// The smallest box around both.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        let (low, high) = (self.south_west, self.north_east);
        let (west, south) = (other.south_west.lon_steps(), other.south_west.lat_steps());
        let (east, north) = (other.north_east.lon_steps(), other.north_east.lat_steps());
        Self {
            south_west: Position::from_steps(low.lon_steps().min(west), low.lat_steps().min(south)),
            north_east: Position::from_steps(
                high.lon_steps().max(east),
                high.lat_steps().max(north),
            ),
        }
    }

    /// Its middle, to a whole step.
    pub const fn middle(&self) -> Position {
        let (low, high) = (self.south_west, self.north_east);
        Position::from_steps(
            i32::midpoint(low.lon_steps(), high.lon_steps()),
            i32::midpoint(low.lat_steps(), high.lat_steps()),
        )
    }

    /// Whether the two have a point in common, be it of their edges.
    pub fn meets(&self, other: &Self) -> bool {
        self.south_west.lon_steps() <= other.north_east.lon_steps()
            && other.south_west.lon_steps() <= self.north_east.lon_steps()
            && self.south_west.lat_steps() <= other.north_east.lat_steps()
            && other.south_west.lat_steps() <= self.north_east.lat_steps()
    }

    /// The sides that have a length: of a box without width or height these are fewer than four.
    fn sides(&self) -> Vec<Segment> {
        let (south_west, north_east) = (self.south_west, self.north_east);
        let south_east = Position::from_steps(north_east.lon_steps(), south_west.lat_steps());
        let north_west = Position::from_steps(south_west.lon_steps(), north_east.lat_steps());
        [
            (south_west, south_east),
            (south_east, north_east),
            (north_east, north_west),
            (north_west, south_west),
        ]
        .into_iter()
        .filter(|(from, to)| from != to)
        .map(|(from, to)| Segment { from, to })
        .collect()
    }
}

/// The land of a grid: one or several polygons, valid by the rules of OGC Simple Features, with whole
/// steps of 1e-7 degrees as coordinates. There is no way to one that breaks the rules.
///
/// Serialises as a `GeoJSON` geometry, `Polygon` or `MultiPolygon`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Boundary {
    /// Shared by all who hold the boundary: it never changes.
    pub(super) polygons: Arc<[Polygon]>,
}

impl Boundary {
    /// Reads a `GeoJSON` geometry (RFC 7946), a `Polygon` or a `MultiPolygon` in WGS 84, and checks it.
    /// Coordinates are rounded to 1e-7 degrees, positions that repeat the one before are dropped and
    /// rings that run the wrong way round are turned; any other fault is refused, with where it is.
    ///
    /// A shape may have at most [`MAX_POLYGONS`](super::MAX_POLYGONS) polygons of at most
    /// [`MAX_RINGS`](super::MAX_RINGS) rings and [`MAX_VERTICES`](super::MAX_VERTICES) positions.
    pub fn from_geojson(geometry: &Value) -> Result<Self, Vec<BoundaryFault>> {
        Self::from_geojson_in(geometry, Crs::Wgs84)
    }

    /// The same where the coordinates are meant in another system: each position is moved to WGS 84 by itself, so
    /// positions that were shared stay shared.
    pub fn from_geojson_in(geometry: &Value, crs: Crs) -> Result<Self, Vec<BoundaryFault>> {
        Self::read_geojson(geometry, crs).map(|(boundary, _)| boundary)
    }

    /// The same, and what was put right: coordinates rounded, positions dropped, rings turned. One notice
    /// for each ring and each of these.
    pub fn read_geojson(
        geometry: &Value,
        crs: Crs,
    ) -> Result<(Self, Vec<BoundaryNotice>), Vec<BoundaryFault>> {
        validity::check(geojson::read(geometry, crs)?)
    }

    /// The `GeoJSON` geometry: `Polygon` if there is one polygon, otherwise `MultiPolygon`.
    pub fn to_geojson(&self) -> Value {
        self.to_geojson_in(Crs::Wgs84)
    }

    /// The same with the coordinates in another system, to 1e-7 degrees.
    pub fn to_geojson_in(&self, crs: Crs) -> Value {
        geojson::write(self, crs)
    }

    /// The boundary as well-known text (OGC 06-103r4), `POLYGON ((119.1 34.8, …))` or `MULTIPOLYGON`, longitude first,
    /// with the coordinates in that system.
    pub fn to_wkt_in(&self, crs: Crs) -> String {
        wkt::write(self, crs)
    }

    pub fn polygons(&self) -> &[Polygon] {
        &self.polygons
    }

    pub(super) fn segments(&self) -> impl Iterator<Item = Segment> + '_ {
        self.polygons
            .iter()
            .flat_map(Polygon::rings)
            .flat_map(Ring::segments)
    }

    /// The smallest box around the boundary.
    pub fn bbox(&self) -> Bbox {
        let corners = self
            .polygons
            .iter()
            .flat_map(|polygon| polygon.outer.positions())
            .copied();
        // A boundary has at least one polygon; the point of no extent is never reached.
        Bbox::around(corners).unwrap_or(Bbox {
            south_west: Position::from_steps(0, 0),
            north_east: Position::from_steps(0, 0),
        })
    }

    /// The area in square metres on the ellipsoid of WGS 84.
    pub fn area_m2(&self) -> f64 {
        self.to_geo().geodesic_area_unsigned()
    }

    /// Whether the point lies in the boundary by the half-open rule: a point on an edge belongs to the
    /// polygon to its east, on an edge along a parallel to the one to its north. The point is treated as if
    /// it were moved by an infinitely small ε to the east and ε² to the north. Of polygons that share
    /// borders without gap or overlap exactly one contains it.
    pub fn contains(&self, at: Position) -> bool {
        self.polygons.iter().any(|polygon| {
            encloses(polygon.outer.positions(), at)
                && !polygon
                    .holes
                    .iter()
                    .any(|hole| encloses(hole.positions(), at))
        })
    }

    /// Whether the point lies exactly on an edge or a corner.
    pub fn is_on_border(&self, at: Position) -> bool {
        self.segments().any(|segment| segment.holds(at))
    }

    /// Whether the land and a box have a point in common, be it of their edges.
    pub fn meets(&self, bounds: &Bbox) -> bool {
        if !self.bbox().meets(bounds) {
            return false;
        }
        let sides = bounds.sides();
        let crosses = |edge: Segment| sides.iter().any(|side| edge.meet(*side) != Meeting::Apart);
        // Without a common point of their edges the box lies in the land, or outside it, with all its corners.
        self.segments()
            .any(|edge| bounds.contains(edge.from) || crosses(edge))
            || self.contains(bounds.south_west)
            || self.is_on_border(bounds.south_west)
    }

    /// A point within the boundary where a label or a marker can stand: the centre of gravity if it lies
    /// within, otherwise a point well inside.
    pub fn label_point(&self) -> Position {
        let shape = self.to_geo();
        let largest = shape
            .0
            .iter()
            .max_by(|left, right| left.unsigned_area().total_cmp(&right.unsigned_area()));
        let centre = largest.and_then(geo::Polygon::centroid);
        let inside = || largest.and_then(geo::Polygon::interior_point);
        centre
            .and_then(position)
            .filter(|centre| self.contains(*centre))
            .or_else(|| inside().and_then(position))
            .unwrap_or(self.bbox().south_west)
    }

    pub(super) fn to_geo(&self) -> geo::MultiPolygon<f64> {
        let line = |ring: &Ring| {
            ring.positions()
                .iter()
                .map(|at| (at.lon(), at.lat()))
                .collect::<geo::LineString<f64>>()
        };
        self.polygons
            .iter()
            .map(|polygon| {
                geo::Polygon::new(
                    line(&polygon.outer),
                    polygon.holes.iter().map(line).collect(),
                )
            })
            .collect()
    }
}

/// The step nearest to a point that a computation in degrees gave.
pub(super) fn position(point: geo::Point<f64>) -> Option<Position> {
    Position::new(point.x(), point.y()).ok()
}

impl Serialize for Boundary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_geojson().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Boundary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let geometry = Value::deserialize(deserializer)?;
        Self::from_geojson(&geometry).map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            D::Error::custom(format_args!("not a boundary: {}", faults.join("; ")))
        })
    }
}
