//! How a use case fails, by meaning; the edge turns it into an answer.

use std::time::Duration;

use gridwhistle_domain::case::{CaseId, Refusal};
use gridwhistle_domain::place::{BoundaryFault, ChangeFault, DivisionFault, Overlap};
use gridwhistle_domain::shift::HandoverRule;
use gridwhistle_store::StoreError;

/// A use case did not come through.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// No session, or one that has ended.
    #[error("no session")]
    Unauthenticated,
    /// Wrong username or password; which of them is not told.
    #[error("wrong credentials")]
    WrongCredentials,
    /// No such thing for this caller.
    #[error("not found")]
    NotFound,
    /// In scope, but no post of the caller may.
    #[error("not permitted")]
    Forbidden,
    /// A rule of the field says no.
    #[error("refused: {}", .0.code)]
    Refused(Refusal),
    /// A decision without the version it was taken on.
    #[error("a decision needs the version that it was taken on")]
    VersionMissing,
    /// The decision was taken on another version than the current one.
    #[error("decided on a version that is not the current one, {current}")]
    StaleVersion { current: u32 },
    /// The idempotency key came before with another body.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// A case with this id was filed before.
    #[error("a case with the id {0} exists")]
    CaseExists(CaseId),
    /// The external number was filed before from the same source.
    #[error("the external number belongs to another case")]
    ExternalNumberTaken(Option<CaseId>),
    /// A name that has to be unique is taken.
    #[error("{0} is taken")]
    Taken(String),
    /// It has begun and can no longer be changed.
    #[error("it has begun")]
    HasBegun,
    /// A handover is not signed.
    #[error("not signed: {0}")]
    Handover(HandoverRule),
    /// Parts of the request are wrong.
    #[error("{} part(s) of the request are wrong", .0.len())]
    Invalid(Vec<Fault>),
    /// A list would break its rules.
    #[error("{} fault(s) of a list", .0.len())]
    List(Vec<crate::import::Fault>),
    /// A boundary breaks the rules.
    #[error("{} fault(s) of boundaries", .0.len())]
    Boundaries(Vec<GridFault>),
    /// A changeset of boundaries is refused as a whole.
    #[error("{} fault(s) of a changeset", .0.len())]
    Changes(Vec<ChangeFault>),
    /// A changeset of divisions is refused as a whole.
    #[error("{} fault(s) of a changeset of divisions", .0.len())]
    Divisions(Vec<DivisionFault>),
    /// It was there once.
    #[error("gone")]
    Gone,
    /// Too many computations of this kind go on or wait already.
    #[error("too many computations of this kind are waited for")]
    Busy { come_again: Duration },
    /// The outcome of a write is unknown, or the storage cannot be read.
    #[error("storage: {0}")]
    Storage(String),
    /// A fault of the server.
    #[error("{0}")]
    Internal(String),
}

/// Something wrong at a place of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer into the body, or the name of a parameter.
    pub pointer: String,
    /// A stable name, such as `not_on_the_globe`, that has a text in both languages.
    pub code: &'static str,
}

impl Fault {
    pub fn new(pointer: impl Into<String>, code: &'static str) -> Self {
        Self {
            pointer: pointer.into(),
            code,
        }
    }
}

/// Something wrong with a grid of a boundary change.
#[derive(Debug, Clone)]
pub enum GridFault {
    /// The feature itself: not a grid, unknown village, …
    Feature(Fault),
    /// The boundary of the n-th feature.
    Boundary {
        feature: usize,
        fault: BoundaryFault,
    },
    /// The n-th feature overlaps with a neighbour.
    Overlap { feature: usize, overlap: Overlap },
}

impl From<Fault> for ServiceError {
    fn from(fault: Fault) -> Self {
        Self::Invalid(vec![fault])
    }
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::CaseExists(id) => Self::CaseExists(id),
            StoreError::ExternalNumberTaken(id) => Self::ExternalNumberTaken(Some(id)),
            StoreError::KeyReused => Self::KeyReused,
            StoreError::Taken(what) => Self::Taken(what),
            StoreError::Stale => Self::Storage("the case changed again and again".to_owned()),
            StoreError::Replayed { .. }
            | StoreError::Corrupt(_)
            | StoreError::Unusable(_)
            | StoreError::Engine(_) => Self::Storage(error.to_string()),
        }
    }
}
