//! The land in memory: the grids of all times, and the index of those in force. It follows changes without reading or
//! building again what did not change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{Bbox, Grid, GridCode, Locator, Position};
use gridwhistle_store::Store;

use crate::ServiceError;

/// All grids, and which of them are in force.
pub struct Land {
    /// The grids in force.
    pub grids: BTreeMap<GridCode, Arc<Grid>>,
    pub locator: Locator,
    /// The version of the last changeset of boundaries.
    pub boundary_version: u32,
    /// The grids that were in force before or will be, by code and begin.
    elsewhen: BTreeMap<(GridCode, Timestamp), Arc<Grid>>,
    /// Since when the grids in force are these.
    mapped_since: Option<Timestamp>,
    /// When the grids in force are others than these.
    turns_at: Option<Timestamp>,
    /// Up to which change it is known.
    number: i64,
}

impl Default for Land {
    fn default() -> Self {
        Self {
            grids: BTreeMap::new(),
            locator: Locator::build(std::iter::empty()),
            boundary_version: 0,
            elsewhen: BTreeMap::new(),
            mapped_since: None,
            turns_at: None,
            number: 0,
        }
    }
}

impl Land {
    /// Reads all of it.
    pub(crate) async fn load(store: &Store, now: Timestamp) -> Result<Self, ServiceError> {
        // Number and version first: what is put meanwhile is read again, or decided anew on the next version.
        let number = store.land_number().await?;
        let version = store.settled_boundaries().await?.version;
        let rows = store.grids_changed_since(None).await?;
        apart(move || Self::default().changed(rows, number, version, now)).await
    }

    /// The land as it stands now: itself where nothing changed, and what changed alone is read.
    pub(crate) async fn follow(
        self: Arc<Self>,
        store: &Store,
        now: Timestamp,
    ) -> Result<Arc<Self>, ServiceError> {
        let number = store.land_number().await?;
        if number == self.number && self.is_of(now) {
            return Ok(self);
        }
        // An older database was put in the place of the one that was read.
        if number < self.number {
            return Ok(Arc::new(Self::load(store, now).await?));
        }
        let version = store.settled_boundaries().await?.version;
        let rows = if number == self.number {
            Vec::new()
        } else {
            store.grids_changed_since(Some(self.number)).await?
        };
        let fresh = apart(move || self.changed(rows, number, version, now)).await?;
        Ok(Arc::new(fresh))
    }

    /// Since when the grids in force are these.
    pub(crate) const fn since(&self) -> Option<Timestamp> {
        self.mapped_since
    }

    /// Whether the grids in force at a later moment are still these.
    pub(crate) fn is_of(&self, now: Timestamp) -> bool {
        self.turns_at.is_none_or(|at| now < at)
    }

    /// The land after some rows were written anew, as it stands at a moment.
    fn changed(&self, rows: Vec<Grid>, number: i64, version: u32, now: Timestamp) -> Self {
        let mut grids = self.grids.clone();
        let mut elsewhen = self.elsewhen.clone();
        let mut touched: BTreeSet<GridCode> = BTreeSet::new();
        for row in rows {
            touched.insert(row.code);
            if grids
                .get(&row.code)
                .is_some_and(|held| held.valid_from == row.valid_from)
            {
                grids.remove(&row.code);
            }
            elsewhen.insert((row.code, row.valid_from), Arc::new(row));
        }
        let over: Vec<GridCode> = grids
            .values()
            .filter(|grid| !grid.is_valid_at(now))
            .map(|grid| grid.code)
            .collect();
        for code in over {
            touched.insert(code);
            if let Some(grid) = grids.remove(&code) {
                elsewhen.insert((code, grid.valid_from), grid);
            }
        }
        let come: Vec<(GridCode, Timestamp)> = elsewhen
            .iter()
            .filter(|(_, grid)| grid.is_valid_at(now))
            .map(|(key, _)| *key)
            .collect();
        for key in come {
            touched.insert(key.0);
            if let Some(grid) = elsewhen.remove(&key) {
                grids.insert(key.0, grid);
            }
        }
        let (mut ended, mut begun) = (Vec::new(), Vec::new());
        for code in touched {
            let boundary = |of: &BTreeMap<GridCode, Arc<Grid>>| {
                of.get(&code).map(|grid| grid.boundary.clone())
            };
            let (before, after) = (boundary(&self.grids), boundary(&grids));
            if before != after {
                ended.extend(before.map(|_| code));
                begun.extend(after.map(|boundary| (code, boundary)));
            }
        }
        let turns = || {
            let all = grids.values().chain(elsewhen.values());
            all.flat_map(|grid| [Some(grid.valid_from), grid.valid_to])
                .flatten()
        };
        let (mapped_since, turns_at) = (
            turns().filter(|at| *at <= now).max(),
            turns().filter(|at| *at > now).min(),
        );
        Self {
            locator: self.locator.changed(ended, begun),
            grids,
            elsewhen,
            boundary_version: version,
            mapped_since,
            turns_at,
            number,
        }
    }

