//! Boundaries as well-known text (OGC 06-103r4), which spreadsheets, databases and GDAL read.

use std::fmt::Write as _;

use super::boundary::{Boundary, Polygon, Ring};
use super::crs::{Crs, position_in};

/// `POLYGON` if there is one polygon, otherwise `MULTIPOLYGON`; the coordinates in that system.
pub(super) fn write(boundary: &Boundary, crs: Crs) -> String {
    let mut text = String::new();
    if let [polygon] = boundary.polygons() {
        text.push_str("POLYGON ");
        write_polygon(&mut text, polygon, crs);
    } else {
        text.push_str("MULTIPOLYGON ");
        join(&mut text, boundary.polygons(), |text, polygon| {
            write_polygon(text, polygon, crs);
        });
    }
    text
}

fn write_polygon(text: &mut String, polygon: &Polygon, crs: Crs) {
    join(text, polygon.rings(), |text, ring| {
        write_ring(text, ring, crs);
    });
}

fn write_ring(text: &mut String, ring: &Ring, crs: Crs) {
    join(text, ring.positions(), |text, at| {
        let at = position_in(*at, crs);
        // Writing into a string cannot fail.
        let _ = write!(text, "{} {}", at.lon(), at.lat());
    });
}

/// The parts in brackets with commas between.
fn join<T>(text: &mut String, parts: impl IntoIterator<Item = T>, write: impl Fn(&mut String, T)) {
    text.push('(');
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        write(text, part);
    }
    text.push(')');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_grid_with_a_hole_is_a_polygon_of_two_rings() {
        let geometry = json!({"type": "Polygon", "coordinates": [
            [[119.0, 34.0], [119.3, 34.0], [119.3, 34.3], [119.0, 34.3], [119.0, 34.0]],
            [[119.1, 34.1], [119.1, 34.2], [119.2, 34.2], [119.2, 34.1], [119.1, 34.1]],
        ]});
        let boundary = Boundary::from_geojson(&geometry).unwrap();
        assert_eq!(
            boundary.to_wkt_in(Crs::Wgs84),
            "POLYGON ((119 34, 119.3 34, 119.3 34.3, 119 34.3, 119 34), \
             (119.1 34.1, 119.1 34.2, 119.2 34.2, 119.2 34.1, 119.1 34.1))"
        );
    }

    #[test]
    fn a_grid_in_two_pieces_is_a_multipolygon() {
        let geometry = json!({"type": "MultiPolygon", "coordinates": [
            [[[119.0, 34.0], [119.1, 34.0], [119.1, 34.1], [119.0, 34.0]]],
            [[[119.2, 34.0], [119.3, 34.0], [119.3, 34.1], [119.2, 34.0]]],
        ]});
        let boundary = Boundary::from_geojson(&geometry).unwrap();
        assert_eq!(
            boundary.to_wkt_in(Crs::Cgcs2000),
            "MULTIPOLYGON (((119 34, 119.1 34, 119.1 34.1, 119 34)), \
             ((119.2 34, 119.3 34, 119.3 34.1, 119.2 34)))"
        );
    }
}
