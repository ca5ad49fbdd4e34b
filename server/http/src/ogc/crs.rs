//! Coordinate reference systems in which features are given and boxes are asked for: their names, the order of their
//! axes, and the way there and back from longitude and latitude.

use std::f64::consts::PI;

use gridwhistle_domain::place::{Bbox, Boundary, Position};
use serde_json::{Value, json};

/// The systems that every collection knows.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Crs {
    /// Longitude, latitude in WGS 84: what is stored, and what `GeoJSON` means.
    #[default]
    Crs84,
    /// Latitude, longitude in WGS 84.
    Epsg4326,
    /// Metres east and north on the sphere of web maps.
    Epsg3857,
    /// Latitude, longitude in CGCS2000, the same as WGS 84 within centimetres.
    Epsg4490,
}

/// The radius of the sphere of web maps, in metres.
const RADIUS: f64 = 6_378_137.0;

/// Where web maps end in the north, in degrees: there they are as high as they are wide.
const FARTHEST_NORTH: f64 = 85.051_128_779_806_6;

impl Crs {
    pub(super) const ALL: [Self; 4] = [Self::Crs84, Self::Epsg4326, Self::Epsg3857, Self::Epsg4490];

    /// The name in links, parameters and headers.
    pub(super) const fn uri(self) -> &'static str {
        match self {
            Self::Crs84 => "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            Self::Epsg4326 => "http://www.opengis.net/def/crs/EPSG/0/4326",
            Self::Epsg3857 => "http://www.opengis.net/def/crs/EPSG/0/3857",
            Self::Epsg4490 => "http://www.opengis.net/def/crs/EPSG/0/4490",
        }
    }

    pub(super) fn named(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|crs| crs.uri() == uri)
    }

    /// The value of the header `Content-Crs`.
    pub(super) fn header(self) -> String {
        format!("<{}>", self.uri())
    }

    /// Brings a `GeoJSON` geometry in longitude and latitude into this system; `null` stays `null`.
    pub(super) fn write(self, geometry: &mut Value) {
        if self == Self::Crs84 {
            return;
        }
        if let Some(coordinates) = geometry.get_mut("coordinates") {
            self.turn(coordinates);
        }
    }

    fn turn(self, coordinates: &mut Value) {
        if let Some((lon, lat)) = position(coordinates) {
            *coordinates = json!(self.project(lon, lat));
        } else {
            for inner in coordinates.as_array_mut().into_iter().flatten() {
                self.turn(inner);
            }
        }
    }

    /// The coordinates of a point in the order of the axes; metres to the millimetre.
    fn project(self, lon: f64, lat: f64) -> [f64; 2] {
        let millimetres = |metres: f64| (metres * 1_000.0).round() / 1_000.0;
        match self {
            Self::Crs84 => [lon, lat],
            Self::Epsg4326 | Self::Epsg4490 => [lat, lon],
            Self::Epsg3857 => {
                let shown = lat.clamp(-FARTHEST_NORTH, FARTHEST_NORTH);
                [
                    millimetres(RADIUS * lon.to_radians()),
                    millimetres(RADIUS * shown.to_radians().tan().asinh()),
                ]
            }
        }
    }

    /// Longitude and latitude of coordinates in the order of the axes.
    fn unproject(self, first: f64, second: f64) -> (f64, f64) {
        match self {
            Self::Crs84 => (first, second),
            Self::Epsg4326 | Self::Epsg4490 => (second, first),
            Self::Epsg3857 => (
                first / (RADIUS * PI) * 180.0,
                (second / RADIUS).sinh().atan().to_degrees(),
            ),
        }
    }

    /// The area of a box whose lower corner is given first; none if its south lies north of its north.
    ///
    /// A west that lies east of the east means a box over the 180th meridian. What lies off the globe is cut off: a map
    /// that is zoomed out shows more than there is.
    pub(super) fn area(self, [a, b, c, d]: [f64; 4]) -> Option<Area> {
        let ((west, south), (east, north)) = (self.unproject(a, b), self.unproject(c, d));
        if south > north {
            return None;
        }
        let corner = |lon: f64, lat: f64| {
            Position::new(lon.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0)).ok()
        };
        let bounds = |west, east| {
            Some(Bbox {
                south_west: corner(west, south)?,
                north_east: corner(east, north)?,
            })
        };
        Some(Area(if west <= east {
            vec![bounds(west, east)?]
        } else {
            vec![bounds(west, 180.0)?, bounds(-180.0, east)?]
        }))
    }
}

