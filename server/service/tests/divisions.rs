//! Divisions that change over a real store: later dates, names, lists that are read back, grids that come to another
//! town, the desk that has taken over.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gridwhistle_domain::access::{Actor, Appointment, Post, Scope};
use gridwhistle_domain::case::{Case, Source};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::lists::DIVISIONS;
use gridwhistle_domain::place::{
    Change, Division, DivisionChange, DivisionCode, GridCode, GridKind,
};
use gridwhistle_domain::shift::Desk;
use gridwhistle_service::import::{FORMATS, bundle};
use gridwhistle_service::{
    BoundaryChange, Clock, GridChange, NewChangeset, NewPlace, NewReorganisation, NewReport,
    Reorganised, Service, ServiceError,
};
use gridwhistle_store::{Durability, ListNote, Store, sqlite_url};
use object_store::memory::InMemory;
use serde_json::{Value, json};
use tempfile::TempDir;

const COUNTY: &str = "320707000000";
const TOWN: &str = "320707101000";
const HEIR: &str = "320707102000";
const GRID: &str = "320707101200001";
const PASSWORD: &str = "correct horse";

struct County {
    service: Service,
    clock: Arc<AtomicI64>,
    _folder: TempDir,
}

fn code(text: &str) -> DivisionCode {
    DivisionCode::parse(text).unwrap()
}

fn grid(text: &str) -> GridCode {
    GridCode::parse(text).unwrap()
}

fn merger() -> DivisionChange {
    DivisionChange::Merge {
        from: vec![code(TOWN), code(HEIR)],
        into: code(HEIR),
        name: "新石桥镇".to_owned(),
        renumbering: vec![],
    }
}

