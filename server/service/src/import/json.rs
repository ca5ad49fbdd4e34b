//! What the formats in JSON share.

use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::MAX_BYTES;
use super::fault::{Fault, Spot, Wrong, too_large};

/// The whole text as one value of the shape that the example shows; a fault names line and character.
pub(super) fn read<T: DeserializeOwned>(
    text: &str,
    example: &'static str,
) -> Result<T, Vec<Fault>> {
    if text.len() > MAX_BYTES {
        return Err(vec![too_large(text.len())]);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).map_err(|error| {
        vec![Fault {
            at: Spot::Character {
                line: error.line(),
                column: error.column(),
            },
            wrong: match error.classify() {
                Category::Data => Wrong::JsonShape { example },
                Category::Eof => Wrong::JsonEnds,
                Category::Syntax | Category::Io => Wrong::JsonSyntax,
            },
        }]
    })
}
