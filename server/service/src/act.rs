//! Acting on a case: load, decide, append, answer.

use gridwhistle_domain::access::{Actor, Operation, may_use, sees};
use gridwhistle_domain::case::{
    Action, Ask, Case, CaseId, Offer, Recorded, Refusal, RefusalCode, Target, conceal, offers,
};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_store::{Append, Appended, Key, Resident, StoreError};
use serde_json::Value;
use uuid::Uuid;

use crate::joining::Decided;
use crate::ticking::as_of;
use crate::{Service, ServiceError};

/// How often a decision is taken anew when somebody else was faster.
pub(crate) const TRIES: usize = 8;

/// What the caller gave to make a repetition harmless: a key, and what distinguishes the request.
#[derive(Clone, Debug)]
pub struct Idempotency {
    pub key: String,
    /// SHA-256 over method, path and body.
    pub fingerprint: Vec<u8>,
}

impl Idempotency {
    pub(crate) fn of(self, actor: &Actor) -> Key {
        Key {
            scope_key: format!("{}:{}", actor.person.0, self.key),
            fingerprint: self.fingerprint,
        }
    }
}

/// A request that came through.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The case as it stood when the request was carried out.
    pub case: Case,
    /// Whether it had been carried out before, with the same key.
    pub replayed: bool,
}

/// Something asked for, and what the caller knows.
#[derive(Clone, Debug)]
pub struct Request {
    pub action: Action,
    /// The version that the decision was taken on: the case's, or the assignment's for actions on
    /// assignments.
    pub version: Option<u32>,
    pub occurred_at: Option<Timestamp>,
    pub key: Option<Idempotency>,
}

impl Service {
    /// Acts on a case.
    pub async fn act(
        &self,
        actor: &Actor,
        id: CaseId,
        request: Request,
    ) -> Result<Outcome, ServiceError> {
        let key = request.key.clone().map(|k| k.of(actor));
        if let Some(key) = &key
            && let Some(done) = self.replay(key).await?
        {
            return Ok(done);
        }
        self.own_attachments(actor, "/attachments", request.action.attachments())
            .await?;
        let reference = self.reference();
        for _ in 0..TRIES {
            let read = self.store.case(id).await?.ok_or(ServiceError::NotFound)?;
            let now = self.clock.now();
            let rules = reference.rules_of(&read);
            // What is due has happened, whether or not the system has got round to it.
            let (case, mut events) = as_of(&read, rules, now);
            let ask = Ask {
                actor,
                rules,
                now,
                occurred_at: request.occurred_at,
            };
            let decided = self.decided(&case, &request.action, &ask).await?;
            if let Err(refusal) = &decided
                && matches!(refusal.code, RefusalCode::NotFound)
            {
                return Err(ServiceError::NotFound);
            }
            check_version(&read, &request)?;
            let mut decided = decided?;
            if let Action::Delegate { to, .. } = &request.action
                && !reference.has_division(*to, now)
            {
                let refusal = Refusal::new(RefusalCode::NotBelow)
                    .with("to", to)
                    .with("centre", case.centre);
                return Err(ServiceError::Refused(refusal));
            }
            let more = self.unattended(Some(&case), &decided.events).await?;
            decided.events.extend(more);
            self.conceal(&case, &mut decided).await?;
            events.extend(decided.events);
            let append = Append {
                case: Some(read),
                events,
                others: decided.others,
                key: key.clone(),
                resident: None,
            };
            match self.store.append(append).await {
                // Somebody was faster: decide anew on what stands now.
                Err(StoreError::Stale) => {}
                result => {
                    let is_ruling = matches!(request.action, Action::Rule { .. });
                    if is_ruling && result.is_ok() {
                        // The ruling has become a rule; what fails here is found by the next look.
                        self.refresh_reference().await.ok();
                    }
                    return self.answered(result).await;
                }
            }
        }
        Err(StoreError::Stale.into())
    }

    /// Takes the names and telephones of all residents concerned out of what was written freely, in this case and in the
    /// others that it changes: the log is read by everybody who sees a case, and is never erased.
    async fn conceal(&self, case: &Case, decided: &mut Decided) -> Result<(), ServiceError> {
        let others = decided.others.iter().map(|(other, _)| other);
        let cases: Vec<&Case> = std::iter::once(case).chain(others).collect();
        for resident in self.residents_behind(&cases).await? {
            conceal_in(&mut decided.events, &resident)?;
            for (_, events) in &mut decided.others {
                conceal_in(events, &resident)?;
            }
        }
        Ok(())
    }

    /// The residents behind cases, and behind those that became part of them.
    pub(crate) async fn residents_behind(
        &self,
        cases: &[&Case],
    ) -> Result<Vec<Resident>, ServiceError> {
        let own = cases.iter().filter(|case| case.resident.is_some());
        let merged = cases.iter().flat_map(|case| &case.absorbed);
        let ids: Vec<CaseId> = own
            .map(|case| case.id)
            .chain(merged.filter(|part| part.resident).map(|part| part.case))
            .collect();
        let mut residents = Vec::with_capacity(ids.len());
        for id in ids {
            residents.extend(self.store.resident(id).await?);
        }
        Ok(residents)
    }

