//! The document, the page that shows it, health and figures, and the live stream.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;

use common::{ID, Notes, app_with, client, documented, limits};
use gridwhistle_http::{docs, flood::FloodSettings, metrics::Metrics};
use poem::{http::StatusCode, test::TestClient};
use serde_json::{Value, json};

fn document() -> Value {
    serde_json::from_str(&docs::document::<Notes>("0.1.0")).unwrap()
}

#[test]
fn every_address_stands_in_the_document_once() {
    let text = docs::document::<Notes>("0.1.0");
    assert_eq!(text.matches("\"/api/v1/notes\": {").count(), 1);
    assert!(text.ends_with("}\n"));
    assert!(!text.contains("xml"));
}

#[test]
fn what_is_published_of_a_field_is_what_is_checked() {
    let note = &document()["components"]["schemas"]["Note"]["properties"];
    let bounds = (&note["corner"]["minItems"], &note["corner"]["maxItems"]);
    assert_eq!(bounds, (&json!(2), &json!(2)));
    assert_eq!(
        note["urgency"]["allOf"],
        json!([{"$ref": "#/components/schemas/Urgency"}])
    );
    assert_eq!(note["tags"]["uniqueItems"], true);
    assert_eq!(note["division"]["pattern"], "^[0-9]{6}$");
}

#[test]
fn media_types_are_those_that_are_sent() {
    let document = document();
    let mut media_types = BTreeSet::new();
    for operation in document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|p| p.as_object().unwrap().values())
    {
        let bodies = operation["responses"]
            .as_object()
            .unwrap()
            .values()
            .chain([&operation["requestBody"]]);
        for content in bodies.filter_map(|b| b["content"].as_object()) {
            media_types.extend(content.keys().cloned());
        }
    }
    let media_types: Vec<_> = media_types.into_iter().collect();
    assert_eq!(
        media_types,
        [
            "application/json",
            "application/octet-stream",
            "application/problem+json",
            "text/event-stream"
        ]
    );
}

