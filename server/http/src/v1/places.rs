//! `/grids`, `/locate`, `/boundary-changes`.

use gridwhistle_domain::access::Operation;
use gridwhistle_domain::place::{
    Crs as DomainCrs, DivisionCode, Grid as DomainGrid, GridCode, Located, Position, to_wgs84,
};
use gridwhistle_service::{BoundaryChange, GridChange};
use poem_openapi::param::{Path, Query};
use poem_openapi::types::Any;
use poem_openapi::{Object, OpenApi};
use serde_json::Value;

use super::names::{Crs, GridKind};
use super::page::{Here, pages};
use super::views::Named;
use super::{Tag, When, parsed, parsed_maybe, when};
use crate::answer::{Answer, Listed};
use crate::auth::Caller;
use crate::body::Body;
use crate::fail::{CreateFail, ReadFail};
use crate::messages::Message;
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// Places.
pub struct Places(pub(super) State);

/// A grid.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct Grid {
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

/// Boundaries to be put in force, all or none.
#[derive(Debug, Object)]
struct NewBoundaries {
    #[oai(validator(min_length = 1, max_length = 500))]
    reason: String,
    /// Only check.
    #[oai(default)]
    dry_run: bool,
    /// GeoJSON features.
    #[oai(validator(min_items = 1, max_items = 5000))]
    features: Vec<GridFeature>,
}

/// A GeoJSON feature: a polygon or several, and what the grid is called.
#[derive(Debug, Object)]
struct GridFeature {
    /// `Feature`
    #[oai(rename = "type", validator(pattern = "^Feature$"))]
    kind: String,
    properties: GridProperties,
    geometry: Any<Value>,
}

/// Properties of a grid's feature.
#[derive(Debug, Object)]
struct GridProperties {
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    code: String,
    #[oai(validator(min_length = 1, max_length = 60))]
    name: String,
    kind: Option<GridKind>,
    /// 示意边界
    #[oai(default)]
    schematic: bool,
}

/// What a change of boundaries did, or would do.
#[derive(Debug, Object)]
struct BoundaryChanged {
    /// How many grids differ from before.
    changed: usize,
    dry_run: bool,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Places")]
impl Places {
    /// Grids in force in a division, by code.
    #[oai(path = "/grids", method = "get", operation_id = "list_grids")]
    async fn grids(
        &self,
        here: Here,
        caller: Caller,
        /// 12 digits.
        division: Query<Option<String>>,
        /// With boundaries.
        boundary: Query<Option<bool>>,
        /// Code of the last grid of the page before.
        cursor: Query<Option<String>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "2000")))] limit: Query<
            Option<usize>,
        >,
    ) -> Result<Listed<GridPage>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let at: Option<DivisionCode> = parsed_maybe("division", division.0.as_ref())?;
        let after: Option<GridCode> = parsed_maybe("cursor", cursor.0.as_ref())?;
        let limit = limit.0.unwrap_or(200);
        let reference = self.0.service.reference();
        let with_boundary = boundary.0.unwrap_or_default();
        let mut items: Vec<Grid> = reference
            .grids
            .values()
            .filter(|g| after.is_none_or(|code| g.code > code))
            .filter(|g| at.is_none_or(|at| at.contains(g.code.village())))
            .take(limit + 1)
            .map(|g| self.grid_view(g, with_boundary))
            .collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|g| g.code.clone());
        Ok(here.page(items, next))
    }

    /// A grid with its boundary.
    #[oai(path = "/grids/:code", method = "get", operation_id = "get_grid")]
    async fn grid(&self, caller: Caller, code: Path<String>) -> Result<Answer<Grid>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let code: GridCode = parsed("code", &code.0)?;
        let reference = self.0.service.reference();
        let found = reference.grids.get(&code).ok_or_else(Refusal::not_found)?;
        Ok(Answer(self.grid_view(found, true)))
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
        let (inside, nearest) = match reference.locator.locate(at) {
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

    /// Put boundaries in force: checked as a whole against each other and their neighbours.
    #[oai(
        path = "/boundary-changes",
        method = "post",
        operation_id = "change_boundaries"
    )]
    async fn change(
        &self,
        caller: Caller,
        body: Body<NewBoundaries>,
    ) -> Result<Answer<BoundaryChanged>, CreateFail> {
        let Body(new) = body;
        let mut grids = Vec::with_capacity(new.features.len());
        for (i, feature) in new.features.into_iter().enumerate() {
            let code = GridCode::parse(&feature.properties.code).map_err(|_| {
                let pointer = format!("/features/{i}/properties/code");
                Refusal::new(Code::InvalidBody).fault(Fault::field(
                    pointer,
                    "unknown_grid",
                    Message::new("wrong-unknown-grid"),
                ))
            })?;
            grids.push(GridChange {
                code,
                name: feature.properties.name,
                kind: feature
                    .properties
                    .kind
                    .map_or(gridwhistle_domain::place::GridKind::General, Into::into),
                schematic: feature.properties.schematic,
                geometry: feature.geometry.0,
            });
        }
        let change = BoundaryChange {
            reason: new.reason,
            grids,
            dry_run: new.dry_run,
        };
        let changed = self
            .0
            .service
            .change_boundaries(&caller.0.actor, change)
            .await
            .map_err(Refusal::from)?;
        Ok(Answer(BoundaryChanged {
            changed,
            dry_run: new.dry_run,
        }))
    }
}

impl Places {
    fn grid_name(&self, code: GridCode) -> Named {
        let reference = self.0.service.reference();
        Named {
            code: code.to_string(),
            name: reference
                .grids
                .get(&code)
                .map_or_else(|| code.to_string(), |g| g.name.clone()),
        }
    }

    fn grid_view(&self, g: &DomainGrid, boundary: bool) -> Grid {
        let reference = self.0.service.reference();
        let label = g.boundary.label_point();
        Grid {
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
        }
    }
}
