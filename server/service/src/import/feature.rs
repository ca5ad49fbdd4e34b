//! A feature as a grid: which properties say what, and what is refused.

use gridwhistle_domain::place::{Boundary, Crs, GridCode, GridKind};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::fault::{Faults, Spot, Wrong, WrongGrid};
use super::sequence::{EXAMPLE, Raw};
use super::table::one_of;

/// What the properties of the features are called, and what holds where they say nothing.
#[derive(Clone, Debug)]
pub struct Fields {
    /// The property with the 15 digits, as a text or a number.
    pub code: String,
    pub name: String,
    /// Of features without a property `kind`; such features are refused where none is given.
    pub kind: Option<GridKind>,
    /// Of features without a property `schematic`, likewise.
    pub schematic: Option<bool>,
    /// In which system the coordinates are meant.
    pub crs: Crs,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            code: "code".to_owned(),
            name: "name".to_owned(),
            kind: None,
            schematic: None,
            crs: Crs::Wgs84,
        }
    }
}

/// A grid as a file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewGrid {
    pub code: GridCode,
    pub name: String,
    pub kind: GridKind,
    pub schematic: bool,
    pub boundary: Boundary,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: String,
    properties: Option<Map<String, Value>>,
    geometry: Option<Value>,
    coordinate_system: Option<String>,
}

/// The grid of a feature; what is wrong is noted. The amounts of rings and positions are looked at before their places.
pub(super) fn read(raw: &Raw<'_>, fields: &Fields, faults: &mut Faults) -> Option<NewGrid> {
    let mut reading = Reading { raw, faults };
    let feature: Feature = match serde_json::from_slice(raw.bytes) {
        Ok(feature) => feature,
        Err(error) => {
            let wrong = if error.is_data() {
                Wrong::JsonShape { example: EXAMPLE }
            } else {
                Wrong::JsonSyntax
            };
            let below = u64::try_from(error.line()).unwrap_or_default();
            reading.fault_at(raw.line + below.saturating_sub(1), "", wrong);
            return None;
        }
    };
    if feature.kind != "Feature" {
        let text = feature.kind.chars().take(100).collect();
        reading.fault("/type", WrongGrid::NoFeature { text }.into());
        return None;
    }
    reading.check_system(feature.coordinate_system.as_deref(), fields.crs);
    let boundary = reading.boundary(feature.geometry.as_ref(), fields.crs);
    let Some(properties) = &feature.properties else {
        reading.fault("/properties", Wrong::PropertiesMissing);
        return None;
    };
    let code = reading.text(properties, &fields.code, |text| {
        GridCode::parse(text).map_err(Wrong::from)
    });
    let name = reading.text(properties, &fields.name, name);
    let kind = match (properties.get("kind"), fields.kind) {
        (None | Some(Value::Null), Some(kind)) => Some(kind),
        _ => reading.text(properties, "kind", |text| {
            one_of(text, GridKind::ALL, GridKind::as_str)
        }),
    };
    let schematic = reading.schematic(properties, fields.schematic);
    Some(NewGrid {
        code: code?,
        name: name?,
        kind: kind?,
        schematic: schematic?,
        boundary: boundary?,
    })
}

/// At most 100 characters without control characters.
fn name(text: &str) -> Result<String, Wrong> {
    let fits = !text.trim().is_empty() && text.chars().count() <= 100;
    if fits && !text.chars().any(char::is_control) {
        Ok(text.trim().to_owned())
    } else {
        Err(Wrong::NoName)
    }
}

/// A feature that is being read.
struct Reading<'f> {
    raw: &'f Raw<'f>,
    faults: &'f mut Faults,
}

