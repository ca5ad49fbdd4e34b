//! What happens by itself: over a real store, by a clock that the test sets.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gridwhistle_domain::access::{Actor, Appointment, PersonId, Post, Scope};
use gridwhistle_domain::case::{Action, Case, Event, RefusalCode, Source, Stage};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, GridCode, GridKind};
use gridwhistle_service::import::bundle;
use gridwhistle_service::{
    BoundaryChange, Clock, GridChange, NewPlace, NewReport, Pass, Request, Service, ServiceError,
    Ticker,
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
