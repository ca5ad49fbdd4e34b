//! Administrative divisions and their 12-digit codes (GB/T 2260, GB/T 10114).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::names::names;

/// Why a text is no code of a division or a grid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("{text:?} is no code: write exactly {digits} digits")]
    NotDigits { text: String, digits: usize },
    #[error("{0:?} is no division: the first two digits name the province and are not 00")]
    NoProvince(String),
    #[error("{0:?} is no grid: the first twelve digits must name a village, not a higher level")]
    NoVillage(String),
    #[error("{0:?} is no grid: the last three digits count from 001")]
    NoSequence(String),
}

names! {
    /// How deep a division stands: the province above all, the village below all.
    pub enum DivisionLevel {
        Province => "province",
        City => "city",
        County => "county",
        Town => "town",
        Village => "village",
    }
}

impl DivisionLevel {
    /// How many leading digits of a code name a division of this level.
    pub const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::City => 4,
            Self::County => 6,
            Self::Town => 9,
            Self::Village => 12,
        }
    }

    /// The value of one in the last digit of this level, in a code of 12 digits.
    pub(super) const fn unit(self) -> u64 {
        match self {
            Self::Province => 10_000_000_000,
            Self::City => 100_000_000,
            Self::County => 1_000_000,
            Self::Town => 1_000,
            Self::Village => 1,
        }
    }
}

/// The code of a division: 12 digits, 2 of the province, 2 city, 2 county, 3 town, 3 village; the digits
/// below its own level are zero.
///
/// A level may be left out in between: a town of Dongguan (441900 003 000) stands directly under its
/// city. Codes order as their texts do, so everything below a division follows it.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DivisionCode(u64);

impl DivisionCode {
    /// Reads the 12 digits; anything else, or a province of 00, is refused.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let number = digits(text, 12)?;
        if number < DivisionLevel::Province.unit() {
            return Err(CodeError::NoProvince(text.to_owned()));
        }
        Ok(Self(number))
    }

    /// The twelve digits as a number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The caller has made sure of twelve digits and a province.
    pub(super) const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The level of the last group of digits that is not zero.
    pub fn level(self) -> DivisionLevel {
        let mut level = DivisionLevel::Province;
        for &deeper in DivisionLevel::ALL {
            if self.group(deeper) != 0 {
                level = deeper;
            }
        }
        level
    }

    /// The division directly above by the code; a province has none.
    pub fn parent(self) -> Option<Self> {
        let level = self.level();
        DivisionLevel::ALL
            .iter()
            .copied()
            .rev()
            .filter(|above| *above < level)
            .find_map(|above| self.at(above))
    }

    /// The ancestor at a level, or the division itself at its own. None below its own level and where
    /// the code leaves the level out.
    pub fn at(self, level: DivisionLevel) -> Option<Self> {
        (self.group(level) != 0).then(|| Self(self.0 / level.unit() * level.unit()))
    }

    /// Whether `other` is this division or lies below it.
    pub fn contains(self, other: Self) -> bool {
        let unit = self.level().unit();
        self.0 / unit == other.0 / unit
    }

    /// Whether digits 7–9 are 400–599: development zones, farms and the like, which stand in the lists
    /// at the level of towns but are not towns.
    pub fn is_zone(self) -> bool {
        (400..=599).contains(&self.group(DivisionLevel::Town))
    }

    /// The digits that count, 2, 4, 6, 9 or 12 of them: the codes of everything below begin with them.
    pub fn prefix(self) -> String {
        let mut text = self.to_string();
        text.truncate(self.level().digits());
        text
    }

    /// The digits of one level alone.
    pub(super) fn group(self, level: DivisionLevel) -> u64 {
        let size = match level {
            DivisionLevel::Province | DivisionLevel::City | DivisionLevel::County => 100,
            DivisionLevel::Town | DivisionLevel::Village => 1_000,
        };
        self.0 / level.unit() % size
    }
}

