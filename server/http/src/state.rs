//! What the handlers share.

use std::sync::Arc;

use gridwhistle_domain::access::{Actor, Operation, may_use};
use gridwhistle_service::Service;
use tokio::sync::watch;

use crate::flood::Floods;
use crate::problem::Code;
use crate::refusal::Refusal;
use crate::v1::Viewer;

/// Handed to every handler.
#[derive(Clone)]
pub struct State {
    pub service: Arc<Service>,
    pub floods: Floods,
    /// How the outside reaches this server, without a slash at the end: links for residents begin so.
    pub base_url: Arc<str>,
    /// Turns true when the server stops: live streams end then.
    pub stop: watch::Receiver<bool>,
}

impl State {
    /// Lets the operation through, or refuses it because no post of the caller may use it.
    pub(crate) fn may(&self, actor: &Actor, operation: Operation) -> Result<(), Refusal> {
        if may_use(actor, operation, self.service.clock.now()) {
            Ok(())
        } else {
            Err(Refusal::new(Code::Forbidden))
        }
    }

    /// The caller as somebody who looks at cases now.
    pub(crate) fn viewer<'a>(&self, actor: &'a Actor) -> Viewer<'a> {
        Viewer {
            actor,
            now: self.service.clock.now(),
        }
    }

    /// Resolves when the server stops.
    pub async fn stopped(&self) {
        let mut stop = self.stop.clone();
        // A sender that is gone stops as well.
        let _ = stop.wait_for(|stopped| *stopped).await;
    }
}
