//! How a case looks on its way between command centres: transfers, disputes and their rulings, the appeal.

use gridwhistle_domain::case;
use gridwhistle_domain::lists::ADMISSIONS;
use poem_openapi::Object;

use super::views::{Look, Named, Person};
use super::{When, when};

/// One passing on from centre to centre.
#[derive(Debug, Clone, Object)]
pub struct Transfer {
    /// `escalated` or `delegated`
    pub kind: String,
    pub at: When,
    pub by: Person,
    /// Whose centre had the case.
    pub from: Named,
    /// Whose centre has it then; the same where the centre above let it stay.
    pub to: Named,
    pub reason: String,
    /// The centre above has decided: it stays there.
    pub last: bool,
}

/// A dispute about who is responsible, put before the centre above.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Dispute {
    /// Counted from 1 within the case.
    pub number: u16,
    pub at: When,
    /// `system` where it followed from the third return.
    pub by: Person,
    pub reason: String,
    /// Whose centre rules.
    pub centre: Named,
    /// When the ruling is due.
    pub rule_by: When,
    /// Absent while it has not ruled.
    pub ruled_at: Option<When>,
    pub ruled_by: Option<Person>,
    /// The unit that is to lead: nobody else is called to.
    pub lead: Option<Named>,
    pub assists: Vec<Named>,
    pub ruling: Option<String>,
    /// When the case ended before anybody had ruled.
    pub lapsed_at: Option<When>,
}

/// The late unit's appeal; one a case.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct AppealView {
    /// The round about which it is.
    pub round: u16,
    pub at: When,
    pub by: Person,
    pub reason: String,
    /// Whose centre decides.
    pub centre: Named,
    /// Absent while undecided. Accepted, the round stands in no figure; it was late all the same.
    pub accepted: Option<bool>,
    pub ruling: Option<String>,
}

/// A town refused what a department handed down without being admitted to.
#[derive(Debug, Clone, Object)]
pub struct AdmissionRefusal {
    pub at: When,
    pub by: Person,
    pub town: Named,
    pub department: Named,
    /// The day of this moment counted.
    pub handed_down_at: When,
    pub note: String,
    /// The version of the list of admissions by which it was refused.
    pub list_version: u32,
}

impl Look<'_> {
    pub(super) fn admission_refusal(self, r: &case::AdmissionRefusal) -> AdmissionRefusal {
        let versions = &r.versions.0;
        AdmissionRefusal {
            at: when(r.at),
            by: self.person(&r.by),
            town: self.division(r.town),
            department: self.unit(&r.department),
            handed_down_at: when(r.handed_down_at),
            note: r.note.clone(),
            list_version: versions.get(ADMISSIONS).copied().unwrap_or_default(),
        }
    }

    pub(super) fn transfer(self, t: &case::Transfer) -> Transfer {
        Transfer {
            kind: t.kind.to_string(),
            at: when(t.at),
            by: self.person(&t.by),
            from: self.division(t.from),
            to: self.division(t.to),
            reason: t.reason.clone(),
            last: t.last,
        }
    }

    pub(super) fn dispute(self, d: &case::Dispute) -> Dispute {
        let ruled = d.ruled.as_ref();
        Dispute {
            number: d.number,
            at: when(d.at),
            by: self.person(&d.by),
            reason: d.reason.clone(),
            centre: self.division(d.centre),
            rule_by: when(d.rule_by),
            ruled_at: ruled.map(|r| when(r.at)),
            ruled_by: ruled.map(|r| self.person(&r.by)),
            lead: ruled.map(|r| self.unit(&r.lead)),
            assists: ruled
                .into_iter()
                .flat_map(|r| &r.assists)
                .map(|unit| self.unit(unit))
                .collect(),
            ruling: ruled.map(|r| r.ruling.clone()),
            lapsed_at: d.lapsed_at.map(when),
        }
    }

    pub(super) fn appeal(self, a: &case::Appeal) -> AppealView {
        AppealView {
            round: a.round,
            at: when(a.at),
            by: self.person(&a.by),
            reason: a.reason.clone(),
            centre: self.division(a.centre),
            accepted: a.accepted,
            ruling: a.ruling.clone(),
        }
    }
}
