//! Grids as a `GeoJSON` `FeatureCollection` (RFC 7946, longitude and latitude in CGCS2000/WGS 84).

use gridwhistle_domain::place::{GridCode, GridKind};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::fault::{Fault, Faults, Spot, Wrong};
use super::json;
use super::table::one_of;
use crate::GridChange;

#[derive(Deserialize)]
struct Collection {
    #[serde(rename = "type")]
    kind: String,
    features: Vec<Value>,
}

const EXAMPLE: &str = r#"{"type": "FeatureCollection", "features": []}"#;

/// The grids of a file. Each feature has the properties `code`, `name`, `kind` and `schematic` and
/// a geometry, whose rules are checked when the boundaries are put in force.
pub fn parse(text: &str) -> Result<Vec<GridChange>, Vec<Fault>> {
    let collection: Collection = json::read(text, EXAMPLE)?;
    let mut faults = Faults::default();
    if collection.kind != "FeatureCollection" {
        let text = collection.kind;
        faults.add(
            Spot::Pointer("/type".to_owned()),
            Wrong::NoCollection { text },
        );
    }
    let mut grids = Vec::with_capacity(collection.features.len());
    for (index, feature) in collection.features.into_iter().enumerate() {
        grids.extend(grid(feature, &format!("/features/{index}"), &mut faults));
    }
    faults.or(grids)
}

fn grid(mut feature: Value, pointer: &str, faults: &mut Faults) -> Option<GridChange> {
    let geometry = feature.get_mut("geometry").map(Value::take);
    let geometry = geometry.filter(|geometry| !geometry.is_null());
    if geometry.is_none() {
        let at = Spot::Pointer(format!("{pointer}/geometry"));
        faults.add(at, Wrong::GeometryMissing);
    }
    let Some(Value::Object(properties)) = feature.get("properties") else {
        let at = Spot::Pointer(format!("{pointer}/properties"));
        faults.add(at, Wrong::PropertiesMissing);
        return None;
    };
    let mut read = Properties {
        of: properties,
        pointer,
        faults,
    };
    let code = read.text("code", |text| GridCode::parse(text).map_err(Wrong::from));
    let name = read.text("name", name);
    let kind = read.text("kind", |text| one_of(text, GridKind::ALL, GridKind::as_str));
    let schematic = read.flag("schematic");
    Some(GridChange {
        code: code?,
        name: name?,
        kind: kind?,
        schematic: schematic?,
        geometry: geometry?,
    })
}

/// At most 100 characters without control characters.
pub(super) fn name(text: &str) -> Result<String, Wrong> {
    let fits = !text.trim().is_empty() && text.chars().count() <= 100;
    if fits && !text.chars().any(char::is_control) {
        Ok(text.trim().to_owned())
    } else {
        Err(Wrong::NoName)
    }
}

/// The properties of one feature.
struct Properties<'f> {
    of: &'f Map<String, Value>,
    pointer: &'f str,
    faults: &'f mut Faults,
}

impl Properties<'_> {
    fn text<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<T> {
        let text = self.of.get(name).and_then(Value::as_str);
        match text.map_or_else(|| Err(Wrong::TextMissing), read) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.fault(name, wrong);
                None
            }
        }
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        let flag = self.of.get(name).and_then(Value::as_bool);
        if flag.is_none() {
            self.fault(name, Wrong::FlagMissing);
        }
        flag
    }

    fn fault(&mut self, name: &str, wrong: Wrong) {
        let at = Spot::Pointer(format!("{}/properties/{name}", self.pointer));
        self.faults.add(at, wrong);
    }
}
