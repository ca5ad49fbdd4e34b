//! What happens by itself: over a real store, by a clock that the test sets.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gridwhistle_domain::access::{Actor, Appointment, PersonId, Post, Scope};
use gridwhistle_domain::case::{Action, Called, Case, Event, Queue, RefusalCode, Source, Stage};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::matter::{ConditionId, MatterKey, MatterKind};
use gridwhistle_domain::place::{DivisionCode, GridCode, GridKind};
use gridwhistle_domain::routing::{PowerState, Role, UnitCode};
use gridwhistle_service::import::bundle;
use gridwhistle_service::{
    BoundaryChange, Clock, GridChange, NewPlace, NewReport, Pass, Request, Service, ServiceError,
    Step, Ticker,
};
use gridwhistle_store::{Durability, ListNote, Store, sqlite_url};
use object_store::memory::InMemory;
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

const GRID: &str = "320707101200001";

struct Town {
    service: Service,
    clock: Arc<AtomicI64>,
    url: String,
    _folder: TempDir,
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-{text}:00+08:00")).unwrap()
}

impl Town {
    /// Wednesday morning.
    async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("town.db"));
        let store = Store::open(&url, Durability::Off).await.unwrap();
        bundle::put(
            &store,
            &bundle::ganyu().unwrap(),
            &ListNote::unexplained(at("07-15T09:00")),
        )
        .await
        .unwrap();
        let clock = Arc::new(AtomicI64::new(at("07-15T09:00").micros()));
        let time = Clock::Set(clock.clone());
        let service = Service::open(store, time, Arc::new(InMemory::new()), [7; 32])
            .await
            .unwrap();
        let grid = GridChange {
            code: GridCode::parse(GRID).unwrap(),
            name: GRID.to_owned(),
            kind: GridKind::General,
            schematic: true,
            geometry: json!({"type": "Polygon", "coordinates": [[
                [119.0, 34.9], [119.01, 34.9], [119.01, 34.91], [119.0, 34.91], [119.0, 34.9]
            ]]}),
        };
        let change = BoundaryChange {
            reason: "起始".to_owned(),
            grids: vec![grid],
            dry_run: false,
        };
        service.put_boundaries(change).await.unwrap();
        Self {
            service,
            clock,
            url,
            _folder: folder,
        }
    }

    fn on(&self, when: &str) {
        self.clock.store(at(when).micros(), Ordering::Relaxed);
    }

    async fn files(&self) -> Case {
        let report = NewReport {
            id: None,
            source: Source::Patrol,
            text: "井盖缺失".to_owned(),
            matter: None,
            place: NewPlace {
                grid: Some(GridCode::parse(GRID).unwrap()),
                ..NewPlace::default()
            },
            resident: None,
            confidential: None,
            external_number: None,
            handed_down_by: None,
            safety_call: None,
            attachments: Vec::new(),
            whistle: None,
            self_handled: None,
            occurred_at: None,
        };
        let registrar = somebody(Post::Registrar);
        let filed = self.service.report(&registrar, report, None).await;
        filed.unwrap().case
    }

    async fn case(&self, of: &Case) -> Case {
        self.service.store.case(of.id).await.unwrap().unwrap()
    }

    async fn reminders(&self, of: &Case) -> usize {
        let log = self.service.store.history(of.id).await.unwrap();
        let told =
            |e: &&gridwhistle_store::Entry| matches!(e.recorded.event, Event::Reminded { .. });
        log.iter().filter(told).count()
    }
}

fn somebody(post: Post) -> Actor {
    Actor {
        person: PersonId(Uuid::from_u128(post as u128 + 1)),
        name: "李明".to_owned(),
        appointments: vec![Appointment {
            post,
            scope: Scope::Division(DivisionCode::parse("320707101000").unwrap()),
            from: at("01-01T00:00"),
            to: None,
        }],
        grants: None,
    }
}

