//! What divisions set for themselves: every version is kept, the highest one holds.

use gridwhistle_domain::access::ActorRef;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::configuration::Configuration;
use gridwhistle_domain::place::DivisionCode;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::configuration;
use crate::insert::{Held, insert_all};
use crate::reference::stamp_reference;
use crate::{Store, StoreError};

/// A document as it was put in force.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigurationVersion {
    pub division: DivisionCode,
    /// Counted from 1.
    pub version: u32,
    pub document: Configuration,
    /// Absent where it came from the server's command line.
    pub by: Option<ActorRef>,
    pub at: Timestamp,
}

impl Store {
    /// What holds: the highest version of each division that has one.
    pub async fn configurations(&self) -> Result<Vec<ConfigurationVersion>, StoreError> {
        let rows = configuration::Entity::find()
            .order_by_asc(configuration::Column::Division)
            .order_by_desc(configuration::Column::Version)
            .all(&self.readers)
            .await?;
        let mut held: Vec<ConfigurationVersion> = Vec::new();
        for row in &rows {
            let read = read(row)?;
            if held
                .last()
                .is_none_or(|last| last.division != read.division)
            {
                held.push(read);
            }
        }
        Ok(held)
    }

    /// The versions of a division, the newest first; at most `limit`.
    pub async fn configuration_versions(
        &self,
        division: DivisionCode,
        limit: u64,
    ) -> Result<Vec<ConfigurationVersion>, StoreError> {
        configuration::Entity::find()
            .filter(configuration::Column::Division.eq(division.to_string()))
            .order_by_desc(configuration::Column::Version)
            .limit(limit)
            .all(&self.readers)
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// Puts a version in force. [`StoreError::Stale`] unless it is the one after the highest.
    pub async fn put_configuration(&self, new: ConfigurationVersion) -> Result<(), StoreError> {
        let written = |e: serde_json::Error| StoreError::Corrupt(e.to_string());
        let by = new.by.as_ref().map(serde_json::to_string).transpose();
        let row = configuration::Model {
            division: new.division.to_string(),
            version: i32::try_from(new.version).unwrap_or(i32::MAX),
            body: serde_json::to_string(&new.document).map_err(written)?,
            by: by.map_err(written)?,
            at: new.at.micros(),
        };
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                let highest = configuration::Entity::find()
                    .filter(configuration::Column::Division.eq(&row.division))
                    .order_by_desc(configuration::Column::Version)
                    .one(tx)
                    .await?;
                if highest.map_or(0, |held| held.version) + 1 != row.version {
                    return Err(StoreError::Stale);
                }
                insert_all::<configuration::Entity>(tx, vec![row], Held::Refused).await?;
                stamp_reference(tx).await
            })
        }))
        .await
    }
}

fn read(row: &configuration::Model) -> Result<ConfigurationVersion, StoreError> {
    let wrong = |what: String| {
        let (division, version) = (&row.division, row.version);
        StoreError::Corrupt(format!("configuration {version} of {division}: {what}"))
    };
    let by = row.by.as_deref().map(serde_json::from_str).transpose();
    Ok(ConfigurationVersion {
        division: DivisionCode::parse(&row.division).map_err(|e| wrong(e.to_string()))?,
        version: u32::try_from(row.version).map_err(|e| wrong(e.to_string()))?,
        document: serde_json::from_str(&row.body).map_err(|e| wrong(e.to_string()))?,
        by: by.map_err(|e| wrong(e.to_string()))?,
        at: Timestamp::from_micros(row.at),
    })
}