/// Exactly so many ASCII digits as a number.
pub(super) fn digits(text: &str, count: usize) -> Result<u64, CodeError> {
    let wrong = || CodeError::NotDigits {
        text: text.chars().take(40).collect(),
        digits: count,
    };
    if text.len() != count || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    text.parse().map_err(|_| wrong())
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl fmt::Debug for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DivisionCode({self})")
    }
}

impl FromStr for DivisionCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for DivisionCode {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        Self::parse(&text)
    }
}

impl From<DivisionCode> for String {
    fn from(code: DivisionCode) -> Self {
        code.to_string()
    }
}

/// What a division was called before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerName {
    pub name: String,
    /// The first instant at which it had the next one.
    pub until: Timestamp,
}

/// 行政区划: a province, city, county, town or village, valid for a period. Mergers and splits end one
/// division and begin others, which name each other as successors and predecessors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Division {
    pub code: DivisionCode,
    pub name: String,
    pub level: DivisionLevel,
    /// As the list says; usually `code.parent()`.
    pub parent: Option<DivisionCode>,
    /// None: since before the records begin.
    pub valid_from: Option<Timestamp>,
    /// The first instant at which it is no longer valid; none: still valid.
    pub valid_to: Option<Timestamp>,
    pub predecessors: Vec<DivisionCode>,
    pub successors: Vec<DivisionCode>,
    /// The names that it had before the present one, by the moment at which each gave way to the next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<FormerName>,
}

impl Division {
    /// Whether the division exists at an instant; the period is half-open.
    pub fn is_valid_at(&self, instant: Timestamp) -> bool {
        self.valid_from.is_none_or(|from| from <= instant)
            && self.valid_to.is_none_or(|to| instant < to)
    }

    /// What it is called at an instant.
    pub fn name_at(&self, instant: Timestamp) -> &str {
        let former = self.former_names.iter().find(|name| instant < name.until);
        former.map_or(&self.name, |former| &former.name)
    }

    /// The same with the name of that instant; names that come later are not told yet.
    #[must_use]
    pub fn as_of(mut self, instant: Timestamp) -> Self {
        self.name = self.name_at(instant).to_owned();
        self.former_names.retain(|name| name.until <= instant);
        self
    }

