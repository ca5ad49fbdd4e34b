//! The squares into which maps on the web cut the globe, and what a boundary looks like in one of them.
//!
//! At zoom 0 one tile shows the Mercator square of the web (EPSG:3857); each deeper zoom cuts every tile into four.
//! Columns count from the west, rows from the north. Inside, places are whole units, 4,096 along each side, from the
//! north-western corner to the east and the south, as vector tiles have them (Mapbox Vector Tile 2.1).

use std::f64::consts::PI;

use geo::{BooleanOps as _, Simplify as _};

use super::boundary::{Bbox, Boundary, Ring};
use super::position::Position;

/// The deepest zoom: there a tile is some ten metres wide.
pub const DEEPEST_ZOOM: u8 = 22;

/// Units along each side of a tile.
const UNITS: f64 = 4_096.0;

/// How many units around the tile are drawn with it, so that the edge of a tile shows no border.
const MARGIN: f64 = 64.0;

/// How far a border may move, in units, where corners are left out: a sixteenth of a pixel of a tile of 256.
const TOLERANCE: f64 = 1.0;

/// Where the Mercator square ends in the north and the south, in degrees.
const FARTHEST_LAT: f64 = 85.051_128_779_806_6;

/// Land as it is drawn in a tile, in whole units; up to 64 units beyond its edges.
pub type TileShape = geo::MultiPolygon<i32>;

/// Why three texts name no tile. `axis` is `z`, `x` or `y`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    #[error(
        "{axis} is no whole number of decimal digits: write it like 12, without sign and leading zeros"
    )]
    NotANumber { axis: &'static str },
    #[error("there is no zoom beyond {most}", most = DEEPEST_ZOOM)]
    TooDeep,
    #[error("{axis} is off the globe: at this zoom it is at most {most}")]
    OffTheGlobe { axis: &'static str, most: u32 },
}

/// A tile on the globe.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    zoom: u8,
    column: u32,
    row: u32,
}

impl Tile {
    /// Reads zoom, column and row as they stand in an address. One tile has one address: no sign, no leading zero.
    pub fn parse(zoom: &str, column: &str, row: &str) -> Result<Self, TileError> {
        let deep = number("z", zoom)?;
        let zoom = u8::try_from(deep)
            .ok()
            .filter(|zoom| *zoom <= DEEPEST_ZOOM)
            .ok_or(TileError::TooDeep)?;
        let most = last(zoom);
        let along = |axis, text| {
            let number = number(axis, text)?;
            if number > most {
                return Err(TileError::OffTheGlobe { axis, most });
            }
            Ok(number)
        };
        Ok(Self {
            zoom,
            column: along("x", column)?,
            row: along("y", row)?,
        })
    }

    /// The tile of a zoom in which a place is drawn: the eastern and the southern one of two that share it. What lies
    /// beyond the Mercator square is drawn at its edge. A zoom beyond the deepest counts as the deepest.
    pub fn holding(zoom: u8, at: Position) -> Self {
        let zoom = zoom.min(DEEPEST_ZOOM);
        let (x, y) = in_square(at);
        Self {
            zoom,
            column: whole_tile(x, zoom),
            row: whole_tile(y, zoom),
        }
    }

    pub const fn zoom(self) -> u8 {
        self.zoom
    }

    /// Counted from the west, from 0.
    pub const fn column(self) -> u32 {
        self.column
    }

    /// Counted from the north, from 0.
    pub const fn row(self) -> u32 {
        self.row
    }

    /// The tile of the zoom before in which this one lies.
    pub fn parent(self) -> Option<Self> {
        Some(Self {
            zoom: self.zoom.checked_sub(1)?,
            column: self.column / 2,
            row: self.row / 2,
        })
    }

    /// All that is drawn with it: the tile and the margin around it.
    pub fn reach(self) -> Bbox {
        Bbox {
            south_west: self.position(-MARGIN, UNITS + MARGIN),
            north_east: self.position(UNITS + MARGIN, -MARGIN),
        }
    }

    /// Where a place is drawn, if it is drawn in this tile and no other of its zoom.
    pub fn point(self, at: Position) -> Option<(i32, i32)> {
        let (x, y) = self.units(at);
        (Self::holding(self.zoom, at) == self).then(|| (rounded(x), rounded(y)))
    }

