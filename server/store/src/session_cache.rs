//! What was read of sessions a moment ago, so that a request need not read it again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use gridwhistle_domain::access::Actor;

use crate::Session;

/// How long a reading may be used: other servers, and the administrator's commands, write to the
/// same database.
const FRESH: Duration = Duration::from_secs(1);
/// The most readings that are kept.
const MOST: usize = 10_000;

/// Readings of sessions by the hashes of their tokens. Exact about everything that this process
/// wrote, never older than [`FRESH`] about what others wrote.
#[derive(Debug, Default)]
pub struct SessionCache {
    /// Counts the writes of accounts, posts and sessions: a reading from before one is void.
    writes: AtomicU64,
    readings: Mutex<HashMap<Vec<u8>, Reading>>,
}

#[derive(Clone, Debug)]
struct Reading {
    writes: u64,
    at: Instant,
    session: Session,
    actor: Actor,
}

impl SessionCache {
    /// The state of the writes, to be taken before reading from the database.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::SeqCst)
    }

    /// A write has been committed: earlier readings are void, those under way too.
    pub fn written(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    /// A reading that still holds.
    pub fn get(&self, token_hash: &[u8]) -> Option<(Session, Actor)> {
        let readings = self.readings();
        let reading = readings.get(token_hash)?;
        (reading.writes == self.writes() && reading.at.elapsed() < FRESH)
            .then(|| (reading.session.clone(), reading.actor.clone()))
    }

    /// Keeps what was read after `writes` were taken.
    pub fn put(&self, writes: u64, session: &Session, actor: &Actor) {
        let mut readings = self.readings();
        if readings.len() >= MOST {
            readings.clear();
        }
        let reading = Reading {
            writes,
            at: Instant::now(),
            session: session.clone(),
            actor: actor.clone(),
        };
        readings.insert(session.token_hash.clone(), reading);
    }

    /// Forgets one session, of which only the moment of its last use has changed.
    pub fn forget(&self, token_hash: &[u8]) {
        self.readings().remove(token_hash);
    }

    fn readings(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Reading>> {
        // Nothing is left half done under this lock.
        self.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
