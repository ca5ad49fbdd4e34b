//! What happens by itself: over a real store, by a clock that the test sets.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::future::join_all;
use gridwhistle_domain::access::{Actor, ActorRef, Appointment, PersonId, Post, Scope};
use gridwhistle_domain::case::{
    Action, Called, Case, Event, InnerClockName, Queue, Recorded, RefusalCode, Source, Stage,
};
use gridwhistle_domain::clock::{Date, DayKind, Limit, Timestamp};
use gridwhistle_domain::lists::ListVersions;
use gridwhistle_domain::matter::{ConditionId, MatterKey, MatterKind};
use gridwhistle_domain::place::{DivisionCode, GridCode, GridKind};
use gridwhistle_domain::routing::{PowerState, Role, UnitCode, preset};
use gridwhistle_service::import::{Wrong, bundle};
use gridwhistle_service::reference::{CalendarYear, lists};
use gridwhistle_service::{
    BoundaryChange, Clock, GridChange, NewPlace, NewReport, Pass, Recalculation, Reference,
    Request, Service, ServiceError, Step, Ticker,
};
use gridwhistle_store::{Append, Durability, ListNote, Store, StoreError, sqlite_url};
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
        self.files_at(&self.service).await
    }

    async fn files_at(&self, server: &Service) -> Case {
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
        let filed = server.report(&registrar, report, None).await;
        filed.unwrap().case
    }

    async fn case(&self, of: &Case) -> Case {
        self.service.store.case(of.id).await.unwrap().unwrap()
    }

    /// Declares a day off that the notice of 2026 did not know.
    async fn declares_off(&self, day: &str) {
        let years: Vec<CalendarYear> = self.service.store.list(lists::CALENDAR).await.unwrap();
        let mut notice = years
            .into_iter()
            .find(|notice| notice.year == 2026)
            .unwrap();
        notice.days.push((Date::parse(day).unwrap(), DayKind::Off));
        let put = self
            .service
            .put_calendar(vec![notice], "放假".to_owned())
            .await;
        assert_eq!(put.unwrap(), Ok(1));
    }

    async fn accept_by(&self, of: &Case) -> Timestamp {
        let case = self.case(of).await;
        let mut clocks = case.inner_clocks.iter();
        clocks
            .find(|c| c.name == InnerClockName::Accept)
            .unwrap()
            .due
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

    /// The county takes the power away behind which the bureau leads.
    async fn loses_the_power(&self) {
        let mut county = somebody(Post::DutyLeader);
        county.appointments[0].scope =
            Scope::Division(DivisionCode::parse("320707000000").unwrap());
        let step = Step {
            state: PowerState::Suspended,
            on: at("07-15T09:00").date(),
            why: "承接不力".to_owned(),
        };
        let code = "320707101.CF-C001.2024-07-01";
        self.service.step_power(&county, code, step).await.unwrap();
    }

    /// A row that nobody can read any more: a whistle of a kind whose limit is nothing, as no program writes it.
    async fn spoils(&self, case: Case) {
        let mut kind = preset("default").unwrap().swap_remove(0);
        kind.sign = Limit::working_hours(0);
        let now = self.service.clock.now();
        let actor = somebody(Post::Dispatcher);
        let blown = Recorded {
            case: case.id,
            version: case.version + 1,
            recorded_at: now,
            occurred_at: now,
            actor: ActorRef::of(&actor, &actor.appointments[0]),
            late_upload: false,
            versions: ListVersions::default(),
            event: Event::WhistleRequested {
                whistle: case.id.whistle(0),
                kind: kind.id.clone(),
                reason: "需现场会商".to_owned(),
                wanted: Vec::new(),
                approve_by: None,
                meeting: None,
                grid: None,
                terms: Some(kind),
            },
        };
        let id = case.id;
        let append = Append {
            case: Some(case),
            events: vec![blown],
            others: Vec::new(),
            key: None,
            resident: None,
        };
        self.service.store.append(append).await.unwrap();
        let read = self.service.store.case(id).await;
        assert!(matches!(&read, Err(StoreError::Corrupt(_))), "{read:?}");
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
    town.loses_the_power().await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_cannot_be_read_hides_no_lapse_of_the_others() {
    let town = Town::build().await;
    let note = ListNote::unexplained(at("07-15T09:00"));
    bundle::put_demo_registers(&town.service.store, &note)
        .await
        .unwrap();
    town.service.refresh_reference().await.unwrap();
    let before = town.calls_the_bureau().await;
    let spoilt = town.calls_the_bureau().await;
    let after = town.calls_the_bureau().await;
    town.spoils(spoilt).await;
    town.loses_the_power().await;
    let mut ticker = Ticker::default();
    let pass = ticker.pass(&town.service).await.unwrap();
    let expected = Pass {
        cases: 2,
        events: 2,
        failed: 1,
        ..Pass::default()
    };
    assert_eq!(pass, expected);
    for case in [&before, &after] {
        assert_eq!(town.lapses(case).await, 1);
    }
    // It is looked at again later, and not at every pass.
    let again = ticker.pass(&town.service).await.unwrap();
    assert_eq!(again, Pass::default());
}

const fn went_through(cases: usize, moved: usize) -> Recalculation {
    Recalculation {
        cases,
        moved,
        failed: 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amended_calendar_moves_open_deadlines_once_and_tells_which() {
    let town = Town::build().await;
    assert_eq!(town.service.recalculate().await.unwrap(), None);
    town.on("07-15T17:50");
    let evening = town.files().await;
    town.on("07-15T17:30");
    let in_time = town.files().await;
    assert_eq!(town.accept_by(&evening).await, at("07-16T08:05"));
    // A server that has not read the amendment yet.
    let behind = town.service.by_clock(town.service.clock.clone());
    town.declares_off("2026-07-16").await;
    assert_eq!(
        town.service.recalculate().await.unwrap(),
        Some(went_through(2, 1))
    );
    let back = behind.recalculate().await.unwrap();
    assert_eq!(back, None, "it moves nothing back");
    assert_eq!(town.accept_by(&evening).await, at("07-17T08:05"));
    assert_eq!(town.accept_by(&in_time).await, at("07-15T17:45"));
    // Once more when every server has read the calendar, and never again.
    assert_eq!(town.service.recalculate().await.unwrap(), None);
    town.on("07-15T17:40");
    assert_eq!(
        town.service.recalculate().await.unwrap(),
        Some(went_through(2, 0))
    );
    assert_eq!(town.service.recalculate().await.unwrap(), None);
    let (rows, next) = town.service.all_moved_deadlines(0, 10).await.unwrap();
    assert_eq!((rows.len(), next), (1, None));
    assert_eq!(rows[0].case.id, evening.id);
    assert_eq!(town.service.store.check().await.unwrap().faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_decided_by_the_old_calendar_meanwhile_is_found_when_all_have_read_the_new() {
    let town = Town::build().await;
    town.service.recalculate().await.unwrap();
    // A server that has not read the amendments yet.
    let behind = town.service.by_clock(town.service.clock.clone());
    town.on("07-15T17:50");
    town.declares_off("2026-07-16").await;
    assert_eq!(
        town.service.recalculate().await.unwrap(),
        Some(went_through(0, 0))
    );
    let filed = town.files_at(&behind).await;
    // The next amendment comes before the first has settled.
    town.declares_off("2026-07-17").await;
    assert_eq!(town.accept_by(&filed).await, at("07-16T08:05"));
    assert_eq!(
        town.service.recalculate().await.unwrap(),
        Some(went_through(1, 1))
    );
    assert_eq!(town.accept_by(&filed).await, at("07-20T08:05"));
    let late = town.files_at(&behind).await;
    town.on("07-15T17:52");
    assert_eq!(
        town.service.recalculate().await.unwrap(),
        Some(went_through(2, 1))
    );
    assert_eq!(town.accept_by(&late).await, at("07-20T08:05"));
    assert_eq!(town.service.store.check().await.unwrap().faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn years_that_make_no_calendar_change_nothing() {
    let town = Town::build().await;
    let versions = || town.service.store.list_versions(lists::CALENDAR, None, 9);
    let before = versions().await.unwrap();
    let far = CalendarYear {
        year: 2029,
        days: vec![(Date::parse("2029-01-01").unwrap(), DayKind::Off)],
    };
    let refused = town.service.put_calendar(vec![far], String::new()).await;
    let faults = refused.unwrap().unwrap_err();
    assert_eq!(faults[0].wrong, Wrong::YearMissing(2027));
    assert_eq!(versions().await.unwrap(), before);
}

/// The notice of a year as it stands, with one day off more.
async fn with_a_day_off(town: &Town, year: i32, day: &str) -> CalendarYear {
    let years: Vec<CalendarYear> = town.service.store.list(lists::CALENDAR).await.unwrap();
    let stands = years.into_iter().find(|notice| notice.year == year);
    let mut notice = stands.unwrap();
    notice.days.push((Date::parse(day).unwrap(), DayKind::Off));
    notice
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_amend_other_years_at_once_nobody_takes_back_what_the_others_wrote() {
    let town = Town::build().await;
    let mut notices = Vec::new();
    for year in 2018..=2026 {
        notices.push(with_a_day_off(&town, year, &format!("{year}-08-03")).await);
    }
    // Who has read the years before another one wrote finds that out when he writes, and reads them once more.
    let puts = notices.iter().map(|notice| {
        town.service
            .put_calendar(vec![notice.clone()], String::new())
    });
    for put in join_all(puts).await {
        assert_eq!(put.unwrap(), Ok(1));
    }
    let stands: Vec<CalendarYear> = town.service.store.list(lists::CALENDAR).await.unwrap();
    assert_eq!(stands, notices);
    let versions = town.service.store.list_versions(lists::CALENDAR, None, 20);
    let versions = versions.await.unwrap();
    let changes: Vec<_> = versions.iter().map(|v| (v.version, v.changes)).collect();
    let one_by_one: Vec<(u32, u32)> = (2..=10).rev().map(|version| (version, 1)).collect();
    assert_eq!(changes[..9], one_by_one);
    assert_eq!(town.service.store.check().await.unwrap().faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_give_a_day_to_two_years_at_once_the_second_is_refused() {
    let town = Town::build().await;
    // A Friday. The last day of a year may stand in its own notice or in the next one, and in one of them only.
    let day = "2021-12-31";
    let own = with_a_day_off(&town, 2021, day).await;
    let next = with_a_day_off(&town, 2022, day).await;
    let (own, next) = tokio::join!(
        town.service.put_calendar(vec![own], String::new()),
        town.service.put_calendar(vec![next], String::new()),
    );
    let mut told = vec![own.unwrap(), next.unwrap()];
    // Whichever was first.
    told.sort_by_key(Result::is_err);
    let refused = told.pop().unwrap().unwrap_err();
    assert_eq!(told, [Ok(1)]);
    let day = Date::parse(day).unwrap();
    let wrong: Vec<Wrong> = refused.into_iter().map(|fault| fault.wrong).collect();
    assert_eq!(wrong, [Wrong::DayTwice(day)]);
    // What stands is a calendar still, with the day in it.
    let now = town.service.clock.now();
    let reference = Reference::load(&town.service.store, now).await.unwrap();
    assert!(!reference.rules.time.calendar.is_working_day(day));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_moved_deadlines_each_is_told_those_of_his_cases() {
    let town = Town::build().await;
    town.service.recalculate().await.unwrap();
    town.on("07-15T17:50");
    town.files().await;
    town.files().await;
    town.declares_off("2026-07-16").await;
    town.service.recalculate().await.unwrap();
    let registrar = somebody(Post::Registrar);
    let (rows, next) = town
        .service
        .moved_deadlines(&registrar, 0, 1)
        .await
        .unwrap();
    assert_eq!((rows.len(), next), (1, Some(rows[0].entry.seq)));
    let (rest, end) = town
        .service
        .moved_deadlines(&registrar, rows[0].entry.seq, 1)
        .await
        .unwrap();
    assert_eq!((rest.len(), end), (1, None));
    // Who filed it sees it wherever he is: somebody else.
    let mut elsewhere = somebody(Post::Dispatcher);
    elsewhere.appointments[0].scope = Scope::Division(DivisionCode::parse("320707102000").unwrap());
    let theirs = town
        .service
        .moved_deadlines(&elsewhere, 0, 10)
        .await
        .unwrap();
    assert!(theirs.0.is_empty());
    let admin = somebody(Post::Admin);
    let refused = town.service.moved_deadlines(&admin, 0, 10).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden)));
}
