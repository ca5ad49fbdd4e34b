//! Changes of grids as they are asked for, and what is wrong with them.

use serde::{Deserialize, Serialize};

use super::boundary::Boundary;
use super::division::DivisionCode;
use super::grid::{GridCode, GridKind};
use super::position::Position;
use super::validity::{BoundaryFault, BoundaryFaultCode};
use crate::names::names;

/// The most changes that one changeset may hold.
pub const MAX_CHANGES: usize = 5_000;
/// The most grids that are merged into one.
pub const MAX_MERGED: usize = 64;
/// The most characters of a grid's name.
pub const MAX_GRID_NAME: usize = 100;

/// One change of grids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// 新划: land that no grid had.
    Add {
        code: GridCode,
        name: String,
        grid_kind: GridKind,
        boundary: Boundary,
        schematic: bool,
    },
    /// 重划: another boundary, and another name or kind if said.
    Redraw {
        code: GridCode,
        boundary: Boundary,
        name: Option<String>,
        grid_kind: Option<GridKind>,
        schematic: bool,
    },
    /// 拆分 along a line: the first part is what lies to the left of it, seen along it, and what it does not
    /// reach, the second what lies to the right. One of them may keep the code.
    Split {
        code: GridCode,
        line: Vec<Position>,
        parts: [Part; 2],
    },
    /// 合并 of grids of one village that hang together; `into` may be the code of one of them.
    Merge {
        codes: Vec<GridCode>,
        into: GridCode,
        name: String,
    },
    /// 划转: the same land under another village.
    Transfer {
        code: GridCode,
        to: DivisionCode,
        new_code: GridCode,
    },
    /// 撤销: the land goes to the heir, or to nobody.
    Retire {
        code: GridCode,
        heir: Option<GridCode>,
    },
}

/// What a part of a grid is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub code: GridCode,
    pub name: String,
}

impl Change {
    /// The published name of what is done.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Add { .. } => "add",
            Self::Redraw { .. } => "redraw",
            Self::Split { .. } => "split",
            Self::Merge { .. } => "merge",
            Self::Transfer { .. } => "transfer",
            Self::Retire { .. } => "retire",
        }
    }

    /// Every grid that the change names, those before it first.
    pub fn codes(&self) -> Vec<GridCode> {
        match self {
            Self::Add { code, .. } | Self::Redraw { code, .. } => vec![*code],
            Self::Split { code, parts, .. } => {
                vec![*code, parts[0].code, parts[1].code]
            }
            Self::Merge { codes, into, .. } => codes.iter().copied().chain([*into]).collect(),
            Self::Transfer { code, new_code, .. } => vec![*code, *new_code],
            Self::Retire { code, heir } => std::iter::once(*code).chain(*heir).collect(),
        }
    }
}

names! {
    /// Why a changeset is refused.
    pub enum ChangeFaultCode {
        /// More than [`MAX_CHANGES`] changes.
        TooManyChanges => "too_many_changes",
        /// No such grid is in force when the change comes.
        UnknownGrid => "unknown_grid",
        /// No such village.
        UnknownVillage => "unknown_village",
        /// Another grid has the code.
        CodeTaken => "code_taken",
        /// A grid had the code once, and cases keep it: a code is given once.
        CodeSpent => "code_spent",
        /// The code is of another village than the change says.
        WrongVillage => "wrong_village",
        /// No name, or more than [`MAX_GRID_NAME`] characters.
        WrongName => "wrong_name",
        /// Fewer than two grids to merge, the same twice, or more than [`MAX_MERGED`].
        WrongNumber => "wrong_number",
        /// The grids to merge are of different kinds.
        KindsDiffer => "kinds_differ",
        /// A grid to merge touches the others along no edge.
        NotAdjacent => "not_adjacent",
        /// The line has fewer than two positions, or too many.
        WrongLine => "wrong_line",
        LineCrossesItself => "line_crosses_itself",
        /// The line runs nowhere through the grid.
        LineMisses => "line_misses",
        /// The line does not cross the grid from border to border.
        LineDoesNotCross => "line_does_not_cross",
        /// A part would lie on both sides of the line.
        LineTurnsBack => "line_turns_back",
        /// What comes about breaks the rules of boundaries.
        InvalidBoundary => "invalid_boundary",
        /// Two grids would claim the same land.
        Overlap => "overlap",
        /// Land amidst grids would belong to none that did, or lay open, before.
        LeavesAHole => "leaves_a_hole",
    }
}

/// Something wrong with a changeset.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeFault {
    pub code: ChangeFaultCode,
    /// JSON pointer (RFC 6901) into the list of changes, such as `/0/right/code`.
    pub pointer: String,
    /// The grids that it is about.
    pub grids: Vec<GridCode>,
    /// The place on the map, where there is one.
    pub at: Option<Position>,
    /// Which rule of boundaries is broken, with `invalid_boundary`.
    pub boundary: Option<BoundaryFaultCode>,
    /// Square metres, with `overlap` and `leaves_a_hole`.
    pub area_m2: Option<f64>,
}

impl ChangeFault {
    pub(super) fn new(code: ChangeFaultCode, pointer: impl Into<String>, grid: GridCode) -> Self {
        Self {
            code,
            pointer: pointer.into(),
            grids: vec![grid],
            at: None,
            boundary: None,
            area_m2: None,
        }
    }

    pub(super) fn at(mut self, at: Position) -> Self {
        self.at = Some(at);
        self
    }

    /// The faults of a boundary that came about by a change.
    pub(super) fn of_boundary(
        found: Vec<BoundaryFault>,
        pointer: &str,
        grid: GridCode,
    ) -> Vec<Self> {
        found
            .into_iter()
            .map(|fault| Self {
                at: fault.at,
                boundary: Some(fault.code),
                ..Self::new(ChangeFaultCode::InvalidBoundary, pointer, grid)
            })
            .collect()
    }
}
