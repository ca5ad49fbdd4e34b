//! Limits, boxes, times, and what nobody knows.

use poem::http::Method;
use serde_json::json;

use crate::site::{GRIDS, Site, middle};

/// F16, F17
#[tokio::test]
async fn a_limit_bounds_the_page_more_than_the_maximum_is_none_and_a_word_is_refused() {
    let site = Site::build().await;
    assert_eq!(site.items("grids", "limit=2").await.ids(), GRIDS[..2]);
    let most = site.items("divisions", "limit=1000000").await;
    assert!(most.features().len() <= 2_500);
    for (query, fault) in [
        ("limit=unlimited", "limit: wrong_type"),
        ("limit=0", "limit: too_small"),
        ("limit=-1", "limit: wrong_type"),
        ("limit=1.5", "limit: wrong_type"),
        ("limit=", "limit: wrong_type"),
    ] {
        assert_eq!(
            site.items("grids", query).await.faults(),
            [fault],
            "{query}"
        );
    }
}

/// F18, at every address.
#[tokio::test]
async fn a_parameter_that_nobody_knows_is_refused_by_name() {
    let site = Site::build().await;
    let grid = format!("/collections/grids/items/{}", GRIDS[0]);
    for address in [
        "",
        "/api",
        "/conformance",
        "/collections",
        "/collections/grids",
        "/collections/divisions/items",
        "/collections/grids/items",
        "/collections/cases/items",
        grid.as_str(),
    ] {
        let told = site
            .get(&format!("{address}?unknownQueryParameter12345=1"))
            .await;
        assert_eq!(
            told.faults(),
            ["unknownQueryParameter12345: unknown_parameter"],
            "{address}"
        );
    }
    for language in ["zh-CN", "en"] {
        let headers = [("Accept-Language", language)];
        let address = "/ogc/collections/grids/items?bbox=1";
        let told = site
            .send(Method::GET, address, &site.token, &headers, None)
            .await;
        assert_eq!(told.header("content-language"), language);
        let detail = told.body["errors"][0]["detail"].as_str().unwrap();
        assert_eq!(detail.contains("east"), language == "en", "{detail}");
    }
}

/// F30
#[tokio::test]
async fn json_is_the_format_with_and_without_asking_and_there_is_no_other() {
    let site = Site::build().await;
    for address in [
        "/",
        "/collections",
        "/collections/grids",
        "/collections/grids/items",
    ] {
        let (plain, asked) = (
            site.get(address).await,
            site.get(&format!("{address}?f=json")).await,
        );
        assert_eq!(asked.status, 200);
        assert_eq!(plain.header("content-type"), asked.header("content-type"));
        for part in ["features", "collections", "id", "title"] {
            assert_eq!(plain.body[part], asked.body[part]);
        }
        for format in ["xyz", "html", ""] {
            let told = site.get(&format!("{address}?f={format}")).await;
            assert_eq!(told.faults(), ["f: not_one_of"], "{address} {format}");
        }
    }
}

/// F20: the box over the 180th meridian is the one that the checkers send.
#[tokio::test]
async fn a_box_holds_the_grids_that_it_meets() {
    let site = Site::build().await;
    let (third, none) = (&GRIDS[2..], &GRIDS[..0]);
    for (bbox, expected) in [
        ("-180,-90,180,90", &GRIDS[..]),
        ("119.001,34.901,119.002,34.902", &GRIDS[..1]),
        // A shared border belongs to both.
        ("119.01,34.905,119.01,34.905", &GRIDS[..2]),
        ("119.005,34.905,119.015,34.906", &GRIDS[..2]),
        // Within the hole of the third, beside its edge, between its pieces, in its second piece.
        ("119.0215,34.9015,119.0225,34.9025", none),
        ("119.0215,34.9015,119.0235,34.9025", third),
        ("119.031,34.901,119.039,34.909", none),
        ("119.045,34.905,119.046,34.906", third),
        ("119.045,34.905,-100,119.046,34.906,8000", third),
        ("177,65,-177,70", none),
        ("119.045,34,-177,35", third),
        ("170,30,119.001,40", &GRIDS[..1]),
        ("-300,-100,300,100", &GRIDS[..]),
    ] {
        let found = site.items("grids", &format!("bbox={bbox}")).await;
        assert_eq!(found.ids(), expected, "{bbox}");
        assert_eq!(found.body["numberMatched"], expected.len());
    }
}

