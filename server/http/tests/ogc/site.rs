//! A town with grids and cases, and somebody who looks at them on a map.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gridwhistle_domain::access::{Appointment, Grant, Post, Scope};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, GridCode, GridKind};
use gridwhistle_http::flood::{FloodSettings, Floods};
use gridwhistle_http::metrics::Metrics;
use gridwhistle_http::state::State;
use gridwhistle_service::import::bundle;
use gridwhistle_service::{BoundaryChange, Clock, GridChange, NewKey, Service};
use gridwhistle_store::{Durability, ListNote, Store, sqlite_url};
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderMap, Method};
use poem::test::TestClient;
use poem::{EndpointExt, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;

pub const ROOT: &str = "http://localhost/ogc";
pub const TOWN: &str = "320707101000";
pub const VILLAGE: &str = "320707101200";
pub const OTHER_TOWN: &str = "320707102000";
pub const RESIDENT: &str = "欧阳秀英";
pub const TEXT: &str = "三楼王家门前";
pub const NOW: &str = "2026-07-15T09:00:00+08:00";

/// Squares from west to east, the last with a hole and a piece apart.
pub const GRIDS: [&str; 3] = ["320707101200001", "320707101200002", "320707101200003"];

/// What came back.
#[derive(Clone, Debug)]
pub struct Told {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Told {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn features(&self) -> &[Value] {
        assert_eq!(self.status, 200, "{}", self.text);
        self.body["features"].as_array().unwrap()
    }

    pub fn ids(&self) -> Vec<String> {
        let id = |feature: &Value| feature["id"].as_str().unwrap().to_owned();
        self.features().iter().map(id).collect()
    }

    /// The link of a relation: where it leads and what is there.
    pub fn link(&self, rel: &str) -> Option<(&str, &str)> {
        let links = self.body["links"].as_array().unwrap();
        let found = links.iter().find(|link| link["rel"] == rel)?;
        Some((
            found["href"].as_str().unwrap(),
            found["type"].as_str().unwrap(),
        ))
    }

    /// Each fault as `parameter: code`.
    pub fn faults(&self) -> Vec<String> {
        assert_eq!(self.status, 400, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let errors = self.body["errors"].as_array().unwrap().iter();
        errors
            .map(|e| {
                format!(
                    "{}: {}",
                    e["parameter"].as_str().unwrap(),
                    e["code"].as_str().unwrap()
                )
            })
            .collect()
    }
}

pub struct Site {
    pub service: Arc<Service>,
    clock: Arc<AtomicI64>,
    client: TestClient<BoxEndpoint<'static, Response>>,
    /// Of somebody who registers and patrols in the town.
    pub token: String,
    _stopping: watch::Sender<bool>,
    _folder: TempDir,
}

impl Site {
    pub async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("town.db"));
        let store = Store::open(&url, Durability::Off).await.unwrap();
        let now = Timestamp::parse(NOW).unwrap();
        bundle::put(
            &store,
            &bundle::ganyu().unwrap(),
            &ListNote::unexplained(now),
        )
        .await
        .unwrap();
        let clock = Arc::new(AtomicI64::new(now.micros()));
        let objects = Arc::new(object_store::memory::InMemory::new());
        let service = Service::open(store, Clock::Set(clock.clone()), objects, [7; 32]);
        let service = service.await.unwrap();
        let change = BoundaryChange {
            reason: "起始".to_owned(),
            grids: grids(),
            dry_run: false,
        };
        service.put_boundaries(change).await.unwrap();
        let service = Arc::new(service);
        let (stopping, stop) = watch::channel(false);
        let state = State {
            service: service.clone(),
            floods: Floods::new(&FloodSettings {
                requests: None,
                logins: None,
            }),
            base_url: "http://localhost".into(),
            stop,
        };
        let app = gridwhistle_http::application(state, &Metrics::new(), "0.1.0");
        let mut site = Self {
            service,
            clock,
            client: TestClient::new(app.map_to_response().boxed()),
            token: String::new(),
            _stopping: stopping,
            _folder: folder,
        };
        let posts = [
            Post::GridWorker,
            Post::Clerk,
            Post::Registrar,
            Post::Dispatcher,
        ];
        site.token = site.somebody("liming", &posts, TOWN).await;
        site
    }

    /// Lets the time pass until then.
    pub fn it_is(&self, moment: &str) {
        let moment = Timestamp::parse(moment).unwrap();
        self.clock.store(moment.micros(), Ordering::Relaxed);
    }

    /// Draws the first grid anew, as a square with this side in degrees.
    pub async fn redraw(&self, side: f64) {
        let mut first = grids().remove(0);
        first.geometry = json!({"type": "Polygon", "coordinates": [square(119.0, 34.9, side)]});
        let change = BoundaryChange {
            reason: "重新勘界".to_owned(),
            grids: vec![first],
            dry_run: false,
        };
        assert_eq!(self.service.put_boundaries(change).await.unwrap(), 1);
    }

    /// The token of a fresh account with these posts over a division.
    pub async fn somebody(&self, name: &str, posts: &[Post], division: &str) -> String {
        let held = posts.iter().map(|post| Appointment {
            post: *post,
            scope: Scope::Division(DivisionCode::parse(division).unwrap()),
            from: self.service.clock.now(),
            to: None,
        });
        let password = "correct horse";
        self.service
            .add_account(name, name, password, held.collect())
            .await
            .unwrap();
        self.service.log_in(name, password).await.unwrap().token
    }

    /// The key of an application for a division.
    pub async fn key(&self, division: &str, grants: &[Grant]) -> String {
        let new = NewKey {
            name: "地图".to_owned(),
            division: DivisionCode::parse(division).unwrap(),
            grants: grants.to_vec(),
            expires_at: None,
            app: None,
        };
        self.service.put_key(new, None).await.unwrap().secret
    }

    pub async fn send(
        &self,
        method: Method,
        address: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Told {
        let path = address.strip_prefix("http://localhost").unwrap_or(address);
        let mut request = self.client.request(method, path);
        if !token.is_empty() {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request
                .content_type("application/json")
                .body(body.to_string());
        }
        let response = request.send().await.0;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.into_body().into_vec().await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        Told {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
        }
    }

    /// What is at an address of the interface, absolute or below its root.
    pub async fn get(&self, address: &str) -> Told {
        self.get_as(&self.token, address).await
    }

    pub async fn get_as(&self, token: &str, address: &str) -> Told {
        let absolute = if address.starts_with("http") {
            address.to_owned()
        } else {
            format!("{ROOT}{address}")
        };
        self.send(Method::GET, &absolute, token, &[], None).await
    }

    pub async fn items(&self, collection: &str, query: &str) -> Told {
        self.get(&format!("/collections/{collection}/items?{query}"))
            .await
    }

    /// Files a report: the case's identity.
    pub async fn report(&self, place: Value) -> String {
        let report = json!({
            "source": "hotline", "text": TEXT, "place": place,
            "resident": {"name": RESIDENT, "telephone": "13851234567"},
        });
        let told = self
            .send(
                Method::POST,
                "/api/v1/cases",
                &self.token,
                &[],
                Some(report),
            )
            .await;
        assert_eq!(told.status, 201, "{}", told.text);
        told.body["id"].as_str().unwrap().to_owned()
    }

    /// Every feature along the links `next`, as often as it comes.
    pub async fn walk(&self, first: &str) -> Vec<String> {
        let mut page = self.get(first).await;
        let mut found = page.ids();
        while let Some((next, _)) = page.link("next") {
            page = self.get(next).await;
            found.extend(page.ids());
        }
        found
    }
}

/// A point in the middle of a grid, the first being 0.
pub fn middle(grid: u8) -> Value {
    json!({"lon": 119.005 + 0.01 * f64::from(grid), "lat": 34.905})
}

fn square(west: f64, south: f64, side: f64) -> Value {
    let (east, north) = (west + side, south + side);
    json!([
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south]
    ])
}

fn grids() -> Vec<GridChange> {
    let shapes = [
        json!({"type": "Polygon", "coordinates": [square(119.0, 34.9, 0.01)]}),
        json!({"type": "Polygon", "coordinates": [square(119.01, 34.9, 0.01)]}),
        json!({"type": "MultiPolygon", "coordinates": [
            [square(119.02, 34.9, 0.01), square(119.021, 34.901, 0.002)],
            [square(119.04, 34.9, 0.01)],
        ]}),
    ];
    let changes = GRIDS.into_iter().zip(shapes);
    changes
        .map(|(code, geometry)| GridChange {
            code: GridCode::parse(code).unwrap(),
            name: format!("第{code}网格"),
            kind: GridKind::General,
            schematic: true,
            geometry,
        })
        .collect()
}
