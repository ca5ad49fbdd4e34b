//! What is put right when a boundary is read, told to whoever sent it.

use serde::Serialize;

use crate::names::names;

names! {
    /// What was put right. Nothing of it changes the land by more than a centimetre.
    pub enum BoundaryNoticeCode {
        /// A coordinate had more than seven decimals.
        Rounded => "rounded",
        /// A position repeated the one before and was dropped.
        RepeatedPoint => "repeated_point",
        /// An outer ring ran clockwise, or a hole counter-clockwise.
        RingTurned => "ring_turned",
    }
}

/// Something that was put right in one ring of a boundary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BoundaryNotice {
    pub code: BoundaryNoticeCode,
    /// A JSON pointer (RFC 6901) within the geometry: to the first position concerned, or to the ring if it
    /// was turned.
    pub pointer: String,
    /// How many positions were rounded or dropped; 1 for a ring that was turned.
    pub count: usize,
}

impl BoundaryNotice {
    /// None if there is no place in the ring where it happened.
    pub(super) fn in_ring(code: BoundaryNoticeCode, ring: &str, places: &[usize]) -> Option<Self> {
        let first = places.first()?;
        let pointer = match code {
            BoundaryNoticeCode::RingTurned => ring.to_owned(),
            BoundaryNoticeCode::Rounded | BoundaryNoticeCode::RepeatedPoint => {
                format!("{ring}/{first}")
            }
        };
        Some(Self {
            code,
            pointer,
            count: places.len(),
        })
    }
}
