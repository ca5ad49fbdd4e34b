//! `GeoJSON` geometries (RFC 7946) in and out. Reading looks at form, amount and range only; whether the
//! rings make a valid shape is the question of `validity`.

use serde_json::{Value, json};

use super::boundary::{Boundary, Polygon, Ring};
use super::crs::{Crs, position_in, to_wgs84};
use super::position::{Position, PositionError};
use super::validity::{
    BoundaryFault, BoundaryFaultCode, MAX_FAULTS, MAX_POLYGONS, MAX_RINGS, MAX_VERTICES,
};

/// The rings of one polygon as they were read, the outer one first.
pub(super) struct DraftPolygon {
    pub pointer: String,
    pub rings: Vec<DraftRing>,
}

/// A ring as it was read.
pub(super) struct DraftRing {
    pub pointer: String,
    pub positions: Vec<Position>,
    /// The places in the ring where a coordinate was rounded.
    pub rounded: Vec<usize>,
}

/// Reads a `Polygon` or `MultiPolygon` whose coordinates are meant in `crs`. Amounts are checked before any position is
/// looked at.
pub(super) fn read(geometry: &Value, crs: Crs) -> Result<Vec<DraftPolygon>, Vec<BoundaryFault>> {
    let polygons = polygons(geometry).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    for (pointer, polygon) in &polygons {
        check_amount(pointer, polygon, &mut faults);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let drafts = polygons
        .into_iter()
        .map(|(pointer, rings)| DraftPolygon {
            rings: rings
                .iter()
                .enumerate()
                .map(|(index, ring)| {
                    // `check_amount` has refused a ring that is no array.
                    let positions = ring.as_array().map_or(&[][..], Vec::as_slice);
                    read_ring(format!("{pointer}/{index}"), positions, crs, &mut faults)
                })
                .collect(),
            pointer,
        })
        .collect();
    if faults.is_empty() {
        Ok(drafts)
    } else {
        Err(faults)
    }
}

type Found<'a> = Vec<(String, &'a [Value])>;

/// The polygons of a geometry with their pointers.
fn polygons(geometry: &Value) -> Result<Found<'_>, BoundaryFault> {
    let refuse = |pointer: &str| BoundaryFault::new(BoundaryFaultCode::NotAPolygon, pointer, None);
    let coordinates = || {
        geometry
            .get("coordinates")
            .and_then(Value::as_array)
            .filter(|coordinates| !coordinates.is_empty())
            .ok_or_else(|| refuse("/coordinates"))
    };
    match geometry.get("type").and_then(Value::as_str) {
        Some("Polygon") => Ok(vec![("/coordinates".to_owned(), coordinates()?)]),
        Some("MultiPolygon") => {
            let polygons = coordinates()?;
            if polygons.len() > MAX_POLYGONS {
                return Err(BoundaryFault::new(
                    BoundaryFaultCode::TooManyPolygons,
                    "/coordinates",
                    None,
                ));
            }
            polygons
                .iter()
                .enumerate()
                .map(|(index, polygon)| {
                    let pointer = format!("/coordinates/{index}");
                    match polygon.as_array() {
                        Some(rings) if !rings.is_empty() => Ok((pointer, rings.as_slice())),
                        _ => Err(refuse(&pointer)),
                    }
                })
                .collect()
        }
        _ if geometry.is_object() => Err(refuse("/type")),
        _ => Err(refuse("")),
    }
}

fn check_amount(pointer: &str, rings: &[Value], faults: &mut Vec<BoundaryFault>) {
    let mut refuse = |code, pointer: String| faults.push(BoundaryFault::new(code, pointer, None));
    if rings.len() > MAX_RINGS {
        return refuse(BoundaryFaultCode::TooManyRings, pointer.to_owned());
    }
    let mut vertices = 0;
    for (index, ring) in rings.iter().enumerate() {
        match ring.as_array() {
            Some(ring) => vertices += ring.len(),
            None => refuse(BoundaryFaultCode::NotAPolygon, format!("{pointer}/{index}")),
        }
    }
    if vertices > MAX_VERTICES {
        refuse(BoundaryFaultCode::TooManyVertices, pointer.to_owned());
    }
}

fn read_ring(
    pointer: String,
    ring: &[Value],
    crs: Crs,
    faults: &mut Vec<BoundaryFault>,
) -> DraftRing {
    let mut positions = Vec::with_capacity(ring.len());
    let mut rounded = Vec::new();
    for (index, value) in ring.iter().enumerate() {
        match read_position(value, crs) {
            Ok((position, is_rounded)) => {
                positions.push(position);
                if is_rounded {
                    rounded.push(index);
                }
            }
            Err(code) if faults.len() < MAX_FAULTS => {
                faults.push(BoundaryFault::new(code, format!("{pointer}/{index}"), None));
            }
            Err(_) => {}
        }
    }
    DraftRing {
        pointer,
        positions,
        rounded,
    }
}

/// The position, and whether it is another one than was written, if only by rounding.
fn read_position(value: &Value, crs: Crs) -> Result<(Position, bool), BoundaryFaultCode> {
    let off_the_globe = |error| match error {
        PositionError::NotFinite => BoundaryFaultCode::NotFinite,
        PositionError::OutOfRange { .. } => BoundaryFaultCode::OutOfRange,
    };
    let numbers = value.as_array().ok_or(BoundaryFaultCode::NotAPosition)?;
    match numbers.as_slice() {
        [lon, lat] => {
            let moved = to_wgs84(read_number(lon)?, read_number(lat)?, crs);
            let (lon, lat) = moved.map_err(off_the_globe)?;
            let position = Position::new(lon, lat).map_err(off_the_globe)?;
            // Degrees of whole steps are the numbers nearest to their decimals, as those read are.
            let rounded = (position.lon() - lon).abs() + (position.lat() - lat).abs() > 0.0;
            // What was moved from another system is whole by chance alone.
            Ok((
                position,
                rounded && matches!(crs, Crs::Wgs84 | Crs::Cgcs2000),
            ))
        }
        [_, _, _, ..] => Err(BoundaryFaultCode::HasAltitude),
        _ => Err(BoundaryFaultCode::NotAPosition),
    }
}

/// JSON knows no NaN and no infinity: writers put null or a word instead.
fn read_number(value: &Value) -> Result<f64, BoundaryFaultCode> {
    match value {
        Value::Number(number) => number.as_f64().ok_or(BoundaryFaultCode::NotFinite),
        Value::Null => Err(BoundaryFaultCode::NotFinite),
        Value::String(word) if word.parse().is_ok_and(|number: f64| !number.is_finite()) => {
            Err(BoundaryFaultCode::NotFinite)
        }
        _ => Err(BoundaryFaultCode::NotAPosition),
    }
}

pub(super) fn write(boundary: &Boundary, crs: Crs) -> Value {
    match boundary.polygons() {
        [polygon] => json!({ "type": "Polygon", "coordinates": write_polygon(polygon, crs) }),
        polygons => json!({
            "type": "MultiPolygon",
            "coordinates": polygons
                .iter()
                .map(|polygon| write_polygon(polygon, crs))
                .collect::<Vec<_>>(),
        }),
    }
}

fn write_polygon(polygon: &Polygon, crs: Crs) -> Value {
    polygon.rings().map(|ring| write_ring(ring, crs)).collect()
}

fn write_ring(ring: &Ring, crs: Crs) -> Value {
    ring.positions()
        .iter()
        .map(|at| position_in(*at, crs))
        .map(|at| json!([at.lon(), at.lat()]))
        .collect()
}