fn accept(version: u32) -> Request {
    Request {
        action: Action::Accept,
        version: Some(version),
        occurred_at: None,
        key: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_happens_once_however_many_look() {
    let town = Town::build().await;
    let mut cases = Vec::new();
    for _ in 0..150 {
        cases.push(town.files().await);
    }
    let other_server = Store::open(&town.url, Durability::Off).await.unwrap();
    let other = Service::open(
        other_server,
        Clock::Set(town.clock.clone()),
        Arc::new(InMemory::new()),
        [7; 32],
    )
    .await
    .unwrap();
    let (mut here, mut there) = (Ticker::default(), Ticker::default());
    town.on("07-15T09:15");
    assert_eq!(here.pass(&town.service).await.unwrap(), Pass::default());
    town.on("07-15T09:16");
    let (a, b) = tokio::join!(here.pass(&town.service), there.pass(&other));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!((a.events + b.events, a.failed + b.failed), (150, 0));
    for case in &cases {
        assert_eq!(town.reminders(case).await, 1);
    }
    assert_eq!(here.pass(&town.service).await.unwrap().events, 0);
    let findings = town.service.store.check().await.unwrap();
    assert_eq!(findings.faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_decides_need_not_have_seen_the_reminder() {
    let town = Town::build().await;
    let seen = town.files().await;
    town.on("07-15T10:00");
    Ticker::default().pass(&town.service).await.unwrap();
    assert!(town.case(&seen).await.version > seen.version);
    let registrar = somebody(Post::Registrar);
    let done = town
        .service
        .act(&registrar, seen.id, accept(seen.version))
        .await
        .unwrap();
    assert_eq!(done.case.stage, Stage::Accepted);
    let stale = town
        .service
        .act(&registrar, seen.id, accept(seen.version))
        .await;
    assert!(
        matches!(&stale, Err(ServiceError::StaleVersion { .. })),
        "{stale:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_finds_what_is_due_though_nobody_looked_yet() {
    let town = Town::build().await;
    let filed = town.files().await;
    town.on("07-15T10:00");
    let done = town
        .service
        .act(&somebody(Post::Registrar), filed.id, accept(filed.version))
        .await
        .unwrap();
    assert_eq!(done.case.stage, Stage::Accepted);
    assert_eq!(
        town.reminders(&filed).await,
        1,
        "overdue before it was accepted"
    );
    let refused = town
        .service
        .act(
            &somebody(Post::Registrar),
            filed.id,
            accept(done.case.version),
        )
        .await;
    assert!(
        matches!(&refused, Err(ServiceError::Refused(r)) if r.code == RefusalCode::StageForbids),
        "{refused:?}"
    );
    assert_eq!(town.service.store.check().await.unwrap().faults, []);
}

impl Town {
    /// An illegal building that stands, led by the town's enforcement bureau.
    async fn calls_the_bureau(&self) -> Case {
        let mut case = self.files().await;
        let (registrar, dispatcher) = (somebody(Post::Registrar), somebody(Post::Dispatcher));
        let matter = MatterKey::new(MatterKind::Event, "06001").unwrap();
        let register = Action::Register {
            condition: ConditionId::new(&matter, 2),
            matter,
        };
        let lead = Called {
            unit: UnitCode("320707101-zf".to_owned()),
            role: Role::Lead,
        };
        let dispatch = Action::Dispatch {
            units: vec![lead],
            note: String::new(),
        };
        for (who, action) in [
            (&registrar, Action::Accept),
            (&registrar, register),
            (&dispatcher, dispatch),
        ] {
            let version = Some(case.version);
            let request = Request {
                action,
                ..accept(0)
            };
            let request = Request { version, ..request };
            case = self.service.act(who, case.id, request).await.unwrap().case;
        }
        case
    }

    async fn lapses(&self, of: &Case) -> usize {
        let log = self.service.store.history(of.id).await.unwrap();
        let told = |e: &&gridwhistle_store::Entry| matches!(e.recorded.event, Event::Lapsed { .. });
        log.iter().filter(told).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lapses_in_mid_case_is_told_to_the_centre_once_whoever_looks() {
    let town = Town::build().await;
    let note = ListNote::unexplained(at("07-15T09:00"));
    bundle::put_demo_registers(&town.service.store, &note)
        .await
        .unwrap();
    town.service.refresh_reference().await.unwrap();
    let case = town.calls_the_bureau().await;
    let untouched = town.files().await;
    let (mut here, mut there) = (Ticker::default(), Ticker::default());
    assert_eq!(here.pass(&town.service).await.unwrap().events, 0);
    // The county takes the power away.
    let mut county = somebody(Post::DutyLeader);
    county.appointments[0].scope = Scope::Division(DivisionCode::parse("320707000000").unwrap());
    let step = Step {
        state: PowerState::Suspended,
        on: at("07-15T09:00").date(),
        why: "承接不力".to_owned(),
    };
    let code = "320707101.CF-C001.2024-07-01";
    town.service.step_power(&county, code, step).await.unwrap();
    let other_server = Store::open(&town.url, Durability::Off).await.unwrap();
    let other = Service::open(
        other_server,
        Clock::Set(town.clock.clone()),
        Arc::new(InMemory::new()),
        [7; 32],
    )
    .await
    .unwrap();
    let (a, b) = tokio::join!(here.pass(&town.service), there.pass(&other));
    assert_eq!(a.unwrap().events + b.unwrap().events, 1);
    town.on("07-16T00:00");
    here.pass(&town.service).await.unwrap();
    there.pass(&other).await.unwrap();
    assert_eq!(
        (town.lapses(&case).await, town.lapses(&untouched).await),
        (1, 0)
    );
    let now = town.case(&case).await;
    assert_eq!((now.stage, now.round()), (case.stage, case.round()));
    let dispatcher = somebody(Post::Dispatcher);
    let centre = DivisionCode::parse("320707101000").unwrap();
    let queue = (centre, Queue::Lapsed);
    let waiting = town
        .service
        .desk_cases(&dispatcher, queue, (None, 10))
        .await;
    let waiting: Vec<_> = waiting.unwrap().items.iter().map(|c| c.id).collect();
    assert_eq!(waiting, [case.id]);
    assert_eq!(town.service.store.check().await.unwrap().faults, []);
}