    /// The moments at which it begins, ends or gets another name.
    pub fn turns(&self) -> impl Iterator<Item = Timestamp> {
        let names = self.former_names.iter().map(|name| name.until);
        self.valid_from
            .into_iter()
            .chain(self.valid_to)
            .chain(names)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> DivisionCode {
        DivisionCode::parse(text).unwrap()
    }

    #[test]
    fn zhewang_stands_below_ganyu_lianyungang_and_jiangsu() {
        let zhewang = code("320707101000");
        assert_eq!(zhewang.level(), DivisionLevel::Town);
        assert_eq!(zhewang.parent(), Some(code("320707000000")));
        assert_eq!(zhewang.at(DivisionLevel::City), Some(code("320700000000")));
        assert_eq!(
            zhewang.at(DivisionLevel::Province),
            Some(code("320000000000"))
        );
        assert_eq!(zhewang.at(DivisionLevel::Town), Some(zhewang));
        assert_eq!(zhewang.at(DivisionLevel::Village), None);
        assert_eq!(zhewang.prefix(), "320707101");
        assert_eq!(code("320000000000").parent(), None);
    }

    #[test]
    fn a_division_contains_itself_and_what_is_below_it_only() {
        let ganyu = code("320707000000");
        assert!(ganyu.contains(ganyu));
        assert!(ganyu.contains(code("320707101201")));
        assert!(!ganyu.contains(code("320706001000")));
        assert!(!code("320707101201").contains(ganyu));
    }

    #[test]
    fn a_town_of_dongguan_stands_directly_under_its_city() {
        let town = code("441900003000");
        assert_eq!(town.level(), DivisionLevel::Town);
        assert_eq!(town.parent(), Some(code("441900000000")));
        assert_eq!(town.at(DivisionLevel::County), None);
        assert!(code("441900000000").contains(town));
    }

    #[test]
    fn zones_are_no_towns() {
        for zone in ["320707400000", "320707402001", "320707599000"] {
            assert!(code(zone).is_zone(), "{zone}");
        }
        for town in [
            "320707101000",
            "320707399000",
            "320707600000",
            "320707000000",
        ] {
            assert!(!code(town).is_zone(), "{town}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in [
            "",
            "3207",
            "320707101",
            "32070710100",
            "3207071010000",
            "32070710100x",
            " 20707101000",
            "+20707101000",
            "３２０７０７１０１０００",
        ] {
            assert!(
                matches!(
                    DivisionCode::parse(text),
                    Err(CodeError::NotDigits { digits: 12, .. })
                ),
                "{text}"
            );
        }
        assert!(matches!(
            DivisionCode::parse("000000000000"),
            Err(CodeError::NoProvince(_))
        ));
        assert!(serde_json::from_str::<DivisionCode>("320707101000").is_err());
    }

    #[test]
    fn a_division_is_valid_from_its_first_instant_to_before_its_last() {
        let division = Division {
            code: code("320707101000"),
            name: "柘汪镇".into(),
            level: DivisionLevel::Town,
            parent: Some(code("320707000000")),
            valid_from: Some(Timestamp::from_micros(10)),
            valid_to: Some(Timestamp::from_micros(20)),
            predecessors: vec![],
            successors: vec![],
            former_names: vec![],
        };
        let valid =
            [9, 10, 19, 20].map(|micros| division.is_valid_at(Timestamp::from_micros(micros)));
        assert_eq!(valid, [false, true, true, false]);
    }

    #[test]
    fn a_division_has_its_old_name_for_its_time() {
        let at = Timestamp::from_micros;
        let renamed = Division {
            code: code("320707101000"),
            name: "柘汪镇".into(),
            level: DivisionLevel::Town,
            parent: None,
            valid_from: None,
            valid_to: None,
            predecessors: vec![],
            successors: vec![],
            former_names: [("柘汪公社", 10), ("柘汪乡", 20)]
                .map(|(name, until)| FormerName {
                    name: name.into(),
                    until: at(until),
                })
                .into(),
        };
        let names = [9, 10, 19, 20].map(|micros| renamed.name_at(at(micros)));
        assert_eq!(names, ["柘汪公社", "柘汪乡", "柘汪乡", "柘汪镇"]);
        let then = renamed.as_of(at(15));
        assert_eq!((then.name.as_str(), then.former_names.len()), ("柘汪乡", 1));
    }

    proptest! {
        #[test]
        fn a_code_reads_back_as_written(number in 10_000_000_000_u64..1_000_000_000_000) {
            let written = DivisionCode::from_number(number).to_string();
            let read = DivisionCode::parse(&written).unwrap();
            prop_assert_eq!(read.number(), number);
            let json = serde_json::to_string(&read).unwrap();
            prop_assert_eq!(&json, &format!("\"{written}\""));
            prop_assert_eq!(serde_json::from_str::<DivisionCode>(&json).unwrap(), read);
        }

        #[test]
        fn every_ancestor_contains_its_descendant_and_begins_its_code(
            number in 10_000_000_000_u64..1_000_000_000_000
        ) {
            let code = DivisionCode::from_number(number);
            let mut above = code.parent();
            while let Some(ancestor) = above {
                prop_assert!(ancestor.contains(code));
                prop_assert!(!code.contains(ancestor));
                prop_assert!(code.to_string().starts_with(&ancestor.prefix()));
                prop_assert!(ancestor.level() < code.level());
                prop_assert!(ancestor < code);
                above = ancestor.parent();
            }
        }
    }
}
