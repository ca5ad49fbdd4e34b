//! Coordinate systems in which positions arrive.
//!
//! Phones in China deliver GCJ-02, Baidu's maps BD-09; both are 100–700 m off WGS 84 by a published
//! formula without a published inverse, so the way back is found by iteration.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::position::{Position, PositionError};

/// The system in which a longitude and a latitude are meant.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crs {
    /// GPS, and what the system stores.
    Wgs84,
    /// China Geodetic Coordinate System 2000, the same as WGS 84 within centimetres.
    Cgcs2000,
    /// 火星坐标: what phones and the maps of Amap and Tencent use.
    Gcj02,
    /// Baidu's system, GCJ-02 shifted once more.
    Bd09,
}

impl Crs {
    pub const ALL: [Self; 4] = [Self::Wgs84, Self::Cgcs2000, Self::Gcj02, Self::Bd09];

    /// The system as the API and the database write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Cgcs2000 => "cgcs2000",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }
}

impl std::str::FromStr for Crs {
    type Err = String;

    /// The error lists the names that there are.
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|crs| crs.as_str() == text);
        found.ok_or_else(|| Self::ALL.map(Self::as_str).join(", "))
    }
}

/// Semi-major axis and squared eccentricity of Krasovsky's ellipsoid, as the formula of GCJ-02 has them.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;

/// Baidu's factor of the angle in its waves.
const BAIDU_ANGLE: f64 = PI * 3000.0 / 180.0;

/// Where the iteration stops, in degrees: a tenth of a millimetre, far below the stored centimetre.
const CLOSE_ENOUGH: f64 = 1e-9;

/// Each step shrinks the error at least tenfold, so this is never reached within China.
const MOST_STEPS: u32 = 30;

/// Degrees in `crs` to degrees in WGS 84, to a centimetre. Outside the rectangle that the formula of
/// GCJ-02 calls China the numbers are returned as they are.
pub fn to_wgs84(lon: f64, lat: f64, crs: Crs) -> Result<(f64, f64), PositionError> {
    Position::new(lon, lat)?;
    Ok(match crs {
        _ if !in_china(lon, lat) => (lon, lat),
        Crs::Wgs84 | Crs::Cgcs2000 => (lon, lat),
        Crs::Gcj02 => invert(gcj02, (lon, lat)),
        Crs::Bd09 => invert(gcj02, invert(bd09, (lon, lat))),
    })
}

/// Degrees in WGS 84 to degrees in `crs`. Outside the rectangle that the formula of GCJ-02 calls China
/// the numbers are returned as they are.
pub fn from_wgs84(lon: f64, lat: f64, crs: Crs) -> Result<(f64, f64), PositionError> {
    Position::new(lon, lat)?;
    Ok(match crs {
        _ if !in_china(lon, lat) => (lon, lat),
        Crs::Wgs84 | Crs::Cgcs2000 => (lon, lat),
        Crs::Gcj02 => gcj02((lon, lat)),
        Crs::Bd09 => bd09(gcj02((lon, lat))),
    })
}

/// A position as another system has it, rounded to a step.
pub(super) fn position_in(at: Position, crs: Crs) -> Position {
    // The formulas move a point within China by far less than it lies from the end of the globe.
    from_wgs84(at.lon(), at.lat(), crs)
        .and_then(|(lon, lat)| Position::new(lon, lat))
        .unwrap_or(at)
}

/// The rectangle within which the formula of GCJ-02 applies.
fn in_china(lon: f64, lat: f64) -> bool {
    (72.004..=137.8347).contains(&lon) && (0.8293..=55.8271).contains(&lat)
}

/// The point that `forward` moves to `target`, by going back each time by as much as it overshoots.
fn invert(forward: fn((f64, f64)) -> (f64, f64), target: (f64, f64)) -> (f64, f64) {
    let (mut lon, mut lat) = target;
    for _ in 0..MOST_STEPS {
        let reached = forward((lon, lat));
        let (east, north) = (target.0 - reached.0, target.1 - reached.1);
        lon += east;
        lat += north;
        if east.abs().max(north.abs()) < CLOSE_ENOUGH {
            break;
        }
    }
    (lon, lat)
}

