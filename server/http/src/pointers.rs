//! Where in a body the parts stand that a rule of the field can find wrong.

use gridwhistle_domain::case::{
    Action, AssignmentId, Called, Refusal as Rule, RefusalCode, WhistleRequest,
};
use gridwhistle_domain::routing::UnitCode;
use gridwhistle_service::NewReport;

/// The JSON pointers (RFC 6901) of the parts of one request. What the request does not have has none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pointers {
    matter: Option<&'static str>,
    condition: Option<String>,
    kind: Option<String>,
    /// The list of units to be called; for one unit, its part.
    calls: Option<String>,
    units: Vec<(String, UnitCode)>,
    assignments: Vec<(String, AssignmentId)>,
    standard: Option<&'static str>,
    /// What the worker settled himself.
    settled: Option<&'static str>,
    /// The other of two cases.
    other: Option<&'static str>,
    until: Option<&'static str>,
}

impl Pointers {
    /// The pointer of the part that a rule finds wrong; empty where it is the request as a whole.
    pub(crate) fn of(&self, rule: &Rule) -> String {
        let pointer = match rule.code {
            RefusalCode::UnknownMatter | RefusalCode::MatterNotInForce => {
                self.matter.map(str::to_owned)
            }
            RefusalCode::UnknownCondition
            | RefusalCode::NotSelfHandled
            | RefusalCode::NoEmergencyCondition => self.condition.clone(),
            RefusalCode::UnknownKind => self.kind.clone(),
            RefusalCode::OneLead | RefusalCode::NobodyToCall | RefusalCode::RuledOtherwise => {
                self.calls.clone()
            }
            RefusalCode::UnknownUnit
            | RefusalCode::UnitTwice
            | RefusalCode::PowerNotHeld
            | RefusalCode::TooFewCertified => named(&self.units, rule.values.get("unit")),
            RefusalCode::NotItsAssignment => {
                named(&self.assignments, rule.values.get("assignment"))
            }
            RefusalCode::StandardNotMet => self.standard.map(str::to_owned),
            RefusalCode::EvidenceMissing => self.settled.map(str::to_owned),
            RefusalCode::SettledAlready => Some("/whistle".to_owned()),
            RefusalCode::UnknownCase | RefusalCode::SameCase | RefusalCode::OtherEnded => {
                self.other.map(str::to_owned)
            }
            RefusalCode::NotACall => Some("/channel".to_owned()),
            RefusalCode::MeetingIncomplete => Some("/meeting".to_owned()),
            RefusalCode::FileNumberMissing => Some("/file_number".to_owned()),
            RefusalCode::UntilOutOfRange => self.until.map(str::to_owned),
            RefusalCode::UnknownSupervision => Some("/number".to_owned()),
            RefusalCode::NotBelow => Some("/to".to_owned()),
            RefusalCode::NotADepartment => Some("/handed_down_by".to_owned()),
            RefusalCode::RefuseTheAdmission => Some("/reason".to_owned()),
            _ => None,
        };
        pointer.unwrap_or_default()
    }

    fn whistle(&mut self, at: &str, request: &WhistleRequest) {
        self.kind = Some(format!("{at}/kind"));
        self.condition = request
            .condition
            .as_ref()
            .map(|_| format!("{at}/condition"));
        self.calls(format!("{at}/wanted"), &request.wanted);
    }

    fn calls(&mut self, list: String, called: &[Called]) {
        let units = called.iter().enumerate();
        self.units = units
            .map(|(i, c)| (format!("{list}/{i}/unit"), c.unit.clone()))
            .collect();
        self.calls = Some(list);
    }
}

/// The last part of that name: of two that are the same, the one that is too many.
fn named<T: ToString>(parts: &[(String, T)], name: Option<&String>) -> Option<String> {
    let name = name?;
    let part = parts.iter().rfind(|(_, part)| part.to_string() == *name);
    part.map(|(pointer, _)| pointer.clone())
}

impl From<&NewReport> for Pointers {
    fn from(new: &NewReport) -> Self {
        let mut pointers = Self {
            matter: Some("/matter"),
            ..Self::default()
        };
        if let Some(request) = &new.whistle {
            pointers.whistle("/whistle", request);
        }
        if let Some(department) = &new.handed_down_by {
            let named = ("/handed_down_by".to_owned(), department.clone());
            pointers.units.push(named);
        }
        if new.self_handled.is_some() {
            pointers.settled = Some("/self_handled");
            pointers.condition = Some("/self_handled/condition".to_owned());
        }
        pointers
    }
}

impl From<&Action> for Pointers {
    fn from(action: &Action) -> Self {
        let mut pointers = Self::default();
        match action {
            Action::Register { .. } => {
                pointers.matter = Some("/matter");
                pointers.condition = Some("/condition".to_owned());
            }
            Action::Dispatch { units, .. } => pointers.calls("/units".to_owned(), units),
            Action::IssueWhistle { units, .. } => {
                pointers.kind = Some("/whistle_id".to_owned());
                pointers.calls("/units".to_owned(), units);
            }
            Action::RequestWhistle(request) => pointers.whistle("", request),
            Action::AddUnit { unit, .. } => {
                pointers.kind = Some("/whistle_id".to_owned());
                pointers.calls = Some("/role".to_owned());
                pointers.units = vec![("/unit".to_owned(), unit.clone())];
            }
            Action::RequestReturn { suggested_unit, .. } => {
                let unit = suggested_unit.iter().cloned();
                pointers.units = unit
                    .map(|unit| ("/suggested_unit".to_owned(), unit))
                    .collect();
            }
            Action::Veto { assignments, .. } | Action::Verify { assignments, .. } => {
                pointers.assignments = assignments
                    .iter()
                    .enumerate()
                    .map(|(i, id)| (format!("/assignments/{i}"), *id))
                    .collect();
            }
            Action::Score { assignment, .. } => {
                pointers.assignments = vec![("/assignment_id".to_owned(), *assignment)];
            }
            Action::Close { .. } => pointers.standard = Some("/standard_met"),
            Action::Merge { .. } => pointers.other = Some("/into"),
            Action::Link { .. } => pointers.other = Some("/to"),
            Action::RequestSuspension { .. } => pointers.until = Some("/until"),
            Action::Rule { lead, assists, .. } => {
                let assists = assists.iter().cloned().enumerate();
                pointers.units = std::iter::once(("/lead".to_owned(), lead.clone()))
                    .chain(assists.map(|(i, unit)| (format!("/assists/{i}"), unit)))
                    .collect();
            }
            _ => {}
        }
        pointers
    }
}
