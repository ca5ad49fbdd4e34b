//! The landing page, the document, the classes, the collections.

use std::collections::BTreeSet;

use poem::http::Method;
use serde_json::{Value, json};

use crate::site::{GRIDS, ROOT, Site};

const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

/// Every link tells where it leads, in what relation, and what kind of document is there.
fn assert_links(links: &Value) {
    let links = links.as_array().unwrap();
    assert!(!links.is_empty());
    for link in links {
        for part in ["href", "rel", "type"] {
            assert!(
                !link[part].as_str().unwrap_or_default().is_empty(),
                "{link}"
            );
        }
        assert!(link["href"].as_str().unwrap().starts_with(ROOT), "{link}");
    }
}

/// F2, F6, with and without a slash at the end, without a session.
#[tokio::test]
async fn the_landing_page_leads_to_everything() {
    let site = Site::build().await;
    for address in ["", "/", "?f=json"] {
        let page = site.get_as("", address).await;
        assert_eq!(page.status, 200, "{address}");
        assert_eq!(page.header("content-type"), "application/json");
        assert!(page.body["title"].is_string() && page.body["description"].is_string());
        assert_links(&page.body["links"]);
        for (rel, path, media_type) in [
            ("self", "", "application/json"),
            ("service-desc", "/api", OPENAPI),
            ("service-doc", "/api.html", "text/html"),
            ("conformance", "/conformance", "application/json"),
            ("data", "/collections", "application/json"),
        ] {
            let found = page.link(rel).unwrap();
            assert_eq!(found, (format!("{ROOT}{path}").as_str(), media_type));
            let there = site.get(found.0).await;
            assert_eq!(there.status, 200, "{rel}");
            assert!(
                there.header("content-type").starts_with(media_type),
                "{rel}"
            );
        }
    }
}

#[tokio::test]
async fn what_there_is_is_told_in_the_callers_language() {
    let site = Site::build().await;
    let mut titles = BTreeSet::new();
    for language in ["zh-CN", "en"] {
        let headers = [("Accept-Language", language)];
        let address = "/ogc/collections/cases";
        let told = site
            .send(Method::GET, address, &site.token, &headers, None)
            .await;
        titles.insert(told.body["title"].as_str().unwrap().to_owned());
    }
    assert_eq!(titles, BTreeSet::from(["Cases".into(), "案件".into()]));
}

/// F3
#[tokio::test]
async fn the_document_is_open_api_3_0_at_the_paths_of_the_standard() {
    let site = Site::build().await;
    let headers = [("Accept", OPENAPI)];
    let told = site.send(Method::GET, "/ogc/api", "", &headers, None).await;
    assert_eq!(told.header("content-type"), OPENAPI);
    let document: openapiv3::OpenAPI = serde_json::from_str(&told.text).unwrap();
    assert_eq!(document.openapi, "3.0.3");
    assert_eq!(told.body["servers"], json!([{"url": ROOT}]));
    for path in [
        "/",
        "/conformance",
        "/collections",
        "/collections/{collectionId}",
        "/collections/{collectionId}/items",
        "/collections/{collectionId}/items/{featureId}",
    ] {
        let operation = &told.body["paths"][path]["get"];
        for status in ["200", "304", "400", "429", "500", "503"] {
            assert!(
                operation["responses"][status].is_object(),
                "{path} {status}"
            );
        }
        let guarded = path.starts_with("/collections");
        assert_eq!(operation["security"] != json!([]), guarded, "{path}");
    }
    // Every schema that is referred to is there.
    for (at, _) in told.text.match_indices("#/components/schemas/") {
        let rest = &told.text[at + "#/components/schemas/".len()..];
        let name = rest.split('"').next().unwrap();
        assert!(
            told.body["components"]["schemas"][name].is_object(),
            "{name}"
        );
    }
    let page = site.get_as("", "/api.html").await;
    assert!(page.text.contains("/collections/grids/items"));
}

fn parameter<'a>(document: &'a Value, path: &str, name: &str) -> &'a Value {
    let parameters = document["paths"][path]["get"]["parameters"].as_array();
    let found = parameters.unwrap().iter().find(|p| p["name"] == name);
    found.unwrap_or_else(|| panic!("{path} has no {name}"))
}

/// F15, F19, F22: at the general path and at that of each collection.
#[tokio::test]
async fn the_document_defines_limit_box_and_time_as_the_checkers_want_them() {
    let site = Site::build().await;
    let document = site.get("/api").await.body;
    for collection in ["{collectionId}", "divisions", "grids", "cases"] {
        let path = format!("/collections/{collection}/items");
        let schema = |name: &str| {
            let found = parameter(&document, &path, name);
            assert_eq!(found["in"], "query");
            assert_eq!(found["required"], false);
            assert_eq!(found["style"], "form");
            assert_eq!(found["explode"], false);
            &found["schema"]
        };
        let limit = schema("limit");
        assert_eq!(limit["type"], "integer");
        assert_eq!(limit["minimum"], 1);
        assert!(limit["default"].as_u64() <= limit["maximum"].as_u64());
        let bbox = json!({
            "type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"},
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
        });
        assert_eq!(*schema("bbox"), bbox);
        assert_eq!(schema("datetime")["type"], "string");
        for name in ["f", "offset", "cursor", "crs", "bbox-crs"] {
            schema(name);
        }
    }
}

