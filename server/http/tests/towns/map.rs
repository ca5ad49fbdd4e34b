//! The map: tiles hold what stands on the ground and what the caller may see, and the page brings everything with it.

use std::f64::consts::PI;

use fast_mvt::{MvtFeature, MvtGeometry, MvtReaderRef, MvtTile, MvtValue};
use gridwhistle_domain::place::{Position, Tile};
use poem::Response;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::town::{
    ADMIN, GRID, REGISTRAR, SANITATION, SCENE, SUPERVISOR, Town, WORKER, Who, officer,
};

/// The tile of a zoom in which everything happens.
fn scene(zoom: u8) -> Tile {
    Tile::holding(zoom, Position::new(SCENE.0, SCENE.1).unwrap())
}

fn address(tile: Tile) -> String {
    let (zoom, column, row) = (tile.zoom(), tile.column(), tile.row());
    format!("/tiles/{zoom}/{column}/{row}.mvt")
}

async fn drawn(town: &Town, who: Who, tile: Tile) -> MvtTile {
    let response = town.fetch(Some(who), &address(tile), None).await;
    assert_eq!(response.status(), StatusCode::OK);
    let media_type = response.content_type().unwrap().to_owned();
    assert_eq!(media_type, "application/vnd.mapbox-vector-tile");
    let bytes = response.into_body().into_vec().await.unwrap();
    let reader = MvtReaderRef::new(&bytes).unwrap();
    assert!(
        reader
            .layers()
            .all(|layer| (layer.version(), layer.extent()) == (2, 4_096))
    );
    reader.to_tile().unwrap()
}

fn layer<'a>(tile: &'a MvtTile, name: &str) -> &'a [MvtFeature] {
    let found = tile.layers.iter().find(|layer| layer.name == name);
    match found {
        Some(layer) => &layer.features,
        None => &[],
    }
}

fn tag<'a>(feature: &'a MvtFeature, name: &str) -> Option<&'a MvtValue> {
    let found = feature.properties.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value)
}

fn text(text: &str) -> MvtValue {
    MvtValue::String(text.to_owned())
}

/// The corners of the one piece of land, in units of the tile.
fn corners(feature: &MvtFeature) -> Vec<(i32, i32)> {
    let outer = match &feature.geometry {
        MvtGeometry::Polygon(land) => land.exterior(),
        MvtGeometry::MultiPolygon(pieces) if pieces.0.len() == 1 => pieces.0[0].exterior(),
        other => panic!("no piece of land: {other:?}"),
    };
    outer.0.iter().map(|corner| (corner.x, corner.y)).collect()
}

#[tokio::test]
async fn a_grid_lies_in_the_tile_where_it_lies_on_the_ground() {
    let town = Town::on("07-15 09:00").await;
    let tile = scene(12);
    let shown = drawn(&town, WORKER, tile).await;
    let grid = layer(&shown, "grids");
    let grid = grid.iter().find(|g| tag(g, "code") == Some(&text(GRID)));
    let grid = grid.unwrap();
    assert_eq!(grid.id, Some(GRID.parse().unwrap()));
    assert_eq!(tag(grid, "name"), Some(&text("一")));
    assert_eq!(tag(grid, "village"), Some(&text("320707101200")));
    assert_eq!(tag(grid, "schematic"), Some(&MvtValue::Bool(true)));

    // The projection by its formula, apart from the program's.
    let tiles = 4_096.0;
    let x = |lon: f64| ((lon + 180.0) / 360.0 * tiles - f64::from(tile.column())) * 4_096.0;
    let y = |lat: f64| {
        let north = (PI / 4.0 + lat.to_radians() / 2.0).tan().ln();
        ((1.0 - north / PI) / 2.0 * tiles - f64::from(tile.row())) * 4_096.0
    };
    // The western edge lies in the tile beside: what is drawn ends at the margin.
    assert!(x(119.0) < -64.0);
    let (west, east) = (-64.0, x(119.01));
    let (north, south) = (y(34.91), y(34.9));
    let found = corners(grid);
    assert_eq!(found.len(), 5, "{found:?}");
    for (lon, lat) in [(west, north), (west, south), (east, north), (east, south)] {
        let near = |(x, y): &(i32, i32)| {
            (f64::from(*x) - lon).abs() <= 1.0 && (f64::from(*y) - lat).abs() <= 1.0
        };
        assert!(found.iter().any(near), "{lon} {lat} in {found:?}");
    }
}

#[tokio::test]
async fn far_away_divisions_stand_for_their_grids() {
    let town = Town::on("07-15 09:00").await;
    for (zoom, code) in [
        (8, "320707101000"),
        (6, "320707000000"),
        (0, "320707000000"),
    ] {
        let shown = drawn(&town, WORKER, scene(zoom)).await;
        assert!(layer(&shown, "grids").is_empty(), "{zoom}");
        let divisions = layer(&shown, "divisions");
        let codes: Vec<_> = divisions.iter().map(|d| tag(d, "code")).collect();
        assert_eq!(codes, [Some(&text(code))], "{zoom}");
    }
    let shown = drawn(&town, WORKER, scene(9)).await;
    assert_eq!(layer(&shown, "grids").len(), 1);
    assert!(layer(&shown, "divisions").is_empty());
}

