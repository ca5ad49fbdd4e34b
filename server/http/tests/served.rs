//! The real API over a real store: what it documents is what it answers, and every fault points at its place.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use gridwhistle_domain::access::{Appointment, Post, Scope};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, GridCode, GridKind};
use gridwhistle_http::flood::{FloodSettings, Floods};
use gridwhistle_http::metrics::Metrics;
use gridwhistle_http::state::State;
use gridwhistle_service::import::bundle;
use gridwhistle_service::{BoundaryChange, Clock, GridChange, Service};
use gridwhistle_store::{Durability, ListNote, Store, sqlite_url};
use poem::EndpointExt;
use poem::Response;
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::test::TestClient;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;

const TOWN: &str = "320707101000";
const UNIT: &str = "320707101-zf";
const SOMEBODY: &str = "liming";
const PASSWORD: &str = "correct horse";

/// A town with one account that holds every post in it.
struct Town {
    client: TestClient<BoxEndpoint<'static, Response>>,
    token: String,
    _stopping: watch::Sender<bool>,
    _folder: TempDir,
}

/// What came back.
#[derive(Debug)]
struct Told {
    status: u16,
    media_type: String,
    body: Value,
    link: Option<String>,
    location: Option<String>,
}

impl Told {
    /// Each fault as `place: code`.
    fn faults(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        let told = errors.iter().map(|e| {
            let place = e["pointer"].as_str().or(e["parameter"].as_str()).unwrap();
            format!("{place}: {}", e["code"].as_str().unwrap())
        });
        told.collect()
    }
}

impl Town {
    async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("town.db"));
        let store = Store::open(&url, Durability::Off).await.unwrap();
        let shipped = bundle::ganyu().unwrap();
        let now = Timestamp::parse("2026-07-15T09:00:00+08:00").unwrap();
        bundle::put(&store, &shipped, &ListNote::unexplained(now))
            .await
            .unwrap();
        let clock = Clock::Set(Arc::new(AtomicI64::new(now.micros())));
        let objects = Arc::new(object_store::memory::InMemory::new());
        let service = Service::open(store, clock, objects, [7; 32]).await.unwrap();
        let grids = [("320707101200001", 119.0), ("320707101200002", 119.01)];
        let change = BoundaryChange {
            reason: "起始".to_owned(),
            grids: grids.map(|(code, west)| grid(code, west)).into(),
            dry_run: false,
        };
        service.put_boundaries(change).await.unwrap();
        let posts = [
            Post::GridWorker,
            Post::Registrar,
            Post::Dispatcher,
            Post::Admin,
            Post::Supervisor,
        ];
        let held = posts.map(|post| Appointment {
            post,
            scope: Scope::Division(DivisionCode::parse(TOWN).unwrap()),
            from: now,
            to: None,
        });
        service
            .add_account(SOMEBODY, "李明", PASSWORD, held.into())
            .await
            .unwrap();
        let token = service.log_in(SOMEBODY, PASSWORD).await.unwrap().token;
        let (stopping, stop) = watch::channel(false);
        let state = State {
            service: Arc::new(service),
            floods: Floods::new(&FloodSettings {
                requests: None,
                logins: None,
            }),
            base_url: "http://localhost".into(),
            stop,
        };
        let app = gridwhistle_http::application(state, &Metrics::new(), "0.1.0");
        Self {
            client: TestClient::new(app.map_to_response().boxed()),
            token,
            _stopping: stopping,
            _folder: folder,
        }
    }

    async fn send(&self, call: Call<'_>) -> Told {
        let mut request = self.client.request(call.method, call.path);
        if call.known {
            request = request.header("Authorization", format!("Bearer {}", self.token));
        }
        if let Some(version) = &call.version {
            request = request.header("If-Match", format!("\"{version}\""));
        }
        if let Some((media_type, bytes)) = call.body {
            request = request.content_type(media_type).body(bytes);
        }
        let response = request.send().await.0;
        let header = |name: &str| response.header(name).map(str::to_owned);
        let (media_type, link) = (header("Content-Type"), header("Link"));
        let location = header("Location");
        let status = response.status().as_u16();
        // A stream goes on.
        let streams = media_type.as_deref() == Some("text/event-stream");
        let text = if streams {
            String::new()
        } else {
            let bytes = response.into_body().into_vec().await.unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        Told {
            status,
            media_type: media_type.unwrap_or_default(),
            body: serde_json::from_str(&text).unwrap_or_default(),
            link,
            location,
        }
    }

    async fn get(&self, path: &str) -> Told {
        self.send(Call::new(Method::GET, path)).await
    }

    async fn file(&self, body: &Value) -> Told {
        let call = Call::new(Method::POST, "/api/v1/cases").json(body);
        self.send(call).await
    }

    /// Acts on a case by its newest version.
    async fn act(&self, id: &str, action: Value) -> Told {
        let path = format!("/api/v1/cases/{id}");
        let version = self.get(&path).await.body["version"].as_u64();
        let path = format!("{path}/actions");
        let mut call = Call::new(Method::POST, &path).json(&action);
        call.version = version;
        self.send(call).await
    }
}

