//! The access matrix: every operation of the published document, asked by everybody, from everywhere.
//!
//! What has to come out stands in `access/matrix.csv`, written by hand: a line an operation (two where the case may be
//! the caller's own), a column a caller. A cell is what is expected wherever the post extends to, or four of them for a
//! scope that is the case's own, above it, below it and beside it. A number is the status; `+` and `-` are a list
//! that shows the object, or does not. How each operation is asked stands in `access/requests.json`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use gridwhistle_domain::access::{Actor, Appointment, Grant, PersonId, Post, Reach, Scope};
use gridwhistle_domain::case::{Action, Called, Case, Meeting, Purpose, Source, WhistleRequest};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::lists::RULINGS;
use gridwhistle_domain::matter::{ConditionId, MatterKey, MatterKind};
use gridwhistle_domain::notice::Mailbox;
use gridwhistle_domain::place::{DivisionCode, GridCode, GridKind};
use gridwhistle_domain::routing::{Responsible, Role, Ruling, UnitCode};
use gridwhistle_domain::shift::Desk;
use gridwhistle_http::flood::{FloodSettings, Floods};
use gridwhistle_http::metrics::Metrics;
use gridwhistle_http::state::State;
use gridwhistle_service::import::bundle;
use gridwhistle_service::{
    BoundaryChange, Clock, GridChange, NewKey, NewPlace, NewReport, NewShift, Request, Resident,
    Service,
};
use gridwhistle_store::{Account, Durability, ListNote, NoticeFilter, Session, Store, sqlite_url};
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::test::TestClient;
use poem::{EndpointExt, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::sync::watch;
use uuid::Uuid;

const MATRIX: &str = include_str!("access/matrix.csv");
const REQUESTS: &str = include_str!("access/requests.json");
const PHOTO: &[u8] = include_bytes!("access/dot.png");
const RELATIONS: [&str; 4] = ["own", "above", "below", "beside"];
const TOWN: &str = "320707101000";
const VILLAGE: &str = "320707101200";
/// What nobody may ever be told but by unmasking.
const SECRETS: [&str; 2] = ["欧阳秀英", "13851234567"];

/// Operation and object of a line, and what each caller of the head is to be told.
type Lines = Vec<((String, String), BTreeMap<String, String>)>;

fn lines() -> Lines {
    let mut rows = MATRIX
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    let head = rows.next().unwrap();
    rows.map(|row| {
        assert_eq!(row.len(), head.len(), "{row:?}");
        let cells = head.iter().zip(&row).skip(2);
        let told = cells.map(|(caller, cell)| ((*caller).to_owned(), (*cell).to_owned()));
        ((row[0].to_owned(), row[1].to_owned()), told.collect())
    })
    .collect()
}

/// Path and method of every operation.
fn operations() -> BTreeMap<String, (Method, String)> {
    let document: Value = serde_json::from_str(&gridwhistle_http::document("0.1.0")).unwrap();
    let mut found = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let method = method.to_uppercase().parse().unwrap();
            let id = operation["operationId"].as_str().unwrap().to_owned();
            found.insert(id, (method, path.clone()));
        }
    }
    found
}

/// Somebody with one post, or an application with a key of one scope; and what he may call his own.
struct Caller {
    name: String,
    relation: usize,
    token: String,
    /// A session ends by logging out: there is one for that alone.
    farewell: String,
    own: Case,
}

struct Town {
    service: Arc<Service>,
    client: TestClient<BoxEndpoint<'static, Response>>,
    key: Uuid,
    /// On duty now.
    shift: Uuid,
    /// Waits for somebody to take over.
    handover: Uuid,
    other: Case,
    _stopping: watch::Sender<bool>,
    _folder: TempDir,
}

fn division(code: &str) -> Scope {
    Scope::Division(DivisionCode::parse(code).unwrap())
}

fn grids(code: &str) -> Scope {
    Scope::Grids(vec![GridCode::parse(code).unwrap()])
}

fn unit(code: &str) -> Scope {
    Scope::Unit(UnitCode(code.to_owned()))
}

