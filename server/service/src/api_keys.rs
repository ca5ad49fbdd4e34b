//! Keys of third-party applications: issued once, kept as a hash, good for what they grant and no longer than a year.
//!
//! A key reads `gw_live_` + 43 characters drawn at random (256 bits) + 6 characters that check them, all of the
//! alphabet 0–9 A–Z a–z: whoever finds one in a file knows what it is, and a mistyped one is refused unasked.

use gridwhistle_domain::access::{
    Actor, Appointment, Grant, Operation, PersonId, Post, Scope, may_use,
};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_store::{ApiKey, KeyState};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::session::hash_token;
use crate::{Fault, Service, ServiceError};

/// How every key begins. Tokens of sessions begin with `gw_` and are shorter.
const PREFIX: &str = "gw_live_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62^43 is more than 2^256.
const SECRET: usize = 43;
const CHECK: usize = 6;
/// So many characters of a key are told again later.
const SHOWN: usize = PREFIX.len() + 6;
/// The longest life of a key.
const LONGEST_DAYS: i64 = 366;
/// The life of a key of which nothing is said.
const USUAL_DAYS: i64 = 365;
/// The most keys that are listed.
const LISTED: u64 = 1_000;

/// A key that is asked for.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub name: String,
    pub division: DivisionCode,
    pub grants: Vec<Grant>,
    /// A year from now unless given.
    pub expires_at: Option<Timestamp>,
    /// The application that the key is for, where it has had one before.
    pub app: Option<PersonId>,
}

/// A fresh key: the secret is told once.
#[derive(Clone, Debug)]
pub struct IssuedKey {
    pub key: ApiKey,
    pub secret: String,
}

impl Service {
    /// Issues a key for a division of which the caller is the administrator.
    pub async fn issue_key(&self, actor: &Actor, new: NewKey) -> Result<IssuedKey, ServiceError> {
        self.administers(actor, new.division)?;
        self.put_key(new, Some(actor.person)).await
    }

    /// Issues a key at the server's own command line, where nobody is asked who he is.
    pub async fn put_key(
        &self,
        new: NewKey,
        by: Option<PersonId>,
    ) -> Result<IssuedKey, ServiceError> {
        let now = self.clock.now();
        if !self.reference().divisions.contains_key(&new.division) {
            return Err(Fault::new("/division", "unknown_division").into());
        }
        let expires_at = new.expires_at.unwrap_or_else(|| now.plus_days(USUAL_DAYS));
        if expires_at <= now || expires_at > now.plus_days(LONGEST_DAYS) {
            return Err(Fault::new("/expires_at", "key_life").into());
        }
        let mut grants = new.grants;
        grants.sort_unstable();
        grants.dedup();
        if grants.is_empty() {
            return Err(Fault::new("/scopes", "no_scope").into());
        }
        if let Some(app) = new.app {
            let known = self.store.api_key_of_app(app).await?;
            if known.is_none_or(|key| !new.division.contains(key.division)) {
                return Err(Fault::new("/app_id", "unknown_app").into());
            }
        }
        let secret = draw()?;
        let key = ApiKey {
            id: Uuid::now_v7(),
            app: new.app.unwrap_or_else(|| PersonId(Uuid::now_v7())),
            name: new.name,
            prefix: secret.chars().take(SHOWN).collect(),
            grants,
            division: new.division,
            created_by: by,
            created_at: now,
            expires_at,
            revoked_at: None,
            last_used_at: None,
        };
        self.store
            .add_api_key(key.clone(), hash_token(&secret))
            .await?;
        Ok(IssuedKey { key, secret })
    }

    /// The keys of the divisions of which the caller is the administrator, the newest first.
    pub async fn keys(&self, actor: &Actor) -> Result<Vec<ApiKey>, ServiceError> {
        let divisions = self.administered(actor);
        if divisions.is_empty() {
            return Err(ServiceError::Forbidden);
        }
        Ok(self.store.api_keys(&divisions, LISTED).await?)
    }

    /// The keys of a division and all below it.
    pub async fn keys_of(&self, division: DivisionCode) -> Result<Vec<ApiKey>, ServiceError> {
        Ok(self.store.api_keys(&[division], LISTED).await?)
    }

    /// Revokes a key: the next request with it is refused. Revoking again changes nothing.
    pub async fn revoke_key(&self, actor: &Actor, id: Uuid) -> Result<(), ServiceError> {
        if !may_use(actor, Operation::ManageKeys, self.clock.now()) {
            return Err(ServiceError::Forbidden);
        }
        let key = self
            .store
            .api_key(id)
            .await?
            .ok_or(ServiceError::NotFound)?;
        if self.administers(actor, key.division).is_err() {
            return Err(ServiceError::NotFound);
        }
        self.end_key(id, Some(actor.person)).await
    }

