//! Pages of features and single features.

use gridwhistle_domain::clock::Timestamp;
use serde_json::{Value, json};

use crate::site::{GRIDS, ROOT, Site, VILLAGE, middle};

/// F10, F11, F12, F13
#[tokio::test]
async fn a_page_says_what_it_is_where_it_is_when_it_was_made_and_how_much_it_holds() {
    let site = Site::build().await;
    site.report(middle(0)).await;
    for collection in ["divisions", "grids", "cases"] {
        let page = site.items(collection, "limit=2").await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert_eq!(page.header("content-type"), "application/geo+json");
        assert_eq!(page.body["type"], "FeatureCollection");
        let own = format!("{ROOT}/collections/{collection}/items?limit=2");
        let found = page.link("self");
        assert_eq!(found, Some((own.as_str(), "application/geo+json")));
        Timestamp::parse(page.body["timeStamp"].as_str().unwrap()).unwrap();
        assert_eq!(page.body["numberReturned"], page.features().len());
        for feature in page.features() {
            assert_eq!(feature["type"], "Feature");
            assert!(feature["properties"].is_object());
            assert!(feature.get("geometry").is_some());
        }
    }
}

/// F14, F16
#[tokio::test]
async fn the_pages_together_hold_as_many_features_as_each_says_there_are() {
    let site = Site::build().await;
    let divisions = site.service.reference().divisions.len();
    for (collection, count) in [("divisions", divisions), ("grids", GRIDS.len())] {
        let first = format!("/collections/{collection}/items?limit=2");
        assert_eq!(site.get(&first).await.features().len(), 2);
        // Checkers repeat the link with the greatest limit: it must not bind the size.
        let first = site.items(collection, "limit=1").await;
        let (next, _) = first.link("next").unwrap();
        let rest = site.get(&next.replace("limit=1&", "limit=2500&")).await;
        assert_eq!(1 + rest.features().len(), count, "{collection}");
        assert_eq!(first.body["numberMatched"], count);
        assert_eq!(rest.body["numberMatched"], count);
        assert_eq!(rest.link("next"), None);
        let header = format!("<{next}>; rel=\"next\"; type=\"application/geo+json\"");
        assert_eq!(first.header("link"), header);
    }
    let towns = site.items("divisions", "level=town&limit=1").await;
    let all = site
        .walk("/collections/divisions/items?level=town&limit=4")
        .await;
    assert_eq!(towns.body["numberMatched"], all.len());
}

#[tokio::test]
async fn how_many_cases_there_are_is_told_where_one_page_holds_them_all() {
    let site = Site::build().await;
    for grid in 0..3 {
        site.report(middle(grid)).await;
    }
    let all = site.items("cases", "").await;
    assert_eq!(all.body["numberMatched"], 3);
    let part = site.items("cases", "limit=2").await;
    assert!(part.body.get("numberMatched").is_none());
    let (next, _) = part.link("next").unwrap();
    let rest = site.get(next).await;
    assert_eq!(rest.features().len(), 1);
    assert!(rest.body.get("numberMatched").is_none());
}

#[tokio::test]
async fn an_offset_passes_over_features_and_a_page_past_the_end_is_empty() {
    let site = Site::build().await;
    for grid in 0..3 {
        site.report(middle(grid)).await;
    }
    for collection in ["grids", "cases"] {
        let all = site.items(collection, "f=json&offset=0").await.ids();
        assert_eq!(all.len(), 3);
        let second = site.items(collection, "offset=1&limit=1").await;
        assert_eq!(second.ids(), all[1..2]);
        let (next, _) = second.link("next").unwrap();
        assert_eq!(site.get(next).await.ids(), all[2..]);
        let past = site.items(collection, "offset=3").await;
        assert_eq!(past.body["features"], json!([]));
        assert_eq!(past.link("next"), None);
        let boxed = "offset=1&limit=1&bbox=118,34,120,35";
        assert_eq!(site.items(collection, boxed).await.ids(), all[1..2]);
    }
}

/// F24
#[tokio::test]
async fn every_feature_of_a_page_is_reached_by_its_identity() {
    let site = Site::build().await;
    site.report(middle(1)).await;
    site.report(json!({"grid": GRIDS[2]})).await;
    for collection in ["divisions", "grids", "cases"] {
        let page = site.items(collection, "limit=5").await;
        assert!(!page.features().is_empty());
        for feature in page.features() {
            let id = feature["id"].as_str().unwrap();
            let address = format!("{ROOT}/collections/{collection}/items/{id}");
            let alone = site.get(&address).await;
            assert_eq!(alone.header("content-type"), "application/geo+json");
            for part in ["type", "id", "geometry", "properties"] {
                assert_eq!(alone.body[part], feature[part]);
            }
            let own = alone.link("self");
            assert_eq!(own, Some((address.as_str(), "application/geo+json")));
            let whole = format!("{ROOT}/collections/{collection}");
            let up = alone.link("collection");
            assert_eq!(up, Some((whole.as_str(), "application/json")));
            let wrong = site.get(&format!("{address}?limit=1")).await;
            assert_eq!(wrong.faults(), ["limit: unknown_parameter"]);
        }
    }
}

