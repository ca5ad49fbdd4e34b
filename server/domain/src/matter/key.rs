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
            Ok(Self {
                kind,
                code: code.to_owned(),
            })
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn old_event_codes_are_read_as_those_that_replaced_them() {
        let new = |class, minor| MatterKey::from_legacy_event(class, minor).map(|k| k.to_string());
        assert_eq!(new(1, 10).as_deref(), Some("event-06010"));
        assert_eq!(new(4, 5).as_deref(), Some("event-09005"));
        assert_eq!((new(0, 1), new(5, 1), new(1, 100)), (None, None, None));
    }

    #[test]
    fn the_same_code_of_two_kinds_names_two_matters() {
        let event: MatterKey = "event-01001".parse().unwrap();
        let component: MatterKey = "component-01001".parse().unwrap();
        assert_ne!(event, component);
        assert_eq!((event.major(), component.major()), ("01", "01"));
    }

    #[test]
    fn what_names_no_matter_is_refused() {
        for text in [
            "",
            "06010",
            "event-6010",
            "event-060100",
            "event-0601x",
            "matter-06010",
            "event-０６０１０",
        ] {
            assert!(text.parse::<MatterKey>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_key_reads_back_as_written(code in "[0-9]{5}", component in any::<bool>()) {
            let kind = if component { MatterKind::Component } else { MatterKind::Event };
            let key = MatterKey::new(kind, &code).unwrap();
            prop_assert_eq!(key.to_string().parse::<MatterKey>().unwrap(), key);
        }
    }
}
