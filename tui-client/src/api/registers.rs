//! The registers of powers, certificates and admissions.

use gridwhistle_client::types;
use serde_json::{Value, json};

use super::fail::failure;
use super::maybe;
use super::server::Server;
use crate::model::failure::{Failure, Kind};
use crate::model::registers::{Change, Entry, Register, Step};

impl Server {
    /// The entries of a register that concern whoever asks.
    pub async fn register(&self, register: Register) -> Result<Vec<Entry>, Failure> {
        let division = self.home()?;
        let client = self.client()?;
        match register {
            Register::Powers => {
                let call = maybe!(client.list_powers(), division = division);
                let items = call.send().await.map_err(failure)?.into_inner().items;
                Ok(items.into_iter().map(power).collect())
            }
            Register::Certificates => {
                let call = maybe!(client.list_certificates(), division = division);
                let items = call.send().await.map_err(failure)?.into_inner().items;
                Ok(items.into_iter().map(certificate).collect())
            }
            Register::Admissions => {
                let call = maybe!(client.list_admissions(), division = division);
                let items = call.send().await.map_err(failure)?.into_inner().items;
                Ok(items.into_iter().map(admission).collect())
            }
            Register::Refusals => {
                let call = maybe!(client.list_admission_refusals(), division = division);
                let told = call.send().await.map_err(failure)?.into_inner();
                let entry = |item| refusals(item, &told.from, &told.to);
                Ok(told.items.into_iter().map(entry).collect())
            }
            Register::Shortages => {
                // Somebody of a unit asks about its division; without any the list of his unit's town is meant.
                let Some(division) = division.or_else(|| self.division_of_unit()) else {
                    return Ok(Vec::new());
                };
                let call = client.list_shortages().division(division);
                let items = call.send().await.map_err(failure)?.into_inner().items;
                Ok(items.into_iter().map(shortage).collect())
            }
        }
    }

    /// The division in the code of the unit of whoever asks.
    fn division_of_unit(&self) -> Option<String> {
        let session = self.session().ok()?;
        let (digits, _) = session.leading()?.scope.split_once('-')?;
        Some(format!("{digits:0<12}"))
    }

    /// Changes an entry, or puts a new one.
    pub async fn change_register(&self, change: Change) -> Result<(), Failure> {
        let client = self.client()?;
        let text = |name: &str| change.fields.get(name).and_then(Value::as_str);
        let why = text("why").unwrap_or_default();
        let evaluates = text("step") == Some("evaluate");
        let mut body = match (change.register, &change.code) {
            (Register::Powers, Some(_)) if evaluates => {
                json!({"result": text("evaluation").unwrap_or("fit"), "note": why})
            }
            (_, Some(_)) => json!({"state": text("step"), "why": why}),
            (Register::Powers, None) => json!({
                "item": text("item"), "name": text("name"), "kind": text("power_kind"),
                "town": text("town"), "valid_from": text("valid_from"), "why": why,
            }),
            (Register::Certificates, None) => json!({
                "number": text("number"), "officer": text("officer"), "unit": text("unit"),
                "field": text("cert_field"), "valid_from": text("valid_from"), "why": why,
            }),
            (_, None) => json!({
                "department": text("unit"), "kind": text("matter_kind"),
                "code_prefix": text("code_prefix"), "division": text("division"),
                "valid_from": text("valid_from"), "text": why,
            }),
        };
        let optional = match (change.register, change.code.is_some()) {
            (Register::Certificates, true) => &["on", "valid_to"][..],
            (_, true) => &["on"],
            (_, false) => &["valid_to"],
        };
        for name in optional {
            if let Some(given) = text(name) {
                body[*name] = given.into();
            }
        }
        match (change.register, change.code) {
            (Register::Powers, Some(code)) if evaluates => {
                let body: types::PowerEvaluation = read(body)?;
                let call = client.evaluate_power().code(code).body(body);
                call.send().await.map(drop).map_err(failure)
            }
            (Register::Powers, Some(code)) => {
                let body: types::PowerStep = read(body)?;
                let call = client.step_power().code(code).body(body);
                call.send().await.map(drop).map_err(failure)
            }
            (Register::Powers, None) => {
                let body: types::NewPower = read(body)?;
                let call = client.grant_power().body(body);
                call.send().await.map(drop).map_err(failure)
            }
            (Register::Certificates, Some(number)) => {
                let body: types::CertificateStep = read(body)?;
                let call = client.step_certificate().number(number).body(body);
                call.send().await.map(drop).map_err(failure)
            }
            (Register::Certificates, None) => {
                let body: types::NewCertificate = read(body)?;
                let call = client.issue_certificate().body(body);
                call.send().await.map(drop).map_err(failure)
            }
            (Register::Admissions, Some(code)) => {
                let body: types::AdmissionStep = read(body)?;
                let call = client.step_admission().code(code).body(body);
                call.send().await.map(drop).map_err(failure)
            }
            (Register::Admissions, None) => {
                let body: types::NewAdmission = read(body)?;
                let call = client.apply_for_admission().body(body);
                call.send().await.map(drop).map_err(failure)
            }
            (Register::Refusals | Register::Shortages, _) => Ok(()),
        }
    }
}

