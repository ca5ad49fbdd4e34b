//! 区划调整 as it is asked for: divisions that merge, move, get other codes or names, and what is wrong with it.

use serde::{Deserialize, Serialize};

use super::division::DivisionCode;
use crate::names::names;

/// The most changes that one changeset of divisions may hold.
pub const MAX_DIVISION_CHANGES: usize = 200;
/// The most divisions that are merged into one.
pub const MAX_DIVISIONS_MERGED: usize = 64;
/// The most characters of a division's name.
pub const MAX_DIVISION_NAME: usize = 100;

/// One change of divisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DivisionChange {
    /// 更名: the code stays, and the old name for its time.
    Rename { code: DivisionCode, name: String },
    /// 合并 of divisions that stand side by side; `into` is one of them, which goes on, or a new code beside them.
    Merge {
        from: Vec<DivisionCode>,
        into: DivisionCode,
        name: String,
        /// Other codes for what lies below than those that follow by themselves.
        renumbering: Vec<Renumbering>,
    },
    /// 划转: the same division below the one beside its own, such as a village under another town of the county.
    Transfer {
        code: DivisionCode,
        to: DivisionCode,
        /// Other codes for it, and for what lies below, than those that follow by themselves.
        renumbering: Vec<Renumbering>,
    },
    /// 变更代码, such as of a county that becomes a district (撤县设区): the same place under another code.
    Recode {
        code: DivisionCode,
        to: DivisionCode,
        renumbering: Vec<Renumbering>,
    },
}

/// Which code a division gets whose own is bound to what it lay below.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renumbering {
    pub old: DivisionCode,
    pub new: DivisionCode,
}

impl DivisionChange {
    /// The published name of what is done.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Rename { .. } => "rename",
            Self::Merge { .. } => "merge",
            Self::Transfer { .. } => "transfer",
            Self::Recode { .. } => "recode",
        }
    }

    /// Every division that the change names, those before it first; without the renumbered ones.
    pub fn codes(&self) -> Vec<DivisionCode> {
        match self {
            Self::Rename { code, .. } => vec![*code],
            Self::Merge { from, into, .. } => {
                let new = Some(*into).filter(|into| !from.contains(into));
                from.iter().copied().chain(new).collect()
            }
            Self::Transfer { code, to, .. } | Self::Recode { code, to, .. } => vec![*code, *to],
        }
    }

    /// Which codes are said.
    pub fn renumbering(&self) -> &[Renumbering] {
        match self {
            Self::Rename { .. } => &[],
            Self::Merge { renumbering, .. }
            | Self::Transfer { renumbering, .. }
            | Self::Recode { renumbering, .. } => renumbering,
        }
    }

    /// The divisions that are no longer what they were: everything below them follows.
    pub(super) fn touched(&self) -> &[DivisionCode] {
        match self {
            Self::Rename { code, .. } | Self::Transfer { code, .. } | Self::Recode { code, .. } => {
                std::slice::from_ref(code)
            }
            Self::Merge { from, .. } => from,
        }
    }
}

names! {
    /// Why a changeset of divisions is refused.
    pub enum DivisionFaultCode {
        /// More than [`MAX_DIVISION_CHANGES`] changes.
        TooManyChanges => "too_many_changes",
        /// No such division.
        UnknownDivision => "unknown_division",
        /// It has ended, or is not there yet, when the change comes.
        EndedDivision => "ended_division",
        /// Provinces and cities do not change here, and divisions of different levels do not merge.
        WrongLevel => "wrong_level",
        /// The divisions stand below different ones, or not below the one that is meant.
        OtherParent => "other_parent",
        /// The code is of another level, or of another division above.
        WrongCode => "wrong_code",
        /// Fewer than two divisions to merge, the same twice, or more than [`MAX_DIVISIONS_MERGED`].
        WrongNumber => "wrong_number",
        /// A division has the code, or had it, and cases keep it: a code is given once.
        CodeTaken => "code_taken",
        /// No name, more than [`MAX_DIVISION_NAME`] characters, a semicolon or what cannot be printed.
        WrongName => "wrong_name",
        /// Nothing would be other than it is.
        NothingChanges => "nothing_changes",
        /// Another change of the set is about the division, about one above it or about one below.
        ChangedTwice => "changed_twice",
        /// A renumbered division is not among those whose codes change, or stands twice.
        UnknownRenumbering => "unknown_renumbering",
        /// All numbers below the division are given.
        NoFreeNumber => "no_free_number",
        /// A division would come from itself.
        PredecessorCycle => "predecessor_cycle",
    }
}

/// Something wrong with a changeset of divisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DivisionFault {
    pub code: DivisionFaultCode,
    /// JSON pointer (RFC 6901) into the list of changes, such as `/0/from/1`.
    pub pointer: String,
    /// The divisions that it is about.
    pub divisions: Vec<DivisionCode>,
}

impl DivisionFault {
    pub(super) fn new(
        code: DivisionFaultCode,
        pointer: impl Into<String>,
        division: DivisionCode,
    ) -> Self {
        Self {
            code,
            pointer: pointer.into(),
            divisions: vec![division],
        }
    }
}

/// Whether a division can be called so.
pub(super) fn is_name(name: &str) -> bool {
    let printed = !name.chars().any(|c| c.is_control() || c == ';');
    printed && !name.trim().is_empty() && name.chars().count() <= MAX_DIVISION_NAME
}
