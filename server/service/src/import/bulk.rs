//! Very many grids from one file: read, checked and put in force together, with little of them in memory at once.
//!
//! Each grid waits in the store from when it was read until all were checked; then all are put in force in one
//! transaction. In memory are only their boxes, and the boundaries that are being compared.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead};

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{
    Bbox, Boundary, Boxes, Division, DivisionCode, Grid, GridCode, overlap,
};
use gridwhistle_store::{ListNote, Store, StoreError};
use uuid::Uuid;

use super::fault::{Fault, Faults, Spot, Wrong, WrongGrid};
use super::feature::{Fields, NewGrid, read};
use super::sequence::{Broken, MAX_FEATURE_BYTES, Sequence};
use crate::ServiceError;
use crate::changeset::check_effect;
use crate::reference::lists;

/// The most grids of one file: more than a country has.
pub const MAX_FEATURES: u64 = 8_000_000;
/// So many grids, and about so many bytes of them, are stored together.
const CHUNK: usize = 500;
const CHUNK_BYTES: usize = 2 * MAX_FEATURE_BYTES;
/// So many boundaries are in memory at once on either side of a comparison.
const PAGE: usize = 64;
/// So many pairs are noted before they are compared.
const PAIRS: usize = 4_096;

/// What is done with a file.
#[derive(Clone, Debug, Default)]
pub struct GridImport {
    pub fields: Fields,
    /// Only checked, nothing changed.
    pub dry_run: bool,
    /// Why the grids change.
    pub why: String,
}

/// How far an import is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many features, and bytes of the unpacked text, were read.
    Read { features: u64, bytes: u64 },
    /// So many grids of all in the file were compared with their neighbours.
    Compared { grids: u64, of: u64 },
}

/// Why no grid of a file was put in force.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{} fault(s) in the file", .0.len())]
    Faults(Vec<Fault>),
    /// What the file was checked against is no longer what stands: import it again.
    #[error("the grids or the divisions changed while the file was checked")]
    Changed,
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// Puts the grids of a file in force at `now`, all or none, for whoever administers the machine. Answers how many
/// differ from what stood. One import runs at a time: a second one takes the place of the first.
///
/// The file is a `FeatureCollection` or a sequence of features, perhaps packed with gzip; see `docs/formats.md`.
pub async fn import_grids(
    store: &Store,
    now: Timestamp,
    file: impl BufRead,
    import: &GridImport,
    progress: &mut dyn FnMut(Progress),
) -> Result<usize, ImportError> {
    store.discard_staged(None).await?;
    let stamp = store.reference_stamp().await?;
    let last = store.settled_boundaries().await?.effective_from;
    check_effect(now, now, last)?;
    let divisions: Vec<Division> = store.list(lists::DIVISIONS).await?;
    let run = Run {
        store,
        id: Uuid::now_v7(),
        now,
        import,
        villages: divisions.iter().map(|division| division.code).collect(),
        progress,
        faults: Faults::default(),
        known: Vec::new(),
        changed: 0,
    };
    let id = run.id;
    let outcome = run.all(file, stamp).await;
    store.discard_staged(Some(id)).await?;
    outcome
}

/// What is kept in memory of a grid.
#[derive(Copy, Clone)]
struct Known {
    code: GridCode,
    bbox: Bbox,
    line: u64,
    /// Its number in the file; 0 of a grid that stands already.
    ordinal: u64,
}

struct Run<'i> {
    store: &'i Store,
    id: Uuid,
    now: Timestamp,
    import: &'i GridImport,
    villages: BTreeSet<DivisionCode>,
    progress: &'i mut dyn FnMut(Progress),
    faults: Faults,
    known: Vec<Known>,
    changed: usize,
}

