//! What a map shows in a tile: the grids, or the divisions that stand for them, and the cases.

use std::collections::BTreeMap;

use gridwhistle_domain::access::{Actor, Operation, may_use};
use gridwhistle_domain::case::{Case, Stage};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{
    Bbox, DivisionCode, DivisionLevel, Grid, GridCode, Tile, TileShape,
};
use gridwhistle_store::{CaseFilter, Within};

use crate::{Reference, Service, ServiceError};

/// From this zoom on grids are drawn; before it, towns stand for them.
const GRIDS_FROM: u8 = 9;
/// From this zoom on towns stand for grids; before it, counties.
const TOWNS_FROM: u8 = 7;
/// Where more grids than these meet a tile, divisions stand for them at any zoom.
const MOST_GRIDS: usize = 3_000;

/// From this zoom on cases are drawn.
const CASES_FROM: u8 = 12;
/// How many open cases are drawn in a tile, the newest.
const MOST_CASES: u64 = 1_200;

/// The land in a tile: the same for all who may look at places, as long as [`Reference::land_stamp`] is the same. Shapes
/// and points are in units of the tile.
#[derive(Clone, Debug, PartialEq)]
pub struct Land {
    /// By code.
    pub grids: Vec<DrawnGrid>,
    /// Instead of grids, where these would be too small or too many to see; by code.
    pub divisions: Vec<DrawnDivision>,
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
    /// The open cases that a map shows in a tile to this caller, as far as he sees them, the newest first; none where
    /// cases are not shown to him, or not at this zoom. At most 1,200.
    pub async fn drawn_cases(
        &self,
        actor: &Actor,
        tile: Tile,
    ) -> Result<Vec<DrawnCase>, ServiceError> {
        let now = self.clock.now();
        if tile.zoom() < CASES_FROM || !may_use(actor, Operation::ReadCases, now) {
            return Ok(Vec::new());
        }
        let filter = CaseFilter {
            within: Some(Within {
                boxes: vec![tile.reach()],
                unplaced: false,
            }),
            open: Some(true),
            limit: MOST_CASES,
            ..CaseFilter::default()
        };
        let page = self.cases(actor, filter).await?;
        let reference = self.reference();
        let drawn = page.items.iter();
        Ok(drawn
            .filter_map(|case| drawn_case(case, &reference, tile, now))
            .collect())
    }
}

/// A case as it is drawn in the tile, if it is.
fn drawn_case(case: &Case, reference: &Reference, tile: Tile, now: Timestamp) -> Option<DrawnCase> {
    let at = tile.point(case.place.position?)?;
    let matter = case.matter.as_ref();
    let matter = matter.and_then(|key| reference.rules.catalogue.matter(key));
    Some(DrawnCase {
        number: case.number.clone(),
        stage: case.stage,
        matter: matter.map(|matter| matter.name.clone()),
        overdue: case.is_overdue(now),
        at,
    })
}

impl Reference {
    /// The land of a tile: the grids that meet it, at most 3,000, or the divisions that stand for them.
    ///
    /// Cutting thousands of boundaries takes its time: to be called in a [`crate::Line`].
    pub fn land_in(&self, tile: Tile) -> Land {
        let near = tile.zoom() >= GRIDS_FROM;
        let met = near.then(|| self.land.locator.meeting(&tile.reach()));
        match met {
            Some(codes) if codes.len() <= MOST_GRIDS => Land {
                grids: codes
                    .iter()
                    .filter_map(|code| drawn_grid(self, self.land.grids.get(code)?, tile))
                    .collect(),
                divisions: Vec::new(),
            },
            _ => Land {
                grids: Vec::new(),
                divisions: divisions(self, tile),
            },
        }
    }
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
