//! The demo's places: the real divisions of Ganyu district, its towns' villages and schematic grids.

use std::collections::BTreeMap;

use anyhow::Context;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{
    Boundary, DivisionCode, DivisionLevel, Extent, Grid, GridCode, GridKind, GridsPerVillage,
    Position, schematic_district,
};
use gridwhistle_service::{Reference, import};
use gridwhistle_store::{ListNote, Store};
use rand::Rng;
use rand::rngs::SmallRng;

use crate::messages::say;

/// 连云港市, whose command centre is the last on the way up.
pub const CITY: &str = "320700000000";
/// Ganyu district.
pub const COUNTY: &str = "320707000000";
/// 柘汪镇, in which most of the accounts work.
pub const TOWN: &str = "320707101000";
/// 响石村, the village of the worker whom people log in as.
pub const VILLAGE: &str = "320707101203";

/// A town with its villages, for drawing places.
pub struct Town {
    pub code: DivisionCode,
    pub name: String,
    pub villages: Vec<Village>,
}

/// A village with its grids.
pub struct Village {
    pub code: DivisionCode,
    /// As people say it: 响石村, not 响石村委会.
    pub name: String,
    pub grids: Vec<GridCode>,
}

/// Stores the reference data that ships with the program and divides the district into grids that
/// are valid from `since` on.
pub async fn found(store: &Store, grids: Option<usize>, since: Timestamp) -> anyhow::Result<()> {
    let bundle = import::bundle::ganyu()
        .map_err(|faults| crate::import::refused(&say("shipped-data"), &faults))?;
    let note = ListNote {
        why: say("shipped-data"),
        ..ListNote::unexplained(since)
    };
    import::bundle::put(store, &bundle, &note).await?;
    import::bundle::put_demo_registers(store, &note).await?;
    let names: BTreeMap<DivisionCode, &str> = bundle
        .divisions
        .iter()
        .map(|d| (d.code, d.name.as_str()))
        .collect();
    let is_town = |code: DivisionCode| code.level() == DivisionLevel::Town && !code.is_zone();
    let towns: Vec<(DivisionCode, Vec<DivisionCode>)> = names
        .keys()
        .filter(|code| is_town(**code))
        .map(|town| {
            let villages = names
                .keys()
                .filter(|code| code.level() == DivisionLevel::Village && town.contains(**code));
            (*town, villages.copied().collect())
        })
        .collect();
    let wanted = grids.map_or(GridsPerVillage::Between(2, 4), GridsPerVillage::Total);
    let district = schematic_district(&towns, Extent::GANYU, wanted)
        .with_context(|| say("demo-too-many-grids"))?;
    let grids = district
        .into_iter()
        .map(|(code, boundary)| Grid {
            code,
            name: format!(
                "{}第{}网格",
                names
                    .get(&code.village())
                    .map_or_else(String::new, |name| spoken(name)),
                code.sequence()
            ),
            kind: GridKind::General,
            boundary,
            schematic: true,
            valid_from: since,
            valid_to: None,
        })
        .collect();
    Ok(store.put_grids(grids).await?)
}

/// The towns as the reference data has them.
pub fn towns(reference: &Reference) -> Vec<Town> {
    let mut grids: BTreeMap<DivisionCode, Vec<GridCode>> = BTreeMap::new();
    for code in reference.land.grids.keys() {
        grids.entry(code.village()).or_default().push(*code);
    }
    let mut towns: BTreeMap<DivisionCode, Town> = BTreeMap::new();
    for (code, grids) in grids {
        let Some(town) = code.at(DivisionLevel::Town) else {
            continue;
        };
        let village = Village {
            code,
            name: spoken(&reference.division_name(code)),
            grids,
        };
        towns
            .entry(town)
            .or_insert_with(|| Town {
                code: town,
                name: reference.division_name(town),
                villages: Vec::new(),
            })
            .villages
            .push(village);
    }
    towns.into_values().collect()
}

/// A point inside a boundary, drawn evenly.
pub fn point_in(boundary: &Boundary, rng: &mut SmallRng) -> Position {
    let bbox = boundary.bbox();
    for _ in 0..64 {
        let lon = rng.random_range(bbox.south_west.lon()..=bbox.north_east.lon());
        let lat = rng.random_range(bbox.south_west.lat()..=bbox.north_east.lat());
        if let Ok(at) = Position::new(lon, lat)
            && boundary.contains(at)
            && !boundary.is_on_border(at)
        {
            return at;
        }
    }
    boundary.label_point()
}

/// A position at most so many metres away, near enough to the truth at this latitude.
pub fn near(at: Position, metres: f64, rng: &mut SmallRng) -> Position {
    const METRES_A_DEGREE: f64 = 111_320.0;
    let reach = metres / METRES_A_DEGREE / std::f64::consts::SQRT_2;
    let lon = at.lon() + rng.random_range(-reach..=reach);
    let lat = at.lat() + rng.random_range(-reach..=reach);
    Position::new(lon, lat).unwrap_or(at)
}

/// The name of a village as people say it.
fn spoken(name: &str) -> String {
    let community = name.strip_suffix("居委会");
    let village = name
        .strip_suffix("委会")
        .filter(|rest| rest.ends_with('村'));
    community.or(village).unwrap_or(name).to_owned()
}
