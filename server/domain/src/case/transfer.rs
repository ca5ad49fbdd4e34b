//! The centres through which a case goes (升级, 下派): one number, one history, one owner at a time.

use serde::{Deserialize, Serialize};

use super::state::Case;
use crate::access::ActorRef;
use crate::clock::Timestamp;
use crate::names::names;
use crate::place::{DivisionCode, DivisionLevel};

/// After so many transfers the centre above the owner decides, once and for all.
pub const BOUNCES: usize = 3;

names! {
    /// In which direction a case was passed on.
    pub enum TransferKind {
        /// 升级
        Escalated => "escalated",
        /// 下派
        Delegated => "delegated",
    }
}

/// One passing on of the case. From and to are the same where the centre above let it stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    pub kind: TransferKind,
    pub at: Timestamp,
    pub by: ActorRef,
    pub from: DivisionCode,
    pub to: DivisionCode,
    pub reason: String,
    /// The centre above has decided: it stays there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
}

/// What one centre had of a case is another's, since divisions or boundaries changed: no transfer, nobody passed it on.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succeeded {
    pub from: DivisionCode,
    pub to: DivisionCode,
}

/// The division whose command centre stands above another's; none above the city's.
pub fn centre_above(centre: DivisionCode) -> Option<DivisionCode> {
    centre
        .parent()
        .filter(|code| code.level() != DivisionLevel::Province)
}

impl Case {
    /// The centre that received the report.
    pub fn received_by(&self) -> DivisionCode {
        self.transfers.first().map_or(self.centre, |t| t.from)
    }

    /// The centre that had the case at a moment, as it was known just before `end`; in place of one that another has
    /// succeeded to, that one.
    pub fn centre_at(&self, moment: Timestamp, end: Timestamp) -> DivisionCode {
        let had = self
            .transfers
            .iter()
            .find(|t| t.at > moment || t.at >= end)
            .map_or(self.centre, |t| t.from);
        self.successions.iter().fold(had, |centre, succeeded| {
            if centre == succeeded.from {
                succeeded.to
            } else {
                centre
            }
        })
    }

    /// Where the case lies: its village, or where none is known the lowest division whose centre has had it, the last
    /// of several.
    pub fn ground(&self) -> DivisionCode {
        let centres = self.transfers.iter().map(|t| t.to);
        let lowest = std::iter::once(self.received_by())
            .chain(centres)
            .max_by_key(|code| code.level());
        self.place.village.or(lowest).unwrap_or(self.centre)
    }

    /// Whether it was passed on so often that the centre above decides.
    pub const fn has_bounced(&self) -> bool {
        self.transfers.len() >= BOUNCES
    }

    /// Whether the centre above has decided who has it.
    pub fn is_settled_where_it_is(&self) -> bool {
        self.transfers.last().is_some_and(|t| t.last)
    }
}
