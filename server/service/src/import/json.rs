//! What the formats in JSON share.

use serde::de::DeserializeOwned;

use super::MAX_BYTES;
use super::fault::{Fault, too_large};

/// The whole text as one value; a fault names line and character.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Vec<Fault>> {
    if text.len() > MAX_BYTES {
        return Err(vec![too_large(text.len())]);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let told = error.to_string();
        let place = format!(" at line {line} column {column}");
        vec![Fault {
            line: u64::try_from(line).unwrap_or(u64::MAX),
            column: column.to_string(),
            message: told.strip_suffix(&place).unwrap_or(&told).to_owned(),
        }]
    })
}
