//! Divisions and grids as features: the reference data in memory, in the order of their codes.

use std::fmt::Display;

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
        page(wanted, self.after, common, division)
    }
}

/// Which grids are asked for.
pub(super) struct GridFilter {
    after: Option<GridCode>,
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
        let wanted = reference.land.grids.iter();
        let wanted = wanted.filter(|(_, grid)| self.wants(grid, common));
        page(wanted, self.after, common, |found| {
            grid(found, reference, common.crs)
        })
    }
}

/// A division as a feature.
pub(super) fn division(division: &Division) -> Value {
    let properties = json!({
        "code": division.code,
        "name": division.name,
        "level": division.level,
        "parent": division.parent,
        "valid_from": division.valid_from.map(gridwhistle_domain::clock::Timestamp::to_rfc3339),
        "valid_to": division.valid_to.map(gridwhistle_domain::clock::Timestamp::to_rfc3339),
    });
    feature(&division.code.to_string(), Value::Null, properties)
}

/// A grid as a feature.
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
        "valid_to": grid.valid_to.map(gridwhistle_domain::clock::Timestamp::to_rfc3339),
    });
    let mut geometry = grid.boundary.to_geojson();
    crs.write(&mut geometry);
    feature(&grid.code.to_string(), geometry, properties)
}

/// The page after a code of what comes in the order of codes, with the number of all on whatever page.
fn page<'a, C: Copy + Ord + Display + 'a, T: 'a>(
    wanted: impl Iterator<Item = (&'a C, &'a T)>,
    after: Option<C>,
    common: &Common,
    write: impl Fn(&'a T) -> Value,
) -> Page {
    let (mut matched, mut passed) = (0, 0);
    let (mut features, mut last, mut more) = (Vec::new(), None, false);
    for (code, found) in wanted {
        matched += 1;
        if after.is_some_and(|after| *code <= after) {
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
        next: last.filter(|_| more).map(ToString::to_string),
        matched: Some(matched),
    }
}
