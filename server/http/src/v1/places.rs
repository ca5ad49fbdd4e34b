//! `/grids`, `/locate`.

use gridwhistle_domain::access::Operation;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{
    Crs as DomainCrs, DivisionCode, Grid as DomainGrid, GridCode, Located, Position, to_wgs84,
};
use gridwhistle_service::Reference;
use poem_openapi::param::{Path, Query};
use poem_openapi::types::Any;
use poem_openapi::{Object, OpenApi};
use serde_json::Value;

use super::names::{Crs, GridKind};
use super::page::{Here, pages};
use super::views::Named;
use super::{Tag, When, moment, parsed, parsed_maybe, when};
use crate::answer::{Answer, Listed};
use crate::auth::Caller;
use crate::fail::ReadFail;
use crate::messages::Message;
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// Places.
pub struct Places(pub(super) State);

/// A grid.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct Grid {
    /// 15 digits: the village's 12 and a sequence.
    code: String,
    name: String,
    kind: GridKind,
    village: Named,
    /// 示意边界: drawn for demonstration, not surveyed.
    schematic: bool,
    valid_from: When,
    valid_to: Option<When>,
    /// A point inside, for a label: longitude, latitude.
    label: Vec<f64>,
    /// GeoJSON geometry; in lists only when asked for.
    boundary: Option<Any<Value>>,
    /// 前身: what it came from; only of a single grid.
    predecessors: Option<Vec<RelatedGrid>>,
    /// 后继: what came from it; only of a single grid.
    successors: Option<Vec<RelatedGrid>>,
}

/// A grid that another one came from or became, and when.
#[derive(Debug, Object)]
struct RelatedGrid {
    grid: Named,
    at: When,
}

pages! {
    /// A page of grids.
    GridPage of Grid;
}

/// The boundaries that a grid has had.
#[derive(Debug, Object)]
struct GridHistory {
    items: Vec<Grid>,
}

/// The grid of a point, or the nearest one.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct LocatedPoint {
    /// Absent when the point lies in no grid.
    grid: Option<Named>,
    village: Option<Named>,
    town: Option<Named>,
    /// When outside: the nearest grid and how far away it is.
    nearest: Option<NearGrid>,
    /// Grids that the circle of accuracy touches, the nearest first.
    candidates: Vec<NearGrid>,
    /// The point in WGS 84.
    lon: f64,
    lat: f64,
}