#[tokio::test]
async fn a_case_is_drawn_for_those_who_see_it_and_without_its_text() {
    let town = Town::on("07-15 09:00").await;
    let case = town.reported("event-06010").await;
    let case = town.get(WORKER, &format!("/cases/{case}")).await.body;
    for who in [WORKER, REGISTRAR, SUPERVISOR] {
        let shown = drawn(&town, who, scene(13)).await;
        let [point] = layer(&shown, "cases") else {
            panic!("{who:?}: {:?}", layer(&shown, "cases"));
        };
        let told = |field: &Value| Some(text(field.as_str().unwrap()));
        assert_eq!(tag(point, "number").cloned(), told(&case["number"]));
        assert_eq!(tag(point, "stage").cloned(), told(&case["stage"]));
        assert_eq!(tag(point, "matter").cloned(), told(&case["matter"]["name"]));
        assert_eq!(tag(point, "overdue"), Some(&MvtValue::Bool(false)));
        assert_eq!(point.properties.len(), 4, "{:?}", point.properties);
        assert!(matches!(point.geometry, MvtGeometry::Point(_)));
    }
    // A unit that was not called and an administrator see the land alone.
    for who in [officer(SANITATION), ADMIN] {
        let shown = drawn(&town, who, scene(13)).await;
        assert!(layer(&shown, "cases").is_empty(), "{who:?}");
        assert_eq!(layer(&shown, "grids").len(), 1, "{who:?}");
    }
    // From afar cases are a crowd of points: none is drawn.
    assert!(layer(&drawn(&town, REGISTRAR, scene(11)).await, "cases").is_empty());
}

#[tokio::test]
async fn a_tile_that_has_not_changed_is_not_sent_again() {
    let town = Town::on("07-15 09:00").await;
    let path = address(scene(13));
    let first = town.fetch(Some(WORKER), &path, None).await;
    assert_eq!(first.header("Cache-Control"), Some("private, no-cache"));
    assert_eq!(first.header("Vary"), Some("Authorization"));
    let etag = first.header("ETag").unwrap().to_owned();
    let again = town.fetch(Some(WORKER), &path, Some(&etag)).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    town.reported("event-06010").await;
    let changed = town.fetch(Some(WORKER), &path, Some(&etag)).await;
    assert_eq!(changed.status(), StatusCode::OK);
}

/// Status, and each fault as `parameter: code`.
async fn refused(response: Response) -> (u16, Vec<String>) {
    let status = response.status().as_u16();
    let problem = response.into_body().into_vec().await.unwrap();
    let problem: Value = serde_json::from_slice(&problem).unwrap();
    let faults = problem["errors"].as_array().cloned().unwrap_or_default();
    let faults = faults.iter().map(|fault| {
        let part = |name: &str| fault[name].as_str().unwrap().to_owned();
        format!("{}: {}", part("parameter"), part("code"))
    });
    (status, faults.collect())
}

#[tokio::test]
async fn what_is_no_tile_is_refused_with_its_reason_and_nobody_sees_one_without_a_session() {
    let town = Town::on("07-15 09:00").await;
    for (path, fault) in [
        ("/tiles/23/0/0.mvt", "z: too_deep"),
        ("/tiles/3/8/0.mvt", "x: off_the_globe"),
        ("/tiles/3/0/8.mvt", "y: off_the_globe"),
        ("/tiles/22/4294967296/0.mvt", "x: off_the_globe"),
        ("/tiles/one/0/0.mvt", "z: not_a_number"),
        ("/tiles/3/-1/0.mvt", "x: not_a_number"),
        ("/tiles/3/0/1.5.mvt", "y: not_a_number"),
        ("/tiles/3/0/.mvt", "y: not_a_number"),
    ] {
        let told = refused(town.fetch(Some(WORKER), path, None).await).await;
        assert_eq!(told, (400, vec![fault.to_owned()]), "{path}");
    }
    let other = town.fetch(Some(WORKER), "/tiles/3/0/0.png", None).await;
    assert_eq!(refused(other).await.0, 404);
    let nobody = town.fetch(None, &address(scene(13)), None).await;
    assert_eq!(refused(nobody).await.0, 401);
}

