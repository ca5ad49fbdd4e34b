//! Grids, the smallest pieces of the map, and their 15-digit codes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::boundary::Boundary;
use super::division::{CodeError, DivisionCode, DivisionLevel, digits};
use crate::clock::Timestamp;
use crate::names::names;

/// The code of a grid: the 12 digits of its village and 3 that count from 001.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GridCode(u64);

impl GridCode {
    /// How many grids a village can have.
    pub const PER_VILLAGE: u16 = 999;

    /// Reads the 15 digits; the first twelve must name a village.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let number = digits(text, 15)?;
        let village = DivisionCode::parse(&text[..12])?;
        if village.level() != DivisionLevel::Village {
            return Err(CodeError::NoVillage(text.to_owned()));
        }
        if number % 1_000 == 0 {
            return Err(CodeError::NoSequence(text.to_owned()));
        }
        Ok(Self(number))
    }

    /// The grid of a village with a sequence number from 1 to 999.
    pub fn new(village: DivisionCode, sequence: u16) -> Result<Self, CodeError> {
        Self::parse(&format!("{village}{sequence:03}"))
    }

    pub const fn village(self) -> DivisionCode {
        DivisionCode::from_number(self.0 / 1_000)
    }

    /// The last three digits.
    pub const fn sequence(self) -> u16 {
        (self.0 % 1_000) as u16
    }

    /// The fifteen digits as a number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for GridCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:015}", self.0)
    }
}

impl fmt::Debug for GridCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GridCode({self})")
    }
}

impl FromStr for GridCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for GridCode {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        Self::parse(&text)
    }
}

impl From<GridCode> for String {
    fn from(code: GridCode) -> Self {
        code.to_string()
    }
}

names! {
    /// What a grid is made for.
    pub enum GridKind {
        /// 综合网格
        General => "general",
        /// 专属网格: a park, a school, a hospital.
        Dedicated => "dedicated",
        /// 微网格
        Micro => "micro",
    }
}

/// 网格: belongs to exactly one village, and has its boundary for a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    pub code: GridCode,
    pub name: String,
    pub kind: GridKind,
    pub boundary: Boundary,
    /// 示意边界: drawn to show, not surveyed; every screen that shows the boundary says so.
    pub schematic: bool,
    pub valid_from: Timestamp,
    /// The first instant at which it is no longer valid; none: still valid.
    pub valid_to: Option<Timestamp>,
}

impl Grid {
    /// Whether the grid exists at an instant; the period is half-open.
    pub fn is_valid_at(&self, instant: Timestamp) -> bool {
        self.valid_from <= instant && self.valid_to.is_none_or(|to| instant < to)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_grid_names_its_village() {
        let grid = GridCode::parse("320707101201002").unwrap();
        assert_eq!(grid.village().to_string(), "320707101201");
        assert_eq!(grid.sequence(), 2);
        assert_eq!(GridCode::new(grid.village(), 2).unwrap(), grid);
    }

    #[test]
    fn a_grid_of_a_town_or_without_a_number_is_refused() {
        assert!(matches!(
            GridCode::parse("320707101000001"),
            Err(CodeError::NoVillage(_))
        ));
        assert!(matches!(
            GridCode::parse("320707101201000"),
            Err(CodeError::NoSequence(_))
        ));
        for text in ["", "320707101201", "32070710120100a", "三二〇七〇"] {
            assert!(
                matches!(
                    GridCode::parse(text),
                    Err(CodeError::NotDigits { digits: 15, .. })
                ),
                "{text}"
            );
        }
        let village = DivisionCode::parse("320707101201").unwrap();
        assert!(GridCode::new(village, 0).is_err());
        assert!(GridCode::new(village, 1_000).is_err());
    }

    proptest! {
        #[test]
        fn a_code_reads_back_as_written(village in 1_u64..1_000, sequence in 1_u16..1_000) {
            let village = DivisionCode::from_number(320_707_101_000 + village);
            let grid = GridCode::new(village, sequence).unwrap();
            prop_assert_eq!(grid.village(), village);
            prop_assert_eq!(grid.sequence(), sequence);
            prop_assert_eq!(GridCode::parse(&grid.to_string()).unwrap(), grid);
        }
    }
}
