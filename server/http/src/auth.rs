//! Who asks: the bearer token of a session.

use gridwhistle_domain::access::Actor;
use poem::Request;
use poem_openapi::SecurityScheme;
use poem_openapi::auth::{Bearer, BearerAuthorization};

use crate::observe::Trail;
use crate::refusal::Refusal;
use crate::state::State;

/// The token of `POST /sessions`, or the key of an application, sent as `Authorization: Bearer …`.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", checker = "check")]
pub struct Caller(pub(crate) Known);

/// Somebody who is logged in, or an application with its key.
pub struct Known {
    pub actor: Actor,
    pub token: String,
}

/// Who asks at an address that the published API does not describe, by the same token or key.
///
/// # Errors
/// 401 without a token, or with one that holds no more.
pub(crate) async fn caller(request: &Request) -> Result<Actor, Refusal> {
    let bearer = <Bearer as BearerAuthorization>::from_request(request)
        .map_err(|_| Refusal::unauthenticated())?;
    let known = known(request, bearer).await?;
    Ok(known.actor)
}

async fn check(request: &Request, bearer: Bearer) -> poem::Result<Known> {
    known(request, bearer).await.map_err(poem::Error::from)
}

async fn known(request: &Request, bearer: Bearer) -> Result<Known, Refusal> {
    let state = request
        .data::<State>()
        .ok_or_else(|| Refusal::internal("no state beside the request"))?;
    let actor = state.service.authenticate(&bearer.token).await?;
    Trail::note_account(request, actor.person.0);
    Ok(Known {
        actor,
        token: bearer.token,
    })
}
