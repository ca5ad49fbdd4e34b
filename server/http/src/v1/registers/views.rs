//! The registers as the API writes them.

use std::collections::BTreeMap;

use gridwhistle_domain::clock::Date;
use gridwhistle_domain::indicator::Period;
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing;
use poem_openapi::{Enum, Object};

use crate::messages::Lang;
use crate::v1::views::{Look, Named};

/// How far the grant of a power is.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "routing::PowerState")]
pub(super) enum PowerState {
    Proposed,
    Announced,
    InForce,
    Suspended,
    Withdrawn,
}

/// What becomes of a certificate.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "routing::CertificateState")]
pub(super) enum CertificateState {
    Issued,
    Renewed,
    Revoked,
}

/// How far an application is.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "routing::AdmissionState")]
pub(super) enum AdmissionState {
    Applied,
    Reviewed,
    Approved,
    Refused,
    Withdrawn,
}

/// What came out when a granted power was looked at again.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "routing::Evaluation")]
pub(super) enum Evaluation {
    Fit,
    NeedsGuidance,
    Unfit,
}

/// What an entry was, and from which day.
#[derive(Debug, Object)]
pub(super) struct CourseStep {
    pub(super) state: String,
    pub(super) on: String,
}

/// A power as granted to a town.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct Power {
    pub(super) code: String,
    pub(super) item: String,
    pub(super) name: String,
    /// `penalty` or `approval`
    pub(super) kind: String,
    pub(super) town: Named,
    pub(super) valid_from: String,
    pub(super) valid_to: Option<String>,
    /// Today: `proposed`, `announced`, `in_force`, `suspended`, `withdrawn`, `pending`, `expired`
    pub(super) state: String,
    pub(super) course: Vec<CourseStep>,
    pub(super) evaluated_on: Option<String>,
    pub(super) evaluation: Option<String>,
    pub(super) note: String,
}

/// Powers.
#[derive(Debug, Object)]
pub(super) struct Powers {
    /// By town and item.
    pub(super) items: Vec<Power>,
    pub(super) version: u32,
}

/// A power that is to be granted.
#[derive(Debug, Object)]
pub(super) struct NewPower {
    #[oai(validator(min_length = 1, max_length = 40))]
    pub(super) item: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub(super) name: String,
    /// `penalty` or `approval`
    #[oai(validator(max_length = 20))]
    pub(super) kind: String,
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    pub(super) town: String,
    #[oai(validator(max_length = 10))]
    pub(super) valid_from: String,
    #[oai(validator(max_length = 10))]
    pub(super) valid_to: Option<String>,
    /// `proposed` unless it is announced or in force already.
    pub(super) state: Option<PowerState>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub(super) why: String,
}

/// What a power becomes.
#[derive(Debug, Object)]
pub(super) struct PowerStep {
    pub(super) state: PowerState,
    /// The first day; today unless given.
    #[oai(validator(max_length = 10))]
    pub(super) on: Option<String>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub(super) why: String,
}

/// How a town does with a power.
#[derive(Debug, Object)]
pub(super) struct PowerEvaluation {
    pub(super) result: Evaluation,
    /// The day; today unless given.
    #[oai(validator(max_length = 10))]
    pub(super) on: Option<String>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub(super) note: String,
}

/// A certificate of an officer.
#[derive(Debug, Object)]
pub(super) struct Certificate {
    pub(super) number: String,
    pub(super) officer: String,
    pub(super) unit: Named,
    pub(super) field: String,
    pub(super) valid_from: String,
    pub(super) valid_to: String,
    /// Today: `issued`, `renewed`, `revoked`, `pending`, `expired`
    pub(super) state: String,
    pub(super) course: Vec<CourseStep>,
}

/// Certificates.
#[derive(Debug, Object)]
pub(super) struct Certificates {
    /// By unit and number.
    pub(super) items: Vec<Certificate>,
    pub(super) version: u32,
}

/// A certificate that is to be issued.
#[derive(Debug, Object)]
pub(super) struct NewCertificate {
    #[oai(validator(min_length = 1, max_length = 40))]
    pub(super) number: String,
    #[oai(validator(min_length = 1, max_length = 60))]
    pub(super) officer: String,
    #[oai(validator(min_length = 1, max_length = 40))]
    pub(super) unit: String,
    #[oai(validator(min_length = 1, max_length = 40))]
    pub(super) field: String,
    #[oai(validator(max_length = 10))]
    pub(super) valid_from: String,
    #[oai(validator(max_length = 10))]
    pub(super) valid_to: String,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub(super) why: String,
}

/// What a certificate becomes.
#[derive(Debug, Object)]
pub(super) struct CertificateStep {
    /// `renewed` or `revoked`
    pub(super) state: CertificateState,
    /// The first day; today unless given.
    #[oai(validator(max_length = 10))]
    pub(super) on: Option<String>,
    /// The new end of a renewed one.
    #[oai(validator(max_length = 10))]
    pub(super) valid_to: Option<String>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub(super) why: String,
}

/// A department's application to hand matters down.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct Admission {
    pub(super) code: String,
    pub(super) department: Named,
    /// `event` or `component`
    pub(super) kind: String,
    pub(super) code_prefix: String,
    /// The town, or the county with all its towns.
    pub(super) division: Named,
    pub(super) text: String,
    pub(super) valid_from: String,
    pub(super) valid_to: Option<String>,
    /// Today: `applied`, `reviewed`, `approved`, `refused`, `withdrawn`, `pending`, `expired`
    pub(super) state: String,
    pub(super) course: Vec<CourseStep>,
}

/// Admissions.
#[derive(Debug, Object)]
pub(super) struct Admissions {
    pub(super) items: Vec<Admission>,
    pub(super) version: u32,
}

