//! What a division sets for itself.

use gridwhistle_domain::access::{Actor, ActorRef, Operation, Post, Scope, may_use};
use gridwhistle_domain::case::Settings;
use gridwhistle_domain::configuration::Configuration;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
use gridwhistle_domain::routing::WhistleKind;
use gridwhistle_store::{ConfigurationVersion, StoreError};

use crate::{Fault, Service, ServiceError};

/// The most versions that are told.
const TOLD: u64 = 200;

/// A division's own document, and what holds there by it and by those above.
#[derive(Clone, Debug)]
pub struct Configured {
    pub division: DivisionCode,
    /// Absent where it never said anything.
    pub held: Option<ConfigurationVersion>,
    /// What is shown: the document that holds, or the one that was only checked.
    pub document: Configuration,
    pub kinds: Vec<WhistleKind>,
    pub settings: Settings,
}

impl Configured {
    /// 0 where nothing was ever said.
    pub fn version(&self) -> u32 {
        self.held.as_ref().map_or(0, |held| held.version)
    }
}

impl Service {
    /// What a division sets for itself, and what holds there.
    pub async fn configuration(&self, division: DivisionCode) -> Result<Configured, ServiceError> {
        if !self.reference().divisions.contains_key(&division) {
            return Err(ServiceError::NotFound);
        }
        let held = self.held_configuration(division).await?;
        let document = held.as_ref().map(|held| held.document.clone());
        Ok(self.configured(division, held, document.unwrap_or_default()))
    }

    /// Everything that a division has set for itself, the newest first.
    pub async fn configuration_versions(
        &self,
        division: DivisionCode,
    ) -> Result<Vec<ConfigurationVersion>, ServiceError> {
        if !self.reference().divisions.contains_key(&division) {
            return Err(ServiceError::NotFound);
        }
        Ok(self.store.configuration_versions(division, TOLD).await?)
    }

    /// Puts a document in force for a division of which the caller is the administrator; `version` is the one that it
    /// was written on. With `dry_run` it is only checked.
    pub async fn change_configuration(
        &self,
        actor: &Actor,
        division: DivisionCode,
        document: Configuration,
        version: u32,
        dry_run: bool,
    ) -> Result<Configured, ServiceError> {
        let now = self.clock.now();
        if !may_use(actor, Operation::Configure, now) {
            return Err(ServiceError::Forbidden);
        }
        let covers =
            |scope: &Scope| matches!(scope, Scope::Division(code) if code.contains(division));
        let administrator = actor
            .posts(now)
            .find(|held| held.post == Post::Admin && covers(&held.scope))
            .ok_or(ServiceError::NotFound)?;
        let by = ActorRef::of(actor, administrator);
        self.put_configuration(Some(by), division, document, Some(version), dry_run)
            .await
    }

    /// The same for whoever administers the machine; without a version it goes over whatever holds.
    pub async fn put_configuration(
        &self,
        by: Option<ActorRef>,
        division: DivisionCode,
        document: Configuration,
        version: Option<u32>,
        dry_run: bool,
    ) -> Result<Configured, ServiceError> {
        let reference = self.reference();
        if !reference.divisions.contains_key(&division) {
            return Err(ServiceError::NotFound);
        }
        if matches!(
            division.level(),
            DivisionLevel::Village | DivisionLevel::Province
        ) {
            return Err(Fault::new("", "division_without_centre").into());
        }
        let faults = document.faults(&reference.rules.catalogue);
        if !faults.is_empty() {
            let faults = faults.into_iter();
            return Err(ServiceError::Invalid(
                faults
                    .map(|fault| Fault::new(fault.pointer, fault.rule.as_str()))
                    .collect(),
            ));
        }
        let held = self.held_configuration(division).await?;
        let current = held.as_ref().map_or(0, |held| held.version);
        if version.is_some_and(|version| version != current) {
            return Err(ServiceError::StaleVersion { current });
        }
        let same = held.as_ref().is_some_and(|held| held.document == document);
        if dry_run || same || (held.is_none() && document.is_empty()) {
            return Ok(self.configured(division, held, document));
        }
        let new = ConfigurationVersion {
            division,
            version: current + 1,
            document: document.clone(),
            by,
            at: self.clock.now(),
        };
        match self.store.put_configuration(new.clone()).await {
            Err(StoreError::Stale) => {
                let held = self.held_configuration(division).await?;
                let current = held.map_or(0, |held| held.version);
                return Err(ServiceError::StaleVersion { current });
            }
            result => result?,
        }
        tracing::debug!(%division, version = new.version, "configuration changed");
        self.refresh_reference().await?;
        Ok(self.configured(division, Some(new), document))
    }

    async fn held_configuration(
        &self,
        division: DivisionCode,
    ) -> Result<Option<ConfigurationVersion>, ServiceError> {
        let versions = self.store.configuration_versions(division, 1).await?;
        Ok(versions.into_iter().next())
    }

    fn configured(
        &self,
        division: DivisionCode,
        held: Option<ConfigurationVersion>,
        document: Configuration,
    ) -> Configured {
        let reference = self.reference();
        let above = reference.rules_above(division);
        let own = document.own_kinds();
        Configured {
            division,
            held,
            kinds: own.unwrap_or_else(|| above.kinds.clone()),
            settings: document.settings.over(&above.settings),
            document,
        }
    }
}