/// F26
#[tokio::test]
async fn the_links_lead_to_every_case_once_while_others_are_filed() {
    let site = Site::build().await;
    let mut filed = Vec::new();
    for grid in [0, 1, 2, 0, 1, 2, 0] {
        filed.push(site.report(middle(grid)).await);
    }
    filed.reverse();
    for query in ["limit=2", "limit=2&bbox=119,34.9,119.05,34.91"] {
        let mut page = site.items("cases", query).await;
        let mut found = page.ids();
        let before: Vec<String> = site.items("cases", "").await.ids();
        while let Some((next, _)) = page.link("next") {
            site.report(middle(1)).await;
            page = site.get(next).await;
            found.extend(page.ids());
        }
        assert_eq!(found, before, "{query}");
        assert!(found.ends_with(&filed));
    }
}

/// F27: divisions have none, and a case may be known by its grid alone.
#[tokio::test]
async fn a_feature_without_geometry_is_in_every_box() {
    let site = Site::build().await;
    let unplaced = site.report(json!({"grid": GRIDS[0]})).await;
    let placed = site.report(middle(0)).await;
    let nowhere = site.items("cases", "bbox=1,1,2,2").await;
    assert_eq!(nowhere.ids(), [unplaced.as_str()]);
    assert_eq!(nowhere.features()[0]["geometry"], Value::Null);
    let here = site.items("cases", "bbox=119,34.9,119.01,34.91").await;
    assert_eq!(here.ids(), [placed, unplaced]);
    let all = site.items("divisions", "").await;
    let boxed = site.items("divisions", "bbox=1,1,2,2").await;
    assert_eq!(all.ids(), boxed.ids());
    assert!(boxed.features().iter().all(|f| f["geometry"].is_null()));
}

/// Every position of a geometry, ring by ring.
fn rings(geometry: &Value) -> Vec<Vec<(f64, f64)>> {
    let list = |value: &Value| value.as_array().unwrap().clone();
    let polygons = match geometry["type"].as_str().unwrap() {
        "Polygon" => vec![geometry["coordinates"].clone()],
        _ => list(&geometry["coordinates"]),
    };
    let point = |at: &Value| (at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
    let rings = polygons.iter().flat_map(list);
    rings
        .map(|ring| list(&ring).iter().map(point).collect())
        .collect()
}

/// F21, F28: outer rings to the left, holes to the right, all closed, seven decimals at most.
#[tokio::test]
async fn rings_are_closed_run_by_the_right_hand_and_lie_on_the_globe() {
    let site = Site::build().await;
    let page = site.items("grids", "").await;
    let mut turns = Vec::new();
    for feature in page.features() {
        for ring in rings(&feature["geometry"]) {
            assert!(ring.len() >= 4);
            assert_eq!(ring.first(), ring.last());
            for (lon, lat) in &ring {
                assert!(lon.abs() <= 180.0 && lat.abs() <= 90.0);
                for number in [lon, lat] {
                    let text = number.to_string();
                    let decimals = text.split_once('.').map_or(0, |(_, rest)| rest.len());
                    assert!(decimals <= 7, "{text}");
                }
            }
            let area: f64 = ring
                .windows(2)
                .map(|edge| edge[0].0 * edge[1].1 - edge[1].0 * edge[0].1)
                .sum();
            turns.push(area > 0.0);
        }
    }
    // Two squares, a square with a hole, a piece apart.
    assert_eq!(turns, [true, true, true, false, true]);
}

#[tokio::test]
async fn a_grid_tells_its_kind_its_place_and_that_it_is_only_drawn() {
    let site = Site::build().await;
    let page = site.items("grids", "limit=1").await;
    let properties = &page.features()[0]["properties"];
    assert_eq!(properties["code"], GRIDS[0]);
    assert_eq!(properties["village"], VILLAGE);
    assert_eq!(properties["town"], "320707101000");
    assert_eq!(properties["town_name"], "柘汪镇");
    assert_eq!(properties["schematic"], true);
    assert_eq!(properties["valid_to"], Value::Null);
    let town = site.get("/collections/divisions/items/320707101000").await;
    assert_eq!(town.body["properties"]["level"], "town");
    assert_eq!(town.body["properties"]["parent"], "320707000000");
}

#[tokio::test]
async fn a_filter_leaves_what_has_the_property() {
    let site = Site::build().await;
    let first = site.report(middle(0)).await;
    let second = site.report(middle(1)).await;
    let of = |page: crate::site::Told| page.ids();
    let grid = format!("grid={}", GRIDS[0]);
    assert_eq!(of(site.items("cases", &grid).await), [first.as_str()]);
    let village = format!("village={VILLAGE}&stage=reported");
    assert_eq!(
        of(site.items("cases", &village).await),
        [second.as_str(), &first]
    );
    assert!(of(site.items("cases", "stage=closed").await).is_empty());
    let elsewhere = format!("village={VILLAGE}&town=320707102000");
    assert!(of(site.items("cases", &elsewhere).await).is_empty());
    let page = site.items("cases", &grid).await;
    let number = page.features()[0]["properties"]["number"].as_str().unwrap();
    let query = format!("number={number}");
    assert_eq!(of(site.items("cases", &query).await), [first]);
    let villages = site
        .items("divisions", "level=village&parent=320707101000")
        .await;
    assert!(!villages.features().is_empty());
    for village in villages.features() {
        assert_eq!(village["properties"]["parent"], "320707101000");
    }
    let none = site.items("grids", "kind=micro").await;
    assert_eq!(none.body["numberMatched"], 0);
}