    /// What a boundary looks like here: cut to what is drawn, without corners that nobody could see, in whole units.
    /// None if nothing of it is drawn, or nothing that has an area left.
    pub fn draw(self, boundary: &Boundary) -> Option<TileShape> {
        let bbox = boundary.bbox();
        if !self.reach().meets(&bbox) {
            return None;
        }
        let shape = self.project(boundary).simplify(TOLERANCE);
        let frame = geo::Rect::new((-MARGIN, -MARGIN), (UNITS + MARGIN, UNITS + MARGIN));
        let (west, south) = self.units(bbox.south_west);
        let (east, north) = self.units(bbox.north_east);
        let is_within = west >= frame.min().x
            && north >= frame.min().y
            && east <= frame.max().x
            && south <= frame.max().y;
        if is_within {
            in_whole_units(&shape)
        } else {
            in_whole_units(&shape.intersection(&frame.to_polygon()))
        }
    }

    fn project(self, boundary: &Boundary) -> geo::MultiPolygon<f64> {
        let line = |ring: &Ring| {
            ring.positions()
                .iter()
                .map(|at| self.units(*at))
                .collect::<geo::LineString<f64>>()
        };
        boundary
            .polygons()
            .iter()
            .map(|polygon| {
                geo::Polygon::new(
                    line(polygon.outer()),
                    polygon.holes().iter().map(line).collect(),
                )
            })
            .collect()
    }

    /// Where a place lies, in units from the north-western corner to the east and the south, inside the tile or not.
    fn units(self, at: Position) -> (f64, f64) {
        let (x, y) = in_square(at);
        let across = across(self.zoom);
        (
            (x * across - f64::from(self.column)) * UNITS,
            (y * across - f64::from(self.row)) * UNITS,
        )
    }

    /// The place at so many units from the north-western corner; beyond the ends of the globe, the end.
    fn position(self, x: f64, y: f64) -> Position {
        let across = across(self.zoom);
        let x = (f64::from(self.column) + x / UNITS) / across;
        let y = (f64::from(self.row) + y / UNITS) / across;
        let lon = (x * 360.0 - 180.0).clamp(-180.0, 180.0);
        let lat = ((1.0 - 2.0 * y) * PI).sinh().atan().to_degrees();
        // Both are finite and on the globe: the other place is never reached.
        Position::new(lon, lat).unwrap_or(Position::from_steps(0, 0))
    }
}

/// A whole number as an address has it. One too large for any tile stays too large.
fn number(axis: &'static str, text: &str) -> Result<u32, TileError> {
    let is_whole = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    if !is_whole {
        return Err(TileError::NotANumber { axis });
    }
    Ok(text.parse().unwrap_or(u32::MAX))
}

/// The last column and the last row of a zoom, which is at most the deepest.
const fn last(zoom: u8) -> u32 {
    (1_u32 << zoom) - 1
}

/// How many tiles of a zoom, which is at most the deepest, lie beside each other.
fn across(zoom: u8) -> f64 {
    f64::from(1_u32 << zoom)
}

/// Where a position lies in the Mercator square, from its north-western corner, as shares of its side.
fn in_square(at: Position) -> (f64, f64) {
    let lat = at.lat().clamp(-FARTHEST_LAT, FARTHEST_LAT).to_radians();
    (at.lon() / 360.0 + 0.5, 0.5 - lat.tan().asinh() / (2.0 * PI))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of 0 to 1 of at most 2^22 tiles; what rounding puts beyond an end becomes the end"
)]
fn whole_tile(share: f64, zoom: u8) -> u32 {
    ((share * across(zoom)).floor() as u32).min(last(zoom))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "what is drawn lies in the tile or its margin"
)]
fn rounded(units: f64) -> i32 {
    units.round() as i32
}

fn in_whole_units(shape: &geo::MultiPolygon<f64>) -> Option<TileShape> {
    let drawn: Vec<geo::Polygon<i32>> = shape
        .iter()
        .filter_map(|polygon| {
            let outer = ring_in_whole_units(polygon.exterior())?;
            let holes = polygon.interiors().iter().filter_map(ring_in_whole_units);
            Some(geo::Polygon::new(outer, holes.collect()))
        })
        .collect();
    (!drawn.is_empty()).then(|| geo::MultiPolygon::new(drawn))
}

