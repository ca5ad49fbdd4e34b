//! Logging in and out; who is behind a token.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gridwhistle_domain::access::{Actor, Appointment, PersonId};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_store::{Account, Session};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Fault, Service, ServiceError};

/// A session ends after eight hours without a request. Not after the usual half hour: field staff
/// work in a terminal all day, between visits to places without a network.
const IDLE_MINUTES: i64 = 8 * HOUR;
/// A session ends twelve hours after its login, whatever happens: a shift.
const ABSOLUTE_MINUTES: i64 = 12 * HOUR;
/// Minutes of an hour.
const HOUR: i64 = 60;
/// The use of a session is noted at most so often.
const TOUCH_MINUTES: i64 = 1;
/// The fewest characters of a password.
const SHORTEST_PASSWORD: usize = 8;
/// A hash of nothing anybody knows, verified for unknown usernames so that they take as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z3JpZHdoaXN0bGUtbm8$Q0ZJc0Jt0l0m2Jk2L1o9pQ5W2Qm6rYF8l1o2F0oXQ1U";

/// A fresh session: the token is told once and stored hashed.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    pub token: String,
    pub expires_at: Timestamp,
    pub actor: Actor,
}

impl Service {
    /// Opens a session.
    pub async fn log_in(&self, username: &str, password: &str) -> Result<LoggedIn, ServiceError> {
        let account = self.store.account(username).await?;
        let hash = account
            .as_ref()
            .map_or_else(|| NOBODY.to_owned(), |a| a.password_hash.clone());
        let right = self
            .hashing(password.to_owned(), move |password| {
                Argon2::default()
                    .verify_password(password.as_bytes(), hash.as_str())
                    .is_ok()
            })
            .await?;
        let Some(account) = account.filter(|a| right && !a.disabled) else {
            return Err(ServiceError::WrongCredentials);
        };
        let now = self.clock.now();
        let actor = self
            .store
            .actor(account.person)
            .await?
            .ok_or(ServiceError::WrongCredentials)?
            .taking_over(&self.reference().succession);
        let mut secret = [0_u8; 32];
        getrandom::fill(&mut secret).map_err(|e| ServiceError::Internal(e.to_string()))?;
        let token = format!("gw_{}", URL_SAFE_NO_PAD.encode(secret));
        let expires_at = now.plus_minutes(ABSOLUTE_MINUTES);
        self.store
            .open_session(Session {
                token_hash: hash_token(&token),
                person: account.person,
                created_at: now,
                last_used_at: now,
                expires_at,
            })
            .await?;
        Ok(LoggedIn {
            token,
            expires_at,
            actor,
        })
    }

    /// Ends the session of a token.
    pub async fn log_out(&self, token: &str) -> Result<(), ServiceError> {
        Ok(self.store.close_session(hash_token(token)).await?)
    }

    /// Who is behind a token, with the posts as they are now and what they take over from divisions that have ended: a
    /// session, or the key of an application.
    pub async fn authenticate(&self, token: &str) -> Result<Actor, ServiceError> {
        if crate::is_key(token) {
            let app = self.authenticate_key(token).await?;
            return Ok(app.taking_over(&self.reference().succession));
        }
        let hash = hash_token(token);
        let now = self.clock.now();
        let (session, actor) = self
            .store
            .session_actor(&hash)
            .await?
            .ok_or(ServiceError::Unauthenticated)?;
        if now >= session.expires_at || now >= session.last_used_at.plus_minutes(IDLE_MINUTES) {
            return Err(ServiceError::Unauthenticated);
        }
        if now >= session.last_used_at.plus_minutes(TOUCH_MINUTES) {
            self.store.touch_session(hash, now).await?;
        }
        Ok(actor.taking_over(&self.reference().succession))
    }

    /// Adds an account with its posts.
    pub async fn add_account(
        &self,
        username: &str,
        name: &str,
        password: &str,
        appointments: Vec<Appointment>,
    ) -> Result<PersonId, ServiceError> {
        if password.chars().count() < SHORTEST_PASSWORD {
            return Err(Fault::new("/password", "password_too_short").into());
        }
        let named = !username.is_empty()
            && username.len() <= 64
            && username
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if !named {
            return Err(Fault::new("/username", "username_unusable").into());
        }
        let hash = self
            .hashing(password.to_owned(), |password| {
                Argon2::default()
                    .hash_password(password.as_bytes())
                    .map(|h| h.to_string())
            })
            .await?
            .map_err(|e| ServiceError::Internal(e.to_string()))?;
        let person = PersonId(Uuid::now_v7());
        let account = Account {
            person,
            username: username.to_owned(),
            name: name.to_owned(),
            password_hash: hash,
            disabled: false,
        };
        self.store
            .add_account(account, appointments, self.clock.now())
            .await?;
        Ok(person)
    }

    /// Runs a costly hash away from the requests, as many at once as there are cores.
    async fn hashing<T: Send + 'static>(
        &self,
        password: String,
        work: impl FnOnce(String) -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let _permit = self
            .hashing
            .acquire()
            .await
            .map_err(|e| ServiceError::Internal(e.to_string()))?;
        tokio::task::spawn_blocking(move || work(password))
            .await
            .map_err(|e| ServiceError::Internal(e.to_string()))
    }
}

/// Tokens have 256 bits of their own: a plain hash is enough.
pub(crate) fn hash_token(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_unknown_username_costs_a_whole_verification() {
        use argon2::password_hash::Error;
        // Not a fault of the hash itself, which would be found at once.
        let verified = Argon2::default().verify_password(b"anything", NOBODY);
        assert_eq!(verified, Err(Error::PasswordInvalid));
        let known = Argon2::default()
            .hash_password(b"anything")
            .unwrap()
            .to_string();
        let costs = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(costs(NOBODY), costs(&known));
    }
}
