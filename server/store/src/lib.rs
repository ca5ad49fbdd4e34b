//! Storage on SQLite and PostgreSQL from the same code.
//!
//! The source of truth is the append-only log of case events; every other table about cases is a
//! projection of it, written in the same transaction. The only crate that knows sea-orm: others
//! speak domain types.

mod api_keys;
mod cases;
mod changesets;
mod check;
mod configurations;
mod connect;
mod desk;
mod divisions;
mod due;
mod entity;
mod error;
mod feed;
mod grids;
mod identity;
mod insert;
mod keys;
mod lists;
mod log;
mod migration;
mod notices;
mod outlets;
mod people;
#[cfg(test)]
mod plans;
mod projection;
mod reach;
mod reference;
mod roster;
mod session_cache;
mod wake;
mod within;
mod writer;

use std::sync::Arc;

use gridwhistle_domain::case::Recorded;
use sea_orm::{DatabaseConnection, DbBackend};
use tokio::sync::watch;

pub use api_keys::{ApiKey, KeyState};
pub use cases::{CaseFilter, CaseOrder, Page, PartFilter, Queue};
pub use changesets::{Changeset, Settled};
pub use check::{CheckFault, Findings, RowCounts};
pub use configurations::ConfigurationVersion;
pub use connect::{Durability, settle, sqlite_url};
pub use desk::{DeskQueue, WalkPlace};
pub use divisions::{DivisionChangeset, PlannedOn};
pub use due::DueCase;
pub use error::StoreError;
pub use identity::{Account, Session};
pub use lists::{ListChange, ListNote, ListVersion};
pub use notices::{NoticeFilter, StoredNotice, UNREAD_AT_MOST};
pub use outlets::OutletState;
pub use people::{Attachment, Unmasking, UnmaskingFilter};
pub use roster::RosterEntry;
pub use within::Within;
pub use writer::{Append, Appended, Key, Resident};

/// A row of the log with its place in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub seq: i64,
    pub recorded: Recorded,
}

/// An opened database.
#[derive(Clone)]
pub struct Store {
    readers: DatabaseConnection,
    writer: writer::Writer,
    moved: watch::Receiver<i64>,
    known_sessions: Arc<session_cache::SessionCache>,
}

impl Store {
    /// Opens a database by its URL (`sqlite://…`, `postgres://…`) and brings its schema up to date.
    ///
    /// [`StoreError::Unusable`] says why a database cannot be used.
    pub async fn open(url: &str, durability: Durability) -> Result<Self, StoreError> {
        let writer = connect::writer(url, durability).await?;
        migration::run(&writer).await?;
        let readers = connect::readers(url).await?;
        let (moving, moved) = watch::channel(0);
        let store = Self {
            readers,
            writer: writer::Writer::spawn(writer, moving.clone()),
            moved,
            known_sessions: Arc::default(),
        };
        if store.readers.get_database_backend() == DbBackend::Postgres {
            wake::listen(&store, moving.clone()).await?;
        }
        wake::tell(&moving, store.last_seq().await?);
        Ok(store)
    }

    /// Appends events to a case; answers when they are durable.
    pub async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        self.writer.append(append).await
    }

    /// Tells of each new end of the log, whichever server wrote it.
    pub fn moved(&self) -> watch::Receiver<i64> {
        self.moved.clone()
    }

    /// Whether the last commits got through and the database answers.
    pub async fn is_healthy(&self) -> bool {
        self.writer.is_healthy() && self.readers.ping().await.is_ok()
    }

    /// How many writes wait for their commit.
    pub fn waiting(&self) -> usize {
        self.writer.waiting()
    }

    async fn task(&self, task: writer::Task) -> Result<(), StoreError> {
        self.writer.task(task).await
    }
}
