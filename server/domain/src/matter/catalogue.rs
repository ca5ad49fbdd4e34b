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

/// All matters of all versions with their conditions: old codes stay readable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    /// The versions of each key by the day they came into force; never an empty list.
    matters: BTreeMap<MatterKey, Vec<Matter>>,
    conditions: BTreeMap<MatterKey, Vec<Condition>>,
}

impl Catalogue {
    /// A catalogue of these entries in any order. The same key may stand in several versions.
    pub fn new(
        matters: impl IntoIterator<Item = Matter>,
        conditions: impl IntoIterator<Item = Condition>,
    ) -> Self {
        let mut catalogue = Self::default();
        for matter in matters {
            let versions = catalogue.matters.entry(matter.key.clone()).or_default();
            let at = versions.partition_point(|known| known.valid_from <= matter.valid_from);
            versions.insert(at, matter);
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

    /// The latest entry of that key, in force or not.
    pub fn matter(&self, key: &MatterKey) -> Option<&Matter> {
        self.matters.get(key)?.last()
    }

    /// The entry of that key in force on a day; of two versions the later one.
    pub fn matter_on(&self, key: &MatterKey, on: Date) -> Option<&Matter> {
        let versions = self.matters.get(key)?;
        versions.iter().rev().find(|matter| matter.in_force(on))
    }

    pub fn in_force(&self, key: &MatterKey, on: Date) -> bool {
        self.matter_on(key, on).is_some()
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
        let key = id.matter()?;
        self.matter(&key)?;
        self.conditions(&key).into_iter().find(|c| c.id == *id)
    }

    /// The latest entry of every key, in the order of kind and code.
    pub fn iter(&self) -> impl Iterator<Item = &Matter> {
        self.matters.values().filter_map(|versions| versions.last())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::clock::Limit;
    use crate::matter::{MatterKind, Step};

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn matter(catalogue: &str, code: &str, from: &str, to: Option<&str>) -> Matter {
        Matter {
            catalogue: catalogue.to_owned(),
            key: MatterKey::new(MatterKind::Event, code).unwrap(),
            major_code: code[..2].to_owned(),
            major_name: "市容环境类".to_owned(),
            name: format!("{code} {catalogue}"),
            valid_from: day(from),
            valid_to: to.map(day),
        }
    }

    #[test]
    fn an_old_version_stays_readable_and_in_force_for_its_own_days() {
        let old = matter("2013", "06010", "2014-12-01", Some("2026-07-01"));
        let new = matter("2026", "06010", "2026-07-01", None);
        let key = new.key.clone();
        for order in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
            let catalogue = Catalogue::new(order, []);
            assert_eq!(catalogue.matter(&key), Some(&new));
            assert_eq!(catalogue.matter_on(&key, day("2026-06-30")), Some(&old));
            assert_eq!(catalogue.matter_on(&key, day("2026-07-01")), Some(&new));
            assert!(!catalogue.in_force(&key, day("2014-11-30")));
            assert_eq!(catalogue.iter().count(), 1);
        }
    }

    #[test]
    fn of_two_versions_in_force_the_later_one_holds() {
        let old = matter("2013", "06010", "2014-12-01", None);
        let new = matter("2026", "06010", "2026-07-01", None);
        let catalogue = Catalogue::new([new.clone(), old.clone()], []);
        let on = |text| catalogue.matter_on(&new.key, day(text));
        assert_eq!(on("2026-07-01"), Some(&new));
        assert_eq!(on("2026-06-30"), Some(&old));
    }

    #[test]
    fn a_matter_without_conditions_of_its_own_has_the_generic_one() {
        let listed = matter("2026", "06010", "2026-07-01", None);
        let catalogue = Catalogue::new([listed.clone()], []);
        let [generic] = &catalogue.conditions(&listed.key)[..] else {
            panic!("one condition")
        };
        assert_eq!(generic.id.to_string(), "event-06010/0");
        assert_eq!(generic.steps[0].limit, Limit::working_days(5));
        assert!(generic.provisional && !generic.emergency && !generic.self_handle);
        assert_eq!(
            catalogue.condition(&generic.id).as_ref(),
            Some(generic),
            "it can be registered"
        );
    }

    #[test]
    fn a_matter_with_conditions_of_its_own_has_no_generic_one() {
        let listed = matter("2026", "06010", "2026-07-01", None);
        let own = Condition {
            id: ConditionId::new(&listed.key, 1),
            steps: vec![Step {
                limit: Limit::working_hours(4),
                ..Condition::generic(&listed.key).steps.remove(0)
            }],
            provisional: false,
            ..Condition::generic(&listed.key)
        };
        let catalogue = Catalogue::new([listed.clone()], [own.clone()]);
        assert_eq!(
            catalogue.conditions(&listed.key),
            std::slice::from_ref(&own)
        );
        assert_eq!(catalogue.condition(&own.id), Some(own));
        let generic = ConditionId::new(&listed.key, 0);
        assert_eq!(catalogue.condition(&generic), None);
    }

    #[test]
    fn what_is_not_listed_has_no_condition() {
        let catalogue = Catalogue::new([matter("2026", "06010", "2026-07-01", None)], []);
        for id in [
            "event-06011/0",
            "component-06010/0",
            "06010/0",
            "event-06010",
            "",
        ] {
            assert_eq!(
                catalogue.condition(&ConditionId(id.to_owned())),
                None,
                "{id}"
            );
        }
    }
}