impl County {
    async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("county.db"));
        let store = Store::open(&url, Durability::Off).await.unwrap();
        let morning = Timestamp::parse("2026-07-15T09:00:00+08:00").unwrap();
        let note = ListNote::unexplained(morning);
        bundle::put(&store, &bundle::ganyu().unwrap(), &note)
            .await
            .unwrap();
        let clock = Arc::new(AtomicI64::new(morning.micros()));
        let by = Clock::Set(clock.clone());
        let service = Service::open(store, by, Arc::new(InMemory::new()), [7; 32])
            .await
            .unwrap();
        let square = GridChange {
            code: grid(GRID),
            name: "一".to_owned(),
            kind: GridKind::General,
            schematic: true,
            geometry: json!({"type": "Polygon", "coordinates": [[
                [119.0, 34.9], [119.01, 34.9], [119.01, 34.91], [119.0, 34.91], [119.0, 34.9]
            ]]}),
        };
        let change = BoundaryChange {
            reason: "起始".to_owned(),
            grids: vec![square],
            dry_run: false,
        };
        service.put_boundaries(change).await.unwrap();
        let county = Self {
            service,
            clock,
            _folder: folder,
        };
        county.pass(1);
        county
    }

    fn pass(&self, minutes: i64) {
        self.clock
            .fetch_add(minutes * 60_000_000, Ordering::Relaxed);
    }

    fn now(&self) -> Timestamp {
        self.service.clock.now()
    }

    /// Somebody who logs in, in one post over a division.
    async fn somebody(&self, post: Post, scope: &str) -> Actor {
        let name = format!("{post}.{scope}");
        if self.service.store.account(&name).await.unwrap().is_none() {
            let held = Appointment {
                post,
                scope: Scope::Division(code(scope)),
                from: Timestamp::from_micros(0),
                to: None,
            };
            self.service
                .add_account(&name, "李明", PASSWORD, vec![held])
                .await
                .unwrap();
        }
        let session = self.service.log_in(&name, PASSWORD).await.unwrap();
        self.service.authenticate(&session.token).await.unwrap()
    }

    async fn changes(
        &self,
        version: u32,
        from: Option<Timestamp>,
        change: DivisionChange,
    ) -> Result<Reorganised, ServiceError> {
        let admin = self.somebody(Post::Admin, COUNTY).await;
        let new = NewReorganisation {
            reason: "区划调整".to_owned(),
            effective_from: from,
            changes: vec![change],
            decided_on: Some(version),
            dry_run: false,
        };
        self.service.change_divisions(&admin, new).await
    }

    async fn filed(&self) -> Case {
        let worker = self.somebody(Post::GridWorker, COUNTY).await;
        let new = NewReport {
            id: None,
            source: Source::Patrol,
            text: "井盖缺失".to_owned(),
            matter: None,
            place: NewPlace {
                lon_lat: Some((119.005, 34.905)),
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
        self.service.report(&worker, new, None).await.unwrap().case
    }
}

#[tokio::test]
async fn what_counts_from_a_later_date_changes_posts_names_and_places_when_it_comes() {
    let county = County::build().await;
    let case = county.filed().await;
    let noon = county.now().plus_minutes(120);
    let done = county.changes(1, Some(noon), merger()).await.unwrap();
    assert_eq!((done.version, done.grids.len()), (2, 1));
    let registrar = county.somebody(Post::Registrar, HEIR).await;
    assert_eq!(registrar.appointments.len(), 1);
    let name = || county.service.reference().division_name(code(HEIR));
    assert_eq!(name(), "石桥镇");
    assert_eq!(county.filed().await.centre, code(TOWN));
    assert!(county.service.case(&registrar, case.id).await.is_err());
    county.pass(120);
    assert!(county.service.refresh_reference().await.unwrap());
    assert!(!county.service.refresh_reference().await.unwrap());
    assert_eq!(name(), "新石桥镇");
    let registrar = county.somebody(Post::Registrar, HEIR).await;
    let scopes: Vec<&Scope> = registrar.appointments.iter().map(|a| &a.scope).collect();
    assert_eq!(
        scopes,
        [&Scope::Division(code(HEIR)), &Scope::Division(code(TOWN))]
    );
    let seen = county.service.case(&registrar, case.id).await.unwrap();
    assert_eq!((seen.centre, &seen.number), (code(TOWN), &case.number));
    assert_eq!(county.filed().await.centre, code(HEIR));
}

#[tokio::test]
async fn a_changeset_on_an_older_list_or_from_before_another_is_refused() {
    let county = County::build().await;
    let rename = |name: &str| DivisionChange::Rename {
        code: code(TOWN),
        name: name.to_owned(),
    };
    let later = county.now().plus_minutes(60);
    county
        .changes(1, Some(later), rename("甲镇"))
        .await
        .unwrap();
    let stale = county.changes(1, None, rename("乙镇")).await;
    assert!(
        matches!(stale, Err(ServiceError::StaleVersion { current: 2 })),
        "{stale:?}"
    );
    for early in [None, Some(later)] {
        let refused = county.changes(2, early, rename("乙镇")).await;
        assert!(
            matches!(refused, Err(ServiceError::Invalid(_))),
            "{refused:?}"
        );
    }
    let after = later.plus_minutes(1);
    county
        .changes(2, Some(after), rename("乙镇"))
        .await
        .unwrap();
    let admin = county.somebody(Post::Admin, COUNTY).await;
    let listed = county.service.division_changesets(&admin, None, 9).await;
    let versions: Vec<u32> = listed.unwrap().iter().map(|c| c.version).collect();
    assert_eq!(versions, [3, 2]);
}

#[tokio::test]
async fn the_list_reads_back_from_its_file_as_it_was_put() {
    let county = County::build().await;
    county.changes(1, None, merger()).await.unwrap();
    let format = FORMATS.iter().find(|f| f.list == DIVISIONS).unwrap();
    let entries: Vec<(String, Value)> = county.service.store.list_entries(DIVISIONS).await.unwrap();
    let rows = entries
        .iter()
        .flat_map(|(_, body)| format.rows(body).unwrap());
    let text = format.write(rows);
    let read = format.read(&text, &county.service.reference()).unwrap();
    let divisions = |entries: Vec<(String, Value)>| -> Vec<Division> {
        let bodies = entries.into_iter().map(|(_, body)| body);
        bodies
            .map(|body| serde_json::from_value(body).unwrap())
            .collect()
    };
    assert_eq!(divisions(read), divisions(entries));
}

#[tokio::test]
async fn a_grid_that_was_transferred_takes_its_case_to_the_other_towns_centre() {
    let county = County::build().await;
    let case = county.filed().await;
    county.pass(1);
    let there = grid("320707102200007");
    let new = NewChangeset {
        reason: "划转".to_owned(),
        effective_from: None,
        changes: vec![Change::Transfer {
            code: grid(GRID),
            to: there.village(),
            new_code: there,
        }],
        decided_on: Some(1),
        dry_run: false,
    };
    let admin = county.somebody(Post::Admin, COUNTY).await;
    county.service.change_grids(&admin, new).await.unwrap();
    // The other town has nothing of it yet: both towns are there still.
    let other = county.somebody(Post::Registrar, HEIR).await;
    let refused = county.service.rehome_cases(&other, &[case.id]).await;
    assert!(
        matches!(refused, Err(ServiceError::NotFound)),
        "{refused:?}"
    );
    let own = county.somebody(Post::Registrar, TOWN).await;
    let moved = county.service.rehome_cases(&own, &[case.id]).await.unwrap();
    assert_eq!(moved[0].to, Some(there));
    let now = county.service.case(&other, case.id).await.unwrap();
    assert_eq!((now.centre, now.place.grid), (code(HEIR), Some(there)));
    assert_eq!(now.inner_clocks, case.inner_clocks);
    assert!(now.transfers.is_empty());
    let findings = county.service.store.check().await.unwrap();
    assert!(findings.faults.is_empty(), "{:?}", findings.faults);
}

#[tokio::test]
async fn the_desk_that_took_over_hands_the_old_cases_on_and_is_whom_to_call() {
    let county = County::build().await;
    let case = county.filed().await;
    county.pass(1);
    county.changes(1, None, merger()).await.unwrap();
    let dispatcher = county.somebody(Post::Dispatcher, HEIR).await;
    let desk = Desk::Centre(code(HEIR));
    let items = county.service.open_items(&dispatcher, &desk).await.unwrap();
    assert_eq!(items.iter().map(|i| i.case).collect::<Vec<_>>(), [case.id]);
    let called = county
        .service
        .case_duty(&dispatcher, case.id)
        .await
        .unwrap();
    assert_eq!(called[0].desk, desk);
    let queues = county.service.queues(&dispatcher).await.unwrap();
    let counted: Vec<(DivisionCode, i64)> = queues
        .iter()
        .map(|(centre, queues)| (*centre, queues.iter().map(|q| q.count).sum()))
        .collect();
    assert_eq!(counted, [(code(HEIR), 1)]);
    let third = county.somebody(Post::Dispatcher, "320707103000").await;
    let desk = county.service.desk(&third, code(HEIR)).await;
    assert!(matches!(desk, Err(ServiceError::NotFound)));
}
