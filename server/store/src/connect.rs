//! Connections, with guards against the traps of the drivers.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, Connection as _};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};

use crate::StoreError;

/// How hard a commit is pressed onto the disk.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Durability {
    /// An acknowledged write survives a power failure.
    Full,
    /// Nothing is waited for: only for a database that is thrown away when its making fails.
    Off,
}

/// The oldest SQLite without the WAL-reset fault that can corrupt a database.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// After so many pages (of 4 KiB) the write-ahead log is copied into the database. Each commit
/// writes the ends of all indexes anew; the more commits are copied together, the fewer of these
/// copies there are.
const CHECKPOINT: &str = "2000";

/// The one connection that writes.
pub async fn writer(url: &str, durability: Durability) -> Result<DatabaseConnection, StoreError> {
    known_engine(url)?;
    let mut options = base(url);
    options.max_connections(1).min_connections(1);
    if is_sqlite(url) {
        let synchronous = match durability {
            Durability::Full => SqliteSynchronous::Full,
            Durability::Off => SqliteSynchronous::Off,
        };
        options.map_sqlx_sqlite_opts(move |o| {
            o.create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(synchronous)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .pragma("trusted_schema", "OFF")
                .pragma("secure_delete", "ON")
                .pragma("journal_size_limit", "67108864")
                .pragma("wal_autocheckpoint", CHECKPOINT)
        });
        guard_sqlite(&mut options);
    } else {
        guard_postgres(&mut options);
    }
    let db = Database::connect(options)
        .await
        .map_err(|e| cannot_open(url, &e))?;
    if db.get_database_backend() == DbBackend::Sqlite {
        check_sqlite(&db, durability).await?;
    }
    Ok(db)
}

/// The connections that only read.
pub async fn readers(url: &str) -> Result<DatabaseConnection, StoreError> {
    let mut options = base(url);
    options.max_connections(4).min_connections(1);
    if is_sqlite(url) {
        options.map_sqlx_sqlite_opts(|o| {
            o.busy_timeout(Duration::from_secs(10))
                .pragma("query_only", "ON")
                .pragma("trusted_schema", "OFF")
        });
        guard_sqlite_reader(&mut options);
    } else {
        guard_postgres(&mut options);
    }
    Database::connect(options)
        .await
        .map_err(|e| cannot_open(url, &e))
}

/// Opens a database and closes it again: the last one to leave copies the write-ahead log into the
/// file and removes it. Two connections that close at the same moment can each take the other for the
/// last one, and leave it behind.
pub async fn settle(url: &str) -> Result<(), StoreError> {
    writer(url, Durability::Full).await?.close().await?;
    Ok(())
}

/// Says which database cannot be opened, without the password in its address.
fn cannot_open(url: &str, error: &sea_orm::DbErr) -> StoreError {
    let place = match url.rsplit_once('@') {
        Some((_, place)) => place,
        None => url,
    };
    StoreError::Unusable(format!("the database {place} cannot be opened: {error}"))
}

fn known_engine(url: &str) -> Result<(), StoreError> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StoreError::Unusable(
            "a database in memory is lost with its connection; name a file".to_owned(),
        ));
    }
    if is_sqlite(url) || url.starts_with("postgres:") || url.starts_with("postgresql:") {
        return Ok(());
    }
    Err(StoreError::Unusable(
        "the address of a database begins with sqlite: or postgres:".to_owned(),
    ))
}

/// The URL of the database file in a directory.
pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

fn is_sqlite(url: &str) -> bool {
    url.starts_with("sqlite:")
}

fn base(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(10));
    options
}

/// A commit that fails lets SQLite roll back by itself, while the driver goes on believing that a
/// transaction is open: later writes would then be acknowledged and never committed. So a
/// connection that comes back in a transaction is thrown away.
fn guard_sqlite(options: &mut ConnectOptions) {
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.idle_timeout(None)
            .max_lifetime(None)
            .after_release(|connection, _| {
                Box::pin(async move {
                    let was_open = sqlx::query("ROLLBACK")
                        .execute(&mut *connection)
                        .await
                        .is_ok();
                    Ok(!was_open && !connection.is_in_transaction())
                })
            })
    });
}

/// Readers begin no transactions but for a check; a statement more for each query would cost as much
/// as the query.
fn guard_sqlite_reader(options: &mut ConnectOptions) {
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.idle_timeout(None)
            .max_lifetime(None)
            .after_release(|connection, _| {
                Box::pin(async move { Ok(!connection.is_in_transaction()) })
            })
    });
}

/// A cancelled `begin` can hand a connection back inside an open transaction; the server ends it.
fn guard_postgres(options: &mut ConnectOptions) {
    options.map_sqlx_postgres_opts(|o| {
        o.application_name("gridwhistle").options([
            ("idle_in_transaction_session_timeout", "10s"),
            ("statement_timeout", "60s"),
            ("lock_timeout", "20s"),
        ])
    });
}