impl Run<'_> {
    async fn all(mut self, file: impl BufRead, stamp: String) -> Result<usize, ImportError> {
        self.read(file).await?;
        self.each_once();
        // Comparing boundaries that are wrong, or not all there, would tell nothing.
        self.faults = std::mem::take(&mut self.faults)
            .or(Faults::default())
            .map_err(ImportError::Faults)?;
        let count = self.known.len() as u64;
        self.compare().await?;
        let faults = std::mem::take(&mut self.faults);
        let changed = faults.or(self.changed).map_err(ImportError::Faults)?;
        if self.import.dry_run || changed == 0 {
            return Ok(changed);
        }
        let note = ListNote {
            at: self.now,
            by: None,
            why: self.import.why.clone(),
        };
        let applied = self.store.apply_staged(self.id, stamp, count, note);
        if applied.await? {
            tracing::info!(changed, reason = self.import.why, "boundaries imported");
            Ok(changed)
        } else {
            Err(ImportError::Changed)
        }
    }

    /// Reads the whole file; what is sound waits in the store.
    async fn read(&mut self, file: impl BufRead) -> Result<(), ImportError> {
        let mut sequence = Sequence::open(file)?;
        let mut chunk = Vec::new();
        let mut weight = 0;
        while !self.faults.is_full() {
            let raw = match sequence.advance() {
                Ok(Some(raw)) => raw,
                Ok(None) => break,
                Err(Broken::Unreadable(error)) => return Err(error.into()),
                Err(Broken::Fault(Fault { at, wrong })) => {
                    self.faults.add(at, wrong);
                    break;
                }
            };
            let (line, ordinal) = (raw.line, raw.ordinal);
            if ordinal > MAX_FEATURES {
                let most = MAX_FEATURES;
                let wrong = WrongGrid::TooManyFeatures { most };
                self.faults.add(spot(line, ordinal, ""), wrong.into());
                break;
            }
            weight += raw.bytes.len();
            if let Some(grid) = read(&raw, &self.import.fields, &mut self.faults) {
                self.take(&grid, line, ordinal);
                chunk.push(grid);
            }
            if chunk.len() >= CHUNK || weight >= CHUNK_BYTES {
                self.stage(std::mem::take(&mut chunk)).await?;
                weight = 0;
                (self.progress)(Progress::Read {
                    features: sequence.features(),
                    bytes: sequence.bytes(),
                });
            }
        }
        self.stage(chunk).await
    }

    fn take(&mut self, grid: &NewGrid, line: u64, ordinal: u64) {
        let village = grid.code.village();
        if !self.villages.contains(&village) {
            let wrong = Wrong::UnknownDivision {
                text: village.to_string(),
            };
            let pointer = format!("/properties/{}", self.import.fields.code);
            self.faults.add(spot(line, ordinal, &pointer), wrong);
        }
        self.known.push(Known {
            code: grid.code,
            bbox: grid.boundary.bbox(),
            line,
            ordinal,
        });
    }

    /// Lets grids wait, unless it is known already that nothing will come of them.
    async fn stage(&mut self, chunk: Vec<NewGrid>) -> Result<(), ImportError> {
        if chunk.is_empty() || !self.faults.is_empty() {
            return Ok(());
        }
        let codes: Vec<GridCode> = chunk.iter().map(|grid| grid.code).collect();
        let standing = self.store.grids_coded(&codes, self.now).await?;
        let standing: BTreeMap<GridCode, Grid> =
            standing.into_iter().map(|grid| (grid.code, grid)).collect();
        let waiting: Vec<(Grid, bool)> = chunk
            .into_iter()
            .map(|new| {
                let stands = standing.get(&new.code).is_some_and(|old| stands(old, &new));
                (in_force(new, self.now), !stands)
            })
            .collect();
        self.changed += waiting.iter().filter(|(_, differs)| *differs).count();
        Ok(self.store.stage_grids(self.id, waiting).await?)
    }

    /// Sorts what is known by code, and tells of codes that come again.
    fn each_once(&mut self) {
        self.known
            .sort_unstable_by_key(|known| (known.code, known.ordinal));
        for pair in self.known.windows(2) {
            if let [first, again] = pair
                && first.code == again.code
            {
                let code = again.code.to_string();
                let pointer = format!("/properties/{}", self.import.fields.code);
                let at = spot(again.line, again.ordinal, &pointer);
                self.faults.add(at, Wrong::EntryTwice { code });
            }
        }
    }

    /// Compares every grid of the file with those of its neighbours, in the file or standing, that come after it.
    async fn compare(&mut self) -> Result<(), ImportError> {
        let of = self.known.len();
        self.add_standing().await?;
        let numbered = (0..).zip(self.known.iter().map(|known| known.bbox));
        let boxes = Boxes::build(numbered);
        let mut after = None;
        let mut compared = 0;
        loop {
            let page = self.store.staged_page(self.id, after, PAGE as u64).await?;
            let Some((last, _)) = page.last() else { break };
            after = Some(*last);
            let mut pairs = Vec::new();
            for (index, (code, boundary)) in page.iter().enumerate() {
                let Some(number) = number_of(self.known.get(..of).unwrap_or_default(), *code)
                else {
                    continue;
                };
                for partner in boxes.meeting(&boundary.bbox()) {
                    if partner > number {
                        pairs.push((partner, index));
                    }
                    if pairs.len() >= PAIRS {
                        self.judge(&page, std::mem::take(&mut pairs)).await?;
                    }
                }
            }
            self.judge(&page, pairs).await?;
            compared += page.len();
            (self.progress)(Progress::Compared {
                grids: compared as u64,
                of: of as u64,
            });
            if self.faults.is_full() {
                break;
            }
        }
        Ok(())
    }

    /// Adds the boxes of the grids that stand, stay, and lie where the file has any.
    async fn add_standing(&mut self) -> Result<(), ImportError> {
        let new = self.known.len();
        let Some(around) = around(&self.known) else {
            return Ok(());
        };
        let mut after = None;
        loop {
            let page = self.store.grids_page(None, self.now, after, PAGE as u64);
            let page = page.await?;
            let Some(last) = page.last() else { break };
            after = Some(last.code);
            for grid in &page {
                let bbox = grid.boundary.bbox();
                let of_file = self.known.get(..new).unwrap_or_default();
                let stays = number_of(of_file, grid.code).is_none();
                if stays && bbox.meets(&around) {
                    self.known.push(Known {
                        code: grid.code,
                        bbox,
                        line: 0,
                        ordinal: 0,
                    });
                }
            }
        }
        Ok(())
    }

    /// Compares pairs exactly: of a number among the known, and a place in the page.
    async fn judge(
        &mut self,
        page: &[(GridCode, Boundary)],
        mut pairs: Vec<(u32, usize)>,
    ) -> Result<(), ImportError> {
        pairs.sort_unstable();
        let mut partners: Vec<u32> = pairs.iter().map(|(partner, _)| *partner).collect();
        partners.dedup();
        for batch in partners.chunks(PAGE) {
            if self.faults.is_full() {
                break;
            }
            let found = self.boundaries(batch, page).await?;
            let here = |(partner, _): &&(u32, usize)| batch.contains(partner);
            for (partner, index) in pairs.iter().filter(here) {
                let known = usize::try_from(*partner).ok();
                let partner = known.and_then(|at| self.known.get(at)).copied();
                let (Some(partner), Some((code, boundary))) = (partner, page.get(*index)) else {
                    continue;
                };
                // Each boundary is either in the page or was read for this batch.
                let other = found
                    .get(&partner.code)
                    .or_else(|| in_page(page, partner.code).filter(|_| partner.ordinal > 0));
                if let Some(other) = other
                    && let Some(overlap) = overlap((*code, boundary), (partner.code, other))
                {
                    let wrong = WrongGrid::Overlap {
                        a: overlap.a,
                        b: overlap.b,
                        at: overlap.at,
                        area: format!("{:.1}", overlap.area_m2),
                    };
                    let at = self.later_of(*code, &partner);
                    self.faults.add(at, wrong.into());
                }
            }
        }
        Ok(())
    }

    /// The boundaries of known grids that are not in the page.
    async fn boundaries(
        &self,
        numbers: &[u32],
        page: &[(GridCode, Boundary)],
    ) -> Result<BTreeMap<GridCode, Boundary>, ImportError> {
        let known = numbers
            .iter()
            .filter_map(|number| self.known.get(usize::try_from(*number).ok()?));
        let (waiting, standing): (Vec<&Known>, Vec<&Known>) =
            known.partition(|known| known.ordinal > 0);
        let waiting: Vec<GridCode> = waiting
            .iter()
            .map(|known| known.code)
            .filter(|code| in_page(page, *code).is_none())
            .collect();
        let standing: Vec<GridCode> = standing.iter().map(|known| known.code).collect();
        let mut found = BTreeMap::new();
        if !waiting.is_empty() {
            found.extend(self.store.staged_coded(self.id, &waiting).await?);
        }
        if !standing.is_empty() {
            let grids = self.store.grids_coded(&standing, self.now).await?;
            found.extend(grids.into_iter().map(|grid| (grid.code, grid.boundary)));
        }
        Ok(found)
    }

    /// Of two grids of the file the later one is pointed at; one that stands is in no file.
    fn later_of(&self, code: GridCode, partner: &Known) -> Spot {
        let own = self
            .known
            .iter()
            .find(|known| known.code == code && known.ordinal > 0);
        let later = own.filter(|own| own.ordinal > partner.ordinal);
        let later = later.unwrap_or(partner);
        spot(later.line, later.ordinal, "/geometry")
    }
}

