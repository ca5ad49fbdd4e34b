//! A county with its lists, and its administrator who asks.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use gridwhistle_domain::access::{Appointment, Post, Scope};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, GridCode, GridKind};
use gridwhistle_http::flood::{FloodSettings, Floods};
use gridwhistle_http::metrics::Metrics;
use gridwhistle_http::state::State;
use gridwhistle_service::import::bundle;
use gridwhistle_service::{BoundaryChange, Clock, GridChange, ListNote, Service};
use gridwhistle_store::{Durability, Store, sqlite_url};
use poem::http::Method;
use poem::test::TestClient;
use poem::{EndpointExt, Response, endpoint::BoxEndpoint};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;

pub struct County {
    client: TestClient<BoxEndpoint<'static, Response>>,
    token: String,
    _stopping: watch::Sender<bool>,
    _folder: TempDir,
}

impl County {
    pub async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("county.db"));
        let store = Store::open(&url, Durability::Off).await.unwrap();
        let now = Timestamp::parse("2026-07-15T09:00:00+08:00").unwrap();
        let note = ListNote::unexplained(now);
        bundle::put(&store, &bundle::ganyu().unwrap(), &note)
            .await
            .unwrap();
        bundle::put_demo_registers(&store, &note).await.unwrap();
        let clock = Clock::Set(Arc::new(AtomicI64::new(now.micros())));
        let objects = Arc::new(object_store::memory::InMemory::new());
        let service = Service::open(store, clock, objects, [7; 32]).await.unwrap();
        // Two towns that meet at 119.01.
        let grids = [("320707101200001", 119.0), ("320707102200001", 119.01)];
        let change = BoundaryChange {
            reason: "起始".to_owned(),
            grids: grids.map(|(code, west)| grid(code, west)).into(),
            dry_run: false,
        };
        service.put_boundaries(change).await.unwrap();
        let held = Appointment {
            post: Post::Admin,
            scope: Scope::Division(DivisionCode::parse("320707000000").unwrap()),
            from: now,
            to: None,
        };
        service
            .add_account("admin", "李明", "correct horse battery", vec![held])
            .await
            .unwrap();
        let token = service.log_in("admin", "correct horse battery").await;
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
            token: token.unwrap().token,
            _stopping: stopping,
            _folder: folder,
        }
    }

    /// Status and text of the answer in English; `version` for `If-Match`.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        version: Option<u64>,
        body: Option<&Value>,
    ) -> (u16, String) {
        let mut request = self
            .client
            .request(method, format!("/api/v1{path}"))
            .header("Accept-Language", "en")
            .header("Authorization", format!("Bearer {}", self.token));
        if let Some(version) = version {
            request = request.header("If-Match", format!("\"{version}\""));
        }
        if let Some(body) = body {
            request = request
                .content_type("application/json")
                .body(body.to_string());
        }
        let response = request.send().await.0;
        let status = response.status().as_u16();
        let bytes = response.into_body().into_vec().await.unwrap();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, text) = self.ask(Method::GET, path, None, None).await;
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let (status, text) = self.ask(Method::POST, path, None, Some(&body)).await;
        (status, serde_json::from_str(&text).unwrap())
    }

    /// Who leads a matter in a town, and why, in short.
    pub async fn lead(&self, matter: &str, town: &str) -> String {
        let asked = json!({"matter": matter, "division": town});
        let (status, told) = self.post("/routing/preview", asked).await;
        assert_eq!(status, 200, "{told}");
        let line = &told["places"][0]["lines"][0];
        let reasons = line["reasons"].as_array().unwrap().iter();
        let codes: Vec<&str> = reasons.map(|r| r["code"].as_str().unwrap()).collect();
        format!(
            "{}: {}",
            line["unit"]["code"].as_str().unwrap(),
            codes.join(" ")
        )
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
