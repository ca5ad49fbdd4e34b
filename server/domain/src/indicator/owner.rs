//! Whose figures they are.

use crate::names::names;
use crate::place::{DivisionCode, DivisionLevel, GridCode};
use crate::routing::UnitCode;

/// Whose figures they are: everybody's, a place's, or a unit's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    All,
    /// A division with all below it.
    Division(DivisionCode),
    Grid(GridCode),
    Unit(UnitCode),
    /// A kind of whistle, by its identity.
    Kind(String),
    /// The grid from which whistles were blown.
    BlowerGrid(GridCode),
    /// The command centre of a division alone, without those below it.
    Centre(DivisionCode),
}

names! {
    /// Into what figures are broken down.
    pub enum Grouping {
        Province => "province",
        City => "city",
        County => "county",
        Town => "town",
        Village => "village",
        Grid => "grid",
        Unit => "unit",
        Kind => "kind",
        BlowerGrid => "blower_grid",
        Centre => "centre",
    }
}

names! {
    /// By which codes of divisions figures are read.
    pub enum Codes {
        /// As the cases say, which keep their codes.
        Then => "then",
        /// Everything counts for the division that its own has become by today.
        Now => "now",
    }
}

impl Grouping {
    /// The level of divisions, unless grids, units or centres are asked for.
    pub const fn level(self) -> Option<DivisionLevel> {
        match self {
            Self::Province => Some(DivisionLevel::Province),
            Self::City => Some(DivisionLevel::City),
            Self::County => Some(DivisionLevel::County),
            Self::Town => Some(DivisionLevel::Town),
            Self::Village => Some(DivisionLevel::Village),
            Self::Grid | Self::Unit | Self::Kind | Self::BlowerGrid | Self::Centre => None,
        }
    }
}
