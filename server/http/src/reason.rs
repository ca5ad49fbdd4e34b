//! From the ways a use case fails to the ways an operation does: mapped once, here.

use std::time::Duration;

use gridwhistle_domain::case::{Refusal as Rule, RefusalCode};
use gridwhistle_domain::place::{ChangeFault, DivisionFault};
use gridwhistle_domain::shift::HandoverRule;
use gridwhistle_service::import::{Fault as FileFault, Spot};
use gridwhistle_service::{Fault as At, GridFault, ServiceError};

use poem::http::header;

use crate::etag::strong;
use crate::file_fault::{boundary_rule, boundary_wrong, file_fault, of_file, overlap_wrong};
use crate::messages::{Arg, Message};
use crate::pointers::Pointers;
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};

/// The sentence of a rule that says no.
pub fn sentence(rule: &Rule) -> Message {
    let mut message = Message::of(format!("refusal-{}", rule.code.as_str().replace('_', "-")));
    for (name, value) in &rule.values {
        let value = if *name == "stage" {
            Arg::Message(Message::of(format!("stage-{}", value.replace('_', "-"))))
        } else {
            Arg::from(value.clone())
        };
        message = message.with(name, value);
    }
    message
}

impl Refusal {
    /// The answer to a use case that did not come through; `pointers` tell where in the body the parts stand that a
    /// rule can find wrong.
    pub(crate) fn of(error: ServiceError, pointers: &Pointers) -> Self {
        match error {
            ServiceError::Refused(rule) => Self::by_rule(&rule, pointers),
            error => error.into(),
        }
    }

    /// The refusal, which names the rule where the caller may know that there is one.
    fn by_rule(rule: &Rule, pointers: &Pointers) -> Self {
        let refusal = Self::of_rule(rule, pointers);
        match rule.code {
            RefusalCode::NotFound => refusal,
            code => refusal.by(code.as_str()),
        }
    }

    fn of_rule(rule: &Rule, pointers: &Pointers) -> Self {
        let detail = sentence(rule);
        match rule.code {
            RefusalCode::NotFound => Self::not_found(),
            RefusalCode::PostForbids
            | RefusalCode::KindForbids
            | RefusalCode::PlaceSetByOthers
            | RefusalCode::TownActsItself
            | RefusalCode::ViaTheCounty
            | RefusalCode::NotTheBlower
            | RefusalCode::HandledItYourself
            | RefusalCode::DispatchedItYourself
            | RefusalCode::NotEmpowered
            | RefusalCode::ThroughTheCentre
            | RefusalCode::ReceivedTheReturn
            | RefusalCode::BouncedOut => Self::forbidden(detail),
            RefusalCode::FeedbackConcluded | RefusalCode::FeedbackExpired => Self::gone(detail),
            RefusalCode::UnknownMatter
            | RefusalCode::MatterNotInForce
            | RefusalCode::UnknownCondition
            | RefusalCode::UnknownUnit
            | RefusalCode::PowerNotHeld
            | RefusalCode::TooFewCertified
            | RefusalCode::UnknownKind
            | RefusalCode::OneLead
            | RefusalCode::UnitTwice
            | RefusalCode::NoEmergencyCondition
            | RefusalCode::NobodyToCall
            | RefusalCode::NotItsAssignment
            | RefusalCode::StandardNotMet
            | RefusalCode::NotSelfHandled
            | RefusalCode::EvidenceMissing
            | RefusalCode::SettledAlready
            | RefusalCode::UnknownCase
            | RefusalCode::SameCase
            | RefusalCode::OtherEnded
            | RefusalCode::MeetingIncomplete
            | RefusalCode::NotACall
            | RefusalCode::FileNumberMissing
            | RefusalCode::UntilOutOfRange
            | RefusalCode::UnknownSupervision
            | RefusalCode::NotBelow
            | RefusalCode::RuledOtherwise
            | RefusalCode::NotADepartment
            | RefusalCode::RefuseTheAdmission => {
                let fault = Fault::field(pointers.of(rule), rule.code.as_str(), detail.clone());
                Self::rule(detail, [fault])
            }
            _ => Self::action_not_allowed(detail, rule.allowed.iter().map(|a| a.as_str())),
        }
    }
}

/// The sentence of something that is wrong with a part of a request.
pub fn wrong(at: &At) -> Message {
    Message::of(format!("wrong-{}", at.code.replace('_', "-")))
}

fn pointed(at: &At) -> Fault {
    Fault::field(at.pointer.clone(), at.code, wrong(at))
}

fn grid_fault(fault: &GridFault) -> Fault {
    let code = match fault {
        GridFault::Feature(at) => at.code,
        GridFault::Boundary { fault, .. } => fault.code.as_str(),
        GridFault::Overlap { .. } => "overlap",
    };
    let (pointer, message) = boundary_fault(fault);
    Fault::field(pointer, code, message)
}

/// A fault of a changeset: which change, what is wrong, and where on the map.
fn change_fault(fault: &ChangeFault) -> Fault {
    let grids = fault.grids.iter().map(ToString::to_string).collect();
    let place = fault
        .at
        .map_or_else(String::new, |p| format!("{:.7}, {:.7}", p.lon(), p.lat()));
    let rule = fault
        .boundary
        .map_or_else(|| Arg::from(""), |code| Arg::Message(boundary_rule(code)));
    let key = format!("change-{}", fault.code.as_str().replace('_', "-"));
    let message = Message::of(key)
        .with("grids", Arg::List(grids))
        .with("place", place)
        .with("rule", rule)
        .with("area", format!("{:.1}", fault.area_m2.unwrap_or_default()));
    let pointer = format!("/changes{}", fault.pointer);
    Fault::field(pointer, fault.code.as_str(), message)
}

