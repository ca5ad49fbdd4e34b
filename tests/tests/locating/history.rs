//! The versions of the boundaries, and what answers each of them gives.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use crate::strip::{Place, Strip};

/// What a server promises about a changeset that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Whoever asks after the answer is answered by it.
    AtOnce,
    /// It was put at another server, and is seen some time later.
    InTime,
}

/// All versions so far, those that were answered and one that may be under way.
pub struct History {
    /// The version with which it begins.
    first: u32,
    strips: Mutex<Vec<Strip>>,
    acknowledged: AtomicU32,
}

impl History {
    pub fn new(version: u32, strip: Strip) -> Self {
        Self {
            first: version,
            strips: Mutex::new(vec![strip]),
            acknowledged: AtomicU32::new(version),
        }
    }

    /// The last version that was answered, as it stands.
    pub fn now(&self) -> (Strip, u32) {
        let version = self.acknowledged();
        let place = usize::try_from(version - self.first).unwrap_or_default();
        (self.strips()[place].clone(), version)
    }

    /// From now on answers may be those of the next version.
    pub fn begin(&self, next: Strip) {
        self.strips().push(next);
    }

    /// The version that was begun is in force.
    pub fn acknowledge(&self) {
        self.acknowledged.fetch_add(1, Ordering::SeqCst);
    }

    /// The version of the last changeset that was answered.
    pub fn acknowledged(&self) -> u32 {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// The oldest version, none before `since`, that gives just these answers; none, if no single version does.
    pub fn version_of(&self, places: &[Place], answers: &[Option<u64>], since: u32) -> Option<u32> {
        let strips = self.strips();
        let versions = (self.first..).zip(strips.iter());
        versions
            .skip_while(|(version, _)| *version < since)
            .find(|(_, strip)| strip.grids_of(places) == answers)
            .map(|(version, _)| version)
    }

    fn strips(&self) -> std::sync::MutexGuard<'_, Vec<Strip>> {
        self.strips.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
