//! The catalogue: versioned entries, each with its conditions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Condition, ConditionId, MatterKey};
use crate::clock::Date;

/// An entry of a version of the catalogue, in force in [`valid_from`, `valid_to`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// The version that lists it, such as `GB/T 47678.5-2026`.
    pub catalogue: String,
    pub key: MatterKey,
    pub major_code: String,
    pub major_name: String,
    pub name: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

impl Matter {
    pub fn in_force(&self, on: Date) -> bool {
        self.valid_from <= on && self.valid_to.is_none_or(|to| on < to)
    }
}

/// All matters with their conditions, old ones included: old codes stay readable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    matters: BTreeMap<MatterKey, Matter>,
    conditions: BTreeMap<MatterKey, Vec<Condition>>,
}

impl Catalogue {
    /// A catalogue of these entries; of two with one key the later one in force holds.
    pub fn new(
        matters: impl IntoIterator<Item = Matter>,
        conditions: impl IntoIterator<Item = Condition>,
    ) -> Self {
        let mut catalogue = Self::default();
        for matter in matters {
            let newer = catalogue
                .matters
                .get(&matter.key)
                .is_none_or(|known| known.valid_from <= matter.valid_from);
            if newer {
                catalogue.matters.insert(matter.key.clone(), matter);
            }
        }
        for condition in conditions {
            catalogue
                .conditions
                .entry(condition.matter.clone())
                .or_default()
                .push(condition);
        }
        catalogue
    }

    pub fn matter(&self, key: &MatterKey) -> Option<&Matter> {
        self.matters.get(key)
    }

    pub fn in_force(&self, key: &MatterKey, on: Date) -> bool {
        self.matter(key).is_some_and(|m| m.in_force(on))
    }

    /// The conditions of a matter: its own, or the generic one.
    pub fn conditions(&self, key: &MatterKey) -> Vec<Condition> {
        match self.conditions.get(key) {
            Some(own) => own.clone(),
            None => vec![Condition::generic(key)],
        }
    }

    /// The condition with that identity, if its matter is listed.
    pub fn condition(&self, id: &ConditionId) -> Option<Condition> {
        let (matter, _) = id.0.split_once('/')?;
        let key: MatterKey = matter.parse().ok()?;
        self.matter(&key)?;
        self.conditions(&key).into_iter().find(|c| c.id == *id)
    }

    /// All matters, in the order of kind and code.
    pub fn iter(&self) -> impl Iterator<Item = &Matter> {
        self.matters.values()
    }
}