/// A fault of a changeset of divisions: which change, and what is wrong with which divisions.
fn division_fault(fault: &DivisionFault) -> Fault {
    let divisions = fault.divisions.iter().map(ToString::to_string).collect();
    let key = format!("reorganisation-{}", fault.code.as_str().replace('_', "-"));
    let message = Message::of(key).with("divisions", Arg::List(divisions));
    let pointer = format!("/changes{}", fault.pointer);
    Fault::field(pointer, fault.code.as_str(), message)
}

/// A fault of a list. One outside the entry that was asked for is told with its line and column.
fn list_fault(fault: &FileFault) -> Fault {
    let wrong = of_file(&fault.wrong);
    let code = wrong.key().trim_start_matches("import-").replace('-', "_");
    match &fault.at {
        Spot::Pointer(pointer) => Fault::field(pointer.clone(), code, wrong),
        _ => Fault::field("", code, file_fault(fault)),
    }
}

/// A fault of boundaries: where it is, as a JSON pointer into the body (RFC 6901), and its sentence.
pub fn boundary_fault(fault: &GridFault) -> (String, Message) {
    match fault {
        GridFault::Feature(at) => (at.pointer.clone(), wrong(at)),
        GridFault::Boundary { feature, fault } => {
            let pointer = format!("/features/{feature}/geometry{}", fault.pointer);
            (pointer, boundary_wrong(fault))
        }
        GridFault::Overlap { feature, overlap } => {
            let area = format!("{:.1}", overlap.area_m2);
            let message = overlap_wrong(overlap.a, overlap.b, overlap.at, area);
            (format!("/features/{feature}/geometry"), message)
        }
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Unauthenticated => Self::unauthenticated(),
            ServiceError::WrongCredentials => Self::wrong_credentials(),
            ServiceError::NotFound => Self::not_found(),
            ServiceError::Forbidden => Self::new(Code::Forbidden),
            ServiceError::Refused(rule) => Self::by_rule(&rule, &Pointers::default()),
            ServiceError::VersionMissing => Self::version_missing(),
            ServiceError::StaleVersion { current } => {
                Self::stale_version(Some(&strong(i64::from(current))))
            }
            ServiceError::KeyReused => {
                let code = Code::IdempotencyKeyReused;
                let fault = Fault::parameter("Idempotency-Key", code.name(), code.explanation());
                Self::new(code).fault(fault)
            }
            ServiceError::CaseExists(id) => {
                let message = Message::new("conflict-case-exists").with("id", id.to_string());
                let fault = Fault::field("/id", "case_exists", message.clone());
                Self::conflict(message).fault(fault)
            }
            ServiceError::ExternalNumberTaken(id) => {
                let message = match id {
                    Some(id) => Message::new("conflict-external-number").with("id", id.to_string()),
                    None => Message::new("conflict-external-number-elsewhere"),
                };
                let fault = Fault::field("/external_number", "taken", message.clone());
                let refusal = Self::conflict(message).fault(fault);
                match id {
                    Some(id) => refusal.header(header::LOCATION, &format!("/api/v1/cases/{id}")),
                    None => refusal,
                }
            }
            ServiceError::Taken(what) => {
                Self::conflict(Message::new("conflict-taken").with("what", what))
            }
            ServiceError::HasBegun => Self::conflict(Message::new("conflict-has-begun")),
            ServiceError::Handover(rule) => {
                let name = rule.as_str().replace('_', "-");
                let detail = Message::of(format!("handover-{name}"));
                match rule {
                    HandoverRule::HandedOver | HandoverRule::TakenOver => Self::conflict(detail),
                    HandoverRule::NotOnDuty | HandoverRule::NotNext | HandoverRule::SamePerson => {
                        Self::forbidden(detail)
                    }
                }
            }
            ServiceError::Invalid(faults) => {
                Self::new(Code::InvalidBody).faults(faults.iter().map(pointed))
            }
            ServiceError::Boundaries(faults) => {
                Self::new(Code::RuleViolated).faults(faults.iter().map(grid_fault))
            }
            ServiceError::Changes(faults) => {
                Self::new(Code::RuleViolated).faults(faults.iter().map(change_fault))
            }
            ServiceError::Divisions(faults) => {
                Self::new(Code::RuleViolated).faults(faults.iter().map(division_fault))
            }
            ServiceError::List(faults) => {
                Self::new(Code::RuleViolated).faults(faults.iter().map(list_fault))
            }
            ServiceError::Gone => Self::new(Code::Gone),
            ServiceError::Busy { come_again } => Self::new(Code::Busy).retry_after(come_again),
            ServiceError::Storage(cause) => Self::unavailable(cause, Duration::from_secs(1)),
            ServiceError::Internal(cause) => Self::internal(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Lang;

    #[test]
    fn who_finds_no_place_to_wait_is_told_in_his_language_and_when_to_come_back() {
        let refusal = Refusal::from(ServiceError::Busy {
            come_again: Duration::from_secs(2),
        });
        assert_eq!(refusal.code(), Code::Busy);
        for lang in Lang::ALL {
            let answer = refusal.render(lang, "1");
            assert_eq!(answer.status().as_u16(), 503);
            assert_eq!(answer.header("Retry-After"), Some("2"));
            let problem = refusal.problem(lang, "1");
            assert_eq!(problem.code, "busy");
        }
        let titles: Vec<String> = Lang::ALL
            .iter()
            .map(|lang| refusal.problem(*lang, "1").title)
            .collect();
        assert_ne!(titles[0], titles[1]);
    }
}
