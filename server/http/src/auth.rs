//! Who asks: the bearer token of a session.

use gridwhistle_domain::access::Actor;
use poem::Request;
use poem_openapi::SecurityScheme;
use poem_openapi::auth::Bearer;

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

async fn check(request: &Request, bearer: Bearer) -> poem::Result<Known> {
    let state = request
        .data::<State>()
        .ok_or_else(|| Refusal::internal("no state beside the request"))?;
    let actor = state
        .service
        .authenticate(&bearer.token)
        .await
        .map_err(Refusal::from)?;
    Trail::note_account(request, actor.person.0);
    Ok(Known {
        actor,
        token: bearer.token,
    })
}