/// WGS 84 to GCJ-02.
fn gcj02((lon, lat): (f64, f64)) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let common = (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common
        + (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
        + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + (20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0
        + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let radians = lat.to_radians();
    let bend = 1.0 - ECCENTRICITY * radians.sin() * radians.sin();
    let meridian = AXIS * (1.0 - ECCENTRICITY) / (bend * bend.sqrt());
    let parallel = AXIS / bend.sqrt() * radians.cos();
    (
        lon + (east / parallel).to_degrees(),
        lat + (north / meridian).to_degrees(),
    )
}

/// GCJ-02 to BD-09.
fn bd09((lon, lat): (f64, f64)) -> (f64, f64) {
    let length = lon.hypot(lat) + 0.000_02 * (lat * BAIDU_ANGLE).sin();
    let angle = lat.atan2(lon) + 0.000_003 * (lon * BAIDU_ANGLE).cos();
    (length * angle.cos() + 0.0065, length * angle.sin() + 0.006)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    /// A centimetre in degrees of latitude.
    const CENTIMETRE: f64 = 9e-8;

    fn assert_near(left: (f64, f64), right: (f64, f64)) {
        assert!(
            (left.0 - right.0).abs() < CENTIMETRE && (left.1 - right.1).abs() < CENTIMETRE,
            "{left:?} is not {right:?}"
        );
    }

    /// The values that the coordtransform library gives for a point in Beijing.
    #[test]
    fn the_formulas_agree_with_published_values() {
        assert_near(
            from_wgs84(116.404, 39.915, Crs::Gcj02).unwrap(),
            (116.410_244_499_169_38, 39.916_404_281_501_64),
        );
        assert_near(
            bd09((116.404, 39.915)),
            (116.410_369_493_710_29, 39.921_336_993_510_21),
        );
    }

    #[test]
    fn in_ganyu_gcj02_is_some_hundred_metres_off() {
        let (lon, lat) = from_wgs84(119.12, 34.84, Crs::Gcj02).unwrap();
        let moved = Position::new(119.12, 34.84)
            .unwrap()
            .distance_m(Position::new(lon, lat).unwrap());
        assert!((100.0..700.0).contains(&moved), "{moved}");
    }

    #[test]
    fn outside_china_nothing_moves() {
        for crs in Crs::ALL {
            for (lon, lat) in [(2.35, 48.85), (-74.0, 40.7), (139.7, 35.7), (119.0, -10.0)] {
                assert_eq!(to_wgs84(lon, lat, crs), Ok((lon, lat)));
                assert_eq!(from_wgs84(lon, lat, crs), Ok((lon, lat)));
            }
        }
    }

    #[test]
    fn what_is_off_the_globe_is_refused_in_every_system() {
        for crs in Crs::ALL {
            for (lon, lat) in [(f64::NAN, 34.0), (119.0, f64::INFINITY), (1e300, 34.0)] {
                assert!(to_wgs84(lon, lat, crs).is_err());
                assert!(from_wgs84(lon, lat, crs).is_err());
            }
        }
    }

    #[test]
    fn systems_are_written_in_lower_case() {
        for crs in Crs::ALL {
            assert_eq!(
                serde_json::to_value(crs).unwrap(),
                serde_json::json!(crs.as_str())
            );
        }
    }

    proptest! {
        #[test]
        fn there_and_back_is_less_than_a_centimetre(lon in 73.0..135.0, lat in 3.5..53.6) {
            for crs in Crs::ALL {
                let (there_lon, there_lat) = from_wgs84(lon, lat, crs).unwrap();
                let back = to_wgs84(there_lon, there_lat, crs).unwrap();
                prop_assert!((back.0 - lon).abs() < CENTIMETRE, "{crs:?} {back:?}");
                prop_assert!((back.1 - lat).abs() < CENTIMETRE, "{crs:?} {back:?}");
            }
        }
    }
}