#[tokio::test]
async fn a_box_holds_the_cases_whose_points_lie_in_it() {
    let site = Site::build().await;
    let cases = [
        site.report(middle(0)).await,
        site.report(middle(1)).await,
        site.report(middle(0)).await,
    ];
    let first = site.items("cases", "bbox=119,34.9,119.01,34.91").await;
    assert_eq!(first.ids(), [cases[2].as_str(), &cases[0]]);
    assert_eq!(first.body["numberMatched"], 2);
    let walked = "/collections/cases/items?limit=1&bbox=119,34.9,119.01,34.91";
    assert_eq!(site.walk(walked).await, [cases[2].as_str(), &cases[0]]);
    let edge = site.items("cases", "bbox=119.015,34.905,120,35").await;
    assert_eq!(edge.ids(), [cases[1].as_str()]);
}

/// F29
#[tokio::test]
async fn a_box_of_another_number_of_numbers_or_upside_down_is_refused() {
    let site = Site::build().await;
    for bbox in ["1,2,3,4,5", "1,2,3", "a,b,c,d", "1,4,3,2", "1,2,3,NaN", ""] {
        for collection in ["divisions", "grids", "cases"] {
            let told = site.items(collection, &format!("bbox={bbox}")).await;
            assert_eq!(told.faults(), ["bbox: not_a_bbox"], "{bbox}");
        }
    }
}

/// F23: cases by the moment of their report, grids by their validity; all were made at the same moment.
#[tokio::test]
async fn a_time_holds_what_was_reported_or_valid_then() {
    let site = Site::build().await;
    site.report(middle(0)).await;
    for (datetime, cases, grids) in [
        ("2026-07-15T01:00:00Z", 1, 3),
        ("2026-07-15T09:00:00%2B08:00", 1, 3),
        ("2026-07-15T01:00:01Z", 0, 3),
        ("2026-07-14T00:00:00Z/2026-07-16T00:00:00Z", 1, 3),
        ("2026-07-13T00:00:00Z/2026-07-14T00:00:00Z", 0, 0),
        ("../2026-07-15T01:00:00Z", 1, 3),
        ("2026-07-15T01:00:00Z/..", 1, 3),
        ("/2026-07-14T01:00:00Z", 0, 0),
        ("2026-07-16T01:00:00Z/", 0, 3),
    ] {
        let query = format!("datetime={datetime}");
        let found = site.items("cases", &query).await;
        assert_eq!(found.features().len(), cases, "{datetime}");
        let found = site.items("grids", &query).await;
        assert_eq!(found.features().len(), grids, "{datetime}");
        // Of divisions nobody knows since when: they match always.
        let found = site.items("divisions", &query).await;
        assert!(!found.features().is_empty(), "{datetime}");
    }
    for datetime in [
        "yesterday",
        "2026-07-15",
        "2026-07-16T00:00:00Z/2026-07-15T00:00:00Z",
    ] {
        let told = site.items("cases", &format!("datetime={datetime}")).await;
        assert_eq!(told.faults(), ["datetime: not_a_datetime"]);
    }
}

#[tokio::test]
async fn a_cursor_that_was_never_told_or_an_offset_too_far_is_refused() {
    let site = Site::build().await;
    for collection in ["divisions", "grids", "cases"] {
        let told = site.items(collection, "cursor=abc&offset=1000001").await;
        assert_eq!(
            told.faults(),
            ["offset: too_large", "cursor: invalid"],
            "{collection}"
        );
    }
    assert_eq!(
        site.items("cases", "offset=10001").await.faults(),
        ["offset: too_large"]
    );
    let past = site.items("cases", "cursor=-9223372036854775808").await;
    assert_eq!(past.body["features"], json!([]));
}
