//! `/sessions` and `/me`.

use gridwhistle_domain::access::{Actor, Grant, Operation, may_use};
use gridwhistle_domain::case::{ActionKind, posts};
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use super::{Tag, When, when};
use crate::answer::{Answer, Created, Done};
use crate::auth::Caller;
use crate::body::Body;
use crate::fail::{CreateFail, ReadFail};
use crate::peer::Peer;
use crate::problem::Code;
use crate::refusal::Refusal;
use crate::state::State;

/// Sessions.
pub struct Sessions(pub(super) State);

/// Username and password.
#[derive(Object)]
struct Credentials {
    #[oai(validator(min_length = 1, max_length = 64))]
    username: String,
    #[oai(validator(min_length = 1, max_length = 256))]
    password: String,
}

/// A fresh session.
#[derive(Debug, Object)]
struct Session {
    /// For `Authorization: Bearer …`; told once.
    token: String,
    /// When it ends whatever happens; without use it ends earlier.
    expires_at: When,
    account: Account,
}

/// Who is logged in.
#[derive(Debug, Object)]
struct Account {
    id: Uuid,
    name: String,
    posts: Vec<HeldPost>,
    /// What one of the posts permits at all: actions such as `report` and `request_whistle`, and
    /// `read_figures`, `manage_accounts` and the like. What is possible on a case also depends on
    /// its place and stage: its offers tell.
    may: Vec<String>,
}

/// A post that is held now.
#[derive(Debug, Object)]
struct HeldPost {
    /// `grid_worker`, `registrar`, …
    post: String,
    /// Codes of divisions, units or grids, separated by commas.
    scope: String,
    /// What the scope is called.
    scope_name: String,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Sessions")]
impl Sessions {
    /// Log in.
    #[oai(path = "/sessions", method = "post", operation_id = "login")]
    async fn login(
        &self,
        peer: Peer,
        body: Body<Credentials>,
    ) -> Result<Created<Session>, CreateFail> {
        let Body(who) = body;
        self.0.floods.login(peer, &who.username)?;
        let session = self
            .0
            .service
            .log_in(&who.username, &who.password)
            .await
            .map_err(Refusal::from)?;
        Ok(Created::new(Session {
            token: session.token,
            expires_at: when(session.expires_at),
            account: self.account(&session.actor),
        }))
    }

    /// Log out: the token is worth nothing from the next request on.
    #[oai(path = "/sessions/current", method = "delete", operation_id = "logout")]
    async fn logout(&self, caller: Caller) -> Result<Done, ReadFail> {
        // A key is no session: its administrator revokes it.
        if caller.0.actor.grants.is_some() {
            return Err(Refusal::new(Code::Forbidden).into());
        }
        self.0
            .service
            .log_out(&caller.0.token)
            .await
            .map_err(Refusal::from)?;
        Ok(Done)
    }

    /// Who am I, and in which posts?
    #[oai(path = "/me", method = "get", operation_id = "me")]
    async fn me(&self, caller: Caller) -> Result<Answer<Account>, ReadFail> {
        Ok(Answer(self.account(&caller.0.actor)))
    }
}

impl Sessions {
    fn account(&self, actor: &Actor) -> Account {
        let reference = self.0.service.reference();
        let now = self.0.service.clock.now();
        let actions = ActionKind::ALL
            .iter()
            .filter(|kind| actor.holds(posts(**kind), now))
            .filter(|_| actor.grants.is_none() || actor.is_granted(Grant::CasesFile))
            .map(ToString::to_string);
        let operations = Operation::ALL
            .iter()
            .filter(|operation| may_use(actor, **operation, now))
            .map(ToString::to_string);
        let mut may: Vec<String> = actions.chain(operations).collect();
        may.sort_unstable();
        may.dedup();
        Account {
            id: actor.person.0,
            name: actor.name.clone(),
            posts: actor
                .posts(now)
                .map(|a| HeldPost {
                    post: a.post.to_string(),
                    scope: a.scope.to_string(),
                    scope_name: reference.scope_name(&a.scope),
                })
                .collect(),
            may,
        }
    }
}
