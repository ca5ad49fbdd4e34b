//! A small town for tests: the shipped reference data, four square grids, and somebody in each post.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::Account;

/// A village of the town.
const VILLAGE: &str = "320707100002";
const TOWN: &str = "320707100000";
const COUNTY: &str = "320707000000";
/// Two units of the town and the district.
const UNITS: [&str; 2] = ["320707100-zf", "320707-sz"];
/// The side of a grid in degrees, and the corner of the first.
const SIDE: f64 = 0.01;
const CORNER: (f64, f64) = (119.10, 34.83);

/// The code of one of the grids, from 1 to 4.
pub fn grid(number: usize) -> String {
    format!("{VILLAGE}{number:03}")
}

/// Writes the grids as a `GeoJSON` file: a row of squares from west to east.
pub fn write_grids(file: &Path) -> anyhow::Result<()> {
    let features: Vec<Value> = [0.0, 1.0, 2.0, 3.0]
        .into_iter()
        .zip(1..)
        .map(|(place, number)| {
            let (west, south) = (CORNER.0 + place * SIDE, CORNER.1);
            let (east, north) = (west + SIDE, south + SIDE);
            json!({
                "type": "Feature",
                "properties": {
                    "code": grid(number),
                    "name": format!("第{number}网格"),
                    "kind": "general",
                    "schematic": true,
                },
                "geometry": {"type": "Polygon", "coordinates": [[
                    [west, south], [east, south], [east, north], [west, north], [west, south],
                ]]},
            })
        })
        .collect();
    let collection = json!({"type": "FeatureCollection", "features": features});
    fs::write(file, collection.to_string())?;
    Ok(())
}

/// Everybody who has an account.
pub fn accounts() -> Vec<Account> {
    let near = format!("{},{}", grid(1), grid(2));
    let posts = [
        ("grid_worker", "grid_worker", near.as_str()),
        ("other_worker", "grid_worker", &grid(4)),
        ("village_leader", "village_leader", VILLAGE),
        ("clerk", "clerk", TOWN),
        ("registrar", "registrar", TOWN),
        ("dispatcher", "dispatcher", TOWN),
        ("dispatcher_county", "dispatcher", COUNTY),
        ("duty_leader", "duty_leader", TOWN),
        ("town_head", "town_head", TOWN),
        ("unit_leader", "unit_leader", UNITS[0]),
        ("other_leader", "unit_leader", UNITS[1]),
        ("supervisor", "supervisor", COUNTY),
        ("admin", "admin", COUNTY),
    ];
    posts
        .into_iter()
        .map(|(username, post, scope)| Account {
            username: username.to_owned(),
            password: format!("canary of {username}"),
            post: post.to_owned(),
            scope: scope.to_owned(),
        })
        .collect()
}
