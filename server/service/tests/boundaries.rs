//! Boundaries over a real store: versions, later dates, old reports, cases that move.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gridwhistle_domain::access::{Actor, Appointment, Post, Scope};
use gridwhistle_domain::case::{Case, Source};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{Change, DivisionCode, GridCode, GridKind, Part, Position};
use gridwhistle_service::import::bundle;
use gridwhistle_service::{
    BoundaryChange, Changed, Clock, GridChange, GridFault, NewChangeset, NewPlace, NewReport,
    Reference, Service, ServiceError,
};
use gridwhistle_store::{Durability, ListNote, Store, sqlite_url};
use object_store::memory::InMemory;
use serde_json::json;
use tempfile::TempDir;

struct Town {
    service: Service,
    clock: Arc<AtomicI64>,
    admin: Actor,
    registrar: Actor,
    worker: Actor,
    _folder: TempDir,
}

const WEST: &str = "320707101200001";
const EAST: &str = "320707101200002";

fn code(text: &str) -> GridCode {
    GridCode::parse(text).unwrap()
}

fn square(text: &str, west: f64) -> GridChange {
    let (east, south, north) = (west + 0.01, 34.9, 34.91);
    GridChange {
        code: code(text),
        name: text.to_owned(),
        kind: GridKind::General,
        schematic: true,
        geometry: json!({"type": "Polygon", "coordinates": [[
            [west, south], [east, south], [east, north], [west, north], [west, south]
        ]]}),
    }
}

/// The western grid, cut along 119.004.
fn halves(left: &str, right: &str) -> Change {
    let part = |text: &str| Part {
        code: code(text),
        name: text.to_owned(),
    };
    let at = |lat| Position::new(119.004, lat).unwrap();
    Change::Split {
        code: code(WEST),
        line: vec![at(34.89), at(34.92)],
        parts: [part(left), part(right)],
    }
}

impl Town {
    async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&sqlite_url(&folder.path().join("town.db")), Durability::Off)
            .await
            .unwrap();
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
        let change = BoundaryChange {
            reason: "起始".to_owned(),
            grids: vec![square(WEST, 119.0), square(EAST, 119.01)],
            dry_run: false,
        };
        service.put_boundaries(change).await.unwrap();
        let mut people = Vec::new();
        for (name, post) in [
            ("admin", Post::Admin),
            ("registrar", Post::Registrar),
            ("worker", Post::GridWorker),
        ] {
            let held = Appointment {
                post,
                scope: Scope::Division(DivisionCode::parse("320707101000").unwrap()),
                from: morning,
                to: None,
            };
            let password = "correct horse";
            service
                .add_account(name, "李明", password, vec![held])
                .await
                .unwrap();
            people.push(service.log_in(name, password).await.unwrap().actor);
        }
        let [admin, registrar, worker]: [Actor; 3] = people.try_into().ok().unwrap();
        Self {
            service,
            clock,
            admin,
            registrar,
            worker,
            _folder: folder,
        }
    }

    fn pass(&self, minutes: i64) {
        self.clock
            .fetch_add(minutes * 60_000_000, Ordering::Relaxed);
    }

    fn now(&self) -> Timestamp {
        self.service.clock.now()
    }

    async fn change(
        &self,
        version: u32,
        from: Option<Timestamp>,
        change: Change,
    ) -> Result<Changed, ServiceError> {
        let new = NewChangeset {
            reason: "调整".to_owned(),
            effective_from: from,
            changes: vec![change],
            decided_on: Some(version),
            dry_run: false,
        };
        self.service.change_grids(&self.admin, new).await
    }

    /// Files what happened at a place then, or just now.
    async fn filed(&self, lon: f64, occurred_at: Option<Timestamp>) -> Case {
        let new = NewReport {
            id: None,
            source: Source::Patrol,
            text: "井盖缺失".to_owned(),
            matter: None,
            place: NewPlace {
                lon_lat: Some((lon, 34.905)),
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
            occurred_at,
        };
        let filed = self.service.report(&self.worker, new, None).await;
        filed.unwrap().case
    }
}