#[test]
fn every_failure_of_every_operation_is_documented_as_a_problem() {
    for (path, operations) in document()["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if operation["operationId"] == "bare" {
                continue;
            }
            let responses = operation["responses"].as_object().unwrap();
            for status in ["400", "401", "403", "404", "429", "500", "503"] {
                let schema =
                    &responses[status]["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(
                    schema, "#/components/schemas/Problem",
                    "{method} {path} {status}"
                );
            }
            let takes_body = operation["requestBody"].is_object();
            assert_eq!(takes_body, responses.contains_key("413"), "{method} {path}");
            assert_eq!(takes_body, responses.contains_key("415"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_document_is_served_and_cached_by_its_tag() {
    let client = documented();
    let response = client.get("/openapi.json").send().await;
    response.assert_content_type("application/json");
    response.assert_header("Cache-Control", "no-cache");
    let etag = response.0.header("ETag").unwrap().to_owned();
    response.assert_text(docs::document::<Notes>("0.1.0")).await;
    let response = client
        .get("/openapi.json")
        .header("If-None-Match", etag)
        .send()
        .await;
    response.assert_status(StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn the_reading_page_needs_no_outside_host() {
    let response = documented().get("/docs").send().await;
    response.assert_status_is_ok();
    response.assert_content_type("text/html; charset=utf-8");
    let policy = response
        .0
        .header("Content-Security-Policy")
        .unwrap()
        .to_owned();
    let page = response.0.into_body().into_string().await.unwrap();

    // Nothing is loaded by address …
    for loading in [
        "<link",
        "<img",
        "<iframe",
        "<script src",
        "@import",
        "url(http",
        "url(//",
    ] {
        let markup = page.split("<script").next().unwrap();
        assert!(!markup.contains(loading), "{loading}");
    }
    assert!(!page.contains("<script src") && !page.contains("<script charset=\"UTF-8\" src"));
    assert!(page.contains("validatorUrl: null"));
    // … and what a script might try, the browser refuses.
    assert!(
        policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"),
        "{policy}"
    );
    assert!(
        !policy.contains("http:") && !policy.contains("https:") && !policy.contains("script-src *"),
        "{policy}"
    );
    assert_eq!(
        policy.matches("'sha256-").count(),
        page.matches("</script>").count()
    );
    assert_eq!(
        page.matches("</script>").count(),
        2,
        "the document must not end the script"
    );
}

#[tokio::test]
async fn a_kind_of_problem_explains_itself() {
    let client = client();
    let response = client
        .get("/problems/stale_version")
        .header("Accept-Language", "en")
        .send()
        .await;
    response.assert_status_is_ok();
    let text = response.0.into_body().into_string().await.unwrap();
    assert!(
        text.contains("Somebody else has changed it") && text.contains("HTTP 412"),
        "{text}"
    );
    client
        .get("/problems/nonsense")
        .send()
        .await
        .assert_status(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn health_tells_life_and_readiness_apart() {
    let client = client();
    client.get("/livez").send().await.assert_status_is_ok();
    let response = client.get("/readyz").send().await;
    response.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    response.assert_header_exist("Retry-After");
    let text = response.0.into_body().into_string().await.unwrap();
    assert!(
        !text.contains("writer"),
        "the cause is for the log alone: {text}"
    );
}

#[tokio::test]
async fn figures_count_by_pattern_and_never_by_address() {
    let metrics = Metrics::new();
    metrics.gauge("feed_position", "Newest event").set(42);
    metrics.gauge_from("writer_queue", "Waiting writes", || 7);
    let client = TestClient::new(app_with(limits(), &FloodSettings::default(), &metrics));
    client
        .get(format!("/api/v1/notes/{ID}"))
        .send()
        .await
        .assert_status_is_ok();
    client
        .get("/api/v1/notes?limit=0")
        .send()
        .await
        .assert_status(StatusCode::BAD_REQUEST);
    for path in ["/nowhere", "/nowhere/else"] {
        client
            .get(path)
            .send()
            .await
            .assert_status(StatusCode::NOT_FOUND);
    }
    client
        .get("/api/v1/panic")
        .send()
        .await
        .assert_status(StatusCode::INTERNAL_SERVER_ERROR);
    client
        .request("BREW".parse().unwrap(), "/livez")
        .send()
        .await
        .assert_status(StatusCode::METHOD_NOT_ALLOWED);
    let response = client.get("/metrics").send().await;
    response.assert_content_type("application/openmetrics-text; version=1.0.0; charset=utf-8");
    let text = response.0.into_body().into_string().await.unwrap();
    for line in [
        "gridwhistle_http_requests_total{method=\"GET\",route=\"/api/v1/notes/{id}\",status=\"2xx\"} 1",
        "gridwhistle_http_requests_total{method=\"GET\",route=\"/api/v1/notes\",status=\"4xx\"} 1",
        "gridwhistle_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"4xx\"} 2",
        "gridwhistle_http_requests_total{method=\"GET\",route=\"/api/v1/panic\",status=\"5xx\"} 1",
        "gridwhistle_http_requests_total{method=\"other\",route=\"/livez\",status=\"4xx\"} 1",
        "gridwhistle_http_requests_in_flight 1",
        "gridwhistle_http_connections 0",
        "gridwhistle_feed_position 42",
        "gridwhistle_writer_queue 7",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(text.contains("gridwhistle_http_request_duration_seconds_bucket"));
    assert!(!text.contains(ID) && !text.contains("nowhere"));
}

#[tokio::test]
async fn a_stream_sends_numbered_events_and_ends_with_its_source() {
    let response = client().get("/api/v1/stream").send().await;
    response.assert_status_is_ok();
    response.assert_content_type("text/event-stream");
    response.assert_header("Cache-Control", "no-cache");
    let text = response.0.into_body().into_string().await.unwrap();
    assert_eq!(
        text,
        "retry: 3000\n\n\
         id: 1\nevent: moved\ndata: {\"lat\":34.8,\"lon\":119.0}\n\n\
         id: 2\nevent: moved\ndata: {\"lat\":34.8,\"lon\":119.0}\n\n"
    );
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_outlives_the_deadline_gives_signs_of_life_and_ends_at_the_stop() {
    let response = client().get("/api/v1/endless").send().await;
    response.assert_status_is_ok();
    let text = response.0.into_body().into_string().await.unwrap();
    let comments = text.matches(":\n\n").count();
    // Ten minutes to the stop, a sign every fifteen seconds.
    assert!((39..=40).contains(&comments), "{comments}");
}

#[tokio::test]
async fn an_id_that_came_with_the_request_goes_back_with_the_answer() {
    let response = client()
        .get("/livez")
        .header("X-Request-Id", "field-unit-0042")
        .send()
        .await;
    response.assert_header("X-Request-Id", "field-unit-0042");
    response.assert_header("Referrer-Policy", "no-referrer");
    response.assert_header(
        "Content-Security-Policy",
        "default-src 'none'; frame-ancestors 'none'",
    );
}