    /// Revokes a key at the server's own command line.
    pub async fn end_key(&self, id: Uuid, by: Option<PersonId>) -> Result<(), ServiceError> {
        if self.store.api_key(id).await?.is_none() {
            return Err(ServiceError::NotFound);
        }
        Ok(self.store.revoke_api_key(id, by, self.clock.now()).await?)
    }

    /// The application behind a key. The day of its use is noted, not the moment.
    pub(crate) async fn authenticate_key(&self, secret: &str) -> Result<Actor, ServiceError> {
        if !is_sound(secret) {
            return Err(ServiceError::Unauthenticated);
        }
        let now = self.clock.now();
        let key = self
            .store
            .api_key_by_hash(hash_token(secret))
            .await?
            .filter(|key| key.state(now) == KeyState::Live)
            .ok_or(ServiceError::Unauthenticated)?;
        let today = Timestamp::of(now.date(), 0);
        if key.last_used_at.is_none_or(|day| day < today) {
            self.store.touch_api_key(key.id, today).await?;
        }
        Ok(Actor {
            person: key.app,
            name: key.name,
            appointments: vec![Appointment {
                post: Post::App,
                scope: Scope::Division(key.division),
                from: key.created_at,
                to: Some(key.expires_at),
            }],
            grants: Some(key.grants),
        })
    }

    /// Whether the caller is the administrator of a division.
    pub(crate) fn administers(
        &self,
        actor: &Actor,
        division: DivisionCode,
    ) -> Result<(), ServiceError> {
        let own = self.administered(actor);
        if own.iter().any(|code| code.contains(division)) {
            Ok(())
        } else {
            Err(ServiceError::Forbidden)
        }
    }

    fn administered(&self, actor: &Actor) -> Vec<DivisionCode> {
        actor
            .posts(self.clock.now())
            .filter(|held| held.post == Post::Admin)
            .filter_map(|held| match held.scope {
                Scope::Division(code) => Some(code),
                Scope::Unit(_) | Scope::Grids(_) => None,
            })
            .collect()
    }
}

/// Whether a token is, or should be, a key and not a session's.
pub fn is_key(token: &str) -> bool {
    token.len() > 46 && token.starts_with(PREFIX)
}

/// Whether the check characters of a key are those of its secret.
fn is_sound(key: &str) -> bool {
    key.is_ascii()
        && key.len() == PREFIX.len() + SECRET + CHECK
        && key
            .split_at_checked(key.len() - CHECK)
            .is_some_and(|(secret, check)| checked(secret) == check)
}

/// A fresh key. Bytes that would prefer some characters are drawn anew.
fn draw() -> Result<String, ServiceError> {
    let mut key = PREFIX.to_owned();
    while key.len() < PREFIX.len() + SECRET {
        let mut bytes = [0_u8; SECRET];
        getrandom::fill(&mut bytes).map_err(|e| ServiceError::Internal(e.to_string()))?;
        let even = bytes.iter().filter(|byte| **byte < 248);
        key.extend(even.map(|byte| letter(*byte)));
        key.truncate(PREFIX.len() + SECRET);
    }
    let check = checked(&key);
    Ok(key + &check)
}

/// What checks a key: it tells a typing error, nothing else.
fn checked(key: &str) -> String {
    let digest = Sha256::digest(key.as_bytes());
    digest
        .iter()
        .take(CHECK)
        .map(|byte| letter(*byte))
        .collect()
}

fn letter(byte: u8) -> char {
    let at = usize::from(byte) % ALPHABET.len();
    ALPHABET.get(at).copied().map_or('0', char::from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_key_tells_what_it_is_and_whether_it_was_mistyped() {
        let key = draw().unwrap();
        assert!(is_key(&key) && is_sound(&key), "{key}");
        assert_ne!(key, draw().unwrap());
        for at in PREFIX.len()..key.len() {
            let mut other = key.clone().into_bytes();
            other[at] = if other[at] == b'a' { b'b' } else { b'a' };
            assert!(
                !is_sound(&String::from_utf8(other).unwrap()),
                "{at} of {key}"
            );
        }
        for other in [
            "",
            "gw_live_",
            &key[..key.len() - 1],
            &format!("{key}0"),
            "gw_live_é",
        ] {
            assert!(!is_sound(other), "{other}");
        }
    }
}
