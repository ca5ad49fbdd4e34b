//! Rulings that became rules: changed and withdrawn by the centre that made them.

use gridwhistle_domain::access::{Actor, ActorRef, Operation, Scope, may_use};
use gridwhistle_domain::case::{CaseId, conceal};
use gridwhistle_domain::clock::Date;
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing::{Responsible, Ruling};
use uuid::Uuid;

use gridwhistle_store::ListNote;

use crate::reference::lists;
use crate::{Fault, Service, ServiceError};

/// What a ruling shall say from now on.
#[derive(Clone, Debug)]
pub struct RulingChange {
    /// The first digits of the matters' codes.
    pub code_prefix: String,
    pub division: DivisionCode,
    pub lead: Responsible,
    pub assists: Vec<Responsible>,
    pub text: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub withdrawn: bool,
}

impl Service {
    /// All rulings, the newest first.
    pub fn rulings(&self, actor: &Actor) -> Result<Vec<Ruling>, ServiceError> {
        if !may_use(actor, Operation::ReadReference, self.clock.now()) {
            return Err(ServiceError::Forbidden);
        }
        let mut rulings = self.reference().rules.rulings.to_vec();
        rulings.sort_by(|a, b| (b.valid_from, &b.id).cmp(&(a.valid_from, &a.id)));
        Ok(rulings)
    }

    /// Changes a ruling: wider, narrower, until when, withdrawn or in force again. What was decided by it stands.
    pub async fn change_ruling(
        &self,
        actor: &Actor,
        id: &str,
        change: RulingChange,
    ) -> Result<Ruling, ServiceError> {
        let now = self.clock.now();
        if !may_use(actor, Operation::ChangeRulings, now) {
            return Err(ServiceError::Forbidden);
        }
        let reference = self.reference();
        let known = reference.rules.rulings.iter().find(|r| r.id == id);
        let mut ruling = known.cloned().ok_or(ServiceError::NotFound)?;
        let held = actor.posts(now).find(|a| {
            Operation::RULES.contains(&a.post)
                && matches!(a.scope, Scope::Division(code) if code.contains(ruling.centre))
        });
        let by = held
            .map(|held| ActorRef::of(actor, held))
            .ok_or(ServiceError::Forbidden)?;
        self.check_ruling(&ruling, &change)?;
        ruling.withdrawn_at = match (change.withdrawn, ruling.withdrawn_at) {
            (true, at) => Some(at.unwrap_or(now)),
            (false, _) => None,
        };
        ruling.code_prefix = change.code_prefix;
        ruling.division = change.division;
        ruling.lead = change.lead;
        ruling.assists = change.assists;
        ruling.valid_from = change.valid_from;
        ruling.valid_to = change.valid_to;
        ruling.text = self.without_resident(id, change.text).await?;
        let note = ListNote {
            at: now,
            by: Some(by),
            why: ruling.text.clone(),
        };
        let decided_on = reference.rules.versions.0.get(lists::RULINGS);
        let entry = (ruling.id.clone(), Some(&ruling));
        let changed = self
            .store
            .change_list(
                lists::RULINGS,
                decided_on.copied().unwrap_or(0),
                [entry],
                note,
            )
            .await;
        if let Err(error) = changed {
            // Somebody was faster: the next look knows of it.
            self.refresh_reference().await?;
            return Err(error.into());
        }
        self.refresh_reference().await?;
        Ok(ruling)
    }

    /// Within the centre's division, known units, days in order.
    fn check_ruling(&self, ruling: &Ruling, change: &RulingChange) -> Result<(), ServiceError> {
        let reference = self.reference();
        let mut faults = Vec::new();
        let digits =
            change.code_prefix.len() <= 5 && change.code_prefix.bytes().all(|b| b.is_ascii_digit());
        if !digits {
            faults.push(Fault::new("/code_prefix", "not_a_prefix"));
        }
        if !reference.divisions.contains_key(&change.division)
            || !ruling.centre.contains(change.division)
        {
            faults.push(Fault::new("/division", "unknown_division"));
        }
        let known = |named: &Responsible| match named {
            Responsible::Unit(code) => reference.unit(code).is_some(),
            Responsible::Function(function) => reference
                .rules
                .units
                .iter()
                .any(|u| u.function == *function),
        };
        if !known(&change.lead) {
            faults.push(Fault::new("/lead", "unknown_unit"));
        }
        for (i, assist) in change.assists.iter().enumerate() {
            if !known(assist) {
                faults.push(Fault::new(format!("/assists/{i}"), "unknown_unit"));
            }
        }
        if change.valid_to.is_some_and(|to| to <= change.valid_from) {
            faults.push(Fault::new("/valid_to", "ends_before"));
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(ServiceError::Invalid(faults))
        }
    }

    /// The text without name and telephone of the resident behind the case in which it was ruled.
    async fn without_resident(&self, id: &str, text: String) -> Result<String, ServiceError> {
        let case = id.get(..36).and_then(|id| Uuid::parse_str(id).ok());
        let resident = match case {
            Some(case) => self.store.resident(CaseId(case)).await?,
            None => None,
        };
        Ok(match resident {
            Some(resident) => conceal(&text, &resident.name, &resident.telephone),
            None => text,
        })
    }
}