#[tokio::test]
async fn the_page_brings_everything_with_it_in_both_languages() {
    let town = Town::on("07-15 09:00").await;
    for (path, title) in [
        ("/map?lang=zh", "网格地图"),
        ("/map?lang=en", "Map of the grids"),
    ] {
        let response = town.fetch(None, path, None).await;
        assert_eq!(response.content_type(), Some("text/html; charset=utf-8"));
        let policy = response.header("Content-Security-Policy").unwrap();
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "connect-src 'self'",
        ] {
            assert!(policy.contains(rule), "{policy}");
        }
        for hole in ["http:", "https:", "*", "unsafe", "blob:"] {
            assert!(!policy.contains(hole), "{policy}");
        }
        let page = response.into_body().into_string().await.unwrap();
        assert!(page.contains(title));
        let loaded: Vec<&str> = page
            .match_indices("src=\"")
            .chain(page.match_indices("rel=\"stylesheet\" href=\""))
            .filter_map(|(at, found)| page[at + found.len()..].split('"').next())
            .collect();
        assert_eq!(
            loaded,
            ["/map/ol.js", "/map/map.js", "/map/ol.css", "/map/map.css"]
        );
        for own in loaded.into_iter().chain(["/map/NOTICE"]) {
            let file = town.fetch(None, own, None).await;
            assert_eq!(file.status(), StatusCode::OK, "{own}");
            assert!(file.header("ETag").is_some(), "{own}");
        }
        for host in ["http:", "https:", "\"//"] {
            assert!(!page.contains(host), "{host}");
        }
    }
    for own in ["/map/map.js", "/map/map.css", "/map/ol.css"] {
        let file = town.fetch(None, own, None).await.into_body();
        let file = file.into_string().await.unwrap();
        assert!(!file.contains("http:") && !file.contains("https:"), "{own}");
        assert!(!file.contains("url(") && !file.contains("@import"), "{own}");
    }
    let other = town.fetch(None, "/map/secret", None).await;
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
}

/// The tag of a tile as the worker gets it, and its one grid's eastern edge in units of the tile.
async fn tagged(town: &Town, tile: Tile) -> (String, i32) {
    let tag = town.fetch(Some(WORKER), &address(tile), None).await;
    let tag = tag.header("ETag").unwrap().to_owned();
    let shown = drawn(town, WORKER, tile).await;
    let [grid] = layer(&shown, "grids") else {
        panic!("{:?}", layer(&shown, "grids"));
    };
    (tag, corners(grid).iter().map(|(x, _)| *x).max().unwrap())
}

#[tokio::test]
async fn another_boundary_is_drawn_from_the_moment_on_from_which_it_counts() {
    let town = Town::on("07-15 09:00").await;
    let tile = scene(14);
    let (tag, edge) = tagged(&town, tile).await;
    let (west, east, south, north) = (119.0, 119.008, 34.9, 34.91);
    let change = json!({
        "reason": "重新勘界",
        "effective_from": "2026-07-15T11:00:00+08:00",
        "changes": [{"change": "redraw", "code": GRID, "boundary": {"type": "Polygon", "coordinates": [[
            [west, south], [east, south], [east, north], [west, north], [west, south]
        ]]}}],
    });
    let version = Some("\"1\"");
    let put = town.ask(
        ADMIN,
        Method::POST,
        "/boundary-changes",
        version,
        Some(change),
    );
    let put = put.await;
    assert_eq!(put.status, 200, "{}", put.body);
    // Something has changed, but not yet the land: whoever holds the tile holds it still.
    assert_eq!(tagged(&town, tile).await, (tag.clone(), edge));
    town.it_is("07-15 11:00");
    assert!(town.service.refresh_reference().await.unwrap());
    let (other, nearer) = tagged(&town, tile).await;
    assert_ne!(other, tag);
    assert!(nearer < edge, "{nearer} {edge}");
    let held = town.fetch(Some(WORKER), &address(tile), Some(&tag)).await;
    assert_eq!(held.status(), StatusCode::OK);
}

#[tokio::test]
async fn who_sees_no_case_is_not_shown_the_tile_of_somebody_who_does() {
    let town = Town::on("07-15 09:00").await;
    let path = address(scene(13));
    let bytes = async |who| {
        let response = town.fetch(Some(who), &path, None).await;
        response.into_body().into_vec().await.unwrap()
    };
    let land = bytes(ADMIN).await;
    assert_eq!(bytes(WORKER).await, land, "nothing is reported yet");
    town.reported("event-06010").await;
    for _ in 0..2 {
        let seen = bytes(WORKER).await;
        assert!(seen.starts_with(&land) && seen.len() > land.len());
        assert_eq!(bytes(ADMIN).await, land);
    }
}

#[tokio::test]
async fn where_too_many_tiles_are_waited_for_those_that_are_drawn_already_are_still_given() {
    let town = Town::on("07-15 09:00").await;
    let (known, unknown) = (address(scene(10)), address(scene(11)));
    let first = town.fetch(Some(WORKER), &known, None).await;
    assert_eq!(first.status(), StatusCode::OK);
    let places: Vec<_> = std::iter::from_fn(|| town.service.drawing.place().ok()).collect();
    assert!(places.len() > 100, "{}", places.len());
    let again = town.fetch(Some(WORKER), &known, None).await;
    assert_eq!(again.status(), StatusCode::OK);
    let refused = town.fetch(Some(WORKER), &unknown, None).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.header("Retry-After"), Some("1"));
    let problem = refused.into_body().into_vec().await.unwrap();
    let problem: Value = serde_json::from_slice(&problem).unwrap();
    assert_eq!(problem["code"], "busy");
    drop(places);
    let drawn = town.fetch(Some(WORKER), &unknown, None).await;
    assert_eq!(drawn.status(), StatusCode::OK);
}
