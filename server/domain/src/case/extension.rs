//! More time for a unit that asks in time (延期).

use serde::{Deserialize, Serialize};

use crate::access::ActorRef;
use crate::clock::Timestamp;

/// A unit's wish for one more original limit, and what the dispatcher said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionRequest {
    pub at: Timestamp,
    pub by: ActorRef,
    pub reason: String,
    /// Absent while the dispatcher has not decided.
    pub granted: Option<bool>,
    pub ruling: Option<String>,
}

impl ExtensionRequest {
    pub const fn is_pending(&self) -> bool {
        self.granted.is_none()
    }
}
