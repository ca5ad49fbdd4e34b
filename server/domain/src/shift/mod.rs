//! Who is on duty where: shifts of centres and units, and how one hands over to the next (交接班).

mod handover;
mod roster;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::place::DivisionCode;
use crate::routing::UnitCode;

pub use handover::{Handover, HandoverRule, OpenItem, Signature, hand_over, take_over};
pub use roster::{LONGEST_SHIFT_HOURS, ShiftFault, ShiftRule, shift_faults};

/// Where somebody is on duty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Desk {
    /// The command centre of a division.
    Centre(DivisionCode),
    Unit(UnitCode),
}

impl std::fmt::Display for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Centre(code) => write!(f, "{code}"),
            Self::Unit(code) => write!(f, "{code}"),
        }
    }
}

impl From<&str> for Desk {
    /// The codes of divisions have 12 digits, those of units a hyphen.
    fn from(text: &str) -> Self {
        match DivisionCode::parse(text) {
            Ok(code) => Self::Centre(code),
            Err(_) => Self::Unit(UnitCode(text.to_owned())),
        }
    }
}

impl Serialize for Desk {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Desk {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self::from(text.as_str()))
    }
}

/// A shift: who leads, who answers the telephone, from when until before when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyShift {
    pub id: Uuid,
    pub desk: Desk,
    pub from: Timestamp,
    /// The first moment at which it is over.
    pub to: Timestamp,
    /// 带班领导, by name.
    pub leader: String,
    /// 值班员, by name.
    pub officer: String,
    /// The telephone of the desk.
    pub telephone: String,
}

impl DutyShift {
    /// Whether it is on at that moment.
    pub fn is_on(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.to
    }

    /// Whether both are on at some moment, at one desk.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.desk == other.desk && self.from < other.to && other.from < self.to
    }

    /// Whether somebody of that name is on it.
    pub fn names(&self, name: &str) -> bool {
        self.leader == name || self.officer == name
    }
}

/// Who is on duty at a desk at a moment; nobody where no shift says so.
pub fn duty_now<'a>(
    shifts: impl IntoIterator<Item = &'a DutyShift>,
    desk: &Desk,
    now: Timestamp,
) -> Option<&'a DutyShift> {
    shifts
        .into_iter()
        .find(|shift| shift.desk == *desk && shift.is_on(now))
}