/// An application.
#[derive(Debug, Object)]
pub(super) struct NewAdmission {
    #[oai(validator(min_length = 1, max_length = 40))]
    pub(super) department: String,
    /// `event` or `component`
    #[oai(validator(max_length = 20))]
    pub(super) kind: String,
    /// The first digits of the matters' codes.
    #[oai(validator(min_length = 1, max_length = 5))]
    pub(super) code_prefix: String,
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    pub(super) division: String,
    /// What is handed down, with what, and why.
    #[oai(validator(min_length = 1, max_length = 500))]
    pub(super) text: String,
    #[oai(validator(max_length = 10))]
    pub(super) valid_from: String,
    #[oai(validator(max_length = 10))]
    pub(super) valid_to: Option<String>,
}

/// What an application becomes.
#[derive(Debug, Object)]
pub(super) struct AdmissionStep {
    pub(super) state: AdmissionState,
    /// The first day; today unless given.
    #[oai(validator(max_length = 10))]
    pub(super) on: Option<String>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub(super) why: String,
}

/// A unit with too few certified officers.
#[derive(Debug, Object)]
pub(super) struct Shortage {
    pub(super) unit: Named,
    pub(super) field: String,
    /// The power items that lie idle.
    pub(super) items: Vec<Named>,
    /// The officers who are certified today.
    pub(super) officers: Vec<String>,
    pub(super) needed: usize,
    /// The first day on which there are too few.
    pub(super) from: String,
}

/// Items without enough certified officers.
#[derive(Debug, Object)]
pub(super) struct Shortages {
    /// What is short already first, then what becomes so within 60 days.
    pub(super) items: Vec<Shortage>,
}

/// How often a town refused what a department handed down without being admitted to.
#[derive(Debug, Object)]
pub(super) struct RefusalsOfTown {
    pub(super) department: Named,
    pub(super) town: Named,
    pub(super) refusals: u64,
}

/// Refusals of a year, as the figure `admissions_refused` counts them.
#[derive(Debug, Object)]
pub(super) struct AdmissionRefusals {
    /// The most first.
    pub(super) items: Vec<RefusalsOfTown>,
    pub(super) from: String,
    /// The first day after it.
    pub(super) to: String,
}

/// The registers as they stand on a day, of a division or whole.
pub(super) struct Seen {
    pub(super) reference: std::sync::Arc<gridwhistle_service::Reference>,
    pub(super) lang: Lang,
    pub(super) division: Option<DivisionCode>,
    pub(super) on: Date,
}

impl Seen {
    pub(super) fn look(&self) -> Look<'_> {
        Look {
            reference: &self.reference,
            lang: self.lang,
        }
    }

    pub(super) fn covers(&self, division: DivisionCode) -> bool {
        self.division.is_none_or(|asked| asked.contains(division))
    }

    pub(super) fn within(&self, division: DivisionCode) -> bool {
        self.division.is_some_and(|asked| division.contains(asked))
    }

    pub(super) fn version(&self, list: &str) -> u32 {
        let versions = &self.reference.rules.versions.0;
        versions.get(list).copied().unwrap_or_default()
    }

    pub(super) fn power(&self, grant: &routing::PowerGrant) -> Power {
        Power {
            code: grant.code(),
            item: grant.item.clone(),
            name: grant.name.clone(),
            kind: grant.kind.to_string(),
            town: self.look().division(grant.town),
            valid_from: grant.valid_from.to_string(),
            valid_to: grant.valid_to.map(|to| to.to_string()),
            state: grant.standing(self.on).to_owned(),
            course: course(&grant.course),
            evaluated_on: grant.evaluation.map(|(on, _)| on.to_string()),
            evaluation: grant.evaluation.map(|(_, result)| result.to_string()),
            note: grant.note.clone(),
        }
    }

    pub(super) fn certificate(&self, certificate: &routing::Certificate) -> Certificate {
        Certificate {
            number: certificate.number.clone(),
            officer: certificate.officer.clone(),
            unit: self.look().unit(&certificate.unit),
            field: certificate.field.clone(),
            valid_from: certificate.valid_from.to_string(),
            valid_to: certificate.valid_to.to_string(),
            state: certificate.standing(self.on).to_owned(),
            course: course(&certificate.course),
        }
    }

    pub(super) fn admission_refusals(
        &self,
        counted: BTreeMap<(routing::UnitCode, DivisionCode), u64>,
        period: Period,
    ) -> AdmissionRefusals {
        let mut counted: Vec<_> = counted.into_iter().collect();
        counted.sort_by_key(|(_, refusals)| std::cmp::Reverse(*refusals));
        let items = counted
            .into_iter()
            .map(|((department, town), refusals)| RefusalsOfTown {
                department: self.look().unit(&department),
                town: self.look().division(town),
                refusals,
            });
        AdmissionRefusals {
            items: items.collect(),
            from: period.from.date().to_string(),
            to: period.to.date().to_string(),
        }
    }

    pub(super) fn admission(&self, admission: &routing::Admission) -> Admission {
        Admission {
            code: admission.code(),
            department: self.look().unit(&admission.department),
            kind: admission.matter_kind.to_string(),
            code_prefix: admission.code_prefix.clone(),
            division: self.look().division(admission.division),
            text: admission.text.clone(),
            valid_from: admission.valid_from.to_string(),
            valid_to: admission.valid_to.map(|to| to.to_string()),
            state: admission.standing(self.on).to_owned(),
            course: course(&admission.course),
        }
    }
}

fn course<S: routing::State>(course: &routing::Course<S>) -> Vec<CourseStep> {
    course
        .steps()
        .map(|(state, on)| CourseStep {
            state: state.name().to_owned(),
            on: on.to_string(),
        })
        .collect()
}