/// A grid near a point.
#[derive(Debug, Object)]
struct NearGrid {
    grid: Named,
    distance_m: f64,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Places")]
impl Places {
    /// Grids in force in a division, now or at a moment, by code.
    #[oai(path = "/grids", method = "get", operation_id = "list_grids")]
    #[expect(clippy::too_many_arguments, reason = "each is a published filter")]
    async fn grids(
        &self,
        here: Here,
        caller: Caller,
        /// 12 digits.
        division: Query<Option<String>>,
        /// With boundaries.
        boundary: Query<Option<bool>>,
        /// The moment, past or to come; now unless said.
        at: Query<Option<When>>,
        /// Code of the last grid of the page before.
        cursor: Query<Option<String>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "2000")))] limit: Query<
            Option<usize>,
        >,
    ) -> Result<Listed<GridPage>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let within: Option<DivisionCode> = parsed_maybe("division", division.0.as_ref())?;
        let after: Option<GridCode> = parsed_maybe("cursor", cursor.0.as_ref())?;
        let limit = limit.0.unwrap_or(200);
        let reference = self.0.service.reference();
        let then = at.0.map(|at| reference.land.at(moment(at)));
        let with_boundary = boundary.0.unwrap_or_default();
        let now = reference.land.grids.values().filter(|_| then.is_none());
        let mut items: Vec<Grid> = then
            .iter()
            .flatten()
            .chain(now)
            .filter(|g| after.is_none_or(|code| g.code > code))
            .filter(|g| within.is_none_or(|division| division.contains(g.code.village())))
            .take(limit + 1)
            .map(|g| self.grid_view(g, with_boundary))
            .collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|g| g.code.clone());
        Ok(here.page(items, next))
    }

    /// A grid with its boundary, what it came from and what came from it; one that is in force no more as it last was.
    #[oai(path = "/grids/:code", method = "get", operation_id = "get_grid")]
    async fn grid(&self, caller: Caller, code: Path<String>) -> Result<Answer<Grid>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let code: GridCode = parsed("code", &code.0)?;
        let mut grid = self.grid_or_former(code).await?;
        let relatives = self
            .0
            .service
            .relatives(code)
            .await
            .map_err(Refusal::from)?;
        let related = |pairs: Vec<(GridCode, Timestamp)>| {
            let pairs = pairs.into_iter().map(|pair| self.related(pair));
            pairs.collect::<Vec<_>>()
        };
        grid.predecessors = Some(related(relatives.predecessors));
        grid.successors = Some(related(relatives.successors));
        Ok(Answer(grid))
    }

    /// The boundaries that a grid has had, oldest first.
    #[oai(
        path = "/grids/:code/history",
        method = "get",
        operation_id = "grid_history"
    )]
    async fn history(
        &self,
        caller: Caller,
        code: Path<String>,
    ) -> Result<Answer<GridHistory>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let code: GridCode = parsed("code", &code.0)?;
        let past = self
            .0
            .service
            .grid_history(code)
            .await
            .map_err(Refusal::from)?;
        if past.is_empty() {
            return Err(Refusal::not_found().into());
        }
        Ok(Answer(GridHistory {
            items: past.iter().map(|g| self.grid_view(g, true)).collect(),
        }))
    }

    /// Which grid does a point lie in? Exactly one, also on a shared border, and always the same.
    #[oai(path = "/locate", method = "get", operation_id = "locate")]
    async fn locate(
        &self,
        caller: Caller,
        #[oai(validator(minimum(value = "-180"), maximum(value = "180")))] lon: Query<f64>,
        #[oai(validator(minimum(value = "-90"), maximum(value = "90")))] lat: Query<f64>,
        crs: Query<Option<Crs>>,
        /// Metres; grids within it become candidates.
        #[oai(validator(minimum(value = "0"), maximum(value = "10000")))]
        accuracy: Query<Option<f64>>,
    ) -> Result<Answer<LocatedPoint>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let system = crs.0.map_or(DomainCrs::Wgs84, DomainCrs::from);
        let at = to_wgs84(lon.0, lat.0, system)
            .and_then(|(lon, lat)| Position::new(lon, lat))
            .map_err(|_| {
                let faults = ["lon", "lat"].map(|name| {
                    let message = Message::new("wrong-not-on-the-globe");
                    Fault::parameter(name, "not_on_the_globe", message)
                });
                Refusal::new(Code::InvalidParameter).faults(faults)
            })?;
        let reference = self.0.service.reference();
        let (inside, nearest) = match reference.land.locator.locate(at) {
            Located::In(code) => (Some(code), None),
            Located::Outside { nearest } => (None, nearest),
        };
        let near = |n: &gridwhistle_domain::place::Nearest| NearGrid {
            grid: self.grid_name(n.grid),
            distance_m: n.distance_m,
        };
        let candidates = accuracy
            .0
            .map(|metres| {
                reference
                    .land
                    .locator
                    .near(at, metres)
                    .iter()
                    .map(near)
                    .collect()
            })
            .unwrap_or_default();
        let division = |code: DivisionCode| Named {
            code: code.to_string(),
            name: reference.division_name(code),
        };
        Ok(Answer(LocatedPoint {
            grid: inside.map(|code| self.grid_name(code)),
            village: inside.map(|code| division(code.village())),
            town: inside.map(|code| division(gridwhistle_service::Reference::centre_of(code))),
            nearest: nearest.as_ref().map(near),
            candidates,
            lon: at.lon(),
            lat: at.lat(),
        }))
    }
}

impl Places {
    fn grid_name(&self, code: GridCode) -> Named {
        Named {
            code: code.to_string(),
            name: self.0.service.reference().land.grid_name(code),
        }
    }

    fn grid_view(&self, g: &DomainGrid, boundary: bool) -> Grid {
        Grid::of(&self.0.service.reference(), g, boundary)
    }

    /// A grid as it stands, or as it last was.
    async fn grid_or_former(&self, code: GridCode) -> Result<Grid, Refusal> {
        if let Some(found) = self.0.service.reference().land.grids.get(&code) {
            return Ok(self.grid_view(found, true));
        }
        let past = self.0.service.grid_history(code).await?;
        let last = past.last().ok_or_else(Refusal::not_found)?;
        Ok(self.grid_view(last, true))
    }

    fn related(&self, (code, at): (GridCode, Timestamp)) -> RelatedGrid {
        RelatedGrid {
            grid: self.grid_name(code),
            at: when(at),
        }
    }
}

impl Grid {
    /// A grid in words, with its boundary if asked for.
    pub(super) fn of(reference: &Reference, g: &DomainGrid, boundary: bool) -> Self {
        let label = g.boundary.label_point();
        Self {
            code: g.code.to_string(),
            name: g.name.clone(),
            kind: g.kind.into(),
            village: Named {
                code: g.code.village().to_string(),
                name: reference.division_name(g.code.village()),
            },
            schematic: g.schematic,
            valid_from: when(g.valid_from),
            valid_to: g.valid_to.map(when),
            label: vec![label.lon(), label.lat()],
            boundary: boundary.then(|| Any(g.boundary.to_geojson())),
            predecessors: None,
            successors: None,
        }
    }
}
