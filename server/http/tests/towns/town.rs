//! A town at work over the API: everybody whom a story needs, and a clock that it sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gridwhistle_domain::access::{Appointment, Grant, PersonId, Post, Scope};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, GridCode, GridKind};
use gridwhistle_domain::routing::UnitCode;
use gridwhistle_http::flood::{FloodSettings, Floods};
use gridwhistle_http::metrics::Metrics;
use gridwhistle_http::state::State;
use gridwhistle_service::import::bundle;
use gridwhistle_service::{BoundaryChange, Clock, GridChange, NewKey, Service};
use gridwhistle_store::{Account, Durability, ListNote, Session, Store, sqlite_url};
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::test::TestClient;
use poem::{EndpointExt, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::sync::watch;
use uuid::Uuid;

pub const TOWN: &str = "320707101000";
pub const COUNTY: &str = "320707000000";
pub const GRID: &str = "320707101200001";
pub const ENFORCEMENT: &str = "320707101-zf";
pub const SANITATION: &str = "320707101-hw";
/// Where everything happens, and a point 400 m north of it.
pub const SCENE: (f64, f64) = (119.005, 34.905);
pub const GATE: (f64, f64) = (119.005, 34.908_6);
const PHOTO: &[u8] = include_bytes!("../access/dot.png");

/// Somebody in a post over a division, a unit or a grid.
#[derive(Copy, Clone, Debug)]
pub struct Who(pub Post, pub &'static str);

pub const WORKER: Who = Who(Post::GridWorker, GRID);
pub const VILLAGE_LEADER: Who = Who(Post::VillageLeader, "320707101200");
pub const REGISTRAR: Who = Who(Post::Registrar, TOWN);
pub const DISPATCHER: Who = Who(Post::Dispatcher, TOWN);
pub const DUTY_LEADER: Who = Who(Post::DutyLeader, TOWN);
pub const TOWN_HEAD: Who = Who(Post::TownHead, TOWN);
pub const SUPERVISOR: Who = Who(Post::Supervisor, TOWN);
pub const ADMIN: Who = Who(Post::Admin, TOWN);
pub const COUNTY_DISPATCHER: Who = Who(Post::Dispatcher, COUNTY);

pub const fn officer(unit: &'static str) -> Who {
    Who(Post::UnitOfficer, unit)
}

pub const fn leader(unit: &'static str) -> Who {
    Who(Post::UnitLeader, unit)
}

/// The post as an account holds it: since the beginning of the year, for good.
pub fn held(Who(post, scope): Who) -> Appointment {
    Appointment {
        post,
        scope: match scope.len() {
            12 if scope.contains('-') => Scope::Unit(UnitCode(scope.to_owned())),
            12 => Scope::Division(DivisionCode::parse(scope).unwrap()),
            15 => Scope::Grids(vec![GridCode::parse(scope).unwrap()]),
            _ => Scope::Unit(UnitCode(scope.to_owned())),
        },
        from: at("01-01 00:00"),
        to: None,
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Told {
    pub status: u16,
    pub etag: Option<String>,
    pub body: Value,
}

impl Told {
    /// Each fault as `place: code`.
    pub fn faults(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        let told = errors.iter().map(|e| {
            let place = e["pointer"].as_str().or(e["parameter"].as_str()).unwrap();
            format!("{place}: {}", e["code"].as_str().unwrap())
        });
        told.collect()
    }

    pub fn detail(&self) -> &str {
        self.body["detail"].as_str().unwrap()
    }
}

pub struct Town {
    pub service: Arc<Service>,
    clock: Arc<AtomicI64>,
    client: TestClient<BoxEndpoint<'static, Response>>,
    _stopping: watch::Sender<bool>,
    _folder: TempDir,
}

/// A moment of 2026 in UTC+8, written as `07-15 09:00`.
pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-{}:00+08:00", text.replace(' ', "T"))).unwrap()
}

/// How the API writes that moment.
pub fn written(text: &str) -> String {
    format!("2026-{}:00+08:00", text.replace(' ', "T"))
}

/// The API over what a town has, and what keeps it running.
pub fn served(
    service: Arc<Service>,
) -> (
    TestClient<BoxEndpoint<'static, Response>>,
    watch::Sender<bool>,
) {
    let (stopping, stop) = watch::channel(false);
    let state = State {
        service,
        floods: Floods::new(&FloodSettings {
            requests: None,
            logins: None,
        }),
        base_url: "http://localhost".into(),
        stop,
    };
    let app = gridwhistle_http::application(state, &Metrics::new(), "0.1.0");
    (TestClient::new(app.map_to_response().boxed()), stopping)
}

impl Town {
    /// A town on a day of 2026.
    pub async fn on(moment: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("town.db"));
        let store = Store::open(&url, Durability::Off).await.unwrap();
        let note = ListNote::unexplained(at(moment));
        bundle::put(&store, &bundle::ganyu().unwrap(), &note)
            .await
            .unwrap();
        let clock = Arc::new(AtomicI64::new(at(moment).micros()));
        let objects = Arc::new(object_store::memory::InMemory::new());
        let service = Service::open(store, Clock::Set(clock.clone()), objects, [7; 32]);
        let service = service.await.unwrap();
        let (west, east, south, north) = (119.0, 119.01, 34.9, 34.91);
        let square = GridChange {
            code: GridCode::parse(GRID).unwrap(),
            name: "一".to_owned(),
            kind: GridKind::General,
            schematic: true,
            geometry: json!({"type": "Polygon", "coordinates": [[
                [west, south], [east, south], [east, north], [west, north], [west, south]
            ]]}),
        };
        let change = BoundaryChange {
            reason: "起始".to_owned(),
            grids: vec![square],
            dry_run: false,
        };
        service.put_boundaries(change).await.unwrap();
        let service = Arc::new(service);
        let (client, stopping) = served(service.clone());
        Self {
            service,
            clock,
            client,
            _stopping: stopping,
            _folder: folder,
        }
    }

    /// Lets the time pass until then.
    pub fn it_is(&self, moment: &str) -> &Self {
        self.clock.store(at(moment).micros(), Ordering::Relaxed);
        self
    }

    /// A fresh session of somebody in one post.
    pub async fn session(&self, who: Who) -> String {
        let name = format!("{}@{}", who.0, who.1);
        self.session_of(&name, vec![held(who)]).await
    }

    /// A fresh session of somebody with all these posts; the account is made when it is needed first.
    pub async fn session_of(&self, name: &str, posts: Vec<Appointment>) -> String {
        let person = PersonId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
        let now = self.service.clock.now();
        if self.service.store.account(name).await.unwrap().is_none() {
            let account = Account {
                person,
                username: name.to_owned(),
                name: name.to_owned(),
                password_hash: String::new(),
                disabled: false,
            };
            let store = &self.service.store;
            store.add_account(account, posts, now).await.unwrap();
        }
        let token = format!("gw_{}", Uuid::now_v7());
        let session = Session {
            token_hash: Sha256::digest(token.as_bytes()).to_vec(),
            person,
            created_at: now,
            last_used_at: now,
            expires_at: now.plus_days(1),
        };
        self.service.store.open_session(session).await.unwrap();
        token
    }

    /// The key of a fresh application.
    pub async fn key(&self, division: &str, grants: &[Grant]) -> String {
        let new = NewKey {
            name: "试".to_owned(),
            division: DivisionCode::parse(division).unwrap(),
            grants: grants.to_vec(),
            expires_at: None,
            app: None,
        };
        self.service.put_key(new, None).await.unwrap().secret
    }

    pub async fn ask(
        &self,
        who: Who,
        method: Method,
        path: &str,
        version: Option<&str>,
        body: Option<Value>,
    ) -> Told {
        self.ask_in("en", who, method, path, version, body).await
    }

    /// The same in a language.
    pub async fn ask_in(
        &self,
        language: &str,
        who: Who,
        method: Method,
        path: &str,
        version: Option<&str>,
        body: Option<Value>,
    ) -> Told {
        let token = self.session(who).await;
        self.send(language, &token, method, path, version, body)
            .await
    }

    /// The same by the token of a session or by the key of an application.
    pub async fn ask_by(
        &self,
        token: &str,
        method: Method,
        path: &str,
        version: Option<&str>,
        body: Option<Value>,
    ) -> Told {
        self.send("en", token, method, path, version, body).await
    }

    async fn send(
        &self,
        language: &str,
        token: &str,
        method: Method,
        path: &str,
        version: Option<&str>,
        body: Option<Value>,
    ) -> Told {
        let mut request = self
            .client
            .request(method, format!("/api/v1{path}"))
            .header("Authorization", format!("Bearer {token}"))
            .header("Accept-Language", language);
        if let Some(version) = version {
            request = request.header("If-Match", version);
        }
        if let Some(body) = body {
            request = request
                .content_type("application/json")
                .body(body.to_string());
        }
        let response = request.send().await.0;
        let etag = response.header("ETag").map(str::to_owned);
        let status = response.status().as_u16();
        let bytes = response.into_body().into_vec().await.unwrap();
        Told {
            status,
            etag,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        }
    }

    /// What stands at an address outside the API, for somebody or nobody; `held` is the version that he holds.
    pub async fn fetch(&self, who: Option<Who>, path: &str, held: Option<&str>) -> Response {
        let mut request = self.client.get(path);
        if let Some(who) = who {
            let token = self.session(who).await;
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(held) = held {
            request = request.header("If-None-Match", held);
        }
        request.send().await.0
    }

    pub async fn get(&self, who: Who, path: &str) -> Told {
        self.ask(who, Method::GET, path, None, None).await
    }

    pub async fn post(&self, who: Who, path: &str, body: Value) -> Told {
        self.ask(who, Method::POST, path, None, Some(body)).await
    }

    /// A photograph that somebody brings: its identity.
    pub async fn photo(&self, who: Who) -> String {
        let token = self.session(who).await;
        let request = self
            .client
            .post("/api/v1/attachments")
            .header("Authorization", format!("Bearer {token}"))
            .content_type("application/octet-stream")
            .body(PHOTO.to_vec());
        let bytes = request.send().await.0.into_body().into_vec().await.unwrap();
        let told: Value = serde_json::from_slice(&bytes).unwrap();
        told["id"].as_str().unwrap().to_owned()
    }

    /// Sets the configuration of a division on what holds there now.
    pub async fn configure(&self, who: Who, division: &str, document: Value) -> Told {
        let path = format!("/configuration/{division}");
        let version = self.get(who, &path).await.etag;
        self.ask(who, Method::PUT, &path, version.as_deref(), Some(document))
            .await
    }

    /// Asks for something on a case, or with an `assignment` on a called unit's part, on the newest version.
    pub async fn tries(&self, who: Who, case: &str, action: Value) -> Told {
        let own = format!("/cases/{case}");
        // Whoever does not see the case guesses.
        let version = self.get(who, &own).await.etag;
        let mut action = action;
        let fields = action.as_object_mut().unwrap();
        let path = match fields.remove("assignment") {
            Some(id) => format!("/assignments/{}/actions", id.as_str().unwrap()),
            None => format!("{own}/actions"),
        };
        self.ask(who, Method::POST, &path, version.as_deref(), Some(action))
            .await
    }

    /// The same where it has to come through: the case as it stands then.
    pub async fn does(&self, who: Who, case: &str, action: Value) -> Value {
        let told = self.tries(who, case, action.clone()).await;
        assert_eq!(told.status, 200, "{who:?} {action}: {}", told.body);
        told.body
    }

    /// The worker reports a matter at the scene: the case's identity.
    pub async fn reported(&self, matter: &str) -> String {
        let report = json!({
            "source": "patrol", "text": "巡查发现", "matter": matter,
            "place": {"lon": SCENE.0, "lat": SCENE.1},
        });
        let told = self.post(WORKER, "/cases", report).await;
        assert_eq!(told.status, 201, "{}", told.body);
        told.body["id"].as_str().unwrap().to_owned()
    }

    /// The same, accepted and registered.
    pub async fn registered(&self, matter: &str, condition: &str) -> String {
        let case = self.reported(matter).await;
        self.does(REGISTRAR, &case, json!({"action": "accept"}))
            .await;
        let register = json!({"action": "register", "matter": matter, "condition": condition});
        self.does(REGISTRAR, &case, register).await;
        case
    }

    /// The same, sent to the enforcement bureau, which has signed: the identity, and the case.
    pub async fn signed(&self, matter: &str, condition: &str) -> (String, Value) {
        let case = self.registered(matter, condition).await;
        let units = json!([{"unit": ENFORCEMENT, "role": "lead"}]);
        let dispatch = json!({"action": "dispatch", "units": units});
        let called = self.does(DISPATCHER, &case, dispatch).await;
        let sign = json!({"action": "sign", "assignment": part(&called, ENFORCEMENT)["id"]});
        let signed = self.does(leader(ENFORCEMENT), &case, sign).await;
        (case, signed)
    }
}

/// The whistle blown last.
pub fn whistle(case: &Value) -> &Value {
    case["whistles"].as_array().unwrap().last().unwrap()
}

/// What a unit was called to last.
pub fn part<'a>(case: &'a Value, unit: &str) -> &'a Value {
    let parts = case["assignments"].as_array().unwrap();
    parts
        .iter()
        .rev()
        .find(|a| a["unit"]["code"] == unit)
        .unwrap()
}

/// When sign, contact and check-in of a unit are due.
pub fn due(case: &Value, unit: &str) -> [Option<String>; 3] {
    let part = part(case, unit);
    ["sign", "contact", "check_in"].map(|name| part[name]["due"].as_str().map(str::to_owned))
}

/// The same, as a story writes it.
pub fn dues(moments: [Option<&str>; 3]) -> [Option<String>; 3] {
    moments.map(|moment| moment.map(written))
}
