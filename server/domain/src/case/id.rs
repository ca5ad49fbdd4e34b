//! Identities of a case and of what belongs to it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A case: the filer's own `UUIDv7` if he gave one, unique for ever.
    CaseId
}
id! {
    /// A whistle on a case.
    WhistleId
}
id! {
    /// A called unit's part in a case.
    AssignmentId
}
id! {
    /// An uploaded photograph.
    AttachmentId
}
id! {
    /// The duty to ask one resident about one closed round.
    FeedbackId
}

impl CaseId {
    /// The n-th whistle of the case: derived, so that deciding needs no randomness.
    pub fn whistle(self, n: usize) -> WhistleId {
        WhistleId(self.derive("whistle", n))
    }

    /// The n-th assignment of the case.
    pub fn assignment(self, n: usize) -> AssignmentId {
        AssignmentId(self.derive("assignment", n))
    }

    /// The feedback duty of a round.
    pub fn feedback(self, round: u16) -> FeedbackId {
        FeedbackId(self.derive("feedback", usize::from(round)))
    }

    /// The duty to ask the resident behind a case that was merged into this one.
    pub fn merged_feedback(self, round: u16, merged: Self) -> FeedbackId {
        let name = format!("feedback/{round}/{merged}");
        FeedbackId(Uuid::new_v5(&self.0, name.as_bytes()))
    }

    fn derive(self, noun: &str, n: usize) -> Uuid {
        Uuid::new_v5(&self.0, format!("{noun}/{n}").as_bytes())
    }
}