    /// The grids that are, were or will be in force at an instant, by code.
    pub fn at(&self, instant: Timestamp) -> Vec<Arc<Grid>> {
        let mut found: Vec<Arc<Grid>> = self
            .of_all_times()
            .filter(|grid| grid.is_valid_at(instant))
            .cloned()
            .collect();
        found.sort_unstable_by_key(|grid| grid.code);
        found
    }

    /// Every code that a grid has or had, or will have.
    pub(crate) fn codes(&self) -> BTreeSet<GridCode> {
        self.of_all_times().map(|grid| grid.code).collect()
    }

    /// All grids, those in force first, then those of other times, by code and time.
    pub fn of_all_times(&self) -> impl Iterator<Item = &Arc<Grid>> {
        self.grids.values().chain(self.elsewhen.values())
    }

    /// The grid in which a place lay at an instant, by the boundaries of that time; by today's where those know no
    /// grid for it, such as before the first boundaries were put.
    pub fn located_at(&self, place: Position, at: Timestamp) -> Option<GridCode> {
        let today = self.locator.grid_at(place);
        if self.mapped_since.is_none_or(|since| since <= at) {
            return today;
        }
        // The boxes of today say which of today's grids may have had it; of other times there are few.
        let here = self.locator.meeting(&Bbox::of_point(place));
        let here = here.iter().filter_map(|code| self.grids.get(code));
        let then = here
            .chain(self.elsewhen.values())
            .filter(|grid| grid.is_valid_at(at) && grid.boundary.bbox().contains(place));
        let then = Locator::build(then.map(|grid| (grid.code, grid.boundary.clone())));
        then.grid_at(place).or(today)
    }

    /// Whether a grid is in force or was at an instant.
    pub fn knows_grid(&self, code: GridCode, at: Timestamp) -> bool {
        self.grids.contains_key(&code) || self.former(code).any(|grid| grid.is_valid_at(at))
    }

    /// The name of a grid; the last it had where it is in force no more, and its code when it is not known.
    pub fn grid_name(&self, code: GridCode) -> String {
        let known = self.grids.get(&code);
        known
            .or_else(|| self.former(code).next_back())
            .map_or_else(|| code.to_string(), |grid| grid.name.clone())
    }

    /// What a grid was or will be at other times, oldest first.
    fn former(&self, code: GridCode) -> impl DoubleEndedIterator<Item = &Arc<Grid>> {
        let (first, last) = (
            Timestamp::from_micros(i64::MIN),
            Timestamp::from_micros(i64::MAX),
        );
        let held = self.elsewhen.range((code, first)..=(code, last));
        held.map(|(_, grid)| grid)
    }
}

/// What takes long with very many grids does not hold up those who wait for an answer.
async fn apart(work: impl FnOnce() -> Land + Send + 'static) -> Result<Land, ServiceError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ServiceError::Internal(format!("the land was not read: {error}")))
}
