//! `/registers`: powers, certificates, admissions, and what cannot be carried out for want of officers.

mod views;

use std::collections::BTreeMap;

use gridwhistle_domain::clock::Date;
use gridwhistle_domain::indicator::Period;
use gridwhistle_domain::routing;
use gridwhistle_domain::routing::shortages;
use gridwhistle_service::Step;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};

use super::lists::day;
use super::views::Named;
use super::{Tag, parsed_maybe};
use crate::answer::{Answer, Created};
use crate::auth::Caller;
use crate::body::Body;
use crate::fail::{CreateFail, ReadFail};
use crate::messages::Lang;
use crate::refusal::Refusal;
use crate::state::State;
use views::{
    Admission, AdmissionRefusals, AdmissionStep, Admissions, Certificate, CertificateStep,
    Certificates, NewAdmission, NewCertificate, NewPower, Power, PowerEvaluation, PowerStep,
    Powers, Seen, Shortage, Shortages,
};

/// The registers.
pub struct Registers(pub(super) State);

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Registers")]
impl Registers {
    /// The powers granted to the towns of a division, or to all.
    #[oai(
        path = "/registers/powers",
        method = "get",
        operation_id = "list_powers"
    )]
    async fn powers(
        &self,
        lang: Lang,
        caller: Caller,
        /// 12 digits.
        division: Query<Option<String>>,
        /// A state of today.
        state: Query<Option<String>>,
    ) -> Result<Answer<Powers>, ReadFail> {
        let seen = self.seen(lang, &caller, division.0.as_ref())?;
        let grants = seen.reference.rules.registers.all_grants();
        let items = grants
            .filter(|grant| seen.covers(grant.town))
            .filter(|grant| {
                state
                    .0
                    .as_ref()
                    .is_none_or(|state| grant.standing(seen.on) == state)
            })
            .map(|grant| seen.power(grant))
            .collect();
        Ok(Answer(Powers {
            items,
            version: seen.version(gridwhistle_domain::lists::POWERS),
        }))
    }

    /// Propose the grant of a power, or enter one that stands.
    #[oai(
        path = "/registers/powers",
        method = "post",
        operation_id = "grant_power"
    )]
    async fn grant(
        &self,
        lang: Lang,
        caller: Caller,
        body: Body<NewPower>,
    ) -> Result<Created<Power>, CreateFail> {
        let new = body.0;
        let state = new.state.map_or(routing::PowerState::Proposed, Into::into);
        let fields = [
            ("item", new.item),
            ("name", new.name),
            ("kind", new.kind),
            ("town", new.town),
            ("course", format!("{state} {}", new.valid_from)),
            ("valid_from", new.valid_from),
            ("valid_to", new.valid_to.unwrap_or_default()),
        ];
        let grant: routing::PowerGrant = self.add(&caller, fields, &new.why).await?;
        Ok(Created::new(self.seen(lang, &caller, None)?.power(&grant)))
    }

    /// Announce a power, bring it into force, suspend, resume or withdraw it.
    #[oai(
        path = "/registers/powers/:code/steps",
        method = "post",
        operation_id = "step_power"
    )]
    async fn step_power(
        &self,
        lang: Lang,
        caller: Caller,
        code: Path<String>,
        body: Body<PowerStep>,
    ) -> Result<Created<Power>, CreateFail> {
        let step = self.step(body.0.state.into(), body.0.on.as_ref(), body.0.why)?;
        let service = &self.0.service;
        let grant = service.step_power(&caller.0.actor, &code.0, step).await;
        let grant = grant.map_err(Refusal::from)?;
        Ok(Created::new(self.seen(lang, &caller, None)?.power(&grant)))
    }

    /// Note how a town does with a power.
    #[oai(
        path = "/registers/powers/:code/evaluations",
        method = "post",
        operation_id = "evaluate_power"
    )]
    async fn evaluate(
        &self,
        lang: Lang,
        caller: Caller,
        code: Path<String>,
        body: Body<PowerEvaluation>,
    ) -> Result<Created<Power>, CreateFail> {
        let PowerEvaluation { result, on, note } = body.0;
        let on = self.on(on.as_ref())?;
        let service = &self.0.service;
        let noted = service.evaluate_power(&caller.0.actor, &code.0, result.into(), on, &note);
        let grant = noted.await.map_err(Refusal::from)?;
        Ok(Created::new(self.seen(lang, &caller, None)?.power(&grant)))
    }

    /// The certificates of the officers in a division, or of all.
    #[oai(
        path = "/registers/certificates",
        method = "get",
        operation_id = "list_certificates"
    )]
    async fn certificates(
        &self,
        lang: Lang,
        caller: Caller,
        /// 12 digits.
        division: Query<Option<String>>,
        /// A state of today.
        state: Query<Option<String>>,
    ) -> Result<Answer<Certificates>, ReadFail> {
        let seen = self.seen(lang, &caller, division.0.as_ref())?;
        let of_unit = |unit: &routing::UnitCode| seen.reference.unit(unit).map(|u| u.division);
        let all = seen.reference.rules.registers.all_certificates();
        let items = all
            .filter(|certificate| of_unit(&certificate.unit).is_none_or(|d| seen.covers(d)))
            .filter(|one| {
                state
                    .0
                    .as_ref()
                    .is_none_or(|state| one.standing(seen.on) == state)
            })
            .map(|certificate| seen.certificate(certificate))
            .collect();
        Ok(Answer(Certificates {
            items,
            version: seen.version(gridwhistle_domain::lists::CERTIFICATES),
        }))
    }

    /// Issue a certificate.
    #[oai(
        path = "/registers/certificates",
        method = "post",
        operation_id = "issue_certificate"
    )]
    async fn issue(
        &self,
        lang: Lang,
        caller: Caller,
        body: Body<NewCertificate>,
    ) -> Result<Created<Certificate>, CreateFail> {
        let new = body.0;
        let fields = [
            ("number", new.number),
            ("officer", new.officer),
            ("unit", new.unit),
            ("field", new.field),
            ("course", format!("issued {}", new.valid_from)),
            ("valid_from", new.valid_from),
            ("valid_to", new.valid_to),
        ];
        let certificate: routing::Certificate = self.add(&caller, fields, &new.why).await?;
        let seen = self.seen(lang, &caller, None)?;
        Ok(Created::new(seen.certificate(&certificate)))
    }

    /// Renew or revoke a certificate.
    #[oai(
        path = "/registers/certificates/:number/steps",
        method = "post",
        operation_id = "step_certificate"
    )]
    async fn step_certificate(
        &self,
        lang: Lang,
        caller: Caller,
        number: Path<String>,
        body: Body<CertificateStep>,
    ) -> Result<Created<Certificate>, CreateFail> {
        let CertificateStep {
            state,
            on,
            valid_to,
            why,
        } = body.0;
        let step = self.step(state.into(), on.as_ref(), why)?;
        let last = valid_to
            .as_deref()
            .map(|text| day("/valid_to", text))
            .transpose()?;
        let service = &self.0.service;
        let stepped = service.step_certificate(&caller.0.actor, &number.0, step, last);
        let certificate = stepped.await.map_err(Refusal::from)?;
        let seen = self.seen(lang, &caller, None)?;
        Ok(Created::new(seen.certificate(&certificate)))
    }

    /// What departments applied to hand down to the towns of a division, or to any.
    #[oai(
        path = "/registers/admissions",
        method = "get",
        operation_id = "list_admissions"
    )]
    async fn admissions(
        &self,
        lang: Lang,
        caller: Caller,
        /// 12 digits.
        division: Query<Option<String>>,
        /// A state of today.
        state: Query<Option<String>>,
    ) -> Result<Answer<Admissions>, ReadFail> {
        let seen = self.seen(lang, &caller, division.0.as_ref())?;
        let all = seen.reference.rules.registers.all_admissions().iter();
        let items = all
            .filter(|one| seen.covers(one.division) || seen.within(one.division))
            .filter(|one| {
                state
                    .0
                    .as_ref()
                    .is_none_or(|state| one.standing(seen.on) == state)
            })
            .map(|admission| seen.admission(admission))
            .collect();
        Ok(Answer(Admissions {
            items,
            version: seen.version(gridwhistle_domain::lists::ADMISSIONS),
        }))
    }

    /// Apply to hand matters down.
    #[oai(
        path = "/registers/admissions",
        method = "post",
        operation_id = "apply_for_admission"
    )]
    async fn apply(
        &self,
        lang: Lang,
        caller: Caller,
        body: Body<NewAdmission>,
    ) -> Result<Created<Admission>, CreateFail> {
        let new = body.0;
        let fields = [
            ("department", new.department),
            ("kind", new.kind),
            ("code_prefix", new.code_prefix),
            ("division", new.division),
            ("text", new.text.clone()),
            ("course", format!("applied {}", self.today())),
            ("valid_from", new.valid_from),
            ("valid_to", new.valid_to.unwrap_or_default()),
        ];
        let admission: routing::Admission = self.add(&caller, fields, &new.text).await?;
        let seen = self.seen(lang, &caller, None)?;
        Ok(Created::new(seen.admission(&admission)))
    }

    /// Review, approve, refuse or withdraw an application.
    #[oai(
        path = "/registers/admissions/:code/steps",
        method = "post",
        operation_id = "step_admission"
    )]
    async fn step_admission(
        &self,
        lang: Lang,
        caller: Caller,
        code: Path<String>,
        body: Body<AdmissionStep>,
    ) -> Result<Created<Admission>, CreateFail> {
        let step = self.step(body.0.state.into(), body.0.on.as_ref(), body.0.why)?;
        let service = &self.0.service;
        let stepped = service.step_admission(&caller.0.actor, &code.0, step).await;
        let admission = stepped.map_err(Refusal::from)?;
        let seen = self.seen(lang, &caller, None)?;
        Ok(Created::new(seen.admission(&admission)))
    }

    /// How often towns refused this year what departments handed down without being admitted to.
    #[oai(
        path = "/registers/admission-refusals",
        method = "get",
        operation_id = "list_admission_refusals"
    )]
    async fn admission_refusals(
        &self,
        lang: Lang,
        caller: Caller,
        /// 12 digits; all that the caller looks over unless given.
        division: Query<Option<String>>,
    ) -> Result<Answer<AdmissionRefusals>, ReadFail> {
        let seen = self.seen(lang, &caller, division.0.as_ref())?;
        let year = Period::year(seen.on);
        let (actor, division) = (&caller.0.actor, seen.division);
        let counted = self.0.service.admission_refusals(actor, division, year);
        let counted = counted.await.map_err(Refusal::from)?;
        Ok(Answer(seen.admission_refusals(counted, year)))
    }

    /// Items that cannot be carried out in a division, today or soon, because too few officers are certified.
    #[oai(
        path = "/registers/shortages",
        method = "get",
        operation_id = "list_shortages"
    )]
    async fn shortages(
        &self,
        lang: Lang,
        caller: Caller,
        /// 12 digits.
        division: Query<String>,
    ) -> Result<Answer<Shortages>, ReadFail> {
        let seen = self.seen(lang, &caller, Some(&division.0))?;
        let rules = &seen.reference.rules;
        let Some(division) = seen.division else {
            return Err(Refusal::not_found().into());
        };
        let found = shortages(&rules.registers, &rules.units, division, seen.on);
        let items = found.into_iter().map(|short| Shortage {
            unit: seen.look().unit(&short.unit.code),
            field: short.field.to_owned(),
            items: short
                .items
                .into_iter()
                .map(|item| Named {
                    code: item.to_owned(),
                    name: rules.registers.item_name(item).to_owned(),
                })
                .collect(),
            officers: short.officers.into_iter().map(str::to_owned).collect(),
            needed: routing::OFFICERS_NEEDED,
            from: short.from.to_string(),
        });
        Ok(Answer(Shortages {
            items: items.collect(),
        }))
    }
}