/// The two numbers of a position; none for a list of positions.
fn position(coordinates: &Value) -> Option<(f64, f64)> {
    match coordinates.as_array()?.as_slice() {
        [lon, lat] => Some((lon.as_f64()?, lat.as_f64()?)),
        _ => None,
    }
}

/// What a box covers: two pieces where it lies over the 180th meridian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Area(Vec<Bbox>);

impl Area {
    pub(super) fn pieces(&self) -> &[Bbox] {
        &self.0
    }

    pub(super) fn meets(&self, land: &Boundary) -> bool {
        self.0.iter().any(|piece| land.meets(piece))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_point_of_ganyu_has_the_published_coordinates_in_every_system() {
        let given = |crs: Crs| {
            let mut point = json!({"type": "Point", "coordinates": [119.125, 34.84]});
            crs.write(&mut point);
            let (first, second) = position(&point["coordinates"]).unwrap();
            (first, second)
        };
        assert_eq!(given(Crs::Crs84), (119.125, 34.84));
        assert_eq!(given(Crs::Epsg4326), (34.84, 119.125));
        assert_eq!(given(Crs::Epsg4490), (34.84, 119.125));
        // As the formula of web maps gives it, ln(tan(45° + lat / 2)) being another way to write it.
        let (east, north) = given(Crs::Epsg3857);
        let expected = RADIUS * (PI / 4.0 + 34.84_f64.to_radians() / 2.0).tan().ln();
        assert!((east - 13_260_934.34).abs() < 0.05, "{east}");
        assert!((north - expected).abs() < 0.001, "{north}");
    }

    #[test]
    fn the_poles_stay_on_web_maps() {
        let half = RADIUS * PI;
        for (lat, north) in [(90.0, half), (-90.0, -half)] {
            let [_, found] = Crs::Epsg3857.project(0.0, lat);
            assert!((found - north).abs() < 0.01, "{found}");
        }
    }

    #[test]
    fn every_ring_of_a_geometry_is_turned_and_no_geometry_stays_none() {
        let mut land = json!({"type": "MultiPolygon", "coordinates": [[
            [[1.0, 2.0], [3.0, 2.0], [3.0, 4.0], [1.0, 2.0]]
        ]]});
        Crs::Epsg4326.write(&mut land);
        let turned = json!([[[[2.0, 1.0], [2.0, 3.0], [4.0, 3.0], [2.0, 1.0]]]]);
        assert_eq!(land["coordinates"], turned);
        let mut nothing = Value::Null;
        Crs::Epsg4326.write(&mut nothing);
        assert_eq!(nothing, Value::Null);
    }

    #[test]
    fn a_box_over_the_180th_meridian_has_two_pieces() {
        let area = Crs::Crs84.area([177.0, 65.0, -177.0, 70.0]).unwrap();
        let holds = |lon| {
            let at = Position::new(lon, 67.0).unwrap();
            area.pieces().iter().any(|piece| piece.contains(at))
        };
        assert!(holds(179.0) && holds(-179.0));
        assert!(!holds(0.0) && !holds(176.0));
        assert_eq!(Crs::Crs84.area([1.0, 3.0, 2.0, 2.0]), None);
    }

    #[test]
    fn a_box_beyond_the_globe_ends_with_it() {
        let whole = Crs::Crs84.area([-180.0, -90.0, 180.0, 90.0]);
        assert_eq!(Crs::Crs84.area([-300.0, -100.0, 300.0, 1e300]), whole);
        assert!(Crs::Epsg3857.area([-1e308, -1e308, 1e308, 1e308]).is_some());
    }

    proptest! {
        #[test]
        fn the_way_back_leads_to_where_it_began(lon in -180.0..=180.0_f64, lat in -85.0..=85.0_f64) {
            for crs in Crs::ALL {
                let [first, second] = crs.project(lon, lat);
                let (back_lon, back_lat) = crs.unproject(first, second);
                prop_assert!((back_lon - lon).abs() < 1e-7 && (back_lat - lat).abs() < 1e-7);
            }
        }
    }
}