#[tokio::test]
async fn a_changeset_on_an_older_version_is_refused_and_changes_nothing() {
    let town = Town::build().await;
    town.pass(1);
    let new = || halves("320707101200003", "320707101200004");
    let done = town.change(1, None, new()).await.unwrap();
    assert_eq!((done.version, done.after.len()), (2, 2));
    town.pass(1);
    let stale = town.change(1, None, new()).await;
    assert!(
        matches!(stale, Err(ServiceError::StaleVersion { current: 2 })),
        "{stale:?}"
    );
    let twice = town.change(2, None, new()).await;
    assert!(matches!(twice, Err(ServiceError::Changes(_))), "{twice:?}");
    let listed = town.service.changesets(&town.admin, None, 10).await;
    let versions: Vec<u32> = listed.unwrap().iter().map(|c| c.version).collect();
    assert_eq!(versions, [2, 1]);
}

#[tokio::test]
async fn whole_grids_on_an_older_version_are_refused_by_a_server_that_lags_behind() {
    let town = Town::build().await;
    let behind = town.service.by_clock(town.service.clock.clone());
    town.pass(1);
    let split = halves(WEST, "320707101200003");
    town.change(1, None, split).await.unwrap();
    assert_eq!(behind.reference().land.boundary_version, 1);
    town.pass(1);
    let put = |decided_on| {
        let change = BoundaryChange {
            reason: "测绘".to_owned(),
            grids: vec![square(EAST, 119.02)],
            dry_run: false,
        };
        behind.change_boundaries(&town.admin, change, None, Some(decided_on))
    };
    let stale = put(1).await;
    assert!(
        matches!(stale, Err(ServiceError::StaleVersion { current: 2 })),
        "{stale:?}"
    );
    let done = put(2).await.unwrap();
    assert_eq!((done.version, done.changed), (3, 1));
}

#[tokio::test]
async fn the_code_of_a_grid_that_ended_is_given_to_no_whole_grid_either() {
    let town = Town::build().await;
    town.pass(1);
    let end = Change::Retire {
        code: code(EAST),
        heir: None,
    };
    town.change(1, None, end).await.unwrap();
    town.pass(1);
    let change = BoundaryChange {
        reason: "测绘".to_owned(),
        grids: vec![square(WEST, 119.0), square(EAST, 119.01)],
        dry_run: true,
    };
    let put = town
        .service
        .change_boundaries(&town.admin, change, None, None);
    let Err(ServiceError::Boundaries(faults)) = put.await else {
        panic!("the code was given again");
    };
    let [GridFault::Feature(fault)] = &faults[..] else {
        panic!("{faults:?}");
    };
    assert_eq!(
        (fault.code, fault.pointer.as_str()),
        ("code_spent", "/features/1/properties/code")
    );
}

#[tokio::test]
async fn a_dry_run_shows_before_and_after_and_changes_nothing() {
    let town = Town::build().await;
    let new = NewChangeset {
        reason: "调整".to_owned(),
        effective_from: None,
        changes: vec![halves(WEST, "320707101200003")],
        decided_on: None,
        dry_run: true,
    };
    let shown = town.service.change_grids(&town.admin, new).await.unwrap();
    assert_eq!((shown.version, shown.before.len()), (1, 1));
    assert_eq!(shown.after.len(), 2);
    let grids = town.service.grids_at(town.now());
    assert_eq!(grids.len(), 2);
}

#[tokio::test]
async fn boundaries_of_a_later_date_are_in_force_when_it_comes_and_old_ones_for_their_time() {
    let town = Town::build().await;
    town.pass(1);
    let before = town.now();
    let noon = before.plus_minutes(120);
    let split = halves("320707101200003", "320707101200004");
    town.change(1, Some(noon), split).await.unwrap();
    assert_eq!(town.filed(119.002, None).await.place.grid, Some(code(WEST)));
    // Nothing else may count from before then.
    let earlier = town.change(
        2,
        None,
        Change::Retire {
            code: code(EAST),
            heir: None,
        },
    );
    assert!(matches!(earlier.await, Err(ServiceError::Invalid(_))));
    town.pass(120);
    assert!(town.service.refresh_reference().await.unwrap());
    assert!(!town.service.refresh_reference().await.unwrap());
    let now = town.filed(119.002, None).await;
    assert_eq!(now.place.grid, Some(code("320707101200003")));
    let then = town.filed(119.002, Some(before)).await;
    assert_eq!(then.place.grid, Some(code(WEST)));
    let old = town.service.grids_at(before);
    let codes: Vec<GridCode> = old.iter().map(|g| g.code).collect();
    assert_eq!(codes, [code(WEST), code(EAST)]);
    let relatives = town.service.relatives(code(WEST)).await.unwrap();
    assert_eq!(relatives.successors.len(), 2);
    assert!(relatives.predecessors.is_empty());
}