/// What GDAL finds declared it leaves to the server.
#[tokio::test]
async fn every_filter_that_is_declared_is_taken_and_no_other() {
    let site = Site::build().await;
    let document = site.get("/api").await.body;
    for (collection, filters) in [
        ("divisions", vec!["level=town", "parent=320707000000"]),
        (
            "grids",
            vec!["kind=general", "village=320707101200", "town=320707101000"],
        ),
        (
            "cases",
            vec![
                "number=1",
                "stage=reported",
                "matter=event-06010",
                "grid=320707101200001",
                "village=320707101200",
                "town=320707101000",
            ],
        ),
    ] {
        let path = format!("/collections/{collection}/items");
        let common = document["paths"]["/collections/{collectionId}/items"]["get"]["parameters"]
            .as_array()
            .unwrap();
        let all = document["paths"][&path]["get"]["parameters"]
            .as_array()
            .unwrap();
        // The general path has the collection's name as well.
        assert_eq!(all.len(), common.len() - 1 + filters.len());
        for filter in filters {
            parameter(&document, &path, filter.split('=').next().unwrap());
            assert_eq!(site.items(collection, filter).await.status, 200, "{filter}");
        }
    }
    assert_eq!(
        site.items("grids", "stage=closed").await.faults(),
        ["stage: unknown_parameter"]
    );
    assert_eq!(
        site.items("divisions", "level=street").await.faults(),
        ["level: invalid"]
    );
}

/// F4
#[tokio::test]
async fn the_classes_that_are_declared_are_those_of_features_and_systems() {
    let site = Site::build().await;
    let told = site.get_as("", "/conformance").await;
    let part = |class: &str| format!("http://www.opengis.net/spec/ogcapi-features-{class}");
    let classes = [
        "1/1.0/conf/core",
        "1/1.0/conf/geojson",
        "1/1.0/conf/oas30",
        "2/1.0/conf/crs",
    ];
    assert_eq!(told.body["conformsTo"], json!(classes.map(part)));
}

/// F5, F7, F8, F9; there is no other media type than `GeoJSON`, and so no alternate.
#[tokio::test]
async fn each_collection_is_told_alike_in_the_list_and_alone() {
    let site = Site::build().await;
    let list = site.get("/collections").await;
    assert_links(&list.body["links"]);
    let own = format!("{ROOT}/collections");
    assert_eq!(list.link("self"), Some((own.as_str(), "application/json")));
    let told = list.body["collections"].as_array().unwrap();
    let ids: Vec<_> = told.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["divisions", "grids", "cases"]);
    for collection in told {
        let id = collection["id"].as_str().unwrap();
        let alone = site.get(&format!("/collections/{id}")).await;
        assert_eq!(alone.body, *collection);
        assert_links(&collection["links"]);
        assert_eq!(collection["itemType"], "feature");
        assert_eq!(
            collection["crs"][0],
            "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
        );
        let items = format!("{ROOT}/collections/{id}/items");
        let to_items = alone.link("items");
        assert_eq!(to_items, Some((items.as_str(), "application/geo+json")));
        assert_eq!(alone.link("alternate"), None);
    }
    let extent = &told[1]["extent"];
    assert_eq!(
        extent["spatial"]["bbox"],
        json!([[119.0, 34.9, 119.05, 34.91]])
    );
    assert_eq!(
        extent["temporal"]["interval"],
        json!([["2026-07-15T09:00:00+08:00", null]])
    );
}

#[tokio::test]
async fn what_does_not_exist_is_a_problem() {
    let site = Site::build().await;
    for address in [
        "/collections/rivers",
        "/collections/rivers/items",
        "/collections/grids/items/320707101200999",
        "/collections/grids/items/x",
        "/collections/divisions/items/990000000000",
        "/collections/cases/items/0198c5a0-5b1e-7c3d-9a4f-2b6e8d0c1f35",
        "/collections/cases/items/1",
        "/rivers",
    ] {
        let told = site.get(address).await;
        assert_eq!(told.status, 404, "{address}");
        assert_eq!(told.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn an_answer_that_is_known_is_not_sent_again_and_its_head_comes_alone() {
    let site = Site::build().await;
    let grid = format!("/collections/grids/items/{}", GRIDS[0]);
    for (path, strong) in [
        ("", true),
        ("/api", true),
        ("/conformance", true),
        ("/collections", true),
        ("/collections/grids", true),
        (grid.as_str(), true),
        // The moment of the answer stands in it.
        ("/collections/grids/items", false),
    ] {
        let address = format!("/ogc{path}");
        let told = site.get(path).await;
        let etag = told.header("etag").to_owned();
        assert_eq!(etag.starts_with('"'), strong, "{path} {etag}");
        let known = [("If-None-Match", etag.as_str())];
        let again = site
            .send(Method::GET, &address, &site.token, &known, None)
            .await;
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{path}");
        let head = site
            .send(Method::HEAD, &address, &site.token, &[], None)
            .await;
        assert_eq!((head.status, head.text.as_str()), (200, ""), "{path}");
        assert_eq!(head.header("etag"), etag);
        let length = told.text.len().to_string();
        assert_eq!(head.header("content-length"), length, "{path}");
        let posted = site
            .send(Method::POST, &address, &site.token, &[], None)
            .await;
        assert_eq!(posted.status, 405, "{path}");
    }
}
