//! Keys of third-party applications.

use gridwhistle_domain::access::{Grant, PersonId};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::DivisionCode;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use uuid::Uuid;

use crate::entity::api_key;
use crate::{Store, StoreError};

/// A key as it is stored: of the secret only the hash, which never leaves the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: Uuid,
    /// Who an application is: keys that follow one another share it.
    pub app: PersonId,
    pub name: String,
    /// The first characters of the key.
    pub prefix: String,
    pub grants: Vec<Grant>,
    pub division: DivisionCode,
    /// Absent where it was issued at the server's command line.
    pub created_by: Option<PersonId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    /// The first moment of the day of the last use.
    pub last_used_at: Option<Timestamp>,
}

/// Whether a key opens anything.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum KeyState {
    Live,
    Expired,
    Revoked,
}

impl ApiKey {
    /// How it stands at that moment: it ends at its expiry, that moment not included.
    pub fn state(&self, now: Timestamp) -> KeyState {
        if self.revoked_at.is_some() {
            KeyState::Revoked
        } else if now >= self.expires_at {
            KeyState::Expired
        } else {
            KeyState::Live
        }
    }
}

impl Store {
    /// Keeps a fresh key under the hash of its secret.
    pub async fn add_api_key(&self, key: ApiKey, secret_hash: Vec<u8>) -> Result<(), StoreError> {
        let names: Vec<&str> = key.grants.iter().map(|grant| grant.as_str()).collect();
        let row = api_key::Model {
            id: key.id,
            secret_hash,
            app_id: key.app.0,
            name: key.name,
            prefix: key.prefix,
            scopes: names.join(" "),
            division: key.division.to_string(),
            created_by: key.created_by.map(|person| person.0),
            created_at: key.created_at.micros(),
            expires_at: key.expires_at.micros(),
            revoked_at: key.revoked_at.map(Timestamp::micros),
            revoked_by: None,
            last_used_at: key.last_used_at.map(Timestamp::micros),
        };
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                api_key::Entity::insert(row.into_active_model().reset_all())
                    .exec_without_returning(tx)
                    .await?;
                Ok(())
            })
        }))
        .await
    }

    /// The key whose secret has that hash, whatever its state.
    pub async fn api_key_by_hash(
        &self,
        secret_hash: Vec<u8>,
    ) -> Result<Option<ApiKey>, StoreError> {
        let row = api_key::Entity::find()
            .filter(api_key::Column::SecretHash.eq(secret_hash))
            .one(&self.readers)
            .await?;
        row.map(read).transpose()
    }

    /// The key with that identity, whatever its state.
    pub async fn api_key(&self, id: Uuid) -> Result<Option<ApiKey>, StoreError> {
        let row = api_key::Entity::find_by_id(id).one(&self.readers).await?;
        row.map(read).transpose()
    }

    /// Whose application it is: any key of it.
    pub async fn api_key_of_app(&self, app: PersonId) -> Result<Option<ApiKey>, StoreError> {
        let row = api_key::Entity::find()
            .filter(api_key::Column::AppId.eq(app.0))
            .order_by_desc(api_key::Column::Id)
            .one(&self.readers)
            .await?;
        row.map(read).transpose()
    }

    /// At most `limit` keys of divisions whose codes begin with one of the prefixes, the newest first.
    pub async fn api_keys(
        &self,
        divisions: &[DivisionCode],
        limit: u64,
    ) -> Result<Vec<ApiKey>, StoreError> {
        let mut below = sea_orm::Condition::any();
        for division in divisions {
            below = below.add(api_key::Column::Division.starts_with(division.prefix()));
        }
        api_key::Entity::find()
            .filter(below)
            .order_by_desc(api_key::Column::Id)
            .limit(limit)
            .all(&self.readers)
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    /// Revokes a key for good; one that was revoked before keeps its moment.
    pub async fn revoke_api_key(
        &self,
        id: Uuid,
        by: Option<PersonId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change_key(id, true, move |row| {
            row.revoked_at = Set(Some(now.micros()));
            row.revoked_by = Set(by.map(|person| person.0));
        })
        .await
    }

    /// Remembers the day on which a key was used.
    pub async fn touch_api_key(&self, id: Uuid, day: Timestamp) -> Result<(), StoreError> {
        self.change_key(id, false, move |row| {
            row.last_used_at = Set(Some(day.micros()));
        })
        .await
    }

    async fn change_key(
        &self,
        id: Uuid,
        only_unrevoked: bool,
        change: impl FnOnce(&mut api_key::ActiveModel) + Send + 'static,
    ) -> Result<(), StoreError> {
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                let mut row = <api_key::ActiveModel as Default>::default();
                change(&mut row);
                let mut query = api_key::Entity::update_many()
                    .set(row)
                    .filter(api_key::Column::Id.eq(id));
                if only_unrevoked {
                    query = query.filter(api_key::Column::RevokedAt.is_null());
                }
                query.exec(tx).await?;
                Ok(())
            })
        }))
        .await
    }
}

fn read(row: api_key::Model) -> Result<ApiKey, StoreError> {
    let wrong = |what: &str| StoreError::Corrupt(format!("a key: {what}"));
    let grants = row.scopes.split(' ').filter(|name| !name.is_empty());
    Ok(ApiKey {
        id: row.id,
        app: PersonId(row.app_id),
        name: row.name,
        prefix: row.prefix,
        grants: grants
            .map(|name| name.parse().map_err(|_| wrong(name)))
            .collect::<Result<_, _>>()?,
        division: DivisionCode::parse(&row.division).map_err(|_| wrong(&row.division))?,
        created_by: row.created_by.map(PersonId),
        created_at: Timestamp::from_micros(row.created_at),
        expires_at: Timestamp::from_micros(row.expires_at),
        revoked_at: row.revoked_at.map(Timestamp::from_micros),
        last_used_at: row.last_used_at.map(Timestamp::from_micros),
    })
}