/// A body of the document's type; what does not fit is told as the server would.
pub(super) fn read<T: serde::de::DeserializeOwned>(body: Value) -> Result<T, Failure> {
    serde_json::from_value(body).map_err(|error| Failure::new(Kind::Invalid, error.to_string()))
}

fn last(course: &[types::CourseStep]) -> String {
    course
        .last()
        .map(|step| step.state.clone())
        .unwrap_or_default()
}

fn steps(course: Vec<types::CourseStep>) -> Vec<Step> {
    let step = |step: types::CourseStep| Step {
        state: step.state,
        on: step.on,
    };
    course.into_iter().map(step).collect()
}

fn power(power: types::Power) -> Entry {
    let evaluated = power.evaluated_on.zip(power.evaluation);
    Entry {
        title: format!("{} {}", power.item, power.name),
        whose: power.town.name,
        last: last(&power.course),
        evaluated: evaluated.map(|(on, state)| Step { state, on }),
        note: power.note,
        field: String::new(),
        course: steps(power.course),
        code: power.code,
        state: power.state,
        from: power.valid_from,
        to: power.valid_to.unwrap_or_default(),
    }
}

fn certificate(certificate: types::Certificate) -> Entry {
    Entry {
        title: certificate.officer,
        whose: certificate.unit.name,
        last: last(&certificate.course),
        field: certificate.field,
        note: String::new(),
        course: steps(certificate.course),
        evaluated: None,
        code: certificate.number,
        state: certificate.state,
        from: certificate.valid_from,
        to: certificate.valid_to,
    }
}

fn admission(admission: types::Admission) -> Entry {
    Entry {
        title: format!(
            "{}-{} {}",
            admission.kind, admission.code_prefix, admission.text
        ),
        whose: format!("{} {}", admission.department.name, admission.division.name),
        last: last(&admission.course),
        course: steps(admission.course),
        code: admission.code,
        state: admission.state,
        from: admission.valid_from,
        to: admission.valid_to.unwrap_or_default(),
        ..Entry::default()
    }
}

fn refusals(item: types::RefusalsOfTown, from: &str, to: &str) -> Entry {
    Entry {
        code: format!("{} {}", item.department.code, item.town.code),
        title: item.department.name,
        whose: item.town.name,
        state: "refused_by_town".to_owned(),
        note: item.refusals.to_string(),
        from: from.to_owned(),
        to: to.to_owned(),
        ..Entry::default()
    }
}

fn shortage(short: types::Shortage) -> Entry {
    let items: Vec<String> = short.items.into_iter().map(|item| item.code).collect();
    Entry {
        code: format!("{} {}", short.unit.code, short.field),
        title: items.join(" "),
        field: short.field,
        whose: short.unit.name,
        state: "short".to_owned(),
        note: format!(
            "{}/{} {}",
            short.officers.len(),
            short.needed,
            short.officers.join(" ")
        ),
        from: short.from,
        ..Entry::default()
    }
}