    /// Turns a repetition into the answer of the first time.
    pub(crate) async fn answered(
        &self,
        result: Result<Appended, StoreError>,
    ) -> Result<Outcome, ServiceError> {
        match result {
            Ok(done) => Ok(Outcome {
                case: done.case,
                replayed: false,
            }),
            Err(StoreError::Replayed { case, version }) => self.as_it_was(case, version).await,
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn replay(&self, key: &Key) -> Result<Option<Outcome>, ServiceError> {
        match self.store.key(&key.scope_key).await? {
            None => Ok(None),
            Some((fingerprint, _, _)) if fingerprint != key.fingerprint => {
                Err(ServiceError::KeyReused)
            }
            Some((_, case, version)) => self.as_it_was(case, version).await.map(Some),
        }
    }

    async fn as_it_was(&self, id: CaseId, version: u32) -> Result<Outcome, ServiceError> {
        let case = self
            .store
            .case_at(id, version)
            .await?
            .ok_or(ServiceError::NotFound)?;
        Ok(Outcome {
            case,
            replayed: true,
        })
    }

    /// The case of a called unit's part, if the caller may see it.
    pub async fn case_of_assignment(&self, actor: &Actor, id: Uuid) -> Result<Case, ServiceError> {
        let case = self.store.case_of_assignment(id).await?;
        let case = case.ok_or(ServiceError::NotFound)?;
        self.seen(actor, case.id).await
    }

    /// The case, if the caller may see it and read cases at all.
    pub async fn case(&self, actor: &Actor, id: CaseId) -> Result<Case, ServiceError> {
        let case = self.seen(actor, id).await?;
        if may_use(actor, Operation::ReadCases, self.clock.now()) {
            Ok(case)
        } else {
            Err(ServiceError::Forbidden)
        }
    }

    /// The case, if it lies in what the caller sees.
    pub(crate) async fn seen(&self, actor: &Actor, id: CaseId) -> Result<Case, ServiceError> {
        let case = self.store.case(id).await?.ok_or(ServiceError::NotFound)?;
        if sees(actor, &case.subject(), self.clock.now()) {
            Ok(case)
        } else {
            Err(ServiceError::NotFound)
        }
    }

    /// All that happened to a case.
    pub async fn history(
        &self,
        actor: &Actor,
        id: CaseId,
    ) -> Result<Vec<gridwhistle_store::Entry>, ServiceError> {
        self.case(actor, id).await?;
        Ok(self.store.history(id).await?)
    }

    /// What the caller may do now, and if not, why not; of all actions, or of those that his posts take at all.
    pub async fn offers(
        &self,
        actor: &Actor,
        id: CaseId,
        of_his_posts: bool,
    ) -> Result<(Case, Vec<Offer>), ServiceError> {
        let case = self.case(actor, id).await?;
        let reference = self.reference();
        let ask = Ask {
            actor,
            rules: reference.rules_of(&case),
            now: self.clock.now(),
            occurred_at: None,
        };
        let mut offers = offers(&as_of(&case, ask.rules, ask.now).0, &ask);
        offers.retain(|offer| offer.is_of_his_posts || !of_his_posts);
        for refusal in offers.iter_mut().filter_map(|offer| offer.refusal.as_mut()) {
            reference.name_units(refusal);
        }
        Ok((case, offers))
    }
}

/// A decision names the version that it was taken on; a fact need not.
fn check_version(case: &Case, request: &Request) -> Result<(), ServiceError> {
    if request.action.kind().is_fact() {
        return Ok(());
    }
    let current = match request.action.target() {
        Target::Assignment(id) => case.assignment(id).map_or(case.version, |a| a.version),
        Target::Case | Target::Whistle(_) => case.version,
    };
    match request.version {
        None => Err(ServiceError::VersionMissing),
        // Whoever knows the newest state of the case knows that of its assignments. Reminders move nothing.
        Some(version) if version == current || case.stands_as_at(version) => Ok(()),
        Some(_) => Err(ServiceError::StaleVersion { current }),
    }
}

/// Fields of events that somebody writes freely.
const WRITTEN: [&str; 8] = [
    "reply",
    "text",
    "note",
    "reason",
    "result",
    "ruling",
    "legal_basis",
    "address",
];

/// The same for events at hand.
pub(crate) fn conceal_in(events: &mut [Recorded], resident: &Resident) -> Result<(), ServiceError> {
    for recorded in events {
        *recorded = concealed(recorded, resident)
            .map_err(|e| ServiceError::Internal(format!("an event cannot be written: {e}")))?;
    }
    Ok(())
}

/// The event without the resident's name and telephone in what was written freely.
fn concealed(recorded: &Recorded, resident: &Resident) -> Result<Recorded, serde_json::Error> {
    fn cover(value: &mut Value, resident: &Resident) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    match field {
                        Value::String(text) if WRITTEN.contains(&name.as_str()) => {
                            *text = conceal(text, &resident.name, &resident.telephone);
                        }
                        field => cover(field, resident),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| cover(item, resident)),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(&recorded.event)?;
    cover(&mut value, resident);
    Ok(Recorded {
        event: serde_json::from_value(value)?,
        ..recorded.clone()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use gridwhistle_domain::access::ActorRef;
    use gridwhistle_domain::case::Event;

    use super::*;

    #[test]
    fn what_is_written_freely_does_not_tell_the_resident() {
        let resident = Resident {
            name: "张三丰".to_owned(),
            telephone: "138-1234 5678".to_owned(),
        };
        let text = "已联系张三丰，电话13812345678（138-1234 5678）".to_owned();
        let now = Timestamp::from_micros(0);
        let written = Recorded {
            case: CaseId(uuid::Uuid::nil()),
            version: 2,
            recorded_at: now,
            occurred_at: now,
            actor: ActorRef::system(),
            late_upload: false,
            versions: gridwhistle_domain::lists::ListVersions::default(),
            event: Event::Commented { text, public: true },
        };
        let kept = concealed(&written, &resident).unwrap();
        let told = serde_json::to_value(&kept.event).unwrap();
        assert_eq!(told["data"]["text"], "已联系***，电话***（***）");
        let officer = Recorded {
            event: Event::Voided {
                reason: "重复".to_owned(),
            },
            ..written
        };
        assert_eq!(concealed(&officer, &resident).unwrap(), officer);
    }
}