fn grid(code: &str, west: f64) -> GridChange {
    let (east, south, north) = (west + 0.01, 34.9, 34.91);
    GridChange {
        code: GridCode::parse(code).unwrap(),
        name: code.to_owned(),
        kind: GridKind::General,
        schematic: true,
        geometry: json!({"type": "Polygon", "coordinates": [[
            [west, south], [east, south], [east, north], [west, north], [west, south]
        ]]}),
    }
}

/// A request, of somebody who is logged in unless said otherwise.
struct Call<'a> {
    method: Method,
    path: &'a str,
    known: bool,
    version: Option<u64>,
    body: Option<(&'static str, Vec<u8>)>,
}

impl<'a> Call<'a> {
    const fn new(method: Method, path: &'a str) -> Self {
        Self {
            method,
            path,
            known: true,
            version: None,
            body: None,
        }
    }

    fn bytes(mut self, media_type: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Some((media_type, bytes.into()));
        self
    }

    fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string())
    }

    const fn stranger(mut self) -> Self {
        self.known = false;
        self
    }
}

fn report() -> Value {
    json!({"source": "patrol", "text": "井盖破损", "place": {"lon": 119.005, "lat": 34.905}})
}

fn with(name: &str, value: Value) -> Value {
    let mut body = report();
    body[name] = value;
    body
}

/// An operation of the published document.
struct Operation {
    id: String,
    method: Method,
    path: String,
    /// Whether it asks for a session.
    guarded: bool,
    /// The media type of its body.
    takes: Option<String>,
    parameters: BTreeSet<String>,
    answers: Value,
}

impl Operation {
    fn documents(&self, status: u16) -> bool {
        self.answers[status.to_string()].is_object()
    }

    /// The path with a value for each parameter that is right, but of nothing that exists.
    fn nowhere(&self) -> String {
        let parts = self.path.split('/').map(|part| match part {
            "{id}" | "{attachment_id}" => "0198c5a0-5b1e-7c3d-9a4f-2b6e8d0c1f35",
            "{code}" if self.path.contains("/grids/") => "320707101200099",
            "{code}" if self.path.contains("/divisions/") => "320707199000",
            "{code}" => "06999",
            "{kind}" => "event",
            "{name}" => "closure_rate",
            part if part.starts_with('{') => "nothing",
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&gridwhistle_http::document("0.1.0")).unwrap();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned();
            let body = operation["requestBody"]["content"].as_object();
            found.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                guarded: operation["security"].is_array(),
                takes: body.and_then(|content| content.keys().next().cloned()),
                parameters: parameters
                    .unwrap_or_default()
                    .iter()
                    .map(|p| p["name"].as_str().unwrap().to_owned())
                    .collect(),
                answers: operation["responses"].clone(),
            });
        }
    }
    assert!(found.len() > 30, "the document has its operations");
    found
}

#[test]
fn every_operation_documents_each_status_that_can_come_out_of_it() {
    for operation in operations() {
        let mut wanted = BTreeSet::from([400, 429, 500, 503]);
        if operation.guarded {
            wanted.extend([401, 403]);
        }
        if operation.path.contains('{') {
            wanted.insert(404);
        }
        if operation.takes.is_some() {
            wanted.extend([413, 415, 422]);
        }
        if operation.parameters.contains("Idempotency-Key") {
            wanted.extend([409, 422]);
        }
        let decides = operation.parameters.contains("If-Match");
        if decides {
            wanted.extend([409, 412, 428]);
        }
        if operation.answers["200"]["headers"]["ETAG"].is_object()
            && operation.method == Method::GET
        {
            wanted.insert(304);
        }
        for status in wanted {
            assert!(operation.documents(status), "{}: {status}", operation.id);
        }
        for status in [412, 428] {
            assert_eq!(
                operation.documents(status),
                decides,
                "{}: {status}",
                operation.id
            );
        }
        for status in [413, 415, 422] {
            let takes = operation.takes.is_some();
            assert_eq!(
                operation.documents(status),
                takes,
                "{}: {status}",
                operation.id
            );
        }
        for (status, answer) in operation.answers.as_object().unwrap() {
            let about = format!("{}: {status}", operation.id);
            assert!(
                answer["description"]
                    .as_str()
                    .is_some_and(|d| !d.is_empty()),
                "{about}"
            );
            let problem = answer["content"]["application/problem+json"].is_object();
            assert_eq!(problem, status.starts_with(['4', '5']), "{about}");
            if ["429", "503"].contains(&status.as_str()) {
                assert!(answer["headers"]["RETRY-AFTER"].is_object(), "{about}");
            }
        }
    }
}

