//! Grids with their boundaries, for the map.

use gridwhistle_client::types;
use serde_json::Value;

use super::fail::failure;
use super::maybe;
use super::server::Server;
use crate::model::Time;
use crate::model::failure::Failure;
use crate::model::map::MapGrid;
use crate::widgets::map::projection::Point;

/// Grids of a page: what a boundary weighs keeps it well below the time a request may take.
const PAGE: u64 = 500;

/// The most grids that are drawn.
const GRIDS: usize = 5_000;

/// The most corners that are drawn; what goes beyond is in the list without an outline.
const CORNERS: usize = 1_000_000;

impl Server {
    /// The grids of a division with their boundaries, those of the own scope without one.
    pub async fn map(&self, division: &str) -> Result<Vec<MapGrid>, Failure> {
        let asked = if division.is_empty() {
            self.home()?
        } else {
            Some(division.to_owned())
        };
        self.map_at(asked, None).await
    }

    /// The grids that were in force in a division at a moment, or are now; all of them without a division.
    pub(super) async fn map_at(
        &self,
        asked: Option<String>,
        at: Option<Time>,
    ) -> Result<Vec<MapGrid>, Failure> {
        let client = self.client()?;
        let mut grids = Vec::new();
        let mut corners = CORNERS;
        let mut cursor: Option<String> = None;
        loop {
            let call = client.list_grids().boundary(true).limit(PAGE);
            let call = maybe!(
                call,
                division = asked.clone(),
                at = at.map(|at| at.to_utc()),
                cursor = cursor.take()
            );
            let page = call.send().await.map_err(failure)?.into_inner();
            for grid in page.items {
                let mut grid = drawn(grid);
                let weight = grid.outline.iter().map(Vec::len).sum();
                match corners.checked_sub(weight) {
                    Some(left) => corners = left,
                    None => grid.outline.clear(),
                }
                grids.push(grid);
            }
            cursor = page.next;
            if cursor.is_none() || grids.len() >= GRIDS {
                return Ok(grids);
            }
        }
    }
}

/// A grid as it is drawn.
pub(super) fn drawn(grid: types::Grid) -> MapGrid {
    MapGrid {
        outline: grid.boundary.as_ref().map(rings).unwrap_or_default(),
        code: grid.code,
        name: grid.name,
        village: grid.village.name,
        schematic: grid.schematic,
        label: point(&grid.label),
    }
}

/// The rings of a `GeoJSON` polygon, or of several; none where it is neither.
fn rings(geometry: &Value) -> Vec<Vec<Point>> {
    let coordinates = geometry.get("coordinates").and_then(Value::as_array);
    let parts = coordinates.into_iter().flatten();
    let read = |ring: &Value| -> Vec<Point> {
        let positions = ring.as_array().into_iter().flatten();
        positions
            .filter_map(|position| {
                let lon = position.get(0)?.as_f64()?;
                Some([lon, position.get(1)?.as_f64()?])
            })
            .collect()
    };
    match geometry.get("type").and_then(Value::as_str) {
        Some("Polygon") => parts.map(read).collect(),
        Some("MultiPolygon") => parts
            .flat_map(|polygon| polygon.as_array().into_iter().flatten())
            .map(read)
            .collect(),
        _ => Vec::new(),
    }
}

fn point(numbers: &[f64]) -> Option<Point> {
    match numbers {
        [lon, lat, ..] => Some([*lon, *lat]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_rings_of_one_polygon_and_of_several_are_read() {
        let ring = json!([[119.0, 34.0], [119.1, 34.0], [119.1, 34.1], [119.0, 34.0]]);
        let one = json!({"type": "Polygon", "coordinates": [ring, ring]});
        let several = json!({"type": "MultiPolygon", "coordinates": [[ring], [ring, ring]]});
        assert_eq!(rings(&one).len(), 2);
        assert_eq!(rings(&several).len(), 3);
        assert_eq!(rings(&several)[2].len(), 4);
        let point = json!({"type": "Point", "coordinates": [1, 2]});
        assert_eq!(rings(&point).len(), 0);
        let odd = json!({"type": "Polygon", "coordinates": [[["x"]], 7]});
        assert_eq!(rings(&odd).concat().len(), 0);
    }
}
