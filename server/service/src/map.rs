//! What a map shows in a tile: the grids, or the divisions that stand for them, and the cases.

use std::collections::{BTreeMap, BTreeSet};

use gridwhistle_domain::access::{Actor, Operation, may_use};
use gridwhistle_domain::case::{Case, CaseId, Stage};
use gridwhistle_domain::place::{
    Bbox, DivisionCode, DivisionLevel, Grid, GridCode, Tile, TileShape,
};
use gridwhistle_store::CaseFilter;

use crate::{Reference, Service, ServiceError};

/// From this zoom on grids are drawn; before it, towns stand for them.
const GRIDS_FROM: u8 = 9;
/// From this zoom on towns stand for grids; before it, counties.
const TOWNS_FROM: u8 = 7;
/// Where more grids than these meet a tile, divisions stand for them at any zoom.
const MOST_GRIDS: usize = 3_000;

/// From this zoom on cases are drawn.
const CASES_FROM: u8 = 12;
/// How many open cases are looked at for a tile, the newest of each division that it touches.
const MOST_CASES: usize = 1_200;
/// In how many divisions at most cases are looked for; where more are touched, in those above them.
const MOST_DIVISIONS: usize = 12;

/// What stands in a tile. Shapes and points are in units of the tile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapTile {
    /// By code.
    pub grids: Vec<DrawnGrid>,
    /// Instead of grids, where these would be too small or too many to see; by code.
    pub divisions: Vec<DrawnDivision>,
    /// Open cases that the caller may see, in the order of their identities.
    pub cases: Vec<DrawnCase>,
}

/// A grid in a tile.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnGrid {
    pub code: GridCode,
    pub name: String,
    pub village: DivisionCode,
    pub village_name: String,
    /// 示意边界
    pub schematic: bool,
    pub shape: TileShape,
}

/// The point that stands for the grids of a division: the middle of them all.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnDivision {
    pub code: DivisionCode,
    pub name: String,
    pub at: (i32, i32),
}

/// What everybody who sees a case may read on a map: nothing of who reported it, and none of its texts.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnCase {
    pub number: String,
    pub stage: Stage,
    /// The name of its matter, if it has one yet.
    pub matter: Option<String>,
    pub overdue: bool,
    pub at: (i32, i32),
}

impl Service {
    /// What a map shows in a tile to whoever may look at places; cases only to whom cases are shown.
    ///
    /// At most 3,000 grids and 1,200 cases: of more grids their divisions stand there, of more cases the newest.
    pub async fn map_tile(&self, actor: &Actor, tile: Tile) -> Result<MapTile, ServiceError> {
        let now = self.clock.now();
        if !may_use(actor, Operation::ReadReference, now) {
            return Err(ServiceError::Forbidden);
        }
        let reference = self.reference();
        // Cutting thousands of boundaries would hold up all who are served by the same thread.
        let (mut drawn, villages) = tokio::task::spawn_blocking(move || ground(&reference, tile))
            .await
            .map_err(|e| ServiceError::Internal(e.to_string()))?;
        if tile.zoom() >= CASES_FROM && may_use(actor, Operation::ReadCases, now) {
            drawn.cases = self.cases_in(actor, tile, villages).await?;
        }
        Ok(drawn)
    }

    async fn cases_in(
        &self,
        actor: &Actor,
        tile: Tile,
        villages: BTreeSet<DivisionCode>,
    ) -> Result<Vec<DrawnCase>, ServiceError> {
        let divisions = together(villages);
        let each = MOST_CASES / divisions.len().max(1);
        let mut drawn: BTreeMap<CaseId, DrawnCase> = BTreeMap::new();
        for division in divisions {
            let filter = CaseFilter {
                division: Some(division),
                open: Some(true),
                limit: u64::try_from(each).unwrap_or(u64::MAX).max(1),
                ..CaseFilter::default()
            };
            let page = self.cases(actor, filter).await?;
            drawn.extend(
                page.items
                    .iter()
                    .filter_map(|case| Some((case.id, self.drawn_case(case, tile)?))),
            );
        }
        Ok(drawn.into_values().collect())
    }

