//! Divisions and grids as features: the reference data in memory, in the order of their codes.

use std::fmt::{self, Display};
use std::str::FromStr;

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{Division, DivisionCode, DivisionLevel, Grid, GridCode, GridKind};
use gridwhistle_service::Reference;
use serde_json::{Value, json};

use super::crs::Crs;
use super::items::{Page, feature};
use super::query::{Common, Parameters};

/// Which divisions are asked for.
pub(super) struct DivisionFilter {
    after: Option<DivisionCode>,
    level: Option<DivisionLevel>,
    parent: Option<DivisionCode>,
}

impl DivisionFilter {
    pub(super) fn read(parameters: &mut Parameters) -> Self {
        Self {
            after: parameters.parsed("cursor"),
            level: parameters.parsed("level"),
            parent: parameters.parsed("parent"),
        }
    }

    /// A division has no geometry, so that it lies in every box.
    fn wants(&self, division: &Division, common: &Common) -> bool {
        let period = common.period;
        self.level.is_none_or(|level| division.level == level)
            && self.parent.is_none_or(|code| division.parent == Some(code))
            && period.is_none_or(|asked| asked.meets(division.valid_from, division.valid_to))
    }

    pub(super) fn page(&self, reference: &Reference, common: &Common) -> Page {
        let wanted = reference.divisions.iter();
        let wanted = wanted.filter(|(_, division)| self.wants(division, common));
        let wanted = wanted.map(|(code, division)| (*code, division));
        page(wanted, self.after, common, division)
    }
}

/// A grid as it was from a moment on, until its boundary, name or kind became another.
///
/// Written as the grid's code, a hyphen, and the microseconds of the moment; the code alone comes after all of its
/// versions.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GridVersion {
    code: GridCode,
    since: Timestamp,
}

impl GridVersion {
    fn of(grid: &Grid) -> Self {
        Self {
            code: grid.code,
            since: grid.valid_from,
        }
    }

    /// The grid as it was then, if there was one.
    pub(super) fn find(self, reference: &Reference) -> Option<&Grid> {
        let mut known = reference.land.of_all_times().map(AsRef::as_ref);
        known.find(|grid| Self::of(grid) == self)
    }
}

impl Display for GridVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.code, self.since.micros())
    }
}

/// A text is no version of a grid.
#[derive(Debug)]
pub(super) struct NoVersion;

impl FromStr for GridVersion {
    type Err = NoVersion;

    fn from_str(text: &str) -> Result<Self, NoVersion> {
        let (code, since) = match text.split_once('-') {
            Some((code, since)) => (code, since.parse::<i64>().map_err(|_| NoVersion)?),
            None => (text, i64::MAX),
        };
        Ok(Self {
            code: code.parse().map_err(|_| NoVersion)?,
            since: Timestamp::from_micros(since),
        })
    }
}

/// Which grids are asked for: those in force, or those of the time that is asked for.
pub(super) struct GridFilter {
    after: Option<GridVersion>,
    kind: Option<GridKind>,
    village: Option<DivisionCode>,
    town: Option<DivisionCode>,
}

impl GridFilter {
    pub(super) fn read(parameters: &mut Parameters) -> Self {
        Self {
            after: parameters.parsed("cursor"),
            kind: parameters.parsed("kind"),
            village: parameters.division("village", DivisionLevel::Village),
            town: parameters.division("town", DivisionLevel::Town),
        }
    }

    fn wants(&self, grid: &Grid, common: &Common) -> bool {
        let village = grid.code.village();
        self.kind.is_none_or(|kind| grid.kind == kind)
            && self.village.is_none_or(|code| village == code)
            && self.town.is_none_or(|code| code.contains(village))
            && common
                .period
                .is_none_or(|asked| asked.meets(Some(grid.valid_from), grid.valid_to))
            && common
                .area
                .as_ref()
                .is_none_or(|area| area.meets(&grid.boundary))
    }

    pub(super) fn page(&self, reference: &Reference, common: &Common) -> Page {
        let write = |found: &Grid| grid(found, reference, common.crs);
        if common.period.is_none() {
            let wanted = reference.land.grids.values().map(AsRef::as_ref);
            let wanted = wanted.filter(|grid| self.wants(grid, common));
            // The code alone: a grid that changes meanwhile comes once all the same.
            let after = self.after.map(|version| version.code);
            return page(wanted.map(|grid| (grid.code, grid)), after, common, write);
        }
        let wanted = reference.land.of_all_times().map(AsRef::as_ref);
        let mut wanted: Vec<(GridVersion, &Grid)> = wanted
            .filter(|grid| self.wants(grid, common))
            .map(|grid| (GridVersion::of(grid), grid))
            .collect();
        wanted.sort_unstable_by_key(|(version, _)| *version);
        page(wanted.into_iter(), self.after, common, write)
    }
}

/// A division as a feature.
pub(super) fn division(division: &Division) -> Value {
    let properties = json!({
        "code": division.code,
        "name": division.name,
        "level": division.level,
        "parent": division.parent,
        "valid_from": division.valid_from.map(Timestamp::to_rfc3339),
        "valid_to": division.valid_to.map(Timestamp::to_rfc3339),
    });
    feature(&division.code.to_string(), Value::Null, properties)
}

/// A grid as a feature: by its code as it is in force, by its version as it was or will be.
pub(super) fn grid(grid: &Grid, reference: &Reference, crs: Crs) -> Value {
    let (village, town) = (grid.code.village(), Reference::centre_of(grid.code));
    let properties = json!({
        "code": grid.code,
        "name": grid.name,
        "kind": grid.kind,
        "village": village,
        "village_name": reference.division_name(village),
        "town": town,
        "town_name": reference.division_name(town),
        "schematic": grid.schematic,
        "valid_from": grid.valid_from.to_rfc3339(),
        "valid_to": grid.valid_to.map(Timestamp::to_rfc3339),
    });
    let mut geometry = grid.boundary.to_geojson();
    crs.write(&mut geometry);
    let version = GridVersion::of(grid);
    let in_force = reference
        .land
        .grids
        .get(&grid.code)
        .map(AsRef::as_ref)
        .map(GridVersion::of)
        == Some(version);
    let id = if in_force {
        grid.code.to_string()
    } else {
        version.to_string()
    };
    feature(&id, geometry, properties)
}

/// The page after a code, or a version, of what comes in their order, with the number of all on whatever page.
fn page<'a, C: Copy + Ord + Display, T: 'a>(
    wanted: impl Iterator<Item = (C, &'a T)>,
    after: Option<C>,
    common: &Common,
    write: impl Fn(&'a T) -> Value,
) -> Page {
    let (mut matched, mut passed) = (0, 0);
    let (mut features, mut last, mut more) = (Vec::new(), None, false);
    for (code, found) in wanted {
        matched += 1;
        if after.is_some_and(|after| code <= after) {
            continue;
        }
        if passed < common.offset {
            passed += 1;
        } else if features.len() < common.limit {
            features.push(write(found));
            last = Some(code);
        } else {
            more = true;
        }
    }
    Page {
        features,
        next: last.filter(|_| more).map(|last| last.to_string()),
        matched: Some(matched),
    }
}
