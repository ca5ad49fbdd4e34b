//! Grids at other times: each with the boundary that it had then.

use gridwhistle_domain::clock::Timestamp;
use serde_json::{Value, json};

use crate::site::{GRIDS, NOW, ROOT, Site, Told};

/// In the first grid as it was, beyond it as it was drawn anew.
const OUTSIDE_NOW: &str = "bbox=119.0085,34.9085,119.009,34.909";

/// The north-eastern corner of a square.
fn corner(feature: &Value) -> &Value {
    &feature["geometry"]["coordinates"][0][2]
}

/// The identity of the first grid as it was in the beginning.
fn former() -> String {
    let since = Timestamp::parse(NOW).unwrap();
    format!("{}-{}", GRIDS[0], since.micros())
}

/// A site whose first grid was drawn anew at eleven; it is noon.
async fn redrawn() -> Site {
    let site = Site::build().await;
    site.it_is("2026-07-15T11:00:00+08:00");
    site.redraw(0.008).await;
    site.it_is("2026-07-15T12:00:00+08:00");
    site
}

#[tokio::test]
async fn at_a_past_time_a_grid_has_the_boundary_that_it_had() {
    let site = redrawn().await;
    let now = site.items("grids", "").await;
    assert_eq!(now.ids(), GRIDS);
    assert_eq!(corner(&now.features()[0]), &json!([119.008, 34.908]));
    assert!(site.items("grids", OUTSIDE_NOW).await.ids().is_empty());

    let then = "datetime=2026-07-15T10:00:00%2B08:00";
    let told = site.items("grids", then).await;
    assert_eq!(told.body["numberMatched"], 3);
    assert_eq!(told.ids(), [former().as_str(), GRIDS[1], GRIDS[2]]);
    let first = &told.features()[0];
    assert_eq!(corner(first), &json!([119.01, 34.91]));
    assert_eq!(first["properties"]["code"], GRIDS[0]);
    assert_eq!(first["properties"]["valid_from"], NOW);
    assert_eq!(first["properties"]["valid_to"], "2026-07-15T11:00:00+08:00");
    let boxed = site.items("grids", &format!("{then}&{OUTSIDE_NOW}")).await;
    assert_eq!(boxed.ids(), [former()]);

    // From its first moment on the new boundary alone counts, and before the first there was none.
    let of = async |datetime: &str| -> Told {
        let query = format!("datetime={datetime}");
        site.items("grids", &query).await
    };
    assert_eq!(of("2026-07-15T11:00:00%2B08:00").await.ids(), GRIDS);
    assert!(of("../2026-07-15T08:59:59%2B08:00").await.ids().is_empty());
}

#[tokio::test]
async fn over_a_period_a_grid_comes_with_each_boundary_that_it_had_and_each_is_reached() {
    let site = redrawn().await;
    let period = "datetime=2026-07-15T10:00:00%2B08:00/2026-07-15T12:00:00%2B08:00";
    let all = [former().as_str(), GRIDS[0], GRIDS[1], GRIDS[2]].map(str::to_owned);
    let told = site.items("grids", period).await;
    assert_eq!(told.ids(), all);
    let first = format!("/collections/grids/items?limit=1&{period}");
    assert_eq!(site.walk(&first).await, all);
    for feature in told.features() {
        let id = feature["id"].as_str().unwrap();
        let address = format!("{ROOT}/collections/grids/items/{id}");
        let alone = site.get(&address).await;
        for part in ["id", "geometry", "properties"] {
            assert_eq!(alone.body[part], feature[part]);
        }
        let own = alone.link("self");
        assert_eq!(own, Some((address.as_str(), "application/geo+json")));
    }
    for none in ["1", "x", "", "-1", "99999999999999999999"] {
        let address = format!("/collections/grids/items/{}-{none}", GRIDS[0]);
        assert_eq!(site.get(&address).await.status, 404, "{none}");
    }
    let collection = site.get("/collections/grids").await;
    let interval = &collection.body["extent"]["temporal"]["interval"];
    assert_eq!(interval, &json!([[NOW, null]]));
}

#[tokio::test]
async fn a_grid_that_is_drawn_anew_while_somebody_turns_the_pages_comes_once() {
    let site = Site::build().await;
    let first = site.items("grids", "limit=1").await;
    assert_eq!(first.ids(), GRIDS[..1]);
    site.it_is("2026-07-15T11:00:00+08:00");
    site.redraw(0.008).await;
    let (next, _) = first.link("next").unwrap();
    assert_eq!(site.walk(next).await, GRIDS[1..]);
}
