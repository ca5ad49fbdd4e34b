//! Whatever comes in, the answer is a clear problem, never a bare failure.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{ID, app_with, client, limits, note};
use futures_util::stream;
use gridwhistle_http::{flood::FloodSettings, limits::Limits, metrics::Metrics};
use poem::{
    Body, Endpoint, EndpointExt, Response,
    endpoint::BoxEndpoint,
    http::{Method, StatusCode},
    test::{TestClient, TestRequestBuilder, TestResponse},
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

/// The problem in an answer, after checking that it is one and agrees with the answer's head.
async fn problem(response: TestResponse) -> Value {
    let status = response.0.status();
    response.assert_content_type("application/problem+json");
    let id = response.0.header("X-Request-Id").unwrap().to_owned();
    response.assert_header("Cache-Control", "no-store");
    response.assert_header("X-Content-Type-Options", "nosniff");
    let text = response.0.into_body().into_string().await.unwrap();
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(problem["status"], status.as_u16());
    assert_eq!(problem["request_id"], id);
    assert_eq!(
        problem["type"],
        format!("/problems/{}", problem["code"].as_str().unwrap())
    );
    assert!(!problem["title"].as_str().unwrap().is_empty());
    assert!(!problem["detail"].as_str().unwrap().is_empty());
    problem
}

/// Status, code, and each fault as `place: code`.
async fn told(response: TestResponse) -> (u16, String, Vec<String>) {
    let status = response.0.status().as_u16();
    let problem = problem(response).await;
    let faults = problem["errors"].as_array().cloned().unwrap_or_default();
    let faults = faults
        .iter()
        .map(|e| {
            let place = e["pointer"].as_str().or(e["parameter"].as_str()).unwrap();
            format!("{place}: {}", e["code"].as_str().unwrap())
        })
        .collect();
    (status, problem["code"].as_str().unwrap().to_owned(), faults)
}

fn leave<E: Endpoint>(client: &TestClient<E>, body: impl Into<Body>) -> TestRequestBuilder<'_, E> {
    client
        .post("/api/v1/notes")
        .content_type("application/json")
        .body(body.into())
}

async fn left(body: &Value) -> (u16, String, Vec<String>) {
    told(leave(&client(), body.to_string()).send().await).await
}

/// A right note with one field replaced.
fn with(name: &str, value: Value) -> Value {
    let mut note = note();
    note[name] = value;
    note
}

#[tokio::test]
async fn a_right_note_is_taken() {
    let full = json!({
        "id": ID, "title": "路灯不亮", "text": "第一行\n\t第二行", "urgency": "emergency",
        "position": {"lon": 119.1, "lat": -90}, "seen_at": "2026-03-01T09:30:00+08:00",
        "tags": ["灯", "路"], "division": "320707", "people": 255, "corner": [1, 2.5]
    });
    let response = leave(&client(), full.to_string()).send().await;
    response.assert_status(StatusCode::CREATED);
    response.assert_content_type("application/json");
    response.assert_header("Location", format!("/api/v1/notes/{ID}"));
    response.assert_header("ETag", "\"1\"");
    response
        .assert_json(json!({
            "id": ID, "title": "路灯不亮", "text": "第一行\n\t第二行", "urgency": "emergency",
            "position": {"lon": 119.1, "lat": -90.0}, "seen_at": "2026-03-01T09:30:00+08:00",
            "tags": ["灯", "路"], "division": "320707", "people": 255, "corner": [1.0, 2.5]
        }))
        .await;
}