/// None for a ring that has no area left.
fn ring_in_whole_units(ring: &geo::LineString<f64>) -> Option<geo::LineString<i32>> {
    let mut corners: Vec<geo::Coord<i32>> = ring
        .coords()
        .map(|at| geo::Coord {
            x: rounded(at.x),
            y: rounded(at.y),
        })
        .collect();
    corners.dedup();
    let doubled_area: i64 = corners
        .windows(2)
        .map(|edge| {
            let (from, to) = (edge[0], edge[1]);
            i64::from(from.x) * i64::from(to.y) - i64::from(to.x) * i64::from(from.y)
        })
        .sum();
    (doubled_area != 0).then(|| geo::LineString::new(corners))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use geo::{Area as _, BoundingRect as _};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn tile(zoom: u8, column: u32, row: u32) -> Result<Tile, TileError> {
        Tile::parse(&zoom.to_string(), &column.to_string(), &row.to_string())
    }

    /// A rectangle, in degrees.
    fn land(west: f64, south: f64, east: f64, north: f64) -> Boundary {
        let geometry = json!({"type": "Polygon", "coordinates": [[
            [west, south], [east, south], [east, north], [west, north], [west, south],
        ]]});
        Boundary::from_geojson(&geometry).unwrap()
    }

    #[test]
    fn ganyu_lies_where_other_maps_have_it() {
        let ganyu = Position::new(119.12, 34.84).unwrap();
        let tiles = [0, 1, 10, 12].map(|zoom| {
            let tile = Tile::holding(zoom, ganyu);
            (tile.column(), tile.row())
        });
        assert_eq!(tiles, [(0, 0), (1, 0), (850, 406), (3_403, 1_624)]);
    }

    #[test]
    fn what_is_no_tile_is_refused_with_its_reason() {
        let refused = |z: &str, x: &str, y: &str| Tile::parse(z, x, y).unwrap_err();
        assert_eq!(refused("23", "0", "0"), TileError::TooDeep);
        assert_eq!(
            refused("99999999999999999999", "0", "0"),
            TileError::TooDeep
        );
        let off = |axis, most| TileError::OffTheGlobe { axis, most };
        assert_eq!(refused("0", "1", "0"), off("x", 0));
        assert_eq!(refused("3", "7", "8"), off("y", 7));
        assert_eq!(
            refused("22", "99999999999999999999", "0"),
            off("x", last(22))
        );
        for text in ["", "-1", "+1", "1.5", "01", "a", "１", " 1", "1e3"] {
            for (axis, [z, x, y]) in [
                ("z", [text, "0", "0"]),
                ("x", ["0", text, "0"]),
                ("y", ["0", "0", text]),
            ] {
                assert_eq!(refused(z, x, y), TileError::NotANumber { axis }, "{text:?}");
            }
        }
    }

    #[test]
    fn the_ends_of_the_globe_are_drawn_in_the_last_tiles() {
        for (lon, lat) in [(180.0, -90.0), (180.0, -85.2), (-180.0, 90.0)] {
            let end = Position::new(lon, lat).unwrap();
            let edge = if lon > 0.0 { last(22) } else { 0 };
            let tile = Tile::holding(22, end);
            assert_eq!((tile.column(), tile.row()), (edge, edge));
        }
    }

    #[test]
    fn land_beyond_the_tile_is_cut_at_the_margin() {
        let tile = Tile::holding(14, Position::new(119.12, 34.84).unwrap());
        let wide = tile.draw(&land(119.0, 34.7, 119.3, 35.0)).unwrap();
        let frame = wide.bounding_rect().unwrap();
        assert_eq!((frame.min().x, frame.min().y), (-64, -64));
        assert_eq!((frame.max().x, frame.max().y), (4_160, 4_160));
        assert_eq!(tile.draw(&land(120.0, 34.7, 120.1, 35.0)), None);
    }

    #[test]
    fn a_hole_stays_a_hole_and_what_is_too_small_to_see_is_left_out() {
        let at = Position::new(119.12, 34.84).unwrap();
        let geometry = json!({"type": "Polygon", "coordinates": [
            [[119.11, 34.83], [119.13, 34.83], [119.13, 34.85], [119.11, 34.85], [119.11, 34.83]],
            [[119.115, 34.835], [119.115, 34.845], [119.125, 34.845], [119.125, 34.835], [119.115, 34.835]],
        ]});
        let yard = Boundary::from_geojson(&geometry).unwrap();
        let near = Tile::holding(12, at).draw(&yard).unwrap();
        assert_eq!(near.0[0].interiors().len(), 1);
        assert_eq!(Tile::holding(0, at).draw(&yard), None);
    }

    #[test]
    fn corners_that_nobody_could_see_are_left_out() {
        let north = (0..=400).rev().map(|i| {
            let wave = if i % 2 == 0 { 0.0 } else { 0.000_01 };
            json!([119.1 + 0.0001 * f64::from(i), 34.84 + wave])
        });
        let mut ring = vec![json!([119.1, 34.82]), json!([119.14, 34.82])];
        ring.extend(north);
        ring.push(json!([119.1, 34.82]));
        let shore = json!({"type": "Polygon", "coordinates": [ring]});
        let shore = Boundary::from_geojson(&shore).unwrap();
        let at = Position::new(119.12, 34.84).unwrap();
        let corners = |zoom| {
            let shape = Tile::holding(zoom, at).draw(&shore).unwrap();
            shape.0[0].exterior().0.len()
        };
        assert!(corners(10) <= 6, "{}", corners(10));
        assert!(corners(16) > 40, "{}", corners(16));
    }

    fn any_position() -> impl Strategy<Value = Position> {
        (-180.0..=180.0_f64, -85.0..=85.0_f64)
            .prop_map(|(lon, lat)| Position::new(lon, lat).unwrap())
    }

    proptest! {
        #[test]
        fn an_address_reads_back_as_written(zoom in 0..=DEEPEST_ZOOM, x in any::<u32>(), y in any::<u32>()) {
            let (x, y) = (x & last(zoom), y & last(zoom));
            let tile = tile(zoom, x, y).unwrap();
            prop_assert_eq!((tile.zoom(), tile.column(), tile.row()), (zoom, x, y));
        }

        #[test]
        fn any_three_texts_are_a_tile_or_a_refusal_but_no_panic(
            z in "\\PC{0,6}", x in "\\PC{0,12}", y in "[0-9]{0,12}"
        ) {
            let _ = Tile::parse(&z, &x, &y);
        }

        #[test]
        fn a_place_is_drawn_in_one_tile_of_each_zoom(at in any_position(), zoom in 0..=DEEPEST_ZOOM) {
            let tile = Tile::holding(zoom, at);
            prop_assert!(tile.reach().contains(at));
            let (x, y) = tile.point(at).unwrap();
            prop_assert!((0..=4_096).contains(&x) && (0..=4_096).contains(&y), "{} {}", x, y);
            let beside = Tile { column: tile.column ^ 1, ..tile };
            prop_assert!(zoom == 0 || beside.point(at).is_none());
        }

        #[test]
        fn the_tiles_of_a_place_lie_in_each_other(at in any_position(), zoom in 1..=DEEPEST_ZOOM) {
            prop_assert_eq!(Tile::holding(zoom, at).parent(), Some(Tile::holding(zoom - 1, at)));
        }

        #[test]
        fn a_place_lies_where_it_was_drawn(at in any_position(), zoom in 0..=18_u8) {
            let tile = Tile::holding(zoom, at);
            let (x, y) = tile.units(at);
            let back = tile.position(x, y);
            prop_assert!((back.lon_steps() - at.lon_steps()).abs() <= 1, "{:?} {:?}", at, back);
            prop_assert!((back.lat_steps() - at.lat_steps()).abs() <= 1, "{:?} {:?}", at, back);
        }

        #[test]
        fn no_land_is_lost_or_doubled_between_the_four_parts_of_a_tile(
            west in 0.0..0.2_f64, south in 0.0..0.2_f64, width in 0.01..0.1_f64, height in 0.01..0.1_f64
        ) {
            let whole = Tile::holding(10, Position::new(119.12, 34.84).unwrap());
            let corner = whole.position(UNITS * (0.1 + west), UNITS * (0.9 - south));
            let land = land(corner.lon(), corner.lat(), corner.lon() + width, corner.lat() + height);
            let area = |tile: Tile| {
                let inside = geo::Rect::new((0.0, 0.0), (UNITS, UNITS)).to_polygon();
                let drawn = tile.draw(&land).unwrap_or(geo::MultiPolygon::new(vec![]));
                let drawn: geo::MultiPolygon<f64> = drawn
                    .iter()
                    .map(|polygon| {
                        let outer = polygon.exterior().coords();
                        let outer = outer.map(|c| (f64::from(c.x), f64::from(c.y)));
                        geo::Polygon::new(outer.collect(), vec![])
                    })
                    .collect();
                drawn.intersection(&inside).unsigned_area()
            };
            let parts = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(east, south)| {
                area(Tile { zoom: 11, column: whole.column * 2 + east, row: whole.row * 2 + south })
            });
            let parts: f64 = parts.iter().sum();
            let whole = area(whole) * 4.0;
            // A border may be rounded by half a unit, the coarse one twice as far on the ground.
            prop_assert!((parts - whole).abs() <= 4.0 * (4.0 * UNITS), "{} {}", parts, whole);
        }
    }
}
