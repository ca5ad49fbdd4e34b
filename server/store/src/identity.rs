//! Accounts, posts, sessions.

use gridwhistle_domain::access::{Actor, Appointment, PersonId};
use gridwhistle_domain::clock::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set,
};
use uuid::Uuid;

use crate::entity::{appointment, person, session};
use crate::insert::{Held, insert_all};
use crate::{Store, StoreError};

/// An account with what proves it.
#[derive(Clone, Debug)]
pub struct Account {
    pub person: PersonId,
    pub username: String,
    pub name: String,
    /// PHC string.
    pub password_hash: String,
    pub disabled: bool,
}

/// A session as it is stored: of the token only the hash.
#[derive(Clone, Debug)]
pub struct Session {
    pub token_hash: Vec<u8>,
    pub person: PersonId,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Store {
    /// Adds an account with its posts. `StoreError::Taken` when the username is.
    pub async fn add_account(
        &self,
        account: Account,
        appointments: Vec<Appointment>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = person::Model {
            id: account.person.0,
            username: account.username,
            name: account.name,
            password_hash: account.password_hash,
            disabled: account.disabled,
            created_at: now.micros(),
        };
        let mut posts = Vec::with_capacity(appointments.len());
        for (i, held) in appointments.iter().enumerate() {
            posts.push(appointment::Model {
                id: Uuid::new_v5(&account.person.0, format!("appointment/{i}").as_bytes()),
                person_id: account.person.0,
                post: held.post.to_string(),
                scope: serde_json::to_string(&held.scope)
                    .map_err(|e| StoreError::Corrupt(e.to_string()))?,
                valid_from: held.from.micros(),
                valid_to: held.to.map(Timestamp::micros),
            });
        }
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                let known = person::Entity::find()
                    .filter(person::Column::Username.eq(row.username.clone()))
                    .one(tx)
                    .await?;
                if known.is_some() {
                    return Err(StoreError::Taken(row.username));
                }
                person::Entity::insert(row.into_active_model().reset_all())
                    .exec_without_returning(tx)
                    .await?;
                insert_all::<appointment::Entity>(tx, posts, Held::Refused).await
            })
        }))
        .await?;
        self.known_sessions.written();
        Ok(())
    }

    /// The account with that username.
    pub async fn account(&self, username: &str) -> Result<Option<Account>, StoreError> {
        let row = person::Entity::find()
            .filter(person::Column::Username.eq(username))
            .one(&self.readers)
            .await?;
        Ok(row.map(|row| Account {
            person: PersonId(row.id),
            username: row.username,
            name: row.name,
            password_hash: row.password_hash,
            disabled: row.disabled,
        }))
    }

    /// The person behind an account, with all posts ever held; `None` when there is none or it is
    /// disabled.
    pub async fn actor(&self, person: PersonId) -> Result<Option<Actor>, StoreError> {
        let Some(row) = person::Entity::find_by_id(person.0)
            .one(&self.readers)
            .await?
        else {
            return Ok(None);
        };
        if row.disabled {
            return Ok(None);
        }
        let appointments = appointment::Entity::find()
            .filter(appointment::Column::PersonId.eq(person.0))
            .order_by_asc(appointment::Column::ValidFrom)
            .order_by_asc(appointment::Column::Id)
            .all(&self.readers)
            .await?
            .iter()
            .map(read_appointment)
            .collect::<Result<_, _>>()?;
        Ok(Some(Actor {
            person,
            name: row.name,
            appointments,
            grants: None,
        }))
    }

    /// Opens a session.
    pub async fn open_session(&self, session: Session) -> Result<(), StoreError> {
        let row = session::Model {
            token_hash: session.token_hash,
            person_id: session.person.0,
            created_at: session.created_at.micros(),
            last_used_at: session.last_used_at.micros(),
            expires_at: session.expires_at.micros(),
        };
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                session::Entity::insert(row.into_active_model().reset_all())
                    .exec_without_returning(tx)
                    .await?;
                Ok(())
            })
        }))
        .await
    }

    /// The session with that hash.
    pub async fn session(&self, token_hash: &[u8]) -> Result<Option<Session>, StoreError> {
        let row = session::Entity::find_by_id(token_hash.to_vec())
            .one(&self.readers)
            .await?;
        Ok(row.map(|row| Session {
            token_hash: row.token_hash,
            person: PersonId(row.person_id),
            created_at: Timestamp::from_micros(row.created_at),
            last_used_at: Timestamp::from_micros(row.last_used_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        }))
    }

    /// The session with that hash and who is behind it, with all posts ever held; `None` when
    /// there is no such session or the account is disabled.
    ///
    /// Exact about what this process wrote; what other processes wrote is seen within a second.
    pub async fn session_actor(
        &self,
        token_hash: &[u8],
    ) -> Result<Option<(Session, Actor)>, StoreError> {
        if let Some(known) = self.known_sessions.get(token_hash) {
            return Ok(Some(known));
        }
        let writes = self.known_sessions.writes();
        let Some(session) = self.session(token_hash).await? else {
            return Ok(None);
        };
        let Some(actor) = self.actor(session.person).await? else {
            return Ok(None);
        };
        self.known_sessions.put(writes, &session, &actor);
        Ok(Some((session, actor)))
    }

    /// Remembers that a session was used.
    pub async fn touch_session(
        &self,
        token_hash: Vec<u8>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let touched = token_hash.clone();
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                session::Entity::update_many()
                    .set(session::ActiveModel {
                        last_used_at: Set(now.micros()),
                        ..Default::default()
                    })
                    .filter(session::Column::TokenHash.eq(token_hash))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        }))
        .await?;
        self.known_sessions.forget(&touched);
        Ok(())
    }

    /// Ends a session; the next request with its token is refused.
    pub async fn close_session(&self, token_hash: Vec<u8>) -> Result<(), StoreError> {
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                session::Entity::delete_by_id(token_hash).exec(tx).await?;
                Ok(())
            })
        }))
        .await?;
        self.known_sessions.written();
        Ok(())
    }
}

fn read_appointment(row: &appointment::Model) -> Result<Appointment, StoreError> {
    let wrong = |what: String| StoreError::Corrupt(format!("a post: {what}"));
    Ok(Appointment {
        post: row.post.parse().map_err(|_| wrong(row.post.clone()))?,
        scope: serde_json::from_str(&row.scope).map_err(|e| wrong(e.to_string()))?,
        from: Timestamp::from_micros(row.valid_from),
        to: row.valid_to.map(Timestamp::from_micros),
    })
}
