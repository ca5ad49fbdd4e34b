//! What names a matter: 01001 exists in both kinds, so the kind belongs to the key.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::names::names;

names! {
    /// 事项 happen, 部件 stand about.
    pub enum MatterKind {
        /// 事件
        Event => "event",
        /// 部件
        Component => "component",
    }
}

/// Kind and five-digit code of a matter, written `event-06010`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MatterKey {
    pub kind: MatterKind,
    pub code: String,
}

/// A text that names no matter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a matter: write the kind (event, component), a hyphen and five digits")]
pub struct MatterKeyError(pub String);

impl MatterKey {
    /// The key, if the code has five digits.
    pub fn new(kind: MatterKind, code: &str) -> Result<Self, MatterKeyError> {
        if code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self { kind, code: code.to_owned() })
        } else {
            Err(MatterKeyError(format!("{kind}-{code}")))
        }
    }

    /// The first two digits: the major class.
    pub fn major(&self) -> &str {
        self.code.get(..2).unwrap_or_default()
    }

    /// The event of GB/T 47678.5 that replaced a 2+2-digit event code of GB/T 30428.2-2013.
    ///
    /// Classes 01–04 map by (class + 5), "0", minor: 01-10 → 06010. `None` for other classes.
    pub fn from_legacy_event(class: u8, minor: u8) -> Option<Self> {
        ((1..=4).contains(&class) && minor <= 99).then(|| Self {
            kind: MatterKind::Event,
            code: format!("{:02}0{minor:02}", class + 5),
        })
    }
}

impl fmt::Display for MatterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.kind, self.code)
    }
}

impl FromStr for MatterKey {
    type Err = MatterKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || MatterKeyError(text.to_owned());
        let (kind, code) = text.split_once('-').ok_or_else(wrong)?;
        Self::new(kind.parse().map_err(|_| wrong())?, code)
    }
}
