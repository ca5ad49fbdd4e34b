//! `/keys`: keys of third-party applications, for the administrator of the division.

use gridwhistle_domain::access::{self, PersonId};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_service::{ApiKey, KeyState, NewKey};
use poem_openapi::param::Path;
use poem_openapi::{Enum, Object, OpenApi};
use uuid::Uuid;

use super::views::Named;
use super::{Tag, When, moment, when};
use crate::answer::{Answer, Created, Done};
use crate::auth::Caller;
use crate::body::Body;
use crate::fail::{CreateFail, ReadFail};
use crate::messages::Message;
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// Keys.
pub struct ApiKeys(pub(super) State);

/// What a key may be used for.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(remote = "access::Grant")]
enum KeyScope {
    /// File reports and follow up what was filed.
    #[oai(rename = "cases:file")]
    CasesFile,
    /// Read the cases of the division, without personal data.
    #[oai(rename = "cases:read")]
    CasesRead,
    /// Read the feed of the division.
    #[oai(rename = "events:read")]
    EventsRead,
    /// Read the figures of the division.
    #[oai(rename = "figures:read")]
    FiguresRead,
    /// See residents masked, and look at their data in clear with a purpose, on record; never of confidential cases.
    #[oai(rename = "personal:read")]
    PersonalRead,
}

/// A key that is asked for.
#[derive(Debug, Object)]
struct KeyRequest {
    /// What the application is called.
    #[oai(validator(min_length = 1, max_length = 60))]
    name: String,
    /// 12 digits; the key is good for the division with all below it.
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    division: String,
    #[oai(validator(min_items = 1, max_items = 5))]
    scopes: Vec<KeyScope>,
    /// A year from now unless given; 366 days at most.
    expires_at: Option<When>,
    /// The application that has had a key before: it keeps what it filed.
    app_id: Option<Uuid>,
}

/// A key, without its secret.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct Key {
    id: Uuid,
    /// The application: keys that follow one another share it.
    app_id: Uuid,
    name: String,
    /// The first characters of the secret.
    prefix: String,
    division: Named,
    scopes: Vec<KeyScope>,
    /// `live`, `expired` or `revoked`
    state: String,
    created_at: When,
    expires_at: When,
    revoked_at: Option<When>,
    /// The day of the last use, `2026-07-15`.
    last_used_on: Option<String>,
}

/// A fresh key.
#[derive(Debug, Object)]
struct FreshKey {
    /// For `Authorization: Bearer …`; told once. Begins with `gw_live_`; its last six characters check the rest.
    secret: String,
    key: Key,
}

/// The keys of the caller's divisions.
#[derive(Debug, Object)]
struct KeyList {
    /// The newest first; at most 1,000.
    items: Vec<Key>,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Keys")]
impl ApiKeys {
    /// The keys of the divisions that the caller administers, ended ones too.
    #[oai(path = "/keys", method = "get", operation_id = "list_keys")]
    async fn list(&self, caller: Caller) -> Result<Answer<KeyList>, ReadFail> {
        let keys = self.0.service.keys(&caller.0.actor).await;
        let keys = keys.map_err(Refusal::from)?;
        Ok(Answer(KeyList {
            items: keys.iter().map(|key| self.view(key)).collect(),
        }))
    }

    /// Issue a key to a third-party application. Its secret is told this once and kept only as a hash.
    #[oai(path = "/keys", method = "post", operation_id = "issue_key")]
    async fn issue(
        &self,
        caller: Caller,
        body: Body<KeyRequest>,
    ) -> Result<Created<FreshKey>, CreateFail> {
        let new = new_key(body.0)?;
        let issued = self.0.service.issue_key(&caller.0.actor, new).await;
        let issued = issued.map_err(Refusal::from)?;
        Ok(Created::new(FreshKey {
            key: self.view(&issued.key),
            secret: issued.secret,
        }))
    }

    /// Revoke a key: the next request with it is refused. It stays in the list.
    #[oai(path = "/keys/:id", method = "delete", operation_id = "revoke_key")]
    async fn revoke(&self, caller: Caller, id: Path<Uuid>) -> Result<Done, ReadFail> {
        let revoked = self.0.service.revoke_key(&caller.0.actor, id.0).await;
        revoked.map_err(Refusal::from)?;
        Ok(Done)
    }
}

impl ApiKeys {
    fn view(&self, key: &ApiKey) -> Key {
        let service = &self.0.service;
        let state = match key.state(service.clock.now()) {
            KeyState::Live => "live",
            KeyState::Expired => "expired",
            KeyState::Revoked => "revoked",
        };
        Key {
            id: key.id,
            app_id: key.app.0,
            name: key.name.clone(),
            prefix: key.prefix.clone(),
            division: Named {
                code: key.division.to_string(),
                name: service.reference().division_name(key.division),
            },
            scopes: key.grants.iter().copied().map(Into::into).collect(),
            state: state.to_owned(),
            created_at: when(key.created_at),
            expires_at: when(key.expires_at),
            revoked_at: key.revoked_at.map(when),
            last_used_on: key.last_used_at.map(|at| Timestamp::date(at).to_string()),
        }
    }
}

fn new_key(asked: KeyRequest) -> Result<NewKey, Refusal> {
    let unknown = || {
        let message = Message::new("wrong-unknown-division");
        let fault = Fault::field("/division", "unknown_division", message);
        Refusal::new(Code::InvalidBody).fault(fault)
    };
    Ok(NewKey {
        name: asked.name,
        division: asked.division.parse().map_err(|_| unknown())?,
        grants: asked.scopes.into_iter().map(Into::into).collect(),
        expires_at: asked.expires_at.map(moment),
        app: asked.app_id.map(PersonId),
    })
}
