//! Drafts: what was begun and not sent. None is ever lost.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a draft is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Of {
    Report,
    Action {
        case_id: String,
        number: String,
        action: String,
        /// The assignment or whistle, if it is of one.
        part: Option<String>,
    },
}

/// Something begun. Its id is the idempotency key of the request that it will become, and for a
/// report the case's own id: sending it twice makes one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub id: uuid::Uuid,
    /// Whose it is: drafts of others are not shown.
    pub username: String,
    pub server: String,
    #[serde(flatten)]
    pub of: Of,
    /// Field name to what stands in it.
    pub fields: Map<String, Value>,
    pub updated_at: chrono::DateTime<chrono::FixedOffset>,
    /// The connection broke while it was being sent: the server may have it.
    #[serde(default)]
    pub maybe_sent: bool,
}

impl Draft {
    /// The first words of its text, for the list.
    pub fn title(&self) -> String {
        ["text", "reason", "note", "result"]
            .iter()
            .find_map(|k| {
                self.fields
                    .get(*k)
                    .and_then(Value::as_str)
                    .filter(|t| !t.trim().is_empty())
            })
            .unwrap_or_default()
            .replace('\n', " ")
    }
}
