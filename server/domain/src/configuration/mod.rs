//! What a town, county or city sets for itself: kinds of whistles and figures, inherited by all below.

mod check;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::case::{Rules, SettingsChange};
use crate::routing::{WhistleKind, preset};

pub use check::{ConfigurationFault, ConfigurationRule};

/// The document of one division. What it does not say holds as in the division above.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Configuration {
    /// One of [`crate::routing::PRESETS`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Own kinds. With a preset, one with the identity of a preset's kind stands in its place and the others come after
    /// them; without one they are all there are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<WhistleKind>,
    pub settings: SettingsChange,
}

impl Configuration {
    /// Whether it says nothing: then everything holds as above.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The kinds that it names; none where those of the division above hold.
    pub fn own_kinds(&self) -> Option<Vec<WhistleKind>> {
        let mut kinds = match &self.preset {
            Some(name) => preset(name).unwrap_or_default(),
            None if self.kinds.is_empty() => return None,
            None => Vec::new(),
        };
        for own in &self.kinds {
            match kinds.iter_mut().find(|kind| kind.id == own.id) {
                Some(kind) => kind.clone_from(own),
                None => kinds.push(own.clone()),
            }
        }
        Some(kinds)
    }

    /// Turns the rules that hold above into those that hold here.
    pub fn apply(&self, rules: &mut Rules) {
        if let Some(kinds) = self.own_kinds() {
            rules.kinds = kinds;
        }
        rules.settings = self.settings.over(&rules.settings);
    }
}
