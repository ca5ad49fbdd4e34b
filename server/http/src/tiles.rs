//! `/tiles/{z}/{x}/{y}.mvt`: the map as vector tiles (Mapbox Vector Tile 2.1, Mercator of the web).
//!
//! Layers, each only where it has something: `grids` (`code`, `name`, `village`, `village_name`, `schematic`) as land;
//! before zoom 9 `divisions` (`code`, `name`) as points instead; from zoom 12 `cases` (`number`, `stage`, `matter`,
//! `overdue`) as points, as far as the caller sees them.
//!
//! The land is the same for all and is kept as long as it stays as it is and there is room; cases are read each time.

mod kept;

use std::sync::Arc;

use fast_mvt::{
    MvtError, MvtGeometry, MvtLayerBuilder, MvtResult, MvtTileBuilder, MvtValueRef as Tag,
};
use gridwhistle_domain::access::Operation;
use gridwhistle_domain::place::{DEEPEST_ZOOM, Tile, TileError};
use gridwhistle_service::{DrawnCase, DrawnDivision, DrawnGrid, Land};
use poem::http::{StatusCode, header};
use poem::{Request, Response};

use kept::{Drawn, Kept};

use crate::auth;
use crate::messages::Message;
use crate::mount::Methods;
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// The media type of a vector tile.
pub const MVT: &str = "application/vnd.mapbox-vector-tile";

/// So many bytes of drawn land are kept.
const ROOM: usize = 32 * 1024 * 1024;

/// The address of a tile, for whoever has a session or a key.
pub fn page(state: &State) -> Methods {
    let state = state.clone();
    let kept = Arc::new(Kept::within(ROOM));
    Methods::new().get(poem::endpoint::make(move |request: Request| {
        let (state, kept) = (state.clone(), kept.clone());
        async move { answer(&state, &kept, &request).await }
    }))
}

async fn answer(state: &State, kept: &Arc<Kept>, request: &Request) -> poem::Result<Response> {
    let caller = auth::caller(request).await?;
    let tile = asked(request)?;
    state.may(&caller, Operation::ReadReference)?;
    let land = land(state, kept, tile).await?;
    let cases = state.service.drawn_cases(&caller, tile).await;
    let drawn = with_cases(land, &cases.map_err(Refusal::from)?).map_err(Refusal::internal)?;
    Ok(Response::builder()
        .status(StatusCode::OK)
        .content_type(MVT)
        .header(header::ETAG, drawn.tag)
        // What is in it depends on who asks; a browser asks each time whether it holds it still.
        .header(header::CACHE_CONTROL, "private, no-cache")
        .header(header::VARY, "Authorization")
        .body(drawn.bytes))
}

/// The land of a tile, which does not depend on who asks: as it was kept, or drawn now.
async fn land(state: &State, kept: &Arc<Kept>, tile: Tile) -> Result<Drawn, Refusal> {
    let reference = state.service.reference();
    let key = (tile, reference.land_stamp());
    if let Some(drawn) = kept.get(&key) {
        return Ok(drawn);
    }
    let kept = kept.clone();
    let drawing = move || -> Result<Drawn, String> {
        // Somebody further up in the line may have asked for the same.
        if let Some(drawn) = kept.get(&key) {
            return Ok(drawn);
        }
        let drawn = Drawn::of(encoded(&reference.land_in(tile)).map_err(|e| e.to_string())?);
        kept.put(key, drawn.clone());
        Ok(drawn)
    };
    let drawn = state.service.drawing.run(drawing).await?;
    drawn.map_err(Refusal::internal)
}

/// The tile of the address.
fn asked(request: &Request) -> Result<Tile, Refusal> {
    let part = |name| request.raw_path_param(name).unwrap_or_default();
    let row = part("y")
        .strip_suffix(".mvt")
        .ok_or_else(|| Refusal::new(Code::NoSuchRoute))?;
    Tile::parse(part("z"), part("x"), row).map_err(|error| no_tile(&error))
}

fn no_tile(error: &TileError) -> Refusal {
    let (axis, code, message) = match error {
        TileError::NotANumber { axis } => {
            (*axis, "not_a_number", Message::new("tile-not-a-number"))
        }
        TileError::TooDeep => {
            let message = Message::new("tile-too-deep").with("most", i64::from(DEEPEST_ZOOM));
            ("z", "too_deep", message)
        }
        TileError::OffTheGlobe { axis, most } => {
            let message = Message::new("tile-off-the-globe").with("most", i64::from(*most));
            (*axis, "off_the_globe", message)
        }
    };
    Refusal::new(Code::InvalidParameter).fault(Fault::parameter(axis, code, message))
}

fn encoded(land: &Land) -> Result<Vec<u8>, MvtError> {
    let tile = MvtTileBuilder::new();
    let tile = layer(tile, "grids", &land.grids, grid)?;
    let tile = layer(tile, "divisions", &land.divisions, division)?;
    Ok(tile.encode())
}

/// The land with the cases of one caller above it. A tile is written as one layer after the other, so that what follows
/// it is a part of it.
fn with_cases(land: Drawn, cases: &[DrawnCase]) -> Result<Drawn, MvtError> {
    if cases.is_empty() {
        return Ok(land);
    }
    let above = layer(MvtTileBuilder::new(), "cases", cases, case)?.encode();
    Ok(Drawn::of([&land.bytes[..], &above].concat()))
}

/// The tile with a further layer, unless that would be empty.
fn layer<T>(
    tile: MvtTileBuilder,
    name: &str,
    items: &[T],
    put: fn(MvtLayerBuilder, &T) -> MvtResult<MvtLayerBuilder>,
) -> MvtResult<MvtTileBuilder> {
    if items.is_empty() {
        return Ok(tile);
    }
    let mut layer = tile.layer(name)?;
    for item in items {
        layer = put(layer, item)?;
    }
    Ok(layer.end())
}

fn grid(layer: MvtLayerBuilder, grid: &DrawnGrid) -> MvtResult<MvtLayerBuilder> {
    let mut feature = layer.feature(&MvtGeometry::MultiPolygon(grid.shape.clone()))?;
    feature
        .id(Some(grid.code.number()))
        .tag_ref("code", Tag::String(&grid.code.to_string()))?
        .tag_ref("name", Tag::String(&grid.name))?
        .tag_ref("village", Tag::String(&grid.village.to_string()))?
        .tag_ref("village_name", Tag::String(&grid.village_name))?
        .tag_ref("schematic", Tag::Bool(grid.schematic))?;
    Ok(feature.end())
}

fn division(layer: MvtLayerBuilder, division: &DrawnDivision) -> MvtResult<MvtLayerBuilder> {
    let mut feature = layer.feature(&MvtGeometry::Point(division.at.into()))?;
    feature
        .id(Some(division.code.number()))
        .tag_ref("code", Tag::String(&division.code.to_string()))?
        .tag_ref("name", Tag::String(&division.name))?;
    Ok(feature.end())
}

fn case(layer: MvtLayerBuilder, case: &DrawnCase) -> MvtResult<MvtLayerBuilder> {
    let mut feature = layer.feature(&MvtGeometry::Point(case.at.into()))?;
    feature
        .tag_ref("number", Tag::String(&case.number))?
        .tag_ref("stage", Tag::String(case.stage.as_str()))?
        .tag_ref("overdue", Tag::Bool(case.overdue))?;
    if let Some(matter) = &case.matter {
        feature.tag_ref("matter", Tag::String(matter))?;
    }
    Ok(feature.end())
}
