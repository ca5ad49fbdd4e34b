//! The registers of powers, certificates and admissions: read, applied for, decided, with who, when and why.

use std::collections::BTreeMap;

use gridwhistle_domain::access::{Actor, ActorRef, Appointment, Operation, Post, Scope};
use gridwhistle_domain::clock::Date;
use gridwhistle_domain::lists;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
use gridwhistle_domain::routing::{
    Admission, AdmissionState, Certificate, CertificateState, CourseError, Evaluation, PowerGrant,
    PowerState, UnitCode,
};
use gridwhistle_store::{ListNote, StoreError};
use serde_json::Value;

use crate::import::{Fault as FileFault, Format, Spot, Table, Wrong};
use crate::tables::{Edit, edited};
use crate::{Fault, Service, ServiceError};

/// How often a change is decided anew when somebody else was faster.
const TRIES: usize = 8;
/// A step of an entry: what it becomes, from which day, and why.
#[derive(Clone, Debug)]
pub struct Step<S> {
    pub state: S,
    pub on: Date,
    pub why: String,
}

impl Service {
    /// Puts a new entry into a register, given by the columns of its table, as the caller in a post that keeps it.
    pub async fn add_to_register<T: Table>(
        &self,
        actor: &Actor,
        fields: BTreeMap<String, String>,
        why: &str,
    ) -> Result<T, ServiceError> {
        let by = self.keeper_of_new(actor, T::LIST, &fields)?;
        let format = Format::by_list(T::LIST).ok_or(ServiceError::NotFound)?;
        let edit = Edit::Add(vec![fields]);
        for _ in 0..TRIES {
            let reference = self.reference();
            let versions = self.store.current_versions().await?;
            let decided_on = versions.0.get(T::LIST).copied().unwrap_or_default();
            let current: Vec<(String, Value)> = self.store.list_entries(T::LIST).await?;
            let after = edited(format, &current, &edit, &reference).map_err(of_one_row)?;
            let known = |code: &String| current.iter().any(|(known, _)| known == code);
            let Some((code, body)) = after.into_iter().find(|(code, _)| !known(code)) else {
                return Err(Fault::new("", "entry_known").into());
            };
            let entry: T = T::deserialize(&body)
                .map_err(|error| ServiceError::Internal(format!("{code}: {error}")))?;
            let note = ListNote {
                at: self.clock.now(),
                by: Some(by.clone()),
                why: why.to_owned(),
            };
            let change = [(code, Some(body))];
            match self
                .store
                .change_list(T::LIST, decided_on, change, note)
                .await
            {
                Ok(_) => {
                    self.refresh_reference().await?;
                    return Ok(entry);
                }
                Err(StoreError::Stale) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Stale.into())
    }

    /// Announces, brings into force, suspends or withdraws a power.
    pub async fn step_power(
        &self,
        actor: &Actor,
        code: &str,
        step: Step<PowerState>,
    ) -> Result<PowerGrant, ServiceError> {
        self.change_register(actor, code, &step.why, |grant: &PowerGrant| {
            let by = self.keeper(actor, grant.town)?;
            let course = grant.course.clone().then(step.state, step.on);
            let course = course.map_err(|error| cannot("/on", error))?;
            let grant = grant.clone();
            Ok((by, PowerGrant { course, ..grant }))
        })
        .await
    }

    /// Notes how a town does with a power.
    pub async fn evaluate_power(
        &self,
        actor: &Actor,
        code: &str,
        result: Evaluation,
        on: Date,
        note: &str,
    ) -> Result<PowerGrant, ServiceError> {
        self.change_register(actor, code, note, |grant: &PowerGrant| {
            let by = self.keeper(actor, grant.town)?;
            let evaluation = Some((on, result));
            let (grant, note) = (grant.clone(), note.to_owned());
            Ok((
                by,
                PowerGrant {
                    evaluation,
                    note,
                    ..grant
                },
            ))
        })
        .await
    }

    /// Renews a certificate until another last day, or revokes it.
    pub async fn step_certificate(
        &self,
        actor: &Actor,
        number: &str,
        step: Step<CertificateState>,
        valid_to: Option<Date>,
    ) -> Result<Certificate, ServiceError> {
        self.change_register(actor, number, &step.why, |certificate: &Certificate| {
            let division = self.division_of_unit(&certificate.unit)?;
            let by = self.keeper(actor, division)?;
            let course = certificate.course.clone().then(step.state, step.on);
            let course = course.map_err(|error| cannot("/on", error))?;
            let last = match (step.state, valid_to) {
                (CertificateState::Renewed, None) => {
                    return Err(Fault::new("/valid_to", "renewal_without_end").into());
                }
                // What has run out is issued anew: renewing would make it good for the time between.
                (CertificateState::Renewed, Some(_)) if step.on > certificate.valid_to => {
                    return Err(Fault::new("/on", "certificate_ran_out").into());
                }
                (CertificateState::Renewed, Some(to)) if to <= certificate.valid_to => {
                    return Err(Fault::new("/valid_to", "renewal_too_short").into());
                }
                (CertificateState::Renewed, Some(to)) => to,
                (CertificateState::Issued | CertificateState::Revoked, _) => certificate.valid_to,
            };
            let certificate = Certificate {
                course,
                valid_to: last,
                ..certificate.clone()
            };
            Ok((by, certificate))
        })
        .await
    }

    /// Reviews, approves, refuses or withdraws an application to hand matters down. The department may take its own back.
    pub async fn step_admission(
        &self,
        actor: &Actor,
        code: &str,
        step: Step<AdmissionState>,
    ) -> Result<Admission, ServiceError> {
        self.change_register(actor, code, &step.why, |admission: &Admission| {
            let by = match self.keeper(actor, admission.division) {
                Err(_) if step.state == AdmissionState::Withdrawn => {
                    self.leader_of(actor, &admission.department)
                }
                kept => kept,
            }?;
            let course = admission.course.clone().then(step.state, step.on);
            let course = course.map_err(|error| cannot("/on", error))?;
            let admission = admission.clone();
            Ok((
                by,
                Admission {
                    course,
                    ..admission
                },
            ))
        })
        .await
    }

    /// Decides about an entry until nobody was faster, and writes what was decided. Whoever keeps no register does not
    /// learn what stands in it.
    async fn change_register<T, F>(
        &self,
        actor: &Actor,
        code: &str,
        why: &str,
        decide: F,
    ) -> Result<T, ServiceError>
    where
        T: Table + Clone,
        F: Fn(&T) -> Result<(ActorRef, T), ServiceError>,
    {
        self.may(actor, Operation::KeepRegisters)?;
        for _ in 0..TRIES {
            let versions = self.store.current_versions().await?;
            let decided_on = versions.0.get(T::LIST).copied().unwrap_or_default();
            let entry = self.store.list_entry::<T>(T::LIST, code).await?;
            let entry = entry.ok_or(ServiceError::NotFound)?;
            let (by, entry) = decide(&entry)?;
            let note = ListNote {
                at: self.clock.now(),
                by: Some(by),
                why: why.to_owned(),
            };
            let change = [(code.to_owned(), Some(entry.clone()))];
            match self
                .store
                .change_list(T::LIST, decided_on, change, note)
                .await
            {
                Ok(_) => {
                    self.refresh_reference().await?;
                    return Ok(entry);
                }
                Err(StoreError::Stale) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Stale.into())
    }

    /// Who puts a new entry there: whoever keeps the register, or the leader of the department that applies.
    fn keeper_of_new(
        &self,
        actor: &Actor,
        list: &str,
        fields: &BTreeMap<String, String>,
    ) -> Result<ActorRef, ServiceError> {
        self.may(actor, Operation::KeepRegisters)?;
        let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let code = |name: &str| text(name).parse::<DivisionCode>();
        let division = match list {
            lists::POWERS => code("town"),
            lists::ADMISSIONS => {
                let own = self.leader_of(actor, &UnitCode(text("department")));
                if own.is_ok() {
                    return own;
                }
                code("division")
            }
            _ => {
                let unit = UnitCode(text("unit"));
                let known = self.reference().unit(&unit).map(|unit| unit.division);
                known.map_or_else(|| code("unit"), Ok)
            }
        };
        let division = division.map_err(|_| Fault::new("", "unreadable"))?;
        self.keeper(actor, division)
    }

    /// The administrator or the duty leader of a county or above, whose scope holds the division: nobody grants himself.
    fn keeper(&self, actor: &Actor, division: DivisionCode) -> Result<ActorRef, ServiceError> {
        let keeps = |held: &&Appointment| match &held.scope {
            Scope::Division(code) => {
                matches!(held.post, Post::Admin | Post::DutyLeader)
                    && code.level() <= DivisionLevel::County
                    && code.contains(division)
            }
            Scope::Unit(_) | Scope::Grids(_) => false,
        };
        self.in_post(actor, keeps)
    }

    /// The leader of a unit.
    fn leader_of(&self, actor: &Actor, unit: &UnitCode) -> Result<ActorRef, ServiceError> {
        let leads = |held: &&Appointment| {
            held.post == Post::UnitLeader && held.scope == Scope::Unit(unit.clone())
        };
        self.in_post(actor, leads)
    }

    fn in_post(
        &self,
        actor: &Actor,
        post: impl FnMut(&&Appointment) -> bool,
    ) -> Result<ActorRef, ServiceError> {
        self.may(actor, Operation::KeepRegisters)?;
        let held = actor.posts(self.clock.now()).find(post);
        held.map(|held| ActorRef::of(actor, held))
            .ok_or(ServiceError::Forbidden)
    }

    fn division_of_unit(&self, unit: &UnitCode) -> Result<DivisionCode, ServiceError> {
        let reference = self.reference();
        let unit = reference.unit(unit).ok_or(ServiceError::NotFound)?;
        Ok(unit.division)
    }
}

/// An entry cannot go on so: the fault at a place of the request.
fn cannot(pointer: &str, error: CourseError) -> ServiceError {
    ServiceError::List(vec![FileFault {
        at: Spot::Pointer(pointer.to_owned()),
        wrong: Wrong::NoCourse(error),
    }])
}

/// The request has no rows: its fields are the columns.
fn of_one_row(error: ServiceError) -> ServiceError {
    let ServiceError::List(mut faults) = error else {
        return error;
    };
    for fault in &mut faults {
        if let Spot::Pointer(pointer) = &mut fault.at
            && let Some(rest) = pointer.strip_prefix("/rows/0")
        {
            *pointer = rest.to_owned();
        }
    }
    ServiceError::List(faults)
}