    /// A case as it is drawn in the tile, if it is.
    fn drawn_case(&self, case: &Case, tile: Tile) -> Option<DrawnCase> {
        let at = tile.point(case.place.position?)?;
        let reference = self.reference();
        let matter = case.matter.as_ref();
        let matter = matter.and_then(|key| reference.rules.catalogue.matter(key));
        Some(DrawnCase {
            number: case.number.clone(),
            stage: case.stage,
            matter: matter.map(|matter| matter.name.clone()),
            overdue: case.is_overdue(self.clock.now()),
            at,
        })
    }
}

/// The grids of a tile or the divisions that stand for them, and the villages whose grids meet it.
fn ground(reference: &Reference, tile: Tile) -> (MapTile, BTreeSet<DivisionCode>) {
    let met: Vec<&Grid> = reference
        .land
        .locator
        .meeting(&tile.reach())
        .iter()
        .filter_map(|code| reference.land.grids.get(code).map(AsRef::as_ref))
        .collect();
    let mut drawn = MapTile::default();
    if tile.zoom() < GRIDS_FROM || met.len() > MOST_GRIDS {
        drawn.divisions = divisions(reference, tile);
    } else {
        drawn.grids = met
            .iter()
            .filter_map(|grid| drawn_grid(reference, grid, tile))
            .collect();
    }
    let villages = met.iter().map(|grid| grid.code.village()).collect();
    (drawn, villages)
}

fn drawn_grid(reference: &Reference, grid: &Grid, tile: Tile) -> Option<DrawnGrid> {
    let village = grid.code.village();
    Some(DrawnGrid {
        code: grid.code,
        name: grid.name.clone(),
        village,
        village_name: reference.division_name(village),
        schematic: grid.schematic,
        shape: tile.draw(&grid.boundary)?,
    })
}

/// The divisions whose middle is drawn in the tile.
fn divisions(reference: &Reference, tile: Tile) -> Vec<DrawnDivision> {
    let level = if tile.zoom() < TOWNS_FROM {
        DivisionLevel::County
    } else {
        DivisionLevel::Town
    };
    let mut boxes: BTreeMap<DivisionCode, Bbox> = BTreeMap::new();
    for grid in reference.land.grids.values() {
        let village = grid.code.village();
        let bbox = grid.boundary.bbox();
        boxes
            .entry(village.at(level).unwrap_or(village))
            .and_modify(|all| *all = all.joined(&bbox))
            .or_insert(bbox);
    }
    boxes
        .into_iter()
        .filter_map(|(code, bbox)| {
            Some(DrawnDivision {
                code,
                name: reference.division_name(code),
                at: tile.point(bbox.middle())?,
            })
        })
        .collect()
}

/// The villages, or the fewer divisions above them in which they lie: so many that each can be asked by itself.
fn together(villages: BTreeSet<DivisionCode>) -> BTreeSet<DivisionCode> {
    let mut divisions = villages;
    while divisions.len() > MOST_DIVISIONS {
        let above: BTreeSet<DivisionCode> = divisions
            .iter()
            .map(|code| code.parent().unwrap_or(*code))
            .collect();
        if above == divisions {
            break;
        }
        divisions = above;
    }
    divisions
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn villages(towns: u64, of_each: u64) -> BTreeSet<DivisionCode> {
        (1..=towns)
            .flat_map(|town| (1..=of_each).map(move |village| (town, village)))
            .map(|(town, village)| {
                DivisionCode::parse(&format!("320707{town:03}{village:03}")).unwrap()
            })
            .collect()
    }

    #[test]
    fn few_villages_are_asked_each_by_itself_and_many_by_what_lies_above() {
        let few = villages(2, 6);
        assert_eq!(together(few.clone()), few);
        let towns = together(villages(2, 7));
        let names: Vec<String> = towns.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["320707001000", "320707002000"]);
        let county = together(villages(13, 1));
        let names: Vec<String> = county.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["320707000000"]);
        assert_eq!(together(BTreeSet::new()), BTreeSet::new());
    }
}
