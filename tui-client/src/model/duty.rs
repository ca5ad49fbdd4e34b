//! Who is on duty, and how shifts hand over.

use serde::Serialize;

use super::Time;
use super::case::Named;

/// A shift of a desk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shift {
    pub from: Time,
    pub to: Time,
    pub leader: String,
    pub officer: String,
    pub telephone: String,
}

impl Shift {
    /// Whether somebody of that name is on it.
    pub fn names(&self, name: &str) -> bool {
        self.leader == name || self.officer == name
    }
}

/// Who is on duty at a desk now; nobody where there is no shift.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OnDuty {
    pub desk: Named,
    pub shift: Option<Shift>,
}

/// A case that is open when a shift ends.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OpenItem {
    pub case_id: String,
    pub number: String,
    pub stage: String,
    pub matter: String,
    pub due: Option<Time>,
    pub overdue: bool,
}

/// Who signed, and when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Signature {
    pub name: String,
    pub at: Time,
}

/// A shift hands over to the next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Handover {
    pub id: String,
    pub desk: Named,
    pub note: String,
    pub items: Vec<OpenItem>,
    pub given: Signature,
    /// Absent until somebody has taken over.
    pub taken: Option<Signature>,
}

/// Everything that the page of the desk shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DutyBoard {
    /// The own desk first, then the centres above it.
    pub on: Vec<OnDuty>,
    /// The shifts of the own desk that are on or come.
    pub shifts: Vec<Shift>,
    /// The newest first.
    pub handovers: Vec<Handover>,
    /// What a handover would list now; absent where it is not the caller's to know.
    pub open: Option<Vec<OpenItem>>,
}

impl DutyBoard {
    /// The handover that waits to be taken over.
    pub fn waiting(&self) -> Option<&Handover> {
        self.handovers.first().filter(|h| h.taken.is_none())
    }

    /// The next shift on which somebody of that name is, or the one that he is on.
    pub fn shift_of(&self, name: &str) -> Option<&Shift> {
        self.shifts.iter().find(|shift| shift.names(name))
    }

    /// The cases that the page lists: those of the handover that waits, else what is open now.
    pub fn items(&self) -> &[OpenItem] {
        match self.waiting() {
            Some(handover) => &handover.items,
            None => self.open.as_deref().unwrap_or_default(),
        }
    }
}
