//! Databases of one test each, on both engines, and what is filed in them.

#![allow(dead_code, reason = "each test program uses its own part")]

use gridwhistle_domain::access::{ActorRef, PersonId, Post, Reach};
use gridwhistle_domain::case::{Case, CaseId, Event, Place, Recorded, Source};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel, GridCode, Position};
use gridwhistle_store::{Append, Appended, Durability, Key, Store, sqlite_url};
use sea_orm::{ConnectionTrait, Database as Raw, DatabaseConnection};
use tempfile::TempDir;
use uuid::Uuid;

pub struct Database {
    pub url: String,
    _folder: Option<TempDir>,
    /// Removed with this value.
    server: Option<gridwhistle_e2e::Database>,
}

impl Database {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("test.db"));
        Self {
            url,
            _folder: Some(folder),
            server: None,
        }
    }

    /// A database in the test process's own cluster; `None` after saying that the test is skipped.
    pub async fn postgres() -> Option<Self> {
        let server = gridwhistle_e2e::Database::postgres().await.unwrap()?;
        Some(Self {
            url: server.url()?.to_owned(),
            _folder: None,
            server: Some(server),
        })
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.url, Durability::Full).await.unwrap()
    }

    /// A connection beside the store, as somebody with the database's password has it.
    pub async fn raw(&self) -> DatabaseConnection {
        Raw::connect(&self.url).await.unwrap()
    }

    pub fn is_sqlite(&self) -> bool {
        self.server.is_none()
    }

    pub async fn execute(&self, sql: &str) {
        let raw = self.raw().await;
        raw.execute_unprepared(sql).await.unwrap();
        raw.close().await.unwrap();
    }

    pub async fn count(&self, table: &str) -> i64 {
        let raw = self.raw().await;
        let sql = format!("SELECT COUNT(*) AS n FROM {table}");
        let statement = sea_orm::Statement::from_string(raw.get_database_backend(), sql);
        let row = raw.query_one_raw(statement).await.unwrap().unwrap();
        let n = row.try_get_by("n").unwrap();
        raw.close().await.unwrap();
        n
    }
}

/// The same test on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let db = $crate::support::Database::sqlite();
                super::$name(&db).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(db) = $crate::support::Database::postgres().await {
                    super::$name(&db).await;
                }
            })+
        }
    };
}

/// 09:00 on 15 July 2026, UTC+8.
pub fn morning() -> Timestamp {
    Timestamp::parse("2026-07-15T09:00:00+08:00").unwrap()
}

pub fn division(code: &str) -> DivisionCode {
    DivisionCode::parse(code).unwrap()
}

pub fn whole_county() -> Vec<Reach> {
    vec![Reach::Division(division("320707000000"))]
}

pub fn worker() -> ActorRef {
    ActorRef {
        person: Some(PersonId(Uuid::from_u128(7))),
        name: "李明".to_owned(),
        post: Post::GridWorker,
        unit: None,
        acting_for: None,
    }
}

/// A report in a grid, received at a moment.
pub fn report_at(grid: &str, at: Timestamp) -> Append {
    let grid = GridCode::parse(grid).unwrap();
    let centre = grid.village().at(DivisionLevel::Town).unwrap();
    let event = Event::Reported {
        number: String::new(),
        source: Source::Patrol,
        text: "井盖缺失".to_owned(),
        matter: None,
        place: Place {
            position: None,
            original: None,
            accuracy_m: None,
            grid: Some(grid),
            village: Some(grid.village()),
            address: None,
        },
        centre,
        resident: None,
        confidential: None,
        external_number: None,
        handed_down_by: None,
        safety_call: None,
        attachments: Vec::new(),
        urgent: false,
        accept_by: at.plus_minutes(15),
    };
    let recorded = Recorded {
        case: CaseId(Uuid::now_v7()),
        version: 1,
        recorded_at: at,
        occurred_at: at,
        actor: worker(),
        late_upload: false,
        versions: gridwhistle_domain::lists::ListVersions::default(),
        event,
    };
    Append {
        case: None,
        events: vec![recorded],
        others: Vec::new(),
        key: None,
        resident: None,
    }
}

pub fn report() -> Append {
    report_at("320707101001001", morning())
}

/// The same with coordinates.
pub fn placed(mut append: Append, at: Position) -> Append {
    if let Event::Reported { place, .. } = &mut append.events[0].event {
        place.position = Some(at);
    }
    append
}

pub fn with_external(mut append: Append, number: &str) -> Append {
    if let Event::Reported {
        external_number, ..
    } = &mut append.events[0].event
    {
        *external_number = Some(number.to_owned());
    }
    append
}

pub fn with_key(mut append: Append, key: &str, fingerprint: &[u8]) -> Append {
    append.key = Some(Key {
        scope_key: key.to_owned(),
        fingerprint: fingerprint.to_vec(),
    });
    append
}

/// The next events of a case as it was read.
pub fn next(case: &Case, events: Vec<Event>) -> Append {
    let events = events
        .into_iter()
        .zip(case.version + 1..)
        .map(|(event, version)| Recorded {
            case: case.id,
            version,
            recorded_at: case.updated_at.plus_minutes(1),
            occurred_at: case.updated_at.plus_minutes(1),
            actor: worker(),
            late_upload: false,
            versions: gridwhistle_domain::lists::ListVersions::default(),
            event,
        })
        .collect();
    Append {
        case: Some(case.clone()),
        events,
        others: Vec::new(),
        key: None,
        resident: None,
    }
}

pub fn comment(case: &Case, text: &str) -> Append {
    next(
        case,
        vec![Event::Commented {
            text: text.to_owned(),
            public: false,
        }],
    )
}

pub async fn file(store: &Store, n: usize) -> Vec<Appended> {
    let mut filed = Vec::with_capacity(n);
    for _ in 0..n {
        filed.push(store.append(report()).await.unwrap());
    }
    filed
}

/// Files many at once; each answer in its place.
pub async fn file_at_once(
    stores: &[Store],
    appends: Vec<Append>,
) -> Vec<Result<Appended, gridwhistle_store::StoreError>> {
    let mut tasks = Vec::new();
    for (i, append) in appends.into_iter().enumerate() {
        let store = stores[i % stores.len()].clone();
        tasks.push(tokio::spawn(async move { store.append(append).await }));
    }
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}