impl Registers {
    fn today(&self) -> Date {
        self.0.service.clock.now().date()
    }

    fn on(&self, text: Option<&String>) -> Result<Date, Refusal> {
        text.map_or_else(|| Ok(self.today()), |text| day("/on", text))
    }

    fn step<S>(&self, state: S, on: Option<&String>, why: String) -> Result<Step<S>, Refusal> {
        let on = self.on(on)?;
        Ok(Step { state, on, why })
    }

    async fn add<T: gridwhistle_service::import::Table, const N: usize>(
        &self,
        caller: &Caller,
        fields: [(&str, String); N],
        why: &str,
    ) -> Result<T, Refusal> {
        let fields: BTreeMap<String, String> = fields
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text))
            .collect();
        let service = &self.0.service;
        Ok(service
            .add_to_register(&caller.0.actor, fields, why)
            .await?)
    }

    /// What the caller looks at.
    fn seen(
        &self,
        lang: Lang,
        caller: &Caller,
        division: Option<&String>,
    ) -> Result<Seen, Refusal> {
        let operation = gridwhistle_domain::access::Operation::ReadLists;
        self.0.may(&caller.0.actor, operation)?;
        Ok(Seen {
            reference: self.0.service.reference(),
            lang,
            division: parsed_maybe("division", division)?,
            on: self.today(),
        })
    }
}
