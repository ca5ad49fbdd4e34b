//! Is the server there, and can it work?

use std::{future::Future, time::Duration};

use poem::{
    Response,
    endpoint::{make, make_sync},
};

use crate::{mount::Methods, refusal::Refusal};

const TEXT: &str = "text/plain; charset=utf-8";

/// `/livez`: the process answers. Touches nothing, so that a slow disk does not get the process killed.
pub fn live() -> Methods {
    Methods::new().get(make_sync(|_| {
        Response::builder().content_type(TEXT).body("live\n")
    }))
}

/// `/readyz`: 200 if the check says so, else 503 with the cause in the log.
pub fn ready<C, F>(check: C) -> Methods
where
    C: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    Methods::new().get(make(move |_| {
        let checking = check();
        async move {
            match checking.await {
                Ok(()) => Ok(Response::builder().content_type(TEXT).body("ready\n")),
                Err(cause) => Err(poem::Error::from(Refusal::unavailable(
                    cause,
                    Duration::from_secs(1),
                ))),
            }
        }
    }))
}