async fn check_sqlite(db: &DatabaseConnection, durability: Durability) -> Result<(), StoreError> {
    let version: String = scalar(db, "SELECT sqlite_version()").await?;
    let mut parts = version.split('.').map(|p| p.parse::<u32>().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    if (part(), part(), part()) < OLDEST_SQLITE {
        return Err(StoreError::Unusable(format!(
            "SQLite {version} can corrupt its write-ahead log; 3.51.3 or newer is needed"
        )));
    }
    let row = db
        .query_one_raw(Statement::from_string(
            DbBackend::Sqlite,
            "PRAGMA synchronous",
        ))
        .await?;
    let level: i32 = row.map(|r| r.try_get_by_index(0)).transpose()?.unwrap_or(0);
    if durability == Durability::Full && level < 2 {
        return Err(StoreError::Unusable(
            "the database does not wait for the disk (synchronous < FULL)".to_owned(),
        ));
    }
    Ok(())
}

async fn scalar(db: &DatabaseConnection, sql: &str) -> Result<String, StoreError> {
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Sqlite, sql))
        .await?
        .ok_or_else(|| StoreError::Corrupt(sql.to_owned()))?;
    Ok(row.try_get_by_index(0)?)
}

#[cfg(test)]
mod tests {
    //! The counterpart to the test that nothing acknowledged is lost while commits fail: without the
    //! guard it is. When this test fails, the driver has been mended and the guard can go.

    #![allow(clippy::unwrap_used)]

    use gridwhistle_domain::access::ActorRef;
    use gridwhistle_domain::case::{CaseId, Event, Place, Recorded, Source};
    use gridwhistle_domain::clock::Timestamp;
    use gridwhistle_domain::place::DivisionCode;
    use sea_orm::{EntityTrait, PaginatorTrait};
    use tokio::sync::watch;
    use uuid::Uuid;

    use super::*;
    use crate::Append;
    use crate::entity::case_event;
    use crate::writer::Writer;

    fn report(text: &str) -> Append {
        let now = Timestamp::parse("2026-07-15T09:00:00+08:00").unwrap();
        let event = Event::Reported {
            number: String::new(),
            source: Source::Patrol,
            text: text.to_owned(),
            matter: None,
            place: Place {
                position: None,
                original: None,
                accuracy_m: None,
                grid: None,
                village: None,
                address: None,
            },
            centre: DivisionCode::parse("320707101000").unwrap(),
            resident: None,
            confidential: None,
            external_number: None,
            handed_down_by: None,
            safety_call: None,
            attachments: Vec::new(),
            urgent: false,
            accept_by: now,
        };
        let recorded = Recorded {
            case: CaseId(Uuid::now_v7()),
            version: 1,
            recorded_at: now,
            occurred_at: now,
            actor: ActorRef::system(),
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

    /// How many reports are acknowledged after commits have failed, and how many of them others see.
    async fn after_failures(guarded: bool) -> (usize, u64) {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("guard.db"));
        let mut options = base(&url);
        options.max_connections(1).min_connections(1);
        options.map_sqlx_sqlite_opts(|o| o.journal_mode(SqliteJournalMode::Wal));
        if guarded {
            guard_sqlite(&mut options);
        }
        let db = Database::connect(options).await.unwrap();
        crate::migration::run(&db).await.unwrap();
        let others = Database::connect(base(&url)).await.unwrap();
        let writer = Writer::spawn(db, watch::channel(0).0);
        others
            .execute_unprepared(
                "CREATE TRIGGER fail BEFORE INSERT ON case_events BEGIN SELECT \
                 CASE WHEN instr(NEW.body, 'ends the transaction') THEN RAISE(ROLLBACK, 'full') \
                 WHEN instr(NEW.body, 'fails alone') THEN RAISE(ABORT, 'full') END; END",
            )
            .await
            .unwrap();
        // SQLite ends the transaction on its own, as on a full disk, and the driver goes on inside
        // of one that is not there: the next becomes a savepoint, and its failure leaves that open.
        for text in ["ends the transaction", "fails alone"] {
            assert!(writer.append(report(text)).await.is_err());
        }
        let mut acknowledged = 0;
        for _ in 0..10 {
            acknowledged += usize::from(writer.append(report("井盖缺失")).await.is_ok());
        }
        let seen = case_event::Entity::find().count(&others).await.unwrap();
        (acknowledged, seen)
    }

    #[tokio::test]
    async fn the_guard_keeps_what_is_acknowledged_after_commits_have_failed() {
        assert_eq!(after_failures(true).await, (10, 10));
    }

    #[tokio::test]
    async fn without_the_guard_acknowledged_writes_are_lost() {
        let (acknowledged, seen) = after_failures(false).await;
        assert!(
            seen < u64::try_from(acknowledged).unwrap(),
            "{acknowledged} {seen}"
        );
    }
}