fn spot(line: u64, feature: u64, pointer: &str) -> Spot {
    Spot::Feature {
        line,
        feature,
        pointer: pointer.to_owned(),
    }
}

/// Whether a grid stands already as the file has it, so that importing again changes nothing.
fn stands(old: &Grid, new: &NewGrid) -> bool {
    old.name == new.name
        && old.kind == new.kind
        && old.schematic == new.schematic
        && old.boundary == new.boundary
}

fn in_force(new: NewGrid, now: Timestamp) -> Grid {
    Grid {
        code: new.code,
        name: new.name,
        kind: new.kind,
        boundary: new.boundary,
        schematic: new.schematic,
        valid_from: now,
        valid_to: None,
    }
}

/// The number of a code among those of the file, which are sorted.
fn number_of(known: &[Known], code: GridCode) -> Option<u32> {
    let at = known.binary_search_by_key(&code, |known| known.code).ok()?;
    u32::try_from(at).ok()
}

fn in_page(page: &[(GridCode, Boundary)], code: GridCode) -> Option<&Boundary> {
    let at = page.binary_search_by_key(&code, |(code, _)| *code).ok()?;
    page.get(at).map(|(_, boundary)| boundary)
}

/// The box around all of them.
fn around(known: &[Known]) -> Option<Bbox> {
    known
        .iter()
        .map(|known| known.bbox)
        .reduce(|all, bbox| all.joined(&bbox))
}
