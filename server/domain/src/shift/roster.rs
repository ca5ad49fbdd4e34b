//! Whether a shift can stand in the roster.

use super::DutyShift;
use crate::clock::Timestamp;
use crate::names::names;

/// A shift has 72 hours at most: nobody is on duty for longer at a stretch.
pub const LONGEST_SHIFT_HOURS: i64 = 72;

const MICROS_AN_HOUR: i64 = 3_600_000_000;

names! {
    /// The rules of a roster, by their published names.
    pub enum ShiftRule {
        /// It ends after it begins.
        EndsTooEarly => "shift_ends_too_early",
        /// Nobody is on duty for so long.
        TooLong => "shift_too_long",
        /// It is over already.
        Over => "shift_over",
        /// A name of 1 to 30 characters.
        NoName => "shift_no_name",
        /// A telephone number: digits, spaces, hyphens, a plus, 3 to 20 characters.
        NoTelephone => "shift_no_telephone",
        /// Another shift of the desk is on at the same time.
        Overlaps => "shift_overlaps",
    }
}

/// A rule that is broken, and by which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftFault {
    pub field: &'static str,
    pub rule: ShiftRule,
}

/// Everything that is wrong with a shift beside the others of its desk; itself, in an older version, does not count.
pub fn shift_faults<'a>(
    shift: &DutyShift,
    others: impl IntoIterator<Item = &'a DutyShift>,
    now: Timestamp,
) -> Vec<ShiftFault> {
    let mut faults = Vec::new();
    let mut add = |field, rule| faults.push(ShiftFault { field, rule });
    if shift.to <= shift.from {
        add("to", ShiftRule::EndsTooEarly);
    } else if shift.to.since(shift.from) > LONGEST_SHIFT_HOURS * MICROS_AN_HOUR {
        add("to", ShiftRule::TooLong);
    } else if shift.to <= now {
        add("to", ShiftRule::Over);
    }
    for (field, name) in [("leader", &shift.leader), ("officer", &shift.officer)] {
        let length = name.trim().chars().count();
        if !(1..=30).contains(&length) || name.chars().any(char::is_control) {
            add(field, ShiftRule::NoName);
        }
    }
    if !is_telephone(&shift.telephone) {
        add("telephone", ShiftRule::NoTelephone);
    }
    let overlaps = |other: &&DutyShift| other.id != shift.id && other.overlaps(shift);
    if others.into_iter().any(|other| overlaps(&other)) {
        add("from", ShiftRule::Overlaps);
    }
    faults
}

fn is_telephone(text: &str) -> bool {
    (3..=20).contains(&text.len())
        && text.bytes().any(|b| b.is_ascii_digit())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'+'))
}