impl Reading<'_> {
    /// A feature that names its system must not be taken for one in another.
    fn check_system(&mut self, named: Option<&str>, meant: Crs) {
        let Some(named) = named else { return };
        if named.parse::<Crs>() != Ok(meant) {
            let text = named.chars().take(100).collect();
            self.fault("/coordinate_system", WrongGrid::OtherSystem { text }.into());
        }
    }

    fn boundary(&mut self, geometry: Option<&Value>, crs: Crs) -> Option<Boundary> {
        let Some(geometry) = geometry else {
            self.fault("/geometry", Wrong::GeometryMissing);
            return None;
        };
        match Boundary::from_geojson_in(geometry, crs) {
            Ok(boundary) => Some(boundary),
            Err(found) => {
                for fault in found {
                    let pointer = format!("/geometry{}", fault.pointer);
                    self.fault(&pointer, WrongGrid::Boundary(fault).into());
                }
                None
            }
        }
    }

    fn text<T>(
        &mut self,
        properties: &Map<String, Value>,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let value = match properties.get(name) {
            Some(Value::String(text)) => read(text),
            // Codes of digits alone are numbers for many programs.
            Some(Value::Number(number)) if number.is_u64() => read(&number.to_string()),
            _ => Err(Wrong::TextMissing),
        };
        let pointer = format!("/properties/{}", name.replace('~', "~0").replace('/', "~1"));
        value.map_err(|wrong| self.fault(&pointer, wrong)).ok()
    }

    fn schematic(&mut self, properties: &Map<String, Value>, unsaid: Option<bool>) -> Option<bool> {
        let said = match properties.get("schematic") {
            None | Some(Value::Null) => unsaid,
            // Formats without a type for yes and no make numbers of it.
            Some(Value::Number(number)) => match number.as_u64() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Some(value) => value.as_bool(),
        };
        if said.is_none() {
            self.fault("/properties/schematic", Wrong::FlagMissing);
        }
        said
    }

    fn fault(&mut self, pointer: &str, wrong: Wrong) {
        self.fault_at(self.raw.line, pointer, wrong);
    }

    fn fault_at(&mut self, line: u64, pointer: &str, wrong: Wrong) {
        let at = Spot::Feature {
            line,
            feature: self.raw.ordinal,
            pointer: pointer.to_owned(),
        };
        self.faults.add(at, wrong);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::fault::Fault;
    use super::*;

    fn read_text(text: &str) -> Result<Option<NewGrid>, Vec<Fault>> {
        let raw = Raw {
            bytes: text.as_bytes(),
            line: 7,
            ordinal: 3,
        };
        let mut faults = Faults::default();
        let grid = read(&raw, &Fields::default(), &mut faults);
        faults.or(grid)
    }

    #[test]
    fn each_property_that_is_wrong_is_named_with_the_line_of_its_feature() {
        let text = r#"{"type": "Feature", "properties":
            {"code": "320707101000001", "name": "", "kind": "big"}, "geometry": null}"#;
        let faults = read_text(text).unwrap_err();
        let found: Vec<(&str, &Wrong)> = faults
            .iter()
            .map(|fault| match &fault.at {
                Spot::Feature {
                    line: 7,
                    feature: 3,
                    pointer,
                } => (pointer.as_str(), &fault.wrong),
                other => panic!("{other:?}"),
            })
            .collect();
        let village = Wrong::NoVillage {
            text: "320707101000001".to_owned(),
        };
        assert_eq!(
            found[..3],
            [
                ("/geometry", &Wrong::GeometryMissing),
                ("/properties/code", &village),
                ("/properties/name", &Wrong::NoName),
            ]
        );
        let places: Vec<&str> = found[3..].iter().map(|(place, _)| *place).collect();
        assert_eq!(places, ["/properties/kind", "/properties/schematic"]);
    }

    #[test]
    fn a_feature_that_is_cut_off_anywhere_is_refused() {
        let text = r#"{"type":"Feature","properties":{"code":"320707101201001","name":"一","kind":"general","schematic":true},"geometry":{"type":"Polygon","coordinates":[[[119,34],[119.1,34],[119.1,34.1],[119,34]]]}}"#;
        assert_eq!(read_text(text).unwrap().unwrap().name, "一");
        for (end, _) in text.char_indices() {
            assert!(read_text(&text[..end]).is_err(), "{end}");
        }
    }
}