/// The scope in which a post stands to the case, by the order of [`RELATIONS`].
fn scope(post: Post, relation: usize) -> Scope {
    match post {
        Post::GridWorker | Post::GridLeader => match relation {
            0 | 2 => grids("320707101200001"),
            1 => division(VILLAGE),
            _ => grids("320707102200001"),
        },
        Post::UnitOfficer | Post::UnitLeader => {
            let units = [
                "320707101-zf",
                "320707-cg",
                "320707101200-cw",
                "320707101-sw",
            ];
            unit(units[relation])
        }
        _ => {
            let divisions = [TOWN, "320707000000", VILLAGE, "320707102000"];
            division(divisions[relation])
        }
    }
}

fn actor(person: PersonId, posts: &[(Post, Scope)], since: Timestamp) -> Actor {
    let held = posts.iter().map(|(post, scope)| Appointment {
        post: *post,
        scope: scope.clone(),
        from: since,
        to: None,
    });
    Actor {
        person,
        name: "李明".to_owned(),
        appointments: held.collect(),
        grants: None,
    }
}

fn square(code: &str, west: f64) -> GridChange {
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

impl Town {
    async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("town.db"));
        let store = Store::open(&url, Durability::Off).await.unwrap();
        let now = Timestamp::parse("2026-07-15T09:00:00+08:00").unwrap();
        bundle::put(
            &store,
            &bundle::ganyu().unwrap(),
            &ListNote::unexplained(now),
        )
        .await
        .unwrap();
        bundle::put_demo_registers(&store, &ListNote::unexplained(now))
            .await
            .unwrap();
        let ruling = Ruling {
            id: "11111111-1111-7111-8111-111111111111-1".to_owned(),
            matter_kind: MatterKind::Event,
            code_prefix: "06010".to_owned(),
            division: DivisionCode::parse(TOWN).unwrap(),
            lead: Responsible::Function("police".to_owned()),
            assists: Vec::new(),
            text: "由派出所主办".to_owned(),
            case_number: "32070720260714000001".to_owned(),
            centre: DivisionCode::parse(TOWN).unwrap(),
            valid_from: now.date(),
            valid_to: None,
            withdrawn_at: None,
        };
        let entry = (ruling.id.clone(), ruling);
        store
            .put_list(RULINGS, [entry], ListNote::unexplained(now))
            .await
            .unwrap();
        let clock = Clock::Set(Arc::new(AtomicI64::new(now.micros())));
        let objects = Arc::new(object_store::memory::InMemory::new());
        let service = Service::open(store, clock, objects, [7; 32]).await.unwrap();
        let change = BoundaryChange {
            reason: "起始".to_owned(),
            grids: vec![square("320707101200001", 119.0)],
            dry_run: false,
        };
        service.put_boundaries(change).await.unwrap();
        let service = Arc::new(service);
        let new = NewKey {
            name: "试".to_owned(),
            division: DivisionCode::parse(TOWN).unwrap(),
            grants: vec![Grant::CasesRead],
            expires_at: None,
            app: None,
        };
        let key = service.put_key(new, None).await.unwrap().key.id;
        let other = handled(&service, PersonId(Uuid::now_v7())).await;
        let registrar = actor(
            PersonId(Uuid::now_v7()),
            &[(Post::Registrar, division(TOWN))],
            now,
        );
        let look = service
            .unmask(&registrar, other.id, Purpose::FollowUp, None)
            .await;
        assert_eq!(look.unwrap().telephone, SECRETS[1]);
        let (shift, handover) = desk(&service).await;
        let (stopping, stop) = watch::channel(false);
        let floods = Floods::new(&FloodSettings {
            requests: None,
            logins: None,
        });
        let state = State {
            service: service.clone(),
            floods,
            base_url: "http://localhost".into(),
            stop,
        };
        let app = gridwhistle_http::application(state, &Metrics::new(), "0.1.0");
        Self {
            service,
            client: TestClient::new(app.map_to_response().boxed()),
            key,
            shift,
            handover,
            other,
            _stopping: stopping,
            _folder: folder,
        }
    }

    /// An open session of an account that logged in at that moment.
    async fn session(&self, person: PersonId, at: Timestamp) -> String {
        let token = format!("gw_{}", Uuid::now_v7());
        let session = Session {
            token_hash: Sha256::digest(token.as_bytes()).to_vec(),
            person,
            created_at: at,
            last_used_at: at,
            expires_at: at.plus_days(1),
        };
        self.service.store.open_session(session).await.unwrap();
        token
    }

    async fn account(&self, post: Post, scope: Scope) -> PersonId {
        let now = self.service.clock.now();
        self.account_for(post, scope, (now, None)).await
    }

    /// The same with the post held from the one moment on, until the other.
    async fn account_for(
        &self,
        post: Post,
        scope: Scope,
        (from, to): (Timestamp, Option<Timestamp>),
    ) -> PersonId {
        let person = PersonId(Uuid::now_v7());
        let now = self.service.clock.now();
        let account = Account {
            person,
            username: person.0.to_string(),
            name: "李明".to_owned(),
            password_hash: String::new(),
            disabled: false,
        };
        let held = Appointment {
            post,
            scope,
            from,
            to,
        };
        self.service
            .store
            .add_account(account, vec![held], now)
            .await
            .unwrap();
        person
    }

    /// Everybody whom the head of the table names, in every relation to the case.
    async fn callers(&self, names: &[String]) -> Vec<Caller> {
        let mut callers = Vec::new();
        for name in names.iter().filter(|name| *name != "outsider") {
            for relation in 0..RELATIONS.len() {
                let (person, token, farewell) = if let Ok(grant) = name.parse::<Grant>() {
                    let Scope::Division(division) = scope(Post::App, relation) else {
                        unreachable!("applications are admitted to divisions");
                    };
                    let new = NewKey {
                        name: name.clone(),
                        division,
                        grants: vec![grant],
                        expires_at: None,
                        app: None,
                    };
                    let issued = self.service.put_key(new, None).await.unwrap();
                    (issued.key.app, issued.secret.clone(), issued.secret)
                } else {
                    let post: Post = name.parse().unwrap();
                    let person = self.account(post, scope(post, relation)).await;
                    let now = self.service.clock.now();
                    let token = self.session(person, now).await;
                    (person, token, self.session(person, now).await)
                };
                callers.push(Caller {
                    name: name.clone(),
                    relation,
                    token,
                    farewell,
                    own: handled(&self.service, person).await,
                });
            }
        }
        callers
    }

    /// Somebody for every post who held it until yesterday, and somebody who holds it from tomorrow on.
    async fn without_a_post(&self) -> Vec<Caller> {
        let now = self.service.clock.now();
        let posts = Post::ALL
            .iter()
            .filter(|p| !matches!(p, Post::Resident | Post::System));
        let mut callers = Vec::new();
        for post in posts {
            for (name, period) in [
                ("former", (now.plus_days(-30), Some(now.plus_days(-1)))),
                ("coming", (now.plus_days(1), None)),
            ] {
                let person = self.account_for(*post, scope(*post, 0), period).await;
                callers.push(Caller {
                    name: format!("{name} {post}"),
                    relation: 0,
                    token: self.session(person, now).await,
                    farewell: self.session(person, now).await,
                    own: handled(&self.service, person).await,
                });
            }
        }
        callers
    }

    /// Nobody, a session that has ended, a key that was revoked, and one that was mistyped.
    async fn outsiders(&self) -> Vec<Option<String>> {
        let now = self.service.clock.now();
        let person = self.account(Post::Registrar, division(TOWN)).await;
        let ended = self.session(person, now.plus_days(-2)).await;
        let new = NewKey {
            name: "试".to_owned(),
            division: DivisionCode::parse(TOWN).unwrap(),
            grants: Grant::ALL.to_vec(),
            expires_at: None,
            app: None,
        };
        let revoked = self.service.put_key(new, None).await.unwrap();
        self.service.end_key(revoked.key.id, None).await.unwrap();
        let mistyped = format!("gw_live_{}", "a".repeat(49));
        vec![None, Some(ended), Some(revoked.secret), Some(mistyped)]
    }

    /// The notice by which the leader of the enforcement team was called to a case.
    async fn notice(&self, case: &Case) -> i64 {
        let mailbox = Mailbox::Unit(Post::UnitLeader, UnitCode("320707101-zf".to_owned()));
        let filter = NoticeFilter {
            person: PersonId(Uuid::nil()),
            mailboxes: vec![(mailbox, Timestamp::from_micros(0))],
            reaches: vec![Reach::Division(DivisionCode::parse(TOWN).unwrap())],
            unread: false,
            before: None,
            limit: 1_000,
        };
        let told = self.service.store.notices(&filter).await.unwrap();
        told.iter().find(|n| n.case == case.id).unwrap().id
    }

    async fn ask(
        &self,
        method: &Method,
        how: &How,
        token: Option<&str>,
        streams: bool,
    ) -> (u16, String) {
        let mut request = self.client.request(method.clone(), &how.path);
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(version) = &how.version {
            request = request.header("If-Match", version);
        }
        if let Some((media_type, bytes)) = &how.body {
            request = request.content_type(*media_type).body(bytes.clone());
        }
        let response = request.send().await.0;
        let status = response.status().as_u16();
        // A stream goes on.
        if streams && status == 200 {
            return (status, String::new());
        }
        let bytes = response.into_body().into_vec().await.unwrap();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Somebody is on duty at the town's desk, and hands over.
async fn desk(service: &Service) -> (Uuid, Uuid) {
    let now = service.clock.now();
    let shift = NewShift {
        desk: Desk::from(TOWN),
        from: now.plus_minutes(-60),
        to: now.plus_minutes(540),
        leader: "王强".to_owned(),
        officer: "张卫".to_owned(),
        telephone: "0518-88881234".to_owned(),
    };
    let entered = service.put_shifts(vec![shift]).await.unwrap();
    let mut officer = actor(
        PersonId(Uuid::now_v7()),
        &[(Post::DutyOfficer, division(TOWN))],
        now,
    );
    "张卫".clone_into(&mut officer.name);
    let desk = Desk::from(TOWN);
    let given = service.hand_over(&officer, &desk, String::new());
    (entered[0].shift.id, given.await.unwrap().id)
}

/// A case with a resident and a photograph, whistled for and being handled by the enforcement team, filed by somebody.
async fn handled(service: &Service, person: PersonId) -> Case {
    let now = service.clock.now();
    let posts = [
        Post::GridWorker,
        Post::Registrar,
        Post::Dispatcher,
        Post::VillageLeader,
    ];
    let posts = posts.map(|post| (post, division(TOWN)));
    let filer = actor(person, &posts, now);
    let photo = service.add_photo(&filer, PHOTO.into()).await.unwrap();
    let matter = MatterKey::new(MatterKind::Event, "06010").unwrap();
    let new = NewReport {
        id: None,
        source: Source::Resident,
        text: format!("{}反映路面破损，电话{}", SECRETS[0], SECRETS[1]),
        matter: Some(matter.clone()),
        place: NewPlace {
            lon_lat: Some((119.005, 34.905)),
            ..NewPlace::default()
        },
        resident: Some(Resident {
            name: SECRETS[0].to_owned(),
            telephone: SECRETS[1].to_owned(),
        }),
        confidential: None,
        external_number: None,
        handed_down_by: None,
        safety_call: None,
        attachments: vec![photo.id],
        whistle: Some(WhistleRequest {
            kind: "daily".to_owned(),
            reason: "需现场会商".to_owned(),
            wanted: Vec::new(),
            condition: None,
            meeting: None,
        }),
        self_handled: None,
        occurred_at: None,
    };
    let mut case = service.report(&filer, new, None).await.unwrap().case;
    let condition = service.reference().rules.catalogue.conditions(&matter);
    let condition: ConditionId = condition[0].id.clone();
    let whistle = case.whistles[0].id;
    let units = vec![Called {
        unit: UnitCode("320707101-zf".to_owned()),
        role: Role::Lead,
    }];
    let meeting = Meeting {
        position: None,
        address: None,
        at: None,
    };
    for action in [
        Action::Accept,
        Action::Register { matter, condition },
        Action::IssueWhistle {
            whistle,
            units,
            meeting,
        },
    ] {
        let request = Request {
            action,
            version: Some(case.version),
            occurred_at: None,
            key: None,
        };
        case = service.act(&filer, case.id, request).await.unwrap().case;
    }
    case
}

/// How an operation is asked about a case.
struct How {
    path: String,
    body: Option<(&'static str, Vec<u8>)>,
    /// For decisions: what `If-Match` says.
    version: Option<String>,
    /// What a list shows, or does not.
    shows: String,
}

async fn how(town: &Town, path: &str, written: &Value, case: &Case) -> How {
    let history = town.service.store.history(case.id).await.unwrap();
    let notice = town.notice(case).await.to_string();
    let filled = |text: &str| {
        text.replace("\"{notice}\"", &notice)
            .replace("{notice}", &notice)
            .replace("{case}", &case.id.to_string())
            .replace("{number}", &case.number)
            .replace("{assignment}", &case.assignments[0].id.0.to_string())
            .replace("{photo}", &case.attachments[0].0.to_string())
            .replace("{key}", &town.key.to_string())
            .replace("{shift}", &town.shift.to_string())
            .replace("{handover}", &town.handover.to_string())
            .replace("{before}", &(history[0].seq - 1).to_string())
    };
    let path = match written["path"].as_str() {
        Some(path) => format!("/api/v1{path}"),
        None => path.to_owned(),
    };
    let body = match (&written["body"], written["photo"].as_bool()) {
        (_, Some(true)) => Some(("application/octet-stream", PHOTO.to_vec())),
        (Value::Null, _) => None,
        (body, _) => Some(("application/json", filled(&body.to_string()).into_bytes())),
    };
    How {
        path: filled(&path),
        body,
        version: written["if_match"].as_str().map(str::to_owned),
        shows: filled(written["shows"].as_str().unwrap_or_default()),
    }
}

/// Whether the answer is what the cell wants in this relation.
fn is_met(cell: &str, relation: usize, (status, body): &(u16, String), shows: &str) -> bool {
    let parts: Vec<&str> = cell.split('/').collect();
    let wanted = if parts.len() == 1 {
        parts[0]
    } else {
        parts[relation]
    };
    match wanted {
        "+" => *status == 200 && !shows.is_empty() && body.contains(shows),
        "-" => *status == 200 && !shows.is_empty() && !body.contains(shows),
        wanted => wanted.parse() == Ok(*status),
    }
}

#[test]
fn every_operation_has_its_line_and_every_post_its_column() {
    let lines = lines();
    let operations = operations();
    let requests: BTreeMap<String, Value> = serde_json::from_str(REQUESTS).unwrap();
    for operation in operations.keys() {
        assert!(
            lines.iter().any(|((known, _), _)| known == operation),
            "{operation} has no line in server/http/tests/access/matrix.csv: see docs/contributing.md"
        );
    }
    for operation in lines.iter().map(|((id, _), _)| id).chain(requests.keys()) {
        assert!(operations.contains_key(operation), "{operation} is gone");
    }
    let columns = &lines[0].1;
    let posts = Post::ALL
        .iter()
        .filter(|p| !matches!(p, Post::Resident | Post::System));
    let wanted = posts.map(ToString::to_string);
    for caller in wanted.chain(Grant::ALL.iter().map(ToString::to_string)) {
        assert!(columns.contains_key(&caller), "no column for {caller}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_is_told_what_the_matrix_says_and_nobody_is_told_who_the_resident_is() {
    let town = Box::pin(Town::build()).await;
    let lines = lines();
    let operations = operations();
    let requests: BTreeMap<String, Value> = serde_json::from_str(REQUESTS).unwrap();
    let names: Vec<String> = lines[0].1.keys().cloned().collect();
    let callers = town.callers(&names).await;
    let outsiders = town.outsiders().await;
    let mut deviations = Vec::new();
    for ((id, object), cells) in &lines {
        let Some((method, path)) = operations.get(id) else {
            continue;
        };
        let streams = id == "stream_events";
        let written = requests.get(id).unwrap_or(&Value::Null);
        let asked = how(&town, path, written, &town.other).await;
        for token in &outsiders {
            let told = town.ask(method, &asked, token.as_deref(), streams).await;
            if !is_met(&cells["outsider"], 0, &told, &asked.shows) {
                deviations.push(format!("{id} by {token:?}: {}", told.0));
            }
        }
        for caller in &callers {
            let own = how(&town, path, written, &caller.own).await;
            let asked = if object == "own" { &own } else { &asked };
            let token = if id == "logout" {
                &caller.farewell
            } else {
                &caller.token
            };
            let before = town.service.store.last_seq().await.unwrap();
            let told = town.ask(method, asked, Some(token), streams).await;
            let about = format!(
                "{id} of {object} by {} {}: {}",
                caller.name, RELATIONS[caller.relation], told.0
            );
            let cell = &cells[&caller.name];
            if !is_met(cell, caller.relation, &told, &asked.shows) {
                deviations.push(format!("{about}, not {cell}"));
            }
            let looks = ["supervisor", "auditor", "admin"].contains(&caller.name.as_str());
            if looks && town.service.store.last_seq().await.unwrap() > before {
                deviations.push(format!("{about} changed a case"));
            }
            let unmasked = id == "unmask_resident" && told.0 == 200;
            if !unmasked && SECRETS.iter().any(|secret| told.1.contains(secret)) {
                deviations.push(format!("{about} tells who the resident is"));
            }
            let is_app =
                caller.name.contains(':') && caller.name != "personal:read" || caller.name == "app";
            if is_app && (told.1.contains("欧**") || told.1.contains("138****4567")) {
                deviations.push(format!("{about} shows an application the resident"));
            }
        }
    }
    assert!(
        deviations.is_empty(),
        "{} deviations:\n{}",
        deviations.len(),
        deviations.join("\n")
    );
}

/// What somebody without a post is told: who he is, and nothing that takes a post. He logs in and out, and answers a
/// resident's link, as everybody.
fn wanted_without_a_post(operation: &str) -> &'static [u16] {
    match operation {
        "me" => &[200],
        "logout" => &[204],
        "login" => &[401],
        "get_rating" | "rate" => &[404],
        // What is a case's does not exist for him, not even where he filed it; the rest he may not ask for.
        _ => &[403, 404],
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whose_post_ended_yesterday_or_begins_tomorrow_may_do_nothing() {
    let town = Box::pin(Town::build()).await;
    let operations = operations();
    let requests: BTreeMap<String, Value> = serde_json::from_str(REQUESTS).unwrap();
    let callers = town.without_a_post().await;
    let before = town.service.store.last_seq().await.unwrap();
    let mut deviations = Vec::new();
    for ((id, object), _) in &lines() {
        let Some((method, path)) = operations.get(id) else {
            continue;
        };
        let written = requests.get(id).unwrap_or(&Value::Null);
        let other = how(&town, path, written, &town.other).await;
        for caller in &callers {
            let own = how(&town, path, written, &caller.own).await;
            let asked = if object == "own" { &own } else { &other };
            let token = if id == "logout" {
                &caller.farewell
            } else {
                &caller.token
            };
            let streams = id == "stream_events";
            let (status, body) = town.ask(method, asked, Some(token), streams).await;
            let about = format!("{id} of {object} by {}: {status}", caller.name);
            if !wanted_without_a_post(id).contains(&status) {
                deviations.push(about.clone());
            }
            let shown = [SECRETS[0], SECRETS[1], "欧**", "138****4567"];
            if shown.iter().any(|secret| body.contains(secret)) {
                deviations.push(format!("{about} tells who the resident is"));
            }
            if id == "me" {
                let told: Value = serde_json::from_str(&body).unwrap();
                if (&told["posts"], &told["may"]) != (&json!([]), &json!([])) {
                    deviations.push(format!("{about} names what he held: {told}"));
                }
            }
        }
    }
    if town.service.store.last_seq().await.unwrap() > before {
        deviations.push("a case was changed".to_owned());
    }
    assert!(
        deviations.is_empty(),
        "{} deviations:\n{}",
        deviations.len(),
        deviations.join("\n")
    );
}