/// Requests that miss what the operation wants, each in another way.
fn misses(operation: &Operation, path: &str) -> Vec<Call<'static>> {
    let path: &'static str = path.to_owned().leak();
    let odd: &'static str = format!("{path}?colour=red").leak();
    let call = || Call::new(operation.method.clone(), path);
    let mut calls = vec![
        call(),
        call().stranger(),
        Call::new(operation.method.clone(), odd),
    ];
    if let Some(media_type) = &operation.takes {
        let media_type: &'static str = media_type.clone().leak();
        calls.push(call().bytes(media_type, "nonsense"));
        calls.push(call().bytes(media_type, "{}"));
        calls.push(call().bytes(media_type, "{\"colour\": \"red\"}"));
        calls.push(call().bytes(media_type, vec![b' '; 13 << 20]));
        calls.push(call().bytes("text/plain", "{}"));
        for action in ["accept", "sign", "close", "comment", "sing"] {
            calls.push(call().json(&json!({"action": action})));
        }
        calls.push(call().json(&json!({"purpose": "回访"})));
    }
    calls
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_operation_answers_a_status_that_it_does_not_document() {
    let town = Town::build().await;
    let mut seen = BTreeSet::new();
    for operation in operations() {
        if operation.id == "logout" {
            continue;
        }
        for call in misses(&operation, &operation.nowhere()) {
            let told = town.send(call).await;
            let about = format!("{} {}: {:#}", operation.id, told.status, told.body);
            assert!(operation.documents(told.status), "{about}");
            seen.insert(told.status);
            if told.status >= 400 {
                assert_eq!(told.media_type, "application/problem+json", "{about}");
                assert_eq!(told.body["status"], told.status, "{about}");
            }
        }
    }
    let wanted = BTreeSet::from([200, 400, 401, 404, 413, 415, 422]);
    assert!(seen.is_superset(&wanted), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_work_order_that_comes_again_names_the_case_that_is_known() {
    let town = Town::build().await;
    let mut order = with("external_number", json!("GD-1"));
    order["source"] = json!("hotline");
    let first = town.file(&order).await;
    assert_eq!(first.status, 201, "{first:?}");
    let again = town.file(&order).await;
    assert_eq!(
        (again.status, again.faults()),
        (409, vec!["/external_number: taken".to_owned()])
    );
    let known = format!("/api/v1/cases/{}", first.body["id"].as_str().unwrap());
    assert_eq!(again.location.as_deref(), Some(known.as_str()));
    order["source"] = json!("app");
    assert_eq!(
        town.file(&order).await.status,
        201,
        "unique for each source"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_whoever_stays_unknown_the_feed_and_the_lists_tell_nothing() {
    let town = Town::build().await;
    let mut complaint = with(
        "resident",
        json!({"name": "欧阳秀英", "telephone": "13851234567"}),
    );
    complaint["text"] = json!("欧阳秀英（13851234567）反映邻居占道");
    let filed = town.file(&complaint).await;
    assert_eq!(filed.body["resident"]["name"], "欧**");
    assert_eq!(filed.body["text"], "***（***）反映邻居占道");
    complaint["confidential"] = json!(true);
    let kept = town.file(&complaint).await;
    assert_eq!(kept.body["confidential"], true);
    assert_eq!(kept.body["resident"]["name"], "欧**", "to the registrar");
    let feed = town.get("/api/v1/events?after=0").await;
    let told = feed.body.to_string();
    assert!(
        !told.contains("欧") && !told.contains("13851234567") && !told.contains("138****4567"),
        "{told}"
    );
    let reported = feed.body["items"].as_array().unwrap();
    assert!(reported.iter().any(|row| row["data"]["resident"] == true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_part_of_a_report_is_pointed_at() {
    let town = Town::build().await;
    let filed = town.file(&report()).await;
    assert_eq!(filed.status, 201, "{filed:?}");
    let whistle =
        |kind: &str, wanted: Value| json!({"kind": kind, "reason": "积水", "wanted": wanted});
    let lead = json!({"unit": UNIT, "role": "lead"});
    let strange = json!({"unit": "320707101-no", "role": "assist"});
    let emergency = |condition: &str| {
        let mut whistle = whistle("emergency", json!([]));
        whistle["condition"] = json!(condition);
        let mut body = with("whistle", whistle);
        body["matter"] = json!("event-99999");
        body
    };
    for (body, faults) in [
        (
            with("matter", json!("event-98765")),
            vec!["/matter: unknown_matter"],
        ),
        (
            with("matter", json!("sewer")),
            vec!["/matter: not_a_matter"],
        ),
        (
            with("place", json!({"lon": 119.0})),
            vec!["/place/lat: half_a_position"],
        ),
        (
            with("place", json!({"lat": 34.9})),
            vec!["/place/lon: half_a_position"],
        ),
        (
            with("place", json!({"address": " "})),
            vec!["/place: nowhere"],
        ),
        (
            with("place", json!({"grid": "320707101200099"})),
            vec!["/place/grid: unknown_grid"],
        ),
        (
            with(
                "attachments",
                json!(["0198c5a0-5b1e-7c3d-9a4f-2b6e8d0c1f35"]),
            ),
            vec!["/attachments/0: unknown_attachment"],
        ),
        (
            with("id", json!("0198c5a0-5b1e-4c3d-9a4f-2b6e8d0c1f35")),
            vec!["/id: not_uuid_v7"],
        ),
        (
            with("whistle", whistle("loud", json!([]))),
            vec!["/whistle/kind: unknown_kind"],
        ),
        (
            with("whistle", whistle("daily", json!([lead, strange]))),
            vec!["/whistle/wanted/1/unit: unknown_unit"],
        ),
        (
            emergency("event-99999/9"),
            vec!["/whistle/condition: no_emergency_condition"],
        ),
    ] {
        let told = town.file(&body).await;
        assert_eq!(
            (told.status, told.faults()),
            (422, faults.into_iter().map(str::to_owned).collect()),
            "{body}"
        );
    }
    let id = filed.body["id"].clone();
    let twice = town.file(&with("id", id)).await;
    assert_eq!(
        (twice.status, twice.faults()),
        (409, vec!["/id: case_exists".to_owned()])
    );
    let numbered = with("external_number", json!("12345-1"));
    assert_eq!(town.file(&numbered).await.status, 201);
    let twice = town.file(&numbered).await;
    assert_eq!(
        (twice.status, twice.faults()),
        (409, vec!["/external_number: taken".to_owned()])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_part_of_an_action_is_pointed_at() {
    let town = Town::build().await;
    let filed = town.file(&report()).await.body;
    let id = filed["id"].as_str().unwrap();
    let path = format!("/api/v1/cases/{id}/actions");
    let accept = json!({"action": "accept"});
    let blind = town
        .send(Call::new(Method::POST, &path).json(&accept))
        .await;
    assert_eq!(
        (blind.status, blind.faults()),
        (428, vec!["If-Match: required".to_owned()])
    );
    assert_eq!(town.act(id, accept).await.status, 200);
    let register = |matter: &str, condition: &str| json!({"action": "register", "matter": matter, "condition": condition});
    let unit = |code: &str, role: &str| json!({"unit": code, "role": role});
    let dispatch = |units: Value| json!({"action": "dispatch", "units": units});
    let request = |kind: &str, wanted: Value| json!({"action": "request_whistle", "kind": kind, "reason": "积水", "wanted": wanted});
    for (action, fault) in [
        (
            register("event-98765", "event-98765/1"),
            "/matter: unknown_matter",
        ),
        (
            register("event-06010", "event-06010/77"),
            "/condition: unknown_condition",
        ),
        (request("loud", json!([])), "/kind: unknown_kind"),
        (
            request("daily", json!([unit("nobody", "assist")])),
            "/wanted/0/unit: unknown_unit",
        ),
    ] {
        let told = town.act(id, action.clone()).await;
        assert_eq!(
            (told.status, told.faults()),
            (422, vec![fault.to_owned()]),
            "{action}"
        );
    }
    let registered = town.act(id, register("event-06010", "event-06010/1")).await;
    assert_eq!(registered.status, 200, "{registered:?}");
    for (units, fault) in [
        (
            json!([unit(UNIT, "lead"), unit("nobody", "assist")]),
            "/units/1/unit: unknown_unit",
        ),
        (
            json!([unit(UNIT, "lead"), unit(UNIT, "assist")]),
            "/units/1/unit: unit_twice",
        ),
        (json!([unit(UNIT, "assist")]), "/units: one_lead"),
    ] {
        let told = town.act(id, dispatch(units.clone())).await;
        assert_eq!(
            (told.status, told.faults()),
            (422, vec![fault.to_owned()]),
            "{units}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_parameter_or_boundary_is_pointed_at() {
    let town = Town::build().await;
    for (path, faults) in [
        (
            "/api/v1/indicators?division=320707101000&unit=320707101-zf",
            vec!["division: one_owner", "unit: one_owner"],
        ),
        ("/api/v1/indicators?from=2026-07-01", vec!["to: invalid"]),
        ("/api/v1/indicators?to=2026-07-01", vec!["from: invalid"]),
        (
            "/api/v1/cases?stage=reported,nowhere",
            vec!["stage: invalid"],
        ),
        ("/api/v1/cases?cursor=x", vec!["cursor: invalid"]),
    ] {
        let told = town.get(path).await;
        assert_eq!(
            (told.status, told.faults()),
            (400, faults.into_iter().map(str::to_owned).collect()),
            "{path}"
        );
    }
    let feature = |code: &str, west: f64| {
        let grid = grid("320707101200001", west);
        json!({
            "type": "Feature",
            "properties": {"code": code, "name": "网格"},
            "geometry": grid.geometry,
        })
    };
    for (features, fault) in [
        (
            json!([
                feature("320707101200003", 119.2),
                feature("320707101200003", 119.4)
            ]),
            "/features/1/properties/code: grid_twice",
        ),
        (
            json!([feature("320707199999003", 119.2)]),
            "/features/0/properties/code: unknown_village",
        ),
        (
            json!([
                feature("320707101200003", 119.2),
                feature("320707101200004", 119.001)
            ]),
            "/features/1/geometry: overlap",
        ),
    ] {
        let change = json!({"reason": "试验", "features": features});
        let call = Call::new(Method::POST, "/api/v1/boundary-changes").json(&change);
        let told = town.send(call).await;
        assert_eq!(told.status, 422, "{told:?}");
        assert!(
            told.faults().contains(&fault.to_owned()),
            "{fault}: {told:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_page_is_a_page_of_the_same_list() {
    let town = Town::build().await;
    for _ in 0..3 {
        assert_eq!(town.file(&report()).await.status, 201);
    }
    let first = town.get("/api/v1/cases?stage=reported&limit=2").await;
    let link = first.link.unwrap();
    let address = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    assert!(
        address.starts_with("/api/v1/cases?stage=reported&limit=2&cursor="),
        "{link}"
    );
    let second = town.get(address).await;
    assert_eq!(second.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(second.link, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_feed_tells_the_closing_standard_of_the_generic_condition_in_the_readers_language() {
    let town = Town::build().await;
    let filed = town.file(&report()).await.body;
    let id = filed["id"].as_str().unwrap();
    let accepted = town.act(id, json!({"action": "accept"})).await;
    assert_eq!(accepted.status, 200);
    let generic = json!({
        "action": "register",
        "matter": "component-01004",
        "condition": "component-01004/0",
    });
    assert_eq!(town.act(id, generic).await.status, 200);
    let history = format!("/api/v1/cases/{id}/events");
    for path in ["/api/v1/events", &history] {
        for (lang, standard) in [
            ("zh-CN", "问题已解决，现场恢复正常"),
            ("en", "The problem is solved and the place in order"),
        ] {
            let request = town
                .client
                .get(path)
                .header("Authorization", format!("Bearer {}", town.token))
                .header("Accept-Language", lang);
            let text = request.send().await.0.into_body().into_string().await;
            let rows: Value = serde_json::from_str(&text.unwrap()).unwrap();
            let registered = rows["items"]
                .as_array()
                .unwrap()
                .iter()
                .find(|row| row["type"] == "registered")
                .unwrap();
            assert_eq!(registered["data"]["steps"][0]["standard"], standard);
        }
    }
}
