//! What a division sets for itself, as a file: its code, and the document of the API.

use gridwhistle_domain::case::SettingsChange;
use gridwhistle_domain::clock::{Limit, TimeUnit};
use gridwhistle_domain::configuration::Configuration;
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing::WhistleKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fault::{Fault, Faults, Spot};
use super::json;

/// A division and its document.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// 12 digits.
    division: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preset: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<WhistleKind>,
    #[serde(default)]
    settings: SettingsChange,
}

const EXAMPLE: &str =
    r#"{"division": "320707101000", "preset": "pinggu", "settings": {"on_spot_m": 200}}"#;

/// The division and what it is to set for itself. Whether that can be meant is judged where it is put in force; only
/// limits that no clock can measure are found here.
pub fn parse(text: &str) -> Result<(DivisionCode, Configuration), Vec<Fault>> {
    let mut faults = Faults::default();
    let value: Value = json::read(text, EXAMPLE)?;
    impossible_limits(&value, &mut String::new(), &mut faults);
    faults.or(())?;
    let written: Written = json::read(text, EXAMPLE)?;
    let division = DivisionCode::parse(&written.division).map_err(|error| {
        vec![Fault {
            at: Spot::Pointer("/division".to_owned()),
            wrong: error.into(),
        }]
    })?;
    let document = Configuration {
        preset: written.preset,
        kinds: written.kinds,
        settings: written.settings,
    };
    Ok((division, document))
}

/// The same file, written.
pub fn write(
    division: DivisionCode,
    document: &Configuration,
) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Written {
        division: division.to_string(),
        preset: document.preset.clone(),
        kinds: document.kinds.clone(),
        settings: document.settings.clone(),
    })
}

/// Limits that are nothing or longer than ten years, wherever they stand.
fn impossible_limits(value: &Value, at: &mut String, faults: &mut Faults) {
    let length = at.len();
    match value {
        Value::Object(fields) => {
            let unit = fields
                .get("unit")
                .cloned()
                .map(serde_json::from_value::<TimeUnit>);
            let amount = fields.get("amount").and_then(Value::as_u64);
            if let (Some(Ok(unit)), Some(amount)) = (unit, amount) {
                let amount = u32::try_from(amount).unwrap_or(u32::MAX);
                if let Err(wrong) = Limit::new(amount, unit) {
                    faults.add(Spot::Pointer(format!("{at}/amount")), wrong.into());
                }
            }
            for (name, field) in fields {
                at.push('/');
                at.push_str(&name.replace('~', "~0").replace('/', "~1"));
                impossible_limits(field, at, faults);
                at.truncate(length);
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                at.push('/');
                at.push_str(&i.to_string());
                impossible_limits(item, at, faults);
                at.truncate(length);
            }
        }
        _ => {}
    }
}
