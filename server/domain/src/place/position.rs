//! A point on the globe.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The mean radius of the earth in metres (IUGG), for distances on the sphere.
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Metres of one step of 1e-7 degrees along a meridian of that sphere.
pub(super) const METRES_A_STEP: f64 = EARTH_RADIUS_M * std::f64::consts::PI / 180.0 / STEPS;

/// Steps in a degree.
pub(super) const STEPS: f64 = 1e7;

/// Why two numbers are no position.
#[derive(Copy, Clone, Debug, PartialEq, thiserror::Error)]
pub enum PositionError {
    #[error("a coordinate is not a finite number: write degrees like 119.1203")]
    NotFinite,
    #[error(
        "longitude {lon}, latitude {lat} is off the globe: longitude first, from -180 to 180, then \
         latitude, from -90 to 90"
    )]
    OutOfRange { lon: f64, lat: f64 },
}

/// A place in WGS 84 (CGCS2000 is the same within centimetres), kept to 1e-7 degrees, about a centimetre.
///
/// Written as `{"lon": 119.1203, "lat": 34.8391}`. Orders by longitude, then latitude.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Degrees", into = "Degrees")]
pub struct Position {
    lon: i32,
    lat: i32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Degrees {
    lon: f64,
    lat: f64,
}

impl Position {
    /// From degrees, rounded to 1e-7.
    pub fn new(lon: f64, lat: f64) -> Result<Self, PositionError> {
        if !lon.is_finite() || !lat.is_finite() {
            return Err(PositionError::NotFinite);
        }
        if lon.abs() > 180.0 || lat.abs() > 90.0 {
            return Err(PositionError::OutOfRange { lon, lat });
        }
        Ok(Self {
            lon: steps(lon),
            lat: steps(lat),
        })
    }

    /// From steps of 1e-7 degrees that are known to lie on the globe.
    pub(super) const fn from_steps(lon: i32, lat: i32) -> Self {
        Self { lon, lat }
    }

    /// Degrees east.
    pub fn lon(self) -> f64 {
        f64::from(self.lon) / STEPS
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        f64::from(self.lat) / STEPS
    }

    /// Steps of 1e-7 degrees east.
    pub const fn lon_steps(self) -> i32 {
        self.lon
    }

    /// Steps of 1e-7 degrees north.
    pub const fn lat_steps(self) -> i32 {
        self.lat
    }

    /// The distance in metres along a great circle of the mean sphere; within 0.6 % of the ellipsoid's.
    pub fn distance_m(self, other: Self) -> f64 {
        let half = |degrees: f64| (degrees.to_radians() / 2.0).sin();
        let north = half(other.lat() - self.lat());
        let east = half(other.lon() - self.lon());
        let chord = north * north
            + self.lat().to_radians().cos() * other.lat().to_radians().cos() * east * east;
        2.0 * EARTH_RADIUS_M * chord.min(1.0).sqrt().asin()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "at most 180 degrees are 1.8e9 steps, which fit"
)]
fn steps(degrees: f64) -> i32 {
    (degrees * STEPS).round() as i32
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Position({:.7}, {:.7})", self.lon(), self.lat())
    }
}

impl TryFrom<Degrees> for Position {
    type Error = PositionError;

    fn try_from(degrees: Degrees) -> Result<Self, PositionError> {
        Self::new(degrees.lon, degrees.lat)
    }
}

impl From<Position> for Degrees {
    fn from(position: Position) -> Self {
        Self {
            lon: position.lon(),
            lat: position.lat(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_off_the_globe_is_no_position() {
        for (lon, lat) in [
            (180.000_000_1, 0.0),
            (-180.1, 0.0),
            (0.0, 90.000_000_1),
            (0.0, -91.0),
            (1e300, 0.0),
            (0.0, -1e300),
            (34.8, 119.1),
        ] {
            assert_eq!(
                Position::new(lon, lat),
                Err(PositionError::OutOfRange { lon, lat })
            );
        }
        for (lon, lat) in [
            (f64::NAN, 0.0),
            (0.0, f64::NAN),
            (f64::INFINITY, 0.0),
            (0.0, f64::NEG_INFINITY),
        ] {
            assert_eq!(Position::new(lon, lat), Err(PositionError::NotFinite));
        }
    }

    #[test]
    fn the_corners_of_the_globe_are_positions() {
        for (lon, lat) in [(180.0, 90.0), (-180.0, -90.0), (-0.0, 0.0)] {
            assert!(Position::new(lon, lat).is_ok());
        }
    }

    #[test]
    fn from_zhewang_to_qingkou_it_is_some_thirty_kilometres() {
        let zhewang = Position::new(119.2, 35.1).unwrap();
        let qingkou = Position::new(119.12, 34.84).unwrap();
        let distance = zhewang.distance_m(qingkou);
        assert!((29_000.0..31_000.0).contains(&distance), "{distance}");
        assert_eq!(zhewang.distance_m(zhewang).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() {
        let north = Position::new(119.0, 35.0).unwrap();
        let south = Position::new(119.0, 34.0).unwrap();
        assert!((north.distance_m(south) - 111_195.0).abs() < 1.0);
    }

    #[test]
    fn a_position_with_a_further_field_is_refused() {
        let text = r#"{"lon": 119.1, "lat": 34.8, "alt": 3.0}"#;
        assert!(serde_json::from_str::<Position>(text).is_err());
    }

    proptest! {
        #[test]
        fn a_position_reads_back_as_written(
            lon in -1_800_000_000..=1_800_000_000_i32,
            lat in -900_000_000..=900_000_000_i32,
        ) {
            let position = Position::from_steps(lon, lat);
            prop_assert_eq!(Position::new(position.lon(), position.lat()), Ok(position));
            let json = serde_json::to_string(&position).unwrap();
            prop_assert_eq!(serde_json::from_str::<Position>(&json).unwrap(), position);
        }

        #[test]
        fn any_two_numbers_make_a_position_or_an_error_but_no_panic(
            lon in any::<f64>(), lat in any::<f64>()
        ) {
            let valid = lon.abs() <= 180.0 && lat.abs() <= 90.0;
            prop_assert_eq!(Position::new(lon, lat).is_ok(), valid);
        }
    }
}