#[tokio::test]
async fn open_cases_are_shown_first_and_move_when_the_registrar_says_so() {
    let town = Town::build().await;
    let case = town.filed(119.002, None).await;
    let untouched = town.filed(119.015, None).await;
    town.pass(1);
    let split = halves("320707101200003", "320707101200004");
    town.change(1, None, split).await.unwrap();
    let shown = town.service.rehomings(&town.registrar, 10).await.unwrap();
    let [rehoming] = &shown[..] else {
        panic!("one case: {shown:?}");
    };
    assert_eq!(rehoming.case, case.id);
    assert_eq!(rehoming.to, Some(code("320707101200003")));
    // With one that stays none moves.
    let both = [case.id, untouched.id];
    let refused = town.service.rehome_cases(&town.registrar, &both).await;
    assert!(
        matches!(refused, Err(ServiceError::Invalid(_))),
        "{refused:?}"
    );
    let moved = town.service.rehome_cases(&town.registrar, &both[..1]).await;
    assert_eq!(moved.unwrap(), shown);
    let left = town.service.rehomings(&town.registrar, 10).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
}

/// The same town, as another server sees it.
async fn beside(town: &Town) -> Service {
    let by = Clock::Set(town.clock.clone());
    let store = town.service.store.clone();
    Service::open(store, by, Arc::new(InMemory::new()), [7; 32])
        .await
        .unwrap()
}

#[tokio::test]
async fn servers_read_of_the_land_what_changed_and_leave_the_rest_as_it_is() {
    let town = Town::build().await;
    let other = beside(&town).await;
    let before = other.reference();
    let note = ListNote::unexplained(town.now());
    let entry = ("乙".to_owned(), "甲".to_owned());
    other.store.put_list("word", [entry], note).await.unwrap();
    assert!(other.refresh_reference().await.unwrap());
    assert!(Arc::ptr_eq(&before.land, &other.reference().land));

    town.pass(1);
    let split = halves(WEST, "320707101200003");
    town.change(1, None, split).await.unwrap();
    assert!(other.refresh_reference().await.unwrap());
    let after = other.reference();
    let grid = |reference: &Reference, text: &str| reference.land.grids[&code(text)].clone();
    assert!(Arc::ptr_eq(&grid(&before, EAST), &grid(&after, EAST)));
    assert!(!Arc::ptr_eq(&grid(&before, WEST), &grid(&after, WEST)));
    assert_eq!(after.land.boundary_version, 2);
    for (lon, is_in) in [
        (119.002, WEST),
        (119.006, "320707101200003"),
        (119.015, EAST),
    ] {
        let at = Position::new(lon, 34.905).unwrap();
        assert_eq!(after.land.locator.grid_at(at), Some(code(is_in)), "{lon}");
        assert_eq!(after.land.located_at(at, town.now()), Some(code(is_in)));
    }
}

#[tokio::test]
async fn a_server_whose_database_was_set_back_reads_the_land_anew() {
    let town = Town::build().await;
    let other = beside(&town).await;
    town.pass(1);
    let split = halves(WEST, "320707101200003");
    town.change(1, None, split).await.unwrap();
    // As a backup has it that was made before everything.
    other.store.set_meta("land", "0".to_owned()).await.unwrap();
    assert!(other.refresh_reference().await.unwrap());
    assert_eq!(other.reference().land.grids.len(), 3);
    let at = Position::new(119.006, 34.905).unwrap();
    let found = other.reference().land.locator.grid_at(at);
    assert_eq!(found, Some(code("320707101200003")));
}
