//! Handing over (交接班): what is open, and two signatures.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Desk, DutyShift};
use crate::access::ActorRef;
use crate::case::{CaseId, Stage};
use crate::clock::Timestamp;
use crate::names::names;

/// Whoever goes signs, with what is open; whoever comes signs that he knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    pub id: Uuid,
    pub desk: Desk,
    pub outgoing: DutyShift,
    /// Who took over; absent until somebody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incoming: Option<DutyShift>,
    /// What was open, what is due first at the front.
    pub items: Vec<OpenItem>,
    /// What else is to be known.
    pub note: String,
    pub given: Signature,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Signature>,
}

/// A case that is open when a shift ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenItem {
    pub case: CaseId,
    pub number: String,
    pub stage: Stage,
    /// What it is about.
    pub matter: String,
    /// When something is due in it next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// The handling deadline has passed.
    #[serde(default)]
    pub overdue: bool,
}

/// Who signed, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    pub by: ActorRef,
    pub at: Timestamp,
}

names! {
    /// Why a handover is not signed.
    pub enum HandoverRule {
        /// Only who is named in the shift that is on, or was on last, hands it over.
        NotOnDuty => "not_on_duty",
        /// The shift has been handed over, or waits to be taken over.
        HandedOver => "handed_over",
        /// Only who is named in the shift that follows takes over.
        NotNext => "not_next",
        /// Whoever gives does not take.
        SamePerson => "same_person",
        /// Somebody took over.
        TakenOver => "taken_over",
    }
}

/// How long after its end a shift may still be handed over, and before its begin it may take over.
const GRACE_MINUTES: i64 = 12 * 60;

/// The outgoing side signs. `shifts` are those of the desk around now, `last` is its last handover.
pub fn hand_over(
    id: Uuid,
    desk: &Desk,
    shifts: &[DutyShift],
    last: Option<&Handover>,
    (by, now): (ActorRef, Timestamp),
    (items, note): (Vec<OpenItem>, String),
) -> Result<Handover, HandoverRule> {
    let outgoing = shifts
        .iter()
        .filter(|shift| shift.desk == *desk && shift.from <= now)
        .filter(|shift| now < shift.to.plus_minutes(GRACE_MINUTES))
        .max_by_key(|shift| shift.from)
        .filter(|shift| shift.names(&by.name))
        .ok_or(HandoverRule::NotOnDuty)?;
    if last.is_some_and(|last| last.taken.is_none() || last.outgoing.id == outgoing.id) {
        return Err(HandoverRule::HandedOver);
    }
    Ok(Handover {
        id,
        desk: desk.clone(),
        outgoing: outgoing.clone(),
        incoming: None,
        items,
        note,
        given: Signature { by, at: now },
        taken: None,
    })
}

/// The incoming side signs: somebody else, of the shift that follows.
pub fn take_over(
    handover: &Handover,
    shifts: &[DutyShift],
    (by, now): (ActorRef, Timestamp),
) -> Result<Handover, HandoverRule> {
    if handover.taken.is_some() {
        return Err(HandoverRule::TakenOver);
    }
    if by.person == handover.given.by.person {
        return Err(HandoverRule::SamePerson);
    }
    let incoming = shifts
        .iter()
        .filter(|shift| shift.desk == handover.desk && shift.from >= handover.outgoing.to)
        .filter(|shift| shift.from.plus_minutes(-GRACE_MINUTES) <= now && now < shift.to)
        .min_by_key(|shift| shift.from)
        .filter(|shift| shift.names(&by.name))
        .ok_or(HandoverRule::NotNext)?;
    Ok(Handover {
        incoming: Some(incoming.clone()),
        taken: Some(Signature { by, at: now }),
        ..handover.clone()
    })
}
