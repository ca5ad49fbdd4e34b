//! The use cases: load, decide, append, answer. No HTTP, no SQL.

mod act;
mod amending;
mod api_keys;
mod boundary;
mod changeset;
mod configuration;
mod coverage;
mod duty;
mod error;
mod figures;
mod grid_export;
pub mod import;
mod joining;
mod keys;
mod land;
mod lapses;
mod line;
mod lists;
mod map;
mod notices;
mod outlets;
mod photo;
mod preview;
mod rating;
mod read;
pub mod reference;
mod registers;
mod rehoming;
mod reorganisation;
mod report;
mod rulings;
mod session;
mod tables;
mod ticking;
mod time;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use gridwhistle_store::Store;
use object_store::ObjectStore;
use tokio::sync::Semaphore;

pub use act::{Idempotency, Outcome, Request};
pub use amending::{Moved, Recalculation};
pub use api_keys::{IssuedKey, NewKey, is_key};
pub use boundary::{BoundariesPut, BoundaryChange, GridChange};
pub use changeset::{Changed, NewChangeset, Relatives};
pub use configuration::Configured;
pub use coverage::{GridDraft, Mended};
pub use duty::{NewShift, OnDuty};
pub use error::{Fault, GridFault, ServiceError};
pub use figures::{FigureGroup, FigureQuery, Figures};
pub use grid_export::{GridExport, GridFormat, grid_pieces};
pub use gridwhistle_store::{
    ApiKey, CaseFilter, CaseOrder, Changeset, ConfigurationVersion, DivisionChangeset, Entry,
    KeyState, ListNote, ListVersion, Page, PartFilter, Queue, Resident, RosterEntry, Unmasking,
    UnmaskingFilter, Within,
};
pub use gridwhistle_store::{StoredNotice, UNREAD_AT_MOST};
pub use joining::Duplicate;
pub use keys::{KEY_DAYS, KEYS_AT_ONCE};
pub use line::{Line, Place};
pub use map::{DrawnCase, DrawnDivision, DrawnGrid, Land};
pub use notices::{NOTICE_DAYS, NOTICES_AT_ONCE};
pub use outlets::{Forwarded, Forwarder, Outlet, Undelivered};
pub use preview::{Preview, PreviewFault, Whereabouts};
pub use rating::RatingPage;
pub use reference::Reference;
pub use registers::Step;
pub use rehoming::{REHOMED_AT_ONCE, Rehoming};
pub use reorganisation::{NewReorganisation, Reorganised};
pub use report::{NewPlace, NewReport};
pub use rulings::RulingChange;
pub use session::LoggedIn;
pub use tables::{Edit, TableAt, TableEntry, Which};
pub use ticking::{Pass, Ticker};
pub use time::Clock;

/// Everything that the use cases work with.
pub struct Service {
    pub store: Store,
    pub clock: Clock,
    /// Before drawing the land of map tiles.
    pub drawing: Line,
    /// Before looking at coverages.
    pub coverages: Line,
    reference: ArcSwap<Reference>,
    /// Held while reference data is read again: what was read before never takes the place of what was read after.
    following: tokio::sync::Mutex<()>,
    objects: Arc<dyn ObjectStore>,
    link_key: [u8; 32],
    hashing: Semaphore,
    decoding: Semaphore,
}

impl Service {
    /// Opens the use cases over a store. `link_key` seals the links for residents and must stay
    /// the same from start to start; `objects` keeps the photographs.
    pub async fn open(
        store: Store,
        clock: Clock,
        objects: Arc<dyn ObjectStore>,
        link_key: [u8; 32],
    ) -> Result<Self, ServiceError> {
        let reference = Reference::load(&store, clock.now()).await?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            store,
            clock,
            // A tile takes milliseconds, and a map asks for dozens at once.
            drawing: Line::new(cores, 256, Duration::from_secs(1)),
            // A coverage takes seconds.
            coverages: Line::new(2, 8, Duration::from_secs(5)),
            reference: ArcSwap::from_pointee(reference),
            following: tokio::sync::Mutex::new(()),
            objects,
            link_key,
            hashing: Semaphore::new(cores),
            decoding: Semaphore::new(2),
        })
    }

    /// The same use cases by another clock, on the reference data as it stands now.
    ///
    /// For a history that is lived through: each step has its own moment, and many are carried out
    /// at once.
    #[must_use]
    pub fn by_clock(&self, clock: Clock) -> Self {
        Self {
            store: self.store.clone(),
            clock,
            drawing: self.drawing.clone(),
            coverages: self.coverages.clone(),
            reference: ArcSwap::new(self.reference()),
            following: tokio::sync::Mutex::new(()),
            objects: self.objects.clone(),
            link_key: self.link_key,
            hashing: Semaphore::new(1),
            decoding: Semaphore::new(1),
        }
    }

    /// The reference data as it stands.
    pub fn reference(&self) -> Arc<Reference> {
        self.reference.load_full()
    }

    /// Reads the reference data again if somebody, on whatever server, has changed it, or if boundaries come into force
    /// that were put for a later date.
    pub async fn refresh_reference(&self) -> Result<bool, ServiceError> {
        let _alone = self.following.lock().await;
        let now = self.clock.now();
        let held = self.reference();
        if held.is_of(now) && self.store.reference_stamp().await? == held.stamp {
            return Ok(false);
        }
        let fresh = held.follow(&self.store, now).await?;
        self.reference.store(Arc::new(fresh));
        Ok(true)
    }
}