#[tokio::test]
async fn malformed_json_is_told_with_its_place() {
    for text in [
        "{",
        "",
        "nonsense",
        "{\"title\":NaN}",
        "{\"people\":1e400}",
        "[1,]",
    ] {
        let (status, code, _) = told(leave(&client(), text).send().await).await;
        assert_eq!((status, code.as_str()), (400, "malformed_json"), "{text}");
    }
    let deep = "[".repeat(5_000);
    let (status, code, faults) = told(leave(&client(), deep).send().await).await;
    assert_eq!((status, code.as_str()), (400, "malformed_json"));
    assert_eq!(faults.len(), 1);
    let twice = format!(r#"{{"id":"{ID}","title":"ab","title":"cd","urgency":"daily"}}"#);
    let (status, _, faults) = told(leave(&client(), twice).send().await).await;
    assert_eq!(
        (status, faults),
        (400, vec!["/title: duplicate_field".to_owned()])
    );
}

#[tokio::test]
async fn an_unknown_field_is_named_and_makes_it_400() {
    let (status, code, faults) = left(&json!({
        "id": ID, "urgency": "daily", "tilte": "x", "position": {"lon": 1, "lat": 2, "alt": 3}
    }))
    .await;
    assert_eq!((status, code.as_str()), (400, "unknown_field"));
    assert_eq!(
        faults,
        [
            "/title: required",
            "/position/alt: unknown_field",
            "/tilte: unknown_field"
        ]
    );
}

#[tokio::test]
async fn every_missing_field_is_named() {
    let (status, code, faults) = left(&json!({"position": {}})).await;
    assert_eq!((status, code.as_str()), (422, "invalid_body"));
    assert_eq!(
        faults,
        [
            "/id: required",
            "/title: required",
            "/urgency: required",
            "/position/lon: required",
            "/position/lat: required"
        ]
    );
}

#[tokio::test]
async fn all_faults_are_told_together() {
    let (status, code, faults) = left(&json!({
        "id": "7", "title": "x", "text": 5, "urgency": "sometimes",
        "position": {"lon": 180.5, "lat": "NaN"}, "seen_at": "2026-03-01 09:30",
        "tags": ["a", "b", "a", "d"], "division": "32070", "people": 256, "corner": [1]
    }))
    .await;
    assert_eq!((status, code.as_str()), (422, "invalid_body"));
    assert_eq!(
        faults,
        [
            "/corner: too_few_items",
            "/division: pattern",
            "/id: format",
            "/people: too_large",
            "/position/lat: wrong_type",
            "/position/lon: too_large",
            "/seen_at: format",
            "/tags: too_many_items",
            "/tags/2: repeated_item",
            "/text: wrong_type",
            "/title: too_short",
            "/urgency: not_one_of"
        ]
    );
}

#[tokio::test]
async fn text_has_no_control_characters() {
    for bad in ["\0", "a\0b", "\u{1b}[31m", "\r", "\u{7f}", "\u{9b}"] {
        let (status, _, faults) = left(&with("text", json!(bad))).await;
        assert_eq!(
            (status, faults),
            (422, vec!["/text: control_character".to_owned()]),
            "{bad:?}"
        );
    }
    let (_, _, faults) = left(&with("tags", json!(["ok", "\0"]))).await;
    assert_eq!(faults, ["/tags/1: control_character"]);
}

#[tokio::test]
async fn text_without_a_limit_of_its_own_ends_at_4_000_characters() {
    let (status, _, faults) = left(&with("text", json!("字".repeat(5_000)))).await;
    assert_eq!((status, faults), (422, vec!["/text: too_long".to_owned()]));
    let response = leave(
        &client(),
        with("text", json!("字".repeat(4_000))).to_string(),
    )
    .send()
    .await;
    response.assert_status(StatusCode::CREATED);
}

#[tokio::test]
async fn numbers_are_of_their_kind_and_width() {
    for (people, fault) in [
        (json!(0), "too_small"),
        (json!(-1), "too_small"),
        (json!(300), "too_large"),
        (json!(18_446_744_073_709_551_615_u64), "too_large"),
        (json!(1.5), "wrong_type"),
        (json!("3"), "wrong_type"),
        (json!(null), "null"),
        (json!([1]), "wrong_type"),
    ] {
        let (status, _, faults) = left(&with("people", people.clone())).await;
        assert_eq!(status, 422, "{people}");
        assert!(
            faults.contains(&format!("/people: {fault}")),
            "{people}: {faults:?}"
        );
    }
    let (_, _, faults) = left(&with("position", json!({"lon": "NaN", "lat": "Infinity"}))).await;
    assert_eq!(
        faults,
        ["/position/lat: wrong_type", "/position/lon: wrong_type"]
    );
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused() {
    for body in [json!([]), json!("text"), json!(5), json!(true)] {
        let (status, _, faults) = left(&body).await;
        assert_eq!(
            (status, faults),
            (422, vec![": wrong_type".to_owned()]),
            "{body}"
        );
    }
    let (status, _, faults) = left(&json!(null)).await;
    assert_eq!((status, faults), (422, vec![": null".to_owned()]));
}

#[tokio::test]
async fn a_discriminated_body_is_checked_against_the_shape_it_names() {
    let client = client();
    let act = |body: Value| {
        client
            .post(format!("/api/v1/notes/{ID}/actions"))
            .header("If-Match", "\"7\"")
            .body_json(&body)
            .send()
    };
    act(json!({"action": "sign"})).await.assert_status_is_ok();
    act(json!({"action": "sign", "remark": "到"}))
        .await
        .assert_status_is_ok();
    for (body, status, fault) in [
        (json!({}), 422, "/action: required"),
        (json!({"action": "dance"}), 422, "/action: not_one_of"),
        (json!({"action": 5}), 422, "/action: not_one_of"),
        (json!({"action": null}), 422, "/action: not_one_of"),
        (json!({"action": "return"}), 422, "/reason: required"),
        (
            json!({"action": "return", "reason": ""}),
            422,
            "/reason: too_short",
        ),
        (
            json!({"action": "sign", "reason": "x"}),
            400,
            "/reason: unknown_field",
        ),
    ] {
        let (told_status, _, faults) = told(act(body.clone()).await).await;
        assert_eq!(
            (told_status, faults),
            (status, vec![fault.to_owned()]),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_decision_needs_the_current_version_and_an_allowed_action() {
    let client = client();
    let act = |if_match: Option<&'static str>, action: &'static str| {
        let request = client
            .post(format!("/api/v1/notes/{ID}/actions"))
            .body_json(&json!({"action": action, "reason": "不属于本单位"}));
        match if_match {
            Some(tag) => request.header("If-Match", tag),
            None => request,
        }
        .send()
    };
    let missing = problem(act(None, "return").await).await;
    assert_eq!(missing["code"], "precondition_required");
    let stale = act(Some("\"6\""), "return").await;
    stale.assert_header("ETag", "\"7\"");
    assert_eq!(problem(stale).await["code"], "stale_version");
    let refused = act(Some("\"7\""), "return").await;
    refused.assert_status(StatusCode::CONFLICT);
    let refused = problem(refused).await;
    assert_eq!(refused["code"], "action_not_allowed");
    assert_eq!(refused["allowed"], json!(["sign", "finish"]));
}

#[tokio::test]
async fn parameters_are_refused_by_name_all_at_once() {
    let client = client();
    let (status, code, faults) = told(
        client
            .get("/api/v1/notes?limit=0&radius=NaN&urgency=x&limt=5&tag=%00&%E5%90%8D=1")
            .send()
            .await,
    )
    .await;
    assert_eq!((status, code.as_str()), (400, "invalid_parameter"));
    assert_eq!(
        faults,
        [
            "limit: too_small",
            "radius: wrong_type",
            "urgency: not_one_of",
            "tag: control_character",
            "limt: unknown_parameter",
            "名: unknown_parameter"
        ]
    );
    for (query, fault) in [
        ("limit=abc", "limit: wrong_type"),
        ("limit=", "limit: wrong_type"),
        ("limit=1&limit=2", "limit: repeated_parameter"),
        ("radius=inf", "radius: wrong_type"),
        ("limit=1.0", "limit: wrong_type"),
    ] {
        let (status, _, faults) =
            told(client.get(format!("/api/v1/notes?{query}")).send().await).await;
        assert_eq!((status, faults), (400, vec![fault.to_owned()]), "{query}");
    }
    let response = client.get("/api/v1/notes?limit=5&tag=a&tag=b").send().await;
    response.assert_status_is_ok();
    response.assert_header("Link", "</api/v1/notes?limit=5&cursor=x>; rel=\"next\"");
    response.assert_json(["a", "b"]).await;
}

#[tokio::test]
async fn a_path_parameter_is_refused_by_its_name() {
    for path in [
        "/api/v1/notes/7",
        "/api/v1/notes/%00",
        "/api/v1/notes/%7Babc%7D",
    ] {
        let (status, code, faults) = told(client().get(path).send().await).await;
        assert_eq!(
            (status, code.as_str()),
            (400, "invalid_parameter"),
            "{path}"
        );
        assert!(faults[0].starts_with("id: "), "{faults:?}");
    }
}

#[tokio::test]
async fn a_header_that_no_text_can_be_is_refused_by_its_name() {
    let response = client()
        .post(format!("/api/v1/notes/{ID}/actions"))
        .header(
            "If-Match",
            poem::http::HeaderValue::from_bytes(b"\"\xff\"").unwrap(),
        )
        .body_json(&json!({"action": "sign"}))
        .send()
        .await;
    let (status, _, faults) = told(response).await;
    assert_eq!(
        (status, faults),
        (400, vec!["If-Match: control_character".to_owned()])
    );
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let client = client();
    for (path, code) in [
        ("/nowhere", "no_such_route"),
        ("/api/v1/nowhere", "no_such_route"),
        (
            "/api/v1/notes/00000000-0000-0000-0000-000000000000",
            "not_found",
        ),
    ] {
        let (status, told_code, _) = told(client.get(path).send().await).await;
        assert_eq!((status, told_code.as_str()), (404, code), "{path}");
    }
}

#[tokio::test]
async fn another_method_is_told_the_ones_allowed() {
    let client = client();
    let response = client.request(Method::PATCH, "/api/v1/notes").send().await;
    response.assert_header("Allow", "DELETE, GET, HEAD, OPTIONS, POST");
    assert_eq!(told(response).await.1, "method_not_allowed");
    let response = client.post("/livez").send().await;
    response.assert_header("Allow", "GET, HEAD, OPTIONS");
    assert_eq!(told(response).await.0, 405);
    let response = client.request(Method::HEAD, "/api/v1/files").send().await;
    response.assert_header("Allow", "OPTIONS, POST");
    assert_eq!(response.0.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn options_and_head_are_answered() {
    let client = client();
    let response = client
        .request(Method::OPTIONS, "/api/v1/notes")
        .send()
        .await;
    response.assert_status(StatusCode::NO_CONTENT);
    response.assert_header("Allow", "DELETE, GET, HEAD, OPTIONS, POST");
    let response = client
        .request(Method::HEAD, format!("/api/v1/notes/{ID}"))
        .send()
        .await;
    response.assert_status_is_ok();
    response.assert_header("Content-Length", "38");
    response.assert_text("").await;
}

#[tokio::test]
async fn a_version_that_is_held_already_is_not_sent_again() {
    let client = client();
    let read = |tag: &'static str| {
        client
            .get(format!("/api/v1/notes/{ID}"))
            .header("If-None-Match", tag)
            .send()
    };
    let response = read("\"6\", W/\"7\"").await;
    response.assert_status(StatusCode::NOT_MODIFIED);
    response.assert_header("ETag", "\"7\"");
    response.assert_text("").await;
    read("\"6\"").await.assert_status_is_ok();
}

fn chunked(chunks: usize) -> Body {
    Body::from_bytes_stream(stream::iter(
        (0..chunks).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1_000])),
    ))
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_sized_or_chunked() {
    let client = client();
    let sized = leave(&client, "x".repeat(20_001))
        .header("Content-Length", "20001")
        .send()
        .await;
    assert_eq!(
        told(sized).await,
        (413, "body_too_large".to_owned(), vec![])
    );
    let response = leave(&client, chunked(21)).send().await;
    assert_eq!(told(response).await.0, 413);
    // An upload has a limit of its own.
    let upload = |body: Body| {
        client
            .post("/api/v1/files")
            .content_type("application/octet-stream")
            .body(body)
            .send()
    };
    let response = upload(chunked(100)).await;
    response.assert_status(StatusCode::CREATED);
    assert_eq!(told(upload(chunked(101)).await).await.0, 413);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let broken = Body::from_bytes_stream(stream::iter([
        Ok(vec![b'{']),
        Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof)),
    ]));
    let response = leave(&client(), broken).send().await;
    assert_eq!(told(response).await.1, "unreadable_body");
}

#[tokio::test]
async fn another_media_type_is_refused() {
    let client = client();
    for media_type in [
        "text/plain",
        "application/json; charset=gbk",
        "application/x-www-form-urlencoded",
        "nonsense",
    ] {
        let response = client
            .post("/api/v1/notes")
            .content_type(media_type)
            .body(note().to_string())
            .send()
            .await;
        assert_eq!(told(response).await.0, 415, "{media_type}");
    }
    let response = client
        .post("/api/v1/notes")
        .body(note().to_string())
        .send()
        .await;
    assert_eq!(told(response).await.1, "unsupported_media_type");
}

#[tokio::test]
async fn without_a_session_the_scheme_is_named() {
    let client = client();
    for request in [
        client.get("/api/v1/me"),
        client
            .get("/api/v1/me")
            .header("Authorization", "Bearer wrong"),
        client
            .get("/api/v1/me")
            .header("Authorization", "Basic c2VjcmV0"),
    ] {
        let response = request.send().await;
        response.assert_header("WWW-Authenticate", "Bearer");
        assert_eq!(told(response).await.1, "unauthenticated");
    }
    let right = client
        .get("/api/v1/me")
        .header("Authorization", "Bearer secret")
        .send()
        .await;
    right.assert_status_is_ok();
}

#[tokio::test]
async fn a_panic_is_a_problem_and_tells_nothing_of_its_cause() {
    for path in ["/api/v1/panic", "/api/v1/failure", "/api/v1/bare"] {
        let response = client().get(path).send().await;
        response.assert_status(StatusCode::INTERNAL_SERVER_ERROR);
        let problem = problem(response).await;
        assert_eq!(problem["code"], "internal", "{path}");
        let text = problem.to_string();
        assert!(
            !text.contains("Wang") && !text.contains("database"),
            "{text}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_passes_says_when_to_come_back() {
    let response = client().get("/api/v1/slow").send().await;
    response.assert_header("Retry-After", "1");
    assert_eq!(
        told(response).await,
        (503, "deadline_passed".to_owned(), vec![])
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_meets_the_deadline_too() {
    let body = Body::from_bytes_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let response = leave(&client(), body).send().await;
    assert_eq!(told(response).await.1, "deadline_passed");
}

#[tokio::test]
async fn a_flood_is_held_back_and_told_when_to_come_back() {
    let rate = gridwhistle_http::flood::Rate {
        times: 1.try_into().unwrap(),
        per: std::time::Duration::from_hours(1),
        burst: 2.try_into().unwrap(),
    };
    let floods = FloodSettings {
        requests: Some(rate),
        logins: None,
    };
    let client = TestClient::new(app_with(Limits::default(), &floods, &Metrics::new()));
    for _ in 0..2 {
        client.get("/livez").send().await.assert_status_is_ok();
    }
    let response = client.get("/livez").send().await;
    let wait: u64 = response.0.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=3_600).contains(&wait), "{wait}");
    assert_eq!(told(response).await.1, "too_many_requests");
}

#[tokio::test]
async fn a_limit_of_one_operation_leaves_the_others_alone() {
    let limits = limits().operation("leaveNote", 100);
    let client = TestClient::new(app_with(limits, &FloodSettings::default(), &Metrics::new()));
    let response = leave(&client, chunked(1)).send().await;
    assert_eq!(told(response).await.0, 413);
    let response = client
        .post(format!("/api/v1/notes/{ID}/actions"))
        .header("If-Match", "\"7\"")
        .body_json(&json!({"action": "sign", "remark": "字".repeat(100)}))
        .send()
        .await;
    response.assert_status_is_ok();
}

/// JSON of every kind, with the names that the API knows among others.
fn any_json() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("id".to_owned()),
        Just("title".to_owned()),
        Just("urgency".to_owned()),
        Just("position".to_owned()),
        Just("lon".to_owned()),
        Just("tags".to_owned()),
        Just("people".to_owned()),
        Just("corner".to_owned()),
        Just("action".to_owned()),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!(ID)),
        Just(json!("sign")),
        Just(json!("daily")),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((name.clone(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn boxed() -> TestClient<BoxEndpoint<'static, Response>> {
    let app = app_with(limits(), &FloodSettings::default(), &Metrics::new());
    TestClient::new(app.boxed())
}

/// Sends one request on a runtime of its own; a failure of the server or a bare answer ends the test.
fn never_fails(send: impl AsyncFnOnce(TestClient<BoxEndpoint<'static, Response>>) -> TestResponse) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let response = send(boxed()).await;
        let status = response.0.status();
        assert!(!status.is_server_error(), "{status}");
        if status.is_client_error() {
            problem(response).await;
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_server_fail(bytes in vec(any::<u8>(), 0..200)) {
        never_fails(async |client| leave(&client, bytes).send().await);
    }

    #[test]
    fn no_json_makes_the_server_fail(body in any_json()) {
        never_fails(async |client| leave(&client, body.to_string()).send().await);
    }

    #[test]
    fn no_action_makes_the_server_fail(body in any_json(), if_match in "[ -~]{0,10}") {
        never_fails(async |client| {
            client
                .post(format!("/api/v1/notes/{ID}/actions"))
                .header("If-Match", if_match)
                .body_json(&body)
                .send()
                .await
        });
    }

    #[test]
    fn no_query_makes_the_server_fail(query in "[a-z0-9%&=+;.,-]{0,60}") {
        never_fails(async |client| client.get(format!("/api/v1/notes?{query}")).send().await);
    }

    #[test]
    fn no_path_makes_the_server_fail(part in "[A-Za-z0-9%.:{}_-]{0,40}") {
        let path = format!("/api/v1/notes/{part}");
        prop_assume!(path.parse::<poem::http::Uri>().is_ok());
        never_fails(async |client| client.get(path).send().await);
    }
}

async fn snapshot(
    client: &TestClient<impl Endpoint<Output = Response>>,
    lang: &'static str,
) -> String {
    let requests = [
        leave(
            client,
            json!({"id": "7", "title": "x", "position": {"lon": 200, "lat": 1}, "size": 3, "text": "\u{0}"}).to_string(),
        ),
        leave(client, "{\"title\": }"),
        client.get("/api/v1/notes?limit=500&page=2"),
        client
            .post(format!("/api/v1/notes/{ID}/actions"))
            .header("If-Match", "\"7\"")
            .body_json(&json!({"action": "return", "reason": "x"})),
        client.get("/api/v1/failure"),
    ];
    let mut out = Vec::new();
    for request in requests {
        let response = request
            .header("Accept-Language", lang)
            .header("X-Request-Id", "snapshot-1")
            .send()
            .await;
        response.assert_header("Content-Language", lang);
        out.push(serde_json::to_string_pretty(&problem(response).await).unwrap());
    }
    out.join("\n")
}

#[tokio::test]
async fn problems_read_well_in_chinese() {
    insta::assert_snapshot!(snapshot(&client(), "zh-CN").await);
}

#[tokio::test]
async fn problems_read_well_in_english() {
    insta::assert_snapshot!(snapshot(&client(), "en").await);
}
